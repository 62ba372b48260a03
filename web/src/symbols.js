// Colour and sign of each type. Colours after Paul Tol's "muted" scheme, which readers with any colour vision tell apart
// (its teal darker, so that white signs can be read on it; two greys added); the sign says the type a second time.
import { svg } from "./dom.js";

const DARK = "#1d2b36";
const LIGHT = "#ffffff";

/** Paths are drawn in a box of 16; `solid` ones are filled, the others stroked. */
export const LOOKS = {
  __proto__: null, // so that a type called "constructor" is none of these
  return: { colour: "#332288", ink: LIGHT, path: "M8 1.5v8M4.6 6.4 8 9.8l3.4-3.4M2 9.5v5h12v-5" },
  displacement: { colour: "#cc6677", ink: LIGHT, path: "M8 10V2M4.6 5.2 8 1.8l3.4 3.4M2 9.5v5h12v-5" },
  crossing: { colour: "#2f8f80", ink: LIGHT, path: "M1.5 8h13M4.8 4.8 1.6 8l3.2 3.2M11.2 4.8 14.4 8l-3.2 3.2" },
  evacuation: { colour: "#aa4499", ink: LIGHT, path: "M7 2H2v12h5M5.5 8h9M11 4.6 14.4 8 11 11.4" },
  ceasefire_violation: { colour: "#882255", ink: LIGHT, solid: true, path: "M9.4.8 3 9.2h4.1L5.9 15.2 13 6.4H8.6z" },
  demining: {
    colour: "#999933", ink: DARK,
    path: "M8 5a3 3 0 1 1-.01 0M8 1.2v2.6M8 12.2v2.6M1.2 8h2.6M12.2 8h2.6M3.2 3.2 5 5M11 11l1.8 1.8M12.8 3.2 11 5M5 11l-1.8 1.8",
  },
  medical_assistance: { colour: "#88ccee", ink: DARK, solid: true, path: "M6 2h4v4h4v4h-4v4H6v-4H2V6h4z" },
  humanitarian_aid: { colour: "#117733", ink: LIGHT, path: "M2 5 8 2l6 3v6.2L8 14.2l-6-3zM2 5l6 3 6-3M8 8v6" },
  reconstruction: { colour: "#ddcc77", ink: DARK, solid: true, path: "M8 1.8 1.6 8h2v6.2h3.2v-4h2.4v4h3.2V8h2z" },
  statement: { colour: "#c4c9cd", ink: DARK, path: "M2 3h12v7.6H7.4L4 13.6v-3H2z" },
  other: { colour: "#5c6770", ink: LIGHT, path: "M8 4.6a3.4 3.4 0 1 1-.01 0" },
};

/** Types that the reader's own rules add all look alike; the legend and the cards name them. */
const OWN = { colour: "#7a4b1e", ink: LIGHT, solid: true, path: "M8 1.2 10 6l5 .4-3.8 3.3 1.2 5L8 12l-4.4 2.7 1.2-5L1 6.4 6 6z" };

export function look(type) {
  return LOOKS[type] ?? OWN;
}

/**
 * A disc with the sign of a type, centred on (x, y).
 * @param {string} type
 * @param {{x?: number, y?: number, r?: number, hollow?: boolean, planned?: boolean, shared?: boolean}} [options]
 *   hollow: the place was inferred; planned: it has not happened; shared: its figure belongs to several places
 */
export function disc(type, { x = 0, y = 0, r = 11, hollow = false, planned = false, shared = false } = {}) {
  const { colour, ink, path, solid } = look(type);
  const pen = hollow || planned ? mixed(colour) : ink;
  const scale = (r * 1.16) / 16;
  return svg(
    "g",
    { transform: `translate(${x} ${y})`, opacity: planned ? 0.75 : null },
    svg("circle", { r: r + 1.5, fill: LIGHT }),
    svg("circle", {
      r: hollow || planned ? r - 0.6 : r,
      fill: hollow || planned ? LIGHT : colour,
      stroke: hollow || planned ? colour : "none",
      "stroke-width": 1.8,
      "stroke-dasharray": planned ? "1.5 3" : null,
    }),
    shared && svg("circle", { r: r + 2.6, fill: "none", stroke: colour, "stroke-width": 1.4, "stroke-dasharray": "3.5 2.5" }),
    svg("path", {
      d: path,
      transform: `scale(${scale}) translate(-8 -8)`,
      fill: solid ? pen : "none",
      stroke: solid ? "none" : pen,
      "stroke-width": 1.7,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
}

/** A colour dark enough to be read on white. */
function mixed(colour) {
  return ["#88ccee", "#ddcc77", "#c4c9cd", "#999933"].includes(colour) ? DARK : colour;
}

/** A picture of a type for lists and legends. */
export function badge(type, options = {}) {
  const r = options.r ?? 9;
  const size = 2 * r + 4;
  return svg(
    "svg",
    { width: size, height: size, viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, "aria-hidden": "true", class: "badge" },
    disc(type, { ...options, r }),
  );
}
