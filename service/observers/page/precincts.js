// All precincts, sorted and searched; and one of them with everything that is told of it.
import { bar } from "/chart.js";
import { change, figure, kind, polls, source, state } from "/names.js";
import { badge, element, fill } from "/table.js";
import { hours } from "/view.js";
import { clock, dated, number, percent, t } from "/words.js";

const byId = (id) => document.getElementById(id);
const kShown = 15;
const kTones = { AGREES: "good", DIFFERS: "bad", OPEN: "open", CLOSED: "closed", NOT_OPEN: "not_open" };

let lines = [];
let sorting = { by: "precinct", down: false };
let all = false;

const turnoutOf = (line) => (line.voters === 0 ? 0 : line.identified.count / line.voters);
const capOf = (line) => (line.fallbacks === null ? -1 : line.fallbacks / Math.max(1, line.fallback_cap));
const kKeys = {
  precinct: (line) => line.precinct,
  voters: (line) => line.voters,
  identified: (line) => line.identified.count,
  turnout: turnoutOf,
  fallbacks: capOf,
  ballots: (line) => line.ballots?.count ?? -1,
  state: (line) => line.state,
};

export const toned = (code, words) => badge(words, kTones[code] ?? "plain");

function sourced(figure) {
  if (figure === null) return "–";
  const cell = element("span", {}, number(figure.count));
  cell.append(element("small", {}, `${source(figure.source)}, ${clock(figure.time)}`));
  return cell;
}

function sortButton(key, title) {
  const button = element("button", { type: "button", class: "sort", "data-key": `sort-${key}` }, title);
  button.addEventListener("click", () => {
    sorting = { by: key, down: sorting.by === key ? !sorting.down : key !== "precinct" };
    showLines();
  });
  return button;
}

function open(line) {
  const button = element("button", { type: "button", class: "link", "data-key": line.precinct }, line.precinct);
  button.addEventListener("click", () => { location.hash = `precinct=${encodeURIComponent(line.precinct)}`; });
  return button;
}

function showLines() {
  const wanted = byId("find").value.trim().toLowerCase();
  const key = kKeys[sorting.by];
  const order = (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.precinct < b.precinct ? -1 : 1);
  const found = lines.filter((line) => line.precinct.toLowerCase().includes(wanted)).sort(order);
  if (sorting.down) found.reverse();
  const column = (name, title, more) => ({
    title: sortButton(name, title), number: name !== "precinct" && name !== "state",
    sort: sorting.by === name ? (sorting.down ? "descending" : "ascending") : "none", ...more,
  });
  fill(byId("precincts"), {
    caption: t("Precincts"),
    columns: [
      column("precinct", t("Precinct"), { head: true, cell: open }),
      { title: t("Polls"), cell: (line) => toned(line.polls, polls(line.polls)) },
      column("voters", t("On the roll"), { cell: (line) => number(line.voters) }),
      column("identified", t("Identified"), { cell: (line) => sourced(line.identified) }),
      column("turnout", t("Turnout"), { cell: (line) => percent(turnoutOf(line)) }),
      { title: "", bar: true, cell: (line) => bar(turnoutOf(line)) },
      column("fallbacks", t("Without a finger / cap"), {
        cell: (line) => (line.fallbacks === null ? t("few") : `${number(line.fallbacks)} / ${number(line.fallback_cap)}`),
      }),
      column("ballots", t("Ballots counted"), { cell: (line) => sourced(line.ballots) }),
      column("state", t("Counts"), { cell: (line) => toned(line.state, state(line.state)) }),
    ],
    rows: all || wanted !== "" ? found.slice(0, all ? undefined : 200) : found.slice(0, kShown),
    empty: t("No such precinct"),
  });
  const hidden = found.length - kShown;
  byId("more").hidden = all || wanted !== "" || hidden <= 0;
  byId("more-words").textContent = t("{shown} of {all} precincts are shown.", { shown: number(kShown), all: number(found.length) });
}

export function showPrecincts(document_) {
  lines = document_.precincts;
  showLines();
}

export const chosen = () => {
  const match = /^#precinct=([A-Za-z0-9._%-]{1,96})$/.exec(location.hash);
  return match === null ? null : decodeURIComponent(match[1]);
};

