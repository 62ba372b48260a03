"""A small map made by hand: Syria-like places, and one event for each way of drawing."""

from __future__ import annotations

import itertools
from datetime import date

import shapely

from geomap.gazetteer import Gazetteer
from geomap.model import (
    Bulletin,
    Candidate,
    Citation,
    Count,
    Event,
    Interval,
    Mention,
    Name,
    Place,
    Resolution,
    Roles,
)

CITED = Citation(source="OCHA COD-AB", label="C0000", url="https://example.org/cod", licence="CC BY-IGO")


def place(id_, name, lon, lat, type_="town", geometry=None, **more):
    geometry = geometry if geometry is not None else shapely.Point(lon, lat)
    values = {"names": (Name(toponym=name, lang="en", citations=(CITED,)),), "citations": (CITED,), "ccodes": ("SY",)}
    return Place(id=id_, name=name, type=type_, lon=lon, lat=lat, geometry=geometry, **(values | more))


def square(lon, lat, half):
    return shapely.box(lon - half, lat - half, lon + half, lat + half)


HOMS = place("syr:homs-governorate", "Homs Governorate", 38.0, 34.4, "governorate", square(38.0, 34.4, 0.8))
ALEPPO = place("syr:aleppo-governorate", "Aleppo Governorate", 37.6, 36.3, "governorate", square(37.6, 36.3, 0.6))
RIF = place("syr:rif-dimashq", "Rif Dimashq", 36.9, 33.6, "governorate", square(36.9, 33.6, 0.6))
DUMA = place(
    "syr:duma",
    "Duma",
    36.4047,
    33.5707,
    parents=("syr:rif-dimashq", "syr:eastern-ghouta"),
    population=110893,
    uncertainty_km=2.0,
    description="Largest town of the Eastern Ghouta.",
)
HARASTA = place("syr:harasta", "Harasta", 36.365, 33.558, parents=("syr:rif-dimashq",), population=68000)
NASRIYEH = place("syr:nasriyeh", "Nasriyeh", 36.8137, 33.8727, "village", parents=("syr:rif-dimashq",))
IDLIB = place("syr:idlib", "Idlib", 36.6339, 35.9306, "city", population=165000)
HAMA = place("syr:hama", "Hama", 36.7578, 35.1318, "city", population=460000)
LATAKIA = place("syr:latakia", "Latakia", 35.7909, 35.5313, "city", population=424000)
TAL_SULTAN = place("syr:tal-sultan", "Tal Sultan", 36.9921, 35.7995, "village")
ABU_DUHUR = place("syr:abu-al-duhur", "Abu al-Duhur", 37.0473, 35.7371)
CORRIDOR = place(
    "syr:tal-sultan-corridor",
    "Tal-Sultan – Abu al-Duhur corridor",
    37.0197,
    35.7683,
    "corridor",
    shapely.LineString([(36.9921, 35.7995), (37.0473, 35.7371)]),
    approximate=True,
    valid=(date(2018, 6, 23), None),
)
GHOUTA = place(
    "syr:eastern-ghouta", "Eastern Ghouta", 36.42, 33.54, "region", square(36.42, 33.54, 0.09), approximate=True
)
IDLIB_ZONE = place(
    "syr:idlib-zone",
    "Idlib de-escalation zone",
    36.6,
    35.7,
    "zone",
    square(36.6, 35.7, 0.55),
    approximate=True,
    valid=(date(2017, 5, 4), None),
    description="After the memorandum of 4 May 2017.",
)
PAST_ZONE = place(
    "syr:homs-zone",
    "Northern Homs zone",
    36.75,
    34.9,
    "zone",
    square(36.75, 34.9, 0.15),
    approximate=True,
    valid=(date(2017, 5, 4), date(2018, 5, 16)),
)
PLACES = (
    HOMS,
    ALEPPO,
    RIF,
    DUMA,
    HARASTA,
    NASRIYEH,
    IDLIB,
    HAMA,
    LATAKIA,
    TAL_SULTAN,
    ABU_DUHUR,
    CORRIDOR,
    GHOUTA,
    IDLIB_ZONE,
    PAST_ZONE,
)


def gazetteer():
    return Gazetteer.from_places(PLACES)


SENTENCES = {
    "return": "Over the past day, 68 people have returned to Homs province, and 110 people – to the Eastern Ghouta.",
    "total": "70,071 people have returned home in the Eastern Ghouta from refugee and IDP camps.",
    "flow": "Some 1,250 people fled from Idlib to Hama during the week.",
    "back": "During the week 300 people were displaced from Hama to Idlib.",
    "crossing": "Over the past day, 465 people have passed through the Tal-Sultan – Abu al-Duhur corridor.",
    "directed": "Yesterday 120 people left Tal Sultan through the corridor.",
    "demining": "Engineers have completed demining of Nasriyeh and Duma.",
    "violation": "Armed formations breached the ceasefire in the provinces of Aleppo and Homs.",
    "medical": "Medics have helped more than 194 people in Duma, including 100 children.",
    "inferred": "Medical assistance to citizens is organized.",
    "planned": "Aid for 4,000 families is to be sent to Latakia.",
    "negated": "No shelling was reported in Hama.",
    "shared": "In all 900 people were evacuated from Idlib to Hama and Latakia.",
    "unknown": "The Centre monitored the situation in Ain-Zrekia.",
    "departure": "In the night 40 people left Harasta.",
    "arabic": "عاد 50 شخصا الى حماة امس.",
}


