// A box of degrees and how places lie to it: the three tests that `geomap query --bbox` has.
import { AREA, SHAPED } from "./data.js";

/** west, south, east, north in degrees, EPSG:4326; west > east crosses the 180th meridian. @typedef {[number, number, number, number]} Box */

/** Their geometry meets the box; it is inside however wrong it is; it may be inside. */
export const BOX_TESTS = ["meets", "certain", "possible"];

/** Steps of a degree in which coordinates are written (data.js), and decimals of a box: what is drawn, typed and linked is one. */
const STEPS = 100000;
const DECIMALS = 5;
export const TURN = 360 * STEPS;

/** Kilometres of a degree on a sphere with the mean radius of the Earth. */
const KM_A_DEGREE = (6371.0088 * Math.PI) / 180;

/** What is wrong with four numbers as a box: the key of a text, null when they are one. @param {number[]} values */
export function faultOf(values) {
  const [west, south, east, north] = values;
  if (values.length !== 4 || !values.every(Number.isFinite)) return "ask.wrong.numbers";
  if (Math.abs(south) > 90 || Math.abs(north) > 90) return "ask.wrong.latitude";
  if (Math.abs(west) > 180 || Math.abs(east) > 180) return "ask.wrong.longitude";
  return south > north ? "ask.wrong.order" : null;
}

/** @param {number[]} values @returns {Box} */
export function rounded(values) {
  return /** @type {Box} */ (values.map((value) => Number(value.toFixed(DECIMALS)) + 0));
}

/** The box between two corners whose longitudes may have been counted past 180. @param {{lng: number, lat: number}} a @param {{lng: number, lat: number}} b @returns {Box} */
export function boxBetween(a, b) {
  const [west, east] = [Math.min(a.lng, b.lng), Math.max(a.lng, b.lng)];
  const lat = (value) => Math.max(-90, Math.min(90, value));
  const [south, north] = [lat(Math.min(a.lat, b.lat)), lat(Math.max(a.lat, b.lat))];
  return rounded(east - west >= 360 ? [-180, south, 180, north] : [turned(west), south, turned(east), north]);
}

function turned(lon) {
  return lon >= -180 && lon <= 180 ? lon : ((((lon + 180) % 360) + 360) % 360) - 180;
}

/** Longitudes of the box's sides with the east one not below the west one, in the turn in which the map counts. @param {Box} box @param {number} middle of the map, degrees */
export function sidesOf([west, , east], middle) {
  const width = east >= west ? east - west : east - west + 360;
  const first = west + 360 * Math.round((middle - west - width / 2) / 360);
  return [first, first + width];
}

/** Rows of the places that are more than a point. @param {import("./data.js").Data} data */
export function shapedPlaces(data) {
  if (!data.shaped) {
    const { flags, n } = data.places;
    data.shaped = [];
    for (let row = 0; row < n; row += 1) if (flags[row] !== 0) data.shaped.push(row);
  }
  return data.shaped;
}

/** The box in which a place has to be drawn so that it can lie to a box as a test asks. @param {import("./data.js").Data} data @param {Box} box @param {string} test @returns {Box} */
export function searched(data, box, test) {
  const { reach, n } = data.places;
  if (test !== "possible" || !reach) return box;
  let most = 0;
  for (let row = 0; row < n; row += 1) if (reach[row] > most) most = reach[row];
  return grown(box, most / 10);
}

/** Whether a place lies to a box as a test asks. @param {import("./data.js").Data} data @param {number} row @param {Box} box @param {string} test */
export function liesTo(data, row, box, test) {
  const { flags, reach, lon, lat } = data.places;
  const km = (reach?.[row] ?? 0) / 10;
  const at = [lon[row] / STEPS, lat[row] / STEPS];
  const shape = flags[row] & SHAPED ? data.place(row).shape : undefined;
  if (test === "certain") {
    // An area whose outline the page does not have may reach anywhere.
    if (flags[row] & AREA && !shape) return false;
    return pathsOf(shape, at).every((path) => path.every((point) => isWithin(point, box, km)));
  }
  if (test === "meets" || km === 0) return shape ? meets(shape, box) : holdsPoint(box, lon[row], lat[row]);
  return shape ? meets(shape, grown(box, km)) : holdsPoint(box, lon[row], lat[row]) || kmTo(at, box) <= km;
}

/** Whether a point, in steps of a degree, lies in a box; edges count. */
function holdsPoint(box, lon, lat) {
  const [west, south, east, north] = box.map(steps);
  if (lat < south || lat > north) return false;
  const x = (((lon - west) % TURN) + TURN) % TURN;
  // A point on the meridian that the box begins with may be counted a turn further.
  return x <= (east >= west ? east - west : east - west + TURN) || x === TURN;
}

