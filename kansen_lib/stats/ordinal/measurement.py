"""Measurement error in a score: errors-in-variables regression and simulation extrapolation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.frames import cluster_sums, codes, complete, design, distinct, is_category, numbers
from kansen_lib.stats.inference.jackknife import delete_one
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason

#: Fewest persons and, for SIMEX, clusters for which anything is tried.
FEWEST_PERSONS, FEWEST_CLUSTERS = 10, 5
RANK_TOLERANCE = 1e-9
#: A column with more labels than this is not held apart from the errors that SIMEX adds.
MOST_LABELS = 10
#: Degree of the polynomial in lambda that SIMEX extrapolates with.
EXTRAPOLATIONS = {"linear": 1, "quadratic": 2, "cubic": 3}


def check_reliability(*reliabilities: float) -> None:
    """Refuses a reliability that is none."""
    if not all(0 < value <= 1 for value in reliabilities):
        raise ValueError(f"a reliability lies above 0 and is at most 1; got {list(reliabilities)}")


def errors_in_variables(
    data: pd.DataFrame,
    *,
    outcome: str,
    score: str,
    reliability: float,
    regressors: Sequence[str] = (),
    cluster: str | None = None,
    name: str = "errors in variables",
) -> Result:
    """Linear regression on a score that is measured with error, corrected by its reliability.

    Args:
        data: a row a person; rows with a missing value take no part.
        outcome: column with the outcome.
        score: column with the score that has the error.
        reliability: share of the variance of the scores in ``data`` that is true; taken as known.
        regressors: other columns, without error: numbers, booleans or labels (the group).
        cluster: column with the cluster; None for independent persons.
        name: name of the result.

    Returns:
        An estimate for the intercept, the score and each regressor, or one with the reason why there is
        none: with a low reliability the moments may belong to no model.

    Raises:
        ValueError: a reliability that is not above 0 and at most 1.

    Estimand: coefficients of the linear regression on the true score and the regressors.

    Formula: b = (X'X - S)^-1 X'y, with S zero but for (1 - reliability) times the sum of squares of the score
        about its mean.

    Interval: every cluster (or person) is left out of all moments in turn, and the squares of the changes are
        summed; t(G-1) or t(n-k). At a reliability of 1 that is CR3 (or HC3) of least squares.

    Source: Fuller (1987), section 2.2; the coefficients equal Stata eivreg.
    """
    check_reliability(reliability)
    distinct(outcome, [score], regressors)
    known, dropped = complete(data, [outcome, score, *regressors, cluster])
    facts = {"n": len(known), "method": Method.ERRORS_IN_VARIABLES}
    try:
        names, values, errors, df = _corrected_moments(
            known, outcome, score, regressors, cluster, reliability
        )
    except NotComputable as problem:
        return Result(name, (Estimate.not_computable(name, problem.reason, **facts),), dropped)
    interval = Interval.T_HC3 if cluster is None else Interval.T_G1_CR3
    rows = [
        Estimate.from_standard_error(column, value, error, interval=interval, df=df, **facts)
        for column, value, error in zip(names, values, errors, strict=True)
    ]
    return Result(name, tuple(rows), dropped)


def _corrected_moments(
    known: pd.DataFrame,
    outcome: str,
    score: str,
    regressors: Sequence[str],
    cluster: str | None,
    reliability: float,
) -> tuple[list[str], NDArray, NDArray, float]:
    """Names, coefficients, standard errors and degrees of freedom."""
    if len(known) < FEWEST_PERSONS:
        raise NotComputable(Reason.TOO_FEW if len(known) else Reason.NO_PERSONS)
    if any(is_category(known[column]) and known[column].nunique() < 2 for column in regressors):
        raise NotComputable(Reason.EMPTY_GROUP)
    frame = design(known.assign(**{score: numbers(known, score)}), [score, *regressors])
    x, y = frame.to_numpy(float), numbers(known, outcome)
    shift, scale = x.mean(axis=0), x.std(axis=0)
    shift[0], scale[0] = 0.0, 1.0
    level, spread = y.mean(), y.std()
    if spread <= RANK_TOLERANCE * (1 + abs(level)) or not np.all(scale > RANK_TOLERANCE * (1 + abs(shift))):
        raise NotComputable(Reason.LITTLE_SPREAD)
    code, clusters = (np.arange(len(y)), len(y)) if cluster is None else codes(known[cluster])
    if clusters < 2:
        raise NotComputable(Reason.FEW_CLUSTERS)
    standard, target = (x - shift) / scale, (y - level) / spread
    whole, left_out = _jackknife(standard, target, code, reliability)
    back = np.diag(spread / scale)
    back[0] -= spread * shift / scale
    values, moves = back @ whole, (left_out - whole) @ back.T
    values[0] += level
    df = float(clusters - 1 if cluster is not None else len(y) - x.shape[1])
    return list(frame.columns), values, np.sqrt((moves**2).sum(axis=0)), df


def _jackknife(x: NDArray, y: NDArray, code: NDArray, reliability: float) -> tuple[NDArray, NDArray]:
    """Coefficients of all persons, shape (k,), and without each cluster, shape (G, k)."""
    n, k = x.shape
    products = (x[:, :, None] * np.column_stack([x, y])[:, None, :]).reshape(n, -1)
    apart = cluster_sums(products, code)
    sizes = np.bincount(code)
    every = apart.sum(axis=0)
    whole = _solve(every[None], np.array([n]), k, reliability)[0]
    rest = n - sizes
    if rest.min() <= k:
        raise NotComputable(Reason.FEW_CLUSTERS)
    return whole, _solve(every - apart, rest, k, reliability)


def _solve(products: NDArray, n: NDArray, k: int, reliability: float) -> NDArray:
    """Coefficients from sums of products of (x, y), shape (sets, k (k + 1)); the score is column 1."""
    moments = products.reshape(len(products), k, k + 1)
    cross = moments[:, :, :k].copy()
    cross[:, 1, 1] -= (1 - reliability) * (cross[:, 1, 1] - cross[:, 0, 1] ** 2 / n)
    smallest, largest = np.linalg.eigvalsh(cross)[:, [0, -1]].T
    if np.any(smallest <= RANK_TOLERANCE * largest):  # not the moments of any true score
        raise NotComputable(Reason.NOT_IDENTIFIED if reliability == 1 else Reason.LOW_RELIABILITY)
    return np.linalg.solve(cross, moments[:, :, k:])[:, :, 0]


def simex(
    data: pd.DataFrame,
    *,
    estimator: Callable[[pd.DataFrame], float],
    score: str,
    reliability: float,
    cluster: str,
    lambdas: Sequence[float] = (0.5, 1.0, 1.5, 2.0),
    draws: int = 50,
    seed: int,
    extrapolation: str = "quadratic",
    name: str = "SIMEX",
) -> Estimate:
    """Any estimate, as it would be without the measurement error in a score: simulation extrapolation.

    More and more error is added to the score, and the trend in the estimate is followed back to none: too
    little of a correction for a quadratic trend when the reliability is low.

    Args:
        data: a row a person; rows without score or cluster take no part.
        estimator: from such a frame to the number of interest; may raise ``NotComputable``.
        score: column with the score that has the error.
        reliability: share of the variance of the scores in ``data`` that is true; taken as known.
        cluster: column with the cluster; a person's own number for independent persons.
        lambdas: variances of the added error, in variances of the measurement error.
        draws: errors added for each of the lambdas.
        seed: seed of the errors.
        extrapolation: ``"linear"``, ``"quadratic"`` or ``"cubic"`` in lambda.
        name: name of the estimate.

    Returns:
        The estimate, or the reason why there is none. An unknown extrapolation raises ValueError.

    Estimand: what the estimator would give on true scores.

    Formula: least squares of the mean estimate at 1 + lambda on a polynomial in lambda, read off at -1. The
        added errors are normal, made to have mean 0, variance 1 and no correlation with the columns of the
        data, which leaves no Monte Carlo error in a linear model.

    Interval: cluster jackknife of the whole procedure with the same errors, factor (G-1)/G, t(G-1).

    Source: Cook and Stefanski (1994); Stefanski and Cook (1995) on such errors, which R simex does not make.
    """
    check_reliability(reliability)
    degree = _degree(extrapolation, lambdas)
    complete(data, [score, cluster])  # that they are there
    known = _in_order(
        data[data[[score, cluster]].replace([np.inf, -np.inf], np.nan).notna().all(axis=1)].infer_objects()
    )
    facts = {"n": len(known), "method": Method.SIMEX}
    noise = np.random.default_rng(seed).standard_normal((len(known), draws, len(lambdas)))

    def value_of(rows: NDArray) -> float:
        return _extrapolated(known.iloc[rows], noise[rows], estimator, score, reliability, lambdas, degree)

    try:
        value, error, clusters = _cluster_jackknife(known, cluster, value_of)
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    rest = {"interval": Interval.T_JACKKNIFE, "df": float(clusters - 1)}
    return Estimate.from_standard_error(name, value, error, **rest, **facts)


def _degree(extrapolation: str, lambdas: Sequence[float]) -> int:
    """Degree of the polynomial; refuses an unknown one, and too few lambdas for it."""
    degree = EXTRAPOLATIONS.get(extrapolation)
    if degree is None or len(set(lambdas)) < degree or min(lambdas) <= 0:
        raise ValueError(
            f"extrapolation must be one of {list(EXTRAPOLATIONS)} with at least as many positive lambdas as "
            f"its degree; got '{extrapolation}' with {list(lambdas)}"
        )
    return degree


def _in_order(data: pd.DataFrame) -> pd.DataFrame:
    """Rows in an order of their own, so that the draws do not hang on the order in which they came."""
    keys = {name: column if not is_category(column) else column.astype(str) for name, column in data.items()}
    order = pd.DataFrame(keys, index=data.index).reset_index(drop=True).sort_values(list(keys)).index
    return data.iloc[order].reset_index(drop=True)


def _cluster_jackknife(
    known: pd.DataFrame, cluster: str, value_of: Callable[[NDArray], float]
) -> tuple[float, float, int]:
    """Value, standard error and number of clusters."""
    if len(known) < FEWEST_PERSONS:
        raise NotComputable(Reason.TOO_FEW if len(known) else Reason.NO_PERSONS)
    code, clusters = codes(known[cluster])
    if clusters < FEWEST_CLUSTERS:
        raise NotComputable(Reason.FEW_CLUSTERS)
    value, moves = delete_one(value_of, code)
    return float(value), float(np.sqrt((clusters - 1) / clusters * (moves**2).sum())), clusters


def _extrapolated(
    known: pd.DataFrame,
    noise: NDArray,
    estimator: Callable[[pd.DataFrame], float],
    score: str,
    reliability: float,
    lambdas: Sequence[float],
    degree: int,
) -> float:
    values = numbers(known, score)
    error = np.sqrt((1 - reliability) * values.var())
    if not values.std() > RANK_TOLERANCE * (1 + abs(values.mean())):
        raise NotComputable(Reason.NO_SPREAD)
    basis = _columns_apart(known)

    def mean_at(place: int) -> float:
        added = _apart(noise[:, :, place], basis) * error * np.sqrt(lambdas[place])
        found = [estimator(known.assign(**{score: values + column})) for column in added.T]
        return float(np.mean(found))

    means = np.array([estimator(known), *(mean_at(place) for place in range(len(lambdas)))], float)
    if not np.all(np.isfinite(means)):
        raise NotComputable(Reason.NOT_IDENTIFIED)
    powers = np.vander(1 + np.array([0.0, *lambdas]), degree + 1, increasing=True)
    return float(np.linalg.lstsq(powers, means, rcond=None)[0][0])


def _columns_apart(known: pd.DataFrame) -> NDArray:
    """Orthonormal basis of the columns from which the added errors are kept apart."""
    wanted = [
        name
        for name, column in known.items()
        if column.notna().all() and (not is_category(column) or column.nunique() <= MOST_LABELS)
    ]
    left, singular, _ = np.linalg.svd(design(known, wanted).to_numpy(float), full_matrices=False)
    return left[:, singular > RANK_TOLERANCE * singular[0]]


def _apart(noise: NDArray, basis: NDArray) -> NDArray:
    """Errors of variance 1 without correlation with a basis, shape (n, draws)."""
    if len(noise) <= basis.shape[1]:
        raise NotComputable(Reason.TOO_FEW)
    rest = noise - basis @ (basis.T @ noise)
    return rest / np.sqrt((rest**2).mean(axis=0))
