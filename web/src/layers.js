// The legend, which is also the control of the layers.
import L from "leaflet";

import { el, svg } from "./dom.js";
import { badge, look } from "./symbols.js";
import { TYPES, number, typeName } from "./words.js";

/** @typedef {import("./data.js").Data} Data */

export const MOVES = ["return", "displacement", "evacuation"];

/** Statements are told in the list; on the map they are shown on request. */
const OFF_AT_FIRST = new Set(["statement"]);

/** The layer of a type; a type of the reader's own may have the name of another layer ("zones"). */
function layerOf(type) {
  return type in TYPES ? type : `own ${type}`;
}

/** Which layers there are, from the data. @param {Data} data */
export function layersOf(data) {
  const marks = data.events.flatMap((event) => (event.marks ?? []).map((mark) => ({ event, mark })));
  const count = (test) => new Set(marks.filter(test).map(({ event }) => event)).size;
  const ofType = (type) => count(({ event }) => event.type === type);
  const own = [...new Set(marks.map(({ event }) => event.type))].filter((type) => !(type in TYPES)).sort();
  const types = [...Object.keys(TYPES), ...own].filter((type) => ofType(type) > 0);
  const row = (type) => ({ id: layerOf(type), name: typeName(type), count: ofType(type), type });
  return [
    { title: "Moves of people", rows: types.filter((type) => MOVES.includes(type)).map(row) },
    { title: "Corridors and crossings", rows: [
      ...types.filter((type) => type === "crossing").map(row),
      data.corridors.length > 0 && { id: "corridors", name: "Corridor", count: data.corridors.length, key: "corridor" }].filter(Boolean) },
    { title: "What happened", rows: types.filter((type) => !MOVES.includes(type) && type !== "crossing").map(row) },
    { title: "How it was told", rows: [
      { id: "totals", name: "Running totals", count: count(({ event }) => event.figure?.scope === "cumulative"), key: "total" },
      { id: "inferred", name: "Place inferred", count: count(({ mark }) => mark.inferred), key: "hollow" },
      { id: "planned", name: "Planned, not done", count: count(({ event }) => event.planned), key: "planned" },
    ].filter((r) => r.count > 0) },
    { title: "Ground", rows: [
      data.zones.length > 0 && { id: "zones", name: "Zones, approximate", count: data.zones.length, key: "zone" },
      data.base.outlines.length > 0 && { id: "outlines", name: "Governorates", key: "outline" },
      { id: "names", name: "Names", key: "letters" },
      data.tiles && { id: "tiles", name: "Online base map", key: "none" }].filter(Boolean) },
  ].filter((group) => group.rows.length > 0);
}

/** @param {ReturnType<typeof layersOf>} groups @returns {Set<string>} ids of the layers shown at first */
export function shownAtFirst(groups) {
  return new Set(groups.flatMap((group) => group.rows.map((row) => row.id)).filter((id) => !OFF_AT_FIRST.has(id)));
}

/** Whether the layers let an entry be drawn. @param {import("./data.js").Entry} entry @param {Set<string>} on */
export function isShown({ event, mark }, on) {
  return on.has(layerOf(event.type))
    && (event.figure?.scope !== "cumulative" || on.has("totals"))
    && (!mark.inferred || on.has("inferred"))
    && (!event.planned || on.has("planned"));
}

/** Turns on all that an event needs to be seen. */
export function reveal(event, on) {
  const needed = [layerOf(event.type), event.figure?.scope === "cumulative" && "totals", event.planned && "planned",
    (event.marks ?? []).some((mark) => mark.inferred) && "inferred", (event.marks ?? []).some((mark) => mark.kind === "crossing") && "corridors"];
  needed.filter(Boolean).forEach((id) => on.add(id));
}

/**
 * @param {L.Map} map
 * @param {ReturnType<typeof layersOf>} groups
 * @param {Set<string>} on
 * @param {import("./scale.js").WidthScale} scale
 * @param {Data} data
 * @param {() => void} changed
 * @returns {() => void} brings the boxes in line with `on`
 */
