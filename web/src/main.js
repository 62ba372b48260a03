// The page: reads its data block, draws, and answers to hand and keyboard.
import L from "leaflet";
import "leaflet/dist/leaflet.css";

import "./style.css";
import { addControls, addPanes, baseLayers, frame } from "./base.js";
import { drawCorridors } from "./corridors.js";
import { entriesOf, readData } from "./data.js";
import { el } from "./dom.js";
import { drawEnds, drawFlows } from "./flows.js";
import { serveFolium } from "./folium.js";
import { Taken } from "./gather.js";
import { addLegend, isShown, layersOf, reveal, shownAtFirst } from "./layers.js";
import { buildList } from "./list.js";
import { namesOf, writeNames } from "./names.js";
import { WidthScale } from "./scale.js";
import { drawSites, reserveSites } from "./sites.js";
import { cardOpener } from "./opening.js";
import { plural, spanText } from "./words.js";
import { drawZones } from "./zones.js";

serveFolium();

/** @param {L.Map} map that folium made @param {string} block id of the data block */
export function start(map, block) {
  const data = readData(block);
  const entries = entriesOf(data);
  const groups = layersOf(data);
  const on = shownAtFirst(groups);
  const scale = new WidthScale(data.events);
  const names = namesOf(data);
  heading(data);
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", "Map of the events; the list beside it says the same");
  addPanes(map);
  const showAll = frame(map, data.view);
  const base = baseLayers(map, data);
  base.countries.addTo(map);
  const layers = Object.fromEntries(["zones", "lit", "corridors", "flows", "sites", "names"].map((id) => [id, L.layerGroup().addTo(map)]));
  const cards = cardOpener(map, data, layers.lit);
  drawZones(layers.zones, data, cards.openPlace);

  const draw = () => {
    const desk = { map, data, scale, taken: new Taken(), open: cards.openEntries, openPlace: cards.openPlace };
    const shown = entries.filter((entry) => isShown(entry, on));
    const of = (...kinds) => shown.filter(({ mark }) => kinds.includes(mark.kind));
    ["corridors", "flows", "sites"].forEach((id) => layers[id].clearLayers());
    show(map, layers.zones, on.has("zones"));
    show(map, base.outlines, on.has("outlines"));
    if (base.tiles) show(map, base.tiles, on.has("tiles"));
    reserveSites(desk, of("site"));
    if (on.has("corridors")) drawCorridors(desk, layers.corridors, of("crossing"));
    const crowded = drawEnds(desk, layers.flows, of("arrival", "departure"));
    drawSites(desk, layers.sites, [...of("site"), ...crowded]);
    drawFlows(desk, layers.flows, of("flow"));
    writeNames(map, layers.names, names, desk.taken, on);
  };
  addControls(map, showAll, caution());
  const tick = addLegend(map, groups, on, scale, data, draw);
  map.on("zoomend", draw);
  buildList(document.getElementById("geomap-side"), data, (event, from) => {
    reveal(event, on);
    tick();
    draw();
    cards.openEvent(event, from);
  });
  document.getElementById("geomap-side").append(about());
  draw();
  document.documentElement.dataset.geomap = "ready";
}

function show(map, layer, wanted) {
  if (wanted) layer.addTo(map);
  else layer.remove();
}

/** @param {import("./data.js").Data} data */
function heading(data) {
  const sources = [...new Set(data.bulletins.map((bulletin) => bulletin.source).filter(Boolean))];
  document.getElementById("geomap-head").append(
    el("h1", { dir: "auto" }, data.title),
    el("p", {}, `${plural(data.events.length, "event")} from ${plural(data.bulletins.length, "bulletin")}, ${spanText(data.days)}`),
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
    el("p", {}, "Figures are those of the bulletins named; nothing was added up. Colours after Paul Tol's muted scheme, made for all kinds of colour vision."),
    el("p", {}, "Base map: Natural Earth (public domain). Places: the geomap gazetteer, after OCHA and GeoNames (CC BY 4.0); each card names its source. Drawn with Leaflet."));
}
