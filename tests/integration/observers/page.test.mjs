// The observers' page in a real browser, from before the first voter to a total that moved after
// the closing, with the real daemon.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { faultsOf } from "../terminal/accessible.mjs";
import { Browser, shot } from "../terminal/browser.mjs";
import { ObservedElection } from "./observed.mjs";

const election = new ObservedElection();
let browser;
let page;
const asked = new Set();

// The day goes on only from what went well.
let broken = false;
function step(name, act) {
  test(name, async (t) => {
    if (broken) return t.skip("an earlier step failed");
    broken = true;
    try {
      await act();
    } catch (failure) {
      await shot(page, "observers-00-failed");
      throw failure;
    }
    broken = false;
  });
}

const live = () => page.waitForSelector("body[data-link=live]");
const text = (selector) => page.textContent(selector);
// Two frames on, what was asked for is on the screen.
const drawn = () => page.evaluate(() =>
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const speak = (language) => page.click(`[data-language=${language}]`);
// What the page shows of a number, whatever the language groups its digits by.
const digits = (words) => words.replace(/\D+/g, " ").trim().split(" ").map(Number);
const until = (wanted, selector) => page.waitForFunction(([words, place]) =>
  document.querySelector(place).textContent.includes(words), [wanted, selector]);

before(async () => {
  await election.setUp();
  browser = await Browser.open();
  page = await browser.page();
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  await page.goto(election.url);
  await speak("en");
});

after(async () => {
  await browser?.close();
  await election.end();
});

step("before the first voter it says so", async () => {
  await live();
  assert.equal(await text("#election"), "Election of the observers' test");
  assert.match(await text("#share-of"), /^0 of 40 /);
  assert.match(await text("#outcomes"), /None yet/);
  assert.deepEqual(await faultsOf(page), []);
});

step("figures move by themselves, and are those of the statistics", async () => {
  await election.verify(election.voters.slice(0, 24));
  await until("24 of 40", "#share-of");
  const statistics = election.statistics("outcome");
  assert.deepEqual(digits(await text("#share-of")),
    [Number(statistics.accredited_count), Number(statistics.voter_count)]);
  // Whatever hours they fell into.
  const counts = await page.locator("#hours td.number").allTextContents();
  assert.equal(counts.map(Number).reduce((sum, count) => sum + count, 0), 24);
  await page.waitForSelector("#precincts [data-key=P0001]");
});

step("it can be read in every language", async () => {
  for (const [language, word] of [["ky", "Катышуу"], ["ru", "Явка"], ["en", "Turnout"]]) {
    await speak(language);
    assert.equal(await page.getAttribute("html", "lang"), language);
    assert.equal(await text("#turnout-title"), word);
    assert.deepEqual(await faultsOf(page), [], language);
    await shot(page, `observers-01-${language}`);
  }
  // The choice outlives the page.
  await speak("ru");
  await page.reload();
  await live();
  assert.equal(await text("#turnout-title"), "Явка");
  await speak("en");
});

step("everything is reached by the keyboard", async () => {
  await page.reload();
  await live();
  await page.waitForSelector("#precincts [data-key=P0002]");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.focus("#find");
  await page.keyboard.type("p0002");
  await page.waitForFunction(() => document.querySelectorAll("#precincts tbody tr").length === 1);
  for (let i = 0; i < 12; ++i) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.dataset.key) === "P0002") break;
  }
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "precinct-title");
  assert.equal(await text("#precinct-title"), "Precinct P0002");
  assert.match(page.url(), /#precinct=P0002$/);
  assert.deepEqual(await faultsOf(page), []);
  await shot(page, "observers-02-precinct");
  // Sorting says itself, and keeps the focus.
  await page.fill("#find", "");
  await page.focus("[data-key=sort-turnout]");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), "sort-turnout");
  assert.equal(await page.locator("#precincts th[aria-sort=descending]").count(), 1);
});

