// One clean page of the map, for the printer and for a picture: title, what is in view, legend, scale, sources, date, caution.
// The same page for both: print.css lays it out, paint.js paints it; nothing is asked of any network.
import L from "./leaflet.js";

import "./print.css";
import { el } from "./dom.js";
import { painted } from "./paint.js";
import { ON_PAPER } from "./picture.js";
import { sign } from "./signs.js";
import { direction, isRightToLeft, listed, number, t } from "./strings.js";
import { chooseTheme, chosenTheme, isDark } from "./theme.js";
import { dayText, spanText } from "./words.js";

/** Pixels of a picture for one of the page: sharp on a slide and on paper. */
const SHARPNESS = 2;

/** Sources that the foot names; more are counted. */
const MOST_SOURCES = 12;

/** Characters of a file's name. */
const LONGEST_NAME = 60;

export class Paper {
  /**
   * @param {L.Map} map
   * @param {import("./data.js").Data} data
   * @param {() => import("./asking.js").Asking} asking what is asked of the page, and so not all of it shown
   */
  constructor(map, data, asking) {
    Object.assign(this, { map, data, asking, isOpen: false });
    this.app = document.getElementById("geomap-app");
    this.key = el("aside", { id: "geomap-key" });
    this.foot = el("section", { id: "geomap-foot" });
    globalThis.addEventListener("beforeprint", () => this.open());
    globalThis.addEventListener("afterprint", () => this.close());
  }

  /** Puts the two buttons up, in the page's language. */
  say() {
    this.buttons?.remove();
    const button = (key, name, run) => el("button", { type: "button", title: t(key), "aria-label": t(key), onclick: run }, sign(name));
    const bar = el("div", { class: "leaflet-bar geomap-paper" }, button("print.print", "print", () => globalThis.print()),
      button("print.picture", "picture", () => this.save()));
    L.DomEvent.disableClickPropagation(bar);
    this.buttons = new (L.Control.extend({ onAdd: () => bar }))({ position: isRightToLeft() ? "topright" : "topleft" }).addTo(this.map);
  }

  /** Lays the page out; what is in view stays in view. */
  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    const { map } = this;
    map.closePopup();
    const legend = document.getElementById("geomap-legend");
    const { minZoom, zoomSnap, maxBounds } = map.options;
    const theme = isDark() ? chosenTheme() : null;
    if (theme) chooseTheme("light");
    this.before = { theme, view: inSight(map, legend), centre: map.getCenter(), zoom: map.getZoom(), options: { minZoom, zoomSnap, maxBounds }, legend,
      home: legend?.parentNode, wasOpen: legend?.open, scroll: [globalThis.scrollX, globalThis.scrollY] };
    document.documentElement.classList.add(ON_PAPER);
    if (legend) this.key.append(legend);
    if (legend) legend.open = true;
    this.foot.replaceChildren(...this.footnotes());
    this.app.append(this.key, this.foot);
    // The paper has another shape than the screen: nothing may keep the map from showing what was in sight.
    map.setMaxBounds(null);
    Object.assign(map.options, { minZoom: 0, zoomSnap: 0 });
    map.invalidateSize({ pan: false, animate: false });
    map.fitBounds(this.before.view, { animate: false });
    if (maxBounds) map.panInsideBounds(maxBounds, { animate: false });
    if (legend) shrinkInto(this.key, legend);
  }

  /** Puts the page back as it was. */
  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { map, before } = this;
    document.documentElement.classList.remove(ON_PAPER);
    before.home?.append(before.legend);
    if (before.legend) Object.assign(before.legend, { open: before.wasOpen }).removeAttribute("style");
    this.key.remove();
    this.foot.remove();
    map.invalidateSize({ pan: false, animate: false });
    Object.assign(map.options, before.options);
    map.setView(before.centre, before.zoom, { animate: false });
    map.setMaxBounds(before.options.maxBounds);
    if (before.theme) chooseTheme(before.theme);
    globalThis.scrollTo(...before.scroll);
  }

  footnotes() {
    const { data } = this;
    const { window, rows } = this.asking();
    const sources = [...new Set(data.bulletins.map((bulletin) => bulletin.source).filter(Boolean))];
    const iso = (day) => new Date(day * 86400000).toISOString().slice(0, 10);
    const today = new Date();
    const local = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
    const lines = [
      rows.length < data.events.n && t("print.answer", { n: rows.length, all: number(data.events.n) }),
      window && t("print.days", { days: spanText(window.map(iso)) }),
      sources.length > 0 && t("head.sources", { sources: listed(sources, MOST_SOURCES) }),
      t("about.boundaries"),
      t("about.figures"),
      t("print.made", { day: dayText(local) }),
    ].filter(Boolean);
    return lines.map((line) => el("p", { dir: direction() }, line));
  }

  /** The page as a picture, in the pixels of `SHARPNESS`. @returns {HTMLCanvasElement} */
  picture() {
    const wasOpen = this.isOpen;
    this.open();
    try {
      return painted(this.app, SHARPNESS);
    } finally {
      if (!wasOpen) this.close();
    }
  }

  /** Gives the picture to the reader as a file. */
  save() {
    this.picture().toBlob((blob) => {
      const address = URL.createObjectURL(blob);
      el("a", { href: address, download: `${fileName(document.title)}.png` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
    }, "image/png");
  }
}

/** What a reader sees of the map: without the strip that lies under the legend. */
function inSight(map, legend) {
  const { x, y } = map.getSize();
  const [left, right] = legend?.open && legend.offsetWidth < x / 2 ? sides(map, legend, x) : [0, x];
  return L.latLngBounds(map.containerPointToLatLng([left, y]), map.containerPointToLatLng([right, 0]));
}

function sides(map, legend, width) {
  const [box, whole] = [legend.getBoundingClientRect(), map.getContainer().getBoundingClientRect()];
  return box.left + box.right > whole.left + whole.right ? [0, box.left - whole.left] : [box.right - whole.left, width];
}

/** Makes a legend that is too long for its column smaller. */
function shrinkInto(column, legend) {
  const share = column.clientHeight / legend.scrollHeight;
  if (share < 1) legend.style.setProperty("--share", share);
}

/** A title as the name of a file, in any script. */
function fileName(title) {
  return title.replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, LONGEST_NAME) || "map";
}
