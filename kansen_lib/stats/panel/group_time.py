"""Effects by group (period of first treatment) and time, after Callaway and Sant'Anna (2021)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kansen_lib.stats.panel.reading import Codes, Matrix, Rows, balanced
from kansen_lib.stats.panel.two_by_two import ESTIMATORS
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason


@dataclass(frozen=True)
class Settings:
    """How groups are compared, see :func:`kansen_lib.stats.panel.group_time_effects`."""

    control: str
    estimator: str
    base: str
    anticipation: int


@dataclass(frozen=True)
class Sample:
    """Whoever the influence functions are about: units of a panel, or rows of cross-sections.

    Attributes:
        first, cluster: shape (N,).
        periods: those that can be used.
        rows: the observations; of a panel sorted by unit and period.
        panel: whether each unit is seen in each period.
    """

    first: Matrix
    cluster: Codes
    periods: Matrix
    rows: Rows
    panel: bool

    def without(self, cluster: int) -> Sample:
        """The same sample without one cluster."""
        rest = self.rows.keep(self.rows.cluster != cluster)
        mask = self.cluster != cluster
        return replace(self, first=self.first[mask], cluster=self.cluster[mask], rows=rest)


@dataclass(frozen=True)
class Cell:
    """The effect in one group and period.

    Attributes:
        group, time: the period of first treatment, and of the effect.
        value: None when it cannot be computed.
        influence: influence function, shape (N,); its mean is zero.
        size: number of units or rows behind it, and in the smallest group of the contrast.
        reason: why there is no value.
    """

    group: float
    time: float
    value: float | None
    influence: Matrix
    size: tuple[int, int]
    reason: str = ""


def sample(found: Rows, settings: Settings, *, panel: bool) -> Sample:
    """The sample; without a never treated group the last to start takes its place until it starts."""
    found = balanced(found) if panel else found
    periods = found.periods
    if settings.control == "not yet" and np.all(np.isfinite(found.first)):
        last = float(found.first.max())
        found = found.keep(found.time < last - settings.anticipation)
        found = replace(found, first=np.where(found.first >= last, np.inf, found.first))
        periods = found.periods
    if not np.any(np.isfinite(found.first)) or not np.any(np.isinf(found.first)) or len(periods) < 2:
        raise NotComputable(Reason.NO_STARTS)
    start = found.time == periods[0] if panel else np.ones(len(found.time), bool)
    return Sample(found.first[start], found.cluster[start], periods, found, panel)


def cells(known: Sample, settings: Settings) -> list[Cell]:
    """Every group and period that has a period to compare with."""
    found = []
    for group in np.unique(known.first[np.isfinite(known.first)]):
        before = known.periods[known.periods + settings.anticipation < group]
        if len(before):
            found += [
                _cell(known, settings, group, time, base)
                for time, base in _pairs(known, settings, group, before)
            ]
    return found


def _pairs(known: Sample, settings: Settings, group: float, before: Matrix) -> Iterator[tuple[float, float]]:
    """Each period with its base: the last before the start, or for earlier periods the one before."""
    universal = settings.base == "universal"
    for index, time in enumerate(known.periods):
        if universal or time >= group:
            yield time, before[-1]
        elif index:
            yield time, known.periods[index - 1]


def _cell(known: Sample, settings: Settings, group: float, time: float, base: float) -> Cell:
    treated = known.first == group
    never = np.isinf(known.first)
    later = known.first > max(time, base) + settings.anticipation
    control = never | (later & ~treated) if settings.control == "not yet" else never
    read = _panel_cell if known.panel else _sections_cell
    zero = np.zeros(len(known.first))
    if time == base:
        return Cell(group, time, 0.0, zero, (int((treated | control).sum()), int(treated.sum())))
    size = (0, 0)
    try:
        size, compute, mask = read(known, settings, treated, control, (time, base))
        value, influence = compute()
    except NotComputable as error:
        return Cell(group, time, None, zero, size, error.reason)
    zero[mask] = influence * (len(zero) / mask.sum())
    return Cell(group, time, value, zero, size)


Mask = NDArray[np.bool_]
Pair = tuple[float, float]
Compute = Callable[[], tuple[float, Matrix]]
Reader = tuple[tuple[int, int], Compute, Mask]


def _panel_cell(known: Sample, settings: Settings, treated: Mask, control: Mask, pair: Pair) -> Reader:
    """The change of each unit; its covariates are those of the earlier period."""
    mask = treated | control
    time, base = (known.rows.time == period for period in pair)
    early = known.rows.time == min(pair)
    change = (known.rows.outcome[time] - known.rows.outcome[base])[mask]
    size = (int(mask.sum()), int(min(treated.sum(), control.sum())))
    _present(size)
    estimator = ESTIMATORS[settings.estimator][0]
    x = known.rows.x[early][mask]
    return size, lambda: estimator(change, treated[mask].astype(float), x), mask


def _sections_cell(known: Sample, settings: Settings, treated: Mask, control: Mask, pair: Pair) -> Reader:
    """The persons of both periods, each with the covariates of the own period."""
    after = known.rows.time == pair[0]
    mask = (treated | control) & (after | (known.rows.time == pair[1]))
    parts = np.bincount(2 * treated[mask] + after[mask], minlength=4)
    size = (int(mask.sum()), int(parts.min()))
    _present(size)
    estimator = ESTIMATORS[settings.estimator][1]
    facts = (
        known.rows.outcome[mask],
        after[mask].astype(float),
        treated[mask].astype(float),
        known.rows.x[mask],
    )
    return size, lambda: estimator(*facts), mask


def _present(size: tuple[int, int]) -> None:
    if size[1] == 0:
        raise NotComputable(Reason.EMPTY_GROUP)