step("counts that come in, and a total that moved, stand there with their reasons", async () => {
  election.taanu("polls", "close", "P0001", "--operator", "chair");
  await until("1Closed", "#polls");
  const [line] = election.statistics("precinct").cells.filter((cell) => cell.precinct_id === "P0001");
  assert.notEqual(line, undefined);
  const sealed = Number(JSON.parse(election.taanu("stats", "--json", "--precinct", "P0001")).accredited_count);
  const counted = sealed - 2;  // two ballots are missing
  writeFileSync(election.path("counts.csv"),
    "precinct,source,issued,spoiled,found_in_box,counted_by_machine,counted_by_hand,Council/Alma,Council/Bulak\n" +
    `P0001,machine,,,,${counted},,${counted - 3},3\nP0001,hand,${sealed},0,${counted},,${counted},${counted - 3},3\n`);
  election.taanu("reconcile", "import", election.path("counts.csv"), "--operator", "commission");
  await until("Council", "#contests");
  await until("Differs", "#counts");
  await until("Ballots issued / found and spoiled", "#kinds");
  election.taanu("polls", "correct", "P0001", "--operator", "chair", "--second-officer", "secretary",
    "--accredited", String(sealed - 1), "--reason", "counted_twice", "--document", "act 17-2026");
  await until("act 17-2026", "#changes");
  assert.match(await text("#changes"), new RegExp(`Voters identified${sealed}${sealed - 1}Counted twice, act 17-2026`));
  assert.deepEqual(await faultsOf(page), []);
  await page.locator("section:has(#counts)").scrollIntoViewIfNeeded();
  await shot(page, "observers-03-counts");
});

step("the checkpoint on it is one that the public key verifies", async () => {
  const note = await page.textContent("#checkpoint");
  writeFileSync(election.path("checkpoint.txt"), note);
  election.taanu("audit", "export", "--out", election.path("log.jsonl"));
  const told = election.taanu("audit", "verify", election.path("log.jsonl"), "--public-key",
    election.path("keys/audit.key.pub"), "--checkpoint", election.path("checkpoint.txt"));
  assert.ok(told.length > 0);
});

step("on a telephone and on a wall it fits", async () => {
  for (const [name, width, height] of [["telephone", 390, 844], ["wall", 1920, 1080]]) {
    await page.setViewportSize({ width, height });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${name}: ${over} pixels too wide`);
    await page.evaluate(() => scrollTo(0, 0));
    await drawn();
    await shot(page, `observers-04-${name}`);
  }
  await page.setViewportSize({ width: 1366, height: 768 });
});

step("on paper every figure is there, and nothing to press", async () => {
  await page.evaluate(() => { location.hash = "precinct=P0001"; });
  await page.waitForSelector("#precinct-title");
  for (const language of ["ru", "ky", "en"]) {
    await speak(language);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 703, height: 1000 });  // A4 less its margins, at 96 dpi
    await drawn();
    const paper = await page.evaluate(() => ({
      over: document.documentElement.scrollWidth - innerWidth,
      pressed: [...document.querySelectorAll(".tools, .find input, .get")]
        .filter((element) => element.getClientRects().length > 0).length,
      charts: [...document.querySelectorAll("svg.columns rect")]
        .filter((element) => element.getBoundingClientRect().height > 0).length,
      cut: [...document.querySelectorAll(".scroll")]
        .filter((element) => element.scrollHeight > element.clientHeight + 1).length,
    }));
    assert.ok(paper.over <= 0, `${language}: ${paper.over} pixels beyond the paper`);
    assert.equal(paper.pressed, 0);
    assert.ok(paper.charts > 0);
    assert.equal(paper.cut, 0);
    await page.evaluate(() => scrollTo(0, 0));
    await drawn();
    await shot(page, `observers-05-paper-${language}`);
    await page.emulateMedia({ media: "screen" });
    await page.setViewportSize({ width: 1366, height: 768 });
  }
});

step("where the connection is lost it says so, and comes back", async () => {
  await election.killDaemon();
  await page.waitForSelector("body[data-link=lost]");
  assert.ok(await page.isVisible("#banner"));
  assert.match(await text("#banner"), /Connection lost\. What you see is of \d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d/);
  assert.match(await text("#share-of"), /of 40/, "what was shown stays");
  assert.deepEqual(await faultsOf(page), []);
  await page.evaluate(() => scrollTo(0, 0));
  await shot(page, "observers-06-lost");
  await election.startDaemon();
  await live();
  assert.equal(await page.isVisible("#banner"), false);
});

step("a daemon that says nothing any more is no live one", async () => {
  election.signalDaemon("SIGSTOP");
  await page.waitForSelector("body[data-link=lost]");
  assert.ok(await page.isVisible("#banner"));
  election.signalDaemon("SIGCONT");
  await live();
});

step("nothing moves for those who do not want it", async () => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const moving = await page.evaluate(() => document.getAnimations()
    .filter((animation) => animation.playState === "running").length);
  assert.equal(moving, 0);
});

step("it asked nobody else for anything, and kept no cookie", async () => {
  assert.deepEqual([...asked], [election.url]);
  assert.deepEqual(await page.context().cookies(), []);
  assert.deepEqual(page.faults, []);
});
