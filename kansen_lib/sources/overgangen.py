"""DUO's file of mergers, splits and transfers of institutions."""

from __future__ import annotations

import pandas as pd

from kansen_lib.sources import values
from kansen_lib.sources.part import Part
from kansen_lib.sources.reading import Rows


def _lower(cell: str) -> str | None:
    return cell.strip().lower() or None


def overgangen(part: Part) -> Rows:
    """Which number went over into which: table ``overgangen``."""
    full = part.required("IND VOLLEDIG", lambda cell: cell if cell in ("J", "N") else None, "J or N")
    rows = pd.DataFrame(
        {
            "van": part.required("NR ADMIN VAN", values.blank_to_missing, "a number"),
            "naar": part.required("NR ADMIN NAAR", values.blank_to_missing, "a number"),
            "datum": part.required("DT OVERGANG", values.iso_date, "a date as 1-8-2005"),
            "soort": part.required("CODE SOORT VAN", values.blank_to_missing, "a kind of institution"),
            "overgang": part.required("NAAM OVERGANG", _lower, "a kind of transition"),
            "volledig": (full == "J").to_numpy(dtype=bool),
        }
    )
    return Rows({"overgangen": rows})
