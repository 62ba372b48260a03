"""Asking an online geocoder: politely, once for each question, and with a plain word for all that can fail."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import shapely
from geopy.exc import (
    ConfigurationError,
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQuotaExceeded,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)

from geomap.errors import GeocodingError, InputError
from geomap.gazetteer.geocoding.answers import KeptAnswers, Question
from geomap.gazetteer.geocoding.services import KEY, SERVICES, USER, Server
from geomap.gazetteer.geocoding.suggestion import Suggestion, clean
from geomap.gazetteer.importing.countries import Countries
from geomap.gazetteer.importing.vetting import BORDER_KM
from geomap.gazetteer.metric import gap_km

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from geomap.gazetteer.geocoding.services import Service

__all__ = ["MOST_OF_PUBLIC", "Geocoder"]

MOST_OF_PUBLIC = 200
"""Names for which a public server is asked in a run: none of them is for bulk use, and all are given away."""

PUBLIC_DELAY_S = 1.0
"""https://operations.osmfoundation.org/policies/nominatim/: an absolute maximum of one request a second."""

LONGEST_NAME = 120
LONGEST_USER_AGENT = 200

_ADVICE: tuple[tuple[type[Exception], str], ...] = (
    (GeocoderAuthenticationFailure, f"it does not accept who asks; check {USER} or {KEY}"),
    (GeocoderInsufficientPrivileges, "it refuses; read its terms of use, and say who asks by --user-agent"),
    (GeocoderQuotaExceeded, "it was asked too often; ask again later, or a server of your own"),
    (GeocoderTimedOut, "it did not answer in time; ask again later, or another one"),
    (GeocoderUnavailable, "it cannot be reached; check the network and the address"),
    (GeocoderParseError, "its answer is no JSON; check the address"),
    (GeopyError, "it gives no answer; check the address"),
)


