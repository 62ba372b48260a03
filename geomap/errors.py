"""What can go wrong, as one tree.

::

    GeomapError
    ├── InputError (ValueError)         something that was handed in cannot be used
    │   ├── BulletinError               a bulletin's file or front matter
    │   ├── BBoxError                   a bounding box
    │   ├── QueryError                  another part of a question
    │   ├── GazetteerError              a gazetteer file or record
    │   ├── ReviewError                 a review sheet
    │   └── RuleError                   a file of extraction rules
    ├── UnknownPlaceError (LookupError) an id that no loaded gazetteer holds
    ├── GeocodingError (OSError)        an online geocoder is out of reach, refuses, or answers what cannot be used
    └── StoreError (OSError)            an event store or an output file cannot be opened, read or written

Each message says what was wrong, where, and what would be right; `path`, `line` and `field` carry the where.
"""

from __future__ import annotations

__all__ = [
    "BBoxError",
    "BulletinError",
    "GazetteerError",
    "GeocodingError",
    "GeomapError",
    "InputError",
    "QueryError",
    "ReviewError",
    "RuleError",
    "StoreError",
    "UnknownPlaceError",
]


class GeomapError(Exception):
    """Root of all errors that geomap raises on purpose.

    Parameters
    ----------
    message
        What was wrong and what would be right, without the place where it stands.
    path
        The file in which it stands.
    line
        Its line, counted from 1.
    field
        The field, option or record.
    """

    def __init__(self, message: str, *, path: object = None, line: int | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = None if path is None else str(path)
        self.line = line
        self.field = field

    def __str__(self) -> str:
        """Where it stands, then what is wrong."""
        where = [part for part in (self.path, None if self.line is None else f"line {self.line}", self.field) if part]
        return ": ".join([", ".join(where), self.message]) if where else self.message


class InputError(GeomapError, ValueError):
    """Something that was handed in cannot be used."""


class BulletinError(InputError):
    """A bulletin's file cannot be read or its front matter is wrong."""


class BBoxError(InputError):
    """A bounding box is not four numbers within range, south before north."""


class QueryError(InputError):
    """A part of a question (a date, a type, a limit) cannot be understood."""


class GazetteerError(InputError):
    """A gazetteer file or one of its records breaks the format."""


class ReviewError(InputError):
    """A file is no review sheet."""


class RuleError(InputError):
    """A file of extraction rules cannot be understood."""


class UnknownPlaceError(GeomapError, LookupError):
    """An id is in no loaded gazetteer."""


class GeocodingError(GeomapError, OSError):
    """An online geocoder cannot be reached, refuses, or gives an answer that cannot be used."""


class StoreError(GeomapError, OSError):
    """An event store or an output file cannot be opened, read or written."""
