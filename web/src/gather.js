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
  const squares = new Map();
  const order = items.map((item, i) => ({ item, i, point: at(item) })).sort((a, b) => weight(b.item) - weight(a.item) || a.i - b.i);
  for (const { item, point } of order) {
    const near = nearest(squares, point, distance);
    if (near) near.items.push(item);
    else {
      const group = { point, items: [item], number: groups.length };
      groups.push(group);
      const key = keyOf(point, distance);
      if (!squares.has(key)) squares.set(key, []);
      squares.get(key).push(group);
    }
  }
  return groups.map((group) => group.items);
}

/** The first group within a distance; groups lie in squares as large as the distance. */
function nearest(squares, point, distance) {
  let first = null;
  for (let column = -1; column <= 1; column += 1) {
    for (let row = -1; row <= 1; row += 1) {
      const key = keyOf({ x: point.x + column * distance, y: point.y + row * distance }, distance);
      for (const group of squares.get(key) ?? []) {
        const near = Math.hypot(group.point.x - point.x, group.point.y - point.y) < distance;
        if (near && (first === null || group.number < first.number)) first = group;
      }
    }
  }
  return first;
}

function keyOf({ x, y }, side) {
  return Math.floor(x / side) * 65536 + Math.floor(y / side);
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

/** Sides of the squares by which taken boxes are looked up, pixels. */
const SQUARE = 64;

/** Boxes already taken on the picture; a text asks before it is written. */
export class Taken {
  /** @param {{min: {x: number, y: number}, max: {x: number, y: number}}} view what is seen of the picture */
  constructor(view) {
    this.view = view;
    this.squares = new Map();
  }

  /** Whether the edge of what is seen goes through a box. */
  isCut(x, y, width, height) {
    const { min, max } = this.view;
    const { left, top, right, bottom } = boxAround(x, y, width, height);
    const isBeside = right < min.x || left > max.x || bottom < min.y || top > max.y;
    return !isBeside && (left < min.x || right > max.x || top < min.y || bottom > max.y);
  }

  /** Takes a box centred on (x, y). */
  take(x, y, width, height) {
    const box = boxAround(x, y, width, height);
    for (let column = Math.floor(box.left / SQUARE); column <= Math.floor(box.right / SQUARE); column += 1) {
      for (let row = Math.floor(box.top / SQUARE); row <= Math.floor(box.bottom / SQUARE); row += 1) {
        const key = column * 65536 + row;
        const boxes = this.squares.get(key);
        if (boxes) boxes.push(box);
        else this.squares.set(key, [box]);
      }
    }
  }

  /** Takes the box unless it touches a taken one. @returns {boolean} whether it was free */
  claim(x, y, width, height) {
    if (!this.isFree(x, y, width, height)) return false;
    this.take(x, y, width, height);
    return true;
  }

  isFree(x, y, width, height) {
    const box = boxAround(x, y, width, height);
    for (let column = Math.floor(box.left / SQUARE); column <= Math.floor(box.right / SQUARE); column += 1) {
      for (let row = Math.floor(box.top / SQUARE); row <= Math.floor(box.bottom / SQUARE); row += 1) {
        if (isTouched(box, this.squares.get(column * 65536 + row))) return false;
      }
    }
    return true;
  }
}

function boxAround(x, y, width, height) {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

function isTouched({ left, top, right, bottom }, boxes) {
  if (boxes) for (const box of boxes) if (left < box.right && right > box.left && top < box.bottom && bottom > box.top) return true;
  return false;
}
