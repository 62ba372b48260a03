// The answer as files: CSV with HXL hashtags and GeoJSON, the same columns as `geomap query` writes (geomap/export).
import { isoDay } from "./data.js";
import { el } from "./dom.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Event} Event */

/** Columns with their hashtags (hxlstandard.org), in their order. */
export const COLUMNS = Object.entries({
  id: "#meta+id", type: "#event+type", label: "#event+name", first_day: "#date+start", last_day: "#date+end", day_from: "#date+basis",
  precision: "#date+precision", period: "#date+period", value: "#affected+value", unit: "#affected+unit", scope: "#affected+scope",
  at_least: "#affected+at_least", at_most: "#affected+at_most", rounded: "#affected+rounded", figures: "#affected+text",
  from_places: "#loc+name+from", to_places: "#loc+name+to", at_places: "#loc+name+at", via_places: "#loc+name+via",
  inferred_places: "#loc+name+inferred", placed: "#geo+basis", point_of: "#loc+name+point", point_id: "#loc+code+point", lat: "#geo+lat",
  lon: "#geo+lon", uncertainty_km: "#geo+uncertainty+km", approximate: "#geo+approximate", negated: "#event+negated",
  planned: "#event+planned", total_of_breakdown: "#event+total", repeats: "#event+repeats", change: "#affected+change",
  sentence: "#description", claimant: "#meta+claimant", source: "#meta+source", bulletin: "#meta+bulletin",
  bulletin_date: "#date+published", url: "#meta+url", start_char: "#meta+start", end_char: "#meta+end", from_ids: "#loc+code+from",
  to_ids: "#loc+code+to", at_ids: "#loc+code+at", via_ids: "#loc+code+via", inferred_ids: "#loc+code+inferred",
});

const ROLES = ["from", "to", "at", "via"];

/** Roles by how well they stand for an event when only one place can. */
const STANDING = ["to", "at", "via", "from"];

/** What makes spreadsheets take a cell for a formula (OWASP, CSV injection), with the full-width forms. */
const FORMULA = /^[=+\-@\t\n＝＋－＠]/u;

/** Rows that are made before the page may draw. */
const BATCH = 2000;

/** An event as one flat row. @param {Data} data @param {Event} event @returns {Record<string, string | number | boolean | null | undefined>} */
export function rowOf(data, event) {
  const bulletin = data.bulletins[event.bulletin];
  const figure = headline(event);
  const told = event.id !== undefined;
  const days = data.events.days[event.row];
  const place = mainPlace(data, event);
  const of = (role) => (event.mentions ?? []).filter((mention) => mention.role === role && !mention.inferred);
  const inferred = (event.mentions ?? []).filter((mention) => mention.inferred);
  const places = placesOf(data, event);
  const chars = event.chars ?? (event.at && [event.at[0], event.at[0] + event.at[1]]);
  return {
    id: event.id, type: event.type, label: event.label, first_day: event.day,
    last_day: event.day && isoDay(data.events.day[event.row] + Math.max(0, days - 1)),
    day_from: told && event.day ? (event.interval ? "text" : "bulletin") : null, precision: told && event.day ? event.precision ?? "day" : null,
    period: event.period, value: figure?.value, unit: figure?.unit, scope: figure?.scope, at_least: figure && Boolean(figure.at_least),
    at_most: figure && Boolean(figure.at_most), rounded: figure && Boolean(figure.approximate),
    figures: (event.counts ?? [figure].filter(Boolean)).map(countText).join("; "),
    ...Object.fromEntries(ROLES.flatMap((role) => [[`${role}_places`, names(data, of(role))], [`${role}_ids`, of(role).map((m) => idOf(data, m)).join("; ")]])),
    inferred_places: names(data, inferred), inferred_ids: inferred.map((m) => `${m.role} ${idOf(data, m)}`).join("; "),
    placed: told ? basis(event) : null, point_of: place?.name, point_id: place?.id, lat: place?.lat, lon: place?.lon, uncertainty_km: place && (place.uncertainty_km ?? (told ? 0 : null)),
    approximate: told ? places.some((one) => one.approximate) : null, negated: event.negated, planned: event.planned,
    total_of_breakdown: event.total_of_breakdown, repeats: event.repeated, change: event.figure?.change ?? event.counts?.[0]?.change, sentence: event.sentence,
    claimant: event.claimant, source: bulletin.source, bulletin: bulletin.id, bulletin_date: bulletin.date, url: bulletin.url,
    start_char: chars?.[0], end_char: chars?.[1],
  };
}

/** The figure that stands for an event: the first that is no part of another. @param {Event} event */
function headline({ counts, figure }) {
  return counts ? counts.find((count) => count.subset_of === undefined) ?? counts[0] : figure;
}

function countText({ value, unit, scope, at_least, at_most, approximate, subset_of }) {
  const bound = (at_least && "at least ") || (at_most && "at most ") || (approximate && "about ") || "";
  return `${bound}${value} ${unit}${scope === "cumulative" ? " in total" : ""}${subset_of === undefined ? "" : ` of ${subset_of}`}`;
}

