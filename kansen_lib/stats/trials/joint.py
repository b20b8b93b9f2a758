"""What a treatment does to the mean and to the gap, together: one can rise while the other widens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kansen_lib.stats import arms, frames, region
from kansen_lib.stats.inference.regression import hotelling
from kansen_lib.stats.linear import LinearFit
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit
from kansen_lib.stats.trials.individual import cells_of, effect_of, model_by_group, prepared

Matrix = NDArray[np.float64]

MEAN, GAP, CORRELATION = "effect on the mean", "effect on the gap", "correlation of both effects"


def mean_and_gap(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    group: str,
    low: object,
    high: object,
    covariates: Sequence[str] = (),
    block: str | None = None,
    cluster: str | None = None,
    shares: Mapping[object, float] | None = None,
    name: str = "mean and gap",
) -> Result:
    """Effect of a lottery on the mean of all groups and on the gap between two, with their joint region.

    Estimand: the mean over groups, with fixed shares, of the intention-to-treat effect in each; the effect
    in the high group minus that in the low one: by how much the gap changes. A treatment can help all and
    widen the gap.

    Formula: sum of share times effect, and difference of effects, by the least squares of
    ``effect_by_group``; half axes = root of (eigenvalue of the 2 x 2 covariance times
    2 h/(h - 1) F(2, h - 1)).

    Interval: 95% t: HC3 with n - k degrees of freedom, with clusters CR2 with Satterthwaite. Of the region
    Hotelling with h = n - k, with clusters the degrees of freedom of the HTZ test. P-values of the null of
    no effect, of the joint test on neither.

    Source: Johnson and Wichern (2007), section 5.4; Pustejovsky and Tipton (2018); equals R lm with
    sandwich (HC3), and clubSandwich (CR2, ``Wald_test`` HTZ), with car (ellipse).

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome: score column.
        treated: column with True for those who were drawn.
        group: column with the group.
        low, high: the groups of the gap, high minus low.
        covariates: columns of before the lottery.
        block: column with the block within which was drawn.
        cluster: column with the clusters that were drawn.
        shares: of each group in those whom the mean is about, taken as known; None takes those of the data.
        name: name of the result.

    Returns:
        ``"effect on the mean"``, ``"effect on the gap"``, ``"correlation of both effects"``, the half axes
        and the angle (degrees from the axis of the mean) of the ``"region"``, and the ``"joint test"``.

    Raises:
        ValueError: groups without a share, shares that are negative or all zero.
    """
    frames.distinct(outcome, [treated], covariates)
    frames.different(low, high)
    known, dropped = prepared(data, [outcome, treated, group, *covariates, cluster], block)
    frames.can_hold(known[group], low, high)
    drawn = arms.indicator(known[treated])
    facts = {"unit": Unit.OUTCOME, "n": len(known), "method": Method.MEAN_AND_GAP}
    try:
        labels = frames.labels(known[group])
        own = {label: float((known[group] == label).sum()) for label in labels}
        weights = _weights(labels, own if shares is None else shares, low, high)
        clusters = None if cluster is None else known[cluster]
        cells = cells_of(known[group], drawn, labels, clusters)
        fit = model_by_group(known, cells, outcome, covariates, block, clusters)
        both = _Both.of_fit(fit, np.array([fit.direction(effect_of(label)) for label in labels]), weights)
        sides = min(int(cells[label, arm].sum()) for label in (low, high) for arm in (0, 1))
        found = both.estimates(facts, arms.smallest(drawn), sides)
    except NotComputable as why:
        found = _refused(why, facts)
    return Result(name, tuple(found), dropped=dropped)


def joint_effect(
    effects: Mapping[object, float],
    covariance: ArrayLike,
    *,
    shares: Mapping[object, float],
    low: object,
    high: object,
    df: float | None = None,
    n: int | None = None,
    smallest: int | None = None,
    unit: str = Unit.OUTCOME,
    name: str = "mean and gap",
) -> Result:
    """Effect on the mean and on the gap, with their joint region, from effects in groups and a covariance.

    Estimand: as ``mean_and_gap``, of whatever the effects in the groups estimate.

    Formula: sum of share times effect, and difference of effects; half axes = root of (eigenvalue of the
    2 x 2 covariance times q), q = chi-squared(2), or with df degrees of freedom 2 df/(df - 1) F(2, df - 1).

    Interval: 95% t with df degrees of freedom, or normal; of the region Hotelling with df, or chi-squared.
    P-values of the null of no effect, of the joint test on neither.

    Source: Johnson and Wichern (2007), sections 2.6 and 5.4; equals R multcomp ``glht`` and car
    ``ellipse``.

    Args:
        effects: effect in each group.
        covariance: of the effects, shape (k, k), in their order.
        shares: of each group in those whom the mean is about, taken as known; with those of the effects.
        low, high: the groups of the gap, high minus low.
        df: degrees of freedom of the covariance; None for a large sample.
        n, smallest: persons, and those in the smallest group.
        unit: of the effects.
        name: name of the result.

    Returns:
        The estimates of :func:`mean_and_gap`.

    Raises:
        ValueError: groups without a share, without an effect, or a covariance of another size.
    """
    frames.different(low, high)
    labels, spread = list(effects), np.asarray(covariance, float)
    if spread.shape != (len(labels), len(labels)):
        raise ValueError(f"{len(labels)} effects need a covariance of that size; it has shape {spread.shape}")
    facts = {"unit": unit, "n": n, "method": Method.MEAN_AND_GAP}
    try:
        weights = _weights(labels, shares, low, high)
        values, spread = (
            weights @ np.array([effects[label] for label in labels]),
            weights @ spread @ weights.T,
        )
        found = _Both(values, spread, (df, df), df, Interval.NORMAL if df is None else Interval.T).estimates(
            facts, smallest, smallest
        )
    except NotComputable as why:
        found = _refused(why, facts)
    return Result(name, tuple(found))


def joint_region(
    mean: Estimate, gap: Estimate, correlation: float, *, df: float | None = None, name: str = "mean and gap"
) -> Result:
    """The joint region of an effect on the mean and one on the gap, from their errors and correlation.

    Estimand: none of its own: where both effects lie together.

    Formula: half axes = root of (eigenvalue of the 2 x 2 covariance times q), q = chi-squared(2), or with df
    degrees of freedom 2 df/(df - 1) F(2, df - 1).

    Interval: none; the region is 95% chi-squared, or Hotelling with df. P-value of the null of neither
    effect.

    Source: Johnson and Wichern (2007), section 5.4; equals R car ``ellipse``.

    Args:
        mean, gap: both effects, in one unit, with their standard errors.
        correlation: of both estimates.
        df: degrees of freedom; None takes the smaller of both effects, and where neither has any, none.
        name: name of the result.

    Returns:
        Half axes and angle (degrees from the axis of the mean) of the ``"region"``, and the ``"joint test"``.

    Raises:
        ValueError: a correlation that is none.
    """
    if not abs(correlation) <= 1:
        raise ValueError(f"the correlation is {correlation}; it lies between -1 and 1")
    sizes = [item.n for item in (mean, gap) if item.n is not None]
    facts = {"unit": mean.unit, "n": min(sizes, default=None), "method": Method.MEAN_AND_GAP}
    least = [item.smallest for item in (mean, gap) if item.smallest is not None]
    known = [item.df for item in (mean, gap) if item.df is not None]
    errors = [item.standard_error for item in (mean, gap)]
    try:
        if None in errors:
            raise NotComputable(Reason.NO_ESTIMATE)
        spread = np.outer(errors, errors) * np.array([[1, correlation], [correlation, 1]])
        centre = np.array([mean.value, gap.value])
        items = region.joint(centre, spread, min(known, default=None) if df is None else df)
        found = [Estimate(**{**facts, "smallest": min(least, default=None), **item}) for item in items]
    except NotComputable as why:
        found = [Estimate.not_computable(item, why.reason, **facts) for item in region.NAMES]
    return Result(name, tuple(found))


@dataclass(frozen=True)
class _Both:
    """Both effects and what their errors rest on.

    Attributes:
        values: effect on the mean and on the gap, shape (2,).
        spread: their covariance, shape (2, 2).
        dfs: degrees of freedom of each; None for a large sample.
        df: degrees of freedom of both together.
        interval: what the intervals of both are.
    """

    values: Matrix
    spread: Matrix
    dfs: tuple[float | None, float | None]
    df: float | None
    interval: Interval

    @classmethod
    def of_fit(cls, fit: LinearFit, effects: Matrix, weights: Matrix) -> _Both:
        """From a model, contrasts of the effect in each group (g, k) and weights of the groups (2, g)."""
        contrasts = weights @ effects
        each = [fit.contrast(dict(zip(fit.names, row, strict=True)))[2] for row in contrasts]
        values, spread = contrasts @ fit.params, contrasts @ fit.covariance @ contrasts.T
        kind, together = Interval.T_HC3, float(fit.df_residual)
        if fit.clusters:
            kind = Interval.T_CR2
            try:
                together = hotelling(fit, contrasts)[1] + len(contrasts) - 1
            except NotComputable:
                together = 0.0  # no region; each effect has an interval of its own
        return cls(values, spread, (each[0], each[1]), together, kind)

    def estimates(self, facts: dict, arm: int | None, sides: int | None) -> list[Estimate]:
        """All estimates, with the persons in the smallest arm, and in that of both sides of the gap."""
        errors, rows = (
            np.sqrt(np.maximum(np.diag(self.spread), 0.0)),
            zip((MEAN, GAP), (arm, sides), strict=True),
        )
        found = [
            Estimate.from_standard_error(
                label, value, error, df=df, interval=self.interval, smallest=smallest, **facts
            )
            for (label, smallest), value, error, df in zip(rows, self.values, errors, self.dfs, strict=True)
        ]
        least = min((size for size in (arm, sides) if size is not None), default=None)
        return [*found, self._correlation(errors, facts, least), *self._region(facts, least)]

    def _correlation(self, errors: Matrix, facts: dict, least: int | None) -> Estimate:
        own = {**facts, "unit": Unit.CORRELATION}
        if not errors.min() > 0:
            return Estimate.not_computable(CORRELATION, Reason.NO_SPREAD, **own)
        value = float(np.clip(self.spread[0, 1] / errors.prod(), -1, 1))
        return Estimate(CORRELATION, value=value, smallest=least, **own)

    def _region(self, facts: dict, least: int | None) -> list[Estimate]:
        try:
            items = region.joint(self.values, self.spread, self.df)
        except NotComputable as why:
            return [Estimate.not_computable(item, why.reason, **facts) for item in region.NAMES]
        return [Estimate(**{**facts, "smallest": least, **item}) for item in items]


def _weights(labels: Sequence[object], shares: Mapping[object, float], low: object, high: object) -> Matrix:
    """Weights of the groups in the mean and in the gap, shape (2, groups)."""
    if absent := [label for label in labels if label not in shares]:
        raise ValueError(f"the groups {absent} have no share; there are shares of {list(shares)}")
    if not {low, high} <= set(labels):
        raise NotComputable(Reason.EMPTY_GROUP)
    share = np.array([shares[label] for label in labels], float)
    if not (share >= 0).all() or not share.sum() > 0:
        raise ValueError(f"shares are 0 or more, and not all 0; they are {dict(shares)}")
    gap = [float(label == high) - float(label == low) for label in labels]
    return np.array([share / share.sum(), gap])


def _refused(why: NotComputable, facts: dict) -> list[Estimate]:
    units = {MEAN: facts["unit"], GAP: facts["unit"], CORRELATION: Unit.CORRELATION}
    return [
        Estimate.not_computable(label, why.reason, **{**facts, "unit": units.get(label, facts["unit"])})
        for label in (MEAN, GAP, CORRELATION, *region.NAMES)
    ]
