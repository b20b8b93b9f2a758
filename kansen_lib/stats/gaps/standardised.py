"""Gaps in standard deviations: Hedges g of persons, and of persons in clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special, stats

from kansen_lib.stats import linear
from kansen_lib.stats.frames import codes, complete, numbers
from kansen_lib.stats.gaps.rows import of_two_groups
from kansen_lib.stats.result import LEVEL, ROUNDING, Estimate, NotComputable
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Vector = NDArray[np.float64]


def correction(df: float) -> float:
    """Exact small-sample correction J of a standardised difference (Hedges, 1981, eq. 6e)."""
    return float(np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / np.sqrt(df / 2))


@dataclass(frozen=True)
class TwoGroups:
    """Sizes, means and pooled standard deviation of two groups of at least two persons.

    Attributes:
        sizes: persons in the first and the second group.
        difference: mean of the second minus that of the first.
        deviation: pooled standard deviation within the groups, above zero.
    """

    sizes: tuple[int, int]
    difference: float
    deviation: float

    @classmethod
    def of(cls, first: Vector, second: Vector) -> TwoGroups:
        """Of the values of both groups; raises NotComputable without persons or spread."""
        sizes = (len(first), len(second))
        if min(sizes) < 2:
            raise NotComputable(Reason.TOO_FEW)
        squares = sum((n - 1) * part.var(ddof=1) for n, part in zip(sizes, (first, second), strict=True))
        deviation = float(np.sqrt(squares / (sum(sizes) - 2)))
        if deviation <= ROUNDING * max(1.0, abs(first.mean()), abs(second.mean())):
            raise NotComputable(Reason.NO_SPREAD)
        return cls(sizes, float(second.mean() - first.mean()), deviation)

    @property
    def d(self) -> float:
        """Cohen's d."""
        return self.difference / self.deviation

    @property
    def df(self) -> int:
        """Degrees of freedom of the pooled standard deviation."""
        return sum(self.sizes) - 2

    @property
    def root(self) -> float:
        """What Student's t is divided by to give d."""
        return float(np.sqrt(1 / self.sizes[0] + 1 / self.sizes[1]))

    def limits(self) -> tuple[float, float]:
        """95% interval of the standardised difference, from the noncentral t distribution."""
        lower, upper = noncentrality(self.d / self.root, self.df)
        return lower * self.root, upper * self.root


def noncentrality(t: float, df: float) -> tuple[float, float]:
    """95% interval of the noncentrality that a value of t came from.

    Source: Steiger and Fouladi (1997).
    """
    if t < 0:
        lower, upper = noncentrality(-t, df)
        return -upper, -lower
    return _noncentral(t, df, 0.5 + LEVEL / 2), _noncentral(t, df, 0.5 - LEVEL / 2)


#: Above this value of t the distribution function of scipy slows down or fails; below, ours is rougher.
FAR = 200.0

#: Standard normal nodes and weights of an integral (trapezium rule, exact to 14 digits where smooth).
NODES = np.linspace(-9, 9, 721)
WEIGHTS = stats.norm.pdf(NODES) * (NODES[1] - NODES[0])


def _noncentral(t: float, df: float, probability: float) -> float:
    """Noncentrality under which a value up to ``t``, not below 0, has this probability."""
    if t > FAR:  # about t times a quantile of the standard deviation
        start, reach = t * float(np.sqrt(special.chdtri(df, probability) / df)), 9.0
    else:  # good to 6 digits
        start = float(special.nctdtrinc(df, probability, t))
        reach = 1e-3 * (1 + abs(start))

    def gap(noncentral: float) -> float:
        if t > FAR:
            least = np.maximum((noncentral + NODES) / t, 0.0)  # standard deviations with a value up to t
            return float(WEIGHTS @ special.chdtrc(df, df * least**2)) - probability
        return float(special.nctdtr(df, noncentral, t)) - probability

    return float(optimize.brentq(gap, start - reach, start + reach, xtol=1e-13, rtol=1e-14))


