// A question put to the events, and which of them answer it.
import { BOX_TESTS } from "./box.js";
import { BECOMES, classesOf } from "./classes.js";
import { AREA, NO_DAY } from "./data.js";
import { placesWithin } from "./within.js";

/**
 * What is asked; parts that are null or empty ask for nothing.
 * @typedef {{where: "all" | "view" | "box", box: import("./box.js").Box | null, test: string, words: string,
 *   types: Set<string> | null, sources: Set<string> | null, least: number, exact: boolean}} Question
 *   box: kept while another `where` is chosen; least: per cent of confidence of the least sure place; exact: no areas
 */

/** Steps of confidence, per cent, that can be asked for. */
export const LEAST = [0, 50, 70, 90];

/** @returns {Question} */
export function openQuestion() {
  return { where: "all", box: null, test: BOX_TESTS[0], words: "", types: null, sources: null, least: 0, exact: false };
}

/** Whether it asks for more than a place and a time: then the picture shows less too. @param {Question} question */
export function isNarrowed({ words, types, sources, least, exact }) {
  return words !== "" || types !== null || sources !== null || least > 0 || exact;
}

/** Name of a bulletin's source; "" when it is not stated. @param {{source?: string}} bulletin */
export function sourceOf(bulletin) {
  return bulletin.source ?? "";
}

/**
 * Events that pass all but type, place and time, null when all do.
 * @param {import("./data.js").Data} data
 * @param {Question} question
 * @param {Uint8Array | null} found events that have the words, null when none are asked for
 * @returns {Uint8Array | null}
 */
export function passing(data, question, found) {
  const { sources, exact } = question;
  const { bulletin, sure, n } = data.events;
  const least = sure ? question.least : 0;
  if (!sources && !exact && !found && least === 0) return null;
  const ofSource = Uint8Array.from(data.bulletins, (one) => (!sources || sources.has(sourceOf(one)) ? 1 : 0));
  const passes = new Uint8Array(n);
  for (let row = 0; row < n; row += 1) {
    if (ofSource[bulletin[row]] === 0 || (found && found[row] === 0) || (least > 0 && sure[row] < least)) continue;
    passes[row] = 1;
  }
  if (exact) keepExact(data, passes);
  return passes;
}

/** Drops events that are drawn as "somewhere in an area" only. */
function keepExact({ marks, places, events }, passes) {
  const isExact = new Uint8Array(events.n);
  for (let m = 0; m < marks.n; m += 1) if ((places.flags[marks.to[m]] & AREA) === 0) isExact[marks.event[m]] = 1;
  for (let row = 0; row < events.n; row += 1) passes[row] &= isExact[row];
}

/** Of each type 1 when it is asked for. @param {import("./data.js").Data} data @param {Set<string> | null} types */
export function askedTypes(data, types) {
  return Uint8Array.from(data.types, (name) => (!types || types.has(name) ? 1 : 0));
}

/** Answers questions of one page, in the order of its list. */
export class Answerer {
  /** @param {import("./data.js").Data} data */
  constructor(data) {
    this.data = data;
    this.order = byBulletin(data);
    this.keep = new Uint8Array(data.events.n);
    this.room = new Int32Array(data.events.n);
  }

  /**
   * The rows that answer but for their type, in the order of the list.
   * @param {{passes: Uint8Array | null, window: [number, number] | null, box: import("./box.js").Box | null, test: string}} parts
   * @returns {Int32Array}
   */
  rows({ passes, window, box, test }) {
    const { data, order, keep, room } = this;
    if (!passes && !window && !box) return order;
    const { day, days, n } = data.events;
    if (box) this.keepWithin(box, test);
    else keep.fill(1);
    for (let row = 0; passes && row < n; row += 1) keep[row] &= passes[row];
    const [first, last] = window ?? [0, 0];
    for (let row = 0; window && row < n; row += 1) {
      if (day[row] === NO_DAY || day[row] > last || day[row] + Math.max(0, days[row] - 1) < first) keep[row] = 0;
    }
    let many = 0;
    for (let i = 0; i < n; i += 1) {
      room[many] = order[i];
      many += keep[order[i]];
    }
    return room.slice(0, many);
  }

  /** Keeps the events that stand at a place within a box. */
  keepWithin(box, test) {
    const { keep, data: { marks: { n, event, from, to } } } = this;
    const lies = placesWithin(this.data, box, test);
    keep.fill(0);
    for (let m = 0; m < n; m += 1) keep[event[m]] |= lies[to[m]] | lies[from[m]];
  }
}

/** Rows whose type is asked for. @param {import("./data.js").Data} data @param {Int32Array} rows @param {Set<string> | null} types */
export function ofTypes(data, rows, types) {
  if (!types) return rows;
  const on = askedTypes(data, types);
  return rows.filter((row) => on[data.events.type[row]] === 1);
}

/** @typedef {{placed: Int32Array, open: Int32Array, again: Int32Array, negated: Int32Array}} Kinds rows by what becomes of them */

/** What the list tells apart, by number. */
const KINDS = ["placed", "open", "again", "negated"];
const NONE = new Int32Array(0);

/** Rows by what becomes of them, in their order. @param {import("./data.js").Data} data @param {Int32Array} rows @returns {Kinds} */
export function byKind(data, rows) {
  const classes = classesOf(data);
  const kind = new Uint8Array(rows.length);
  const sizes = [0, 0, 0, 0];
  for (let i = 0; i < rows.length; i += 1) {
    kind[i] = classes[rows[i]] & BECOMES;
    sizes[kind[i]] += 1;
  }
  // Mostly all are of one kind.
  if (sizes[0] === rows.length) return { placed: rows, open: NONE, again: NONE, negated: NONE };
  const lists = sizes.map((size) => new Int32Array(size));
  const next = [0, 0, 0, 0];
  for (let i = 0; i < rows.length; i += 1) lists[kind[i]][next[kind[i]]++] = rows[i];
  return /** @type {Kinds} */ (Object.fromEntries(KINDS.map((name, i) => [name, lists[i]])));
}

/** Rows bulletin by bulletin, in the order in which bulletins first appear. @param {import("./data.js").Data} data @returns {Int32Array} */
function byBulletin({ events, bulletins }) {
  const sizes = new Int32Array(bulletins.length + 1);
  for (let row = 0; row < events.n; row += 1) sizes[events.bulletin[row] + 1] += 1;
  for (let i = 0; i < bulletins.length; i += 1) sizes[i + 1] += sizes[i];
  const order = new Int32Array(events.n);
  for (let row = 0; row < events.n; row += 1) order[sizes[events.bulletin[row]]++] = row;
  return order;
}
