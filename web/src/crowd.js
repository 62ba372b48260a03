// Which marks are shown, and how many stand in each cell of the screen: kept up to date while the window of time moves,
// so that a step costs what enters and leaves, not what there is.
import { AREA, FLAGS, INFERRED, KIND, NO_DAY } from "./data.js";

/** Sides of a cell, pixels: two counts side by side can still be read. */
export const CELL = 46;

/** Marks in sight up to which each is drawn by itself; beyond, cells are counted. */
export const MOST_SINGLE = 3000;

export class Crowd {
  /** @param {import("./data.js").Data} data */
  constructor(data) {
    this.data = data;
    const { marks, events } = data;
    this.n = marks.n;
    this.kinds = Math.max(1, data.types.length);
    this.start = new Int32Array(this.n);
    this.end = new Int32Array(this.n);
    this.type = new Int16Array(this.n);
    // Plain loops: `from` with a function takes ten times as long.
    for (let m = 0; m < this.n; m += 1) {
      const row = marks.event[m];
      const day = events.day[row];
      this.start[m] = day;
      this.end[m] = day !== NO_DAY && events.days[row] > 1 ? day + events.days[row] - 1 : day;
      this.type[m] = events.type[row];
    }
    this.byStart = ordered(this.start);
    this.byEnd = ordered(this.end);
    this.class = classes(data);
    this.allowed = new Uint8Array(this.n).fill(1);
    this.inTime = new Uint8Array(this.n).fill(1);
    this.cell = new Int32Array(this.n).fill(-1);
    this.window = null;
    this.columns = 0;
    this.counts = new Int32Array(0);
  }

  /**
   * Lets only some marks be seen; counts follow, so that the view need not be placed anew.
   * @param {Uint8Array} table 1 of each class that may be seen (`seenClasses`) @param {Uint8Array | null} events those asked for, null for all
   */
  allow(table, events) {
    const { allowed, class: of, cell, inTime, data: { marks: { event } } } = this;
    for (let m = 0; m < this.n; m += 1) {
      const now = table[of[m]] === 1 && (events === null || events[event[m]] === 1) ? 1 : 0;
      if (now === allowed[m]) continue;
      allowed[m] = now;
      if (cell[m] >= 0 && inTime[m] === 1) this.count(m, now ? 1 : -1);
    }
  }

  /** Whether a mark passes layers and time. */
  isShown(mark) {
    return this.allowed[mark] === 1 && this.inTime[mark] === 1;
  }

  /** Puts each mark in its cell. Only marks at one place are counted; arrows lie on a picture of their own.
   * @param {L.Bounds} bounds of the picture, layer pixels @param {L.Point} origin pixel origin of the map @param {number} zoom */
  place(bounds, origin, zoom) {
    const { marks, places } = this.data;
    const scale = 2 ** zoom;
    // Cells are cut from the world, not from the view: a drag does not regroup them.
    const [left, top] = [Math.floor((bounds.min.x + origin.x) / CELL), Math.floor((bounds.min.y + origin.y) / CELL)];
    this.columns = Math.ceil((bounds.max.x + origin.x) / CELL) - left;
    const rows = Math.ceil((bounds.max.y + origin.y) / CELL) - top;
    const size = this.columns * rows;
    this.corner = { x: left * CELL - origin.x, y: top * CELL - origin.y };
    // Of each cell: what lies at points, and what is only known to lie in an area.
    this.cells = 2 * size;
    this.counts = new Int32Array(this.cells * this.kinds);
    this.sums = new Float64Array(this.cells * 2);
    this.total = 0;
    const { to, kind } = marks;
    const { x, y, flags } = places;
    const factor = scale / CELL;
    for (let m = 0; m < this.n; m += 1) {
      const place = to[m];
      const column = Math.floor(x[place] * factor) - left;
      const row = Math.floor(y[place] * factor) - top;
      const inside = column >= 0 && column < this.columns && row >= 0 && row < rows && kind[m] !== KIND.flow && kind[m] !== KIND.crossing;
      this.cell[m] = inside ? column + row * this.columns + (flags[place] & AREA ? size : 0) : -1;
      if (inside && this.allowed[m] === 1 && this.inTime[m] === 1) this.count(m, 1);
    }
  }

  count(mark, by) {
    const cell = this.cell[mark];
    const place = this.data.marks.to[mark];
    this.counts[cell * this.kinds + this.type[mark]] += by;
    this.sums[2 * cell] += by * this.data.places.x[place];
    this.sums[2 * cell + 1] += by * this.data.places.y[place];
    this.total += by;
  }

