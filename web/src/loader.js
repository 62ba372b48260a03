// The only script that stands in the page as it is read: it inflates the others, which run because the page's policy knows
// their hashes. A browser that cannot inflate says what is needed.
import { inflated } from "./columns.js";

const textOf = (id) => document.getElementById(id).textContent;

function run(code) {
  const script = document.createElement("script");
  script.textContent = code;
  document.head.append(script);
}

if (typeof DecompressionStream === "undefined") document.getElementById("geomap-old").hidden = false;
else {
  inflated(textOf("geomap-code")).then((bytes) => {
    run(new TextDecoder().decode(bytes));
    // What folium wrote, which needs Leaflet: the map, the layers of users, the call that draws.
    run(textOf("geomap-own"));
  });
}
