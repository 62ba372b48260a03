// Moves of people: curved arrows where the text gives both ends, marks with a question mark where it gives only one.
import L from "leaflet";

import { el, svg } from "./dom.js";
import { by, gather } from "./gather.js";
import { look } from "./symbols.js";
import { figureOnMap, plural, typeName } from "./words.js";

/** How far a curve bows, as a share of its length: enough to keep the two directions apart. */
const BOW = 0.2;

/** Pixels left free at the two ends, so that the mark of a place is seen. */
const GAP = { start: 9, end: 13 };

/** Where an arrival's arrow may come from, degrees clockwise from north, the best first. */
const ANGLES = [-48, 48, -100, 100, -18, 20, -150, 150, 75, -75, 180];

/** Pixels: length of an arrival's arrow, and the radius it leaves free around a place and around an area's ring. */
const REACH = 40;
const CLEAR = { place: 9, area: 24 };

/** @typedef {import("./data.js").Entry} Entry */
/** @typedef {{map: L.Map, data: import("./data.js").Data, scale: import("./scale.js").WidthScale,
 *   taken: import("./gather.js").Taken, open: (entries: Entry[], at: L.LatLng) => void}} Desk */

/** Key of entries that may share one arrow. */
function sameLook({ event, mark }) {
  return [mark.places.join(">"), event.type, event.figure?.scope ?? "", Boolean(event.planned), mark.kind].join("|");
}

/** What is written at an arrow. @param {Entry[]} entries */
function caption(entries) {
  if (entries.length > 1) return plural(entries.length, "report");
  const [{ event, mark }] = entries;
  if (!event.figure) return "";
  return mark.shared ? `${figureOnMap(event.figure)} shared by ${mark.shared}` : figureOnMap(event.figure);
}

function widest(entries, scale) {
  return Math.max(...entries.map(({ event, mark }) => (mark.shared ? scale.width(undefined) : scale.width(event.figure))));
}

function dashed(entries) {
  return entries.some(({ event, mark }) => (mark.shared && event.figure) || mark.inferred || event.planned);
}

/** Arrows from a known origin to a known goal. @param {Desk} desk @param {L.LayerGroup} layer @param {Entry[]} entries */
export function drawFlows(desk, layer, entries) {
  const groups = by(entries, sameLook);
  const bows = new Map();
  // The widest last: it lies on top.
  const ways = [];
  for (const group of groups.sort((a, b) => widest(a, desk.scale) - widest(b, desk.scale))) {
    const pair = group[0].mark.places.join(">");
    const turn = bows.get(pair) ?? 0;
    bows.set(pair, turn + 1);
    ways.push(drawFlow(desk, layer, group, BOW * (1 + 0.6 * turn)));
  }
  // Names keep off the arrows; figures, claimed above, may lie on them.
  for (const point of ways.flat()) desk.taken.take(point.x, point.y, 10, 10);
}

/** @returns {L.Point[]} its way, in pixels of the layer */
function drawFlow({ map, data, scale, taken, open }, layer, entries, bow) {
  const [{ event, mark }] = entries;
  const [from, to] = mark.places.map((i) => data.places[i]);
  const [a, b] = [from, to].map((place) => map.latLngToLayerPoint([place.at[1], place.at[0]]));
  const width = widest(entries, scale);
  const points = curve(a, b, bow, width);
  const back = (p) => map.layerPointToLatLng(p);
  const colour = look(event.type).colour;
  const total = event.figure?.scope === "cumulative";
  const line = points.slice(0, -1).map(back);
  const name = `${typeName(event.type)} from ${from.name} to ${to.name}${caption(entries) ? `: ${caption(entries)}` : ""}`;
  const middle = points[Math.floor(points.length / 2)];
  const show = () => open(entries, back(middle));
  const draw = (weight, className, stroke, dash) =>
    layer.addLayer(L.polyline(line, { pane: "lines", color: stroke, weight, className, dashArray: dash, lineCap: "butt",
      smoothFactor: 0, opacity: event.planned ? 0.6 : 0.9, interactive: false }));
  draw(width + 3, "casing", "#ffffff", null);
  draw(width, `flow ${event.type}`, colour, dashed(entries) ? "5 5" : null);
  if (total) draw(Math.max(1, width - 2.4), "hollow", "#ffffff", null);
  layer.addLayer(L.polygon(arrowhead(points, width).map(back), { pane: "lines", stroke: true, color: "#fff", weight: 1.2,
    fillColor: colour, fillOpacity: event.planned ? 0.6 : 1, className: `head ${event.type}`, interactive: false }));
  const hit = L.polyline(line, { pane: "lines", color: "#000", opacity: 0, weight: Math.max(16, width + 8), className: "hit flow-hit" });
  hit.on("click", (e) => { L.DomEvent.stop(e); show(); });
  hit.on("add", () => reachable(hit.getElement(), name, show));
  layer.addLayer(hit);
  const text = caption(entries);
  const free = text && [0, 6, -6].map((step) => points[16 + step]).find((p) => taken.claim(p.x, p.y, text.length * 6.8 + 8, 16));
  if (free) {
    layer.addLayer(L.marker(back(free), { interactive: false, keyboard: false, pane: "figures",
      icon: L.divIcon({ className: "written", iconSize: [0, 0], html: el("span", { class: "figure" }, text) }) }));
  }
  return points;
}

