"""Files of the formats that are read, made by hand: small PDFs, Word files, mails and zips, sound and hostile."""

from __future__ import annotations

import io
import zipfile
import zlib
from email.message import EmailMessage

TEXT = "Over the past day, 190 people have come back to Homs province."
ARABIC = "عاد 190 شخصا إلى محافظة حمص خلال اليوم الماضي."
RUSSIAN = "За сутки в провинцию Хомс вернулись 190 человек."

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def zipped(members, method=zipfile.ZIP_DEFLATED) -> bytes:
    """Pack `{name: content}`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def word_p(text, *, run="", paragraph="") -> str:
    return f"<w:p><w:pPr>{paragraph}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def word_table(*rows) -> str:
    cells = ("".join(f"<w:tc>{word_p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def docx(body=None, *, prolog="", **parts) -> bytes:
    """Make a Word file; `body` is the XML in the body, `parts` are others by name."""
    body = word_p(TEXT) if body is None else body
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    )
    return zipped({"_rels/.rels": _RELS, "word/document.xml": document, **parts})


def mail(text=TEXT, *, headers=(), html=None, attachments=()) -> bytes:
    """Make a mail; attachments are `(name, bytes)`."""
    message = EmailMessage()
    for name, value in {"From": "Field Office <field@example.org>", "Subject": "Report", **dict(headers)}.items():
        message[name] = value
    if text is not None:
        message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html") if text is not None else message.set_content(html, subtype="html")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def pdf(*pages, extra="", packed=True, trailer="") -> bytes:
    """Make a PDF; a page is a list of `(left, bottom, size, text)`, in points, or the bytes of its content."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{extra}>>".encode(),
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, page in enumerate(pages):
        content = page if isinstance(page, bytes) else b"\n".join(_shown(*line) for line in page)
        stream = zlib.compress(content) if packed else content
        how = "/Filter/FlateDecode" if packed else ""
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * number} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode(),
            f"<</Length {len(stream)}{how}>>\nstream\n".encode() + stream + b"\nendstream",
        ]
    return pdf_of(objects, trailer)


def pdf_of(objects, trailer="") -> bytes:
    """Number objects and write the table that says where each stands."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _shown(left, bottom, size, text) -> bytes:
    written = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F1 %g Tf %g %g Td (%s) Tj ET" % (size, left, bottom, written)


def paragraph(*lines, left=72, top=700, size=11, leading=13) -> list:
    """Return the lines of a paragraph as a page of `pdf` takes them."""
    return [(left, top - number * leading, size, text) for number, text in enumerate(lines)]
