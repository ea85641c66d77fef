// Preliminary results, and the log beside ballots and counts.
import { bar } from "/chart.js";
import { change, figure, kind, state } from "/names.js";
import { toned } from "/precincts.js";
import { element, fill, tile } from "/table.js";
import { clock, dated, number, percent, t } from "/words.js";

const byId = (id) => document.getElementById(id);
let last = null;

function contest(name, choices) {
  const all = choices.reduce((sum, choice) => sum + choice.votes, 0);
  const most = Math.max(1, ...choices.map((choice) => choice.votes));
  const table = element("table");
  fill(table, {
    caption: name,
    columns: [
      { title: t("Choice"), head: true, cell: (choice) => choice.choice },
      { title: t("Votes"), number: true, cell: (choice) => number(choice.votes) },
      { title: t("Share"), number: true, cell: (choice) => percent(choice.votes / all) },
      { title: "", bar: true, cell: (choice) => bar(choice.votes / most, { height: 16 }) },
      { title: t("Precincts by hand / by machine"), number: true, cell: (choice) => `${number(choice.hand_precincts)} / ${number(choice.machine_precincts)}` },
      { title: t("As of"), number: true, cell: (choice) => clock(choice.time) },
    ],
    rows: choices, empty: t("None yet"),
  });
  return [element("h3", {}, name), element("div", { class: "scroll" }, table)];
}

export function showResults({ preliminary: results }) {
  const share = results.precincts === 0 ? NaN : results.reported / results.precincts;
  byId("results-tiles").replaceChildren(
    tile(`${number(results.reported)} / ${number(results.precincts)}`, t("Precincts that reported ({share})", { share: percent(share, 0) })),
    tile(number(results.identified), t("Voters identified")),
    tile(number(results.ballots), t("Ballots counted")),
    tile(number(results.agreeing), t("Precincts that agree"), "good"),
    tile(number(results.differing), t("Precincts that differ"), results.differing > 0 ? "bad" : "plain"));
  const contests = Map.groupBy?.(results.choices, (choice) => choice.contest) ?? grouped(results.choices);
  byId("contests").replaceChildren(...(contests.size === 0
    ? [element("p", { class: "lead" }, t("No count has come in yet."))]
    : [...contests].flatMap(([name, choices]) => contest(name, choices))));
}

function grouped(choices) {
  const groups = new Map();
  for (const choice of choices) groups.set(choice.contest, [...(groups.get(choice.contest) ?? []), choice]);
  return groups;
}

const stated = (line, key) => line.hand?.[key] ?? line.machine?.[key];

function differences(line) {
  const told = line.differences.filter((difference) => !difference.tolerated).map((difference) =>
    element("li", {}, `${kind(difference.kind)}${difference.subject === "" ? "" : ` (${difference.subject})`}: ` +
      `${number(difference.expected)} / ${number(difference.found)}`));
  return told.length === 0 ? "–" : element("ul", { class: "differences" }, ...told);
}

function showTable() {
  const only = byId("only-differing").checked;
  const some = last.precincts.some((line) => line.state === "DIFFERS");
  byId("only").hidden = !some;
  const rows = last.precincts.filter((line) => !only || !some || line.state === "DIFFERS")
    .sort((a, b) => b.largest_difference - a.largest_difference || (a.precinct < b.precinct ? -1 : 1));
  fill(byId("counts"), {
    caption: t("Log, ballots and counts side by side"),
    columns: [
      { title: t("Precinct"), head: true, cell: (line) => line.precinct },
      { title: t("Counts"), cell: (line) => toned(line.state, state(line.state)) },
      { title: t("Identified"), number: true, cell: (line) => number(line.identified.count) },
      { title: t("Sealed at closing"), number: true, cell: (line) => number(line.sealed) },
      { title: t("Ballots issued"), number: true, cell: (line) => number(stated(line, "issued")) },
      { title: t("Spoiled"), number: true, cell: (line) => number(stated(line, "spoiled")) },
      { title: t("Found in the box"), number: true, cell: (line) => number(stated(line, "in_box")) },
      { title: t("By machine"), number: true, cell: (line) => number(line.machine?.counted) },
      { title: t("By hand"), number: true, cell: (line) => number(line.hand?.counted) },
      { title: t("What differs"), cell: differences },
    ],
    rows: rows.slice(0, 300), empty: t("No precinct has closed or reported yet."),
  });
}

export function showReconciliation(report) {
  last = report;
  const { ballots, share } = report.tolerance;
  byId("tolerance").textContent = ballots === 0 && share === 0
    ? t("Figures must be equal: the election allows no difference.")
    : t("The election allows a difference of {ballots} ballots or {share} of the larger figure.", { ballots: number(ballots), share: percent(share, 2) });
  byId("states").replaceChildren(...Object.entries(report.states).map(([name, count]) =>
    tile(number(count), state(name), name === "AGREES" ? "good" : name === "DIFFERS" && count > 0 ? "bad" : "plain")));
  fill(byId("kinds"), {
    caption: t("Differences by kind"),
    columns: [
      { title: t("Differences by kind"), head: true, cell: (row) => kind(row.kind) },
      { title: t("Precincts"), number: true, cell: (row) => number(row.precincts) },
      { title: t("Sum"), number: true, cell: (row) => number(row.total) },
    ],
    rows: report.kinds, empty: t("No difference"),
  });
  showTable();
  fill(byId("changes"), {
    caption: t("Totals that moved after they were shown"),
    columns: [
      { title: t("Time"), head: true, cell: (row) => dated(row.time) },
      { title: t("Precinct"), cell: (row) => row.precinct },
      { title: t("Figure"), cell: (row) => figure(row.figure) },
      { title: t("Before"), number: true, cell: (row) => number(row.before) },
      { title: t("After"), number: true, cell: (row) => number(row.after) },
      { title: t("Reason"), cell: change },
      { title: t("Log entry"), number: true, cell: (row) => number(row.event_index) },
    ],
    rows: report.precincts.flatMap((line) => line.changes.map((row) => ({ ...row, precinct: line.precinct })))
      .sort((a, b) => b.event_index - a.event_index),
    empty: t("None"),
  });
}

export function setUpCounts() {
  byId("only-differing").addEventListener("change", () => { if (last !== null) showTable(); });
}
