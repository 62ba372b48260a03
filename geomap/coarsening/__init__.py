"""Events -> the same events, their places no finer than asked: for publishing what could endanger people.

``areas`` finds for a place the area that may be told, ``telling`` makes events that tell it and nothing finer, ``rows``
does so for a table.

What is protected is what these events, a map or a file made of them tell: not what the bulletin tells to who has it.
Day, source and figures stay, and who finds the bulletin by them finds the place.
"""

from __future__ import annotations

from geomap.coarsening.areas import COARSENESSES, Coarseness, area_words
from geomap.coarsening.rows import CoarseRows, coarsen_rows
from geomap.coarsening.telling import coarsen

__all__ = ["COARSENESSES", "CoarseRows", "Coarseness", "area_words", "coarsen", "coarsen_rows"]
