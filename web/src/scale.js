// Width of an arrow by its figure.

/** Pixels of the thinnest and the widest arrow. */
const THIN = 1.6;
const WIDE = 11;

/** Marks that are gathered on the screen may stand for more than `most`: so many times as much is told apart. */
const BEYOND = 2.5;

/**
 * Square root: an arrow four times as wide stands for sixteen times as many people. Only people are compared; running totals
 * and figures in other units are drawn at one width and written out.
 */
export class WidthScale {
  /** @param {number} most the largest figure of people that an arrow can stand for */
  constructor(most) {
    this.most = most;
  }

  /** @param {import("./sums.js").Sum} sum @returns {number} pixels */
  width({ value, total }) {
    return value === null || total ? THIN + 0.6 : this.of(value);
  }

  /** @param {number} value people @returns {number} pixels */
  of(value) {
    return THIN + (WIDE - THIN) * Math.sqrt(Math.min(BEYOND, value / Math.max(this.most, 1)));
  }

  /** Round figures for a legend, the largest not above the largest drawn. @returns {number[]} */
  samples() {
    if (this.most < 10) return [];
    const top = 10 ** Math.floor(Math.log10(this.most));
    return [top / 10, top, Math.floor(this.most / top) * top].filter((v, i, all) => v >= 1 && all.indexOf(v) === i);
  }
}
