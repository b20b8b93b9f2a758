"""The effect in one group and two periods, with its influence function: regression, weighting, both.

Every estimator here is a signed sum of weighted means, of outcomes or of predictions; a weight may
rest on an estimated propensity, a prediction on an estimated regression. The influence function of
the whole follows from these parts alone (Sant'Anna and Zhao, 2020, theorem A.1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from kansen_lib.stats.linear import RANK_TOLERANCE
from kansen_lib.stats.matching.propensity import logit
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason

Matrix = NDArray[np.float64]

#: A chance of treatment from here on leaves no persons to compare with.
HIGHEST_PROPENSITY = 0.999

#: Untreated persons with a chance of treatment from here on are left out, as in DRDID.
TRIM = 0.995


@dataclass(frozen=True)
class Fitted:
    """An estimated regression or propensity.

    Attributes:
        value: prediction for each person, shape (n,).
        influence: influence function of its coefficients, shape (n, k).
    """

    value: Matrix
    influence: Matrix


@dataclass(frozen=True)
class Mean:
    """A weighted mean that enters an effect.

    Attributes:
        sign: +1 or -1.
        weight: shape (n,).
        value: shape (n,).
        fits: the regressions that ``value`` contains, each with the sign that it has in it.
        odds: whether ``weight`` holds the odds of the propensity.
    """

    sign: int
    weight: Matrix
    value: Matrix
    fits: list[tuple[int, Fitted]] = field(default_factory=list)
    odds: bool = False


def _combined(means: list[Mean], x: Matrix, propensity: Fitted | None = None) -> tuple[float, Matrix]:
    total, influence = 0.0, np.zeros(len(x))
    for part in means:
        size = part.weight.mean()
        if not size > 0:
            raise NotComputable(Reason.EMPTY_GROUP)
        mean = float((part.weight * part.value).mean() / size)
        own = part.weight * (part.value - mean)
        for sign, fit in part.fits:
            own = own + sign * fit.influence @ (part.weight[:, None] * x).mean(axis=0)
        if part.odds and propensity is not None:
            slope = (part.weight * (part.value - mean))[:, None] * x
            own = own + propensity.influence @ slope.mean(axis=0)
        total += part.sign * mean
        influence += part.sign * own / size
    return total, influence


def inverse(moment: Matrix) -> Matrix:
    """Inverse of a matrix of cross-products, found on standardised columns.

    Raises:
        NotComputable: columns that depend on each other.
    """
    scale = np.sqrt(np.diag(moment))
    if not np.all(scale > 0) or not np.all(np.isfinite(moment)):
        raise NotComputable(Reason.NOT_IDENTIFIED)
    unit = moment / np.outer(scale, scale)
    values = np.linalg.eigvalsh(unit)
    if values[0] < RANK_TOLERANCE * values[-1]:
        raise NotComputable(Reason.NOT_IDENTIFIED)
    return np.linalg.inv(unit) / np.outer(scale, scale)


def _regression(outcome: Matrix, x: Matrix, rows: Matrix) -> Fitted:
    """Least squares among ``rows`` (0 or 1), with a prediction for everyone."""
    if rows.sum() < x.shape[1]:
        raise NotComputable(Reason.TOO_FEW)
    bread = inverse((x * rows[:, None]).T @ x / len(x))
    value = x @ (bread @ (x.T @ (rows * outcome) / len(x)))
    return Fitted(value, (x * (rows * (outcome - value))[:, None]) @ bread)


def _propensity(treated: Matrix, x: Matrix) -> Fitted:
    """Logit of treatment; the influence is that of its coefficients."""
    params, covariance = logit(x, treated)
    chance, bread = expit(x @ params), covariance * len(x)
    if chance.max() >= HIGHEST_PROPENSITY:
        raise NotComputable(Reason.NO_OVERLAP)
    return Fitted(chance, (x * (treated - chance)[:, None]) @ bread)


def _odds(treated: Matrix, x: Matrix) -> tuple[Matrix, Fitted]:
    """Weights that give the untreated the covariates of the treated."""
    fit = _propensity(treated, x)
    kept = (1 - treated) * (fit.value < TRIM)
    return kept * fit.value / (1 - fit.value), fit


def panel_regression(change: Matrix, treated: Matrix, x: Matrix) -> tuple[float, Matrix]:
    """Outcome regression on the change of each unit."""
    fit = _regression(change, x, 1 - treated)
    return _combined([Mean(1, treated, change - fit.value, [(-1, fit)])], x)


def panel_weighting(change: Matrix, treated: Matrix, x: Matrix) -> tuple[float, Matrix]:
    """Inverse probability weighting with normalised weights."""
    odds, fit = _odds(treated, x)
    return _combined([Mean(1, treated, change), Mean(-1, odds, change, odds=True)], x, fit)


def panel_robust(change: Matrix, treated: Matrix, x: Matrix) -> tuple[float, Matrix]:
    """Doubly robust: right when the regression or the propensity is."""
    odds, fit = _odds(treated, x)
    line = _regression(change, x, 1 - treated)
    rest = change - line.value
    means = [Mean(1, treated, rest, [(-1, line)]), Mean(-1, odds, rest, [(-1, line)], odds=True)]
    return _combined(means, x, fit)


def sections_regression(outcome: Matrix, after: Matrix, treated: Matrix, x: Matrix) -> tuple[float, Matrix]:
    """Outcome regression in each period."""
    late, early = (_regression(outcome, x, (1 - treated) * part) for part in (after, 1 - after))
    means = [
        Mean(1, treated * after, outcome),
        Mean(-1, treated * (1 - after), outcome),
        Mean(-1, treated, late.value - early.value, [(1, late), (-1, early)]),
    ]
    return _combined(means, x)


def sections_weighting(outcome: Matrix, after: Matrix, treated: Matrix, x: Matrix) -> tuple[float, Matrix]:
    """Inverse probability weighting with normalised weights; one propensity for both periods."""
    odds, fit = _odds(treated, x)
    means = [
        Mean(sign, weight * part, outcome, odds=odd)
        for weight, side, odd in ((treated, 1, False), (odds, -1, True))
        for part, sign in ((after, side), (1 - after, -side))
    ]
    return _combined(means, x, fit)


def sections_robust(outcome: Matrix, after: Matrix, treated: Matrix, x: Matrix) -> tuple[float, Matrix]:
    """Doubly robust and locally efficient (Sant'Anna and Zhao, 2020, equation 3.4)."""
    odds, fit = _odds(treated, x)
    means: list[Mean] = []
    for part, sign in ((after, 1), (1 - after, -1)):
        untreated = _regression(outcome, x, (1 - treated) * part)
        own = _regression(outcome, x, treated * part)
        rest, gain = outcome - untreated.value, own.value - untreated.value
        both = [(1, own), (-1, untreated)]
        means += [
            Mean(sign, treated * part, rest, [(-1, untreated)]),
            Mean(-sign, odds * part, rest, [(-1, untreated)], odds=True),
            Mean(sign, treated, gain, both),
            Mean(-sign, treated * part, gain, both),
        ]
    return _combined(means, x, fit)


Estimator = Callable[..., tuple[float, Matrix]]

#: By name of the estimator: on changes of units, and on repeated cross-sections.
ESTIMATORS: dict[str, tuple[Estimator, Estimator]] = {
    "dr": (panel_robust, sections_robust),
    "reg": (panel_regression, sections_regression),
    "ipw": (panel_weighting, sections_weighting),
}
