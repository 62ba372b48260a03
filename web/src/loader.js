// The only script that stands in the page as it is read: it inflates style and scripts, which run because the page's policy knows
// their hashes. A browser that cannot inflate says what is needed.
import { inflated } from "./columns.js";

const held = (id) => document.getElementById(id).textContent;

async function unpacked(id) {
  return new TextDecoder().decode(await inflated(held(id)));
}

function add(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  document.head.append(element);
}

if (typeof DecompressionStream === "undefined") document.getElementById("geomap-old").hidden = false;
else {
  Promise.all([unpacked("geomap-style"), unpacked("geomap-code")]).then(([style, code]) => {
    add("style", style);
    add("script", code);
    // What folium wrote, which needs Leaflet: the map, the layers of users, the call that draws.
    add("script", held("geomap-own"));
  });
}
