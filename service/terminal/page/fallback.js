// What two officers state of a voter whom no finger identified.
import { t } from "/words.js";

const byId = (id) => document.getElementById(id);

// The outcomes after which officers may still vouch for the voter.
const kOpenOutcomes = ["no_match", "low_quality", "no_reference", "duplicate_finger"];

export function mayVouch(screen) {
  if (screen.voter === "" || screen.may_take_over) return false;
  return screen.phase !== "decision" || kOpenOutcomes.includes(screen.decision.outcome);
}

function reasonOf(screen) {
  if (screen.decision?.disputable) return "finger_disputed";
  if (screen.decision?.outcome === "no_reference") return "no_reference";
  if (screen.reader.state === "failed") return "reader_failed";
  return screen.touches.length > 0 ? "finger_not_matched" : "no_usable_finger";
}

function open(screen) {
  byId("fallback-form").reset();
  byId("fallback-wrong").textContent = "";
  byId("disputed").hidden = !screen.decision?.disputable;
  const reason = document.querySelector(`[name=reason][value=${reasonOf(screen)}]`);
  reason.checked = true;
  byId("fallback").showModal();
  reason.focus();
}

// Closes it and forgets the codes.
export function closeFallback() {
  byId("fallback-form").reset();
  byId("fallback").close();
}

// on.screen gives the screen, on.record takes what was stated.
export function setUpFallback(on) {
  for (const button of document.querySelectorAll(".without")) {
    button.addEventListener("click", () => open(on.screen()));
  }
  byId("fallback-back").addEventListener("click", closeFallback);
  byId("fallback-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const second = byId("second-officer").value.trim();
    if (second === "" || second === on.screen().operator) {
      byId("fallback-wrong").textContent = t("The second officer must be another person.");
      byId("second-officer").focus();
      return;
    }
    on.record({
      reason: document.querySelector("[name=reason]:checked").value,
      second_officer: second,
      operator_code: byId("operator-code").value,
      second_code: byId("second-code").value,
    });
    closeFallback();
  });
}
