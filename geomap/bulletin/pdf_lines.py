"""Lines of pages -> text: repeated lines and tables left out, broken lines and words mended into paragraphs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geomap.bulletin.pdf_glyphs import Line

__all__ = ["mended", "without_repeated", "without_tables"]

_MARGIN = 0.15  # of a page's height, above and below, where heads and feet stand
_SHARE = 0.5  # of the pages, on which a line must stand to be a head or a foot
_SAME_HEIGHT = 6.0  # points; a head stands where it stands on each page
# A number alone is none: it may be the end of a line that is broken. On several pages it is told by its counting.
_PAGE_NUMBER = re.compile(
    r"(?:(?:page|p\.|стр\.|страница|صفحة|الصفحة)\s*\d{1,4}(?:\s*(?:of|/|из|من)\s*\d{1,4})?|[-–—]\s*\d{1,4}\s*[-–—])$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:(?:page|p\.|стр\.|страница|صفحة|الصفحة)\s*)?[-–—|]?\s*\d{1,4}\s*(?:(?:of|/|из|من)\s*\d{1,4})?\s*[-–—|]?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,9}")

_PROSE_WORDS = 4  # words in a line, on the average; cells of a table have fewer
_CELL_WORDS = 3  # words in a cell, on the average
_ROW_DISTANCE = 2.5  # heights of a line between two rows of one table
_OVERLAP = 0.3  # of the lower line's height, for two to stand in one row

_SAME_SIZE = 0.12
_ITEM = re.compile(r"(?:[-•*·–—▪●○■◦➢✓\uf0b7\uf0a7]|\(?\d{1,2}[.)])\s")
_BULLET = re.compile(r"[•*·▪●○■◦➢✓\uf0b7\uf0a7]\s+")
_CLOSED = re.compile(r"[.!?؟…:;؛][\"'”»’)\]]*$")
_HYPHEN = re.compile(r"([^\W\d_]+)[-\u2010]$")
_PREFIXES = frozenset((
    "de", "non", "re", "co", "pre", "anti", "al", "an", "ar", "as", "ash", "at", "az", "el", "ad", "ed", "pro",
    "post", "multi", "semi", "self", "по", "кое", "юго", "северо",
))  # fmt: skip


def without_repeated(lines: Sequence[Line], heights: Sequence[float]) -> tuple[list[Line], tuple[str, ...]]:
    """Leave out heads, feet and page numbers; return what stays, and what was left out, as the first page has it.

    Parameters
    ----------
    lines
        All lines of the document.
    heights
        The height of each page, points.
    """
    by_form: dict[tuple[str, int], list[Line]] = defaultdict(list)
    numbers = []
    for line in lines:
        height = heights[line.page - 1]
        if line.bottom > (1 - _MARGIN) * height or line.top < _MARGIN * height:
            by_form[_NUMBER.sub("#", line.text), round(line.top / _SAME_HEIGHT)].append(line)
            if _PAGE_NUMBER.match(line.text):
                numbers.append(line)
    repeated = [same for same in by_form.values() if _is_repeated(same, len(heights))]
    out = {id(line) for same in [*repeated, numbers] for line in same}
    said = [same[0].text for same in repeated]
    if numbers and numbers[0].text not in said:
        said.append(numbers[0].text)
    return [line for line in lines if id(line) not in out], tuple(said)


def _is_repeated(same: list[Line], pages: int) -> bool:
    """Whether lines that differ in figures at most are one line of each page.

    They stand at one height; figures stay or count the pages: "In Homs 12 returned" at the top of two pages,
    with other figures, is told twice.
    """
    if len({line.page for line in same}) < max(2, _SHARE * pages):
        return False
    figures = [([int(n) for n in _NUMBER.findall(line.text)], line.page) for line in same]
    first, page = figures[0]
    return all(
        all(value in (start, start + at - page) for value, start in zip(values, first, strict=True))
        for values, at in figures
    )


def without_tables(lines: Sequence[Line]) -> tuple[list[Line], int, int]:
    """Leave out tables; return what stays, and how many tables with how many rows were left out.

    A table is two or more rows, one below the other, of two or more short cells each. Columns of running text have
    lines of more words and are none.
    """
    out: set[int] = set()
    tables = rows = 0
    for page in _by(lines, lambda line: line.page):
        for table in _tables(page):
            tables += 1
            rows += len(table)
            out.update(id(line) for row in table for line in row)
    return [line for line in lines if id(line) not in out], tables, rows


def _by(lines: Iterable[Line], key: Callable[[Line], int]) -> list[list[Line]]:
    groups: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return list(groups.values())


def _tables(page: list[Line]) -> list[list[list[Line]]]:
    """Return the tables of a page, each a list of rows."""
    prose = {box[0].box for box in _by(page, lambda line: line.box) if _is_prose(box)}
    rows = _rows([line for line in page if line.box not in prose or _is_row([line])])
    tables: list[list[list[Line]]] = []
    run: list[list[Line]] = []
    for row in rows:
        if run and _bottom(run[-1]) - _top(row) > _ROW_DISTANCE * row[0].size:
            tables.append(run)
            run = []
        if _is_row(row) or (run and sum(map(_word_count, row)) <= _CELL_WORDS) or any(len(x.cells) > 1 for x in row):
            run.append(row)
        else:
            tables.append(run)
            run = []
    trimmed = (_trimmed(table) for table in [*tables, run])
    return [table for table in trimmed if sum(map(_is_row, table)) >= 2]


def _trimmed(table: list[list[Line]]) -> list[list[Line]]:
    """Take rows of one cell off the end: a heading may follow a table."""
    while table and sum(len(line.cells) for line in table[-1]) < 2:
        table = table[:-1]
    return table


def _is_prose(box: list[Line]) -> bool:
    """Whether a box is running text: its lines, but for the last, have the words of it."""
    told = box[:-1] or box
    return sum(map(_word_count, told)) >= _PROSE_WORDS * len(told) and not all(_is_row([line]) for line in told)


def _is_row(row: list[Line]) -> bool:
    """Whether lines side by side are a row of a table."""
    cells = [words for line in row for words in line.cells]
    if len(cells) < 2 or sum(cells) > _CELL_WORDS * len(cells):
        return False
    return len(row) > 1 or not row[0].even


def _rows(lines: list[Line]) -> list[list[Line]]:
    """Group lines that stand side by side, from the top of the page down."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -line.top):
        if rows and any(_side_by_side(line, other) for other in reversed(rows[-1])):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _side_by_side(a: Line, b: Line) -> bool:
    overlap = min(a.top, b.top) - max(a.bottom, b.bottom)
    return overlap > _OVERLAP * min(a.top - a.bottom, b.top - b.bottom)


