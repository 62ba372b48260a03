// A canvas that lies over the map as a layer of its own and moves with it; what is on it is found again by its place.
import L from "./leaflet.js";


/** Screens beyond the view, on each side, that are painted once the first picture stands: a drag shows no empty edge. */
const PADDING = 0.3;

/** Device pixels of a pixel, at most: more only costs time. */
const FINEST = 2;

/** Sides of the squares in which marks are looked for, pixels. */
const SQUARE = 48;

/** Class of the document while it is laid out for paper. */
export const ON_PAPER = "on-paper";

/** Paints nothing by itself: `begin` gives an empty canvas in the layer's pixels. */
export const Picture = L.Renderer.extend({
  options: { padding: 0, pane: "overlayPane" },

  initialize(options) {
    L.setOptions(this, options);
    L.stamp(this);
    this._layers = {};
  },

  _initContainer() {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    canvas.style.pointerEvents = "none";
    this._container = canvas;
    // Painted by the processor: few strokes, no wait for a graphics card, which many readers do not have.
    this.pen = canvas.getContext("2d", { willReadFrequently: true });
  },

  _destroyContainer() {
    L.DomUtil.remove(this._container);
  },

  _onZoomEnd() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const { _container: canvas, _bounds: bounds } = this;
    const size = bounds.getSize();
    this.fine = Math.min(FINEST, window.devicePixelRatio || 1);
    L.DomUtil.setPosition(canvas, bounds.min);
    const [width, height] = [Math.round(size.x * this.fine), Math.round(size.y * this.fine)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
  },

  /** From now on what lies around the view is painted too. */
  widen() {
    this.options.padding = PADDING;
    this._update();
  },

  /** @returns {CanvasRenderingContext2D} */
  begin() {
    const { pen, fine, _bounds: { min }, _container: canvas } = this;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    // A printer is handed the strokes, and would paint the clearing white: for paper the canvas is begun anew.
    if (document.documentElement.classList.contains(ON_PAPER)) [canvas.width, canvas.width] = [0, canvas.width];
    else pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(fine, 0, 0, fine, -min.x * fine, -min.y * fine);
    return pen;
  },

  /** The painted part of the layer, pixels. @returns {L.Bounds} */
  bounds() {
    return this._bounds;
  },
});

/**
 * What was painted and can be pointed at. Of a level the last one added lies on top.
 * @typedef {{kind: string, level: number, name: () => string, at: {x: number, y: number}, reach: number,
 *   path?: {x: number, y: number}[], types: string[], rows: () => number[], open: () => void}} Drawn
 *   reach: pixels around the point or the path; rows: of its marks
 */
export class Picks {
  constructor() {
    this.clear();
  }

  clear() {
    /** @type {Drawn[]} */
    this.all = [];
    this.squares = null;
  }

  /** @param {Drawn} drawn */
  add(drawn) {
    this.all.push(drawn);
    this.squares = null;
  }

  /** Sorts all that was painted into squares; done when somebody points, not for each frame of a film. */
  sort() {
    this.squares = new Map();
    this.all.forEach(({ at, path, reach }, number) => {
      for (const { x, y } of path ? closeSteps(path) : [at]) this.enter(number, x, y, reach);
    });
  }

  enter(number, x, y, reach) {
    for (let column = Math.floor((x - reach) / SQUARE); column <= Math.floor((x + reach) / SQUARE); column += 1) {
      for (let row = Math.floor((y - reach) / SQUARE); row <= Math.floor((y + reach) / SQUARE); row += 1) {
        const key = column * 65536 + row;
        if (!this.squares.has(key)) this.squares.set(key, []);
        const list = this.squares.get(key);
        if (list[list.length - 1] !== number) list.push(number);
      }
    }
  }

  /** The topmost mark at a point of the layer. @returns {Drawn | null} */
  at(x, y) {
    if (!this.squares) this.sort();
    const found = this.squares.get(Math.floor(x / SQUARE) * 65536 + Math.floor(y / SQUARE)) ?? [];
    let top = null;
    for (const number of found) {
      const drawn = this.all[number];
      if (distance(drawn, x, y) <= drawn.reach && (!top || drawn.level >= top.level)) top = drawn;
    }
    return top;
  }
}

/** Points of a path with none further from the next than a square. */
function* closeSteps(path) {
  for (let i = 1; i < path.length; i += 1) {
    const [a, b] = [path[i - 1], path[i]];
    const steps = Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / SQUARE) || 1;
    for (let step = 0; step <= steps; step += 1) yield { x: a.x + ((b.x - a.x) * step) / steps, y: a.y + ((b.y - a.y) * step) / steps };
  }
}

function distance({ at, path }, x, y) {
  if (!path) return Math.hypot(at.x - x, at.y - y);
  let least = Infinity;
  for (let i = 1; i < path.length; i += 1) least = Math.min(least, toSegment(path[i - 1], path[i], x, y));
  return least;
}

function toSegment(a, b, x, y) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const t = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(a.x + t * dx - x, a.y + t * dy - y);
}
