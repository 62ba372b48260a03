"""Extraction: what a bulletin says happened.

sentences -> figures, clauses -> pieces (a figure with its places) -> rule, roles, scope, period -> events
"""

from geomap.extraction.engine import extract_events

__all__ = ["extract_events"]
