"""HTML pages, Word files, mails and zips -> bulletins."""

from __future__ import annotations

import base64
import resource
import zipfile
from datetime import date

import pytest
from made_files import ARABIC, RUSSIAN, TEXT, docx, mail, word_p, word_table, zipped

from geomap.bulletin import read_bulletins
from geomap.bulletin.packed import MAX_MEMBERS
from geomap.errors import BulletinError

LEFT_OUT = "left out: cells make no sentences"


@pytest.fixture
def read(tmp_path):
    """`read(name, content)` -> the bulletins of one file, its faults, and what was passed over."""

    def read(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        wrong, passed = [], []
        good = list(read_bulletins(path, on_bad=wrong.append, on_passed_over=passed.append))
        return good, [str(error) for error in wrong], [p.name for p in passed]

    return read


@pytest.fixture
def one(read):
    def one(name, content):
        good, wrong, _ = read(name, content)
        assert wrong == []
        (bulletin,) = good
        return bulletin

    return one


@pytest.fixture
def fault(read):
    def fault(name, content):
        good, wrong, _ = read(name, content)
        assert good == []
        (error,) = wrong
        assert name in error
        return error

    return fault


def page(body, head="", lang="en") -> str:
    return f"<!doctype html><html lang={lang}><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


# HTML


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One\n two.<p>Three.", "One two.\n\nThree.\n"),
        ("<h1>Report</h1><div>One.<br>Two.</div>", "Report\n\nOne.\nTwo.\n"),
        ("<ul><li>In Homs: one.<li><p>In Hama: two.</p></ul><p>End.", "- In Homs: one.\n- In Hama: two.\n\nEnd.\n"),
        ("<p>In <b>Ho</b>ms<span> and</span>\nHama.", "In Homs and Hama.\n"),
        ("<nav>Home</nav><header>Site</header><p>One.<footer>Foot</footer>", "One.\n"),
        ("<nav>Home</nav><main><header><h1>Title</h1></header><p>One.</main><p>Cookies.", "Title\n\nOne.\n"),
        ("<p>Other</p><article><p>One.</article>", "One.\n"),
        ("<main></main><p>One.", "One.\n"),
        ("<p>One.<script>alert(1)</script><style>p{}</style><noscript>No.</noscript><!-- c -->", "One.\n"),
        ("<form><label>Search</label><input value=x></form><p>One.", "One.\n"),
        ("<p hidden>No.</p><p style='display: none'>No.</p><p aria-hidden=true>No.</p><p>One.", "One.\n"),
        ("<div role=navigation>No.</div><aside>No.</aside><p>One.", "One.\n"),
        ("<ul><li><a href=1>Home page</a><li><a href=2>About us</a><li><a href=3>News</a></ul><p>One.", "One.\n"),
        ("<p>190<sup>2</sup> people, 5 km<sup>th</sup><sup>[1]</sup>.", "190 people, 5 kmth.\n"),
        ("<p>In <del>12</del><s>13</s> 14 places.", "In 14 places.\n"),
        ("<p>A &lt;b&gt; &amp; B&nbsp;C&shy;D", "A <b> & B\u00a0CD\n"),
        ("<p>a&#0;b&#xD800;c\x01d", None),
    ],
)
def test_the_main_text_of_a_page(one, body, text):
    found = one("a.html", page(body)).text
    if text is not None:
        assert found == text
    found.encode()


def test_a_table_makes_no_sentences(one):
    table = "<table><tr><th>Province<th>Back<tr><td>Homs<td>190 people returned.</table>"
    bulletin = one("a.html", page(f"<p>One.{table}<p>Two."))
    assert bulletin.text == "One.\n\nTwo.\n"
    assert f"1 table (2 rows) {LEFT_OUT}" in bulletin.notes


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><td></td><td><p>One.<p>Two.</td></tr></table>",
        "<table><tr><td>No<td><table><tr><td>One.<p>Two.</table></table>",
        "<table role=presentation><tr><td>One.<td>Two.</table>",
    ],
)
def test_a_table_that_only_holds_a_page_together_is_read(one, body):
    assert "One.\n\nTwo.\n" in one("a.html", page(body)).text


def test_what_a_page_says_of_itself(one):
    head = """<meta property="article:published_time" content="2018-06-25T01:00:00+03:00">
      <meta property="og:site_name" content="A &amp; B"><link rel=canonical href="https://example.org/x">"""
    bulletin = one("a.html", page(f"<p>Report, 23 June 2018<p>{TEXT}", head))
    assert (bulletin.date, bulletin.source, bulletin.lang) == (date(2018, 6, 24), "A & B", "en")
    assert (bulletin.id, bulletin.url) == ("a", "https://example.org/x")
    assert any("article:published_time" in note for note in bulletin.notes)
    assert "the text states another day: '23 June 2018'" in bulletin.notes


