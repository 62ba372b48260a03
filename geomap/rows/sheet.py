"""A sheet as it is read: its rows one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Row", "Sheet", "cell_text"]


class Row(NamedTuple):
    """A row: its line in the file (from 1; of a workbook the number of the row), and its cells as text.

    `flaw` says why the cells cannot be read; there are none then. `spread` are the columns (from 0) whose value stands
    in a merged cell that began in a row above.
    """

    line: int
    cells: tuple[str, ...]
    flaw: str | None = None
    spread: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table that is being read.

    `path` is the file, `title` the sheet's in a workbook of several. `rows` can be walked once; empty rows are left
    out. `of_text` tells text files from workbooks. `done` gives the share of the file that was read (0 to 1).
    `from_1904` says that numbers of days count from 1904.
    """

    path: str
    rows: Iterator[Row]
    title: str | None = None
    notes: tuple[str, ...] = ()
    of_text: bool = True
    from_1904: bool = False
    done: Callable[[], float] = lambda: 0.0

    @property
    def shown(self) -> str:
        """The file with its sheet, for messages."""
        return self.path if self.title is None else f"{self.path} [{self.title}]"


def cell_text(value: Any) -> str:  # noqa: ANN401, PLR0911  whatever a workbook or layer holds
    """Return a cell as text: nothing for an empty one, no fraction for a whole number, days in ISO 8601."""
    if value is None or value != value:  # noqa: PLR0124  NaN, NaT
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat() if value.time() != value.min.time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
