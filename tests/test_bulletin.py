"""Files -> bulletins: front matter, dates, encodings, folders."""

from __future__ import annotations

import os
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.bulletin import read_bulletins
from geomap.bulletin.stated_date import parse_written_date, stated_date
from geomap.errors import BulletinError

BODY = "People went home to Douma.\n"


@pytest.fixture
def write(tmp_path):
    """Write a file and return its path."""

    def write(content, name="b.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def read(path):
    (bulletin,) = read_bulletins(path)
    return bulletin


def front(fields, body=BODY):
    return f"---\n{fields}\n---\n\n{body}"


def bad(path) -> BulletinError:
    with pytest.raises(BulletinError) as caught:
        list(read_bulletins(path))
    assert str(path.name) in str(caught.value)
    return caught.value


def test_all_fields(write):
    fields = 'id: "000"\ndate: 2018-06-24\nsource: "A: B"\nlang: en\nurl: https://example.org/x?id=1@b\nencoding: utf-8'
    path = write(front(fields))
    bulletin = read(path)
    assert (bulletin.id, bulletin.date, bulletin.source) == ("000", date(2018, 6, 24), "A: B")
    assert (bulletin.lang, bulletin.url, bulletin.path) == ("en", "https://example.org/x?id=1@b", str(path))
    assert bulletin.text == BODY
    assert bulletin.notes == ()


@pytest.mark.parametrize(
    "content",
    [
        front("id: a"),
        "---\nid: a\n---\n" + BODY,
        "---\nid: a\n---\n\n \t\n\n" + BODY,
        "\ufeff" + front("id: a"),
        front("id: a").replace("\n", "\r\n"),
        front("id: a").replace("\n", "\r"),
        "--- \nid: a\n---\t\n" + BODY,
        "\n\n" + front("id: a"),
    ],
)
def test_body_begins_below_the_front_matter(write, content):
    assert read(write(content)).text == BODY


def test_body_keeps_its_inner_form(write):
    body = "   Indented heading\n\nOne.\n---\nTwo.\n\n"
    assert read(write(front("id: a", body))).text == body


def test_without_front_matter(write):
    bulletin = read(write(BODY, "flash-7.md"))
    assert (bulletin.id, bulletin.text, bulletin.date, bulletin.source) == ("flash-7", BODY, None, None)
    assert "no front matter" in bulletin.notes


@pytest.mark.parametrize("body", ["id: no\n", "---\n"])
def test_empty_front_matter(write, body):
    assert read(write("---\n---\n" + body)).text == body


@pytest.mark.parametrize("value", ["007", "1_0", "0x1A", "1e3", "no", "12:30", "2018-06-24", "'007'", '"007"'])
def test_ids_stay_as_written(write, value):
    assert read(write(front(f"id: {value}"))).id == value.strip("'\"")


@pytest.mark.parametrize("value", ["", "~", "null", '""', '"  "'])
def test_a_field_without_value_is_missing(write, value):
    bulletin = read(write(front(f"id: {value}\ndate: {value}\nsource: {value}\nlang: {value}\nurl: {value}")))
    assert (bulletin.id, bulletin.date, bulletin.source, bulletin.lang, bulletin.url) == ("b", None, None, "en", None)


@pytest.mark.parametrize(
    ("value", "day", "noted"),
    [
        ("2018-06-24", date(2018, 6, 24), False),
        ('"2018-06-24"', date(2018, 6, 24), False),
        ("24 June 2018", date(2018, 6, 24), False),
        ("٢٤ حزيران ٢٠١٨", date(2018, 6, 24), False),
        ("2018-06-24T08:00:00", date(2018, 6, 24), True),
        ("2018-06-24 08:00:00", date(2018, 6, 24), True),
        ("2018-06-24T01:00:00+03:00", date(2018, 6, 23), True),
        ("2018-06-24T23:30:00Z", date(2018, 6, 24), True),
    ],
)
def test_dates_of_the_front_matter(write, value, day, noted):
    bulletin = read(write(front(f"date: {value}\nlang: en")))
    assert bulletin.date == day
    assert bool(bulletin.notes) == noted


@pytest.mark.parametrize(
    "value",
    [
        "2018-02-31",
        "2018-13-01",
        "2018-6-31",
        "2018-06-24T25:00",
        "24.06",
        "06/07/2018",
        "yesterday",
        "2018",
        "31 June 2018",
    ],
)
def test_impossible_dates(write, value):
    error = bad(write(front(f"id: a\ndate: {value}")))
    assert (error.line, error.field) == (3, "date")
    assert "2018-06-24" in error.message


@pytest.mark.parametrize(
    ("heading", "day"),
    [
        ("Briefing by the Centre (June 23, 2018)", date(2018, 6, 23)),
        ("Situation report, 24 June 2018", date(2018, 6, 24)),
        ("Flash update of 24 June 2018", date(2018, 6, 24)),
        ("Flash alert, Thursday, 29 February 2024", date(2024, 2, 29)),
        ("Update No. 3 (as of 29 June 2018)", date(2018, 6, 29)),
        ("Round 109\n\nAs of 30 April 2019, DTM counted 1,665,108 IDPs.", date(2019, 4, 30)),
        ("2018-06-24", date(2018, 6, 24)),
        ("Sept. 1st, 2018", date(2018, 9, 1)),
        ("MOSCOW, September 11, 2018. Militants broke the truce.", date(2018, 9, 11)),
        ("МОСКВА, 21 июня 2018 г. За сутки вернулись 300 человек.", date(2018, 6, 21)),
        ("Информационный бюллетень (24 июня 2018 г.)", date(2018, 6, 24)),
        ("بيان المركز، 24 حزيران 2018", date(2018, 6, 24)),
        ("نشرة ٢٤ يونيو ٢٠١٨", date(2018, 6, 24)),
        ("نشرة 24 حزيران/يونيو 2018", date(2018, 6, 24)),
        ("نشرة 24 تشرين الأول 2018", date(2018, 10, 24)),
        ("نشرة 28 أغسطس 2016", date(2016, 8, 28)),
        ("دمشق، الأحد ٢٤ حزيران ٢٠١٨ (سانا) - قال مركز", date(2018, 6, 24)),
    ],
)
def test_a_stated_date_is_taken_and_said(write, heading, day):
    bulletin = read(write(f"{heading}\n\n{BODY}"))
    assert bulletin.date == day
    assert any(day.isoformat() in note for note in bulletin.notes)


@pytest.mark.parametrize(
    "text",
    [
        "قال المركز، الأحد 28 أغسطس، إن مسلحين قصفوا جوبر",
        "MOSCOW, September 11. Militants broke the truce.",
        "Since 18 July 2018, 300 people have returned.",
        "On June 23, 2018, at 8 a.m., the corridor resumed work.",
        "The zones of the memorandum of 4 May 2017",
        "Report for 18 – 24 June 2018",
        "Report, 18 June 2018 – 24 June 2018",
        "28/29 June 2018",
        "Update, 29 February 2023",
        "Update, 24 حزيران/مايو 2018",
        "Displacement (March and April 2019)",
        "Resolution 2401 (2018)",
        "24 June 2018 and 25 August 2018",
        "See https://example.org/2018-06-24/news",
    ],
)
def test_what_is_no_date_of_the_bulletin(write, text):
    bulletin = read(write(f"{text}\n\n{BODY}"))
    assert bulletin.date is None
    assert any(note.startswith("no date") for note in bulletin.notes)


def test_a_day_in_later_text_is_not_the_bulletins(write):
    assert read(write(f"{BODY}\n{BODY}\n{BODY}\nThe centre opened\n\n24 June 2018\n")).date is None


def test_written_dates_are_whole_values():
    assert parse_written_date("June 24, 2018") == date(2018, 6, 24)
    assert parse_written_date("about June 24, 2018") is None
    assert stated_date("") is None


@pytest.mark.parametrize(
    ("body", "lang"),
    [("قال المركز في Moscow إن\n", "ar"), ("За сутки вернулись 300.\n", "ru"), (BODY, "en"), ("1366\n", "en")],
)
def test_language_by_script(write, body, lang):
    bulletin = read(write(front("id: a\ndate: 2018-06-24", body)))
    assert bulletin.lang == lang
    assert bulletin.notes == (f"lang {lang} is guessed from the script",)


def test_unknown_fields_are_noted_and_passed_over(write):
    bulletin = read(write(front("date: 2018-06-24\nlang: en\ntags: [a, b]\nLanguage: en")))
    assert [note.split("'")[1] for note in bulletin.notes] == ["tags", "language"]
    assert "(line 4)" in bulletin.notes[0]


def test_a_regional_language_is_read_as_its_language(write):
    assert read(write(front("lang: ar-SY"))).lang == "ar"


@pytest.mark.parametrize(
    ("fields", "line", "field"),
    [
        ("id: [a, b]", 2, "id"),
        ("id: a\nsource: {x: 1}", 3, "source"),
        ("id: a\nid: b", 3, "id"),
        ("lang: English language", 2, "lang"),
        ("url: javascript:alert(1)", 2, "url"),
        ("url: example.org", 2, "url"),
        ('id: "a\\0b"', 2, "id"),
        ('source: "\\ud800"', 2, "source"),
        ("id: a\nsource: TASS: report", 3, None),
        ("id: 'a", 2, None),
        ("just words", 2, None),
        ("- a\n- b", 2, None),
        ("[" * 5000, 2, None),
        ("id: a\n\tsource: b", 3, None),
        ("source: *nobody", 2, None),
    ],
)
def test_broken_front_matter(write, fields, line, field):
    error = bad(write(front(fields)))
    assert (error.line is not None, error.field) == (True, field)
    assert abs(error.line - line) <= 1


def test_tags_of_yaml_run_nothing(write, tmp_path):
    marker = tmp_path / "ran"
    bulletin = read(write(front(f'id: !!python/object/apply:os.system ["touch {marker}"]\n').replace("id: ", "x: ")))
    assert bulletin.id == "b"
    assert not marker.exists()


def test_unterminated_front_matter(write):
    error = bad(write("---\nid: a\n\nText without end\n"))
    assert error.line == 1
    assert "never closed" in error.message


@pytest.mark.parametrize("content", ["", " \n\t\r\n", "\ufeff", "\ufeff\n"])
def test_empty_files(write, content):
    assert "empty" in bad(write(content)).message


@pytest.mark.parametrize("content", ["---\nid: a\n---\n", "---\nid: a\n---\n\n \n"])
def test_empty_bodies(write, content):
    assert "no text below" in bad(write(content)).message


def test_binary_files(write):
    error = bad(write(b"%PDF-1.7\n\x00\x01"))
    assert "binary" in error.message
    assert "offset 9" in error.message


def test_utf16_is_named(write):
    assert "UTF-16" in bad(write(BODY.encode("utf-16"))).message


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_that_are_not_utf8(write, mark):
    data = mark + b"id\nline two \xcf here\n"
    error = bad(write(data))
    assert f"byte {data.index(0xCF)} (0xcf)" in error.message
    assert error.line == 2
    assert "cp1256" in error.message


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("cp1256", "عاد الناس إلى دوما\n"), ("cp1251", "Люди вернулись в Думу\n"), ("CP1252", "café\n")],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_are_honoured(write, encoding, body, line_end):
    content = front(f"id: a\nencoding: {encoding}", body).replace("\n", line_end)
    assert read(write(content.encode(encoding))).text == body


