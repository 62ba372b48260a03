"""docs/gazetteer.md says what the records say, and lists the names that bulletins give and no source places."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from geomap import Gazetteer, read_bulletins, recognize, resolve
from geomap.gazetteer import FEATURE_TYPES
from geomap.model import Bulletin, Citation, Place
from geomap.toponym import fold

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "gazetteer.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| ([^|]+?) \| (?:near )?([^|]+?) \| ([^|]+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        import gazetteer_page  # noqa: PLC0415

        yield gazetteer_page
    sys.modules.pop("gazetteer_page")


def not_established() -> list[tuple[str, str]]:
    section = PAGE.partition("## Names that are not established")[2].partition("\n## ")[0]
    return [(name, area) for name, area, _ in _ROW.findall(section) if not name.startswith(("name", "-"))]


def test_the_tables_are_those_of_the_records(pages, gazetteer):
    assert pages.page(PAGE, gazetteer) == PAGE, "run python scripts/gazetteer_page.py --picture"


def test_every_table_stands_on_the_page(pages):
    assert set(re.findall(r"<!-- made: ([\w-]+) -->", PAGE)) == set(pages.TABLES)


def test_every_feature_type_is_counted_once(pages):
    assert sorted(kind for kinds in pages.GROUPS.values() for kind in kinds) == sorted(FEATURE_TYPES)


@pytest.mark.parametrize(
    ("labels", "sources", "apart_km"),
    [
        (["C2338"], 1, None),
        (["C2338", "170592, 0.2 km away"], 2, 0.2),
        (["C2338", "170592, 0.2 km away", "Duma (to the minute), 1.5 km away"], 3, 1.5),
        (["C1007", "170063, the same point: one copies the other"], 1, None),
        (["about 1 km south of the town", "C4519, the town"], 1, None),
    ],
)
def test_a_source_counts_when_it_gives_a_point_of_its_own(pages, gazetteer, labels, sources, apart_km):
    duma = gazetteer.get("syr:duma")
    cited = tuple(Citation(source=f"S{i}", label=label) for i, label in enumerate(labels))
    place = Place(
        id="syr:a", name="A", type="town", lon=duma.lon, lat=duma.lat, geometry=duma.geometry, citations=cited
    )
    assert pages.checked(place) == pages.Checked(sources=sources, apart_km=apart_km)


def test_names_that_are_not_established_are_left_open(gazetteer):
    rows = not_established()
    assert len(rows) >= 25
    for name, area in rows:
        bulletin = Bulletin(id="page", text=f"Shelling was reported from the settlement of {name} in {area}.")
        found = resolve(bulletin, recognize(bulletin, gazetteer), gazetteer)
        here = [r for r in found if r.mention.name in name or name in r.mention.surface]
        assert [r.status for r in here if r.place is not None] == [], name


@pytest.mark.corpus
def test_every_place_of_the_annotated_bulletins_is_resolved_or_listed(corpus, gazetteer):
    listed = {fold(name) for name, _ in not_established()}
    looked_for = 0
    for path in sorted((corpus / "gold").glob("*.json")):
        (bulletin,) = read_bulletins(corpus / f"{path.stem}.txt")
        placed = [r.mention for r in resolve(bulletin, recognize(bulletin, gazetteer), gazetteer) if r.place]
        for place in json.loads(path.read_text(encoding="utf-8"))["places"]:
            looked_for += 1
            surface = place["surface"]
            resolved = any(surface in m.surface or m.surface in surface for m in placed)
            assert resolved or fold(surface) in listed, (path.stem, surface)
    assert looked_for > 100
