// Cards: what a click on a mark or on a line of the list shows. All texts of others are text nodes with their own direction.
import { differing, wholeBulletin } from "./back.js";
import { el, link, words } from "./dom.js";
import { has, listed, locale, parts, t } from "./strings.js";
import { badge } from "./symbols.js";
import { dayText, figureMeaning, figureOnMap, figureText, isToldElsewhere, periodText, placeType, spanText, typeName, whyNotPlaced } from "./words.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Entry} Entry */

/** @param {Data} data @param {import("./data.js").Event} event @param {number[]} here places of the mark that was opened @param {(event: import("./data.js").Event) => void} open */
export function eventCard(data, event, here, open) {
  const bulletin = data.bulletins[event.bulletin];
  return el(
    "article",
    { class: "card" },
    el("h2", { tabindex: "-1" }, badge(event.type), el("span", {}, ...(event.label ? parts("card.labelled", { type: typeName(event.type), label: words(event.label) }) : [typeName(event.type)]))),
    tags(event),
    figures(event),
    el("blockquote", { dir: "auto", lang: bulletin.lang ?? null }, ...sentence(event, here)),
    reported(data, event, bulletin),
    notes(data, event),
    (event.differ ?? []).length > 1 && differing(data, event, open),
    wholeBulletin(data, event, bulletin),
    (event.mentions ?? []).length > 0 && el("details", { class: "how" }, el("summary", {}, t("card.how")),
      ...event.mentions.map((mention) => decided(data, mention, event))),
  );
}

function tags(event) {
  const marks = event.marks;
  const list = [
    event.negated && t("tag.negated"),
    event.planned && t("tag.planned"),
    event.figure?.scope === "cumulative" && t("tag.total"),
    marks.some((mark) => mark.inferred) && t("tag.inferred"),
    event.repeats && t("tag.again"),
    event.total_of_breakdown && t("tag.total_of_parts"),
    marks.length === 0 && !event.negated && !isToldElsewhere(event) && t("tag.not_placed"),
  ].filter(Boolean);
  return list.length > 0 && el("p", { class: "tags" }, ...list.map((tag) => el("span", {}, tag)));
}

function figures(event) {
  const counts = event.counts ?? [event.figure].filter(Boolean);
  if (counts.length === 0) return el("p", { class: "meaning" }, t("card.no_figure"));
  return el("ul", { class: "figures" }, ...counts.map((count) =>
    count.subset_of
      ? el("li", { class: "part" }, ...parts("card.including", { figure: words(figureText(count)), whole: count.subset_of }))
      : el("li", {}, el("strong", {}, words(figureText(count))), " ", words(figureMeaning(count, event), "meaning"))));
}

/** The sentence with its places marked, that of the opened mark more than the others. */
function sentence(event, here) {
  const text = event.sentence ?? "";
  const found = (event.mentions ?? []).filter((m) => m.start !== undefined || m.end !== undefined)
    .map((m) => ({ start: m.start ?? 0, end: m.end, here: here.includes(m.place) }))
    .filter((m) => m.end > m.start && m.end <= text.length).sort((a, b) => a.start - b.start);
  const pieces = [];
  let done = 0;
  for (const mention of found) {
    if (mention.start < done) continue;
    pieces.push(text.slice(done, mention.start), el("mark", mention.here ? { class: "here" } : {}, text.slice(mention.start, mention.end)));
    done = mention.end;
  }
  return [...pieces, text.slice(done)];
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
  if (bulletin === event.bulletin) return t("note.again.same");
  const { id, source } = data.bulletins[bulletin];
  return t("note.again.other", { source: source ?? t("source.another"), id });
}

