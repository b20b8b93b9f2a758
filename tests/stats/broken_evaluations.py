"""Calls of what an evaluation needs beside the effect, on input on which nothing can be computed."""

from __future__ import annotations

import pandas as pd

from kansen_lib.stats import inference, trials
from kansen_lib.stats.result import Result
from kansen_lib.stats.trials import Specification


def _both_arms(data: pd.DataFrame) -> dict[str, float]:
    """Mean outcome of each group, NaN for a group without persons."""
    found = data.groupby("group")["outcome"].mean()
    return {label: found.get(label, float("nan")) for label in ("laag", "hoog")}


def _jackknife(data: pd.DataFrame) -> Result:
    found = inference.cluster_jackknife(data, _both_arms, cluster="school")
    gap = {"hoog": 1.0, "laag": -1.0}
    return Result("", (found.estimate(gap, "gap"), found.correlation("laag", gap, "correlation")))


CALLS = {
    "trials.mean_and_gap": lambda data: trials.mean_and_gap(
        data,
        outcome="outcome",
        treated="treated",
        group="group",
        low="laag",
        high="hoog",
        covariates=("baseline", "other"),
        cluster="school",
    ),
    "inference.cluster_jackknife": _jackknife,
    "trials.specification_test": lambda data: trials.specification_test(
        data,
        [
            Specification("bare", "outcome", ("baseline", "other")),
            Specification("score", "outcome", ("baseline", "score", "other"), scale=2.0),
        ],
        treated="treated",
        main="bare",
        block="school",
        draws=19,
        seed=1,
    ),
    "trials.specification_test, clusters": lambda data: trials.specification_test(
        data,
        [Specification("bare", "outcome", ("baseline", "other"))],
        treated="assigned",
        main="bare",
        cluster="school",
        draws=19,
        seed=1,
    ),
}

ALLOWED = {
    # who is in a group may be who was drawn: the means of the groups are there
    "inference.cluster_jackknife": {"perfect separation", "singular design"},
    # schools are blocks, of which one is enough; who was drawn may be who is in a group
    "trials.specification_test": {"one unit", "perfect separation"},
    "trials.specification_test, clusters": {"perfect separation"},
}
