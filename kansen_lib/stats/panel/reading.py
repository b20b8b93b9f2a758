"""From a frame to the arrays of a staggered design: periods as numbers, never treated as infinity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason

Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]

#: How "never" may be written in a column of first treated periods.
NEVER = ("0", "0.0")


@dataclass(frozen=True)
class Rows:
    """One row an observation.

    Attributes:
        outcome, time, first: shape (n,); ``first`` is infinite for those never treated.
        unit, cluster: codes, shape (n,).
        x: intercept and covariates, shape (n, k).
        words: the label of each period, by its number.
        dropped: how many rows fell out, of how many.
    """

    outcome: Matrix
    time: Matrix
    first: Matrix
    unit: Codes
    cluster: Codes
    x: Matrix
    words: dict[float, str]
    dropped: tuple[int, int]

    @property
    def periods(self) -> Matrix:
        """The periods that occur, sorted."""
        return np.unique(self.time)

    def keep(self, mask: NDArray[np.bool_]) -> Rows:
        """The rows where ``mask`` holds; the others count as dropped."""
        parts = ("outcome", "time", "first", "unit", "cluster", "x")
        lost = self.dropped[0] + int((~mask).sum())
        return replace(
            self, dropped=(lost, self.dropped[1]), **{name: getattr(self, name)[mask] for name in parts}
        )


def rows(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str | None,
    time: str,
    first: str,
    covariates: Sequence[str],
    cluster: str | None,
) -> Rows:
    """The complete rows in a fixed order, so that draws do not follow the order of the frame.

    Args:
        unit: None for repeated cross-sections: every row is a unit of its own.
        cluster: None for the unit.
    """
    frames.distinct(outcome, [time, first], covariates)
    if first in data.columns and not isinstance(data[first], pd.DataFrame):
        data = data.assign(**{first: data[first].replace(np.inf, 0)})
    known, dropped = frames.complete(data, [outcome, time, first, unit, cluster, *covariates])
    order = [name for name in (cluster, unit, time, first, outcome, *covariates) if name is not None]
    known = known.sort_values(list(dict.fromkeys(order)), kind="stable", ignore_index=True)
    when, start, words = _periods(known, time, first)
    own = np.arange(len(known)) if unit is None else frames.codes(known[unit])[0]
    return Rows(
        frames.numbers(known, outcome),
        when,
        start,
        own,
        own if cluster is None else frames.codes(known[cluster])[0],
        frames.design(known, covariates).to_numpy(float),
        words,
        dropped,
    )


def word(period: object) -> str:
    """A period as text: a whole number without a point, however it is held."""
    return f"{period:g}" if isinstance(period, float) else str(period)


def _periods(known: pd.DataFrame, time: str, first: str) -> tuple[Matrix, Matrix, dict[float, str]]:
    """Numbers of the periods and of the first treated periods, and the label of each number.

    Numbers stay; text (school years) becomes its place in the sorted labels of both columns.
    """
    if not frames.is_category(known[time]):
        if frames.is_category(known[first]):
            raise ValueError(f"column '{time}' holds numbers and '{first}' text: give both in one form")
        when, start = known[time].to_numpy(float), known[first].to_numpy(float)
        start = np.where(start == 0, np.inf, start)
        return when, start, {value: f"{value:g}" for value in np.unique([when, start]) if np.isfinite(value)}
    start_text, when_text = known[first].astype(str), known[time].astype(str)
    never = start_text.isin(NEVER).to_numpy()
    found = sorted(set(when_text) | set(start_text[~never]))
    place = {label: float(index) for index, label in enumerate(found, start=1)}
    start = np.array([place.get(label, np.inf) for label in start_text], float)
    start[never] = np.inf
    return when_text.map(place).to_numpy(float), start, {value: label for label, value in place.items()}


def staggered(found: Rows, anticipation: int = 0) -> Rows:
    """Without those treated from the first period on; a start after the last period is never."""
    if not len(found.outcome):
        raise NotComputable(Reason.NO_PERSONS)
    periods = found.periods
    found = found.keep(found.first > periods[0] + anticipation)
    if not len(found.outcome):
        raise NotComputable(Reason.EMPTY_GROUP)
    return replace(found, first=np.where(found.first > periods[-1], np.inf, found.first))


def balanced(found: Rows) -> Rows:
    """The units that are seen once in every period, sorted by unit and period.

    Raises:
        NotComputable: a unit with two rows in a period, or whose start or cluster differs between rows;
            or no unit is seen in every period.
    """
    pair = np.unique(np.column_stack([found.unit, found.time]), axis=0)
    if len(pair) < len(found.unit):
        raise NotComputable(Reason.DOUBLE_ROWS)
    for column in (found.first, found.cluster):
        if len(np.unique(np.column_stack([found.unit, column]), axis=0)) > len(np.unique(found.unit)):
            raise NotComputable(Reason.UNSTABLE_UNITS)
    seen = np.bincount(found.unit)
    found = found.keep(seen[found.unit] == len(found.periods))
    if not len(found.outcome):
        raise NotComputable(Reason.UNBALANCED)
    order = np.lexsort((found.time, found.unit))
    parts = ("outcome", "time", "first", "unit", "cluster", "x")
    return replace(found, **{name: getattr(found, name)[order] for name in parts})
