"""What is wrong with a record, as a value: so that a check can list everything at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geomap.errors import GazetteerError

__all__ = ["Problem", "Severity"]

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a record.

    An "error" breaks the format or the map; a "warning" is for a person to look at. `message` says what is wrong and
    what would be right; `path` and `line` (from 1) where the record stands, when it was read from a file.
    """

    place_id: str
    field: str
    message: str
    severity: Severity = "error"
    path: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """One line: where, how bad, what."""
        where = self.path or ""
        if where and self.line is not None:
            where += f":{self.line}"
        record = " ".join(part for part in (self.place_id, self.field) if part)
        return ": ".join(part for part in (where, self.severity, record, self.message) if part)

    def error(self) -> GazetteerError:
        """Return it as the error that a strict reader raises."""
        record = " ".join(part for part in (self.place_id, self.field) if part)
        return GazetteerError(self.message, path=self.path, line=self.line, field=record or None)