class Geocoder:
    """An online geocoder; make one with `Geocoder.of`."""

    def __init__(
        self, service: Service, server: Server, *, min_delay_s: float, kept: KeptAnswers, sleep: Callable[[float], None]
    ) -> None:
        self._service, self._server, self._kept = service, server, kept
        self._min_delay_s, self._sleep = min_delay_s, sleep
        self._answered_at = -math.inf
        self._asked = 0

    @classmethod
    def of(
        cls,
        name: str,
        *,
        url: str | None = None,
        user_agent: str | None = None,
        min_delay_s: float = PUBLIC_DELAY_S,
        timeout_s: float = 10.0,
        cache: Path | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Geocoder:
        """Return a geocoder; nothing is sent yet.

        Parameters
        ----------
        name
            The service: one of `SERVICES`. GeoNames needs a user name in ``GEOMAP_GEOCODER_USER``; a Pelias server may
            want a key in ``GEOMAP_GEOCODER_KEY``.
        url
            The server; the service's public one when None.
        user_agent
            What the server is told of who asks; "geomap" and its version when None. An address of mail helps.
        min_delay_s
            Seconds between an answer and the next question.
        timeout_s
            Seconds that a question may take in all.
        cache
            The folder in which answers are kept for 90 days; nowhere when None.
        sleep
            What waits for so many seconds.

        Raises
        ------
        InputError
            When there is no such service, or one of the others cannot be used for it.
        """
        if name not in SERVICES:
            raise InputError(f"{name!r} is no known geocoder; use one of {', '.join(SERVICES)}", field="geocoder")
        kind = SERVICES[name]
        server = kind.home if url is None else Server.of(url)
        if server is None:
            raise InputError(f"there is no public server of {kind.title}; give the address of one", field="url")
        _check_seconds("timeout_s", timeout_s, least=0.001)
        _check_seconds("min_delay_s", min_delay_s, least=PUBLIC_DELAY_S if _is_public(server) else 0.0)
        try:
            service = kind(server, user_agent=_user_agent(user_agent), timeout_s=timeout_s)
        except ConfigurationError as error:  # a user agent of geopy's own examples
            raise InputError(clean(str(error), 200), field="user_agent") from error
        return cls(service, server, min_delay_s=min_delay_s, kept=KeptAnswers(cache), sleep=sleep)

    @property
    def title(self) -> str:
        """The name of the service."""
        return self._service.title

    @property
    def address(self) -> str:
        """The address of its server."""
        return str(self._server)

    def suggest(self, name: str, *, country: str | None = None, limit: int = 5) -> tuple[Suggestion, ...]:
        """Return what the geocoder suggests for a name; nothing but the name and the country is told of the text.

        Parameters
        ----------
        name
            The spelling.
        country
            Where to look (ISO 3166-1 alpha-2); everywhere when None.
        limit
            How many suggestions there may be.

        Raises
        ------
        GeocodingError
            When there is no answer, or none that can be used.
        """
        name = clean(name, LONGEST_NAME + 1)
        if not name or len(name) > LONGEST_NAME or limit < 1:
            return ()
        question = Question(service=f"{self.title} {self.address}", name=name, country=country, limit=limit)
        known = self._kept.get(question)
        if known is not None:
            return known
        found = self._ask(question)[:limit]
        self._kept.put(question, found)
        return found

    def _ask(self, question: Question) -> tuple[Suggestion, ...]:
        self._check_fair()
        wait = self._answered_at + self._min_delay_s - time.monotonic()
        if wait > 0:
            self._sleep(wait)
        found: list[Suggestion] = []

        def read(answer: Any) -> None:  # noqa: ANN401  any JSON
            found.extend(self._service.read(answer, question.country))

        self._service.wire.read = read
        self._asked += 1
        try:
            with self._told_plainly():
                self._service.ask(question.name, question.country, question.limit)
                self._check_order(found, question.country)
        finally:
            self._answered_at = time.monotonic()
        return tuple(found)

    def _check_order(self, found: Sequence[Suggestion], country: str | None) -> None:
        """Refuse points that lie in the country only when longitude and latitude are exchanged.

        Raises
        ------
        ValueError
            When there is one.
        """
        outline = _countries().outline(country.upper()) if country and found else None
        for each in found if outline is not None else ():
            if shapely.contains_xy(outline, each.lat, each.lon) and gap_km(outline, each.lon, each.lat) > BORDER_KM:
                where = f"{each.label!r} at longitude {each.lon:g}, latitude {each.lat:g}"
                raise ValueError(f"{where} lies in {country} only when the two are exchanged: they look swapped")

    def _check_fair(self) -> None:
        if self._asked >= MOST_OF_PUBLIC and _is_public(self._server):
            raise GeocodingError(
                f"was asked for {self._asked} names in this run, and is not for more at once; run it again later"
                " (answers are kept), or ask a server of your own",
                field=self._where,
            )

    @property
    def _where(self) -> str:
        return f"{self.title} at {self.address}"

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        """Turn what geopy raises, and what an answer of another form leads to, into what a person can do about it."""
        try:
            yield
        except GeopyError as error:
            advice = next(advice for kind, advice in _ADVICE if isinstance(error, kind))
            rest = getattr(error, "retry_after", None)
            pause = "" if rest is None else f", and wants {math.ceil(rest):,} s of rest"
            raise GeocodingError(f"{advice} ({clean(str(error), 200)}{pause})", field=self._where) from error
        except ValueError as error:
            raise GeocodingError(f"its answer cannot be used: {clean(str(error), 200)}", field=self._where) from error
        except (ArithmeticError, AttributeError, LookupError, TypeError, RecursionError) as error:
            message = f"its answer is none of {self.title}'s; check the address ({type(error).__name__})"
            raise GeocodingError(message, field=self._where) from error


@cache
def _countries() -> Countries:
    return Countries()


def _is_public(server: Server) -> bool:
    return any(kind.home is not None and kind.home.host == server.host for kind in SERVICES.values())


def _check_seconds(field: str, seconds: float, *, least: float) -> None:
    if not least <= seconds < math.inf:
        raise InputError(f"{seconds:g} s is not possible here; give at least {least:g}", field=field)


def _user_agent(given: str | None) -> str:
    """Return what a server is told of who asks.

    Raises
    ------
    InputError
        When it cannot stand in a request.
    """
    if given is None:
        return f"geomap/{version('geomap')}"
    said = given.strip()
    if not said or not said.isascii() or not said.isprintable() or len(said) > LONGEST_USER_AGENT:
        raise InputError(
            f"{clean(given, 60)!r} cannot be sent; write who asks in plain letters, like 'relief-map (me@example.org)'",
            field="user_agent",
        )
    return said
