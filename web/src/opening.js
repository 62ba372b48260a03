// Opening cards: in a popup at the mark, in a sheet on narrow screens and for what has no place; closing gives the focus back.
import L from "./leaflet.js";

import { eventCard, gatheredCard, placeCard } from "./cards.js";
import { latLng, latLngs } from "./data.js";
import { el } from "./dom.js";
import { MOST_LISTED } from "./sites.js";
import { direction, isRightToLeft, t } from "./strings.js";

/** @typedef {import("./data.js").Event} Event */

/** Places that are lit up at most. */
const MOST_LIT = 40;

/** A card, where it stands if anywhere, and the places it speaks of. @typedef {{card: HTMLElement, at: L.LatLng | null, places: number[]}} Opened */

/**
 * @param {L.Map} map
 * @param {import("./data.js").Data} data
 * @param {L.LayerGroup} lit where the places of the open card are lit up
 */
export function cardOpener(map, data, lit) {
  let back = null;
  let close = () => {};
  let isOpen = false;
  /** Id of the event whose card is open. @type {string | null} */
  let opened = null;

  const closed = () => {
    lit.clearLayers();
    close = () => {};
    isOpen = false;
    opened = null;
    if (back?.isConnected && back !== document.body) back.focus({ preventScroll: true });
    back = null;
  };
  /** @param {Opened} opened */
  const show = ({ card, at, places, event }, from) => {
    const giver = from ?? back ?? document.activeElement;
    back = null;
    close();
    back = giver;
    isOpen = true;
    opened = event?.id ?? null;
    light(lit, data, places);
    card.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    close = isNarrow() || !at ? sheet(map, card, closed) : popup(map, card, at, closed);
    card.querySelector("h2").focus({ preventScroll: true });
  };
  const placesOf = (event) => [...new Set(event.marks.flatMap((mark) => mark.places))];
  const ofEvent = (event, at, here = placesOf(event)) => ({ card: eventCard(data, event, here, again(at)), at, places: here, event });
  /** Runs when the records of events are at hand: at once when they are. */
  const withRecords = (rows, run) => {
    const coming = data.load(rows);
    if (coming) coming.then(run);
    else run();
  };
  const withOthers = (row, run) => {
    const coming = data.loadWithOthers(row);
    if (coming) coming.then(run);
    else run();
  };
  const again = (at) => (event) => withOthers(event.row, () => show(ofEvent(data.event(event.row), at)));

  return {
    close: () => close(),
    /** @param {number[]} marks rows @param {{x: number, y: number}} point of the layer @param {number} all marks there */
    openMarks(marks, point, all) {
      const at = map.layerPointToLatLng([point.x, point.y]);
      const from = document.activeElement;
      withRecords([...new Set(marks.map((m) => data.marks.event[m]))], () => {
        const entries = marks.map((m) => data.entry(m));
        const events = [...new Set(entries.map(({ event }) => event))];
        const places = [...new Set(entries.slice(0, MOST_LIT).flatMap(({ mark }) => mark.places))];
        if (events.length === 1) withOthers(events[0].row, () => show(ofEvent(data.event(events[0].row), at, places), from));
        else show({ card: gatheredCard(data, entries, all, again(at)), at, places }, from);
      });
    },
    openPlace(index, at) {
      const from = document.activeElement;
      withRecords(data.named[index] ?? [], () => show({ card: placeCard(data, index, again(at)), at, places: [index] }, from));
    },
    openEvent({ row }, from) {
      withOthers(row, () => {
        const event = data.event(row);
        const here = placesOf(event);
        const place = here.length > 0 ? data.place(here[here.length - 1]) : null;
        const at = place ? L.latLng(place.at[1], place.at[0]) : null;
        if (at && !map.getBounds().contains(at)) map.setView(at, map.getZoom(), { animate: false });
        show(ofEvent(event, at, here), from);
      });
    },
    /** The id of the event whose card is open, null when there is none. */
    opened() {
      return opened;
    },
    /** Shows a place by itself: the card of a zone or corridor, else what happened there. @param {number} index */
    showPlace(index) {
      const place = data.place(index);
      const at = L.latLng(place.at[1], place.at[0]);
      if (index in data.named || data.corridors.includes(index)) return void this.openPlace(index, at);
      const marks = [];
      for (let m = 0; m < data.marks.n && marks.length < MOST_LISTED; m += 1) if (data.marks.to[m] === index || data.marks.from[m] === index) marks.push(m);
      if (marks.length > 0) this.openMarks(marks, map.latLngToLayerPoint(at), Math.max(marks.length, data.marksAt?.[index] ?? 0));
    },
    /** Lights up a flow that is pointed at, and its two places. @param {import("./picture.js").Drawn | null} drawn */
    point(drawn) {
      if (isOpen) return;
      lit.clearLayers();
      if (drawn?.kind !== "flow") return;
      const path = drawn.path.map(({ x, y }) => map.layerPointToLatLng([x, y]));
      lit.addLayer(L.polyline(path, { pane: "lit", interactive: false, className: "lit line", weight: 14, smoothFactor: 0 }));
      for (const row of [drawn.way.from, drawn.way.to]) {
        lit.addLayer(L.circleMarker(latLng(data.place(row).at), { pane: "lit", interactive: false, className: "lit", weight: 2, radius: 17 }));
      }
    },
  };
}

function isNarrow() {
  return window.matchMedia("(max-width: 760px)").matches;
}

function popup(map, card, at, closed) {
  const { x, y } = map.getSize();
  const beside = [56, legendWidth() + 16];
  const [left, right] = isRightToLeft() ? beside.reverse() : beside;
  card.dir = direction();
  const shown = L.popup({ maxWidth: Math.min(400, x - 60), minWidth: Math.min(300, x - 60), maxHeight: Math.max(200, Math.min(520, y - 110)),
    autoPanPaddingTopLeft: [left, 12], autoPanPaddingBottomRight: [right, 40], className: "geomap-popup" });
  shown.setLatLng(at).setContent(card);
  shown.on("remove", closed);
  // A popup is measured when it opens: measure again when its content unfolds.
  card.addEventListener("toggle", () => shown.update(), true);
  shown.openOn(map);
  shown.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", t("card.close"));
  return () => shown.remove();
}

/** What the open legend covers of the map's far side. */
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
  const shown = el("div", { class: "sheet" }, el("button", { type: "button", class: "close", "aria-label": t("card.close"), onclick: done }, "×"), card);
  document.getElementById("geomap-main").append(shown);
  map.on("click", done);
  return done;
}

/** Lights up places: the outline of an area, a line, a ring around a point. */
function light(lit, data, indexes) {
  lit.clearLayers();
  for (const place of indexes.map((i) => data.place(i))) {
    const { shape } = place;
    const style = { pane: "lit", interactive: false, className: "lit", weight: 2 };
    if (shape?.polygons) lit.addLayer(L.polygon(latLngs(shape), style));
    else if (shape?.lines) lit.addLayer(L.polyline(latLngs(shape), { ...style, className: "lit line", weight: 12 }));
    else {
      lit.addLayer(L.circleMarker([place.at[1], place.at[0]], { ...style, radius: 17 }));
      // The circle within which the place truly lies, as large as it is on the ground.
      if (place.uncertainty_km > 0) lit.addLayer(L.circle([place.at[1], place.at[0]], { ...style, className: "lit circle", weight: 1.4, radius: 1000 * place.uncertainty_km }));
    }
  }
}
