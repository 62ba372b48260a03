// What the page's data block holds. geomap/webmap/records.py writes it; a field that says nothing is left out.

/**
 * @typedef {{value: number, unit: string, scope: "period" | "cumulative", at_least?: boolean, subset_of?: number, change?: "increase" | "decrease"}} Count
 * @typedef {{id: string, date?: string, source?: string, lang?: string, url?: string, notes?: string[]}} Bulletin
 * @typedef {{source: string, label?: string, url?: string, licence?: string}} Citation
 * @typedef {{polygons?: number[][][][], lines?: number[][][]}} Shape longitude first
 * @typedef {{id: string, name: string, type: string, area?: boolean, at: [number, number], lon: number, lat: number,
 *   approximate?: boolean, uncertainty_km?: number, certainty?: string, valid?: [string | null, string | null],
 *   description?: string, citations?: Citation[], shape?: Shape}} Place
 * @typedef {{id: string, name: string, type: string, score: number, why?: string}} Candidate
 * @typedef {{role: string, inferred?: boolean, surface: string, part?: string, start?: number, end?: number, snippet?: string[],
 *   status: string, confidence: number, place?: number, reasons?: string[], candidates?: Candidate[], zones?: number[]}} Mention
 * @typedef {{kind: "flow" | "arrival" | "departure" | "crossing" | "site", places: number[], shared?: number,
 *   inferred?: boolean, direction?: number}} Mark
 * @typedef {{id: string, bulletin: number, type: string, label?: string, sentence: string, period?: string, day?: string,
 *   interval?: [string, string], claimant?: string, negated?: boolean, planned?: boolean, total_of_breakdown?: boolean, repeats?: string,
 *   figure?: Count, counts?: Count[], mentions?: Mention[], marks?: Mark[], rule?: string}} Event
 * @typedef {{title: string, view: {bounds: number[], limit: number[]}, tiles?: string, days: string[], bulletins: Bulletin[],
 *   places: Place[], events: Event[], zones: {place: number, holds: boolean}[], corridors: number[],
 *   base: {countries: {name: string, home: boolean, shape: Shape, label?: number[]}[],
 *     outlines: {name: string, shape: Shape, label: number[]}[], towns: {name: string, at: number[], population: number}[]}}} Data
 * @typedef {{event: Event, mark: Mark, place: Place}} Entry one mark of one event at one place
 */

/** @param {string} id of the data block @returns {Data} */
export function readData(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** All marks of all events, each with the place that bears it (of a flow, where it goes). @param {Data} data @returns {Entry[]} */
export function entriesOf(data) {
  return data.events.flatMap((event) =>
    (event.marks ?? []).map((mark) => ({ event, mark, place: data.places[mark.places[mark.places.length - 1]] })),
  );
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
