// What the reader chooses for himself: language, digits, light or dark.
import { el } from "./dom.js";
import { LANGUAGES, digitSets, digits, language, speak, t, tIn } from "./strings.js";
import { THEMES, chooseTheme, chosenTheme } from "./theme.js";

/** An example of each set of digits. */
const EXAMPLES = { latn: "0123", arab: "٠١٢٣" };

/** @returns {HTMLElement} a line of choices, for the heading */
export function settings() {
  const sets = digitSets();
  return el("div", { class: "settings", role: "group", "aria-label": t("settings") },
    choice("language.choose", LANGUAGES.map((code) => [code, tIn(code, "language.name")]), language(), (code) => speak(code)),
    sets.length > 1 && choice("digits.choose", sets.map((set) => [set, EXAMPLES[set]]), digits(), (set) => speak(language(), set)),
    choice("theme.choose", THEMES.map((theme) => [theme, t(`theme.${theme}`)]), chosenTheme(), chooseTheme));
}

/** @param {string} key of its name @param {[string, string][]} options value and text @param {string} chosen @param {(value: string) => void} choose */
function choice(key, options, chosen, choose) {
  const select = el("select", { name: key.split(".")[0], "aria-label": t(key), title: t(key), onchange: () => choose(select.value) }, ...options.map(([value, text]) => el("option", { value, selected: value === chosen, lang: key === "language.choose" ? value : null }, text)));
  return select;
}
