"""Answers that were given before, in one SQLite file of the user's cache.

As with all of the cache, it may be lost, full, locked or spoiled: then it is as if there were none. Nothing raises.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from geomap.gazetteer.geocoding.suggestion import Suggestion

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["KEPT_DAYS", "KeptAnswers", "Question"]

KEPT_DAYS = 90
"""Then a name is asked for again: places are added, and their points mended."""

FILE = "geocoder.sqlite"
_WAIT_S = 1.0
_SPOILED = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR}
"""No database, a damaged one, or one of other tables; others are out of reach for now, or for good."""

_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    service TEXT NOT NULL, name TEXT NOT NULL, country TEXT NOT NULL, most INTEGER NOT NULL,
    asked_on TEXT NOT NULL, suggestions TEXT NOT NULL,
    PRIMARY KEY (service, name, country, most)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked: of which service at which server, for what name in which country, for how many answers."""

    service: str
    name: str
    country: str | None
    limit: int

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Its columns in the file."""
        return self.service, self.name, (self.country or "").upper(), self.limit


class KeptAnswers:
    """Answers by question, each with the day on which it was given.

    Parameters
    ----------
    folder
        Where the file lies or is to be made; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder.absolute() / FILE

    def get(self, question: Question) -> tuple[Suggestion, ...] | None:
        """Return what was answered within the last 90 days; None when nothing was, or it cannot be read."""
        if self._path is None or not self._path.is_file():
            return None
        today = _today()
        try:
            with closing(sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True, timeout=_WAIT_S)) as file:
                row = file.execute(
                    "SELECT asked_on, suggestions FROM answers WHERE (service, name, country, most) = (?, ?, ?, ?)",
                    question.key,
                ).fetchone()
            if row is None or not _oldest(today) <= row[0] <= _newest(today):
                return None
            return tuple(Suggestion.of_record(record) for record in json.loads(row[1]))
        except (sqlite3.Error, OSError, ValueError, TypeError, AttributeError, RecursionError):
            return None

    def put(self, question: Question, suggestions: tuple[Suggestion, ...]) -> None:
        """Keep an answer in place of an older one, and drop what is too old."""
        if self._path is None:
            return
        path = self._path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write(path, question, suggestions)
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _SPOILED:
                    return
                for spoiled in (path, path.with_name(f"{path.name}-journal")):
                    spoiled.unlink(missing_ok=True)
                _write(path, question, suggestions)
        except (sqlite3.Error, OSError, ValueError):
            return


def _write(path: Path, question: Question, suggestions: tuple[Suggestion, ...]) -> None:
    today = _today()
    records = json.dumps([suggestion.record() for suggestion in suggestions], ensure_ascii=False)
    row = (*question.key, today.date().isoformat(), records)
    with closing(sqlite3.connect(path, timeout=_WAIT_S)) as file, file:
        file.execute(_TABLE)
        file.execute("DELETE FROM answers WHERE asked_on NOT BETWEEN ? AND ?", (_oldest(today), _newest(today)))
        file.execute("REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)", row)


def _today() -> datetime:
    return datetime.now(UTC)


def _oldest(today: datetime) -> str:
    return (today - timedelta(days=KEPT_DAYS)).date().isoformat()


def _newest(today: datetime) -> str:
    """Tomorrow: a day that lies further ahead was written by a clock that was wrong."""
    return (today + timedelta(days=1)).date().isoformat()
