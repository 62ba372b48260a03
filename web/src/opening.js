// Opening cards: in a popup at the mark, in a sheet on narrow screens and for what has no place; closing gives the focus back.
import L from "leaflet";

import { eventCard, gatheredCard, placeCard } from "./cards.js";
import { latLngs } from "./data.js";
import { el } from "./dom.js";

/** @typedef {import("./data.js").Event} Event */

/** A card, where it stands if anywhere, and the places it speaks of. @typedef {{card: HTMLElement, at: L.LatLng | null, places: number[]}} Opened */

/**
 * @param {L.Map} map
 * @param {import("./data.js").Data} data
 * @param {L.LayerGroup} lit where the places of the open card are lit up
 */
export function cardOpener(map, data, lit) {
  let back = null;
  let close = () => {};

  const closed = () => {
    lit.clearLayers();
    close = () => {};
    if (back?.isConnected && back !== document.body) back.focus({ preventScroll: true });
    back = null;
  };
  /** @param {Opened} opened */
  const show = ({ card, at, places }, from) => {
    const giver = from ?? back ?? document.activeElement;
    back = null;
    close();
    back = giver;
    light(lit, data, places);
    card.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    close = isNarrow() || !at ? sheet(map, card, closed) : popup(map, card, at, closed);
    card.querySelector("h2").focus({ preventScroll: true });
  };
  const placesOf = (event) => [...new Set((event.marks ?? []).flatMap((mark) => mark.places))];
  const ofEvent = (event, at, here = placesOf(event)) => ({ card: eventCard(data, event, here), at, places: here });

  return {
    openEntries(entries, at) {
      const events = [...new Set(entries.map(({ event }) => event))];
      const places = [...new Set(entries.flatMap(({ mark }) => mark.places))];
      const again = (event) => show(ofEvent(event, at));
      if (events.length === 1) show(ofEvent(events[0], at, places), document.activeElement);
      else show({ card: gatheredCard(data, entries, again), at, places }, document.activeElement);
    },
    openPlace(index, at) {
      const again = (event) => show(ofEvent(event, at));
      show({ card: placeCard(data, index, again), at, places: [index] }, document.activeElement);
    },
    openEvent(event, from) {
      const here = placesOf(event);
      const place = data.places[here[here.length - 1]];
      const at = place ? L.latLng(place.at[1], place.at[0]) : null;
      if (at && !map.getBounds().contains(at)) map.setView(at, map.getZoom(), { animate: false });
      show(ofEvent(event, at, here), from);
    },
  };
}

function isNarrow() {
  return window.matchMedia("(max-width: 760px)").matches;
}

function popup(map, card, at, closed) {
  const { x, y } = map.getSize();
  const shown = L.popup({ maxWidth: Math.min(400, x - 60), minWidth: Math.min(300, x - 60), maxHeight: Math.max(200, Math.min(520, y - 110)),
    autoPanPaddingTopLeft: [56, 12], autoPanPaddingBottomRight: [legendWidth() + 16, 40], className: "geomap-popup" });
  shown.setLatLng(at).setContent(card);
  shown.on("remove", closed);
  // A popup is measured when it opens: measure again when its content unfolds.
  card.addEventListener("toggle", () => shown.update(), true);
  shown.openOn(map);
  return () => shown.remove();
}

/** What the open legend covers of the map's right side. */
function legendWidth() {
  const legend = document.getElementById("geomap-legend");
  return legend?.open ? legend.offsetWidth + 10 : 0;
}

function sheet(map, card, closed) {
  const done = () => {
    if (!shown.isConnected) return;
    shown.remove();
    map.off("click", done);
    closed();
  };
  const shown = el("div", { class: "sheet" }, el("button", { type: "button", class: "close", "aria-label": "Close", onclick: done }, "×"), card);
  document.getElementById("geomap-main").append(shown);
  map.on("click", done);
  return done;
}

/** Lights up places: the outline of an area, a line, a ring around a point. */
function light(lit, data, indexes) {
  lit.clearLayers();
  for (const place of indexes.map((i) => data.places[i])) {
    const { shape } = place;
    const style = { pane: "lit", interactive: false, className: "lit", weight: 2 };
    if (shape?.polygons) lit.addLayer(L.polygon(latLngs(shape), style));
    else if (shape?.lines) lit.addLayer(L.polyline(latLngs(shape), { ...style, className: "lit line", weight: 12 }));
    else lit.addLayer(L.circleMarker([place.at[1], place.at[0]], { ...style, radius: 17 }));
  }
}
