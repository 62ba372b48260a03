"""The YAML front matter of a bulletin: found, checked, every value kept as the text that was written.

YAML would turn ``id: 007`` into 7, ``1_0`` into 10 and ``lang: no`` into false; so the document is only composed into
nodes (nothing is constructed, no tag is obeyed) and the fields are read from their text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import yaml

from geomap.bulletin.stated_date import parse_written_date
from geomap.errors import BulletinError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FIELDS", "FrontMatter", "parse_front_matter", "split_front_matter"]

FIELDS = ("id", "date", "source", "lang", "url", "encoding")
"""The fields that are known; others are noted and passed over."""

_OPEN = re.compile(r"\s*^---[ \t]*$\n?", re.MULTILINE)
_CLOSE = re.compile(r"^---[ \t]*$\n?", re.MULTILINE)
_DATE_HINT = "write the day as 2018-06-24"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What a front matter says; None where it says nothing."""

    id: str | None = None
    date: date | None = None
    source: str | None = None
    lang: str | None = None
    url: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Field:
    """One value with where it stands."""

    name: str
    value: str
    line: int
    path: Path

    def error(self, message: str) -> BulletinError:
        return BulletinError(message, path=self.path, line=self.line, field=self.name)


def split_front_matter(text: str, path: Path) -> tuple[str | None, int, str]:
    r"""Split a file's text into front matter, the line it starts on (from 1), and what stands below it.

    Parameters
    ----------
    text
        The whole text, line ends ``\n``.
    path
        The file, for messages.

    Raises
    ------
    BulletinError
        When a front matter is opened and not closed.
    """
    opening = _OPEN.match(text)
    if opening is None:
        return None, 1, text
    line = text.count("\n", 0, opening.end())
    closing = _CLOSE.search(text, opening.end())
    if closing is None:
        raise BulletinError(
            "the front matter that this line opens is never closed; end it with a line of three dashes (---)",
            path=path,
            line=line,
        )
    return text[opening.end() : closing.start()], line + 1, text[closing.end() :]


def parse_front_matter(source: str, first_line: int, path: Path) -> FrontMatter:
    """Read the fields of a front matter.

    Parameters
    ----------
    source
        The YAML between the dashes.
    first_line
        The line of the file on which it starts, from 1.
    path
        The file, for messages.

    Raises
    ------
    BulletinError
        When it is not YAML of ``field: value`` lines, a field stands twice, or a value cannot be what its field needs.
    """
    fields, notes = _fields(source, first_line, path)
    read = {name: fields.get(name) for name in FIELDS}
    day, day_note = _day(read["date"])
    lang, lang_note = _lang(read["lang"])
    return FrontMatter(
        id=_text(read["id"]),
        date=day,
        source=_text(read["source"]),
        lang=lang,
        url=_url(read["url"]),
        notes=tuple(note for note in (*notes, day_note, lang_note) if note),
    )


def _fields(source: str, first_line: int, path: Path) -> tuple[dict[str, _Field], list[str]]:
    """Return the known fields that have a value, and a note on each other one."""
    fields: dict[str, _Field] = {}
    notes: list[str] = []
    seen: dict[str, int] = {}
    for key_node, value_node in _pairs(source, first_line, path):
        line = first_line + key_node.start_mark.line
        name = key_node.value.strip().lower()
        if name in seen:
            raise BulletinError(f"stands twice, first on line {seen[name]}; keep one", path=path, line=line, field=name)
        seen[name] = line
        if name not in FIELDS:
            notes.append(f"front matter field {name!r} (line {line}) is not known and was passed over")
        elif not isinstance(value_node, yaml.ScalarNode):
            raise BulletinError("must be one value, not a list or a mapping", path=path, line=line, field=name)
        elif value_node.tag != "tag:yaml.org,2002:null" and value_node.value.strip():
            fields[name] = _Field(name, _one_line(value_node.value), line, path)
    return fields, notes


def _pairs(source: str, first_line: int, path: Path) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """Compose the YAML into its pairs of nodes."""
    wanted = 'write one "field: value" a line'
    try:
        root = _composed(source)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        hint = f"{wanted}, and quotes around a value that holds a colon"
        raise BulletinError(f"broken front matter ({error.problem}); {hint}", path=path, line=line) from None
    except (yaml.YAMLError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        raise BulletinError(f"broken front matter ({reason}); {wanted}", path=path, line=first_line) from None
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode) or not all(isinstance(k, yaml.ScalarNode) for k, _ in root.value):
        line = first_line + root.start_mark.line
        raise BulletinError(f"the front matter is not made of fields; {wanted}", path=path, line=line)
    return list(root.value)


_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SHORT = 2000
"""Characters of a front matter that the loader in C reads: too few to be nested so deeply that its stack runs over."""


def _composed(source: str) -> yaml.Node | None:
    """Compose YAML, by the loader in C where it is there; what is wrong is told by the other one, with its line."""
    if len(source) <= _SHORT:
        try:
            return yaml.compose(source, Loader=_FAST)
        except (yaml.YAMLError, ValueError):
            pass
    return yaml.compose(source, Loader=yaml.SafeLoader)


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _text(field: _Field | None) -> str | None:
    if field is None:
        return None
    # Control characters and lone surrogates can be smuggled in as YAML escapes; no output could carry them.
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in field.value):
        raise field.error("holds a control character; write plain text")
    return field.value


def _url(field: _Field | None) -> str | None:
    url = _text(field)
    if field is not None and not re.match(r"https?://[^\s/]", field.value, re.IGNORECASE):
        raise field.error(f"{field.value!r} is no web address; it begins with https:// or http://")
    return url


def _lang(field: _Field | None) -> tuple[str | None, str | None]:
    """Return the primary language subtag, and a note when more was stated."""
    if field is None:
        return None, None
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", field.value):
        raise field.error(f"{field.value!r} is no language code; write two letters, such as en, ar or ru")
    lang = re.split("[-_]", field.value)[0].lower()
    note = None if lang == field.value.lower() else f"lang {field.value!r} is read as {lang}"
    return lang, note


def _day(field: _Field | None) -> tuple[date | None, str | None]:
    """Return the date in UTC, and a note when a time of day was stated with it."""
    if field is None:
        return None, None
    try:
        return date.fromisoformat(field.value), None
    except ValueError:
        moment = _moment(field)
    if moment is None:
        written = parse_written_date(field.value)
        if written is None:
            raise field.error(f"{field.value!r} is no date; {_DATE_HINT}")
        return written, None
    if moment.tzinfo is not None:
        return moment.astimezone(UTC).date(), f"date {field.value!r} has a time; its day in UTC is kept"
    return moment.date(), f"date {field.value!r} has a time; its day is kept"


def _moment(field: _Field) -> datetime | None:
    """Read a day with a time; refuse what is shaped like a date and names a day that does not exist."""
    if not re.match(r"\d{4}-\d\d?-\d\d?(?!\d)", field.value):
        return None
    try:
        return datetime.fromisoformat(field.value)
    except ValueError as error:
        raise field.error(f"{field.value!r} is no day of the calendar ({error}); {_DATE_HINT}") from None
