// Shows a screen. Texts are set as texts: nothing that comes from outside becomes markup.
import { applyLanguage, formatNumber, t } from "/words.js";
import { closeFallback, mayVouch } from "/fallback.js";
import { closeTakeOver } from "/takeover.js";
import { facts, sentence, shape, verdict } from "/decision.js";
import { labelKeypad } from "/keys.js";

const byId = (id) => document.getElementById(id);
const all = (selector) => document.querySelectorAll(selector);
const kSvg = "http://www.w3.org/2000/svg";
const kFingers = ["right_index", "left_index", "right_thumb", "left_thumb"];

let linkToProgram = "up";
let daemonWasDown = false;
let lastScreen = null;

function say(text) {
  byId("announce").textContent = text;
}

function setAll(selector, text) {
  for (const element of all(selector)) element.textContent = text;
}

export function translatePage() {
  applyLanguage();
  for (const element of all("[data-t]")) {
    element.dataset.t ||= element.textContent.trim();
    element.textContent = t(element.dataset.t);
  }
  for (const element of all("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
  labelKeypad();
}

function fingerName(finger) {
  switch (finger) {
    case "right_index": return t("Right index finger");
    case "left_index": return t("Left index finger");
    case "right_thumb": return t("Right thumb");
    default: return t("Left thumb");
  }
}

function promptText(prompt) {
  switch (prompt) {
    case "place": return t("Place the finger on the reader.");
    case "swipe": return t("Draw the finger over the reader.");
    case "again": return t("The image was not clear. Lift the finger and try again.");
    case "too_short": return t("That was too short. Draw the whole finger over the reader again.");
    case "centre": return t("Place the finger in the middle of the reader.");
    case "remove": return t("Lift the finger, then place it again.");
    default: return t("Get ready.");
  }
}

function qualityText(reason) {
  switch (reason) {
    case "good": return t("good");
    case "no_finger": return t("no finger: place the finger on the reader");
    case "too_small": return t("too small: press more of the finger on the glass");
    case "off_centre": return t("off centre: place the finger in the middle");
    case "too_dry": return t("too dry: moisten the finger slightly, or press harder");
    case "too_wet": return t("too wet: dry the finger, or press less");
    default: return t("smudged: clean the reader and hold the finger still");
  }
}

function touchLine(touch, number) {
  const line = document.createElement("p");
  line.className = "touch";
  const bar = document.createElementNS(kSvg, "svg");
  bar.setAttribute("viewBox", "0 0 100 10");
  bar.setAttribute("preserveAspectRatio", "none");
  bar.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS(kSvg, "rect");
  rect.setAttribute("width", String(touch.quality));
  rect.setAttribute("height", "10");
  bar.append(rect);
  const text = document.createElement("span");
  text.textContent = t("Touch {n}: quality {quality} of 100, {reason}",
    { n: number, quality: touch.quality, reason: qualityText(touch.reason) });
  line.append(bar, text);
  return line;
}

function showTouches(screen) {
  const last = screen.touches.length;
  for (const element of all(".touches")) {
    element.replaceChildren(...(last === 0 ? [] : [touchLine(screen.touches[last - 1], last)]));
  }
}

function showHeader(screen) {
  byId("precinct").textContent = screen.precinct_id;
  byId("station-of").hidden = screen.station === "";
  byId("station").textContent = screen.station;
  const precinct = screen.precinct;
  const polls = byId("polls");
  polls.hidden = precinct === null;
  if (precinct === null) return;
  polls.dataset.polls = precinct.polls;
  polls.textContent = { open: t("Polls open"), closed: t("Polls closed") }[precinct.polls] ??
    t("Polls not open yet");
  const share = precinct.voters > 0 ? precinct.accredited / precinct.voters : 0;
  byId("accredited").textContent =
    `${formatNumber(precinct.accredited)} / ${formatNumber(precinct.voters)}`;
  byId("turnout").textContent = formatNumber(share,
    { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  byId("to-come").textContent = formatNumber(precinct.voters - precinct.accredited);
  const tally = screen.tally;
  byId("here").textContent = formatNumber(tally.accredited);
  byId("pace").textContent = tally.accredited > 0
    ? formatNumber(Math.round(tally.seconds / tally.accredited)) : "–";
}

function showState(id, good, text) {
  const element = byId(id);
  element.querySelector("use").setAttribute("href", good ? "#dot-good" : "#dot-bad");
  element.querySelector("span").textContent = text;
}

function readerText(reader) {
  if (reader.state === "ready") return t("Reader ready: {name}", { name: reader.name });
  if (reader.state === "searching") return t("Looking for the reader");
  if (reader.error?.reason === "NO_READER") return t("No reader. Plug it in.");
  if (reader.error?.reason === "MATCHES_ON_CHIP") {
    return t("This reader cannot be used. Plug in another one.");
  }
  return t("The reader failed. Unplug it, then plug it in again.");
}

function showFooter(screen) {
  showState("reader-state", screen.reader.state === "ready", readerText(screen.reader));
  showState("link-state", screen.link.state === "up", screen.link.state === "up"
    ? t("Connected to the service") : t("Not connected to the service"));
}

// What is in the way of all work, or null.
function obstacle(screen) {
  if (linkToProgram === "over") {
    return [t("This page is no longer in charge."), t("Another one was opened for this station.")];
  }
  if (linkToProgram === "lost") {
    return [t("The terminal program does not answer."),
      t("Wait. If it does not come back, call the technician.")];
  }
  if (screen?.link.state === "down") {
    return [t("No connection to the service."),
      t("Nothing is lost. Work goes on by itself as soon as it answers.")];
  }
  if (screen?.link.error) {
    return [t("The service does not accept this station."), screen.link.error.message];
  }
  if (screen?.printer.state === "failed") {
    return [t("The slip was not printed."),
      t("Look at the printer's paper and cover, then print it again.")];
  }
  if (screen?.reader.state === "failed") return [readerText(screen.reader), ""];
  return null;
}

function showBanner() {
  const what = obstacle(lastScreen);
  byId("banner").hidden = what === null;
  byId("banner-what").textContent = what?.[0] ?? "";
  byId("banner-then").textContent = what?.[1] ?? "";
}

function problemText(reason) {
  switch (reason) {
    case "SESSION_EXISTS":
      return t("Another device works at this station. Go on there, or take the station over.");
    case "SESSION_TAKEN_OVER":
    case "SESSION_OF_ANOTHER_DEVICE":
      return t("Another device has taken this station over. Nobody was accredited here. Send voters to that device, or take the station back.");
    case "SESSION_ENDED":
    case "UNKNOWN_SESSION":
      return t("The work of this station was ended. Nobody was accredited here. Begin it again.");
    case "POLLS_CLOSED": return t("The polls of this precinct are closed.");
    case "WRONG_CODE": return t("A code was wrong. Nothing was recorded.");
    case "CODE_LOCKED": return t("A code is locked after too many wrong ones. Nothing was recorded.");
    case "SAME_OFFICER": return t("The second officer must be another person.");
    case "FALLBACK_REASON_UNFOUNDED":
      return t("The record does not bear out this reason. Nothing was recorded.");
    default:
      return t("Nobody was identified. Tell the chair of the commission what stands below.");
  }
}

// About the station itself, not about a voter.
function aboutStation(screen) {
  return screen.may_take_over || screen.asking === "start_session" || screen.asking === "take_over";
}

function showWaiting(screen) {
  const trouble = screen.trouble;
  const station = aboutStation(screen);
  byId("deciding-title").textContent = station ? t("Opening the station") : t("Comparing");
  byId("problem-title").textContent =
    station ? t("This device has not got the station") : t("The question was refused");
  byId("problem-over").textContent = station ? t("Ask again") : t("Next voter");
  byId("take-over-open").hidden = !screen.may_take_over;
  byId("waiting").textContent = trouble === null ? ""
    : t("The answer is late. The same question is asked again until it is answered.");
  byId("problem-what").textContent = problemText(trouble?.reason);
  setAll(".detail", trouble === null ? "" : `${trouble.reason}: ${trouble.message}`);
}

function showSlip(screen) {
  const { slip, given } = screen.decision;
  byId("slip").hidden = slip === null;
  byId("slip-title").textContent = slip?.issue > 1
    ? t("Copy {n} of the slip", { n: slip.issue }) : t("The slip");
  byId("slip-text").textContent = slip?.text ?? "";
  // What the printer has printed is issued again, as a copy that is logged.
  const printer = screen.printer.state;
  byId("print").hidden = slip === null || printer === "ready" || printer === "printing";
  byId("print").textContent = printer === "failed" ? t("Print it again") : t("Print the slip");
  byId("slip-printed").textContent = slip === null ? "" :
    { ready: t("Printed."), printing: t("Printing") }[printer] ?? "";
  byId("reissue").hidden = given === null || screen.voter === "" ||
    given.precinct !== screen.precinct_id;
  byId("slip-actions").hidden ||= byId("print").hidden && byId("reissue").hidden &&
    !mayVouch(screen);
}

function showDecision(screen) {
  const decision = screen.decision;
  if (decision === null) return;
  document.querySelector(".decision").dataset.tone = decision.tone;
  byId("sign").setAttribute("href", `#sign-${decision.tone}`);
  byId("shape").textContent = shape(decision.tone);
  byId("verdict").textContent = verdict(decision.tone);
  byId("what").textContent = sentence(decision, screen.phase === "retry");
  byId("facts").replaceChildren(...facts(decision).map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
  // How good the touch was matters where another one may help.
  document.querySelector(".decision .touches").hidden = decision.tone !== "amber";
  showSlip(screen);
  const next = kFingers[(kFingers.indexOf(screen.finger) + 1) % kFingers.length];
  byId("other").textContent = t("Next finger: {finger}", { finger: fingerName(next) });
}

function showPhase(phase) {
  document.body.dataset.phase = phase;
  for (const element of all("[data-for]")) {
    element.hidden = !element.dataset.for.split(" ").includes(phase);
  }
}

// Where the operator's hands go next.
function focusFor(phase) {
  const ids = { sign_on: "operator", idle: "number", capturing: "capture-title",
    deciding: "deciding-title", retry: "same", decision: "next-number", problem: "problem-over" };
  byId(ids[phase])?.focus();
}

function spoken(screen) {
  switch (screen.phase) {
    case "capturing": return `${fingerName(screen.finger)}. ${promptText(screen.prompt)}`;
    case "retry":
    case "decision":
      return [`${verdict(screen.decision.tone)}.`,
        sentence(screen.decision, screen.phase === "retry"), ...facts(screen.decision)].join(" ");
    default: return "";
  }
}

// `moved` where the phase is a new one, and the focus goes to where it begins.
export function showScreen(screen, moved) {
  lastScreen = screen;
  showPhase(screen.phase);
  showHeader(screen);
  showFooter(screen);
  showTouches(screen);
  showWaiting(screen);
  showDecision(screen);
  setAll(".number", screen.voter);
  for (const element of all(".voter")) element.hidden = screen.voter === "";
  setAll(".tries", screen.phase === "capturing" || screen.phase === "retry"
    ? t("Tries left: {n}", { n: screen.tries_left }) : "");
  for (const element of all(".without")) element.hidden = !mayVouch(screen);
  byId("operator-now").textContent = screen.operator;
  byId("capture-title").textContent = fingerName(screen.finger);
  byId("prompt").textContent = promptText(screen.prompt);
  showBanner();
  if (moved) {
    closeFallback();
    closeTakeOver();
    for (const input of all("input:not([type=radio])")) input.value = "";
    focusFor(screen.phase);
    say(spoken(screen));
  }
  const down = screen.link.state === "down";
  if (daemonWasDown && !down) say(t("The connection is back."));
  daemonWasDown = down;
}

export function showLink(state) {
  linkToProgram = state;
  showBanner();
}
