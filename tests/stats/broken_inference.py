"""Broken input for intervals, robust covariance, bootstrap and randomisation."""

from __future__ import annotations

from kansen_lib.stats import inference

MODEL = {"outcome": "outcome", "regressors": ["baseline", "score", "kind"], "cluster": "school"}

CALLS = {
    "inference.coefficients": lambda data: inference.coefficients(data, **MODEL),
    "inference.joint_test": lambda data: inference.joint_test(data, terms=["kind"], **MODEL),
    "inference.wild_cluster_bootstrap": lambda data: inference.wild_cluster_bootstrap(
        data, term="baseline", draws=99, seed=1, **MODEL
    ),
    "inference.cluster_bootstrap": lambda data: inference.cluster_bootstrap(
        data, lambda frame: frame["outcome"].mean(), cluster="school", draws=99, seed=1
    ),
    "inference.randomisation_test": lambda data: inference.randomisation_test(
        data, outcome="outcome", treated="treated", block="school", covariates=["baseline"], draws=99, seed=1
    ),
}

ALLOWED = {
    # the other coefficients are right without the kind; separated groups have no part in the model
    "inference.coefficients": ("one group", "perfect separation"),
    "inference.joint_test": ("perfect separation",),
    "inference.wild_cluster_bootstrap": ("one group", "perfect separation"),
    # a mean needs no groups, and no regressors
    "inference.cluster_bootstrap": ("one group", "perfect separation", "singular design"),
    # one block is a lottery too; the covariate of the model is not one of those that depend on each other;
    # the separated treatment is a lottery like any other
    "inference.randomisation_test": ("one unit", "perfect separation", "singular design"),
}
