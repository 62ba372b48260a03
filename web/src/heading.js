// What frames the map in words: its title, whose reports it shows, how far it can be trusted, whose work it rests on.
import { el } from "./dom.js";
import { settings } from "./settings.js";
import { listed, t } from "./strings.js";
import { spanText } from "./words.js";

/** Sources that the heading names. */
const MOST_SOURCES = 3;

/** @param {HTMLElement} head @param {import("./data.js").Data} data @param {boolean} [isFirst] only keeps the room of the reader's choices */
export function heading(head, data, isFirst = false) {
  const title = data.title ?? madeTitle(data);
  if (!data.title) document.title = title;
  const sources = [...new Set(data.bulletins.map((bulletin) => bulletin.source).filter(Boolean))];
  const events = t("events", { n: data.events.n });
  const hasBulletins = data.bulletins.some((bulletin) => bulletin.id !== undefined);
  const what = hasBulletins ? t("head.from", { events, bulletins: t("bulletins", { n: data.bulletins.length }) }) : events;
  const focused = document.activeElement?.closest(".settings") ? document.activeElement.name : null;
  head.replaceChildren(
    el("h1", { dir: "auto" }, title),
    // A title made of the days says them already.
    el("p", {}, data.title ? t("head.dated", { what, days: spanText(data.days) }) : what),
    ...(sources.length > 0 ? [el("p", { class: "sources", dir: "auto" }, t("head.sources", { sources: listed(sources, MOST_SOURCES) }))] : []),
    ...(data.coarse ? [el("p", { class: "coarse" }, t(`print.coarse.${data.coarse}`))] : []),
    isFirst ? el("div", { class: "settings" }) : settings(),
  );
  if (focused) head.querySelector(`select[name="${focused}"]`)?.focus();
}

/** Puts the reader's choices into the room that the heading keeps for them. @param {HTMLElement} head */
export function choices(head) {
  head.querySelector(".settings").replaceWith(settings());
}

/** A title made of the days of the events. @param {import("./data.js").Data} data */
function madeTitle({ events, days }) {
  if (days.length > 0) return t("title.days", { days: spanText(days) });
  return t(events.n > 0 ? "title.undated" : "title.none");
}

/** What no copy of the picture should be without. */
export function caution() {
  return t("caution");
}

/** What stands below the list. */
export function about() {
  return ["about.boundaries", "about.figures", "about.language", "about.colours", "about.credits"].map((key) => el("p", {}, t(key)));
}