@pytest.mark.parametrize("encoding", ["cp9999", "hex", "rot13", "utf-16", "undefined"])
def test_encodings_that_do_not_fit(write, encoding):
    error = bad(write(front(f"id: a\nencoding: {encoding}")))
    assert encoding in str(error)


def test_an_encoding_in_the_body_is_text(write):
    assert read(write(front("id: a", "encoding: cp9999\n"))).text == "encoding: cp9999\n"


@pytest.mark.parametrize("name", ["b.doc", "b", "b.txt.gz"])
def test_other_kinds_of_file(write, name):
    assert ".txt, .md, .html" in bad(write(BODY, name)).message


def test_missing_and_unreadable(tmp_path):
    assert "no such file" in bad(tmp_path / "none.txt").message
    loop = tmp_path / "loop.txt"
    loop.symlink_to(loop)
    assert "cannot be read" in bad(loop).message


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "b.txt")
    assert "not a file" in bad(tmp_path / "b.txt").message


def test_a_folder_is_read_sorted_and_deep(write, tmp_path):
    for name in ("b.txt", "a.md", "sub/c.TXT", ".hidden.txt", ".git/d.txt", "sub/README.md", "sub/e.json", "z.txt"):
        write(BODY + name, name)
    passed_over = []
    found = read_bulletins(tmp_path, on_passed_over=passed_over.append)
    assert [bulletin.id for bulletin in found] == ["a", "b", "z", "c"]
    assert [path.name for path in passed_over] == ["e.json"]


