// The list of all events: an equal way to read the map, by keyboard too.
import { el, words } from "./dom.js";
import { line } from "./cards.js";
import { by } from "./gather.js";
import { dayText, isToldElsewhere, plural, whyNotPlaced } from "./words.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Event} Event */

/**
 * @param {HTMLElement} side
 * @param {Data} data
 * @param {(event: Event, from: HTMLElement) => void} open
 */
export function buildList(side, data, open) {
  const placed = data.events.filter((event) => (event.marks ?? []).length > 0);
  const negated = data.events.filter((event) => event.negated);
  const again = data.events.filter((event) => !event.negated && isToldElsewhere(event));
  const open_ = data.events.filter((event) => !event.negated && !isToldElsewhere(event) && (event.marks ?? []).length === 0);
  side.setAttribute("aria-label", "List of events");
  side.append(
    el("p", { class: "counts", role: "status" },
      [`${plural(placed.length, "event")} on the map`, open_.length && `${open_.length} not placed`, negated.length && `${negated.length} negated`]
        .filter(Boolean).join(" · ")),
    ...by(placed, (event) => String(event.bulletin)).map((events) => bulletinPart(data, events, open)),
    part("not-placed", "Not placed", "No coordinate is made up for these.", open_, data, open, true),
    part("again", "Told elsewhere", "Repeats of a fact, and totals whose parts are events: not drawn or counted again.", again, data, open, false),
    part("negated", "Negated", "The text says that these did not happen; they are not drawn.", negated, data, open, false),
  );
  side.addEventListener("keydown", walk);
}

function bulletinPart(data, events, open) {
  const bulletin = data.bulletins[events[0].bulletin];
  return el("section", {},
    el("h2", {}, dayText(bulletin.date), el("small", {}, words(bulletin.source ?? "source not stated"), " · bulletin ", words(bulletin.id))),
    rows(data, events, open, false));
}

function part(id, title, about, events, data, open, why) {
  if (events.length === 0) return "";
  return el("section", { id }, el("h2", {}, `${title} (${events.length})`, el("small", {}, about)), rows(data, events, open, why));
}

function rows(data, events, open, why) {
  return el("ul", { class: "events" }, ...events.map((event) => {
    const reason = why && el("span", { class: "why", dir: "auto" }, whyNotPlaced(event).join(" "));
    const button = el("button", { type: "button" }, ...line(data, event), reason);
    button.addEventListener("click", () => open(event, button));
    return el("li", {}, button);
  }));
}

/** Arrow keys walk the list; Home and End go to its ends. */
function walk(event) {
  const buttons = [...event.currentTarget.querySelectorAll("ul.events button")];
  const here = buttons.indexOf(document.activeElement);
  const goals = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 };
  const goal = buttons[goals[event.key]];
  if (here < 0 || !goal) return;
  event.preventDefault();
  goal.focus();
}
