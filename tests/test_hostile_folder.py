"""Good bulletins among hostile ones: each of these is named, the good ones are kept, and memory is bounded."""

from __future__ import annotations

import os
import subprocess
import sys

from made_files import docx, word_p
from test_pdf import encrypted, paragraph, pdf, unpacks_to

from geomap.store import open_store

TEXT = "Since yesterday, 190 people have come back to Homs province."
GOOD = f"---\nid: good\ndate: 2018-06-23\nlang: en\n---\n{TEXT}\n"
PAGE = f"""<html><head><title>Report</title><script>document.write("<p>5,000 people fled Hama.</p>")</script></head>
<body onload="alert(1)"><h1>24 June 2018</h1><p>{TEXT}</p><script src="http://127.0.0.1:9/x.js"></script>
<iframe src="file:///etc/passwd"></iframe><img src=x onerror="fetch('http://127.0.0.1:9')"></body></html>"""
ENTITY = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE d [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {two} '{f'&{one};' * 10}'>" for one, two in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
BAD = {
    "entity.docx": lambda: docx(prolog=ENTITY, body=word_p("&x;")),
    "laughs.docx": lambda: docx(prolog=LAUGHS, body=word_p("&i;")),
    "bomb.docx": lambda: docx(body=word_p(TEXT) * 400_000),
    "bomb.pdf": lambda: unpacks_to(1_200_000_000),
    "encrypted.pdf": encrypted,
    "truncated.pdf": lambda: pdf(paragraph(TEXT))[:-200],
}
MOST_MIB = 1024
"""What the program may have that reads a PDF; geomap itself needs a tenth of it."""


def test_the_good_are_kept_and_each_bad_one_is_named(tmp_path):
    folder = tmp_path / "bulletins"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    (folder / "macros.docm").write_bytes(docx(word_p(TEXT), **{"word/vbaProject.bin": b"\x00"}))
    for name, content in BAD.items():
        (folder / name).write_bytes(content())
    with (folder / "huge.txt").open("wb") as file:
        for _ in range(200):
            file.write((TEXT + "\n").encode() * (1024 * 1024 // (len(TEXT) + 1)))
    store = tmp_path / "geomap.gpkg"
    command = [sys.executable, "-c", "from geomap.cli import main; main()", "ingest", folder, "--skip-bad"]
    with (tmp_path / "said.txt").open("wb") as said:
        process = subprocess.Popen([*command, "--store", store], stderr=said)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    told = (tmp_path / "said.txt").read_text(encoding="utf-8")
    assert status == 0, told
    assert all(name in told for name in (*BAD, "huge.txt")), told
    assert "Traceback" not in told
    assert used.ru_maxrss / 1024 < MOST_MIB
    with open_store(store) as opened:
        readings = list(opened.readings())
    assert sorted(reading.bulletin.id for reading in readings) == ["good", "macros", "page"]
    assert all("root:" not in reading.bulletin.text for reading in readings)
    assert {count.value for reading in readings for event in reading.events for count in event.counts} == {190}
