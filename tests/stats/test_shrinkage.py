"""Empirical Bayes: identities, recovery of known truth, and the edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansen_lib.stats import shrinkage
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.shrinkage import Prior
from kansen_lib.stats.terms import Interval, Reason


def raw(value: float, error: float) -> Estimate:
    return Estimate.from_standard_error("x", value, error, interval=Interval.NORMAL, n=20)


@given(st.floats(-5, 5), st.floats(0.01, 5), st.floats(-5, 5), st.floats(0.01, 5))
def test_precisions_add_and_the_posterior_is_their_mean(
    value: float, error: float, mean: float, sd: float
) -> None:
    found = shrinkage.shrink(raw(value, error), Prior(mean, sd))
    precision = error**-2 + sd**-2
    assert found.standard_error**-2 == pytest.approx(precision)
    assert found.value == pytest.approx((value * error**-2 + mean * sd**-2) / precision, abs=1e-9)
    assert found.upper - found.value == pytest.approx(1.959963985 * found.standard_error)


def test_the_standard_error_counts_and_not_the_width_of_a_t_interval() -> None:
    few = Estimate.from_standard_error("x", 1.0, 0.5, interval=Interval.T, df=3)
    assert shrinkage.shrink(few, Prior(0, 1)).value == pytest.approx(1 / 1.25)
    bare = replace(few, standard_error=None, lower=1 - 0.9799819923, upper=1 + 0.9799819923)
    assert shrinkage.shrink(bare, Prior(0, 1)).value == pytest.approx(1 / 1.25)


def test_an_estimate_without_value_or_spread_comes_back_as_it_was() -> None:
    for item in (Estimate.not_computable("x", Reason.TOO_FEW), Estimate("x", value=1.0)):
        assert shrinkage.shrink(item, Prior(0, 1)) is item


def units(seed: int, count: int = 400) -> pd.DataFrame:
    """Estimates of true values with mean 2 and standard deviation 0.5."""
    rng = np.random.default_rng(seed)
    error, truth = rng.uniform(0.1, 0.8, count), rng.normal(2, 0.5, count)
    labels = [f"S{i:03d}" for i in range(count)]
    return pd.DataFrame(
        {"value": rng.normal(truth, error), "error": error, "truth": truth, "n": 30, "school": labels}
    )


def test_intervals_of_shrunken_means_hold_the_truth_and_are_nearer_to_it() -> None:
    data = units(3)
    found = shrinkage.empirical_bayes_means(data, value="value", error="error", n="n", unit="school").summary
    assert found["group"].tolist() == data["school"].tolist()
    assert ((found["lower"] <= data["truth"]) & (data["truth"] <= found["upper"])).mean() == pytest.approx(
        0.95, abs=0.03
    )
    assert ((found["value"] - data["truth"]) ** 2).mean() < ((data["value"] - data["truth"]) ** 2).mean()


def test_means_without_spread_between_units_are_not_called_alike() -> None:
    data = units(4, 20).assign(value=1.0)
    (found,) = shrinkage.empirical_bayes_means(
        data, value="value", error="error", n="n", unit="school"
    ).estimates
    assert found.reason == Reason.NO_VARIATION


def counts(seed: int, count: int = 300, a: float = 6.0, b: float = 4.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n, truth = rng.integers(5, 60, count), rng.beta(a, b, count)
    labels = [f"S{i:03d}" for i in range(count)]
    return pd.DataFrame({"y": rng.binomial(n, truth), "n": n, "truth": truth, "school": labels})


def shares(data: pd.DataFrame):
    return shrinkage.empirical_bayes_shares(data, count="y", n="n", unit="school")


def test_shrunken_shares_find_the_spread_and_hold_the_truth() -> None:
    data = counts(5)
    found = shares(data)
    sd, mean = found["between-unit sd"], found["mean share"]
    assert mean.lower < 0.6 < mean.upper and sd.lower < np.sqrt(0.24 / 11) < sd.upper
    table = found.summary.iloc[2:].reset_index(drop=True)
    held = (table["lower"] <= data["truth"]) & (data["truth"] <= table["upper"])
    assert held.mean() == pytest.approx(0.95, abs=0.03)
    raw_share = data["y"] / data["n"]
    assert ((table["value"] - raw_share) * (mean.value - raw_share) >= -1e-12).all()


def test_the_spread_of_shares_is_no_larger_than_shares_can_have() -> None:
    """18 batters of 45 times at bat (Efron and Morris, 1975): hardly more spread than chance."""
    hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
    data = pd.DataFrame({"hits": hits, "bats": 45, "batter": range(18)})
    found = shrinkage.empirical_bayes_shares(data, count="hits", n="bats", unit="batter")
    mean, sd = found["mean share"].value, found["between-unit sd"]
    assert sd.lower < sd.value < sd.upper <= np.sqrt(mean * (1 - mean))


def test_counting_the_others_mirrors_the_shares() -> None:
    data = counts(6, 40)
    one, other = shares(data), shares(data.assign(y=data["n"] - data["y"]))
    assert one["between-unit sd"].value == pytest.approx(other["between-unit sd"].value, rel=1e-8)
    for label in data["school"]:
        pair = one["shrunken share", label], other["shrunken share", label]
        assert pair[0].value == pytest.approx(1 - pair[1].value) and pair[0].lower == pytest.approx(
            1 - pair[1].upper
        )


def test_shares_that_spread_less_than_chance_have_no_spread() -> None:
    data = pd.DataFrame({"y": [10, 11, 10, 9, 10, 10], "n": 20, "school": list("abcdef")})
    assert {item.reason for item in shares(data).estimates} == {Reason.NO_VARIATION}


def test_a_count_above_its_n_is_an_error() -> None:
    with pytest.raises(ValueError, match="below 0 or above 'n'"):
        shares(counts(1, 6).assign(n=0.5))


def test_an_empty_unit_is_left_out_and_counted() -> None:
    data = counts(7, 20)
    data.loc[3, ["y", "n"]] = 0
    found = shares(data)
    assert found.dropped == (1, 20) and "S003" not in set(found.summary["group"])


def pupils() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    school = np.repeat([f"S{i:02d}" for i in range(12)], 30)
    group = rng.choice(["laag", "hoog"], len(school))
    y = 1.0 * (group == "hoog") + 0.8 * (school == "S00") + rng.normal(0, 0.5, len(school))
    return pd.DataFrame({"y": y, "group": group, "school": school})


def test_the_expected_value_is_that_of_the_groups_elsewhere() -> None:
    data = pupils()
    found = shrinkage.predicted_reference(data, outcome="y", unit="school", fixed=["group"])
    for label in ("S00", "S05"):
        own, others = data[data["school"] == label], data[data["school"] != label]
        means = others.groupby("group")["y"].mean()
        wanted = own["group"].map(means).mean()
        assert found["predicted reference", label].value == pytest.approx(wanted)
        assert found["predicted reference", label].n == 30
    own = data.loc[data["school"] == "S00", "y"].mean()
    assert own > found["predicted reference", "S00"].upper


def test_a_group_that_is_nowhere_else_has_no_expected_value() -> None:
    data = pupils()
    data.loc[data["school"] == "S03", "group"] = "elders"
    found = shrinkage.predicted_reference(data, outcome="y", unit="school", fixed=["group"])
    assert found["predicted reference", "S03"].reason == Reason.NOT_IDENTIFIED
    assert found["predicted reference", "S04"].value is not None


@pytest.mark.parametrize("errors", [[], [1.0, 0.0, 1.0], [1.0, float("nan"), 1.0], [1.0, 1.0]])
def test_a_prior_needs_a_positive_error_for_each_value(errors: list[float]) -> None:
    with pytest.raises(ValueError, match="give as many"):
        shrinkage.prior_of_means([1.0, 2.0, 3.0], errors)
