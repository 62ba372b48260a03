// Natural Earth countries as lines of text that a reader can skip through without parsing them.
import { feature } from "topojson-client";

/** Units in a degree: a thousandth is about 110 m, finer than the 1:10m outlines are true. */
const SCALE = 1000;

/**
 * One line a polygon, tab-separated: west, south, east, north (degrees), ISO 3166-1 numeric code, name, and its rings as
 * JSON. A ring is a flat list of whole thousandths of a degree, longitude first: a first point, then steps to the next.
 *
 * @param {object} world the topology of world-atlas
 * @returns {string[]}
 */
export function countryLines(world) {
  const lines = [];
  for (const country of feature(world, world.objects.countries).features) {
    const { type, coordinates } = country.geometry;
    for (const polygon of (type === "Polygon" ? [coordinates] : coordinates).flatMap(flat)) {
      const rings = polygon.map(steps).filter((ring) => ring.length >= 8);
      if (rings.length > 0) {
        lines.push([...box(polygon[0]), country.id ?? "", country.properties.name, JSON.stringify(rings)].join("\t"));
      }
    }
  }
  return lines;
}

/**
 * A polygon on a flat map. world-atlas joins what lies on both sides of the 180th meridian: such a polygon runs on beyond
 * 180 here, and a second copy stands 360 degrees west of it. A ring around a pole is led along the pole.
 *
 * @param {number[][][]} polygon
 * @returns {number[][][][]}
 */
function flat(polygon) {
  const rings = polygon.map((ring) => {
    let turn = 0;
    const out = ring.map(([lon, lat], i) => {
      if (i > 0 && Math.abs(lon - ring[i - 1][0]) > 180) turn += lon < ring[i - 1][0] ? 360 : -360;
      return [lon + turn, lat];
    });
    const [first, last] = [out[0], out[out.length - 1]];
    if (Math.abs(last[0] - first[0]) < 180) return out;
    const pole = first[1] < 0 ? -90 : 90;
    return [...out, [last[0], pole], [first[0], pole], first];
  });
  const [west, , east] = box(rings[0]);
  const copies = [rings];
  if (east > 180) copies.push(rings.map((ring) => ring.map(([lon, lat]) => [lon - 360, lat])));
  if (west < -180) copies.push(rings.map((ring) => ring.map(([lon, lat]) => [lon + 360, lat])));
  return copies;
}

/** @param {number[][]} ring @returns {number[]} */
function box(ring) {
  const round = (v) => Math.round(v * SCALE) / SCALE;
  const [lons, lats] = [ring.map((p) => p[0]), ring.map((p) => p[1])];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)].map(round);
}

/** @param {number[][]} ring @returns {number[]} */
function steps(ring) {
  const out = [];
  let [x, y] = [0, 0];
  ring.forEach(([lon, lat], i) => {
    const [nx, ny] = [Math.round(lon * SCALE), Math.round(lat * SCALE)];
    if (i === 0 || nx !== x || ny !== y) out.push(nx - x, ny - y);
    [x, y] = [nx, ny];
  });
  return out;
}
