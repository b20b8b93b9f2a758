"""Calls of :mod:`kansen_lib.stats.matching` on input on which nothing can be computed."""

from __future__ import annotations

from kansen_lib.stats import matching

COVARIATES = ["baseline", "score", "kind", "group"]

CALLS = {
    "matching.balance": lambda data: matching.balance(data, treated="treated", covariates=COVARIATES),
    "matching.nearest_neighbour": lambda data: matching.nearest_neighbour(
        data, outcome="outcome", treated="treated", covariates=COVARIATES, caliper=0.5
    ),
    "matching.weighted_difference": lambda data: matching.weighted_difference(
        data, outcome="outcome", treated="treated", weight="weight", cluster="school"
    ),
    "matching.doubly_robust": lambda data: matching.doubly_robust(
        data, outcome="outcome", treated="treated", covariates=COVARIATES, cluster="school", estimand="ATE"
    ),
}

ALLOWED = {
    # a description: three persons, one school, constant or collinear covariates have means all the same
    "matching.balance": {"three rows", "one unit", "all ties", "perfect separation", "singular design"},
    # no covariates, so none can be collinear, and group and treatment may be the same
    "matching.weighted_difference": {"singular design", "perfect separation"},
    # schools play no part
    "matching.nearest_neighbour": {"one unit"},
}
