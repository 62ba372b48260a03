// The page's own words, and figures and days as text.

/** @typedef {import("./data.js").Count} Count */
/** @typedef {import("./data.js").Event} Event */

export const TYPES = {
  __proto__: null,
  return: "Return",
  displacement: "Displacement",
  crossing: "Crossing",
  evacuation: "Evacuation",
  ceasefire_violation: "Ceasefire violation",
  demining: "Demining",
  medical_assistance: "Medical assistance",
  humanitarian_aid: "Humanitarian aid",
  reconstruction: "Reconstruction",
  statement: "Statement",
  other: "Other",
};

export const ROLES = { from: "from", to: "to", at: "at", via: "through" };

export const KINDS = {
  corridor: "Corridor",
  zone: "Zone",
};

const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const shortDays = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

export function typeName(type) {
  return TYPES[type] ?? `${type[0].toUpperCase()}${type.slice(1)}`.replaceAll("_", " ");
}

export function number(value) {
  return numbers.format(value);
}

const roundNumbers = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** A number in few letters: "970", "12.3K". */
export function shortNumber(value) {
  return value < 10000 ? number(value) : roundNumbers.format(value);
}

/** @param {string | undefined} day ISO */
export function dayText(day) {
  return day ? days.format(new Date(`${day}T00:00:00Z`)) : "no date stated";
}

export function shortDay(day) {
  return day ? shortDays.format(new Date(`${day}T00:00:00Z`)) : "no date";
}

/** "24 June 2018" or "1 May 2017 to 24 June 2018". @param {string[]} span */
export function spanText(span) {
  if (span.length === 0) return "no date stated";
  return span[0] === span[1] ? dayText(span[0]) : `${dayText(span[0])} to ${dayText(span[1])}`;
}

const CHANGES = { increase: ["a rise of ", "+"], decrease: ["a fall of ", "−"] };

/** "people" and "violations" are the plurals that figures carry; a single one is a person, a violation. */
function unitText({ value, unit }) {
  if (value !== 1) return unit;
  const single = { people: "person", children: "child", women: "woman", men: "man", families: "family" };
  return single[unit] ?? unit.replace(/([^s])s$/, "$1");
}

/** The first of three words that is true of a figure: a lower bound, an upper one, a rounded number. @param {Count} count */
function boundOf(count, [least, most, about]) {
  return (count.at_least && least) || (count.at_most && most) || (count.approximate && about) || "";
}

/** "at least 194 people", "a fall of 79,872 people". @param {Count} count */
export function figureText(count) {
  return `${CHANGES[count.change]?.[0] ?? ""}${boundOf(count, ["at least ", "up to ", "about "])}${number(count.value)} ${unitText(count)}`;
}

/** The figure as it stands on the map: "≥ 194", "70,071 in total", "−5,418". @param {Count} count */
export function figureOnMap(count) {
  const unit = count.unit === "people" ? "" : ` ${unitText(count)}`;
  const scope = count.scope === "cumulative" ? " in total" : "";
  return `${boundOf(count, ["≥ ", "≤ ", "≈ "])}${CHANGES[count.change]?.[1] ?? ""}${number(count.value)}${unit}${scope}`;
}

/** What a figure covers, in words. @param {Count} count @param {Event} event */
export function figureMeaning(count, event) {
  if (count.scope === "cumulative") return "a running total, not to be added to figures of a day";
  return event.period ? `for ${periodText(event.period)}` : "for the time of the report";
}

/** A period in words: "18 September 2017" of a day, else as the text has it. @param {string} period */
export function periodText(period) {
  const spelled = period.replace(/\d{4}-\d\d-\d\d/g, dayText).replace("/", " to ");
  return spelled === period ? `the period “${period}”` : spelled;
}

/** @param {number} n @param {string} one @param {string} [many] */
export function plural(n, one, many = `${one}s`) {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** Whether an event says nothing that another mark does not say: a repeat, or a total of parts. @param {Event} event */
export function isToldElsewhere(event) {
  return Boolean(event.repeats || event.total_of_breakdown);
}

/** Why an event has no mark. @param {Event} event @returns {string[]} */
export function whyNotPlaced(event) {
  const open = (event.mentions ?? []).filter((mention) => mention.status !== "resolved");
  if (open.length === 0) {
    return [(event.mentions ?? []).length ? "Its places play no part that can be drawn." : "The text names no place for it."];
  }
  return open.map((mention) => {
    const names = (mention.candidates ?? []).map((c) => c.name);
    if (mention.status === "unknown") return `“${mention.surface}” is in no gazetteer.`;
    return `“${mention.surface}” could be ${names.length ? names.slice(0, 4).join(", or ") : "several places"}: left open.`;
  });
}
