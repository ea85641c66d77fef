// The sections that the summary fills.
import { bar, columns, interval, kInk } from "/chart.js";
import { caseKind, method, outcome, polls, reason } from "/names.js";
import { element, fill, tile } from "/table.js";
import { clock, dated, number, percent, t } from "/words.js";

const byId = (id) => document.getElementById(id);
const kFallback = "#a34700";
const kMethods = ["FINGER", "FINGER_SEARCH", "FALLBACK"];
const few = () => t("Few, told together");

// One row to a cell: its name, its count, its share of all, as figure and as bar.
function shares(table, { caption, title, cells, name, count, fill: colour = () => kInk }) {
  const all = cells.reduce((sum, cell) => sum + cell[count], 0);
  const most = Math.max(1, ...cells.map((cell) => cell[count]));
  fill(table, {
    caption,
    columns: [
      { title, head: true, cell: (cell) => (cell.merged ? few() : name(cell)) },
      { title: t("Count"), number: true, cell: (cell) => number(cell[count]) },
      { title: t("Share"), number: true, cell: (cell) => percent(cell[count] / all) },
      { title: "", bar: true, cell: (cell) => bar(cell[count] / most, { fill: colour(cell) }) },
    ],
    rows: cells,
    empty: t("None yet"),
  });
}

export function hours(cells, { chart, table, caption }) {
  const named = cells.filter((cell) => !cell.merged);
  fill(table, {
    caption,
    columns: [
      { title: t("Hour"), head: true, cell: (cell) => (cell.merged ? t("Other hours, few in each") : clock(cell.hour, false)) },
      { title: t("Voters"), number: true, cell: (cell) => number(cell.accredited) },
    ],
    rows: cells,
    empty: t("None yet"),
  });
  // On a narrow screen the picture is drawn narrower, so that its words stay as large.
  const width = Math.min(620, Math.max(320, chart.clientWidth || 620));
  chart.replaceChildren(columns(everyHour(named), { title: caption, format: number, width }));
}

// Hours in which nobody came have their place too.
function everyHour(cells) {
  if (cells.length === 0) return [];
  const hour = 3_600_000;
  const counts = new Map(cells.map((cell) => [Date.parse(cell.hour), cell.accredited]));
  const items = [];
  const last = Math.max(...counts.keys());
  for (let at = Math.max(Math.min(...counts.keys()), last - 47 * hour); at <= last; at += hour) {
    const iso = new Date(at).toISOString();
    const value = counts.get(at) ?? 0;
    items.push({ label: clock(iso, false).slice(0, 2), value, told: `${clock(iso, false)}: ${number(value)}` });
  }
  return items;
}

function turnout({ turnout: figures, polls: states }) {
  const share = figures.voters === 0 ? NaN : figures.accredited / figures.voters;
  byId("share").textContent = percent(share);
  byId("share-of").textContent = t("{accredited} of {voters} voters on the rolls", {
    accredited: number(figures.accredited), voters: number(figures.voters),
  });
  byId("share-bar").replaceChildren(bar(share, { height: 22 }));
  byId("polls").replaceChildren(
    ...[["OPEN", states.open], ["CLOSED", states.closed], ["NOT_OPEN", states.not_open]]
      .map(([name, count]) => tile(number(count), polls(name), name.toLowerCase())));
  hours(figures.hours, { chart: byId("hours-chart"), table: byId("hours"), caption: t("Voters identified in each hour") });
}

function methods({ methods: { cells, fallback } }) {
  const place = (cell) => (cell.merged ? kMethods.length : kMethods.indexOf(cell.method));
  shares(byId("methods"), {
    caption: t("How voters were identified"), title: t("Method"), count: "accredited",
    cells: [...cells].sort((a, b) => place(a) - place(b)),
    name: (cell) => method(cell.method),
    fill: (cell) => (cell.method === "FALLBACK" ? kFallback : kInk),
  });
  const used = fallback.under_cap;
  byId("cap").textContent = used === null
    ? t("Fewer than five, of at most {cap} that the caps of the precincts allow.", { cap: number(fallback.cap) })
    : t("{used} of at most {cap} that the caps of the precincts allow: {share}.", {
        used: number(used), cap: number(fallback.cap), share: percent(fallback.cap === 0 ? 0 : used / fallback.cap),
      });
  byId("cap-bar").replaceChildren(bar((used ?? 0) / Math.max(1, fallback.cap), { height: 16, fill: kFallback }));
  shares(byId("reasons"), {
    caption: t("Without a finger, by two officers and a document"), title: t("Reason"),
    cells: fallback.reasons, count: "accredited", name: (cell) => reason(cell.reason), fill: () => kFallback,
  });
}

