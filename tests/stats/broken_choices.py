"""Calls of the conditional logit on a frame that may be broken."""

from __future__ import annotations

from kansen_lib.stats import ordinal

CALLS = {
    "ordinal.conditional_logit": lambda data: ordinal.conditional_logit(
        data,
        situation="basisschool",
        chosen="passed",
        regressors=["score", "baseline", "group", "kind"],
        cluster="school",
    ),
}

ALLOWED: dict[str, set[str]] = {}
