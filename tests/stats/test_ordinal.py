"""Logit models, marginal effects and the gap at an equal score: identities, known truth, edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from broken import sound
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kansen_lib.stats import linear, ordinal
from kansen_lib.stats.frames import design
from kansen_lib.stats.ordinal.likelihood import Design, Family, fit, gradient_of, probabilities
from kansen_lib.stats.terms import Interval, Reason

COLUMNS = {"place": "place", "score": "score", "group": "group", "cluster": "cluster"}
GAP = COLUMNS | {"low": "laag", "high": "hoog"}
CUTS = (-2.0, -1.0, 0.0, 1.0, 2.0)
SLOPE, BIAS, GROUP = 1.6, 0.5, 0.8


def pupils(
    n: int, seed: int, *, reliability: float = 1.0, clusters: int = 60, between: float = 0.0
) -> pd.DataFrame:
    """True skill that depends on the group, a noisy score, and a place that a probit of skill gives."""
    rng = np.random.default_rng(seed)
    high = rng.random(n) < 0.5
    skill = rng.normal(size=n) + GROUP * high
    variance = 1 + GROUP**2 / 4
    noise = np.sqrt(variance * (1 / reliability - 1)) * rng.normal(size=n)
    cluster = np.sort(rng.integers(0, clusters, n)) if between else rng.integers(0, clusters, n)
    effect = between * rng.normal(size=clusters)[cluster]
    latent = SLOPE * skill + BIAS * high + effect + rng.normal(size=n)
    return pd.DataFrame(
        {
            "place": np.digitize(latent, CUTS) / 2,
            "score": 535 + 8 * (skill + noise),
            "skill": skill,
            "group": np.where(high, "hoog", "laag"),
            "cluster": [f"c{k}" for k in cluster],
        }
    )


def true_gap(between: float = 0.0) -> float:
    """Gap in steps at an equal true skill, averaged over the skill of both groups, by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    sd = np.hypot(1, between)
    total = 0.0
    for mean in (0.0, GROUP):
        eta = SLOPE * (nodes + mean)[:, None] - np.array(CUTS)
        total += 0.25 * weights @ (stats.norm.cdf((eta + BIAS) / sd) - stats.norm.cdf(eta / sd)).sum(axis=1)
    return float(total)


# --- likelihood ---------------------------------------------------------------------------------------


def test_a_binary_logit_is_an_ordinal_one_with_two_categories() -> None:
    data = sound()
    columns = {"outcome": "passed", "regressors": ["score", "group"], "cluster": "school"}
    binary, ordered = ordinal.binary_logit(data, **columns), ordinal.ordinal_logit(data, **columns)
    assert binary["score"] == ordinal.binary_logit(data, **columns)["score"]
    for one, two in zip(binary.estimates[:2], ordered.estimates[:2], strict=True):
        assert (one.value, one.standard_error) == pytest.approx((two.value, two.standard_error), rel=1e-12)
    assert binary["intercept"].value == pytest.approx(-ordered["cut", "False|True"].value)


def test_a_multinomial_logit_of_two_categories_is_a_binary_one() -> None:
    data = sound()
    columns = {"outcome": "passed", "regressors": ["score", "group"]}
    binary, multi = ordinal.binary_logit(data, **columns), ordinal.multinomial_logit(data, **columns)
    for one, two in zip(binary.estimates, multi.estimates, strict=True):
        assert one.value == pytest.approx(two.value, rel=1e-10)


def test_without_regressors_that_differ_the_partial_model_nests_the_ordinal_one() -> None:
    """One more coefficient for each cut-point can only raise the likelihood."""
    data = sound()
    columns = {"outcome": "level", "regressors": ["score", "group"]}
    same = ordinal.ordinal_logit(data, **columns)["log-likelihood"].value
    free = ordinal.partial_proportional_odds(data, **columns, varying=["group"])["log-likelihood"].value
    ratio = ordinal.parallel_lines(data, **columns)["likelihood ratio", "group"]
    assert free >= same and ratio.value == pytest.approx(2 * (free - same)) and ratio.df == 2


@settings(max_examples=15, deadline=None)
@given(shift=st.floats(-1000, 1000), scale=st.floats(1e-3, 1e3), seed=st.integers(0, 5))
def test_a_regressor_on_another_scale_gives_the_same_model(shift: float, scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(80, 2))
    outcome = np.digitize(x @ [1.0, -0.5] + rng.logistic(size=80), [-1.0, 0.5])
    one = np.ones((80, 1))
    here = fit(Family.CUMULATIVE, Design(x, one), outcome)
    there = fit(Family.CUMULATIVE, Design(x * [scale, 1] + [shift, 0], one), outcome)
    assert there.log_likelihood == pytest.approx(here.log_likelihood, rel=1e-9)
    assert there.params[0] * scale == pytest.approx(here.params[0], rel=1e-5, abs=1e-7)
    assert np.sqrt(there.covariance[0, 0]) * scale == pytest.approx(np.sqrt(here.covariance[0, 0]), rel=1e-5)


