// Pointing at the pictures: a tip with the name of what lies there, lit up; a click opens it.
import L from "./leaflet.js";

import { el } from "./dom.js";

/** What lies over the map and has its own answer to a click. */
const ABOVE = ".leaflet-control, .leaflet-popup, .leaflet-marker-icon, .sheet";

/** @param {L.Map} map @param {import("./scene.js").Scene} scene @param {(drawn: import("./picture.js").Drawn | null) => void} light */
export function listen(map, scene, light) {
  const box = map.getContainer();
  const tip = el("div", { class: "geomap-tip", hidden: true, dir: "auto", "aria-hidden": "true" });
  box.append(tip);
  const under = (event) => {
    if (event.target.closest?.(ABOVE)) return null;
    const { x, y } = map.mouseEventToLayerPoint(event);
    return scene.picks.at(x, y);
  };
  let last = null;
  const show = (found, event) => {
    box.classList.toggle("on-mark", found !== null);
    tip.hidden = found === null;
    if (found) {
      const { x, y } = map.mouseEventToContainerPoint(event);
      tip.style.transform = `translate(${Math.round(Math.min(x + 14, map.getSize().x - 260))}px, ${Math.round(y + 16)}px)`;
    }
    if (found === last) return;
    last = found;
    tip.textContent = found ? found.name() : "";
    light(found);
  };
  let waiting = null;
  box.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || event.buttons > 0) return;
    if (!waiting) requestAnimationFrame(() => { const latest = waiting; waiting = null; show(under(latest), latest); });
    waiting = event;
  });
  box.addEventListener("pointerleave", (event) => show(null, event));
  map.on("movestart zoomstart", () => { tip.hidden = true; last = null; light(null); });
  // Before Leaflet: zones and corridors lie below the marks and would answer first.
  box.addEventListener("click", (event) => {
    if (map.dragging.moved()) return;
    const found = under(event);
    if (!found) return;
    event.stopPropagation();
    L.DomEvent.stop(event);
    show(null, event);
    found.open();
  }, true);
}
