// The legend, which is also the control of the layers.
import L from "./leaflet.js";

import { TOLD, byType, histogram, isPlaced } from "./classes.js";
import { hasCircles } from "./circles.js";
import { el, svg } from "./dom.js";
import { AREA, KIND } from "./data.js";
import { direction, isRightToLeft, number, t } from "./strings.js";
import { badge, look } from "./symbols.js";
import { TYPES, typeName } from "./words.js";

/** @typedef {import("./data.js").Data} Data */

export const MOVES = ["return", "displacement", "evacuation"];

/** Statements are told in the list; on the map they are shown on request. */
const OFF_AT_FIRST = new Set(["statement"]);

/** The layer of a type; a type of the reader's own may have the name of another layer ("zones"). */
export function layerOf(type) {
  return TYPES.includes(type) ? type : `own ${type}`;
}

/** How many drawn events there are of each type, and of each way of telling. @param {Uint32Array} counts by class */
function counted(counts) {
  const told = (name) => byType(counts, (of) => isPlaced(of) && (of & TOLD[name]) !== 0).reduce((sum, n) => sum + n, 0);
  return { types: byType(counts, isPlaced), totals: told("total"), days: told("day"), inferred: told("inferred"), planned: told("planned") };
}

/** Which layers there are, from the data; a title is a key of the table of words. @param {Data} data */
export function layersOf(data) {
  const counts = counted(histogram(data));
  const ofType = (type) => counts.types[data.types.indexOf(type)] ?? 0;
  const own = data.types.filter((type) => ofType(type) > 0 && !TYPES.includes(type)).sort();
  const types = [...TYPES, ...own].filter((type) => ofType(type) > 0);
  const row = (type) => ({ id: layerOf(type), name: () => typeName(type), count: ofType(type), type, of: ({ types: now }) => now[data.types.indexOf(type)] ?? 0 });
  return [
    { title: "legend.moves", rows: types.filter((type) => MOVES.includes(type)).map(row),
      figures: counts.totals > 0 && counts.days > 0 },
    { title: "legend.corridors", rows: [
      ...types.filter((type) => type === "crossing").map(row),
      data.corridors.length > 0 && { id: "corridors", name: () => t("layer.corridor"), count: data.corridors.length, key: "corridor" }].filter(Boolean) },
    { title: "legend.happened", rows: types.filter((type) => !MOVES.includes(type) && type !== "crossing").map(row) },
    { title: "legend.told", rows: [
      { id: "inferred", name: () => t("layer.inferred"), count: counts.inferred, key: "hollow", of: (now) => now.inferred },
      { id: "planned", name: () => t("layer.planned"), count: counts.planned, key: "planned", of: (now) => now.planned },
    ].filter((r) => r.count > 0) },
    { title: "legend.ground", rows: [
      data.zones.length > 0 && { id: "zones", name: () => t("layer.zones"), count: data.zones.length, key: "zone" },
      data.base.outlines.length > 0 && { id: "outlines", name: () => t("layer.outlines"), key: "outline" },
      data.base.rivers.length > 0 && { id: "rivers", name: () => t("layer.rivers"), key: "river" },
      { id: "names", name: () => t("layer.names"), key: "letters" },
      data.tiles && { id: "tiles", name: () => t("layer.tiles"), key: "none" }].filter(Boolean) },
  ].filter((group) => group.rows.length > 0);
}

/** @param {ReturnType<typeof layersOf>} groups @returns {Set<string>} ids of the layers shown at first */
export function shownAtFirst(groups) {
  return new Set(groups.flatMap((group) => group.rows.map((row) => row.id)).filter((id) => !OFF_AT_FIRST.has(id)));
}

/** Turns on all that an event needs to be seen. */
export function reveal(event, on) {
  const needed = [layerOf(event.type), event.planned && "planned", event.marks.some((mark) => mark.inferred) && "inferred",
    event.marks.some((mark) => mark.kind === "crossing") && "corridors"];
  needed.filter(Boolean).forEach((id) => on.add(id));
}

