"""Which rows take part in a gap, and with what weight."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from kansen_lib.stats.frames import complete


def positive(frame: pd.DataFrame, weight: str | None) -> pd.DataFrame:
    """The rows with a weight above zero.

    Raises:
        ValueError: a negative weight.
    """
    if weight is None:
        return frame
    if (frame[weight] < 0).any():
        raise ValueError(f"column '{weight}' has negative weights; a weight is 0 or more")
    return frame[frame[weight] > 0].reset_index(drop=True)


def of_two_groups(
    data: pd.DataFrame,
    columns: Iterable[str | None],
    *,
    group: str,
    low: object,
    high: object,
    weight: str | None = None,
) -> tuple[pd.DataFrame, tuple[int, int], tuple[int, int]]:
    """The complete rows of two groups, the persons in each, and (rows dropped, rows given).

    Raises:
        ValueError: absent columns, a negative weight, or the same label twice.
    """
    if low == high:
        raise ValueError(f"a gap is between two groups; low and high are both {low!r}")
    known, dropped = complete(data, [*columns, group, weight])
    known = positive(known[known[group].isin([low, high])].reset_index(drop=True), weight)
    return known, (int((known[group] == low).sum()), int((known[group] == high).sum())), dropped
