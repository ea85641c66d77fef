// What two officers state where this device shall act for its station in place of another one.
import { t } from "/words.js";

const byId = (id) => document.getElementById(id);

// Closes it and forgets the codes.
export function closeTakeOver() {
  byId("take-over-form").reset();
  byId("take-over").close();
}

function open() {
  byId("take-over-form").reset();
  byId("take-over-wrong").textContent = "";
  byId("take-over").showModal();
  document.querySelector("[name=take-over-reason]:checked").focus();
}

// on.screen gives the screen, on.record takes what was stated.
export function setUpTakeOver(on) {
  byId("take-over-open").addEventListener("click", open);
  byId("take-over-back").addEventListener("click", closeTakeOver);
  byId("take-over-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const second = byId("take-over-second").value.trim();
    if (second === "" || second === on.screen().operator) {
      byId("take-over-wrong").textContent = t("The second officer must be another person.");
      byId("take-over-second").focus();
      return;
    }
    on.record({
      reason: document.querySelector("[name=take-over-reason]:checked").value,
      second_officer: second,
      operator_code: byId("take-over-code").value,
      second_code: byId("take-over-second-code").value,
    });
    closeTakeOver();
  });
}
