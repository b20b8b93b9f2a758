"""Calls of the ordinal subject on a frame of :func:`broken.sound`."""

from __future__ import annotations

import pandas as pd

from kansen_lib.stats import linear, ordinal
from kansen_lib.stats.frames import design

GAP = {
    "place": "level",
    "score": "score",
    "group": "group",
    "cluster": "basisschool",
    "low": "laag",
    "high": "hoog",
}
#: Score and baseline, and kind and group, are the same in a singular design.
REGRESSORS = ["score", "baseline", "group", "kind"]


def slope(data: pd.DataFrame) -> float:
    """Least-squares slope of the outcome on the score at an equal group and baseline."""
    found = linear.fit(design(data, ["score", "baseline", "group"]), data["outcome"])
    return float(found.params[1])


def simex(data: pd.DataFrame):
    """SIMEX of the slope, on few draws."""
    used = data[["outcome", "score", "baseline", "group", "school"]]
    return ordinal.simex(
        used, estimator=slope, score="score", reliability=0.9, cluster="school", draws=2, seed=1
    )


CALLS = {
    "ordinal.ordinal_logit": lambda data: ordinal.ordinal_logit(
        data, outcome="level", regressors=REGRESSORS, cluster="school"
    ),
    "ordinal.binary_logit": lambda data: ordinal.binary_logit(
        data, outcome="passed", regressors=REGRESSORS, cluster="school"
    ),
    "ordinal.multinomial_logit": lambda data: ordinal.multinomial_logit(
        data, outcome="level", regressors=REGRESSORS, cluster="school"
    ),
    "ordinal.partial_proportional_odds": lambda data: ordinal.partial_proportional_odds(
        data, outcome="level", regressors=REGRESSORS, varying=["group"], cluster="school"
    ),
    "ordinal.average_marginal_effects": lambda data: ordinal.average_marginal_effects(
        data, outcome="level", regressors=REGRESSORS, of="group", cluster="school"
    ),
    "ordinal.parallel_lines": lambda data: ordinal.parallel_lines(
        data, outcome="level", regressors=REGRESSORS
    ),
    "ordinal.gap_at_equal_score": lambda data: ordinal.gap_at_equal_score(data, **GAP),
    "ordinal.gap_curve": lambda data: ordinal.gap_curve(data, points=2, **GAP),
    "ordinal.corrected_gap": lambda data: ordinal.corrected_gap(data, **GAP),
    "ordinal.sensitivity": lambda data: ordinal.sensitivity(data, reliabilities=(0.9, 1.0), **GAP),
    "ordinal.errors_in_variables": lambda data: ordinal.errors_in_variables(
        data,
        outcome="outcome",
        score="score",
        reliability=0.9,
        regressors=["baseline", "group"],
        cluster="school",
    ),
    "ordinal.simex": simex,
}

#: What is broken by a singular design: nothing, where the baseline takes no part.
_ALONE = {"singular design"}
ALLOWED = {
    # independent persons: the number of schools does not matter
    "ordinal.parallel_lines": {"one unit"},
    "ordinal.gap_at_equal_score": _ALONE,
    "ordinal.gap_curve": _ALONE,
    "ordinal.corrected_gap": _ALONE,
    "ordinal.sensitivity": _ALONE,
    # the outcome of least squares is not the level that the group separates
    "ordinal.errors_in_variables": {"perfect separation"},
    # and what is estimated is the caller's own slope, that needs no second group
    "ordinal.simex": {"perfect separation", "one group"},
}