function reported(data, event, bulletin) {
  return el(
    "dl",
    { class: "facts" },
    fact(t("fact.reported_by"), words(bulletin.source ?? t("source.none"))),
    event.claimant && fact(t("fact.told_by"), words(event.claimant)),
    bulletin.id !== undefined
      ? fact(t("fact.bulletin"), ...parts("fact.bulletin.value", { id: words(bulletin.id), day: dayText(bulletin.date) }))
      : fact(t("fact.day"), dayText(event.day)),
    bulletin.url && fact(t("fact.address"), link(bulletin.url)),
    ...retold(data, event).map(({ source, id, date }) => fact(t("fact.also"),
      ...parts("fact.also.value", { source: words(source ?? t("source.none")), id: words(id), day: dayText(date) }))),
    event.period && fact(t("fact.period"), ...periodAndDays(event)),
    ...(bulletin.notes ?? []).map((note) => fact(t("fact.note"), foreign(note))),
  );
}

/** The period as the text has it, with its days; a day that is written needs no second telling. */
function periodAndDays({ period, interval }) {
  const days = interval && throughText(interval);
  if (!days || periodText(period) === days) return [days || words(period)];
  return parts("fact.period.value", { period: words(period), days });
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
  if (shared > 1 && event.figure) list.push(t("note.shared", { n: shared }));
  if (marks.some((mark) => mark.kind === "arrival")) list.push(t("note.origin"));
  if (marks.some((mark) => mark.kind === "departure")) list.push(t("note.goal"));
  if (marks.some((mark) => mark.kind === "crossing" && !mark.direction)) list.push(t("note.direction"));
  for (const area of new Set(marks.flatMap((mark) => mark.places).map((i) => data.place(i)).filter((place) => place.area))) {
    list.push(t(data.coarse ? "print.area" : "note.area", { place: area.name, type: placeType(area.type) }));
  }
  if (event.total_of_breakdown) list.push(t("note.total"));
  if (event.repeats) list.push(elsewhere(data, event));
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
    el("h3", {}, ...parts("decided.role", { role: has(`role.${mention.role}`) ? t(`role.${mention.role}`) : mention.role, name: words(mention.surface) })),
    mention.snippet && el("p", { class: "snippet", dir: "auto" }, ...parts("decided.snippet",
      { before: words(mention.snippet[0]), name: el("mark", {}, mention.snippet[1]), after: words(mention.snippet[2]) })),
    place
      ? el("p", {}, ...parts("decided.is", { name: words(place.name), type: placeType(place.type), id: words(place.id), share: percent(mention.confidence) }))
      : el("p", {}, t(mention.status === "ambiguous" ? "decided.ambiguous" : "decided.unknown")),
    (mention.reasons ?? []).length > 0 && el("ul", {}, ...mention.reasons.map((reason) => el("li", {}, foreign(reason)))),
    others.length > 0 && el("p", { class: "minor" }, t(place ? "decided.left" : "decided.could_be")),
    others.length > 0 && el("ul", { class: "minor" }, ...others.map((c) => el("li", {}, ...parts(c.why ? "decided.candidate.why" : "decided.candidate",
      { name: words(c.name), type: placeType(c.type), id: words(c.id), share: percent(c.score), why: c.why && foreign(c.why) })))),
    place && ground(place),
    place && !place.area && el("p", { class: "minor" }, ...zonesOf(data, mention, event)),
  );
}

function zonesOf(data, mention, event) {
  const zones = (mention.zones ?? []).map((i) => data.place(i));
  if (!event.day) return [t("zones.no_day")];
  if (zones.length === 0) return [t("zones.none", { day: dayText(event.day) })];
  const named = zones.flatMap((zone, i) => [i ? t("comma") : "", ...parts("zones.zone", { name: words(zone.name) })]);
  return parts("zones.within", { day: dayText(event.day), zones: named });
}

function percent(value) {
  return t("percent", { n: Math.round(value * 100) });
}

/** What geomap says of itself in English, whatever the page speaks. */
function foreign(text) {
  return el("bdi", { lang: "en" }, text);
}

/** Where a place is and who says so. @param {import("./data.js").Place} place */
function ground(place) {
  const key = place.area ? "ground.area" : place.uncertainty_km ? "ground.within" : "ground.point";
  const certainty = place.certainty ?? "certain";
  return el(
    "div",
    { class: "minor" },
    el("p", {}, t(key, { lat: coordinate(place.lat), lon: coordinate(place.lon), km: place.uncertainty_km,
      certainty: has(`certainty.${certainty}`) ? t(`certainty.${certainty}`) : certainty })),
    place.description && el("p", { dir: "auto" }, place.description),
    cited(place),
  );
}

