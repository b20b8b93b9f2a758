"""The gap between groups at an equal true score: corrected for the measurement error of the score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.ordinal.calibration import Calibration
from kansen_lib.stats.ordinal.gap import Columns, EqualScore, equal_score, gap_estimate
from kansen_lib.stats.ordinal.likelihood import Matrix, total_score
from kansen_lib.stats.ordinal.measurement import check_reliability
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Unit

#: Step of numeric derivatives in a moment of the scores, as a part of their standard deviation.
STEP = 1e-4
#: A test without a lowest or highest score.
UNBOUNDED = (-np.inf, np.inf)


def corrected_gap(
    data: pd.DataFrame,
    *,
    place: str,
    score: str,
    group: str,
    cluster: str,
    low: str,
    high: str,
    reliability: float = 0.90,
    bounds: tuple[float, float] = UNBOUNDED,
    name: str = "gap at equal true score",
) -> Estimate:
    """How many steps higher ``high`` is placed than ``low`` at an equal true score.

    At an equal observed score the group with the lower mean has the lower true score, so that part of
    the gap in true scores looks like a gap at an equal score. Here the expected true score takes the
    place of the observed one.

    Args:
        data, place, score, group, cluster, low, high, name: as in :func:`gap_at_equal_score`.
        reliability: share of the variance of the scores in ``data`` that is true; the error has the same
            variance in all groups. It is taken as known.
        bounds: lowest and highest score that the test can give. Who has one of them may be better or worse
            than it can show; without bounds the correction is too small where many reach the ceiling.

    Returns:
        The gap in steps, or the reason why there is none.

    Raises:
        ValueError: a reliability that is not above 0 and at most 1.

    Estimand: average marginal effect of the group on the expected place at the true score that the persons
        have.

    Formula: x_i = m_g + r_g (s_i - m_g) with r_g = 1 - (1 - reliability) var(s) / var_g(s), then
        :func:`gap_at_equal_score` on x. Averaged over the persons, the spread of the true score round x
        flattens the curve and is averaged back: for a probit with normal true scores that is exact. With
        bounds, m_g and var_g are those of a censored normal, and a score at a bound is the mean beyond it.

    Interval: delta method on a leave-one-cluster-out Newton step (CR3) in which the means and variances of
        the groups leave it out too, t(G-1).

    Source: Carroll, Ruppert, Stefanski and Crainiceanu (2006), ch. 4; Tobin (1958) on bounds; equals
        R ordinal::clm on the same calibrated score, with the means and variances of survival::survreg.
    """
    columns = Columns(place, score, group, cluster, low, high)
    check_reliability(reliability)
    return _corrected(data, columns, reliability, bounds, name)


def _corrected(
    data: pd.DataFrame,
    columns: Columns,
    reliability: float,
    bounds: tuple[float, float],
    name: str,
    group: str | None = None,
) -> Estimate:
    def compute(known: pd.DataFrame) -> tuple[float, float, int]:
        code = pd.factorize(known[columns.group])[0].astype(np.int64)
        calibration = Calibration(known[columns.score].to_numpy(float), code, reliability, bounds)
        moments = calibration.moments()
        model = equal_score(known, columns, score=calibration.true_score(moments))
        value, gradient = model.gap(columns, np.diff(model.places), model.score)
        found = model.found
        pull, direct = _calibration_slopes(model, columns, calibration, moments)
        change = calibration.moments_without(found.code) - moments
        moves = found.moves(change @ pull - frames.cluster_sums(found.scores, found.code))
        return value, float(np.linalg.norm(moves @ gradient + change @ direct)), len(moves)

    method = Method.ORDINAL_CALIBRATED
    return gap_estimate(data, columns, compute, name=name, unit=Unit.STEPS, method=method, group=group)


def _calibration_slopes(
    model: EqualScore, columns: Columns, calibration: Calibration, moments: Matrix
) -> tuple[Matrix, Matrix]:
    """Derivatives in each of q moments: of the standardised score of all persons (q, p), of the gap (q,)."""
    found, weights, spread = model.found, np.diff(model.places), moments[-1]
    k = len(moments) // 2
    pull, direct = [], []
    for place in range(len(moments)):
        size = STEP * (np.sqrt(spread) if place < k else spread)
        ends = []
        for step in (size, -size):
            moved = moments.copy()
            moved[place] += step
            score = calibration.true_score(moved)
            design = model.design(score, model.code)
            ends.append(
                np.append(
                    total_score(found.family, design, model.outcome, found.params),
                    model.gap(columns, weights, score)[0],
                )
            )
        slope = (ends[0] - ends[1]) / (2 * size)
        pull.append(slope[:-1])
        direct.append(slope[-1])
    return np.array(pull) @ found.back, np.array(direct)


def sensitivity(
    data: pd.DataFrame,
    *,
    place: str,
    score: str,
    group: str,
    cluster: str,
    low: str,
    high: str,
    reliabilities: Sequence[float] = (0.75, 0.80, 0.85, 0.90, 0.95, 1.0),
    bounds: tuple[float, float] = UNBOUNDED,
    name: str = "gap by reliability",
) -> Result:
    """The gap at an equal true score for each of a range of reliabilities of the score.

    Args:
        data, place, score, group, cluster, low, high, bounds: as in :func:`corrected_gap`.
        reliabilities: what the reliability may be; they are put in order.
        name: name of the result and its estimates.

    Returns:
        An estimate for each reliability (the group, as text), from low to high; at 1 (and
        without bounds) the gap at an equal observed score.

    Estimand: the gap of :func:`corrected_gap`, were the reliability this one.

    Formula: as :func:`corrected_gap`.

    Interval: as :func:`corrected_gap`, for each reliability as if it were known.

    Source: Carroll, Ruppert, Stefanski and Crainiceanu (2006), ch. 4.
    """
    columns = Columns(place, score, group, cluster, low, high)
    check_reliability(*reliabilities)
    grid = sorted(set(reliabilities))
    found = [_corrected(data, columns, value, bounds, name, f"reliability {value:g}") for value in grid]
    return Result(name, tuple(found), columns.known(data)[1])
