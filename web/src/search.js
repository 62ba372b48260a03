// Words looked for in all sentences and names: read once, a piece at a time between frames, when somebody first searches.
import { fold, wordsOf } from "./fold.js";

/** Milliseconds of work after which the page is let draw. */
const SLICE = 8;

/** What stands between sentences: no folded word holds it. */
const BREAK = "\n";

/** A piece: the folded sentences of rows that follow each other as one text, and where each begins. @typedef {{first: number, text: string, starts: Int32Array}} Piece */

export class TextIndex {
  /** @param {import("./data.js").Data} data */
  constructor(data) {
    this.data = data;
    /** @type {(Piece | undefined)[]} */
    this.pieces = new Array(data.pieces);
    this.names = null;
  }

  /**
   * Events whose sentence, or the names of whose places, hold all words.
   * @param {string} asked @param {(share: number) => void} progress
   * @param {() => boolean} given_up
   * @returns {Promise<Uint8Array | null>} null when given up
   */
  async find(asked, progress, given_up) {
    const words = wordsOf(asked);
    const { data } = this;
    const found = new Uint8Array(data.events.n);
    await this.readNames();
    const atPlaces = words.map((word) => this.eventsNamed(word));
    let since = performance.now();
    for (let number = 0; number < this.pieces.length; number += 1) {
      const piece = this.pieces[number] ?? await this.read(number);
      if (given_up()) return null;
      searchPiece(piece, words, atPlaces, found);
      if (performance.now() - since < SLICE) continue;
      progress((number + 1) / this.pieces.length);
      await breath();
      since = performance.now();
    }
    // Without texts the names alone can be searched.
    if (this.pieces.length === 0) for (let row = 0; row < found.length; row += 1) found[row] = atPlaces.every((at) => at[row] === 1) ? 1 : 0;
    return given_up() ? null : found;
  }

  async read(number) {
    const { first, sentences } = await this.data.sentences(number);
    const starts = new Int32Array(sentences.length + 1);
    const folded = new Array(sentences.length);
    let at = 0;
    for (let i = 0; i < sentences.length; i += 1) {
      starts[i] = at;
      folded[i] = fold(sentences[i] ?? "").replaceAll(BREAK, " ");
      at += folded[i].length + 1;
    }
    starts[sentences.length] = at;
    this.pieces[number] = { first, text: folded.join(BREAK), starts };
    return this.pieces[number];
  }

  /** Reads all names of places; other scripts and spellings stand in their records. */
  async readNames() {
    if (this.names) return;
    await this.data.loadPlaces();
    this.names = this.data.names.map(fold);
    this.others = new Map();
    for (const [row, names] of this.data.otherNames()) this.others.set(row, fold(names.join(BREAK)));
  }

  /** Places one of whose names holds a text. @param {string} folded @returns {Uint8Array} */
  placesNamed(folded) {
    const { places } = this.data;
    const ofName = Uint8Array.from(this.names, (name) => (name.includes(folded) ? 1 : 0));
    const found = new Uint8Array(places.n);
    for (let row = 0; row < places.n; row += 1) found[row] = ofName[places.name[row]];
    for (const [row, names] of this.others) if (names.includes(folded)) found[row] = 1;
    return found;
  }

  eventsNamed(word) {
    const { marks, events } = this.data;
    const places = this.placesNamed(word);
    const found = new Uint8Array(events.n);
    for (let m = 0; m < marks.n; m += 1) if (places[marks.to[m]] === 1 || places[marks.from[m]] === 1) found[marks.event[m]] = 1;
    return found;
  }
}

/** Marks the rows of a piece in which each word stands, in the sentence or in a name. */
function searchPiece({ first, text, starts }, words, atPlaces, found) {
  const n = starts.length - 1;
  const hits = new Uint8Array(n);
  words.forEach((word, number) => {
    const has = atPlaces[number].slice(first, first + n);
    for (let at = text.indexOf(word), row = 0; at >= 0; at = text.indexOf(word, starts[row + 1])) {
      row = rowAt(starts, at, row);
      has[row] = 1;
      if (row + 1 >= n) break;
    }
    for (let row = 0; row < n; row += 1) hits[row] += has[row];
  });
  for (let row = 0; row < n; row += 1) if (hits[row] === words.length) found[first + row] = 1;
}

/** The last row that begins not behind a place of the text, looked for from one on. */
function rowAt(starts, at, from) {
  let [low, high] = [from, starts.length - 1];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** Lets the page draw and answer before work goes on. */
function breath() {
  return new Promise((go_on) => setTimeout(go_on, 0));
}
