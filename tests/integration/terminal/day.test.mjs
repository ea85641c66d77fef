// An election day at one station, from before the opening to after the closing, in a real browser,
// with the real daemon and libfprint's virtual reader.
import assert from "node:assert/strict";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { faultsOf, fits } from "./accessible.mjs";
import { Browser, phase, shot, shows } from "./browser.mjs";
import { Election } from "./election.mjs";
import { Finger, kRetryTooShort } from "./finger.mjs";
import { readPng, spot } from "./png.mjs";

const kPrecinct = "P0001";

const election = new Election();
const printer = election.path("printer");  // takes what is printed
let browser;
let page;
let finger;
let here;       // voters of this precinct
let elsewhere;  // and of another one

// The day goes on only from what went well.
let broken = false;
function step(name, act) {
  test(name, async (t) => {
    if (broken) return t.skip("an earlier step failed");
    broken = true;
    try {
      await act();
    } catch (failure) {
      await shot(page, "00-failed");
      throw failure;
    }
    broken = false;
  });
}

// A screen is kept as a picture, and must be accessible in every language.
async function keep(name, { languages = [] } = {}) {
  const at = await page.evaluate(() => document.activeElement.id);
  assert.deepEqual(await faultsOf(page), [], name);
  await shot(page, name);
  assert.ok(await fits(page), `${name} does not fit`);
  for (const language of languages) {
    await page.click(`[data-language=${language}]`);
    assert.equal(await page.getAttribute("html", "lang"), language);
    assert.deepEqual(await faultsOf(page), [], `${name} in ${language}`);
    await shot(page, `${name}-${language}`);
    assert.ok(await fits(page), `${name} does not fit in ${language}`);
  }
  if (languages.length === 0) return;
  await page.click("[data-language=en]");
  if (at !== "") await page.focus(`#${at}`);
}

// As a scanner does: fast, wherever the focus is, with Enter at the end.
async function scan(number) {
  await page.keyboard.type(number);
  await page.keyboard.press("Enter");
  await phase(page, "capturing");
}

// Presses the finger, and waits for what comes of it.
async function press(image, next) {
  finger.press(image);
  await phase(page, next);
}

const print = (voter, number) => readPng(voter.probes[number]);
const tone = () => page.getAttribute(".decision", "data-tone");
// By the election's name, which stands on each once.
const slipsPrinted = () => readFileSync(printer, "latin1").split("terminal test").length - 1;
const verdict = () => page.textContent("#verdict");

async function decided(wanted_tone, words, text) {
  assert.equal(await tone(), wanted_tone);
  assert.equal(await verdict(), words);
  await shows(page, text);
}

before(async () => {
  await election.startDaemon();
  const voters = election.loadRegister(16);
  here = voters.filter((voter) => voter.precinct === kPrecinct);
  elsewhere = voters.filter((voter) => voter.precinct !== kPrecinct);
  writeFileSync(printer, "");
  await election.startTerminal(kPrecinct, "--station", "1", "--printer", printer);
  browser = await Browser.open();
  page = await browser.page();
  await page.goto(election.startUrl());
});

after(async () => {
  finger?.lift();
  await browser?.close();
  await election.end();
});

step("an operator signs on, in the language of the polls", async () => {
  await phase(page, "sign_on");
  assert.equal(new URL(page.url()).search, "", "the token stays in the address");
  assert.equal(await page.getAttribute("html", "lang"), "ky");
  await keep("01-sign-on", { languages: ["ru", "en", "ky"] });
  await page.keyboard.type("B.Isakov");
  await page.keyboard.press("Enter");
  await phase(page, "idle");
  await page.waitForSelector("#reader-state use[href='#dot-good']");
  finger = await Finger.lay(election.reader);
  await keep("02-idle", { languages: ["ky", "ru", "en"] });
});

step("before the opening nobody is accredited", async () => {
  assert.equal(await page.textContent("#polls"), "Polls not open yet");
  await scan(here[0].number);
  await keep("03-capturing", { languages: ["ky", "ru"] });
  await press(print(here[0], 0), "decision");
  await decided("amber", "Not yet", "not open yet");
  await keep("04-polls-not-open", { languages: ["ky", "ru"] });
});

