// Moves from a known origin to a known goal: curved arrows. All reports between two places are one arrow; of many arrows the
// largest are drawn by themselves, and the others bundled from governorate to governorate.
import { headOf, paintAlike, paintHead, paintShaft } from "./arrows.js";
import { FLAGS, INFERRED, KIND } from "./data.js";
import { t } from "./strings.js";
import { sumName, sumOf, sumOfSums, sumText } from "./sums.js";
import { paintText } from "./symbols.js";
import { typeName } from "./words.js";

/** How far a curve bows, as a share of its length: enough to keep the two directions apart. */
const BOW = 0.2;

/** Pixels left free at the two ends, so that the mark of a place is seen. */
const GAP = { start: 9, end: 13 };

/** Arrows in sight that are drawn by themselves; the rest is bundled. */
export const MOST_ARROWS = 60;

/** Arrows that bear a figure, when there are many. */
const MOST_WRITTEN = 120;

/** Arrows that are drawn plainly; what is smaller still lies faintly under them. */
const MOST_PLAIN = 150;

/** Steps of a curve: of one that is looked at, and of one among thousands. */
const STEPS = { fine: 32, coarse: 6 };

/**
 * Reports of one kind of move between two places.
 * @typedef {{from: number, to: number, type: number, total: boolean, planned: boolean, marks: number[]}} Way places by row
 */

/** All ways, each with its reports in the order of days. @param {import("./data.js").Data} data @returns {Way[]} */
export function waysOf(data) {
  const { marks, events, places } = data;
  const ways = new Map();
  for (let m = 0; m < marks.n; m += 1) {
    if (marks.kind[m] !== KIND.flow) continue;
    const row = marks.event[m];
    const [total, planned] = [(events.flags[row] & FLAGS.cumulative) !== 0, (events.flags[row] & FLAGS.planned) !== 0];
    const key = (((marks.from[m] * places.n + marks.to[m]) * data.types.length + events.type[row]) * 2 + total) * 2 + planned;
    const way = ways.get(key);
    if (way) way.marks.push(m);
    else ways.set(key, { from: marks.from[m], to: marks.to[m], type: events.type[row], total, planned, marks: [m] });
  }
  return [...ways.values()];
}

/** The most people that an arrow of these can stand for, a bundle too. @param {import("./data.js").Data} data @param {Way[]} ways */
export function mostMoved(data, ways) {
  const { within } = data.places;
  const bundles = new Map();
  let most = 0;
  for (const way of ways) {
    const value = way.total ? 0 : sumOf(data, way.marks).value ?? 0;
    const key = `${within[way.from]}>${within[way.to]}|${way.type}`;
    const isBundled = ways.length > MOST_ARROWS && within[way.from] >= 0 && within[way.to] >= 0;
    if (isBundled) bundles.set(key, (bundles.get(key) ?? 0) + value);
    most = Math.max(most, value, isBundled ? bundles.get(key) : 0);
  }
  return most;
}

/**
 * @param {import("./scene.js").Desk} desk
 * @param {Way[]} ways
 */
export function paintFlows(desk, ways) {
  const seen = [];
  for (const way of ways) {
    const marks = shownOf(desk.crowd, way.marks);
    if (marks.length > 0 && isInSight(desk, way)) seen.push(weighed(desk, way, marks));
  }
  seen.sort((a, b) => b.width - a.width || b.marks.length - a.marks.length);
  const bows = new Map();
  const arrows = [...seen.slice(0, MOST_ARROWS), ...bundled(desk, seen.slice(MOST_ARROWS))]
    .sort((a, b) => a.width - b.width).map((way, i, all) => ({ way, points: curveOf(desk, way, bows, i < all.length - MOST_WRITTEN ? STEPS.coarse : STEPS.fine) }));
  // The widest last: it lies on top, and is the first to find room for its figure.
  const texts = [];
  const few = arrows.length <= MOST_WRITTEN ? 0 : arrows.length - MOST_ARROWS;
  paintMany(desk, arrows.slice(0, few), arrows.length - MOST_PLAIN);
  for (const { way, points } of arrows.slice(few)) paintWay(desk, way, points);
  for (const { way, points } of arrows) find(desk, way, points);
  for (const { way, points } of arrows.slice(-MOST_WRITTEN).reverse()) texts.push(...placed(desk, way, points));
  for (const { text, x, y } of texts) paintText(desk.flows, text, x, y);
  // Names keep off the arrows; figures, claimed above, may lie on them.
  for (const { points } of arrows.slice(-MOST_WRITTEN)) for (const { x, y } of points) desk.taken.take(x, y, 10, 10);
}

