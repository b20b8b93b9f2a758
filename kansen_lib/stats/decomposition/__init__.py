"""Where a gap comes from: composition and rates, explained and unexplained, blocks of regressors."""

from kansen_lib.stats.decomposition.counterfactual import counterfactual, counterfactual_by_unit
from kansen_lib.stats.decomposition.fits import compare_fits
from kansen_lib.stats.decomposition.gelbach import gelbach
from kansen_lib.stats.decomposition.kitagawa import kitagawa
from kansen_lib.stats.decomposition.levels import quadrant, risk_count
from kansen_lib.stats.decomposition.oaxaca import oaxaca_blinder
from kansen_lib.stats.decomposition.shapley import shapley_r2

__all__ = [
    "compare_fits",
    "counterfactual",
    "counterfactual_by_unit",
    "gelbach",
    "kitagawa",
    "oaxaca_blinder",
    "quadrant",
    "risk_count",
    "shapley_r2",
]
