// Corridors: the line, the crossings' figures written along it, an arrowhead only where the text gives a direction.
import L from "./leaflet.js";

import { el, svg } from "./dom.js";
import { latLng } from "./data.js";
import { addMark, reachable } from "./reach.js";
import { listed, t } from "./strings.js";
import { look } from "./symbols.js";
import { colours } from "./theme.js";
import { figureText, shortDay } from "./words.js";

/** Corridors up to which each bears its name; of more only those with figures have a plate. */
const MOST_NAMED = 30;

/** Lines of figures written at a corridor; more are counted. */
const MOST_LINES = 3;

/** Where a plate may stand: direction across and down, and pixels away. The nearest free one is taken. */
const PLATE_SPOTS = [14, 45, 80, 120].flatMap((far) =>
  [[0, -1], [1, -0.6], [-1, -0.6], [0, 1], [1, 0.6], [-1, 0.6]].map(([dx, dy]) => [dx, dy, far]));

/**
 * @param {import("./scene.js").Desk} desk
 * @param {L.LayerGroup} layer
 * @param {import("./data.js").Entry[]} entries crossings
 */
export function drawCorridors(desk, layer, entries) {
  for (const index of desk.data.corridors) {
    drawCorridor(desk, layer, index, entries.filter(({ mark }) => mark.places[0] === index));
  }
}

function drawCorridor({ map, data, taken, openPlace }, layer, index, entries) {
  const place = data.place(index);
  const colour = look("crossing").colour;
  const inferred = entries.length > 0 && entries.every(({ mark }) => mark.inferred);
  for (const line of place.shape.lines) {
    const path = line.map(latLng);
    const style = { pane: "lines", interactive: false, smoothFactor: 0, lineCap: "round" };
    layer.addLayer(L.polyline(path, { ...style, color: colours.casing, weight: 8 }));
    layer.addLayer(L.polyline(path, { ...style, color: colour, weight: 4.5, className: "corridor", dashArray: inferred ? "6 6" : null }));
    const hit = L.polyline(path, { pane: "lines", color: "#000", opacity: 0, weight: 18, className: "hit corridor-hit" });
    const show = () => openPlace(index, L.latLng(middleOf(path)));
    hit.on("click", (e) => { L.DomEvent.stop(e); show(); });
    hit.on("add", () => reachable(hit.getElement(), place.name, show));
    layer.addLayer(hit);
    for (const direction of new Set(entries.map(({ mark }) => mark.direction ?? 0))) {
      if (direction !== 0) layer.addLayer(arrow(map, direction > 0 ? path : [...path].reverse(), colour));
    }
  }
  if (entries.length > 0 || data.corridors.length <= MOST_NAMED) drawPlate({ map, taken, openPlace }, layer, index, place, entries);
}

/** The plate beside the middle of a corridor: its figures, or its name; a thin line leads from one to the other. */
function drawPlate({ map, taken, openPlace }, layer, index, place, entries) {
  const middle = L.latLng(middleOf(place.shape.lines[0].map(latLng)));
  const point = map.latLngToLayerPoint(middle);
  const lines = plateLines(entries, place);
  const [width, height] = [Math.max(...lines.map((line) => line.length)) * 6.9 + 20, lines.length * 15 + 8];
  const spots = entries.length > 0 ? PLATE_SPOTS : PLATE_SPOTS.slice(0, 6);
  const at = spots.map(([dx, dy, far]) => [dx * (width / 2 + far), dy * (height / 2 + far)]);
  const isCut = ([dx, dy]) => taken.isCut(point.x + dx, point.y + dy, width, height);
  // Those that the edge of the view would cut come last.
  const spot = [...at.filter((way) => !isCut(way)), ...at.filter(isCut)].find(([dx, dy]) => taken.claim(point.x + dx, point.y + dy, width + 4, height + 4));
  // A figure is always written; a name only where there is room.
  if (!spot && entries.length === 0) return;
  const [x, y] = spot ?? [0, -(height / 2 + 12)];
  const edge = Math.min(1, 1 - Math.min(width / 2 / Math.max(Math.abs(x), 1), height / 2 / Math.max(Math.abs(y), 1)));
  const picture = el("div", {},
    svg("svg", { class: "picture", width: 1, height: 1, "aria-hidden": "true" },
      svg("line", { x2: x * edge, y2: y * edge, stroke: look("crossing").colour, "stroke-width": 1.4 })),
    el("div", { class: "plate", style: { left: `${x}px`, top: `${y}px` } }, ...lines.flatMap((line) => [el("div", { dir: "auto" }, line), " "])));
  const marker = L.marker(middle, { keyboard: true, alt: "", zIndexOffset: 400,
    icon: L.divIcon({ className: "mark corridor-plate", iconSize: [0, 0], html: picture }) });
  addMark(layer, marker, t("mark.corridor", { name: place.name, figures: listed(lines, Infinity) }), () => openPlace(index, middle));
}

/** @param {import("./data.js").Entry[]} entries */
function plateLines(entries, place) {
  const written = entries.filter(({ event }) => event.figure).map(({ event }) => {
    const plain = figureText(event.figure);
    const figure = event.figure.scope === "cumulative" ? t("figure.total", { figure: plain }) : plain;
    return t("plate.day", { figure: event.planned ? t("plate.planned", { figure }) : figure, day: shortDay(event.day) });
  });
  if (written.length === 0) return [entries.length ? t("plate.reported", { n: entries.length }) : place.name];
  const rest = written.length - MOST_LINES;
  return rest > 0 ? [...written.slice(0, MOST_LINES), t("plate.more", { n: rest })] : written;
}

function middleOf(path) {
  const [a, b] = [path[Math.floor((path.length - 1) / 2)], path[Math.ceil((path.length - 1) / 2)]];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** An arrowhead at the end of a path. */
function arrow(map, path, colour) {
  const [before, tip] = path.slice(-2).map((p) => map.latLngToLayerPoint(p));
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const corner = (turn) => L.point(tip.x - 15 * Math.cos(angle + turn), tip.y - 15 * Math.sin(angle + turn));
  const beyond = L.point(tip.x + 3 * Math.cos(angle), tip.y + 3 * Math.sin(angle));
  return L.polygon([beyond, corner(0.5), corner(-0.5)].map((p) => map.layerPointToLatLng(p)), {
    pane: "lines", interactive: false, color: colours.casing, weight: 1.2, fillColor: colour, fillOpacity: 1, className: "corridor-head",
  });
}
