"""PDFs -> bulletins: lines and words mended, tables and heads left out, hostile files refused within limits."""

from __future__ import annotations

import time
import zlib
from datetime import date

import pytest
from made_files import ARABIC, RUSSIAN, TEXT, paragraph, pdf, pdf_of

from geomap.bulletin import read_bulletins
from geomap.bulletin.pdf_glyphs import line_of
from geomap.errors import BulletinError


@pytest.fixture
def read(tmp_path):
    def read(data):
        path = tmp_path / "a.pdf"
        path.write_bytes(data)
        (bulletin,) = read_bulletins(path)
        return bulletin

    return read


def test_a_pdf(read):
    page = [(72, 760, 18, "Situation report, 24 June 2018"), *paragraph(TEXT)]
    bulletin = read(pdf(page))
    assert bulletin.text == f"Situation report, 24 June 2018\n\n{TEXT}\n"
    assert (bulletin.id, bulletin.date, bulletin.lang) == ("a", date(2018, 6, 24), "en")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("In the province of Homs, 190 people", "returned to their homes."), None),
        (
            ("In the province of Homs, 190 peo-", "ple returned to their homes."),
            "In the province of Homs, 190 people returned to their homes.",
        ),
        (
            ("They came through Abu al-", "Duhur to their homes in Idlib."),
            "They came through Abu al-Duhur to their homes in Idlib.",
        ),
        (
            ("They came home to the de-", "escalation zone of Idlib on foot."),
            "They came home to the de-escalation zone of Idlib on foot.",
        ),
        (
            ("Well-known people of the town, well-", "known ones and others, returned."),
            "Well-known people of the town, well-known ones and others, returned.",
        ),
        (
            ("1. In Homs 190 people returned.", "2. In Hama 12 people returned to", "their homes."),
            "1. In Homs 190 people returned.\n\n2. In Hama 12 people returned to their homes.",
        ),
        (
            ("The truce was broken in Latakia.", "In the province of Homs 190 people came back home."),
            "The truce was broken in Latakia.\n\nIn the province of Homs 190 people came back home.",
        ),
    ],
)
def test_broken_lines_and_words_are_mended(read, lines, text):
    assert read(pdf(paragraph(*lines))).text == f"{text or ' '.join(lines)}\n"


def test_lines_far_apart_are_still_one_paragraph(read):
    lines = ("In the province of Homs, 190 people of the town", "Talbiseh came back to the homes that they had left.")
    assert read(pdf(paragraph(*lines, leading=22))).text == " ".join(lines) + "\n"


def test_a_sentence_goes_on_over_the_page(read):
    pages = [paragraph("In the province of Homs, 190 people", top=200), paragraph("returned to their homes.")]
    assert read(pdf(*pages)).text == "In the province of Homs, 190 people returned to their homes.\n"


def test_heads_and_feet_are_left_out_and_said(read):
    towns = ("Homs", "Hama", "Idlib")
    pages = [
        [(72, 810, 9, "Field office"), *paragraph(f"In {town} 190 people returned."), (280, 30, 9, f"Page {n} of 3")]
        for n, town in enumerate(towns, start=1)
    ]
    bulletin = read(pdf(*pages))
    assert bulletin.text == "".join(f"In {town} 190 people returned.\n\n" for town in towns)[:-1]
    assert "left out at the edge of pages: 'Field office', 'Page 1 of 3'" in bulletin.notes


def test_a_fact_at_the_top_of_two_pages_is_no_head(read):
    pages = [[(72, 800, 11, f"In Homs {n} people returned."), *paragraph("More.")] for n in (190, 12)]
    text = read(pdf(*pages)).text
    assert "In Homs 190 people returned." in text
    assert "In Homs 12 people returned." in text


ROWS = (("Province", "Returned", "Total"), ("Homs", "190", "12,000"), ("Rif Dimashq", "75", "8,000"))


def table(top=600, pitch=18):
    cells = ((left, row) for row in range(len(ROWS)) for left in range(3))
    return [(72 + 110 * left, top - pitch * row, 11, ROWS[row][left]) for left, row in cells]


@pytest.mark.parametrize("pitch", [13, 18, 26])
def test_tables_make_no_sentences(read, pitch):
    page = [*paragraph(TEXT), *table(pitch=pitch), *paragraph("The truce was broken in Latakia.", top=480)]
    bulletin = read(pdf(page))
    assert bulletin.text == f"{TEXT}\n\nThe truce was broken in Latakia.\n"
    assert "1 table (3 rows) left out: cells make no sentences" in bulletin.notes


def test_columns_of_text_are_no_table(read):
    left = ("In the province of Homs,", "190 people returned to the", "homes that they had left.")
    right = ("In the province of Hama,", "12 people returned to the", "homes that they had left.")
    bulletin = read(pdf([*paragraph(*left), *paragraph(*right, left=320)]))
    assert bulletin.text == f"{' '.join(left)}\n\n{' '.join(right)}\n"


