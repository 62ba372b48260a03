// What happened at a place: a disc for each type, a ring around what is known only to lie somewhere in an area.
import L from "leaflet";

import { svg } from "./dom.js";
import { by, gather } from "./gather.js";
import { addMark } from "./flows.js";
import { disc, look } from "./symbols.js";
import { number, plural, typeName } from "./words.js";

/** Pixels within which marks are gathered, and how many discs stand side by side before they become a count. */
const NEAR = 32;
const NEAR_AREAS = 36;
const MOST_DISCS = 2;

/** Pixels between discs, and the radius of the ring of an area. */
const STEP = 17;
const RING = 25;

/** Keeps the room of the marks free before arrows look for theirs. @param {import("./flows.js").Desk} desk */
export function reserveSites(desk, entries) {
  for (const { at, area, width } of sitesOf(desk.map, entries)) desk.taken.take(at.x, at.y, (area ? 2 * RING : width) + 2, area ? 2 * RING + 2 : 26);
}

/** @param {import("./flows.js").Desk} desk @param {L.LayerGroup} layer @param {import("./data.js").Entry[]} entries */
export function drawSites(desk, layer, entries) {
  reserveSites(desk, entries);
  for (const site of sitesOf(desk.map, entries)) drawSite(desk, layer, site);
}

/** Gathered marks; a town is not gathered with "somewhere in the governorate". */
function sitesOf(map, entries) {
  const point = ({ place }) => map.latLngToLayerPoint([place.at[1], place.at[0]]);
  return [true, false].flatMap((area) => {
    const places = by(entries.filter(({ place }) => Boolean(place.area) === area), ({ place }) => place.id);
    return gather(places, area ? NEAR_AREAS : NEAR, (site) => point(site[0]), (site) => site.length).map((near) => {
      const types = by(near.flat(), ({ event }) => event.type);
      const discs = types.length <= MOST_DISCS;
      return { entries: near.flat(), at: point(near[0][0]), area, types, discs, width: discs ? 24 + STEP * (types.length - 1) : 34 };
    });
  });
}

function drawSite({ map, open }, layer, { entries, at, area, types, discs, width }) {
  const latlng = map.layerPointToLatLng(at);
  const marker = L.marker(latlng, { keyboard: true, alt: "", zIndexOffset: area ? 0 : 200,
    icon: L.divIcon({ className: `mark site${area ? " area" : ""}`, iconSize: [width, 26], html: picture(types, area, discs, width) }) });
  addMark(layer, marker, siteName(entries, types, area), () => open(entries, latlng));
}

function siteName(entries, types, area) {
  const places = [...new Set(entries.map(({ place }) => place.name))];
  const where = places.length > 3 ? `${places.slice(0, 3).join(", ")} and ${places.length - 3} more` : places.join(", ");
  const what = types.map((group) => (group.length > 1 ? `${typeName(group[0].event.type)} ${number(group.length)} times` : typeName(group[0].event.type)));
  const all = types.length > MOST_DISCS ? `${plural(entries.length, "event")}, ` : "";
  return `${area ? "Somewhere in " : ""}${where}: ${all}${what.join(", ")}`;
}

function picture(types, area, discs, width) {
  const first = -(STEP * (types.length - 1)) / 2;
  return svg(
    "svg",
    { class: "picture", width, height: 26, viewBox: `${-width / 2} -13 ${width} 26`, "aria-hidden": "true" },
    area && ring(types.length === 1 ? look(types[0][0].event.type).colour : "#5c6770"),
    // Counts lie above all discs.
    ...(discs ? [typeDisc, typeCount].flatMap((part) => types.map((group, i) => part(group, first + i * STEP))) : [bubble(types)]),
  );
}

/** The ring that says: somewhere in here, no point is known. */
function ring(colour) {
  return svg("circle", { class: "ring", r: RING, fill: colour, "fill-opacity": 0.08, stroke: colour, "stroke-width": 1.6, "stroke-dasharray": "1 4",
    "stroke-linecap": "round" });
}

function typeDisc(group, x) {
  const all = (test) => group.every(test);
  return disc(group[0].event.type, { x, hollow: all(({ mark }) => mark.inferred), planned: all(({ event }) => event.planned),
    shared: all(({ event, mark }) => mark.shared && event.figure) });
}

function typeCount(group, x) {
  return group.length > 1 && svg(
    "g",
    {},
    svg("circle", { cx: x + 8, cy: -8, r: 6.4, fill: "#1d2b36", stroke: "#fff", "stroke-width": 1 }),
    svg("text", { class: "count", x: x + 8, y: -5, "text-anchor": "middle" }, number(group.length)),
  );
}

/** A count with a ring in the colours of its types, each arc as long as its share. */
function bubble(types) {
  const all = types.reduce((sum, group) => sum + group.length, 0);
  const around = 2 * Math.PI * 13;
  let turned = 0;
  const arcs = types.map((group) => {
    const length = (group.length / all) * around;
    const arc = svg("circle", { r: 13, fill: "none", stroke: look(group[0].event.type).colour, "stroke-width": 5,
      "stroke-dasharray": `${length} ${around - length}`, "stroke-dashoffset": -turned, transform: "rotate(-90)" });
    turned += length;
    return arc;
  });
  return svg("g", {}, svg("circle", { r: 17, fill: "#fff" }), ...arcs,
    svg("text", { class: "sum", y: 4, "text-anchor": "middle" }, number(all)));
}
