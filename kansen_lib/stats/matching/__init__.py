"""Comparisons without a lottery: groups that are made alike on what was measured, and on nothing else."""

from kansen_lib.stats.matching.balance import balance
from kansen_lib.stats.matching.entropy import Weights, entropy_balancing, weighted_difference
from kansen_lib.stats.matching.nearest import nearest_neighbour
from kansen_lib.stats.matching.propensity import Propensity, propensity
from kansen_lib.stats.matching.robust import doubly_robust

__all__ = [
    "Propensity",
    "Weights",
    "balance",
    "doubly_robust",
    "entropy_balancing",
    "nearest_neighbour",
    "propensity",
    "weighted_difference",
]
