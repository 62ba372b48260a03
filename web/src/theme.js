// Light and dark: as the device asks, unless the reader chooses. style.css has the colours; what is painted on canvas reads
// them from there.

export const THEMES = ["auto", "light", "dark"];

const NAMES = ["ink", "soft", "casing", "accent", "faded"];

/** Colours of the page, as style.css gives them now. @type {Record<string, string>} */
export const colours = {};

const followers = [];
const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** Runs when the colours have changed. @param {() => void} run */
export function onTheme(run) {
  followers.push(run);
}

export function chosenTheme() {
  return document.documentElement.dataset.theme ?? "auto";
}

/** @param {string} theme one of THEMES */
export function chooseTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  follow();
}

/** Whether the page is dark now. */
export function isDark() {
  return chosenTheme() === "auto" ? dark.matches : chosenTheme() === "dark";
}

function follow() {
  const style = getComputedStyle(document.documentElement);
  for (const name of NAMES) colours[name] = style.getPropertyValue(`--${name}`).trim();
  followers.forEach((run) => run());
}

dark.addEventListener("change", () => { if (chosenTheme() === "auto") follow(); });
follow();
