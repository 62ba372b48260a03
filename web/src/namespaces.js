// What Leaflet asks of Internet Explorer 8, granted and never used: build.mjs puts it in the place of `document.namespaces`.
export const namespaces = { add() {} };