export function addLegend(map, groups, on, scale, data, changed) {
  const boxes = new Map();
  const toggle = (id, box) => {
    if (box.checked) on.add(id);
    else on.delete(id);
    changed();
  };
  const fieldset = (group) => el("fieldset", {}, el("legend", {}, group.title), ...group.rows.map((row) => {
    const box = el("input", { type: "checkbox", name: row.id, checked: on.has(row.id) });
    box.addEventListener("change", () => toggle(row.id, box));
    boxes.set(row.id, box);
    return el("label", {}, box, row.type ? badge(row.type) : key(row.key), el("span", {}, row.name), row.count !== undefined && el("small", {}, number(row.count)));
  }));
  const wide = window.matchMedia("(min-width: 1000px) and (min-height: 600px)").matches;
  const legend = el("details", { id: "geomap-legend", open: wide }, el("summary", {}, "Legend and layers"),
    el("div", { class: "rows" }, ...groups.map(fieldset), signs(scale, data)));
  const Control = L.Control.extend({
    onAdd() {
      L.DomEvent.disableClickPropagation(legend);
      L.DomEvent.disableScrollPropagation(legend);
      return legend;
    },
  });
  new Control({ position: "topright" }).addTo(map);
  return () => boxes.forEach((box, id) => { box.checked = on.has(id); });
}

/** The small picture before a layer's name. */
function key(name) {
  const frame = (...children) => svg("svg", { width: 22, height: 22, viewBox: "-11 -11 22 22", "aria-hidden": "true", class: "badge" }, ...children);
  const stroke = (d, props) => svg("path", { d, fill: "none", "stroke-width": 2, ...props });
  if (name === "hollow") return badge("other", { hollow: true });
  if (name === "planned") return badge("other", { planned: true });
  if (name === "corridor") return frame(stroke("M-9 4 9-4", { stroke: look("crossing").colour, "stroke-width": 4.5, "stroke-linecap": "round" }));
  if (name === "total") return frame(stroke("M-9 0H9", { stroke: look("return").colour, "stroke-width": 6 }), stroke("M-9 0H9", { stroke: "#fff", "stroke-width": 3 }));
  if (name === "zone") return frame(svg("rect", { x: -9, y: -7, width: 18, height: 14, class: "zone", "stroke-dasharray": "5 3" }));
  if (name === "outline") return frame(svg("rect", { x: -9, y: -7, width: 18, height: 14, class: "outline", fill: "none" }));
  if (name === "letters") return frame(svg("text", { "text-anchor": "middle", y: 4.5, class: "letters" }, "Aa"));
  return frame();
}

/** Signs that are no layers: how an arrow is to be read. */
function signs(scale, data) {
  const marks = data.events.flatMap((event) => (event.marks ?? []).map((mark) => ({ event, mark })));
  const some = (test) => marks.some(test);
  const places = marks.flatMap(({ mark }) => mark.places).map((i) => data.places[i]);
  const colour = "#5c6770";
  const draw = (...children) => svg("svg", { width: 30, height: 22, viewBox: "-15 -11 30 22", "aria-hidden": "true" }, ...children);
  const arrow = (x, w, dash) => [svg("path", { d: `M${x} 0H7`, stroke: colour, "stroke-width": w, "stroke-dasharray": dash ?? null }),
    svg("path", { d: "M13 0 6-5v10z", fill: colour })];
  const asked = (x) => [svg("circle", { cx: x, r: 5.5, fill: "#fff", stroke: colour }),
    svg("text", { x, y: 3.4, "text-anchor": "middle", class: "unknown" }, "?")];
  const items = [
    some(({ mark }) => mark.kind === "flow") && [draw(...arrow(-13, 3)), "from and to are stated"],
    some(({ mark }) => mark.kind === "arrival") && [draw(...arrow(-5, 3), ...asked(-9)), "arrived; origin not stated"],
    some(({ mark }) => mark.kind === "departure") && [draw(...asked(9), svg("path", { d: "M-14 0H-5", stroke: colour, "stroke-width": 3 }),
      svg("path", { d: "M3 0-5-5v10z", fill: colour })), "left; goal not stated"],
    some(({ event, mark }) => mark.shared && event.figure) && [draw(...arrow(-13, 1.6, "4 3")), "one figure, several places"],
    places.some((place) => place.area) && [draw(svg("circle", { r: 9.5, fill: colour, "fill-opacity": 0.08, stroke: colour, "stroke-width": 1.6,
      "stroke-dasharray": "1 3.4", "stroke-linecap": "round" })), "somewhere in the area"],
  ].filter(Boolean);
  const samples = scale.samples();
  return el("fieldset", { class: "signs" }, el("legend", {}, "Signs"),
    ...items.map(([picture, text]) => el("div", { class: "sign" }, picture, el("span", {}, text))),
    samples.length > 0 && el("div", { class: "sign widths" },
      ...samples.flatMap((value) => [
        svg("svg", { width: 15, height: 14, viewBox: "0 -7 15 14", "aria-hidden": "true" },
          svg("path", { d: "M0 0H15", stroke: colour, "stroke-width": scale.width({ value, unit: "people", scope: "period" }) })),
        el("span", {}, number(value))]),
      el("span", { class: "unit" }, "people; width grows with the square root")));
}
