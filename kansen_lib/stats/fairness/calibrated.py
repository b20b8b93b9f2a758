"""Whether a predicted chance means the same for every group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from kansen_lib.stats import frames, gaps, linear, ordinal
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Fewest persons of a group for which anything is said.
SMALLEST_GROUP = 10


def calibration(
    data: pd.DataFrame,
    *,
    chance: str,
    outcome: str,
    group: str,
    bins: int = 10,
    cluster: str | None = None,
) -> Result:
    """Whether persons with the same predicted chance meet the outcome as often in each group.

    Args:
        data: a row a person; rows with a missing value take no part.
        chance: column with the predicted chance, between 0 and 1.
        outcome: column with True where the person met the outcome.
        group: column of labels.
        bins: number of equal parts by chance, the same for all groups.
        cluster: column with the cluster of each row.

    Returns:
        For each group: ``"observed minus expected"``; the ``"slope"`` and ``"intercept"`` of the outcome
        on the log odds of the chance (1 and 0 when the chances are right; a slope below 1 means chances
        that are too extreme); the ``"Brier score"``; and in each bin the observed share (name
        ``"observed, bin k"``) with the mean chance as its reference.

    Raises:
        ValueError: chances outside 0 and 1, or an outcome that is not True and False.

    Estimand: P(outcome | chance, group) against the chance itself.

    Formula: mean(y) - mean(p); logit P(y) = a + b logit p; mean((y - p)^2); bins by quantiles of p.

    Interval: t of the mean of y - p, with ``cluster`` CR2 Satterthwaite; a and b as
    ``ordinal.binary_logit``, with p-values of the nulls a = 0 and b = 1; Wilson in the bins; none for the
    Brier score, a description of these data.

    Source: Cox (1958); Van Calster et al. (2016); equals R rms::val.prob and glm.
    """
    known, dropped = frames.complete(data, [chance, outcome, group, cluster])
    p = frames.numbers(known, chance)
    if len(p) and not (p.min() >= 0 and p.max() <= 1):
        raise ValueError(f"column '{chance}' runs from {p.min()} to {p.max()}; chances lie between 0 and 1")
    rows = pd.DataFrame({"p": p, "y": frames.flags(known[outcome]).astype(float), "part": _parts(p, bins)})
    if cluster is not None:
        rows["cluster"] = known[cluster]
    found: list[Estimate] = []
    for label in frames.labels(known[group]):
        found += _of_group(rows[known[group] == label], str(label))
    if not found:
        found = [_none("observed minus expected", Reason.NO_PERSONS, "", 0)]
    return Result("calibration", tuple(found), dropped=dropped)


def _parts(p: np.ndarray, bins: int) -> np.ndarray:
    """The bin of each chance, from 1; ties stay together."""
    edges = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1])) if len(p) else np.empty(0)
    return np.searchsorted(edges, p, side="right") + 1


def _none(name: str, reason: Reason, label: str, n: int) -> Estimate:
    return Estimate.not_computable(name, reason, group=label, n=n, method=Method.CALIBRATION)


def _of_group(rows: pd.DataFrame, label: str) -> list[Estimate]:
    if len(rows) < SMALLEST_GROUP or rows["y"].nunique() < 2 or rows["p"].nunique() < 2:
        few = len(rows) < SMALLEST_GROUP
        reason = Reason.TOO_FEW if few else Reason.LITTLE_SPREAD
        return [_none("observed minus expected", reason, label, len(rows))]
    facts = {"group": label, "n": len(rows), "method": Method.CALIBRATION}
    squared = float(((rows["y"] - rows["p"]) ** 2).mean())
    brier = Estimate("Brier score", value=squared, unit=Unit.INDEX, **facts)
    return [_in_the_large(rows, facts), *_recalibrated(rows, label), brier, *_bins(rows, label)]


def _in_the_large(rows: pd.DataFrame, facts: dict[str, object]) -> Estimate:
    of = rows.get("cluster")
    name, kind = "observed minus expected", linear.Covariance.CLASSICAL if of is None else None
    try:
        fit = linear.fit(frames.design(rows, []), rows["y"] - rows["p"], cluster=of, kind=kind)
    except NotComputable as failure:
        return Estimate.not_computable(name, failure.reason, unit=Unit.POINTS, **facts)
    value, error, df = fit.contrast("intercept")
    interval = Interval.T if of is None else Interval.T_CR2
    return Estimate.from_standard_error(
        name, value, error, df=df, interval=interval, unit=Unit.POINTS, **facts
    )


def _recalibrated(rows: pd.DataFrame, label: str) -> list[Estimate]:
    """Slope and intercept of the outcome on the log odds of the chance; chances of 0 and 1 have none."""
    inside = rows[(rows["p"] > 0) & (rows["p"] < 1)]
    inside = inside.assign(log_odds=np.log(inside["p"] / (1 - inside["p"])))
    cluster = "cluster" if "cluster" in rows else None
    fit = ordinal.binary_logit(inside, outcome="y", regressors=["log_odds"], cluster=cluster)
    wanted = {"log_odds": "slope", "intercept": "intercept"}
    found = [
        replace(item, name=wanted[item.name], group=label) for item in fit.estimates if item.name in wanted
    ]
    found = [replace(item, p_value=_differs_from_1(item)) if item.name == "slope" else item for item in found]
    reasons = [item.reason for item in fit.estimates if item.reason]
    return found or [_none("slope", Reason(reasons[0]), label, len(inside))]


def _differs_from_1(slope: Estimate) -> float | None:
    """P-value of the null that chances are neither too extreme nor too moderate."""
    if slope.value is None:
        return None
    ratio = abs(slope.value - 1) / slope.standard_error
    return float(2 * (stats.norm.sf(ratio) if slope.df is None else stats.t.sf(ratio, slope.df)))


def _bins(rows: pd.DataFrame, label: str) -> list[Estimate]:
    """The observed share in each bin, beside the mean chance."""
    return [
        gaps.share(
            int(part["y"].sum()),
            len(part),
            name=f"observed, bin {place}",
            group=label,
            reference=float(part["p"].mean()),
        )
        for place, part in rows.groupby("part")
    ]