/** The switch of figures on arrows: of days, which are added; running totals, of which the latest counts; or both, apart. */
const FIGURES = ["both", "day", "total"];

/**
 * @param {L.Map} map
 * @param {ReturnType<typeof layersOf>} groups
 * @param {Set<string>} on
 * @param {import("./scene.js").Scene} scene
 * @param {() => void} changed
 * @returns {{say: () => void, tick: () => void, count: (counts: Uint32Array) => void}} puts it up in the page's
 *   language; brings the boxes in line with `on`; and the counts in line with an answer
 */
export function addLegend(map, groups, on, scene, changed) {
  const boxes = new Map();
  const counts = [];
  const toggle = (id, box) => {
    if (box.checked) on.add(id);
    else on.delete(id);
    changed();
  };
  const layer = (row) => {
    const box = el("input", { type: "checkbox", name: row.id, checked: on.has(row.id) });
    box.addEventListener("change", () => toggle(row.id, box));
    boxes.set(row.id, box);
    const count = row.count !== undefined && el("small", {}, number(row.count));
    if (row.of) counts.push([count, row.of]);
    return el("label", {}, box, row.type ? badge(row.type) : key(row.key), el("span", {}, row.name()), count);
  };
  const choose = (figures) => { scene.figures = figures; changed(); };
  const fieldset = (group) => el("fieldset", {}, el("legend", {}, t(group.title)), ...group.rows.map(layer),
    group.figures && figureSwitch(scene.figures, choose));
  const wide = window.matchMedia("(min-width: 1000px) and (min-height: 600px)").matches;
  const legend = el("details", { id: "geomap-legend", open: wide });
  // The browser tells of it also when the legend is put up as it is.
  let isOpen = wide;
  legend.addEventListener("toggle", () => {
    if (legend.open === isOpen) return;
    isOpen = legend.open;
    scene.draw();
  });
  L.DomEvent.disableClickPropagation(legend);
  L.DomEvent.disableScrollPropagation(legend);
  const control = new (L.Control.extend({ onAdd: () => legend }))();
  return {
    say: () => {
      boxes.clear();
      counts.length = 0;
      legend.dir = direction();
      legend.replaceChildren(el("summary", {}, t("legend")), el("div", { class: "rows" }, ...groups.map(fieldset), signs(scene) ?? ""));
      control.setPosition(isRightToLeft() ? "topleft" : "topright");
      control.addTo(map);
    },
    tick: () => boxes.forEach((box, id) => { box.checked = on.has(id); }),
    count: (classes) => {
      const now = counted(classes);
      counts.forEach(([node, of]) => { node.textContent = number(of(now)); });
    },
  };
}

function figureSwitch(chosen, choose) {
  return el("div", { class: "figures", role: "radiogroup", "aria-label": t("figures") }, el("span", { class: "unit" }, t("figures")),
    ...FIGURES.map((value) => el("label", {}, el("input", { type: "radio", name: "figures", value, checked: value === chosen, onchange: () => choose(value) }),
      key(value), el("span", {}, t(`figures.${value}`)))));
}

/** The small picture before a layer's name. */
function key(name) {
  const frame = (...children) => svg("svg", { width: 22, height: 22, viewBox: "-11 -11 22 22", "aria-hidden": "true", class: "badge" }, ...children);
  const stroke = (d, props) => svg("path", { d, fill: "none", "stroke-width": 2, ...props });
  if (name === "hollow") return badge("other", { hollow: true });
  if (name === "planned") return badge("other", { planned: true });
  if (name === "corridor") return frame(stroke("M-9 4 9-4", { stroke: look("crossing").colour, "stroke-width": 4.5, "stroke-linecap": "round" }));
  if (name === "total") return frame(stroke("M-9 0H9", { stroke: look("return").colour, "stroke-width": 6 }), stroke("M-9 0H9", { class: "hollow", "stroke-width": 3 }));
  if (name === "day") return frame(stroke("M-9 0H9", { stroke: look("return").colour, "stroke-width": 6 }));
  if (name === "both") return frame(stroke("M-9-4H9", { stroke: look("return").colour, "stroke-width": 4 }), stroke("M-9 4H9", { stroke: look("return").colour, "stroke-width": 5 }), stroke("M-9 4H9", { class: "hollow", "stroke-width": 2.4 }));
  if (name === "zone") return frame(svg("rect", { x: -9, y: -7, width: 18, height: 14, class: "zone", "stroke-dasharray": "5 3" }));
  if (name === "outline") return frame(svg("rect", { x: -9, y: -7, width: 18, height: 14, class: "outline", fill: "none" }));
  if (name === "river") return frame(stroke("M-9 3C-5-5-3-1 0 1S6 3 9-4", { class: "river", "stroke-width": 1.8 }));
  if (name === "letters") return frame(svg("text", { "text-anchor": "middle", y: 4.5, class: "letters" }, t("sign.letters")));
  return frame();
}

