// Leaflet as folium's scripts want it: one object to which more can be added. From its modules, since the browser reads through a
// package that is wrapped in functions once for each of them before it runs.
import * as all from "leaflet/dist/leaflet-src.esm.js";

export default { ...all };
