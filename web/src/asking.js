// Asking on the page: a question changes, and with it the picture, the list, the totals and the link.
import L from "./leaflet.js";

import { Answerer, isNarrowed, ofTypes, openQuestion, passing } from "./answer.js";
import { boxBetween, shapedPlaces } from "./box.js";
import { byType, histogram } from "./classes.js";
import { latLngs } from "./data.js";
import { fileOf, save } from "./files.js";
import { Finder } from "./finder.js";
import { read, written } from "./hash.js";
import { Panel } from "./panel.js";
import { Rectangle } from "./rectangle.js";
import { said } from "./said.js";
import { TextIndex } from "./search.js";
import { leftToRight, number, t } from "./strings.js";
import { peopleOf } from "./totals.js";

/** Milliseconds of rest after which the link is written: browsers refuse when it is written without end. */
const REST = 350;

/** Milliseconds of rest after which the totals and the list follow a map that moves. */
const CALM = 120;

/** Events beyond which the list follows the picture in a moment of its own. */
const MANY = 20000;

/** Zoom at which a place is shown that somebody goes to. */
const NEAR = 10;

/**
 * What the asking works with.
 * @typedef {{map: L.Map, data: import("./data.js").Data, scene: import("./scene.js").Scene,
 *   legend: ReturnType<typeof import("./layers.js").addLegend>, timeline: import("./timeline.js").Timeline, cards: ReturnType<typeof import("./opening.js").cardOpener>,
 *   on: Set<string>, first: Set<string>, layers: Set<string>, relayer: () => void}} Parts on: layers shown; first: those shown at first; layers: all
 */

export class Asking {
  /** @param {HTMLElement} box @param {Parts} parts */
  constructor(box, parts) {
    Object.assign(this, parts, { question: openQuestion(), window: null, passes: null, found: null, searches: 0 });
    /** @type {import("./list.js").EventList | null} null until the picture stands */
    this.list = null;
    this.index = new TextIndex(this.data);
    this.finder = new Finder(this.data, this.index, { search: (text) => this.search(text), go: (goal) => this.go(goal) });
    this.rectangle = new Rectangle(this.map, { begun: () => this.draw(), drawn: (rectangle) => this.change({ where: "box", box: rectangle }) });
    this.panel = new Panel(box, this.data, this.finder.node, {
      change: (part) => this.change(part),
      draw: () => this.draw(),
      file: (kind) => this.file(kind),
      link: () => this.link(),
      clear: () => this.take({ ...openQuestion() }),
      sums: (open) => { this.isSumming = open; this.count(); },
    });
    this.map.on("moveend", () => this.moved());
    window.addEventListener("hashchange", () => { if (window.location.hash.slice(1) !== this.hash) this.restore(); });
  }

  /** Says all in the language of the page, and shows what is asked for. */
  say() {
    this.rectangle.say();
    if (this.list) this.sayPanel();
    this.apply();
  }

  sayPanel() {
    this.finder.say();
    this.panel.say();
  }

  /** Begins to answer, in a list. @param {import("./list.js").EventList} list */
  answer(list) {
    this.list = list;
    this.sayPanel();
    this.answerer = new Answerer(this.data);
    this.follow();
    if (this.wanted) this.openById(this.wanted);
  }

  /** Takes over what the link of the page tells, at the start and when somebody changes it. */
  restore() {
    if (this.hash === undefined && window.location.hash.length < 2) return;
    this.hash = window.location.hash.slice(1);
    const { map, question, days, layers, figures, event } = read(this.hash);
    for (const id of this.first) this.on.add(id);
    for (const id of [...this.on]) if (!this.first.has(id)) this.on.delete(id);
    layers.on.filter((id) => this.layers.has(id)).forEach((id) => this.on.add(id));
    layers.off.forEach((id) => this.on.delete(id));
    this.scene.figures = figures ?? "both";
    this.legend.say();
    this.timeline.set(days);
    if (map) this.map.setView([map[1], map[2]], map[0], { animate: false });
    this.take(question);
    if (!map && question.box) this.rectangle.reach(question.box);
    this.wanted = event;
    if (event && this.list) this.openById(event);
  }

  /** Another question. @param {import("./answer.js").Question} question */
  take(question) {
    const words = question.words;
    this.searches += 1;
    this.finder.set(words);
    this.question = { ...question, words: "" };
    this.found = null;
    this.apply();
    if (words) this.search(words);
  }

  /** Changes parts of the question. @param {Partial<import("./answer.js").Question>} part */
  change(part) {
    Object.assign(this.question, part);
    this.apply(part.where === undefined && part.box === undefined && part.test === undefined);
  }

  /** @param {boolean} [picture] whether the picture can have changed */
  apply(picture = true) {
    const { data, question, scene } = this;
    if (picture) {
      this.passes = passing(data, question, this.found);
      scene.asked = { events: this.passes, types: question.types, exact: question.exact };
      this.relayer();
    }
    this.rectangle.show(question.where === "box" ? question.box : null);
    this.panel.show(question);
    this.note();
    clearTimeout(this.following);
    // The picture first; of very many events the list comes a moment later.
    if (picture && this.data.events.n > MANY) this.following = setTimeout(() => this.follow(), 0);
    else this.follow();
  }

  /** What is asked, in words; "" when nothing is. */
  said() {
    return said(this.data, this.question);
  }

