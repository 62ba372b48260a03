// What the page knows: columns for the picture, records for the cards. geomap/webmap writes them (tables.py, records.py);
// a field that says nothing is left out.
import { Records, unpack } from "./columns.js";
import { groundOf } from "./ground.js";
import { heightOf } from "./mercator.js";
import { language, onLanguage } from "./strings.js";

/**
 * @typedef {{value: number, unit: string, scope: "period" | "cumulative", at_least?: boolean, at_most?: boolean, approximate?: boolean, subset_of?: number, change?: "increase" | "decrease"}} Count
 * @typedef {{id?: string, date?: string, source?: string, lang?: string, url?: string, notes?: string[]}} Bulletin
 * @typedef {{source: string, label?: string, url?: string, licence?: string}} Citation
 * @typedef {{polygons?: number[][][][], lines?: number[][][]}} Shape longitude first
 * @typedef {{row: number, id?: string, name: string, type: string, area?: boolean, at: [number, number], lon: number, lat: number,
 *   approximate?: boolean, uncertainty_km?: number, certainty?: string, also?: string[], valid?: [string | null, string | null],
 *   description?: string, citations?: Citation[], shape?: Shape}} Place
 * @typedef {{id: string, name: string, type: string, score: number, why?: string}} Candidate
 * @typedef {{role: string, inferred?: boolean, surface: string, part?: string, start?: number, end?: number, snippet?: string[],
 *   status: string, confidence: number, place?: number, reasons?: string[], candidates?: Candidate[], zones?: number[]}} Mention
 * @typedef {{row: number, kind: "flow" | "arrival" | "departure" | "crossing" | "site", places: number[], shared?: number,
 *   inferred?: boolean, direction?: number}} Mark
 * @typedef {{row: number, bulletin: number, type: string, day?: string, negated?: boolean, planned?: boolean,
 *   total_of_breakdown?: boolean, repeats?: boolean, figure?: Count, marks: Mark[],
 *   id?: string, label?: string, sentence?: string, period?: string, interval?: [string, string], claimant?: string,
 *   counts?: Count[], mentions?: Mention[], rule?: string, at?: [number, number], differ?: number[], chars?: [number, number], precision?: string}} Event the fields of the last two lines are there once loaded
 * @typedef {{row: number, event: Event, mark: Mark, place: Place}} Entry one mark of one event at one place
 */

/** Bits of an event, and of a mark and a place. */
export const FLAGS = { negated: 1, planned: 2, total_of_breakdown: 4, repeats: 8, cumulative: 16, at_least: 32, increase: 64, decrease: 128,
  at_most: 256, approximate: 512 };
export const INFERRED = 1;
export const AREA = 1;
export const SHAPED = 2;
export const NO_DAY = -(2 ** 31);

/** @type {Mark["kind"][]} */
export const KINDS = ["site", "flow", "arrival", "departure", "crossing"];
export const KIND = Object.fromEntries(KINDS.map((kind, i) => [kind, i]));

/** Steps of a degree in which coordinates are written. */
const COORDINATE = 100000;

/** Values kept of what was asked for lately; more begin anew. */
const MOST_KEPT = 20000;

/** Characters of packed records that are all read at the start: then nothing has to be waited for. */
const READ_AT_ONCE = 2000000;

/** @param {string} id of the element @returns {Promise<Data>} */
export async function readData(id) {
  const { head, columns } = await unpack(`${id}-data`);
  return new Data(head, columns, `${id}-texts`);
}

export class Data {
  constructor(head, columns, texts) {
    Object.assign(this, { title: head.title, view: head.view, tiles: head.tiles, days: head.days, bulletins: head.bulletins,
      zones: head.zones, corridors: head.corridors, types: head.types, units: head.units, names: head.names, namesIn: head.namesIn ?? {},
      placeTypes: head.placeTypes, named: head.named, shown: head.shown, coarse: head.coarse });
    const of = (table) => Object.fromEntries(Object.entries(columns).filter(([name]) => name.startsWith(`${table}.`))
      .map(([name, values]) => [name.slice(table.length + 1), values]));
    this.base = groundOf(head.base, of("ground"), of("ring"));
    this.events = of("event");
    this.marks = of("mark");
    this.places = of("place");
    this.events.n = this.events.type.length;
    this.marks.n = this.marks.event.length;
    this.places.n = this.places.lon.length;
    this.events.value = figures(this.events.value);
    this.events.firstMark = firsts(this.marks.event, this.events.n);
    Object.assign(this.places, worldPoints(this.places));
    this.eventRecords = new Records(texts, head.texts.events);
    this.placeRecords = new Records(texts, head.texts.places);
    this.bulletinRecords = new Records(texts, head.texts.bulletins);
    this.kept = { events: new Map(), places: new Map(), entries: new Map() };
    onLanguage(() => {
      this.kept.places.clear();
      this.kept.entries.clear();
    });
  }

