// Making elements. Text becomes text nodes and nothing else; there is no innerHTML in this folder but in folium.js.

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [props] attributes; `on*` functions become listeners, false and null leave the attribute out;
 *   of `style` an object, for the page's policy lets no attribute of that name stand
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for SVG. @returns {SVGElement} */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "style") Object.assign(node.style, value);
    else if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

/** A text that somebody else wrote, in whatever direction its script runs. */
export function words(text, className = "") {
  return el("bdi", className ? { class: className } : {}, text);
}

/**
 * A link when the address is http or https, else the plain text.
 * @param {string} address
 * @param {string} [text]
 */
export function link(address, text = address) {
  return isWeb(address) ? el("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, words(text)) : words(text);
}

function isWeb(address) {
  if (!/^https?:\/\//i.test(address)) return false;
  try {
    return ["http:", "https:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}
