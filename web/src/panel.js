// The panel in which one asks: search, place, rectangle in numbers, filters, totals, files, link.
import { LEAST, sourceOf } from "./answer.js";
import { BOX_TESTS, faultOf, rounded } from "./box.js";
import { el, words } from "./dom.js";
import { said } from "./said.js";
import { number, t } from "./strings.js";
import { badge } from "./symbols.js";
import { typeName } from "./words.js";

/** Sources that can be chosen from; of more the others are found by search. */
const MOST_SOURCES = 40;

const WHERE = ["all", "view", "box"];
const SIDES = ["west", "south", "east", "north"];

/**
 * @typedef {{change: (part: Partial<import("./answer.js").Question>) => void, draw: () => void, file: (kind: "csv" | "geojson") => void,
 *   link: () => void, clear: () => void, sums: (open: boolean) => void}} Answers what the panel asks for
 */

export class Panel {
  /** @param {HTMLElement} box @param {import("./data.js").Data} data @param {HTMLElement} find @param {Answers} answers */
  constructor(box, data, find, answers) {
    Object.assign(this, { box, data, find, answers });
    this.sources = sourcesOf(data);
    this.note = el("p", { class: "note", role: "status" });
    this.said = el("p", { class: "said" });
    this.open = { totals: false, filters: false };
  }

  /** Builds all anew, in the language of the page. */
  say() {
    const { box } = this;
    box.setAttribute("aria-label", t("ask.name"));
    for (const part of Object.keys(this.open)) this.open[part] = box.querySelector(`details.${part}`)?.open ?? this.open[part];
    this.types = new Map(this.data.types.map((type, i) => [type, this.typeRow(type, i)]));
    this.totalsNote = el("p", { class: "minor" });
    this.clear = el("button", { type: "button", class: "clear", hidden: true, onclick: () => this.answers.clear() }, t("ask.clear"));
    box.replaceChildren(this.find, this.where(), el("div", { class: "now buttons" }, this.said, this.clear), this.numbers(), this.totals(), this.filters(), this.files(), this.note);
    if (this.question) this.show(this.question);
    if (this.counts) this.count(this.counts);
  }

  where() {
    const choose = (where) => (where === "box" && !this.question.box ? this.answers.draw() : this.answers.change({ where }));
    this.radios = Object.fromEntries(WHERE.map((where) => [where, el("input", { type: "radio", name: "geomap-where", value: where, onchange: () => choose(where) })]));
    return el("div", { class: "where", role: "radiogroup", "aria-label": t("ask.where") },
      ...WHERE.map((where) => el("label", {}, this.radios[where], el("span", {}, t(`ask.where.${where}`)))));
  }

  /** The rectangle in numbers: the way to draw it without a hand on the map. */
  numbers() {
    this.fields = SIDES.map((side) => el("input", { type: "text", inputmode: "decimal", name: side, size: 8, autocomplete: "off", dir: "ltr" }));
    this.fault = el("p", { class: "fault", role: "alert" });
    this.tests = el("select", { onchange: () => this.answers.change({ test: this.tests.value }) },
      ...BOX_TESTS.map((test) => el("option", { value: test }, t(`ask.test.${test}`))));
    const submit = (event) => {
      event.preventDefault();
      this.typed();
    };
    this.form = el("form", { class: "box", hidden: true, onsubmit: submit },
      ...SIDES.map((side, i) => el("label", {}, el("span", {}, t(`ask.${side}`)), this.fields[i])),
      el("label", { class: "test" }, el("span", {}, t("ask.test")), this.tests),
      el("div", { class: "buttons" }, el("button", { type: "submit" }, t("ask.box.set")), el("button", { type: "button", onclick: () => this.answers.draw() }, t("ask.draw"))), this.fault);
    return this.form;
  }

  typed() {
    const values = this.fields.map(({ value }) => numberIn(value));
    const fault = faultOf(values);
    this.fault.textContent = fault ? t(fault) : "";
    this.fields.forEach((field, i) => field.setAttribute("aria-invalid", String(fault !== null && !Number.isFinite(values[i]))));
    if (!fault) this.answers.change({ where: "box", box: rounded(values) });
  }

  typeRow(type, i) {
    const box = el("input", { type: "checkbox", checked: true, onchange: () => this.typesChanged() });
    const [events, people] = [el("td", {}), el("td", {})];
    const row = el("tr", {}, el("th", { scope: "row" }, el("label", {}, box, badge(type), el("span", {}, typeName(type)))), events, people);
    return { i, box, events, people, row };
  }

  typesChanged() {
    const on = [...this.types].filter(([, { box }]) => box.checked).map(([type]) => type);
    this.answers.change({ types: on.length === this.types.size ? null : new Set(on) });
  }

