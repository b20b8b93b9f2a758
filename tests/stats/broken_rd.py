"""Regression discontinuity on input on which nothing can be computed."""

from kansen_lib.stats import rd

CUT = {"running": "running", "cutoff": 0.0}
CALLS = {
    "rd.regression_discontinuity": lambda data: rd.regression_discontinuity(data, outcome="outcome", **CUT),
    "rd.bandwidth_panel": lambda data: rd.bandwidth_panel(data, outcome="outcome", factors=(1, 2), **CUT),
    "rd.donut_panel": lambda data: rd.donut_panel(data, outcome="outcome", holes=(0, 0.05), **CUT),
    "rd.placebo_cutoffs": lambda data: rd.placebo_cutoffs(data, outcome="outcome", cutoffs=(-0.5,), **CUT),
    "rd.covariate_balance": lambda data: rd.covariate_balance(data, covariates=["baseline"], **CUT),
    "rd.density_test": lambda data: rd.density_test(data, **CUT),
}

#: The design has no groups and no units: it needs the score and the outcome only.
OTHER = {"one group", "one unit", "perfect separation", "singular design"}
ALLOWED = {name: OTHER for name in CALLS}
