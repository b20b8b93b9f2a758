"""Identities and edges of the power of a lottery."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import TTestIndPower

from kansen_lib.stats import power
from kansen_lib.stats.power import Design, Plan
from kansen_lib.stats.terms import Reason

SHARES = st.floats(0, 0.45)


def plan_of(design: Design) -> Plan:
    return Plan(design, n=20, units=12, tops=10, icc=0.1, icc_top=0.05, heterogeneity=0.3, covariates=1)


@given(design=st.sampled_from(list(Design)), r2=SHARES, share=st.floats(0.2, 0.8))
def test_a_baseline_helps_and_an_uneven_draw_does_not(design: Design, r2: float, share: float) -> None:
    plan = plan_of(design)
    plain = power.minimum_detectable_effect(plan).value
    assert power.minimum_detectable_effect(replace(plan, r2=r2)).value <= plain
    assert power.minimum_detectable_effect(replace(plan, share_treated=share)).value >= plain - 1e-12


@given(design=st.sampled_from(list(Design)), effect=st.floats(0.15, 0.5))
def test_the_sample_size_is_the_inverse_of_the_detectable_effect(design: Design, effect: float) -> None:
    found = power.sample_size(plan_of(design), effect)
    highest = "n" if design in (Design.INDIVIDUAL, Design.THRESHOLD) else "units"
    if design in (Design.CLUSTER_THREE_LEVELS, Design.CLUSTER_BLOCKS_RANDOM):
        highest = "tops"
    more, fewer = (replace(plan_of(design), **{highest: found.value + step}) for step in (0.51, -0.51))
    assert power.minimum_detectable_effect(more).value <= effect + 1e-9
    below = power.minimum_detectable_effect(fewer).value
    assert below is None or below >= effect - 1e-9 or found.value <= 4  # the fewest that there can be


@pytest.mark.parametrize("effect", [0.05, 0.2, 0.6, 1.0])
def test_power_of_persons_equals_statsmodels(effect: float) -> None:
    theirs = TTestIndPower().power(effect, nobs1=30, ratio=2, alpha=0.05)
    ours = power.power_of(Plan(Design.INDIVIDUAL, n=90, share_treated=1 / 3), effect)
    assert ours.value == pytest.approx(theirs, abs=1e-9)


def test_without_clustering_a_cluster_design_has_the_error_of_persons() -> None:
    clusters = Plan(Design.CLUSTER, n=10, units=20)
    persons = Plan(Design.INDIVIDUAL, n=200)
    assert clusters.standard_error == pytest.approx(persons.standard_error, rel=1e-12)
    assert clusters.df == 18 and persons.df == 198


def test_power_at_no_effect_is_the_size_of_the_test() -> None:
    for design in Design:
        assert power.power_of(plan_of(design), 0.0).value == pytest.approx(0.05, abs=1e-9)


def test_too_few_units_give_a_reason() -> None:
    two = Plan(Design.CLUSTER, n=100, units=2, icc=0.2)
    assert power.minimum_detectable_effect(two).reason == Reason.TOO_FEW
    assert power.power_of(two, 0.5).reason == Reason.TOO_FEW
    assert power.sample_size(two, 0.0).reason == Reason.NO_EFFECT


def test_a_plan_with_impossible_shares_is_an_error() -> None:
    with pytest.raises(ValueError, match="icc"):
        Plan(Design.CLUSTER, n=10, units=10, icc=1.2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Plan("persons", n=10), "there is no design 'persons'; there are"),
        (lambda: Plan(Design.CLUSTER, n=0, units=10), "numbers above 0"),
        (lambda: power.minimum_detectable_effect(Plan(Design.INDIVIDUAL, n=99), power=80), "probability"),
        (lambda: power.power_of(Plan(Design.INDIVIDUAL, n=99), float("nan")), "a number"),
    ],
)
def test_a_slip_of_the_user_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
