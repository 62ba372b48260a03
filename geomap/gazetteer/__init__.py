"""Places that are known: curated files -> places -> search by name, by id, by container and by point.

`Gazetteer` is the way in. `check` lists what is wrong with one, `describe` prints a record, `to_feature` and
`from_feature` write and read a place as one self-contained Linked Places feature. Further modules are for
those who need them: `importing` reads gazetteers of other people, `exporting` writes places for other programs,
`geocoding` asks online services for suggestions, which are no places of any gazetteer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.on_first_use import on_first_use

if TYPE_CHECKING:
    from geomap.gazetteer.checks import check
    from geomap.gazetteer.collection import Gazetteer
    from geomap.gazetteer.feature_types import FEATURE_TYPES, FeatureType
    from geomap.gazetteer.files import curated_folder, own_file
    from geomap.gazetteer.linked_places import from_feature, to_feature
    from geomap.gazetteer.made import GeometryRule
    from geomap.gazetteer.names import Match
    from geomap.gazetteer.problems import Problem
    from geomap.gazetteer.show import describe
    from geomap.gazetteer.sources import written_sources

__all__ = [
    "FEATURE_TYPES",
    "FeatureType",
    "Gazetteer",
    "GeometryRule",
    "Match",
    "Problem",
    "check",
    "curated_folder",
    "describe",
    "from_feature",
    "own_file",
    "to_feature",
    "written_sources",
]

# Who measures or reads a place needs no search for names.
__getattr__ = on_first_use(
    __name__,
    {
        "FEATURE_TYPES": "feature_types",
        "FeatureType": "feature_types",
        "Gazetteer": "collection",
        "GeometryRule": "made",
        "Match": "names",
        "Problem": "problems",
        "check": "checks",
        "curated_folder": "files",
        "describe": "show",
        "from_feature": "linked_places",
        "own_file": "files",
        "to_feature": "linked_places",
        "written_sources": "sources",
    },
)
