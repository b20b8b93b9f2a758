"""Calls of correlation and compare_fits on a frame that may be broken."""

from __future__ import annotations

from kansen_lib.stats import decomposition, gaps

CALLS = {
    "gaps.correlation": lambda data: gaps.correlation(
        data, first="outcome", second="baseline", cluster="school"
    ),
    "decomposition.compare_fits": lambda data: decomposition.compare_fits(
        data, outcome="outcome", models={"one": ["baseline"], "two": ["baseline", "score", "group"]}
    ),
}

ALLOWED = {
    # no groups are compared, and both columns are as before
    "gaps.correlation": {"one group", "perfect separation", "singular design"},
    # the outcome is as before; of one group the column of the group is no regressor; units play no part
    "decomposition.compare_fits": {"one group", "one unit", "perfect separation"},
}
