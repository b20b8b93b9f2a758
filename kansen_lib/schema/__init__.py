"""The canonical tables: one contract between every source and every analysis.

Each table is a pandera model. Every column says its unit, meaning, source and sensitivity; the
codebook in ``data/README.md`` and ``data/datapackage.json`` are written from these models.

Two conventions hold everywhere. An identifier is text. A count that a publisher may mask is two
columns, ``…_lower`` and ``…_upper``: equal where the count is known, ``1`` and ``4`` for ``<5``.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandera.errors import SchemaErrors

from kansen_lib import codes
from kansen_lib.schema.fields import Sensitivity, Table
from kansen_lib.schema.open_tables import (
    Aantallen,
    AdviezenPo,
    Cijfers,
    Examens,
    HerkomstPostcode,
    Kenmerken,
    Overgangen,
    Vestigingen,
)
from kansen_lib.schema.pupil_tables import (
    Deelname,
    Enquete,
    Groepen,
    Interventies,
    Leerlingen,
    Loopbaan,
    Toetsen,
    Vrienden,
)

__all__ = [
    "KEYS",
    "PUPIL_TABLES",
    "SCHEMA_VERSION",
    "SOURCES",
    "TABLES",
    "SchemaError",
    "Sensitivity",
    "Table",
    "codelist",
    "columns",
    "source",
    "validate",
]

#: Raised by one for every change that an existing store cannot be read with.
SCHEMA_VERSION = 3


class SchemaError(ValueError):
    """A table that does not keep the contract: every fault at once, and what to do."""


#: Canonical name to model, in the order of the codebook.
TABLES: dict[str, type[Table]] = {
    "vestigingen": Vestigingen,
    "aantallen": Aantallen,
    "examens": Examens,
    "cijfers": Cijfers,
    "adviezen_po": AdviezenPo,
    "herkomst_postcode": HerkomstPostcode,
    "kenmerken": Kenmerken,
    "overgangen": Overgangen,
    "leerlingen": Leerlingen,
    "loopbaan": Loopbaan,
    "toetsen": Toetsen,
    "interventies": Interventies,
    "deelname": Deelname,
    "enquete": Enquete,
    "groepen": Groepen,
    "vrienden": Vrienden,
}

#: The columns that together name one row, of the tables where a row may stand only once.
KEYS: dict[str, list[str]] = {
    "vestigingen": ["vestiging"],
    "leerlingen": ["leerling"],
    "loopbaan": ["leerling", "schooljaar"],
    "toetsen": ["leerling", "schooljaar", "moment", "domein"],
    "interventies": ["interventie", "vestiging"],
    "deelname": ["leerling", "interventie", "schooljaar"],
    "enquete": ["respondent", "schooljaar", "schaal", "item", "leerling"],
    "groepen": ["leerling", "schooljaar", "soort", "onderdeel", "groep"],
    "vrienden": ["leerling", "schooljaar", "vriend"],
}

#: Where the columns of a table come from that name no source of their own.
SOURCES: dict[str, str] = {
    "vestigingen": "DUO adressen",
    "aantallen": "DUO leerlingen vo",
    "examens": "DUO examens",
    "cijfers": "DUO examencijfers",
    "adviezen_po": "DUO schooladviezen",
    "herkomst_postcode": "DUO leerlingen po",
    "kenmerken": "CBS or DUO; the column bron names the publication",
    "overgangen": "DUO overgangen",
    "leerlingen": "school administration, CBS microdata or simulation",
    "loopbaan": "school administration, CBS microdata or simulation",
    "toetsen": "school administration, CBS microdata or simulation",
    "interventies": "intervention log of the school or simulation",
    "deelname": "intervention log of the school or simulation",
    "enquete": "survey of the school or simulation",
    "groepen": "timetable and lists of the school or simulation",
    "vrienden": "survey of the school or simulation",
}

#: Tables with a row a person: present in a store only where somebody may hold them.
PUPIL_TABLES = frozenset({"leerlingen", "loopbaan", "toetsen", "deelname", "enquete", "groepen", "vrienden"})


def columns(table: str) -> dict[str, Any]:
    """The pandera columns of a table, by name, in order (with ``dtype``, ``description``, ``metadata``)."""
    return TABLES[table].to_schema().columns


def source(table: str, column: str) -> str:
    """Where a column comes from: its own source, or that of its table."""
    return columns(table)[column].metadata["source"] or SOURCES[table]


def codelist(table: str, column: str) -> codes.CodeList | None:
    """The code list of a column, or None for free values."""
    return codes.CODE_LISTS.get(columns(table)[column].metadata["codelist"])


def validate(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` in the column order of the model, when it keeps the contract of ``table``.

    Raises:
        SchemaError: names every missing and unknown column and every failing column with three of
            its values, all at once.
    """
    wanted = list(columns(table))
    missing = [name for name in wanted if name not in frame.columns]
    unknown = [name for name in frame.columns if name not in wanted]
    if missing or unknown:
        raise SchemaError(
            f"table '{table}' lacks columns {missing or 'none'} and has unknown columns {unknown or 'none'}; "
            f"expected {wanted}; see the codebook in data/README.md"
        )
    faults = _duplicates(table, frame) + _crossed_bounds(frame)
    try:
        valid = TABLES[table].validate(frame[wanted], lazy=True)
    except SchemaErrors as error:
        faults = _faults(error) + faults
    if faults:
        raise SchemaError("\n  ".join([f"table '{table}' does not keep its contract:", *faults]))
    return valid


def _duplicates(table: str, frame: pd.DataFrame) -> list[str]:
    """A line when rows share the key of the table."""
    key = KEYS.get(table, [])
    twice = frame[frame.duplicated(key)] if key else frame.iloc[:0]
    if twice.empty:
        return []
    sample = ", ".join(str(value) for value in twice[key].iloc[0])
    return [f"key {' + '.join(key)}: {len(twice)} rows repeat an earlier row, e.g. {sample}"]


def _crossed_bounds(frame: pd.DataFrame) -> list[str]:
    """A line for each pair of bounds whose lower is above its upper somewhere."""
    faults = []
    for lower in frame.columns[frame.columns.str.endswith("_lower")]:
        upper = lower.removesuffix("lower") + "upper"
        pair = frame[[lower, upper]]
        if all(map(pd.api.types.is_numeric_dtype, pair.dtypes)):
            crossed = pair[pair[lower] > pair[upper]]
            if len(crossed):
                sample = " > ".join(map(str, crossed.iloc[0]))
                faults.append(f"{lower} above {upper}: {len(crossed)} rows, e.g. {sample}")
    return faults


def _faults(error: SchemaErrors) -> list[str]:
    """A line for each column and check that failed."""
    cases = error.failure_cases
    # Beside a wrong dtype pandera also lists the checks that could not run on it: noise.
    noise = cases["failure_case"].astype(str).str.match(r"(Attribute|Type)Error\(")
    lines = []
    for (column, check), group in cases[~noise].groupby(["column", "check"], dropna=False, sort=True):
        samples = ", ".join(repr(value) for value in group["failure_case"].unique()[:3])
        lines.append(f"column {column}: {check}: {len(group)} rows, e.g. {samples}")
    return lines
