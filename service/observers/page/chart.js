// Charts as SVG that scales, prints and needs no colour to be read. Each stands beside its table.
const kSvg = "http://www.w3.org/2000/svg";
export const kInk = "#0f6a72";

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(kSvg, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// A bar of a share from 0 to 1, as wide as its place.
export function bar(share, { fill = kInk, height = 12 } = {}) {
  const width = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * 100;
  return svg("svg", { class: "bar", width: "100%", height, "aria-hidden": "true" },
    svg("rect", { width: "100%", height, fill: "#dfe5ec", rx: 2 }),
    svg("rect", { width: `${width}%`, height, fill, rx: 2 }));
}

// A round number at or above, whose half is whole, for the top of an axis.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [2, 4, 6, 8, 10].map((step) => step * power).find((top) => top >= value);
}

// Few columns are not wider than so many would be.
const kColumnsMin = 8;

const text = (x, y, words, anchor = "middle") =>
  svg("text", { x, y, "text-anchor": anchor, class: "axis" }, words);

// Columns over time: [{label, value, told}]. `title` names the picture; the table has the figures.
export function columns(items, { title, format, width = 620, height = 260 }) {
  const left = 68, right = 8, top = 12, bottom = 30;
  const high = ceiling(Math.max(1, ...items.map((item) => item.value)));
  const y = (value) => top + (height - top - bottom) * (1 - value / high);
  const step = (width - left - right) / Math.max(kColumnsMin, items.length);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "columns" },
    svg("title", {}, title));
  for (const part of [0, 0.5, 1]) {
    const at = y(high * part);
    picture.append(
      svg("line", { x1: left, x2: width - right, y1: at, y2: at, class: part === 0 ? "base" : "grid" }),
      text(left - 8, at + 5, format(high * part), "end"));
  }
  const every = Math.ceil(items.length / 12);
  items.forEach((item, i) => {
    const x = left + step * i + step * 0.12;
    picture.append(svg("rect", {
      x, y: y(item.value), width: step * 0.76, height: Math.max(0, y(0) - y(item.value)), fill: kInk, rx: 2,
    }, svg("title", {}, item.told)));
    if (i % every === 0) picture.append(text(x + step * 0.38, height - 8, item.label));
  });
  return picture;
}

// A rate with its interval, all 0 to 1.
export function interval({ rate, low, high }, { title, format, width = 620, height = 84 }) {
  const left = 12, right = 40, middle = 34;
  const end = Math.min(1, Math.max(0.05, Math.ceil(high * 1.25 * 20) / 20));
  const x = (share) => left + (width - left - right) * (share / end);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "interval" },
    svg("title", {}, title),
    svg("line", { x1: x(0), x2: x(end), y1: 58, y2: 58, class: "base" }));
  for (const part of [0, 0.5, 1]) picture.append(text(x(end * part), 78, format(end * part), part === 0 ? "start" : "middle"));
  picture.append(
    svg("rect", { x: x(low), y: middle - 10, width: Math.max(2, x(high) - x(low)), height: 20, fill: "#b9d7da", rx: 3 }),
    svg("path", { d: `M${x(low)} ${middle - 14}v28M${x(high)} ${middle - 14}v28M${x(low)} ${middle}H${x(high)}`, stroke: kInk, "stroke-width": 2.5, fill: "none" }),
    svg("circle", { cx: x(rate), cy: middle, r: 8, fill: kInk }));
  return picture;
}