step("a voter who is recognised is given a ballot, and the figures move", async () => {
  election.taanu("polls", "open", "--all", "--operator", "chair");
  await page.waitForSelector("#polls[data-polls=open]");
  await scan(here[0].number);  // From the screen of the last decision, as a scanner would.
  await press(print(here[0], 0), "decision");
  await decided("green", "Give the ballot", "Slip number 1");
  assert.match(await page.textContent("#slip-text"), new RegExp(kPrecinct));
  await shows(page, "Printed.");
  const printed = readFileSync(printer, "latin1");
  assert.ok(printed.startsWith("\x1b@"), "not ESC/POS");
  assert.ok(printed.includes(kPrecinct));
  assert.equal(slipsPrinted(), 1);
  assert.ok(!await page.isVisible("#print"), "what was printed is issued again, not printed again");
  await page.waitForFunction((text) => document.querySelector("#accredited").textContent === text,
    `1 / ${here.length}`);
  assert.equal(await page.textContent("#here"), "1");
  await keep("05-accredited", { languages: ["ky", "ru"] });
  await page.keyboard.press("Enter");
  await phase(page, "idle");
});

step("bad touches are explained, and another finger helps", async () => {
  const [, voter, other] = here;
  await scan(voter.number);
  finger.askToRetry(kRetryTooShort);
  await shows(page, "That was too short.");
  await press(spot(print(voter, 1), 98), "retry");  // 5 mm
  await decided("amber", "Not yet", "not clear enough");
  await shows(page, "too small: press more of the finger on the glass");
  await shows(page, "Tries left: 4");
  await keep("06-low-quality", { languages: ["ky", "ru"] });
  await page.keyboard.press("Enter");  // The same finger again.
  await phase(page, "capturing");
  await press(print(other, 0), "retry");
  await decided("amber", "Not yet", "The finger was not recognised.");
  await shows(page, "Tries left: 3");
  await keep("07-no-match-retry", { languages: ["ky", "ru"] });
  await page.click("#other");
  await phase(page, "capturing");
  assert.equal(await page.textContent("#capture-title"), "Left index finger");
  await press(print(voter, 1), "decision");
  await decided("green", "Give the ballot", "Slip number 2");
});

step("a voter who comes again gets no second ballot", async () => {
  await scan(here[0].number);
  await press(print(here[0], 1), "decision");
  await decided("red", "No ballot", "already been given a ballot");
  await shows(page, "The finger is this voter's own.");
  await shows(page, "Case 1 was opened.");
  await keep("08-already-accredited", { languages: ["ky", "ru"] });
});

step("a slip that was lost is issued again, as a copy", async () => {
  renameSync(printer, `${printer}-unplugged`);
  await page.click("#reissue");
  await shows(page, "Copy 2 of the slip");
  await page.waitForSelector("#banner:not([hidden])");
  await shows(page, "The slip was not printed.");
  await keep("08-not-printed", { languages: ["ky", "ru"] });
  renameSync(`${printer}-unplugged`, printer);
  await page.click("#print");
  await page.waitForSelector("#banner", { state: "hidden" });
  assert.equal(slipsPrinted(), 3);
  assert.equal(await verdict(), "No ballot", "a copy of the slip is no second ballot");
  assert.match(await page.textContent("#slip-text"), new RegExp(kPrecinct));
  await keep("08-slip-again", { languages: ["ky", "ru"] });
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.isVisible("#slip-text"));
  assert.ok(!await page.isVisible("#verdict"));
  await shot(page, "08-slip-printed");
  await page.emulateMedia({ media: "screen" });
});

step("an unknown number and a voter of another precinct are told apart", async () => {
  await scan("99999");
  await press(print(here[2], 0), "decision");
  await decided("amber", "Not yet", "No voter has this number.");
  await keep("09-not-on-roll", { languages: ["ky", "ru"] });
  await scan(elsewhere[0].number);
  await press(print(elsewhere[0], 0), "decision");
  await decided("red", "No ballot", `precinct ${elsewhere[0].precinct}`);
  await keep("10-wrong-precinct", { languages: ["ky", "ru"] });
});

