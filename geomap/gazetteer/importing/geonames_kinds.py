"""Feature codes of GeoNames -> our feature types (codes: https://www.geonames.org/export/codes.html).

What has no counterpart is not listed and is left out: lakes, forests, roads and undersea features, and what no longer
exists (codes that end in H: historical divisions and destroyed places).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from geomap.gazetteer.importing.kinds import SETTLEMENT, settlement_type

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ADMIN_LEVELS", "type_of_code"]

ADMIN_LEVELS: Mapping[str, int] = MappingProxyType({"ADM1": 1, "ADM2": 2, "ADM3": 3, "ADM4": 4})
"""The codes of divisions that other rows name as their containers, with how many admin columns make their key."""

_CODES = {
    "country": "A.PCL A.PCLI A.PCLD A.PCLF A.PCLS",
    "governorate": "A.ADM1",
    "district": "A.ADM2",
    "subdistrict": "A.ADM3 A.ADM4 A.ADM5",
    SETTLEMENT: "P.PPL P.PPLA2 P.PPLA3 P.PPLA4 P.PPLA5 P.PPLF P.PPLL P.PPLQ P.PPLR P.PPLS P.STLMT",
    "city": "P.PPLC P.PPLG",
    "town": "P.PPLA",
    "neighbourhood": "P.PPLX",
    "camp": "S.CMPRF S.CMP",
    "crossing": "S.PSTB S.PSTC",
    "airport": "S.AIRP S.AIRB S.AIRF S.AIRH",
    "facility": (
        "S.ARCH S.BDG S.BLDG S.BRKS S.CSTL S.DAM S.FT S.GOVL S.HSP S.HSPC S.HSPL S.INSM S.MFG S.MNMT S.MSQE"
        " S.MSTY S.OILR S.PRN S.PS S.PSH S.RUIN S.SCH S.UNIV L.MILB L.OILF L.GASF L.AIRS R.TNL L.PRT"
    ),
    "region": (
        "A.LTER A.ZN L.AREA L.CST L.LCTY L.OAS L.RGN L.RGNE T.DLTA T.DSRT T.ISL T.ISLS T.PEN T.PLAT T.PLN T.UPLD"
    ),
    "mountain": "T.MT T.MTS T.PK T.PKS T.HLL T.HLLS T.RDGE T.SPUR",
    "valley": "T.VAL T.VALS T.GRGE T.CNYN H.WAD H.WADS",
    "river": "H.STM H.STMS H.STMI H.STMX H.DSTY",
}
_BY_CODE = {code: kind for kind, codes in _CODES.items() for code in codes.split()}

_LEAST = ("village", "town", "city")
"""Settlements in rising size: a seat of a first-level division is a town at least, a capital a city."""


def type_of_code(feature_class: str, code: str, population: int | None) -> str | None:
    """Return our type of a feature code; None when we have none for it."""
    kind = _BY_CODE.get(f"{feature_class}.{code}")
    if kind == SETTLEMENT:
        return settlement_type(population)
    if feature_class == "P" and kind in _LEAST:
        return max(kind, settlement_type(population), key=_LEAST.index)
    return kind
