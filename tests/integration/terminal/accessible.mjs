// What can be checked of WCAG 2.1 AA by a program: contrast (1.4.3, 1.4.11), names (4.1.2, 1.1.1),
// language (3.1.1), headings (2.4.6), targets of 44 pixels (2.5.5), visible focus (2.4.7), reflow
// (1.4.10). Runs within the page, and gives a list of faults.

function look() {
  const faults = [];
  const seen = (element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return style.visibility !== "hidden" && box.width > 1 && box.height > 1 &&
      element.closest("[hidden], .unseen, noscript") === null;
  };
  const told = (element) =>
    `${element.tagName.toLowerCase()}#${element.id}.${element.getAttribute("class") ?? ""}` +
    ` "${(element.textContent ?? "").trim().slice(0, 40)}"`;
  const colour = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => {
    const c = part / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [r, g, b, a = 1] = colour(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const ratio = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === "" || !seen(element)) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const got = ratio(colour(style.color), ground(element));
    if (got < (large ? 3 : 4.5)) faults.push(`contrast ${got.toFixed(2)}: ${told(element)}`);
    if (size < 15) faults.push(`text of ${size} px: ${told(element)}`);
  }
  for (const element of document.querySelectorAll("input")) {
    if (!seen(element)) continue;
    const bordered = !["radio", "checkbox"].includes(element.type);  // whose look is the browser's own
    const border = ratio(colour(getComputedStyle(element).borderTopColor), ground(element));
    if (bordered && border < 3) faults.push(`border ${border.toFixed(2)}: ${told(element)}`);
    if (![...element.labels].some((label) => label.textContent.trim() !== "" && seen(label))) {
      faults.push(`no label: ${told(element)}`);
    }
  }
  for (const element of document.querySelectorAll("button")) {
    const name = element.getAttribute("aria-label") ?? element.textContent.trim();
    if (seen(element) && name === "") faults.push(`no name: ${told(element)}`);
  }
  for (const element of document.querySelectorAll("button, input")) {
    if (!seen(element)) continue;
    const marked = ["radio", "checkbox"].includes(element.type);
    const target = marked ? element.closest("label") : element;
    const box = target.getBoundingClientRect();
    if (box.width < 44 || box.height < 44) faults.push(`${box.width}x${box.height}: ${told(element)}`);
    if (element.tabIndex < 0) faults.push(`out of reach: ${told(element)}`);
    if (box.right > innerWidth + 1) faults.push(`beyond the edge: ${told(element)}`);
    if (element.tagName === "BUTTON" && element.scrollWidth > element.clientWidth + 1) {
      faults.push(`text runs over: ${told(element)}`);
    }
  }
  for (const element of document.querySelectorAll("svg")) {
    const named = element.getAttribute("role") === "img" &&
      element.querySelector("title")?.textContent.trim();
    if (seen(element) && !named && element.closest("[aria-hidden=true]") === null) {
      faults.push(`picture without a name: ${told(element)}`);
    }
  }
  const headings = [...document.querySelectorAll("h1")].filter(seen);
  if (headings.length !== 1) faults.push(`${headings.length} headings`);
  if (!["ky", "ru", "en"].includes(document.documentElement.lang)) faults.push("no language");
  if (document.title.trim() === "") faults.push("no title");
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  if (new Set(ids).size !== ids.length) faults.push("an id is there twice");
  if (document.documentElement.scrollWidth > innerWidth) faults.push("scrolls to the side");
  const focus = document.activeElement;
  if (focus !== null && focus.matches("button, input")) {
    const style = getComputedStyle(focus);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) {
      faults.push(`focus cannot be seen: ${told(focus)}`);
    }
  }
  return faults;
}

export function faultsOf(page) {
  return page.evaluate(look);
}

// Whether everything of the screen fits into the window without scrolling.
export function fits(page) {
  return page.evaluate(() => {
    const dialog = document.querySelector("dialog[open]");
    return document.documentElement.scrollHeight <= innerHeight &&
      (dialog === null || dialog.scrollHeight <= dialog.clientHeight);
  });
}
