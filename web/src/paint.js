// Paints a part of the page on a canvas as the browser shows it, for a picture: no library, no network, no image of another
// origin. It knows what our pages are made of: boxes, words, SVG shapes and canvases; styles are read as the browser computed them.

/**
 * @param {Element} root
 * @param {number} scale pixels of the picture for one of the page
 * @returns {HTMLCanvasElement}
 */
export function painted(root, scale) {
  const box = root.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(box.width * scale);
  canvas.height = Math.round(box.height * scale);
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.translate(-box.left, -box.top);
  paint(pen, root);
  return canvas;
}

function paint(pen, node) {
  const style = getComputedStyle(node);
  if (style.display === "none" || style.visibility === "hidden" || Number(style.opacity) === 0) return;
  pen.save();
  pen.globalAlpha *= Number(style.opacity);
  if (node instanceof SVGSVGElement) paintDrawing(pen, node);
  else if (node instanceof HTMLCanvasElement) paintCanvas(pen, node);
  else if (!(node instanceof HTMLImageElement)) {
    paintBox(pen, node, style);
    clipTo(pen, node, style);
    paintChildren(pen, node);
  }
  pen.restore();
}

/** Children as they lie on each other: by z-index where they have one, else in their order; words in theirs. */
function paintChildren(pen, node) {
  const children = [...node.childNodes].map((child) => [level(child), child]).sort(([a], [b]) => a - b);
  for (const [, child] of children) {
    if (child instanceof Text) paintWords(pen, child);
    else if (child instanceof Element) paint(pen, child);
  }
}

/** The z-index of an element; where it has none and so does not hold its children together, the highest of theirs. */
function level(node) {
  if (!(node instanceof Element)) return 0;
  const own = Number.parseInt(getComputedStyle(node).zIndex, 10);
  if (!Number.isNaN(own)) return own;
  return node instanceof SVGElement ? 0 : Math.max(0, ...[...node.children].map((child) => Number.parseInt(getComputedStyle(child).zIndex, 10) || 0));
}

function paintCanvas(pen, canvas) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  if (canvas.width && canvas.height) pen.drawImage(canvas, left, top, width, height);
}

function clipTo(pen, node, { overflowX, overflowY }) {
  if (overflowX === "visible" && overflowY === "visible") return;
  const { left, top, width, height } = node.getBoundingClientRect();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
}

// ---- boxes

const SIDES = ["top", "right", "bottom", "left"];

function paintBox(pen, node, style) {
  const { left, top, width, height } = node.getBoundingClientRect();
  if (width === 0 || height === 0) return;
  const round = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2);
  const borders = SIDES.map((side) => ({ width: Number.parseFloat(style.getPropertyValue(`border-${side}-width`)) || 0,
    colour: style.getPropertyValue(`border-${side}-color`) }));
  if (!isClear(style.backgroundColor)) {
    pen.fillStyle = style.backgroundColor;
    pen.beginPath();
    pen.roundRect(left, top, width, height, round);
    pen.fill();
  }
  const [first] = borders;
  if (borders.every(({ width: wide, colour }) => wide === first.width && colour === first.colour)) {
    if (first.width === 0 || isClear(first.colour)) return;
    Object.assign(pen, { strokeStyle: first.colour, lineWidth: first.width });
    pen.beginPath();
    pen.roundRect(left + first.width / 2, top + first.width / 2, width - first.width, height - first.width, Math.max(0, round - first.width / 2));
    pen.stroke();
    return;
  }
  const corners = [[left, top], [left + width, top], [left + width, top + height], [left, top + height]];
  borders.forEach(({ width: wide, colour }, side) => {
    if (wide === 0 || isClear(colour)) return;
    const inward = [[0, 1], [-1, 0], [0, -1], [1, 0]][side].map((step) => (step * wide) / 2);
    const ends = [corners[side], corners[(side + 1) % 4]].map(([x, y]) => [x + inward[0], y + inward[1]]);
    Object.assign(pen, { strokeStyle: colour, lineWidth: wide });
    pen.beginPath();
    pen.moveTo(...ends[0]);
    pen.lineTo(...ends[1]);
    pen.stroke();
  });
}

function isClear(colour) {
  return colour === "transparent" || /,\s*0\)$|\/\s*0\)$/.test(colour);
}

// ---- words

