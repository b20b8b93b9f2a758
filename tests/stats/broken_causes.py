"""Calls of gini, rank_slope, counterfactual and growth_on_start on a frame that may be broken."""

from __future__ import annotations

from kansen_lib.stats import decomposition, flows, gaps, ordinal

CALLS = {
    "gaps.gini": lambda data: gaps.gini(data, outcome="duration", weight="weight", cluster="school"),
    "flows.rank_slope": lambda data: flows.rank_slope(
        data, child="outcome", parent="baseline", cluster="school"
    ),
    "decomposition.counterfactual": lambda data: decomposition.counterfactual(
        data, outcome="outcome", risks={"group": "hoog", "offered": False}, score="score", fixed=["baseline"],
        group="group", cluster="school",
    ),
    "ordinal.growth_on_start": lambda data: ordinal.growth_on_start(
        data, start="baseline", end="outcome", reliability=0.9, regressors=["group", "other"],
        cluster="school",
    ),
}  # fmt: skip

ALLOWED = {
    # no groups are compared; of three persons of three schools the interval has two degrees of freedom; when
    # all have as much the coefficient is 0
    "gaps.gini": {"three rows", "one group", "all ties", "perfect separation", "singular design"},
    # no groups either
    "flows.rank_slope": {"three rows", "one group", "perfect separation", "singular design"},
    # the outcome is as before
    "ordinal.growth_on_start": {"perfect separation"},
}
