// The search field: it filters by words while somebody types, and offers the places of that name to go to.
import { el, words } from "./dom.js";
import { fold } from "./fold.js";
import { t } from "./strings.js";
import { placeType } from "./words.js";

/** Places that are offered. */
const MOST = 8;

/** Milliseconds of rest after which the words are looked for. */
const REST = 180;

/** @typedef {{name: string, kind: string, n: number, rows: number[], at: number[] | null}} Goal rows: of places; at: a point of the base map */

export class Finder {
  /**
   * @param {import("./data.js").Data} data
   * @param {import("./search.js").TextIndex} index
   * @param {{search: (text: string) => void, go: (goal: Goal) => void}} answer
   */
  constructor(data, index, answer) {
    Object.assign(this, { data, index, answer, goals: [], chosen: -1, waiting: 0 });
    this.input = el("input", { type: "search", id: "geomap-find", role: "combobox", autocomplete: "off", spellcheck: "false", dir: "auto", maxlength: 400,
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "geomap-goals" });
    this.list = el("ul", { id: "geomap-goals", role: "listbox", hidden: true });
    this.node = el("div", { class: "find", role: "search" }, this.input, this.list);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.offer([]), 150));
    // A press takes the focus before it is a click.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  say() {
    this.input.setAttribute("aria-label", t("ask.find"));
    this.input.placeholder = t("ask.find");
    this.list.setAttribute("aria-label", t("ask.places"));
  }

  /** Shows words that come from elsewhere: a link. @param {string} text */
  set(text) {
    if (this.input.value !== text) this.input.value = text;
  }

  typed() {
    clearTimeout(this.waiting);
    const text = this.input.value;
    this.waiting = setTimeout(() => {
      this.answer.search(text.trim());
      this.suggest(text.trim());
    }, text.trim() === "" ? 0 : REST);
  }

  async suggest(text) {
    if (text === "") return void this.offer([]);
    await this.index.readNames();
    if (this.input.value.trim() === text && document.activeElement === this.input) this.offer(goalsOf(this.data, this.index, text));
  }

  /** @param {Goal[]} goals */
  offer(goals) {
    this.goals = goals;
    this.list.hidden = goals.length === 0;
    this.input.setAttribute("aria-expanded", String(goals.length > 0));
    this.list.replaceChildren(...goals.map((goal, i) => el("li", { role: "option", id: `geomap-goal-${i}`, "aria-selected": "false", onclick: () => this.take(i) },
      words(goal.name), " ", el("small", {}, goal.n > 0 ? t("ask.goal", { kind: goal.kind, n: goal.n }) : goal.kind))));
    this.choose(-1);
  }

  choose(i) {
    this.chosen = i;
    [...this.list.children].forEach((node, at) => node.setAttribute("aria-selected", String(at === i)));
    if (i < 0) this.input.removeAttribute("aria-activedescendant");
    else {
      this.input.setAttribute("aria-activedescendant", `geomap-goal-${i}`);
      this.list.children[i].scrollIntoView({ block: "nearest" });
    }
  }

  key(event) {
    const { goals, chosen } = this;
    if (event.key === "ArrowDown" && goals.length > 0) this.choose((chosen + 1) % goals.length);
    else if (event.key === "ArrowUp" && goals.length > 0) this.choose((chosen + goals.length) % goals.length);
    else if (event.key === "Enter" && chosen >= 0) this.take(chosen);
    else if (event.key === "Enter") this.offer([]);
    else if (event.key === "Escape" && goals.length > 0) this.offer([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(i) {
    const goal = this.goals[i];
    this.offer([]);
    clearTimeout(this.waiting);
    this.input.value = "";
    this.answer.search("");
    this.answer.go(goal);
  }
}

/** Places whose name holds a text, the best first. @param {import("./data.js").Data} data @param {import("./search.js").TextIndex} index @param {string} text @returns {Goal[]} */
export function goalsOf(data, index, text) {
  const asked = fold(text).trim();
  if (asked === "") return [];
  const found = new Map();
  const hits = index.placesNamed(asked);
  const counts = marksAt(data);
  // Of a table each row has a place of its own: those of one name are one goal.
  const isTable = data.placeRecords.size === 0;
  for (let row = 0; row < hits.length; row += 1) {
    if (hits[row] === 0) continue;
    const key = isTable ? data.places.name[row] : `#${row}`;
    const goal = found.get(key);
    if (goal) {
      goal.rows.push(row);
      goal.n += counts[row];
    } else found.set(key, { name: data.names[data.places.name[row]], kind: placeType(data.placeTypes[data.places.type[row]]), n: counts[row], rows: [row], at: null });
  }
  const named = new Set([...found.values()].map(({ name }) => name));
  const ground = [...data.base.towns.map(({ name, at }) => ({ name, at, kind: "town" })), ...data.base.outlines.map(({ name, label }) => ({ name, at: label, kind: "governorate" })),
    ...data.base.countries.filter(({ label }) => label).map(({ name, label }) => ({ name, at: label, kind: "country" }))];
  for (const { name, at, kind } of ground) {
    if (name && fold(name).includes(asked) && !named.has(name)) found.set(`ground ${name} ${at}`, { name, kind: placeType(kind), n: 0, rows: [], at });
  }
  const rank = ({ name, n }) => {
    const folded = fold(name);
    return (folded === asked ? 0 : folded.startsWith(asked) ? 1 : folded.includes(` ${asked}`) ? 2 : 3) - (n > 0 ? 0.5 : 0);
  };
  return [...found.values()].filter(({ name }) => name).sort((a, b) => rank(a) - rank(b) || b.n - a.n).slice(0, MOST);
}

/** How many marks stand at each place. */
function marksAt(data) {
  if (!data.marksAt) {
    const { marks, places } = data;
    data.marksAt = new Uint32Array(places.n);
    for (let m = 0; m < marks.n; m += 1) {
      data.marksAt[marks.to[m]] += 1;
      if (marks.from[m] !== marks.to[m]) data.marksAt[marks.from[m]] += 1;
    }
  }
  return data.marksAt;
}