def _top(row: list[Line]) -> float:
    return max(line.top for line in row)


def _bottom(row: list[Line]) -> float:
    return min(line.bottom for line in row)


def _word_count(line: Line) -> int:
    return sum(line.cells)


def mended(lines: Sequence[Line]) -> str:
    """Join lines into paragraphs, one a line with a blank line between; items of lists begin with a dash."""
    words = Counter(word.casefold() for line in lines for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text))
    widths: dict[tuple[int, int], float] = defaultdict(float)
    for line in lines:
        key = (line.page, line.box)
        widths[key] = max(widths[key], line.width)
    paragraphs: list[str] = []
    before: Line | None = None
    for line in lines:
        if _BULLET.fullmatch(f"{line.text} "):  # drawn apart from what it marks
            continue
        if before is not None and _goes_on(before, line, widths[before.page, before.box]):
            paragraphs[-1] = _joined(paragraphs[-1], line.text, words)
        else:
            paragraphs.append(line.text)
        before = line
    return "\n\n".join(_BULLET.sub("- ", text, count=1) if _BULLET.match(text) else text for text in paragraphs)


def _goes_on(before: Line, line: Line, width: float) -> bool:
    """Whether a line goes on with the sentence or paragraph of the line before it."""
    if _ITEM.match(line.text) or abs(before.size - line.size) > _SAME_SIZE * before.size:
        return False
    closed = _CLOSED.search(before.text) is not None
    if (before.page, before.box) == (line.page, line.box):
        return not (_could_hold_more(before, line, width) and (closed or before.width < 0.6 * width))
    if closed:
        return False
    below = before.page == line.page and 0 < before.bottom - line.bottom < 2.6 * line.size
    aligned = min(abs(before.left - line.left), abs(before.right - line.right)) < line.size
    return line.text[:1].islower() or (below and aligned and not _could_hold_more(before, line, line.width))


def _could_hold_more(before: Line, line: Line, width: float) -> bool:
    """Whether the first word of a line had room at the end of the line before: then the break is meant."""
    first = len(line.text.split(maxsplit=1)[0]) + 1
    return before.width + first * line.width / max(1, len(line.text)) < width


def _joined(text: str, following: str, words: Counter[str]) -> str:
    """Join two lines; a word that was broken with a hyphen becomes whole, one that has a hyphen keeps it."""
    if text.endswith("\u00ad"):
        return text[:-1] + following
    broken = _HYPHEN.search(text)
    second = re.match(r"[^\W\d_]+", following)
    if broken is None or second is None:
        return f"{text} {following}"
    whole = f"{broken.group(1)}{second.group()}".casefold()
    parted = f"{broken.group(1)}-{second.group()}".casefold()
    keeps = not second.group()[0].islower() or broken.group(1).casefold() in _PREFIXES or words[parted] > words[whole]
    return (text if keeps else text[:-1]) + following