  totals() {
    const details = el("details", { class: "totals", open: this.open.totals }, el("summary", {}, t("ask.totals")),
      el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("ask.type")), el("th", { scope: "col" }, t("ask.events")), el("th", { scope: "col" }, t("ask.people")))),
        el("tbody", {}, ...[...this.types.values()].map(({ row }) => row))), this.totalsNote);
    details.addEventListener("toggle", () => this.answers.sums(details.open));
    return details;
  }

  filters() {
    const { sources, data } = this;
    const changed = () => {
      const off = this.sourceBoxes.filter(({ checked }) => !checked);
      const on = new Set([...this.sourceBoxes.filter(({ checked }) => checked).map(({ value }) => value), ...sources.slice(MOST_SOURCES).map(([name]) => name)]);
      this.answers.change({ sources: off.length === 0 ? null : on });
    };
    this.sourceBoxes = sources.slice(0, MOST_SOURCES).map(([source]) => el("input", { type: "checkbox", value: source, checked: true, onchange: changed }));
    this.least = el("select", { onchange: () => this.answers.change({ least: Number(this.least.value) }) },
      ...LEAST.map((share) => el("option", { value: share }, share === 0 ? t("ask.sure.any") : t("ask.sure.least", { n: share }))));
    this.exact = el("input", { type: "checkbox", onchange: () => this.answers.change({ exact: this.exact.checked }) });
    const some = sources.length > 1 && el("fieldset", {}, el("legend", {}, t("ask.sources")), el("div", { class: "sources" },
      ...this.sourceBoxes.map((box, i) => el("label", {}, box, sources[i][0] ? words(sources[i][0]) : el("span", {}, t("source.none")), el("small", {}, number(sources[i][1]))))),
      sources.length > MOST_SOURCES && el("p", { class: "minor" }, t("ask.sources.more", { n: sources.length - MOST_SOURCES })));
    return el("details", { class: "filters", open: this.open.filters }, el("summary", {}, t("ask.filters")),
      data.events.sure && el("label", { class: "least" }, el("span", {}, t("ask.sure")), this.least),
      el("label", {}, this.exact, el("span", {}, t("ask.exact"))), some);
  }

  files() {
    const button = (name, run) => el("button", { type: "button", onclick: run }, t(name));
    return el("div", { class: "files buttons", role: "group", "aria-label": t("ask.files") }, button("ask.csv", () => this.answers.file("csv")), button("ask.geojson", () => this.answers.file("geojson")),
      button("ask.link", () => this.answers.link()));
  }

  /** Brings the panel in line with a question. @param {import("./answer.js").Question} question */
  show(question) {
    this.question = question;
    if (!this.radios) return;
    const { where, box, test, types, sources, least, exact } = question;
    this.radios[where].checked = true;
    this.form.hidden = where !== "box";
    this.tests.value = test;
    if (box) this.fields.forEach((field, i) => { if (document.activeElement !== field || Number(field.value) !== box[i]) field.value = String(box[i]); });
    this.fault.textContent = "";
    for (const [type, row] of this.types) row.box.checked = !types || types.has(type);
    this.sourceBoxes.forEach((one) => { one.checked = !sources || sources.has(one.value); });
    this.least.value = String(least);
    this.exact.checked = exact;
    this.said.textContent = said(this.data, question);
  }

  /** Lets the numbers be typed before there is a rectangle. */
  ask() {
    if (!this.radios) return;
    this.radios.box.checked = true;
    this.form.hidden = false;
  }

  /**
   * The counts of the answer by type, and of people where the totals are open.
   * @param {{events: Uint32Array, people: Map<string, string> | null, tooMany: boolean, narrowed: boolean}} counts
   */
  count(counts) {
    this.counts = counts;
    for (const [type, row] of this.types) {
      const n = counts.events[row.i];
      row.row.hidden = n === 0 && (!this.question?.types || this.question.types.has(type));
      row.events.textContent = number(n);
      row.people.textContent = counts.people?.get(type) ?? "";
    }
    this.totalsNote.textContent = counts.tooMany ? t("ask.totals.many") : t("ask.totals.rule");
    this.clear.hidden = !counts.narrowed;
  }

  /** Says how something went. @param {string} text */
  tell(text) {
    this.note.textContent = text;
  }
}

/** A number as it is typed, with a comma or a point, in Latin or Arabic digits; NaN when it is none. @param {string} text */
function numberIn(text) {
  const plain = text.trim().replace(/[٠-٩]/g, (digit) => digit.charCodeAt(0) - 0x660).replace(/[۰-۹]/g, (digit) => digit.charCodeAt(0) - 0x6f0).replace(/[,٫]/, ".").replace("−", "-");
  return /^[-+]?\d*\.?\d+$/.test(plain) ? Number(plain) : NaN;
}

/** Sources with how many events they have, the most first. @param {import("./data.js").Data} data @returns {[string, number][]} */
function sourcesOf({ bulletins, events }) {
  const perBulletin = new Uint32Array(bulletins.length);
  for (let row = 0; row < events.n; row += 1) perBulletin[events.bulletin[row]] += 1;
  const counts = new Map();
  bulletins.forEach((bulletin, i) => counts.set(sourceOf(bulletin), (counts.get(sourceOf(bulletin)) ?? 0) + perBulletin[i]));
  return [...counts].sort((a, b) => b[1] - a[1]);
}
