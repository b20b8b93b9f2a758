"""Outcomes that are ordered or categories, and the gap between groups at an equal score."""

from kansen_lib.stats.ordinal.effects import average_marginal_effects
from kansen_lib.stats.ordinal.gap import corrected_gap, gap_at_equal_score, gap_curve, sensitivity
from kansen_lib.stats.ordinal.models import (
    binary_logit,
    multinomial_logit,
    ordinal_logit,
    partial_proportional_odds,
)
from kansen_lib.stats.ordinal.parallel import parallel_lines

__all__ = [
    "average_marginal_effects",
    "binary_logit",
    "corrected_gap",
    "gap_at_equal_score",
    "gap_curve",
    "multinomial_logit",
    "ordinal_logit",
    "parallel_lines",
    "partial_proportional_odds",
    "sensitivity",
]