/** Pixels beside a way that belong to it: its width, its figure. */
const BESIDE = 20;

/** Of very many ways most are of one report: no list is made for those. */
function shownOf(crowd, marks) {
  if (marks.length === 1) return crowd.isShown(marks[0]) ? marks : [];
  return marks.filter((m) => crowd.isShown(m));
}

function isInSight({ at, bounds }, { from, to }) {
  const a = at(from);
  if (a.x > bounds.min.x && a.x < bounds.max.x && a.y > bounds.min.y && a.y < bounds.max.y) return true;
  const points = curve(at(from), at(to), BOW, 0, STEPS.coarse);
  return points.some((point, i) => i > 0 && touches(points[i - 1], point, bounds));
}

/** Whether a line meets a box. */
function touches(a, b, { min, max }) {
  let [enters, leaves] = [0, 1];
  for (const axis of ["x", "y"]) {
    const [low, high, way] = [min[axis] - BESIDE - a[axis], max[axis] + BESIDE - a[axis], b[axis] - a[axis]];
    if (way === 0 && (low > 0 || high < 0)) return false;
    if (way === 0) continue;
    enters = Math.max(enters, Math.min(low / way, high / way));
    leaves = Math.min(leaves, Math.max(low / way, high / way));
  }
  return enters <= leaves;
}

function weighed({ data, scale }, { from, to, type, total, planned }, marks) {
  const sum = sumOf(data, marks);
  return { from, to, type, total, planned, marks, sum, width: scale.width(sum), places: 1 };
}

/** Ways from governorate to governorate, each of those given that have both; the others stay as they are. */
function bundled({ data, scale }, ways) {
  const { within } = data.places;
  const bundles = new Map();
  const single = [];
  for (const way of ways) {
    const [from, to] = [within[way.from], within[way.to]];
    if (from < 0 || to < 0 || from === to) single.push(way);
    else {
      const key = [from, to, way.type, way.total, way.planned].join("|");
      if (!bundles.has(key)) bundles.set(key, { ...way, from, to, parts: [] });
      bundles.get(key).parts.push(way);
    }
  }
  return [...single, ...[...bundles.values()].map((bundle) => {
    if (bundle.parts.length === 1) return bundle.parts[0];
    const sum = sumOfSums(bundle.parts.map((part) => part.sum));
    return { ...bundle, marks: bundle.parts.flatMap((part) => part.marks), sum, width: scale.width(sum), places: bundle.parts.length };
  })];
}

/** The curve of a way; several of one pair lie side by side. */
function curveOf(desk, way, bows, steps) {
  const pair = way.from * desk.data.places.n + way.to;
  const turn = bows.get(pair) ?? 0;
  bows.set(pair, turn + 1);
  return curve(desk.at(way.from), desk.at(way.to), BOW * (1 + 0.6 * turn), way.width, steps);
}

/** Points of a curve from a to b that bows to its left. */
function curve(a, b, bow, width, steps) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const [bendX, bendY] = [(a.x + b.x) / 2 + dy * bow, (a.y + b.y) / 2 - dx * bow];
  const length = Math.max(Math.hypot(dx, dy), 1);
  const [start, end] = [Math.min(GAP.start / length, 0.2), 1 - Math.min((GAP.end + width / 4) / length, 0.3)];
  const points = new Array(steps + 1);
  for (let i = 0; i <= steps; i += 1) {
    const t = start + ((end - start) * i) / steps;
    const [first, middle, last] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
    points[i] = { x: first * a.x + middle * bendX + last * b.x, y: first * a.y + middle * bendY + last * b.y };
  }
  return points;
}

function lookOf(data, way) {
  return { type: data.types[way.type], width: way.width, dashed: isDashed(data, way), total: way.total, planned: way.planned };
}