/** Which signs the marks of the data use. */
function signsUsed({ marks, events, places }) {
  let [kinds, flags, isShared] = [0, 0, false];
  for (let m = 0; m < marks.n; m += 1) {
    kinds |= 1 << marks.kind[m];
    flags |= places.flags[marks.to[m]];
    if (marks.shared[m] > 1 && !Number.isNaN(events.value[marks.event[m]])) isShared = true;
  }
  const has = (kind) => (kinds & (1 << KIND[kind])) !== 0;
  return { flow: has("flow"), arrival: has("arrival"), departure: has("departure"), shared: isShared, area: (flags & AREA) !== 0 };
}

/** Signs that are no layers: how an arrow is to be read. */
function signs({ scale, data }) {
  const used = signsUsed(data);
  const colour = "currentColor";
  const draw = (...children) => svg("svg", { width: 30, height: 22, viewBox: "-15 -11 30 22", "aria-hidden": "true" }, ...children);
  const arrow = (x, w, dash) => [svg("path", { d: `M${x} 0H7`, stroke: colour, "stroke-width": w, "stroke-dasharray": dash ?? null }),
    svg("path", { d: "M13 0 6-5v10z", fill: colour })];
  const asked = (x) => [svg("circle", { cx: x, r: 5.5, class: "asked", stroke: colour }),
    svg("text", { x, y: 3.4, "text-anchor": "middle", class: "unknown" }, "?")];
  const items = [
    used.flow && [draw(...arrow(-13, 3)), t("sign.flow")],
    used.arrival && [draw(...arrow(-5, 3), ...asked(-9)), t("sign.arrival")],
    used.departure && [draw(...asked(9), svg("path", { d: "M-14 0H-5", stroke: colour, "stroke-width": 3 }),
      svg("path", { d: "M3 0-5-5v10z", fill: colour })), t("sign.departure")],
    used.shared && [draw(...arrow(-13, 1.6, "4 3")), t("sign.shared")],
    used.area && [draw(svg("circle", { r: 9.5, fill: colour, "fill-opacity": 0.08, stroke: colour, "stroke-width": 1.6,
      "stroke-dasharray": "1 3.4", "stroke-linecap": "round" })), t("sign.area")],
    hasCircles(data) && [draw(svg("circle", { r: 9.5, fill: colour, "fill-opacity": 0.06, stroke: colour, "stroke-width": 1.2, "stroke-dasharray": "5 4" }),
      svg("circle", { r: 2.5, fill: colour })), t("ask.circle")],
  ].filter(Boolean);
  const samples = scale.samples();
  if (items.length === 0 && samples.length === 0) return null;
  return el("fieldset", { class: "signs" }, el("legend", {}, t("legend.signs")),
    ...items.map(([picture, text]) => el("div", { class: "sign" }, picture, el("span", {}, text))),
    samples.length > 0 && el("div", { class: "sign widths" },
      ...samples.flatMap((value) => [
        svg("svg", { width: 15, height: 14, viewBox: "0 -7 15 14", "aria-hidden": "true" },
          svg("path", { d: "M0 0H15", stroke: colour, "stroke-width": scale.of(value) })),
        el("span", {}, number(value))]),
      el("span", { class: "unit" }, t("sign.widths"))));
}