def test_a_folder_without_bulletins(tmp_path):
    assert "holds no bulletin" in bad(tmp_path).message


def test_a_file_met_twice_is_read_once(write, tmp_path):
    path = write(BODY)
    assert len(list(read_bulletins(path, tmp_path, str(path)))) == 1


def test_two_files_with_one_id(write, tmp_path):
    first, second = write(BODY, "a/1.txt"), write(BODY, "b/1.txt")
    with pytest.raises(BulletinError) as caught:
        list(read_bulletins(tmp_path))
    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)


def test_all_bad_files_are_named_and_the_good_ones_read(write, tmp_path):
    write(BODY, "1.txt")
    write("", "2.txt")
    write(b"\xff", "3.txt")
    write(BODY, "4.txt")
    wrong = []
    good = [bulletin.id for bulletin in read_bulletins(tmp_path, tmp_path / "none", on_bad=wrong.append)]
    assert good == ["1", "4"]
    assert [error.path.rsplit("/")[-1] for error in wrong] == ["2.txt", "3.txt", "none"]


def test_names_that_are_not_utf8_can_be_shown(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.txt"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123  pathlib cannot name it from bytes
        file.write(BODY)
    bulletin = read(tmp_path)
    assert (bulletin.id, bulletin.path.encode()) == ("\\xff", os.fsencode(tmp_path) + b"/\\xff.txt")


PIECES = [
    "---", "id", "date", "lang", "encoding", ":", " ", "\n", "\r\n", "\ufeff", "2018-02-31", "24 июня 2018", "\u0661",
    "cp1256", "[", "{", "'", '"', "&a", "*a", "!!python/name:os.system", "<<", "|", "\t", "\x85", "\u2028", "\\", "...",
]  # fmt: skip


JOINED = st.lists(st.sampled_from(PIECES), max_size=40).map(lambda pieces: "".join(pieces).encode())


@given(st.one_of(st.binary(max_size=200), JOINED))
def test_any_bytes_are_a_bulletin_or_said_to_be_none(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(data)
    try:
        bulletin = read(path)
    except BulletinError as error:
        assert error.message
    else:
        assert bulletin.text.strip()
        assert bulletin.id
        bulletin.id.encode()


def test_long_lines_of_dates_take_no_time(write):
    assert read(write("24 June 2018 x " * 200_000)).date is None


def test_the_examples(examples):
    bulletins = list(read_bulletins(examples))
    assert [b.id for b in bulletins] == ["001", "002", "004", "009", "015", "031", "042"]
    assert all(b.date and b.source and b.url and not b.notes for b in bulletins)
    for b in bulletins:  # what the text states agrees with what its front matter says
        stated = stated_date(b.text)
        assert stated is None or stated[0] == b.date


def test_the_corpus(corpus):
    bulletins = {b.id: b for b in read_bulletins(corpus)}
    assert bulletins["000"].text.startswith("The Russian Centre")
    assert bulletins["074"].date is None
