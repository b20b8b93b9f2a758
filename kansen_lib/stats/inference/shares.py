"""Intervals of a share, and the limits within which shares lie by chance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from kansen_lib.stats.result import LEVEL, quantile


def wilson(count: float, n: float) -> tuple[float, float]:
    """Wilson score interval of a share, without continuity correction.

    Estimand: the probability behind a share of independent persons.

    Formula: (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), with p = count/n.

    Interval: 95% Wilson score; exactly 0 or 1 at an end where the count is 0 or n.

    Source: Wilson (1927); Newcombe (1998), method 3; equals prop.test(correct=FALSE) of R.

    Args:
        count: persons with the property, 0 <= count <= n.
        n: persons, at least 1.

    Returns:
        Lower and upper bound, both within [0, 1].

    Raises:
        ValueError: no persons, or a count outside 0..n.
    """
    _check_share(count, n)
    z = quantile()
    share = count / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (0.0 if count == 0 else float(centre - half), 1.0 if count == n else float(centre + half))


def clopper_pearson(count: float, n: float) -> tuple[float, float]:
    """Clopper-Pearson interval of a share: covers at least 95% for every probability.

    Estimand: the probability behind a share of independent persons.

    Formula: quantiles 0.025 of Beta(count, n - count + 1) and 0.975 of Beta(count + 1, n - count).

    Interval: 95% exact binomial (central).

    Source: Clopper and Pearson (1934); Newcombe (1998), method 5; equals binom.test of R.

    Args:
        count: persons with the property, 0 <= count <= n.
        n: persons, at least 1.

    Returns:
        Lower and upper bound, both within [0, 1].

    Raises:
        ValueError: no persons, or a count outside 0..n.
    """
    _check_share(count, n)
    tail = (1 - LEVEL) / 2
    lower = 0.0 if count == 0 else float(stats.beta.ppf(tail, count, n - count + 1))
    upper = 1.0 if count == n else float(stats.beta.ppf(1 - tail, count + 1, n - count))
    return lower, upper


class FunnelLimits(NamedTuple):
    """Limits of a share around a target, from the outermost below to the outermost above.

    Attributes:
        lower_998, upper_998: limits that one in a thousand exceeds on either side.
        lower_95, upper_95: limits that one in forty exceeds on either side.
    """

    lower_998: float
    lower_95: float
    upper_95: float
    upper_998: float


def funnel_limits(target: float, n: int) -> FunnelLimits:
    """Limits within which the share of a unit lies by chance when its probability is the target.

    Estimand: the 0.001, 0.025, 0.975 and 0.999 quantiles of a binomial share, made continuous.

    Formula: (r - a)/n with r the smallest count with P(R <= r) >= p, and
    a = (P(R <= r) - p) / P(R = r); kept within [0, 1].

    Interval: none: these are prediction limits of the share under the target, 95% and 99.8%.

    Source: Spiegelhalter (2005), Appendix A.1.1 (exact binomial limits, interpolated).

    Args:
        target: the probability to compare with, strictly between 0 and 1.
        n: persons of the unit, at least 1.

    Raises:
        ValueError: no persons, or a target that is no probability strictly between 0 and 1.
    """
    if n < 1 or not 0 < target < 1:
        raise ValueError(f"funnel limits need 0 < target < 1 and n >= 1; got target {target}, n {n}")
    p = np.array([0.001, 0.025, 0.975, 0.999])
    count = stats.binom.ppf(p, n, target)
    beyond = (stats.binom.cdf(count, n, target) - p) / stats.binom.pmf(count, n, target)
    return FunnelLimits(*(float(limit) for limit in np.clip((count - beyond) / n, 0, 1)))


def difference_limits(targets: tuple[float, float], n: tuple[int, int]) -> tuple[float, float]:
    """Limits within which a difference of two shares lies by chance when both have their target.

    Estimand: the 0.025 and 0.975 quantiles of the difference of two binomial shares, as a normal.

    Formula: p2 - p1 -+ 1.96 sqrt(p1 (1 - p1) / n1 + p2 (1 - p2) / n2), kept within [-1, 1].

    Interval: none: these are prediction limits of the difference under the targets, 95%.

    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, normal limits of a funnel plot;
    error of a difference of independent shares as in Agresti (2013), section 3.1.1.

    Args:
        targets: the probabilities of the first and the second group.
        n: persons of the first and the second group, at least 1 each.

    Raises:
        ValueError: a group without persons, or a target that is no probability strictly between 0 and 1.
    """
    if min(n) < 1 or not all(0 < target < 1 for target in targets):
        raise ValueError(f"difference limits need 0 < target < 1 and n >= 1 each; got {targets}, n {n}")
    p, size = np.array(targets), np.array(n, float)
    half = quantile() * np.sqrt((p * (1 - p) / size).sum())
    low, high = np.clip(p[1] - p[0] + half * np.array([-1, 1]), -1, 1)
    return float(low), float(high)


def _check_share(count: float, n: float) -> None:
    if n < 1 or not 0 <= count <= n:
        raise ValueError(f"a share needs 0 <= count <= n and n >= 1; got count {count}, n {n}")