/** Where a head stands and how large it is. */
function headAt(points, width) {
  const tip = points[points.length - 1];
  const size = 7 + width * 1.3;
  const away = (size * 0.8) ** 2;
  let at = points.length - 1;
  while (at > 0 && (points[at].x - tip.x) ** 2 + (points[at].y - tip.y) ** 2 <= away) at -= 1;
  const before = points[at];
  return headOf(tip, Math.atan2(tip.y - before.y, tip.x - before.x), size, 0.5);
}

function paintWay({ data, flows: pen }, way, points) {
  const how = lookOf(data, way);
  paintShaft(pen, points.slice(0, -1), how);
  paintHead(pen, headAt(points, way.width), how);
}

/** Widths that are told apart among very many arrows, pixels. */
const WIDTH_STEP = 0.5;

/** More steps than any arrow is wide. */
const MOST_STEPS = 1000;

/** Very many arrows, those of one look in one stroke and without edges: the narrow ones first. @param {number} faint how many of them are faint */
function paintMany({ data, flows: pen }, arrows, faint) {
  const looks = new Map();
  for (let n = 0; n < arrows.length; n += 1) {
    const { way, points } = arrows[n];
    const steps = n < faint ? 0 : Math.max(Math.round(1 / WIDTH_STEP), Math.round(way.width / WIDTH_STEP));
    const dashed = isDashed(data, way);
    // A number for each look: of ten thousand arrows no text and no object is made to tell it.
    const key = ((way.type * MOST_STEPS + steps) * 2 + dashed) * 4 + 2 * way.total + way.planned;
    if (!looks.has(key)) {
      const width = steps === 0 ? 1 : steps * WIDTH_STEP;
      looks.set(key, { how: { ...lookOf(data, way), dashed, width, faint: steps === 0 }, shafts: new Path2D(), heads: new Path2D() });
    }
    const { how, shafts, heads } = looks.get(key);
    for (let i = 0; i < points.length; i += 1) {
      if (i === 0) shafts.moveTo(points[i].x, points[i].y);
      else shafts.lineTo(points[i].x, points[i].y);
    }
    const [tip, left, right] = headAt(points, how.width);
    heads.moveTo(tip.x, tip.y);
    heads.lineTo(left.x, left.y);
    heads.lineTo(right.x, right.y);
  }
  for (const { how, shafts, heads } of looks.values()) paintAlike(pen, shafts, heads, how);
}

function find(desk, way, points) {
  const middle = points[points.length >> 1];
  desk.picks.add({ kind: "flow", level: 0, types: [desk.data.types[way.type]], name: () => wayName(desk.data, way), at: middle, path: points,
    reach: Math.max(8, way.width / 2 + 4), way, dashed: () => isDashed(desk.data, way), rows: () => way.marks,
    open: () => desk.openMarks(way.marks, middle, way.marks.length) });
}

/** A way in words. */
function wayName(data, way) {
  const said = sumName(way.sum, sumText(data, way.marks, way.sum));
  const flow = t(said ? "mark.flow.figure" : "mark.flow",
    { type: typeName(data.types[way.type]), from: data.place(way.from).name, to: data.place(way.to).name, figure: said });
  return way.places > 1 ? t("mark.ways", { flow, n: way.places }) : flow;
}

function isDashed({ marks, events }, way) {
  // A bundle of many is a sum, whatever one of them is.
  if (way.places > 1) return way.planned;
  return way.planned || way.marks.some((m) => (marks.shared[m] > 1 && !Number.isNaN(events.value[marks.event[m]])) || marks.flags[m] & INFERRED);
}

/** Where the figure of a way is written, if anywhere. */
function placed({ data, taken }, way, points) {
  const text = sumText(data, way.marks, way.sum);
  if (!text) return [];
  const middle = points.length >> 1;
  const step = Math.max(1, Math.round(points.length * 0.18));
  const free = [0, step, -step].map((by) => points[middle + by]).find((p) => taken.claim(p.x, p.y, text.length * 6.8 + 8, 16));
  return free ? [{ text, x: free.x, y: free.y }] : [];
}
