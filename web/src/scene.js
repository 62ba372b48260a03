// All that is painted of the events: what stands where, in which order, and what a pointer finds.
import L from "./leaflet.js";

import { paintCircles } from "./circles.js";
import { drawCorridors } from "./corridors.js";
import { Crowd, MOST_SINGLE, seenClasses } from "./crowd.js";
import { KIND } from "./data.js";
import { paintEnds } from "./ends.js";
import { mostMoved, paintFlows, waysOf } from "./flows.js";
import { Taken } from "./gather.js";
import { layerOf } from "./layers.js";
import { namesOf, roomFor } from "./names.js";
import { Picture, Picks } from "./picture.js";
import { WidthScale } from "./scale.js";
import { joined, paintSites, reserve, sitesOf } from "./sites.js";
import { onLanguage } from "./strings.js";
import { sumOf } from "./sums.js";

/** Arrows of one end that are looked at one by one; more are counted with the sites. */
const MOST_ENDS = 400;

/** Marks beyond which a change of layers is painted before all is drawn anew. */
const MANY = 20000;

/** Milliseconds without a change after which names and corridors, which are slower to draw, follow. */
const CALM = 140;

/**
 * What those who paint need.
 * @typedef {{map: L.Map, data: import("./data.js").Data, crowd: Crowd, scale: WidthScale, taken: Taken, picks: Picks,
 *   pen: CanvasRenderingContext2D, flows: CanvasRenderingContext2D, fine: number, bounds: L.Bounds,
 *   at: (place: number) => {x: number, y: number}, openMarks: (rows: number[], at: {x: number, y: number}, all: number) => void,
 *   openPlace: (place: number, at: L.LatLng) => void}} Desk at: pixels of the map's layer
 */

export class Scene {
  /**
   * @param {L.Map} map
   * @param {import("./data.js").Data} data
   * @param {Set<string>} on layers that are shown
   * @param {{corridors: L.LayerGroup, names: import("./names.js").Names}} layers
   */
  constructor(map, data, on, layers) {
    Object.assign(this, { map, data, on, layers, figures: "both", asked: { events: null, types: null, exact: false }, picks: new Picks() });
    this.crowd = new Crowd(data);
    this.ways = waysOf(data);
    this.scale = new WidthScale(mostPeople(data, this.ways));
    this.names = namesOf(data);
    this.crossings = crossingsOf(data);
    this.below = new Picture({ pane: "flows" }).addTo(map);
    this.above = new Picture({ pane: "marks" }).addTo(map);
    map.on("moveend", () => this.draw());
    onLanguage(() => { this.names = namesOf(data); });
  }

  /** Takes over what the legend and the question let be seen; names and corridors follow when it rests. */
  relayer() {
    const { on, asked, figures } = this;
    const seen = seenClasses(this.data, (type) => on.has(layerOf(type)) && (!asked.types || asked.types.has(type)),
      { planned: on.has("planned"), inferred: on.has("inferred"), areas: !asked.exact, figures });
    this.crowd.allow(seen, asked.events);
    if (this.crowd.columns > 0 && this.data.marks.n > MANY) this.settle();
    else this.draw();
  }

  /** Paints beyond the view too, so that a drag shows no empty edge: four times as much, which the first picture does without. */
  widen() {
    this.below.widen();
    this.above.widen();
    this.draw();
  }

  /** Moves the window of days; names and corridors follow when it rests. @param {[number, number] | null} window */
  setTime(window) {
    this.crowd.setTime(window);
    this.settle();
  }

