// Time below the map: how many events each day has, and a window of days that is dragged, stepped and played.
import { el } from "./dom.js";
import { NO_DAY, isoDay } from "./data.js";
import { sign } from "./signs.js";
import { direction, t } from "./strings.js";
import { font } from "./symbols.js";
import { colours } from "./theme.js";
import { dayText, spanText } from "./words.js";

/** Bars at most; more days share one. */
const MOST_BARS = 240;

/** Milliseconds between two steps when played. */
const BEAT = 650;

/** Pixels within which a handle is taken rather than the window. */
const GRIP = 12;

/** Share of all days that the window takes when somebody presses play on the whole. */
const FIRST_SHARE = 8;

export class Timeline {
  /**
   * @param {HTMLElement} box
   * @param {import("./data.js").Data} data
   * @param {(window: [number, number] | null) => void} changed days since 1970, both included; null for all
   */
  constructor(box, data, changed) {
    const days = daysOf(data);
    this.window = null;
    if (days.last <= days.first) return;
    Object.assign(this, { box, changed, events: data.events, ...days, playing: null });
    this.days = this.last - this.first + 1;
    this.step = Math.ceil(this.days / MOST_BARS);
    this.bars = barsOf(data, this.first, this.last, this.step);
    box.hidden = false;
    this.sized = new ResizeObserver(() => this.fit());
    this.say();
  }

  /** Puts the panel up in the page's language; its time runs from left to right in each. */
  say() {
    if (!this.box) return;
    const button = (name, face, run) => el("button", { type: "button", "aria-label": name, title: name, onclick: run }, face);
    const slider = (name, label) => el("div", { class: name, role: "slider", tabindex: "0", "aria-label": label, "aria-valuemin": this.first, "aria-valuemax": this.last });
    this.box.setAttribute("aria-label", t("time"));
    this.play = button(t("time.play"), "", () => this.toggle());
    this.all = button(t("time.all.long"), t("time.all"), () => this.set(null));
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.handles = [t("time.first"), t("time.last")].map((name, end) => {
      const handle = slider("handle", name);
      handle.addEventListener("keydown", (event) => this.key(event, end));
      return handle;
    });
    this.pane = slider("pane", t("time.window"));
    this.pane.addEventListener("keydown", (event) => this.key(event, -1));
    this.track = el("div", { class: "track", dir: "ltr" }, this.canvas, this.pane, ...this.handles);
    this.track.addEventListener("pointerdown", (event) => this.grab(event));
    this.said = el("p", { class: "span", role: "status" });
    this.box.replaceChildren(el("div", { class: "buttons", dir: "ltr" }, button(t("time.earlier"), sign("earlier"), () => this.move(-1)), this.play,
      button(t("time.later"), sign("later"), () => this.move(1)), this.all), this.track, this.said);
    this.size = null;
    this.named();
    this.show();
    this.sized.disconnect();
    this.sized.observe(this.track);
  }

  /** The days shown, both included. @returns {[number, number]} */
  get span() {
    return this.window ?? [this.first, this.last];
  }

  /** @param {[number, number] | null} window */
  set(window) {
    if (!this.track) return;
    // A link may tell days of another map.
    if (window && (Math.max(...window) < this.first || Math.min(...window) > this.last)) window = null;
    const [a, b] = window ?? [this.first, this.last];
    const span = [Math.max(this.first, Math.min(a, b)), Math.min(this.last, Math.max(a, b))];
    const whole = window === null || (span[0] === this.first && span[1] === this.last);
    if (whole ? this.window === null : this.window && this.window[0] === span[0] && this.window[1] === span[1]) return;
    this.window = whole ? null : span;
    this.show();
    this.changed(this.window);
  }

  /** Opens the window when it hides an event that is asked for. @param {import("./data.js").Event} event */
  reach({ row }) {
    if (!this.window) return;
    const { day, days } = this.events;
    const hidden = day[row] === NO_DAY || day[row] > this.window[1] || day[row] + Math.max(0, days[row] - 1) < this.window[0];
    if (hidden) this.set(null);
  }