@pytest.mark.parametrize("family", list(Family))
def test_chances_add_to_one_and_complex_steps_are_derivatives(family: Family) -> None:
    rng = np.random.default_rng(1)
    now = Design(rng.normal(size=(20, 1)), np.column_stack([np.ones(20), 0.1 * rng.normal(size=20)]))
    params = np.array([0.3, 1.0, 0.0, -1.0, 0.1, 0.1, 0.1])
    assert probabilities(family, now.predictors(params)).sum(axis=1) == pytest.approx(1)

    def chances(at: np.ndarray) -> np.ndarray:
        return probabilities(family, now.predictors(at)).mean(axis=0)

    exact, step = gradient_of(chances, params), 1e-6
    for k in range(len(params)):
        move = step * (np.arange(len(params)) == k)
        near = (chances(params + move) - chances(params - move)) / (2 * step)
        assert exact[:, k] == pytest.approx(near, abs=1e-9)


def test_far_predictors_lose_no_digits() -> None:
    """An outlier far above all cut-points: the likelihood stays finite and the optimum is found."""
    data = sound().assign(score=lambda d: d["score"].where(d.index != d["level"].idxmax(), 60.0))
    found = ordinal.ordinal_logit(data, outcome="level", regressors=["score"])
    assert found["score"].value > 0


# --- what cannot be fitted ----------------------------------------------------------------------------


def test_separation_is_a_reason() -> None:
    data = sound().assign(passed=lambda d: d["score"] > 0.2)
    for function in (ordinal.binary_logit, ordinal.multinomial_logit, ordinal.ordinal_logit):
        found = function(data, outcome="passed", regressors=["score"])
        assert [item.reason for item in found.estimates] == [Reason.SEPARATION]


def test_quasi_separation_is_a_reason() -> None:
    """Nobody of one kind passed: its coefficient has no optimum, though the others have."""
    data = sound().assign(passed=lambda d: d["passed"] & (d["kind"] != "b"))
    found = ordinal.binary_logit(data, outcome="passed", regressors=["score", "kind"])
    assert [item.reason for item in found.estimates] == [Reason.SEPARATION]


def test_lines_that_cross_are_a_reason() -> None:
    """The lowest cut-point rises with x, the highest does not; one person lies beyond where they meet."""
    rng = np.random.default_rng(2)
    x = np.append(rng.uniform(-1, 2, 400), -9.0)
    above, far = 1 / (1 + np.exp(-0.5 - x)), rng.random(401)
    data = pd.DataFrame({"x": x, "level": np.where(far < 0.25, 2, np.where(far < above, 1, 0))})
    data.loc[400, "level"] = 0
    found = ordinal.partial_proportional_odds(data, outcome="level", regressors=["x"], varying=["x"])
    assert found.estimates[0].reason == Reason.NEGATIVE_PROBABILITY


def test_wrong_columns_are_errors_that_say_so() -> None:
    data = sound()
    with pytest.raises(ValueError, match="two categories"):
        ordinal.binary_logit(data, outcome="level", regressors=["score"])
    with pytest.raises(ValueError, match="lack columns"):
        ordinal.ordinal_logit(data, outcome="level", regressors=["absent"])
    with pytest.raises(ValueError, match="list of columns"):
        ordinal.ordinal_logit(data, outcome="level", regressors="score")
    with pytest.raises(ValueError, match="no order"):
        ordinal.ordinal_logit(data, outcome="kind", regressors=["score"])
    with pytest.raises(ValueError, match="varying"):
        ordinal.partial_proportional_odds(data, outcome="level", regressors=["score"], varying=["kind"])
    with pytest.raises(ValueError, match="must be regressors of"):
        ordinal.average_marginal_effects(data, outcome="level", regressors=["score"], of="kind")
    with pytest.raises(ValueError, match="column 'kind' must hold numbers|column 'kind' holds labels"):
        ordinal.errors_in_variables(data, outcome="outcome", score="kind", reliability=0.9)
    with pytest.raises(ValueError, match="own numbers"):
        ordinal.gap_at_equal_score(pupils(300, 1), **{**GAP, "cluster": None})
    with pytest.raises(ValueError, match="reliability"):
        ordinal.corrected_gap(pupils(300, 1), **GAP, reliability=1.2)
    with pytest.raises(ValueError, match="extrapolation"):
        ordinal.simex(
            data, estimator=len, score="score", reliability=0.9, cluster="school", seed=1, extrapolation="x"
        )


