"""Calls of the gaps on a frame that may be broken."""

from __future__ import annotations

from kansen_lib.stats import gaps

GROUPS = {"outcome": "outcome", "group": "group", "low": "laag", "high": "hoog"}

CALLS = {
    "gaps.mean_difference": lambda data: gaps.mean_difference(
        data, **GROUPS, cluster="school", weight="weight", covariates=("baseline", "score", "kind")
    ),
    "gaps.hedges_g_clustered": lambda data: gaps.hedges_g_clustered(data, **GROUPS, cluster="school"),
    "gaps.quantile_gaps": lambda data: gaps.quantile_gaps(
        data, **GROUPS, quantiles=(0.25, 0.5), cluster="school", draws=99, seed=1
    ),
    "gaps.concentration_index": lambda data: gaps.concentration_index(
        data, outcome="passed", rank="baseline", weight="weight", cluster="school", kind="erreygers"
    ),
    "gaps.concentration_curve": lambda data: gaps.concentration_curve(
        data, outcome="passed", rank="baseline"
    ),
}

#: Breakages that leave the columns of the call sound.
ALLOWED = {
    # the outcome of both groups is as before: only level, passed and treatment are separated
    "gaps.mean_difference": {"perfect separation"},
    # no covariates: what depends on each other is not in the model
    "gaps.hedges_g_clustered": {"perfect separation", "singular design"},
    "gaps.quantile_gaps": {"perfect separation", "singular design"},
    # no groups are compared, and who passed is still ranked by the baseline; of three persons of three
    # schools the index is exact and its t interval has two degrees of freedom
    "gaps.concentration_index": {"three rows", "one group", "perfect separation", "singular design"},
    # a curve needs no units, groups or spread beyond its ranking; of three persons it is still exact
    "gaps.concentration_curve": {
        "three rows", "one group", "one unit", "perfect separation", "singular design",
    },
}  # fmt: skip
