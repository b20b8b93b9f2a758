"""What a cell means: counts with their bounds, numbers with a decimal comma, codes that are text.

A function here turns a column of text into values and marks what it cannot read; who calls it knows
the file and says so in the error (:meth:`part.Part.counts` and its neighbours).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

#: How publishers write "there is no number".
NO_NUMBER = frozenset({"", ".", "NA", "N.v.t.", "-99997"})

_PARTICLES = frozenset({"aan", "bij", "de", "den", "en", "op", "van"})
#: Spellings of a gemeente that no rule gives: pattern on the capitals, and the spelling of CBS.
_GEMEENTEN: tuple[tuple[str, str], ...] = (
    (r"'?S[ -]GRAVENHAGE", "'s-Gravenhage"),
    (r"'?S[ -]HERTOGENBOSCH", "'s-Hertogenbosch"),
    (r"BERGEN \(?NH\.?\)?", "Bergen (NH.)"),
    (r"BERGEN \(?LB?\.?\)?", "Bergen (L.)"),
    (r"NUENEN.*", "Nuenen, Gerwen en Nederwetten"),
    (r"HET BILDT", "het Bildt"),
    # The accents of the Frisian names were lost in different ways in different files.
    (r"S.{1,2}DWEST-FRYSL.{1,2}N", "Súdwest-Fryslân"),
    (r"NOARDEAST-FRYSL.{1,2}N", "Noardeast-Fryslân"),
)


def text(cells: pd.Series, meaning: Callable[[str], str | None]) -> pd.Series:
    """``meaning`` of each cell as text; None is missing."""
    places, distinct = pd.factorize(cells, use_na_sentinel=False)
    values = pd.array([meaning(item) for item in distinct], dtype="str")
    return pd.Series(values.take(places), index=cells.index)


def count_bounds(cell: str) -> tuple[int, int] | None:
    """Smallest and largest number that a count can be: ``"7"`` is (7, 7), ``"<5"`` and ``"-1"`` (1, 4).

    None for a text that is no count.
    """
    cell = cell.strip()
    if cell.isdecimal():
        return int(cell), int(cell)
    masked = re.fullmatch(r"< ?(\d+)", cell)
    if masked and int(masked[1]) > 1:
        return 1, int(masked[1]) - 1
    return (1, 4) if cell in ("-1", "1-4") else None


def number(cell: str) -> float | None:
    """The number in a cell with a decimal comma or point; NaN where there is none, None for other text."""
    cell = cell.strip()
    if cell in NO_NUMBER:
        return np.nan
    plain = cell.replace(",", ".")
    return float(plain) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", plain) else None


def blank_to_missing(cell: str) -> str | None:
    """The text without blanks around it; None when nothing is left."""
    return cell.strip() or None


def gemeente_code(cell: str) -> str | None:
    """Gemeentenummer in four characters: ``" 637"`` is ``"0637"``."""
    return cell.strip().zfill(4) if cell.strip() else None


def postcode(cell: str) -> str | None:
    """Postcode of six characters without blanks; None for anything else."""
    plain = "".join(cell.split()).upper()
    return plain if re.fullmatch(r"\d{4}[A-Z]{2}", plain) else None


def pc4(cell: str) -> str | None:
    """PC4; None for the codes (10 to 40) of abroad and unknown."""
    return cell.strip() if re.fullmatch(r"[1-9]\d{3}", cell.strip()) else None


def gemeente(cell: str) -> str | None:
    """The gemeente as CBS spells it: ``"S GRAVENHAGE"`` is ``"'s-Gravenhage"``."""
    name = cell.strip()
    for pattern, spelling in _GEMEENTEN:
        if re.fullmatch(pattern, name.upper()):
            return spelling
    return (name if name != name.upper() else _title_case(name)) or None


def _title_case(name: str) -> str:
    words = name.lower().split(" ")
    cased = [word if at and word in _PARTICLES else _capital(word) for at, word in enumerate(words)]
    return " ".join(cased)


def _capital(word: str) -> str:
    parts = (part[:1].upper() + part[1:] for part in word.split("-"))
    return "-".join("IJ" + part[2:] if part.startswith("Ij") else part for part in parts)


def schooljaar_of_date(cell: str) -> str | None:
    """School year in which a date lies: ``"20190417"`` is ``"2018-2019"``; it changes on 1 August."""
    if not re.fullmatch(r"\d{8}", cell):
        return None
    first = int(cell[:4]) - (cell[4:6] < "08")
    return f"{first}-{first + 1}"


def schooljaar(cell: str) -> str | None:
    """School year from ``"2018"`` (its first year), ``"2018-2019"`` or ``"2018/2019"``."""
    found = re.fullmatch(r"(\d{4})([-/](\d{4}))?", cell.strip())
    if not found or (found[3] and int(found[3]) != int(found[1]) + 1):
        return None
    return f"{found[1]}-{int(found[1]) + 1}"


def iso_date(cell: str) -> str | None:
    """ISO 8601 of a Dutch date: ``"1-8-2005"`` is ``"2005-08-01"``."""
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})-(\d{4})", cell.strip())
    return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else None


def vestiging(brin: str, nummer: str) -> str | None:
    """BRIN with two digits: ``("18BR", "00")`` and ``("18BR", "18BR00")`` are both ``"18BR00"``."""
    brin, nummer = brin.strip(), nummer.strip()
    code = nummer if nummer.startswith(brin) else brin + nummer
    return code if re.fullmatch(r"[0-9A-Z]{4}\d{2}", code) else None
