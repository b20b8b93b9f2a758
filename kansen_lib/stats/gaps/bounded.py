"""A gap between two shares of which the counts are known within bounds."""

from __future__ import annotations

from kansen_lib.stats.gaps.differences import share_difference
from kansen_lib.stats.gaps.levels import WIDEST_BOUNDS
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Bounds = tuple[int, int]


def bounded_difference(
    low: tuple[Bounds, Bounds],
    high: tuple[Bounds, Bounds],
    *,
    name: str = "difference of shares",
    group: str = "",
) -> Estimate:
    """Difference of two shares, ``high`` minus ``low``, of which the counts are known within bounds.

    With exact counts it is ``share_difference``; where the possible shares of either group lie more than
    ``WIDEST_BOUNDS`` (0.5) apart there is no value.

    Args:
        low, high: of each group the smallest and largest possible number with the property, and the
            smallest and largest possible number without it.
        name: name of the estimate.
        group: label of the contrast.

    Estimand: the share of the second population minus that of the first, where counts are partly unknown.

    Formula: the middle of the smallest and the largest possible difference of the shares.

    Interval: from the Newcombe bound of the smallest possible difference to that of the largest.

    Source: worst-case bounds of Manski (1995), chapter 2, each end with the interval of Newcombe (1998b).
    """
    if all(fewest == most for fewest, most in (*low, *high)):
        return share_difference(*zip(_smallest(low), _smallest(high), strict=True), name=name, group=group)
    fewest = sum(count[0] + rest[0] for count, rest in (low, high))
    facts = {"group": group, "unit": Unit.POINTS, "n": int(fewest), "method": Method.BOUNDED_DIFFERENCE}
    if any(_width(part) > WIDEST_BOUNDS for part in (low, high)):
        return Estimate.not_computable(name, Reason.MASKED, **facts)
    least = share_difference(*zip(_largest(low), _smallest(high), strict=True))
    most = share_difference(*zip(_smallest(low), _largest(high), strict=True))
    return Estimate(
        name,
        value=(least.value + most.value) / 2,
        lower=least.lower,
        upper=most.upper,
        interval=Interval.NEWCOMBE_MASKED,
        smallest=int(min(ends[0] for part in (low, high) for ends in part)),
        **facts,
    )


def _smallest(part: tuple[Bounds, Bounds]) -> Bounds:
    """Persons with the property and all persons, where the share is as small as it can be."""
    (count, _), (_, rest) = part
    return count, count + rest


def _largest(part: tuple[Bounds, Bounds]) -> Bounds:
    """The same where the share is as large as it can be."""
    (_, count), (rest, _) = part
    return count, count + rest


def _width(part: tuple[Bounds, Bounds]) -> float:
    """How far the possible shares lie apart; everything where there may be nobody."""
    (k0, n0), (k1, n1) = _smallest(part), _largest(part)
    return k1 / n1 - k0 / n0 if n0 and n1 and part[0][0] + part[1][0] else 1.0
