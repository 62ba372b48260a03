// Latitudes on the map of the world: Web Mercator, at zoom 0 of 256 pixels.

/** Latitude, degrees, of the map's upper edge. */
export const TOP = 85.0511287798;

/** Pixels from the upper edge of the world map at zoom 0. @param {number} lat degrees */
export function heightOf(lat) {
  const sine = Math.sin((Math.max(-TOP, Math.min(TOP, lat)) * Math.PI) / 180);
  return 128 - (128 / (2 * Math.PI)) * Math.log((1 + sine) / (1 - sine));
}
