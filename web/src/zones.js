// Zones: dashed, since no official boundary of any is known.
import L from "./leaflet.js";

import { latLngs } from "./data.js";
import { reachable } from "./reach.js";
import { t } from "./strings.js";

/**
 * @param {L.LayerGroup} layer
 * @param {import("./data.js").Data} data
 * @param {(place: number, at: L.LatLng) => void} openPlace
 */
export function drawZones(layer, data, openPlace) {
  layer.clearLayers();
  for (const { place: index, holds } of data.zones) {
    const place = data.place(index);
    if (!place.shape?.polygons) continue;
    const area = L.polygon(latLngs(place.shape), {
      pane: "zones", className: `zone${holds ? "" : " past"}`, weight: 1.6, dashArray: "7 5", smoothFactor: 0.5,
    });
    const middle = L.latLng(place.at[1], place.at[0]);
    area.on("click", (event) => {
      L.DomEvent.stop(event);
      openPlace(index, event.latlng);
    });
    area.on("add", () => reachable(area.getElement(), t("mark.zone", { name: place.name }), () => openPlace(index, middle)));
    layer.addLayer(area);
  }
}
