"""Identities and degenerate input of the statistics."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kansen_lib.stats import gaps, inference, multilevel, ordinal, shrinkage, trials
from kansen_lib.stats.result import Estimate


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_within_0_and_1(pair: tuple[int, int]) -> None:
    lower, upper = inference.wilson(*pair)
    assert 0 <= lower <= pair[0] / pair[1] <= upper <= 1


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 10))
def test_bounds_hold_every_possible_share(passed: int, failed: int, slack: int) -> None:
    if passed + failed == 0:
        return
    exact = gaps.share(passed, passed + failed)
    count, rest = ((max(0, k - slack), k + slack) for k in (passed, failed))
    bounded = gaps.bounded_share(count, rest)
    if bounded.value is None:
        assert bounded.reason == "counts are masked"
    else:
        assert bounded.lower <= exact.value <= bounded.upper


def test_bounds_too_wide_for_a_number_give_a_reason() -> None:
    """One masked cell of candidates and passes: anything from a quarter to all may have passed."""
    found = gaps.bounded_share((1, 4), (0, 3))
    assert (found.value, found.reason) == (None, "counts are masked")


def test_exact_bounds_are_the_plain_share() -> None:
    assert gaps.bounded_share((7, 7), (13, 13)) == gaps.share(7, 20)


def test_a_missing_group_is_no_group() -> None:
    outcome = pd.Series([True, False, True, True])
    group = pd.Series(["laag", "laag", None, "hoog"])
    found = gaps.shares(outcome, group)
    assert [(item.group, item.n) for item in found.estimates] == [("hoog", 1), ("laag", 2)]


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([], [1.0, 2.0], "too few persons"),
        ([1.0], [1.0, 2.0], "too few persons"),
        ([3.0, 3.0], [3.0, 3.0], "no spread in the scores"),
    ],
)
def test_hedges_g_gives_a_reason(first, second, reason: str) -> None:
    found = gaps.hedges_g(pd.Series(first, dtype=float), pd.Series(second, dtype=float))
    assert (found.value, found.reason) == (None, reason)


def simulated_pupils(n: int, gap: float, seed: int) -> pd.DataFrame:
    """Pupils whose place depends on the score and, by ``gap`` on the latent scale, on the group."""
    rng = np.random.default_rng(seed)
    group = rng.choice(["laag", "midden", "hoog"], n)
    skill = rng.normal(size=n) + 0.5 * (group == "hoog")
    latent = 2 * skill + gap * (group == "hoog") + rng.logistic(size=n)
    return pd.DataFrame(
        {
            "place": np.digitize(latent, [-2, -1, 0, 1, 2]) / 2,
            "score": 535 + 8 * skill,
            "group": group,
            "cluster": rng.integers(0, 60, n).astype(str),
        }
    )


def gap_of(data: pd.DataFrame) -> Estimate:
    """The gap at an equal score of simulated pupils."""
    return ordinal.gap_at_equal_score(
        data, place="place", score="score", group="group", cluster="cluster", low="laag", high="hoog"
    )


def test_the_gap_at_equal_score_covers_the_truth() -> None:
    """The true gap in steps comes from pupils who are asked twice, with and without the extra."""
    data = simulated_pupils(200_000, 0.8, seed=3)
    skill = (data["score"] - 535) / 8
    noise = np.random.default_rng(4).logistic(size=len(data))
    places = [np.digitize(2 * skill + extra + noise, [-2, -1, 0, 1, 2]) / 2 for extra in (0, 0.8)]
    truth = (places[1] - places[0]).mean()
    found = gap_of(simulated_pupils(3_000, 0.8, seed=5))
    assert found.lower < truth < found.upper
    assert found.upper - found.lower < 0.2


def test_no_gap_at_equal_score_where_there_is_none() -> None:
    found = gap_of(simulated_pupils(3_000, 0.0, seed=6))
    assert found.lower < 0 < found.upper


@pytest.mark.parametrize("seed", [1, 2])
def test_the_gap_does_not_depend_on_the_order_of_rows(seed: int) -> None:
    data = simulated_pupils(600, 0.8, seed=seed)
    assert gap_of(data.sample(frac=1, random_state=seed)).value == pytest.approx(gap_of(data).value, abs=1e-4)


def broken(change: str) -> pd.DataFrame:
    """Pupils on whom the model cannot be estimated."""
    data = simulated_pupils(300, 0.5, seed=8)
    return {
        "no rows": data.iloc[:0],
        "three rows": data.iloc[:3],
        "one group": data[data["group"] == "laag"],
        "constant outcome": data.assign(place=1.0),
        "constant score": data.assign(score=535.0),
        "one cluster": data.assign(cluster="a"),
        "all missing": data.assign(score=np.nan),
        "perfect separation": data.assign(place=(data["group"] == "hoog") / 2),
    }[change]


@pytest.mark.parametrize(
    "change",
    [
        "no rows",
        "three rows",
        "one group",
        "constant outcome",
        "constant score",
        "one cluster",
        "all missing",
    ],
)
def test_the_gap_at_equal_score_refuses_with_a_reason(change: str) -> None:
    found = gap_of(broken(change))
    assert found.value is None and found.reason


def lottery(n: int, effect: float, seed: int) -> pd.DataFrame:
    """A lottery of pupils within two schools."""
    rng = np.random.default_rng(seed)
    before = rng.normal(size=n)
    drawn = rng.random(n) < 0.5
    return pd.DataFrame(
        {
            "before": before,
            "after": 0.7 * before + effect * drawn + 0.7 * rng.normal(size=n),
            "drawn": drawn,
            "school": rng.choice(["a", "b"], n),
        }
    )


def effect_of(data: pd.DataFrame) -> Estimate:
    """The effect of a simulated lottery."""
    found = trials.individual_trial(
        data, outcome="after", covariates=("before",), treated="drawn", block="school", scale=1.0
    )
    return found["effect size"]


def test_a_trial_covers_the_effect_of_a_lottery_as_often_as_it_says() -> None:
    covered = [
        found.lower < 0.3 < found.upper
        for found in (effect_of(lottery(120, 0.3, seed)) for seed in range(300))
    ]
    assert 0.92 <= np.mean(covered) <= 0.98


@pytest.mark.parametrize("change", ["nobody drawn", "three rows", "constant baseline", "missing"])
def test_a_trial_refuses_with_a_reason(change: str) -> None:
    data = lottery(60, 0.3, seed=1)
    data = {
        "nobody drawn": data.assign(drawn=False),
        "three rows": data.iloc[:3],
        "constant baseline": data.assign(before=1.0),
        "missing": data.assign(after=np.nan),
    }[change]
    found = effect_of(data)
    assert found.value is None and found.reason


def test_shrinkage_lies_between_the_estimate_and_the_prior() -> None:
    raw = gaps.share(12, 20)
    found = shrinkage.shrink(raw, shrinkage.Prior(0.4, 0.1))
    assert 0.4 < found.value < raw.value
    assert found.upper - found.lower < raw.upper - raw.lower


def test_a_shrunken_share_stays_within_0_and_1() -> None:
    for count, edge in ((10, "upper"), (0, "lower")):
        found = shrinkage.shrink(gaps.share(count, 10), shrinkage.Prior(0.5, 0.3))
        assert getattr(found, edge) == float(edge == "upper")
    score = Estimate("x", value=1.0, unit="score", lower=0.0, upper=2.0, n=10)
    assert shrinkage.shrink(score, shrinkage.Prior(1.0, 1.0)).upper > 1


def test_no_spread_between_schools_is_no_ground_to_be_certain() -> None:
    found = shrinkage.shrink(gaps.share(12, 20), shrinkage.Prior(0.4, 0.0))
    assert (found.value, found.reason) == (None, "no variation between units was found")


def test_the_prior_finds_the_spread_between_schools() -> None:
    rng = np.random.default_rng(2)
    errors = rng.uniform(0.02, 0.08, 2_000)
    values = 0.5 + 0.1 * rng.normal(size=2_000) + errors * rng.normal(size=2_000)
    prior = shrinkage.prior_of_means(values, errors)
    assert prior.mean == pytest.approx(0.5, abs=0.01) and prior.sd == pytest.approx(0.1, abs=0.01)


@settings(deadline=None, max_examples=3)
@given(st.integers(0, 100))
def test_variance_shares_add_to_one_and_find_the_truth(seed: int) -> None:
    rng = np.random.default_rng(seed)
    schools, classes, pupils = 40, 5, 12
    school = np.repeat(np.arange(schools), classes * pupils)
    klas = np.tile(np.repeat(np.arange(classes), pupils), schools)
    y = rng.normal(0, 1, schools)[school] + rng.normal(0, 1, (schools, classes))[school, klas]
    data = pd.DataFrame(
        {"y": y + rng.normal(0, 2**0.5, len(y)), "school": school.astype(str), "klas": klas.astype(str)}
    )
    found = multilevel.variance_shares(data, outcome="y", levels=("school", "klas"))
    shares = [item.value for item in found.estimates]
    assert sum(shares) == pytest.approx(1)
    assert shares == pytest.approx([0.25, 0.25, 0.5], abs=0.15)


def test_variance_shares_of_few_schools_are_not_computable() -> None:
    data = pd.DataFrame({"y": [1.0, 2.0, 3.0], "school": ["a", "b", "a"]})
    assert all(
        item.value is None and item.reason
        for item in multilevel.variance_shares(data, outcome="y", levels=("school",)).estimates
    )


def test_an_estimate_has_a_value_or_a_reason() -> None:
    with pytest.raises(ValueError, match="either a value or a reason"):
        Estimate("x")
    with pytest.raises(ValueError, match="either a value or a reason"):
        Estimate("x", value=1.0, reason="te weinig leerlingen")
    with pytest.raises(ValueError, match="give a reason instead"):
        Estimate("x", value=float("nan"))


def test_a_result_is_found_by_name_and_group() -> None:
    result = gaps.shares(pd.Series([True, False]), pd.Series(["m", "v"]), name="x")
    assert result["x", "m"].value == 1.0
    assert list(result.summary["group"]) == ["m", "v"]
    with pytest.raises(KeyError, match="0 estimates are called"):
        result["y"]
