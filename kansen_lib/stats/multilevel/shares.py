"""How much of the differences between persons lies at which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.linear import Matrix
from kansen_lib.stats.multilevel import fitting, profile
from kansen_lib.stats.multilevel.fitting import MixedFit
from kansen_lib.stats.multilevel.models import profiled
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Method, Unit

PERSONS = "persons"


def variance_shares(
    data: pd.DataFrame,
    *,
    outcome: str,
    levels: Sequence[str],
    crossed: Sequence[str] = (),
    fixed: Sequence[str] = (),
    name: str = "variance share",
) -> Result:
    """Share of the variance of the outcome at each level, and among the persons within them.

    Estimand: the intraclass correlation of each level: the part of the variance of the outcome (left by
    ``fixed``, if given) that lies between its units within the units of the level above; the parts add
    to 1.

    Formula: s_l = v_l / (sum of all v), with the v of a random-intercept model fitted by REML.

    Interval: profile likelihood (ML), also where a variance is estimated at 0.

    Source: Snijders and Bosker (2012), sections 3.3 and 4.9; Raudenbush and Bryk (2002), equation 4.6;
    crossed groupings: Rasbash and Goldstein (1994), J. Educ. Behav. Stat. 19(4). Equals lme4.

    Args:
        data: one row a person.
        outcome: numeric column.
        levels: columns of nested groupings from high to low (school, klas); labels of a lower level may
            repeat over higher ones.
        crossed: columns of groupings that cross these (basisschool).
        fixed: regressors; the shares are then of what these leave, the conditional intraclass
            correlation.
        name: name of the estimates.

    Returns:
        One share a level, one a crossed grouping, and one for the persons themselves (group
        ``"persons"``).
    """
    frames.distinct(outcome, levels, crossed, fixed)
    if PERSONS in (*levels, *crossed):
        raise ValueError(f"a grouping is called '{PERSONS}', as is the lowest level: rename it")
    known, dropped = frames.complete(data, [outcome, *levels, *crossed, *fixed])
    groups = [*levels, *crossed]
    facts = {"unit": Unit.VARIANCE_SHARE, "n": len(known)}
    try:
        fit = fitting.fit(_nested(known, levels), outcome, fixed, {group: () for group in groups})
    except NotComputable as problem:
        facts["method"] = Method.MIXED_REML
        reasons = [
            Estimate.not_computable(name, problem.reason, group=one, **facts) for one in [*groups, PERSONS]
        ]
        return Result(name, tuple(reasons), dropped=dropped)
    likeliest = profile.maximum_likelihood(fit)
    found = []
    for group in [*groups, PERSONS]:
        part = _share(group)
        share = Estimate(name, group, part(fit, fit.point), method=fit.method, **facts)
        found.append(replace(share, **profiled(likeliest, part, (0.0, 1.0))))
    return Result(name, tuple(found), dropped=dropped)


def _nested(known: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """The frame with a label of its own for each unit of a lower level within its higher units."""
    whole = {
        level: known.groupby(list(levels[: place + 1]), observed=True).ngroup()
        for place, level in enumerate(levels)
    }
    return known.assign(**whole)


def _share(group: str) -> profile.Quantity:
    def share(fit: MixedFit, point: Matrix) -> float:
        parts = {one: float(matrix[0, 0]) for one, matrix in fit.covariances(point).items()}
        parts[PERSONS] = fit.residual_variance(point)
        return parts[group] / sum(parts.values())

    return share