# --- marginal effects ----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["ordinal", "multinomial"])
@pytest.mark.parametrize("of", ["kind", "score", "treated"])
def test_effects_on_all_categories_add_to_zero(model: str, of: str) -> None:
    found = ordinal.average_marginal_effects(
        sound(), outcome="level", regressors=["score", "kind", "treated"], of=of, model=model
    ).summary
    chances = found[found["group"] != "expected place"]
    assert chances.groupby("name")["value"].sum().abs().max() < 1e-12
    assert len(chances) == 4 * (2 if of == "kind" else 1)


def test_the_effect_on_the_expected_place_is_the_gap_at_equal_score() -> None:
    """Five knots or a line: with a linear score both are the same model of the same persons."""
    data = sound().assign(score=lambda d: np.round(d["score"]))  # a spline of a line through few values
    effects = ordinal.average_marginal_effects(
        data, outcome="level", regressors=["score", "group"], of="group", cluster="basisschool"
    )
    columns = {"place": "level", "score": "score", "group": "group", "cluster": "basisschool"}
    gap = ordinal.gap_at_equal_score(data, **columns, low="laag", high="hoog")
    step = effects["group[laag]", "expected place"]
    assert -step.value == pytest.approx(gap.value, abs=0.02)
    assert step.standard_error == pytest.approx(gap.standard_error, rel=0.1)
    assert step.interval == gap.interval == Interval.T_G1_CR3 and step.df == gap.df == 29


# --- the gap at an equal score ---------------------------------------------------------------------------


def test_the_gap_covers_the_truth_and_its_share_adds_up_to_the_steps() -> None:
    data = pupils(4000, 3)
    found = ordinal.gap_at_equal_score(data, **GAP)
    assert found.lower < true_gap() < found.upper
    shares = [ordinal.gap_at_equal_score(data, **GAP, at_least=p).value for p in (0.5, 1, 1.5, 2, 2.5)]
    assert sum(shares) / 2 == pytest.approx(found.value, abs=1e-12)


def test_without_parallel_lines_the_gap_is_nearly_the_same_when_they_are_parallel() -> None:
    data = pupils(4000, 4)
    same, free = (ordinal.gap_at_equal_score(data, **GAP, parallel=flag) for flag in (True, False))
    assert free.value == pytest.approx(same.value, abs=0.01)


def test_a_place_that_all_or_none_reach_is_a_reason() -> None:
    for place in (0.0, 9.0):
        found = ordinal.gap_at_equal_score(pupils(400, 5), **GAP, at_least=place)
        assert found.reason == Reason.LITTLE_SPREAD


def test_the_curve_stays_within_common_support() -> None:
    data = pupils(2000, 6)
    names = [row.name for row in ordinal.gap_curve(data, **GAP, points=4).estimates]
    scores = sorted({float(name.rpartition(" ")[2]) for name in names})
    ends = data.groupby("group")["score"].quantile([0.05, 0.95]).unstack()
    assert scores[0] == pytest.approx(ends[0.05].max(), rel=1e-5)
    assert scores[-1] == pytest.approx(ends[0.95].min(), rel=1e-5) and len(scores) == 4
    apart = data.assign(score=data["score"] + 200 * (data["group"] == "hoog"))
    assert ordinal.gap_curve(apart, **GAP).estimates[0].value is None


@pytest.mark.parametrize("clusters", [12, 30])
def test_the_interval_holds_its_coverage_with_few_clusters(clusters: int) -> None:
    """Sampled; 500 draws with unequal clusters gave 97% for 12, 97% for 20 and 96% for 30 of them."""
    truth = true_gap(between=0.6)
    missed = 0
    for seed in range(40):
        found = ordinal.gap_at_equal_score(pupils(20 * clusters, seed, clusters=clusters, between=0.6), **GAP)
        missed += not found.lower < truth < found.upper
    assert missed <= stats.binom.ppf(0.999, 40, 0.05)


# --- measurement error -------------------------------------------------------------------------------------


def test_the_corrected_gap_covers_the_gap_at_equal_true_skill() -> None:
    """At a reliability of 0.8 the observed score leaves twice the standard error too much."""
    truth, corrected, observed, missed = true_gap(), [], [], 0
    for seed in range(25):
        data = pupils(1000, seed, reliability=0.8, clusters=30)
        found = ordinal.corrected_gap(data, **GAP, reliability=0.8)
        corrected.append(found.value)
        observed.append(ordinal.gap_at_equal_score(data, **GAP).value)
        missed += not found.lower < truth < found.upper
    error = np.std(corrected) / np.sqrt(25)
    assert abs(np.mean(corrected) - truth) < 3 * error
    assert np.mean(observed) - truth > 6 * error
    assert missed <= stats.binom.ppf(0.999, 25, 0.05)


