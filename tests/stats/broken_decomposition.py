"""Calls of the subject decomposition on broken input."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from kansen_lib.stats import decomposition
from kansen_lib.stats.result import Result

SIDES = {"group": "group", "low": "laag", "high": "hoog"}
BLOCKS = {"score": ["score"], "start": ["baseline", "kind"]}

CALLS: dict[str, Callable[[pd.DataFrame], Result]] = {
    "decomposition.kitagawa": lambda data: decomposition.kitagawa(
        data, outcome="outcome", by="kind", cluster="school", **SIDES
    ),
    "decomposition.oaxaca_blinder": lambda data: decomposition.oaxaca_blinder(
        data, outcome="outcome", regressors=["baseline", "score", "kind"], cluster="school", **SIDES
    ),
    "decomposition.gelbach": lambda data: decomposition.gelbach(
        data, outcome="outcome", of="group", added=BLOCKS, cluster="school"
    ),
    "decomposition.shapley_r2": lambda data: decomposition.shapley_r2(
        data, outcome="outcome", blocks=BLOCKS, cluster="school", draws=20, seed=1
    ),
    "decomposition.quadrant": lambda data: decomposition.quadrant(
        data, outcome="outcome", time="time", first=1, second=4, cluster="school", **SIDES
    ),
    "decomposition.risk_count": lambda data: decomposition.risk_count(
        data, outcome="outcome", risks=["treated", "offered"], cluster="school"
    ),
}

ALLOWED = {
    # neither group nor regressors have a part in the treatment that is separated
    "decomposition.kitagawa": {"perfect separation"},
    "decomposition.oaxaca_blinder": {"perfect separation"},
    "decomposition.gelbach": {"perfect separation"},
    # a model of a single group has a share of R2, too
    "decomposition.shapley_r2": {"one group", "perfect separation"},
    # no regressors, so none that depend on each other
    "decomposition.quadrant": {"perfect separation", "singular design"},
    # without risks there is still the mean of those with none; two persons in two schools have a mean
    "decomposition.risk_count": {"one group", "three rows", "perfect separation", "singular design"},
}
