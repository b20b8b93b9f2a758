"""Outcomes that are ordered or categories, and the gap between groups at an equal score."""

from kansen_lib.stats.ordinal.choices import conditional_logit
from kansen_lib.stats.ordinal.effects import average_marginal_effects
from kansen_lib.stats.ordinal.gap import gap_at_equal_score, gap_curve
from kansen_lib.stats.ordinal.growth import growth_on_start
from kansen_lib.stats.ordinal.measurement import errors_in_variables, simex
from kansen_lib.stats.ordinal.models import (
    binary_logit,
    multinomial_logit,
    ordinal_logit,
    partial_proportional_odds,
)
from kansen_lib.stats.ordinal.parallel import parallel_lines
from kansen_lib.stats.ordinal.true_score import corrected_gap, sensitivity

__all__ = [
    "average_marginal_effects",
    "binary_logit",
    "conditional_logit",
    "corrected_gap",
    "errors_in_variables",
    "gap_at_equal_score",
    "gap_curve",
    "growth_on_start",
    "multinomial_logit",
    "ordinal_logit",
    "parallel_lines",
    "partial_proportional_odds",
    "sensitivity",
    "simex",
]
