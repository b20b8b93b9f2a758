"""Levels of groups and the gaps between them."""

from kansen_lib.stats.gaps.differences import share_difference
from kansen_lib.stats.gaps.levels import bounded_share, mean, means, share, shares
from kansen_lib.stats.gaps.standardised import hedges_g

__all__ = ["bounded_share", "hedges_g", "mean", "means", "share", "share_difference", "shares"]