  /** Moves the window of days, both ends included; null shows all, undated ones too. @param {[number, number] | null} window */
  setTime(window) {
    const old = this.window;
    this.window = window;
    if (!old || !window) {
      for (let m = 0; m < this.n; m += 1) this.check(m);
      return;
    }
    const { byStart, byEnd, start, end } = this;
    const [first, last] = [Math.min(old[1], window[1]) + 1, Math.max(old[1], window[1])];
    for (let i = from(byStart, start, first); i < this.n && start[byStart[i]] <= last; i += 1) this.check(byStart[i]);
    const [low, high] = [Math.min(old[0], window[0]), Math.max(old[0], window[0]) - 1];
    for (let i = from(byEnd, end, low); i < this.n && end[byEnd[i]] <= high; i += 1) this.check(byEnd[i]);
  }

  check(mark) {
    const now = this.window === null || (this.start[mark] !== NO_DAY && this.start[mark] <= this.window[1] && this.end[mark] >= this.window[0]) ? 1 : 0;
    if (now === this.inTime[mark]) return;
    this.inTime[mark] = now;
    if (this.cell[mark] >= 0 && this.allowed[mark] === 1) this.count(mark, now ? 1 : -1);
  }

  /** Marks in sight, of some cells or of all. @param {Set<number> | null} [cells] @param {number} [most] @returns {number[]} */
  rows(cells = null, most = Infinity) {
    const found = [];
    for (let m = 0; m < this.n && found.length < most; m += 1) {
      if (this.inTime[m] === 1 && this.allowed[m] === 1 && (cells ? cells.has(this.cell[m]) : this.cell[m] >= 0)) found.push(m);
    }
    return found;
  }

  /** Cells that hold something: where their marks lie on the mean, and how many of each type. */
  *groups(origin, zoom) {
    const scale = 2 ** zoom;
    for (let cell = 0; cell < this.cells; cell += 1) {
      const types = [];
      let all = 0;
      for (let type = 0; type < this.kinds; type += 1) {
        const n = this.counts[cell * this.kinds + type];
        if (n > 0) types.push({ type: this.data.types[type], n });
        all += n;
      }
      if (all > 0) {
        yield { cell, area: cell >= this.cells / 2, types, all,
          x: (this.sums[2 * cell] / all) * scale - origin.x, y: (this.sums[2 * cell + 1] / all) * scale - origin.y };
      }
    }
  }
}

/** Indexes of values in rising order. */
function ordered(values) {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i += 1) order[i] = i;
  if (isRising(values)) return order;
  // Numbers sort without a function that compares, which takes a tenth of the time: value and index in one.
  const keys = new Float64Array(values.length);
  for (let i = 0; i < keys.length; i += 1) keys[i] = (values[i] - NO_DAY) * values.length + i;
  keys.sort();
  for (let i = 0; i < keys.length; i += 1) order[i] = keys[i] % values.length;
  return order;
}

function isRising(values) {
  for (let i = 1; i < values.length; i += 1) if (values[i] < values[i - 1]) return false;
  return true;
}

/** The first index of an order whose value is not below. */
function from(order, values, least) {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[order[middle]] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a legend tells apart of a mark beside its type, by bit. */
const CLASS = { planned: 1, total: 2, figure: 4, site: 8, inferred: 16, area: 32 };
const CLASSES = 64;

/** The class of each mark: its type and the bits of `CLASS`. @param {import("./data.js").Data} data */
function classes({ events, marks, places, types }) {
  const { type, flags, value } = events;
  const ofEvent = new Uint8Array(events.n);
  for (let row = 0; row < events.n; row += 1) {
    ofEvent[row] = (flags[row] & FLAGS.planned ? CLASS.planned : 0) | (flags[row] & FLAGS.cumulative ? CLASS.total : 0) | (Number.isNaN(value[row]) ? 0 : CLASS.figure);
  }
  const of = new (types.length < 1000 ? Uint16Array : Uint32Array)(marks.n);
  for (let m = 0; m < marks.n; m += 1) {
    const row = marks.event[m];
    of[m] = type[row] * CLASSES + (ofEvent[row] | (marks.kind[m] === KIND.site ? CLASS.site : 0) | (marks.flags[m] & INFERRED ? CLASS.inferred : 0)
      | (places.flags[marks.to[m]] & AREA ? CLASS.area : 0));
  }
  return of;
}

/**
 * Which classes of marks the legend and the question let be seen.
 * @param {import("./data.js").Data} data
 * @param {(type: string) => boolean} ofType
 * @param {{planned: boolean, inferred: boolean, areas: boolean, figures: "both" | "day" | "total"}} told
 * @returns {Uint8Array} 1 of each that may
 */
export function seenClasses({ types }, ofType, { planned, inferred, areas, figures }) {
  const table = new Uint8Array(types.length * CLASSES);
  types.forEach((type, number) => {
    for (let of = 0; of < CLASSES && ofType(type); of += 1) {
      const is = (name) => (of & CLASS[name]) !== 0;
      if ((is("planned") && !planned) || (is("inferred") && !inferred) || (is("area") && !areas)) continue;
      const told = figures === "both" || (figures === "day" ? !is("total") : is("total") || is("site") || !is("figure"));
      table[number * CLASSES + of] = told ? 1 : 0;
    }
  });
  return table;
}
