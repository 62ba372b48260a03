// Names on the base map: the more important first, none over a mark or over another name.
import L from "./leaflet.js";

import { el } from "./dom.js";
import { isWithin, stepsInPixel } from "./ground.js";
import { language } from "./strings.js";
import { font } from "./symbols.js";

/** The letters, as style.css has them, and the zoom from which a name may appear. Each other font takes the browser some time. */
const STYLES = {
  country: { size: 14, weight: 600, spacing: 2.5, from: 0 },
  zone: { size: 12, weight: 600, spacing: 0.3, from: 0 },
  river: { size: 11, weight: 400, slant: "italic", spacing: 1, from: 6 },
  governorate: { size: 11, weight: 400, spacing: 1, from: 5.5 },
  place: { size: 12, weight: 600, spacing: 0, from: 0 },
  town: { size: 11, weight: 400, spacing: 0, from: 6 },
};

/** Names of places of events that may be written. */
const MOST_PLACES = 1500;

/**
 * @param {import("./data.js").Data} data
 * @returns {{kind: string, text: string, at: number[], dot: boolean, group: string, row?: number, rings?: number[]}[]} in order of
 *   importance; rings: of the area that it names
 */
export function namesOf(data) {
  const zones = data.zones.map(({ place }) => data.place(place));
  const places = markedPlaces(data).map((row) => data.place(row)).filter((place) => place.name && !place.area && place.type !== "corridor");
  const all = [
    ...data.base.countries.filter((c) => c.label).map((c) => ({ kind: "country", text: countryName(c), at: c.label, dot: false, group: "names", home: c.home, rings: c.shape })),
    ...zones.map((place) => ({ kind: "zone", text: place.name, at: place.at, dot: false, group: "zones" })),
    ...places.map((place) => ({ kind: "place", text: place.name, at: place.at, dot: true, group: "names", row: place.row })),
    ...data.base.towns.slice(0, 12).map((town) => ({ kind: "town", text: called(town), at: town.at, dot: true, group: "names" })),
    ...data.base.rivers.map((river) => ({ kind: "river", text: called(river), at: river.label, dot: false, group: "rivers" })),
    ...data.base.outlines.map((o) => ({ kind: "governorate", text: called(o), at: o.label, dot: false, group: "outlines", rings: o.shape })),
    ...data.base.towns.slice(12).map((town) => ({ kind: "town", text: called(town), at: town.at, dot: true, group: "names" })),
  ];
  const seen = new Set();
  return all.filter((name) => {
    const key = name.dot ? `${name.text} ${name.at.map((v) => v.toFixed(2))}` : `${name.kind} ${name.text} ${name.at}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** What a governorate or a town is called in the page's language, where that is known. */
function called({ name, names }) {
  return names[language()] ?? name;
}

/** What a country is called: Natural Earth's name in English, in other languages the browser's for its code. */
function countryName({ code, name }) {
  if (language() === "en" || !code) return name;
  try {
    const { region } = new Intl.Locale(`und-${code}`);
    return new Intl.DisplayNames(language(), { type: "region", fallback: "none" }).of(region) ?? name;
  } catch {
    return name;
  }
}

/** How many marks a place has at least that may be among the `MOST_PLACES` with most of them. @param {Uint32Array} counts */
function leastOf(counts) {
  let most = 0;
  for (let row = 0; row < counts.length; row += 1) if (counts[row] > most) most = counts[row];
  const having = new Uint32Array(most + 2);
  for (let row = 0; row < counts.length; row += 1) having[counts[row]] += 1;
  let [least, many] = [most + 1, 0];
  while (least > 1 && many < MOST_PLACES) many += having[--least];
  return least;
}

/** Places that bear marks, those with most of them first when they are too many to be written. @param {import("./data.js").Data} data */
function markedPlaces({ marks, places }) {
  const counts = new Uint32Array(places.n);
  for (let m = 0; m < marks.n; m += 1) {
    counts[marks.from[m]] += 1;
    counts[marks.to[m]] += 1;
  }
  const least = leastOf(counts);
  const [more, enough] = [[], []];
  for (let row = 0; row < places.n; row += 1) {
    if (counts[row] > least) more.push(row);
    else if (counts[row] === least && enough.length < MOST_PLACES) enough.push(row);
  }
  if (more.length + enough.length <= MOST_PLACES && least === 1) return [...more, ...enough].sort((a, b) => a - b);
  more.sort((a, b) => counts[b] - counts[a] || a - b);
  return [...more, ...enough.slice(0, MOST_PLACES - more.length)];
}

/** All names as elements of one layer: a marker of Leaflet's for each would take longer than finding room for it. */
export const Names = L.Layer.extend({
  options: { pane: "names" },

  initialize() {
    this.written = [];
  },

  onAdd() {
    this.node = el("div", { "aria-hidden": "true" });
    this.getPane().append(this.node);
  },

  onRemove() {
    this.node.remove();
  },

  getEvents() {
    return { zoomanim: this.follow };
  },

  /** Writes names instead of those before. @param {{node: HTMLElement, at: [number, number]}[]} written pixels of the map's layer */
  write(written) {
    this.written = written.map(({ node, at: [x, y] }) => {
      const point = L.point(x, y);
      node.classList.add("leaflet-zoom-animated");
      L.DomUtil.setPosition(node, point.round());
      return { node, place: this._map.layerPointToLatLng(point) };
    });
    this.node.replaceChildren(...written.map(({ node }) => node));
  },

  /** Stays at the places while the map moves to another zoom. */
  follow({ zoom, center }) {
    for (const { node, place } of this.written) L.DomUtil.setPosition(node, this._map._latLngToNewLayerPoint(place, zoom, center).round());
  },
});

/**
 * Which names find room, and where.
 * @param {import("./scene.js").Desk} desk
 * @param {ReturnType<typeof namesOf>} names
 * @param {Set<string>} on layers that are shown
 * @returns {{node: HTMLElement, at: [number, number]}[]}
 */
export function roomFor(desk, names, on) {
  const { map, taken, bounds } = desk;
  const found = [];
  const zoom = map.getZoom();
  for (const name of names) {
    const style = STYLES[name.kind];
    if (!on.has(name.group) || zoom < style.from) continue;
    const point = map.latLngToLayerPoint([name.at[1], name.at[0]]);
    if (!bounds.contains(point)) continue;
    // A town whose point lies under a mark or a name is left out; a place of an event has its mark there.
    if (name.kind === "town" && !taken.isFree(point.x, point.y, 5, 5)) continue;
    const width = textWidth(name.text, style);
    const [wide, high] = [width + 6, style.size + 4];
    const spot = spots(name, point, width, style).find(([x, y]) => !taken.isCut(x, y, wide, high) && isIts(desk, name, x, y) && taken.claim(x, y, wide, high));
    if (!spot) continue;
    found.push({ node: el("div", { class: "written" }, el("span", { class: `name ${name.kind}${name.home ? " home" : ""}`, dir: "auto" }, name.text)), at: spot });
    if (!name.dot) continue;
    taken.take(point.x, point.y, 5, 5);
    found.push({ node: el("div", { class: "written" }, el("span", { class: "dot" })), at: [point.x, point.y] });
  }
  return found;
}

/** Whether a name of an area stands in it: aside, it would be read as that of a neighbour. */
function isIts({ map, data: { base: { rings } } }, name, x, y) {
  if (!name.rings) return true;
  const [origin, steps] = [map.getPixelOrigin(), stepsInPixel(rings, map)];
  return isWithin(rings, name.rings, (x + origin.x) * steps, (y + origin.y) * steps);
}

/** Centres at which a name may be written, the best first. */
function spots(name, point, width, { size }) {
  if (!name.dot) return [0, 1.4, -1.4, 2.8, -2.8].map((lines) => [point.x, point.y + lines * size]);
  const aside = width / 2 + 6;
  return [
    [point.x + aside, point.y], [point.x - aside, point.y], [point.x, point.y + size], [point.x, point.y - size],
    [point.x + aside, point.y + size], [point.x + aside, point.y - size], [point.x - aside, point.y + size],
    [point.x + aside + 10, point.y], [point.x - aside - 10, point.y], [point.x, point.y + size + 10],
  ];
}

// Of no document, which would be laid out before each measuring.
const pen = new OffscreenCanvas(1, 1).getContext("2d");

function textWidth(text, { size, spacing, weight, slant = "" }) {
  pen.font = `${slant} ${font(size, weight)}`;
  return pen.measureText(text).width + spacing * text.length;
}
