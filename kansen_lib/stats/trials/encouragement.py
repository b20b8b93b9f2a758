"""A lottery of an offer that not everybody takes up, or that some get without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import arms, frames, linear
from kansen_lib.stats.linear import Covariance, LinearFit
from kansen_lib.stats.result import Estimate, NotComputable, Result, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit
from kansen_lib.stats.trials.individual import DRAWN, design, prepared

Vector = NDArray[np.float64]

#: Effective F above which the bias is at most 10% of the worst case (Montiel Olea and Pflueger, 2013).
STRONG = 23.1

#: The estimates of the lottery of an offer, with their units and methods.
NAMES = {
    "effect": (Unit.OUTCOME, Method.CACE),
    "effect, Anderson-Rubin": (Unit.OUTCOME, Method.CACE),
    "effect of the offer": (Unit.OUTCOME, Method.ITT),
    "first stage": (Unit.SHARE, Method.FIRST_STAGE),
    "first-stage F": (Unit.STATISTIC, Method.FIRST_STAGE),
}


def complier_effect(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    offered: str,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    block: str | None = None,
    name: str = "complier effect",
) -> Result:
    """Effect of taking part for those whom the lottery of an offer made take part.

    Estimand: the mean effect among compliers, if the offer works through taking part alone and keeps
    nobody away; beside it the effect of the offer, and the share that the offer makes take part.

    Formula: two-stage least squares with the offer as the one instrument: effect of the offer on the
    outcome over its effect on taking part, both given covariates and block dummies. F: square of the
    first-stage t, which with one instrument is the effective F of Montiel Olea and Pflueger; below 23.1
    (its ``reference``) read the Anderson-Rubin interval only.

    Interval: 95% t: HC1 with n - k degrees of freedom, with clusters CR2 with Satterthwaite; so are those
    of the offer and of the first stage. Anderson-Rubin: all effects b at which the offer has no effect on
    y - b d, with the same errors; right for a weak offer too. P-values of the null of no effect.

    Source: Imbens and Angrist (1994); Montiel Olea and Pflueger (2013); Andrews, Stock and Sun (2019);
    equals linearmodels' ``IV2SLS`` (robust, debiased) and AER's ``ivreg`` with sandwich (HC1) or
    clubSandwich (CR2).

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome: score column.
        treated: column with True for those who took part, or with an amount.
        offered: column with True for those who were drawn.
        covariates: columns of before the lottery.
        cluster: column with the clusters that were drawn.
        block: column with the block within which was drawn.
        name: name of the result.

    Returns:
        ``"effect"``, ``"effect, Anderson-Rubin"``, ``"effect of the offer"``, ``"first stage"`` and
        ``"first-stage F"``.
    """
    frames.distinct(outcome, [treated, offered], covariates)
    known, dropped = prepared(data, [outcome, treated, offered, *covariates, cluster], block)
    drawn = arms.indicator(known[offered])
    facts = {"n": len(known), "method": Method.CACE}
    try:
        clusters = None if cluster is None else known[cluster]
        arms.require(drawn, clusters)
        exogenous = design(known, drawn, covariates, block)
        y, d = frames.numbers(known, outcome), frames.numbers(known, treated)
        stages = Stages.of(exogenous, y, d, clusters)
        found = _estimates(stages, facts | {"smallest": arms.smallest(drawn)})
    except NotComputable as reason:
        found = tuple(
            Estimate.not_computable(label, str(reason), unit=unit, n=len(known), method=method)
            for label, (unit, method) in NAMES.items()
        )
    return Result(name, found, dropped=dropped)


@dataclass(frozen=True)
class Stages:
    """Effects of the offer, with their joint covariance.

    Attributes:
        reduced: on the outcome: value, error and degrees of freedom.
        first: on taking part, the same.
        covariance: of both.
        interval: what their intervals are.
        yes_or_no: whether taking part is, and the first stage a share.
    """

    reduced: tuple[float, float, float]
    first: tuple[float, float, float]
    covariance: float
    interval: Interval
    yes_or_no: bool

    @classmethod
    def of(cls, exogenous: pd.DataFrame, y: Vector, d: Vector, clusters: pd.Series | None) -> Stages:
        """Both regressions; that of their sum gives the covariance.

        Raises:
            NotComputable: no variation in taking part, or none that the offer explains.
        """
        kind = Covariance.HC1 if clusters is None else Covariance.CR2

        def fitted(values: Vector) -> LinearFit:
            return linear.fit(exogenous, values, cluster=clusters, kind=kind)

        if np.ptp(d) == 0 or np.ptp(y) == 0:
            raise NotComputable(Reason.NO_FIRST_STAGE if np.ptp(d) == 0 else Reason.NO_SPREAD)
        scale = d.std() / y.std()
        reduced, first = (fitted(values).contrast(DRAWN) for values in (y, d))
        both = fitted(scale * y + d).contrast(DRAWN)
        if abs(first[0]) <= 1e-10 * d.std():
            raise NotComputable(Reason.NO_FIRST_STAGE)
        covariance = (both[1] ** 2 - (scale * reduced[1]) ** 2 - first[1] ** 2) / (2 * scale)
        interval = Interval.T_HC1 if clusters is None else Interval.T_CR2
        return cls(reduced, first, covariance, interval, bool(np.isin(d, (0, 1)).all()))

    @property
    def effect(self) -> tuple[float, float, float]:
        """Two-stage least squares: value, error and degrees of freedom."""
        (y, error_y, df), (d, error_d, _) = self.reduced, self.first
        value = y / d
        variance = error_y**2 - 2 * value * self.covariance + (value * error_d) ** 2
        return value, float(np.sqrt(max(variance, 0.0)) / abs(d)), df

    def anderson_rubin(self) -> tuple[float, float] | None:
        """Ends of the set of effects that the data do not contradict; None when it has none."""
        (y, error_y, df), (d, error_d, _) = self.reduced, self.first
        q = quantile(df) ** 2
        a, b, c = d**2 - q * error_d**2, y * d - q * self.covariance, y**2 - q * error_y**2
        if not a > 0:
            return None
        root = np.sqrt(max(b**2 - a * c, 0.0))
        return float((b - root) / a), float((b + root) / a)


def _estimates(stages: Stages, facts: dict) -> tuple[Estimate, ...]:
    share = Unit.SHARE if stages.yes_or_no else Unit.OUTCOME
    effect, offer, first = (
        Estimate.from_standard_error(
            label, *row[:2], df=row[2], interval=stages.interval, unit=unit, **{**facts, "method": method}
        )
        for label, row, unit, method in (
            ("effect", stages.effect, Unit.OUTCOME, Method.CACE),
            ("effect of the offer", stages.reduced, Unit.OUTCOME, Method.ITT),
            ("first stage", stages.first, share, Method.FIRST_STAGE),
        )
    )
    value, error, _ = stages.first
    f = Estimate.not_computable("first-stage F", Reason.NO_SPREAD, n=facts["n"], method=Method.FIRST_STAGE)
    if error > 1e-10 * abs(value):
        f = replace(f, value=(value / error) ** 2, unit=Unit.STATISTIC, reason="", reference=STRONG)
    return effect, _robust(stages, facts), offer, first, f


def _robust(stages: Stages, facts: dict) -> Estimate:
    ends = stages.anderson_rubin()
    if ends is None:
        plain = {key: facts[key] for key in ("n", "method")}
        return Estimate.not_computable("effect, Anderson-Rubin", Reason.UNBOUNDED, unit=Unit.OUTCOME, **plain)
    return Estimate(
        "effect, Anderson-Rubin",
        value=stages.effect[0],
        lower=ends[0],
        upper=ends[1],
        interval=Interval.ANDERSON_RUBIN,
        unit=Unit.OUTCOME,
        **facts,
    )
