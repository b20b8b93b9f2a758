"""Multilevel models: identities, recovery of known truth, and the edges."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from broken import sound
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from kansen_lib.stats import multilevel
from kansen_lib.stats.multilevel import fitting, numeric, profile
from kansen_lib.stats.result import Result, quantile
from kansen_lib.stats.terms import Interval, Method, Reason


def schools(
    seed: int, units: int = 40, size: int = 20, between: float = 0.5, *, balanced: bool = True
) -> pd.DataFrame:
    """Pupils ``y`` in schools with true effects ``u``, a class and a regressor ``x``."""
    rng = np.random.default_rng(seed)
    sizes = np.full(units, size) if balanced else rng.integers(3, 2 * size, units)
    school = np.repeat(np.arange(units), sizes)
    u, x = rng.normal(0, between, units)[school], rng.normal(size=len(school))
    y = 1 + 0.5 * x + u + rng.normal(size=len(school))
    return pd.DataFrame({"y": y, "x": x, "u": u, "school": [f"S{i:03d}" for i in school]})


def fit(data: pd.DataFrame, **more: object) -> fitting.MixedFit:
    return fitting.fit(data, "y", ["x"], {"school": ()}, **more)


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 999), st.floats(-50, 50), st.floats(0.1, 200))
def test_a_model_follows_the_scale_of_its_outcome(seed: int, shift: float, scale: float) -> None:
    data = schools(seed, units=15, size=8, balanced=False)
    one, other = fit(data), fit(data.assign(y=shift + scale * data["y"]))
    assert other.coefficients[1] == pytest.approx(scale * one.coefficients[1], rel=1e-7)
    assert other.residual_variance(other.point) == pytest.approx(
        scale**2 * one.residual_variance(one.point), rel=1e-7
    )
    assert other.contrast({"x": 1})[2] == pytest.approx(one.contrast({"x": 1})[2], rel=1e-4)


def test_a_random_slope_does_not_mind_where_its_regressor_has_its_zero() -> None:
    data = schools(3).assign(far=lambda frame: 500 + 10 * frame["x"])
    near, far = (fitting.fit(data, "y", [name], {"school": [name]}) for name in ("x", "far"))
    assert far.deviance == pytest.approx(
        near.deviance + 2 * np.log(10), abs=1e-6
    )  # REML counts X'X in the unit of the regressor
    assert far.covariances(far.point)["school"][1, 1] == pytest.approx(
        near.covariances(near.point)["school"][1, 1] / 100, rel=1e-5
    )


@pytest.mark.parametrize("seed", range(3))
def test_balanced_schools_have_the_moments_of_the_analysis_of_variance(seed: int) -> None:
    data = schools(seed, units=12, size=10, between=1.0)
    found = multilevel.mixed_model(data, outcome="y", fixed=[], random={"school": ()})
    means = data.groupby("school")["y"].mean()
    within = ((data["y"] - data["school"].map(means)) ** 2).sum() / (12 * 9)
    assert found["residual variance"].value == pytest.approx(within, rel=1e-8)
    assert found["variance", "school"].value == pytest.approx(means.var() - within / 10, rel=1e-7)
    intercept = found["coefficient", "intercept"]
    assert (intercept.value, intercept.df) == pytest.approx((means.mean(), 11), rel=1e-5)


def test_statsmodels_finds_no_better_optimum() -> None:
    import statsmodels.formula.api as smf

    data = schools(5, balanced=False)
    theirs = smf.mixedlm("y ~ x", data, groups="school").fit(reml=True, method="bfgs", gtol=1e-8)
    ours = multilevel.mixed_model(data, outcome="y", fixed=["x"], random={"school": ()})
    assert ours["coefficient", "x"].value == pytest.approx(theirs.params["x"], abs=1e-6)
    assert ours["variance", "school"].value == pytest.approx(float(theirs.cov_re.iloc[0, 0]), abs=1e-5)
    assert ours["log-likelihood"].value >= theirs.llf - 1e-8


def test_the_deviance_at_the_ends_of_an_interval_is_at_its_limit() -> None:
    likeliest = fit(schools(8), restricted=False)

    def variance(model: fitting.MixedFit, point: np.ndarray) -> float:
        return float(model.covariances(point)["school"][0, 0])

    ends = profile.interval(likeliest, variance)
    spread = likeliest.data.scale**2 * likeliest.data.terms[0].back[0, 0] ** 2
    for end in ends:

        def rise(log: float, size: float = np.sqrt(end / spread)) -> float:
            return likeliest.deviance_at(np.array([size / np.exp(log), log])) - likeliest.deviance

        least = optimize.minimize_scalar(rise, bounds=(-1, 1), method="bounded", options={"xatol": 1e-9})
        assert least.fun == pytest.approx(quantile() ** 2, abs=1e-4)


def test_a_variance_of_zero_is_said_and_has_an_interval() -> None:
    data = schools(1, units=20, between=0.0)
    means = data.groupby("school")["y"].transform("mean")
    data["y"] = data["y"] - means + 0.01 * means  # less between schools than chance would give
    found = multilevel.mixed_model(data, outcome="y", fixed=["x"], random={"school": ()})
    variance = found["variance", "school"]
    assert (variance.value, variance.lower, variance.method) == (0, 0, Method.MIXED_REML_SINGULAR)
    assert variance.upper > 0
    effects = multilevel.unit_effects(data, outcome="y", unit="school")
    assert {item.reason for item in effects.estimates} == {Reason.NO_VARIATION}
    added = multilevel.value_added(data, outcome="y", prior="x", unit="school")
    assert added["type A"].reason == Reason.NO_VARIATION and added["within coefficient"].value is not None


def test_crossed_effects_of_a_country_are_found_within_seconds() -> None:
    rng = np.random.default_rng(7)
    n = 50_000
    basis = rng.integers(0, 3_000, n)
    school = (basis // 30 + rng.integers(0, 8, n)) % 100
    y = rng.normal(0, 0.4, 3_000)[basis] + rng.normal(0, 0.3, 100)[school] + rng.normal(0, 1, n)
    data = pd.DataFrame({"y": y, "basisschool": basis, "school": school})
    start = time.process_time()
    found = fitting.fit(data, "y", [], {"school": (), "basisschool": ()})
    assert time.process_time() - start < 20
    variances = {group: matrix[0, 0] for group, matrix in found.covariances(found.point).items()}
    assert variances == pytest.approx({"basisschool": 0.16, "school": 0.09}, rel=0.35)
    assert found.residual_variance(found.point) == pytest.approx(1, rel=0.03)


def test_three_levels_and_a_crossing_add_to_one() -> None:
    data = sound()
    found = multilevel.variance_shares(
        data, outcome="outcome", levels=["school", "klas"], crossed=["basisschool"]
    )
    assert [item.group for item in found.estimates] == ["school", "klas", "basisschool", "persons"]
    assert sum(item.value for item in found.estimates) == pytest.approx(1)
    assert all(item.lower <= item.value <= item.upper for item in found.estimates)
    assert {item.interval for item in found.estimates} == {Interval.PROFILE}


def test_labels_of_classes_may_repeat_over_schools() -> None:
    data = sound().assign(own=lambda frame: frame["klas"].str[-1])
    one, other = (
        multilevel.variance_shares(data, outcome="outcome", levels=["school", column])
        for column in ("klas", "own")
    )
    assert [item.value for item in one.estimates] == pytest.approx([item.value for item in other.estimates])


def test_groupings_that_divide_alike_cannot_be_told_apart() -> None:
    data = schools(2).assign(twin=lambda frame: "T" + frame["school"])
    found = multilevel.variance_shares(data, outcome="y", levels=["school"], crossed=["twin"])
    assert {item.reason for item in found.estimates} == {Reason.NOT_IDENTIFIED}


def test_pupils_who_equal_their_school_leave_no_model() -> None:
    data = schools(2).assign(y=lambda frame: frame["u"])
    found = multilevel.mixed_model(data, outcome="y", fixed=[], random={"school": ()})
    assert {item.reason for item in found.estimates} == {Reason.NO_SPREAD}


def test_in_balanced_schools_within_and_between_are_least_squares() -> None:
    data = schools(4)
    data["x"] += 0.5 * data["u"]
    found = multilevel.within_between(data, outcome="y", within="x", cluster="school")
    means = data.groupby("school")[["x", "y"]].mean()
    centred = data[["x", "y"]] - data.groupby("school")[["x", "y"]].transform("mean")
    within = (centred["x"] @ centred["y"]) / (centred["x"] @ centred["x"])
    between = np.polyfit(means["x"], means["y"], 1)[0]
    values = [found[part, "x"].value for part in ("within", "between", "contextual")]
    assert values == pytest.approx([within, between, between - within], rel=1e-8)
    assert found["between", "x"].df == pytest.approx(38, rel=1e-4)


def test_shrunken_effects_of_balanced_schools_are_a_part_of_their_mean() -> None:
    data = schools(6, units=15)
    found = multilevel.unit_effects(data, outcome="y", unit="school")
    model = multilevel.mixed_model(data, outcome="y", fixed=[], random={"school": ()})
    between, within = model["variance", "school"].value, model["residual variance"].value
    part = between / (between + within / 20)
    means = data.groupby("school")["y"].mean()
    for label, mean in means.items():
        shrunken, raw = found["unit effect", label], found["mean residual", label]
        assert raw.value == pytest.approx(mean - means.mean(), abs=1e-9)
        assert shrunken.value == pytest.approx(part * raw.value, abs=1e-7)
        assert shrunken.p_value is None and shrunken.n == 20
        assert shrunken.standard_error**2 == pytest.approx(
            between * (1 - part) + part * between / 15, rel=1e-6
        )


def test_intervals_of_units_hold_the_truth() -> None:
    data = schools(9, units=300, size=12, balanced=False)
    found = multilevel.unit_effects(data, outcome="y", unit="school", fixed=["x"])
    truth = data.groupby("school")["u"].first()
    held = [
        found["unit effect", label].lower <= value <= found["unit effect", label].upper
        for label, value in truth.items()
    ]
    assert np.mean(held) == pytest.approx(0.95, abs=0.04)


def cohort(seed: int, units: int = 150, reliability: float = 0.8) -> pd.DataFrame:
    """Pupils whose growth is 1 for 1 in true skill, in schools with effects that go with their intake."""
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(units), rng.integers(20, 60, units))
    own = rng.normal(0, 0.25, units)
    intake = rng.normal(0, 0.6, units) + own
    skill = intake[school] + rng.normal(0, 0.8, len(school))
    noise = rng.normal(0, np.sqrt(skill.var() * (1 / reliability - 1)), len(school))
    y = skill + own[school] + rng.normal(0, 0.5, len(school))
    facts = {"prior": skill + noise, "y": y, "own": own[school], "school": [f"S{i:03d}" for i in school]}
    return pd.DataFrame(facts)


def _held(found: Result, truth: pd.Series, part: str) -> float:
    ends = [(found[part, label].lower, found[part, label].upper) for label in truth.index]
    return float(np.mean([low <= value <= high for (low, high), value in zip(ends, truth, strict=True)]))


def test_a_noisy_prior_score_biases_value_added_and_its_reliability_mends_that() -> None:
    data = cohort(11)
    truth = data.groupby("school")["own"].first()
    plain, mended = (
        multilevel.value_added(data, outcome="y", prior="prior", unit="school", reliability=reliability)
        for reliability in (1.0, 0.8)
    )
    slope = mended["within coefficient"]
    assert slope.lower < 1 < slope.upper and plain["within coefficient"].upper < 0.85
    assert _held(mended, truth - truth.mean(), "type A") == pytest.approx(0.95, abs=0.04)
    assert _held(plain, truth - truth.mean(), "type A") < 0.85


def test_the_luck_of_a_few_classes_is_not_the_work_of_the_school() -> None:
    data = cohort(15, reliability=1.0)
    rng = np.random.default_rng(15)
    data["klas"] = data["school"] + rng.integers(0, 3, len(data)).astype(str)
    luck = {label: rng.normal(0, 0.4) for label in sorted(data["klas"].unique())}
    data["y"] += data["klas"].map(luck)
    truth = data.groupby("school")["own"].first()
    short, right = (
        multilevel.value_added(data, outcome="y", prior="prior", unit="school", random=random)
        for random in ([], ["klas"])
    )
    assert _held(right, truth - truth.mean(), "type A") == pytest.approx(0.95, abs=0.04)
    assert _held(short, truth - truth.mean(), "type A") < 0.85


def test_type_b_takes_away_what_goes_with_the_company() -> None:
    data = cohort(12)
    found = multilevel.value_added(data, outcome="y", prior="prior", unit="school", reliability=0.8)
    intake = data.groupby("school")["prior"].mean()
    effects = {part: [found[part, label].value for label in intake.index] for part in ("type A", "type B")}
    assert np.corrcoef(effects["type A"], intake)[0, 1] > 0.3
    assert abs(np.corrcoef(effects["type B"], intake)[0, 1]) < 0.1


def test_too_low_a_reliability_leaves_no_coefficient() -> None:
    found = multilevel.value_added(cohort(13), outcome="y", prior="prior", unit="school", reliability=0.1)
    assert {item.reason for item in found.estimates} == {Reason.NOT_IDENTIFIED}


def test_missing_rows_are_counted() -> None:
    data = schools(14)
    data.loc[:9, "x"] = np.nan
    found = multilevel.mixed_model(data, outcome="y", fixed=["x"], random={"school": ()})
    assert found.dropped == (10, len(data)) and found["coefficient", "x"].n == len(data) - 10


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: multilevel.mixed_model(d, outcome="y", fixed=[], random={}), "at least one grouping"),
        (
            lambda d: multilevel.mixed_model(d, outcome="y", fixed=[], random={"school": ()}, method="EM"),
            "method is 'EM'",
        ),
        (
            lambda d: multilevel.mixed_model(d, outcome="y", fixed=["z"], random={"school": ()}),
            "lack columns",
        ),
        (
            lambda d: multilevel.within_between(d.assign(z="a"), outcome="y", within="z", cluster="school"),
            "column 'z' of labels",
        ),
        (
            lambda d: multilevel.value_added(d, outcome="y", prior="x", unit="school", reliability=0.0),
            "reliability is 0.0",
        ),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(schools(1))


def test_derivatives_are_those_of_a_known_function() -> None:
    at, step = np.array([0.4, -0.3]), np.array([0.05, 0.05])

    def function(x: np.ndarray) -> float:
        return float(np.exp(x[0]) * np.sin(x[1]) + x[0] ** 2 * x[1])

    e, s, c = np.exp(0.4), np.sin(-0.3), np.cos(-0.3)
    assert numeric.gradient(function, at, step) == pytest.approx([e * s - 0.24, e * c + 0.16], abs=1e-9)
    second = [[e * s - 0.6, e * c + 0.8], [e * c + 0.8, -e * s]]
    assert numeric.hessian(function, at, step) == pytest.approx(np.array(second), abs=1e-7)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fixed": ["baseline", "baseline"]}, "more than once"),
        ({"fixed": "baseline"}, r"give \['baseline'\]"),
        ({"outcome": "kind"}, "column 'kind'"),
        ({"random": ["school"]}, "slopes of each grouping"),
    ],
)
def test_a_slip_in_a_mixed_model_is_named(changes: dict, words: str) -> None:
    wanted = {"outcome": "outcome", "fixed": ["baseline"], "random": {"school": []}}
    with pytest.raises(ValueError, match=words):
        multilevel.mixed_model(sound(), **{**wanted, **changes})


def test_the_names_of_columns_do_not_matter_for_within_and_between() -> None:
    wanted = {"outcome": "outcome", "within": "baseline", "cluster": "school"}
    there = multilevel.within_between(sound(), **wanted, fixed=["other"])
    renamed = sound().rename(columns={"other": "within"})
    again = multilevel.within_between(renamed, **wanted, fixed=["within"])
    assert [item.value for item in again.estimates] == [item.value for item in there.estimates]


def test_a_grouping_may_not_be_called_as_the_lowest_level() -> None:
    with pytest.raises(ValueError, match="rename it"):
        renamed = sound().rename(columns={"school": "persons"})
        multilevel.variance_shares(renamed, outcome="outcome", levels=["persons"])