/** @param {number} degrees */
function coordinate(degrees) {
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: 4, maximumFractionDigits: 4 }).format(degrees);
}

function cited(place) {
  const citations = place.citations ?? [];
  if (citations.length === 0) return el("p", {}, t("cited.none"));
  return el("ul", {}, ...citations.map(({ source, url, label, licence }) => el("li", {},
    ...parts(["cited", label && "label", licence && "licence"].filter(Boolean).join("."),
      { source: url ? link(url, source) : words(source), label: label && words(label), licence: licence && words(licence) }))));
}

/** A zone or a corridor. @param {Data} data @param {number} index @param {(event: import("./data.js").Event) => void} open */
export function placeCard(data, index, open) {
  const place = data.place(index);
  const events = (data.named[index] ?? []).map((row) => data.event(row));
  const line = place.type === "corridor";
  return el(
    "article",
    { class: "card" },
    el("h2", { tabindex: "-1" }, el("span", { class: `key ${line ? "line" : "dashes"}`, "aria-hidden": "true" }), words(place.name)),
    el("p", { class: "tags" }, el("span", {}, placeType(place.type)), place.approximate && el("span", {}, t("tag.approximate"))),
    place.approximate && el("p", {}, t(line ? "corridor.approximate" : "zone.approximate")),
    place.description && el("p", { dir: "auto" }, place.description),
    el("dl", { class: "facts" }, place.valid && fact(t("fact.held"), heldText(place.valid)), fact(t("fact.gazetteer"), words(place.id))),
    el("div", { class: "minor" }, cited(place)),
    events.length > 0 && el("h3", {}, t(line ? "corridor.events" : "zone.events")),
    events.length > 0 && eventList(data, events, open),
  );
}

function heldText([start, end]) {
  const days = { first: dayText(start), last: dayText(end) };
  if (!end) return t("held.from", days);
  return t(start ? "held.from_until" : "held.until", days);
}

/** Several events at one mark. @param {Data} data @param {Entry[]} entries @param {number} all marks, of which these are the first @param {(event: import("./data.js").Event) => void} open */
export function gatheredCard(data, entries, all, open) {
  const places = [...new Set(entries.map(({ place }) => place.name))];
  const events = [...new Set(entries.map(({ event }) => event))];
  return el("article", { class: "card" },
    el("h2", { tabindex: "-1" }, el("span", {}, ...(entries[0].place.area ? parts("gathered.area", { places: placeNames(places) }) : placeNames(places)))),
    all > entries.length && el("p", { class: "notes" }, t("gathered.first", { shown: entries.length, all })),
    eventList(data, events, open));
}

/** Names that a heading can hold. */
const MOST_NAMES = 6;

function placeNames(names) {
  const rest = names.length - MOST_NAMES;
  const list = names.slice(0, MOST_NAMES).flatMap((name, i) => [i ? t("comma") : "", words(name)]);
  return rest > 0 ? parts("gathered.more", { list, n: rest }) : list;
}

function eventList(data, events, open) {
  return el("ul", { class: "events" }, ...events.map((event) =>
    el("li", {}, el("button", { type: "button", onclick: () => open(event) }, ...line(data, event)))));
}

/** Places that a line names. */
const MOST_ON_A_LINE = 3;

/** One line about an event, for lists. @param {Data} data */
export function line(data, event) {
  const marks = event.marks;
  const names = [...new Set(marks.map((mark) => mark.places.map((i) => data.place(i).name).join(" → ")))];
  const shown = marks.length > 0;
  return [
    badge(event.type, { hollow: shown && marks.every((mark) => mark.inferred), planned: event.planned }),
    el("span", { class: "what" },
      el("span", { class: "title" }, typeName(event.type), event.figure && ": ", event.figure && words(figureOnMap(event.figure))),
      names.length > 0 && el("span", { class: "where" }, words(listed(names, MOST_ON_A_LINE))),
      el("span", { class: "said", dir: "auto" }, event.sentence ?? ""),
    ),
  ];
}
