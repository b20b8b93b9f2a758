"""What one kind of fairness asks of another, when more of one group than of another meet the outcome."""

from __future__ import annotations

from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Method, Reason, Unit


def implied_false_positive_rate(
    *,
    base_rate: float,
    positive_predictive_value: float,
    true_positive_rate: float,
    name: str = "implied false positive rate",
    group: str = "",
) -> Estimate:
    """The false positive rate that follows from how many meet the outcome and two other rates.

    Two groups with other base rates cannot have the same predictive value and the same true and false
    positive rates, unless the decision is without error.

    Args:
        base_rate: share of the group that meets the outcome.
        positive_predictive_value: share that meets it, of who gets the higher decision.
        true_positive_rate: share that gets the higher decision, of who meets it.
        name, group: of the estimate.

    Raises:
        ValueError: a rate outside 0 and 1.

    Estimand: P(decision | no outcome) in a group with these three rates.

    Formula: p / (1 - p) (1 - PPV) / PPV TPR.

    Interval: none: arithmetic on three rates.

    Source: Chouldechova (2017), Big Data 5(2), the relation behind her impossibility; Kleinberg,
    Mullainathan and Raghavan (2017) give it for calibrated scores.
    """
    rates = (base_rate, positive_predictive_value, true_positive_rate)
    if not all(0 <= rate <= 1 for rate in rates):
        raise ValueError(f"rates {rates} must lie between 0 and 1")
    facts = {"group": group, "unit": Unit.SHARE, "method": Method.IMPLIED_RATE}
    if base_rate == 1 or positive_predictive_value == 0:
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts)
    wrong = (1 - positive_predictive_value) / positive_predictive_value
    value = base_rate / (1 - base_rate) * wrong * true_positive_rate
    if value > 1:
        return Estimate.not_computable(name, Reason.IMPOSSIBLE_RATES, **facts)
    return Estimate(name, value=value, **facts)
