"""Counterfactual, growth on the true start, Gini and rank slope: identities and recovery of a known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kansen_lib.stats import decomposition, flows, gaps, ordinal
from kansen_lib.stats.decomposition.counterfactual import NAMES
from kansen_lib.stats.terms import Reason

OBSERVED, FAVOURABLE, POTENTIAL, OF_RISKS = NAMES
EFFECT = {"education": {"laag": -1.0, "midden": -0.4, "hoog": 0.0}, "poor": -0.5}
SETTINGS = {
    "outcome": "y", "risks": {"education": "hoog", "poor": False}, "score": "score", "group": "education",
}  # fmt: skip


def schools(seed: int, clusters: int = 20, size: int = 30) -> pd.DataFrame:
    """Pupils in schools with a level of their own; risks and a curved score make the outcome."""
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(clusters), size)
    n = len(school)
    education = rng.choice(["laag", "midden", "hoog"], n, p=[0.3, 0.4, 0.3])
    poor = rng.random(n) < np.where(education == "laag", 0.4, 0.1)
    score = rng.normal(size=n) + np.array([EFFECT["education"][label] for label in education])
    pull = np.array([EFFECT["education"][label] for label in education]) + EFFECT["poor"] * poor
    level = rng.normal(0, 0.3, clusters)[school]
    y = 3 + pull + score + 0.2 * score**2 + level + rng.normal(size=n)
    return pd.DataFrame(
        {
            "y": y,
            "education": education,
            "poor": poor,
            "score": score,
            "school": [f"S{i:02d}" for i in school],
        }
    )


# --- counterfactual --------------------------------------------------------------------------------------


def test_the_part_of_the_risks_is_what_they_took_away() -> None:
    inside = []
    for seed in range(40):
        data = schools(seed)
        found = decomposition.counterfactual(data, cluster="school", **SETTINGS)
        low = data[data["education"] == "laag"]
        truth = 1.0 + 0.5 * low["poor"].mean()
        item = found[OF_RISKS, "laag"]
        inside.append(item.lower <= truth <= item.upper)
    assert sum(inside) >= 34  # fewer than 1% of the time, were each 95%


def test_noise_in_the_score_is_no_potential() -> None:
    """Pupils with low-educated parents score lower: at an equal noisy score their risks look worse."""
    noisy, corrected = [], []
    for seed in range(40):
        data = schools(seed).drop(columns="poor")
        data["y"] += 0.5 * schools(seed)["poor"] - 0.2 * data["score"] ** 2
        spread = data["score"].var()
        data["score"] += np.random.default_rng(seed + 500).normal(0, 0.5, len(data))
        part = {**SETTINGS, "risks": {"education": "hoog"}}
        known = spread / data["score"].var()
        noisy.append(decomposition.counterfactual(data, cluster="school", **part)[OF_RISKS, "laag"])
        corrected.append(
            decomposition.counterfactual(data, cluster="school", reliability=known, **part)[OF_RISKS, "laag"]
        )
    assert np.mean([item.value for item in noisy]) > 1.15
    assert np.mean([item.value for item in corrected]) == pytest.approx(1.0, abs=0.05)
    assert sum(item.lower <= 1.0 <= item.upper for item in corrected) >= 34


def test_a_reliability_that_leaves_no_true_differences_gives_a_reason() -> None:
    data = schools(1)
    found = decomposition.counterfactual(data, cluster="school", reliability=0.05, **SETTINGS)
    assert {item.reason for item in found.estimates} == {Reason.LOW_RELIABILITY}
    with pytest.raises(ValueError, match="reliability"):
        decomposition.counterfactual(data, cluster="school", reliability=0, **SETTINGS)


def test_groups_add_up_to_everybody_and_units_to_all() -> None:
    data = schools(3)
    whole = decomposition.counterfactual(data, cluster="school", **SETTINGS)
    units = decomposition.counterfactual_by_unit(data, unit="school", **SETTINGS)
    assert list(units) == sorted(data["school"].unique())
    for name in NAMES:
        groups = [whole[name, label] for label in ("hoog", "laag", "midden")]
        assert sum(item.n * item.value for item in groups) == pytest.approx(len(data) * whole[name].value)
        for label in ("", "laag"):
            own = [found[name, label] for found in units.values()]
            assert sum(item.n for item in own) == whole[name, label].n
            total = sum(item.n * item.value for item in own)
            assert total == pytest.approx(whole[name, label].n * whole[name, label].value)


def test_over_everybody_predicted_and_observed_are_the_same() -> None:
    found = decomposition.counterfactual(schools(4), cluster="school", **SETTINGS)
    assert found[POTENTIAL].value == pytest.approx(found[OF_RISKS].value)
    assert found[FAVOURABLE].value - found[OBSERVED].value == pytest.approx(found[POTENTIAL].value)


def test_a_group_without_risks_gains_nothing_by_construction() -> None:
    settings_ = {**SETTINGS, "risks": {"education": "hoog"}}
    found = decomposition.counterfactual(schools(4), cluster="school", **settings_)
    for name in (POTENTIAL, OF_RISKS):  # the label has a coefficient of its own, so that nothing is left
        assert (found[name, "hoog"].value, found[name, "hoog"].lower) == (0.0, None)
    assert found[POTENTIAL, "laag"].value == pytest.approx(found[OF_RISKS, "laag"].value)


def test_a_school_that_does_well_has_little_left_though_its_pupils_have_risks() -> None:
    data = schools(5)
    data.loc[data["school"] == "S01", "y"] += 2
    found = decomposition.counterfactual_by_unit(data, unit="school", **SETTINGS)["S01"]
    assert found[OF_RISKS].value > 0.3
    assert found[POTENTIAL].upper < 0


def test_a_unit_of_one_pupil_of_a_group_says_why_it_has_no_mean() -> None:
    data = schools(6)
    alone = (data["school"] == "S02") & (data["education"] == "laag")
    data = data[~alone | (data.index == data.index[alone][0])]
    found = decomposition.counterfactual_by_unit(data, unit="school", **SETTINGS)["S02"]
    assert (found[OBSERVED, "laag"].reason, found[POTENTIAL, "laag"].reason) == (Reason.TOO_FEW,) * 2
    without = data[(data["school"] != "S02") | (data["education"] != "laag")]
    found = decomposition.counterfactual_by_unit(without, unit="school", **SETTINGS)["S02"]
    assert {item.group for item in found.estimates} == {"", "hoog", "midden"}


def test_a_favourable_label_that_nobody_has_gives_a_reason() -> None:
    data = schools(7)
    data["education"] = pd.Categorical(data["education"], ["laag", "midden", "hoog", "wo"])
    settings_ = {**SETTINGS, "risks": {"education": "wo"}}
    found = decomposition.counterfactual(data, cluster="school", **settings_)
    assert {item.reason for item in found.estimates} == {Reason.EMPTY_GROUP}
    assert len(found.estimates) == 16  # each number of each group
    with pytest.raises(ValueError, match="cannot hold"):
        decomposition.counterfactual(data, cluster="school", **{**SETTINGS, "risks": {"education": "wat"}})


def test_a_group_in_one_school_has_no_error_over_schools() -> None:
    data = schools(8)
    data["kind"] = np.where(data["school"] == "S03", "a", "b")
    found = decomposition.counterfactual(data, cluster="school", **{**SETTINGS, "group": "kind"})
    assert found[POTENTIAL, "a"].reason == Reason.FEW_CLUSTERS
    assert found[POTENTIAL, "b"].value is not None


def test_rows_without_a_group_fall_out_and_are_counted() -> None:
    data = schools(9)
    data.loc[:4, "education"] = None
    found = decomposition.counterfactual(data, cluster="school", **SETTINGS)
    assert found.dropped == (5, len(data)) and found[OBSERVED].n == len(data) - 5


def test_few_different_scores_enter_as_they_are() -> None:
    data = schools(10)
    data["score"] = (data["score"] > 0).astype(float)
    found = decomposition.counterfactual(data, cluster="school", **SETTINGS)
    fixed = {key: value for key, value in SETTINGS.items() if key != "score"}
    other = decomposition.counterfactual(data, cluster="school", fixed=["score"], **fixed)
    assert found[POTENTIAL, "laag"].value == pytest.approx(other[POTENTIAL, "laag"].value)


# --- growth_on_start -------------------------------------------------------------------------------------


def two_tests(seed: int, n: int = 600, slope: float = 0.1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    high = rng.random(n) < 0.5
    start = rng.normal(size=n) + high
    end = start + 0.5 + slope * start + 0.3 * high + rng.normal(0, 0.5, n)
    return pd.DataFrame({"start": start + rng.normal(0, 0.5, n), "end": end, "high": high})


RELIABILITY = 1.25 / 1.5  # var(start) is 1 + 1/4, and 1/4 is noise


def test_growth_on_the_true_start_is_found_back() -> None:
    inside, naive = [], []
    for seed in range(60):
        data = two_tests(seed)
        found, plain = (
            ordinal.growth_on_start(data, start="start", end="end", reliability=part, regressors=["high"])
            for part in (RELIABILITY, 1.0)
        )
        inside.append([found[name].lower <= truth <= found[name].upper for name, truth in TRUTHS.items()])
        naive.append(plain["start"].value)
    assert np.sum(inside, axis=0).min() >= 51
    assert np.mean(naive) < 0 < 0.1  # noise alone makes it look as if those behind catch up


TRUTHS = {"start": 0.1, "high": 0.3, "intercept": 0.5}


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 1.0), st.integers(0, 50))
def test_the_slope_is_that_of_growth_on_the_noisy_start_put_right(part: float, seed: int) -> None:
    data = two_tests(seed, n=100)
    growth = np.polyfit(data["start"], data["end"] - data["start"], 1)[0]
    found = ordinal.growth_on_start(data, start="start", end="end", reliability=part)
    assert found["start"].value == pytest.approx((growth + 1) / part - 1)


def test_to_correct_growth_on_the_right_hand_side_only_makes_it_worse() -> None:
    data = two_tests(1, n=4000).assign(growth=lambda of: of["end"] - of["start"])
    wrong = ordinal.errors_in_variables(
        data, outcome="growth", score="start", reliability=RELIABILITY, regressors=["high"]
    )["start"].value
    plain = ordinal.growth_on_start(data, start="start", end="end", reliability=1.0, regressors=["high"])
    assert wrong < plain["start"].value < 0


# --- gini ------------------------------------------------------------------------------------------------

amounts = st.lists(st.integers(0, 40), min_size=3, max_size=15).filter(lambda of: len(set(of)) > 1)


@settings(max_examples=40, deadline=None)
@given(amounts, st.floats(0.1, 100))
def test_gini_is_half_the_mean_difference_of_two_persons_over_the_mean(
    values: list[int], times: float
) -> None:
    y = times * np.array(values, float)
    found = gaps.gini(pd.DataFrame({"y": y}), outcome="y")
    assert found.value == pytest.approx(np.abs(y[:, None] - y).mean() / (2 * y.mean()))


@settings(max_examples=20, deadline=None)
@given(amounts)
def test_a_weight_of_two_is_the_same_person_twice(values: list[int]) -> None:
    data = pd.DataFrame({"y": values, "w": [1.0 + place % 2 for place in range(len(values))]})
    twice = data.loc[data.index.repeat(data["w"].astype(int))]
    weighted, expanded = gaps.gini(data, outcome="y", weight="w"), gaps.gini(twice, outcome="y")
    assert weighted.value == pytest.approx(expanded.value)


def test_one_person_with_all_and_all_with_as_much() -> None:
    one, same = ([0.0] * 9 + [5.0]), [2.0] * 10
    found = [gaps.gini(pd.DataFrame({"y": values}), outcome="y") for values in (one, same)]
    assert [item.value for item in found] == [pytest.approx(0.9), 0.0]
    assert found[0].upper <= 1 and found[1].lower is None
    nothing = gaps.gini(pd.DataFrame({"y": [0.0] * 4}), outcome="y")
    assert nothing.value is None and nothing.reason
    with pytest.raises(ValueError, match="below 0"):
        gaps.gini(pd.DataFrame({"y": [-1.0, 2.0]}), outcome="y")


def test_the_interval_of_gini_holds_that_of_a_lognormal() -> None:
    truth = 2 * stats.norm.cdf(0.6 / np.sqrt(2)) - 1
    rng = np.random.default_rng(1)
    found = [gaps.gini(pd.DataFrame({"y": rng.lognormal(0, 0.6, 300)}), outcome="y") for _ in range(200)]
    assert sum(item.lower <= truth <= item.upper for item in found) >= 180
    assert all(item.p_value is None for item in found)


# --- rank_slope ------------------------------------------------------------------------------------------


def families(seed: int, n: int = 200, rho: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    parent = rng.normal(size=n)
    return pd.DataFrame({"parent": parent, "child": rho * parent + np.sqrt(1 - rho**2) * rng.normal(size=n)})


def test_without_equal_values_it_is_spearman_and_only_the_order_counts() -> None:
    data = families(1)
    found = flows.rank_slope(data, child="child", parent="parent")
    other = flows.rank_slope(np.exp(data) * 10, child="child", parent="parent")
    assert found.value == pytest.approx(stats.spearmanr(data["child"], data["parent"]).statistic)
    assert (other.value, other.standard_error) == pytest.approx((found.value, found.standard_error))


def test_the_interval_of_the_slope_holds_that_of_two_normals() -> None:
    truth = 6 / np.pi * np.arcsin(0.25)
    found = [flows.rank_slope(families(seed), child="child", parent="parent") for seed in range(200)]
    assert sum(item.lower <= truth <= item.upper for item in found) >= 181


def test_levels_of_the_child_hide_part_of_the_slope_and_those_of_the_parents_hardly() -> None:
    data = families(2, n=20_000)
    levels = data.apply(lambda column: np.digitize(column, [-0.5, 0.8])).add_suffix(" level")
    data = pd.concat([data, levels], axis=1)
    full, child, parent = (
        flows.rank_slope(data, child=one, parent=other).value
        for one, other in (("child", "parent"), ("child level", "parent"), ("child", "parent level"))
    )
    assert child < 0.93 * full
    assert parent == pytest.approx(full, abs=0.02)


def test_ordered_labels_go_by_their_order_and_others_are_refused() -> None:
    words = ["zz", "aa", "mm"]
    codes = np.array([0, 1, 2, 0, 2, 1, 2, 2, 0, 1])
    data = pd.DataFrame(
        {"child": np.arange(10), "parent": pd.Categorical.from_codes(codes, words, ordered=True)}
    )
    by_number = flows.rank_slope(data.assign(parent=codes), child="child", parent="parent")
    assert flows.rank_slope(data, child="child", parent="parent").value == pytest.approx(by_number.value)
    with pytest.raises(ValueError, match="without an order"):
        flows.rank_slope(data.assign(parent=data["parent"].astype(str)), child="child", parent="parent")
