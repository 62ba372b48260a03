// Totals of an answer by type: how many events, and of figures that may be added their sum, never more than was told.
import { AREA, FLAGS, KINDS } from "./data.js";
import { sumOf, sumOfSums } from "./sums.js";

/** Marks up to which figures are added; of more only the events are counted. */
export const MOST_ADDED = 50000;

/** @typedef {{type: string, events: number, people: import("./sums.js").Sum | null}} Total people: null where none can be added */

/**
 * People by type, of figures of days. Figures of places of one kind are added. A figure of a governorate may hold those of
 * its towns, and one of those who came those of a way from elsewhere: of such groups the largest sum counts, as "≥".
 * @param {import("./data.js").Data} data
 * @param {Int32Array} rows placed events
 * @returns {Map<string, import("./sums.js").Sum> | null} null when they are too many to be added
 */
export function peopleOf(data, rows) {
  const { events, marks, places } = data;
  const groups = new Map();
  let n = 0;
  for (const row of rows) {
    n += events.firstMark[row + 1] - events.firstMark[row];
    if (n > MOST_ADDED) return null;
    if (events.flags[row] & (FLAGS.cumulative | FLAGS.planned) || Number.isNaN(events.value[row])) continue;
    for (let m = events.firstMark[row]; m < events.firstMark[row + 1]; m += 1) {
      const goal = marks.to[m];
      const level = places.flags[goal] & AREA ? data.placeTypes[places.type[goal]] : "";
      const type = data.types[events.type[row]];
      const kind = `${KINDS[marks.kind[m]]} ${level}`;
      const way = marks.from[m] * places.n + goal;
      if (!groups.has(type)) groups.set(type, new Map());
      if (!groups.get(type).has(kind)) groups.get(type).set(kind, new Map());
      const ways = groups.get(type).get(kind);
      if (ways.has(way)) ways.get(way).push(m);
      else ways.set(way, [m]);
    }
  }
  return new Map([...groups].map(([type, kinds]) => [type, largest([...kinds.values()].map((ways) => sumOfSums([...ways.values()].map((m) => sumOf(data, m)))))]));
}

/** @param {import("./sums.js").Sum[]} sums */
function largest(sums) {
  const known = sums.filter(({ value }) => value !== null);
  if (known.length === 0) return { ...sums[0], reports: sums.reduce((n, sum) => n + sum.reports, 0) };
  const top = known.reduce((a, b) => (b.value > a.value ? b : a));
  return known.length > 1 ? { ...top, sign: "≥ " } : top;
}