  /** The box that is asked for; that of the view when it is to be followed. @returns {import("./box.js").Box | null} */
  box() {
    const { where, box } = this.question;
    if (where !== "view") return where === "box" ? box : null;
    const bounds = this.map.getBounds();
    return boxBetween(bounds.getSouthWest(), bounds.getNorthEast());
  }

  /** Brings list, legend and totals in line with the question. */
  follow() {
    if (!this.list) return;
    const { data, question } = this;
    const box = this.box();
    const coming = box && data.loadPlaces(shapedPlaces(data));
    if (coming) return void coming.then(() => this.follow());
    this.ofAllTypes = this.answerer.rows({ passes: this.passes, window: this.window, box, test: question.test });
    /** All rows of the answer, in the order of the list. */
    this.rows = ofTypes(data, this.ofAllTypes, question.types);
    this.list.show(this.rows);
    this.counts = histogram(data, this.ofAllTypes);
    this.legend.count(this.rows === this.ofAllTypes ? this.counts : histogram(data, this.rows));
    this.count();
    this.note();
  }

  /** Follows the window of days. @param {[number, number] | null} window_ */
  setTime(window_) {
    this.window = window_;
    this.follow();
  }

  moved() {
    this.note();
    if (this.question.where !== "view") return;
    clearTimeout(this.moving);
    this.moving = setTimeout(() => this.follow(), CALM);
  }

  count() {
    if (!this.list) return;
    const { data, question } = this;
    const sums = this.isSumming ? peopleOf(data, this.list.lists.placed) : new Map();
    const people = sums && new Map([...sums].map(([type, { value, sign }]) => [type, value === null ? "" : leftToRight(`${sign}${number(value)}`)]));
    this.panel.count({ events: byType(this.counts), people, tooMany: sums === null, narrowed: isNarrowed(question) || question.where !== "all" || question.box !== null });
  }

  async search(text) {
    const mine = (this.searches += 1);
    const isOld = () => mine !== this.searches;
    this.question.words = text;
    if (text !== "") this.panel.tell(t("ask.searching", { n: 0 }));
    const found = text === "" ? null : await this.index.find(text, (share) => { if (!isOld()) this.panel.tell(t("ask.searching", { n: Math.round(100 * share) })); }, isOld);
    if (isOld()) return;
    this.panel.tell("");
    this.found = found;
    this.apply();
  }

  /** Lets a rectangle be drawn, by hand or in numbers. */
  draw() {
    this.panel.ask();
    this.rectangle.turn(true);
    this.panel.tell(t("ask.drawing"));
  }

  /** Shows a place that was looked for. @param {import("./finder.js").Goal} goal */
  go({ rows, at }) {
    const { map, data } = this;
    const shape = rows.length === 1 ? data.place(rows[0]).shape : undefined;
    const points = rows.map((row) => data.place(row).at);
    if (shape) map.fitBounds(L.latLngBounds(latLngs(shape).flat(Infinity)), { animate: false, maxZoom: 13 });
    else if (points.length > 1) map.fitBounds(points.map(([lon, lat]) => [lat, lon]), { animate: false, maxZoom: 13 });
    else {
      const [lon, lat] = points[0] ?? at;
      map.setView([lat, lon], Math.max(map.getZoom(), NEAR), { animate: false });
    }
    if (rows.length === 1) this.cards.showPlace(rows[0]);
  }

  async file(kind) {
    const rows = this.rows.slice().sort();
    this.panel.tell(t("ask.file.making", { n: 0 }));
    const blob = await fileOf(this.data, rows, kind, (share) => this.panel.tell(t("ask.file.making", { n: Math.round(100 * share) })));
    save(blob, `${fileName(document.title)}.${kind}`);
    this.panel.tell(t("ask.file.made", { n: rows.length }));
  }

  /** Writes the link when all has been at rest for a moment. */
  note() {
    clearTimeout(this.noting);
    this.noting = setTimeout(() => this.write(), REST);
  }

  write() {
    const { map, question, on, first, scene, cards } = this;
    const { lat, lng } = map.getCenter();
    const layers = { on: [...on].filter((id) => !first.has(id)), off: [...first].filter((id) => !on.has(id)) };
    this.hash = written({ map: [map.getZoom(), lat, lng], question, days: this.window, layers, figures: scene.figures === "both" ? null : scene.figures, event: cards.opened() });
    // The page's own first state needs no link.
    if (this.firstHash === undefined && window.location.hash.length < 2) this.firstHash = this.hash;
    if (this.hash === this.firstHash && window.location.hash.length < 2) return;
    try {
      window.history.replaceState(null, "", `#${this.hash}`);
    } catch {
      // A page within another one (a notebook) has no address of its own.
    }
  }

  async link() {
    this.write();
    const address = window.location.href.replace(/#.*$/, "") + `#${this.hash}`;
    try {
      await navigator.clipboard.writeText(address);
      this.panel.tell(t("ask.link.copied"));
    } catch {
      this.panel.tell(t("ask.link.by_hand"));
    }
  }

  /** Opens the event of a link when there is one of that id. @param {string} id */
  async openById(id) {
    await this.data.eventRecords.loadAll();
    for (const [row, own] of this.data.eventRecords.all("id")) if (own === id) return void this.list.open(this.data.event(row), this.list.body);
  }
}

/** A title as the name of a file: letters and digits of any script. */
function fileName(title) {
  return title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "events";
}
