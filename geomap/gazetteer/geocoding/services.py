"""The services: how geopy asks each of them, and what is read from its answers."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geopy.geocoders import GeoNames, Nominatim, Pelias, Photon

from geomap.errors import InputError
from geomap.gazetteer.geocoding.suggestion import Suggestion, clean, point_of
from geomap.gazetteer.geocoding.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["KEY", "SERVICES", "USER", "Server", "Service"]

USER, KEY = "GEOMAP_GEOCODER_USER", "GEOMAP_GEOCODER_KEY"
"""The environment's names of a GeoNames user and of a Pelias server's key; they are in no error, sheet or cache."""

_LABELS = "en"
_OSM_KINDS = {"N": "node", "W": "way", "R": "relation"}
_BEYOND = 10
"""Photon is not asked for one country; of so many times the answers those of others are dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a service is: "http" or "https", and its host with port and folder."""

    scheme: str
    domain: str

    def __str__(self) -> str:
        """Its address."""
        return f"{self.scheme}://{self.domain}"

    @property
    def host(self) -> str:
        """The host alone."""
        return urlsplit(str(self)).hostname or ""

    @classmethod
    def of(cls, url: str) -> Server:
        """Read an address.

        Raises
        ------
        InputError
            When it is no plain address of a server.
        """
        try:
            parts = urlsplit(url.strip())
            parts.port  # noqa: B018  it raises when it is no number
            (parts.hostname or "").encode("idna")
        except ValueError:
            parts = urlsplit("")
        plain = url.isascii() and url.isprintable() and " " not in url.strip()
        if not plain or parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(
                f"{clean(url, 100)!r} is no address of a server; write it like https://geocoder.example.org",
                field="url",
            )
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise InputError(
                f"give the server alone, like https://geocoder.example.org; users and keys go into {USER} and {KEY}",
                field="url",
            )
        return cls(scheme=parts.scheme, domain=(parts.netloc + parts.path).rstrip("/"))


class Service(ABC):
    """A kind of geocoder, at a server."""

    title: str
    credit: str
    home: Server | None = None
    """The public server, asked when no other is named."""

    def __init__(self, server: Server, *, user_agent: str, timeout_s: float) -> None:
        self.geopy = self._connect(
            scheme=server.scheme,
            domain=server.domain,
            user_agent=user_agent,
            timeout=timeout_s,
            adapter_factory=Wire,
        )

    @property
    def wire(self) -> Wire:
        """What carries its questions."""
        wire: Wire = self.geopy.adapter
        return wire

    @property
    def source(self) -> str:
        """Who suggests, with the credit that is due."""
        return f"{self.title} ({self.credit})"

    @abstractmethod
    def _connect(self, **access: Any) -> Any:  # noqa: ANN401  geopy has no types
        """Return geopy's geocoder."""

    @abstractmethod
    def ask(self, name: str, country: str | None, limit: int) -> None:
        """Ask; the wire's `read` gets the answer, and geopy raises what the service refuses."""

    @abstractmethod
    def read(self, answer: Any, country: str | None) -> Iterator[Suggestion]:  # noqa: ANN401  any JSON
        """Yield what an answer suggests.

        Raises
        ------
        LookupError, TypeError, ValueError
            When it is no such answer, or a point is none.
        """


class _Nominatim(Service):
    title, credit = "Nominatim", "© OpenStreetMap contributors"
    home = Server(scheme="https", domain="nominatim.openstreetmap.org")

    def _connect(self, **access: Any) -> Any:  # noqa: ANN401
        return Nominatim(**access)

    def ask(self, name: str, country: str | None, limit: int) -> None:
        self.geopy.geocode(
            name, exactly_one=False, limit=limit, language=_LABELS, country_codes=country and country.lower()
        )

    def read(self, answer: Any, country: str | None) -> Iterator[Suggestion]:  # noqa: ANN401
        if isinstance(answer, dict) and "error" in answer:
            return
        for record in _list(answer):
            lon, lat = point_of(record["lon"], record["lat"])
            osm = _osm(record.get("osm_type"), record.get("osm_id"))
            kind = _words(record, "class", "type")
            yield Suggestion(
                label=_label(record, "display_name"), lon=lon, lat=lat, source=self.source, kind=kind, **osm
            )


class _GeoNames(Service):
    title, credit = "GeoNames", "CC BY 4.0"
    home = Server(scheme="http", domain="api.geonames.org")

    def _connect(self, **access: Any) -> Any:  # noqa: ANN401
        user = os.environ.get(USER, "").strip()
        if not user:
            raise InputError("GeoNames answers those who have a user name there; give yours", field=USER)
        return GeoNames(user, **access)

    def ask(self, name: str, country: str | None, limit: int) -> None:
        self.geopy.geocode(name, exactly_one=False, country=country)

    def read(self, answer: Any, country: str | None) -> Iterator[Suggestion]:  # noqa: ANN401
        if "status" in answer:
            return
        for record in _list(answer["geonames"]):
            lon, lat = point_of(record["lng"], record["lat"])
            yield Suggestion(
                label=_label(record, "name", "adminName1", "countryName"), lon=lon, lat=lat,
                source=self.source, kind=_words(record, "fcodeName") or _words(record, "fcl", "fcode"),
                **_geonames(record.get("geonameId")),
            )  # fmt: skip


