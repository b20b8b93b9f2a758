"""How many levels a vestiging has, as if all were equally large; counted alike for one and for all of them.

From open counts: pupils from leerjaar 3 on, or candidates for the exam where only those go back in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row, corrected
from kansen_lib.benchmark.regio import latest, masked, over_years
from kansen_lib.stats import gaps, segregation
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Interval, Unit

#: The number itself, and its unit.
NAME, LEVELS = "breedte", "levels"
#: Under which all vestigingen of the store are kept.
EVERYBODY, HOW_MANY = "alle vestigingen", "aantal vestigingen"
#: Fewer pupils say little of what a vestiging offers.
FEWEST_PUPILS = 10
#: From this share of one level (or direction) on a vestiging counts as one of that level alone: a few pupils
#: of another one, as DUO counts them, make no broad school.
ALMOST_ALL = 0.95
#: Shares of pupils on vestigingen with one level, and with one direction, and the column that says which.
ALONE = {"school met één niveau": "niveau", "school met één richting": "richting"}


def rows(network: Network) -> Iterator[Row]:
    """Breadth of the vestigingen of the store now, and by year how many pupils sit on one with one level."""
    counts = areas.levels(network.store)
    if not several_schools(counts):
        return
    found = of_vestigingen(latest(counts))
    if len(found):
        yield "", middle_half(found, EVERYBODY), None
        yield "", Estimate(HOW_MANY, value=float(len(found)), unit=Unit.COUNT), None
    known, source = over_years(network.store)
    for item in alone_by_year(known):
        yield source, item, None


def breadth(counts: pd.Series, label: str) -> Estimate:
    """The effective number of levels, corrected for few pupils."""
    item = corrected(segregation.breadth(counts, name=NAME))
    facts = {name: getattr(item, name) for name in ("value", "lower", "upper", "interval", "n", "method")}
    return Estimate(NAME, label, unit=LEVELS, reason=item.reason, **facts)


def of_vestigingen(now: pd.DataFrame) -> pd.Series:
    """The breadth of each vestiging with enough pupils, in one school year."""
    sizes = now.groupby("vestiging")["aantal"].sum()
    enough = now[now["vestiging"].isin(sizes.index[sizes >= FEWEST_PUPILS])]
    counts = enough.groupby(["vestiging", "niveau"])["aantal"].sum()
    values = {str(code): breadth(part, "").value for code, part in counts.groupby("vestiging")}
    return pd.Series(values, dtype=float)


def middle_half(values: pd.Series, label: str) -> Estimate:
    """Median and quartiles over vestigingen: none of them is named."""
    low, mid, high = (float(part) for part in np.quantile(values, [0.25, 0.5, 0.75]))
    return Estimate(NAME, label, mid, LEVELS, low, high, Interval.MIDDLE_HALF, method="mediaan")


# --- over the years ------------------------------------------------------------------------------------


def breadth_in_year(part: pd.DataFrame, label: str) -> Estimate:
    """The breadth in one school year, corrected; with masked counts the middle of what they leave possible.

    Then the interval runs from the lowest to the highest of those, and further by what chance adds.
    """
    counts = part.groupby("niveau")[["lower", "upper", "aantal"]].sum()
    found = breadth(counts["aantal"], label)
    if not masked(part) or found.value is None:
        return found
    low, high = bounds(counts["lower"].to_numpy(float), counts["upper"].to_numpy(float))
    counted = segregation.breadth(counts["aantal"])["breadth"].value
    bias = found.value / counted  # type: ignore[operator]
    below, above = (
        (1.0, 1.0) if found.lower is None else (found.lower / found.value, found.upper / found.value)
    )
    ends = {"lower": max(low * bias * below, 1.0), "upper": high * bias * above}
    n = int(counts["lower"].sum())
    return replace(found, value=(low + high) / 2 * bias, **ends, interval=Interval.DELTA_MASKED, n=n)


def bounds(lower: np.ndarray, upper: np.ndarray) -> tuple[float, float]:
    """Smallest and largest effective number of levels when each count lies between two numbers.

    The entropy of shares is quasi-concave in the counts: it is smallest in a corner, and largest where the
    counts are as equal as their ends allow, all cut off at one height.
    """
    corners = np.array(list(product(*zip(lower, upper, strict=True))))
    heights = np.unique(np.concatenate([lower, upper, np.linspace(lower.min(), upper.max(), 201)]))
    level = np.clip(heights[:, None], lower, upper)
    return float(_effective(corners).min()), float(_effective(level).max())


def _effective(counts: np.ndarray) -> np.ndarray:
    """Effective number of each row of counts; rows without persons take no part."""
    counts = counts[counts.sum(axis=1) > 0]
    shares = counts / counts.sum(axis=1, keepdims=True)
    return np.exp(-(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1))


def alone_by_year(known: pd.DataFrame) -> list[Estimate]:
    """By school year the share of pupils on a vestiging with one level, and with one direction."""
    return [
        _alone(part, name, column, str(year))
        for name, column in ALONE.items()
        for year, part in known.groupby("schooljaar")
    ]


def _alone(part: pd.DataFrame, name: str, column: str, year: str) -> Estimate:
    cells = part.groupby(["vestiging", column])["aantal"].sum()
    largest = cells.groupby("vestiging").max() / cells.groupby("vestiging").sum()
    alone = part["vestiging"].isin(largest.index[largest >= ALMOST_ALL])
    count, rest = (
        indicators.bounds(rows[["lower", "upper"]].sum().rename(_ENDS), "aantal")
        for rows in (part[alone], part[~alone])
    )
    return gaps.bounded_share(count, rest, name=name, group=year)


_ENDS = {"lower": "aantal_lower", "upper": "aantal_upper"}
