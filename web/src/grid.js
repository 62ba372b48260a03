// Places by squares, and the events that stand at each: so that a rectangle costs what lies in it, not what there is.
import { TURN, liesTo, searched, shapedPlaces, steps } from "./box.js";

/** Squares on a side: of a million places some fifteen in each. */
const SIDE = 256;

export class Grid {
  /** @param {import("./data.js").Data} data */
  constructor(data) {
    this.data = data;
    const { lon, lat, flags, n } = data.places;
    this.frame = frameOf(lon, lat, n);
    const square = new Int32Array(n);
    for (let row = 0; row < n; row += 1) square[row] = flags[row] === 0 ? this.column(lon[row]) + SIDE * this.line(lat[row]) : -1;
    [this.starts, this.rows] = gathered(square, SIDE * SIDE);
    const { to, from, event, n: many } = data.marks;
    const [ends, owners] = [new Int32Array(2 * many), new Int32Array(2 * many)];
    for (let m = 0; m < many; m += 1) {
      ends[2 * m] = to[m];
      ends[2 * m + 1] = from[m] === to[m] ? -1 : from[m];
      owners[2 * m] = owners[2 * m + 1] = event[m];
    }
    [this.firsts, this.ends] = gathered(ends, n);
    this.owners = owners;
    this.asked = new Int32Array(data.events.n);
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
   * Events that stand at a place which lies to a box as a test asks, each once.
   * @param {import("./box.js").Box} box @param {string} test @param {(event: number) => void} found
   */
  events(box, test, found) {
    const { asked, firsts, ends, owners } = this;
    const number = (this.questions += 1);
    this.places(box, test, (place) => {
      for (let i = firsts[place]; i < firsts[place + 1]; i += 1) {
        const event = owners[ends[i]];
        if (asked[event] === number) continue;
        asked[event] = number;
        found(event);
      }
    });
  }

  /** Whether the last question found an event. @param {number} event */
  isFound(event) {
    return this.asked[event] === this.questions;
  }

  /** @param {import("./box.js").Box} box @param {string} test @param {(place: number) => void} found */
  places(box, test, found) {
    const { data } = this;
    for (const row of shapedPlaces(data)) if (liesTo(data, row, box, test)) found(row);
    const isPlain = test === "meets" || !data.places.reach;
    const [west, south, east, north] = searched(data, box, test).map(steps);
    const width = east >= west ? east - west : east - west + TURN;
    const { west: first, wide } = this.frame;
    for (let turn = Math.ceil((first - west - width) / TURN); west + turn * TURN <= first + wide; turn += 1) {
      this.within(west + turn * TURN, south, west + turn * TURN + width, north, isPlain ? found : (row) => {
        if (liesTo(data, row, box, test)) found(row);
      });
    }
  }

  within(west, south, east, north, found) {
    const { starts, rows, data: { places: { lon, lat } } } = this;
    const [left, right, low, high] = [this.column(west), this.column(east), this.line(south), this.line(north)];
    for (let line = low; line <= high; line += 1) {
      for (let column = left; column <= right; column += 1) {
        const square = column + SIDE * line;
        const isInner = column > left && column < right && line > low && line < high;
        for (let i = starts[square]; i < starts[square + 1]; i += 1) {
          const row = rows[i];
          if (isInner || (lon[row] >= west && lon[row] <= east && lat[row] >= south && lat[row] <= north)) found(row);
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
