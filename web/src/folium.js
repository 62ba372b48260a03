// What folium's own elements expect of a page, so that a user can add them to the map.
import L from "./leaflet.js";
import icon from "leaflet/dist/images/marker-icon.png";
import shadow from "leaflet/dist/images/marker-shadow.png";

/** Puts Leaflet where folium's scripts look for it, with its default icon, and stands in for the two uses of jQuery. */
export function serveFolium() {
  window.L = L;
  delete L.Icon.Default.prototype._getIconUrl;
  L.Icon.Default.mergeOptions({ iconUrl: icon, iconRetinaUrl: icon, shadowUrl: shadow });
  if (!window.$) {
    window.$ = (what) => (typeof what === "string" ? parsed(what) : { ready: (run) => run() });
  }
}

/** Elements of a markup that the user of folium wrote; no text of ours comes here. */
function parsed(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup.trim();
  return [...template.content.children];
}
