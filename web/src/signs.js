// The signs on buttons, as drawings: few fonts have them as letters, and looking for one that has takes longer than all words of the
// first picture.
import { svg } from "./dom.js";

/** Strokes in a box of 16. */
const STROKES = {
  nearer: "M8 2.5v11M2.5 8h11",
  farther: "M2.5 8h11",
  whole: "M9.5 2.5h4v4M13.5 2.5 9.2 6.8M6.5 13.5h-4v-4M2.5 13.5 6.8 9.2",
  print: "M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.3h7v4.2h-7z",
  picture: "M8 2v8M4.6 6.9 8 10.3l3.4-3.4M3 13.5h10",
  rectangle: "M2.5 6v-2.5H5M7 3.5h2M11 3.5h2.5V6M13.5 7.5v1M13.5 10v2.5H11M9 12.5H7M5 12.5H2.5V10M2.5 8.5v-1",
  earlier: "M9.5 4 5.5 8l4 4",
  later: "M6.5 4l4 4-4 4",
  play: "M4.5 3.2v9.6L12.8 8z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
};

/** @param {keyof typeof STROKES} name @returns {SVGElement} in the colour of the letters around it */
export function sign(name) {
  return svg("svg", { class: "on-button", width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true" },
    svg("path", { d: STROKES[name], fill: name === "play" ? "currentColor" : "none", stroke: "currentColor",
      "stroke-width": name === "pause" ? 2.6 : 1.7, "stroke-linecap": "round", "stroke-linejoin": "round" }));
}