def test_what_a_page_says_wrongly(one):
    head = """<meta property="article:published_time" content="soon"><link rel=canonical href="javascript:alert(1)">"""
    bulletin = one("a.html", page(f"<p>نشرة 24 حزيران 2018<p>{ARABIC}", head))
    assert (bulletin.date, bulletin.url, bulletin.lang) == (date(2018, 6, 24), None, "ar")
    assert "article:published_time of the page 'soon' is no date and was passed over" in bulletin.notes
    assert "lang ar is guessed from the script; the file says en" in bulletin.notes


@pytest.mark.parametrize(("charset", "text"), [("windows-1256", ARABIC), ("windows-1251", RUSSIAN), ("utf-8", ARABIC)])
def test_the_encoding_of_a_page(one, charset, text):
    data = f"<meta charset='{charset}'><p>{text}".encode(charset)
    assert one("a.html", data).text == f"{text}\n"
    assert one("b.html", f"<?xml version='1.0' encoding='{charset}'?><p>{text}".encode(charset)).text == f"{text}\n"


def test_an_encoding_that_is_not_named_is_not_guessed(fault):
    assert "windows-1256" in fault("a.html", f"<p>\n{ARABIC}".encode("cp1256"))
    assert "no known text encoding" in fault("b.html", f"<meta charset=cp9999><p>{TEXT}")


@pytest.mark.parametrize("content", ["", " ", "<script>write('x')</script>", "<p> </p>", "<!-- x -->", "<html></html>"])
def test_a_page_without_text(fault, content):
    assert any(word in fault("a.html", content) for word in ("no text", "empty"))


def test_a_page_of_nothing_but_a_table(fault):
    assert "besides tables" in fault("a.html", "<table><tr><td>Homs<td>190</table>")


def test_a_page_nested_too_deeply_is_not_cut_in_silence(one, fault):
    assert "cannot be read whole" in fault("a.html", "<div>" * 3000 + f"{TEXT}" + "</div>" * 3000)
    assert len(one("b.html", "<div>" * 240 + TEXT).text) == len(TEXT) + 1


def test_a_page_that_the_parser_would_cut_is_refused(one, fault):
    assert len(one("a.html", "<p>" + "word " * 1_600_000).text) == 8_000_000
    assert "as UTF-8" in fault("b.html", ("<meta charset=cp1251>" + "ы" * 8_000_000).encode("cp1251"))


# Word


def test_a_word_file(one):
    body = (
        word_p("Report, 24 June 2018")
        + word_p("In Homs.", paragraph="<w:numPr/>")
        + word_p("In Hama.", paragraph="<w:numPr/>")
    )
    bulletin = one("a.docx", docx(body + word_p(TEXT)))
    assert bulletin.text == f"Report, 24 June 2018\n\n- In Homs.\n\n- In Hama.\n\n{TEXT}\n"
    assert (bulletin.id, bulletin.date) == ("a", date(2018, 6, 24))


@pytest.mark.parametrize(("text", "lang"), [(ARABIC, "ar"), (RUSSIAN, "ru")])
def test_word_files_in_other_scripts(one, text, lang):
    bulletin = one("a.docx", docx(word_p(text)))
    assert (bulletin.text, bulletin.lang) == (f"{text}\n", lang)


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ("<w:vanish/>", "A. B.\n"),
        ("<w:vanish w:val='0'/>", "A. 9 B.\n"),
        ("<w:strike/>", "A. B.\n"),
        ("<w:vertAlign w:val='superscript'/>", "A. B.\n"),
        ("<w:b/>", "A. 9 B.\n"),
    ],
)
def test_runs_that_nobody_reads(one, run, text):
    marked = f"<w:r><w:rPr>{run}</w:rPr><w:t xml:space='preserve'> 9</w:t></w:r>"
    body = f"<w:p><w:r><w:t>A.</w:t></w:r>{marked}<w:r><w:t> B.</w:t></w:r></w:p>"
    assert one("a.docx", docx(body)).text == text


def test_tracked_changes_are_read_as_accepted(one):
    deleted = "<w:del><w:r><w:delText>12</w:delText><w:t>13</w:t></w:r></w:del>"
    bulletin = one("a.docx", docx(f"<w:p>{deleted}<w:ins><w:r><w:t>{TEXT}</w:t></w:r></w:ins></w:p>"))
    assert bulletin.text == f"{TEXT}\n"
    assert "tracked changes are read as if they were accepted" in bulletin.notes


