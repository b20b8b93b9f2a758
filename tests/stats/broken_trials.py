"""Calls of :mod:`kansen_lib.stats.trials` on input on which nothing can be computed."""

from __future__ import annotations

from kansen_lib.stats import trials

CALLS = {
    "trials.individual_trial": lambda data: trials.individual_trial(
        data, outcome="outcome", treated="treated", covariates=("baseline", "other"), block="school"
    ),
    "trials.effect_by_group": lambda data: trials.effect_by_group(
        data,
        outcome="outcome",
        treated="treated",
        group="group",
        covariates=("baseline", "other"),
        cluster="school",
    ),
    "trials.cluster_trial": lambda data: trials.cluster_trial(
        data, outcome="outcome", treated="assigned", cluster="school", covariates=("baseline", "other")
    ),
    "trials.multisite_trial": lambda data: trials.multisite_trial(
        data, outcome="outcome", treated="treated", site="school", covariates=("baseline", "other")
    ),
    "trials.complier_effect": lambda data: trials.complier_effect(
        data,
        outcome="outcome",
        treated="treated",
        offered="offered",
        covariates=("baseline", "other"),
        cluster="school",
    ),
    "trials.dose_response": lambda data: trials.dose_response(
        data, outcome="outcome", dose="score", covariates=("baseline", "other"), cluster="school"
    ),
}

ALLOWED = {
    # schools are blocks, of which one is enough; who was drawn may be who is in a group
    "trials.individual_trial": {"one unit", "perfect separation"},
    # who was drawn may be who is in a group: groups play no part
    "trials.cluster_trial": {"perfect separation"},
    "trials.multisite_trial": {"perfect separation"},
    # everybody takes up the offer: the effect of the offer
    "trials.complier_effect": {"perfect separation"},
    # no groups and no treatment but the dose
    "trials.dose_response": {"one group", "perfect separation"},
}
