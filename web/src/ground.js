// The base map's outlines, drawn straight from their columns (geomap/webmap/ground.py makes them: steps on the map of the world).
import L from "./leaflet.js";

/** Parts with shapes, in the order in which their rings stand. */
const SHAPED = ["countries", "outlines", "rivers"];

/** Pixels, squared, within which a point says nothing more than the one before it. */
const CLOSE = 2;

/** Pixels beyond what is drawn to which a ring is drawn whole: cutting takes longer than what it saves. */
const FAR = 4000;

/**
 * @typedef {{around: number, x: Int32Array, y: Int32Array, first: Int32Array, west: Int32Array, east: Int32Array, north: Int32Array,
 *   south: Int32Array}} Rings
 *   steps, of which the world is `around` wide; a row each point, but from `first` on a row each ring: its first point, its frame
 */

/**
 * @param {{around: number, towns: object[], countries: object[], outlines: object[], rivers: object[]}} base of the page's head
 * @param {{x: Int32Array, y: Int32Array}} points
 * @param {Record<"n" | "west" | "east" | "north" | "south", Int32Array>} frames
 * @returns {{rings: Rings, towns: object[], countries: object[], outlines: object[], rivers: object[]}} `shape` of a feature: rows of its rings
 */
export function groundOf({ around, towns, ...parts }, { x, y }, { n, ...frames }) {
  const first = new Int32Array(n.length + 1);
  for (let row = 0; row < n.length; row += 1) first[row + 1] = first[row] + n[row];
  let row = 0;
  for (const feature of SHAPED.flatMap((part) => parts[part])) feature.shape = Array.from({ length: feature.shape }, () => row++);
  return { rings: { around, x, y, first, ...frames }, towns, ...parts };
}

/** Whether a point lies within what some rings enclose. @param {Rings} rings @param {number[]} rows @param {number} px steps @param {number} py */
export function isWithin({ x, y, first, west, east, north, south }, rows, px, py) {
  let isInside = false;
  for (const row of rows) {
    if (px < west[row] || px > east[row] || py < north[row] || py > south[row]) continue;
    for (let i = first[row], last = first[row + 1] - 1; i < first[row + 1]; last = i, i += 1) {
      if (y[i] > py !== y[last] > py && px < x[i] + ((x[last] - x[i]) * (py - y[i])) / (y[last] - y[i])) isInside = !isInside;
    }
  }
  return isInside;
}

/** Steps in a pixel of the map's layer. @param {Rings} rings @param {L.Map} map */
export function stepsInPixel({ around }, map) {
  return around / (256 * 2 ** map.getZoom());
}

/** One path for all rings of a kind: an element and some thousands of points each would take longer than all else of the picture. */
export const Ground = L.Path.extend({
  options: { interactive: false, closed: true },

  /** @param {Rings} rings @param {number[]} rows of those drawn @param {L.PathOptions & {closed?: boolean}} options */
  initialize(rings, rows, options) {
    L.setOptions(this, options);
    Object.assign(this, { rings, rows });
  },

  _project() {},

  _update() {
    const { _map: map, _renderer: renderer, rings, options } = this;
    const view = { scale: 1 / stepsInPixel(rings, map), origin: map.getPixelOrigin(), bounds: wider(renderer._bounds, 2 * options.weight),
      reach: wider(renderer._bounds, FAR) };
    const path = [];
    for (const row of this.rows) draw(path, rings, row, view, options.closed);
    renderer._setPath(this, path.join(" ") || "M0 0");
  },
});

function wider({ min, max }, room) {
  return L.bounds(min.subtract([room, room]), max.add([room, room]));
}

/** Adds what of a ring is to be drawn to a path, pixels of the layer. @param {(string | number)[]} path */
function draw(path, rings, row, { scale, origin, bounds, reach }, isClosed) {
  const frame = L.bounds([rings.west[row] * scale - origin.x, rings.north[row] * scale - origin.y],
    [rings.east[row] * scale - origin.x, rings.south[row] * scale - origin.y]);
  if (!bounds.intersects(frame)) return;
  const close = isClosed ? "z" : "";
  if (reach.contains(frame)) {
    addSteps(path, rings, row, scale, origin);
    path.push(close);
    return;
  }
  const line = thinned(rings, row, scale, origin);
  const parts = isClosed ? [L.PolyUtil.clipPolygon(line, bounds, true)] : pieces(line, bounds);
  for (const part of parts) if (part.length > 0) path.push(`M${part.map(({ x, y }) => `${x} ${y}`).join("L")}${close}`);
}

/** Adds a whole ring, each point as its way from the one before: small numbers are written and read soonest. */
function addSteps(path, { x, y, first }, row, scale, origin) {
  // One by one, here and below: code that has not run often takes a list apart as slowly as it makes one.
  const end = first[row + 1];
  let i = first[row];
  let lastX = Math.round(x[i] * scale - origin.x);
  let lastY = Math.round(y[i] * scale - origin.y);
  path.push("M", lastX, lastY, "l", 0, 0);
  for (i += 1; i < end; i += 1) {
    const dx = Math.round(x[i] * scale - origin.x) - lastX;
    const dy = Math.round(y[i] * scale - origin.y) - lastY;
    if (dx * dx + dy * dy < CLOSE && i < end - 1) continue;
    path.push(dx, dy);
    lastX += dx;
    lastY += dy;
  }
}

/** Points of a ring, none where another one lies. */
function thinned({ x, y, first }, row, scale, origin) {
  const found = [];
  let last = L.point(Infinity, Infinity);
  for (let i = first[row]; i < first[row + 1]; i += 1) {
    const px = Math.round(x[i] * scale - origin.x);
    const py = Math.round(y[i] * scale - origin.y);
    if ((px - last.x) ** 2 + (py - last.y) ** 2 < CLOSE && i < first[row + 1] - 1) continue;
    found.push(last = L.point(px, py));
  }
  return found;
}

/** Pieces of a line that lie within bounds. */
function pieces(line, bounds) {
  const found = [];
  let last = null;
  for (let i = 1; i < line.length; i += 1) {
    const cut = L.LineUtil.clipSegment(line[i - 1], line[i], bounds, false, true);
    if (!cut) continue;
    if (last && last[last.length - 1].equals(cut[0])) last.push(cut[1]);
    else found.push(last = [...cut]);
  }
  return found;
}
