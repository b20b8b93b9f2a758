"""How an outcome goes with the amount of an approach that persons got."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames, linear
from kansen_lib.stats.linear import LinearFit
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Vector = NDArray[np.float64]

#: Quantiles of the dose at which the spline has its knots (Harrell, 2015, table 2.3).
KNOTS = (0.1, 0.5, 0.9)

#: Regressors of the dose; no column of a user is called so.
DOSE, CUBIC = "(dose)", "(cubic dose)"


def dose_response(
    data: pd.DataFrame,
    *,
    outcome: str,
    dose: str,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    name: str = "dose response",
) -> Result:
    """How the outcome differs by dose, as a line and as a curve.

    Estimand: the mean difference in outcome between persons with the same covariates whose dose differs by
    one unit; and between a dose and the lowest one. Descriptive: who gets more is seldom drawn. A causal
    reading asks that the dose itself was assigned by lottery.

    Formula: least squares on dose and covariates; and on a restricted cubic spline of the dose with knots
    at its 10%, 50% and 90% quantiles. Curvature: the coefficient of the cubic term, whose p-value tests
    the line.

    Interval: 95% t: HC3 with n - k degrees of freedom, with clusters CR2 with Satterthwaite; of the
    differences pointwise.

    Source: Harrell (2015), Regression Modeling Strategies, section 2.4.5; equals R's ``lm`` on
    ``rcspline.eval`` of Hmisc, with sandwich or clubSandwich.

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome: score column.
        dose: numeric column, such as hours.
        covariates: columns of before the approach.
        cluster: column with the cluster in which persons are alike.
        name: name of the result.

    Returns:
        ``"slope"``, ``"curvature"``, and at five doses (lowest to highest and the knots) the
        ``"difference from the lowest dose"``, with the dose as its group.
    """
    frames.distinct(outcome, [dose], covariates)
    known, dropped = frames.complete(data, [outcome, dose, *covariates, cluster])
    facts = {"unit": Unit.OUTCOME, "n": len(known), "method": Method.DOSE}
    facts["interval"] = Interval.T_HC3 if cluster is None else Interval.T_CR2
    try:
        found = tuple(_estimates(known, outcome, dose, covariates, cluster, facts))
    except NotComputable as reason:
        del facts["interval"]
        found = (Estimate.not_computable("slope", str(reason), **facts),)
    return Result(name, found, dropped=dropped)


def _estimates(
    known: pd.DataFrame,
    outcome: str,
    dose: str,
    covariates: Sequence[str],
    cluster: str | None,
    facts: dict,
) -> Iterator[Estimate]:
    amount, y = frames.numbers(known, dose), frames.numbers(known, outcome)
    if len(amount) == 0 or np.ptp(amount) == 0:
        raise NotComputable(Reason.NO_SPREAD if len(amount) else Reason.NO_PERSONS)
    rest = frames.design(known, covariates)
    labels = None if cluster is None else known[cluster]
    line = linear.fit(rest.assign(**{DOSE: amount}), y, cluster=labels)
    yield _contrast(line, {DOSE: 1.0}, "slope", "", facts)
    knots = np.quantile(amount, KNOTS)
    if len(np.unique(knots)) < len(KNOTS):
        plain = {key: facts[key] for key in ("unit", "n", "method")}
        yield Estimate.not_computable("curvature", Reason.LITTLE_SPREAD, **plain)
        return
    curve = rest.assign(**{DOSE: amount, CUBIC: _cubic(amount, knots)})
    fit = linear.fit(curve, y, cluster=labels)
    yield _contrast(fit, {CUBIC: 1.0}, "curvature", "", facts)
    lowest = amount.min()
    for at in np.unique([*knots, amount.max()]):
        weights = {
            DOSE: at - lowest,
            CUBIC: float(np.diff(_cubic(np.array([lowest, at]), knots))[0]),
        }
        if at > lowest:
            yield _contrast(fit, weights, "difference from the lowest dose", f"{at:g}", facts)


def _cubic(x: Vector, knots: Vector) -> Vector:
    """The non-linear column of a restricted cubic spline with three knots, in the unit of the dose."""
    first, middle, last = (np.maximum(x - knot, 0.0) ** 3 for knot in knots)
    low, mid, high = knots
    bent = first - middle * (high - low) / (high - mid) + last * (mid - low) / (high - mid)
    return bent / (high - low) ** 2


def _contrast(fit: LinearFit, weights: dict[str, float], name: str, group: str, facts: dict) -> Estimate:
    value, error, df = fit.contrast(weights)
    return Estimate.from_standard_error(name, value, error, df=df, group=group, **facts)
