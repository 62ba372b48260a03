// The state of the page in its link: written so that a person can read it, read as if somebody hostile had written it.
import { LEAST, openQuestion } from "./answer.js";
import { BOX_TESTS, faultOf, rounded } from "./box.js";

/** Characters of one part of a link, and parts of a list, that are read at most. */
const LONGEST = 400;
const MOST = 200;

const DAY = /^\d{4}-\d\d-\d\d$/;

/**
 * All that a link tells; what it does not tell is null.
 * @typedef {{map: [number, number, number] | null, question: import("./answer.js").Question, days: [number, number] | null,
 *   layers: {on: string[], off: string[]}, figures: string | null, event: string | null}} State
 *   map: zoom, latitude, longitude; days: since 1970, both included; event: id of the one that is open
 */

/** @param {State} state @returns {string} without the "#" */
export function written({ map, question, days, layers, figures, event }) {
  const { where, box, test, words, types, sources, least, exact } = question;
  const list = (values) => values && [...values].map(coded).join(",");
  const changed = [...layers.on.map((id) => `+${coded(id)}`), ...layers.off.map((id) => `-${coded(id)}`)];
  const parts = [
    ["map", map && `${trimmed(map[0], 2)}/${trimmed(map[1], 4)}/${trimmed(map[2], 4)}`],
    ["where", where !== "all" && where],
    ["box", box && box.join(",")],
    ["test", test !== BOX_TESTS[0] && test],
    ["days", days && days.map(isoOf).join("..")],
    ["text", words && coded(words)],
    ["types", types && (list(types) || "-")],
    ["sources", sources && (list(sources) || "-")],
    ["sure", least > 0 && String(least)],
    ["exact", exact && "1"],
    ["layers", changed.length > 0 && changed.join(",")],
    ["figures", figures],
    ["event", event && coded(event)],
  ];
  return parts.filter(([, value]) => value).map(([name, value]) => `${name}=${value}`).join("&");
}

/** A text as a part of a link; halves of letters, which no link can hold, become the sign for what is unknown. */
function coded(text) {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function trimmed(value, digits) {
  return String(Number(value.toFixed(digits)));
}

/** Reads a link; what cannot be meant is passed over. @param {string} hash with or without "#" @returns {State} */
export function read(hash) {
  const parts = new Map(hash.replace(/^#/, "").split("&").slice(0, 40).map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]));
  const get = (name) => (parts.get(name) ?? "").slice(0, LONGEST * 20);
  const one = (name, allowed, none) => (allowed.includes(get(name)) ? get(name) : none);
  const list = (name) => (parts.has(name) ? get(name).split(",").slice(0, MOST).map(plain).filter((value) => value !== null) : null);
  const set = (name) => (get(name) === "-" ? new Set() : list(name) && new Set(list(name)));
  const layers = list("layers") ?? [];
  const box = boxIn(get("box"));
  const where = one("where", ["all", "view", "box"], box ? "box" : "all");
  return {
    map: mapIn(get("map")),
    question: { ...openQuestion(), where: where === "box" && !box ? "all" : where, box, test: one("test", BOX_TESTS, BOX_TESTS[0]),
      words: (plain(get("text")) ?? "").slice(0, LONGEST), types: set("types"), sources: set("sources"),
      least: Number(one("sure", LEAST.map(String), "0")), exact: get("exact") === "1" },
    days: daysIn(get("days")),
    layers: { on: changes(layers, "+"), off: changes(layers, "-") },
    figures: one("figures", ["both", "day", "total"], null),
    event: plain(get("event")) || null,
  };
}

/** @returns {string | null} null when it is not written as a link has to be */
function plain(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

function changes(layers, sign) {
  return layers.filter((layer) => layer.startsWith(sign)).map((layer) => layer.slice(1));
}

/** Numbers of a text; others than plain decimals are none. */
function numbersIn(text, between) {
  return text.split(between).map((part) => (/^-?\d{1,3}(\.\d{1,12})?$/.test(part) ? Number(part) : NaN));
}

function mapIn(text) {
  const [zoom, lat, lon, ...more] = numbersIn(text, "/");
  const fits = more.length === 0 && zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 90 && Math.abs(lon) <= 540;
  return fits ? [zoom, lat, lon] : null;
}

function boxIn(text) {
  const values = numbersIn(text, ",");
  return faultOf(values) === null ? rounded(values) : null;
}

function daysIn(text) {
  const days = text.split("..").map((day) => (DAY.test(day) ? Math.round(Date.parse(`${day}T00:00:00Z`) / 86400000) : NaN));
  return days.length === 2 && days.every(Number.isFinite) && days[0] <= days[1] ? [days[0], days[1]] : null;
}

function isoOf(day) {
  return new Date(day * 86400000).toISOString().slice(0, 10);
}
