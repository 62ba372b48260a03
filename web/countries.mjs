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
    for (const polygon of type === "Polygon" ? [coordinates] : coordinates) {
      const rings = polygon.map(steps).filter((ring) => ring.length >= 8);
      if (rings.length > 0) {
        lines.push([...box(polygon[0]), country.id ?? "", country.properties.name, JSON.stringify(rings)].join("\t"));
      }
    }
  }
  return lines;
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
