"""Word files (.docx) -> drafts: the text of the body. Macros, headers, footers and tables are left out."""

from __future__ import annotations

import io
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from geomap.bulletin.draft import Draft
from geomap.bulletin.flow import Flow, tables_note
from geomap.bulletin.packed import open_zip, unpack
from geomap.errors import BulletinError

if TYPE_CHECKING:
    import zipfile

__all__ = ["read_docx"]

_MAX_PART = 16 * 1024 * 1024  # bytes of the body's XML, unpacked; a book has some two
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DROPPED = frozenset(("del", "moveFrom", "Fallback", "instrText", "delText", "sdtPr", "pPrChange", "rPrChange"))
_TRACKED = frozenset(("ins", "del", "moveFrom", "moveTo"))
_OFF = ("0", "false", "off", "none")


def read_docx(data: bytes, where: str, stem: str) -> Draft:
    """Read the bytes of a Word file.

    Raises
    ------
    BulletinError
        When it is encrypted, damaged, no Word file, too large, declares entities, or holds no text.
    """
    if data.startswith(_OLE):
        message = "is encrypted, or a Word file of the old kind (.doc); save it as .docx without a password"
        raise BulletinError(message, path=where)
    with open_zip(data, where) as archive:
        parts = {member.filename: member for member in archive.infolist()}
        body = _Body()
        body.read(_xml(archive, parts, _main_part(archive, parts, where), where))
    text = body.flow.joined()
    if not text:
        left_out = " besides tables, and cells make no sentences" if body.flow.tables else ""
        raise BulletinError(f"the document holds no text{left_out}", path=where)
    macros = any(name.lower().endswith("vbaproject.bin") for name in parts)
    notes = [
        *(["macros in the document are passed over"] if macros else []),
        *(["tracked changes are read as if they were accepted"] if body.tracked else []),
        *(["footnotes are left out"] if body.footnotes else []),
        *tables_note(body.flow.tables, body.flow.rows),
    ]
    return Draft(text=text, path=where, stem=stem, by_program=True, notes=tuple(notes))


def _main_part(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], where: str) -> str:
    """Return the name of the part that is the document, as the package says."""
    if "_rels/.rels" in parts:
        for element in _xml(archive, parts, "_rels/.rels", where).iter("{*}Relationship"):
            if element.get("Type", "").endswith("/officeDocument"):
                name = posixpath.normpath(str(element.get("Target", "")).lstrip("/"))
                if name in parts:
                    return name
    raise BulletinError("a zip file that is no Word document; save it as .docx", path=where)


def _xml(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], name: str, where: str) -> etree._Element:
    """Parse a part; a document type is refused before anything of it is used."""
    data = unpack(archive, parts[name], f"{where}/{name}", limit=_MAX_PART)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.parse(io.BytesIO(data), parser).getroot()
    except etree.XMLSyntaxError as error:
        message = f"broken XML ({error.msg}); open the file in a word processor and save it again"
        raise BulletinError(message, path=f"{where}/{name}", line=error.lineno or None) from None
    if root.getroottree().docinfo.internalDTD is not None:
        message = "declares a document type or entities, as no word processor does; it is not read"
        raise BulletinError(message, path=f"{where}/{name}")
    return root


@dataclass(slots=True)
class _Body:
    """Walks through the body of a document."""

    flow: Flow = field(default_factory=Flow)
    tracked: bool = False
    footnotes: bool = False

    def read(self, element: etree._Element) -> None:
        """Add what stands in an element. The parser allows 256 levels, so the recursion is bounded."""
        name = _name(element)
        self.tracked |= name in _TRACKED
        if name in _DROPPED or (name == "r" and _is_unseen(element)):
            return
        if name == "tbl" and not _is_frame(element):
            self.flow.leave_out(len(element.findall("{*}tr")))
        elif name == "t":
            self._text(element)
        elif name in ("tab", "ptab"):
            self.flow.text(" ")
        elif name in ("br", "cr"):
            self.flow.line()
        elif name == "noBreakHyphen":
            self.flow.text("-")
        else:
            self._read_into(element, name)

    def _read_into(self, element: etree._Element, name: str) -> None:
        self.footnotes |= name in ("footnoteReference", "endnoteReference")
        is_item = element.find("{*}pPr/{*}numPr") is not None
        if is_item:
            self.flow.item()
        elif name == "p":
            self.flow.paragraph()
        for child in element:
            self.read(child)
        if is_item:
            self.flow.line()
        elif name == "p":
            self.flow.paragraph()

    def _text(self, element: etree._Element) -> None:
        run = element.getparent()
        align = None if run is None else run.find("{*}rPr/{*}vertAlign")
        raised = align is not None and "superscript" in align.attrib.values()
        (self.flow.raised if raised else self.flow.text)(element.text or "")


def _name(element: etree._Element) -> str:
    """Return the name of an element without its namespace, which differs between kinds of document."""
    return str(element.tag).rpartition("}")[2]


def _is_unseen(run: etree._Element) -> bool:
    """Whether a run is hidden or struck out."""
    marks = (mark for kind in ("vanish", "strike", "dstrike") for mark in run.iterfind(f"{{*}}rPr/{{*}}{kind}"))
    return any(next((v for k, v in mark.attrib.items() if k.endswith("}val")), "1") not in _OFF for mark in marks)


def _is_frame(table: etree._Element) -> bool:
    """Whether a table only holds text together: no row of two cells with text."""
    return all(
        sum(1 for cell in row.iterfind("{*}tc") if "".join(cell.itertext("{*}t")).strip()) <= 1
        for row in table.iterfind("{*}tr")
    )