function firstComparison({ first_comparison: first }) {
  const known = first.voters > 0;
  byId("first-rate").textContent = known ? percent(first.rate) : "–";
  byId("first-words").textContent = known
    ? t("{failed} of {voters} voters whose finger was compared; the true rate lies between {low} and {high} (95 % interval).", {
        failed: number(first.failed), voters: number(first.voters), low: percent(first.rate_low), high: percent(first.rate_high),
      })
    : t("No finger was compared yet.");
  byId("first-chart").replaceChildren(...(known
    ? [interval({ rate: first.rate, low: first.rate_low, high: first.rate_high },
        { title: t("Rate of first comparisons that failed, with its interval"), format: (share) => percent(share, 0) })]
    : []));
}

// A row to each kind: what waits for people, and what they settled.
function caseRows(cells) {
  const rows = [];
  for (const cell of cells) {
    if (cell.merged) {
      rows.push({ name: few(), open: null, settled: null, all: cell.cases });
      continue;
    }
    const name = caseKind(cell.kind);
    let row = rows.find((one) => one.name === name);
    if (row === undefined) rows.push(row = { name, open: 0, settled: 0, all: 0 });
    row[cell.state === "SETTLED" ? "settled" : "open"] += cell.cases;
    row.all += cell.cases;
  }
  return rows;
}

function cases({ cases: { opened, cells } }) {
  byId("cases-words").textContent = t("Cases opened: {count}. The machine settles none of them.", { count: number(opened) });
  fill(byId("cases"), {
    caption: t("Duplicates, settled by people"),
    columns: [
      { title: t("Kind"), head: true, cell: (row) => row.name },
      { title: t("Not settled"), number: true, cell: (row) => number(row.open) },
      { title: t("Settled"), number: true, cell: (row) => number(row.settled) },
      { title: t("All"), number: true, cell: (row) => number(row.all) },
    ],
    rows: caseRows(cells),
    empty: t("None yet"),
  });
}

function times(summary) {
  for (const place of document.querySelectorAll("[data-time]")) {
    const [time, size] = place.dataset.time === "log"
      ? [summary.time, summary.log_size] : [summary.counts_time, summary.counts_log_size];
    place.replaceChildren(element("time", { datetime: time }, clock(time)), ` · ${t("log entry {size}", { size: number(size) })}`);
  }
  byId("as-of").replaceChildren(t("Figures of {time}, log entry {size}", { time: dated(summary.time), size: number(summary.log_size) }));
}

// Those who may vote first, then whatever happened most often.
function outcomes(cells) {
  const kFirst = ["ACCREDITED", "ACCREDITED_BY_FALLBACK"];
  const rank = (cell) => (cell.merged ? 3 : kFirst.includes(cell.outcome) ? kFirst.indexOf(cell.outcome) : 2);
  shares(byId("outcomes"), {
    caption: t("How attempts ended"), title: t("Outcome"), count: "attempts",
    cells: [...cells].sort((a, b) => rank(a) - rank(b) || b.attempts - a.attempts),
    name: (cell) => outcome(cell.outcome),
    fill: (cell) => [kInk, kFallback, "#5b6775", "#5b6775"][rank(cell)],
  });
}

export function showSummary(summary) {
  byId("election").textContent = summary.election;
  turnout(summary);
  document.title = `${byId("share").textContent} · ${summary.election}`;
  methods(summary);
  outcomes(summary.attempts.cells);
  firstComparison(summary);
  cases(summary);
  times(summary);
}
