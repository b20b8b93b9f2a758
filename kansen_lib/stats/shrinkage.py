"""Empirical Bayes: a small school borrows strength from the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


@dataclass(frozen=True)
class Prior:
    """Mean and between-school standard deviation of a quantity over the network."""

    mean: float
    sd: float


def prior_of_means(values: ArrayLike, errors: ArrayLike) -> Prior:
    """Between-unit mean and sd by the method of moments, from unit values and their standard errors.

    Args:
        values: one estimate a unit.
        errors: its standard error, all positive.

    Source: DerSimonian and Laird (1986).
    """
    y, v = np.asarray(values, float), np.asarray(errors, float) ** 2
    weight = 1 / v
    centre = (weight * y).sum() / weight.sum()
    excess = (weight * (y - centre) ** 2).sum() - (len(y) - 1)
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    between = max(0.0, excess / scale) if scale > 0 else 0.0
    weight = 1 / (v + between)
    return Prior(float((weight * y).sum() / weight.sum()), float(np.sqrt(between)))


def shrink(estimate: Estimate, prior: Prior) -> Estimate:
    """The posterior mean of ``estimate`` under a normal prior, with its interval.

    The standard error is read from the width of the estimate's interval; an estimate without a
    value, or without an interval, comes back as it was. The interval of a share stays within 0 and 1.
    A prior without spread gives no value: a moment estimate of zero is no proof that units are alike.
    """
    if estimate.value is None or estimate.lower is None or estimate.upper is None:
        return estimate
    z = quantile()
    error = (estimate.upper - estimate.lower) / (2 * z)
    if error == 0:
        return estimate
    if prior.sd == 0:
        return Estimate.not_computable(
            estimate.name,
            Reason.NO_VARIATION,
            group=estimate.group,
            unit=estimate.unit,
            n=estimate.n,
            method=Method.EMPIRICAL_BAYES,
        )
    trust = prior.sd**2 / (prior.sd**2 + error**2)
    value = trust * estimate.value + (1 - trust) * prior.mean
    half = z * np.sqrt(trust) * error
    low, high = (0.0, 1.0) if estimate.unit == Unit.SHARE else (-np.inf, np.inf)
    return replace(
        estimate,
        value=float(value),
        lower=float(max(value - half, low)),
        upper=float(min(value + half, high)),
        interval=Interval.EMPIRICAL_BAYES,
        method=Method.EMPIRICAL_BAYES,
    )
