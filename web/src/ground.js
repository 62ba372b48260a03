// The base map's outlines, drawn straight from their columns (geomap/webmap/ground.py packs them as whole steps, one for each axis).
import L from "./leaflet.js";

import { heightOf } from "./mercator.js";

/** Parts with shapes, in the order in which their points stand. */
const SHAPED = ["countries", "outlines", "rivers"];

/** Pixels, squared, within which a point says nothing more than the one before it. */
const CLOSE = 2;

/** @typedef {{start: number, end: number, west: number, east: number, north: number, south: number}} Ring rows of its points, and its frame on the world map */
/** @typedef {{x: Float64Array, y: Float64Array}} Points pixels of the world map at zoom 0 */

/**
 * @param {{steps: number, towns: object[], countries: object[], outlines: object[], rivers: object[]}} base of the page's head
 * @param {{x: Int32Array, y: Int32Array}} columns
 * @returns {{points: Points, towns: object[], countries: object[], outlines: object[], rivers: object[]}} `shape` of a feature: its rings
 */
export function groundOf(base, columns) {
  const points = { x: Float64Array.from(columns.x), y: Float64Array.from(columns.y) };
  for (let i = 0; i < points.x.length; i += 1) {
    points.x[i] = (points.x[i] / base.steps + 180) * (256 / 360);
    points.y[i] = heightOf(points.y[i] / base.steps);
  }
  let at = 0;
  const ring = (n) => framed(points, at, (at += n));
  const shaped = SHAPED.map((part) => [part, base[part].map((feature) => ({ ...feature, shape: feature.shape.flat().map(ring) }))]);
  return { points, towns: base.towns, ...Object.fromEntries(shaped) };
}

/** @returns {Ring} */
function framed({ x, y }, start, end) {
  let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = start; i < end; i += 1) {
    if (x[i] < west) west = x[i];
    if (x[i] > east) east = x[i];
    if (y[i] < north) north = y[i];
    if (y[i] > south) south = y[i];
  }
  return { start, end, west, east, north, south };
}

/** One path for all rings of a kind: an element and some thousands of points each would take longer than all else of the picture. */
export const Ground = L.Path.extend({
  options: { interactive: false, closed: true },

  /** @param {Points} points @param {Ring[]} rings @param {L.PathOptions & {closed?: boolean}} options */
  initialize(points, rings, options) {
    L.setOptions(this, options);
    Object.assign(this, { points, rings });
  },

  _project() {},

  _update() {
    const { _map: map, _renderer: renderer, points, options } = this;
    const [origin, scale] = [map.getPixelOrigin(), 2 ** map.getZoom()];
    const room = 2 * options.weight;
    const bounds = L.bounds(renderer._bounds.min.subtract([room, room]), renderer._bounds.max.add([room, room]));
    const parts = this.rings.flatMap((ring) => seen(points, ring, scale, origin, bounds, options.closed));
    renderer._setPath(this, parts.map((part) => `M${part.map(({ x, y }) => `${x} ${y}`).join("L")}${options.closed ? "z" : ""}`).join("") || "M0 0");
  },
});

/** What of a ring is to be drawn, pixels of the layer. @param {L.Bounds} bounds of what is drawn @returns {L.Point[][]} */
function seen(points, ring, scale, origin, { min, max }, isClosed) {
  const [left, right] = [ring.west * scale - origin.x, ring.east * scale - origin.x];
  const [top, bottom] = [ring.north * scale - origin.y, ring.south * scale - origin.y];
  if (left > max.x || right < min.x || top > max.y || bottom < min.y) return [];
  const all = thinned(points, ring, scale, origin);
  if (left >= min.x && right <= max.x && top >= min.y && bottom <= max.y) return [all];
  const bounds = L.bounds(min, max);
  if (isClosed) {
    const part = L.PolyUtil.clipPolygon(all, bounds, true);
    return part.length > 0 ? [part] : [];
  }
  return pieces(all, bounds);
}

/** Points of a ring, none where another one lies. */
function thinned({ x, y }, { start, end }, scale, origin) {
  const found = [];
  let [lastX, lastY] = [Infinity, Infinity];
  for (let i = start; i < end; i += 1) {
    const [px, py] = [Math.round(x[i] * scale - origin.x), Math.round(y[i] * scale - origin.y)];
    const far = (px - lastX) ** 2 + (py - lastY) ** 2;
    if (far < CLOSE && i < end - 1) continue;
    found.push(L.point(px, py));
    [lastX, lastY] = [px, py];
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