def known_values(values: pd.Series) -> Vector:
    """The values that are not missing, as floats."""
    return numbers(complete(pd.DataFrame({"values": values}), ["values"])[0], "values")


def hedges_g(first: pd.Series, second: pd.Series, *, name: str = "Hedges g", group: str = "") -> Estimate:
    """Standardised mean difference of two independent groups, second minus first.

    The p-value is Student's, of the null that the means are equal.

    Args:
        first: values of the first group; missing values take no part.
        second: values of the second group.
        name: name of the estimate.
        group: label of the contrast.

    Estimand: difference of the population means in units of their common standard deviation.

    Formula: g = J d; d = (mean2 - mean1) / s with s pooled; J = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)),
    m = n1 + n2 - 2. Standard error: J sqrt((n1 + n2)/(n1 n2) + d^2 / (2 (n1 + n2))).

    Interval: noncentral t, times J; it does not rest on the standard error, which is the large-sample
    one that a meta-analysis needs.

    Source: Hedges (1981); Borenstein et al. (2009), chapter 4; Steiger and Fouladi (1997); equals R
    ``effectsize::hedges_g``.
    """
    one, two = known_values(first), known_values(second)
    facts = {"group": group, "unit": Unit.SD, "n": len(one) + len(two), "method": Method.HEDGES_G}
    try:
        found = TwoGroups.of(one, two)
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    factor, (n1, n2) = correction(found.df), found.sizes
    lower, upper = found.limits()
    return Estimate(
        name,
        value=factor * found.d,
        lower=factor * lower,
        upper=factor * upper,
        interval=Interval.NONCENTRAL_T,
        smallest=min(n1, n2),
        standard_error=factor * float(np.sqrt((n1 + n2) / (n1 * n2) + found.d**2 / (2 * (n1 + n2)))),
        df=float(found.df),
        p_value=float(2 * stats.t.sf(abs(found.d) / found.root, found.df)),
        **facts,
    )


CLUSTERED = {
    (True, "total"): Method.HEDGES_G_TOTAL,
    (True, "within"): Method.HEDGES_G_WITHIN,
    (False, "total"): Method.D_TOTAL,
    (False, "within"): Method.D_WITHIN,
}


def hedges_g_clustered(
    data: pd.DataFrame,
    *,
    outcome: str,
    group: str,
    low: object,
    high: object,
    cluster: str,
    variance: str = "total",
    icc: float | None = None,
    correct: bool = True,
    name: str = "Hedges g",
) -> Estimate:
    """Standardised mean difference of persons in clusters, ``high`` minus ``low``.

    Two designs, told apart by the data. Whole clusters: each cluster lies in one group (classes that
    were assigned). Crossed: at least one cluster holds persons of both groups (pupils by background).

    Args:
        data: a row a person; rows of other groups or with a missing value take no part.
        outcome: column of numbers.
        group: column of labels.
        low, high: labels of the two groups.
        cluster: column with the cluster of each row.
        variance: ``"total"`` standardises by the standard deviation of persons within groups;
            ``"within"`` by that of persons within clusters.
        icc: intraclass correlation for whole clusters; None estimates it from the data.
        correct: whether to multiply by the small-sample correction J; without, it is d.
        name: name of the estimate.

    Estimand: difference of means in units of the total (or within-cluster) standard deviation. Crossed
    with ``"within"``: the difference within clusters, that is with cluster fixed effects.

    Formula: whole clusters: d_T or d_W of Hedges with their variances for unequal cluster sizes; icc by
    analysis of variance within groups, not below 0. Crossed: d = b / s with b the difference by least
    squares; variance (se_b / s)^2 + d^2 / (2 df), se_b by CR2. Then d times J and variance times J^2, J
    with the degrees of freedom of the standard deviation (d_T: h of the WWC handbook).

    Interval: whole clusters: normal. Crossed: t with the Satterthwaite degrees of freedom of b.

    Source: Hedges (2007), Journal of Educational and Behavioral Statistics 32, 341-370; What Works
    Clearinghouse (2022), Procedures and Standards Handbook 5.0, appendix E; crossed: equals R
    ``emmeans::eff_size`` on ``lm`` with the covariance matrix of ``clubSandwich``, times J.
    """
    if variance not in ("total", "within"):
        raise ValueError(f"variance is 'total' or 'within', not {variance!r}")
    if icc is not None and not 0 <= icc < 1:
        raise ValueError(f"an intraclass correlation lies between 0 and 1; it is {icc}")
    rows, sizes, _ = of_two_groups(data, [outcome, cluster], group=group, low=low, high=high)
    facts = {"unit": Unit.SD, "n": len(rows), "method": CLUSTERED[correct, variance]}
    if min(sizes) == 0:
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts)
    persons = _Persons.of(numbers(rows, outcome), rows[group] == high, rows[cluster])
    try:
        found = _whole_clusters(persons, variance, icc) if persons.whole else _crossed(persons, variance)
    except NotComputable as problem:
        return Estimate.not_computable(name, problem.reason, **facts)
    factor = correction(found.df_deviation) if correct else 1.0
    interval = Interval.NORMAL if persons.whole else Interval.T_CR2_DELTA
    facts |= {"df": found.df, "interval": interval, "smallest": min(sizes)}
    return Estimate.from_standard_error(name, factor * found.d, factor * found.error, **facts)