// What happened, and when.
function events(one) {
  const list = [];
  if (one.open_time) list.push([one.open_time, t("Polls opened")]);
  if (one.close_time) {
    list.push([one.close_time, t("Polls closed, total sealed: {sealed}", { sealed: number(one.sealed) })]);
  }
  for (const [protocol, name] of [[one.machine, t("Report of the ballot counter")], [one.hand, t("Protocol of the count by hand")]]) {
    if (protocol !== null) list.push([protocol.time, `${name}, SHA-256 ${protocol.file_sha256.slice(0, 16)}…`]);
  }
  for (const moved of one.changes) {
    list.push([moved.time, `${figure(moved.figure)}: ${number(moved.before)} → ${number(moved.after)} (${change(moved)})`]);
  }
  return list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function compared(one) {
  const rows = [[t("Voters identified"), one.identified.count, null, null], [t("Slips given"), one.slips, null, null]];
  for (const [key, title] of [["issued", t("Ballots issued")], ["spoiled", t("Spoiled")], ["in_box", t("Found in the box")], ["counted", t("Counted")]]) {
    rows.push([title, null, one.machine?.[key], one.hand?.[key]]);
  }
  for (const vote of (one.hand ?? one.machine)?.votes ?? []) {
    const by = (protocol) => protocol?.votes.find((other) => other.contest === vote.contest && other.choice === vote.choice)?.votes;
    rows.push([`${vote.contest}: ${vote.choice}`, null, by(one.machine), by(one.hand)]);
  }
  return rows;
}

export function showPrecinct(one) {
  const place = byId("precinct");
  if (one === null) {
    place.hidden = true;
    return;
  }
  const title = element("h3", { id: "precinct-title", tabindex: "-1" }, t("Precinct {name}", { name: one.precinct }));
  const close = element("button", { type: "button", class: "quiet", "data-key": "close" }, t("Close"));
  close.addEventListener("click", () => { location.hash = "precincts-title"; });
  const facts = element("p", { class: "lead" }, t("{identified} of {voters} voters identified: {share}. Polls: {polls}.", {
    identified: number(one.identified.count), voters: number(one.voters), share: percent(turnoutOf(one)), polls: polls(one.polls),
  }), " ", toned(one.state, state(one.state)));
  const chart = element("div", { class: "chart" });
  const byHour = element("table");
  const timeline = element("table");
  const counts = element("table");
  const caption = t("Voters identified in each hour, precinct {name}", { name: one.precinct });
  hours(one.hours, { chart, table: byHour, caption });
  fill(timeline, {
    caption: t("What happened"),
    columns: [{ title: t("Time"), head: true, cell: ([time]) => dated(time) }, { title: t("What happened"), cell: ([, words]) => words }],
    rows: events(one), empty: t("Nothing yet"),
  });
  fill(counts, {
    caption: t("Log, ballots and counts side by side"),
    columns: [{ title: t("Figure"), head: true, cell: ([words]) => words },
      ...[t("Log"), t("Machine"), t("By hand")].map((name, i) => ({ title: name, number: true, cell: (row) => number(row[i + 1]) }))],
    rows: compared(one), empty: "",
  });
  const differing = element("ul", { class: "differences" }, ...one.differences.filter((one_) => !one_.tolerated).map((difference) =>
    element("li", {}, `${kind(difference.kind)}${difference.subject === "" ? "" : ` (${difference.subject})`}: ${number(difference.expected)} / ${number(difference.found)}`)));
  const scroll = (table) => element("div", { class: "scroll" }, table);
  place.replaceChildren(element("div", { class: "head" }, title, element("p", { class: "time" }, clock(one.time)), close), facts, differing,
    element("div", { class: "pair" }, element("figure", {}, element("figcaption", {}, caption), chart), scroll(byHour)),
    element("div", { class: "pair" }, scroll(timeline), scroll(counts)));
  place.hidden = false;
}

export function setUpPrecincts() {
  byId("find").addEventListener("input", showLines);
  byId("show-all").addEventListener("click", () => { all = true; showLines(); });
}
