// Places by squares, and the events that stand at each: so that a rectangle costs what lies in it, not what there is.
import { TURN, liesTo, searched, steps } from "./box.js";

/** Squares on a side: of a million places some fifteen in each. */
const SIDE = 256;

export class Grid {
  /** @param {import("./data.js").Data} data @param {Int32Array} rank of each event in the list */
  constructor(data, rank) {
    this.data = data;
    const { lon, lat, flags, n } = data.places;
    this.frame = frameOf(lon, lat, n);
    const { to, from, event, n: many } = data.marks;
    // An entry for each end of each mark: which place, which event.
    const square = new Int32Array(2 * many);
    /** Events of the places that are more than a point. @type {Map<number, number[]>} */
    this.shaped = new Map();
    // Plain loops: `from` with a function takes ten times as long.
    for (let entry = 0; entry < square.length; entry += 1) {
      const m = entry >> 1;
      const place = entry & 1 ? from[m] : to[m];
      square[entry] = -1;
      if (entry & 1 && place === to[m]) continue;
      if (flags[place] === 0) square[entry] = this.column(lon[place]) + SIDE * this.line(lat[place]);
      else if (this.shaped.has(place)) this.shaped.get(place).push(rank[event[m]]);
      else this.shaped.set(place, [rank[event[m]]]);
    }
    const [starts, entries] = gathered(square, SIDE * SIDE);
    // What is looked at together lies together: of a million, memory is what takes time.
    const room = () => new Int32Array(entries.length);
    Object.assign(this, { starts, place: room(), rank: room(), lon: room(), lat: room() });
    for (let i = 0; i < entries.length; i += 1) {
      const m = entries[i] >> 1;
      const place = entries[i] & 1 ? from[m] : to[m];
      this.place[i] = place;
      this.rank[i] = rank[event[m]];
      this.lon[i] = lon[place];
      this.lat[i] = lat[place];
    }
    this.asked = new Int32Array(data.events.n);
    this.found = new Int32Array(data.events.n);
    this.questions = 0;
  }

  column(lon) {
    const { west, wide } = this.frame;
    return Math.max(0, Math.min(SIDE - 1, Math.floor(((lon - west) * SIDE) / wide)));
  }

  line(lat) {
    const { south, high } = this.frame;
    return Math.max(0, Math.min(SIDE - 1, Math.floor(((lat - south) * SIDE) / high)));
  }

  /**
   * Ranks of the events that stand at a place which lies to a box as a test asks, each once, in no order.
   * @param {import("./box.js").Box} box @param {string} test
   * @returns {{found: Int32Array, asked: Int32Array, question: number}} asked: of each rank the last question that found it
   */
  ask(box, test) {
    const { data, asked } = this;
    this.many = 0;
    this.questions += 1;
    for (const [place, ranks] of this.shaped) if (liesTo(data, place, box, test)) ranks.forEach((rank) => this.enter(rank));
    const isPlain = test === "meets" || !data.places.reach;
    const [west, south, east, north] = searched(data, box, test).map(steps);
    const width = east >= west ? east - west : east - west + TURN;
    const { west: first, wide } = this.frame;
    for (let turn = Math.ceil((first - west - width) / TURN); west + turn * TURN <= first + wide; turn += 1) {
      this.within(west + turn * TURN, south, west + turn * TURN + width, north, isPlain ? null : (place) => liesTo(data, place, box, test));
    }
    return { found: this.found.subarray(0, this.many), asked, question: this.questions };
  }

  enter(rank) {
    if (this.asked[rank] === this.questions) return;
    this.asked[rank] = this.questions;
    this.found[this.many++] = rank;
  }

  /** Enters what lies within sides; `fits` asks more of a place. */
  within(west, south, east, north, fits) {
    const { starts, lon, lat, place, rank } = this;
    const [left, right, low, high] = [this.column(west), this.column(east), this.line(south), this.line(north)];
    for (let line = low; line <= high; line += 1) {
      for (let column = left; column <= right; column += 1) {
        const square = column + SIDE * line;
        const isInner = column > left && column < right && line > low && line < high;
        for (let i = starts[square]; i < starts[square + 1]; i += 1) {
          if (!isInner && (lon[i] < west || lon[i] > east || lat[i] < south || lat[i] > north)) continue;
          if (fits === null || fits(place[i])) this.enter(rank[i]);
        }
      }
    }
  }
}

/** The frame of all places, steps of a degree. */
function frameOf(lon, lat, n) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let row = 0; row < n; row += 1) {
    if (lon[row] < west) west = lon[row];
    if (lon[row] > east) east = lon[row];
    if (lat[row] < south) south = lat[row];
    if (lat[row] > north) north = lat[row];
  }
  return n === 0 ? { west: 0, south: 0, wide: 1, high: 1 } : { west, south, wide: east - west + 1, high: north - south + 1 };
}

/** Indexes by their key, and where those of each key begin; keys below 0 are left out. @returns {[Int32Array, Int32Array]} */
function gathered(keys, n) {
  const starts = new Int32Array(n + 1);
  let many = 0;
  for (let i = 0; i < keys.length; i += 1) {
    if (keys[i] < 0) continue;
    starts[keys[i] + 1] += 1;
    many += 1;
  }
  for (let key = 0; key < n; key += 1) starts[key + 1] += starts[key];
  const [next, indexes] = [starts.slice(0, n), new Int32Array(many)];
  for (let i = 0; i < keys.length; i += 1) if (keys[i] >= 0) indexes[next[keys[i]]++] = i;
  return [starts, indexes];
}
