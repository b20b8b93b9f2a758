"""Scales: identities, recovery of a known truth, and conventions at the edges."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from kansen_lib.stats import scales
from kansen_lib.stats.scales import factor
from kansen_lib.stats.terms import Interval, Reason

LOADINGS = np.array([0.9, 0.7, 0.6, 0.5])
UNIQUE = np.array([0.4, 0.5, 0.6, 0.9])
ITEMS = ["q1", "q2", "q3", "q4"]


def one_factor(seed: int, n: int, loadings: np.ndarray = LOADINGS) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    answers = rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, len(loadings))) * np.sqrt(UNIQUE)
    return pd.DataFrame(answers, columns=ITEMS)


def with_covariance(covariance: np.ndarray, n: int = 200) -> pd.DataFrame:
    """Rows of which the covariance matrix is exactly this one."""
    raw = np.random.default_rng(4).normal(size=(n, len(covariance)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False)).T)
    return pd.DataFrame(white @ np.linalg.cholesky(covariance).T, columns=ITEMS[: len(covariance)])


# --- reliability -----------------------------------------------------------------------------------------


def test_omega_is_the_part_of_the_variance_that_the_factor_has() -> None:
    truth = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + UNIQUE.sum())
    held = [scales.reliability(one_factor(seed, 300), items=ITEMS, draws=199, seed=1) for seed in range(60)]
    inside = [found["omega"].lower <= truth <= found["omega"].upper for found in held]
    assert np.mean([found["omega"].value for found in held]) == pytest.approx(truth, abs=0.01)
    assert sum(inside) >= 51  # fewer than 1% of the time, were each 95%


def test_of_an_exact_factor_model_omega_is_exact() -> None:
    data = with_covariance(np.outer(LOADINGS, LOADINGS) + np.diag(UNIQUE))
    found = scales.reliability(data, items=ITEMS, draws=9, seed=1)
    truth = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + UNIQUE.sum())
    assert found["omega"].value == pytest.approx(truth, abs=1e-9)
    assert found["alpha"].value < found["omega"].value


def test_items_that_weigh_alike_have_an_alpha_of_omega() -> None:
    data = with_covariance(0.5 + np.diag(UNIQUE))
    found = scales.reliability(data, items=ITEMS, draws=9, seed=1)
    assert found["alpha"].value == pytest.approx(found["omega"].value, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 50), st.floats(-20, 20))
def test_another_unit_of_all_items_changes_nothing(times: float, plus: float) -> None:
    data = one_factor(1, 80)
    plain, other = (
        scales.reliability(of, items=ITEMS, draws=5, seed=1) for of in (data, times * data + plus)
    )
    for name in ("omega", "alpha"):
        assert plain[name].value == pytest.approx(other[name].value, abs=1e-7)


def test_classes_with_a_view_of_their_own_make_the_interval_wider() -> None:
    rng = np.random.default_rng(2)
    classes = np.repeat(np.arange(20), 25)
    noise = rng.normal(size=(20, 4))[classes]  # what a class thinks of each question
    data = (one_factor(3, 500) + noise).assign(klas=classes)
    persons, clusters = (
        scales.reliability(data, items=ITEMS, cluster=cluster, draws=400, seed=1)["omega"]
        for cluster in (None, "klas")
    )
    assert persons.value == pytest.approx(clusters.value)
    assert clusters.standard_error > 1.3 * persons.standard_error
    assert (persons.interval, clusters.interval) == (Interval.PERCENTILE, Interval.BOOTSTRAP_CLUSTERED)


def test_two_items_have_an_alpha_and_no_omega() -> None:
    data = one_factor(1, 200)
    found = scales.reliability(data, items=["q1", "q2"], draws=50, seed=1)
    covariance = data[["q1", "q2"]].cov()
    assert found["omega"].reason == Reason.NOT_IDENTIFIED
    assert found["alpha"].value == pytest.approx(4 * covariance.iloc[0, 1] / covariance.to_numpy().sum())


def test_an_item_without_a_variance_of_its_own_gives_a_reason() -> None:
    heywood = np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])  # 0.8 x 0.8 / 0.5 is above 1
    found = scales.reliability(with_covariance(heywood), items=ITEMS[:3], draws=20, seed=1)
    assert found["omega"].reason == Reason.NOT_IDENTIFIED
    assert found["alpha"].value == pytest.approx(1.5 * (1 - 3 / 7.2))


def test_a_draw_without_a_proper_solution_has_the_best_that_is_allowed() -> None:
    heywood = np.array([[1, 0.9, 0.8, 0.3], [0.9, 1, 0.5, 0.3], [0.8, 0.5, 1, 0.2], [0.3, 0.3, 0.2, 1]])

    def misfit(place: np.ndarray) -> float:
        implied = np.outer(place[:4], place[:4]) + np.diag(place[4:])
        return np.linalg.slogdet(implied)[1] + np.trace(np.linalg.solve(implied, heywood))

    bounds = [(None, None)] * 4 + [(0.005, None)] * 4
    best = optimize.minimize(misfit, np.full(8, 0.5), bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-9})
    loadings, unique = factor._one_factor(heywood[None])
    assert unique.min() == pytest.approx(0.005)
    assert misfit(np.append(loadings[0], unique[0])) == pytest.approx(best.fun, abs=1e-8)
    assert np.abs(loadings[0]) == pytest.approx(np.abs(best.x[:4]), abs=1e-4)


def test_every_draw_of_a_small_class_has_an_optimum() -> None:
    data = one_factor(0, 20)
    rows = np.random.default_rng(6).integers(0, 20, (300, 20))
    drawn = np.array([data.to_numpy()[pick] for pick in rows])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loadings, unique = factor._one_factor(np.array([np.corrcoef(one, rowvar=False) for one in drawn]))
    assert np.isfinite(loadings).all() and unique.min() >= 0.005


def test_items_that_have_nothing_in_common_hold_up() -> None:
    found = scales.reliability(with_covariance(np.eye(4)), items=ITEMS, draws=50, seed=1)
    assert found["alpha"].value == pytest.approx(0, abs=1e-9)
    assert found["omega"].value is None or found["omega"].value < 0.2


@pytest.mark.parametrize(("clusters", "reason"), [(3, Reason.FEW_CLUSTERS), (4, "")])
def test_a_bootstrap_takes_four_clusters(clusters: int, reason: str) -> None:
    data = one_factor(1, 200).assign(klas=np.arange(200) % clusters)
    found = scales.reliability(data, items=ITEMS, cluster="klas", draws=50, seed=1)
    assert [item.reason for item in found.estimates] == [reason, reason]


# --- scores and items ------------------------------------------------------------------------------------

SURVEY = pd.DataFrame(
    {"a": ["1", "5", None, None], "b": [2, None, None, 4], "c": [3.0, 4.0, np.nan, np.nan]},
    index=["p", "q", "r", "s"],
)


@pytest.mark.parametrize(
    ("at_least", "expected"),
    [(1, [2.0, 4.5, None, 4.0]), (2, [2.0, 4.5, None, None]), (3, [2.0, None, None, None])],
)
def test_a_score_is_the_mean_of_what_was_answered(at_least: int, expected: list[float | None]) -> None:
    found = scales.scale_scores(SURVEY, items=["a", "b", "c"], at_least=at_least)
    assert list(found.index) == list(SURVEY.index)
    assert [None if np.isnan(value) else value for value in found] == expected


@pytest.mark.parametrize("at_least", [0, 4])
def test_a_score_takes_a_number_of_items_that_there_is(at_least: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 3"):
        scales.scale_scores(SURVEY, items=["a", "b", "c"], at_least=at_least)


@pytest.mark.parametrize("items", ["ab", ["a"], ["a", "a"]])
def test_items_are_several_different_columns(items: object) -> None:
    with pytest.raises(ValueError, match="two or more different columns"):
        scales.scale_scores(SURVEY, items=items, at_least=1)


def test_words_for_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="must hold numbers"):
        scales.scale_scores(SURVEY.assign(a="eens"), items=["a", "b"], at_least=1)


def test_an_item_that_was_not_turned_round_is_below_zero_and_alpha_gains_without_it() -> None:
    data = one_factor(5, 400).assign(q4=lambda of: -of["q4"])
    found = scales.item_diagnostics(data, items=ITEMS)
    alpha = scales.reliability(data, items=ITEMS, draws=9, seed=1)["alpha"].value
    assert found["item-rest correlation", "q4"].upper < 0
    assert found["alpha if dropped", "q4"].value > alpha
    assert found["alpha if dropped", "q1"].value < alpha


def test_shares_missing_are_of_those_who_answered_any() -> None:
    found = scales.item_diagnostics(SURVEY, items=["a", "b", "c"])
    shares = {item.group: (item.count, item.n) for item in found.estimates if item.name == "share missing"}
    assert shares == {"a": (1, 3), "b": (1, 3), "c": (1, 3)}
    assert found.dropped == (3, 4)
    assert found["item-rest correlation", "a"].reason == Reason.TOO_FEW


# --- units -----------------------------------------------------------------------------------------------


def units(seed: int, sizes: np.ndarray, share: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(sizes)), sizes)
    y = np.sqrt(share) * rng.normal(size=len(sizes))[unit] + np.sqrt(1 - share) * rng.normal(size=len(unit))
    return pd.DataFrame({"y": y, "unit": unit})


def test_the_reliability_of_a_mean_is_that_of_one_person_stepped_up() -> None:
    found = scales.aggregation(units(1, np.full(12, 7), 0.3), value="y", unit="unit")
    one = found["ICC1"].value
    assert found["ICC2"].value == pytest.approx(7 * one / (1 + 6 * one))


def test_classes_of_unequal_size_give_the_share_between_them() -> None:
    """The mean size for m, as multilevel::ICC1 has it, would give less than the truth."""
    sizes = np.array([6, 10, 20, 30, 44] * 6)
    found = [
        scales.aggregation(units(seed, sizes, 0.2), value="y", unit="unit")["ICC1"] for seed in range(300)
    ]
    mean = np.mean([item.value for item in found])
    assert mean == pytest.approx(0.2, abs=0.015)
    inside = np.mean([item.lower <= 0.2 <= item.upper for item in found])
    assert inside > 0.9


def test_a_class_alone_or_persons_alone_have_no_icc() -> None:
    one, alone = units(1, np.array([9]), 0.2), units(1, np.ones(9, int), 0.2)
    reasons = [scales.aggregation(data, value="y", unit="unit")["ICC2"].reason for data in (one, alone)]
    assert reasons == [Reason.FEW_UNITS, Reason.TOO_FEW]
