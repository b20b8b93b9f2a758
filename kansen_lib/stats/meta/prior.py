"""The update of a prior with an estimate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

from kansen_lib.stats.meta.pooling import between
from kansen_lib.stats.result import Estimate, Result, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def update(prior_mean: float, prior_sd: float, estimate: Estimate, *, name: str = "update") -> Result:
    """A prior, written down before the data, brought up to date with an estimate.

    ``weight of the prior`` is its share in the posterior mean; ``conflict`` is the prior predictive check,
    with as p-value the chance of an estimate at least this far from the prior mean if the prior holds.

    Estimand: the effect, given a normal prior and a normally distributed estimate.

    Formula: posterior precision = 1/sd^2 + 1/se^2; posterior mean = precision-weighted mean;
    conflict z = (estimate - prior mean)/root(sd^2 + se^2).

    Interval: normal credible interval of the posterior; the p-value of posterior is none: read
    ``probability above zero``.

    Source: Spiegelhalter, Abrams and Myles (2004), sections 3.7 and 3.13; Box (1980);
    Gelman et al. (2013), section 2.5.
    """
    if not (np.isfinite(prior_mean) and np.isfinite(prior_sd) and prior_sd > 0):
        raise ValueError(f"prior mean {prior_mean}, sd {prior_sd}: give a finite mean and a positive sd")
    facts = {"unit": estimate.unit, "n": estimate.n, "method": Method.NORMAL_UPDATE}
    if estimate.value is None or not estimate.standard_error:
        reason = estimate.reason or Reason.NO_ESTIMATE
        return Result(name, (Estimate.not_computable("posterior", reason, **facts),))
    return Result(name, _updated(float(prior_mean), float(prior_sd), estimate, facts))


def _updated(mean: float, sd: float, estimate: Estimate, facts: dict) -> tuple[Estimate, ...]:
    known, doubt = 1 / estimate.standard_error**2, 1 / sd**2
    value, spread = (known * estimate.value + doubt * mean) / (known + doubt), (known + doubt) ** -0.5
    z = float((estimate.value - mean) / np.hypot(sd, estimate.standard_error))
    posterior = between("posterior", float(value), quantile() * spread, Interval.CREDIBLE, facts)
    share = {**facts, "unit": Unit.SHARE}
    check = {**facts, "unit": Unit.STATISTIC, "method": Method.PRIOR_PREDICTIVE}
    return (
        between("prior", mean, quantile() * sd, Interval.CREDIBLE, {**facts, "n": None}),
        replace(posterior, standard_error=float(spread), smallest=estimate.smallest),
        Estimate("probability above zero", value=float(stats.norm.cdf(value / spread)), **share),
        Estimate("weight of the prior", value=float(doubt / (known + doubt)), **share),
        Estimate("conflict", value=z, p_value=float(2 * stats.norm.sf(abs(z))), **check),
    )