def resolution(text, surface, where, *, start=0, status="resolved", candidates=()):
    at = text.index(surface, start)
    mention = Mention(surface=surface, start=at, end=at + len(surface), name=surface)
    weighed = tuple(Candidate(place=p, score=0.4, reasons=("fits the name",)) for p in candidates)
    if status != "resolved":
        return Resolution(
            mention=mention, status=status, confidence=0.3, candidates=weighed, reasons=("nothing decides",)
        )
    chosen = (Candidate(place=where, score=0.93, reasons=("same name",)), *weighed)
    return Resolution(
        mention=mention, status=status, confidence=0.93, place=where, candidates=chosen, reasons=("same name",)
    )


class Scene:
    """Events of one bulletin, made from sentences one after another."""

    def __init__(self, id_="000", **more):
        self.text = "\n".join(SENTENCES.values())
        values = {"date": date(2018, 6, 24), "source": "Centre for Reconciliation", "url": "https://example.org/000"}
        self.bulletin = Bulletin(id=id_, text=self.text, **(values | more))
        self.numbers = itertools.count()

    def event(self, key, type_, *, inferred=None, **more):
        """An event of a sentence; roles as ``to=[("Homs", HOMS)]``."""
        sentence = SENTENCES[key]
        start = self.text.index(sentence)
        roles = {k: more.pop(k) for k in ("from_", "to", "at", "via") if k in more}
        return Event(
            id=f"{self.bulletin.id}/{start}-{next(self.numbers)}",
            bulletin=self.bulletin,
            type=type_,
            sentence=sentence,
            start=start,
            end=start + len(sentence),
            roles=self.roles(start, roles),
            inferred=self.roles(0, inferred or {}),
            **more,
        )

    def roles(self, start, roles):
        return Roles(
            **{
                role: tuple(resolution(self.text, surface, where, start=start) for surface, where in named)
                for role, named in roles.items()
            }
        )


def people(value, **more):
    return Count(value=value, unit="people", surface=f"{value:,} people", **more)


def events(**bulletin):
    """One event of each kind."""
    s = Scene(**bulletin)
    week = Interval(start=date(2018, 6, 18), end=date(2018, 6, 25))
    unknown = s.event("unknown", "statement")
    where = resolution(s.text, "Ain-Zrekia", None, status="ambiguous", candidates=(DUMA, HARASTA))
    unknown = Event(**{f: getattr(unknown, f) for f in unknown.__slots__} | {"roles": Roles(at=(where,))})
    return [
        s.event("return", "return", to=[("Homs", HOMS)], counts=(people(68),), period="past day"),
        s.event("return", "return", to=[("Eastern Ghouta", GHOUTA)], counts=(people(110),), period="past day"),
        s.event("total", "return", to=[("Eastern Ghouta", GHOUTA)], counts=(people(70071, scope="cumulative"),)),
        s.event(
            "flow", "displacement", from_=[("Idlib", IDLIB)], to=[("Hama", HAMA)], counts=(people(1250),), interval=week
        ),
        s.event(
            "back", "displacement", from_=[("Hama", HAMA)], to=[("Idlib", IDLIB)], counts=(people(300),), interval=week
        ),
        s.event("crossing", "crossing", via=[("Tal-Sultan – Abu al-Duhur corridor", CORRIDOR)], counts=(people(465),)),
        s.event("demining", "demining", at=[("Nasriyeh", NASRIYEH), ("Duma", DUMA)]),
        s.event("violation", "ceasefire_violation", at=[("Aleppo", ALEPPO), ("Homs", HOMS)]),
        s.event(
            "medical",
            "medical_assistance",
            at=[("Duma", DUMA)],
            counts=(people(194, at_least=True), people(100, subset_of=194)),
        ),
        s.event("inferred", "medical_assistance", inferred={"at": [("Hama", HAMA)]}),
        s.event(
            "planned",
            "humanitarian_aid",
            to=[("Latakia", LATAKIA)],
            counts=(Count(value=4000, unit="families"),),
            planned=True,
        ),
        s.event("negated", "ceasefire_violation", at=[("Hama", HAMA)], negated=True),
        s.event(
            "shared",
            "evacuation",
            from_=[("Idlib", IDLIB)],
            to=[("Hama", HAMA), ("Latakia", LATAKIA)],
            counts=(people(900),),
        ),
        s.event("departure", "displacement", from_=[("Harasta", HARASTA)], counts=(people(40),)),
        s.event("arabic", "return", to=[("حماة", HAMA)], counts=(people(50),)),
        unknown,
    ]


def directed_event():
    """A crossing whose text says from where."""
    s = Scene(id_="001")
    return s.event(
        "directed",
        "crossing",
        from_=[("Tal Sultan", TAL_SULTAN)],
        via=[("corridor", CORRIDOR)],
        counts=(people(120),),
        period="yesterday",
    )
