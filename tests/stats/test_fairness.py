"""Fairness: identities, and what each measure says of simulated decisions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from broken import sound
from scipy import stats

from kansen_lib.stats import fairness, gaps

TWO = {"group": "group", "low": "laag", "high": "hoog"}


def decided(bar: float, n: int = 6000, seed: int = 2) -> pd.DataFrame:
    """Group hoog has a bar that is ``bar`` higher; chances are right for laag, too high for hoog by 0.1."""
    rng = np.random.default_rng(seed)
    group = np.where(rng.random(n) < 0.5, "hoog", "laag")
    p = rng.uniform(0.15, 0.85, n)
    return pd.DataFrame(
        {
            "group": group,
            "p": np.where(group == "hoog", p + 0.1, p),
            "true": p,
            "met": rng.random(n) < p,
            "high": p > 0.5 + bar * (group == "hoog"),
            "stratum": np.digitize(p, [0.3, 0.5, 0.7]),
        }
    )


def test_calibration_finds_the_group_whose_chances_are_too_high():
    found = fairness.calibration(decided(0), chance="p", outcome="met", group="group")
    right, wrong = (found["observed minus expected", label] for label in ("laag", "hoog"))
    assert right.lower < 0 < right.upper
    assert wrong.lower < -0.1 < wrong.upper < -0.05


def test_the_bins_hold_everybody_once():
    data = decided(0)
    found = fairness.calibration(data, chance="p", outcome="met", group="group", bins=5)
    assert sum(item.n for item in found.estimates if "bin" in item.name) == len(data)


def test_a_chance_outside_0_and_1_is_an_error():
    with pytest.raises(ValueError, match="chances lie between 0 and 1"):
        fairness.calibration(decided(0).assign(p=1.2), chance="p", outcome="met", group="group")


def test_a_higher_bar_shows_in_the_outcome_test_and_at_equal_strata():
    data = decided(0.2)
    test = fairness.outcome_test(data, decision="high", outcome="met", **TWO)
    assert test["met the higher decision", "hoog minus laag"].lower > 0.03
    parity = fairness.conditional_parity(data, decision="high", strata="stratum", **TWO)
    assert parity["higher decision", "within strata"].upper < -0.1


def test_the_same_bar_is_parity_within_strata():
    data = decided(0).assign(stratum=lambda rows: np.digitize(rows["true"], [0.3, 0.45, 0.6]))
    found = fairness.conditional_parity(data, decision="high", strata="stratum", **TWO)
    gap = found["higher decision", "within strata"]
    assert gap.lower < 0 < gap.upper and abs(gap.value) < 0.03


def test_swapping_the_groups_turns_every_difference():
    data = decided(0.1)
    back = {"group": "group", "low": "hoog", "high": "laag"}
    for function, more in (
        (fairness.equalised_odds, {"outcome": "met"}),
        (fairness.conditional_parity, {"strata": "stratum"}),
    ):
        there = function(data, decision="high", **more, **TWO).estimates
        again = function(data, decision="high", **more, **back).estimates
        for one, two in zip(there, again, strict=True):
            if one.unit == "percentage points":
                assert one.value == pytest.approx(-two.value, abs=1e-12)


def test_with_and_without_clusters_the_difference_is_the_same():
    data = decided(0.1).assign(school=lambda rows: np.arange(len(rows)) % 30)
    plain, clustered = (
        fairness.conditional_parity(data, decision="high", strata="stratum", cluster=cluster, **TWO)
        for cluster in (None, "school")
    )
    label = ("higher decision", "within strata")
    assert plain[label].value == pytest.approx(clustered[label].value, abs=1e-12)


def test_strata_with_one_group_take_no_part():
    data = decided(0.1)
    alone = pd.DataFrame({"group": "hoog", "high": True, "stratum": 9}, index=range(500))
    both = pd.concat([data, alone])
    found = [
        fairness.conditional_parity(rows, decision="high", strata="stratum", **TWO)["higher decision", label]
        for rows in (data, both)
        for label in ("within strata", "odds ratio")
    ]
    assert (found[0].value, found[1].value) == (found[2].value, found[3].value)


# --- what users bring ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [("x", "y", "a"), ("y", "x", "stratum"), ("stratum", "cluster", "y")])
def test_parity_does_not_depend_on_the_names_of_columns(names: tuple[str, str, str]) -> None:
    data = sound()
    sides = {"decision": "passed", "low": "laag", "high": "hoog"}
    plain = fairness.conditional_parity(data, group="group", strata="kind", cluster="school", **sides)
    own = data[["passed", "group", "kind", "school"]].set_axis(["passed", *names], axis=1)
    columns = dict(zip(("group", "strata", "cluster"), names, strict=True))
    assert fairness.conditional_parity(own, **columns, **sides) == plain


@pytest.mark.parametrize("names", [("p", "part"), ("y", "p"), ("part", "y"), ("cluster", "log_odds")])
def test_calibration_does_not_depend_on_the_names_of_columns(names: tuple[str, str]) -> None:
    data = sound()
    predicted = {"chance": "chance", "outcome": "passed"}
    plain = fairness.calibration(data, group="group", cluster="school", **predicted)
    own = data[["chance", "passed", "group", "school"]].set_axis(["chance", "passed", *names], axis=1)
    columns = dict(zip(("group", "cluster"), names, strict=True))
    assert fairness.calibration(own, **columns, **predicted) == plain


@pytest.mark.parametrize("strange", ["kind", "level"])
def test_a_decision_or_outcome_is_true_or_false(strange: str) -> None:
    """The text "nee" would count as True."""
    sides = {"group": "group", "low": "laag", "high": "hoog"}
    for call in (
        lambda: fairness.conditional_parity(sound(), decision=strange, strata="area", **sides),
        lambda: fairness.equalised_odds(sound(), decision="passed", outcome=strange, **sides),
        lambda: fairness.outcome_test(sound(), decision=strange, outcome="passed", **sides),
        lambda: fairness.calibration(sound(), chance="chance", outcome=strange, group="group"),
    ):
        with pytest.raises(ValueError, match=f"'{strange}' must hold True and False"):
            call()


def test_the_p_value_of_a_slope_is_of_chances_that_are_right() -> None:
    data = decided(0.0).assign(extreme=lambda all: 1 / (1 + ((1 - all["true"]) / all["true"]) ** 2))
    right, wrong = (
        fairness.calibration(data, chance=chance, outcome="met", group="group")["slope", "laag"]
        for chance in ("true", "extreme")
    )
    assert right.p_value == pytest.approx(2 * stats.norm.sf(abs(right.value - 1) / right.standard_error))
    assert right.p_value > 0.05 > 1e-6 > wrong.p_value


def test_strata_within_clusters_are_swept_out_and_the_error_is_that_of_dummies() -> None:
    data = sound().assign(place=lambda all: all["school"] + all["kind"])
    found = fairness.conditional_parity(
        data, decision="passed", group="group", low="laag", high="hoog", strata="place", cluster="school"
    )["higher decision", "within strata"]
    both = data[data.groupby("place")["group"].transform("nunique") == 2]
    gap = gaps.mean_difference(
        both, outcome="passed", group="group", low="laag", high="hoog", cluster="school", covariates=["place"]
    )
    assert (found.standard_error, found.df) == pytest.approx((gap.standard_error, gap.df))


def test_rates_that_no_decision_has_together_give_a_reason() -> None:
    """Half predicted right of nearly all who meet it: more wrong ones than there are persons without it."""
    rates = {"positive_predictive_value": 0.5, "true_positive_rate": 0.9}
    assert "together" in fairness.implied_false_positive_rate(base_rate=0.9, **rates).reason
    assert fairness.implied_false_positive_rate(base_rate=1.0, **rates).value is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        fairness.implied_false_positive_rate(base_rate=1.2, **rates)
