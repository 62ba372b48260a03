// Colour and sign of each type. Colours after Paul Tol's "muted" scheme, which readers with any colour vision tell apart
// (its teal darker, so that white signs can be read on it; two greys added); the sign says the type a second time.
import { svg } from "./dom.js";
import { direction } from "./strings.js";

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

const paths = new Map();
const stamps = new Map();

/** The same disc on a canvas, centred on (x, y). Each kind is drawn once and then stamped. @param {CanvasRenderingContext2D} pen */
export function paintDisc(pen, type, x, y, { hollow = false, planned = false, shared = false, fine = 1 } = {}) {
  const key = `${type}|${hollow}|${planned}|${shared}|${fine}`;
  if (!stamps.has(key)) stamps.set(key, stamp(type, { hollow, planned, shared, fine }));
  const half = STAMP / 2;
  pen.drawImage(stamps.get(key), x - half, y - half, STAMP, STAMP);
}

/** Side of a stamp, pixels: a disc of radius 11 with its dashed ring. */
const STAMP = 32;

function stamp(type, { hollow, planned, shared, fine }) {
  const canvas = document.createElement("canvas");
  canvas.width = STAMP * fine;
  canvas.height = STAMP * fine;
  const pen = canvas.getContext("2d");
  pen.setTransform(fine, 0, 0, fine, (STAMP / 2) * fine, (STAMP / 2) * fine);
  const { colour, ink, path, solid } = look(type);
  const [r, empty] = [11, hollow || planned];
  if (planned) pen.globalAlpha = 0.75;
  circle(pen, 0, 0, r + 1.5, { fill: LIGHT });
  circle(pen, 0, 0, empty ? r - 0.6 : r, { fill: empty ? LIGHT : colour, stroke: empty ? colour : null, width: 1.8, dash: planned ? [1.5, 3] : [] });
  if (shared) circle(pen, 0, 0, r + 2.6, { stroke: colour, width: 1.4, dash: [3.5, 2.5] });
  const scale = (r * 1.16) / 16;
  pen.scale(scale, scale);
  pen.translate(-8, -8);
  if (!paths.has(path)) paths.set(path, new Path2D(path));
  Object.assign(pen, { fillStyle: empty ? mixed(colour) : ink, strokeStyle: empty ? mixed(colour) : ink, lineWidth: 1.7, lineCap: "round", lineJoin: "round" });
  pen.setLineDash([]);
  if (solid) pen.fill(paths.get(path));
  else pen.stroke(paths.get(path));
  return canvas;
}

/** @param {CanvasRenderingContext2D} pen @param {{fill?: string | null, stroke?: string | null, width?: number, dash?: number[], alpha?: number}} look */
export function circle(pen, x, y, r, { fill = null, stroke = null, width = 1, dash = [], alpha = 1 }) {
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
  if (fill) {
    pen.globalAlpha *= alpha;
    pen.fillStyle = fill;
    pen.fill();
    pen.globalAlpha /= alpha;
  }
  if (!stroke) return;
  Object.assign(pen, { strokeStyle: stroke, lineWidth: width });
  pen.setLineDash(dash);
  pen.stroke();
}

/** Letters of the picture. */
export function font(size, weight = 700) {
  return `${weight} ${size}px system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif`;
}

/** A text with a light edge, so that it is read on any ground. @param {CanvasRenderingContext2D} pen @param {CanvasTextAlign} align */
export function paintText(pen, text, x, y, { size = 12, align = "center", edge = 3.5 } = {}) {
  Object.assign(pen, { font: font(size), textAlign: align, direction: direction(), textBaseline: "middle", lineJoin: "round", lineWidth: edge, strokeStyle: LIGHT, fillStyle: DARK });
  pen.setLineDash([]);
  if (edge > 0) pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}
