"""Rows of text tables and workbooks: whatever is wrong with one, the others are read; nothing is held whole."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import zipped
from openpyxl import Workbook

from geomap.errors import BulletinError
from geomap.rows import read_sheets
from geomap.rows.delimiters import delimiter_of


@pytest.fixture
def rows(tmp_path):
    """Read a file of some content: `rows("a.csv", bytes) -> [(line, cells or what is wrong)]`."""

    def read(name, content, **options):
        (tmp_path / name).write_bytes(content)
        return [
            (row.line, row.flaw or row.cells) for sheet in read_sheets(tmp_path / name, **options) for row in sheet.rows
        ]

    return read


def book(*sheets, hidden=()) -> bytes:
    """A workbook of `(title, rows)`."""
    made = Workbook()
    made.remove(made.active)
    for title, content in sheets:
        sheet = made.create_sheet(title)
        for row in content:
            sheet.append(row)
        if title in hidden:
            sheet.sheet_state = "hidden"
    return saved(made)


def saved(made: Workbook) -> bytes:
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(data: bytes, **changed: tuple[bytes, bytes]) -> bytes:
    """The zip with the parts whose names contain a key changed by `(old, new)`."""
    parts = members(data)
    for key, (old, new) in changed.items():
        (name,) = [name for name in parts if key in name]
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)
    return zipped(parts)


# --- text tables


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [("a,b", ","), ("a;b", ";"), ("a\tb", "\t"), ("a|b|c", "|"), ('"a,b,c";d', ";"), ("name", ","), ("", ",")],
)
def test_the_delimiter_is_what_gives_most_cells(header, delimiter):
    assert delimiter_of(header) == delimiter


@pytest.mark.parametrize(
    "content",
    [
        "a,b\nحمص,1\n".encode(),
        "\ufeffa,b\nحمص,1\n".encode(),
        "\ufeffa,b\nحمص,1\n".encode("utf-16-le"),
        "\ufeffa,b\nحمص,1\n".encode("utf-16-be"),
        "\ufeffa;b\r\nحمص;1\r\n".encode("utf-32-le"),
        "a\tb\rحمص\t1\r".encode(),
        "sep=;\na;b\nحمص;1".encode(),
    ],
)
def test_marks_delimiters_and_line_ends(rows, content):
    assert [cells for _, cells in rows("a.csv", content)] == [("a", "b"), ("حمص", "1")]


def test_an_encoding_is_named_and_never_guessed(rows):
    content = "a,b\nحمص,1\nحماة,2\n".encode("cp1256")
    assert rows("a.csv", content, encoding="cp1256")[1] == (2, ("حمص", "1"))
    with pytest.raises(BulletinError, match=r"line 2: is not UTF-8 \(byte 4\), but perhaps cp1256 \('حمص,1'\)"):
        rows("a.csv", content)
    with pytest.raises(BulletinError, match="'cp9999' is no encoding"):
        rows("a.csv", content, encoding="cp9999")
    with pytest.raises(BulletinError, match="if it is UTF-16, say so"):
        rows("a.csv", "a,b\n1,2\n".encode("utf-16-le"))


def test_one_row_that_is_no_text_is_one_bad_row(rows):
    content = "a,b\nحمص,1\n".encode() + b"\xe3\xd3,2\n" + "حماة,3\n".encode()
    (_, first, bad, last) = rows("a.csv", content)
    assert (first, last) == ((2, ("حمص", "1")), (4, ("حماة", "3")))
    assert bad[0] == 3
    assert "is not text of the file's encoding" in bad[1]


def test_a_quotation_mark_that_is_never_closed_costs_one_row(rows):
    lines = ["a,b", '1,"x', *(f"{i},y" for i in range(500)), '501,"z"', '502,"a ""b"" c', 'd"']
    (_, bad, *good) = rows("a.csv", "\n".join(lines).encode())
    assert bad[0] == 2
    assert "is a quotation mark not closed?" in bad[1]
    assert good[:2] == [(3, ("0", "y")), (4, ("1", "y"))]
    assert good[-2:] == [(503, ("501", "z")), (504, ("502", 'a "b" c\nd'))]
    assert len(good) == 502


def test_a_mark_in_the_middle_and_a_line_too_long_cost_one_row_each(rows):
    content = b'a,b\n1,"x"y\n2,' + b"z" * 3_000_000 + b"\n3,w\n"
    found = rows("a.csv", content)
    assert [line for line, _ in found] == [1, 2, 3, 4]
    assert "look at its quotation marks" in found[1][1]
    assert "more than 1,048,576 characters" in found[2][1]
    assert found[3] == (4, ("3", "w"))


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file(rows, content):
    with pytest.raises(BulletinError, match="is empty"):
        rows("a.csv", content)


def test_what_is_no_file(tmp_path):
    with pytest.raises(BulletinError, match="no such file"):
        list(read_sheets(tmp_path / "none.csv"))
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(BulletinError, match="not a file"):
        list(read_sheets(tmp_path / "folder.csv"))


_CELL = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=8)


@given(st.lists(st.lists(_CELL, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(",;\t"))
def test_law_what_the_library_writes_is_read(tmp_path_factory, table, delimiter):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([["a", "b", "c", "d"], *table])
    path = tmp_path_factory.mktemp("law") / "a.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    found = [row.cells for sheet in read_sheets(path) for row in sheet.rows]
    assert found[1:] == [tuple(row) for row in table]


# --- workbooks


def test_values_of_a_workbook(rows):
    made = Workbook()
    made.active.append(["day", "number", "moment", "truth", "text"])
    made.active.append([date(2018, 6, 24), 190.0, datetime(2018, 6, 24, 8, 30), True, " Homs "])
    made.active.append([None, 0.5])
    assert rows("a.xlsx", saved(made))[1:] == [
        (2, ("2018-06-24", "190", "2018-06-24T08:30:00", "true", "Homs")),
        (3, ("", "0.5")),
    ]


def test_empty_and_hidden_sheets_are_passed_over(tmp_path):
    content = book(("empty", []), ("Data", [["a", "b"]]), ("secret", [["c", "d"]]), hidden=["secret"])
    (tmp_path / "a.xlsx").write_bytes(content)
    found = [(s.title, s.notes, [r.cells for r in s.rows]) for s in read_sheets(tmp_path / "a.xlsx")]
    assert found == [("Data", ("hidden sheets are not read: secret",), [("a", "b")])]


def test_merged_cells_stand_for_each_cell_that_they_cover(tmp_path):
    made = Workbook()
    for row in (["From", None, "n"], ["Homs", "x", 1], [None, "y", None], [None, None, None], ["Hama", "z", 2]):
        made.active.append(row)
    for merged in ("A1:B1", "A2:A3", "C2:C3"):
        made.active.merge_cells(merged)
    (tmp_path / "a.xlsx").write_bytes(saved(made))
    sheets = read_sheets(tmp_path / "a.xlsx")
    found = [(row.line, row.cells, sorted(row.spread)) for sheet in sheets for row in sheet.rows]
    assert found == [
        (1, ("From", "From", "n"), []),
        (2, ("Homs", "x", "1"), []),
        (3, ("Homs", "y", "1"), [0, 2]),
        (5, ("Hama", "z", "2"), []),
    ]


def test_a_formula_gives_the_value_that_was_kept_or_itself(rows):
    made = Workbook()
    made.active.append(["a", "b"])
    made.active.append(["=1+1", "x"])
    content = saved(made)
    assert rows("a.xlsx", content)[1] == (2, ("=1+1", "x"))
    kept = repacked(content, sheet1=(b"<v />", b"<v>2</v>") if b"<v />" in content else (b"<v></v>", b"<v>2</v>"))
    assert rows("b.xlsx", kept)[1] == (2, ("2", "x"))


def test_a_row_of_too_many_cells(rows):
    found = rows("a.xlsx", book(("Data", [["a", "b"], list(range(1001)), ["1", "2"]])))
    assert [line for line, _ in found] == [1, 2, 3]
    assert "more than 1,000 cells" in found[1][1]


def test_rows_beyond_what_a_sheet_says_of_its_size_are_read(rows):
    content = book(("Data", [["a", "b"], ["1", "2"], ["3", "4"]]))
    small = repacked(content, sheet1=(b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"'))
    assert [cells for _, cells in rows("a.xlsx", small)] == [("a", "b"), ("1", "2"), ("3", "4")]


def test_a_row_that_says_it_is_the_last_of_a_billion(rows):
    content = book(("Data", [["a", "b"], ["1", "2"]]))
    far = repacked(content, sheet1=(b'<row r="2"', b'<row r="1000000000"'))
    with pytest.raises(BulletinError, match="more than 1,048,576 rows"):
        rows("a.xlsx", far)


def _bomb() -> bytes:
    content = book(("Data", [["a", "b"]]))
    return repacked(content, sheet1=(b"</sheetData>", b"<row/>" * 10_000_000 + b"</sheetData>"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: b"PK\x03\x04 cut", "damaged or truncated"),
        (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "encrypted, or an old .xls"),
        (lambda: zipped({"word/document.xml": "<w/>"}), "no sound workbook"),
        (lambda: book(("Data", [["a"]]))[:-300], "damaged or truncated"),
        (lambda: repacked(book(("D", [["a"]])), sheet1=(b"<sheetData>", b"<sheetData><row")), "no sound workbook"),
        (
            lambda: repacked(book(("D", [["a"]])), sheet1=(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')),
            "declares a document type",
        ),
        (_bomb, "200 times its size"),
        (
            lambda: zipped({**members(book(("D", [["a"]]))), "xl/styles.xml": os.urandom(17 * 1024 * 1024)}),
            "xl/styles.xml unpacks to more than 16 MiB",
        ),
        (lambda: book(("empty", [])), "holds no table"),
    ],
)
def test_bad_workbooks(rows, content, words):
    with pytest.raises(BulletinError, match=words):
        rows("a.xlsx", content())
