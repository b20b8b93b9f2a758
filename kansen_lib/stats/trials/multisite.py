"""A lottery of persons within many sites: the average effect, and how much it differs between sites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import arms, frames
from kansen_lib.stats.multilevel import fitting, profile
from kansen_lib.stats.multilevel.fitting import MixedFit
from kansen_lib.stats.multilevel.models import profiled
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit
from kansen_lib.stats.trials.individual import DRAWN, EFFECTS, design, refused

Vector = NDArray[np.float64]

#: The estimates of a multisite trial before those of the sites, by name and group, with their units.
NAMES = EFFECTS | {("variance of effects", ""): Unit.VARIANCE}


def multisite_trial(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    site: str,
    covariates: Sequence[str] = (),
    name: str = "multisite trial",
) -> Result:
    """Average intention-to-treat effect over sites, its spread between sites, and that of each site.

    Estimand: the mean over sites of the effect of being drawn; the variance of the effect between sites;
    the effect at each site, shrunken to the average; the average effect in standard deviations of persons
    within sites, or of all persons.

    Formula: y = X b + u0_site + u1_site * drawn + e by REML, both effects correlated. Conditional: within
    b / s; total b over the root of s2 + t00 + p (t11 + 2 t01), the variance of persons of the same arm,
    with p the share drawn. Unconditional: b over s and over the root of s2 + t00 of the empty model
    y = b0 + u0_site + e, which has the effect in its variances. Site effect: b + predictor of u1. No
    small-sample factor.

    Interval: of the average 95% t with Satterthwaite degrees of freedom; of the variance profile
    likelihood; of sites 95% normal with the prediction error, that of the average included, without
    p-value; of the sizes normal, with variance se2/s2 + d2/(2(N - M)), M the number of sites.

    Source: Raudenbush and Liu (2000), Psychol. Methods 5, 199-213; design of ``mstFREQ`` of the R package
    eefAnalytics; effect, variance and sites equal lme4 and lmerTest.

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome: score column.
        treated: column with True for those who were drawn.
        site: column with the site within which was drawn.
        covariates: columns of before the lottery.
        name: name of the result.

    Returns:
        ``"effect"``, ``"effect size, within"`` and ``"effect size, total"``, both ``"conditional"`` and
        ``"unconditional"``, ``"variance of effects"`` and a ``"site effect"`` for each site.
    """
    frames.distinct(outcome, [treated, site], covariates)
    known, dropped = frames.complete(data, [outcome, treated, site, *covariates])
    drawn = arms.indicator(known[treated])
    try:
        arms.require(drawn)
        known = known.assign(**{DRAWN: drawn})
        fit = fitting.fit(known, outcome, design(known, drawn, covariates), {site: (DRAWN,)})
        found = list(_estimates(fit, known, outcome, site, covariates))
    except NotComputable as problem:
        found = refused(NAMES, problem, n=len(known), method=Method.MULTISITE_TRIAL)
    return Result(name, tuple(found), dropped=dropped)


def _estimates(
    fit: MixedFit, known: pd.DataFrame, outcome: str, site: str, covariates: Sequence[str]
) -> Iterator[Estimate]:
    drawn = known[DRAWN].to_numpy(float)
    facts = {"n": len(known), "smallest": arms.smallest(drawn), "method": Method.MULTISITE_TRIAL}
    value, error, df = fit.contrast({DRAWN: 1.0})
    yield Estimate.from_standard_error(
        "effect", value, error, df=df, interval=Interval.T_MIXED, unit=Unit.OUTCOME, **facts
    )
    free = len(known) - known[site].nunique()
    for kind, variances in _variances(fit, known, outcome, site).items():
        for label, variance in variances.items():
            size = value / np.sqrt(variance)
            its = float(np.sqrt(error**2 / variance + size**2 / (2 * free)))
            yield Estimate.from_standard_error(
                label, float(size), its, group=kind, interval=Interval.NORMAL, unit=Unit.SD, **facts
            )
    yield _variance(fit, site)
    yield from _site_effects(fit, known, outcome, site, design(known, drawn, covariates))


def _variances(fit: MixedFit, known: pd.DataFrame, outcome: str, site: str) -> dict[str, dict[str, float]]:
    """Variance within sites and in all of persons, of this model and of the empty one."""
    spread, within = fit.covariances(fit.point)[site], fit.residual_variance(fit.point)
    between = spread[0, 0] + known[DRAWN].mean() * (spread[1, 1] + 2 * spread[0, 1])
    empty = fitting.fit(known, outcome, (), {site: ()})
    own = empty.residual_variance(empty.point)
    sites = float(empty.covariances(empty.point)[site][0, 0])
    return {
        "conditional": {"effect size, within": within, "effect size, total": within + between},
        "unconditional": {"effect size, within": own, "effect size, total": own + sites},
    }


def _variance(fit: MixedFit, site: str) -> Estimate:
    def variance(model: MixedFit, point: Vector) -> float:
        return float(model.covariances(point)[site][1, 1])

    facts = {"unit": Unit.VARIANCE, "n": fit.data.n, "method": Method.MULTISITE_TRIAL}
    found = Estimate("variance of effects", "", variance(fit, fit.point), **facts)
    return replace(found, **profiled(profile.maximum_likelihood(fit), variance, (0.0, np.inf)))


def _site_effects(
    fit: MixedFit, known: pd.DataFrame, outcome: str, site: str, regressors: pd.DataFrame
) -> Iterator[Estimate]:
    """b + u1 of each site, with the root of its prediction error variance (Henderson, 1975)."""
    spread, within = fit.covariances(fit.point)[site], fit.residual_variance(fit.point)
    left = frames.numbers(known, outcome) - regressors.to_numpy() @ fit.coefficients
    place = list(regressors.columns).index(DRAWN)
    slope = np.array([0.0, 1.0])
    for label in frames.labels(known[site]):
        rows = (known[site] == label).to_numpy()
        x = regressors.to_numpy()[rows]
        z = np.column_stack([np.ones(rows.sum()), x[:, place]])
        gain = spread @ np.linalg.solve(within * np.eye(2) + z.T @ z @ spread, z.T)  # D Z' V^-1, (2, n)
        effects = gain @ left[rows]
        pull = -slope @ gain @ x
        pull[place] += 1
        variance = (spread - gain @ z @ spread)[1, 1] + pull @ fit.covariance @ pull
        value = fit.coefficients[place] + effects[1]
        yield _site_effect(str(label), float(value), float(variance), x[:, place])


def _site_effect(label: str, value: float, variance: float, drawn: Vector) -> Estimate:
    facts = {"group": label, "unit": Unit.OUTCOME, "n": len(drawn), "method": Method.MULTISITE_TRIAL}
    if arms.smallest(drawn) < 1:
        return Estimate.not_computable("site effect", Reason.FEW_TREATED, **facts)
    found = Estimate.from_standard_error(
        "site effect",
        value,
        float(np.sqrt(max(variance, 0.0))),
        interval=Interval.PREDICTION_ERROR,
        smallest=arms.smallest(drawn),
        **facts,
    )
    return replace(found, p_value=None)