/** Lets what is drawn be reached and opened with the keyboard. */
export function reachable(node, name, open) {
  if (!node) return;
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", name);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    open();
  });
}

/** Points of a curve from a to b that bows to its left. */
function curve(a, b, bow, width) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const control = L.point((a.x + b.x) / 2 + dy * bow, (a.y + b.y) / 2 - dx * bow);
  const at = (t) => L.point(
    (1 - t) ** 2 * a.x + 2 * t * (1 - t) * control.x + t ** 2 * b.x,
    (1 - t) ** 2 * a.y + 2 * t * (1 - t) * control.y + t ** 2 * b.y,
  );
  const length = Math.max(Math.hypot(dx, dy), 1);
  const [start, end] = [Math.min(GAP.start / length, 0.2), 1 - Math.min((GAP.end + width / 4) / length, 0.3)];
  return Array.from({ length: 33 }, (_, i) => at(start + ((end - start) * i) / 32));
}

/** The triangle at the end of a curve. */
function arrowhead(points, width) {
  const tip = points[points.length - 1];
  const size = 7 + width * 1.3;
  const before = points.findLast((p) => Math.hypot(p.x - tip.x, p.y - tip.y) > size * 0.8) ?? points[0];
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const corner = (turn) => L.point(tip.x - size * Math.cos(angle + turn), tip.y - size * Math.sin(angle + turn));
  return [tip, corner(0.45), corner(-0.45)];
}

/**
 * Arrivals from an unknown origin and departures to an unknown goal.
 * @param {Desk} desk
 * @returns {Entry[]} those for whose arrow there is no room at this zoom
 */
export function drawEnds(desk, layer, entries) {
  const place = ({ place: p }) => desk.map.latLngToLayerPoint([p.at[1], p.at[0]]);
  const size = ({ event }) => event.figure?.value ?? 0;
  const kinds = by(entries, ({ event, mark, place: p }) =>
    [event.type, event.figure?.scope ?? "", Boolean(event.planned), mark.kind, Boolean(p.area)].join("|"));
  const groups = kinds.flatMap((kind) => gather(kind, 24, place, size));
  groups.sort((a, b) => widest(b, desk.scale) - widest(a, desk.scale));
  return groups.filter((group) => !drawEnd(desk, layer, group, place(group[0]))).flat();
}

/** @returns {boolean} whether there was room */

function drawEnd({ map, scale, taken, open }, layer, entries, point) {
  const [{ event, mark, place }] = entries;
  const inward = mark.kind === "arrival";
  const text = caption(entries);
  const clear = place.area ? CLEAR.area : CLEAR.place;
  const angle = freeAngle(map, taken, point, clear + REACH, text.length * 7.2 + 26);
  if (angle === null) return false;
  taken.take(point.x, point.y, 2 * clear, 2 * clear);
  const places = new Set(entries.map((entry) => entry.place.name));
  const name = `${typeName(event.type)} ${inward ? "to" : "from"} ${[...places].join(", ")}: ${text || "no figure"};`
    + ` ${inward ? "where from" : "where to"} is not stated`;
  const picture = endPicture({ angle, clear, inward, text, entries, width: widest(entries, scale) });
  const latlng = map.layerPointToLatLng(point);
  const marker = L.marker(latlng, { keyboard: true, alt: "", zIndexOffset: 50,
    icon: L.divIcon({ className: `mark ${mark.kind} ${event.type}`, iconSize: [0, 0], html: picture }) });
  addMark(layer, marker, name, () => open(entries, latlng));
  return true;
}

