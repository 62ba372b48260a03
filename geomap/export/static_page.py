"""HTML pages of text and pictures alone: no script, nothing from outside, whatever is put in is escaped text."""

from __future__ import annotations

from html import escape

from geomap.toponym import is_arabic

__all__ = ["direction", "static_page"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def static_page(body: str, *, title: str, style: str, attributes: str = "") -> str:
    """Return a whole page, under a policy that lets it run and load nothing.

    Parameters
    ----------
    body
        HTML, with all text in it escaped.
    title
        Plain text.
    style
        The style sheet.
    attributes
        Of the root element besides its language, each after a space.
    """
    return (
        f'<!DOCTYPE html>\n<html lang="en"{attributes}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def direction(text: str) -> str:
    """Return the value of the attribute ``dir`` for a text, by its first letter."""
    return "rtl" if is_arabic(text) else "ltr"
