"""The user's own gazetteer file: places and decisions of reviewers, in the Linked Places Format.

It is changed as JSON, so that whatever a person has added to it by hand stays. The same content gives the same bytes:
decisions stand in order of name and setting, features in order of id, sources that nobody cites are dropped.
"""

from __future__ import annotations

import json
import re
import unicodedata
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomap.errors import GazetteerError
from geomap.export.output_file import write_file
from geomap.gazetteer.decisions import decision_record, decisions_of, setting_record
from geomap.gazetteer.linked_places import from_feature, read_files
from geomap.toponym import fold

if TYPE_CHECKING:
    import os
    from collections.abc import Container, Iterator, Mapping

    from geomap.model import Decision, Place, Setting

__all__ = ["GIVEN", "OwnFile", "read_own", "slug"]

_Json = dict[str, Any]

GIVEN = "coordinate given by"
"""Begins the citation of a point that a person typed in a sheet."""

_TITLE = "Places and decisions of our own"
_LONGEST_KEY = 40


class OwnFile:
    """A gazetteer file that is being changed; `write` puts it in place, whole.

    Parameters
    ----------
    path
        Where it stands, or will.
    text
        What stands there; None when nothing does.
    """

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self._before: _Json | None = None if text is None else json.loads(text)
        self._collection: _Json = {} if text is None else json.loads(text)
        self._sources: _Json = self._collection.get("sources", {})
        self._features: dict[str, _Json] = {f["@id"]: f for f in self._collection.get("features", ())}
        self._decisions = {_identity(d.toponym, d.setting): d for d in decisions_of(self._collection)}

    def decision(self, toponym: str, setting: Setting) -> Decision | None:
        """Return what was decided on a name in a setting."""
        return self._decisions.get(_identity(toponym, setting))

    def decide(self, decision: Decision) -> None:
        """Keep a decision in the place of an older one on the same name and setting.

        A place that was typed for the older one alone goes with it.
        """
        key = _identity(decision.toponym, decision.setting)
        old = self._decisions.get(key)
        orphan = None if old is None else self.typed_for(old)
        self._decisions[key] = decision
        if orphan is not None and orphan != decision.place_id:
            del self._features[orphan]

    def typed_for(self, decision: Decision) -> str | None:
        """Return the id of the place that was typed in a sheet for this decision and is meant by no other."""
        feature = self._features.get(str(decision.place_id))
        if feature is None or sum(d.place_id == decision.place_id for d in self._decisions.values()) > 1:
            return None
        labels = [citation["label"] for citation in (feature.get("geometry") or {}).get("citations", ())]
        return decision.place_id if any(label.startswith(GIVEN) for label in labels) else None

    def places(self) -> Mapping[str, _Json]:
        """Return the features of this file by id."""
        return self._features

    def typed(self) -> Iterator[Place]:
        """Yield the places of this file that are points."""
        for feature in self._features.values():
            if (feature["geometry"] or {}).get("type") == "Point":
                yield from_feature({**feature, "sources": self._sources})

    def put_place(self, feature: _Json) -> bool:
        """Put the feature of a place, and tell whether that says anything new; what was added to it by hand stays."""
        old = self._features.get(feature["@id"], {})
        given = {name["toponym"] for name in feature["names"]}
        new = {
            **old,
            **feature,
            "properties": {**old.get("properties", {}), **feature["properties"]},
            "names": [*feature["names"], *(name for name in old.get("names", ()) if name["toponym"] not in given)],
        }
        self._features[feature["@id"]] = new
        return new != old

    def free_id(self, name: str, taken: Container[str]) -> str:
        """Return an id for a place of a name that neither this file nor `taken` has."""
        base = f"own:{slug(name)}"
        ids = (base if number == 1 else f"{base}-{number}" for number in count(1))
        return next(i for i in ids if i not in self._features and i not in taken)

    def source(self, label: str, address: str | None = None) -> str:
        """Return the key of a source, which is added when it is new."""
        wanted = {"label": label, **({"@id": address} if address else {})}
        for key, source in self._sources.items():
            if source == wanted:
                return str(key)
        base = f"src:{slug(label)[:_LONGEST_KEY].strip('-') or 'source'}"
        keys = (base if number == 1 else f"{base}-{number}" for number in count(1))
        free = next(key for key in keys if key not in self._sources)
        self._sources[free] = wanted
        return free

    def text(self) -> str:
        """Return what is to stand in the file."""
        return json.dumps(self._content(), ensure_ascii=False, indent=1) + "\n"

    def write(self) -> bool:
        """Put it in place when it says anything new, and tell whether it did; its folder is made.

        Raises
        ------
        StoreError
            When it cannot be written; what stood there before still does.
        """
        content = self._content()
        if content == self._before or (self._before is None and not content["decisions"]):
            return False
        with suppress(OSError):  # writing says what is wrong with the folder
            self.path.parent.mkdir(parents=True, exist_ok=True)
        write_file(self.path, self.text())
        return True

    def _content(self) -> _Json:
        features = [self._features[place_id] for place_id in sorted(self._features)]
        cited = set(re.findall(r'"@id": "(src:[^"]*)"', json.dumps(features, ensure_ascii=False)))
        return {
            "type": "FeatureCollection",
            "title": _TITLE,
            **self._collection,
            "sources": {key: self._sources[key] for key in sorted(self._sources) if key in cited},
            "decisions": [decision_record(decision) for _, decision in sorted(self._decisions.items())],
            "features": features,
        }


def read_own(path: str | os.PathLike[str]) -> OwnFile:
    """Read an own file; one that is not there is empty.

    Raises
    ------
    GazetteerError
        When it is no sound gazetteer file; it is then left as it is.
    """
    path = Path(path)
    if not path.exists():
        return OwnFile(path)
    read_files([path])
    try:
        return OwnFile(path, path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise GazetteerError(f"cannot be read: {error.strerror or error}", path=path) from error


def slug(name: str) -> str:
    """Return a name as a part of an id: small Latin letters and digits, words joined by hyphens; "" without any."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode("ascii")
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def _identity(toponym: str, setting: Setting) -> tuple[str, str]:
    return fold(toponym), json.dumps(setting_record(setting), sort_keys=True, ensure_ascii=False)
