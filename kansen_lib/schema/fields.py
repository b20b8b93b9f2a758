"""What a column of a canonical table carries: type, code list, pattern, unit, meaning, sensitivity."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pandera.pandas as pa

from kansen_lib import codes

BRIN = r"^[0-9A-Z]{4}$"
VESTIGING = r"^[0-9A-Z]{6}$"
SCHOOLJAAR = r"^\d{4}-\d{4}$"
PC4 = r"^\d{4}$"


class Sensitivity(StrEnum):
    """How careful a column must be handled (AVG)."""

    OPEN = "openbaar"
    PERSONAL = "persoonsgegeven"
    SPECIAL = "bijzonder persoonsgegeven"


def column(
    meaning: str,
    *,
    unit: str = "",
    source: str = "",
    codelist: codes.CodeList | None = None,
    pattern: str | None = None,
    sensitivity: Sensitivity = Sensitivity.OPEN,
    nullable: bool = False,
    ge: float | None = None,
) -> Any:
    """A pandera field that carries what the codebook says of the column."""
    return pa.Field(
        description=meaning,
        nullable=nullable,
        isin=list(codelist.codes) if codelist else None,
        str_matches=pattern,
        ge=ge,
        metadata={
            "unit": unit,
            "source": source,
            "codelist": codelist.name if codelist else "",
            "sensitivity": sensitivity.value,
        },
    )


def personal(meaning: str, **kwargs: Any) -> Any:
    """A column with a personal datum in it (AVG)."""
    return column(meaning, **{"sensitivity": Sensitivity.PERSONAL} | kwargs)


def bounds(what: str) -> tuple[Any, Any]:
    """The pair of fields of a count that can be masked."""
    return (
        column(f"{what}: smallest possible number", unit="leerlingen", ge=0),
        column(f"{what}: largest possible number", unit="leerlingen", ge=0),
    )


class Table(pa.DataFrameModel):
    """What every canonical table shares: strict columns, checked dtypes."""

    class Config:
        """Unknown columns are an error; the order of columns is that of the model."""

        strict = True
        ordered = False
        coerce = False
