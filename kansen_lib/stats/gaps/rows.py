"""Which rows take part in a gap, and with what weight."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from kansen_lib.stats.frames import can_hold, complete, different, positive


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
        ValueError: absent columns, a negative weight, the same label twice or one the column cannot hold.
    """
    different(low, high)
    known, dropped = complete(data, [*columns, group, weight])
    can_hold(known[group], low, high)
    known = positive(known[known[group].isin([low, high])].reset_index(drop=True), weight)
    return known, (int((known[group] == low).sum()), int((known[group] == high).sum())), dropped