def test_a_raised_footnote_mark_joins_no_figure(read):
    page = [(72, 700, 11, "In Homs 190"), (130, 704, 6, "2"), (136, 700, 11, "people returned.")]
    assert "1902" not in read(pdf(page)).text
    glyphs = [("1", 0, 0, 6, 11), ("9", 6, 0, 12, 11), ("2", 12, 4, 15, 6)]
    assert line_of(glyphs, 1, 0).text == "19"


@pytest.mark.parametrize(
    ("visual", "text", "from_right"),
    [
        ("ماعلا اذه يف", "في هذا العام", True),
        ("(2018) 24 ناريزح", "حزيران 24 (2018)", True),
        ("2018-6-24 موي", "يوم 24-6-2018", True),
        ("٪12,5 .ةبسنب", "بنسبة. 12,5٪", True),
        ("UN Women ةمظنم", "منظمة UN Women", True),
        ("(UNHCR) ةمظنم", "منظمة (UNHCR)", True),
        ("In صمح ةنيدم on", "In مدينة حمص on", False),
        ("In 12 towns (Homs)", "In 12 towns (Homs)", False),
    ],
)
def test_letters_from_the_right_are_read_from_the_right(visual, text, from_right):
    glyphs = [(char, 6.0 * at, 0.0, 6.0 * at + 6, 10.0) for at, char in enumerate(visual)]
    assert line_of(glyphs, 1, 0, from_right=from_right).text == text


@pytest.mark.parametrize(("text", "lang"), [(ARABIC, "ar"), (RUSSIAN, "ru"), (TEXT, "en")])
def test_a_pdf_that_a_browser_prints(read, chromium, text, lang):
    day = {"ar": "نشرة 24 حزيران 2018", "ru": "Бюллетень, 24 июня 2018 г.", "en": "Report, 24 June 2018"}[lang]
    direction = "rtl" if lang == "ar" else "ltr"
    page = chromium.new_page()
    page.set_content(f"<html lang={lang} dir={direction}><body style='width: 7cm'><h1>{day}</h1><p>{text} {text}")
    bulletin = read(page.pdf(format="A5"))
    page.close()
    assert (bulletin.date, bulletin.lang) == (date(2018, 6, 24), lang)
    assert bulletin.text.split("\n\n")[-1] == f"{text} {text}\n"


def encrypted() -> bytes:
    handler = "<</Filter/Standard/V 1/R 2/P -4/O<" + "41" * 32 + ">/U<" + "42" * 32 + ">>>"
    return pdf(paragraph(TEXT), trailer=f"/ID[<00><00>]/Encrypt {handler}")


def unpacks_to(size) -> bytes:
    packer = zlib.compressobj(1)
    zeros = b" " * 1_000_000
    stream = b"".join(packer.compress(zeros) for _ in range(size // len(zeros))) + packer.flush()
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    return pdf_of([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page.encode(),
        f"<</Length {len(stream)}/Filter/FlateDecode>>\nstream\n".encode() + stream + b"\nendstream",
    ])  # fmt: skip


BAD = {
    "empty": (b"%PDF-1.7\n%%EOF\n", ["damaged", "text layer"]),
    "other": (b"PK\x03\x04", ["is no PDF"]),
    "scanned": (pdf(b"q 100 0 0 100 0 0 cm Q"), ["no text layer: scanned pages; run OCR"]),
    "truncated": (pdf(paragraph(TEXT))[:-200], ["truncated"]),
    "encrypted": (encrypted(), ["encrypted"]),
    "bomb": (lambda: unpacks_to(1_200_000_000), ["to read, as no bulletin does"]),
    "pages": (pdf(*[paragraph(TEXT)] * 301), ["more than 300 pages"]),
    "table": (pdf(table()), ["besides tables"]),
    "loop": (
        pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]>>"]),
        ["damaged", "text layer"],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_pdfs(read, name):
    data, words = BAD[name]
    data = data() if callable(data) else data
    started = time.monotonic()
    with pytest.raises(BulletinError) as caught:
        read(data)
    assert any(word in caught.value.message for word in words), caught.value.message
    assert time.monotonic() - started < 70


def test_a_broken_table_of_contents_is_said(read):
    data = pdf(paragraph(TEXT))
    start = data.rindex(b"startxref\n") + len(b"startxref\n")
    bulletin = read(data[:start] + b"99999\n%%EOF\n")
    assert TEXT in bulletin.text
    assert any("rebuilt" in note for note in bulletin.notes)


def test_a_page_without_text_is_said(read):
    assert "no text on page 2: blank or scanned" in read(pdf(paragraph(TEXT), b"")).notes


@pytest.mark.parametrize("at", range(0, 100, 7))
def test_a_damaged_pdf_is_a_bulletin_or_said_to_be_none(read, at):
    data = bytearray(pdf(paragraph(TEXT), packed=False))
    place = len(data) * at // 100
    data[place : place + 9] = b"\xff" * 9
    try:
        assert read(bytes(data)).text.strip()
    except BulletinError as error:
        assert error.message
