// The keyboard, the scanner, which is a fast keyboard that ends with Enter, and the touch keypad.
import { t } from "/words.js";

const kKeys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "back"];

function fieldOf(phase) {
  if (phase === "sign_on") return document.getElementById("operator");
  if (phase === "idle") return document.getElementById("number");
  if (phase === "decision") return document.getElementById("next-number");
  return null;
}

function press(key) {
  const input = document.getElementById("number");
  if (key === "clear") input.value = "";
  else if (key === "back") input.value = input.value.slice(0, -1);
  else if (input.value.length < input.maxLength) input.value += key;
}

function addKeypad() {
  const keypad = document.getElementById("keypad");
  for (const key of kKeys) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = { clear: "C", back: "⌫" }[key] ?? key;
    button.dataset.key = key;
    button.addEventListener("click", () => press(key));
    keypad.append(button);
  }
}

export function labelKeypad() {
  for (const button of document.querySelectorAll("[data-key]")) {
    const label = { clear: t("Clear the number"), back: t("Delete the last digit") };
    if (button.dataset.key in label) button.setAttribute("aria-label", label[button.dataset.key]);
  }
}

// on.phase tells the phase, on.leave lets the voter leave.
export function setUpKeys(on) {
  addKeypad();
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") !== null) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const phase = on.phase();
    if (event.key === "Escape" && (phase === "capturing" || phase === "retry")) {
      on.leave();
      return;
    }
    // What is read or typed goes into its field, wherever the focus was.
    const input = fieldOf(phase);
    const writes = [...event.key].length === 1 && event.key !== " ";
    if (input !== null && writes && document.activeElement !== input) input.focus();
  });
}