  /** Paints at once, and all anew when nothing has changed for a moment. */
  settle() {
    this.paint();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.draw(), CALM);
  }

  /** Draws all anew: the view or the layers have changed. */
  draw() {
    clearTimeout(this.resting);
    if (!this.above.bounds()) return;
    this.covered = coveredBy(this.map);
    this.crowd.place(this.above.bounds(), this.map.getPixelOrigin(), this.map.getZoom());
    const desk = this.paint(() => this.drawCorridors());
    this.layers.names.write(roomFor(desk, this.namesNow(), this.on));
  }

  /** Names without those of places that bear no mark now; among counts a place's name would not say whose it is. */
  namesNow() {
    const { places, marks } = this.data;
    const marked = new Uint8Array(places.n);
    for (let m = 0; m < marks.n && this.crowd.total <= MOST_SINGLE; m += 1) {
      if (this.crowd.isShown(m)) marked[marks.from[m]] = marked[marks.to[m]] = 1;
    }
    return this.names.filter(({ row }) => row === undefined || marked[row] === 1);
  }

  drawCorridors() {
    this.layers.corridors.clearLayers();
    if (!this.on.has("corridors")) return;
    const entries = this.crossings.filter((row) => this.crowd.isShown(row)).map((row) => this.data.entry(row));
    drawCorridors(this.desk, this.layers.corridors, entries);
  }

  /** Paints the two pictures. @param {() => void} [between] what claims its room after the sites and before the arrows @returns {Desk} */
  paint(between = () => {}) {
    const desk = this.begin();
    const { crowd, data } = this;
    const single = crowd.total <= MOST_SINGLE;
    const entries = single ? crowd.rows().map((row) => data.entry(row)) : [];
    const of = (...kinds) => entries.filter(({ mark }) => kinds.includes(mark.kind));
    reserve(desk, sitesOf(desk, of("site")));
    between();
    if (single) {
      paintCircles(desk, entries, this.map.getZoom());
      const ends = of("arrival", "departure");
      const crowded = ends.length <= MOST_ENDS ? paintEnds(desk, ends) : ends;
      const sites = sitesOf(desk, [...of("site"), ...crowded]);
      reserve(desk, sites);
      paintSites(desk, sites);
    } else {
      const sites = joined([...crowd.groups(this.map.getPixelOrigin(), this.map.getZoom())]);
      reserve(desk, sites);
      paintSites(desk, sites);
    }
    paintFlows(desk, this.ways);
    return desk;
  }

  /** @returns {Desk} */
  begin() {
    const { map, data } = this;
    const corner = map.containerPointToLayerPoint([0, 0]);
    const [origin, scale] = [map.getPixelOrigin(), 2 ** map.getZoom()];
    const { x, y } = data.places;
    this.picks.clear();
    this.desk = { map, data, crowd: this.crowd, scale: this.scale, taken: new Taken(L.bounds(corner, corner.add(map.getSize()))), picks: this.picks, pen: this.above.begin(),
      flows: this.below.begin(), fine: this.above.fine, bounds: this.above.bounds(),
      at: (place) => ({ x: x[place] * scale - origin.x, y: y[place] * scale - origin.y }),
      openMarks: this.openMarks, openPlace: this.openPlace };
    for (const { x, y, width, height } of this.covered ?? []) this.desk.taken.take(x, y, width, height);
    return this.desk;
  }
}

/** What legend, buttons, scale and caution cover of the map, pixels of its layer: nothing is written there. @param {L.Map} map */
function coveredBy(map) {
  const container = map.getContainer();
  const whole = container.getBoundingClientRect();
  return [...container.querySelectorAll(".leaflet-control")].map((node) => node.getBoundingClientRect()).filter(({ width }) => width > 0)
    .map(({ left, top, width, height }) => ({ ...map.containerPointToLayerPoint([left - whole.left + width / 2, top - whole.top + height / 2]), width, height }));
}

/** Marks on corridors, in the order of events. */
function crossingsOf({ marks }) {
  const found = [];
  for (let m = 0; m < marks.n; m += 1) if (marks.kind[m] === KIND.crossing) found.push(m);
  return found;
}

/** The most people that an arrow can stand for, whatever time is shown: so that widths can be compared from day to day. */
function mostPeople(data, ways) {
  let most = mostMoved(data, ways);
  const { marks } = data;
  for (let m = 0; m < marks.n; m += 1) {
    if (marks.kind[m] !== KIND.arrival && marks.kind[m] !== KIND.departure) continue;
    const sum = sumOf(data, [m]);
    if (!sum.total) most = Math.max(most, sum.value ?? 0);
  }
  return most;
}
