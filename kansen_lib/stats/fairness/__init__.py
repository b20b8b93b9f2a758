"""Whether a decision or a prediction is as good for one group as for another."""

from kansen_lib.stats.fairness.calibrated import calibration
from kansen_lib.stats.fairness.decisions import equalised_odds, outcome_test
from kansen_lib.stats.fairness.impossible import implied_false_positive_rate
from kansen_lib.stats.fairness.strata import conditional_parity

__all__ = [
    "calibration",
    "conditional_parity",
    "equalised_odds",
    "implied_false_positive_rate",
    "outcome_test",
]
