// The page: reads its blocks of data, draws, and answers to hand and keyboard.
import L from "leaflet";
import "leaflet/dist/leaflet.css";

import "./style.css";
import { addPanes, baseLayers, controls, frame } from "./base.js";
import { readData } from "./data.js";
import { el } from "./dom.js";
import { serveFolium } from "./folium.js";
import { about, caution, heading } from "./heading.js";
import { listen } from "./hover.js";
import { addLegend, layersOf, reveal, shownAtFirst } from "./layers.js";
import { EventList } from "./list.js";
import { cardOpener } from "./opening.js";
import { Scene } from "./scene.js";
import { direction, onLanguage, speak, t } from "./strings.js";
import { Timeline } from "./timeline.js";
import { drawZones } from "./zones.js";

serveFolium();

/** Events beyond which list and counts follow the window of time when it rests, not at each step. */
const FEW = 5000;
const CALM = 160;

/** What the newest map of the page shows; for tests, and for whoever looks into the page. @type {Scene | null} */
export let scene = null;

export { speak };

/** @param {L.Map} map that folium made @param {string} id of the element, which begins those of its data blocks */
export function start(map, id) {
  addPanes(map);
  // What lies on it is placed from the left, whatever the page's language.
  map.getContainer().dir = "ltr";
  readData(id).then((data) => build(map, data));
}

/** The picture first, then what is read beside it. */
async function build(map, data) {
  const groups = layersOf(data);
  const on = shownAtFirst(groups);
  const [head, side, time] = ["head", "side", "time"].map((part) => document.getElementById(`geomap-${part}`));
  let [window_, list] = [null, null];
  let resting = 0;
  const follow = () => {
    list?.show(window_);
    legend.count(window_);
  };
  heading(head, data);
  const timeline = new Timeline(time, data, (window) => {
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
  scene = new Scene(map, data, on, layers);
  scene.openMarks = cards.openMarks;
  scene.openPlace = cards.openPlace;
  listen(map, scene, cards.point);

  const relayer = () => {
    show(map, layers.zones, on.has("zones"));
    show(map, base.outlines, on.has("outlines"));
    show(map, base.rivers, on.has("rivers"));
    if (base.tiles) show(map, base.tiles, on.has("tiles"));
    scene.relayer();
  };
  const furniture = controls(map, showAll);
  const legend = addLegend(map, groups, on, scene, relayer);
  const foot = el("footer", {});

  // All that has words: said now, and again in each language that the reader chooses. What was chosen stays.
  let told = direction();
  const say = () => {
    cards.close();
    // The legend goes to the other side: a view that nobody has moved is fitted anew.
    if (told !== direction() && showAll.isShown()) showAll();
    told = direction();
    map.getContainer().setAttribute("role", "region");
    map.getContainer().setAttribute("aria-label", t("map.name"));
    heading(head, data);
    timeline.say();
    furniture.say(caution());
    legend.say();
    legend.count(window_);
    foot.replaceChildren(...about());
    drawZones(layers.zones, data, cards.openPlace);
    list?.show(window_);
    relayer();
  };
  say();
  onLanguage(say);
  await painted();
  await data.readSome();
  list = new EventList(side, data, (event, from) => {
    reveal(event, on);
    timeline.reach(event);
    legend.tick();
    relayer();
    cards.openEvent(event, from);
  });
  list.show(window_);
  side.append(foot);
  document.documentElement.dataset.geomap = "ready";
}

/** Waits until the browser has shown what was drawn; a page that nobody looks at does not wait long. */
function painted() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 100);
  });
}

function show(map, layer, wanted) {
  if (wanted) layer.addTo(map);
  else layer.remove();
}
