// How an arrow is painted: a casing, a line as wide as its figure, a head.
import { look } from "./symbols.js";
import { colours } from "./theme.js";

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{x: number, y: number}[]} points its way, to where the head begins
 * @param {{type: string, width: number, dashed: boolean, total: boolean, planned: boolean, dash?: number[]}} how
 */
export function paintShaft(pen, points, { type, width, dashed, total, planned, dash = [5, 5] }) {
  const line = (weight, colour, dashes) => {
    Object.assign(pen, { lineWidth: weight, strokeStyle: colour, lineCap: "butt", lineJoin: "round" });
    pen.setLineDash(dashes);
    pen.stroke();
  };
  pen.globalAlpha = planned ? 0.6 : 0.92;
  pen.beginPath();
  points.forEach(({ x, y }, i) => (i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  line(width + 3, colours.casing, []);
  line(width, look(type).colour, dashed ? dash : []);
  // A running total is hollow: it is not to be compared by width.
  if (total) line(Math.max(1, width - 2.2), colours.casing, []);
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/** @param {{x: number, y: number}[]} corners the tip first */
export function paintHead(pen, corners, { type, total, planned }) {
  pen.globalAlpha = planned ? 0.6 : 1;
  pen.beginPath();
  corners.forEach(({ x, y }, i) => (i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  pen.closePath();
  Object.assign(pen, { fillStyle: total ? colours.casing : look(type).colour, strokeStyle: total ? look(type).colour : colours.casing, lineWidth: total ? 1.6 : 1.2 });
  pen.stroke();
  pen.fill();
  pen.globalAlpha = 1;
}

/** Many arrows of one look. @param {Path2D} shafts @param {Path2D} heads */
export function paintAlike(pen, shafts, heads, { type, width, dashed, total, planned, faint }) {
  pen.globalAlpha = (planned ? 0.5 : 0.8) * (faint ? 0.2 : 1);
  Object.assign(pen, { lineWidth: width, strokeStyle: look(type).colour, fillStyle: total ? colours.casing : look(type).colour, lineCap: "butt" });
  pen.setLineDash(dashed ? [5, 5] : []);
  pen.stroke(shafts);
  pen.setLineDash([]);
  pen.fill(heads);
  if (total) {
    pen.lineWidth = 1;
    pen.stroke(heads);
  }
  pen.globalAlpha = 1;
}

/** The triangle of a head. @returns {{x: number, y: number}[]} */
export function headOf(tip, angle, size, spread) {
  const corner = (turn) => ({ x: tip.x - size * Math.cos(angle + turn), y: tip.y - size * Math.sin(angle + turn) });
  return [tip, corner(spread), corner(-spread)];
}
