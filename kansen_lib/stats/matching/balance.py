"""How alike treated and untreated persons are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import arms, frames
from kansen_lib.stats.choice import Choice
from kansen_lib.stats.result import ROUNDING, Estimate, NotComputable, Result
from kansen_lib.stats.terms import Method, Reason, Unit

Vector = NDArray[np.float64]


class Estimand(Choice):
    """Over whom an effect is averaged."""

    ATT = "ATT"
    ATE = "ATE"


def balance(
    data: pd.DataFrame,
    *,
    treated: str,
    covariates: Sequence[str],
    weight: str | None = None,
    estimand: Estimand | str = Estimand.ATT,
    name: str = "balance",
) -> Result:
    """Means of both groups, standardised mean differences and variance ratios of the covariates.

    Estimand: how far the groups that are compared lie apart on each covariate, in this very sample: a
    property of the design, not an effect. A label column gives a row for each of its labels.

    Formula: (mean treated - mean untreated) / s, with weighted means; s is the standard deviation of the
    treated (ATT) or the root of the mean of both variances (ATE), always before weighting, p(1 - p) for
    yes/no covariates. Variance ratio: s2 treated / s2 untreated, weighted, not for yes/no covariates.

    Interval: none: balance is about this sample, a test would confuse it with the size of the sample
    (Imai, King and Stuart, 2008).

    Source: Stuart (2010); Austin (2009); equals ``summary`` of the R package MatchIt.

    Args:
        data: one row a person; rows with a missing value take no part.
        treated: column with True for the treated.
        covariates: columns of numbers, booleans, text or categories.
        weight: column with weights; rows with weight 0 take no part in means and variances.
        estimand: whose standard deviation is the measure, ``"ATT"`` or ``"ATE"``.
        name: name of the result; each estimate has the covariate as its group.
    """
    frames.distinct(treated, covariates)
    known, dropped = frames.complete(data, [treated, *covariates, weight])
    facts = {"n": len(known), "method": Method.BALANCE}
    drawn, wanted = arms.indicator(known[treated]), Estimand(estimand)
    try:
        arms.require(arms.indicator(frames.positive(known, weight)[treated]))
    except NotComputable as reason:
        empty = Estimate.not_computable("standardised difference", str(reason), unit=Unit.SD, **facts)
        return Result(name, (empty,), dropped=dropped)
    w = np.ones(len(known)) if weight is None else frames.numbers(known, weight)
    columns = indicators(known, covariates)
    facts["smallest"] = arms.smallest(drawn)
    rows = [
        item
        for label, x in columns.items()
        for item in _rows(str(label), x.to_numpy(), drawn == 1, w, wanted, facts)
    ]
    return Result(name, tuple(rows), dropped=dropped)


def indicators(known: pd.DataFrame, covariates: Iterable[str]) -> pd.DataFrame:
    """Covariates as numbers; of a label column an indicator for each label, the first one too."""
    parts = {}
    for column in covariates:
        if frames.is_category(known[column]):
            for label in frames.labels(known[column]):
                parts[f"{column}[{label}]"] = (known[column] == label).to_numpy(float)
        else:
            parts[column] = known[column].to_numpy(float)
    return pd.DataFrame(parts, index=known.index)


def binary(x: Vector) -> bool:
    """Whether a covariate is yes/no."""
    return bool(np.isin(x, (0.0, 1.0)).all())


def variance(x: Vector, w: Vector) -> float:
    """Variance with reliability weights; p(1 - p) for yes/no."""
    share = w / w.sum()
    centre = float(share @ x)
    if binary(x):
        return centre * (1 - centre)
    return float(share @ (x - centre) ** 2 / (1 - share @ share))


def difference(x: Vector, drawn: NDArray[np.bool_], w: Vector, estimand: Estimand) -> float | None:
    """Standardised mean difference; None for a covariate without spread."""
    one = np.ones(len(x))
    parts = [drawn] if estimand == Estimand.ATT else [drawn, ~drawn]
    scale = np.sqrt(np.mean([variance(x[part], one[part]) for part in parts]))
    if not scale > ROUNDING * max(1.0, float(np.abs(x).max())):
        return None
    there, here = (np.average(x[part], weights=w[part]) for part in (drawn, ~drawn))
    return float((there - here) / scale)


def _rows(
    label: str, x: Vector, drawn: NDArray[np.bool_], w: Vector, estimand: Estimand, facts: dict
) -> Iterator[Estimate]:
    for name, part in (("mean treated", drawn), ("mean untreated", ~drawn)):
        value = float(np.average(x[part], weights=w[part]))
        yield Estimate(name, label, value, Unit.SCORE, **{**facts, "n": int(part.sum())})
    found = difference(x, drawn, w, estimand)
    if found is None:
        plain = {key: facts[key] for key in ("n", "method")}
        yield Estimate.not_computable(
            "standardised difference", Reason.NO_SPREAD, group=label, unit=Unit.SD, **plain
        )
        return
    yield Estimate("standardised difference", label, found, Unit.SD, **facts)
    spread = variance(x[~drawn], w[~drawn])
    if not binary(x) and spread > 0:
        ratio = variance(x[drawn], w[drawn]) / spread
        yield Estimate("variance ratio", label, float(ratio), Unit.INDEX, **facts)
