// Colour and sign of each type. Colours after Paul Tol's "muted" scheme, moved apart until readers with any colour vision tell
// each two of them apart, on light and on dark ground (tests/test_webmap_looks.py measures it); the sign says the type again.
import { svg } from "./dom.js";
import { ICONS } from "./icons.js";
import { direction } from "./strings.js";
import { colours, isDark } from "./theme.js";

const DARK = "#1d2b36";
const LIGHT = "#ffffff";

/** Colours of types on light ground and on dark. @type {Record<string, [string, string]>} */
export const COLOURS = {
  __proto__: null, // so that a type called "constructor" is none of these
  return: ["#3f2c78", "#8c7ff0"],
  displacement: ["#d97594", "#f2a8b8"],
  crossing: ["#176f53", "#26ba69"],
  evacuation: ["#b86ecb", "#c060b5"],
  ceasefire_violation: ["#651344", "#e471ac"],
  demining: ["#8a8021", "#a9ac3b"],
  medical_assistance: ["#88ccee", "#87c8e6"],
  humanitarian_aid: ["#1d4921", "#468536"],
  reconstruction: ["#e0bf78", "#faddbb"],
  statement: ["#cecaca", "#ecedef"],
  other: ["#576486", "#80746f"],
};

/** Types that the reader's own rules add all look alike; the legend and the cards name them. */
const OWN = ["#7a4b1e", "#c98d52"];

/** Signs that are no icons of OCHA, in a box of 16: a dot, and a star for types of the reader's own. */
const DOT = { width: 16, height: 16, path: "M8 4a4 4 0 1 1-.01 0" };
const STAR = { width: 16, height: 16, path: "M8 1.2 10 6l5 .4-3.8 3.3 1.2 5L8 12l-4.4 2.7 1.2-5L1 6.4 6 6z" };

/** Radius of a disc, and how much of its width the sign takes. */
export const RADIUS = 12;
const SHARE = 1.28;

/** How types look on light ground and on dark: asked for with each stroke, reckoned once. */
const looks = [new Map(), new Map()];

/** @returns {{colour: string, ink: string, icon: {width: number, height: number, path: string}}} ink: of a sign on the colour */
export function look(type) {
  const ground = isDark() ? 1 : 0;
  if (!looks[ground].has(type)) {
    const colour = (COLOURS[type] ?? OWN)[ground];
    const ink = contrast(colour, LIGHT) >= contrast(colour, DARK) ? LIGHT : DARK;
    looks[ground].set(type, { colour, ink, icon: ICONS[type] ?? (type === "other" ? DOT : STAR) });
  }
  return looks[ground].get(type);
}

/** Contrast of two colours as WCAG reckons it. */
function contrast(one, other) {
  const [dark, light] = [brightness(one), brightness(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function brightness(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** How a disc is made. @typedef {{fill: string, line: string | null, pen: string, r: number, dash: number[]}} Made line: its edge */

/** @returns {Made} hollow and planned discs are a ring of the colour; their sign is as dark as the ground needs it */
function made(type, r, { hollow, planned }) {
  const { colour, ink } = look(type);
  if (!hollow && !planned) return { fill: colour, line: null, pen: ink, r, dash: [] };
  const pen = contrast(colour, colours.casing) >= 3 ? colour : colours.ink;
  return { fill: colours.casing, line: pen, pen, r: r - 0.6, dash: planned ? [1.5, 3] : [] };
}

/** Scale and corner of a sign within a disc. */
function placed({ width, height }, r) {
  const scale = (r * SHARE) / Math.max(width, height);
  return { scale, x: (-width * scale) / 2, y: (-height * scale) / 2 };
}

/**
 * A disc with the sign of a type, centred on (x, y).
 * @param {string} type
 * @param {{x?: number, y?: number, r?: number, hollow?: boolean, planned?: boolean}} [options] hollow: the place was inferred;
 *   planned: it has not happened
 */
function disc(type, { x = 0, y = 0, r = RADIUS, hollow = false, planned = false } = {}) {
  const { colour, icon } = look(type);
  const how = made(type, r, { hollow, planned });
  const at = placed(icon, r);
  return svg("g", { transform: `translate(${x} ${y})`, opacity: planned ? 0.75 : null },
    svg("circle", { r: how.r, fill: how.fill, stroke: how.line ?? colour, "stroke-width": how.line ? 1.8 : 0, "stroke-dasharray": how.dash.join(" ") || null }),
    svg("path", { d: icon.path, transform: `translate(${at.x} ${at.y}) scale(${at.scale})`, fill: how.pen }));
}

/** A picture of a type for lists and legends. */
export function badge(type, options = {}) {
  const r = options.r ?? 10;
  const size = 2 * r + 2;
  return svg("svg", { width: size, height: size, viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, "aria-hidden": "true", class: "badge" },
    disc(type, { ...options, r }));
}

const paths = new Map();
const stamps = new Map();

/** The same disc on a canvas, centred on (x, y). Each kind is drawn once and then stamped. @param {CanvasRenderingContext2D} pen */
export function paintDisc(pen, type, x, y, { hollow = false, planned = false, shared = false, fine = 1 } = {}) {
  const key = `${type}|${hollow}|${planned}|${shared}|${fine}|${isDark()}`;
  if (!stamps.has(key)) stamps.set(key, stamp(type, { hollow, planned, shared, fine }));
  const half = STAMP / 2;
  pen.drawImage(stamps.get(key), x - half, y - half, STAMP, STAMP);
}

/** Side of a stamp, pixels: a disc with its dashed ring. */
const STAMP = 34;

/** @param {{shared: boolean}} options shared: its figure belongs to several places */
function stamp(type, { hollow, planned, shared, fine }) {
  const canvas = new OffscreenCanvas(STAMP * fine, STAMP * fine);
  const pen = canvas.getContext("2d");
  pen.setTransform(fine, 0, 0, fine, (STAMP / 2) * fine, (STAMP / 2) * fine);
  const { colour, icon } = look(type);
  const how = made(type, RADIUS, { hollow, planned });
  if (planned) pen.globalAlpha = 0.75;
  circle(pen, 0, 0, RADIUS + 1.5, { fill: colours.casing });
  circle(pen, 0, 0, how.r, { fill: how.fill, stroke: how.line, width: 1.8, dash: how.dash });
  if (shared) circle(pen, 0, 0, RADIUS + 2.8, { stroke: colour, width: 1.4, dash: [3.5, 2.5] });
  const { scale, x, y } = placed(icon, RADIUS);
  pen.translate(x, y);
  pen.scale(scale, scale);
  if (!paths.has(icon.path)) paths.set(icon.path, new Path2D(icon.path));
  pen.fillStyle = how.pen;
  pen.fill(paths.get(icon.path));
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

/** A text with an edge in the ground's colour, so that it is read on anything. @param {CanvasRenderingContext2D} pen @param {CanvasTextAlign} align */
export function paintText(pen, text, x, y, { size = 12, align = "center", edge = 3.5 } = {}) {
  Object.assign(pen, { font: font(size), textAlign: align, direction: direction(), textBaseline: "middle", lineJoin: "round", lineWidth: edge,
    strokeStyle: colours.casing, fillStyle: colours.ink });
  pen.setLineDash([]);
  if (edge > 0) pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}
