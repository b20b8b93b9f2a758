"""What a gain is worth when the gain of who has less weighs more: a choice of values, made explicit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from kansen_lib.stats import frames
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

__all__ = ["turning_point", "weighted_gain"]

Vector = NDArray[np.float64]
Numbers = Mapping[object, float]

#: Weights at which the sign of a difference is looked at, before its root is found between two of them.
STEPS = 1001


def weighted_gain(
    effects: Numbers,
    *,
    shares: Numbers,
    levels: Numbers,
    epsilon: float,
    low: object,
    high: object,
    covariance: ArrayLike | None = None,
    df: float | None = None,
    unit: str = Unit.OUTCOME,
    n: int | None = None,
    smallest: int | None = None,
    name: str = "weighted gain",
) -> Result:
    """Gain of several groups as one number, in which who has less weighs more.

    The weight rests on the ratio of levels, so that the outcome must be on a ratio scale: with a zero that
    means none of it. A test score has none: with 100 points added to every score the weights go to
    equality. On such a scale ``epsilon`` is no more than a dial, and the ratio of weights says where it is.

    Estimand: the gain that, if everybody had it, would raise welfare as much as the gains of the groups do,
    to first order; welfare is the equally-distributed equivalent of Atkinson with aversion ``epsilon``. At 0
    it is the mean gain; the larger, the more it is the gain of the lowest group.

    Formula: sum of w e over the groups, w = share * level^-epsilon over the sum of these; weight of low over
    high = (level of high / level of low)^epsilon.

    Interval: with a covariance 95% t with df degrees of freedom, or normal; shares and levels are taken as
    known. P-value of the null of a weighted gain of zero.

    Source: Atkinson (1970), J. Economic Theory 2, 244-263; weights as in HM Treasury (2022), The Green Book,
    annex 3.

    Args:
        effects: gain of each group, in any unit.
        shares: of each group in those whom it is about; 0 or more.
        levels: of each group without the gain, above 0.
        epsilon: aversion to inequality, 0 or more.
        low, high: groups whose weights are compared.
        covariance: of the effects, shape (k, k), in their order.
        df: degrees of freedom of the covariance; None for a large sample.
        unit: of the effects.
        n, smallest: persons, and those in the smallest group.
        name: name of the result.

    Returns:
        ``"weighted gain"`` and ``"weight of low over high"``.

    Raises:
        ValueError: a group without share or level, a level that is not above 0, or an epsilon below 0.
    """
    if not 0 <= epsilon < np.inf:
        raise ValueError(f"epsilon is {epsilon}; it is 0 or more")
    frames.different(low, high)
    groups = list(effects)
    share, level = _vectors(groups, shares, levels)
    _check_groups({low, high}, groups)
    weights = _weights(share, level, epsilon)
    value = float(weights @ _numbers(effects, groups))
    facts = {"unit": unit, "n": n, "method": Method.WEIGHTED_GAIN}
    if covariance is None:
        gain = Estimate("weighted gain", value=value, smallest=smallest, **facts)
    else:
        spread = np.asarray(covariance, float)
        if spread.shape != (len(groups), len(groups)):
            raise ValueError(f"{len(groups)} effects need a covariance of that size, not {spread.shape}")
        error = float(np.sqrt(max(weights @ spread @ weights, 0.0)))
        kind = Interval.NORMAL if df is None else Interval.T
        rest = {"df": df, "interval": kind, "smallest": smallest}
        gain = Estimate.from_standard_error("weighted gain", value, error, **rest, **facts)
    ratio = float((level[groups.index(high)] / level[groups.index(low)]) ** epsilon)
    weight = Estimate("weight of low over high", value=ratio, unit=Unit.RATIO, method=Method.WEIGHTED_GAIN)
    return Result(name, (gain, weight))


def turning_point(
    first: Numbers,
    second: Numbers,
    *,
    shares: Numbers,
    levels: Numbers,
    highest: float = 10.0,
    name: str = "turning point",
) -> Estimate:
    """The weight of who has less at which of two treatments the other becomes the better one.

    Estimand: the smallest aversion to inequality epsilon from 0 to ``highest`` at which the weighted gains of
    both are equal and change order. As every such weight it asks for levels on a ratio scale.

    Formula: root of the sum over groups of share * level^-epsilon * (first - second). With two groups
    log(-s_l d_l / (s_h d_h)) / log(level_l / level_h), d the difference of the gains of a group.

    Interval: none: gains, shares and levels are taken as known.

    Source: Atkinson (1970), J. Economic Theory 2, 244-263: a ranking holds for all epsilon or turns; weights
    as in ``weighted_gain``.

    Args:
        first, second: gain of each group by either treatment, in one unit; 0 in every group is no treatment.
        shares, levels: of each group, as in :func:`weighted_gain`.
        highest: largest epsilon that is looked at.
        name: name of the estimate.

    Raises:
        ValueError: treatments of other groups, or shares and levels as :func:`weighted_gain` refuses them.
    """
    groups = list(first)
    if set(second) != set(groups):
        raise ValueError(f"both treatments are about the same groups; they have {groups} and {list(second)}")
    share, level = _vectors(groups, shares, levels)
    apart = _numbers(first, groups) - _numbers(second, groups)
    facts = {"unit": Unit.INDEX, "method": Method.TURNING_POINT}

    def difference(epsilon: float) -> float:
        return float(_weights(share, level, epsilon) @ apart)

    steps = np.linspace(0, highest, STEPS)
    signs = np.sign([difference(epsilon) for epsilon in steps])
    there = np.flatnonzero(signs)
    turns = np.flatnonzero(np.diff(signs[there]))
    if not len(turns):
        return Estimate.not_computable(name, Reason.NO_TURN, **facts)
    start, end = steps[there[turns[0]]], steps[there[turns[0] + 1]]
    return Estimate(name, value=float(optimize.brentq(difference, start, end, xtol=1e-12)), **facts)


def _weights(share: Vector, level: Vector, epsilon: float) -> Vector:
    """Weights of the groups, which add up to 1; levels relative to the lowest, so that none overflows."""
    weights = share * (level / level[share > 0].min()) ** -epsilon
    return weights / weights.sum()


def _vectors(groups: Sequence[object], shares: Numbers, levels: Numbers) -> tuple[Vector, Vector]:
    """Share and level of each group, in order."""
    _check_groups(groups, shares)
    _check_groups(groups, levels)
    share, level = _numbers(shares, groups), _numbers(levels, groups)
    if not (share >= 0).all() or not share.sum() > 0:
        raise ValueError(f"shares are 0 or more, and not all 0; they are {dict(shares)}")
    if not ((level > 0) & np.isfinite(level)).all():
        raise ValueError(f"levels lie above 0, on a scale with a true zero; they are {dict(levels)}")
    return share, level


def _check_groups(wanted: Sequence[object] | set[object], known: Sequence[object] | Numbers) -> None:
    if absent := [label for label in wanted if label not in known]:
        raise ValueError(f"there is nothing about the groups {absent}; there is of {list(known)}")


def _numbers(values: Numbers, groups: Sequence[object]) -> Vector:
    return np.array([values[label] for label in groups], float)