  /** Moves the window by so many of its own lengths, and not beyond the ends. @returns {boolean} whether it moved */
  move(lengths) {
    const [a, b] = this.window ?? [this.first, this.first + Math.max(this.step, Math.round(this.days / FIRST_SHARE)) - 1];
    if (this.window === null) {
      this.set(lengths > 0 ? [a, b] : [this.last - (b - a), this.last]);
      return true;
    }
    return this.shift(lengths * (b - a + 1));
  }

  shift(days) {
    const [a, b] = this.span;
    const by = Math.max(this.first - a, Math.min(this.last - b, days));
    this.set([a + by, b + by]);
    return by !== 0;
  }

  toggle() {
    if (this.playing) this.stop();
    else {
      if (this.window === null || this.window[1] === this.last) {
        const length = this.window ? this.window[1] - this.window[0] : Math.max(this.step, Math.round(this.days / FIRST_SHARE)) - 1;
        this.set([this.first, this.first + length]);
      }
      const stepDays = Math.max(this.step, Math.round((this.window ? this.window[1] - this.window[0] + 1 : 1) / 4));
      this.playing = setInterval(() => { if (!this.shift(stepDays)) this.stop(); }, BEAT);
      this.named();
    }
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
    this.named();
  }

  /** Names the button by what it does now. */
  named() {
    const name = t(this.playing ? "time.pause" : "time.play");
    this.play.replaceChildren(sign(this.playing ? "pause" : "play"), ` ${name}`);
    this.play.setAttribute("aria-label", name);
    this.play.title = name;
  }