def test_heads_macros_and_tables_of_a_word_file_are_left_out(one):
    body = word_p(TEXT) + word_table(("Homs", "190"), ("Hama", "12")) + word_table(("In a frame.",))
    parts = {"word/header1.xml": "<x>Head</x>", "word/vbaProject.bin": b"\x00"}
    bulletin = one("a.docm", docx(body, **parts))
    assert bulletin.text == f"{TEXT}\n\nIn a frame.\n"
    assert "macros in the document are passed over" in bulletin.notes
    assert f"1 table (2 rows) {LEFT_OUT}" in bulletin.notes


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            docx(prolog='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', body=word_p("&x;")),
            "declares a document",
        ),
        (docx(prolog='<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">'), "declares a document type"),
        (docx(body="<w:p>"), "broken XML"),
        (docx(body=""), "holds no text"),
        (docx(body=word_table(("a", "b"))), "besides tables"),
        (docx(body="<w:sdt>" * 5000 + "</w:sdt>" * 5000), "broken XML"),
        (zipped({"a.txt": "x"}), "no Word document"),
        (docx()[:-30], "damaged or truncated"),
        (docx()[:100], "damaged or truncated"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted, or a Word file of the old kind"),
        (docx(body=word_p(TEXT) * 400_000), "unpacks to more than"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_word_files(fault, content, words):
    assert words in fault("a.docx", content)


# Mails


def test_a_mail(one):
    headers = {"Date": "Sun, 24 Jun 2018 23:30:00 -0300", "Archived-At": "<https://example.org/1>"}
    bulletin = one("a.eml", mail(f"{TEXT}\n\n> Yesterday 5 people.\n-- \nField office\n", headers=headers))
    assert bulletin.text == f"{TEXT}\n"
    assert (bulletin.id, bulletin.date, bulletin.source) == ("a", date(2018, 6, 25), "Field Office")
    assert bulletin.url == "https://example.org/1"
    assert "1 quoted lines of another mail are left out" in bulletin.notes


def test_encoded_headers_and_other_scripts(one):
    sender = f"=?windows-1256?B?{base64.b64encode('مكتب حمص'.encode('cp1256')).decode()}?= <a@example.org>"
    head = f"From: {sender}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=windows-1256\n"
    data = f"{head}Content-Transfer-Encoding: 8bit\n\n".encode() + ARABIC.encode("cp1256")
    bulletin = one("a.eml", data)
    assert (bulletin.source, bulletin.text, bulletin.lang) == ("مكتب حمص", f"{ARABIC}\n", "ar")
    assert one("b.eml", mail(RUSSIAN)).lang == "ru"


def test_plain_text_is_preferred_and_html_read_without_it(one):
    html = f"<table><tr><td><p>{TEXT}</td></tr></table><script>x</script>"
    assert one("a.eml", mail("Plain.", html=html)).text == "Plain.\n"
    bulletin = one("b.eml", mail(None, html=html))
    assert bulletin.text == f"{TEXT}\n"
    assert "read from the HTML of the mail" in bulletin.notes


def test_a_forwarded_text_is_not_of_the_day_of_forwarding(one):
    text = f"---------- Forwarded message ---------\nDate: some day\n\n{TEXT}\n"
    bulletin = one("a.eml", mail(text, headers={"Date": "Sun, 24 Jun 2018 10:00:00 +0000"}))
    assert bulletin.date is None
    assert "the mail forwards another: its own date is not taken" in bulletin.notes


def test_attachments_are_bulletins_of_their_own(read):
    attachments = [
        ("north.docx", docx()),
        ("map.png", b"\x89PNG"),
        ("bad.docx", b"PK"),
        ("old.zip", zipped({"a": "b"})),
    ]
    good, wrong, passed = read("a.eml", mail("See attached.", attachments=attachments))
    assert [(b.id, b.text) for b in good] == [("a", "See attached.\n"), ("a/north", f"{TEXT}\n")]
    assert good[1].path.endswith("a.eml/north.docx")
    assert len(wrong) == 1
    assert "a.eml/bad.docx: a damaged" in wrong[0]
    assert passed == ["map.png", "old.zip"]


HEAD = "From: a@example.org\nMIME-Version: 1.0\nContent-Type: "


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Nothing of a mail\n\nText\n", "no mail"),
        (f"{HEAD}text/plain; charset=cp9999\n\nText\n", "'cp9999' is no known"),
        (f"{HEAD}text/plain; charset=utf-8\n\n".encode() + b"\xff\xfe.", "byte 0 of the text is not utf-8"),
        (f"{HEAD}text/plain\n\n".encode() + ARABIC.encode("cp1256"), "not utf-8"),
        (f"{HEAD}text/plain\nContent-Transfer-Encoding: base64\n\nQUJ!D=E\n", "damaged or cut short"),
        (f"{HEAD}image/png\n\nx\n", "no text and no attachment"),
        (f"{HEAD}multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 1200 + "--b--\n", "more than 1000"),
        (f"{HEAD}text/plain\n\n \n", "no text and no attachment"),
        (f"{HEAD}text/plain; {'a=b; ' * 100_000}\n\nx\n", "a header of 500,"),
        (f"{HEAD}{'(' * 3000}\n\nx\n", "cannot be read as a mail"),
    ],
)
def test_bad_mails(fault, content, words):
    assert words in fault("a.eml", content)


def test_senders_and_days_that_nobody_would_write_are_passed_over(one):
    data = f"From: {'(' * 100_000}\nDate: {'9' * 5000}\n\n{TEXT}\n"
    bulletin = one("a.eml", data)
    assert (bulletin.source, bulletin.date, bulletin.text) == (None, None, f"{TEXT}\n")


def test_a_mail_cut_short_is_said_to_be(one):
    whole = mail(TEXT, html=f"<p>{TEXT}")
    assert any("cut short" in note for note in one("a.eml", whole[: whole.rindex(b"--===")]).notes)


# Zips


def test_a_zip_of_many_formats(read):
    members = {
        "south/a.txt": f"---\nid: own\n---\n{TEXT}", "b.html": page(f"<p>{ARABIC}"), "c.docx": docx(),
        "d.eml": mail(), ".f.txt": "x", "broken.docx": b"PK", "e.csv": "a,b", "inner.zip": zipped({"a.txt": TEXT}),
        "__MACOSX/b.txt": "x",
    }  # fmt: skip
    good, wrong, passed = read("week.zip", zipped(members))
    assert {b.id: b.path.partition("week.zip/")[2] for b in good} == {
        "week/b": "b.html", "week/c": "c.docx", "week/d": "d.eml", "own": "south/a.txt",
    }  # fmt: skip
    assert [error.partition("week.zip/")[2].partition(":")[0] for error in wrong] == ["broken.docx"]
    assert passed == ["e.csv", "inner.zip"]


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "b/../../a.txt", "c:a.txt"])
def test_names_that_lead_out_are_refused_and_the_rest_is_read(read, name):
    good, wrong, _ = read("a.zip", zipped({name: TEXT, "good.txt": TEXT}))
    assert [b.id for b in good] == ["a/good"]
    assert len(wrong) == 1
    assert "leads out of the zip" in wrong[0]


