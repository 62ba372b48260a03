// Moves of which a text gives one end only: an arrow from or to a question mark.
import { headOf, paintHead, paintShaft } from "./arrows.js";
import { by, gather } from "./gather.js";
import { listed, t } from "./strings.js";
import { sumName, sumOf, sumOfSums, sumText } from "./sums.js";
import { circle, look, paintText } from "./symbols.js";
import { colours } from "./theme.js";
import { typeName } from "./words.js";

/** Where an arrival's arrow may come from, degrees clockwise from north, the best first. */
const ANGLES = [-48, 48, -100, 100, -18, 20, -150, 150, 75, -75, 180];

/** Pixels: length of the arrow of nobody, what each pixel of width adds to it, and the radius it leaves free around a place and around an area's ring. */
const REACH = 36;
const LONGER = 2.2;
const CLEAR = { place: 9, area: 24 };

/** Pixels within which arrows of a kind are one. */
const NEAR = 24;

/**
 * Arrivals from an unknown origin and departures to an unknown goal.
 * @param {import("./scene.js").Desk} desk
 * @param {import("./data.js").Entry[]} entries
 * @returns {import("./data.js").Entry[]} those for whose arrow there is no room at this zoom
 */
export function paintEnds(desk, entries) {
  const place = ({ place: p }) => desk.at(p.row);
  const size = ({ event }) => event.figure?.value ?? 0;
  const kinds = by(entries, ({ event, mark, place: p }) =>
    [event.type, event.figure?.scope ?? "", Boolean(event.planned), mark.kind, Boolean(p.area)].join("|"));
  const groups = kinds.flatMap((kind) => gather(kind, NEAR, place, size)).map((group) => {
    // Reports of one day may tell the same people only where they tell of one place.
    const sum = sumOfSums(by(group, ({ place: p }) => p.row).map((same) => sumOf(desk.data, same.map(({ row }) => row))));
    return { group, sum, width: desk.scale.width(sum) };
  });
  groups.sort((a, b) => b.width - a.width);
  return groups.filter((end) => !paintEnd(desk, end, place(end.group[0]))).flatMap(({ group }) => group);
}

/** @returns {boolean} whether there was room */
function paintEnd(desk, { group, sum, width }, point) {
  const [{ event, mark, place }] = group;
  const inward = mark.kind === "arrival";
  const rows = group.map(({ row }) => row);
  const text = sumText(desk.data, rows, sum);
  const clear = place.area ? CLEAR.area : CLEAR.place;
  const reach = REACH + LONGER * width;
  const angle = freeAngle(desk, point, clear + reach, text.length * 7.2 + 26);
  if (angle === null) return false;
  desk.taken.take(point.x, point.y, 2 * clear, 2 * clear);
  const places = [...new Set(group.map((entry) => entry.place.name))];
  const name = () => t(inward ? "mark.arrival" : "mark.departure",
    { type: typeName(event.type), places: listed(places, Infinity), figure: sumName(sum, text) || t("figure.none") });
  const dashed = group.some((entry) => (entry.mark.shared && entry.event.figure) || entry.mark.inferred || entry.event.planned);
  const unknown = paintPicture(desk.pen, { point, angle, clear, reach, inward, text, width, type: event.type, dashed, planned: event.planned,
    total: event.figure?.scope === "cumulative" });
  desk.picks.add({ kind: mark.kind, level: 1, types: [event.type], name, at: point, path: [point, unknown], reach: 11, rows: () => rows,
    open: () => desk.openMarks(rows, point, rows.length) });
  return true;
}

/** The first angle at which an arrow's tail and its text hide nothing, null when there is none. */
function freeAngle({ map, taken }, point, reach, width) {
  const edge = map.getSize();
  const { x: left, y: top } = map.layerPointToContainerPoint([point.x, point.y]);
  const isSeen = (x, y) => left + x - width / 2 > 0 && left + x + width / 2 < edge.x && top + y > 10 && top + y < edge.y - 10;
  const inside = left > 0 && left < edge.x && top > 0 && top < edge.y;
  for (const angle of ANGLES) {
    const { x, y } = polar({ x: 0, y: 0 }, angle, reach);
    const shift = (x < 0 ? -1 : 1) * (width / 2 - 10);
    // What is written at a mark that is in view is in view too.
    if (inside && !isSeen(x + shift, y)) continue;
    if (taken.claim(point.x + x + shift, point.y + y, width, 20)) {
      taken.take(point.x + x / 2, point.y + y / 2, 14, 14);
      return angle;
    }
  }
  return null;
}

function polar({ x, y }, angle, radius) {
  const turn = (angle * Math.PI) / 180;
  return { x: x + radius * Math.sin(turn), y: y - radius * Math.cos(turn) };
}

/** @returns {{x: number, y: number}} where the question mark stands */
function paintPicture(pen, { point, angle, clear, reach, inward, text, width, type, dashed, planned, total }) {
  const { colour } = look(type);
  const [near, far, unknown] = [clear, clear + reach - 7, clear + reach].map((radius) => polar(point, angle, radius));
  const bend = polar(point, angle + 14, clear + reach / 2);
  const size = 6 + width * 1.3;
  const [tip, tail] = inward ? [near, far] : [far, near];
  const aim = Math.atan2(tip.y - bend.y, tip.x - bend.x);
  const neck = { x: tip.x - size * 0.7 * Math.cos(aim), y: tip.y - size * 0.7 * Math.sin(aim) };
  circle(pen, point.x, point.y, clear - 2, { fill: colour, alpha: 0.1 });
  circle(pen, point.x, point.y, clear - 2, { stroke: colour, width: 1.4, dash: [2, 2.5] });
  const how = { type, width, dashed, total, planned, dash: [4, 3] };
  paintShaft(pen, bent(tail, bend, neck), how);
  paintHead(pen, headOf(tip, aim, size, 0.5), how);
  circle(pen, unknown.x, unknown.y, 7, { fill: colours.casing, stroke: colour, width: 1.4 });
  paintText(pen, "?", unknown.x, unknown.y + 0.5, { size: 10, edge: 0 });
  const side = unknown.x < point.x ? -1 : 1;
  if (text) paintText(pen, text, unknown.x + side * 11, unknown.y, { align: side < 0 ? "right" : "left" });
  return unknown;
}

/** Points of a curve with one bend. */
function bent(a, bend, b) {
  return Array.from({ length: 9 }, (_, i) => {
    const [t, u] = [i / 8, 1 - i / 8];
    return { x: u * u * a.x + 2 * t * u * bend.x + t * t * b.x, y: u * u * a.y + 2 * t * u * bend.y + t * t * b.y };
  });
}
