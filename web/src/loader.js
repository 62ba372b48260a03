// The only script that stands in the page as it is read: it inflates style and scripts, which run because the page's policy knows
// their hashes. A browser that cannot inflate says what is needed.
import { unpacked } from "./inflate.js";

const held = (id) => document.getElementById(id).textContent;

async function text(id) {
  return new TextDecoder().decode(await unpacked(held(id)));
}

function add(tag, content) {
  const element = document.createElement(tag);
  element.textContent = content;
  document.head.append(element);
}

if (typeof DecompressionStream === "undefined") document.getElementById("geomap-old").hidden = false;
else {
  Promise.all([text("geomap-style"), text("geomap-code")]).then(([style, code]) => {
    add("style", style);
    add("script", code);
    // What folium wrote, which needs Leaflet: the map, the layers of users, the call that draws.
    add("script", held("geomap-own"));
  });
}
