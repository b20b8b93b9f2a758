"""What studies say together, and what an estimate does to a prior."""

from kansen_lib.stats.meta.pooling import meta_regression, random_effects
from kansen_lib.stats.meta.prior import update

__all__ = ["meta_regression", "random_effects", "update"]
