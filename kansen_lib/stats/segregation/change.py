"""Change of segregation between two times: sizes of groups and units against who goes where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.segregation import formulas
from kansen_lib.stats.segregation.drawn import asked_for, corrected, samples
from kansen_lib.stats.segregation.tables import Counts, Table, comparable
from kansen_lib.stats.terms import Method, Reason, Unit

#: Margins (as shares) of a fitted table differ at most this much from those asked for.
PRECISION = 1e-12
#: The same for the tables of persons drawn again, which are taken as they are after so many rounds.
DRAWN_PRECISION = 3e-5
DRAWN_ROUNDS = 1_000
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
    draws: int = 0,
    seed: int | None = None,
    name: str = "M",
) -> Result:
    """Change in M between two times, split into units and groups that come and go, margins and structure.

    Estimand: groups "first", "second" and "difference": M at both times; "additions" and "removals":
    units and groups that are there only at the second or the first time; "group marginal" and "unit
    marginal": other sizes of the groups and of the units; "structural": another division of groups
    over units at equal sizes. They add up to the difference. Karmel-Maclachlan also has
    "interaction". "H" at both times and its difference stand beside. With draws, each also as "M
    corrected" and "H corrected": minus its bootstrap bias.

    Formula: Shapley (Owen value): structural is the mean of what changes when only the structure is
    exchanged, at the margins of the first and of the second time; what is left is divided over group
    and unit margins in the same way, over the four combinations of the other margin and the
    structure. Every table with margins of one and structure of the other time is fitted by
    iterative proportional fitting (IPF). Karmel-Maclachlan: only the first table is fitted, to the
    margins of the second. IPF runs until all margins, as shares, are within 1e-12; empty cells start
    at 1e-10 persons. Corrected: 2 X - mean(X*), with X* on multinomial draws of the persons of each
    time apart, units and groups that come and go being those of the tables as given. Their IPF stops at
    3e-5 or after 1,000 rounds: in six regions (3 to 71 units) that moved no number by more than
    0.0001, beside intervals of 0.004 to 0.08 wide, at a third of the time or less.

    Interval: of the corrected ones: 2.5% and 97.5% quantile (type 7) of 2 X - X* (basic bootstrap over
    persons). Others none: they describe the persons at hand at both times.

    Source: Karmel and Maclachlan (1988), Economic Record 64, 187-195; Deutsch, Flueckiger and Silber
    (2009); Elbers (2021), Sociological Methods and Research 52; equals `mutual_difference` of R
    segregation when its precision is set to 1e-12 too (its default of 1e-3 leaves margins off).

    Args:
        time: column with the time.
        first, second: the two times.
        method: ``"shapley"`` or ``"karmel_maclachlan"``.
        draws: number of bootstrap samples; 0 for none.
        seed: of the draws.
    """
    if method not in METHODS:
        raise ValueError(f"there is no method '{method}'; there are {list(METHODS)}")
    try:
        whole = _both(data, group, unit, weight, time, first, second)
        shared = _positions(*whole)
        found = _values(method, shared, [item.counts[None] for item in whole], exact=True)
        drawn = None
        if asked_for(draws, seed):
            rng = np.random.default_rng(seed)
            again = [samples(item.counts, draws, rng) for item in whole]
            drawn = _values(method, shared, again, exact=False)
    except NotComputable as stop:
        none = Estimate.not_computable(name, stop.reason, unit=Unit.INDEX, method=METHODS[method])
        return Result(name, (none,))
    dropped = tuple(map(sum, zip(*(item.dropped for item in whole), strict=True)))
    rows = _rows(name, METHODS[method], whole, found, drawn)
    return Result(name, tuple(rows), dropped=dropped)


def _both(
    data: pd.DataFrame, group: str, unit: str, weight: str | None, time: str, first: object, second: object
) -> tuple[Table, Table]:
    frames.complete(data, [group, unit, weight, time])
    frames.different(first, second)
    frames.can_hold(data[time], first, second)
    one, two = (comparable(data[data[time] == when], group, unit, weight) for when in (first, second))
    return one, two


def _positions(first: Table, second: Table) -> tuple[tuple[Counts, Counts], tuple[Counts, Counts]]:
    """Rows and columns, in each table, of the units and groups that both have.

    Raises:
        NotComputable: they share less than two units or groups.
    """
    units = [label for label in first.units if label in set(second.units)]
    groups = [label for label in first.groups if label in set(second.groups)]
    if len(units) < 2 or len(groups) < 2:
        raise NotComputable(Reason.NOTHING_SHARED)
    one, two = (
        np.ix_([item.units.index(u) for u in units], [item.groups.index(g) for g in groups])
        for item in (first, second)
    )
    return one, two


def _values(
    method: str, shared: tuple[tuple, tuple], counts: Sequence[Counts], *, exact: bool
) -> dict[tuple[str, str], Counts]:
    """Every number of the change, by index and group, each of shape (tables,)."""
    found = {}
    for index, formula in (("M", formulas.mutual_information), ("H", formulas.theil)):
        first, second = (formula(item) for item in counts)
        found |= {(index, "first"): first, (index, "second"): second, (index, "difference"): second - first}
    one, two = (item[:, rows, columns] for item, (rows, columns) in zip(counts, shared, strict=True))
    both = _Shared((found["M", "first"], found["M", "second"]), one, two, exact)
    parts = both.shapley() if method == "shapley" else both.forward()
    return found | {("M", label): value for label, value in parts.items()}


def _rows(
    name: str,
    method: Method,
    whole: tuple[Table, Table],
    found: dict[tuple[str, str], Counts],
    drawn: dict[tuple[str, str], Counts] | None,
) -> Iterator[Estimate]:
    known = {"first": whole[0].n, "second": whole[1].n}
    own_method = {"M": Method.MUTUAL_INFORMATION, "H": Method.THEIL}
    for (index, label), value in found.items():
        how = own_method[index] if label in ("first", "second", "difference") else method
        n = known.get(label, min(known.values()))
        shown = name if index == "M" else index
        own = Estimate(shown, label, float(value[0]), Unit.INDEX, n=n, method=how)
        yield own
        if drawn is not None:
            yield corrected(own, drawn[index, label], name=f"{shown} corrected")


@dataclass(frozen=True)
class _Shared:
    """M of both whole tables, and the part of each table that both times have; all of them stacks.

    Attributes:
        outer: M of the first and second whole tables.
        one, two: counts of shared units by shared groups, shape (tables, units, groups).
        exact: how precisely tables are fitted.
    """

    outer: tuple[Counts, Counts]
    one: Counts
    two: Counts
    exact: bool

    def _moves(self) -> dict[str, Counts]:
        """What units and groups that are there at one time only bring about."""
        return {
            "additions": self.outer[1] - formulas.mutual_information(self.two),
            "removals": formulas.mutual_information(self.one) - self.outer[0],
        }

    def _filled(self) -> tuple[Counts, Counts]:
        smallest = min(self.one[self.one > 0].min(), self.two[self.two > 0].min())
        fill = NEARLY_NONE if smallest >= NEARLY_NONE else smallest / 1000
        one, two = (np.where(item > 0, item, fill) for item in (self.one, self.two))
        return tuple(item / item.sum(axis=(1, 2), keepdims=True) for item in (one, two))

    def shapley(self) -> dict[str, Counts]:
        """The parts, symmetric in the two times."""
        tables = self._filled()
        m = {(g, u, s): np.zeros(0) for g in (0, 1) for u in (0, 1) for s in (0, 1)}
        for g, u, s in m:
            own = g == u == s
            asked = tables[u].sum(axis=2), tables[g].sum(axis=1)
            fitted = (self.one, self.two)[s] if own else fit(tables[s], *asked, self.exact)
            m[g, u, s] = formulas.mutual_information(fitted)
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

    def forward(self) -> dict[str, Counts]:
        """The parts when the first table is given the margins of the second."""
        one, two = self._filled()
        (u_one, u_two), (g_one, g_two) = ([item.sum(axis=a) for item in (one, two)] for a in (2, 1))
        start = formulas.mutual_information(self.one)
        both = formulas.mutual_information(fit(one, u_two, g_two, self.exact))
        by_group = formulas.mutual_information(one * (g_two / g_one)[:, None, :]) - start
        by_unit = formulas.mutual_information(one * (u_two / u_one)[..., None]) - start
        return {
            **self._moves(),
            "group marginal": by_group,
            "unit marginal": by_unit,
            "interaction": both - start - by_group - by_unit,
            "structural": formulas.mutual_information(self.two) - both,
        }


def fit(table: Counts, rows: Counts, columns: Counts, exact: bool = True) -> Counts:
    """Tables with the odds ratios of ``table`` and the margins ``rows`` and ``columns`` (IPF).

    Args:
        table: shape (tables, units, groups).
        rows, columns: shape (tables, units) and (tables, groups).
        exact: to :data:`PRECISION`; else :data:`DRAWN_PRECISION`, or as far as :data:`DRAWN_ROUNDS` get.

    Raises:
        NotComputable: exact, and a margin is further off after :data:`MOST_ROUNDS` rounds.
    """
    precision, rounds = (PRECISION, MOST_ROUNDS) if exact else (DRAWN_PRECISION, DRAWN_ROUNDS)
    done, left = np.empty_like(table), np.arange(len(table))
    for _ in range(rounds):
        table = table * (rows / table.sum(axis=2))[..., None]
        table = table * (columns / table.sum(axis=1))[:, None]
        off = np.abs(table.sum(axis=2) - rows).max(axis=1) > precision
        if not off.all():
            done[left[~off]] = table[~off]
            table, rows, columns, left = table[off], rows[off], columns[off], left[off]
        if not len(left):
            return done
    if exact:
        raise NotComputable(Reason.IPF_STOPPED)
    done[left] = table
    return done
