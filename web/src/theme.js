// Light and dark: as the device asks, unless the reader chooses. style.css has the colours, by the data-theme of the root; what is
// painted on canvas reads them from there.

export const THEMES = ["auto", "light", "dark"];

const NAMES = ["ink", "soft", "casing", "accent", "faded"];

/** Colours of the page, as style.css gives them now. @type {Record<string, string>} */
export const colours = {};

const followers = [];
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
let chosen = "auto";

/** Runs when the colours have changed. @param {() => void} run */
export function onTheme(run) {
  followers.push(run);
}

export function chosenTheme() {
  return chosen;
}

/** @param {string} theme one of THEMES */
export function chooseTheme(theme) {
  chosen = theme;
  follow();
}

/** Whether the page is dark now. */
export function isDark() {
  return chosen === "auto" ? dark.matches : chosen === "dark";
}

function follow() {
  root.dataset.theme = isDark() ? "dark" : "light";
  const style = getComputedStyle(root);
  for (const name of NAMES) colours[name] = style.getPropertyValue(`--${name}`).trim();
  followers.forEach((run) => run());
}

dark.addEventListener("change", () => { if (chosen === "auto") follow(); });
follow(); // before the first paint: the loader adds style and script in one task
