// The base map: sea, countries, governorates; panes in the order in which they lie.
import L from "leaflet";

import { el } from "./dom.js";
import { latLngs } from "./data.js";

/** Panes from the ground up with their z-index; Leaflet's own: tiles 200, overlays 400, markers 600, popups 700. */
const PANES = { land: 210, outlines: 220, zones: 320, lit: 390, names: 450, flows: 460, lines: 470, marks: 590 };

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
 * @returns {{countries: L.LayerGroup, outlines: L.LayerGroup, tiles: L.TileLayer | null}}
 */
export function baseLayers(map, data) {
  const land = L.layerGroup(
    data.base.countries.map((country) =>
      L.polygon(latLngs(country.shape), {
        pane: "land", renderer: L.svg({ pane: "land", padding: 0.6 }), interactive: false, smoothFactor: 0.5,
        className: country.home ? "land home" : "land", fill: !data.tiles, weight: country.home ? 1.4 : 0.8,
      }),
    ),
  );
  const outlines = L.layerGroup(
    data.base.outlines.map((outline) =>
      L.polygon(latLngs(outline.shape), {
        pane: "outlines", interactive: false, smoothFactor: 0.5, className: "outline", fill: false, weight: 0.9,
      }),
    ),
  );
  return { countries: land, outlines, tiles: data.tiles ? L.tileLayer(data.tiles, { maxZoom: 18 }) : null };
}

/** Shows the view and keeps the reader within what the base map covers. */
export function frame(map, { bounds, limit }) {
  const box = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);
  map.setMaxBounds(box(limit));
  map.options.maxBoundsViscosity = 0.9;
  const show = () => map.fitBounds(box(bounds), { animate: false, ...roomBesidePanels() });
  show();
  map.setMinZoom(Math.min(map.getZoom(), map.getBoundsZoom(box(limit), true)));
  map.setMaxZoom(16);
  return show;
}

/** The legend lies over the map's right side on wide screens: marks keep clear of it. */
function roomBesidePanels() {
  return window.matchMedia("(min-width: 1000px)").matches
    ? { paddingTopLeft: [90, 24], paddingBottomRight: [250, 36] }
    : { paddingTopLeft: [64, 24], paddingBottomRight: [24, 64] };
}

/** Zoom buttons, scale bar, the way back to the first view, and the caution with the credits. */
export function addControls(map, showAll, caution) {
  L.control.zoom({ position: "topleft" }).addTo(map);
  const Whole = L.Control.extend({
    onAdd() {
      const button = el("button", { type: "button", class: "whole", title: "Show everything", "aria-label": "Show everything",
        onclick: showAll }, "⤢");
      L.DomEvent.disableClickPropagation(button);
      return el("div", { class: "leaflet-bar" }, button);
    },
  });
  new Whole({ position: "topleft" }).addTo(map);
  const Caution = L.Control.extend({ onAdd: () => caution });
  new Caution({ position: "bottomright" }).addTo(map);
  L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 140 }).addTo(map);
}