function names(data, mentions) {
  return mentions.map((mention) => (mention.place === undefined ? `${mention.surface} (?)` : data.place(mention.place).name)).join("; ");
}

function idOf(data, { place }) {
  return place === undefined ? "?" : data.place(place).id;
}

function isPlaced({ place }) {
  return place !== undefined;
}

function basis({ mentions = [] }) {
  const placed = mentions.filter(isPlaced);
  if (placed.some((mention) => !mention.inferred)) return "named";
  return placed.length > 0 ? "inferred" : "no";
}

/** The places that an event can be put at, each once: those named in its sentence, else those inferred. @param {Data} data @param {Event} event */
function placesOf(data, event) {
  const placed = (event.mentions ?? []).filter(isPlaced);
  const named = placed.filter((mention) => !mention.inferred);
  const rows = event.mentions ? (named.length > 0 ? named : placed).map(({ place }) => place) : event.marks.flatMap((mark) => mark.places);
  return [...new Set(rows)].map((row) => data.place(row));
}

function mainPlace(data, event) {
  for (const inferred of [false, true]) {
    for (const role of STANDING) {
      const found = (event.mentions ?? []).find((mention) => isPlaced(mention) && mention.role === role && Boolean(mention.inferred) === inferred);
      if (found) return data.place(found.place);
    }
  }
  return event.mentions ? undefined : placesOf(data, event)[0];
}

/** @param {string | number | boolean | null | undefined} value @returns {string} a cell of a CSV file that no spreadsheet runs */
export function cell(value) {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value !== "string") return String(value);
  const text = value.replaceAll("\0", "\ufffd").replace(/\r\n?/g, "\n");
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function csvLine(data, event) {
  const row = rowOf(data, event);
  return `${COLUMNS.map(([name]) => cell(row[name])).join(",")}\n`;
}

function feature(data, event) {
  const row = rowOf(data, event);
  const properties = Object.fromEntries(COLUMNS.map(([name]) => [name, row[name] === "" ? null : row[name] ?? null]));
  const counts = (event.counts ?? [event.figure].filter(Boolean)).map(({ value, unit, scope, at_least, at_most, approximate, subset_of }) => ({ value, unit, scope,
    at_least: Boolean(at_least), at_most: Boolean(at_most), approximate: Boolean(approximate), subset_of: subset_of ?? null }));
  return JSON.stringify({ type: "Feature", ...(event.id === undefined ? {} : { id: event.id }), geometry: geometryOf(placesOf(data, event)), properties: { ...properties, counts } });
}

/** One geometry for places, outlines as fine as the page has them; degrees, longitude first. @param {import("./data.js").Place[]} places */
function geometryOf(places) {
  const all = places.map(({ shape, lon, lat }) => {
    if (shape?.polygons) return { type: "MultiPolygon", coordinates: shape.polygons.map((rings) => rings.map((ring, i) => turned(ring, i === 0))) };
    if (shape?.lines) return { type: "MultiLineString", coordinates: shape.lines.map((line) => line.map(within)) };
    return { type: "Point", coordinates: within([lon, lat]) };
  });
  if (all.length <= 1) return all[0] ?? null;
  if (all.every(({ type }) => type === "Point")) return { type: "MultiPoint", coordinates: all.map(({ coordinates }) => coordinates) };
  return { type: "GeometryCollection", geometries: all };
}

/** A point whose longitude the page may count past 180. */
function within([lon, lat]) {
  return [lon > 180 ? Number((lon - 360).toFixed(5)) : lon, lat];
}

/** A ring that runs counterclockwise, or clockwise. */
function turned(ring, counterclockwise) {
  let area = 0;
  for (let i = 1; i < ring.length; i += 1) area += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  const points = ring.map(within);
  return area > 0 === counterclockwise ? points : points.reverse();
}

/** What a file of a kind is made of. */
const KINDS = {
  csv: { type: "text/csv;charset=utf-8", head: `${COLUMNS.map(([name]) => name).join(",")}\n${COLUMNS.map(([, tag]) => tag).join(",")}\n`, between: "", tail: "", line: csvLine },
  geojson: { type: "application/geo+json", head: '{"type": "FeatureCollection", "features": [\n', between: ",\n", tail: "\n]}\n", line: feature },
};

/**
 * Makes a file of events, a batch at a time so that the page stays alive.
 * @param {Data} data @param {Int32Array} rows @param {"csv" | "geojson"} kind @param {(share: number) => void} [progress]
 * @returns {Promise<Blob>}
 */
export async function fileOf(data, rows, kind, progress = () => {}) {
  const { type, head, between, tail, line } = KINDS[kind];
  const parts = [head];
  for (let first = 0; first < rows.length; first += BATCH) {
    const batch = Array.from(rows.subarray(first, first + BATCH));
    await data.load(batch);
    const lines = batch.map((row) => line(data, data.event(row)));
    parts.push((first > 0 ? between : "") + lines.join(between));
    progress(Math.min(1, (first + BATCH) / rows.length));
    await new Promise((go_on) => setTimeout(go_on, 0));
  }
  return new Blob([...parts, tail], { type });
}

/** Hands a file to the reader. @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const anchor = el("a", { href: address, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
