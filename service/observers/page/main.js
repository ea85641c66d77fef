// Wires the page: summaries come by the stream, tables are fetched when they may have changed.
import { setUpCounts, showReconciliation, showResults } from "/counts.js";
import { follow, table } from "/link.js";
import { chosen, setUpPrecincts, showPrecinct, showPrecincts } from "/precincts.js";
import { showProof } from "/proof.js";
import { showSummary } from "/view.js";
import { applyLanguage, dated, loadWords, setLanguage, setOffset, t } from "/words.js";

const byId = (id) => document.getElementById(id);

// What was shown last, to be shown again in another language.
const shown = { summary: null, precincts: null, reconciliation: null, precinct: null };
let link = "waiting";

const kStates = {
  waiting: { sign: "wait", words: () => t("Waiting for figures") },
  live: { sign: "live", words: () => t("Live") },
  lost: { sign: "lost", words: () => t("Connection lost") },
  old: { sign: "lost", words: () => t("Old figures") },
};

function showLink() {
  document.body.dataset.link = link;
  byId("state-sign").setAttribute("href", `#sign-${kStates[link].sign}`);
  const words = kStates[link].words();
  if (byId("state-words").textContent !== words) byId("state-words").textContent = words;
  const bad = link === "lost" || link === "old";
  byId("banner-what").textContent = bad ? words + "." : "";
  byId("banner-then").textContent = !bad ? "" : shown.summary === null
    ? t("The page tries again by itself.")
    : t("What you see is of {time}. The page tries again by itself.", { time: dated(shown.summary.time) });
  byId("banner").hidden = !bad;
}

function showAll() {
  applyLanguage();
  showLink();
  if (shown.summary !== null) showFigures();
  if (shown.precincts !== null) showPrecincts(shown.precincts);
  if (shown.reconciliation !== null) showReconciliation(shown.reconciliation);
  showOne();
}

function showFigures() {
  showSummary(shown.summary);
  showResults(shown.summary);
  showProof(shown.summary);
}

const precincts = table(() => "/api/v1/precincts.json", (document_) => {
  if (document_ === null) return;
  shown.precincts = document_;
  showPrecincts(document_);
});
const reconciliation = table(() => "/api/v1/reconciliation.json", (document_) => {
  if (document_ === null) return;
  shown.reconciliation = document_;
  showReconciliation(document_);
});
const precinct = table(
  () => (chosen() === null ? null : `/api/v1/precincts/${encodeURIComponent(chosen())}.json`),
  (document_) => {
    shown.precinct = document_;
    showOne();
  });

// Whoever stands on its button stands there still.
function showOne() {
  const inside = document.activeElement?.closest("#precinct [data-key]") ?? null;
  showPrecinct(shown.precinct);
  if (inside !== null) byId("precinct").querySelector("[data-key]")?.focus();
}

async function choosePrecinct() {
  await precinct.now();
  if (shown.precinct !== null) byId("precinct-title").focus();
}

setUpPrecincts();
setUpCounts();
byId("print").addEventListener("click", () => window.print());
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => { setLanguage(button.dataset.language); showAll(); });
}
// Charts are drawn for the width that they have.
let resized = 0;
window.addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(showAll, 200);
});
window.addEventListener("hashchange", choosePrecinct);

await loadWords();
showAll();
let lastSize = -1;
follow({
  figures(summary) {
    setOffset(summary.utc_offset_minutes);
    shown.summary = summary;
    showFigures();
    if (summary.log_size === lastSize && shown.precincts !== null) return;
    if (lastSize < 0) choosePrecinct();
    else if (chosen() !== null) precinct.soon();
    lastSize = summary.log_size;
    precincts.soon();
    reconciliation.soon();
  },
  link(next) {
    link = next;
    showLink();
  },
});
