// Texts in the language of the reader, named by their English; numbers and times as people write them.
const kChoice = "taanu-observers-language";
const kLanguages = ["ky", "ru", "en"];

let catalogues = {};
let offsetMinutes = 0;
let chosen = remembered() ?? preferred();

function remembered() {
  try {
    return localStorage.getItem(kChoice);
  } catch {
    return null;  // A browser that keeps nothing is welcome too.
  }
}

function preferred() {
  const wanted = navigator.languages.map((name) => name.slice(0, 2));
  return wanted.find((name) => kLanguages.includes(name)) ?? "ky";
}

export async function loadWords() {
  catalogues = await (await fetch("/catalogues.json")).json();
}

export function setLanguage(name) {
  chosen = name;
  try {
    localStorage.setItem(kChoice, name);
  } catch {
    // It holds until the page is left.
  }
}

export function language() {
  return kLanguages.includes(chosen) ? chosen : "ky";
}

// The text with its {names} filled in.
export function t(text, values = {}) {
  const translated = catalogues[language()]?.[text] || text;
  return translated.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// Not every browser has Kyrgyz; numbers are written as in Russian.
const locales = () => [language(), "ru"];

export function number(value) {
  return value === null || value === undefined ? "–"
    : new Intl.NumberFormat(locales()).format(value);
}

export function percent(share, digits = 1) {
  if (!Number.isFinite(share)) return "–";
  return new Intl.NumberFormat(locales(), {
    style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(share);
}

export function setOffset(minutes) {
  offsetMinutes = minutes;
}

const pad = (part) => String(part).padStart(2, "0");

// As the clocks of the election show it, whatever the reader's zone is.
function shifted(iso) {
  return new Date(Date.parse(iso) + offsetMinutes * 60_000);
}

export function clock(iso, seconds = true) {
  if (!iso) return "–";
  const at = shifted(iso);
  const base = `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`;
  return seconds ? `${base}:${pad(at.getUTCSeconds())}` : base;
}

export function dated(iso, seconds = true) {
  if (!iso) return "–";
  const at = shifted(iso);
  return `${pad(at.getUTCDate())}.${pad(at.getUTCMonth() + 1)}.${at.getUTCFullYear()} ` +
    clock(iso, seconds);
}

export function zone() {
  const minutes = Math.abs(offsetMinutes);
  const sign = offsetMinutes < 0 ? "−" : "+";
  return `UTC${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

export function applyLanguage() {
  document.documentElement.lang = language();
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language()));
  }
  for (const element of document.querySelectorAll("[data-t]")) {
    element.dataset.text ??= element.textContent.trim();
    element.textContent = t(element.dataset.text);
  }
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
}