@dataclass(frozen=True)
class _Standardised:
    """A standardised difference, its standard error, and two kinds of degrees of freedom.

    Attributes:
        d, error: the difference and its standard error.
        df: of the t distribution of the interval; None for normal.
        df_deviation: of the standard deviation that it is standardised by.
    """

    d: float
    error: float
    df: float | None
    df_deviation: float


@dataclass(frozen=True)
class _Persons:
    """Outcome, membership of the high group and cluster code of each person, shape (n,)."""

    outcome: Vector
    high: NDArray[np.bool_]
    cluster: NDArray[np.int64]
    clusters: int

    @classmethod
    def of(cls, outcome: Vector, high: pd.Series, cluster: pd.Series) -> _Persons:
        code, clusters = codes(cluster)
        return cls(outcome, high.to_numpy(bool), code, clusters)

    @property
    def share_high(self) -> Vector:
        """Share of the high group in each cluster, shape (M,)."""
        return np.bincount(self.cluster, self.high) / np.bincount(self.cluster)

    @property
    def whole(self) -> bool:
        """Whether each cluster lies in one group."""
        return bool(np.isin(self.share_high, (0, 1)).all())

    def centred(self, values: Vector) -> Vector:
        """Values minus the mean of their cluster."""
        means = np.bincount(self.cluster, values) / np.bincount(self.cluster)
        return values - means[self.cluster]


def _whole_clusters(persons: _Persons, variance: str, icc: float | None) -> _Standardised:
    """d_T or d_W of Hedges (2007) for unequal cluster sizes."""
    design = _WholeClusters.of(persons)
    rho = design.icc(persons) if icc is None else icc
    found = TwoGroups.of(persons.outcome[~persons.high], persons.outcome[persons.high])
    if variance == "within":
        df = design.n - design.m
        within = np.sqrt((persons.centred(persons.outcome) ** 2).sum() / df)
        if within <= ROUNDING * found.deviation:
            raise NotComputable(Reason.NO_SPREAD)
        d = found.difference / within
        squared = design.inflation(rho) / (1 - rho) + d**2 / (2 * df)
    else:
        bias, spread = design.total(rho)
        d, df = found.d * np.sqrt(bias), ((design.n - 2) * bias) ** 2 / spread
        # as printed; the variance of a standard deviation with df degrees of freedom is d^2 / (2 df)
        squared = design.inflation(rho) + d**2 * spread / (2 * (design.n - 2) ** 2 * bias)
    return _Standardised(float(d), float(np.sqrt(squared)), None, df)


