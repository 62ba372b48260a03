// Cards: what a click on a mark or on a line of the list shows. All texts of others are text nodes with their own direction.
import { el, link, words } from "./dom.js";
import { badge } from "./symbols.js";
import { ROLES, dayText, figureMeaning, figureOnMap, figureText, isToldElsewhere, number, periodText, spanText, typeName, whyNotPlaced } from "./words.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Entry} Entry */

/** @param {Data} data @param {import("./data.js").Event} event @param {number[]} here places of the mark that was opened */
export function eventCard(data, event, here = []) {
  const bulletin = data.bulletins[event.bulletin];
  return el(
    "article",
    { class: "card" },
    el("h2", { tabindex: "-1" }, badge(event.type), el("span", {}, typeName(event.type)), event.label && words(`: ${event.label}`)),
    tags(event),
    figures(event),
    el("blockquote", { dir: "auto", lang: bulletin.lang ?? null }, ...sentence(event, here)),
    reported(data, event, bulletin),
    notes(data, event),
    (event.mentions ?? []).length > 0 && el("details", { class: "how" }, el("summary", {}, "How the places were decided"),
      ...event.mentions.map((mention) => decided(data, mention, event))),
  );
}

function tags(event) {
  const marks = event.marks;
  const list = [
    event.negated && "did not happen, says the text",
    event.planned && "planned, not done",
    event.figure?.scope === "cumulative" && "running total",
    marks.some((mark) => mark.inferred) && "place inferred",
    event.repeats && "told again",
    event.total_of_breakdown && "total of parts",
    marks.length === 0 && !event.negated && !isToldElsewhere(event) && "not placed",
  ].filter(Boolean);
  return list.length > 0 && el("p", { class: "tags" }, ...list.map((tag) => el("span", {}, tag)));
}

function figures(event) {
  const counts = event.counts ?? [event.figure].filter(Boolean);
  if (counts.length === 0) return el("p", { class: "meaning" }, "The text gives no figure.");
  return el("ul", { class: "figures" }, ...counts.map((count) =>
    count.subset_of
      ? el("li", { class: "part" }, "including ", words(figureText(count)), ` (of ${number(count.subset_of)})`)
      : el("li", {}, el("strong", {}, words(figureText(count))), " ", words(figureMeaning(count, event), "meaning"))));
}

/** The sentence with its places marked, that of the opened mark more than the others. */
function sentence(event, here) {
  const text = event.sentence ?? "";
  const found = (event.mentions ?? []).filter((m) => m.start !== undefined || m.end !== undefined)
    .map((m) => ({ start: m.start ?? 0, end: m.end, here: here.includes(m.place) }))
    .filter((m) => m.end > m.start && m.end <= text.length).sort((a, b) => a.start - b.start);
  const parts = [];
  let done = 0;
  for (const mention of found) {
    if (mention.start < done) continue;
    parts.push(text.slice(done, mention.start), el("mark", mention.here ? { class: "here" } : {}, text.slice(mention.start, mention.end)));
    done = mention.end;
  }
  return [...parts, text.slice(done)];
}

/** The other bulletins that tell the same fact. @param {Data} data @param {import("./data.js").Event} event */
function retold(data, event) {
  const { repeats, bulletin } = data.events;
  const others = new Set();
  for (let row = 0; row < data.events.n; row += 1) if (repeats[row] === event.row && bulletin[row] !== event.bulletin) others.add(bulletin[row]);
  return [...others].map((index) => data.bulletins[index]);
}

/** Where the event stands that an event repeats. @param {Data} data @param {import("./data.js").Event} event */
function elsewhere(data, event) {
  const bulletin = event.first < 0 ? event.bulletin : data.events.bulletin[event.first];
  if (bulletin === event.bulletin) return "more fully elsewhere in the bulletin";
  const { id, source } = data.bulletins[bulletin];
  return `by ${source ?? "another source"} in bulletin ${id}`;
}

function reported(data, event, bulletin) {
  return el(
    "dl",
    { class: "facts" },
    fact("Reported by", words(bulletin.source ?? "source not stated")),
    event.claimant && fact("As told by", words(event.claimant)),
    bulletin.id !== undefined ? fact("Bulletin", words(bulletin.id), `, ${dayText(bulletin.date)}`) : fact("Day", dayText(event.day)),
    bulletin.url && fact("Address", link(bulletin.url)),
    ...retold(data, event).map((other) => fact("Also told by", words(other.source ?? "source not stated"), ", bulletin ", words(other.id), `, ${dayText(other.date)}`)),
    event.period && fact("Period", ...periodAndDays(event)),
    ...(bulletin.notes ?? []).map((note) => fact("Note", words(note))),
  );
}

