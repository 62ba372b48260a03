"""Online geocoders, against a server of this machine that speaks as they do, and as they should not."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from geomap.cli.commands import cli
from geomap.errors import GeocodingError, GeomapError, InputError
from geomap.gazetteer.geocoding import SERVICES, Geocoder, Suggestion
from geomap.gazetteer.geocoding.answers import FILE, KeptAnswers, Question
from geomap.gazetteer.geocoding.geocoder import LONGEST_NAME, MOST_OF_PUBLIC
from geomap.gazetteer.geocoding.services import KEY, USER, Server
from geomap.gazetteer.geocoding.suggestion import clean, point_of
from geomap.gazetteer.geocoding.wire import MOST_BYTES

NOMINATIM = [
    {
        "place_id": 100149, "licence": "Data © OpenStreetMap contributors", "osm_type": "node", "osm_id": 26847709,
        "lat": "33.5721", "lon": "36.4023", "class": "place", "type": "town", "importance": 0.4,
        "display_name": "Douma, Rif Dimashq Governorate, Syria", "boundingbox": ["33.5", "33.6", "36.3", "36.5"],
    },
    {
        "osm_type": "way", "osm_id": "7", "lat": "36.1", "lon": "37.3", "class": "place", "type": "village",
        "display_name": "Douma, Aleppo Governorate, Syria",
    },
]  # fmt: skip
GEONAMES = {
    "totalResultsCount": 1,
    "geonames": [
        {
            "geonameId": 170592, "name": "Douma", "adminName1": "Rif-dimashq", "countryName": "Syria",
            "lat": "33.5721", "lng": "36.4023", "fcl": "P", "fcode": "PPL", "fcodeName": "populated place",
        }
    ],
}  # fmt: skip


def photon(country="SY", **more):
    properties = {
        "osm_type": "N", "osm_id": 26847709, "osm_key": "place", "osm_value": "town", "name": "Douma",
        "state": "Rif Dimashq Governorate", "country": "Syria", "countrycode": country, **more,
    }  # fmt: skip
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [36.4023, 33.5721]},
        "properties": properties,
    }


PHOTON = {"type": "FeatureCollection", "features": [photon("FR"), photon()]}
PELIAS = {
    "geocoding": {"version": "0.2"},
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [36.4023, 33.5721]},
            "properties": {
                "gid": "openstreetmap:venue:node/26847709", "layer": "locality", "source": "openstreetmap",
                "source_id": "node/26847709", "name": "Douma", "label": "Douma, Syria", "country_a": "SYR",
            },
        }
    ],
}  # fmt: skip
ANSWERS = {"nominatim": NOMINATIM, "geonames": GEONAMES, "photon": PHOTON, "pelias": PELIAS}
NOTHING = {"nominatim": [], "geonames": {"totalResultsCount": 0, "geonames": []},
           "photon": {"features": []}, "pelias": {"features": []}}  # fmt: skip
OSM = {"id": "osm:node-26847709", "url": "https://www.openstreetmap.org/node/26847709"}


@dataclass
class Speaker:
    """A geocoder's server: what it says next, and what it was asked."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"[]"
    drip: str = ""  # "body" or "headers": a byte now and then, until `over`
    silent: bool = False
    asked: list[tuple[str, dict[str, list[str]], dict[str, str]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def says(self, answer, status=200, **headers):
        self.body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}
        return self

    @property
    def questions(self):
        return [{name: values[0] for name, values in query.items()} for _, query, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        speaker = self.server.speaker
        speaker.times.append(time.monotonic())
        parts = urlsplit(self.path)
        speaker.asked.append((parts.path, parse_qs(parts.query), dict(self.headers)))
        if speaker.silent:
            speaker.over.wait(30)
            return
        if speaker.drip == "headers":
            self._drip(b"HTTP/1.0 200 OK\r\nX-Slow: ")
            return
        self.send_response(speaker.status)
        for name, value in speaker.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if speaker.drip == "body":
            self._drip(b"[")
        else:
            self.wfile.write(speaker.body)

    def _drip(self, first):
        self.wfile.write(first)
        while not self.server.speaker.over.wait(0.02):
            self.wfile.write(b" ")

    def log_message(self, *args):
        pass


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that hang up are what is tested."""


@pytest.fixture
def speaker(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(USER, "a-user")
    speaker = Speaker()
    with Quiet(("127.0.0.1", 0), Handler) as server:
        server.speaker = speaker
        speaker.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield speaker
        speaker.over.set()
        server.shutdown()
        thread.join()
    for other in threading.enumerate():  # what was given up ends when the server hangs up, and leaves nothing open
        if other.daemon and other is not threading.current_thread() and "_fetch" in other.name:
            other.join(10)


def asking(speaker, service="nominatim", **more):
    return Geocoder.of(service, url=speaker.url, **{"min_delay_s": 0.0, "timeout_s": 60.0, **more})


# What they say


@pytest.mark.parametrize(
    ("service", "path", "asked", "label", "kind", "more"),
    [
        ("nominatim", "/search", {"q": "Douma", "countrycodes": "sy", "limit": "5", "format": "json"},
         "Douma, Rif Dimashq Governorate, Syria", "place town", OSM),
        ("geonames", "/searchJSON", {"q": "Douma", "country": "SY", "username": "a-user"},
         "Douma, Rif-dimashq, Syria", "populated place",
         {"id": "gn:170592", "url": "https://www.geonames.org/170592"}),
        ("photon", "/api", {"q": "Douma", "limit": "50", "lang": "en"},
         "Douma, Rif Dimashq Governorate, Syria", "place town", OSM),
        ("pelias", "/v1/search", {"text": "Douma", "boundary.country": "SY"}, "Douma, Syria", "locality", OSM),
    ],
)  # fmt: skip
def test_each_service_is_asked_and_read(speaker, service, path, asked, label, kind, more):
    speaker.says(ANSWERS[service])
    geocoder = asking(speaker, service)
    found = geocoder.suggest("Douma", country="SY")
    assert found[0].label == label
    assert (found[0].lon, found[0].lat, found[0].kind) == (36.4023, 33.5721, kind)
    assert {"id": found[0].id, "url": found[0].url} == more
    assert found[0].source.startswith(f"{geocoder.title} (")
    assert [path_ for path_, _, _ in speaker.asked] == [path]
    assert asked.items() <= speaker.questions[0].items()


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_but_the_name_and_the_country_is_told(speaker, service, monkeypatch):
    monkeypatch.setenv(KEY, "a-key")
    speaker.says(NOTHING[service])
    assert asking(speaker, service).suggest("دوما", country="SY") == ()
    about_us = {"format", "limit", "accept-language", "lang", "username", "api_key"}
    told = {name: value for name, value in speaker.questions[0].items() if name not in about_us}
    assert "دوما" in told.values()
    assert {value.upper() for value in told.values()} <= {"دوما", "SY"}


def test_a_photon_of_the_world_gives_only_the_country_asked_for(speaker):
    speaker.says(PHOTON)
    assert [s.label.split(",")[0] for s in asking(speaker, "photon").suggest("Douma", country="SY")] == ["Douma"]
    assert len(asking(speaker, "photon").suggest("Douma")) == 2


def test_no_more_are_given_than_wanted(speaker):
    speaker.says(NOMINATIM)
    assert len(asking(speaker).suggest("Douma")) == 2
    assert len(asking(speaker).suggest("Douma", limit=1)) == 1
    assert asking(speaker).suggest("Douma", limit=0) == ()


def test_a_server_may_lie_in_a_folder_and_is_told_who_asks(speaker):
    speaker.says(NOMINATIM)
    for user_agent in (None, "relief-map (me@example.org)"):
        Geocoder.of("nominatim", url=f"{speaker.url}/maps/", user_agent=user_agent, min_delay_s=0).suggest("Douma")
    assert {path for path, _, _ in speaker.asked} == {"/maps/search"}
    agents = [headers["User-Agent"] for _, _, headers in speaker.asked]
    assert agents[0].startswith("geomap/")
    assert agents[1] == "relief-map (me@example.org)"


@pytest.mark.parametrize("name", ["", " \n", "\ud800", "x" * (LONGEST_NAME + 1)])
def test_what_is_no_name_is_not_asked_for(speaker, name):
    assert asking(speaker).suggest(name) == ()
    assert speaker.asked == []


@pytest.mark.parametrize("name", ["Tell\nAbyad", "Douma&limit=50&q=x", "A/../B?#", "Karm\ud800al-Tahin", "شام‌شهر"])
def test_any_name_arrives_as_one_value(speaker, name):
    asking(speaker).suggest(name)
    assert speaker.questions[0]["q"] == clean(name)


def test_what_is_shown_is_a_line_of_plain_text(speaker):
    label = "Douma\x1b[31m\r\n\u202e\ud800 " + "x" * 5000
    speaker.says([{**NOMINATIM[0], "display_name": label, "osm_type": "script", "osm_id": "1;2", "class": ["a"]}])
    (found,) = asking(speaker).suggest("Douma")
    assert found.label.startswith("Douma [31m xxx")
    assert len(found.label) <= 300
    assert found.label.isprintable()
    assert (found.id, found.url) == (None, None)


# What can go wrong


HTML = b"<!DOCTYPE html><html><body>Welcome to the hotel</body></html>"


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (401, {}, r"does not accept who asks; check GEOMAP_GEOCODER_USER"),
        (403, {}, r"it refuses; read its terms of use, and say who asks by --user-agent \(HTTP 403\)"),
        (429, {"Retry_After": "120"}, r"asked too often.*\(HTTP 429, and wants 120 s of rest\)"),
        (429, {"Retry_After": "9" * 5000}, r"asked too often"),
        (429, {"Retry_After": "soon"}, r"asked too often"),
        (429, {"Retry_After": "Fri, 31 Dec 1999 23:59:59 GMT"}, r"asked too often.*wants 0 s of rest"),
        (429, {"Retry_After": "Fri, 31 Dec 99999999999 23:59:59 GMT"}, r"asked too often|cannot be used|none of"),
        (429, {}, r"asked too often.*\(HTTP 429\)"),
        (404, {}, r"gives no answer; check the address \(HTTP 404\)"),
        (500, {}, r"HTTP 500"),
        (503, {}, r"did not answer in time.*HTTP 503"),
        (302, {"Location": "http://192.0.2.1/search"}, r"HTTP 302: it sends on to http://192.0.2.1/search"),
        (301, {"Location": "http://["}, r"HTTP 301: it sends on to http://\["),
        (307, {}, r"HTTP 307: it sends on to nowhere"),
    ],
)
@pytest.mark.parametrize("service", SERVICES)
def test_a_refusal_is_told_plainly(speaker, service, status, headers, said, caplog):
    speaker.says(HTML, status, **headers)
    with pytest.raises(GeocodingError, match=said) as told:
        asking(speaker, service).suggest("Douma")
    assert str(told.value).startswith(f"{asking(speaker, service).title} at {speaker.url}: ")
    assert len(speaker.asked) == 1  # neither asked again nor elsewhere
    assert caplog.records == []  # geopy would log, and so print, what a stranger sends


@pytest.mark.parametrize(
    ("value", "message", "said"),
    [
        (10, "user does not exist.", "check GEOMAP_GEOCODER_USER"),
        (18, "the daily limit of 20000 credits has been exceeded", "asked too often"),
        (10, "user account not enabled to use the free webservice", "it refuses"),
        (15, "no result found", "no answer"),
    ],
)
@pytest.mark.parametrize("status", [200, 401])
def test_geonames_says_why(speaker, value, message, said, status):
    speaker.says({"status": {"message": message, "value": value}}, status)
    with pytest.raises(GeocodingError, match=message) as told:
        asking(speaker, "geonames").suggest("Douma")
    if status == 200:
        assert said in str(told.value)


DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    "body",
    [b"", HTML, b"\xff\xfe\x00", b"{", b"null", b"7", b'"Douma"', b"{}", b"[7]", b"[null]", b"[[]]", DEEP,
     b'{"features": null}', b'{"features": [{}]}', b'{"features": [{"geometry": null, "properties": {}}]}',
     b'{"features": {"0": 1}}', b'{"geonames": 7}', b'{"geonames": [{"name": "x"}]}', b'{"status": 7}',
     b'[{"lat": NaN, "lon": 1, "display_name": "x"}]', b'[{"lat": "1", "lon": "2"}]',
     b'[{"lat": 1' + b"0" * 5000 + b', "lon": 2, "display_name": "x"}]', b'{"error": {"code": 7}}',
     b'{"features": [{"geometry": {"coordinates": "36"}, "properties": {"name": "x"}}]}',
     b'{"features": [{"geometry": {"coordinates": [36, 34]}, "properties": {"name": {"x": 1}}}]}'],
)  # fmt: skip
@pytest.mark.parametrize("service", SERVICES)
def test_garbage_is_no_answer(speaker, service, body):
    with pytest.raises(GeocodingError, match=r"no JSON|none of|cannot be used|no answer") as told:
        asking(speaker.says(body), service).suggest("Douma", country="SY")
    assert len(str(told.value)) < 500


POINTS = [
    ("33.5", "136.4 E", "is no coordinate"),
    ("133.5", "36.4", "is no point on earth; are longitude and latitude swapped"),
    ("33.5", "400", "no point on earth"),
    ("inf", "36.4", "is no coordinate"),
    ("nan", "36.4", "is no coordinate"),
    ("0", "0.0", "0, 0 is no place"),
    (None, None, "None is no coordinate"),
    (True, "36.4", "True is no coordinate"),
    (["33.5"], "36.4", "is no coordinate"),
    ("36.4023", "33.5721", "lies in SY only when the two are exchanged: they look swapped"),
]


def with_point(service, lon, lat):
    """An answer of a service with another point."""
    answer = json.loads(json.dumps(ANSWERS[service]))
    if service == "nominatim":
        answer[-1] |= {"lon": lon, "lat": lat}
    elif service == "geonames":
        answer["geonames"][-1] |= {"lng": lon, "lat": lat}
    else:
        answer["features"][-1]["geometry"]["coordinates"] = [lon, lat]
    return answer


@pytest.mark.parametrize(("lat", "lon", "said"), POINTS)
@pytest.mark.parametrize("service", SERVICES)
def test_no_point_is_believed_that_cannot_be(speaker, service, lat, lon, said):
    speaker.says(with_point(service, lon, lat))
    with pytest.raises(GeocodingError, match=said):
        asking(speaker, service).suggest("Douma", country="SY")


def test_a_point_just_over_the_border_is_not_taken_for_a_swapped_one(speaker):
    speaker.says(with_point("nominatim", "36.51", "36.60"))  # 5 km off, and in Syria when exchanged
    assert asking(speaker).suggest("Douma", country="SY")[1].lon == 36.51


@given(
    st.one_of(st.floats(), st.integers(), st.text(), st.none()),
    st.one_of(st.floats(), st.integers(), st.text(), st.none()),
)
def test_a_point_is_on_earth_or_refused(lon, lat):
    try:
        east, north = point_of(lon, lat)
    except ValueError:
        return
    assert -180 <= east <= 180
    assert -90 <= north <= 90
    assert (east, north) != (0, 0)
    assert (east, north) == (float(lon), float(lat))


@pytest.mark.parametrize("how", ["silent", "body", "headers"])
def test_nobody_is_waited_for_longer_than_said(speaker, how):
    speaker.silent, speaker.drip = how == "silent", how
    with pytest.raises(GeocodingError, match=r"did not answer in time.*nothing whole came in 0\.3 s"):
        asking(speaker, timeout_s=0.3).suggest("Douma")
    assert not speaker.over.is_set()  # the server was still at it


def test_an_answer_without_end_is_not_read(speaker):
    speaker.says(b"[" + b" " * (MOST_BYTES + 1))
    with pytest.raises(GeocodingError, match="longer than 2 MB"):
        asking(speaker).suggest("Douma")


def test_a_server_that_is_not_there_is_named(speaker):
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as gone:
        url = f"http://127.0.0.1:{gone.server_port}"
    with pytest.raises(GeocodingError, match=f"Photon at {url}: it cannot be reached.*refused"):
        Geocoder.of("photon", url=url).suggest("Douma")


def test_a_host_that_nobody_knows_is_out_of_reach(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(GeocodingError, match=r"Nominatim at http://no\.invalid: it cannot be reached"):
        Geocoder.of("nominatim", url="http://no.invalid").suggest("Douma")


def test_the_error_is_a_geomap_error_and_an_os_error(speaker):
    speaker.says(b"", 403)
    with pytest.raises(OSError, match="refuses") as told:
        asking(speaker).suggest("Douma")
    assert isinstance(told.value, GeomapError)


def test_secrets_stay_out_of_errors_and_of_the_cache(speaker, tmp_path, monkeypatch):
    monkeypatch.setenv(USER, "s3cret-user")
    monkeypatch.setenv(KEY, "s3cret-key")
    for service in ("geonames", "pelias"):
        asking(speaker.says(ANSWERS[service]), service, cache=tmp_path).suggest("Douma")
        for status in (200, 401, 429, 302):
            speaker.says(HTML, status)
            with pytest.raises(GeocodingError) as told:
                asking(speaker, service).suggest("Douma")
            assert "s3cret" not in str(told.value)
    assert any("s3cret-key" in str(query) for query in speaker.questions)
    assert b"s3cret" not in (tmp_path / FILE).read_bytes()


# What is asked for wrongly


@pytest.mark.parametrize(
    "url",
    ["", "nominatim", "ftp://example.org", "file:///etc/passwd", "http://", "http://a b", "http://x:99999",
     "http://[", "http://x:y", "http://exa\nmple.org", "http://me:pw@example.org", "http://x/?q=1", "http://x/#a",
     "http://пример.рф", "http://" + "a" * 70 + ".org"],
)  # fmt: skip
def test_a_bad_address_is_refused_before_anything_is_sent(url):
    with pytest.raises(InputError, match=r"like https://geocoder\.example\.org"):
        Geocoder.of("nominatim", url=url)


@pytest.mark.parametrize("agent", ["", " ", "a\r\nX-Evil: 1", "карта", "x" * 300, "my-application"])
def test_a_bad_user_agent_is_refused(agent):
    with pytest.raises(InputError, match="user_agent"):
        Geocoder.of("nominatim", user_agent=agent)


def test_a_service_gets_what_it_needs(monkeypatch):
    with pytest.raises(InputError, match="use one of nominatim, geonames, photon, pelias"):
        Geocoder.of("bing")
    with pytest.raises(InputError, match="no public server of Pelias; give the address of one"):
        Geocoder.of("pelias")
    with pytest.raises(InputError, match=f"{USER}: GeoNames answers those who have a user name"):
        Geocoder.of("geonames")


@pytest.mark.parametrize("seconds", [0.0, 0.99, -1.0, float("nan"), float("inf")])
def test_a_public_server_is_never_asked_faster_than_once_a_second(seconds):
    for url in (None, "https://nominatim.openstreetmap.org", "http://NOMINATIM.openstreetmap.org:80/x"):
        with pytest.raises(InputError, match="give at least 1"):
            Geocoder.of("nominatim", url=url, min_delay_s=seconds)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_nobody_is_waited_for_without_end(seconds):
    with pytest.raises(InputError, match="timeout_s"):
        Geocoder.of("nominatim", timeout_s=seconds)


# Fairness


def test_there_is_a_pause_between_an_answer_and_the_next_question(speaker):
    geocoder = asking(speaker, min_delay_s=0.1)
    for name in ("Douma", "Harasta", "Saqba"):
        geocoder.suggest(name)
    gaps = [after - before for before, after in zip(speaker.times, speaker.times[1:], strict=False)]
    assert len(gaps) == 2
    assert min(gaps) >= 0.1  # by the server's clock; the pause begins after an answer, so no delay can shorten it


def test_a_pause_is_as_long_as_is_left_of_it(speaker, tmp_path):
    waits = []
    geocoder = asking(speaker, min_delay_s=3600.0, sleep=waits.append, cache=tmp_path)
    geocoder.suggest("Douma")
    assert waits == []
    geocoder.suggest("Douma")  # kept: nobody is asked, nothing to wait for
    assert waits == []
    speaker.says(b"", 500)
    with pytest.raises(GeocodingError):
        geocoder.suggest("Harasta")
    speaker.says([])
    geocoder.suggest("Saqba")  # a refusal counts like an answer
    assert len(waits) == 2
    assert all(1800 < wait <= 3600 for wait in waits)


def test_a_public_server_is_not_asked_without_end(speaker, monkeypatch):
    public = Server.of(speaker.url)
    monkeypatch.setattr(SERVICES["nominatim"], "home", public)
    geocoder = Geocoder.of("nominatim", sleep=lambda seconds: None)
    for number in range(MOST_OF_PUBLIC):
        geocoder.suggest(f"Name {number}")
    with pytest.raises(GeocodingError, match=f"was asked for {MOST_OF_PUBLIC} names in this run.*a server of your own"):
        geocoder.suggest("One more")
    assert len(speaker.asked) == MOST_OF_PUBLIC


# What is kept


def test_a_question_is_asked_once(speaker, tmp_path):
    speaker.says(NOMINATIM)
    first = asking(speaker, cache=tmp_path).suggest("Douma", country="SY")
    speaker.says(b"", 500)
    assert asking(speaker, cache=tmp_path).suggest("Douma", country="SY") == first
    assert len(speaker.asked) == 1


def test_that_there_is_nothing_is_kept_and_a_failure_is_not(speaker, tmp_path):
    geocoder = asking(speaker, cache=tmp_path)
    speaker.says(b"", 500)
    with pytest.raises(GeocodingError):
        geocoder.suggest("Nowhere")
    speaker.says([])
    assert geocoder.suggest("Nowhere") == geocoder.suggest("Nowhere") == ()
    assert len(speaker.asked) == 2


def test_other_questions_are_asked(speaker, tmp_path):
    for name, country, limit in [("Douma", "SY", 3), ("Douma", "LB", 3), ("Douma", None, 3), ("Douma", "SY", 2),
                                 ("Duma", "SY", 3)]:  # fmt: skip
        asking(speaker, cache=tmp_path).suggest(name, country=country, limit=limit)
    asking(speaker.says(NOTHING["photon"]), "photon", cache=tmp_path).suggest("Douma", country="SY", limit=3)
    other = Geocoder.of("nominatim", url=f"{speaker.says([]).url}/other", cache=tmp_path)
    other.suggest("Douma", country="SY", limit=3)
    assert len(speaker.asked) == 7


@pytest.mark.parametrize(("days", "asked"), [(89, 1), (90, 1), (91, 2), (-1, 1), (-2, 2)])
def test_an_answer_is_kept_for_ninety_days(speaker, tmp_path, days, asked):
    asking(speaker, cache=tmp_path).suggest("Douma")
    day = (datetime.now(UTC) - timedelta(days=days)).date().isoformat()
    with closing(sqlite3.connect(tmp_path / FILE)) as file, file:
        file.execute("UPDATE answers SET asked_on = ?", (day,))
    asking(speaker, cache=tmp_path).suggest("Douma")
    assert len(speaker.asked) == asked
    asking(speaker, cache=tmp_path).suggest("Harasta")
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert file.execute("SELECT count(*) FROM answers").fetchone() == (2,)


def test_old_answers_are_dropped_when_another_is_kept(speaker, tmp_path):
    asking(speaker, cache=tmp_path).suggest("Douma")
    with closing(sqlite3.connect(tmp_path / FILE)) as file, file:
        file.execute("UPDATE answers SET asked_on = '2001-01-01'")
    asking(speaker, cache=tmp_path).suggest("Harasta")
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert file.execute("SELECT name FROM answers").fetchall() == [("Harasta",)]


@pytest.mark.parametrize(
    "record",
    ["", "{", "null", "7", '"x"', "[7]", "[{}]", DEEP.decode(),
     '[{"label": "x", "lon": 36.4, "lat": 133.5, "source": "y"}]',
     '[{"label": "x", "lon": "36.4", "lat": 33.5, "source": "y"}]',
     '[{"label": "x", "lon": 0, "lat": 0, "source": "y"}]',
     '[{"label": "", "lon": 36.4, "lat": 33.5, "source": "y"}]',
     '[{"label": 7, "lon": 36.4, "lat": 33.5, "source": "y"}]',
     '[{"label": "x", "lon": 36.4, "lat": 33.5, "source": "y", "url": "javascript:alert(1)"}]',
     '[{"label": "x", "lon": 36.4, "lat": 33.5, "source": "y", "more": 1}]'],
)  # fmt: skip
def test_a_spoiled_record_is_asked_for_again(speaker, tmp_path, record):
    speaker.says(NOMINATIM)
    expected = asking(speaker, cache=tmp_path).suggest("Douma")
    with closing(sqlite3.connect(tmp_path / FILE)) as file, file:
        file.execute("UPDATE answers SET suggestions = ?", (record,))
    assert asking(speaker, cache=tmp_path).suggest("Douma") == expected
    assert asking(speaker, cache=tmp_path).suggest("Douma") == expected
    assert len(speaker.asked) == 2


def spoil_with_text(path):
    path.write_bytes(b"this is no database " * 300)


def spoil_with_a_hole(path):
    data = bytearray(path.read_bytes())
    data[100:4000] = os.urandom(3900)
    path.write_bytes(data)


def spoil_with_other_tables(path):
    path.unlink()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE answers (something TEXT)")


def spoil_by_cutting(path):
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    "spoil", [spoil_with_text, spoil_with_a_hole, spoil_with_other_tables, spoil_by_cutting, lambda path: path.unlink()]
)
def test_a_spoiled_cache_is_made_anew(speaker, tmp_path, spoil):
    speaker.says(NOMINATIM)
    expected = asking(speaker, cache=tmp_path).suggest("Douma")
    spoil(tmp_path / FILE)
    for _ in range(2):
        assert asking(speaker, cache=tmp_path).suggest("Douma") == expected
    assert len(speaker.asked) <= 3
    asked = len(speaker.asked)
    assert asking(speaker, cache=tmp_path).suggest("Douma") == expected
    assert len(speaker.asked) == asked


def test_a_cache_that_cannot_be_written_breaks_nothing(speaker, tmp_path):
    speaker.says(NOMINATIM)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "taken" / FILE).mkdir(parents=True)
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "taken", None):
        assert len(asking(speaker, cache=folder).suggest("Douma")) == 2
    assert len(speaker.asked) == 4


def test_a_locked_cache_breaks_nothing(speaker, tmp_path):
    asking(speaker, cache=tmp_path).suggest("Douma")
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert asking(speaker, cache=tmp_path).suggest("Harasta") == ()
        other.execute("ROLLBACK")
    assert asking(speaker, cache=tmp_path).suggest("Douma") == ()
    assert len(speaker.asked) == 2


def test_a_killed_write_leaves_what_was_there(speaker, tmp_path):
    speaker.says(NOMINATIM)
    expected = asking(speaker, cache=tmp_path).suggest("Douma")
    code = (
        "import os, sqlite3, sys; f = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "f.execute('PRAGMA cache_spill = 1'); f.execute('PRAGMA cache_size = 1'); f.execute('BEGIN IMMEDIATE');"
        "[f.execute('INSERT INTO answers VALUES (?, ?, ?, 1, ?, ?)', ('s', str(n), '', '2030-01-01', 'x' * 9000))"
        " for n in range(200)]; os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / FILE)], check=False)
    assert (tmp_path / f"{FILE}-journal").exists()
    geocoder = asking(speaker, cache=tmp_path)
    geocoder.suggest("Harasta")
    assert geocoder.suggest("Douma") == expected
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert {name for (name,) in file.execute("SELECT name FROM answers")} == {"Douma", "Harasta"}


TEXT = st.text().map(clean).filter(bool)


@given(
    TEXT,
    st.floats(-180, 180),
    st.floats(-90, 90).filter(bool),
    st.none() | TEXT,
    st.none() | st.just("https://x.org/1"),
)
def test_what_is_kept_comes_back_the_same(tmp_path_factory, text, lon, lat, kind, url):
    suggestion = Suggestion(label=text, lon=lon, lat=lat, source=text, kind=kind, id=kind, url=url)
    kept = KeptAnswers(tmp_path_factory.getbasetemp() / "kept")
    question = Question(service="s", name=text, country=None, limit=1)
    kept.put(question, (suggestion,))
    assert kept.get(question) == (suggestion,)


# Through the command line


@pytest.fixture
def bulletins(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOMAP_CACHE", str(tmp_path / "cache"))
    text = (
        "Shelling was reported from the settlement of Karm al-Tahin in the Hama governorate."
        " In the town of Zzyzxabad, Homs province, 4 houses were cleared of mines."
    )
    path = tmp_path / "one.txt"
    path.write_text(f'---\nid: "b1"\ndate: 2018-06-21\nsource: "A test"\n---\n\n{text}\n', encoding="utf-8")
    return path


def suggestions_of(path):
    cells = load_workbook(path)["open names"]
    headings = [cell.value for cell in cells[1]]
    return {
        row[headings.index("name")]: row[headings.index("suggestions")]
        for row in cells.iter_rows(min_row=2, values_only=True)
    }


def test_the_sheet_holds_what_a_geocoder_suggests(speaker, run, bulletins, tmp_path):
    speaker.says(NOMINATIM)
    out = tmp_path / "open.xlsx"
    asked = ("--geocoder", "nominatim", "--geocoder-url", speaker.url, "--user-agent", "relief-map (me@example.org)")
    ran = run("review", "export", out, bulletins, *asked)
    assert ran.code == 0
    assert f"asking Nominatim at {speaker.url} for 2 names: each spelling is sent, with its country" in ran.err
    assert "suggestions for 2 of 2 names, none of them checked" in ran.err
    assert [question["q"] for question in speaker.questions] == ["Karm al-Tahin", "Zzyzxabad"]
    assert {question["countrycodes"] for question in speaker.questions} == {"sy"}
    assert {headers["User-Agent"] for _, _, headers in speaker.asked} == {"relief-map (me@example.org)"}
    assert not any("houses" in str(asked) or "Shelling" in str(asked) for asked in speaker.asked)
    assert suggestions_of(out)["Zzyzxabad"].startswith(
        "Douma, Rif Dimashq Governorate, Syria, place town\nlon 36.40230, lat 33.57210\n"
        "https://www.openstreetmap.org/node/26847709\n"
        "suggested by Nominatim (© OpenStreetMap contributors), not checked\n\n"
    )
    page = out.with_suffix(".html").read_text(encoding="utf-8")
    assert "suggested by Nominatim (© OpenStreetMap contributors), not checked" in page
    assert run("review", "export", tmp_path / "again.xlsx", bulletins, *asked).code == 0
    assert len(speaker.asked) == 2  # the second time from the cache
    assert suggestions_of(tmp_path / "again.xlsx") == suggestions_of(out)


def test_a_suggestion_is_no_place_of_any_run(speaker, run, bulletins, tmp_path):
    out = tmp_path / "open.xlsx"
    speaker.says(NOMINATIM)
    before = run("extract", bulletins, "--format", "json").out
    run("review", "export", out, bulletins, "--geocoder", "nominatim", "--geocoder-url", speaker.url)
    ran = run("review", "apply", out, "--into", tmp_path / "own.geojson")
    assert (ran.code, "0 decisions kept, 0 known already, 2 left open" in ran.err) == (0, True)
    assert run("extract", bulletins, "--format", "json").out == before


def test_a_failure_is_said_once_and_the_sheet_is_written(speaker, run, bulletins, tmp_path):
    out = tmp_path / "open.xlsx"
    speaker.says(HTML, 429, Retry_After="60")
    ran = run("review", "export", out, bulletins, "--geocoder", "photon", "--geocoder-url", speaker.url)
    assert ran.code == 0
    assert ran.err.count("asked too often") == 1
    assert "60 s of rest" in ran.err
    assert "the sheet is written without it, and says which names were not asked for" in ran.err
    assert len(speaker.asked) == 1
    first, second = suggestions_of(out).values()
    assert first.startswith(f"no answer: Photon at {speaker.url}: it was asked too often")
    assert second == "not asked for: Photon had failed"
    assert "not asked for: Photon had failed" in out.with_suffix(".html").read_text(encoding="utf-8")


def test_nobody_is_asked_unless_it_is_wanted(speaker, run, bulletins, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOMAP_GEOCODER", "nominatim")
    assert run("review", "export", tmp_path / "open.xlsx", bulletins).code == 0
    assert set(suggestions_of(tmp_path / "open.xlsx").values()) == {None}
    assert not (tmp_path / "cache" / FILE).exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--geocoder-url", "http://localhost"], "are for --geocoder"),
        (["--user-agent", "x"], "are for --geocoder"),
        (["--geocoder", "bing"], "'bing' is not one of"),
        (["--geocoder", "pelias"], "geomap: --geocoder-url: there is no public server of Pelias"),
        (["--geocoder", "geonames"], "geomap: GEOMAP_GEOCODER_USER: GeoNames answers"),
        (
            ["--geocoder", "photon", "--geocoder-url", "localhost:2322"],
            "geomap: --geocoder-url: 'localhost:2322' is no",
        ),
        (["--geocoder", "photon", "--user-agent", "a\nb"], "geomap: --user-agent: 'a b' cannot be sent"),
    ],
)
def test_bad_options_stop_before_the_work(run, bulletins, tmp_path, options, said):
    ran = run("review", "export", tmp_path / "open.xlsx", bulletins, *options)
    assert ran.code == 2
    assert said in ran.err
    assert not (tmp_path / "open.xlsx").exists()


def test_the_command_line_offers_the_services_there_are():
    option = next(param for param in cli.commands["review"].commands["export"].params if param.name == "service")
    assert tuple(option.type.choices) == tuple(SERVICES)


def test_a_run_that_asks_nobody_loads_no_geocoder():
    code = "import sys; import geomap.gazetteer, geomap.review, geomap.cli; print('geopy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
