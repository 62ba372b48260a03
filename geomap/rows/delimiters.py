"""What stands between the cells of a text table."""

from __future__ import annotations

import csv

__all__ = ["DELIMITERS", "delimiter_of"]

DELIMITERS = ",;\t|"
"""Comma, semicolon, tab and bar, in the order in which they are preferred."""


def delimiter_of(header: str) -> str:
    """Return what parts the first line of a table into most cells; a delimiter in quotes parts nothing.

    Examples
    --------
    >>> delimiter_of('"Name, full";lon;lat')
    ';'
    """
    return max(DELIMITERS, key=lambda delimiter: len(_cells(header, delimiter)))


def _cells(header: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error:  # a cell beyond the limit of the library
        return header.split(delimiter)
