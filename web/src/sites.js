// What happened at a place: a disc for each type, a ring around what is known only to lie somewhere in an area, a count
// where there is no room for discs.
import { by, gather } from "./gather.js";
import { listed, shortNumber, t } from "./strings.js";
import { circle, font, look, paintDisc, paintText } from "./symbols.js";
import { colours } from "./theme.js";
import { typeName } from "./words.js";

/** Pixels within which marks are gathered, and how many discs stand side by side before they become a count. */
const NEAR = 32;
const NEAR_AREAS = 36;
const MOST_DISCS = 2;

/** Pixels between discs, and the radius of the ring of an area. */
const STEP = 19;
const RING = 25;

/** Pixels across a count of a cell. */
const BUBBLE = 38;

/** Places that a name lists; more are counted. */
const MOST_NAMED = 3;

/** Events that the card of a count lists. */
export const MOST_LISTED = 200;

/**
 * @typedef {{x: number, y: number, area: boolean, types: {type: string, n: number}[], all: number, width: number, discs: boolean,
 *   entries?: import("./data.js").Entry[], cells?: number[]}} Site
 */

/** Gathered marks; a town is not gathered with "somewhere in the governorate". @param {import("./scene.js").Desk} desk @param {import("./data.js").Entry[]} entries @returns {Site[]} */
export function sitesOf(desk, entries) {
  return [true, false].flatMap((area) => {
    const places = by(entries.filter(({ place }) => Boolean(place.area) === area), ({ place }) => place.row);
    return gather(places, area ? NEAR_AREAS : NEAR, (site) => desk.at(site[0].place.row), (site) => site.length).map((near) => {
      const { x, y } = desk.at(near[0][0].place.row);
      const groups = by(near.flat(), ({ event }) => event.type);
      const discs = groups.length <= MOST_DISCS;
      return { x, y, area, entries: near.flat(), types: groups.map((group) => ({ type: group[0].event.type, n: group.length, entries: group })),
        all: near.flat().length, discs, width: discs ? 26 + STEP * (groups.length - 1) : 34 };
    });
  });
}

/** Counts of cells, those that would lie on each other as one. @returns {Site[]} */
export function joined(groups) {
  return [true, false].flatMap((area) => gather(groups.filter((group) => group.area === area), BUBBLE, (group) => group, (group) => group.all).map((near) => {
    const types = new Map();
    for (const { type, n } of near.flatMap((group) => group.types)) types.set(type, (types.get(type) ?? 0) + n);
    return { ...near[0], cells: near.map(({ cell }) => cell), all: near.reduce((sum, { all }) => sum + all, 0), discs: false, width: BUBBLE,
      types: [...types].map(([type, n]) => ({ type, n })) };
  }));
}

/** Keeps the room of the marks free before arrows look for theirs. @param {import("./scene.js").Desk} desk @param {Site[]} sites */
export function reserve(desk, sites) {
  for (const { x, y, area, width, entries } of sites) {
    const tall = entries ? 28 : width;
    desk.taken.take(x, y, (area ? 2 * RING : width) + 2, area ? 2 * RING + 2 : tall);
  }
}

/** @param {import("./scene.js").Desk} desk @param {Site[]} sites */
export function paintSites(desk, sites) {
  for (const site of sites) {
    const { x, y, area, types, discs } = site;
    if (area && site.entries) paintRing(desk.pen, x, y, types.length === 1 ? look(types[0].type).colour : colours.soft);
    if (discs && site.entries) paintDiscs(desk, site);
    else paintCount(desk.pen, site);
    desk.picks.add({ kind: "site", level: 2, name: () => siteName(site), at: { x, y }, reach: Math.max(15, site.width / 2), area,
      types: types.map(({ type }) => type), rows: () => rowsOf(desk, site), open: () => desk.openMarks(rowsOf(desk, site), { x, y }, site.all) });
  }
}

function rowsOf(desk, { entries, cells }) {
  return entries ? entries.map(({ row }) => row) : desk.crowd.rows(new Set(cells), MOST_LISTED);
}

function siteName({ entries, types, area, all }) {
  const kinds = types.map(({ type, n }) => (n > 1 ? t("mark.times", { type: typeName(type), n }) : typeName(type)));
  const what = [...(!entries || types.length > MOST_DISCS ? [t("events", { n: all })] : []), ...kinds].join(t("comma"));
  if (!entries) return t(area ? "mark.here.area" : "mark.here", { what });
  const places = listed([...new Set(entries.map(({ place }) => place.name))], MOST_NAMED);
  return t(area ? "mark.site.area" : "mark.site", { places, what });
}

/** The ring that says: somewhere in here, no point is known. */
function paintRing(pen, x, y, colour) {
  circle(pen, x, y, RING, { fill: colour, alpha: 0.08 });
  pen.lineCap = "round";
  circle(pen, x, y, RING, { stroke: colour, width: 1.6, dash: [1, 4] });
  pen.lineCap = "butt";
}

function paintDiscs({ pen, fine }, { x, y, types }) {
  const first = x - (STEP * (types.length - 1)) / 2;
  types.forEach(({ type, entries }, i) => {
    const all = (test) => entries.every(test);
    paintDisc(pen, type, first + i * STEP, y, { fine, hollow: all(({ mark }) => mark.inferred), planned: all(({ event }) => event.planned),
      shared: all(({ event, mark }) => Boolean(mark.shared && event.figure)) });
  });
  // Counts lie above all discs.
  types.forEach(({ n }, i) => {
    if (n < 2) return;
    circle(pen, first + i * STEP + 9, y - 9, 6.6, { fill: colours.ink, stroke: colours.casing });
    pen.fillStyle = colours.casing;
    write(pen, shortNumber(n), first + i * STEP + 9, y - 8.5, 9);
  });
}

function write(pen, text, x, y, size) {
  Object.assign(pen, { font: font(size), textAlign: "center", textBaseline: "middle" });
  pen.fillText(text, x, y);
}

/** Radius of a count: more digits and more events take more room. */
function radiusOf({ all, entries }) {
  return entries ? 13 : 11.5 + Math.min(7, 1.6 * Math.log10(all + 1));
}

/** A count with a ring in the colours of its types, each arc as long as its share. */
function paintCount(pen, site) {
  const { x, y, types, all, area, entries } = site;
  const r = radiusOf(site);
  circle(pen, x, y, r + 4, { fill: colours.casing });
  let turned = -Math.PI / 2;
  for (const { type, n } of types) {
    const angle = (n / all) * 2 * Math.PI;
    pen.beginPath();
    pen.arc(x, y, r, turned, turned + angle);
    Object.assign(pen, { strokeStyle: look(type).colour, lineWidth: 5 });
    pen.setLineDash(area && !entries ? [2, 2.5] : []);
    pen.stroke();
    turned += angle;
  }
  pen.setLineDash([]);
  paintText(pen, shortNumber(all), x, y + 0.5, { size: all < 1000 ? 12 : 9.5, edge: 0 });
}