/** The period as the text has it, with its days; a day that is written needs no second telling. */
function periodAndDays({ period, interval }) {
  const days = interval && throughText(interval);
  return [periodText(period) === days ? days : words(period), days && periodText(period) !== days && ` (${days})`];
}

/** A half-open interval in days as people say it: the last day is the one before its end. */
function throughText([start, end]) {
  const last = new Date(`${end}T00:00:00Z`);
  last.setUTCDate(last.getUTCDate() - 1);
  return spanText([start, last.toISOString().slice(0, 10)]);
}

function fact(name, ...value) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, ...value));
}

/** What the picture leaves open, in words. @param {Data} data */
function notes(data, event) {
  const marks = event.marks;
  const list = [];
  const shared = Math.max(0, ...marks.map((mark) => mark.shared ?? 0));
  if (shared > 1 && event.figure) list.push(`One figure shared by ${shared} places: it is not known how much belongs to each.`);
  if (marks.some((mark) => mark.kind === "arrival")) list.push("Where they came from is not stated.");
  if (marks.some((mark) => mark.kind === "departure")) list.push("Where they went is not stated.");
  if (marks.some((mark) => mark.kind === "crossing" && !mark.direction)) list.push("The text gives no direction for the crossing.");
  for (const area of new Set(marks.flatMap((mark) => mark.places).map((i) => data.place(i)).filter((place) => place.area))) {
    list.push(`Somewhere in ${area.name} (${area.type}): no finer place is known.`);
  }
  if (event.total_of_breakdown) list.push("A total whose parts are events of their own; adding both would count twice.");
  if (event.repeats) list.push(`The same fact is told ${elsewhere(data, event)}; it is drawn and counted there.`);
  if (marks.length === 0 && !event.negated && !isToldElsewhere(event)) list.push(...whyNotPlaced(event));
  return list.length > 0 && el("ul", { class: "notes" }, ...list.map((note) => el("li", { dir: "auto" }, note)));
}

/** How one name became a place, or why it did not. @param {Data} data @param {import("./data.js").Mention} mention */
function decided(data, mention, event) {
  const place = mention.place === undefined ? null : data.place(mention.place);
  const others = (mention.candidates ?? []).filter((c) => c.id !== place?.id);
  return el(
    "section",
    { class: "decided" },
    el("h3", {}, `${ROLES[mention.role] ?? mention.role}: `, words(mention.surface)),
    mention.snippet && el("p", { class: "snippet", dir: "auto" }, "from another sentence: … ", mention.snippet[0],
      el("mark", {}, mention.snippet[1]), mention.snippet[2], " …"),
    place
      ? el("p", {}, "is ", words(place.name), ` (${place.type}, `, words(place.id), `), confidence ${percent(mention.confidence)}`)
      : el("p", {}, mention.status === "ambiguous" ? "left open: more than one place fits" : "is in no gazetteer that was loaded"),
    (mention.reasons ?? []).length > 0 && el("ul", {}, ...mention.reasons.map((reason) => el("li", { dir: "auto" }, reason))),
    others.length > 0 && el("p", { class: "minor" }, place ? "Weighed and left:" : "Could be:"),
    others.length > 0 && el("ul", { class: "minor" }, ...others.map((c) =>
      el("li", {}, words(c.name), ` (${c.type}, `, words(c.id), `, ${percent(c.score)})`, c.why && ": ", c.why && words(c.why)))),
    place && ground(place),
    place && !place.area && el("p", { class: "minor" }, ...zonesOf(data, mention, event)),
  );
}

function zonesOf(data, mention, event) {
  const zones = (mention.zones ?? []).map((i) => data.place(i));
  if (!event.day) return ["Zones at its date: no date is stated."];
  if (zones.length === 0) return [`In no known zone on ${dayText(event.day)}.`];
  return [`On ${dayText(event.day)} within `, ...zones.flatMap((zone, i) => [i ? ", " : "", words(zone.name), " (approximate)"]), "."];
}

function percent(value) {
  return `${Math.round(value * 100)} %`;
}

