"""Names of columns that are known: of many tables, and of those of ACLED, IDMC and the DTM as wholes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["PROFILES", "Profile", "known_fields", "plain"]


def plain(name: str) -> str:
    """Return the name of a column without case, spaces and signs: "Event date" and event_date are one."""
    return "".join(c for c in name.casefold() if c.isalnum())


_NAMES = {
    "id": "id eventid rowid recordid reference",
    "date": "date eventdate incidentdate reportdate reportingdate dateofevent day التاريخ تاريخ дата",
    "start": "start startdate datestart datefrom dateofstart",
    "end": "end enddate dateend dateto dateofend",
    "type": "type eventtype typeofevent kindofevent",
    "figure": "figure number count total العدد число",
    "figure.people": "people persons individuals inds numberofpeople numberofpersons numberofindividuals totalpeople"
    " totalindividuals",
    "figure.families": "families households hh hhs numberoffamilies numberofhouseholds totalhouseholds totalfamilies",
    "unit": "unit",
    "scope": "scope",
    "notes": "notes note description sentence remarks comment comments narrative",
    "source": "source sources datasource sourcename",
    "claimant": "claimant reportedby",
    "url": "url link sourceurl",
    "published": "published publicationdate datepublished",
    **{name: name.replace("_", "") for name in ("label", "period", "negated", "planned", "at_least")},
}
_PLACE = {
    "name": "place location locationname placename locality community communityname village villagename town site"
    " sitename settlement المكان الموقع место",
    "code": "pcode placecode locationcode locationpcode communitypcode communitycode placeid",
    "lat": "lat latitude ycoord latitudedd",
    "lon": "lon lng long longitude xcoord longitudedd",
    "country": "country countryname admin0 adm0 admin0name adm0name adm0en admin0en",
    "admin1": "admin1 adm1 admin1name adm1name adm1en admin1en governorate governoratename province provincename oblast"
    " state المحافظة محافظة область",
    "admin2": "admin2 adm2 admin2name adm2name adm2en admin2en district districtname",
    "admin3": "admin3 adm3 admin3name adm3name adm3en admin3en subdistrict subdistrictname",
    "admin4": "admin4 adm4 admin4name adm4name adm4en admin4en",
    "country_code": "iso3 iso2 countrycode admin0pcode adm0pcode adm0code",
    "admin1_code": "admin1pcode adm1pcode adm1code admin1code",
    "admin2_code": "admin2pcode adm2pcode adm2code admin2code",
    "admin3_code": "admin3pcode adm3pcode adm3code admin3code",
    "admin4_code": "admin4pcode adm4pcode adm4code admin4code",
}
_OF_ROLE = {
    "from": "from origin departure",
    "to": "to destination arrival",
    "via": "via transit",
}


_COUNTED = re.compile(r" \(\d\)$")
"""Behind the name of a column that comes again."""

_GROUPS = {
    "return": "returnee returnees",
    "displacement": "idp idps",
}
"""Whom a figure counts: it is that of a table whose events are all of the type, and of no other."""
_OF_GROUP = {
    "figure.people": ["", "individuals", "individual", "ind", "inds", "people", "persons"],
    "figure.families": ["families", "households", "household", "hh", "hhs"],
}


def _table() -> dict[str, str]:
    """Return the field of each known name; those of roles in the orders in which people write them."""
    found = {name: said for said, names in _NAMES.items() for name in names.split()}
    found |= {name: f".{part}" for part, names in _PLACE.items() for name in names.split()}
    for role, words in _OF_ROLE.items():
        for word in words.split():
            found |= {word: f"{role}.name", f"placeof{word}": f"{role}.name"}
            for part, names in _PLACE.items():
                for name in names.split():
                    found |= dict.fromkeys((f"{word}{name}", f"{name}{word}", f"{name}of{word}"), f"{role}.{part}")
    return found


_FIELDS = MappingProxyType(_table())


def _group_figures(kind: str) -> dict[str, str]:
    """Return the fields of columns that count those of whom all events of a type are."""
    return {
        name: field
        for group in _GROUPS.get(kind, "").split()
        for field, units in _OF_GROUP.items()
        for unit in units
        for name in (f"{group}{unit}", f"{unit}{group}")
    }


def known_fields(columns: Iterable[str], kind: str = "") -> dict[str, list[str]]:
    """Return the columns that look like each field, by field; `kind` is the type of all events, if there is one."""
    found: dict[str, list[str]] = {}
    fields = {**_group_figures(kind), **_FIELDS}
    for column in columns:
        said = fields.get(plain(_COUNTED.sub("", column)))
        if said is not None:
            found.setdefault(said, []).append(column)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The tables of one publisher: told by columns that only they have together, and read by a mapping of their own."""

    name: str
    told_by: frozenset[str]
    columns: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    note: str

    def fits(self, columns: Iterable[str]) -> bool:
        """Tell whether a table is of this kind."""
        return self.told_by <= {plain(column) for column in columns}

    def fields(self, columns: Iterable[str]) -> dict[str, str]:
        """Return the columns of a table by field."""
        there = {plain(column): column for column in reversed(list(columns))}
        return {said: there[name] for said, name in self.columns.items() if name in there}


PROFILES = (
    Profile(
        name="ACLED",
        told_by=frozenset(["eventidcnty", "eventdate", "eventtype", "location", "latitude", "longitude"]),
        columns={
            "id": "eventidcnty", "date": "eventdate", "type": "eventtype", "label": "subeventtype",
            ".country": "country", ".admin1": "admin1", ".admin2": "admin2", ".admin3": "admin3", ".name": "location",
            ".lat": "latitude", ".lon": "longitude", "source": "source", "notes": "notes",
            ".geo_precision": "geoprecision", "precision": "timeprecision",
        },
        note="read as a table of ACLED; its kinds of event are kept as other unless --map type.KIND:=TYPE says what"
        " they are, and fatalities are not read",
    ),
    Profile(
        name="IDMC",
        told_by=frozenset(["displacementtype", "figure", "latitude", "longitude"]),
        columns={
            "id": "id", "date": "displacementdate", "start": "displacementstartdate", "end": "displacementenddate",
            ".country": "country", ".country_code": "iso3", ".name": "locationsname", ".lat": "latitude",
            ".lon": "longitude", "figure": "figure", "notes": "description", "source": "sources", "url": "sourceurl",
            "label": "eventname",
        },
        values={"type": "displacement", "unit": "people"},
        note="read as a table of IDMC: new displacements; rows that IDMC calls triangulation tell a fact again",
    ),
    Profile(
        name="DTM",
        told_by=frozenset(["numpresentidpind"]),
        columns={
            "date": "reportingdate", ".country": "admin0name", ".country_code": "admin0pcode", ".admin1": "admin1name",
            ".admin1_code": "admin1pcode", ".admin2": "admin2name", ".admin2_code": "admin2pcode",
            ".admin3": "admin3name", ".admin3_code": "admin3pcode", "figure": "numpresentidpind", "id": "id",
        },
        values={"type": "displacement", "unit": "people", "scope": "cumulative"},
        note="read as a table of the DTM: displaced people who are present, as running totals",
    ),
)  # fmt: skip
"""Kinds of tables that are known as wholes: ACLED's exports, IDMC's updates (IDU) and the DTM's API."""
