"""Levels of groups and the gaps between them."""

from kansen_lib.stats.gaps.bounded import bounded_difference
from kansen_lib.stats.gaps.concentration import concentration_curve, concentration_index
from kansen_lib.stats.gaps.correlation import correlation
from kansen_lib.stats.gaps.differences import mean_difference, share_difference
from kansen_lib.stats.gaps.inequality import gini
from kansen_lib.stats.gaps.levels import bounded_share, mean, means, share, shares
from kansen_lib.stats.gaps.overlapping import overlap
from kansen_lib.stats.gaps.percentiles import percentiles
from kansen_lib.stats.gaps.quantiles import quantile_gaps
from kansen_lib.stats.gaps.quartiles import quartiles
from kansen_lib.stats.gaps.ratios import odds_ratio, risk_ratio
from kansen_lib.stats.gaps.standardised import hedges_g, hedges_g_clustered

__all__ = [
    "bounded_difference",
    "bounded_share",
    "concentration_curve",
    "concentration_index",
    "correlation",
    "gini",
    "hedges_g",
    "hedges_g_clustered",
    "mean",
    "mean_difference",
    "means",
    "odds_ratio",
    "overlap",
    "percentiles",
    "quantile_gaps",
    "quartiles",
    "risk_ratio",
    "share",
    "share_difference",
    "shares",
]