/** Where a place is and who says so. @param {import("./data.js").Place} place */
function ground(place) {
  const about = place.uncertainty_km ? `, within about ${number(place.uncertainty_km)} km` : "";
  const where = place.area ? "Its name stands at" : "At";
  return el(
    "div",
    { class: "minor" },
    el("p", {}, `${where} ${place.lat.toFixed(4)}, ${place.lon.toFixed(4)} (latitude, longitude; WGS 84)${place.area ? "" : about}; the coordinate is ${(place.certainty ?? "certain").replace("-", " ")}.`),
    place.description && el("p", { dir: "auto" }, place.description),
    cited(place),
  );
}

function cited(place) {
  const citations = place.citations ?? [];
  if (citations.length === 0) return el("p", {}, "No source is given for it.");
  return el("ul", {}, ...citations.map((c) => el("li", {}, "Source: ", c.url ? link(c.url, c.source) : words(c.source),
    c.label && ", ", c.label && words(c.label), c.licence && " (", c.licence && words(c.licence), c.licence && ")")));
}

/** A zone or a corridor. @param {Data} data @param {number} index @param {(event: import("./data.js").Event) => void} open */
export function placeCard(data, index, open) {
  const place = data.place(index);
  const events = (data.named[index] ?? []).map((row) => data.event(row));
  const line = place.type === "corridor";
  const basis = line
    ? "Approximate: a line drawn between its ends; the true route is not known."
    : "Approximate: no official boundary is known. The outline is drawn around places named as its members.";
  return el(
    "article",
    { class: "card" },
    el("h2", { tabindex: "-1" }, el("span", { class: `key ${line ? "line" : "dashes"}`, "aria-hidden": "true" }), words(place.name)),
    el("p", { class: "tags" }, el("span", {}, place.type), place.approximate && el("span", {}, "approximate")),
    place.approximate && el("p", {}, basis),
    place.description && el("p", { dir: "auto" }, place.description),
    el("dl", { class: "facts" }, place.valid && fact("Held", heldText(place.valid)), fact("Gazetteer", words(place.id))),
    el("div", { class: "minor" }, cited(place)),
    events.length > 0 && el("h3", {}, line ? "Told of it" : "Events that name it"),
    events.length > 0 && eventList(data, events, open),
  );
}

function heldText([start, end]) {
  if (!end) return `from ${dayText(start)}`;
  return start ? `from ${dayText(start)}, until ${dayText(end)}` : `until ${dayText(end)}`;
}

/** Several events at one mark. @param {Data} data @param {Entry[]} entries @param {number} all marks, of which these are the first @param {(event: import("./data.js").Event) => void} open */
export function gatheredCard(data, entries, all, open) {
  const places = [...new Set(entries.map(({ place }) => place.name))];
  const events = [...new Set(entries.map(({ event }) => event))];
  return el("article", { class: "card" },
    el("h2", { tabindex: "-1" }, el("span", {}, entries[0].place.area && "Somewhere in ", ...placeNames(places))),
    all > entries.length && el("p", { class: "notes" }, `The first ${number(entries.length)} of ${number(all)}; zoom in for the others.`),
    eventList(data, events, open));
}

/** Names that a heading can hold. */
const MOST_NAMES = 6;

function placeNames(names) {
  const rest = names.length - MOST_NAMES;
  return [...names.slice(0, MOST_NAMES).flatMap((name, i) => [i ? ", " : "", words(name)]), rest > 0 && ` and ${number(rest)} more places`];
}

function eventList(data, events, open) {
  return el("ul", { class: "events" }, ...events.map((event) =>
    el("li", {}, el("button", { type: "button", onclick: () => open(event) }, ...line(data, event)))));
}

/** One line about an event, for lists. @param {Data} data */
export function line(data, event) {
  const marks = event.marks;
  const names = [...new Set(marks.map((mark) => mark.places.map((i) => data.place(i).name).join(" → ")))];
  const shown = marks.length > 0;
  return [
    badge(event.type, { hollow: shown && marks.every((mark) => mark.inferred), planned: event.planned }),
    el("span", { class: "what" },
      el("span", { class: "title" }, typeName(event.type), event.figure && ": ", event.figure && words(figureOnMap(event.figure))),
      names.length > 0 && el("span", { class: "where" }, words(names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : ""))),
      el("span", { class: "said", dir: "auto" }, event.sentence ?? ""),
    ),
  ];
}