def encrypted() -> bytes:
    data = bytearray(zipped({"a.txt": TEXT}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK", "damaged or truncated"),
        (zipped({"a.txt": TEXT})[:-10], "damaged or truncated"),
        (zipped({}), "no file that can be read"),
        (zipped({"a.png": "x"}), "no file that can be read"),
        (encrypted(), "a.zip/a.txt: is encrypted"),
        (zipped({"a.txt": TEXT}, zipfile.ZIP_BZIP2), "a.zip/a.txt: is packed by a rare method"),
        (zipped({"a.txt": TEXT}, zipfile.ZIP_STORED).replace(b"190", b"191"), "a.zip/a.txt: a damaged"),
        (zipped({"a.txt": bytes(5_000_000)}), "times its size"),
        (zipped({"a.txt": b"0123456789abcde\n" * 1_100_000}), "a.zip/a.txt: unpacks to more than"),
        (zipped({f"{n}.png": "" for n in range(MAX_MEMBERS + 1)}), "more than 10,000"),
    ],
    ids=["short", "cut", "empty", "other", "encrypted", "bzip2", "checksum", "ratio", "large", "many"],
)
def test_bad_zips(read, content, words):
    good, wrong, _ = read("a.zip", content)
    assert good == []
    assert any(words in error for error in wrong)


# Sizes


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.pdf", "a.zip"])
def test_a_huge_file_is_refused_without_being_read(tmp_path, name):
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BulletinError, match="MiB; no bulletin is so long"):
        list(read_bulletins(path))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 300 * 1024  # KiB: less than the file, whatever its kind allows


def test_a_folder_is_read_with_all_its_formats(tmp_path):
    for name, content in {"a.docx": docx(), "b.html": page(TEXT).encode(), "c.eml": mail(), "d.xyz": b"x"}.items():
        (tmp_path / name).write_bytes(content)
    passed = []
    assert [b.id for b in read_bulletins(tmp_path, on_passed_over=passed.append)] == ["a", "b", "c"]
    assert [path.name for path in passed] == ["d.xyz"]


def test_an_event_is_the_same_in_each_format(run, tmp_path):
    text = f"Report, 24 June 2018\n\n{TEXT}\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "b.html").write_text(page(f"<h1>Report, 24 June 2018</h1><p>{TEXT}"), encoding="utf-8")
    (tmp_path / "c.docx").write_bytes(docx(word_p("Report, 24 June 2018") + word_p(TEXT)))
    ran = run("extract", tmp_path, "--format", "csv")
    assert ran.code == 0
    told = [line for line in ran.out.splitlines() if "190 people" in line]
    assert len(told) == 3
