"""Each treated person beside the most similar untreated ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import arms, frames, linear
from kansen_lib.stats.matching.balance import Estimand, difference, indicators
from kansen_lib.stats.matching.propensity import logit
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Vector = NDArray[np.float64]
Pairs = list[tuple[int, list[int]]]


def nearest_neighbour(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    covariates: Sequence[str],
    ratio: int = 1,
    caliper: float | None = None,
    name: str = "matching",
) -> Result:
    """Difference between the treated and their matches, with how alike they are.

    Estimand: the mean outcome of the treated who have a match, minus that of their matches; the effect on
    them if, given the propensity score of these covariates, treatment was as good as drawn. There is no
    lottery behind it.

    Formula: greedy matching without replacement on the propensity score, treated in descending order of
    their score, of equally near persons the first in the data; then weighted least squares of the outcome
    on treatment in the matched sample. Each match weighs as much as its set has treated over matches,
    scaled to the number of matches.

    Interval: 95% t with (sets - 1) degrees of freedom; standard error clustered by matched set (CR1S),
    which takes the matches as given.

    Source: Ho, Imai, King and Stuart (2007); Abadie and Spiess (2022) for the error; equals
    ``matchit(method = "nearest")`` of the R package MatchIt with ``lm`` and ``vcovCL(cluster = ~subclass)``.

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome: score column.
        treated: column with True for the treated.
        covariates: columns that the propensity score is made of.
        ratio: matches for each treated person.
        caliper: largest distance of a match, in standard deviations of the score; None for no limit.
        name: name of the result.

    Returns:
        ``"effect"``, ``"matched treated"`` and ``"matched untreated"`` (persons), and after matching the
        ``"standardised difference"`` of each covariate.
    """
    frames.distinct(outcome, [treated], covariates)
    _check(ratio, caliper)
    known, dropped = frames.complete(data, [outcome, treated, *covariates])
    facts = {"unit": Unit.SCORE, "n": len(known), "method": Method.MATCHING}
    drawn = arms.indicator(known[treated])
    try:
        arms.require(drawn)
        design = frames.design(known, covariates).to_numpy()
        params, _ = logit(design, drawn)
        sets = _match(1 / (1 + np.exp(-design @ params)), drawn, ratio, caliper)
        if len(sets) < arms.FEWEST:
            raise NotComputable(Reason.NO_MATCH)
        effect = _effect(frames.numbers(known, outcome), sets)
    except NotComputable as reason:
        return Result(name, (Estimate.not_computable("effect", str(reason), **facts),), dropped=dropped)
    return Result(name, (effect, *_matched(known, drawn, covariates, sets)), dropped=dropped)


def _check(ratio: int, caliper: float | None) -> None:
    if ratio < 1 or (caliper is not None and not caliper >= 0):
        raise ValueError(f"ratio {ratio} and caliper {caliper} should be 1 or more, and 0 or more (or None)")


def _match(scores: Vector, drawn: Vector, ratio: int, caliper: float | None) -> Pairs:
    """Rows of each treated person with a match, and rows of the matches."""
    limit = np.inf if caliper is None else caliper * scores.std(ddof=1)
    there, free = np.flatnonzero(drawn == 1), np.flatnonzero(drawn == 0)
    there = there[np.argsort(-scores[there], kind="stable")]
    matches: dict[int, list[int]] = {int(row): [] for row in there}
    for _ in range(ratio):
        for row in there:
            if len(free) == 0:
                break
            distance = np.abs(scores[free] - scores[row])
            nearest = int(distance.argmin())
            if distance[nearest] <= limit:
                matches[int(row)].append(int(free[nearest]))
                free = np.delete(free, nearest)
    return [(row, found) for row, found in matches.items() if found]


def _weights(sets: Pairs) -> tuple[NDArray[np.int64], Vector, NDArray[np.int64], Vector]:
    """Row, weight, set and treatment of each person in the matched sample."""
    size = np.array([len(found) for _, found in sets])
    rows = np.concatenate([[row for row, _ in sets], [row for _, found in sets for row in found]])
    code = np.concatenate([np.arange(len(sets)), np.repeat(np.arange(len(sets)), size)])
    share = np.repeat(1 / size, size)
    weight = np.concatenate([np.ones(len(sets)), share * size.sum() / share.sum()])
    drawn = np.concatenate([np.ones(len(sets)), np.zeros(size.sum())])
    return rows, weight, code, drawn


def _effect(y: Vector, sets: Pairs) -> Estimate:
    rows, weight, code, drawn = _weights(sets)
    design = pd.DataFrame({"intercept": np.ones(len(rows)), "treated": drawn})
    fit = linear.fit(design, y[rows], cluster=code, weight=weight, kind=linear.Covariance.CR1S)
    value, error, _ = fit.contrast("treated")
    return Estimate.from_standard_error(
        "effect",
        value,
        error,
        df=fit.clusters - 1,
        interval=Interval.T_PAIRS,
        unit=Unit.SCORE,
        n=len(rows),
        smallest=arms.smallest(drawn),
        method=Method.MATCHING,
    )


def _matched(known: pd.DataFrame, drawn: Vector, covariates: Sequence[str], sets: Pairs) -> list[Estimate]:
    rows, weight, _, _ = _weights(sets)
    full = np.zeros(len(known))
    full[rows] = weight
    facts = {"unit": Unit.COUNT, "n": len(known), "method": Method.MATCHING}
    counts = [len(sets), len(rows) - len(sets)]
    found = [
        Estimate(label, value=float(count), smallest=count, **facts)
        for label, count in zip(("matched treated", "matched untreated"), counts, strict=True)
    ]
    facts |= {"unit": Unit.SD, "n": len(rows)}
    for label, x in indicators(known, covariates).items():
        value = difference(x.to_numpy(), drawn == 1, full, Estimand.ATT)
        if value is not None:
            item = Estimate("standardised difference", str(label), value, smallest=min(counts), **facts)
            found.append(item)
    return found
