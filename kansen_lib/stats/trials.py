"""Trials: the effect of a lottery."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def ancova(
    data: pd.DataFrame,
    *,
    outcome: str,
    baseline: str,
    treated: str,
    block: str,
    scale: float,
    name: str = "effect",
    group: str = "",
) -> Estimate:
    """Intention-to-treat effect of a lottery among persons within blocks, in units of ``scale``.

    Ordinary least squares of the outcome on assignment, baseline score and block, with HC3 standard
    errors and t quantiles: persons were drawn, so persons are the unit.

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome, baseline: score columns.
        treated: column with True for those who were drawn.
        block: column with the block (school) within which was drawn.
        scale: standard deviation to divide by, fixed beforehand.
        name: name of the estimate.
        group: label of the pupils that it is about.
    """
    import statsmodels.api as sm

    known = data.dropna(subset=[outcome, baseline, treated, block])
    drawn = known[treated].astype(float)
    facts = {"group": group, "unit": Unit.SD, "n": len(known), "method": Method.ANCOVA}
    if min(int(drawn.sum()), int((1 - drawn).sum())) < 5:
        return Estimate.not_computable(name, Reason.FEW_TREATED, **facts)
    blocks = pd.get_dummies(known[block], drop_first=True, dtype=float)
    regressors = pd.concat([drawn.rename("drawn"), known[baseline], blocks], axis=1)
    design = sm.add_constant(regressors, has_constant="add")  # the default skips it beside a constant column
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return Estimate.not_computable(name, Reason.NOT_IDENTIFIED, **facts)
    fit = sm.OLS(known[outcome], design).fit(cov_type="HC3", use_t=True)
    value, error = fit.params["drawn"] / scale, fit.bse["drawn"] / scale
    half = quantile(fit.df_resid) * error
    return Estimate(
        name,
        value=float(value),
        lower=float(value - half),
        upper=float(value + half),
        interval=Interval.T_HC3,
        smallest=int(min(drawn.sum(), (1 - drawn).sum())),
        **facts,
    )