step("when all tries are used up two officers are called", async () => {
  await scan(here[2].number);
  for (let left = 3; left >= 0; --left) {
    await press(print(here[3 + left % 2], left % 2), left > 0 ? "retry" : "decision");
    if (left > 0) {
      await shows(page, `Tries left: ${left}`);
      await page.keyboard.press("Enter");
      await phase(page, "capturing");
    }
  }
  await decided("amber", "Not yet", "Two officers must check the document.");
  await keep("11-no-match", { languages: ["ky", "ru"] });
});

step("two officers identify by document whom no finger identified", async () => {
  await page.click("[data-for=decision] .without");
  assert.ok(await page.isChecked("[value=finger_not_matched]"));
  await keep("11-fallback");
  await page.fill("#second-officer", "B.Isakov");  // Who operates the station.
  await page.keyboard.press("Enter");
  await shows(page, "The second officer must be another person.");
  await keep("11-fallback-same-officer");
  await page.keyboard.press("Escape");  // Closes the dialog alone.
  await page.waitForSelector("#fallback", { state: "hidden" });
  await phase(page, "decision");
  for (const language of ["ky", "ru", "en"]) {
    await page.click(`[data-language=${language}]`);
    await page.click("[data-for=decision] .without");
    await keep(`11-fallback-${language}`);
    if (language === "en") break;
    await page.click("#fallback-back");
  }
  await page.fill("#second-officer", "A.Asanova");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".decision[data-tone=green]");
  await decided("green", "Give the ballot", "Two officers identified the voter by document.");
  await shows(page, "Without a finger so far: 1 of");
  await keep("11-fallback-accredited", { languages: ["ky", "ru"] });
});

step("officers' statement that the record does not bear out is refused", async () => {
  await scan(here[7].number);
  await page.click("[data-for=capturing] .without");
  await page.check("[value=finger_not_matched]");
  await page.fill("#second-officer", "A.Asanova");
  await page.keyboard.press("Enter");
  await phase(page, "problem");
  await shows(page, "The record does not bear out this reason.");
  await keep("11-problem", { languages: ["ky", "ru"] });
  await page.click("#problem-over");
  await phase(page, "idle");
});

step("a daemon that is killed is shown, and its answer comes when it is back", async () => {
  await scan(here[6].number);
  await election.killDaemon();
  await page.waitForSelector("#banner:not([hidden])");
  await shows(page, "No connection to the service.");
  await keep("12-link-cut", { languages: ["ky", "ru"] });
  await press(print(here[6], 0), "deciding");
  await shows(page, "The same question is asked again");
  await keep("13-waiting", { languages: ["ky", "ru"] });
  await page.keyboard.press("Escape");  // Nobody can turn away from it.
  await election.startDaemon();
  await phase(page, "decision");
  await decided("green", "Give the ballot", "Slip number 4");
  await page.waitForSelector("#banner", { state: "hidden" });
  assert.match(await page.textContent("#link-state"), /Connected to the service/);
  // It was asked more than once, and is one accreditation.
  await page.waitForFunction(() => document.querySelector("#accredited").textContent.startsWith("4 /"));
});

step("a voter without a number is found by finger alone", async () => {
  await page.keyboard.press("Enter");
  await phase(page, "idle");
  await page.click("#search");
  await phase(page, "capturing");
  await keep("13-search", { languages: ["ky", "ru"] });
  await press(print(here[5], 0), "decision");
  await decided("green", "Give the ballot", "Slip number 5");
  assert.equal(await page.textContent(".decision .number"), here[5].number);
  await keep("13-search-found", { languages: ["ky", "ru"] });
});

