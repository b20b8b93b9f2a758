"""Ordinal outcomes: the gap between groups in an ordered level, at an equal score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.inference import sandwich
from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Fewest persons in a group, and fewest clusters, for which the model is tried.
SMALLEST_GROUP = 10
FEWEST_CLUSTERS = 10

#: Newton steps before the search is given up, and when it is done.
MOST_STEPS = 50
STEP_TOLERANCE = 1e-9
WORST_CONDITION = 1e12


def natural_spline(score: NDArray[np.float64], knots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Natural cubic spline basis without intercept, shape (n, len(knots) - 1), linear beyond the ends.

    Source: Hastie, Tibshirani and Friedman (2009), eq. 5.4-5.5.
    """

    def bend(knot: float) -> NDArray[np.float64]:
        last = knots[-1]
        cubes = np.maximum(score - knot, 0) ** 3 - np.maximum(score - last, 0) ** 3
        return cubes / (last - knot)

    columns = [score] + [bend(knot) - bend(knots[-2]) for knot in knots[:-2]]
    return np.column_stack(columns)


@dataclass(frozen=True)
class OrdinalFit:
    """A fitted proportional-odds model.

    Attributes:
        slopes: coefficients of the k regressors, shape (k,).
        cuts: increasing thresholds between the J categories, shape (J - 1,).
        covariance: cluster-robust covariance of (slopes, cuts), shape (k + J - 1, k + J - 1).
    """

    slopes: NDArray[np.float64]
    cuts: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def mean_place(self, regressors: NDArray[np.float64], places: NDArray[np.float64]) -> float:
        """Mean over rows of the expected place, for category places of shape (J,)."""
        return _mean_place(np.concatenate([self.slopes, self.cuts]), regressors, places)