def test_a_ceiling_leaves_no_bias_when_it_is_said() -> None:
    """A fifth of the scores at the ceiling: without the bounds the correction is wrong."""
    data = pupils(15_000, 8, reliability=0.8)
    top = float(data["score"].quantile(0.8))
    clipped = data.assign(score=data["score"].clip(upper=top))
    told = ordinal.corrected_gap(clipped, **GAP, reliability=0.8, bounds=(-np.inf, top))
    untold = ordinal.corrected_gap(clipped, **GAP, reliability=0.8)
    truth = true_gap()
    assert abs(told.value - truth) < 2 * told.standard_error
    assert abs(untold.value - truth) > 2 * told.standard_error


def test_at_a_reliability_of_one_nothing_is_corrected() -> None:
    data = pupils(800, 9)
    plain, corrected = (
        ordinal.gap_at_equal_score(data, **GAP),
        ordinal.corrected_gap(data, **GAP, reliability=1.0),
    )
    assert corrected.value == pytest.approx(plain.value, abs=1e-12)
    assert corrected.standard_error == pytest.approx(plain.standard_error, rel=1e-6)


def test_the_corrected_gap_rises_with_the_reliability_when_the_low_group_scores_lower() -> None:
    found = ordinal.sensitivity(pupils(1500, 10, reliability=0.8), **GAP, reliabilities=(1.0, 0.75, 0.9))
    values = [row.value for row in found.estimates]
    assert values == sorted(values) and [row.group[-4:] for row in found.estimates] == [
        "0.75",
        " 0.9",
        "ty 1",
    ]


def test_a_reliability_below_what_a_group_allows_is_a_reason() -> None:
    data = pupils(500, 11)
    low = data["group"] == "laag"
    narrow = data.assign(score=data["score"].where(~low, 535 + 0.1 * (data["score"] - 535)))
    assert ordinal.corrected_gap(narrow, **GAP, reliability=0.7).reason == Reason.LOW_RELIABILITY


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_errors_in_variables_at_a_reliability_of_one_is_least_squares_with_cr3(seed: int) -> None:
    data = sound().sample(120, random_state=seed)
    found = ordinal.errors_in_variables(
        data, outcome="outcome", score="score", reliability=1.0, regressors=["group"], cluster="school"
    )
    plain = linear.fit(
        design(data, ["score", "group"]),
        data["outcome"],
        cluster=data["school"],
        kind=linear.Covariance.CR3,
    )
    assert [row.value for row in found.estimates] == pytest.approx(plain.params, abs=1e-10)
    errors = np.sqrt(np.diag(plain.covariance))
    assert [row.standard_error for row in found.estimates] == pytest.approx(errors, rel=1e-8)


def test_errors_in_variables_covers_the_slope_of_the_true_score() -> None:
    missed = 0
    for seed in range(40):
        data = pupils(400, seed, reliability=0.8, clusters=25)
        data["outcome"] = 2 * data["skill"] + np.random.default_rng(seed).normal(size=400)
        found = ordinal.errors_in_variables(
            data, outcome="outcome", score="score", reliability=0.8, regressors=["group"], cluster="cluster"
        )
        missed += not found["score"].lower < 2 / 8 < found["score"].upper
    assert missed <= stats.binom.ppf(0.999, 40, 0.05)


def test_too_low_a_reliability_belongs_to_no_linear_model() -> None:
    data = sound().assign(baseline=lambda d: d["score"] + 0.05 * d["other"])
    found = ordinal.errors_in_variables(
        data, outcome="outcome", score="score", reliability=0.5, regressors=["baseline"]
    )
    assert found.estimates[0].reason == Reason.LOW_RELIABILITY


def test_simex_is_seeded_and_comes_near_errors_in_variables() -> None:
    data = sound()[["outcome", "score", "group", "school"]]

    def slope(rows: pd.DataFrame) -> float:
        return float(linear.fit(design(rows, ["score", "group"]), rows["outcome"]).params[1])

    settings = {"score": "score", "reliability": 0.9, "cluster": "school", "draws": 3}
    first, again = (ordinal.simex(data, estimator=slope, seed=4, **settings) for _ in range(2))
    assert first == again and first.interval == Interval.T_JACKKNIFE and first.df == 11
    exact = ordinal.errors_in_variables(
        data, outcome="outcome", score="score", reliability=0.9, regressors=["group"]
    )["score"].value
    naive = slope(data)
    assert abs(first.value - exact) < 0.1 * abs(exact - naive)
