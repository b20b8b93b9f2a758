"""What an index can be when some counts are only known to lie between two numbers (masked counts)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.result import Estimate, NotComputable
from kansen_lib.stats.segregation import formulas
from kansen_lib.stats.segregation.indices import bound, index_of
from kansen_lib.stats.segregation.tables import Counts, Table, asked, whole
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Cells of all completions together up to which every completion is tried.
MOST_CELLS = 4_000_000
#: Parts of the range of a total that outer bounds are taken over: more is tighter and slower.
SLICES = 24
#: Ways to fill the cells of one unit that are tried.
MOST_WAYS = 2_500


def bounds(
    data: pd.DataFrame,
    group: str,
    unit: str,
    lower: str,
    upper: str,
    *,
    index: str,
    of: object = None,
    to: object = None,
    name: str | None = None,
) -> Estimate:
    """The smallest and largest value of an index when counts lie within [lower, upper].

    Estimand: the index on the true counts, of which only bounds are known: it lies between the lower
    and upper end for every way to fill in the cells. The value is the middle of the two.

    Formula: the ends are exact ("every completion") while all completions can be tried, and always for
    isolation and exposure of one group (fractional programming over units). Beyond that they are
    outer bounds for dissimilarity, theil and mutual_information of two groups: per slice of the
    possible totals, units are bounded apart from each other. Other indices: a reason.

    Interval: all values that the masked counts allow (outer bounds: and perhaps some more); it says
    nothing of chance.

    Source: Manski (2003), Partial Identification of Probability Distributions, ch. 1; Dinkelbach
    (1967), Management Science 13, for the ratios; exact ends equal enumeration with PySAL segregation.

    Args:
        lower, upper: columns with the smallest and largest possible count of each cell.
        index: name of the function of the index.
        of: group of isolation, exposure or Atkinson.
        to: other group of exposure.
        name: name of the estimate; by default the letter of the index.
    """
    if index not in formulas.INDICES:
        raise ValueError(f"there is no index '{index}'; there are {list(formulas.INDICES)}")
    known = formulas.INDICES[index]
    name = name or known.symbol
    try:
        low, high, found = _ends(data, group, unit, lower, upper)
        asked(data, group, of, to)
        formula = bound(index, found, of=of, to=to)
        if (low == high).all():
            return Estimate(name, value=index_of(low, formula), method=known.method, **found.facts)
        columns = [found.column(label, "of") for label in (of, to) if label is not None]
        smallest, largest, method = _range(index, formula, low, high, columns)
    except NotComputable as stop:
        return Estimate.not_computable(name, stop.reason, unit=Unit.INDEX, method=known.method)
    facts = {**found.facts, "n": round(low.sum()), "smallest": round(low.sum(axis=0).min())}
    middle = (smallest + largest) / 2
    return Estimate(
        name, "", middle, lower=smallest, upper=largest, interval=Interval.COMPLETIONS, method=method, **facts
    )


def _ends(data: pd.DataFrame, group: str, unit: str, lower: str, upper: str) -> tuple[Counts, Counts, Table]:
    """Smallest and largest counts, shape (units, groups), and the table of the largest."""
    known, dropped = frames.complete(data, [group, unit, lower, upper])
    if (known[lower] > known[upper]).any():
        raise ValueError(f"'{lower}' is larger than '{upper}' in {(known[lower] > known[upper]).sum()} rows")
    if (known[lower] < 0).any():
        raise NotComputable(Reason.NEGATIVE_COUNT)
    by = [known[unit], known[group]]
    ends = [known[name].astype(float).groupby(by, observed=True).sum() for name in (lower, upper)]
    low, high = (item.unstack(fill_value=0.0) for item in ends)
    low, high = (item.loc[high.sum(axis=1) > 0, high.sum() > 0] for item in (low, high))
    if high.empty:
        raise NotComputable(Reason.NO_PERSONS)
    if high.shape[1] < 2 or len(high) < 2:
        raise NotComputable(Reason.EMPTY_GROUP if high.shape[1] < 2 else Reason.FEW_UNITS)
    found = Table(high.to_numpy(float), tuple(high.index), tuple(high.columns), dropped)
    return whole(low.to_numpy(float)).astype(float), whole(found.counts).astype(float), found


def _range(
    index: str, formula: Callable[[Counts], Counts], low: Counts, high: Counts, columns: list[int]
) -> tuple[float, float, Method]:
    """The ends, and how they were found."""
    if np.log(high - low + 1).sum() + np.log(low.size) <= np.log(MOST_CELLS):
        values = formula(completions(low, high))
        if not np.isfinite(values).all():
            raise NotComputable(Reason.MASKED)
        return float(values.min()), float(values.max()), Method.EVERY_COMPLETION
    if index in ("isolation", "exposure"):
        return *mean_share(low, high, columns), Method.EVERY_COMPLETION
    if index not in OUTER or low.shape[1] > 2:
        raise NotComputable(Reason.TOO_MANY_COMPLETIONS)
    if (low.sum(axis=0) == 0).any():
        raise NotComputable(Reason.MASKED)
    return *OUTER[index](low, high), Method.OUTER_BOUNDS


def completions(low: Counts, high: Counts) -> Counts:
    """Every table between two tables, shape (completions, units, groups)."""
    widths = (high - low).astype(int).ravel() + 1
    steps = np.unravel_index(np.arange(widths.prod()), widths)
    return low + np.stack(steps, axis=1).reshape(-1, *low.shape)


def _ways(low: Counts, high: Counts) -> tuple[Counts, Counts]:
    """Per unit every whole number in each of its k cells, shape (ways, units, k), and which exist."""
    widths = (high - low).astype(int).max(axis=0) + 1
    if widths.prod() > MOST_WAYS:
        raise NotComputable(Reason.TOO_MANY_COMPLETIONS)
    steps = np.stack(np.unravel_index(np.arange(widths.prod()), widths), axis=1)[:, None]
    found = low + steps
    return found, (found <= high).all(axis=2)


def best_ratio(part: Counts, whole: Counts, possible: Counts, sign: int) -> float:
    """Largest (sign 1) or smallest (-1) sum(part) / sum(whole) over one way for each unit (Dinkelbach).

    Args:
        part, whole: shape (ways, units).
        possible: which ways exist, same shape; each unit has one.
        sign: 1 or -1.
    """
    units = np.arange(part.shape[1])
    chosen = possible.argmax(axis=0), units
    ratio = part[chosen].sum() / whole[chosen].sum()
    while True:
        chosen = np.where(possible, sign * (part - ratio * whole), -np.inf).argmax(axis=0), units
        new = part[chosen].sum() / whole[chosen].sum()
        if sign * (new - ratio) <= 1e-14:
            return float(ratio)
        ratio = new


def mean_share(low: Counts, high: Counts, columns: list[int]) -> tuple[float, float]:
    """Exact ends of isolation (one column) or exposure (of, to).

    More of the seen group and fewer of the others raise every unit's term, whatever the number of
    members of the looking group; only that number has to be searched.
    """
    of, to = columns[0], columns[-1]
    if low[:, of].sum() == 0:
        raise NotComputable(Reason.MASKED)
    members, possible = _ways(low[:, [of]], high[:, [of]])
    members = members[..., 0]
    ends = []
    for sign, seen, unseen in ((-1, low, high), (1, high, low)):
        others = unseen.sum(axis=1) - unseen[:, to] - (unseen[:, of] if of != to else 0.0)
        met = members if of == to else np.broadcast_to(seen[:, to], members.shape)
        everyone = members + others + (met if of != to else 0.0)
        ends.append(best_ratio(members * formulas.divide(met, everyone, 0.0), members, possible, sign))
    return ends[0], ends[1]


def _slices(smallest: float, largest: float) -> tuple[Counts, Counts]:
    """Lower and upper ends of the slices of a range."""
    edges = np.linspace(smallest, largest, SLICES + 1 if largest > smallest else 2)
    return edges[:-1], edges[1:]


def outer_dissimilarity(low: Counts, high: Counts) -> tuple[float, float]:
    """Ends of D of two groups that no completion lies beyond.

    In a slice of the totals X and Y, each unit's two shares lie in known intervals; D is the sum of
    the differences that are positive, and also of those that are negative.
    """
    shares = []
    for column in (0, 1):
        fewest, most = low[:, column], high[:, column]
        start, end = (item[:, None] for item in _slices(fewest.sum(), most.sum()))
        shares.append(
            (
                np.maximum(fewest, start - (most.sum() - most)) / end,
                np.minimum(np.minimum(most, end - (fewest.sum() - fewest)) / start, 1.0),
            )
        )
    (x_low, x_high), (y_low, y_high) = (tuple(item[:, None] for item in shares[0]), shares[1])

    def surplus(one: Counts, other: Counts) -> Counts:
        return np.maximum(one - other, 0.0).sum(axis=-1)

    largest = np.minimum(surplus(x_high, y_low), surplus(y_high, x_low)).max()
    smallest = np.maximum(surplus(x_low, y_high), surplus(y_low, x_high)).min()
    return float(smallest), float(min(largest, 1.0))


def _information_slices(low: Counts, high: Counts) -> tuple[Counts, Counts, Counts, Counts]:
    """Ends of M, and of the entropy of the groups, in each slice of the share of the first group.

    M is the smallest mean divergence of the units from any fixed composition, so the middle of a slice
    bounds it from above; with each logarithm at its end of the slice, it is bounded from below.
    """
    fewest, most = low.sum(axis=0), high.sum(axis=0)
    start, end = _slices(fewest[0] / (fewest[0] + most[1]), most[0] / (most[0] + fewest[1]))
    ways, possible = _ways(low, high)
    sizes = ways.sum(axis=2)
    part = formulas.divide(ways, sizes[..., None], 1.0)
    base = (ways * np.log(np.where(part > 0, part, 1.0))).sum(axis=2)
    above, below = [], []
    for first, last in zip(start, end, strict=True):
        middle = (first + last) / 2
        mixed = base - ways @ np.log([middle, 1 - middle])
        above.append(best_ratio(mixed, sizes, possible, 1))
        below.append(best_ratio(base - ways @ np.log([last, 1 - first]), sizes, possible, -1))
    two = np.stack([start, end, np.clip(0.5, start, end)])
    entropies = formulas.entropy(np.stack([two, 1 - two], axis=2))
    return np.maximum(below, 0.0), np.array(above), entropies.min(axis=0), entropies.max(axis=0)


def outer_mutual_information(low: Counts, high: Counts) -> tuple[float, float]:
    """Ends of M of two groups that no completion lies beyond."""
    below, above, _, most = _information_slices(low, high)
    return float(below.min()), float(min(above.min(), most.max()))


def outer_theil(low: Counts, high: Counts) -> tuple[float, float]:
    """Ends of H of two groups that no completion lies beyond."""
    below, above, fewest, most = _information_slices(low, high)
    return float((below / most).min()), float(min((above / fewest).max(), 1.0))


OUTER: dict[str, Callable[[Counts, Counts], tuple[float, float]]] = {
    "dissimilarity": outer_dissimilarity,
    "mutual_information": outer_mutual_information,
    "theil": outer_theil,
}
