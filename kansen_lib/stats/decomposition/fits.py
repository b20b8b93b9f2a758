"""How well several linear models describe the same outcome of the same persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
import pandas as pd

from kansen_lib.stats.frames import complete, design, distinct, numbers
from kansen_lib.stats.linear import Covariance, fit
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Method, Reason, Unit


def compare_fits(
    data: pd.DataFrame, *, outcome: str, models: Mapping[str, Sequence[str]], name: str = "fits"
) -> Result:
    """Adjusted R2 of each model, and by how much its AIC lies below that of the first.

    Args:
        data: a row a person; a row that lacks a value in any of the models takes part in none.
        outcome: column of numbers.
        models: label to the columns of the regressors; the first model is the one to compare with.
        name: name of the result.

    Returns:
        ``adjusted R2`` of each model, and ``AIC gain`` of each but the first: above 0 the model describes
        the outcome better than the first, for what its coefficients cost.

    Estimand: adjusted R2: the part of the variance of the outcome that goes with the regressors, without
    what chance adds; AIC: twice the difference in expected predictive log density.

    Formula: 1 - (RSS / (n - k)) / (TSS / (n - 1)); n log(RSS / n) + 2 (k + 1), first minus this one.

    Interval: none: the models are held to the same persons, and it is their difference that counts.

    Source: Akaike (1974); Burnham and Anderson (2002), section 2.2; equals R ``summary(lm)`` and ``AIC``.
    """
    columns = list(dict.fromkeys(chain(*models.values())))
    if not columns:
        raise ValueError("'models' must hold a model at least: {'label': ['column', ...]}")
    for one in models.values():
        distinct(outcome, one)
    known, dropped = complete(data, [outcome, *columns])
    facts = {"n": len(known)}
    try:
        y = pd.Series(numbers(known, outcome))
        found = {label: _fitted(known, y, list(one)) for label, one in models.items()}
    except NotComputable as problem:
        reason = Estimate.not_computable("adjusted R2", problem.reason, **facts)
        return Result(name, (reason,), dropped=dropped)
    first = next(iter(found.values()))[1]
    facts_of = {"unit": Unit.VARIANCE_SHARE, "method": Method.ADJUSTED_R2, **facts}
    levels = [Estimate("adjusted R2", label, share, **facts_of) for label, (share, _) in found.items()]
    gain = {"unit": Unit.STATISTIC, "method": Method.AIC, **facts}
    gains = [Estimate("AIC gain", label, first - aic, **gain) for label, (_, aic) in list(found.items())[1:]]
    return Result(name, (*levels, *gains), dropped=dropped)


def _fitted(known: pd.DataFrame, y: pd.Series, regressors: list[str]) -> tuple[float, float]:
    """Adjusted R2 and AIC of one model."""
    model = fit(design(known, regressors), y, kind=Covariance.CLASSICAL)
    residual, total, n = float(model.residuals @ model.residuals), float(((y - y.mean()) ** 2).sum()), len(y)
    if total <= 0 or residual <= 1e-20 * total:
        raise NotComputable(Reason.NO_SPREAD)
    share = 1 - residual / model.df_residual / (total / (n - 1))
    return float(share), float(n * np.log(residual / n) + 2 * (len(model.params) + 1))