@dataclass(frozen=True)
class _WholeClusters:
    """What the sizes of clusters in two groups do to the variance of d; letters as in Hedges (2007).

    Attributes:
        n, m: persons and clusters.
        a, b: A and B of the variance of d_T.
        inverse: (N^T + N^C) / (N^T N^C).
        size: the cluster size that the variance of the difference of means rests on.
    """

    n: int
    m: int
    a: float
    b: float
    inverse: float
    size: float

    @classmethod
    def of(cls, persons: _Persons) -> _WholeClusters:
        size, high = np.bincount(persons.cluster).astype(float), persons.share_high == 1
        groups = size[high], size[~high]
        if min(len(part) for part in groups) < 2:
            raise NotComputable(Reason.FEW_CLUSTERS)
        if persons.clusters >= len(persons.outcome):
            raise NotComputable(Reason.TOO_FEW)
        total = [part.sum() for part in groups]
        squares = [(part**2).sum() for part in groups]
        parts = list(zip(groups, total, squares, strict=True))
        a = sum((n**2 * s + s**2 - 2 * n * (part**3).sum()) / n**2 for part, n, s in parts)
        b = sum(n - s / n for _, n, s in parts)
        (n1, n2), everyone = total, sum(total)
        mixed = n2 * squares[0] / (n1 * everyone) + n1 * squares[1] / (n2 * everyone)
        return cls(len(persons.outcome), persons.clusters, a, b, everyone / (n1 * n2), mixed)

    def inflation(self, rho: float) -> float:
        """Variance of the difference of means in units of the total variance."""
        return self.inverse * (1 + (self.size - 1) * rho)

    def total(self, rho: float) -> tuple[float, float]:
        """Expectation of the pooled variance, and half the variance of its sum of squares.

        Both in units of the total variance of persons.
        """
        free = self.n - 2
        spread = free * (1 - rho) ** 2 + self.a * rho**2 + 2 * self.b * rho * (1 - rho)
        return 1 - rho * (free - self.b) / free, spread

    def icc(self, persons: _Persons) -> float:
        """Intraclass correlation by analysis of variance within the groups, not below 0."""
        within = (persons.centred(persons.outcome) ** 2).sum() / (self.n - self.m)
        high = persons.high
        means = np.where(high, persons.outcome[high].mean(), persons.outcome[~high].mean())
        squares = ((persons.outcome - means) ** 2).sum() - within * (self.n - self.m)
        between = max(0.0, (squares / (self.m - 2) - within) * (self.m - 2) / self.b)
        if between + within == 0:
            raise NotComputable(Reason.NO_SPREAD)
        return float(between / (between + within))


def _crossed(persons: _Persons, variance: str) -> _Standardised:
    """Least-squares difference with CR2, standardised by the residual standard deviation."""
    high, outcome = persons.high.astype(float), persons.outcome
    if variance == "within":
        # CR2 and its degrees of freedom are the same with the clusters swept out (Pustejovsky, Tipton)
        x, y = pd.DataFrame({"high": persons.centred(high)}), persons.centred(outcome)
        df = len(y) - persons.clusters - 1
    else:
        x, y = pd.DataFrame({"intercept": np.ones(len(high)), "high": high}), outcome
        df = len(y) - 2
    if df < 1:
        raise NotComputable(Reason.TOO_FEW)
    fitted = linear.fit(x, y, cluster=persons.cluster)
    deviation = float(np.sqrt((fitted.residuals**2).sum() / df))
    if deviation <= ROUNDING * max(1.0, float(np.abs(outcome).max())):
        raise NotComputable(Reason.NO_SPREAD)
    difference, error, freedom = fitted.contrast("high")
    d = difference / deviation
    return _Standardised(d, float(np.hypot(error / deviation, d / np.sqrt(2 * df))), freedom, df)
