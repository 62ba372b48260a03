// Figures of several reports as one: figures of days are added, of running totals the latest counts, and never both together.
import { FLAGS } from "./data.js";
import { t } from "./strings.js";
import { figureOnMap, signed } from "./words.js";

/** Days that a figure may cover and still be one of a day: "over the past 24 hours" touches two. */
const MOST_DAYS = 2;

/**
 * @typedef {{value: number | null, sign: "" | "≥ " | "≤ " | "≈ ", total: boolean, counted: number, reports: number}} Sum
 *   sign: whether it is a bound or rounded; counted: reports whose figure is in it; reports: all
 */

/**
 * Figures of people that belong to one mark alone. Two bulletins that tell of the same day may tell the same: the larger
 * counts, and the sum is a lower bound. So it is with a figure of weeks and those of its days.
 * @param {import("./data.js").Data} data
 * @param {number[]} marks rows, all of one scope
 * @returns {Sum}
 */
export function sumOf(data, marks) {
  const { events, marks: { event, shared } } = data;
  if (marks.length === 1) return sumOfOne(data, event[marks[0]], shared[marks[0]] > 1);
  const rows = [...new Set(marks.map((m) => event[m]))];
  const own = [...new Set(marks.filter((m) => shared[m] === 1).map((m) => event[m]))]
    .filter((row) => isAddable(data, row));
  const total = rows.length > 0 && (events.flags[rows[0]] & FLAGS.cumulative) !== 0;
  const about = { total, counted: own.length, reports: rows.length };
  if (own.length === 0) return { value: null, sign: "", ...about };
  return { ...(total ? latest(events, own) : added(events, own)), ...about };
}

/** Whether a figure is one of people, and no rise or fall of a number of them. */
function isAddable({ events, units }, row) {
  return !Number.isNaN(events.value[row]) && units[events.unit[row]] === "people" && (events.flags[row] & (FLAGS.increase | FLAGS.decrease)) === 0;
}

function sumOfOne(data, row, isShared) {
  const { events } = data;
  const counted = !isShared && isAddable(data, row);
  return { value: counted ? events.value[row] : null, sign: counted ? signOf(events, [row]) : "", total: (events.flags[row] & FLAGS.cumulative) !== 0,
    counted: Number(counted), reports: 1 };
}

/** How exact a figure made of others is. @param {boolean} [least] whether more may be missing */
function signOf(events, rows, least = false) {
  const some = (flag) => rows.some((row) => (events.flags[row] & flag) !== 0);
  return commonSign([least || some(FLAGS.at_least) ? "≥ " : "", some(FLAGS.at_most) ? "≤ " : "", some(FLAGS.approximate) ? "≈ " : ""]);
}

/** The sign of a sum: of a lower and an upper bound together nothing is known but about how many. @param {string[]} signs @returns {Sum["sign"]} */
function commonSign(signs) {
  const told = new Set(signs.filter(Boolean));
  return told.size > 1 ? "≈ " : [...told][0] ?? "";
}

function latest(events, rows) {
  const last = rows.reduce((a, b) => (events.day[b] > events.day[a] || (events.day[b] === events.day[a] && events.value[b] > events.value[a]) ? b : a));
  return { value: events.value[last], sign: signOf(events, [last]) };
}

function added(events, rows) {
  let least = false;
  // Reports without a date may be of one day.
  const days = new Map();
  for (const row of rows.filter((r) => events.days[r] <= MOST_DAYS)) {
    if (!days.has(events.day[row])) days.set(events.day[row], new Map());
    const told = days.get(events.day[row]);
    told.set(events.bulletin[row], (told.get(events.bulletin[row]) ?? 0) + events.value[row]);
  }
  let parts = [];
  for (const [day, told] of days) {
    parts.push({ first: day, last: day, value: Math.max(...told.values()) });
    if (told.size > 1) least = true;
  }
  const long = rows.filter((row) => events.days[row] > MOST_DAYS).sort((a, b) => events.value[b] - events.value[a]);
  for (const row of long) {
    const whole = { first: events.day[row], last: events.day[row] + events.days[row] - 1, value: events.value[row] };
    const inside = parts.filter((part) => part.last >= whole.first && part.first <= whole.last);
    if (inside.length > 0) least = true;
    if (whole.value > inside.reduce((all, part) => all + part.value, 0)) parts = [...parts.filter((part) => !inside.includes(part)), whole];
  }
  return { value: parts.reduce((all, part) => all + part.value, 0), sign: signOf(events, rows, least) };
}

/** Sums of different ways or places as one; running totals are not added: the largest is named, as a lower bound. @param {Sum[]} sums @returns {Sum} */
export function sumOfSums(sums) {
  if (sums.length === 1) return sums[0];
  const known = sums.filter((sum) => sum.value !== null);
  const all = (field) => sums.reduce((n, sum) => n + sum[field], 0);
  const about = { total: sums[0].total, counted: all("counted"), reports: all("reports") };
  if (known.length < 2 || !about.total) {
    return { value: known.length > 0 ? known.reduce((n, sum) => n + sum.value, 0) : null, sign: commonSign(known.map((sum) => sum.sign)), ...about };
  }
  return { value: Math.max(...known.map((sum) => sum.value)), sign: "≥ ", ...about, counted: 1 };
}

/**
 * What is written at an arrow: the figure of the only report, else the sum and how many reports have none that could be added.
 * @param {import("./data.js").Data} data @param {number[]} marks @param {Sum} sum
 */
export function sumText(data, marks, sum) {
  if (sum.reports === 1) {
    const { event, mark } = data.entry(marks[0]);
    if (!event.figure) return "";
    const figure = figureOnMap(event.figure);
    return mark.shared ? t("figure.shared", { figure, n: mark.shared }) : figure;
  }
  if (sum.value === null) return t("reports", { n: sum.reports });
  const rest = sum.reports - sum.counted;
  const plain = signed(sum.sign, sum.value);
  const figure = sum.total ? t("figure.total", { figure: plain }) : plain;
  return rest > 0 ? t("figure.rest", { figure, n: rest }) : figure;
}

/** The same in words, for a tip. @param {Sum} sum @param {string} text */
export function sumName(sum, text) {
  if (sum.counted < 2) return text;
  return t(sum.total ? "figure.latest" : "figure.added", { figure: text, n: sum.counted });
}
