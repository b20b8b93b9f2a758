"""Power: what a design of a given size could detect at all, before there is any outcome."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy import optimize, stats

from kansen_lib.stats.choice import Choice
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Method, Reason, Unit

__all__ = ["Design", "Plan", "minimum_detectable_effect", "power_of", "sample_size"]

#: Two-sided size of the test of every plan.
ALPHA = 0.05

#: Largest number that :func:`sample_size` looks for.
LARGEST = 1e7


class Design(Choice):
    """What is drawn (or decided), and within what; with the code of Dong and Maynard (2013)."""

    INDIVIDUAL = "persons (IRA1-1)"
    BLOCKS_CONSTANT = "persons within blocks, one effect (BIRA2-1c)"
    BLOCKS_FIXED = "persons within fixed blocks (BIRA2-1f)"
    BLOCKS_RANDOM = "persons within random blocks (BIRA2-1r)"
    CLUSTER = "clusters (CRA2-2)"
    CLUSTER_THREE_LEVELS = "clusters of groups (CRA3-3)"
    CLUSTER_BLOCKS_FIXED = "clusters within fixed blocks (BCRA3-2f)"
    CLUSTER_BLOCKS_RANDOM = "clusters within random blocks (BCRA3-2r)"
    THRESHOLD = "persons at a threshold of a score"
    STAGGERED = "clusters that start at different times"


@dataclass(frozen=True)
class Plan:
    """A design as it is planned. Shares of variance are of the outcome within the arms.

    Attributes:
        design: one of :class:`Design`.
        n: persons in each unit of level 2, in each period; all persons when they are in no such units.
        units: units of level 2: the blocks of persons, the clusters, or those in each unit of level 3.
        tops: units of level 3, for designs with three levels.
        icc: share of the variance between units of level 2.
        icc_top: share of the variance between units of level 3.
        heterogeneity: variance of the effect between random blocks, as a ratio to the variance of
            the outcome between those blocks.
        r2: share of the variance between persons that covariates explain.
        r2_units, r2_top: the same between units of level 2 and of level 3.
        r2_effect: share of the variance of the effect between random blocks that covariates explain.
        covariates: number of covariates that cost degrees of freedom, at the level of the test.
        share_treated: share drawn, or beyond the threshold, or of the clusters that ever start.
        take_up: how much larger the share that takes part is among those who were drawn (invited). Below 1
            the effect is that of taking part, for those whom the offer made take part.
        score_correlation: at a threshold, the correlation of score and treatment; None for a normal score.
            Within a bandwidth about the threshold it is close to 0.87, and ``n`` counts who is within it.
        shocks: with periods, share of the variance between periods of the same unit, beside ``icc``, which
            then plays no part: units are compared with themselves. ``r2_units`` is the share of the shocks
            that covariates explain.
        before: periods before the first start.
        after: periods in which all that ever start have started, the one of the last start included.
        waves: number of starts, of equal size, one period apart.
    """

    design: Design
    n: float
    units: float = 1
    tops: float = 1
    icc: float = 0.0
    icc_top: float = 0.0
    heterogeneity: float = 0.0
    r2: float = 0.0
    r2_units: float = 0.0
    r2_top: float = 0.0
    r2_effect: float = 0.0
    covariates: int = 0
    share_treated: float = 0.5
    take_up: float = 1.0
    score_correlation: float | None = None
    shocks: float = 0.0
    before: int = 1
    after: int = 1
    waves: int = 1

    def __post_init__(self) -> None:
        Design(self.design)
        if not min(self.n, self.units, self.tops) > 0 or self.covariates < 0:
            raise ValueError(
                f"a plan needs numbers above 0, and 0 covariates or more; it has n={self.n}, "
                f"units={self.units}, tops={self.tops}, covariates={self.covariates}"
            )
        shares = ("icc", "icc_top", "shocks", "r2", "r2_units", "r2_top", "r2_effect")
        wrong = [name for name in shares if not 0 <= getattr(self, name) <= 1]
        inner = 0 < self.share_treated < 1 and 0 < self.take_up <= 1 and -1 < self._correlation < 1
        if wrong or not inner or self.icc + self.icc_top + self.shocks > 1 or self.heterogeneity < 0:
            raise ValueError(
                f"a plan needs shares between 0 and 1, together at most 1 for icc, icc_top and shocks, and a "
                f"share_treated, take_up and score_correlation within them; wrong: {wrong or 'one of these'}"
            )
        if min(self.before, self.after, self.waves) < 1:
            raise ValueError(
                f"a plan needs a period before the start and one after it, and a start; it has "
                f"before={self.before}, after={self.after}, waves={self.waves}"
            )

    @property
    def standard_error(self) -> float:
        """Standard error of the effect, in standard deviations of the outcome."""
        return math.sqrt(_VARIANCES[self.design](self)) / self.take_up

    @property
    def periods(self) -> int:
        """Periods in which the units are seen, each with other persons; 1 without periods."""
        return self.before + self.waves - 1 + self.after if self.design == Design.STAGGERED else 1

    @property
    def df(self) -> float:
        """Degrees of freedom of the test of the effect."""
        k, units, tops = self.covariates, self.units, self.tops
        return {
            Design.INDIVIDUAL: self.n - k - 2,
            Design.BLOCKS_CONSTANT: units * (self.n - 1) - k - 1,
            Design.BLOCKS_FIXED: units * (self.n - 2) - k,
            Design.BLOCKS_RANDOM: units - k - 1,
            Design.CLUSTER: units - k - 2,
            Design.CLUSTER_THREE_LEVELS: tops - k - 2,
            Design.CLUSTER_BLOCKS_FIXED: tops * (units - 2) - k,
            Design.CLUSTER_BLOCKS_RANDOM: tops - k - 1,
            Design.THRESHOLD: self.n - k - 3,
            Design.STAGGERED: units - k - self.waves - 1,
        }[self.design]

    @property
    def persons(self) -> int:
        """All persons of the design."""
        return round(self.n * self.units * self.tops * self.periods)

    @property
    def _correlation(self) -> float:
        """Correlation of score and treatment at a threshold: by default of a normal score."""
        if self.score_correlation is not None:
            return self.score_correlation
        p = self.share_treated
        return float(stats.norm.pdf(stats.norm.ppf(p)) / math.sqrt(p * (1 - p)))


def _between_persons(plan: Plan) -> float:
    drawn = plan.share_treated * (1 - plan.share_treated)
    return (1 - plan.icc - plan.icc_top) * (1 - plan.r2) / (drawn * plan.n * plan.units * plan.tops)


def _plain(plan: Plan) -> float:
    drawn = plan.share_treated * (1 - plan.share_treated)
    return (1 - plan.r2) / (drawn * plan.n * plan.units)


def _clusters(plan: Plan) -> float:
    drawn = plan.share_treated * (1 - plan.share_treated)
    between = plan.icc * (1 - plan.r2_units) / (drawn * plan.units * plan.tops)
    return between + _between_persons(plan)


def _three_levels(plan: Plan) -> float:
    drawn = plan.share_treated * (1 - plan.share_treated)
    return plan.icc_top * (1 - plan.r2_top) / (drawn * plan.tops) + _clusters(plan)


def _random_blocks(plan: Plan) -> float:
    varying = plan.icc * plan.heterogeneity * (1 - plan.r2_effect) / plan.units
    return varying + _between_persons(plan)


def _clusters_in_random_blocks(plan: Plan) -> float:
    varying = plan.icc_top * plan.heterogeneity * (1 - plan.r2_effect) / plan.tops
    return varying + _clusters(plan)


def _threshold(plan: Plan) -> float:
    """That of a lottery of persons, times the design effect of Schochet (2009)."""
    return _plain(plan) / (1 - plan._correlation**2)


def _staggered(plan: Plan) -> float:
    """Variance of the mean outcome of a unit in a period, times the squared weights of these means."""
    persons = (1 - plan.icc - plan.icc_top - plan.shocks) * (1 - plan.r2) / plan.n
    return (
        (plan.shocks * (1 - plan.r2_units) + persons)
        * _squared_weights(plan.share_treated, plan.before, plan.after, plan.waves)
        / plan.units
    )


@cache
def _squared_weights(share: float, before: int, after: int, waves: int) -> float:
    """Sum of the squared weights of the imputation estimator on the means of units in periods, times units.

    The means of those that never start and of each wave stand for their units: wave j starts in period
    before + j. Least squares of group and period on what is not yet treated predicts what is; the effect is
    the mean over the treated of outcome minus prediction, so that each weight is known.
    """
    periods = before + waves - 1 + after
    sizes = np.repeat([1 - share, share / waves], [1, waves])
    starts = np.array([periods, *range(before, before + waves)])
    group, period = (part.ravel() for part in np.indices((waves + 1, periods)))
    x = np.column_stack([group[:, None] == range(waves + 1), period[:, None] == range(1, periods)]).astype(
        float
    )
    size, treated = sizes[group], period >= starts[group]
    own = np.where(treated, size, 0.0) / size[treated].sum()
    root = np.sqrt(size[~treated])[:, None] * x[~treated]
    pulled = np.linalg.pinv(root.T @ root) @ (x.T @ own)  # of the predictions, on the coefficients
    own[~treated] = -size[~treated] * (x[~treated] @ pulled)
    return float((own**2 / size).sum())


_VARIANCES: dict[Design, Callable[[Plan], float]] = {
    Design.INDIVIDUAL: _plain,
    Design.BLOCKS_CONSTANT: _plain,
    Design.BLOCKS_FIXED: _plain,
    Design.BLOCKS_RANDOM: _random_blocks,
    Design.CLUSTER: _clusters,
    Design.CLUSTER_THREE_LEVELS: _three_levels,
    Design.CLUSTER_BLOCKS_FIXED: _clusters,
    Design.CLUSTER_BLOCKS_RANDOM: _clusters_in_random_blocks,
    Design.THRESHOLD: _threshold,
    Design.STAGGERED: _staggered,
}


def minimum_detectable_effect(
    plan: Plan, *, power: float = 0.8, name: str = "minimum detectable effect"
) -> Estimate:
    """Smallest effect that a design would detect with the given power, in standard deviations.

    Estimand: the effect, in total standard deviations of the outcome, at which a two-sided test at 5%
    rejects with probability ``power``; below full take-up that of taking part.

    Formula: (t(0.975, df) + t(power, df)) * standard error of the planned estimator, with the degrees of
    freedom of the design; the sum of two central t quantiles, as PowerUp! has it, not the noncentral t.
    Threshold: variance of a lottery over 1 - r2, r the correlation of score and treatment, for one straight
    line through both sides. Staggered start: imputation on the means of clusters in periods,
    with independent shocks; df = clusters - waves - 1. Take-up: standard error over it.

    Interval: none: it is a property of the plan; ``standard_error`` is that of the planned estimator.

    Source: Bloom (1995, 2006); Dong and Maynard (2013), equations of IRA1-1, BIRA2-1, CRA2-2, CRA3-3,
    BCRA3-2; equals ``mdes.*`` of the R package PowerUpR. Schochet (2009), J. Educ. Behav. Stat. 34,
    238-266 (threshold); Borusyak, Jaravel and Spiess (2024) (staggered); Bloom (1984) (take-up).
    """
    _check(power)
    facts = {"unit": Unit.SD, "n": plan.persons, "method": Method.DETECTABLE}
    if not plan.df > 0:
        return Estimate.not_computable(name, Reason.TOO_FEW, **facts)
    if not plan.standard_error > 0:
        return Estimate.not_computable(name, Reason.NO_SPREAD, **facts)
    value = _detectable(plan, power)
    return Estimate(name, value=value, standard_error=plan.standard_error, df=plan.df, **facts)


def power_of(plan: Plan, effect: float, *, name: str = "power") -> Estimate:
    """Probability that a design detects an effect of a given size.

    Estimand: the probability that a two-sided test at 5% rejects when the effect is ``effect`` standard
    deviations.

    Formula: 1 - F(t) + F(-t), with F the noncentral t distribution with the degrees of freedom of the
    design and noncentrality effect / standard error, and t its central 97.5% quantile.

    Interval: none: it is a property of the plan.

    Source: Hedges and Rhoads (2010); equals ``power.*`` of the R package PowerUpR, and for persons
    statsmodels' TTestIndPower.
    """
    if not math.isfinite(effect):
        raise ValueError(f"the effect is {effect}; it is a number of standard deviations")
    facts = {"unit": Unit.SHARE, "n": plan.persons, "method": Method.POWER}
    if not plan.df > 0:
        return Estimate.not_computable(name, Reason.TOO_FEW, **facts)
    if not plan.standard_error > 0:
        return Estimate.not_computable(name, Reason.NO_SPREAD, **facts)
    critical = stats.t.ppf(1 - ALPHA / 2, plan.df)
    shift = abs(effect) / plan.standard_error
    value = stats.nct.sf(critical, plan.df, shift) + stats.nct.cdf(-critical, plan.df, shift)
    if not math.isfinite(value):  # the far tail of the noncentral t underflows
        value = 1.0
    return Estimate(name, value=float(value), df=plan.df, **facts)


def sample_size(plan: Plan, effect: float, *, power: float = 0.8, name: str = "sample size") -> Estimate:
    """How many units a design needs to detect an effect of a given size.

    Estimand: the number of persons (in no blocks or clusters), of units of level 3 (three levels, drawn or
    random blocks) or else of units of level 2 at which the minimum detectable effect is ``effect``; the
    plan's own number of them plays no part.

    Formula: the root of minimum detectable effect(number) = effect, to the nearest whole number, as
    PowerUp! has it: it can fall just short, and :func:`power_of` says by how much.

    Interval: none: it is a property of the plan.

    Source: Dong and Maynard (2013); equals ``mrss.*`` of the R package PowerUpR.
    """
    _check(power)
    facts = {"unit": Unit.COUNT, "method": Method.SAMPLE_SIZE}
    if not abs(effect) > 0:
        return Estimate.not_computable(name, Reason.NO_EFFECT, **facts)
    highest = _highest(plan.design)
    start = _fewest(plan, highest)

    def excess(number: float) -> float:
        return _detectable(replace(plan, **{highest: number}), power) - abs(effect)

    if excess(LARGEST) > 0:
        return Estimate.not_computable(name, Reason.NOT_IDENTIFIED, **facts)
    root = start if excess(start) <= 0 else optimize.brentq(excess, start, LARGEST, xtol=1e-9)
    value = round(root)
    planned = replace(plan, **{highest: value})
    return Estimate(name, value=float(value), n=planned.persons, df=planned.df, **facts)


def _check(power: float) -> None:
    if not ALPHA < power < 1:
        raise ValueError(f"the power is {power}; it is a probability above {ALPHA} and below 1, such as 0.8")


def _detectable(plan: Plan, power: float) -> float:
    multiplier = stats.t.ppf(1 - ALPHA / 2, plan.df) + stats.t.ppf(power, plan.df)
    return float(multiplier * plan.standard_error)


def _highest(design: Design) -> str:
    """The attribute of a plan that counts what is drawn, or the blocks in which is drawn."""
    if design in (Design.INDIVIDUAL, Design.THRESHOLD):
        return "n"
    return "tops" if design in (Design.CLUSTER_THREE_LEVELS, Design.CLUSTER_BLOCKS_RANDOM) else "units"


def _fewest(plan: Plan, highest: str) -> float:
    """Number at which the plan has its first degree of freedom."""
    number = 1
    while replace(plan, **{highest: number}).df < 1:
        number += 1
        if number > 1000:
            raise ValueError(f"a plan with n={plan.n} and units={plan.units} never has degrees of freedom")
    return float(number)