  /** Reads all records when they are few: then nothing has to be waited for. */
  async readSome() {
    if (this.eventRecords.size + this.placeRecords.size + this.bulletinRecords.size > READ_AT_ONCE) return;
    await Promise.all([this.eventRecords, this.placeRecords, this.bulletinRecords].map((records) => records.loadAll()));
    for (const kept of Object.values(this.kept)) kept.clear();
  }

  /** @param {number} row @returns {Event} with its record when that is at hand */
  event(row) {
    return this.once("events", row, () => this.makeEvent(row));
  }

  /** @param {number} row @returns {Place} */
  place(row) {
    return this.once("places", row, () => this.makePlace(row));
  }

  /** @param {number} row of a mark @returns {Entry} */
  entry(row) {
    return this.once("entries", row, () => {
      const event = this.event(this.marks.event[row]);
      return { row, event, mark: this.mark(row), place: this.place(this.marks.to[row]) };
    });
  }

  once(kind, row, make) {
    const kept = this.kept[kind];
    if (!kept.has(row)) {
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(row, make());
    }
    return kept.get(row);
  }

  makeEvent(row) {
    const { type, day, flags, bulletin, repeats, value, unit } = this.events;
    const is = (name) => (flags[row] & FLAGS[name]) !== 0;
    const change = (is("increase") && "increase") || (is("decrease") && "decrease") || undefined;
    const event = { row, type: this.types[type[row]], bulletin: bulletin[row], day: isoDay(day[row]), negated: is("negated"),
      planned: is("planned"), total_of_breakdown: is("total_of_breakdown"), repeats: is("repeats"), first: repeats[row],
      marks: this.marksOf(row).map((mark) => this.mark(mark)) };
    if (!Number.isNaN(value[row])) {
      event.figure = { value: value[row], unit: this.units[unit[row]], scope: is("cumulative") ? "cumulative" : "period",
        at_least: is("at_least"), at_most: is("at_most"), approximate: is("approximate"), change };
    }
    const record = this.eventRecords.get(row);
    if (record) Object.assign(event, record, record.at && { sentence: this.textOf(event.bulletin)?.slice(record.at[0], record.at[0] + record.at[1]) });
    return event;
  }

  /** The text of a bulletin, as far as the page has it and it is at hand. @param {number} bulletin @returns {string | undefined} */
  textOf(bulletin) {
    return this.bulletinRecords.get(bulletin)?.text;
  }

  /** Whether the page has only parts of a bulletin's text. @param {number} bulletin */
  isCut(bulletin) {
    return this.bulletinRecords.get(bulletin)?.cut === true;
  }

  makePlace(row) {
    const { lon, lat, flags, name, type } = this.places;
    const at = [lon[row] / COORDINATE, lat[row] / COORDINATE];
    const place = { row, type: this.placeTypes[type[row]], area: (flags[row] & AREA) !== 0, at, lon: at[0], lat: at[1] };
    return Object.assign(place, this.shown[row] ?? this.placeRecords.get(row), { name: this.namesIn[language()]?.[row] ?? this.names[name[row]] });
  }

  /** @returns {Mark} */
  mark(row) {
    const { kind, from, to, flags, shared, direction } = this.marks;
    const name = KINDS[kind[row]];
    return { row, kind: name, places: name === "flow" ? [from[row], to[row]] : [to[row]], shared: shared[row] > 1 ? shared[row] : undefined,
      inferred: (flags[row] & INFERRED) !== 0, direction: direction[row] };
  }

  /** Rows of the marks of an event. @param {number} row */
  marksOf(row) {
    const [first, next] = [this.events.firstMark[row], this.events.firstMark[row + 1]];
    return Array.from({ length: next - first }, (_, i) => first + i);
  }

  /**
   * Brings the records of events, and of all places that they speak of, to hand.
   * @param {number[]} rows
   * @returns {Promise<void> | null} null when they are there
   */
  load(rows) {
    const coming = [this.eventRecords.load(rows), this.bulletinRecords.load(rows.map((row) => this.events.bulletin[row]))].filter(Boolean);
    if (coming.length > 0) return Promise.all(coming).then(() => this.forget("events", rows)).then(() => this.load(rows));
    const places = rows.flatMap((row) => {
      const event = this.event(row);
      return [...event.marks.flatMap((mark) => mark.places), ...(event.mentions ?? []).flatMap((m) => [m.place, ...(m.zones ?? [])])];
    }).filter((place) => place !== undefined);
    return this.placeRecords.load(places)?.then(() => this.forget("places", places)) ?? null;
  }

