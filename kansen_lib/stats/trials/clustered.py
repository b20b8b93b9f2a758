"""A lottery of clusters (classes, schools), with effect sizes by total and by within variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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

#: The estimates of a cluster trial, by name and group, with their units.
NAMES = EFFECTS | {
    ("intraclass correlation", "conditional"): Unit.SHARE,
    ("intraclass correlation", "unconditional"): Unit.SHARE,
}


@dataclass(frozen=True)
class Sizes:
    """Numbers of persons in the clusters of both arms: what the errors of effect sizes rest on.

    Attributes:
        drawn, others: persons in each cluster.
    """

    drawn: Vector
    others: Vector

    @property
    def n(self) -> float:
        """Persons."""
        return float(self.drawn.sum() + self.others.sum())

    @property
    def clusters(self) -> int:
        """Clusters."""
        return len(self.drawn) + len(self.others)

    @property
    def smallest(self) -> int:
        """Persons in the smallest arm."""
        return int(min(self.drawn.sum(), self.others.sum()))

    @property
    def share(self) -> float:
        """Inverse of the harmonic sum: (N_T + N_C) / (N_T N_C)."""
        return float(1 / self.drawn.sum() + 1 / self.others.sum())

    @property
    def typical(self) -> float:
        """Mean cluster size that the variance of the difference of means sees (n tilde)."""
        there, here, n = self.drawn.sum(), self.others.sum(), self.n
        squares = here * (self.drawn**2).sum() / (there * n) + there * (self.others**2).sum() / (here * n)
        return float(squares)

    @property
    def unequal(self) -> tuple[float, float]:
        """Cluster size of each arm that unequal sizes leave (n_U)."""
        first, second = (
            float((part.sum() ** 2 - (part**2).sum()) / (part.sum() * (len(part) - 1)))
            for part in (self.drawn, self.others)
        )
        return first, second


def cluster_trial(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    cluster: str,
    covariates: Sequence[str] = (),
    name: str = "cluster trial",
) -> Result:
    """Intention-to-treat effect of a lottery of clusters, with effect sizes and intraclass correlation.

    Estimand: the mean outcome if all clusters were drawn minus that if none were; and that difference in
    standard deviations of persons within clusters, or of all persons.

    Formula: y = X b + u_cluster + e by REML. Within: b / s_W. Total: b / sqrt(s_W2 + s_B2) times
    sqrt(1 - r ((N - n_UT m_T - n_UC m_C) + n_UT + n_UC - 2)/(N - 2)), with r the intraclass correlation.
    Conditional: variances of this model. Unconditional: of the empty model, which has the effect in its
    variance between clusters. No small-sample factor: N - M is large.

    Interval: of the effect 95% t with Satterthwaite degrees of freedom; of the sizes 95% normal with the
    errors of Hedges (2007), equations for unequal clusters; of r profile likelihood. P-value of the null
    of no effect.

    Source: Hedges (2007), J. Educ. Behav. Stat. 32, 341-370; effect equals lme4 and lmerTest; sizes follow
    ``crtFREQ`` of the R package eefAnalytics.

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome: score column.
        treated: column with True for the clusters that were drawn, the same within a cluster.
        cluster: column with the cluster.
        covariates: columns of before the lottery.
        name: name of the result.

    Returns:
        ``"effect"``, ``"effect size, within"``, ``"effect size, total"`` and ``"intraclass correlation"``,
        the last three ``"conditional"`` and ``"unconditional"``.
    """
    frames.distinct(outcome, [treated, cluster], covariates)
    known, dropped = frames.complete(data, [outcome, treated, cluster, *covariates])
    drawn = arms.indicator(known[treated])
    try:
        sizes = _sizes(known[cluster], drawn)
        fit = fitting.fit(known, outcome, design(known, drawn, covariates), {cluster: ()})
        empty = fitting.fit(known, outcome, (), {cluster: ()})
        found = [_effect(fit, sizes)]
        for model, kind in ((fit, "conditional"), (empty, "unconditional")):
            found += _effect_sizes(fit.contrast({DRAWN: 1.0})[0], model, cluster, sizes, kind)
        found += [_correlation(fit, cluster, "conditional"), _correlation(empty, cluster, "unconditional")]
    except NotComputable as problem:
        found = refused(NAMES, problem, n=len(known), method=Method.CLUSTER_TRIAL)
    return Result(name, tuple(found), dropped=dropped)


def _sizes(cluster: pd.Series, drawn: Vector) -> Sizes:
    table = pd.DataFrame({"cluster": cluster, "drawn": drawn}).groupby("cluster", observed=True)["drawn"]
    rows = table.agg(["mean", "size"])
    if not rows["mean"].isin((0.0, 1.0)).all():
        raise NotComputable(Reason.MIXED_CLUSTERS)
    there, here = (rows.loc[rows["mean"] == arm, "size"].to_numpy(float) for arm in (1, 0))
    if min(len(there), len(here)) < arms.FEWEST:
        raise NotComputable(Reason.FEW_CLUSTERS)
    return Sizes(there, here)


def _effect(fit: MixedFit, sizes: Sizes) -> Estimate:
    value, error, df = fit.contrast({DRAWN: 1.0})
    facts = {"unit": Unit.OUTCOME, "n": int(sizes.n), "smallest": sizes.smallest}
    return Estimate.from_standard_error(
        "effect", value, error, df=df, interval=Interval.T_MIXED, method=Method.CLUSTER_TRIAL, **facts
    )


def _effect_sizes(effect: float, model: MixedFit, cluster: str, sizes: Sizes, kind: str) -> list[Estimate]:
    within = model.residual_variance(model.point)
    between = float(model.covariances(model.point)[cluster][0, 0])
    icc = between / (within + between)
    rows = {
        "effect size, within": _within(effect / np.sqrt(within), icc, sizes),
        "effect size, total": _total(effect / np.sqrt(within + between), icc, sizes),
    }
    facts = {"unit": Unit.SD, "n": int(sizes.n), "smallest": sizes.smallest, "method": Method.CLUSTER_TRIAL}
    return [
        Estimate.from_standard_error(label, value, error, group=kind, interval=Interval.NORMAL, **facts)
        for label, (value, error) in rows.items()
    ]


def _within(d: float, icc: float, sizes: Sizes) -> tuple[float, float]:
    """Effect size by the within variance, and its error (Hedges, 2007)."""
    clustering = (1 + (sizes.typical - 1) * icc) / (1 - icc)
    variance = sizes.share * clustering + d**2 / (2 * (sizes.n - sizes.clusters))
    return float(d), float(np.sqrt(variance))


def _total(d: float, icc: float, sizes: Sizes) -> tuple[float, float]:
    """Effect size by the total variance, and its error (Hedges, 2007)."""
    n, (there, here) = sizes.n, sizes.unequal
    m_there, m_here = len(sizes.drawn), len(sizes.others)
    lost = (n - there * m_there - here * m_here) + there + here - 2
    d *= np.sqrt(1 - icc * lost / (n - 2))
    a = sum(_fourth(part) for part in (sizes.drawn, sizes.others))
    b = there * (m_there - 1) + here * (m_here - 1)
    spread = (n - 2) * (1 - icc) ** 2 + a * icc**2 + 2 * b * icc * (1 - icc)
    variance = sizes.share * (1 + (sizes.typical - 1) * icc) + d**2 * spread / (
        2 * (n - 2) * ((n - 2) - icc * (n - 2 - b))
    )
    return float(d), float(np.sqrt(variance))


def _fourth(part: Vector) -> float:
    """A of one arm: what unequal clusters add to the variance of its total variance."""
    n, squares, cubes = part.sum(), (part**2).sum(), (part**3).sum()
    return float((n**2 * squares + squares**2 - 2 * n * cubes) / n**2)


def _correlation(fit: MixedFit, cluster: str, kind: str) -> Estimate:
    def share(model: MixedFit, point: Vector) -> float:
        between = float(model.covariances(point)[cluster][0, 0])
        return between / (between + model.residual_variance(point))

    facts = {"unit": Unit.SHARE, "n": fit.data.n, "method": Method.CLUSTER_TRIAL}
    found = Estimate("intraclass correlation", kind, share(fit, fit.point), **facts)
    return replace(found, **profiled(profile.maximum_likelihood(fit), share, (0.0, 1.0)))
