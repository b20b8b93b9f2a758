"""Identities, known truths and edges of comparisons without a lottery."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from broken import sound
from hypothesis import given, settings
from hypothesis import strategies as st

from kansen_lib.stats import matching
from kansen_lib.stats.terms import Reason

SPEC = {"treated": "d", "covariates": ["x", "z"]}


@cache
def confounded(n: int, effect: float = 0.5, seed: int = 1) -> pd.DataFrame:
    """Treatment and outcome both follow x and z."""
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=n), rng.random(n) < 0.4
    d = rng.random(n) < 1 / (1 + np.exp(0.8 - 0.7 * x - 0.5 * z))
    y = effect * d + x + 0.5 * z + rng.normal(size=n)
    return pd.DataFrame({"x": x, "z": z, "d": d, "y": y, "school": np.arange(n) % 20})


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), moments=st.sampled_from([1, 2, 3]))
def test_entropy_balancing_leaves_no_difference(seed: int, moments: int) -> None:
    data = confounded(150, seed=seed)
    found = matching.entropy_balancing(data, **SPEC, moments=moments)
    if found.values is None:  # no weights make these few persons alike in the third moment
        assert found.reason == Reason.NO_BALANCE and moments > 1
        return
    there, here = data[data["d"]], data[~data["d"]]
    weights = found.values[here.index]
    assert weights.min() > 0 and weights.sum() == pytest.approx(len(there))
    for power in range(1, moments + 1):
        mean = np.average(here["x"] ** power, weights=weights)
        assert mean == pytest.approx((there["x"] ** power).mean(), abs=1e-7)


def test_entropy_balancing_beyond_reach_gives_a_reason() -> None:
    data = pd.DataFrame({"x": [1.0, 2, 3, 10, 11, 12], "d": [0, 0, 0, 1, 1, 1]})
    found = matching.entropy_balancing(data, treated="d", covariates=["x"])
    assert found.values is None and found.reason == Reason.NO_BALANCE


def test_rows_with_a_missing_value_have_no_weight_and_no_score() -> None:
    data = confounded(100).assign(x=lambda frame: frame["x"].where(frame.index != 7))
    assert 7 not in matching.entropy_balancing(data, **SPEC).values.index
    found = matching.propensity(data, **SPEC)
    assert 7 not in found.scores.index and found.result.dropped == (1, 100)


def test_scores_add_up_to_the_number_of_treated() -> None:
    data = confounded(300)
    scores = matching.propensity(data, **SPEC).scores
    assert scores.sum() == pytest.approx(data["d"].sum(), abs=1e-9)


def test_groups_that_covariates_separate_have_no_overlap() -> None:
    data = confounded(100).assign(d=lambda frame: frame["x"] > 0)
    assert matching.propensity(data, **SPEC).reason == Reason.NO_OVERLAP
    assert matching.doubly_robust(data, outcome="y", **SPEC)["effect"].reason == Reason.NO_OVERLAP


def test_a_hand_made_match() -> None:
    """Scores rise with x: 3 takes 2.5, 2 takes 1.9; the others stay alone."""
    data = pd.DataFrame({"x": [3, 2, 2.5, 1.9, 0, -1.0], "d": [1, 1, 0, 0, 0, 0], "y": [10, 8, 7, 6, 1, 2.0]})
    data = pd.concat([data, pd.DataFrame({"x": [-2.0, 4.0], "d": [1, 0], "y": [0.0, 20.0]})])
    found = matching.nearest_neighbour(data, outcome="y", treated="d", covariates=["x"], caliper=0.3)
    assert found["matched untreated"].value == found["matched treated"].value == 2
    assert found["effect"].value == pytest.approx((10 - 7 + 8 - 6) / 2)


def test_a_caliper_of_nothing_leaves_nobody() -> None:
    found = matching.nearest_neighbour(confounded(100), outcome="y", **SPEC, caliper=0.0)
    assert found["effect"].reason == Reason.NO_MATCH


def test_two_matches_each_halve_their_weight() -> None:
    found = matching.nearest_neighbour(confounded(300), outcome="y", treated="d", covariates=["x"], ratio=2)
    assert found["matched untreated"].value <= 2 * found["matched treated"].value


@pytest.mark.parametrize("estimand", ["ATT", "ATE"])
def test_doubly_robust_finds_the_truth_under_a_constant_effect(estimand: str) -> None:
    found = matching.doubly_robust(confounded(20_000), outcome="y", **SPEC, estimand=estimand)["effect"]
    assert abs(found.value - 0.5) < 3 * found.standard_error < 0.08


def test_doubly_robust_covers_as_often_as_it_says() -> None:
    covered = []
    for seed in range(200):
        found = matching.doubly_robust(confounded(250, seed=100 + seed), outcome="y", **SPEC)["effect"]
        covered.append(found.lower < 0.5 < found.upper)
    assert 0.91 <= np.mean(covered) <= 0.985


def test_effect_is_the_difference_of_both_means() -> None:
    found = matching.doubly_robust(confounded(300), outcome="y", **SPEC, cluster="school")
    assert found["effect"].value == pytest.approx(
        found["mean if treated"].value - found["mean if untreated"].value
    )
    assert found["effect"].df == 19


def test_a_cluster_for_each_person_is_no_cluster_but_for_its_factor() -> None:
    data = confounded(300).assign(own=np.arange(300))
    plain = matching.doubly_robust(data, outcome="y", **SPEC)["effect"].standard_error
    own = matching.doubly_robust(data, outcome="y", **SPEC, cluster="own")["effect"].standard_error
    assert own == pytest.approx(plain * np.sqrt(300 / 299))


def test_equal_weights_are_no_weights() -> None:
    data = confounded(200).assign(w=3.0)
    plain = matching.balance(data, **SPEC).summary["value"]
    weighted = matching.balance(data, **SPEC, weight="w").summary["value"]
    assert weighted.to_numpy() == pytest.approx(plain.to_numpy())


def test_a_treatment_that_is_no_yes_or_no_is_an_error() -> None:
    with pytest.raises(ValueError, match="True and False"):
        matching.balance(confounded(20).assign(d=2), **SPEC)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data: matching.balance(data, **MINE, estimand="ATC"), "there are .'ATT', 'ATE'"),
        (lambda data: matching.balance(data.assign(w=-1), **MINE, weight="w"), "negative weights"),
        (lambda data: matching.nearest_neighbour(data, **MINE, outcome="outcome", ratio=0), "1 or more"),
        (lambda data: matching.nearest_neighbour(data, **MINE, outcome="outcome", caliper=-1), "0 or more"),
        (lambda data: matching.doubly_robust(data, **MINE, outcome="group"), "must hold numbers"),
    ],
)
def test_a_slip_of_the_user_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(sound())


def test_a_group_with_weights_of_zero_has_no_balance():
    data = sound().assign(w=lambda frame: frame["treated"].astype(float))
    found = matching.balance(data, **MINE, weight="w").estimates
    assert [item.reason for item in found] == [Reason.FEW_TREATED]


MINE = {"treated": "treated", "covariates": ["baseline"]}
