// The circles within which places of marks truly lie, where they are larger than the mark.
import { AREA } from "./data.js";

/** Pixels of a radius that are worth a circle: more than a mark, less than the screen. */
const LEAST = 15;
const MOST = 600;

/** Kilometres around the Earth at the equator of the map's sphere. */
const AROUND = 40075.017;

/** @param {import("./scene.js").Desk} desk @param {import("./data.js").Entry[]} entries @param {number} zoom */
export function paintCircles({ pen, data, at }, entries, zoom) {
  const { reach, flags, lat } = data.places;
  if (!reach) return;
  const places = new Set(entries.flatMap(({ mark }) => mark.places).filter((row) => flags[row] === 0 && reach[row] > 0));
  pen.save();
  pen.setLineDash([5, 4]);
  Object.assign(pen, { lineWidth: 1.2, strokeStyle: "#5c6770", fillStyle: "rgb(92 103 112 / 6%)" });
  for (const row of places) {
    const pixels = ((reach[row] / 10) * 256 * 2 ** zoom) / (AROUND * Math.cos((lat[row] / 100000) * (Math.PI / 180)));
    if (pixels < LEAST || pixels > MOST) continue;
    const { x, y } = at(row);
    pen.beginPath();
    pen.arc(x, y, pixels, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }
  pen.restore();
}

/** Whether any place is known within a radius only. @param {import("./data.js").Data} data */
export function hasCircles({ places: { reach, flags, n } }) {
  for (let row = 0; reach && row < n; row += 1) if (reach[row] > 0 && (flags[row] & AREA) === 0) return true;
  return false;
}
