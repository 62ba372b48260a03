"""Extraction: what a bulletin says happened.

sentences -> figures, clauses -> pieces (a figure with its places) -> rule, roles, scope, period -> events

`explain_events` says of each event what it rests on, `load_rules` adds rules of one's own.
"""

from geomap.extraction.engine import explain_events, extract_events
from geomap.extraction.own_rules import Rules, load_rules

__all__ = ["Rules", "explain_events", "extract_events", "load_rules"]