  /** @param {number} end 0 the first day, 1 the last, -1 the window */
  key(event, end) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
    const whole = { Home: -this.days, End: this.days };
    const by = (steps[event.key] ?? 0) * this.step + (whole[event.key] ?? 0);
    if (event.key === "Escape") this.set(null);
    else if (by !== 0) this.turn(end, by);
    else return;
    event.preventDefault();
  }

  turn(end, by) {
    if (end < 0) return void (this.window ? this.shift(by) : this.move(Math.sign(by)));
    const span = [...this.span];
    span[end] += by;
    // A handle stops at the other one.
    span[end] = end === 0 ? Math.min(span[0], span[1]) : Math.max(span[0], span[1]);
    this.set(span);
  }

  grab(event) {
    event.preventDefault();
    this.stop();
    const [left, right] = this.span.map((day, end) => this.x(day + end));
    const { left: edge } = this.track.getBoundingClientRect();
    const start = event.clientX - edge;
    const near = [Math.abs(start - left), Math.abs(start - right)];
    const end = Math.min(...near) <= GRIP ? Number(near[1] < near[0]) : -1;
    const inside = this.window !== null && start > left && start < right;
    const old = this.span;
    (end < 0 ? this.pane : this.handles[end]).focus({ preventScroll: true });
    this.track.setPointerCapture(event.pointerId);
    const follow = ({ clientX }) => {
      const day = this.day(clientX - edge);
      if (end >= 0) this.set(end === 0 ? [Math.min(day, old[1]), old[1]] : [old[0], Math.max(day, old[0])]);
      else if (inside) this.dragged(old, day - this.day(start));
      else this.set([this.day(start), day]);
    };
    const done = () => this.track.removeEventListener("pointermove", follow);
    this.track.addEventListener("pointermove", follow);
    this.track.addEventListener("pointerup", done, { once: true });
    this.track.addEventListener("pointercancel", done, { once: true });
  }

  dragged([a, b], by) {
    const kept = Math.max(this.first - a, Math.min(this.last - b, by));
    this.set([a + kept, b + kept]);
  }

  x(day) {
    return ((day - this.first) / this.days) * (this.size?.width ?? 0);
  }

  day(x) {
    return Math.max(this.first, Math.min(this.last, this.first + Math.floor((x / Math.max(1, this.size?.width ?? 0)) * this.days)));
  }

  show() {
    const [a, b] = this.span;
    [a, b].forEach((day, end) => {
      this.handles[end].setAttribute("aria-valuenow", day);
      this.handles[end].setAttribute("aria-valuetext", dayText(isoDay(day)));
    });
    const text = spanText([isoDay(a), isoDay(b)]);
    this.pane.setAttribute("aria-valuenow", a);
    this.pane.setAttribute("aria-valuetext", text);
    this.all.disabled = this.window === null;
    this.said.textContent = this.undated === 0 ? text
      : t(this.window ? "time.left_out" : "time.included", { days: text, n: this.undated });
    this.paint();
  }

  /** Takes over the size that the panel has; whoever has just had the page laid out asks for nothing new. */
  fit() {
    if (!this.track) return;
    const { clientWidth: width, clientHeight: height } = this.track;
    if (width === this.size?.width && height === this.size.height) return;
    this.size = { width, height };
    this.paint();
  }

  paint() {
    const { canvas } = this;
    // For the first time when the panel has its width; asking for it before would lay the whole page out.
    if (!this.size?.width) return;
    const { width, height } = this.size;
    const [left, right] = this.span.map((day, end) => this.x(day + end));
    this.handles[0].style.left = `${left}px`;
    this.handles[1].style.left = `${right}px`;
    Object.assign(this.pane.style, { left: `${left}px`, width: `${right - left}px` });
    const fine = Math.min(2, window.devicePixelRatio || 1);
    if (canvas.width !== Math.round(width * fine)) canvas.width = Math.round(width * fine);
    if (canvas.height !== Math.round(height * fine)) canvas.height = Math.round(height * fine);
    const pen = canvas.getContext("2d");
    pen.setTransform(fine, 0, 0, fine, 0, 0);
    pen.clearRect(0, 0, width, height);
    const most = Math.max(...this.bars);
    this.bars.forEach((n, i) => {
      if (n === 0) return;
      const [x, next] = [this.x(this.first + i * this.step), this.x(Math.min(this.last + 1, this.first + (i + 1) * this.step))];
      const tall = Math.max(2, ((height - 16) * n) / most);
      pen.fillStyle = next > left + 0.5 && x < right - 0.5 ? colours.accent : colours.faded;
      pen.fillRect(x + 0.5, height - 14 - tall, Math.max(1, next - x - 1), tall);
    });
    this.paintDates(pen, width, height, most);
  }

  paintDates(pen, width, height, most) {
    Object.assign(pen, { font: font(11, 400), direction: direction(), fillStyle: colours.soft, textBaseline: "alphabetic", textAlign: "left" });
    pen.fillText(dayText(isoDay(this.first)), 0, height - 3.5);
    pen.textAlign = "right";
    pen.fillText(dayText(isoDay(this.last)), width, height - 3.5);
    if (width > 420) {
      pen.textAlign = "center";
      pen.fillText(t(this.step === 1 ? "time.bars.day" : "time.bars.days", { most, n: this.step }), width / 2, height - 3.5);
    }
  }
}

/** First and last day of events with a mark, and how many of them have no date. */
function daysOf({ events }) {
  let [first, last, undated] = [Infinity, -Infinity, 0];
  for (let row = 0; row < events.n; row += 1) {
    if (events.firstMark[row] === events.firstMark[row + 1]) continue;
    const day = events.day[row];
    if (day === NO_DAY) undated += 1;
    else {
      if (day < first) first = day;
      const end = events.days[row] > 1 ? day + events.days[row] - 1 : day;
      if (end > last) last = end;
    }
  }
  return { first, last, undated };
}

/** Events with a mark by their first day, so many days a bar. */
function barsOf({ events }, first, last, step) {
  const bars = new Uint32Array(Math.floor((last - first) / step) + 1);
  for (let row = 0; row < events.n; row += 1) {
    const day = events.day[row];
    if (day !== NO_DAY && events.firstMark[row] !== events.firstMark[row + 1]) bars[Math.floor((day - first) / step)] += 1;
  }
  return bars;
}
