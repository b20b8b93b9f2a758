"""Identities of meta-analysis and of the update of a prior, recovery of a known truth, edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kansen_lib.stats import meta
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.shrinkage import prior_of_means
from kansen_lib.stats.terms import Interval, Reason

studies = st.lists(
    st.tuples(st.floats(-2, 2, width=32), st.floats(0.0625, 2, width=32)), min_size=3, max_size=12
)
METHODS = ("REML", "DL", "PM")
few = settings(max_examples=25, deadline=None)


def fit(found: list[tuple[float, float]], **options: str):
    return meta.random_effects([y for y, _ in found], [s for _, s in found], **options)


def spread(found: list[tuple[float, float]]) -> bool:
    return len({round(y, 3) for y, _ in found}) > 1


@few
@given(studies.filter(spread), st.sampled_from(METHODS), st.floats(-5, 5), st.floats(0.1, 10))
def test_another_scale_and_origin_change_nothing_else(
    found: list[tuple[float, float]], method: str, shift: float, scale: float
) -> None:
    one = fit(found, method=method, test="normal")
    other = fit([(shift + scale * y, scale * s) for y, s in found], method=method, test="normal")
    assert other["pooled"].value == pytest.approx(shift + scale * one["pooled"].value, abs=1e-5 * scale)
    assert other["tau2"].value == pytest.approx(scale**2 * one["tau2"].value, rel=1e-5, abs=1e-7 * scale**2)
    assert other["I2"].value == pytest.approx(one["I2"].value, abs=1e-5)


@few
@given(studies.filter(spread), st.sampled_from(METHODS))
def test_truncation_never_narrows_and_studies_lie_between(
    found: list[tuple[float, float]], method: str
) -> None:
    plain, truncated = (
        fit(found, method=method, test=test) for test in ("hartung-knapp", "hartung-knapp truncated")
    )
    assert truncated["pooled"].standard_error >= plain["pooled"].standard_error * (1 - 1e-12)
    centre = plain["pooled"].value
    for i, (y, _) in enumerate(found):
        low, high = sorted((y, centre))
        assert low - 1e-9 <= plain["study", str(i + 1)].value <= high + 1e-9


@few
@given(studies.filter(spread))
def test_the_common_effect_is_the_weighted_mean(found: list[tuple[float, float]]) -> None:
    y, w = np.array([y for y, _ in found]), np.array([s**-2.0 for _, s in found])
    pooled = fit(found, method="EE", test="normal")["pooled"]
    assert pooled.value == pytest.approx((w * y).sum() / w.sum(), abs=1e-9)
    assert pooled.standard_error == pytest.approx(w.sum() ** -0.5, rel=1e-9)


@few
@given(studies.filter(spread))
def test_dersimonian_laird_is_that_of_the_shrinkage(found: list[tuple[float, float]]) -> None:
    prior = prior_of_means([y for y, _ in found], [s for _, s in found])
    assert fit(found, method="DL")["tau"].value == pytest.approx(prior.sd, abs=1e-7)


def test_reml_is_the_top_of_the_restricted_likelihood() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        s = rng.uniform(0.1, 1, 6)
        y = rng.normal(0, np.hypot(s, 0.5))
        best = meta.random_effects(y, s, test="normal")["tau2"].value

        def restricted(tau2: float, y: np.ndarray = y, s: np.ndarray = s) -> float:
            w = 1 / (s**2 + tau2)
            mean = (w * y).sum() / w.sum()
            return 0.5 * (np.log(w).sum() - np.log(w.sum()) - (w * (y - mean) ** 2).sum())

        assert restricted(best) >= max(map(restricted, np.linspace(0, 5, 2001))) - 1e-9


def test_intervals_cover_the_truth() -> None:
    """With 30 studies: with ten, the prediction interval holds a new effect in 84% of the cases only."""
    rng, hits = np.random.default_rng(1), np.zeros(3)
    for _ in range(200):
        s = rng.uniform(0.2, 0.6, 30)
        y = 0.3 + rng.normal(0, np.hypot(s, 0.4))
        found, new = meta.random_effects(y, s), 0.3 + rng.normal(0, 0.4)
        truth = {"pooled": 0.3, "tau2": 0.16, "prediction": new}
        hits += [found[name].lower <= true <= found[name].upper for name, true in truth.items()]
    assert np.all((hits / 200 >= 0.90) & (hits / 200 <= 0.99)), hits


def test_studies_that_cannot_count_are_dropped_and_counted() -> None:
    found = meta.random_effects([0.1, np.nan, 0.3, 0.2, 0.5], [0.1, 0.1, 0.0, 0.2, 0.1], labels=list("abcde"))
    assert found.dropped == (2, 5) and found["studies"].value == 3
    assert [item.group for item in found.estimates if item.name == "study"] == ["a", "d", "e"]


@pytest.mark.parametrize("effects", [[], [0.3], [np.nan, 0.2]])
def test_fewer_than_two_studies_give_a_reason(effects: list[float]) -> None:
    found = meta.random_effects(effects, [0.1] * len(effects))
    assert [item.reason for item in found.estimates] == [Reason.FEW_UNITS]


def test_two_studies_have_no_prediction_of_higgins_and_equal_ones_no_error_of_hartung_and_knapp() -> None:
    found = meta.random_effects([0.2, 0.2], [0.1, 0.2])
    assert found["prediction (Higgins)"].reason == Reason.FEW_UNITS
    assert found["pooled"].reason == Reason.NO_SPREAD
    assert meta.random_effects([0.2, 0.2], [0.1, 0.2], test="normal")["pooled"].value == pytest.approx(0.2)


def test_unknown_options_and_unequal_lengths_are_named() -> None:
    with pytest.raises(ValueError, match="Knapp"):
        meta.random_effects([0.1, 0.2], [0.1, 0.1], test="Knapp")
    with pytest.raises(ValueError, match="2 effects, 1 standard errors"):
        meta.random_effects([0.1, 0.2], [0.1])
    with pytest.raises(ValueError, match="2 labels or values of a moderator"):
        meta.meta_regression([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], [1, 2])


def test_a_moderator_that_is_missing_takes_its_study_out() -> None:
    there = meta.meta_regression([0.1, 0.4, 0.2, 0.9, 5.0], [0.1] * 5, [1, 2, 3, 4, np.nan])
    assert there.dropped == (1, 5)
    assert there["slope"] == meta.meta_regression([0.1, 0.4, 0.2, 0.9], [0.1] * 4, [1, 2, 3, 4])["slope"]


def test_a_moderator_without_spread_is_refused() -> None:
    found = meta.meta_regression([0.1, 0.2, 0.4, 0.3], [0.1] * 4, [1, 1, 1, 1])
    assert [item.reason for item in found.estimates] == [Reason.NOT_IDENTIFIED]


def test_a_moderator_recovers_its_slope() -> None:
    rng = np.random.default_rng(2)
    z, s = rng.normal(size=200), rng.uniform(0.1, 0.3, 200)
    found = meta.meta_regression(1 + 0.5 * z + rng.normal(0, np.hypot(s, 0.2)), s, z)
    assert found["slope"].lower <= 0.5 <= found["slope"].upper
    assert found["slope"].value == pytest.approx(0.5, abs=0.05)


# --- the update of a prior ---------------------------------------------------------------------------


def estimate(value: float = 0.4, error: float = 0.2) -> Estimate:
    return Estimate.from_standard_error("effect", value, error, interval=Interval.NORMAL, unit="sd", n=90)


def test_a_vague_prior_leaves_the_estimate() -> None:
    found = meta.update(0, 1e6, estimate())
    assert found["posterior"].value == pytest.approx(0.4, abs=1e-9)
    assert found["posterior"].lower == pytest.approx(estimate().lower, abs=1e-9)
    assert found["weight of the prior"].value == pytest.approx(0, abs=1e-9)


@given(st.floats(-2, 2), st.floats(0.05, 3), st.floats(-2, 2), st.floats(0.05, 3))
def test_prior_and_estimate_play_the_same_part(mean: float, sd: float, value: float, error: float) -> None:
    one, other = meta.update(mean, sd, estimate(value, error)), meta.update(value, error, estimate(mean, sd))
    assert one["posterior"].value == pytest.approx(other["posterior"].value, abs=1e-9)
    assert one["weight of the prior"].value == pytest.approx(1 - other["weight of the prior"].value, abs=1e-9)
    assert one["conflict"].p_value == pytest.approx(other["conflict"].p_value, abs=1e-9)


def test_two_updates_are_one_with_both() -> None:
    first = meta.update(0.1, 0.3, estimate(0.5, 0.2))["posterior"]
    second = meta.update(first.value, first.standard_error, estimate(0.2, 0.4))["posterior"]
    both = 1 / (1 / 0.2**2 + 1 / 0.4**2)
    joint = meta.update(0.1, 0.3, estimate(both * (0.5 / 0.04 + 0.2 / 0.16), both**0.5))["posterior"]
    assert second.value == pytest.approx(joint.value, abs=1e-12)
    assert second.upper == pytest.approx(joint.upper, abs=1e-12)


def test_without_an_estimate_there_is_no_update() -> None:
    withheld = Estimate.not_computable("effect", Reason.TOO_FEW)
    assert meta.update(0, 1, withheld).estimates[0].reason == Reason.TOO_FEW
    bare = Estimate("effect", value=0.3)
    assert meta.update(0, 1, bare).estimates[0].reason == Reason.NO_ESTIMATE
    with pytest.raises(ValueError, match="positive sd"):
        meta.update(0, 0, estimate())
