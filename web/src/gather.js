// Gathering what would lie on top of itself.

/**
 * Joins items that lie within a distance of a group's first item. The weightiest come first and stay where they are, so
 * that the same items give the same groups.
 * @template T
 * @param {T[]} items
 * @param {number} distance pixels
 * @param {(item: T) => {x: number, y: number}} at
 * @param {(item: T) => number} weight
 * @returns {T[][]}
 */
export function gather(items, distance, at, weight) {
  const groups = [];
  const order = items.map((item, i) => ({ item, i, point: at(item) })).sort((a, b) => weight(b.item) - weight(a.item) || a.i - b.i);
  for (const { item, point } of order) {
    const near = groups.find((group) => Math.hypot(group.point.x - point.x, group.point.y - point.y) < distance);
    if (near) near.items.push(item);
    else groups.push({ point, items: [item] });
  }
  return groups.map((group) => group.items);
}

/** Groups by a key, in order of first appearance. @template T @param {Iterable<T>} items @param {(item: T) => string} key @returns {T[][]} */
export function by(items, key) {
  const groups = new Map();
  for (const item of items) {
    const k = key(item);
    if (!groups.has(k)) groups.set(k, []);
    groups.get(k).push(item);
  }
  return [...groups.values()];
}

/** Boxes already taken on the picture; a text asks before it is written. */
export class Taken {
  constructor() {
    this.boxes = [];
  }

  /** Takes a box centred on (x, y). */
  take(x, y, width, height) {
    this.boxes.push([x - width / 2, y - height / 2, x + width / 2, y + height / 2]);
  }

  /** Takes the box unless it touches a taken one. @returns {boolean} whether it was free */
  claim(x, y, width, height) {
    if (!this.isFree(x, y, width, height)) return false;
    this.take(x, y, width, height);
    return true;
  }

  isFree(x, y, width, height) {
    const [l, t, r, b] = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
    return !this.boxes.some(([wl, wt, wr, wb]) => l < wr && r > wl && t < wb && b > wt);
  }
}