class _Photon(Service):
    title, credit = "Photon", "© OpenStreetMap contributors"
    home = Server(scheme="https", domain="photon.komoot.io")

    def _connect(self, **access: Any) -> Any:  # noqa: ANN401
        return Photon(**access)

    def ask(self, name: str, country: str | None, limit: int) -> None:
        self.geopy.geocode(name, exactly_one=False, limit=limit * _BEYOND if country else limit, language=_LABELS)

    def read(self, answer: Any, country: str | None) -> Iterator[Suggestion]:  # noqa: ANN401
        for lon, lat, record in _features(answer):
            if country is not None and str(record.get("countrycode", "")).upper() != country.upper():
                continue
            yield Suggestion(
                label=_label(record, "name", "city", "county", "state", "country"), lon=lon, lat=lat,
                source=self.source, kind=_words(record, "osm_key", "osm_value"),
                **_osm(_OSM_KINDS.get(str(record.get("osm_type"))), record.get("osm_id")),
            )  # fmt: skip


class _Pelias(Service):
    title, credit = "Pelias", "credits: see its server"

    def _connect(self, **access: Any) -> Any:  # noqa: ANN401
        return Pelias(api_key=os.environ.get(KEY, "").strip() or None, **access)

    def ask(self, name: str, country: str | None, limit: int) -> None:
        self.geopy.geocode(name, exactly_one=False, countries=[country] if country else None, language=_LABELS)

    def read(self, answer: Any, country: str | None) -> Iterator[Suggestion]:  # noqa: ANN401
        for lon, lat, record in _features(answer):
            first = "label" if record.get("label") else "name"
            yield Suggestion(
                label=_label(record, first), lon=lon, lat=lat, source=self.source, kind=_words(record, "layer"),
                **_pelias_link(record),
            )  # fmt: skip


SERVICES: Mapping[str, type[Service]] = {
    "nominatim": _Nominatim,
    "geonames": _GeoNames,
    "photon": _Photon,
    "pelias": _Pelias,
}
"""The services by the word that asks for each."""


def _list(answer: object) -> Iterator[Mapping[str, Any]]:
    if not isinstance(answer, list):
        raise TypeError("no list of places")
    for record in answer:
        if not isinstance(record, dict):
            raise TypeError("no place")
        yield record


def _features(answer: Any) -> Iterator[tuple[float, float, Mapping[str, Any]]]:  # noqa: ANN401
    """Yield longitude, latitude (degrees) and properties of each feature of a GeoJSON collection."""
    for feature in _list(answer["features"]):
        position = feature["geometry"]["coordinates"]
        if not isinstance(position, list):
            raise TypeError("no position")
        lon, lat = point_of(position[0], position[1])
        (record,) = _list([feature["properties"]])
        yield lon, lat, record


def _label(record: Mapping[str, Any], *fields: str) -> str:
    """Return the parts of a name that are there, each once; the first must be."""
    parts = [clean(part) for part in (record.get(field) for field in fields) if isinstance(part, str)]
    label = clean(", ".join(dict.fromkeys(part for part in parts if part)))
    if not isinstance(record.get(fields[0]), str) or not label:
        raise ValueError(f"a place has no {fields[0]!r}")
    return label


def _words(record: Mapping[str, Any], *fields: str) -> str | None:
    found = (record.get(field) for field in fields)
    return clean(" ".join(word for word in found if isinstance(word, str)), 60) or None


def _osm(kind: object, number: object) -> dict[str, str]:
    """Return id and address of an OpenStreetMap object; nothing when they are none."""
    digits = str(number)
    if kind not in _OSM_KINDS.values() or not (digits.isascii() and digits.isdigit()) or len(digits) > 20:
        return {}
    return {"id": f"osm:{kind}-{digits}", "url": f"https://www.openstreetmap.org/{kind}/{digits}"}


def _geonames(number: object) -> dict[str, str]:
    digits = str(number)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 20:
        return {}
    return {"id": f"gn:{digits}", "url": f"https://www.geonames.org/{digits}"}


def _pelias_link(record: Mapping[str, Any]) -> dict[str, str]:
    """Return id and address of what a record of Pelias is made from, where they can be told."""
    source, number = record.get("source"), str(record.get("source_id"))
    if source == "openstreetmap":
        kind, _, digits = number.rpartition("/")
        return _osm(kind, digits)
    return _geonames(number) if source == "geonames" else {}
