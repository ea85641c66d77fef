// Wires the page: screens come from the terminal program, commands go to it.
import { follow, send } from "/link.js";
import { setUpFallback } from "/fallback.js";
import { setUpTakeOver } from "/takeover.js";
import { language, loadWords, setLanguage } from "/words.js";
import { setUpKeys } from "/keys.js";
import { showLink, showScreen, translatePage } from "/view.js";

const byId = (id) => document.getElementById(id);
let screen = null;

function command(action, members = {}) {
  if (screen !== null) send({ action, step: screen.step, ...members });
}

// An empty field on the screen of a decision means that it was read.
function begin(input) {
  const number = input.value.trim();
  input.value = "";
  if (number !== "") command("start", { number });
  else if (screen?.phase === "decision") command("finish");
}

function onSubmit(id, act) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

function onClick(element, act) {
  element.addEventListener("click", act);
}

function speak(name) {
  setLanguage(name);
  translatePage();
  if (screen !== null) showScreen(screen, false);
}

onSubmit("sign-on", () => command("sign_on", { operator: byId("operator").value }));
onSubmit("begin", () => begin(byId("number")));
onSubmit("go-on", () => begin(byId("next-number")));
onClick(byId("sign-off"), () => command("sign_off"));
onClick(byId("search"), () => command("search"));
onClick(byId("reissue"), () => command("reissue"));
onClick(byId("print"), () => {
  if (screen?.printer.state === "failed") command("print");
  else window.print();
});
onClick(byId("same"), () => command("try_again", { next_finger: false }));
onClick(byId("other"), () => command("try_again", { next_finger: true }));
onClick(byId("problem-over"), () => command("finish"));
for (const button of document.querySelectorAll(".leave")) onClick(button, () => command("cancel"));
for (const button of document.querySelectorAll("[data-language]")) {
  onClick(button, () => speak(button.dataset.language));
}
setUpFallback({ screen: () => screen, record: (members) => command("fallback", members) });
setUpTakeOver({ screen: () => screen, record: (members) => command("take_over", members) });
setUpKeys({ leave: () => command("cancel"), phase: () => screen?.phase });

await loadWords();
translatePage();
follow({
  screen(next) {
    const first = screen === null;
    const moved = first || screen.step !== next.step;
    screen = next;
    if (first && language() === null) speak(next.language);
    showScreen(next, moved);
  },
  link: showLink,
});
