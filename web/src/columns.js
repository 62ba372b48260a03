// The blocks of the page: deflated bytes, a JSON head, then columns of numbers. geomap/webmap/packing.py writes them.
import { inflated, unpacked } from "./inflate.js";
import { bytesOf } from "./letters.js";

/** @param {string} id of the block @returns {Promise<{head: object, columns: Record<string, Int8Array | Int16Array | Int32Array | Float64Array>}>} */
export async function unpack(id) {
  const bytes = await unpacked(document.getElementById(id).textContent);
  const size = new DataView(bytes.buffer).getUint32(0, true);
  let at = 4 + size;
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)));
  const columns = {};
  for (const about of head.columns) {
    const length = about.n * Number(about.type[1]);
    columns[about.name] = column(bytes.subarray(at, at + length), about);
    at += length;
  }
  return { head, columns };
}

/** A column whose bytes stand lowest first, all of a rank together; of one with a first number they are steps. */
function column(bytes, { type, n, first, step }) {
  if (type === "f8") return new Float64Array(gathered(bytes, n, 8).buffer);
  if (type === "i0") return evenly(n, first, step);
  const values = WHOLE[type](bytes, n);
  if (first === undefined) return values;
  const whole = new Int32Array(n);
  for (let i = 0, sum = first; i < n; i += 1) {
    sum += values[i];
    whole[i] = sum;
  }
  return whole;
}

/** Numbers that rise evenly, or are all the same. */
function evenly(n, first, step) {
  if (step === 0) {
    const same = new (first === (first << 24) >> 24 ? Int8Array : Int32Array)(n);
    return first === 0 ? same : same.fill(first);
  }
  const whole = new Int32Array(n);
  for (let i = 0; i < n; i += 1) whole[i] = first + i * step;
  return whole;
}

/** How whole numbers of one to four bytes are put together. */
const WHOLE = {
  // A copy: the bytes of all columns are let go.
  i1: (bytes) => new Int8Array(bytes.slice().buffer),
  i2: (bytes, n) => {
    const values = new Int16Array(n);
    for (let i = 0; i < n; i += 1) values[i] = bytes[i] | (bytes[n + i] << 8);
    return values;
  },
  i3: (bytes, n) => {
    const values = new Int32Array(n);
    for (let i = 0; i < n; i += 1) values[i] = ((bytes[i] << 8) | (bytes[n + i] << 16) | (bytes[2 * n + i] << 24)) >> 8;
    return values;
  },
  i4: (bytes, n) => {
    const values = new Int32Array(n);
    for (let i = 0; i < n; i += 1) values[i] = bytes[i] | (bytes[n + i] << 8) | (bytes[2 * n + i] << 16) | (bytes[3 * n + i] << 24);
    return values;
  },
};

function gathered(bytes, n, size) {
  const out = new Uint8Array(n * size);
  for (let rank = 0; rank < size; rank += 1) {
    for (let i = 0, from = rank * n, to = rank; i < n; i += 1, to += size) out[to] = bytes[from + i];
  }
  return out;
}

/** The records of a table, inflated piece by piece when somebody asks. */
export class Records {
  /** @param {string} id of the block of all texts @param {{starts: number[], at: number[]} | undefined} where pieces of this table */
  constructor(id, where) {
    this.id = id;
    this.starts = where?.starts ?? [];
    this.at = where?.at ?? [0];
    this.pieces = new Map();
  }

  /** Letters that all pieces take. */
  get size() {
    return this.at[this.at.length - 1] - this.at[0];
  }

  /** The record of a row when its piece is at hand, else undefined. @param {number} row */
  get(row) {
    const piece = this.pieces.get(this.pieceOf(row));
    if (!piece?.lists) return undefined;
    const record = {};
    for (const [field, list] of Object.entries(piece.lists)) {
      if (list[row - piece.start] !== null) record[field] = list[row - piece.start];
    }
    return record;
  }

  /** Brings the pieces of rows to hand. @param {Iterable<number>} rows @returns {Promise<unknown> | null} null when they are there */
  load(rows) {
    const wanted = new Set();
    for (const row of rows) {
      const number = this.pieceOf(row);
      if (number >= 0 && !this.pieces.get(number)?.lists) wanted.add(number);
    }
    return wanted.size > 0 ? Promise.all([...wanted].map((number) => this.piece(number))) : null;
  }

  /** Brings all pieces to hand. @returns {Promise<unknown> | null} null when they are there */
  loadAll() {
    return this.load(this.starts);
  }

  /** Rows that have a field, with it; of the pieces at hand. @param {string} field @returns {Iterable<[number, any]>} */
  *all(field) {
    for (const { start, lists } of this.pieces.values()) {
      const values = lists?.[field] ?? [];
      for (let i = 0; i < values.length; i += 1) if (values[i] !== null) yield [start + i, values[i]];
    }
  }

  /** A piece as lists by field, not kept when nobody has asked for its rows. @param {number} number @returns {Promise<{start: number, lists: Record<string, any[]>}>} */
  async read(number) {
    const kept = this.pieces.get(number);
    if (kept) return kept.coming.then(() => kept);
    return { start: this.starts[number], lists: await this.inflate(number) };
  }

  piece(number) {
    if (!this.pieces.has(number)) {
      const piece = { start: this.starts[number], lists: null };
      piece.coming = this.inflate(number).then((lists) => { piece.lists = lists; });
      this.pieces.set(number, piece);
    }
    return this.pieces.get(number).coming;
  }

  async inflate(number) {
    await pageIsRead();
    const bytes = await inflated(bytesOf(blockText(this.id).slice(this.at[number], this.at[number + 1])));
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  pieceOf(row) {
    return lastNotAbove(this.starts, row);
  }
}

/** The texts stand behind the script, so that the first picture need not wait for them. */
function pageIsRead() {
  if (document.readyState !== "loading") return Promise.resolve();
  return new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
}

const blocks = new Map();

/** The text of a block; it may be of many megabytes, so it is put together once. */
function blockText(id) {
  if (!blocks.has(id)) blocks.set(id, document.getElementById(id).textContent);
  return blocks.get(id);
}

/** Index of the last value of a rising list that is not above `value`, -1 when all are. */
export function lastNotAbove(list, value) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