/** @param {number} degrees */
export function steps(degrees) {
  return Math.round(degrees * STEPS);
}

/** Paths of a shape; that of a point is the point. */
function pathsOf(shape, at) {
  return shape?.polygons?.flat() ?? shape?.lines ?? [[at]];
}

/** Degrees of longitude that a circle of so many degrees reaches to each side. */
function aside(lat, by) {
  if (by === 0) return 0;
  if (Math.abs(lat) + by >= 90) return 180;
  const radians = Math.PI / 180;
  return Math.asin(Math.min(1, Math.sin(by * radians) / Math.cos(lat * radians))) / radians;
}

/** Whether a point lies in a box with all of the circle around it. */
function isWithin([lon, lat], box, km) {
  const [west, south, east, north] = box;
  const by = km / KM_A_DEGREE;
  if (Math.max(-90, lat - by) < south || Math.min(90, lat + by) > north) return false;
  const width = east >= west ? east - west : east - west + 360;
  if (width >= 360) return true;
  const reach = aside(lat, by);
  const x = past(lon - reach, west);
  return x + 2 * reach <= width;
}

/** Degrees eastwards from one meridian to another, 0 up to 360. */
function past(lon, west) {
  return (((lon - west) % 360) + 360) % 360;
}

/** The box widened by kilometres to all sides. @param {Box} box @returns {Box} */
function grown([west, south, east, north], km) {
  const by = km / KM_A_DEGREE;
  const wide = aside(Math.min(89, Math.max(Math.abs(south), Math.abs(north))), by);
  const width = east >= west ? east - west : east - west + 360;
  if (width + 2 * wide >= 360) return [-180, Math.max(-90, south - by), 180, Math.min(90, north + by)];
  return [turned(west - wide), Math.max(-90, south - by), turned(east + wide), Math.min(90, north + by)];
}

/** Kilometres from a point outside of a box to its nearest side, on a sphere. */
function kmTo([lon, lat], [west, south, east, north]) {
  const width = east >= west ? east - west : east - west + 360;
  const x = past(lon, west);
  const sides = x <= width ? [x] : [0, width];
  return Math.min(...sides.map((side) => nearest(lat, Math.abs(x - side), south, north)));
}

/** Kilometres from a latitude to a stretch of a meridian so many degrees away. */
function nearest(lat, degrees, south, north) {
  const radians = Math.PI / 180;
  const turn = Math.min(degrees, 360 - degrees) * radians;
  // Where the great circle that meets the meridian at a right angle does so.
  const foot = Math.atan2(Math.tan(lat * radians), Math.cos(turn)) / radians;
  const goals = [south, north, Math.max(south, Math.min(north, foot))];
  return Math.min(...goals.map((goal) => {
    const haversine = Math.sin(((goal - lat) * radians) / 2) ** 2 + Math.cos(lat * radians) * Math.cos(goal * radians) * Math.sin(turn / 2) ** 2;
    return 2 * 6371.0088 * Math.asin(Math.min(1, Math.sqrt(haversine)));
  }));
}

/** Whether an outline or a line meets a box, edges included. @param {import("./data.js").Shape} shape @param {Box} box */
export function meets(shape, box) {
  const [west, south, east, north] = box;
  // Outlines are counted in one turn; the box is held against them in each that they may lie in.
  return [-360, 0, 360].some((turn) => {
    const plain = [west + turn, south, (east >= west ? east : east + 360) + turn, north];
    if (shape.lines) return shape.lines.some((path) => crosses(path, plain));
    return (shape.polygons ?? []).some((rings) => rings.some((ring) => crosses(ring, plain)) || holds(rings, plain));
  });
}

function crosses(path, box) {
  if (path.length === 1) return touches(path[0], path[0], box);
  for (let i = 1; i < path.length; i += 1) if (touches(path[i - 1], path[i], box)) return true;
  return false;
}

/** Whether a stretch meets a box (Liang and Barsky). */
function touches([ax, ay], [bx, by], [west, south, east, north]) {
  let [enters, leaves] = [0, 1];
  for (const [from, way, low, high] of [[ax, bx - ax, west, east], [ay, by - ay, south, north]]) {
    if (way === 0) {
      if (from < low || from > high) return false;
      continue;
    }
    const [a, b] = [(low - from) / way, (high - from) / way];
    enters = Math.max(enters, Math.min(a, b));
    leaves = Math.min(leaves, Math.max(a, b));
  }
  return enters <= leaves;
}

/** Whether a box that meets no edge of an area lies inside of it. */
function holds(rings, [west, south]) {
  let isInside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
      if (ay > south !== by > south && west < ((bx - ax) * (south - ay)) / (by - ay) + ax) isInside = !isInside;
    }
  }
  return isInside;
}
