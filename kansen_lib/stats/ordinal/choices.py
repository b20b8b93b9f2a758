"""Which of several alternatives persons choose: the conditional logit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.linear import Matrix
from kansen_lib.stats.ordinal.models import FEWEST_PERSONS
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Newton steps, the step below which they stop, and a slope (per sd) beyond which one has no end.
MOST_STEPS, SMALL_STEP, NO_END = 50, 1e-10, 25.0
#: A direction in which the information is a smaller part of the largest is none.
FLAT = 1e-10


@dataclass(frozen=True)
class Choices:
    """Alternatives by situation, a row each.

    Attributes:
        x: regressors, each with sd 1, shape (rows, k).
        chosen: persons who choose each alternative.
        situation: number of the situation, 0..S-1.
        persons: in each situation.
    """

    x: Matrix
    chosen: NDArray[np.float64]
    situation: NDArray[np.int64]
    persons: NDArray[np.float64]

    def at(self, slopes: NDArray[np.float64]) -> tuple[float, Matrix, Matrix]:
        """Log-likelihood, score of each row (they add up to the score) and the information."""
        utility = self.x @ slopes
        highest = np.full(len(self.persons), -np.inf)
        np.maximum.at(highest, self.situation, utility)
        odds = np.exp(utility - highest[self.situation])
        share = odds / np.bincount(self.situation, odds)[self.situation]
        mean = frames.cluster_sums(share[:, None] * self.x, self.situation)
        apart = self.x - mean[self.situation]
        expected = self.persons[self.situation] * share
        taken = self.chosen > 0
        log_likelihood = float((self.chosen[taken] * np.log(share[taken])).sum())
        return (
            log_likelihood,
            (self.chosen - expected)[:, None] * apart,
            apart.T @ (expected[:, None] * apart),
        )


def conditional_logit(
    data: pd.DataFrame,
    *,
    situation: str,
    chosen: str,
    regressors: Sequence[str],
    cluster: str | None = None,
    name: str = "conditional logit",
) -> Result:
    """Conditional logit: what the chosen alternatives have, among those that could be chosen.

    Args:
        data: a row an alternative in a situation; rows with a missing value take no part.
        situation: column with the set of alternatives that persons choose from.
        chosen: column with the number of persons in the situation who chose the alternative.
        regressors: columns of numbers, booleans or labels; what is the same for all alternatives of each
            situation has no slope.
        cluster: column with what may deviate as a whole, such as the alternative; None for independent
            persons.
        name: name of the result.

    Returns:
        An estimate for each regressor and the log-likelihood; one with a reason where there is no fit.

    Estimand: the change in the log odds that an alternative is chosen over another one, for one unit more
        of the regressor.

    Formula: P(j | s) = exp(x_js'b) / sum over the alternatives of s of exp(x_is'b); maximum likelihood.

    Interval: normal from the information; with clusters t(G-1) with the sandwich of summed scores times
        G / (G - 1).

    Source: McFadden (1974); equals R survival::clogit, with clusters its robust variance.
    """
    frames.distinct(chosen, [situation], list(regressors))
    known, dropped = frames.complete(data, [situation, chosen, *regressors, cluster])
    try:
        made, scale, names, clusters = _choices(known, situation, chosen, regressors, cluster)
        slopes, log_likelihood, scores, information = _maximum(made)
        error, df = _errors(scores, information, clusters)
    except NotComputable as stop:
        failed = Estimate.not_computable(name, stop.reason, unit=Unit.LOG_ODDS, method=Method.CONDITIONAL)
        return Result(name, (failed,), dropped=dropped)
    facts = {"n": round(made.persons.sum()), "method": Method.CONDITIONAL}
    interval = Interval.NORMAL if df is None else Interval.T_CLUSTERED_IV
    found = [
        Estimate.from_standard_error(
            label, b / sd, se / sd, interval=interval, df=df, unit=Unit.LOG_ODDS, scale=0, **facts
        )
        for label, b, se, sd in zip(names, slopes, error, scale, strict=True)
    ]
    whole = Estimate("log-likelihood", value=log_likelihood, unit=Unit.LOG_LIKELIHOOD, **facts)
    return Result(name, (*found, whole), dropped=dropped)


def _choices(
    known: pd.DataFrame, situation: str, chosen: str, regressors: Sequence[str], cluster: str | None
) -> tuple[Choices, NDArray[np.float64], list[str], NDArray[np.int64] | None]:
    """The situations with a choice, the sd and names of the regressors, and the cluster of each row."""
    counts = frames.numbers(known, chosen)
    if (counts < 0).any():
        raise NotComputable(Reason.NEGATIVE_COUNT)
    grouped = pd.Series(counts).groupby(known[situation])
    taking_part = ((grouped.transform("sum") > 0) & (grouped.transform("size") > 1)).to_numpy()
    known, counts = known[taking_part], counts[taking_part]
    if counts.sum() < FEWEST_PERSONS:
        raise NotComputable(Reason.TOO_FEW if counts.any() else Reason.NO_PERSONS)
    table = frames.design(known, regressors, intercept=False)
    if table.shape[1] == 0 or any(
        frames.is_category(known[name]) and known[name].nunique() < 2 for name in regressors
    ):
        raise NotComputable(Reason.EMPTY_GROUP)
    x = table.to_numpy(float)
    scale = x.std(axis=0)
    if not (scale > 0).all():
        raise NotComputable(Reason.NOT_IDENTIFIED)
    code, _ = frames.codes(known[situation])
    made = Choices((x - x.mean(axis=0)) / scale, counts, code, np.bincount(code, counts))
    clusters = None if cluster is None else frames.codes(known[cluster])[0]
    return made, scale, list(table.columns), clusters


def _maximum(made: Choices) -> tuple[NDArray[np.float64], float, Matrix, Matrix]:
    """Slopes at the maximum, with the log-likelihood, the scores and the information there (Newton).

    Raises:
        NotComputable: a direction without information, or a maximum that is nowhere.
    """
    slopes = np.zeros(made.x.shape[1])
    value, scores, information = made.at(slopes)
    for _ in range(MOST_STEPS):
        _has_information(information)
        step = np.linalg.solve(information, scores.sum(axis=0))
        again = made.at(slopes + step)
        while again[0] < value - 1e-9 * abs(value) and np.abs(step).max() > SMALL_STEP:
            step = step / 2
            again = made.at(slopes + step)
        slopes = slopes + step
        value, scores, information = again
        if np.abs(slopes).max() > NO_END:
            raise NotComputable(Reason.SEPARATION)
        if np.abs(step).max() < SMALL_STEP:
            _has_information(information)
            return slopes, value, scores, information
    raise NotComputable(Reason.NO_OPTIMUM)


def _has_information(information: Matrix) -> None:
    sizes = np.linalg.eigvalsh(information)
    if not sizes[0] > FLAT * max(sizes[-1], 1.0):
        raise NotComputable(Reason.NOT_IDENTIFIED)


def _errors(
    scores: Matrix, information: Matrix, clusters: NDArray[np.int64] | None
) -> tuple[NDArray[np.float64], float | None]:
    """Standard errors of the slopes, and the degrees of freedom of t; None for normal."""
    inverse = np.linalg.inv(information)
    if clusters is None:
        return np.sqrt(np.diag(inverse)), None
    sums = frames.cluster_sums(scores, clusters)
    groups = len(sums)
    if groups <= scores.shape[1]:
        raise NotComputable(Reason.FEW_CLUSTERS)
    sandwich = inverse @ (sums.T @ sums) @ inverse * groups / (groups - 1)
    return np.sqrt(np.diag(sandwich)), groups - 1.0
