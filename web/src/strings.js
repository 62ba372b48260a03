// The page's own words: one table a language (strings/*.json), all with the same keys. `t` gives a text, `parts` one that
// holds elements; what is built with them is built again when the reader chooses another language (`onLanguage`).
import ar from "./strings/ar.json";
import en from "./strings/en.json";
import ru from "./strings/ru.json";

/** JSON of each table, read when its language is first spoken. */
const TEXTS = { __proto__: null, en, ar, ru };

const tables = { __proto__: null };

/** BCP 47 codes. */
export const LANGUAGES = Object.keys(TEXTS);

function table(of) {
  return (tables[of] ??= JSON.parse(TEXTS[of]));
}

const RIGHT_TO_LEFT = new Set(["ar"]);

/** Languages whose readers use two sets of digits; the first is that of the page unless chosen otherwise. */
const DIGITS = { __proto__: null, ar: ["arab", "latn"] };

/** Whole numbers up to this one are exact, and written without a power of ten. */
const LARGEST = 1e15;

/** Marks that keep a text of either direction from disturbing what stands around it. */
const ISOLATE = { any: "\u2068", left: "\u2066", end: "\u2069" };

const spoken = { language: "en", digits: undefined, numbers: null, round: null, plurals: null, followers: [] };

/** The language of the page's own words. */
export function language() {
  return spoken.language;
}

/** The set of digits in use, undefined where the language has one only. */
export function digits() {
  return spoken.digits;
}

/** The sets of digits among which a reader of the language may choose. @returns {string[]} */
export function digitSets() {
  return DIGITS[spoken.language] ?? [];
}

export function isRightToLeft() {
  return RIGHT_TO_LEFT.has(spoken.language);
}

/** "ltr" or "rtl": of whatever stands within the map, which itself runs from left to right. */
export function direction() {
  return isRightToLeft() ? "rtl" : "ltr";
}

/** A locale for `Intl`: the language with the digits in use. @param {string} [of] another locale of the language */
export function locale(of = spoken.language) {
  return spoken.digits ? `${of}-u-ca-gregory-nu-${spoken.digits}` : of;
}

/** Runs at each change of language or digits. @param {() => void} run */
export function onLanguage(run) {
  spoken.followers.push(run);
}

/**
 * Speaks another language from now on; what is unknown becomes English.
 * @param {string} wanted @param {string} [withDigits]
 */
export function speak(wanted, withDigits) {
  spoken.language = wanted in TEXTS ? wanted : "en";
  const sets = digitSets();
  spoken.digits = sets.includes(withDigits) ? withDigits : sets[0];
  spoken.numbers = spoken.round = null;
  spoken.plurals = new Intl.PluralRules(spoken.language);
  Object.assign(document.documentElement, { lang: spoken.language, dir: direction() });
  spoken.followers.forEach((run) => run());
}

/** What stands between thousands. */
const GROUPS = { __proto__: null, en: ",", ar: ",", ru: "\u00a0", arab: "\u066c" };

/** What stands before parts of one. */
const POINTS = { __proto__: null, en: ".", ar: ".", ru: ",", arab: "\u066b" };

/**
 * A number as the language writes it, to hundredths. It asks the browser, whose first answer takes longer than all else that the first
 * picture has of words, only for what figures never are: negative, or of very many digits.
 * @param {number} value
 */
export function number(value) {
  const hundredths = Math.round(Number(`${value}e2`)); // of the digits as they are written: 1.005 times 100 is less than 100.5
  if (value >= 0 && hundredths <= LARGEST) return inHundredths(hundredths);
  spoken.numbers ??= new Intl.NumberFormat(locale(), { maximumFractionDigits: 2 });
  return spoken.numbers.format(value);
}

function inHundredths(n) {
  const signs = spoken.digits === "arab" ? "arab" : spoken.language;
  const whole = inDigits(Math.floor(n / 100)).replace(/.(?=(...)+$)/g, `$&${GROUPS[signs]}`);
  const rest = String(n % 100).padStart(2, "0").replace(/0+$/, "");
  return rest ? `${whole}${POINTS[signs]}${inDigits(rest)}` : whole;
}

/** A whole number that is not grouped: a year. @param {number} value 0 or more */
export function inDigits(value) {
  return spoken.digits === "arab" ? String(value).replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))) : String(value);
}

/** A number in few letters: "970", "12.3K". @param {number} value */
export function shortNumber(value) {
  if (value < 10000) return number(value);
  spoken.round ??= new Intl.NumberFormat(locale(), { notation: "compact", maximumSignificantDigits: 3 });
  return spoken.round.format(value);
}

/** Whether there are words for something that may also be of somebody else's making. @param {string} key */
export function has(key) {
  return Object.hasOwn(table("en"), key);
}

/**
 * A text of the table. Numbers among the values are written as the language does, and `n` chooses the form.
 * @param {string} key @param {Record<string, string | number>} [values] by the names in braces
 */
export function t(key, values = {}) {
  return pattern(key, values).replace(/\{(\w+)\}/g, (_, name) => written(values[name]));
}

/** A plain text of another language: its own name. @param {string} of @param {string} key */
export function tIn(of, key) {
  return table(of)[key];
}

/** The same with plain texts, which are written as they are. @param {string} key @param {Record<string, string>} values */
export function filled(key, values) {
  return pattern(key, values).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** The same where a value is an element. @param {string} key @param {Record<string, string | number | Node | Node[]>} values @returns {(string | Node)[]} */
export function parts(key, values) {
  return pattern(key, values).split(/\{(\w+)\}/).flatMap((piece, i) => {
    if (i % 2 === 0) return piece;
    const value = values[piece];
    return value instanceof Node || Array.isArray(value) ? value : written(value);
  });
}

/** A text that runs from left to right in whatever stands around it: a sign with its figure. @param {string} text */
export function leftToRight(text) {
  return isRightToLeft() ? `${ISOLATE.left}${text}${ISOLATE.end}` : text;
}

/** A list as far as it is short, then how many more there are. @param {string[]} items @param {number} most */
export function listed(items, most) {
  const list = items.slice(0, most).map(isolated).join(t("comma"));
  return items.length > most ? t("more", { list, n: items.length - most }) : list;
}

function pattern(key, values) {
  const found = table(spoken.language)[key];
  if (typeof found === "string") return found;
  return found[spoken.plurals.select(values.n)] ?? found.other;
}

function written(value) {
  return typeof value === "number" ? number(value) : isolated(value);
}

function isolated(text) {
  return isRightToLeft() ? `${ISOLATE.any}${text}${ISOLATE.end}` : text;
}

speak(document.documentElement.lang);
