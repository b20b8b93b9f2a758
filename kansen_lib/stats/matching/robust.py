"""Two models, of treatment and of outcome, of which one may be wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from kansen_lib.stats import arms, frames
from kansen_lib.stats.linear import Covariance, error_of_sum, fit
from kansen_lib.stats.matching.balance import Estimand
from kansen_lib.stats.matching.propensity import logit
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]

#: A mean and the influence of each person on it.
Mean = tuple[float, Matrix]


def doubly_robust(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    covariates: Sequence[str],
    cluster: str | None = None,
    estimand: Estimand | str = Estimand.ATT,
    name: str = "doubly robust",
) -> Result:
    """Difference between treated and untreated, adjusted by a model of treatment and one of the outcome.

    Estimand: the mean outcome of the treated (ATT) or of all (ATE) if treated minus if not; an effect if,
    given these covariates, treatment was as good as drawn and one of both models holds. There is no
    lottery behind it.

    Formula: augmented inverse probability weighting with a logit e(x) and least squares m1(x), m0(x) by
    group. ATE: mean of m1 - m0 + D(Y - m1)/e - (1 - D)(Y - m0)/(1 - e). ATT: sum of
    (D - (1 - D) e/(1 - e))(Y - m0), over the number of treated.

    Interval: 95% normal, from the influence function with the estimation of both models in it (stacked
    estimating equations), without small-sample factor; with clusters t with G - 1 degrees of freedom and
    influences summed by cluster, times G/(G - 1).

    Source: Robins, Rotnitzky and Zhao (1994); Lunceford and Davidian (2004); Hahn (1998) for ATT; equals
    Stata's ``teffects aipw`` and statsmodels' ``TreatmentEffect.aipw`` (ATE), delicatessen (both).

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome: score column.
        treated: column with True for the treated.
        covariates: columns of numbers, booleans, text or categories, in both models.
        cluster: column with the cluster in which persons are alike.
        estimand: ``"ATT"`` or ``"ATE"``.
        name: name of the result.

    Returns:
        ``"effect"``, ``"mean if treated"`` and ``"mean if untreated"``.
    """
    frames.distinct(outcome, [treated], covariates)
    known, dropped = frames.complete(data, [outcome, treated, *covariates, cluster])
    facts = {"unit": Unit.SCORE, "n": len(known), "method": Method.DOUBLY_ROBUST}
    drawn, wanted = arms.indicator(known[treated]), Estimand(estimand)
    try:
        arms.require(drawn)
        clusters = None if cluster is None else _clusters(known[cluster])
        means = _means(frames.numbers(known, outcome), drawn, frames.design(known, covariates), wanted)
    except NotComputable as reason:
        return Result(name, (Estimate.not_computable("effect", str(reason), **facts),), dropped=dropped)
    (there, influence), (here, other) = means
    facts["smallest"] = arms.smallest(drawn)
    estimates = (
        _estimate("effect", there - here, influence - other, clusters, facts),
        _estimate("mean if treated", there, influence, clusters, facts),
        _estimate("mean if untreated", here, other, clusters, facts),
    )
    return Result(name, estimates, dropped=dropped)


def _clusters(column: pd.Series) -> Matrix:
    code, count = frames.codes(column)
    if count < 2:
        raise NotComputable(Reason.FEW_CLUSTERS)
    return code


def _means(y: Matrix, drawn: Matrix, design: pd.DataFrame, estimand: Estimand) -> tuple[Mean, Mean]:
    x = design.to_numpy()
    params, _ = logit(x, drawn)
    chance = expit(x @ params)
    pull = _influence(x, drawn - chance, chance * (1 - chance))  # of the logit, (n, k)
    if estimand == Estimand.ATE:
        return (
            _everybody(y, drawn, chance, design, pull),
            _everybody(y, 1 - drawn, 1 - chance, design, -pull),
        )
    share = drawn.mean()
    mean = float(y[drawn == 1].mean())
    influence = drawn * (y - mean) / share
    effect, of_effect = _on_the_treated(y, drawn, chance, design, pull)
    return (mean, influence), (mean - effect, influence - of_effect)


def _influence(x: Matrix, errors: Matrix, weights: Matrix) -> Matrix:
    """Influence of each person on the coefficients of a (generalised) linear model, shape (n, k)."""
    return (x * errors[:, None]) @ np.linalg.inv((x * weights[:, None]).T @ x / len(x))


def _outcome(y: Matrix, part: Matrix, design: pd.DataFrame) -> tuple[Matrix, Matrix]:
    """Residual of everybody from the model of one group, and influences on its coefficients."""
    own = part == 1
    found = fit(design[own], y[own], kind=Covariance.CLASSICAL)
    error = y - design.to_numpy() @ found.params
    return error, _influence(design.to_numpy(), part * error, part)


def _everybody(y: Matrix, part: Matrix, chance: Matrix, design: pd.DataFrame, pull: Matrix) -> Mean:
    """Mean outcome if everybody were in one group; ``pull`` is towards that group."""
    x = design.to_numpy()
    error, of_model = _outcome(y, part, design)
    weight = part / chance
    each = y - error + weight * error
    by_model = (x * (1 - weight)[:, None]).mean(axis=0)
    by_chance = -(x * (weight * (1 - chance) * error)[:, None]).mean(axis=0)
    return float(each.mean()), each - each.mean() + of_model @ by_model + pull @ by_chance


def _on_the_treated(y: Matrix, drawn: Matrix, chance: Matrix, design: pd.DataFrame, pull: Matrix) -> Mean:
    """Effect on the treated."""
    x, share = design.to_numpy(), drawn.mean()
    error, of_model = _outcome(y, 1 - drawn, design)
    odds = (1 - drawn) * chance / (1 - chance)
    effect = float(((drawn - odds) * error).mean() / share)
    by_model = -(x * (drawn - odds)[:, None]).mean(axis=0)
    by_chance = -(x * (odds * error)[:, None]).mean(axis=0)
    each = (drawn - odds) * error - drawn * effect
    return effect, (each + of_model @ by_model + pull @ by_chance) / share


def _estimate(name: str, value: float, influence: Matrix, code: Matrix | None, facts: dict) -> Estimate:
    error, df = error_of_sum(influence / len(influence), code)
    interval = Interval.NORMAL_INFLUENCE if code is None else Interval.T_INFLUENCE
    return Estimate.from_standard_error(name, value, error, df=df, interval=interval, **facts)
