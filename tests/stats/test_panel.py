"""Staggered starts: identities between estimators, recovery of a known truth, conventions at the edge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from broken import sound
from hypothesis import given, settings
from hypothesis import strategies as st

from kansen_lib.stats import panel
from kansen_lib.stats.panel.reading import rows
from kansen_lib.stats.terms import Interval, Reason

NAMES = {"outcome": "outcome", "unit": "unit", "time": "time", "first": "first"}
PEOPLE = {**NAMES, "unit": None}


def schools(seed: int, units: int = 24, periods: int = 5, effect: float = 0.5) -> pd.DataFrame:
    """A panel in which a third never starts, a third in period 3 and a third in period 4."""
    rng = np.random.default_rng(seed)
    unit, time = np.repeat(np.arange(units), periods), np.tile(np.arange(1, periods + 1), units)
    first = np.array([0, 3, 4])[unit % 3]
    on = (first > 0) & (time >= first)
    outcome = rng.normal(0, 1, units)[unit] + 0.2 * time + effect * on + rng.normal(0, 0.5, len(unit))
    return pd.DataFrame({"unit": unit, "time": time, "first": first, "on": on, "outcome": outcome})


def pupils(seed: int, effect: float = 0.3, clusters: int = 12) -> pd.DataFrame:
    """Other pupils every year, in few schools that differ and have good and bad years."""
    rng = np.random.default_rng(seed)
    n = 50 * clusters
    school, time = rng.integers(0, clusters, n), rng.integers(1, 6, n)
    first = np.array([0, 3, 4, 0])[school % 4]
    year = rng.normal(0, 0.1, (clusters, 6))[school, time] + rng.normal(0, 0.5, clusters)[school]
    outcome = year + 0.1 * time + effect * ((first > 0) & (time >= first)) + rng.normal(0, 0.7, n)
    return pd.DataFrame({"school": school, "time": time, "first": first, "outcome": outcome})


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_goodman_bacon_adds_up_to_two_way_fixed_effects(seed: int) -> None:
    data = schools(seed)
    parts = panel.goodman_bacon(data, outcome="outcome", treated="on", unit="unit", time="time")
    whole = panel.two_way_fixed_effects(data, outcome="outcome", treated="on", unit="unit", time="time")
    assert parts["effect", "all"].value == pytest.approx(whole["effect"].value, abs=1e-10)
    pairs = parts.summary[parts.summary["group"].str.contains("never|3 vs 4|4 vs 3")]
    weight, value = (pairs[pairs["name"] == name]["value"].to_numpy(float) for name in ("weight", "effect"))
    assert weight.sum() == pytest.approx(1) and weight @ value == pytest.approx(whole["effect"].value)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_without_covariates_the_three_estimators_and_both_kinds_of_data_agree(seed: int) -> None:
    data = schools(seed)
    found = [
        panel.group_time_effects(data, **names, estimator=estimator, draws=20, seed=1)[
            "effect", "simple"
        ].value
        for names in (NAMES, PEOPLE)
        for estimator in ("dr", "reg", "ipw")
    ]
    assert np.ptp(found) < 1e-10


def test_with_one_start_and_two_periods_all_estimators_are_the_difference_in_differences() -> None:
    data = schools(3)
    data = data[data["time"].isin([3, 4]) & (data["first"] != 3)]
    means = data.groupby(["first", "time"])["outcome"].mean()
    plain = (means[4, 4] - means[4, 3]) - (means[0, 4] - means[0, 3])
    names = {"outcome": "outcome", "unit": "unit", "time": "time"}
    found = [
        panel.group_time_effects(data, **NAMES, draws=20, seed=1)["effect", "dynamic"],
        panel.imputation(data, **NAMES, leads=0)["effect", "all"],
        panel.two_way_fixed_effects(data, **names, treated="on")["effect"],
        panel.goodman_bacon(data, **names, treated="on")["effect", "all"],
    ]
    assert [item.value for item in found] == pytest.approx([plain] * 4)


def test_school_years_as_text_give_the_same_as_numbers() -> None:
    data = schools(4)
    years = {0: "0", **{k: f"20{17 + k}-{18 + k}" for k in range(1, 6)}}
    text = data.assign(time=data["time"].map(years), first=data["first"].map(years))
    for call in (
        lambda rows: panel.group_time_effects(rows, **NAMES, base="universal", draws=20, seed=1),
        lambda rows: panel.imputation(rows, **NAMES),
    ):
        one, two = call(data).summary, call(text).summary
        assert (one["value"].fillna(9) - two["value"].fillna(9)).abs().max() < 1e-12
    labels = panel.group_time_effects(text, **NAMES, draws=20, seed=1).summary["group"]
    assert "g=2020-21, t=2021-22" in set(labels)


def test_numbers_and_text_are_not_mixed() -> None:
    data = schools(4)
    with pytest.raises(ValueError, match="give both in one form"):
        panel.imputation(data.assign(first=data["first"].astype(str)), **NAMES)


def test_a_missing_start_is_not_never() -> None:
    data = schools(5)
    gone = data.assign(first=data["first"].where(data["unit"] != 0).astype(float))
    found = panel.group_time_effects(gone, **NAMES, draws=20, seed=1)
    assert found.dropped == (5, 120)
    rest = panel.group_time_effects(data[data["unit"] != 0], **NAMES, draws=20, seed=1)
    assert found["effect", "simple"] == rest["effect", "simple"]


def test_units_that_are_not_seen_in_every_period_are_counted() -> None:
    found = panel.group_time_effects(schools(6).iloc[1:], **NAMES, draws=20, seed=1)
    assert found.dropped == (4, 119)


def test_a_unit_with_two_rows_in_a_period_or_two_starts_is_refused() -> None:
    data = schools(7)
    twice = pd.concat([data, data.iloc[:1]])
    moved = data.assign(first=np.where((data["unit"] == 1) & (data["time"] == 1), 4, data["first"]))
    for rows_, reason in ((twice, Reason.DOUBLE_ROWS), (moved, Reason.UNSTABLE_UNITS)):
        found = panel.group_time_effects(rows_, **NAMES, draws=20, seed=1)
        assert [item.reason for item in found.estimates] == [reason]


def test_always_treated_units_are_left_out() -> None:
    data = schools(8)
    more = data.assign(first=np.where(data["unit"] == 0, 1, data["first"]))
    one, two = (panel.imputation(d, **NAMES)["effect", "all"] for d in (more, data[data["unit"] != 0]))
    assert one.value == pytest.approx(two.value)


def test_few_clusters_take_the_jackknife_and_a_group_of_one_cluster_is_refused() -> None:
    data = pupils(1)
    data = data.assign(first=np.where(data["school"] == 1, 5, data["first"]))
    alone = data[(data["school"] != 2) | (data["time"] < 3)]
    alone = alone.assign(first=np.where(alone["school"] == 2, 0, alone["first"]))
    found = panel.group_time_effects(alone, **PEOPLE, cluster="school", draws=20, seed=1)
    assert found["effect", "g=5"].reason == Reason.FEW_CLUSTERS
    overall = found["effect", "simple"]
    assert overall.interval == Interval.T_JACKKNIFE and overall.df == 11
    many = panel.group_time_effects(schools(1, units=42), **NAMES, draws=20, seed=1)["effect", "simple"]
    assert many.interval == Interval.INFLUENCE and many.df is None


def test_the_interval_covers_a_known_effect_with_twelve_schools() -> None:
    inside = []
    for seed in range(40):
        found = panel.group_time_effects(
            pupils(seed), **PEOPLE, estimator="reg", cluster="school", draws=2, seed=1
        )
        item = found["effect", "group"]
        inside.append(item.lower <= 0.3 <= item.upper)
    assert np.mean(inside) >= 0.87  # 95% less two standard errors of 40 draws


def test_a_band_is_wider_than_its_interval_and_its_seed_is_its_own() -> None:
    one, two, three = (panel.group_time_effects(schools(2), **NAMES, draws=200, seed=s) for s in (1, 1, 2))
    plain, band = one["effect", "e=1"], one["effect, simultaneous", "e=1"]
    assert band.lower < plain.value - 1.96 * plain.standard_error and band.value == plain.value
    assert one == two
    assert one["effect, simultaneous", "e=1"].lower != three["effect, simultaneous", "e=1"].lower


def test_the_critical_value_of_a_band_is_that_of_independent_normals() -> None:
    from kansen_lib.stats.panel.staggered import _critical

    deviations = np.kron(np.eye(4), np.ones((400, 1)))
    expected = 2.491  # quantile of the largest of four independent normals: ndtri((1 + 0.95 ** 0.25) / 2)
    drawn = [_critical(deviations, 2000, np.random.default_rng(seed)) for seed in range(8)]
    assert np.mean(drawn) == pytest.approx(expected, abs=0.06)


def test_honest_bounds_widen_with_the_bound_and_start_at_the_interval() -> None:
    study = panel.group_time_effects(schools(9, units=60), **NAMES, base="universal", draws=20, seed=1)
    for kind in panel.honest.KINDS:
        found = panel.honest_bounds(study, kind=kind, m=[0, 0.5, 1]).estimates
        width = [item.upper - item.lower for item in found]
        assert width[0] < width[1] < width[2]
    start = study["effect", "e=0"]
    same = panel.honest_bounds(study, kind="relative magnitudes", m=[0]).estimates[0]
    assert (same.lower, same.upper) == pytest.approx((start.lower, start.upper), abs=0.03)


def test_honest_bounds_want_a_universal_base_and_a_known_kind() -> None:
    study = panel.group_time_effects(schools(9), **NAMES, draws=20, seed=1)
    with pytest.raises(ValueError, match="universal"):
        panel.honest_bounds(study, kind="smoothness", m=[0])
    with pytest.raises(ValueError, match="choose one of"):
        panel.honest_bounds(study, kind="rough", m=[0])


def test_a_weight_can_be_negative_and_then_the_coefficient_may_have_the_wrong_sign() -> None:
    """Effects are positive and grow; everybody starts, so early effects serve as the comparison."""
    unit, time = np.repeat([0, 1, 2, 3], 6), np.tile(np.arange(6), 4)
    first = np.where(unit < 2, 1, 4)
    on = time >= first
    data = pd.DataFrame(
        {"unit": unit, "time": time, "on": on, "outcome": np.where(on, (1 + time - first) ** 2, 0)}
    )
    data["outcome"] += np.sin(7 * unit + 3 * time) / 100
    found = panel.two_way_fixed_effects(data, outcome="outcome", treated="on", unit="unit", time="time")
    assert found["negative weights", "share"].value > 0 and found["effect"].value < 0
    parts = panel.goodman_bacon(data, outcome="outcome", treated="on", unit="unit", time="time")
    assert parts["effect", "earlier vs later"].value > 0 > parts["effect", "later vs earlier"].value


def test_goodman_bacon_refuses_a_treatment_that_stops() -> None:
    data = schools(1)
    data = data.assign(on=data["on"] & (data["time"] != 5))
    found = panel.goodman_bacon(data, outcome="outcome", treated="on", unit="unit", time="time")
    assert [item.reason for item in found.estimates] == [Reason.TREATMENT_STOPS]


def synthetic(data: pd.DataFrame, **given: object):
    names = {"outcome": "outcome", "unit": "unit", "time": "time"}
    return panel.synthetic_control(data, **names, treated_unit=0, first=7, **given)


def mixed(weight: float = 0.3) -> pd.DataFrame:
    """Unit 0 is a mixture of units 1 and 2, and gains 2 from period 7."""
    rng = np.random.default_rng(5)
    outcome = rng.normal(0, 1, (5, 10)).cumsum(axis=1)
    outcome[0] = weight * outcome[1] + (1 - weight) * outcome[2] + np.where(np.arange(1, 11) >= 7, 2, 0)
    outcome[0] += np.sin(np.arange(10)) / 50
    unit, time = np.repeat(np.arange(5), 10), np.tile(np.arange(1, 11), 5)
    return pd.DataFrame({"unit": unit, "time": time, "outcome": outcome.ravel()})


def test_synthetic_control_finds_the_mixture_and_the_effect() -> None:
    found = synthetic(mixed())
    assert found["weight", "1"].value == pytest.approx(0.3, abs=0.02)
    assert found["effect", "average"].value == pytest.approx(2, abs=0.05)
    assert found["rmspe", "ratio"].p_value == pytest.approx(1 / 5)
    weights = [item.value for item in found.estimates if item.name == "weight"]
    assert sum(weights) == pytest.approx(1) and min(weights) >= 0


def test_synthetic_control_refuses_weights_that_are_not_the_only_ones() -> None:
    data = mixed()
    double = pd.concat([data, data[data["unit"] == 1].assign(unit=9)])
    assert [item.reason for item in synthetic(double).estimates] == [Reason.MANY_WEIGHTS]


def test_synthetic_control_leaves_out_units_with_gaps() -> None:
    data = mixed()
    found = synthetic(data[(data["unit"] != 4) | (data["time"] != 2)])
    assert found.dropped == (9, 49) and ("weight", "4") not in {(e.name, e.group) for e in found.estimates}


def test_rows_have_one_order_whatever_the_order_of_the_frame() -> None:
    data = pupils(2)
    facts = {"outcome": "outcome", "unit": None, "time": "time", "first": "first"}
    one, two = (
        rows(d, **facts, covariates=(), cluster="school").outcome
        for d in (data, data.sample(frac=1, random_state=1))
    )
    assert np.array_equal(one, two)


def test_an_unknown_choice_is_named() -> None:
    for setting in ({"control": "all"}, {"estimator": "ols"}, {"base": "first"}, {"errors": "hc1"}):
        with pytest.raises(ValueError, match="choose one of"):
            panel.group_time_effects(schools(1), **NAMES, **setting, seed=1)
    with pytest.raises(ValueError, match="choose one of"):
        panel.imputation(schools(1), **NAMES, errors="hc1")


def test_the_broad_brugklas_of_the_simulated_region_is_recovered_from_other_pupils_every_year() -> None:
    from kansen_lib.example import Region, geography
    from kansen_lib.example import parameters as par
    from kansen_lib.example.population import populate

    found = populate(geography.blocks(24, 20_000, 5)[0], 1)
    trial, data = found.scores.trials["brede_brugklas"], found.pupils.copy()
    data["score"] = found.scores.moments["leerjaar 3"].mean(axis=1) / par.SCORE_SD
    began = data[trial.took_part].groupby("vestiging")["cohort"].min() + 1
    data = data.assign(time=data["cohort"] + 1, first=data["vestiging"].map(began).fillna(0))[trial.scope]
    truth = Region().truth()["interventions"]["brede_brugklas"]["effect_of_participation"]
    names = {"outcome": "score", "time": "time", "first": "first", "covariates": ["skill"]}
    overall = panel.group_time_effects(
        data, **names, unit=None, cluster="vestiging", estimator="reg", draws=2, seed=1
    )["effect", "simple"]
    imputed = panel.imputation(data, **names, unit="vestiging")["effect", "all"]
    for item in (overall, imputed):
        assert item.lower < truth < item.upper and item.value == pytest.approx(truth, abs=0.05)


def sound_schools() -> pd.DataFrame:
    data = sound().assign(started=lambda frame: (frame["first"] > 0) & (frame["time"] >= frame["first"]))
    keys = ["school", "time", "first", "started"]
    return data.groupby(keys, as_index=False)[["outcome", "score"]].mean()


UNITS = {"outcome": "outcome", "unit": "school", "time": "time"}


def test_a_covariate_may_be_called_treated():
    columns = {**UNITS, "treated": "started"}
    one = panel.two_way_fixed_effects(sound_schools(), **columns, covariates=["score"])
    two = panel.two_way_fixed_effects(
        sound_schools().rename(columns={"score": "treated"}), **columns, covariates=["treated"]
    )
    assert one["effect"] == two["effect"]


def test_infinity_is_never_too():
    columns = {**UNITS, "first": "first", "draws": 20, "seed": 1}
    never = sound_schools().assign(first=lambda frame: frame["first"].replace(0, np.inf))
    one, two = (panel.group_time_effects(data, **columns) for data in (sound_schools(), never))
    assert one["effect", "simple"] == two["effect", "simple"]


@pytest.mark.parametrize("form", [int, float, "Int64"])
def test_a_period_is_called_the_same_however_it_is_held(form):
    data = sound_schools().astype({"time": form})
    bacon = panel.goodman_bacon(data, **UNITS, treated="started")
    assert "2 vs 3" in {item.group for item in bacon.estimates}
    control = panel.synthetic_control(data, **UNITS, treated_unit="S01", first=3)
    assert control["effect", "t=1"].value is not None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data: panel.imputation(data, **UNITS, first="first", leads=-1), "0 or more"),
        (lambda data: panel.imputation(data.assign(outcome="a"), **UNITS, first="first"), "hold numbers"),
        (lambda data: panel.goodman_bacon(data, **UNITS, treated="school"), "hold True and False"),
        (lambda data: panel.synthetic_control(data, **UNITS, treated_unit="S01", first="x"), "cannot hold"),
    ],
)
def test_a_slip_of_the_user_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(sound_schools())


def test_a_treated_unit_that_nobody_is_in_is_an_empty_group():
    found = panel.synthetic_control(sound_schools(), **UNITS, treated_unit="S99", first=3)
    assert [item.reason for item in found.estimates] == [Reason.EMPTY_GROUP]
