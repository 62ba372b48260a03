"""Mails (.eml) -> drafts: the text of the mail, and each attachment that can be read as a text of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from geomap.bulletin.draft import Draft, one_line, plain, published, web_address
from geomap.bulletin.html_page import read_html
from geomap.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from geomap.bulletin.draft import Found

__all__ = ["read_mail"]

_MAX_PARTS = 1000
_MAX_HEADER = 2000  # characters
_MAX_STRUCTURED = 8000  # bytes; the library takes minutes for a content type of a hundred thousand parameters
_STRUCTURED = re.compile(
    rb"^(?:content-[a-z-]+|mime-version)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", re.MULTILINE | re.IGNORECASE
)
_HEADERS = frozenset(("from", "date", "subject", "content-type", "mime-version"))
_QUOTED = re.compile(r"^[ \t]*>.*\n?", re.MULTILINE)
_SIGNATURE = re.compile(r"^-- \n.*\Z", re.MULTILINE | re.DOTALL)
_FORWARDED = re.compile(
    r"^[ \t]*(?:-{3,}[ \t]*(?:forwarded message|original message|пересылаемое сообщение|исходное сообщение"
    r"|رسالة محولة|الرسالة الأصلية)|begin forwarded message:)",
    re.MULTILINE | re.IGNORECASE,
)
_CUT_SHORT = ("StartBoundaryNotFoundDefect", "CloseBoundaryNotFoundDefect", "InvalidBase64LengthDefect")


def read_mail(
    data: bytes,
    where: str,
    stem: str,
    *,
    limit_of: Callable[[str], int | None],
    read: Callable[[bytes, str, str], Draft],
) -> Iterator[Found]:
    """Yield the text of a mail, and what its attachments hold.

    Parameters
    ----------
    limit_of
        Bytes that an attachment of that name may have; None when its kind is not read.
    read
        Reads one attachment: its bytes, where it stands, and its stem.

    Raises
    ------
    BulletinError
        When it is no mail, or neither it nor an attachment holds a text. What is wrong with a part is yielded.
    """
    message = _parse(data, where)
    count = 0
    body = message.get_body(("plain", "html"))
    if body is not None:
        for found in _body(message, body, where, stem):
            count += 1
            yield found
    for part in _attachments(message, body):
        name = one_line(part.get_filename()) or "attachment without a name"
        shown = f"{where}/{name}"
        limit = limit_of(name)
        if limit is None:
            yield Path(shown)
            continue
        count += 1
        try:
            content = _bytes(part, shown)
            if len(content) > limit:
                raise BulletinError(f"has more than {limit // 2**20} MiB; give it in parts", path=shown)
            draft = read(content, shown, f"{stem}/{PurePosixPath(name).stem}")
        except BulletinError as error:
            yield error
        else:
            yield replace(draft, notes=("an attachment of a mail", *draft.notes))
    if not count:
        raise BulletinError("the mail holds no text and no attachment that can be read", path=where)


def _parse(data: bytes, where: str) -> EmailMessage:
    wanted = "save the mail from the mail program as .eml"
    for header in _STRUCTURED.finditer(data):
        if len(header.group()) > _MAX_STRUCTURED:
            long = f"has a header of {len(header.group()):,} bytes, as no mail program writes"
            raise BulletinError(f"{long}; {wanted}", path=where)
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        known = not _HEADERS.isdisjoint(key.lower() for key in message)
        parts = sum(1 for _ in message.walk())
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise BulletinError(f"cannot be read as a mail ({type(error).__name__}); {wanted}", path=where) from None
    if not isinstance(message, EmailMessage) or not known:
        raise BulletinError(f"no mail: it opens with none of a mail's headers; {wanted}", path=where)
    if parts > _MAX_PARTS:
        raise BulletinError(f"the mail has {parts} parts; more than {_MAX_PARTS} are not read", path=where)
    return message


def _body(message: EmailMessage, body: MIMEPart, where: str, stem: str) -> Iterator[Found]:
    """Yield the mail's own text; nothing when it is blank, since then the attachments are what was sent."""
    try:
        draft = _text_of(body, where, stem)
    except BulletinError as error:
        yield error
        return
    text, notes = _own(draft.text)
    if not text.strip():
        return
    cut = [type(d).__name__ for part in message.walk() for d in part.defects if type(d).__name__ in _CUT_SHORT]
    if cut:
        notes += (f"the mail is damaged or cut short ({cut[0]}): its end may be missing",)
    day, day_notes = _day(message, text, draft)
    yield replace(
        draft,
        text=text,
        date=day,
        source=draft.source or _sender(message),
        url=web_address(_header(message, "Archived-At") or "") or draft.url,
        notes=(*draft.notes, *notes, *day_notes),
    )


