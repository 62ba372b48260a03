"""Decisions of reviewers as JSON, in the member `decisions` of a gazetteer file, and back.

::

    {"toponym": "Ain-Zrekia", "lang": "en", "place": "syr:zureiqa-nashabiyeh",
     "setting": {"within": ["syr:rif-dimashq"], "types": ["village"]},
     "by": "A. Reader", "on": "2018-07-02", "sheet": "open.xlsx"}

`place` is null for what is no place. A setting has one of `within`, `near` and `bulletin`; see `geomap.model.Setting`.
A decision adds no name to its place: it holds in its setting alone, so nothing that looks names up sees it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.model import Decision, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["decision_flaws", "decision_record", "decisions_of", "setting_of_record", "setting_record"]

_Json = dict[str, Any]

_WHERE = ("within", "near", "bulletin")
_TEXTS = ("toponym", "lang", "by", "sheet")
_KEYS = frozenset({*_TEXTS, "place", "setting", "on", "note"})


def decision_flaws(decisions: object) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the `decisions` of a file as JSON gave them: the field, and what would be right."""
    if decisions is None:
        return
    if not isinstance(decisions, list):
        yield (
            "decisions",
            'must be a list of {"toponym": ..., "place": ID or null, "setting": {...}, "by": ..., "on": ...}',
        )
        return
    for i, record in enumerate(decisions):
        where = f"decisions[{i}]"
        if not isinstance(record, dict):
            yield where, 'a decision is {"toponym": ..., "place": ID or null, "setting": {...}, "by": ..., "on": ...}'
            continue
        for field, message in _record_flaws(record):
            yield f"{where}.{field}", message


def _record_flaws(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in sorted(set(record) - _KEYS):
        yield key, f"is no part of a decision; the parts are {', '.join(sorted(_KEYS))}"
    for key in _TEXTS:
        if not _is_text(record.get(key)):
            yield key, "is missing or empty"
    if "place" not in record or not (record["place"] is None or _is_text(record["place"])):
        yield "place", f"{record.get('place')!r} must be the id of a place, or null for what is no place"
    if record.get("note") is not None and not _is_text(record["note"]):
        yield "note", "must be a text, or be left out"
    try:
        date.fromisoformat(record["on"])
    except (KeyError, TypeError, ValueError):
        yield "on", f"{record.get('on')!r} must be the day of the decision, YYYY-MM-DD"
    yield from _setting_flaws(record.get("setting"))


def _setting_flaws(setting: object) -> Iterator[tuple[str, str]]:
    if not isinstance(setting, dict) or sum(key in setting for key in _WHERE) != 1:
        yield "setting", 'must hold one of "within": [IDs], "near": [IDs] and "bulletin": ID'
        return
    for key in sorted(set(setting) - {*_WHERE, "types", "part"}):
        yield f"setting.{key}", f"is no part of a setting; the parts are {', '.join(_WHERE)}, types, part"
    for key in ("within", "near", "types"):
        values = setting.get(key, ["-"])
        if not isinstance(values, list) or not values or not all(_is_text(value) for value in values):
            yield f"setting.{key}", "must list texts, at least one, or be left out"
        elif key == "types" and key in setting and not set(values) <= set(FEATURE_TYPES):
            yield "setting.types", f"{values!r} must be feature types: {', '.join(FEATURE_TYPES)}"
    for key in ("bulletin", "part"):
        if key in setting and not _is_text(setting[key]):
            yield f"setting.{key}", "must be a text, or be left out"


def decisions_of(collection: Mapping[str, Any]) -> Iterator[Decision]:
    """Yield the decisions of a file in which `decision_flaws` finds none."""
    for record in collection.get("decisions") or ():
        yield Decision(
            toponym=record["toponym"],
            lang=record["lang"],
            setting=setting_of_record(record["setting"]),
            place_id=record["place"],
            by=record["by"],
            on=date.fromisoformat(record["on"]),
            sheet=record["sheet"],
            note=record.get("note"),
        )


def decision_record(decision: Decision) -> _Json:
    """Return a decision as JSON values; `decisions_of` gives it back."""
    record = {
        "toponym": decision.toponym,
        "lang": decision.lang,
        "place": decision.place_id,
        "setting": setting_record(decision.setting),
        "by": decision.by,
        "on": decision.on.isoformat(),
        "sheet": decision.sheet,
    }
    return record if decision.note is None else {**record, "note": decision.note}


def setting_of_record(record: Mapping[str, Any]) -> Setting:
    """Return the setting that `setting_record` wrote."""
    return Setting(
        within=tuple(sorted(set(record.get("within", ())))),
        near=tuple(sorted(set(record.get("near", ())))),
        bulletin=record.get("bulletin"),
        types=frozenset(record.get("types", ())),
        part=record.get("part"),
    )


def setting_record(setting: Setting) -> _Json:
    """Return a setting as JSON values, without what is empty."""
    record: _Json = {
        "within": list(setting.within),
        "near": list(setting.near),
        "bulletin": setting.bulletin,
        "types": sorted(setting.types),
        "part": setting.part,
    }
    return {key: value for key, value in record.items() if value}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
