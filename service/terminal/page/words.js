// Texts in the language of the operator, named by their English.
const kChoice = "taanu-language";

let catalogues = {};
let chosen = localStorage.getItem(kChoice);

export async function loadWords() {
  catalogues = await (await fetch("/catalogues.json")).json();
}

// What the operator chose; null before.
export function language() {
  return chosen;
}

export function setLanguage(name) {
  chosen = name;
  localStorage.setItem(kChoice, name);
}

function current() {
  return chosen ?? "ky";
}

// The text with its {names} filled in.
export function t(text, values = {}) {
  const translated = catalogues[current()]?.[text] || text;
  return translated.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function formatNumber(number, options = {}) {
  // Not every browser has Kyrgyz; numbers are written as in Russian.
  return new Intl.NumberFormat([current(), "ru"], options).format(number);
}

// Seconds since 1970 as a time of day, with the date where it is another day's.
export function formatTime(seconds) {
  const time = new Date(seconds * 1000);
  const today = time.toDateString() === new Date().toDateString();
  const pad = (part) => String(part).padStart(2, "0");
  const clock = `${pad(time.getHours())}:${pad(time.getMinutes())}`;
  if (today) return clock;
  return `${pad(time.getDate())}.${pad(time.getMonth() + 1)}.${time.getFullYear()} ${clock}`;
}

export function applyLanguage() {
  document.documentElement.lang = current();
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === current()));
  }
}