/** Paints a text word by word, each where the browser put it: lines, direction and joined letters are then as they are. */
function paintWords(pen, text) {
  if (!text.data.trim()) return;
  const style = getComputedStyle(text.parentElement);
  Object.assign(pen, { font: fontOf(style), fillStyle: style.color, textAlign: "left", textBaseline: "alphabetic", direction: "ltr" });
  if ("letterSpacing" in pen) pen.letterSpacing = style.letterSpacing === "normal" ? "0px" : style.letterSpacing;
  const halo = style.textShadow === "none" ? null : style.textShadow.match(/^(rgba?\([^)]*\)|#\w+)/)?.[0];
  const range = document.createRange();
  for (const word of text.data.matchAll(/\S+/g)) {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    // A word that is broken lies in several boxes; then it is painted letter by letter.
    const boxes = range.getClientRects();
    if (boxes.length === 1) paintWord(pen, word[0], boxes[0], halo);
    else if (boxes.length > 1) paintLetters(pen, text, word, range, halo);
  }
}

function paintLetters(pen, text, word, range, halo) {
  for (let i = 0; i < word[0].length; i += 1) {
    range.setStart(text, word.index + i);
    range.setEnd(text, word.index + i + 1);
    const [box] = range.getClientRects();
    if (box) paintWord(pen, word[0][i], box, halo);
  }
}

function paintWord(pen, word, { left, top, height, width }, halo) {
  if (width === 0) return;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down, width: natural } = pen.measureText(word);
  const squeezed = width / natural; // by a transform of what the word stands in
  const share = Math.abs(squeezed - 1) > 0.04 ? squeezed : 1;
  pen.save();
  pen.translate(left, top + (height - (up + down) * share) / 2 + up * share);
  pen.scale(share, share);
  if (halo) {
    Object.assign(pen, { strokeStyle: halo, lineWidth: 3, lineJoin: "round" });
    pen.strokeText(word, 0, 0);
  }
  pen.fillText(word, 0, 0);
  pen.restore();
}

function fontOf({ fontStyle, fontWeight, fontSize, fontFamily }) {
  return [fontStyle, fontWeight, fontSize, fontFamily].join(" ");
}

// ---- drawings

/** Paints the shapes of an SVG; groups, paths, circles, rectangles, lines and plain texts. */
function paintDrawing(pen, root) {
  const { left, top, width } = root.getBoundingClientRect();
  const share = width / root.clientWidth || 1; // by a transform of what the drawing stands in
  for (const node of root.querySelectorAll("path, circle, rect, line, text")) {
    const style = getComputedStyle(node);
    const matrix = node.getCTM();
    if (!matrix || style.display === "none" || node.closest("defs")) continue;
    pen.save();
    pen.translate(left, top);
    pen.scale(share, share);
    pen.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
    if (node.tagName === "text") paintLabel(pen, node, style);
    else paintShape(pen, outlineOf(node), style);
    pen.restore();
  }
}

const number = (node, name) => node[name].baseVal.value;

function outlineOf(node) {
  const path = new Path2D(node.tagName === "path" ? node.getAttribute("d") ?? "" : undefined);
  if (node.tagName === "circle") path.arc(number(node, "cx"), number(node, "cy"), number(node, "r"), 0, 2 * Math.PI);
  if (node.tagName === "rect") path.roundRect(number(node, "x"), number(node, "y"), number(node, "width"), number(node, "height"), number(node, "rx"));
  if (node.tagName === "line") {
    path.moveTo(number(node, "x1"), number(node, "y1"));
    path.lineTo(number(node, "x2"), number(node, "y2"));
  }
  return path;
}

function paintShape(pen, path, style) {
  const alpha = pen.globalAlpha * Number(style.opacity);
  if (style.fill !== "none") {
    Object.assign(pen, { fillStyle: style.fill, globalAlpha: alpha * Number(style.fillOpacity) });
    pen.fill(path, style.fillRule);
  }
  const width = Number.parseFloat(style.strokeWidth);
  if (style.stroke === "none" || !width) return;
  Object.assign(pen, { strokeStyle: style.stroke, globalAlpha: alpha * Number(style.strokeOpacity), lineWidth: width,
    lineCap: style.strokeLinecap, lineJoin: style.strokeLinejoin });
  pen.setLineDash(style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(/[ ,]+/).map(Number.parseFloat));
  pen.stroke(path);
}

function paintLabel(pen, node, style) {
  Object.assign(pen, { font: fontOf(style), fillStyle: style.fill, textBaseline: "alphabetic",
    textAlign: { middle: "center", end: "right" }[style.textAnchor] ?? "left" });
  pen.fillText(node.textContent, Number(node.getAttribute("x") ?? 0), Number(node.getAttribute("y") ?? 0));
}
