// The list of all events: an equal way to read the map, by keyboard too. Only the rows in sight are in the page, so that a
// million cost no more than a hundred.
import { el, words } from "./dom.js";
import { byKind } from "./answer.js";
import { line } from "./cards.js";
import { lastNotAbove } from "./columns.js";
import { parts, t } from "./strings.js";
import { dayText, whyNotPlaced } from "./words.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Event} Event */
/** @typedef {{id: string, title: string, about: (string | Node)[], rows: number[] | Int32Array, why: boolean}} Part */

/** Pixels: style.css gives rows and headings these heights. */
const ROW = 92;
const ROW_WHY = 146;
const HEAD = 50;

/** Rows up to which all are in the page: it can be searched and printed as it is. */
const ALL = 400;

/** Rows beyond the screen, on both sides. */
const SPARE = 12;

/** Pixels that a browser lets an element be high; longer lists are squeezed. */
const TALLEST = 12000000;

export class EventList {
  /**
   * @param {HTMLElement} side
   * @param {Data} data
   * @param {(event: Event, from: HTMLElement) => void} open
   */
  constructor(side, data, open) {
    Object.assign(this, { side, data, open });
    this.counts = el("p", { class: "counts", role: "status" });
    this.body = el("div", { class: "rows-of-events" });
    side.append(this.counts, this.body);
    const again = () => this.fill();
    side.addEventListener("scroll", again, { passive: true });
    window.addEventListener("scroll", again, { passive: true });
    window.addEventListener("resize", again);
    side.addEventListener("keydown", (event) => this.walk(event));
    side.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-row]");
      if (button) open(data.event(Number(button.dataset.row)), button);
    });
  }

  /** Shows the events of an answer. @param {Int32Array} rows in the order of the list */
  show(rows) {
    this.side.setAttribute("aria-label", t("list.name"));
    const lists = byKind(this.data, rows);
    this.lists = lists;
    this.counts.textContent = [t("list.on_map", { n: lists.placed.length }), lists.open.length > 0 && t("list.not_placed", { n: lists.open.length }),
      lists.negated.length > 0 && t("list.negated", { n: lists.negated.length })].filter(Boolean).join(t("separator"));
    this.parts = [
      ...this.bulletinParts(lists.placed),
      { id: "not-placed", title: t("part.not_placed"), about: [t("part.not_placed.about")], rows: lists.open, why: true },
      { id: "again", title: t("part.again"), about: [t("part.again.about")], rows: lists.again, why: false },
      { id: "negated", title: t("part.negated"), about: [t("part.negated.about")], rows: lists.negated, why: false },
    ].filter((part) => part.rows.length > 0);
    this.measure();
    // Another answer is read from its beginning.
    if (this.shown && (this.shown[0] !== rows[0] || this.shown.length !== rows.length)) this.side.scrollTop = 0;
    this.shown = rows;
    this.body.replaceChildren();
    this.drawn = "";
    this.fill();
  }

  /** @returns {Part[]} */
  bulletinParts(rows) {
    const { events, bulletins } = this.data;
    const found = [];
    for (let i = 0; i < rows.length;) {
      const bulletin = events.bulletin[rows[i]];
      let end = i + 1;
      while (end < rows.length && events.bulletin[rows[end]] === bulletin) end += 1;
      found.push({ bulletin, id: null, rows: rows.subarray(i, end), why: false });
      i = end;
    }
    return found.map((part) => {
      const { id, date, source } = bulletins[part.bulletin];
      return { ...part, title: id === undefined ? source ?? t("source.none") : dayText(date),
        about: id === undefined ? [t("events", { n: part.rows.length })] : parts("part.bulletin", { source: words(source ?? t("source.none")), id: words(id) }) };
    });
  }

  /** Where each part begins, pixels from the top of an unsqueezed list. */
  measure() {
    this.tops = [];
    this.firsts = [];
    let [top, rows] = [0, 0];
    for (const part of this.parts) {
      this.tops.push(top);
      this.firsts.push(rows);
      top += HEAD + part.rows.length * heightOf(part);
      rows += part.rows.length;
    }
    Object.assign(this, { height: top, total: rows });
    this.squeeze = Math.max(1, top / TALLEST);
    this.whole = rows <= ALL;
    this.body.style.height = this.whole ? "" : `${top / this.squeeze}px`;
    this.body.classList.toggle("whole", this.whole);
  }

  /** Puts the rows in sight into the page. @param {number} [wanted] a row of the list that is to be among them */
  fill(wanted) {
    if (this.whole) {
      if (this.drawn === "whole") return;
      this.drawn = "whole";
      if (this.data.events.n === 0) return void this.body.replaceChildren(el("p", { class: "nothing" }, t("list.nothing")));
      this.body.replaceChildren(...this.parts.map((part, i) => this.section(part, i, 0, part.rows.length)));
      return;
    }
    const box = this.body.getBoundingClientRect();
    const port = this.side.scrollHeight > this.side.clientHeight + 1 ? this.side.getBoundingClientRect() : { top: 0, bottom: window.innerHeight };
    const from = wanted ?? this.rowAt(Math.max(0, port.top - box.top) * this.squeeze);
    const seen = Math.ceil(Math.max(200, port.bottom - port.top) / ROW);
    const [first, last] = [Math.max(0, from - SPARE), Math.min(this.total, from + seen + SPARE)];
    if (this.drawn === `${first}-${last}`) return;
    this.drawn = `${first}-${last}`;
    const focused = this.body.contains(document.activeElement) ? document.activeElement.dataset.row : null;
    const sections = [];
    for (let part = Math.max(0, lastNotAbove(this.firsts, first)); part < this.parts.length && this.firsts[part] < last; part += 1) {
      const start = Math.max(0, first - this.firsts[part]);
      sections.push(this.section(this.parts[part], part, start, Math.min(this.parts[part].rows.length, last - this.firsts[part])));
    }
    // Squeezed, a row does not lie at its own height: what is seen is laid where the reader is.
    const top = this.topOf(first) - (this.squeeze > 1 ? this.topOf(from) * (1 - 1 / this.squeeze) : 0);
    this.body.replaceChildren(el("div", { class: "sight", style: { transform: `translateY(${Math.max(0, top)}px)` } }, ...sections));
    if (focused !== null) this.body.querySelector(`button[data-row="${focused}"]`)?.focus({ preventScroll: true });
  }

  rowAt(y) {
    const part = Math.max(0, lastNotAbove(this.tops, y));
    if (this.parts.length === 0) return 0;
    const inside = Math.floor((y - this.tops[part] - HEAD) / heightOf(this.parts[part]));
    return this.firsts[part] + Math.max(0, Math.min(this.parts[part].rows.length - 1, inside));
  }

  topOf(row) {
    const part = Math.max(0, lastNotAbove(this.firsts, row));
    if (this.parts.length === 0) return 0;
    const inside = row - this.firsts[part];
    return this.tops[part] + (inside === 0 ? 0 : HEAD + inside * heightOf(this.parts[part]));
  }

  section(part, number_, start, end) {
    const rows = Array.from(part.rows.slice(start, end));
    const head = start === 0 && el("h2", {}, part.id ? t("list.part", { title: part.title, n: part.rows.length }) : part.title, " ", el("small", {}, ...part.about));
    const list = el("ul", { class: "events", role: "list" }, ...rows.map((row, i) => this.row(part, row, this.firsts[number_] + start + i)));
    const coming = this.data.load(rows);
    if (coming) coming.then(() => this.refresh(list, part, rows));
    return el("section", { id: part.id }, head, list);
  }

  row(part, row, place) {
    return el("li", { "aria-setsize": this.total, "aria-posinset": place + 1 }, el("button", { type: "button", "data-row": row, "data-place": place,
      class: part.why ? "with-why" : null }, ...this.content(part, row)));
  }

  content(part, row) {
    const event = this.data.event(row);
    return [...line(this.data, event), part.why && el("span", { class: "why", dir: "auto" }, whyNotPlaced(event).join(" "))].filter(Boolean);
  }

  /** Writes the sentences that have come meanwhile. */
  refresh(list, part, rows) {
    if (!list.isConnected) return;
    rows.forEach((row) => list.querySelector(`button[data-row="${row}"]`)?.replaceChildren(...this.content(part, row)));
  }

  /** Arrow keys walk the list; Home and End go to its ends. */
  walk(event) {
    const here = Number(document.activeElement?.dataset?.place ?? NaN);
    const goals = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: Math.min(this.total - 1, here + 10), PageUp: Math.max(0, here - 10), Home: 0, End: this.total - 1 };
    const goal = goals[event.key];
    if (Number.isNaN(here) || goal === undefined || goal < 0 || goal >= this.total) return;
    event.preventDefault();
    const find = () => this.body.querySelector(`button[data-place="${goal}"]`);
    if (!find()) this.fill(goal);
    const button = find();
    button?.focus({ preventScroll: this.squeeze > 1 });
    if (this.squeeze > 1 || !this.whole) button?.scrollIntoView({ block: "nearest" });
  }
}

function heightOf(part) {
  return part.why ? ROW_WHY : ROW;
}
