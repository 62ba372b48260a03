// The rectangle that is asked for: drawn by mouse, pen or finger, shown with the world around it faded.
import L from "./leaflet.js";

import { boxBetween, sidesOf } from "./box.js";
import { el } from "./dom.js";
import { sign } from "./signs.js";
import { isRightToLeft, t } from "./strings.js";

/** Pixels below which a stroke is a slip and no rectangle. */
const LEAST = 6;

/** Latitudes to which the map can be faded. */
const POLES = 89;

export class Rectangle {
  /** @param {L.Map} map @param {{begun: () => void, drawn: (box: import("./box.js").Box) => void}} answers begun: by the button */
  constructor(map, { begun, drawn }) {
    Object.assign(this, { map, drawn });
    this.layer = L.layerGroup().addTo(map);
    this.button = el("button", { type: "button", class: "draw", "aria-pressed": "false", onclick: () => (this.isDrawing ? this.turn(false) : begun()) }, sign("rectangle"));
    L.DomEvent.disableClickPropagation(this.button);
    this.control = new (L.Control.extend({ onAdd: () => el("div", { class: "leaflet-bar" }, this.button) }))();
    // A sheet over the map takes the strokes, so that no mark and no drag of the map answers them.
    this.sheet = el("div", { class: "geomap-drawing", hidden: true });
    this.stroke = el("div", { class: "stroke", hidden: true });
    this.sheet.append(this.stroke);
    map.getContainer().append(this.sheet);
    this.sheet.addEventListener("pointerdown", (event) => this.begin(event));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.isDrawing) this.turn(false); });
    ["click", "dblclick", "mousedown", "touchstart", "wheel"].forEach((kind) => this.sheet.addEventListener(kind, (event) => event.stopPropagation()));
  }

  say() {
    this.button.title = t("ask.draw");
    this.button.setAttribute("aria-label", t("ask.draw"));
    // Below the other buttons, on the side where the page's language begins.
    this.control.remove();
    this.control.setPosition(isRightToLeft() ? "topright" : "topleft");
    this.control.addTo(this.map);
  }

  get isDrawing() {
    return !this.sheet.hidden;
  }

  /** Takes strokes, or no longer. @param {boolean} on */
  turn(on) {
    this.sheet.hidden = !on;
    this.button.setAttribute("aria-pressed", String(on));
    if (on) this.map.closePopup();
  }

  begin(event) {
    if (!event.isPrimary || event.button > 0) return;
    event.preventDefault();
    const start = this.map.mouseEventToContainerPoint(event);
    let end = start;
    this.sheet.setPointerCapture(event.pointerId);
    const follow = (move) => {
      end = this.map.mouseEventToContainerPoint(move);
      this.stroke.hidden = false;
      Object.assign(this.stroke.style, { left: `${Math.min(start.x, end.x)}px`, top: `${Math.min(start.y, end.y)}px`,
        width: `${Math.abs(end.x - start.x)}px`, height: `${Math.abs(end.y - start.y)}px` });
    };
    const leave = () => {
      this.stroke.hidden = true;
      this.sheet.removeEventListener("pointermove", follow);
    };
    this.sheet.addEventListener("pointermove", follow);
    this.sheet.addEventListener("pointercancel", leave, { once: true });
    this.sheet.addEventListener("pointerup", () => {
      leave();
      if (Math.abs(end.x - start.x) < LEAST || Math.abs(end.y - start.y) < LEAST) return;
      this.turn(false);
      this.drawn(boxBetween(this.map.containerPointToLatLng(start), this.map.containerPointToLatLng(end)));
    }, { once: true });
  }

  /** Shows a box, none when null. @param {import("./box.js").Box | null} box */
  show(box) {
    this.layer.clearLayers();
    if (!box) return;
    const { map } = this;
    const middle = map.getCenter().lng;
    const [west, east] = sidesOf(box, middle);
    const ring = [[box[1], west], [box[3], west], [box[3], east], [box[1], east]];
    const world = [[-POLES, middle - 270], [POLES, middle - 270], [POLES, middle + 270], [-POLES, middle + 270]];
    this.layer.addLayer(L.polygon([world, ring], { pane: "asked", interactive: false, className: "not-asked", stroke: false, smoothFactor: 0 }));
    this.layer.addLayer(L.polygon(ring, { pane: "asked", interactive: false, className: "asked", fill: false, weight: 2, smoothFactor: 0 }));
  }

  /** Moves the map so that a box is seen. @param {import("./box.js").Box} box */
  reach(box) {
    const [west, east] = sidesOf(box, this.map.getCenter().lng);
    this.map.fitBounds([[box[1], west], [box[3], east]], { animate: false, padding: [20, 20], maxZoom: 13 });
  }
}
