"""Regression discontinuity: the effect of a cut-off on those who score near it."""

from kansen_lib.stats.rd.density import density_test
from kansen_lib.stats.rd.estimate import regression_discontinuity
from kansen_lib.stats.rd.local import Kernel
from kansen_lib.stats.rd.panels import bandwidth_panel, covariate_balance, donut_panel, placebo_cutoffs

__all__ = [
    "Kernel",
    "bandwidth_panel",
    "covariate_balance",
    "density_test",
    "donut_panel",
    "placebo_cutoffs",
    "regression_discontinuity",
]
