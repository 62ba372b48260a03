"""The stages in a row: a bulletin in, all that was read in it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.extraction import extract_events
from geomap.extraction.own_rules import GIVEN
from geomap.model import Reading
from geomap.recognition import recognize
from geomap.resolution import resolve

if TYPE_CHECKING:
    from geomap.extraction import Rules
    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin

__all__ = ["process"]


def process(bulletin: Bulletin, gazetteer: Gazetteer, *, rules: Rules = GIVEN) -> Reading:
    """Recognise the places of a bulletin, resolve them, and extract its events.

    Parameters
    ----------
    bulletin
        The text and what is known of it.
    gazetteer
        The places that can be meant.
    rules
        The extraction rules that come with geomap, or those with a file of one's own (`load_rules`).

    Raises
    ------
    RuleError
        When the extraction rules that come with geomap cannot be read.
    """
    mentions = recognize(bulletin, gazetteer)
    resolutions = resolve(bulletin, mentions, gazetteer)
    events = extract_events(bulletin, resolutions, rules=rules)
    return Reading(bulletin=bulletin, resolutions=resolutions, events=events)
