// The base map's outlines, as Leaflet wants them: geomap/webmap/ground.py packs them as whole steps, one column for each axis.

/** @typedef {[number, number][][][]} Rings latitude first: polygons of rings, or of one line each */

/** Parts with shapes, in the order in which their points stand. */
const SHAPED = ["countries", "outlines", "rivers"];

/**
 * @param {{steps: number, towns: object[], countries: object[], outlines: object[], rivers: object[]}} base of the page's head
 * @param {{x: Int32Array, y: Int32Array}} points
 */
export function groundOf(base, { x, y }) {
  let at = 0;
  const ring = (n) => {
    const end = at + n;
    const found = [];
    for (; at < end; at += 1) found.push([y[at] / base.steps, x[at] / base.steps]);
    return found;
  };
  const shaped = SHAPED.map((part) => [part, base[part].map((feature) => ({ ...feature, shape: feature.shape.map((rings) => rings.map(ring)) }))]);
  return { towns: base.towns, ...Object.fromEntries(shaped) };
}
