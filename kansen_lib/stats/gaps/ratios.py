"""Gaps as ratios: of two shares and of their odds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import optimize, stats

from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def risk_ratio(
    count: Sequence[int], n: Sequence[int], *, name: str = "risk ratio", group: str = ""
) -> Estimate:
    """Ratio of two independent shares, second to first; with an empty group or a count of 0 a reason.

    The p-value is that of the score test (Pearson's chi-squared) of the null that the ratio is 1.

    Args:
        count: persons with the property in the first and the second group.
        n: persons in the first and the second group.
        name: name of the estimate.
        group: label of the contrast.

    Estimand: the share of the second population divided by that of the first.

    Formula: (count2 / n2) / (count1 / n1).

    Interval: Koopman's score interval: the ratios that the score test does not reject.

    Source: Koopman (1984), Biometrics 40, 513-517; Fagerland, Lydersen and Laake (2015); equals
    statsmodels ``confint_proportions_2indep(compare="ratio", method="score", correction=False)``.
    """
    facts = {"group": group, "unit": Unit.RATIO, "n": int(sum(n)), "method": Method.RISK_RATIO}
    check(count, n)
    if min(n) == 0:
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts)
    if min(count) == 0:
        return Estimate.not_computable(name, Reason.ZERO_CELL, **facts)
    value = count[1] / n[1] / (count[0] / n[0])
    lower, upper = (_koopman(count, n, value, step) for step in (-1.0, 1.0))
    return Estimate(
        name,
        value=float(value),
        lower=lower,
        upper=upper,
        interval=Interval.KOOPMAN,
        smallest=smallest(count, n),
        p_value=float(2 * stats.norm.sf(score(count, n, 1.0))),
        **facts,
    )


def odds_ratio(
    count: Sequence[int], n: Sequence[int], *, name: str = "odds ratio", group: str = ""
) -> Estimate:
    """Ratio of the odds of two independent groups, second to first; with an empty cell a reason.

    The p-value is Wald's, of the null that the ratio is 1.

    Args:
        count: persons with the property in the first and the second group.
        n: persons in the first and the second group.
        name: name of the estimate.
        group: label of the contrast.

    Estimand: the odds of the second population divided by those of the first; not a ratio of shares.

    Formula: (a2 / b2) / (a1 / b1) with a persons with and b persons without the property.

    Interval: Woolf's: normal on the log, standard error sqrt(1/a1 + 1/b1 + 1/a2 + 1/b2).

    Source: Woolf (1955); Agresti (2013), section 3.1.1; equals R ``epitools::oddsratio.wald``.
    """
    facts = {"group": group, "unit": Unit.RATIO, "n": int(sum(n)), "method": Method.ODDS_RATIO}
    check(count, n)
    if min(n) == 0:
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts)
    if smallest(count, n) == 0:
        return Estimate.not_computable(name, Reason.ZERO_CELL, **facts)
    cells = np.array([count[1], n[0] - count[0], n[1] - count[1], count[0]], float)
    log, error = float(np.log(cells) @ [1, 1, -1, -1]), float(np.sqrt((1 / cells).sum()))
    half = quantile() * error
    return Estimate(
        name,
        value=float(np.exp(log)),
        lower=float(np.exp(log - half)),
        upper=float(np.exp(log + half)),
        interval=Interval.WOOLF,
        smallest=smallest(count, n),
        p_value=float(2 * stats.norm.sf(abs(log) / error)),
        **facts,
    )


def check(count: Sequence[int], n: Sequence[int]) -> None:
    """Refuse anything but two counts, each of a number of persons."""
    if len(count) != 2 or len(n) != 2 or not all(0 <= k <= m for k, m in zip(count, n, strict=True)):
        raise ValueError(f"two groups need 0 <= count <= n each; got counts {count} of {n}")


def smallest(count: Sequence[int], n: Sequence[int]) -> int:
    """The smallest cell: level and gap together give a cell back."""
    return int(min(min(k, m - k) for k, m in zip(count, n, strict=True)))


def score(count: Sequence[int], n: Sequence[int], ratio: float) -> float:
    """Absolute score statistic of the null that the ratio of the shares is ``ratio``."""
    (x1, x2), (n1, n2) = count, n
    # share of the first group under the null: the smaller root of its likelihood equation
    a, b, c = (n1 + n2) * ratio, ratio * (x1 + n2) + x2 + n1, x1 + x2
    first = 2 * c / (b + np.sqrt(max(b * b - 4 * a * c, 0.0)))
    second = ratio * first
    variance = second * (1 - second) / n2 + ratio**2 * first * (1 - first) / n1
    distance = abs(x2 / n2 - ratio * x1 / n1)
    if variance <= 0:
        return 0.0 if distance == 0 else float("inf")
    return float(distance / np.sqrt(variance))


def _koopman(count: Sequence[int], n: Sequence[int], value: float, step: float) -> float:
    """The ratio on one side of ``value`` at which the score test just rejects."""
    start, far = np.log(value), np.log(value) + step
    while score(count, n, np.exp(far)) < quantile():
        far += step

    def excess(log: float) -> float:
        return min(score(count, n, np.exp(log)), 1e6) - quantile()

    return float(np.exp(optimize.brentq(excess, start, far, xtol=1e-14, rtol=1e-14)))