  /** The same for one event, with those that say otherwise. @param {number} row @returns {Promise<unknown> | null} */
  loadWithOthers(row) {
    const coming = this.load([row]);
    if (coming) return coming.then(() => this.loadWithOthers(row));
    return this.load(this.event(row).differ ?? []);
  }

  /** Brings the records of places to hand, of all when none are named. @param {number[]} [rows] @returns {Promise<unknown> | null} */
  loadPlaces(rows) {
    const coming = rows ? this.placeRecords.load(rows) : this.placeRecords.loadAll();
    return coming?.then(() => this.kept.places.clear()) ?? null;
  }

  /** Rows of places with the names that they have beside their own. @returns {Iterable<[number, string[]]>} */
  *otherNames() {
    yield* this.placeRecords.all("also");
  }

  /** Pieces in which the sentences come. */
  get pieces() {
    return this.eventRecords.starts.length;
  }

  /** The sentences of a piece, in the order of its rows. @param {number} number @returns {Promise<{first: number, sentences: (string | undefined)[]}>} */
  async sentences(number) {
    const { start: first, lists } = await this.eventRecords.read(number);
    const own = lists.sentence ?? [];
    const spans = lists.at ?? [];
    const rows = Array.from({ length: Math.max(own.length, spans.length) }, (_, i) => first + i);
    await this.bulletinRecords.load(rows.map((row) => this.events.bulletin[row]));
    return { first, sentences: rows.map((row, i) => (spans[i] ? this.textOf(this.events.bulletin[row])?.slice(spans[i][0], spans[i][0] + spans[i][1]) : own[i])) };
  }

  /** What was made without its record is made again. */
  forget(kind, rows) {
    for (const row of rows) this.kept[kind].delete(row);
    this.kept.entries.clear();
  }
}

/** Figures were written one higher when all are whole, 0 for none. */
function figures(column) {
  if (column instanceof Float64Array) return column;
  const values = new Float64Array(column.length);
  for (let i = 0; i < values.length; i += 1) values[i] = column[i] === 0 ? NaN : column[i] - 1;
  return values;
}

/** For each row the first of its marks; one more at the end. Marks stand in the order of their events. */
function firsts(owner, n) {
  const first = new Int32Array(n + 1);
  for (let i = 0; i < owner.length; i += 1) first[owner[i] + 1] += 1;
  for (let i = 0; i < n; i += 1) first[i + 1] += first[i];
  return first;
}

/** Pixels of the world map at zoom 0 (Web Mercator, 256 wide). */
function worldPoints({ lon, lat, n }) {
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  const height = n > FEW ? heights(lat) : heightOfSteps;
  for (let i = 0; i < n; i += 1) {
    x[i] = (lon[i] / COORDINATE + 180) * (256 / 360);
    y[i] = height(lat[i]);
  }
  return { x, y };
}

/** Places whose heights are reckoned one by one; beyond, a table is quicker. */
const FEW = 100000;

/** Steps of latitude between two heights of the table: what lies between them is off by less than a 20th of a pixel at zoom 16. */
const APART = 200;

function heightOfSteps(lat) {
  return heightOf(lat / COORDINATE);
}

/** The same from a table between the southernmost and the northernmost. */
function heights(lats) {
  let [south, north] = [lats[0], lats[0]];
  for (let i = 1; i < lats.length; i += 1) {
    if (lats[i] < south) south = lats[i];
    if (lats[i] > north) north = lats[i];
  }
  const table = Float64Array.from({ length: Math.ceil((north - south) / APART) + 2 }, (_, i) => heightOfSteps(south + i * APART));
  return (lat) => {
    const at = (lat - south) / APART;
    const below = at | 0;
    return table[below] + (at - below) * (table[below + 1] - table[below]);
  };
}

/** @param {number} day days since 1970 @returns {string | undefined} */
export function isoDay(day) {
  return day === NO_DAY ? undefined : new Date(day * 86400000).toISOString().slice(0, 10);
}

/** Leaflet's order of a point that came longitude first. */
export function latLng([lon, lat]) {
  return [lat, lon];
}

/** Leaflet's nesting of a shape. @param {Shape} shape */
export function latLngs(shape) {
  if (shape.polygons) return shape.polygons.map((polygon) => polygon.map((ring) => ring.map(latLng)));
  return shape.lines.map((line) => line.map(latLng));
}