def _split(params: NDArray[np.float64], regressors: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    k = regressors.shape[1]
    return params[:k], params[k:]


def _mean_place(
    params: NDArray[np.float64], regressors: NDArray[np.float64], places: NDArray[np.float64]
) -> float:
    slopes, cuts = _split(params, regressors)
    above = _expit((regressors @ slopes)[:, None] - cuts)  # P(Y above each cut)
    return float(places[0] + (above * np.diff(places)).sum(axis=1).mean())


def _expit(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


def proportional_odds(
    outcome: NDArray[np.int64], regressors: NDArray[np.float64], cluster: NDArray[np.str_]
) -> OrdinalFit | None:
    """Maximum likelihood with cluster-robust covariance (G/(G-1)); None when there is no optimum.

    Fisher scoring with step halving. The log-likelihood is concave, so the optimum is found to
    machine precision, and it is the same on every machine; where groups are perfectly separated
    there is none.

    Args:
        outcome: category numbers 0..J-1, each of which occurs, shape (n,).
        regressors: without intercept, shape (n, k); standardise them for a stable search.
        cluster: cluster labels, shape (n,).

    Source: McCullagh (1980).
    """
    shares = np.cumsum(np.bincount(outcome))[:-1] / len(outcome)
    params = np.concatenate([np.zeros(regressors.shape[1]), np.log(shares / (1 - shares))])
    likelihood = _log_likelihood(params, outcome, regressors)
    for _ in range(MOST_STEPS):
        scores, information = _score_and_information(params, outcome, regressors)
        if np.linalg.cond(information) > WORST_CONDITION:
            return None
        step = np.linalg.solve(information, scores.sum(axis=0))
        if np.abs(step).max() < STEP_TOLERANCE:
            slopes, cuts = _split(params, regressors)
            return OrdinalFit(slopes, cuts, sandwich(np.linalg.inv(information), scores, cluster))
        params, likelihood = _uphill(params, step, likelihood, outcome, regressors)
    return None


def _uphill(
    params: NDArray[np.float64],
    step: NDArray[np.float64],
    likelihood: float,
    outcome: NDArray[np.int64],
    regressors: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float]:
    """The step, halved until the log-likelihood does not fall and the thresholds keep their order."""
    for _ in range(30):
        moved = params + step
        found = _log_likelihood(moved, outcome, regressors)
        if found >= likelihood - 1e-9 * abs(likelihood):
            return moved, found
        step = step / 2
    return params, likelihood


def _log_likelihood(
    params: NDArray[np.float64], outcome: NDArray[np.int64], regressors: NDArray[np.float64]
) -> float:
    """Log-likelihood; minus infinity where thresholds are out of order."""
    slopes, cuts = _split(params, regressors)
    if np.any(np.diff(cuts) <= 0):
        return -np.inf
    below = _below(slopes, cuts, regressors)
    rows = np.arange(len(outcome))
    probability = below[rows, outcome + 1] - below[rows, outcome]
    return float(np.log(np.maximum(probability, 1e-300)).sum())


def _below(
    slopes: NDArray[np.float64], cuts: NDArray[np.float64], regressors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P(Y below each category), from 0 for the lowest to 1 beyond the highest, shape (n, J + 1)."""
    n = len(regressors)
    return np.column_stack([np.zeros(n), _expit(cuts - (regressors @ slopes)[:, None]), np.ones(n)])


def _score_and_information(
    params: NDArray[np.float64], outcome: NDArray[np.int64], regressors: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Score contributions, shape (n, p), and the expected information, shape (p, p)."""
    slopes, cuts = _split(params, regressors)
    n, categories = len(outcome), len(cuts) + 1
    below = _below(slopes, cuts, regressors)
    density = below * (1 - below)
    probability = np.maximum(np.diff(below, axis=1), 1e-300)
    gradient = np.zeros((n, categories, len(params)))  # of each category's probability
    for j in range(categories):
        gradient[:, j, : len(slopes)] = (density[:, j] - density[:, j + 1])[:, None] * regressors
        if j < categories - 1:
            gradient[:, j, len(slopes) + j] += density[:, j + 1]
        if j > 0:
            gradient[:, j, len(slopes) + j - 1] -= density[:, j]
    rows = np.arange(n)
    scores = gradient[rows, outcome] / probability[rows, outcome][:, None]
    information = np.einsum("ijp,ijq,ij->pq", gradient, gradient, 1 / probability)
    return scores, information


def gap_at_equal_score(
    data: pd.DataFrame,
    *,
    place: str,
    score: str,
    group: str,
    cluster: str,
    low: str,
    high: str,
    name: str = "gap at equal score",
) -> Estimate:
    """How many steps higher ``high`` is placed than ``low`` at an equal score.

    The average marginal effect of the whole factor: every person's expected place as if of group
    ``high``, minus the same as if of group ``low``, averaged over the persons; interval by the delta
    method with cluster-robust covariance.

    Args:
        data: one row a person; rows with a missing value in a used column take no part.
        place: column with the place of the outcome, in steps.
        score: column with the score to hold equal.
        group: column with the group; all its groups are in the model.
        cluster: column with the cluster (the basisschool).
        low, high: the two groups to compare.
        name: name of the estimate.

    Returns:
        The gap in steps, or the reason why there is none.
    """
    known = data.dropna(subset=[place, score, group, cluster])
    sizes = known[group].value_counts()
    smallest = int(min(sizes.get(low, 0), sizes.get(high, 0)))
    facts = {
        "group": f"{high} minus {low}",
        "unit": Unit.STEPS,
        "n": len(known),
        "method": Method.ORDINAL_LOGIT,
    }
    if smallest < SMALLEST_GROUP or known[cluster].nunique() < FEWEST_CLUSTERS:
        return Estimate.not_computable(name, Reason.TOO_FEW, **facts)
    if known[place].nunique() < 2 or known[score].nunique() < 5:
        return Estimate.not_computable(name, Reason.LITTLE_SPREAD, **facts)
    design, places, outcome = _design(known, place, score, group)
    fit = proportional_odds(outcome, design.to_numpy(), known[cluster].to_numpy())
    if fit is None:
        return Estimate.not_computable(name, Reason.NO_OPTIMUM, **facts)
    value, error = _contrast(fit, design, places, low, high)
    half = quantile() * error
    return Estimate(
        name,
        value=value,
        lower=value - half,
        upper=value + half,
        interval=Interval.DELTA,
        smallest=smallest,
        **facts,
    )


def _design(
    known: pd.DataFrame, place: str, score: str, group: str
) -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.int64]]:
    """Regressors (spline of the score, a dummy a group but the largest), category places, outcome."""
    standard = ((known[score] - known[score].mean()) / known[score].std()).to_numpy(float)
    knots = np.unique(np.quantile(standard, [0.05, 0.35, 0.65, 0.95]))
    spline = natural_spline(standard, knots)
    design = pd.DataFrame(
        {f"s{i}": column / column.std() for i, column in enumerate(spline.T)}, index=known.index
    )
    base = known[group].value_counts().index[0]
    for label in sorted(set(known[group].unique()) - {base}):
        design[f"g:{label}"] = (known[group] == label).astype(float)
    places, outcome = np.unique(known[place].to_numpy(float), return_inverse=True)
    return design, places, outcome


def _contrast(
    fit: OrdinalFit, design: pd.DataFrame, places: NDArray[np.float64], low: str, high: str
) -> tuple[float, float]:
    """The gap in mean expected place, and its delta-method standard error."""
    params = np.concatenate([fit.slopes, fit.cuts])
    worlds = [_as_if(design, label).to_numpy() for label in (low, high)]

    def gap(at: NDArray[np.float64]) -> float:
        return _mean_place(at, worlds[1], places) - _mean_place(at, worlds[0], places)

    step = 1e-6 * np.maximum(1, np.abs(params))
    gradient = np.array(
        [
            (gap(params + h) - gap(params - h)) / (2 * size)
            for h, size in zip(np.diag(step), step, strict=True)
        ]
    )
    return gap(params), float(np.sqrt(gradient @ fit.covariance @ gradient))


def _as_if(design: pd.DataFrame, label: str) -> pd.DataFrame:
    """The same persons, all in group ``label``: every dummy of the factor set together."""
    dummies = [name for name in design.columns if name.startswith("g:")]
    return design.assign(**{name: float(name == f"g:{label}") for name in dummies})
