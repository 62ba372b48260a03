"""Tables of events (.csv, .xlsx) -> readings: each row an event, its places resolved.

A file's rows come from `geomap.rows`. `header` tells which column holds what (a person's mapping, HXL hashtags, known
names), `drafts` what a row says, `places` which places it means, and `reading` makes bulletins of the rows.
"""

from geomap.event_tables.mapping import TableMap, pairs_of
from geomap.event_tables.reading import ROWS, read_event_tables

__all__ = ["ROWS", "TableMap", "pairs_of", "read_event_tables"]