/** Adds a marker that can be opened by hand and by keyboard. */
export function addMark(layer, marker, name, open) {
  marker.on("click", open);
  marker.on("add", () => reachable(marker.getElement(), name, open));
  layer.addLayer(marker);
}

/** The first angle at which an arrow's tail and its text hide nothing, null when there is none. */
function freeAngle(map, taken, point, reach, width) {
  const edge = map.getSize();
  const { x: left, y: top } = map.layerPointToContainerPoint(point);
  const isSeen = (x, y) => left + x - width / 2 > 0 && left + x + width / 2 < edge.x && top + y > 10 && top + y < edge.y - 10;
  const inside = left > 0 && left < edge.x && top > 0 && top < edge.y;
  for (const angle of ANGLES) {
    const [x, y] = polar(angle, reach);
    const shift = (x < 0 ? -1 : 1) * (width / 2 - 10);
    // What is written at a mark that is in view is in view too.
    if (inside && !isSeen(x + shift, y)) continue;
    if (taken.claim(point.x + x + shift, point.y + y, width, 20)) {
      taken.take(point.x + x / 2, point.y + y / 2, 14, 14);
      return angle;
    }
  }
  return null;
}

/** @returns {[number, number]} */
function polar(angle, radius) {
  const turn = (angle * Math.PI) / 180;
  return [radius * Math.sin(turn), -radius * Math.cos(turn)];
}

function endPicture({ angle, clear, inward, text, entries, width }) {
  const [{ event }] = entries;
  const colour = look(event.type).colour;
  const total = event.figure?.scope === "cumulative";
  const [near, far, unknown] = [polar(angle, clear), polar(angle, clear + REACH - 7), polar(angle, clear + REACH)];
  const bend = polar(angle + 14, clear + REACH / 2);
  const head = 6 + width * 1.1;
  const tip = inward ? near : far;
  const tail = inward ? far : near;
  const aim = Math.atan2(tip[1] - bend[1], tip[0] - bend[0]);
  const neck = [tip[0] - head * 0.7 * Math.cos(aim), tip[1] - head * 0.7 * Math.sin(aim)];
  const shaft = `M${tail} Q${bend} ${neck}`.replaceAll(",", " ");
  const corner = (turn) => [tip[0] - head * Math.cos(aim + turn), tip[1] - head * Math.sin(aim + turn)].join(" ");
  const triangle = `M${tip.join(" ")}L${corner(0.5)}L${corner(-0.5)}Z`;
  const side = unknown[0] < 0 ? -1 : 1;
  const dash = dashed(entries) ? "4 3" : null;
  const stroke = (weight, paint, dashes) =>
    svg("path", { d: shaft, fill: "none", stroke: paint, "stroke-width": weight, "stroke-dasharray": dashes });
  return svg(
    "svg",
    { class: "picture", width: 1, height: 1, "aria-hidden": "true", opacity: event.planned ? 0.65 : null },
    svg("circle", { class: "halo", r: clear - 2, fill: colour, "fill-opacity": 0.1, stroke: colour, "stroke-width": 1.4,
      "stroke-dasharray": "2 2.5" }),
    stroke(width + 3, "#fff", null),
    stroke(width, colour, dash),
    total && stroke(Math.max(1, width - 2), "#fff", null),
    svg("path", { d: triangle, fill: total ? "#fff" : colour, stroke: total ? colour : "#fff", "stroke-width": total ? 1.6 : 1 }),
    svg("circle", { cx: unknown[0], cy: unknown[1], r: 7, fill: "#fff", stroke: colour, "stroke-width": 1.4 }),
    svg("text", { class: "unknown", x: unknown[0], y: unknown[1] + 3.6, "text-anchor": "middle", fill: "#1d2b36" }, "?"),
    text && svg("text", { class: "figure", x: unknown[0] + side * 11, y: unknown[1] + 4, "text-anchor": side < 0 ? "end" : "start" }, text),
    svg("path", { class: "hit", d: shaft, fill: "none", stroke: "transparent", "stroke-width": 18 }),
  );
}
