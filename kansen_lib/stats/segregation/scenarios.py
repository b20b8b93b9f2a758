"""What an index would be if persons were divided otherwise: by lottery, or by exchanging a few of them.

Sums under a stated assumption, no predictions: nobody moves house, changes level or chooses otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.segregation.drawn import divided, middle
from kansen_lib.stats.segregation.formulas import INDICES
from kansen_lib.stats.segregation.indices import bound, index_of
from kansen_lib.stats.segregation.tables import Counts, Table, asked, comparable, table, whole
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def lottery(
    data: pd.DataFrame,
    group: str,
    unit: str,
    weight: str | None = None,
    *,
    index: str,
    within: str | None = None,
    of: object = None,
    to: object = None,
    draws: int = 500,
    seed: int,
    name: str | None = None,
) -> Result:
    """An index now, and when a lottery would divide the same places over the same persons.

    Estimand: three estimates of the same name. Group "": the index now. "by lottery": its mean over
    lotteries. "difference": by lottery minus now. Each unit keeps its number of persons and each group
    its size, within every stratum apart (a stratum is for instance a level: who has it draws a place on it).

    Formula: mean of the index over random tables, each the sum over strata of a table with both
    margins of the stratum fixed (multivariate hypergeometric).

    Interval: the middle 95% of the lotteries; of the difference the same minus the index now. None for now.

    Source: Carrington and Troske (1997), Journal of Business and Economic Statistics 15, 402-409,
    section 2; random tables as `r2dtable` of R (Patefield 1981).

    Args:
        index: name of the function of the index.
        within: column with the stratum; one stratum for all when None.
        of: group of isolation, exposure or Atkinson.
        to: other group of exposure.
        draws: number of lotteries.
        seed: of the draws.
        name: name of the estimates; by default the letter of the index.
    """
    if index not in INDICES:
        raise ValueError(f"there is no index '{index}'; there are {list(INDICES)}")
    frames.enough(draws)
    name, method = name or INDICES[index].symbol, INDICES[index].method
    rows, dropped = frames.complete(data, [group, unit, within, weight])
    try:
        found = comparable(rows, group, unit, weight)
        asked(rows, group, of, to)
        formula = bound(index, found, of=of, to=to)
        own = Estimate(name, value=index_of(found.counts, formula), method=method, **found.facts)
        strata = [(np.arange(len(found.units)), whole(found.counts))]
        if within is not None:
            strata = list(_strata(found, table(rows, group, [within, unit], weight)))
        again = formula(divided(strata, found.counts.shape, draws, np.random.default_rng(seed)))
        return Result(name, (own, *_lottery(own, again)), dropped=dropped)
    except NotComputable as stop:
        return Result(name, (Estimate.not_computable(name, stop.reason, unit=Unit.INDEX, method=method),))


def _strata(found: Table, nested: Table) -> Iterator[tuple[NDArray[np.int64], Counts]]:
    """Of each stratum: which units have persons in it, and its counts."""
    place = {label: i for i, label in enumerate(found.units)}
    labels = [label[0] for label in nested.units]
    for stratum in dict.fromkeys(labels):
        chosen = [i for i, label in enumerate(labels) if label == stratum]
        yield np.array([place[nested.units[i][1]] for i in chosen]), whole(nested.counts[chosen])


def _lottery(own: Estimate, values: Counts) -> Iterator[Estimate]:
    mean, _, low, high = middle(values)
    rows = (("by lottery", 0.0, Method.LOTTERY), ("difference", own.value, Method.LOTTERY_DIFFERENCE))
    for group, less, method in rows:
        ends = {"lower": low - less, "upper": high - less, "interval": Interval.BY_CHANCE}
        yield replace(own, group=group, value=mean - less, method=method, **ends)


def swaps(
    data: pd.DataFrame,
    group: str,
    unit: str,
    weight: str | None = None,
    *,
    target: float,
    name: str = "swaps",
) -> Result:
    """The fewest exchanges of two persons of different groups between units that bring D down to a target.

    Estimand: group "": how many pairs of persons, one of each of two groups, change places, so that every
    unit keeps its size; group "share": both persons of all pairs as a share of everybody. "D" "before"
    and "after". A target that no exchange of whole persons gets to: a reason.

    Formula: D = sum_u |T x_u - t_u X| / (2 X Y). An exchange from a unit with a surplus to one with a
    deficit takes T away from either term, and less once a unit is within one person of its share: the
    largest gains first, in whole numbers. When all t_u X / T are whole, D T P (1 - P) exchanges end at 0.

    Interval: none: it counts the persons at hand.

    Source: Duncan and Duncan (1955); Cortese, Falk and Cohen (1976), American Sociological Review 41,
    630-637 (replacement index); the fewest equals an integer programme.

    Args:
        target: largest D allowed, from 0 to 1.
    """
    if not 0 <= target <= 1:
        raise ValueError(f"target is a value of D, from 0 to 1, not {target}")
    facts = {"unit": Unit.COUNT, "method": Method.SWAPS}
    try:
        found = comparable(data, group, unit, weight)
        before = index_of(found.counts, bound("dissimilarity", found))
        number, after = _fewest(whole(found.counts), target)
    except NotComputable as stop:
        return Result(name, (Estimate.not_computable(name, stop.reason, **facts),))
    own = Estimate(name, value=float(number), **{**found.facts, **facts})
    index = replace(own, name="D", unit=Unit.INDEX, method=Method.DISSIMILARITY)
    rows = (
        own,
        replace(own, group="share", value=2 * number / found.n, unit=Unit.SHARE),
        replace(index, group="before", value=before),
        replace(index, group="after", value=after),
    )
    return Result(name, rows, dropped=found.dropped)


def _gains(off: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """By how much each next person out of units that are ``off`` too many lowers the sum; largest first."""
    rest = off % n
    last = np.sort(2 * rest[rest > 0] - n)[::-1]
    return np.concatenate([np.full((off // n).sum(), n), last])


def _fewest(persons: NDArray[np.int64], target: float) -> tuple[int, float]:
    """The number of exchanges, and D after them.

    Raises:
        NotComputable: no exchange of whole persons gets to the target.
    """
    n, (first, second) = int(persons.sum()), (int(size) for size in persons.sum(axis=0))
    off = persons[:, 0] * n - persons.sum(axis=1) * first
    sides = _gains(off[off > 0], n), _gains(-off[off < 0], n)
    shortest = min(map(len, sides))
    both = sides[0][:shortest] + sides[1][:shortest]
    sums = np.abs(off).sum() - np.concatenate([[0], np.cumsum(both[both > 0])])
    values = sums / (2 * first * second)
    reached = np.flatnonzero(values <= target + 1e-12)
    if not len(reached):
        raise NotComputable(Reason.NO_EXCHANGE)
    return int(reached[0]), float(values[reached[0]])
