// Following back: the bulletin with the sentence marked, and what others say for the same thing, place and time.
import { el, words } from "./dom.js";
import { t } from "./strings.js";
import { dayText, figureText } from "./words.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Event} Event */

/** The text of the bulletin, folded, with the event's sentence marked; nothing when the page has only the sentence. @param {Data} data @param {Event} event */
export function wholeBulletin(data, event, { lang }) {
  const text = data.textOf(event.bulletin);
  if (!text || !event.at) return null;
  const [start, length] = event.at;
  const sentence = el("mark", { class: "here" }, text.slice(start, start + length));
  const body = el("div", { class: "bulletin", dir: "auto", lang: lang ?? null, tabindex: "0", role: "region", "aria-label": t("ask.bulletin") }, text.slice(0, start), sentence, text.slice(start + length));
  const details = el("details", {}, el("summary", {}, t("ask.bulletin")), data.isCut(event.bulletin) && el("p", { class: "minor" }, t("ask.cut")), body);
  details.addEventListener("toggle", () => {
    if (details.open) body.scrollTop = sentence.offsetTop - body.offsetTop - 40;
  });
  return details;
}

/**
 * Figures that cannot all be so, side by side with who says them.
 * @param {Data} data @param {Event} event @param {(event: Event) => void} open
 */
export function differing(data, event, open) {
  return el("section", { class: "minor" }, el("h3", {}, t("ask.differ")), el("p", {}, t("ask.differ.about")),
    el("ul", { class: "differ", role: "list" }, ...event.differ.map((row) => told(data, data.event(row), row === event.row, open))));
}

function told(data, other, isThis, open) {
  const { source, id, date } = data.bulletins[other.bulletin];
  const figure = other.figure ? figureText(other.figure) : t("figure.none");
  return el("li", { class: isThis ? "this" : null },
    el("strong", {}, words(figure)), words(other.claimant ?? source ?? t("source.none")), el("br"),
    isThis ? t("ask.this") : el("button", { type: "button", onclick: () => open(other) }, words(id ?? ""), id !== undefined && ", ", dayText(date ?? other.day)),
    el("p", { dir: "auto" }, other.sentence ?? ""));
}