def _text_of(body: MIMEPart, where: str, stem: str) -> Draft:
    content = _bytes(body, where)
    charset = body.get_content_charset()
    if body.get_content_subtype() == "html":
        draft = read_html(content, where, stem, charset)
        return replace(draft, date=None, notes=("read from the HTML of the mail", *draft.notes))
    return Draft(text=plain(_decode(content, charset, where)), path=where, stem=stem, by_program=True)


def _decode(content: bytes, charset: str | None, where: str) -> str:
    """Decode as the mail says; a mail that says nothing, or plain ASCII, is tried as UTF-8."""
    named = charset or "utf-8"
    try:
        return content.decode("utf-8" if named in ("us-ascii", "ascii", "unknown-8bit") else named)
    except LookupError:
        message = f"{named!r} is no known text encoding; save the text as UTF-8"
        raise BulletinError(message, path=where, field="charset") from None
    except UnicodeError as error:
        at = f"byte {error.start} of the text " if isinstance(error, UnicodeDecodeError) else "the text "
        message = f"{at}is not {named}, which the mail says it is; save the text as UTF-8"
        raise BulletinError(message, path=where, field="charset") from None


def _bytes(part: MIMEPart, where: str) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError) as error:
        raise BulletinError(f"is packed in a way that cannot be read ({error})", path=where) from None
    broken = [defect for defect in part.defects if type(defect).__name__.startswith("InvalidBase64")]
    if broken or not isinstance(content, bytes):
        raise BulletinError("is damaged or cut short (its base64 is broken); save the mail again", path=where)
    return content


def _own(text: str) -> tuple[str, tuple[str, ...]]:
    """Return what the mail itself says: without lines of an older mail, and without the signature."""
    without, count = _QUOTED.subn("", text)
    notes = (f"{count} quoted lines of another mail are left out",) if count else ()
    body = _SIGNATURE.sub("", without).strip("\n")
    return (f"{body}\n" if body else ""), notes


def _day(message: EmailMessage, text: str, draft: Draft) -> tuple[date | None, tuple[str, ...]]:
    """Return the day of sending; that of a forwarded text is not the day the text is of."""
    if _FORWARDED.search(text):
        return None, ("the mail forwards another: its own date is not taken",)
    value = _header(message, "Date")
    if value is None:
        return draft.date, ()
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None, (f"Date {value[:80]!r} of the mail is no date and was passed over",)
    day, notes = published(moment.isoformat(), "Date of the mail")
    return day, (*notes, *([f"date {day.isoformat()} is the day on which the mail was sent"] if day else []))


def _sender(message: EmailMessage) -> str | None:
    """Return the sender's name, or the address when there is none."""
    name, address = parseaddr(_header(message, "From") or "")
    return one_line(name) or one_line(address)


def _header(message: EmailMessage, name: str) -> str | None:
    """Return a header as one line; None when there is none, or nobody would have written it."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), None)
    if raw is None or len(raw) > _MAX_HEADER:
        return None
    try:
        return one_line(str(message[name]).strip("<>"))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _attachments(message: EmailMessage, body: MIMEPart | None) -> Iterator[MIMEPart]:
    """Yield the parts beside the text that a person attached; other forms of the text and pictures in it are none."""
    for part in message.iter_attachments() if message.is_multipart() else ():
        if part is not body and isinstance(part, MIMEPart):
            yield part
