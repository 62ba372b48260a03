// Types, figures and days as text, in the language of the page.
import { filled, has, inDigits, isRightToLeft, leftToRight, number, t } from "./strings.js";

/** @typedef {import("./data.js").Count} Count */
/** @typedef {import("./data.js").Event} Event */

/** The types that geomap knows, in the order of the legend. */
export const TYPES = ["return", "displacement", "crossing", "evacuation", "ceasefire_violation", "demining", "medical_assistance",
  "humanitarian_aid", "reconstruction", "statement", "other"];

export function typeName(type) {
  return TYPES.includes(type) ? t(`type.${type}`) : `${type[0].toUpperCase()}${type.slice(1)}`.replaceAll("_", " ");
}

/** What kind of place it is. @param {string} type */
export function placeType(type) {
  return has(`place.${type}`) ? t(`place.${type}`) : type;
}

/**
 * A day in the page's own words: the first use of the browser's takes longer than all else of the heading. In English in British
 * order; in Arabic with both names of a month, as the United Nations write them.
 * @param {"date.long" | "date.short"} way @param {"date.months" | "date.months.short"} names @param {string} day ISO
 */
function written(way, names, day) {
  const [year, month, date] = day.split("-").map(Number);
  return filled(way, { day: inDigits(date), month: t(names).split("|")[month - 1], year: inDigits(year) });
}

/** @param {string | undefined} day ISO */
export function dayText(day) {
  return day ? written("date.long", "date.months", day) : t("day.none");
}

export function shortDay(day) {
  return day ? written("date.short", "date.months.short", day) : t("day.none.short");
}

/** "24 June 2018" or "1 May 2017 to 24 June 2018". @param {string[]} span */
export function spanText(span) {
  if (span.length === 0) return t("day.none");
  return span[0] === span[1] ? dayText(span[0]) : t("days.span", { first: dayText(span[0]), last: dayText(span[1]) });
}

/** A figure with its unit. "people" and "violations" are the plurals that figures carry; a single one is a person, a violation. */
function amount({ value, unit }) {
  if (has(`unit.${unit}`)) return `${number(value)} ${t(`unit.${unit}`, { n: value })}`;
  return `${number(value)} ${value === 1 ? unit.replace(/([^s])s$/, "$1") : unit}`;
}

/** The first of three that is true of a figure: a lower bound, an upper one, a rounded number. @param {Count} count */
function boundOf(count, [least, most, about]) {
  return (count.at_least && least) || (count.at_most && most) || (count.approximate && about) || "";
}

/** "at least 194 people", "a fall of 79,872 people". @param {Count} count */
export function figureText(count) {
  const bound = boundOf(count, ["figure.at_least", "figure.at_most", "figure.about"]);
  const figure = bound ? t(bound, { figure: amount(count) }) : amount(count);
  return count.change ? t(`figure.${count.change}`, { figure }) : figure;
}

/** The figure as it stands on the map: "≥ 194", "70,071 in total", "−5,418". @param {Count} count */
export function figureOnMap(count) {
  const change = { increase: "+", decrease: "−" }[count.change] ?? "";
  const sign = `${boundOf(count, ["≥ ", "≤ ", "≈ "])}${change}`;
  const figure = `${signed(sign, count.value)}${count.unit === "people" ? "" : amount(count).slice(number(count.value).length)}`;
  return count.scope === "cumulative" ? t("figure.total", { figure }) : figure;
}

/** A sign and a number: not turned round where the text runs from right to left. @param {string} sign @param {number} value */
export function signed(sign, value) {
  return sign && isRightToLeft() ? leftToRight(`${sign}${number(value)}`) : `${sign}${number(value)}`;
}

/** What a figure covers, in words. @param {Count} count @param {Event} event */
export function figureMeaning(count, event) {
  if (count.scope === "cumulative") return t("figure.running");
  return event.period ? t("figure.period", { period: periodText(event.period) }) : t("figure.report");
}

/** A period in words: "18 September 2017" of a day, else as the text has it. @param {string} period */
export function periodText(period) {
  const [first, last, more] = period.split("/");
  const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? "");
  if (isDay(first) && last === undefined) return dayText(first);
  if (isDay(first) && isDay(last) && more === undefined) return t("days.span", { first: dayText(first), last: dayText(last) });
  return t("period.quoted", { period });
}

/** Whether an event says nothing that another mark does not say: a repeat, or a total of parts. @param {Event} event */
export function isToldElsewhere(event) {
  return Boolean(event.repeats || event.total_of_breakdown);
}

/** Candidates that a line names. */
const MOST_NAMED = 4;

/** Why an event has no mark. @param {Event} event @returns {string[]} */
export function whyNotPlaced(event) {
  const open = (event.mentions ?? []).filter((mention) => mention.status !== "resolved");
  if (open.length === 0) return [t((event.mentions ?? []).length ? "why.no_part" : "why.no_place")];
  return open.map(({ status, surface: name, candidates = [] }) => {
    if (status === "unknown") return t("why.unknown", { name });
    if (candidates.length === 0) return t("why.several", { name });
    return t("why.could_be", { name, places: candidates.slice(0, MOST_NAMED).map((c) => c.name).join(t("why.or")) });
  });
}
