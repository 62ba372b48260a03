// What is drawn as an element, not painted, is reached and opened with the keyboard too.

/** @param {Element | null} node @param {string} name @param {() => void} open */
export function reachable(node, name, open) {
  if (!node) return;
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", name);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    open();
  });
}

/** Adds a marker that can be opened by hand and by keyboard. */
export function addMark(layer, marker, name, open) {
  marker.on("click", open);
  marker.on("add", () => reachable(marker.getElement(), name, open));
  layer.addLayer(marker);
}
