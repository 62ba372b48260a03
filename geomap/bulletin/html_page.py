"""HTML pages -> drafts: the main text without navigation, forms, scripts and tables. Nothing is loaded or run."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from lxml import etree, html

from geomap.bulletin.draft import Draft, language, one_line, published, web_address
from geomap.bulletin.flow import Flow, tables_note
from geomap.errors import BulletinError

if TYPE_CHECKING:
    from datetime import date

__all__ = ["read_html"]

_DROPPED = frozenset((
    "script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button", "select", "option",
    "textarea", "svg", "math", "iframe", "object", "embed", "figure", "audio", "video", "canvas", "dialog", "head",
    "del", "s", "strike", "map",
))  # fmt: skip
_BLOCKS = frozenset((
    "address", "article", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "main", "ol", "p", "pre", "section", "summary", "table", "ul", "tr", "td",
    "th", "caption", "tbody", "thead", "tfoot", "body",
))  # fmt: skip
_DROPPED_ROLES = frozenset((
    "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "alert", "dialog",
))  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_AS_BROWSERS_DO = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
_PUBLISHED = ("article:published_time", "datepublished", "dcterms.issued", "dc.date.issued")
_SOURCE = ("og:site_name", "dcterms.publisher", "dc.publisher")
_MAX_BYTES = 9_000_000  # the parser cuts a stretch of text at ten million bytes
_LINKS = 0.8  # the share of links from which a list is one of ways to go, not of things that are said
_HINT = 'save it as UTF-8, or name its encoding in it: <meta charset="windows-1256">'


def read_html(data: bytes, where: str, stem: str, charset: str | None = None) -> Draft:
    """Read the bytes of a page; `charset` is what a mail says its encoding is.

    Raises
    ------
    BulletinError
        When it is not in its encoding, is nested beyond reason, or holds no text.
    """
    root = _parse(_decode(data, where, charset), where)
    flow = Flow()
    for region in _regions(root):
        flow = Flow()
        _walk(region, flow, within=region.tag != "body")
        text = flow.joined()
        if text:
            break
    else:
        left_out = " besides tables, and cells make no sentences" if flow.tables else " besides scripts and navigation"
        raise BulletinError(f"the page holds no text{left_out}; save the page as it is shown", path=where)
    stated = _meta(root)
    day, day_notes = _published(stated)
    return Draft(
        text=text,
        path=where,
        stem=stem,
        by_program=True,
        date=day,
        source=next((line for name in _SOURCE if (line := one_line(stated.get(name)))), None),
        lang=language(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")),
        url=_address(root, stated),
        notes=day_notes + tables_note(flow.tables, flow.rows),
    )


def _decode(data: bytes, where: str, charset: str | None) -> str:
    """Decode as the byte order mark, the mail or the page says, else as UTF-8."""
    named = next((name for mark, name in _BOMS if data.startswith(mark)), charset)
    if named is None:
        found = _XML.match(data[:1024]) or _CHARSET.search(data[:4096])
        named = found.group(1).decode("ascii", "replace") if found else "utf-8"
    encoding = _AS_BROWSERS_DO.get(named.lower(), named)
    try:
        return data.decode(encoding)
    except LookupError:
        raise BulletinError(f"{named!r} is no known text encoding; {_HINT}", path=where, field="charset") from None
    except UnicodeDecodeError as error:
        at_line = data.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start} (0x{data[error.start]:02x}) is not {named}; {_HINT}"
        raise BulletinError(message, path=where, line=at_line) from None
    except UnicodeError as error:
        raise BulletinError(f"cannot be read as {named} ({error}); {_HINT}", path=where, field="charset") from None


def _parse(text: str, where: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    data = text.encode("utf-8", "replace")
    if len(data) > _MAX_BYTES:
        raise BulletinError(f"has more than {_MAX_BYTES // 10**6} MB as UTF-8; no bulletin is so long", path=where)
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        raise BulletinError("the page is empty; a bulletin has a text", path=where) from None
    # The parser stops at its limits (of depth, for one); what follows would be lost without a word.
    stop = next((entry for entry in parser.error_log if entry.level_name == "FATAL" or "depth" in entry.message), None)
    if stop is not None:
        message = f"cannot be read whole ({stop.message.split(',')[0].strip()}); save the text alone"
        raise BulletinError(message, path=where)
    return root


def _regions(root: html.HtmlElement) -> list[html.HtmlElement]:
    """Return where the main text can be, the likeliest first."""
    mains = root.xpath("//main[not(@hidden)] | //*[@role='main']")[:1]
    articles = root.xpath("//article[not(ancestor::article)]")
    body = root.find("body")
    return [*mains, *(articles if len(articles) == 1 else ()), *([] if body is None else [body])]


def _walk(element: html.HtmlElement, flow: Flow, *, within: bool) -> None:
    """Add what stands in an element; `within` says that it is inside the main text."""
    tag = element.tag
    if not _is_shown(element, within=within) or tag in _DROPPED:
        flow.text(" ")
    elif tag == "table" and not _is_frame(element):
        flow.leave_out(len(element.xpath(".//tr")))
    elif tag == "sup":
        flow.raised(element.text_content())
    elif tag in ("ul", "ol") and _is_of_links(element):
        flow.paragraph()
    elif tag == "br":
        flow.line()
    else:
        _walk_into(element, flow, within=within or tag in ("main", "article"))


def _walk_into(element: html.HtmlElement, flow: Flow, *, within: bool) -> None:
    is_block = element.tag in _BLOCKS
    if is_block:
        flow.paragraph()
    elif element.tag == "li" and element.text_content().strip():
        flow.item()
    flow.text(element.text or "")
    for child in element:
        _walk(child, flow, within=within)
        flow.text(child.tail or "")
    if is_block:
        flow.paragraph()


def _is_shown(element: html.HtmlElement, *, within: bool) -> bool:
    if element.tag == "header" and not within:  # of the site; that of an article is its heading
        return False
    hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    return not (hidden or element.get("role") in _DROPPED_ROLES or _HIDDEN.search(element.get("style") or ""))


def _is_frame(table: html.HtmlElement) -> bool:
    """Whether a table only holds a page or a mail together: others in it, or no row of two cells with text."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return True
    rows = table.xpath(".//tr")
    return all(sum(1 for cell in row if cell.text_content().strip()) <= 1 for row in rows)


