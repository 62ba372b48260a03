// The base map: sea, countries, rivers, governorates; panes in the order in which they lie.
import L from "./leaflet.js";

import { el, svg } from "./dom.js";
import { Ground } from "./ground.js";
import { sign } from "./signs.js";
import { direction, isRightToLeft, number, t } from "./strings.js";

/** Panes from the ground up with their z-index; Leaflet's own: tiles 200, overlays 400, markers 600, popups 700. */
const PANES = { ground: 210, zones: 320, lit: 390, names: 450, flows: 460, lines: 470, marks: 590, asked: 605 };

/** @param {L.Map} map */
export function addPanes(map) {
  for (const [name, z] of Object.entries(PANES)) {
    const pane = map.createPane(name);
    pane.style.zIndex = String(z);
    if (!["zones", "lines"].includes(name)) pane.style.pointerEvents = "none";
  }
}

/**
 * @param {L.Map} map
 * @param {import("./data.js").Data} data
 * @returns {{countries: L.LayerGroup, outlines: L.LayerGroup, rivers: L.LayerGroup, tiles: L.TileLayer | null}}
 */
export function baseLayers(map, data) {
  const { rings, countries, outlines, rivers } = data.base;
  // One drawing for all: each more is a layer of the screen to be filled.
  const renderer = L.svg({ pane: "ground", padding: 0.6 });
  const drawn = (features, look) => new Ground(rings, features.flatMap(({ shape }) => shape), { pane: "ground", renderer, ...look });
  const group = (features, look) => L.layerGroup(features.length > 0 ? [drawn(features, look)] : []);
  const ofHome = (is) => countries.filter(({ home }) => home === is);
  return {
    countries: L.layerGroup([
      drawn(ofHome(false), { className: "land", fill: !data.tiles, weight: 0.8 }),
      drawn(ofHome(true), { className: "land home", fill: !data.tiles, weight: 1.4 }),
    ]),
    outlines: group(outlines, { className: "outline", fill: false, weight: 0.9 }),
    rivers: group(rivers, { className: "river", fill: false, closed: false, weight: 1.6 }),
    tiles: data.tiles ? L.tileLayer(data.tiles, { maxZoom: 18 }) : null,
  };
}

/** Share of its size by which a view may have moved, as Leaflet does to keep it within its bounds, and still be the same. */
const NEAR = 0.1;

/** Shows the view and keeps the reader within what the base map covers. @returns {{(): void, isShown: () => boolean}} shows it again */
export function frame(map, { bounds, limit }) {
  const box = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);
  map.setMaxBounds(box(limit));
  map.options.maxBoundsViscosity = 0.9;
  let fitted = null;
  const show = () => {
    map.setMinZoom(0);
    map.fitBounds(box(bounds), { animate: false, ...roomBesidePanels() });
    map.setMinZoom(Math.min(map.getZoom(), map.getBoundsZoom(box(limit), true)));
    fitted = { centre: map.getCenter(), zoom: map.getZoom() };
  };
  show.isShown = () => {
    const size = map.getSize();
    const moved = map.latLngToContainerPoint(fitted.centre).distanceTo(size.divideBy(2));
    return map.getZoom() === fitted.zoom && moved < NEAR * Math.min(size.x, size.y);
  };
  show();
  map.setMaxZoom(16);
  return show;
}

/** The legend lies over the map's far side on wide screens: marks keep clear of it. */
function roomBesidePanels() {
  const wide = window.matchMedia("(min-width: 1000px)").matches;
  const [near, far] = wide ? [90, 250] : [64, 24];
  const [left, right] = isRightToLeft() ? [far, near] : [near, far];
  return { paddingTopLeft: [left, 24], paddingBottomRight: [right, wide ? 36 : 64] };
}

/** Leaflet's two buttons with signs of ours. */
const Zoom = L.Control.Zoom.extend({
  options: { zoomInText: "", zoomOutText: "" },

  onAdd(map) {
    const bar = L.Control.Zoom.prototype.onAdd.call(this, map);
    ["nearer", "farther"].forEach((name, i) => bar.children[i].append(sign(name)));
    return bar;
  },
});

/** Leaflet's scale bar with units and digits of the page's language, and north above it: the map is never turned. */
const Scale = L.Control.Scale.extend({
  onAdd(map) {
    const bar = L.Control.Scale.prototype.onAdd.call(this, map);
    const north = el("div", { class: "north", role: "img", "aria-label": t("map.north"), title: t("map.north") },
      svg("svg", { width: 12, height: 18, viewBox: "0 0 12 18", "aria-hidden": "true" }, svg("path", { d: "M6 1 11 17 6 13.4 1 17z" })),
      el("span", { "aria-hidden": "true" }, t("map.north.letter")));
    bar.prepend(north);
    return bar;
  },

  _updateMetric(most) {
    const metres = this._getRoundNum(most);
    const label = metres < 1000 ? `${number(metres)} ${t("map.m")}` : `${number(metres / 1000)} ${t("map.km")}`;
    this._updateScale(this._mScale, label, metres / most);
  },
});

/**
 * Zoom buttons, scale bar, the way back to the first view, and the caution with the credits.
 * @param {L.Map} map @param {() => void} showAll
 * @returns {{say: (caution: string) => void}} puts them up in the page's language, where that begins
 */
export function controls(map, showAll) {
  let up = [];
  const control = (position, node) => new (L.Control.extend({ onAdd: () => node }))({ position });
  const whole = () => {
    const button = el("button", { type: "button", title: t("map.show_all"), "aria-label": t("map.show_all"), onclick: showAll }, sign("whole"));
    L.DomEvent.disableClickPropagation(button);
    return el("div", { class: "leaflet-bar" }, button);
  };
  return {
    say(caution) {
      up.forEach((each) => each.remove());
      const [near, far] = isRightToLeft() ? ["right", "left"] : ["left", "right"];
      up = [
        new Zoom({ position: `top${near}`, zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out") }),
        control(`top${near}`, whole()),
        control(`bottom${far}`, el("div", { class: "geomap-caution", dir: direction() }, caution)),
        new Scale({ position: `bottom${near}`, imperial: false, maxWidth: 140 }),
      ];
      up.forEach((each) => each.addTo(map));
    },
  };
}
