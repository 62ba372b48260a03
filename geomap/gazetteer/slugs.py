"""Names and codes as they can stand in the id of a place."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["pcode_slug", "slug"]

_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """Return a text as it can stand in an id; "" when nothing of it can.

    Examples
    --------
    >>> slug("Ma'arrat an-Nu`mān 2")
    'ma-arrat-an-nu-man-2'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return pcode_slug(plain)


def pcode_slug(pcode: str) -> str:
    """Return a P-code as it stands in an id: small, and hyphens for what is no letter or digit of ASCII."""
    return _NOT_IN_SLUG.sub("-", pcode.casefold()).strip("-")