def _is_of_links(element: html.HtmlElement) -> bool:
    """Whether a list leads elsewhere: three links or more, and hardly any other text."""
    links = element.xpath(".//a[@href]")
    told = len("".join(element.text_content().split()))
    return len(links) >= 3 and sum(len("".join(a.text_content().split())) for a in links) > _LINKS * told


def _meta(root: html.HtmlElement) -> dict[str, str]:
    """Return what the page says of itself, by lower-case name; the first of a name counts."""
    stated: dict[str, str] = {}
    for element in root.xpath("//meta[@content] | //time[@itemprop and @datetime]"):
        value = element.get("content") or element.get("datetime") or ""
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name and value.strip():
                stated.setdefault(name, value)
    return stated


def _published(stated: dict[str, str]) -> tuple[date | None, tuple[str, ...]]:
    notes: tuple[str, ...] = ()
    for name in _PUBLISHED:
        day, said = published(stated.get(name), f"{name} of the page")
        notes += said
        if day is not None:
            return day, (*notes, f"date {day.isoformat()} is the day of publication that the page states ({name})")
    return None, notes


def _address(root: html.HtmlElement, stated: dict[str, str]) -> str | None:
    links = root.xpath("//link[translate(@rel, 'CANONIL', 'canonil') = 'canonical']/@href")
    return next((url for value in (*links[:1], stated.get("og:url")) if (url := web_address(value))), None)
