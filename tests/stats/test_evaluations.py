"""Identities of what an evaluation needs beside the effect, and the edges of small numbers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from broken import sound
from hypothesis import given, settings
from hypothesis import strategies as st

from kansen_lib.stats import inference, power, trials, welfare
from kansen_lib.stats.power import Design, Plan
from kansen_lib.stats.result import Estimate, NotComputable
from kansen_lib.stats.terms import Reason, Unit
from kansen_lib.stats.trials import Specification

MEAN, GAP, CORRELATION = "effect on the mean", "effect on the gap", "correlation of both effects"
SIDES = {"group": "group", "low": "laag", "high": "hoog"}
BY_GROUP = {"outcome": "outcome", "treated": "treated", "covariates": ("baseline",)}
GROUPS = {"shares": {"laag": 0.3, "hoog": 0.7}, "levels": {"laag": 80.0, "hoog": 120.0}}


# --- mean and gap ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cluster", [None, "school"])
def test_mean_and_gap_are_sums_of_the_effects_by_group(cluster: str | None) -> None:
    data = sound()
    both = trials.mean_and_gap(data, **BY_GROUP, **SIDES, cluster=cluster)
    apart = trials.effect_by_group(data, **BY_GROUP, group="group", cluster=cluster)
    low, high = (apart["effect", label] for label in ("laag", "hoog"))
    share = (data["group"] == "laag").mean()
    assert both[MEAN].value == pytest.approx(share * low.value + (1 - share) * high.value, abs=1e-12)
    assert both[GAP].value == pytest.approx(high.value - low.value, abs=1e-12)
    assert both[GAP].standard_error == pytest.approx(apart["difference of effects", "laag"].standard_error)
    only = trials.mean_and_gap(data, **BY_GROUP, **SIDES, cluster=cluster, shares={"laag": 1, "hoog": 0})
    assert (only[MEAN].value, only[MEAN].standard_error) == pytest.approx((low.value, low.standard_error))


def test_the_region_is_that_of_the_errors_and_correlation_alone() -> None:
    both = trials.mean_and_gap(sound(), **BY_GROUP, **SIDES)
    again = trials.joint_region(both[MEAN], both[GAP], both[CORRELATION].value)
    for name in ("region, long half axis", "region, short half axis", "region, angle", "joint test"):
        assert again[name].value == pytest.approx(both[name].value, rel=1e-9)


def test_the_edge_of_the_region_is_what_the_joint_test_just_does_not_reject() -> None:
    both = trials.mean_and_gap(sound(), **BY_GROUP, **SIDES)
    turn = np.radians(both["region, angle"].value)
    edge = both["region, long half axis"].value * np.array([np.cos(turn), np.sin(turn)])
    moved = [replace(both[name], value=float(shift)) for name, shift in zip((MEAN, GAP), edge, strict=True)]
    found = trials.joint_region(*moved, both[CORRELATION].value, df=both["joint test"].df)
    assert found["joint test"].p_value == pytest.approx(0.05, abs=1e-9)


def test_a_single_cluster_in_an_arm_says_nothing_whatever_the_regressors() -> None:
    data = sound()
    two = data[data["school"].isin(["S00", "S01"])]
    lottery = {"outcome": "outcome", "covariates": ("baseline",), "cluster": "school"}
    found = (
        trials.mean_and_gap(two, treated="assigned", **lottery, **SIDES)[GAP],
        trials.effect_by_group(two, treated="assigned", group="group", **lottery)["effect"],
        trials.complier_effect(two, treated="treated", offered="assigned", **lottery)["first stage"],
    )
    assert [item.reason for item in found] == [Reason.FEW_CLUSTERS] * 3


@pytest.mark.parametrize("df", [1.0, 1.0005])
def test_a_region_without_end_is_not_drawn(df: float) -> None:
    mean, gap = (Estimate.from_standard_error("e", 0.1, 0.2, df=df, interval="") for _ in range(2))
    found = trials.joint_region(mean, gap, 0.3)
    assert {item.reason for item in found.estimates} == {Reason.FEW_CLUSTERS}


def test_groups_and_shares_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        trials.mean_and_gap(sound(), **BY_GROUP, **SIDES, shares={"laag": 1.0})
    with pytest.raises(ValueError, match="covariance of that size"):
        trials.joint_effect(
            {"laag": 1.0, "hoog": 2.0}, np.eye(3), shares=GROUPS["shares"], low="laag", high="hoog"
        )
    none = trials.joint_effect({"laag": 1.0}, [[1.0]], shares={"laag": 1.0}, low="laag", high="hoog")
    assert none[GAP].reason == Reason.EMPTY_GROUP


# --- jackknife ------------------------------------------------------------------------------------------


def _means(data: pd.DataFrame) -> dict[str, float]:
    found = data.groupby("group")["outcome"].mean()
    return {label: found.get(label, np.nan) for label in ("laag", "hoog")}


def test_a_sum_of_statistics_has_the_error_of_that_sum_as_a_statistic() -> None:
    jackknife = partial(inference.cluster_jackknife, sound(), cluster="school")
    parts = jackknife(_means).estimate({"hoog": 1.0, "laag": -1.0}, "gap")
    whole = jackknife(lambda data: {"gap": _means(data)["hoog"] - _means(data)["laag"]}).estimate(
        "gap", "gap"
    )
    assert (parts.value, parts.standard_error) == pytest.approx((whole.value, whole.standard_error))
    assert parts.df == 11


def test_one_statistic_that_hangs_on_one_cluster_does_not_spoil_the_others() -> None:
    data = sound()
    data = data[(data["group"] == "laag") | (data["school"] == "S03")]
    found = inference.cluster_jackknife(data, _means, cluster="school")
    assert found.estimate("hoog", "h").reason == Reason.FEW_CLUSTERS
    assert found.estimate("laag", "l").standard_error > 0
    assert found.correlation("laag", "hoog", "r").reason == Reason.FEW_CLUSTERS
    with pytest.raises(NotComputable):
        found.vector(["laag", "hoog"])


def test_the_jackknife_gives_what_a_joint_effect_needs() -> None:
    found = inference.cluster_jackknife(sound(), _means, cluster="school")
    values, covariance = found.vector(["laag", "hoog"])
    both = trials.joint_effect(
        dict(zip(("laag", "hoog"), values, strict=True)),
        covariance,
        shares={"laag": 1, "hoog": 1},
        low="laag",
        high="hoog",
        df=found.df,
    )
    mean, gap = {"laag": 0.5, "hoog": 0.5}, {"hoog": 1.0, "laag": -1.0}
    assert both[MEAN].lower == pytest.approx(found.estimate(mean, "m").lower)
    assert both[CORRELATION].value == pytest.approx(found.correlation(mean, gap, "r").value)


# --- specifications -------------------------------------------------------------------------------------


def test_one_specification_has_the_p_value_of_the_randomisation_test() -> None:
    found = trials.specification_test(
        sound(), [Specification("a", "outcome")], treated="assigned", main="a", cluster="school", seed=1
    )
    alone = inference.randomisation_test(
        sound(), outcome="outcome", treated="assigned", cluster="school", seed=1
    )
    assert found["median"].value == pytest.approx(alone.value)
    assert found["median"].p_value == pytest.approx(alone.p_value)


def test_a_scale_divides_the_effect_and_leaves_the_test() -> None:
    test = partial(trials.specification_test, sound(), treated="treated", main="a", block="school", seed=4)
    one, half = (test([Specification("a", "outcome", scale=scale)]) for scale in (1.0, 2.0))
    assert half["median"].value == pytest.approx(one["median"].value / 2)
    assert half["median"].p_value == one["median"].p_value


def test_the_joint_test_finds_an_effect_that_is_there_and_keeps_its_size_when_there_is_none() -> None:
    rng = np.random.default_rng(7)
    ways = [Specification("a", "y"), Specification("b", "y", ("x",)), Specification("c", "z", blocks=False)]
    levels = []
    for _ in range(60):
        data = pd.DataFrame({"x": rng.normal(size=80), "block": np.repeat(range(8), 10)})
        data["t"] = np.concatenate([rng.permutation(np.arange(10) < 5) for _ in range(8)])
        data["y"] = data["x"] + rng.normal(size=80)
        data["z"] = data["y"] + rng.normal(size=80)
        test = partial(trials.specification_test, treated="t", main="a", block="block", draws=99, seed=1)
        levels.append(test(data, ways)["median"].p_value)
        if len(levels) <= 3:
            moved = data.assign(y=data["y"] + 2 * data["t"], z=data["z"] + 2 * data["t"])
            assert test(moved, ways)["median"].p_value == pytest.approx(0.01)
    assert 0.35 < np.mean(levels) < 0.65


def test_a_curve_is_ordered_and_keeps_what_could_not_be_computed() -> None:
    values = {"a": 0.2, "b": -0.1, "c": 0.4}
    items = [
        Estimate.from_standard_error("x", value, 0.05, interval="", group=label, unit=Unit.SD)
        for label, value in values.items()
    ]
    items.append(Estimate.not_computable("x", Reason.TOO_FEW, group="d"))
    found = inference.specification_curve(items, main="a")
    assert [item.group for item in found.estimates[:4]] == ["b", "a", "c", "d"]
    assert found["median"].value == 0.2
    assert found["share with the sign of the main one"].value == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="'e' is one"):
        inference.specification_curve(items, main="e")


# --- welfare and money ----------------------------------------------------------------------------------

EFFECTS = st.fixed_dictionaries({"laag": st.floats(-1, 1), "hoog": st.floats(-1, 1)})


@given(effects=EFFECTS, epsilon=st.floats(0, 8))
def test_a_weighted_gain_lies_between_the_gains_and_is_the_mean_at_zero(
    effects: dict[str, float], epsilon: float
) -> None:
    gain = partial(welfare.weighted_gain, effects, low="laag", high="hoog", **GROUPS)
    found = gain(epsilon=epsilon)["weighted gain"].value
    assert min(effects.values()) - 1e-12 <= found <= max(effects.values()) + 1e-12
    assert gain(epsilon=0)["weighted gain"].value == pytest.approx(
        0.3 * effects["laag"] + 0.7 * effects["hoog"], abs=1e-12
    )


@settings(max_examples=50)
@given(first=EFFECTS, second=EFFECTS)
def test_the_turning_point_of_two_groups_is_where_both_gains_are_equal(
    first: dict[str, float], second: dict[str, float]
) -> None:
    found = welfare.turning_point(first, second, **GROUPS)
    low, high = (first[label] - second[label] for label in ("laag", "hoog"))
    ratio = -0.3 * low / (0.7 * high) if high else 0.0
    closed = np.log(ratio) / np.log(80 / 120) if ratio > 0 else None
    if found.value is None:
        assert found.reason == Reason.NO_TURN
        assert closed is None or not 1e-6 < closed < 10 - 1e-6
    else:
        assert found.value == pytest.approx(closed, abs=1e-6)


def test_levels_without_a_true_zero_are_refused() -> None:
    facts = {"shares": GROUPS["shares"], "epsilon": 1.0, "low": "laag", "high": "hoog"}
    with pytest.raises(ValueError, match="true zero"):
        welfare.weighted_gain({"laag": 1, "hoog": 1}, levels={"laag": 0.0, "hoog": 1.0}, **facts)
    with pytest.raises(ValueError, match="epsilon"):
        welfare.weighted_gain({"laag": 1, "hoog": 1}, low="laag", high="hoog", epsilon=-1, **GROUPS)


def test_who_would_pay_any_amount_asks_only_whether_there_is_an_effect() -> None:
    effect = Estimate.from_standard_error("e", 0.1, 0.06, df=20, interval="", unit=Unit.SD)
    found = trials.acceptability(effect, 300, (50, 300, 1e12))
    chances = [item.value for item in found.estimates]
    assert chances == sorted(chances)
    assert chances[1] == pytest.approx(0.5)  # at the estimate itself
    assert chances[2] == pytest.approx(1 - effect.p_value / 2, abs=1e-9)
    bare = replace(effect, standard_error=None)
    assert trials.acceptability(bare, 300, (50,))["probability", "50"].reason == Reason.NO_ESTIMATE


# --- plans ----------------------------------------------------------------------------------------------


@given(before=st.integers(1, 5), after=st.integers(1, 5), share=st.floats(0.2, 0.8))
def test_one_start_is_a_difference_of_differences(before: int, after: int, share: float) -> None:
    plan = Plan(
        Design.STAGGERED,
        n=50,
        units=20,
        icc=0.1,
        shocks=0.04,
        before=before,
        after=after,
        share_treated=share,
    )
    cell = 0.04 + 0.86 / 50
    expected = cell * (1 / before + 1 / after) / (20 * share * (1 - share))
    assert plan.standard_error**2 == pytest.approx(expected, rel=1e-9)
    assert plan.persons == 50 * 20 * (before + after)


def test_half_the_take_up_asks_for_twice_the_effect() -> None:
    full = Plan(Design.CLUSTER, n=25, units=20, icc=0.1)
    found = [power.minimum_detectable_effect(replace(full, take_up=part)).value for part in (1.0, 0.5)]
    assert found[1] == pytest.approx(2 * found[0])


def test_a_plan_that_cannot_be_is_refused() -> None:
    for wrong in ({"take_up": 0.0}, {"score_correlation": 1.0}, {"before": 0}, {"shocks": 0.95, "icc": 0.1}):
        with pytest.raises(ValueError, match="a plan needs"):
            Plan(Design.STAGGERED, n=20, units=10, **wrong)
