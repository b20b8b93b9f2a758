"""Fairness on input on which nothing can be computed."""

from kansen_lib.stats import fairness

TWO = {"group": "group", "low": "laag", "high": "hoog"}
CALLS = {
    "fairness.calibration": lambda data: fairness.calibration(
        data, chance="chance", outcome="passed", group="group"
    ),
    "fairness.equalised_odds": lambda data: fairness.equalised_odds(
        data, decision="treated", outcome="passed", cluster="school", **TWO
    ),
    "fairness.outcome_test": lambda data: fairness.outcome_test(
        data, decision="treated", outcome="passed", cluster="school", **TWO
    ),
    "fairness.conditional_parity": lambda data: fairness.conditional_parity(
        data, decision="treated", strata="kind", cluster="school", **TWO
    ),
}

#: A share of few persons, of one group or of persons who are all alike is a share, with its Wilson
#: interval; the decision stands in a column of its own, that no test score enters.
SHARES = {"three rows", "one group", "one unit", "all ties", "perfect separation", "singular design"}
ALLOWED = {
    # calibration of one group, in one unit, or beside other columns that break, is still calibration;
    # an outcome that is all of one group is still an outcome held against its chance
    "fairness.calibration": {"one group", "one unit", "singular design"},
    "fairness.equalised_odds": SHARES,
    "fairness.outcome_test": SHARES,
    # the decision is not among what is missing everywhere
    "fairness.conditional_parity": SHARES | {"missing everywhere"},
}
