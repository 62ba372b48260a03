// The page: reads its blocks of data, draws, and answers to hand and keyboard.
import L from "leaflet";
import "leaflet/dist/leaflet.css";

import "./style.css";
import { addControls, addPanes, baseLayers, frame } from "./base.js";
import { readData } from "./data.js";
import { el } from "./dom.js";
import { serveFolium } from "./folium.js";
import { listen } from "./hover.js";
import { addLegend, layersOf, reveal, shownAtFirst } from "./layers.js";
import { EventList } from "./list.js";
import { cardOpener } from "./opening.js";
import { Scene } from "./scene.js";
import { Timeline } from "./timeline.js";
import { plural, spanText } from "./words.js";
import { drawZones } from "./zones.js";

serveFolium();

/** Events beyond which list and counts follow the window of time when it rests, not at each step. */
const FEW = 5000;
const CALM = 160;

/** What the newest map of the page shows; for tests, and for whoever looks into the page. @type {Scene | null} */
export let scene = null;

/** @param {L.Map} map that folium made @param {string} id of the element, which begins those of its data blocks */
export function start(map, id) {
  addPanes(map);
  if (typeof DecompressionStream === "undefined") {
    document.getElementById("geomap-head").append(el("p", {}, "This map needs a browser of 2023 or newer."));
    return;
  }
  readData(id).then((data) => build(map, data));
}

function build(map, data) {
  const groups = layersOf(data);
  const on = shownAtFirst(groups);
  heading(data);
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", "Map of the events; the list beside it says the same");
  let window_ = null;
  let resting = 0;
  const follow = () => {
    list.show(window_);
    legend.count(window_);
  };
  const timeline = new Timeline(document.getElementById("geomap-time"), data, (window) => {
    window_ = window;
    scene.setTime(window);
    clearTimeout(resting);
    if (data.events.n <= FEW) follow();
    else resting = setTimeout(follow, CALM);
  });
  // The panel of time takes its room before the view is fitted.
  map.invalidateSize({ pan: false });
  const showAll = frame(map, data.view);
  const base = baseLayers(map, data);
  base.countries.addTo(map);
  const layers = Object.fromEntries(["zones", "lit", "corridors", "names"].map((name) => [name, L.layerGroup().addTo(map)]));
  const cards = cardOpener(map, data, layers.lit);
  drawZones(layers.zones, data, cards.openPlace);
  scene = new Scene(map, data, on, layers);
  scene.openMarks = cards.openMarks;
  scene.openPlace = cards.openPlace;
  listen(map, scene, cards.point);

  const relayer = () => {
    show(map, layers.zones, on.has("zones"));
    show(map, base.outlines, on.has("outlines"));
    if (base.tiles) show(map, base.tiles, on.has("tiles"));
    scene.relayer();
  };
  addControls(map, showAll, caution());
  const legend = addLegend(map, groups, on, scene, relayer);
  const list = new EventList(document.getElementById("geomap-side"), data, (event, from) => {
    reveal(event, on);
    timeline.reach(event);
    legend.tick();
    relayer();
    cards.openEvent(event, from);
  });
  list.show(null);
  document.getElementById("geomap-side").append(about());
  relayer();
  document.documentElement.dataset.geomap = "ready";
}

function show(map, layer, wanted) {
  if (wanted) layer.addTo(map);
  else layer.remove();
}

/** @param {import("./data.js").Data} data */
function heading(data) {
  const sources = [...new Set(data.bulletins.map((bulletin) => bulletin.source).filter(Boolean))];
  const from = data.bulletins.some((bulletin) => bulletin.id !== undefined) ? ` from ${plural(data.bulletins.length, "bulletin")}` : "";
  document.getElementById("geomap-head").append(
    el("h1", { dir: "auto" }, data.title),
    el("p", {}, `${plural(data.events.n, "event")}${from}, ${spanText(data.days)}`),
    sources.length > 0 && el("p", { class: "sources", dir: "auto" }, `As reported by ${sources.slice(0, 3).join("; ")}${sources.length > 3 ? ` and ${sources.length - 3} more` : ""}`),
  );
}

/** What no copy of the picture should be without. */
function caution() {
  return el("div", { class: "geomap-caution" }, "Boundaries and names imply no endorsement; zones and corridors are approximate."
    + " Natural Earth · OCHA · GeoNames CC BY 4.0 · Leaflet");
}

/** What stands below the list: how far the map can be trusted, and whose work it rests on. */
function about() {
  return el("footer", {},
    el("p", {}, "The boundaries and names on this map come from the sources below. They express no opinion on the status of any country,"
      + " territory or border, and nobody has endorsed them. Outlines of zones and lines of corridors are approximate."),
    el("p", {}, "Figures are those of the bulletins named. Where one arrow stands for several reports, figures of days are added, of running"
      + " totals the latest is shown, and the two never together; where reports of one time may tell the same, the larger counts, as “≥”."
      + " Nothing else was added up."),
    el("p", {}, "Colours after Paul Tol's muted scheme, made for all kinds of colour vision."),
    el("p", {}, "Base map: Natural Earth (public domain). Places: the geomap gazetteer, after OCHA and GeoNames (CC BY 4.0); each card names its source. Drawn with Leaflet."));
}
