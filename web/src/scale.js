// Width of an arrow by its figure.

/** Pixels of the thinnest and the widest arrow. */
const THIN = 1.6;
const WIDE = 11;

/**
 * Square root: an arrow four times as wide stands for sixteen times as many people. Only people are compared; running totals
 * and figures in other units are drawn at one width and written out.
 */
export class WidthScale {
  /** @param {import("./data.js").Event[]} events */
  constructor(events) {
    const values = events.filter((event) => (event.marks ?? []).some(isMove)).map((event) => sized(event.figure)).filter(Boolean);
    this.most = values.length ? Math.max(...values) : 0;
  }

  /** @param {import("./data.js").Count | undefined} figure @returns {number} pixels */
  width(figure) {
    const value = sized(figure);
    if (value === null) return THIN + 0.6;
    return THIN + (WIDE - THIN) * Math.sqrt(value / Math.max(this.most, 1));
  }

  /** Round figures for a legend, the largest not above the largest drawn. @returns {number[]} */
  samples() {
    if (this.most < 10) return [];
    const top = 10 ** Math.floor(Math.log10(this.most));
    return [top / 10, top, Math.floor(this.most / top) * top].filter((v, i, all) => v >= 1 && all.indexOf(v) === i);
  }
}

function isMove(mark) {
  return mark.kind === "flow" || mark.kind === "arrival" || mark.kind === "departure";
}

function sized(figure) {
  return figure && figure.unit === "people" && figure.scope !== "cumulative" ? figure.value : null;
}
