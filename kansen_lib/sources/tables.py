"""Shared steps of the readers: long tables from wide ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kansen_lib.sources.part import Part, missing_text

Bounds = tuple[np.ndarray, np.ndarray]


def repeated(label: str, length: int) -> pd.Series:
    """A column of text that is ``label`` everywhere."""
    return pd.Series(pd.array([label], dtype="str").take(np.zeros(length, dtype=int)))


def spread(labels: Sequence[str], places: np.ndarray) -> pd.Series:
    """A column of text with ``labels`` at ``places``."""
    return pd.Series(pd.array(list(labels), dtype="str").take(places))


def summed(rows: pd.DataFrame, counts: Sequence[str]) -> pd.DataFrame:
    """Rows with the same key as one row; the bounds of ``counts`` are added."""
    bounds = [f"{count}_{end}" for count in counts for end in ("lower", "upper")]
    key = [column for column in rows.columns if column not in bounds]
    if not rows.duplicated(key).any():
        return rows
    return rows.groupby(key, as_index=False, dropna=False, sort=False)[bounds].sum()


def features(
    part: Part,
    soort: str | pd.Series,
    eenheid: pd.Series,
    jaar: str | pd.Series,
    bounds: Mapping[str, Bounds],
    notes: Mapping[str, pd.Series] | None = None,
) -> pd.DataFrame:
    """Rows of ``kenmerken``: for every unit the features in ``bounds``, none where a value is missing.

    Args:
        part: the file; its publication becomes ``bron``.
        soort: kind of unit, one for all or one a row.
        eenheid: code of the unit of each row.
        jaar: year, one for all or one a row.
        bounds: feature to its lower and upper values, one a row.
        notes: feature to the publisher's note of each row.
    """
    length, wide = len(eenheid), len(bounds)
    lower = np.concatenate([np.asarray(low, dtype=float) for low, _ in bounds.values()])
    upper = np.concatenate([np.asarray(high, dtype=float) for _, high in bounds.values()])
    keep = ~np.isnan(upper)
    unit = np.tile(np.arange(length), wide)[keep]
    feature = np.repeat(np.arange(wide), length)[keep]
    noot = [(notes or {}).get(name, missing_text(length)) for name in bounds]
    return pd.DataFrame(
        {
            "soort": _by_row(soort, unit),
            "eenheid": _by_row(eenheid, unit),
            "jaar": _by_row(jaar, unit),
            "kenmerk": spread(list(bounds), feature),
            "waarde_lower": lower[keep],
            "waarde_upper": upper[keep],
            "noot": pd.concat(noot, ignore_index=True)[keep].reset_index(drop=True),
            "bron": repeated(part.layout.publisher, len(unit)),
        }
    )


def _by_row(label: str | pd.Series, unit: np.ndarray) -> pd.Series:
    if isinstance(label, str):
        return repeated(label, len(unit))
    return label.take(unit).reset_index(drop=True)


def exact(numbers: np.ndarray) -> Bounds:
    """Bounds of values that are known."""
    return numbers, numbers
