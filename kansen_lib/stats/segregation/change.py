"""Change of segregation between two times: sizes of groups and units against who goes where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.segregation import formulas
from kansen_lib.stats.segregation.tables import Counts, Table, comparable
from kansen_lib.stats.terms import Method, Reason, Unit

#: Margins (as shares) of a fitted table differ at most this much from those asked for.
PRECISION = 1e-12
MOST_ROUNDS = 20_000
#: An empty cell starts as this many persons (less when the smallest cell is not far above it).
NEARLY_NONE = 1e-10
METHODS = {"shapley": Method.SHAPLEY_IPF, "karmel_maclachlan": Method.KARMEL_MACLACHLAN}


def change(
    data: pd.DataFrame,
    group: str,
    unit: str,
    weight: str | None = None,
    *,
    time: str,
    first: object,
    second: object,
    method: str = "shapley",
    name: str = "M",
) -> Result:
    """Change in M between two times, split into units and groups that come and go, margins and structure.

    Estimand: groups "first", "second" and "difference": M at both times; "additions" and "removals":
    units and groups that are there only at the second or the first time; "group marginal" and "unit
    marginal": other sizes of the groups and of the units; "structural": another division of groups
    over units at equal sizes. They add up to the difference. Karmel-Maclachlan also has
    "interaction". "H" at both times and its difference stand beside.

    Formula: Shapley (Owen value): structural is the mean of what changes when only the structure is
    exchanged, at the margins of the first and of the second time; what is left is divided over group
    and unit margins in the same way, over the four combinations of the other margin and the
    structure. Every table with margins of one and structure of the other time is fitted by
    iterative proportional fitting (IPF). Karmel-Maclachlan: only the first table is fitted, to the
    margins of the second. IPF runs until all margins, as shares, are within 1e-12; empty cells start
    at 1e-10 persons.

    Interval: none: it describes the persons at hand at both times.

    Source: Karmel and Maclachlan (1988), Economic Record 64, 187-195; Deutsch, Flueckiger and Silber
    (2009); Elbers (2021), Sociological Methods and Research 52; equals `mutual_difference` of R
    segregation when its precision is set to 1e-12 too (its default of 1e-3 leaves margins off).

    Args:
        time: column with the time.
        first, second: the two times.
        method: ``"shapley"`` or ``"karmel_maclachlan"``.
    """
    if method not in METHODS:
        raise ValueError(f"there is no method '{method}'; there are {list(METHODS)}")
    try:
        whole = _both(data, group, unit, weight, time, first, second)
        parts = _Shared.of(*whole).shapley() if method == "shapley" else _Shared.of(*whole).forward()
    except NotComputable as stop:
        none = Estimate.not_computable(name, stop.reason, unit=Unit.INDEX, method=METHODS[method])
        return Result(name, (none,))
    dropped = tuple(map(sum, zip(*(item.dropped for item in whole), strict=True)))
    return Result(name, tuple(_rows(name, whole, parts, METHODS[method])), dropped=dropped)


def _both(
    data: pd.DataFrame, group: str, unit: str, weight: str | None, time: str, first: object, second: object
) -> tuple[Table, Table]:
    frames.complete(data, [group, unit, weight, time])
    frames.different(first, second)
    frames.can_hold(data[time], first, second)
    one, two = (comparable(data[data[time] == when], group, unit, weight) for when in (first, second))
    return one, two


def _rows(
    name: str, whole: tuple[Table, Table], parts: dict[str, float], method: Method
) -> Iterator[Estimate]:
    n = [item.n for item in whole]
    for label, formula in ((name, formulas.mutual_information), ("H", formulas.theil)):
        values = [float(formula(item.counts[None])[0]) for item in whole]
        own = Method.MUTUAL_INFORMATION if label == name else Method.THEIL
        yield Estimate(label, "first", values[0], Unit.INDEX, n=n[0], method=own)
        yield Estimate(label, "second", values[1], Unit.INDEX, n=n[1], method=own)
        yield Estimate(label, "difference", values[1] - values[0], Unit.INDEX, n=min(n), method=own)
    for label, value in parts.items():
        yield Estimate(name, label, value, Unit.INDEX, n=min(n), method=method)


def _information(counts: Counts) -> float:
    return float(formulas.mutual_information(counts[None])[0])


@dataclass(frozen=True)
class _Shared:
    """M of both whole tables, and the part of each table that both times have.

    Attributes:
        outer: M of the first and second whole table.
        one, two: counts of shared units by shared groups.
    """

    outer: tuple[float, float]
    one: Counts
    two: Counts

    @classmethod
    def of(cls, first: Table, second: Table) -> _Shared:
        """From the two tables; NotComputable when they share less than two units or groups."""
        units = [label for label in first.units if label in set(second.units)]
        groups = [label for label in first.groups if label in set(second.groups)]
        if len(units) < 2 or len(groups) < 2:
            raise NotComputable(Reason.NOTHING_SHARED)
        one, two = (
            item.counts[np.ix_([item.units.index(u) for u in units], [item.groups.index(g) for g in groups])]
            for item in (first, second)
        )
        return cls((_information(first.counts), _information(second.counts)), one, two)

    def _moves(self) -> dict[str, float]:
        """What units and groups that are there at one time only bring about."""
        return {
            "additions": self.outer[1] - _information(self.two),
            "removals": _information(self.one) - self.outer[0],
        }

    def _filled(self) -> tuple[Counts, Counts]:
        smallest = min(self.one[self.one > 0].min(), self.two[self.two > 0].min())
        fill = NEARLY_NONE if smallest >= NEARLY_NONE else smallest / 1000
        one, two = (np.where(item > 0, item, fill) for item in (self.one, self.two))
        return one / one.sum(), two / two.sum()

    def shapley(self) -> dict[str, float]:
        """The parts, symmetric in the two times."""
        one, two = self._filled()
        m = {(g, u, s): 0.0 for g in (0, 1) for u in (0, 1) for s in (0, 1)}
        tables = (one, two)
        for g, u, s in m:
            own = g == u == s
            fitted = (self.one, self.two)[s] if own else fit(tables[s], tables[u].sum(1), tables[g].sum(0))
            m[g, u, s] = _information(fitted)
        order = ((0, 0), (1, 0), (0, 1), (1, 1))
        by_group = sum(m[1, u, s] - m[0, u, s] for u, s in order) / 4
        by_unit = sum(m[g, 1, s] - m[g, 0, s] for g, s in order) / 4
        structural = (m[0, 0, 1] - m[0, 0, 0] + m[1, 1, 1] - m[1, 1, 0]) / 2
        return {
            **self._moves(),
            "group marginal": by_group,
            "unit marginal": by_unit,
            "structural": structural,
        }

    def forward(self) -> dict[str, float]:
        """The parts when the first table is given the margins of the second."""
        one, two = self._filled()
        start = _information(self.one)
        both = _information(fit(one, two.sum(1), two.sum(0)))
        by_group = _information(one * (two.sum(0) / one.sum(0))) - start
        by_unit = _information(one * (two.sum(1) / one.sum(1))[:, None]) - start
        return {
            **self._moves(),
            "group marginal": by_group,
            "unit marginal": by_unit,
            "interaction": both - start - by_group - by_unit,
            "structural": _information(self.two) - both,
        }


def fit(table: Counts, rows: Counts, columns: Counts) -> Counts:
    """The table with the odds ratios of ``table`` and the margins ``rows`` and ``columns`` (IPF).

    Raises:
        NotComputable: the margins are not within :data:`PRECISION` after :data:`MOST_ROUNDS` rounds.
    """
    for _ in range(MOST_ROUNDS):
        table = table * (rows / table.sum(axis=1))[:, None]
        table = table * (columns / table.sum(axis=0))
        if np.abs(table.sum(axis=1) - rows).max() <= PRECISION:
            return table
    raise NotComputable(Reason.IPF_STOPPED)
