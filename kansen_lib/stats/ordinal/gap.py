"""The gap between groups in an ordered level at an equal score, observed or true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.frames import can_hold, cluster_sums, complete, different, labels, numbers
from kansen_lib.stats.ordinal.likelihood import (
    Design,
    Family,
    Fit,
    Matrix,
    expit,
    fit,
    probabilities,
)
from kansen_lib.stats.ordinal.spline import Spline
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Fewest persons in a group, clusters, and different scores for which the model is tried.
SMALLEST_GROUP, FEWEST_CLUSTERS, FEWEST_SCORES = 10, 10, 5
#: Part of each group's scores, on either side, that is left out of the common support.
TAIL = 0.05


@dataclass(frozen=True)
class Columns:
    """Names of the columns, and the two groups to compare."""

    place: str
    score: str
    group: str
    cluster: str
    low: str
    high: str

    def known(self, data: pd.DataFrame) -> tuple[pd.DataFrame, tuple[int, int]]:
        """Complete rows, and how many fell out; refuses text for a number, and one group twice."""
        different(self.low, self.high)
        if self.cluster is None:
            raise ValueError("name the column with the cluster: for independent persons their own numbers")
        known, dropped = complete(data, [self.place, self.score, self.group, self.cluster])
        can_hold(known[self.group], self.low, self.high)
        return known.assign(**{name: numbers(known, name) for name in (self.place, self.score)}), dropped

    def smallest(self, known: pd.DataFrame) -> int:
        """Size of the smaller of the two groups."""
        return int(min((known[self.group] == label).sum() for label in (self.low, self.high)))

    def check(self, known: pd.DataFrame) -> None:
        """Refuses too few persons or clusters, and too little spread."""
        if self.smallest(known) < SMALLEST_GROUP:
            raise NotComputable(Reason.TOO_FEW)
        if known[self.cluster].nunique() < FEWEST_CLUSTERS:
            raise NotComputable(Reason.FEW_CLUSTERS)
        if known[self.place].nunique() < 2 or known[self.score].nunique() < FEWEST_SCORES:
            raise NotComputable(Reason.LITTLE_SPREAD)


@dataclass(frozen=True)
class EqualScore:
    """An ordinal logit of the place on a spline of the (calibrated) score and a dummy a group.

    Attributes:
        found: the fit.
        spline: basis of the score.
        score: score of each person that the model holds equal, shape (n,).
        groups: the K labels; the first is the reference.
        code: number of the group of each person, shape (n,).
        places: of the J categories, shape (J,).
        outcome: category number of each person, shape (n,).
        parallel: whether a group's coefficient is the same at every cut-point.
    """

    found: Fit
    spline: Spline
    score: NDArray[np.float64]
    groups: tuple[object, ...]
    code: NDArray[np.int64]
    places: NDArray[np.float64]
    outcome: NDArray[np.int64]
    parallel: bool

    def design(self, score: NDArray[np.float64], code: NDArray[np.int64] | int) -> Design:
        """Regressors of persons with these scores, of these groups or all of one group."""
        return _design(self.spline(score), code, len(self.groups), self.parallel)

    def mean(self, design: Design, weights: NDArray[np.float64]) -> tuple[float, Matrix]:
        """Mean over rows of the weighted chances to lie above each cut-point, and its gradient."""
        above = expit(design.predictors(self.found.params))
        gradient = design.scores(above * (1 - above) * weights).mean(axis=0)
        return float((above @ weights).mean()), gradient

    def gap(self, columns: Columns, weights: NDArray[np.float64], score: NDArray) -> tuple[float, Matrix]:
        """Mean of everybody at these scores as if of the high group, minus as if of the low one."""
        codes = [self.groups.index(label) for label in (columns.low, columns.high)]
        (low, down), (high, up) = (self.mean(self.design(score, code), weights) for code in codes)
        return high - low, up - down


def _design(basis: Matrix, code: NDArray[np.int64] | int, groups: int, parallel: bool) -> Design:
    own = np.broadcast_to(np.eye(groups)[code], (len(basis), groups))[:, 1:]
    one = np.ones((len(basis), 1))
    return Design(np.hstack([basis, own]), one) if parallel else Design(basis, np.hstack([one, own]))


def equal_score(
    known: pd.DataFrame, columns: Columns, *, score: NDArray[np.float64] | None = None, parallel: bool = True
) -> EqualScore:
    """The model of complete rows, on their own score or on another one that stands for it."""
    score = known[columns.score].to_numpy() if score is None else score
    # the largest group is the reference, and of equal ones the first: the same whatever the order of rows
    sizes = {label: int((known[columns.group] == label).sum()) for label in labels(known[columns.group])}
    groups = tuple(sorted(sizes, key=lambda label: -sizes[label]))
    code = known[columns.group].map({label: k for k, label in enumerate(groups)}).to_numpy(np.int64)
    places, outcome = np.unique(known[columns.place].to_numpy(), return_inverse=True)
    spline = Spline.of(score)
    design = _design(spline(score), code, len(groups), parallel)
    found = fit(Family.CUMULATIVE, design, outcome, known[columns.cluster])
    if not parallel and probabilities(found.family, design.predictors(found.params)).min() < 0:
        raise NotComputable(Reason.NEGATIVE_PROBABILITY)
    return EqualScore(found, spline, score, groups, code, places, outcome, parallel)


def _weights(places: NDArray[np.float64], at_least: float | None) -> NDArray[np.float64]:
    """What each cut-point counts for: steps between places, or only the cut-point below ``at_least``."""
    if at_least is None:
        return np.diff(places)
    below = int((places < at_least).sum())
    if below in (0, len(places)):
        raise NotComputable(Reason.LITTLE_SPREAD)  # everybody, or nobody, lies there
    return (np.arange(len(places) - 1) == below - 1).astype(float)


def gap_at_equal_score(
    data: pd.DataFrame,
    *,
    place: str,
    score: str,
    group: str,
    cluster: str,
    low: str,
    high: str,
    at_least: float | None = None,
    parallel: bool = True,
    name: str = "gap at equal score",
) -> Estimate:
    """How much higher ``high`` is placed than ``low`` at an equal score.

    Args:
        data: one row a person; rows with a missing value in a used column take no part.
        place: column with the place of the outcome, in steps.
        score: column with the score to hold equal.
        group: column with the group; all its groups are in the model.
        cluster: column with the cluster (the basisschool); a person's own number for independent persons.
        low, high: the two groups to compare.
        at_least: None for the gap in steps; a place for the gap in the share placed there or higher.
        parallel: False lets the groups differ in another way at each cut-point, for when
            :func:`parallel_lines` fails.
        name: name of the estimate.

    Returns:
        The gap in steps or in percentage points, or the reason why there is none.

    Estimand: average marginal effect of the whole factor: every person's expected place as if of group
        ``high``, minus the same as if of group ``low``, averaged over the persons, at the score they have.

    Formula: ordinal logit of the place on a natural cubic spline of the score (knots at its 5, 35, 65 and 95%
        quantiles) and a dummy a group; mean_i sum_m (place_m+1 - place_m) [P(Y > m | s_i, high) -
        P(Y > m | s_i, low)].

    Interval: delta method on a leave-one-cluster-out Newton step (CR3) with t(G-1), which holds its coverage
        from about a dozen clusters; the scores of the persons are taken as given.

    Source: McCullagh (1980); Harrell (2015), ch. 2 and 13; MacKinnon, Nielsen and Webb (2023) on the
        jackknife; equals R ordinal::clm with the same basis.
    """
    columns = Columns(place, score, group, cluster, low, high)
    method = Method.ORDINAL_LOGIT if parallel else Method.ORDINAL_VARYING
    unit = Unit.STEPS if at_least is None else Unit.POINTS

    def compute(known: pd.DataFrame) -> tuple[float, float, int]:
        model = equal_score(known, columns, parallel=parallel)
        value, gradient = model.gap(columns, _weights(model.places, at_least), model.score)
        moves = model.found.moves(-cluster_sums(model.found.scores, model.found.code))
        return value, float(np.linalg.norm(moves @ gradient)), len(moves)

    return gap_estimate(data, columns, compute, name=name, unit=unit, method=method)


def gap_estimate(
    data: pd.DataFrame,
    columns: Columns,
    compute: Callable[[pd.DataFrame], tuple[float, float, int]],
    *,
    name: str,
    unit: Unit,
    method: Method,
    group: str | None = None,
) -> Estimate:
    """The gap of complete rows with its interval, or the reason why there is none."""
    known, _ = columns.known(data)
    facts = {
        "group": f"{columns.high} minus {columns.low}" if group is None else group,
        "unit": unit,
        "n": len(known),
        "method": method,
    }
    try:
        columns.check(known)
        value, error, clusters = compute(known)
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    smallest, df = columns.smallest(known), float(clusters - 1)
    return Estimate.from_standard_error(
        name, value, error, interval=Interval.T_G1_CR3, df=df, smallest=smallest, **facts
    )


def gap_curve(
    data: pd.DataFrame,
    *,
    place: str,
    score: str,
    group: str,
    cluster: str,
    low: str,
    high: str,
    points: int = 9,
    name: str = "expected place",
) -> Result:
    """Expected place of two groups, and the gap between them, at scores that both have.

    Args:
        data, place, score, group, cluster, low, high: as in :func:`gap_at_equal_score`.
        points: number of scores, at equal distances over the common support: from the higher of the two 5%
            quantiles to the lower of the two 95% quantiles of the groups' scores.
        name: name of the result; an estimate is called ``"<name> at <score>"``.

    Returns:
        For each score an estimate for ``low``, for ``high`` and for ``"<high> minus <low>"``, or one with
        the reason why there are none.

    Estimand: the expected place of a person of this group with this score.

    Formula: place_1 + sum_m (place_m+1 - place_m) P(Y > m | s, group), from the model of
        :func:`gap_at_equal_score`.

    Interval: delta method on a leave-one-cluster-out Newton step (CR3) with t(G-1), at each score by itself.

    Source: as :func:`gap_at_equal_score`.
    """
    columns = Columns(place, score, group, cluster, low, high)
    known, dropped = columns.known(data)
    try:
        columns.check(known)
        rows = _curve(known, columns, points, name)
    except NotComputable as problem:
        facts = {"unit": Unit.STEPS, "n": len(known), "method": Method.ORDINAL_LOGIT}
        rows = [Estimate.not_computable(name, problem.reason, **facts)]
    return Result(name, tuple(rows), dropped)


def _curve(known: pd.DataFrame, columns: Columns, points: int, name: str) -> list[Estimate]:
    model = equal_score(known, columns)
    moves = model.found.moves(-cluster_sums(model.found.scores, model.found.code))
    both = [known.loc[known[columns.group] == label, columns.score] for label in (columns.low, columns.high)]
    start = max(float(part.quantile(TAIL)) for part in both)
    end = min(float(part.quantile(1 - TAIL)) for part in both)
    if not start < end:
        raise NotComputable(Reason.NO_COMMON_SUPPORT)
    sizes = [len(part) for part in both]
    return [
        Estimate.from_standard_error(
            f"{name} at {at:g}",
            value,
            float(np.linalg.norm(moves @ gradient)),
            interval=Interval.T_G1_CR3,
            df=float(len(moves) - 1),
            group=group,
            unit=Unit.STEPS,
            n=n,
            smallest=min(sizes) if n > max(sizes) else None,
            method=Method.ORDINAL_LOGIT,
        )
        for at in np.linspace(start, end, points)
        for group, n, value, gradient in _at(model, columns, float(at), sizes)
    ]


def _at(
    model: EqualScore, columns: Columns, score: float, sizes: Sequence[int]
) -> list[tuple[str, int, float, Matrix]]:
    """Group, persons, value and gradient of both groups and of the gap, at one score."""
    at, weights = np.array([score]), np.diff(model.places)
    rows = []
    for label, size in zip((columns.low, columns.high), sizes, strict=True):
        value, gradient = model.mean(model.design(at, model.groups.index(label)), weights)
        rows.append((str(label), size, value + model.places[0], gradient))
    value, gradient = model.gap(columns, weights, at)
    return [*rows, (f"{columns.high} minus {columns.low}", sum(sizes), value, gradient)]
