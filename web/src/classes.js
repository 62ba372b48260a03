// What lists and legends tell apart of an event, as one small number each: many are counted in one pass.
import { FLAGS, INFERRED, KIND } from "./data.js";

/** What becomes of an event: drawn, not placed, told elsewhere, negated; and the bits in which a class says so. */
const [PLACED, OPEN, AGAIN, NEGATED] = [0, 1, 2, 3];
export const BECOMES = 3;

/** How it was told, by bit; `day`: a figure of days at an arrow. */
export const TOLD = { planned: 4, total: 8, day: 16, inferred: 32 };
const CLASSES = 64;

/** The class of each event; made once. @param {import("./data.js").Data} data @returns {Uint16Array | Uint32Array} */
export function classesOf(data) {
  data.classes ??= made(data);
  return data.classes;
}

function made({ events, marks, types }) {
  const { type, flags, value, firstMark, n } = events;
  const classes = new (types.length < 1000 ? Uint16Array : Uint32Array)(n);
  const told = FLAGS.repeats | FLAGS.total_of_breakdown;
  for (let row = 0; row < n; row += 1) {
    const first = firstMark[row];
    const next = firstMark[row + 1];
    let of = flags[row] & FLAGS.negated ? NEGATED : flags[row] & told ? AGAIN : first === next ? OPEN : PLACED;
    if (flags[row] & FLAGS.planned) of |= TOLD.planned;
    if (!Number.isNaN(value[row])) {
      if (flags[row] & FLAGS.cumulative) of |= TOLD.total;
      else if (first < next && marks.kind[first] !== KIND.site) of |= TOLD.day;
    }
    for (let m = first; m < next; m += 1) if (marks.flags[m] & INFERRED) of |= TOLD.inferred;
    classes[row] = type[row] * CLASSES + of;
  }
  return classes;
}

/** How many events of each class there are. @param {import("./data.js").Data} data @param {Int32Array | null} rows all when null */
export function histogram(data, rows = null) {
  const classes = classesOf(data);
  const counts = new Uint32Array(data.types.length * CLASSES);
  if (rows) for (let i = 0; i < rows.length; i += 1) counts[classes[rows[i]]] += 1;
  else for (let row = 0; row < classes.length; row += 1) counts[classes[row]] += 1;
  return counts;
}

/** Sums of a histogram by type. @param {Uint32Array} counts @param {(of: number) => boolean} [wanted] classes that count, all when left out */
export function byType(counts, wanted = () => true) {
  return Uint32Array.from({ length: counts.length / CLASSES }, (_, type) => {
    let all = 0;
    for (let of = 0; of < CLASSES; of += 1) if (wanted(of)) all += counts[type * CLASSES + of];
    return all;
  });
}

/** Whether events of a class are drawn. @param {number} of */
export function isPlaced(of) {
  return (of & BECOMES) === PLACED;
}
