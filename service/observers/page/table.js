// Tables from rows of values; whatever they hold stays text.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// columns: [{title, number, cell(row), head}]; `head` marks the one that names the row. A cell is
// text or an element.
export function fill(table, { caption, columns, rows, empty }) {
  const head = element("tr");
  for (const column of columns) {
    const cell = element("th", { scope: "col", ...(column.number ? { class: "number" } : {}) });
    cell.append(column.title);
    if (column.sort !== undefined) cell.setAttribute("aria-sort", column.sort);
    head.append(cell);
  }
  const body = element("tbody");
  for (const row of rows) {
    const line = element("tr");
    for (const column of columns) {
      const cell = column.head ? element("th", { scope: "row" }) : element("td");
      if (column.number) cell.className = "number";
      if (column.bar) cell.className = "barred";
      cell.append(column.cell(row));
      line.append(cell);
    }
    body.append(line);
  }
  if (rows.length === 0) {
    body.append(element("tr", {}, element("td", { colspan: columns.length, class: "none" }, empty)));
  }
  const focused = document.activeElement?.dataset?.key;
  const had = focused !== undefined && table.contains(document.activeElement);
  table.replaceChildren(element("caption", { class: "unseen" }, caption), element("thead", {}, head), body);
  if (had) [...table.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus();
}

// A figure with the words for it, for a row of tiles.
export function tile(figure, words, tone = "plain") {
  return element("li", { class: `tile ${tone}` }, element("strong", {}, figure), element("span", {}, words));
}

export function badge(words, tone) {
  return element("span", { class: `badge ${tone}` }, words);
}
