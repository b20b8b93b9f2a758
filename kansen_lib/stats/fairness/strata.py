"""The same decision at the same score: parity within strata."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats

from kansen_lib.stats import frames, gaps, linear
from kansen_lib.stats.gaps.rows import of_two_groups
from kansen_lib.stats.result import Estimate, NotComputable, Result, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Array = NDArray[np.float64]


def conditional_parity(
    data: pd.DataFrame,
    *,
    decision: str,
    group: str,
    low: object,
    high: object,
    strata: str,
    cluster: str | None = None,
    name: str = "higher decision",
) -> Result:
    """How much more often one group gets the higher decision than another, over all and at equal strata.

    Strata are of what may rightly decide, such as classes of a test score; never of what the decision
    itself brings about. A score with noise leaves part of the gap in: see ``ordinal.corrected_gap``.

    Args:
        data: a row a person; rows with a missing value or of other groups take no part.
        decision: column with True where the higher decision was given.
        group: column of labels.
        low, high: labels of the two groups.
        strata: column of labels within which the groups are compared; strata with one group drop out.
        cluster: column with the cluster of each row.
        name: name of the estimates.

    Returns:
        The share of each group; their difference over all (group ``"all"``) and within strata
        (``"within strata"``); the test that it is zero in every stratum (``"association"``, persons
        independent); the common odds ratio (``"odds ratio"``) and the test that it is the same in every
        stratum (``"homogeneity"``).

    Estimand: the difference in the share of the decision between persons of the two groups in the same
    stratum, weighted by n1 n2 / n of the stratum; the odds ratio that strata have in common.

    Formula: Mantel and Haenszel; association: Cochran, Mantel and Haenszel, without continuity correction;
    homogeneity: Breslow and Day with Tarone's correction.

    Interval: Wilson; Newcombe over all; within strata normal with the variance of Sato (1989), with
    ``cluster`` t, CR2 Satterthwaite; odds ratio log-normal with that of Robins, Breslow and Greenland.

    Source: Mantel and Haenszel (1959); Sato (1989); Robins, Breslow and Greenland (1986); Tarone (1985);
    equals R mantelhaen.test(correct=FALSE) and metafor rma.mh(correct=FALSE).
    """
    columns = [decision, strata, cluster]
    known, sizes, dropped = of_two_groups(data, columns, group=group, low=low, high=high)
    parts = {"y": frames.flags(known[decision]), "x": (known[group] == high).to_numpy()}
    rows = pd.DataFrame(parts).astype(float).assign(stratum=frames.codes(known[strata])[0])
    if cluster is not None:
        rows["cluster"] = frames.codes(known[cluster])[0]
    counts = [int(rows.loc[rows["x"] == side, "y"].sum()) for side in (0, 1)]
    found = [
        gaps.share(count, n, name=name, group=str(label))
        for count, n, label in zip(counts, sizes, (low, high), strict=True)
    ]
    found.append(gaps.share_difference(counts, sizes, name=name, group="all"))
    cells = _cells(rows)
    found += [_within(rows, cells, name), _association(cells, name)]
    return Result(name, (*found, *_common_odds(cells, name)), dropped=dropped)


def _cells(rows: pd.DataFrame) -> Array:
    """Per stratum with both groups: with and without the decision, high and low, shape (strata, 4)."""
    x, y = rows["x"], rows["y"]
    kinds = pd.DataFrame({"a": x * y, "b": x * (1 - y), "c": (1 - x) * y, "d": (1 - x) * (1 - y)})
    cells = kinds.groupby(rows["stratum"]).sum().to_numpy(float)
    return cells[(cells[:, :2].sum(axis=1) > 0) & (cells[:, 2:].sum(axis=1) > 0)]


def _within(rows: pd.DataFrame, cells: Array, name: str) -> Estimate:
    facts = {"group": "within strata", "unit": Unit.POINTS, "n": int(cells.sum()), "method": Method.MANTEL}
    if len(cells) == 0:
        return Estimate.not_computable(name, Reason.NO_COMMON_SUPPORT, **facts)
    a, b, c, d = cells.T
    high, low, total = a + b, c + d, cells.sum(axis=1)
    weight = float((high * low / total).sum())
    value = float(((a * low - c * high) / total).sum() / weight)
    facts["smallest"] = int(min(high.sum(), low.sum()))
    if "cluster" in rows:
        return _clustered(rows, name, facts)
    p = (high**2 * c - low**2 * a + high * low * (low - high) / 2) / total**2
    q = (a * d + c * b) / total / 2
    variance = (value * p.sum() + q.sum()) / weight**2
    error = float(np.sqrt(max(variance, 0.0)))
    return Estimate.from_standard_error(name, value, error, interval=Interval.SATO, **facts)


def _association(cells: Array, name: str) -> Estimate:
    """The Cochran-Mantel-Haenszel test that decision and group hang together in no stratum."""
    facts = {"group": "association", "unit": Unit.CHI_SQUARED, "n": int(cells.sum()), "method": Method.MANTEL}
    a, b, c, d = cells.T
    high, low, with_it, total = a + b, c + d, a + c, cells.sum(axis=1)
    free = np.maximum(total - 1, 1)  # a stratum has a person of either group, so at least two
    variance = float((high * low * with_it * (total - with_it) / (total**2 * free)).sum())
    if variance <= 0:
        reason = Reason.NO_SPREAD if len(cells) else Reason.NO_COMMON_SUPPORT
        return Estimate.not_computable(name, reason, **facts)
    value = float((a - high * with_it / total).sum() ** 2 / variance)
    return Estimate(name, value=value, df=1.0, p_value=float(stats.chi2.sf(value, 1)), **facts)


def _clustered(rows: pd.DataFrame, name: str, facts: dict[str, object]) -> Estimate:
    """The same difference: least squares with a dummy a stratum weights strata by n1 n2 / n too."""
    rows = rows[rows.groupby("stratum")["x"].transform("nunique") == 2]
    strata = rows.groupby("stratum")
    if (strata["cluster"].nunique() == 1).all():  # swept out, CR2 is the same (Pustejovsky and Tipton, 2018)
        design, y = (rows[[name]] - strata[[name]].transform("mean") for name in ("x", "y"))
    else:
        design, y = frames.design(rows.astype({"stratum": str}), ["x", "stratum"]), rows[["y"]]
    try:
        value, error, df = linear.fit(design, y["y"], cluster=rows["cluster"]).contrast("x")
    except NotComputable as failure:
        facts.pop("smallest")
        return Estimate.not_computable(name, failure.reason, **facts)
    return Estimate.from_standard_error(name, value, error, df=df, interval=Interval.T_CR2, **facts)


def _common_odds(cells: Array, name: str) -> tuple[Estimate, Estimate]:
    """The common odds ratio, and the test that it is common."""
    ratio = {"group": "odds ratio", "unit": Unit.RATIO, "n": int(cells.sum()), "method": Method.MANTEL}
    test = {
        "group": "homogeneity",
        "unit": Unit.CHI_SQUARED,
        "n": int(cells.sum()),
        "method": Method.BRESLOW_DAY,
    }
    a, b, c, d = cells.T if len(cells) else np.zeros((4, 1))
    total = np.maximum(a + b + c + d, 1)
    r, s = a * d / total, b * c / total
    if not (r.sum() > 0 and s.sum() > 0):
        reason = Reason.ZERO_CELL if len(cells) else Reason.NO_COMMON_SUPPORT
        none = [Estimate.not_computable(name, reason, **facts) for facts in (ratio, test)]
        return none[0], none[1]
    smallest = int(min((a + b).sum(), (c + d).sum()))
    common = _ratio(name, r, s, ((a + d) / total, (b + c) / total), {**ratio, "smallest": smallest})
    if len(cells) < 2:
        return common, Estimate.not_computable(name, Reason.FEW_GROUPS, **test)
    statistic = _breslow_day(cells, float(r.sum() / s.sum()))
    p_value = float(stats.chi2.sf(statistic, len(cells) - 1))
    return common, Estimate(name, value=statistic, df=float(len(cells) - 1), p_value=p_value, **test)


def _ratio(name: str, r: Array, s: Array, shares: tuple[Array, Array], facts: dict[str, object]) -> Estimate:
    """sum(r) / sum(s) with the variance of Robins, Breslow and Greenland."""
    p, q = shares
    value = float(r.sum() / s.sum())
    variance = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    error = float(np.sqrt(variance))
    return Estimate(
        name,
        value=value,
        lower=value * float(np.exp(-quantile() * error)),
        upper=value * float(np.exp(quantile() * error)),
        interval=Interval.RBG,
        p_value=float(2 * stats.norm.sf(abs(np.log(value)) / error)),
        **facts,
    )


def _breslow_day(cells: Array, ratio: float) -> float:
    """Breslow and Day's statistic with Tarone's correction."""
    a, expected, variance = [], [], []
    for row in cells:
        high, with_it, total = row[0] + row[1], row[0] + row[2], row.sum()
        least, most = max(0.0, high + with_it - total), min(high, with_it)
        if most <= least:
            continue  # nobody, or everybody, of the stratum has the decision: it says nothing
        fitted = _fitted(ratio, high, with_it, total, least, most)
        others = np.array([fitted, high - fitted, with_it - fitted, total - high - with_it + fitted])
        a.append(row[0])
        expected.append(fitted)
        variance.append(1 / (1 / others).sum())
    off = np.array(a) - np.array(expected)
    return float((off**2 / np.array(variance)).sum() - off.sum() ** 2 / np.sum(variance))


def _fitted(ratio: float, high: float, with_it: float, total: float, least: float, most: float) -> float:
    """The cell that gives a stratum with these margins the odds ratio."""

    def excess(x: float) -> float:
        return x * (total - high - with_it + x) - ratio * (high - x) * (with_it - x)

    return float(optimize.brentq(excess, least, most, xtol=1e-13))
