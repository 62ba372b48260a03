// The page: reads its blocks of data, draws, and answers to hand and keyboard.
import L from "./leaflet.js";
import "leaflet/dist/leaflet.css";

import "./style.css";
import "./ask.css";
import { Asking } from "./asking.js";
import { addPanes, baseLayers, controls, frame } from "./base.js";
import { readData } from "./data.js";
import { el } from "./dom.js";
import { serveFolium } from "./folium.js";
import { about, caution, choices, heading } from "./heading.js";
import { listen } from "./hover.js";
import { addLegend, layersOf, reveal, shownAtFirst } from "./layers.js";
import { EventList } from "./list.js";
import { Names } from "./names.js";
import { cardOpener } from "./opening.js";
import { Paper } from "./paper.js";
import { Scene } from "./scene.js";
import { direction, onLanguage, speak, t } from "./strings.js";
import { onTheme } from "./theme.js";
import { Timeline } from "./timeline.js";
import { drawZones } from "./zones.js";

export { fold } from "./fold.js";
export { number } from "./strings.js";
export { dayText } from "./words.js";

serveFolium();

/** Events beyond which list and counts follow the window of time when it rests, not at each step. */
const FEW = 5000;
const CALM = 160;

/** Milliseconds after which a page that the browser does not paint is not seen: in a frame below what a notebook shows. */
const UNSEEN = 1000;

/** Milliseconds that panel and list wait at most for a browser that is busy with the picture. */
const LATEST = 200;

/** What the newest map of the page shows; for tests, and for whoever looks into the page. @type {Scene | null} */
export let scene = null;

/** The page as it is printed and pictured. @type {Paper | null} */
export let paper = null;

/** What is asked of it. @type {Asking | null} */
export let asking = null;

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
  const first = shownAtFirst(groups);
  const on = new Set(first);
  const [head, side, time] = ["head", "side", "time"].map((part) => document.getElementById(`geomap-${part}`));
  let resting = 0;
  heading(head, data, true);
  const timeline = new Timeline(time, data, (window) => {
    scene.setTime(window);
    clearTimeout(resting);
    if (data.events.n <= FEW) asking.setTime(window);
    else resting = setTimeout(() => asking.setTime(window), CALM);
  });
  const box = el("section", { id: "geomap-ask" });
  // The panel of time takes its room before the view is fitted.
  map.invalidateSize({ pan: false });
  timeline.fit();
  const showAll = frame(map, data.view);
  const base = baseLayers(map, data);
  base.countries.addTo(map);
  const layers = { ...Object.fromEntries(["zones", "lit", "corridors"].map((name) => [name, L.layerGroup().addTo(map)])), names: new Names().addTo(map) };
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
  paper = new Paper(map, data, () => asking);
  const legend = addLegend(map, groups, on, scene, () => {
    relayer();
    asking.note();
  });
  const foot = el("footer", {});
  asking = new Asking(box, { map, data, scene, legend, timeline, cards, on, first, relayer,
    layers: new Set(groups.flatMap(({ rows }) => rows.map(({ id }) => id))) });

  // All that has words: said now (heading and time were, above), and again in each language that the reader chooses. What was
  // chosen stays.
  let told = direction();
  const say = () => {
    cards.close();
    const isTurned = told !== direction() && showAll.isShown();
    told = direction();
    map.getContainer().setAttribute("role", "region");
    map.getContainer().setAttribute("aria-label", t("map.name"));
    furniture.say(caution());
    paper.say();
    legend.say();
    foot.replaceChildren(...about());
    drawZones(layers.zones, data, cards.openPlace);
    // The legend has gone to the other side: a view that nobody has moved is fitted anew.
    if (isTurned) {
      map.invalidateSize({ pan: false });
      showAll();
    }
    asking.say();
  };
  say();
  asking.restore();
  const again = () => {
    heading(head, data);
    timeline.say();
    say();
  };
  onLanguage(again);
  onTheme(again);
  await painted();
  performance.mark("geomap-picture");
  // Whoever shows the picture is not held up by what comes beside it.
  await idle();
  choices(head);
  side.before(box);
  await data.readSome();
  scene.widen();
  asking.answer(new EventList(side, data, (event, from) => {
    reveal(event, on);
    timeline.reach(event);
    legend.tick();
    relayer();
    cards.openEvent(event, from);
    asking.note();
  }));
  side.append(foot);
  document.documentElement.dataset.geomap = "ready";
}

/** Waits until the browser has taken over what was drawn; a page that nobody looks at need not wait. */
function painted() {
  return new Promise((done) => {
    const next = new MessageChannel();
    next.port1.onmessage = done;
    // A timer would let the rest of the page be read first.
    requestAnimationFrame(() => next.port2.postMessage(null));
    setTimeout(done, document.hidden ? 0 : UNSEEN);
  });
}

/** Waits until the browser has nothing better to do, but not long. */
function idle() {
  return new Promise((done) => {
    if (window.requestIdleCallback) requestIdleCallback(done, { timeout: LATEST });
    else setTimeout(done);
  });
}

function show(map, layer, wanted) {
  if (wanted) layer.addTo(map);
  else layer.remove();
}
