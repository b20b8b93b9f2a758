"""Empirical Bayes: a small unit borrows strength from the others; and what its persons lead to expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from kansen_lib.stats import frames
from kansen_lib.stats.left_out import Units
from kansen_lib.stats.linear import Matrix
from kansen_lib.stats.result import LEVEL, Estimate, NotComputable, Result, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

__all__ = [
    "Prior",
    "empirical_bayes_means",
    "empirical_bayes_shares",
    "predicted_reference",
    "prior_of_means",
    "shrink",
]

#: Fewest units from which the spread between them is estimated.
FEWEST_UNITS = 5
#: An intraclass correlation below this is none.
NO_CORRELATION = 1e-8


@dataclass(frozen=True)
class Prior:
    """Mean and between-unit standard deviation of a quantity."""

    mean: float
    sd: float


def prior_of_means(values: ArrayLike, errors: ArrayLike) -> Prior:
    """Mean over units and standard deviation between them, from unit values and their standard errors.

    Estimand: mean and standard deviation of the true values of the units.

    Formula: tau^2 = max(0, (Q - (J - 1)) / (S1 - S2 / S1)) with Q the weighted sum of squares around the
    weighted mean, S1 and S2 the sums of the weights 1 / error^2 and of their squares; the mean has
    weights 1 / (error^2 + tau^2).

    Interval: none: it is a step to the shrunken values, of which the interval matters.

    Source: DerSimonian and Laird (1986), Control. Clin. Trials 7(3), equations 8 and 9. Equals metafor's
    ``rma(method = "DL")``.

    Args:
        values: one estimate a unit.
        errors: its standard error, all positive.

    Raises:
        ValueError: no values, unequal numbers of them, one that is not finite, an error of 0 or less.
    """
    y, v = np.asarray(values, float), np.asarray(errors, float) ** 2
    if len(y) == 0 or len(y) != len(v) or not (np.isfinite(y) & np.isfinite(v) & (v > 0)).all():
        raise ValueError(f"{len(y)} values, {len(v)} errors: give as many, finite, and positive errors")
    weight = 1 / v
    centre = (weight * y).sum() / weight.sum()
    excess = (weight * (y - centre) ** 2).sum() - (len(y) - 1)
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    between = max(0.0, excess / scale) if scale > 0 else 0.0
    weight = 1 / (v + between)
    return Prior(float((weight * y).sum() / weight.sum()), float(np.sqrt(between)))


def shrink(estimate: Estimate, prior: Prior) -> Estimate:
    """The posterior mean of an estimate under a known normal prior.

    Estimand: the true value of this unit, given its estimate and that units spread as the prior says.

    Formula: B y + (1 - B) m with B = s^2 / (s^2 + e^2), m and s the mean and standard deviation of the
    prior and e the standard error of y; where y has none, the half width of its interval over 1.96.

    Interval: normal with the posterior standard deviation e sqrt(B), the prior taken as known; that of a
    share stays within 0 and 1.

    Source: Efron and Morris (1975), J. Am. Stat. Assoc. 70(350), section 2. Equals lme4's ``ranef`` with
    ``condVar`` at the variances of the fit.

    Args:
        estimate: one without a value, or without spread, comes back as it was.
        prior: one without spread gives no value: a moment estimate of 0 is no proof that units are alike.
    """
    error = _error(estimate)
    if estimate.value is None or not error:
        return estimate
    if prior.sd == 0:
        facts = {"group": estimate.group, "unit": estimate.unit, "n": estimate.n}
        return Estimate.not_computable(
            estimate.name, Reason.NO_VARIATION, method=Method.EMPIRICAL_BAYES, **facts
        )
    trust = prior.sd**2 / (prior.sd**2 + error**2)
    value = trust * estimate.value + (1 - trust) * prior.mean
    return replace(estimate, **_posterior(value, np.sqrt(trust) * error, estimate.unit))


def _error(estimate: Estimate) -> float | None:
    """Standard error, else what the width of the interval says of it."""
    if estimate.standard_error is not None or estimate.lower is None or estimate.upper is None:
        return estimate.standard_error
    return (estimate.upper - estimate.lower) / (2 * quantile())


def _posterior(value: float, error: float, unit: str) -> dict[str, float | str | None]:
    """The fields of an estimate that is a posterior mean."""
    half = quantile() * error
    low, high = (0.0, 1.0) if unit == Unit.SHARE else (-np.inf, np.inf)
    return {
        "value": float(value),
        "lower": float(max(value - half, low)),
        "upper": float(min(value + half, high)),
        "interval": Interval.EMPIRICAL_BAYES,
        "method": Method.EMPIRICAL_BAYES,
        "standard_error": float(error),
        "df": None,
        "p_value": None,
    }


def empirical_bayes_means(
    data: pd.DataFrame,
    *,
    value: str,
    error: str,
    n: str,
    unit: str,
    quantity: str = Unit.OUTCOME,
    name: str = "shrunken value",
) -> Result:
    """The true value of each unit, from one estimate a unit with its standard error.

    Estimand: the true value of each unit, given all estimates and that true values are normal around a
    common mean. In the order of the labels: no ranking.

    Formula: B_j y_j + (1 - B_j) m with B_j = tau^2 / (tau^2 + e_j^2) and m and tau of
    :func:`prior_of_means`.

    Interval: normal with variance B_j e_j^2 + (1 - B_j)^2 var(m), which includes the error of the common
    mean and takes tau as known. It holds the truth 95% of the time over units.

    Source: Morris (1983), J. Am. Stat. Assoc. 78(381), section 1; Raudenbush and Bryk (1985), J. Educ.
    Stat. 10(2). Equals metafor's ``blup`` after ``rma(method = "DL")``.

    Args:
        data: one row a unit.
        value: column of the estimates.
        error: column of their standard errors; a unit without a positive one is left out.
        n: column of the number of persons behind each.
        unit: column of the unit.
        quantity: unit of the values.
        name: name of the estimates.

    Returns:
        One estimate a unit; no values when the spread between units is estimated at 0.
    """
    known, dropped = frames.complete(data, [value, error, n, unit])
    known = known.assign(**{column: frames.numbers(known, column) for column in (value, error)})
    known = known[known[error] > 0].sort_values(unit)
    facts = {"unit": quantity, "method": Method.EMPIRICAL_BAYES}
    prior = prior_of_means(known[value], known[error]) if len(known) >= FEWEST_UNITS else None
    if prior is None or prior.sd == 0:
        reason = (
            Reason.FEW_UNITS
            if len(known) < 2
            else Reason.FEW_GROUPS
            if prior is None
            else Reason.NO_VARIATION
        )
        return Result(name, (Estimate.not_computable(name, reason, **facts),), dropped=dropped)
    y, v = known[value].to_numpy(float), known[error].to_numpy(float) ** 2
    trust = prior.sd**2 / (prior.sd**2 + v)
    errors = np.sqrt(trust * v + (1 - trust) ** 2 / (1 / (v + prior.sd**2)).sum())
    centres = trust * y + (1 - trust) * prior.mean
    found = [
        Estimate(name, str(label), unit=quantity, n=int(size), **_posterior(centre, spread, quantity))
        for label, size, centre, spread in zip(known[unit], known[n], centres, errors, strict=True)
    ]
    return Result(name, tuple(found), dropped=(dropped[1] - len(known), dropped[1]))


def empirical_bayes_shares(
    data: pd.DataFrame, *, count: str, n: str, unit: str, name: str = "shrunken share"
) -> Result:
    """The true share of each unit, from its count, when true shares follow a beta distribution.

    Estimand: the true share of each unit, given all counts; ``mean share`` over units and ``between-unit
    sd`` of the true shares. In the order of the labels: no ranking.

    Formula: count_j ~ binomial(n_j, p_j), p_j ~ beta(a, b) with a and b by maximum likelihood of the
    beta-binomial; shrunken share (a + count_j) / (a + b + n_j); sd = sqrt(m (1 - m) / (a + b + 1)) with
    m = a / (a + b).

    Interval: equal tails of the beta posterior, a and b taken as known; of the mean normal on the log
    odds, of the sd normal on the log and no more than sqrt(m (1 - m)), the sd of shares of 0 and 1, both
    by the observed information. Intervals of units hold the truth 95% of the time over units, somewhat
    less with few units.

    Source: Kleinman (1973), J. Am. Stat. Assoc. 68(341); Efron and Hastie (2016), Computer Age
    Statistical Inference, section 6.1. Equals VGAM's ``betabinomial`` and glmmTMB.

    Args:
        data: one row a unit.
        count: column of whole numbers, from 0 to ``n``.
        n: column of the number of persons; a unit without persons is left out.
        unit: column of the unit.
        name: name of the shrunken shares.

    Raises:
        ValueError: a count below 0 or above ``n``.
    """
    known, dropped = frames.complete(data, [count, n, unit])
    known = known[known[n] > 0].sort_values(unit)
    y, size = frames.numbers(known, count), frames.numbers(known, n)
    if np.any((y < 0) | (y > size)):
        raise ValueError(f"column '{count}' has counts below 0 or above '{n}'; a count is a part of its n")
    try:
        place, covariance = _beta_binomial(y, size)
        found = [
            *_hyper(place, covariance, int(size.sum())),
            *_beta_posteriors(known[unit], y, size, place, name),
        ]
    except NotComputable as problem:
        facts = {"unit": Unit.SHARE, "n": int(size.sum()), "method": Method.BETA_BINOMIAL}
        names = ("mean share", "between-unit sd", name)
        found = [Estimate.not_computable(part, problem.reason, **facts) for part in names]
    return Result(name, tuple(found), dropped=(dropped[1] - len(known), dropped[1]))


def _beta_binomial(y: Matrix, size: Matrix) -> tuple[Matrix, Matrix]:
    """Log odds of the mean and of the intraclass correlation 1 / (a + b + 1), and their covariance."""
    if len(y) < FEWEST_UNITS:
        raise NotComputable(Reason.FEW_GROUPS if len(y) else Reason.NO_PERSONS)
    pooled = y.sum() / size.sum()
    if pooled in (0.0, 1.0):
        raise NotComputable(Reason.NO_SPREAD)
    more = y * (y - 1) / pooled + (size - y) * (size - y - 1) / (1 - pooled) - size * (size - 1)
    if more.sum() <= 0:  # slope of the likelihood at no correlation (Tarone, 1979)
        raise NotComputable(Reason.NO_VARIATION)
    starts = [np.array([special.logit(pooled), special.logit(rho)]) for rho in (0.01, 0.1, 0.4)]
    fits = [optimize.minimize(_minus_log, start, (y, size), jac=_slope, method="BFGS") for start in starts]
    place = min(fits, key=lambda fit: fit.fun).x
    for _ in range(5):
        information = _information(place, y, size)
        if not np.all(np.isfinite(information)) or np.linalg.eigvalsh(information)[0] <= 0:
            raise NotComputable(Reason.NO_OPTIMUM)
        place = place - np.linalg.solve(information, _slope(place, y, size))
    if special.expit(place[1]) < NO_CORRELATION:
        raise NotComputable(Reason.NO_VARIATION)
    if np.abs(_slope(place, y, size)).max() > 1e-6:
        raise NotComputable(Reason.NO_OPTIMUM)
    return place, np.linalg.inv(information)


def _parameters(place: Matrix) -> tuple[float, float]:
    """a and b of the beta distribution."""
    mean, total = special.expit(place[0]), np.exp(-place[1])  # a + b = (1 - rho) / rho
    return mean * total, special.expit(-place[0]) * total


def _minus_log(place: Matrix, y: Matrix, size: Matrix) -> float:
    a, b = _parameters(place)
    return float((special.betaln(a, b) - special.betaln(a + y, b + size - y)).sum())


def _slope(place: Matrix, y: Matrix, size: Matrix) -> Matrix:
    a, b = _parameters(place)
    common = special.digamma(a + b + size) - special.digamma(a + b)
    by_a = (common + special.digamma(a) - special.digamma(a + y)).sum()
    by_b = (common + special.digamma(b) - special.digamma(b + size - y)).sum()
    return np.array([a * b / (a + b) * (by_a - by_b), -(a * by_a + b * by_b)])


def _information(place: Matrix, y: Matrix, size: Matrix) -> Matrix:
    """Second derivatives of minus the log likelihood, by central differences of the exact slope."""
    moves = 1e-4 * np.eye(2)
    rows = [(_slope(place + one, y, size) - _slope(place - one, y, size)) / 2e-4 for one in moves]
    return (np.array(rows) + np.array(rows).T) / 2


def _hyper(place: Matrix, covariance: Matrix, n: int) -> list[Estimate]:
    """Mean and standard deviation of the true shares."""
    mean, rho, z = special.expit(place[0]), special.expit(place[1]), quantile()
    half = z * np.sqrt(covariance[0, 0])
    sd = np.sqrt(mean * (1 - mean) * rho)
    by = np.array([0.5 * (1 - 2 * mean), 0.5 * (1 - rho)])  # of log sd
    spread = float(np.sqrt(by @ covariance @ by))
    largest = np.sqrt(mean * (1 - mean))  # every unit at 0 or 1
    wide = np.minimum(sd * np.exp([-z * spread, z * spread]), largest)
    ends = special.expit(place[0] + np.array([-half, half])), wide
    errors = mean * (1 - mean) * half / z, sd * spread
    kinds = (Interval.NORMAL_LOG_ODDS, Interval.DELTA_LOG)
    return [
        Estimate(
            name,
            value=float(value),
            unit=Unit.SHARE,
            lower=float(end[0]),
            upper=float(end[1]),
            interval=kind,
            n=n,
            method=Method.BETA_BINOMIAL,
            standard_error=float(error),
        )
        for name, value, end, error, kind in zip(
            ("mean share", "between-unit sd"), (mean, sd), ends, errors, kinds, strict=True
        )
    ]


def _beta_posteriors(units: pd.Series, y: Matrix, size: Matrix, place: Matrix, name: str) -> list[Estimate]:
    a, b = _parameters(place)
    tail = (1 - LEVEL) / 2
    found = []
    for label, part, whole in zip(units, y, size, strict=True):
        posterior = stats.beta(a + part, b + whole - part)
        found.append(
            Estimate(
                name,
                str(label),
                float(posterior.mean()),
                Unit.SHARE,
                float(posterior.ppf(tail)),
                float(posterior.ppf(1 - tail)),
                Interval.BETA_POSTERIOR,
                n=int(whole),
                count=int(part),
                method=Method.BETA_BINOMIAL,
                standard_error=float(posterior.std()),
            )
        )
    return found


def predicted_reference(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    fixed: Sequence[str],
    name: str = "predicted reference",
) -> Result:
    """The mean outcome that a unit with these persons would be expected to have, by all other units.

    Estimand: the mean outcome of persons of other units with the regressors of the persons of this unit
    (indirect standardisation). It lowers the bar for units with disadvantaged persons: show it beside
    the mean of all, never instead of it.

    Formula: mean over the persons of unit j of x b(-j), with b(-j) the least-squares coefficients over
    the persons of all other units. True and False count as 1 and 0: a linear probability model, which is
    exact for one factor with all of its labels.

    Interval: t for the prediction, CR2 by unit with Satterthwaite degrees of freedom; the persons of the
    unit are as they are. It is not the range of plausible outcomes of one unit. No p-value: a mean of 0
    is no null of interest.

    Source: Goldstein and Spiegelhalter (1996), J. R. Stat. Soc. A 159(3), section 3; Pustejovsky and
    Tipton (2018), J. Bus. Econ. Stat. 36(4). Equals lm with clubSandwich.

    Args:
        data: one row a person.
        outcome: column of numbers or True and False.
        unit: column of the unit.
        fixed: columns of regressors.
        name: name of the estimates.

    Returns:
        One estimate a unit, in the order of the labels.
    """
    frames.distinct(outcome, [unit], fixed)
    known, dropped = frames.complete(data, [outcome, unit, *fixed])
    design, y = frames.design(known, fixed).to_numpy(float), frames.numbers(known, outcome)
    units = Units.of(design, y, frames.codes(known[unit])[0]) if len(known) else None
    found = [
        _reference(units, place, str(label), name) for place, label in enumerate(frames.labels(known[unit]))
    ] or [Estimate.not_computable(name, Reason.NO_PERSONS, unit=Unit.OUTCOME, method=Method.INDIRECT)]
    return Result(name, tuple(found), dropped=dropped)


def _reference(units: Units, place: int, label: str, name: str) -> Estimate:
    facts = {"group": label, "unit": Unit.OUTCOME, "n": int(units.sizes[place]), "method": Method.INDIRECT}
    try:
        if len(units.sizes) - 1 < FEWEST_UNITS:
            raise NotComputable(Reason.FEW_GROUPS)
        value, error, df = units.predicted(place)
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    found = Estimate.from_standard_error(name, value, error, df=df, interval=Interval.T_CR2, **facts)
    return replace(found, p_value=None)
