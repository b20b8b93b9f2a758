"""Scales of a survey: scores, how reliable they are, their items, and their means over units."""

from kansen_lib.stats.scales.aggregating import aggregation
from kansen_lib.stats.scales.factor import reliability
from kansen_lib.stats.scales.items import item_diagnostics, scale_scores

__all__ = ["aggregation", "item_diagnostics", "reliability", "scale_scores"]
