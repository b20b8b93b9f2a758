"""Regression discontinuity: identities, and the truth of simulated cut-offs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kansen_lib.stats import rd

NAME = "effect at the cut-off"


def drawn(n: int = 2000, effect: float = 1.0, seed: int = 4) -> pd.DataFrame:
    """Persons below 0 are treated with chance 0.8, above it with 0.1; the outcome bends."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n)
    treated = rng.random(n) < np.where(x < 0, 0.8, 0.1)
    y = np.sin(2 * x) + effect * treated + rng.normal(0, 0.5, n)
    return pd.DataFrame({"x": x, "y": y, "treated": treated, "school": rng.integers(0, 30, n)})


def robust(data: pd.DataFrame, **more):
    return rd.regression_discontinuity(data, outcome="y", running="x", cutoff=0.0, **more)[NAME, "robust"]


def test_the_intervals_of_a_fuzzy_design_hold_the_effect():
    """At least 45 of 60 intervals of 95%: fewer has a chance below one in a million."""
    found = [robust(drawn(800, seed=seed), treated="treated") for seed in range(60)]
    assert sum(item.lower <= 1.0 <= item.upper for item in found) >= 50


def test_a_line_without_noise_gives_the_jump_itself():
    x = np.round(np.linspace(-1, 1, 401), 4)
    wiggle = np.where(np.arange(401) % 2, 1e-6, -1e-6)
    data = pd.DataFrame({"x": x, "y": 3 + 2 * x + 5 * (x >= 0) + wiggle})
    assert robust(data, bandwidth=0.5).value == pytest.approx(5, abs=1e-5)


def test_moving_the_score_and_the_cutoff_together_changes_nothing():
    data = drawn()
    there = rd.regression_discontinuity(
        data.assign(x=100 + 15 * data["x"]), outcome="y", running="x", cutoff=100.0
    )
    here = robust(data)
    assert there[NAME, "robust"].value == pytest.approx(here.value, abs=1e-7)
    assert there[NAME, "robust"].standard_error == pytest.approx(here.standard_error, abs=1e-7)


def test_turning_the_outcome_turns_the_effect():
    data = drawn()
    assert robust(data.assign(y=-data["y"])).value == pytest.approx(-robust(data).value, abs=1e-9)


def test_no_person_moved_into_treatment_is_no_effect_but_a_reason():
    found = rd.regression_discontinuity(
        drawn().assign(treated=True), outcome="y", running="x", cutoff=0.0, treated="treated"
    )
    assert [item.reason for item in found.estimates] == ["the model is not identified"]


def test_rows_with_a_missing_value_are_counted():
    data = drawn()
    data.loc[:9, "y"] = np.nan
    found = rd.regression_discontinuity(data, outcome="y", running="x", cutoff=0.0)
    assert found.dropped == (10, 2000)


def test_bunching_is_seen_and_its_absence_too():
    rng = np.random.default_rng(6)
    x = rng.normal(0, 1, 4000)
    nudged = np.where((x > -0.15) & (x < 0) & (rng.random(4000) < 0.7), -x, x)
    honest, bunched = (
        rd.density_test(pd.DataFrame({"x": values}), running="x", cutoff=0.0).estimates[2]
        for values in (x, nudged)
    )
    assert honest.p_value > 0.05 > 0.001 > bunched.p_value
    assert bunched.value > 0


def test_the_density_of_normal_scores_is_the_normal_one():
    """Mean over 40 draws of 2,000: within three standard errors and the bias of a quadratic."""
    rng = np.random.default_rng(8)
    found = [
        rd.density_test(pd.DataFrame({"x": rng.normal(0, 1, 2000)}), running="x", cutoff=0.3)
        .estimates[0]
        .value
        for _ in range(40)
    ]
    truth = np.exp(-0.045) / np.sqrt(2 * np.pi)
    assert np.mean(found) == pytest.approx(truth, abs=3 * np.std(found) / np.sqrt(40) + 0.01)


def test_an_unknown_kernel_is_an_error():
    with pytest.raises(ValueError, match="gaussian"):
        robust(drawn(), kernel="gaussian")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data: rd.regression_discontinuity(data, **MINE, bandwidth=0), "above 0"),
        (lambda data: rd.density_test(data, running="x", cutoff=0, bandwidth=-1), "above 0"),
        (lambda data: rd.donut_panel(data, **MINE | {"running": "xx"}, holes=[0]), "lack columns"),
        (lambda data: rd.placebo_cutoffs(data, **MINE | {"running": "xx"}, cutoffs=[0.5]), "lack columns"),
        (lambda data: rd.regression_discontinuity(data.assign(y="a"), **MINE), "must hold numbers"),
    ],
)
def test_a_slip_of_the_user_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(drawn())


def test_panels_count_the_rows_with_a_missing_value():
    data = drawn()
    data.loc[:9, "y"] = np.nan
    assert rd.donut_panel(data, **MINE, holes=[0]).dropped == (10, 2000)
    assert rd.placebo_cutoffs(data, **MINE, cutoffs=[0.5]).dropped == (10, 2000)


MINE = {"outcome": "y", "running": "x", "cutoff": 0.0}
