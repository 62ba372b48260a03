"""geopy's way to a server: within a time, of a size, and to no other server than the one that was named."""

from __future__ import annotations

import json
import time
from email.utils import parsedate_tz
from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderTimedOut, GeocoderUnavailable

from geomap.gazetteer.geocoding.suggestion import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from http.client import HTTPResponse

__all__ = ["MOST_BYTES", "Wire"]

MOST_BYTES = 2_000_000
"""Of an answer: GeoNames gives a hundred places in 60 kB."""

_PIECE = 1 << 14


class _NoRedirects(HTTPRedirectHandler):
    """Follows nowhere: a name is sent to the server that a person named, and to no other."""

    def http_error_302(self, *_args: object) -> None:
        """Leave the answer as it is, so that it becomes an error with its number."""

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302  # type: ignore[assignment]


class Wire(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """An adapter for geopy.

    geopy's own wait as long as a byte comes now and then, read answers of any size, follow redirects, may ask again.

    Attributes
    ----------
    read
        Told each answer before geopy reads it: geopy makes 0, 0 of a missing point, and 40 of a longitude of 400.
    """

    def __init__(self, *, proxies: object, ssl_context: object) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._opener = build_opener(_NoRedirects)  # with the proxies of the system and its certificates
        self.read: Callable[[Any], None] = lambda _answer: None

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:  # noqa: ANN401  any JSON
        """Return an answer as JSON, within `timeout` seconds in all.

        Raises
        ------
        AdapterHTTPError
            When the server says no, or sends elsewhere.
        GeocoderServiceError
            When it is out of reach or too slow, or answers no JSON.
        """
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            answer = json.loads(text, parse_constant=_no_json)
        except (ValueError, RecursionError):
            raise GeocoderParseError(f"it begins with {clean(text, 40)!r}") from None
        self.read(answer)
        return answer

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Return an answer as text, within `timeout` seconds in all.

        Raises
        ------
        AdapterHTTPError
            When the server says no, or sends elsewhere.
        GeocoderServiceError
            When it is out of reach or too slow.
        """
        # A thread of its own: neither the look-up of a name nor headers that drip can be told when to end.
        result: SimpleQueue[bytes | Exception] = SimpleQueue()
        request = Request(url, headers=dict(headers))  # noqa: S310  http or https, by `Server`
        Thread(target=self._fetch, args=(request, timeout, result), daemon=True).start()
        try:
            got = result.get(timeout=timeout)
        except Empty:
            raise GeocoderTimedOut(f"nothing whole came in {timeout:g} s") from None
        if isinstance(got, Exception):
            raise got
        return got.decode("utf-8", "replace")

    def _fetch(self, request: Request, timeout: float, result: SimpleQueue[bytes | Exception]) -> None:
        try:
            result.put(self._body(request, timeout))
        except Exception as error:  # whatever it is, it is raised where it is waited for
            result.put(error)

    def _body(self, request: Request, timeout: float) -> bytes:
        until = time.monotonic() + timeout
        try:
            with self._opener.open(request, timeout=timeout) as page:
                return _read(page, until)
        except HTTPError as error:
            with error:
                raise AdapterHTTPError(
                    _refusal(error), status_code=error.code, headers=_rest(error), text=""
                ) from error
        except (OSError, HTTPException, ValueError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            if isinstance(reason, TimeoutError):
                raise GeocoderTimedOut(f"nothing whole came in {timeout:g} s") from error
            raise GeocoderUnavailable(str(reason) or type(reason).__name__) from error


def _read(page: HTTPResponse, until: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := page.read1(_PIECE):
        size += len(piece)
        pieces.append(piece)
        if size > MOST_BYTES:
            raise GeocoderParseError(f"it is longer than {MOST_BYTES // 1_000_000} MB")
        if time.monotonic() > until:
            raise TimeoutError
    return b"".join(pieces)


def _no_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _rest(error: HTTPError) -> dict[str, str]:
    """Return when to ask again, where that can be understood: of anything else geopy complains in the log."""
    said = (error.headers.get("retry-after") or "").strip()
    seconds = said.isascii() and said.isdigit() and len(said) < 10
    return {"retry-after": said} if seconds or parsedate_tz(said) is not None else {}


def _refusal(error: HTTPError) -> str:
    """Return the number of a refusal and what is said with it: where to, or GeoNames' own word."""
    said = f"HTTP {error.code}"
    if 300 <= error.code < 400:
        return f"{said}: it sends on to {clean(error.headers.get('location', 'nowhere'), 200)}"
    try:
        body = json.loads(error.read(_PIECE))
        return f"{said}: {clean(body['status']['message'], 200)}"
    except Exception:  # most have no such body; a broken one changes nothing
        return said
