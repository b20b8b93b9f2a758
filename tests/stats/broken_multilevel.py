"""Calls of the multilevel models for ``test_broken.py``."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from kansen_lib.stats import multilevel
from kansen_lib.stats.result import Result

CALLS: dict[str, Callable[[pd.DataFrame], Result]] = {
    "multilevel.mixed_model": lambda data: multilevel.mixed_model(
        data,
        outcome="outcome",
        fixed=["baseline", "other", "group"],
        random={"school": ["baseline"]},
    ),
    "multilevel.variance_shares": lambda data: multilevel.variance_shares(
        data, outcome="outcome", levels=["school", "klas"]
    ),
    "multilevel.within_between": lambda data: multilevel.within_between(
        data, outcome="outcome", within="baseline", cluster="school", fixed=["group", "kind"]
    ),
    "multilevel.unit_effects": lambda data: multilevel.unit_effects(
        data, outcome="outcome", unit="school", fixed=["baseline", "group"], random=["basisschool"]
    ),
    "multilevel.value_added": lambda data: multilevel.value_added(
        data,
        outcome="outcome",
        prior="baseline",
        unit="school",
        composition=["group"],
        fixed=["group"],
        random=["klas"],
        reliability=0.9,
    ),
}

#: With one group only, its dummy disappears: the model of that group is right. Separation changes
#: ``level``, ``passed`` and ``treated``, which no call uses.
_ONE_GROUP = "one group"
_UNUSED = "perfect separation"

ALLOWED: dict[str, set[str]] = {
    "multilevel.mixed_model": {_ONE_GROUP, _UNUSED},
    # neither a group nor a regressor takes part
    "multilevel.variance_shares": {_ONE_GROUP, _UNUSED, "singular design"},
    "multilevel.within_between": {_ONE_GROUP, _UNUSED},
    # ``other``, ``score`` and ``kind`` take no part
    "multilevel.unit_effects": {_ONE_GROUP, _UNUSED, "singular design"},
    "multilevel.value_added": {_ONE_GROUP, _UNUSED, "singular design"},
}
