"""Rules of one's own: a file that adds triggers, rules, units and types of event to the packs that come with geomap.

The file has the form of the packs; docs/extraction.md tells what may stand in it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomap.errors import RuleError
from geomap.extraction.firing import NEAR_THOUGHT
from geomap.extraction.phrases import Sieve, read_phrases
from geomap.extraction.rules import Rule, RulePack, Unit, read_rule, rule_pack
from geomap.extraction.slow_patterns import slow_text
from geomap.model import EVENT_TYPES
from geomap.segmentation import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["GIVEN", "Rules", "load_rules", "parse_rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules to read by: the packs that come with geomap, and in `packs` those to which something was added.

    `types` are the types of event that the files declare beside `EVENT_TYPES`.
    """

    packs: Mapping[str, RulePack] = field(default_factory=dict)
    types: tuple[str, ...] = ()

    def pack(self, lang: str) -> RulePack | None:
        """Return the pack of a language tag, None when there is none.

        Raises
        ------
        RuleError
            When a pack that comes with geomap breaks its format.
        """
        return self.packs.get(lang.split("-", maxsplit=1)[0].lower()) or rule_pack(lang)


GIVEN = Rules()
"""The rules that come with geomap, and nothing else."""

_TEXT, _LIST, _FLAG, _TABLE = "a text in quotation marks", "a list of texts", "true or false", "a table of lists"
_FILE_FIELDS = ("lang", "types", "rule", "unit")
_RULE_FIELDS = {
    "name": _TEXT,
    "type": _TEXT,
    "label": _TEXT,
    "unit": _TEXT,
    "triggers": _LIST,
    "weak_triggers": _LIST,
    "excludes": _LIST,
    "yields_to": _LIST,
    "not_counted": _LIST,
    "counted": _LIST,
    "stock": _FLAG,
    "actors": _LIST,
    "act_from": _FLAG,
    "weak": _FLAG,
    "weak_needs_figure": _FLAG,
    "roles": _TABLE,
    "weak_roles": _TABLE,
}
_ADDED_FIELDS = ("name", "triggers", "weak_triggers", "excludes")
_UNIT_FIELDS = {"name": _TEXT, "words": _LIST}
_PATTERNS = ("triggers", "weak_triggers", "excludes", "actors", "counted")
_TYPE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*(?:\\[1-9]|\(\?\()")
_NO_LITERAL = re.compile(r"[\\.^$*+?{}\[\]|()]")


def load_rules(*paths: str | Path) -> Rules:
    """Read files of rules of one's own; a later file adds to the earlier ones.

    Parameters
    ----------
    paths
        TOML files in the form that docs/extraction.md tells.

    Raises
    ------
    RuleError
        When a file cannot be read, breaks the form, or holds a rule that never could match.
    """
    rules = GIVEN
    for path in paths:
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise RuleError(f"is not UTF-8 (byte {error.start}); save it as UTF-8", path=path) from error
        except IsADirectoryError as error:
            raise RuleError("is a folder; name a file of rules in it", path=path) from error
        except OSError as error:
            raise RuleError(f"cannot be read: {error.strerror}", path=path) from error
        rules = parse_rules(text, path=str(path), onto=rules)
    return rules


def parse_rules(text: str, *, path: str, onto: Rules = GIVEN) -> Rules:
    """Add the rules of a text to others.

    Parameters
    ----------
    text
        TOML; see `load_rules`.
    path
        Named in errors.
    onto
        The rules to which they are added.

    Raises
    ------
    RuleError
        When the text breaks the form or holds a rule that never could match.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        raise RuleError(f"is no TOML: {error}", path=path, line=int(line[1]) if line else None) from error
    _check_names(table, _FILE_FIELDS, path, None)
    lang = _lang(table, path)
    pack = onto.pack(lang)
    if pack is None:
        raise RuleError(f"there are no rules for {lang!r} to add to; one of en, ar, ru", path=path, field="lang")
    types = _types(table, onto, path)
    sieve = Sieve()
    pack = replace(pack, units=(*_units(table, path, sieve), *pack.units), sieve=sieve)
    fresh: list[Rule] = []
    for number, entry in enumerate(_tables(table, "rule", path), 1):
        pack, fresh = _with_entry(pack, fresh, entry, number, (*EVENT_TYPES, *onto.types, *types), path)
    pack = replace(pack, rules=(*fresh, *pack.rules))
    _check_used(pack, fresh, types, path)
    if not fresh and pack == onto.pack(lang):
        raise RuleError("holds no [[rule]] and no [[unit]]; it would change nothing", path=path)
    return Rules(packs={**onto.packs, lang: pack}, types=(*onto.types, *types))


def _lang(table: Mapping[str, Any], path: str) -> str:
    lang = table.get("lang")
    if not isinstance(lang, str):
        raise RuleError('say the language of the texts, as in lang = "en"', path=path, field="lang")
    return lang.lower()


def _types(table: Mapping[str, Any], onto: Rules, path: str) -> tuple[str, ...]:
    types = table.get("types", [])
    if not _is_list(types):
        raise RuleError(f"must be {_LIST}", path=path, field="types")
    for name in types:
        if not _TYPE.fullmatch(name):
            raise RuleError(
                f"{name!r} is no name of a type: small letters a to z, digits and _, a letter first, at most 40",
                path=path, field="types",
            )  # fmt: skip
    return tuple(name for name in dict.fromkeys(types) if name not in (*EVENT_TYPES, *onto.types))


def _units(table: Mapping[str, Any], path: str, sieve: Sieve) -> Iterable[Unit]:
    for number, entry in enumerate(_tables(table, "unit", path), 1):
        where = _check_entry(entry, _UNIT_FIELDS, "unit", number, path)
        if not entry.get("words"):
            raise RuleError(
                'lacks words, those that stand behind the number: words = ["tents?"]', path=path, field=where
            )
        for word in entry["words"]:
            _check_pattern(word, path, where)
        yield Unit(name=entry["name"], words=read_phrases(entry["words"], "", r"(?!\w)", path, where, sieve))


def _with_entry(
    pack: RulePack, fresh: list[Rule], entry: Mapping[str, Any], number: int, types: tuple[str, ...], path: str
) -> tuple[RulePack, list[Rule]]:
    """Take in a rule: as one of its own, or as triggers for one that is there."""
    where = _check_entry(entry, _RULE_FIELDS, "rule", number, path)
    for key in _PATTERNS:
        for pattern in entry.get(key, []):
            _check_pattern(pattern, path, f"{where}, {key}")
    if any(rule.name == entry["name"] for rule in fresh):
        raise RuleError("stands here twice; give the second another name, or join them", path=path, field=where)
    known = next((rule for rule in pack.rules if rule.name == entry["name"]), None)
    if known is None:
        if "type" not in entry:
            near = _near(entry["name"], [rule.name for rule in pack.rules])
            raise RuleError(
                f"no rule of this name is there to add to{near}; a rule of your own says its type",
                path=path,
                field=where,
            )
        _check_type(entry["type"], types, path, where)
        rule = read_rule(entry, path, pack.sieve, types=types)
        _check_can_match(entry, rule, pack, path, where)
        return pack, [*fresh, rule]
    extra = sorted(entry.keys() - set(_ADDED_FIELDS))
    if extra:
        raise RuleError(
            f"this rule is there already, and only triggers, weak_triggers and excludes can be added to it, not "
            f"{', '.join(extra)}; give a rule of your own another name",
            path=path, field=where,
        )  # fmt: skip
    rule = _extended(known, entry, path, pack.sieve)
    _check_can_match(entry, rule, pack, path, where)
    return replace(pack, rules=tuple(rule if r is known else r for r in pack.rules)), fresh


def _extended(rule: Rule, entry: Mapping[str, Any], path: str, sieve: Sieve) -> Rule:
    """Add the triggers and exclusions of an entry to a rule."""
    added = read_rule({**entry, "type": rule.type}, path, sieve, types=(rule.type,))
    return replace(
        rule,
        triggers=rule.triggers.joined_with(added.triggers),
        weak_triggers=rule.weak_triggers.joined_with(added.weak_triggers),
        excludes=rule.excludes.joined_with(added.excludes),
    )


def _check_type(name: str, types: tuple[str, ...], path: str, where: str) -> None:
    if name == "statement":
        raise RuleError("a statement is what no rule fires on; choose another type", path=path, field=where)
    if name not in types:
        raise RuleError(
            f"{name!r} is no type of event{_near(name, types)}; one of {', '.join(types)}, or a type of your own, "
            f'declared at the top of the file: types = ["own_type"]',
            path=path, field=where,
        )  # fmt: skip


def _check_can_match(entry: Mapping[str, Any], rule: Rule, pack: RulePack, path: str, where: str) -> None:
    """Refuse a rule, or words of it, that no text could fire."""
    triggers = [*entry.get("triggers", []), *entry.get("weak_triggers", [])]
    if not triggers and not entry.get("excludes"):
        raise RuleError('never could match: it has no triggers = ["..."]', path=path, field=where)
    for trigger in triggers:
        if why := _why_never(trigger, rule, pack):
            raise RuleError(f"the trigger {trigger!r} never could match: {why}", path=path, field=where)
    for name in rule.yields_to:
        if not any(name == other.name for other in pack.rules):
            near = _near(name, [other.name for other in pack.rules])
            raise RuleError(f"yields_to names {name!r}, and there is no such rule{near}", path=path, field=where)


def _why_never(trigger: str, rule: Rule, pack: RulePack) -> str | None:
    """Say why a trigger of plain words can be in no clause; of other patterns only what any pattern tells."""
    if trigger != trigger.strip():
        return "it begins or ends with a space, and a word must begin and end there"
    return None if _NO_LITERAL.search(trigger) else _why_no_words(trigger, rule, pack)


def _why_no_words(words: str, rule: Rule, pack: RulePack) -> str | None:
    if len(split_sentences(f"{words} X")) > 1:
        return "a sentence ends within it"
    if any(cut.start() > 0 and cut.end() < len(words) for cut in pack.cut.finditer(words)):
        return "a sentence is cut into clauses within it"
    if match := rule.excludes.search(words):
        return f'"{match.group()}" is among the excludes of the rule'
    match = pack.modality.hypothetical.search(words)
    if match and match.start() <= NEAR_THOUGHT:
        return f'"{match.group()}" tells what only could be, and no rule fires there'
    return None


def _check_used(pack: RulePack, fresh: list[Rule], types: tuple[str, ...], path: str) -> None:
    for name in types:
        if not any(rule.type == name for rule in (*fresh, *pack.rules)):
            raise RuleError(f"no rule has the type {name!r}; it never could occur", path=path, field="types")


def _check_entry(entry: Mapping[str, Any], fields: Mapping[str, str], kind: str, number: int, path: str) -> str:
    """Check the names and kinds of an entry's fields, and return how errors name it."""
    where = f"[[{kind}]] {number}"
    if not isinstance(entry.get("name"), str) or not entry["name"].strip():
        raise RuleError(f'lacks a name, as in name = "my {kind}"', path=path, field=where)
    where = f"{where} ({entry['name']})"
    _check_names(entry, fields, path, where)
    for key, value in entry.items():
        if not _is_kind(value, fields[key]):
            raise RuleError(f"{key} must be {fields[key]}", path=path, field=where)
    return where


def _check_names(table: Mapping[str, Any], known: Iterable[str], path: str, where: str | None) -> None:
    for key in table:
        if key not in known:
            raise RuleError(
                f"{key!r} is no field here{_near(key, known)}; one of {', '.join(known)}", path=path, field=where
            )


def _check_pattern(pattern: str, path: str, where: str) -> None:
    """Refuse a pattern that is no regular expression, that fits where nothing stands, or that others would break."""
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise RuleError(f"{pattern!r} is no regular expression: {error}", path=path, field=where) from error
    if compiled.fullmatch("") is not None:
        raise RuleError(f"{pattern!r} fits where nothing stands, so everywhere; name words", path=path, field=where)
    if (repeated := slow_text(pattern)) is not None:
        raise RuleError(
            f"{pattern!r} takes too long on texts such as {repeated * 3 + '...'!r}; let each repeat end with "
            f'something that it does not hold itself, as in "(?:\\w+ ){{0,5}}"',
            path=path, field=where,
        )  # fmt: skip
    if compiled.groupindex or _REFERENCE.search(pattern):  # patterns are joined, and groups are counted anew
        raise RuleError(f"{pattern!r} names a group or refers to one; write (?:...) alone", path=path, field=where)


def _tables(table: Mapping[str, Any], name: str, path: str) -> list[dict[str, Any]]:
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise RuleError(f"is written with two brackets, [[{name}]], once for each", path=path, field=name)
    return found


def _is_kind(value: object, kind: str) -> bool:
    if kind == _TABLE:
        return isinstance(value, dict) and all(
            isinstance(found, str) if role == "default" else _is_list(found) for role, found in value.items()
        )
    return {_TEXT: isinstance(value, str), _LIST: _is_list(value), _FLAG: isinstance(value, bool)}[kind]


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