step("everything can be done by keyboard, and by touch", async () => {
  await page.keyboard.press("Enter");
  await phase(page, "idle");
  await scan("123");
  await page.keyboard.press("Escape");
  await phase(page, "idle");
  // The focus goes around all that can be used, each where it can be seen.
  const reached = new Set();
  for (let i = 0; i < 25; ++i) {
    await page.keyboard.press("Tab");
    assert.deepEqual(await faultsOf(page), []);
    reached.add(await page.evaluate(() => {
      const at = document.activeElement;
      return at.id || at.dataset.key || at.dataset.language || at.textContent;
    }));
  }
  for (const name of ["number", "ky", "ru", "en", "sign-off", "7", "back", "Begin"]) {
    assert.ok(reached.has(name), `${name} is not reached by Tab`);
  }
  for (const key of ["2", "0", "9", "back", "1"]) await page.tap(`[data-key="${key}"]`);
  assert.equal(await page.inputValue("#number"), "201");
  await page.tap("#begin .primary");
  await phase(page, "capturing");
  assert.equal(await page.textContent("[data-for=capturing] .number"), "201");
  await page.tap("[data-for=capturing] .leave");
  await phase(page, "idle");
});

step("a small screen shows the same without scrolling to the side", async () => {
  await page.setViewportSize({ width: 800, height: 1280 });
  await scan("42");
  await keep("14-portrait-capturing");
  await press(print(here[4], 0), "decision");
  await keep("15-portrait-decision");
  await page.setViewportSize({ width: 1366, height: 768 });
});

step("a station that another device takes over serves nobody until it is taken back", async () => {
  await page.keyboard.press("Enter");
  await phase(page, "idle");
  election.taanu("session", "takeover", "--precinct", kPrecinct, "--station", "1",
    "--operator", "chair", "--second-officer", "deputy", "--reason", "device_failed");
  await scan(here[4].number);
  finger.press(print(here[4], 0));
  await phase(page, "problem");
  await shows(page, "Another device has taken this station over.");
  await keep("15-taken-over", { languages: ["ky", "ru"] });
  await page.click("#take-over-open");
  await keep("15-take-over");
  for (const language of ["ky", "ru", "en"]) {
    await page.keyboard.press("Escape");
    await page.waitForSelector("#take-over", { state: "hidden" });
    await page.click(`[data-language=${language}]`);
    await page.click("#take-over-open");
    await keep(`15-take-over-${language}`);
  }
  await page.fill("#take-over-second", "B.Isakov");  // Who operates the station.
  await page.keyboard.press("Enter");
  await shows(page, "The second officer must be another person.");
  await page.fill("#take-over-second", "A.Asanova");
  await page.keyboard.press("Enter");
  await phase(page, "idle");
  await scan(here[0].number);
  await press(print(here[0], 1), "decision");
  await decided("red", "No ballot", "already been given a ballot");
});

step("after the closing nobody is accredited", async () => {
  election.taanu("polls", "close", "--all", "--operator", "chair");
  await page.waitForSelector("#polls[data-polls=closed]");
  await scan(here[4].number);
  await press(print(here[4], 0), "decision");
  await decided("red", "No ballot", "are closed");
  await keep("16-polls-closed", { languages: ["ky", "ru"] });
});

step("a page that is opened later takes charge, and the earlier one says so", async () => {
  const other = await Browser.open();
  const second = await other.page();
  await second.goto(election.startUrl());
  await phase(second, "decision");
  await shows(page, "This page is no longer in charge.");
  await shot(page, "17-not-in-charge");
  await other.close();
});

step("the figures of the daemon are those that the page showed", async () => {
  const outcomes = election.taanu("stats", "--precinct", kPrecinct, "--by", "outcome", "--csv");
  for (const line of ["ACCREDITED,4", "ACCREDITED_BY_FALLBACK,1", "NO_MATCH,5",
    "LOW_QUALITY,1", "ALREADY_ACCREDITED,2",
    "NOT_ON_ROLL,2", "WRONG_PRECINCT,1", "POLLS_NOT_OPEN,1", "POLLS_CLOSED,1"]) {
    assert.ok(outcomes.includes(line), `${line} is not in\n${outcomes}`);
  }
});

step("a terminal program that ends is shown, and a stop is no failure", async () => {
  await page.goto(election.startUrl());
  await phase(page, "decision");
  assert.equal(await election.stopTerminal(), 0, election.terminalLog());
  await shows(page, "The terminal program does not answer.");
  await shot(page, "18-program-gone");
  assert.deepEqual(page.faults, []);
});
