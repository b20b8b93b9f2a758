"""Identities, edges and recovery of the truth for intervals, bootstrap, randomisation and imputation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from broken import sound
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kansen_lib.stats import inference
from kansen_lib.stats.linear import Covariance
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Interval, Reason

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=12)
counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
MODEL = {"outcome": "outcome", "regressors": ["baseline", "treated"], "cluster": "school"}


# --- shares -----------------------------------------------------------------------------------------------


@given(counts)
def test_the_exact_interval_holds_the_share_and_is_the_mirror_of_that_of_the_others(pair) -> None:
    count, n = pair
    lower, upper = inference.clopper_pearson(count, n)
    assert 0 <= lower <= count / n <= upper <= 1
    assert (1 - upper, 1 - lower) == pytest.approx(inference.clopper_pearson(n - count, n), abs=1e-9)


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5])
def test_the_exact_interval_covers_at_least_95_percent(p: float) -> None:
    n = 40
    inside = [lower <= p <= upper for lower, upper in (inference.clopper_pearson(k, n) for k in range(n + 1))]
    assert stats.binom.pmf(np.arange(n + 1), n, p) @ inside >= 0.95


@given(st.floats(0.05, 0.95), st.integers(1, 400))
def test_funnel_limits_are_ordered_around_the_target(target: float, n: int) -> None:
    limits = inference.funnel_limits(target, n)
    assert list(limits) == sorted(limits)
    assert 0 <= limits.lower_998 <= limits.lower_95 <= target <= limits.upper_998 <= 1


def test_funnel_limits_narrow_to_the_target() -> None:
    widths = [inference.funnel_limits(0.3, n).upper_95 - 0.3 for n in (20, 200, 2000, 20000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == pytest.approx(1.96 * np.sqrt(0.21 / 20000), rel=0.01)


@pytest.mark.parametrize("call", [inference.wilson, inference.clopper_pearson])
@pytest.mark.parametrize("pair", [(1, 0), (-1, 5), (6, 5)])
def test_no_share_no_interval(call, pair) -> None:
    with pytest.raises(ValueError, match="count"):
        call(*pair)


@pytest.mark.parametrize("pair", [(0.0, 5), (1.0, 5), (0.5, 0)])
def test_no_target_no_limits(pair) -> None:
    with pytest.raises(ValueError, match="target"):
        inference.funnel_limits(*pair)


# --- regression -------------------------------------------------------------------------------------------


def test_a_joint_test_of_one_term_is_its_t_test_squared() -> None:
    one = inference.joint_test(sound(), terms=["baseline"], **MODEL)
    single = inference.coefficients(sound(), **MODEL)["coefficient", "baseline"]
    assert one.value == pytest.approx((single.value / single.standard_error) ** 2, rel=1e-9)
    assert one.df == pytest.approx(single.df, rel=1e-9)
    assert one.p_value == pytest.approx(single.p_value, rel=1e-7)


def test_a_joint_test_does_not_depend_on_the_reference_category() -> None:
    data = sound()
    turned = data.assign(kind=pd.Categorical(data["kind"], ["c", "a", "b"]))
    tests = [
        inference.joint_test(d, outcome="outcome", regressors=["kind"], terms=["kind"], cluster="school")
        for d in (data, turned)
    ]
    assert tests[0].value == pytest.approx(tests[1].value, rel=1e-9)
    assert tests[0].df == pytest.approx(tests[1].df, rel=1e-9)


def test_rows_with_a_missing_value_are_counted_and_no_reference_category() -> None:
    data = sound()
    data.loc[:9, "kind"] = None
    found = inference.coefficients(data, outcome="outcome", regressors=["kind"])
    assert found.dropped == (10, 240)
    assert {item.n for item in found.estimates} == {230}
    assert found["coefficient", "kind[b]"].interval == Interval.T_HC3


def test_a_column_with_one_label_has_a_reason_beside_the_others() -> None:
    found = inference.coefficients(
        sound().assign(kind="a"), outcome="outcome", regressors=["kind", "baseline"]
    )
    assert found["coefficient", "kind"].reason == Reason.EMPTY_GROUP
    assert found["coefficient", "baseline"].value is not None


def test_an_unknown_term_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="baseline"):
        inference.joint_test(sound(), terms=["bseline"], **MODEL)
    with pytest.raises(ValueError, match="outcom"):
        inference.coefficients(sound(), outcome="outcom", regressors=["baseline"])


def test_a_joint_test_of_more_terms_than_clusters_can_carry_has_a_reason() -> None:
    data = sound().query("school in ['S00', 'S01', 'S02']")
    found = inference.joint_test(
        data,
        outcome="outcome",
        regressors=["baseline", "score", "kind"],
        terms=["baseline", "score", "kind"],
        cluster="school",
    )
    assert found.reason in (Reason.FEW_CLUSTERS, Reason.NO_SPREAD, Reason.NOT_IDENTIFIED)


# --- wild cluster bootstrap -------------------------------------------------------------------------------


def refitted(data: pd.DataFrame, null: float) -> float:
    """The p-value by its definition: a regression for each of all draws."""
    x = np.column_stack([np.ones(len(data)), data["baseline"], data["treated"]]).astype(float)
    code = pd.factorize(data["school"], sort=True)[0]
    one = np.eye(code.max() + 1)[code]

    def statistic(y: np.ndarray) -> float:
        beta = np.linalg.solve(x.T @ x, x.T @ y)
        scores = one.T @ (x * (y - x @ beta)[:, None])
        bread = np.linalg.inv(x.T @ x)
        return abs(beta[1] - null) / np.sqrt((bread @ scores.T @ scores @ bread)[1, 1])

    y = data["outcome"].to_numpy()
    rest = np.delete(x, 1, axis=1)
    held = y - null * x[:, 1]
    fitted = rest @ np.linalg.lstsq(rest, held, rcond=None)[0]
    residual, sample = held - fitted, statistic(y)
    groups = code.max() + 1
    signs = np.array(np.meshgrid(*[[-1.0, 1.0]] * groups)).reshape(groups, -1).T
    drawn = [statistic(y - residual + residual * sign[code]) for sign in signs]
    return float(np.mean(np.array(drawn) > sample * (1 + 1e-9)))


@pytest.mark.parametrize("null", [0.0, 0.6])
def test_the_fast_bootstrap_is_the_slow_one(null: float) -> None:
    data = sound().query("school < 'S07'")
    found = inference.wild_cluster_bootstrap(data, term="baseline", seed=1, null=null, **MODEL)
    assert found.p_value == pytest.approx(refitted(data, null), abs=1e-12)


def test_the_interval_holds_the_nulls_that_are_not_rejected() -> None:
    found = inference.wild_cluster_bootstrap(sound(), term="treated", seed=1, **MODEL)
    width = found.upper - found.lower
    for null, inside in (
        (found.lower - 0.01 * width, False),
        (found.lower + 0.01 * width, True),
        (found.upper - 0.01 * width, True),
        (found.upper + 0.01 * width, False),
    ):
        again = inference.wild_cluster_bootstrap(sound(), term="treated", seed=1, null=null, **MODEL)
        assert (again.p_value > 0.05) == inside


def test_a_shift_of_the_outcome_shifts_the_interval() -> None:
    data = sound()
    moved = data.assign(outcome=data["outcome"] + 2 * data["baseline"])
    settings_of = {"term": "baseline", "weights": "webb", "draws": 999, "seed": 4, **MODEL}
    one, two = (inference.wild_cluster_bootstrap(d, **settings_of) for d in (data, moved))
    assert (two.value, two.lower, two.upper) == pytest.approx((one.value + 2, one.lower + 2, one.upper + 2))


def test_with_five_clusters_signs_cannot_reject_and_say_so_and_webb_can() -> None:
    data = sound().query("school < 'S05'")
    signs = inference.wild_cluster_bootstrap(data, term="baseline", seed=1, **MODEL)
    webb = inference.wild_cluster_bootstrap(data, term="baseline", weights="webb", seed=1, **MODEL)
    assert signs.reason == Reason.FEW_CLUSTERS
    assert webb.p_value is not None


def test_webb_weights_have_mean_0_and_variance_1() -> None:
    from kansen_lib.stats.inference.wild import WEIGHTS

    for points in WEIGHTS.values():
        assert points.mean() == pytest.approx(0)
        assert (points**2).mean() == pytest.approx(1)
    assert len(set(WEIGHTS["webb"])) == 6
    with pytest.raises(ValueError, match="rademacher"):
        inference.wild_cluster_bootstrap(sound(), term="baseline", weights="mammen", seed=1, **MODEL)


def test_under_the_null_the_wild_bootstrap_rejects_about_5_percent() -> None:
    rng, rejected = np.random.default_rng(8), 0
    for _ in range(200):
        code = np.repeat(np.arange(10), 8)
        data = pd.DataFrame(
            {"g": code, "x": (code < 5) + 0.0, "y": rng.normal(size=10)[code] + rng.normal(size=80)}
        )
        found = inference.wild_cluster_bootstrap(
            data, outcome="y", regressors=["x"], term="x", cluster="g", seed=1
        )
        rejected += found.p_value <= 0.05
    assert 2 <= rejected <= 22  # 10 expected; 0.1% limits of a binomial


# --- cluster bootstrap ------------------------------------------------------------------------------------


def test_copies_of_a_cluster_are_clusters_of_their_own() -> None:
    seen = []

    def number(frame: pd.DataFrame) -> float:
        seen.append(frame["school"].nunique())
        return frame["outcome"].mean()

    inference.cluster_bootstrap(sound(), number, cluster="school", draws=20, seed=1)
    assert set(seen) == {12}


def test_rows_as_clusters_give_the_error_of_a_mean() -> None:
    data = sound()[["outcome"]]
    found = inference.cluster_bootstrap(data, lambda f: f["outcome"].mean(), cluster=None, draws=999, seed=1)
    assert found.standard_error == pytest.approx(data["outcome"].std(ddof=0) / np.sqrt(240), rel=0.1)
    again = inference.cluster_bootstrap(
        data.sample(frac=1, random_state=2), lambda f: f["outcome"].mean(), cluster=None, draws=999, seed=1
    )
    assert again.lower == pytest.approx(found.lower, abs=1e-12)


def test_a_statistic_that_often_has_no_value_has_a_reason() -> None:
    def rare(frame: pd.DataFrame) -> float:
        return (
            float("nan") if frame["outcome"].mean() < 0.1 and len(frame) != 240 else frame["outcome"].mean()
        )

    found = inference.cluster_bootstrap(sound(), rare, cluster="school", draws=99, seed=1)
    assert found.reason == Reason.UNSTABLE


# --- randomisation ----------------------------------------------------------------------------------------


def test_the_interval_holds_the_effects_that_are_not_rejected() -> None:
    data = sound().assign(treated=lambda d: d["treated"].astype(int))
    call = {"outcome": "outcome", "treated": "treated", "block": "school", "draws": 1999, "seed": 3}
    found = inference.randomisation_test(data, **call)
    for effect, inside in (
        (found.lower - 0.01, False),
        (found.lower + 0.01, True),
        (found.upper - 0.01, True),
        (found.upper + 0.01, False),
    ):
        # rows are drawn in an order that depends on what they hold: other draws, so a margin
        moved = data.assign(outcome=data["outcome"] - effect * data["treated"])
        p = inference.randomisation_test(moved, **call).p_value
        assert (p > 0.04) if inside else (p < 0.06)


def test_all_assignments_have_a_p_value_of_at_least_one_over_their_number() -> None:
    data = pd.DataFrame({"y": [9.0, 8, 7, 1, 2, 3], "t": [1, 1, 1, 0, 0, 0]})
    found = inference.randomisation_test(data, outcome="y", treated="t", seed=1)
    assert found.p_value == pytest.approx(2 / 20)
    assert found.lower is None and found.upper is None and found.value == pytest.approx(6)


def test_drawn_assignments_never_have_a_p_value_of_0() -> None:
    data = pd.DataFrame({"y": np.r_[np.arange(30.0), np.arange(100.0, 130)], "t": np.repeat([0, 1], 30)})
    found = inference.randomisation_test(data, outcome="y", treated="t", draws=199, seed=1)
    assert found.p_value == pytest.approx(1 / 200)
    assert found.lower < 100 < found.upper


def test_a_treatment_that_differs_within_clusters_has_a_reason() -> None:
    found = inference.randomisation_test(
        sound(), outcome="outcome", treated="treated", cluster="school", seed=1
    )
    assert found.reason == Reason.MIXED_CLUSTERS


def test_a_treatment_of_three_kinds_is_an_error() -> None:
    with pytest.raises(ValueError, match="True and False"):
        inference.randomisation_test(sound(), outcome="outcome", treated="kind", seed=1)


# --- multiple comparisons ---------------------------------------------------------------------------------


@given(probabilities)
def test_adjusted_p_values_are_no_smaller_keep_their_order_and_holm_is_the_stricter(p: list[float]) -> None:
    raw, order = np.array(p), np.argsort(p, kind="stable")
    bh, holm = inference.benjamini_hochberg(raw), inference.holm(raw)
    assert (raw <= bh + 1e-15).all() and (bh <= holm + 1e-12).all() and (holm <= 1).all()
    assert (np.diff(bh[order]) >= 0).all() and (np.diff(holm[order]) >= 0).all()


@given(st.integers(1, 6), st.integers(0, 10_000))
@settings(max_examples=30)
def test_romano_wolf_lies_between_the_raw_p_value_and_that_of_the_largest_of_all(m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    observed, draws = rng.normal(size=m) * 2, rng.normal(size=(99, m))
    adjusted = inference.romano_wolf(observed, draws)
    raw = (1 + (np.abs(draws) >= np.abs(observed)).sum(axis=0)) / 100
    most = (1 + (np.abs(draws).max(axis=1)[:, None] >= np.abs(observed)).sum(axis=0)) / 100
    assert (raw <= adjusted).all() and (adjusted <= most + 1e-12).all()
    assert inference.romano_wolf(-observed, draws) == pytest.approx(adjusted)


@pytest.mark.parametrize("p", [[0.1, np.nan], [0.1, 1.2], [[0.1]]])
def test_what_is_no_p_value_is_an_error(p) -> None:
    for adjust in (inference.benjamini_hochberg, inference.holm):
        with pytest.raises(ValueError, match="p-values"):
            adjust(p)


def test_draws_of_another_shape_are_an_error() -> None:
    with pytest.raises(ValueError, match="column"):
        inference.romano_wolf([1.0, 2.0], np.zeros((9, 3)))
    with pytest.raises(ValueError, match="missing"):
        inference.romano_wolf([1.0, np.nan], np.zeros((9, 2)))


@pytest.mark.parametrize("method", ["benjamini-hochberg", "holm"])
def test_a_family_keeps_the_raw_and_its_selected_are_those_whose_interval_leaves_out_0(method: str) -> None:
    raw = inference.coefficients(sound(), **MODEL)
    found = inference.family(raw, method=method)
    assert found.estimates[: len(raw.estimates)] == raw.estimates
    for item in raw.estimates:
        new = found[f"coefficient, {method}", item.group]
        assert new.value == item.value and new.p_value >= item.p_value
        if new.lower is None:
            assert method == "benjamini-hochberg" and new.p_value > 0.05
        elif new.p_value <= 0.05 and method == "benjamini-hochberg":
            assert new.lower > 0 or new.upper < 0  # a false coverage rate interval of a selected one
        if new.lower is not None:
            assert new.upper - new.lower >= item.upper - item.lower


def test_a_family_leaves_out_what_has_no_p_value_and_no_standard_error() -> None:
    without = Estimate.not_computable("b", Reason.TOO_FEW, group="none")
    bootstrap = Estimate("b", "boot", 1.0, lower=0.2, upper=3.0, interval=Interval.WILD, p_value=0.01)
    found = inference.family(Result("r", (without, bootstrap)), method="holm")
    assert found["b", "none"] == without and len(found.estimates) == 3
    assert found["b, holm", "boot"].p_value == 0.01 and found["b, holm", "boot"].interval == ""
    assert inference.family(Result("r", (without,)), method="holm").estimates == (without,)
    with pytest.raises(ValueError, match="holm"):
        inference.family(Result("r"), method="bonferroni")


# --- imputation -------------------------------------------------------------------------------------------


def estimate(value: float, error: float) -> Estimate:
    return Estimate("b", value=value, standard_error=error, n=50)


def test_imputations_that_do_not_differ_pool_to_one_of_them() -> None:
    found = inference.rubin([estimate(1.5, 0.2)] * 5)
    assert (found.estimates[0].value, found.estimates[0].df) == (1.5, None)
    assert found.estimates[0].standard_error == pytest.approx(0.2)
    assert found.estimates[0].interval == Interval.NORMAL
    assert found["fraction of missing information"].value == 0


def test_rubin_needs_two_and_passes_a_reason_on() -> None:
    assert inference.rubin([estimate(1, 0.2)]).estimates[0].reason == Reason.FEW_IMPUTATIONS
    assert inference.rubin([]).estimates[0].reason == Reason.FEW_IMPUTATIONS
    broken = Estimate.not_computable("b", Reason.NOT_IDENTIFIED)
    assert inference.rubin([estimate(1, 0.2), broken]).estimates[0].reason == Reason.NOT_IDENTIFIED


def holed() -> pd.DataFrame:
    """Scores and flags missing at random given the baseline."""
    data = sound()[["outcome", "baseline", "passed", "kind", "level"]].assign(empty=np.nan)
    rng = np.random.default_rng(3)
    gone = rng.random(240) < 1 / (1 + np.exp(1 - data["baseline"]))
    data["outcome"] = data["outcome"].mask(gone)
    data["passed"] = data["passed"].astype("boolean").mask(rng.random(240) < 0.2)
    data["level"] = data["level"].astype("Int64").mask(rng.random(240) < 0.1)
    return data


def test_what_was_observed_stays_and_what_was_missing_is_filled_with_what_others_have() -> None:
    data = holed()
    columns = ["outcome", "baseline", "passed", "kind", "level", "empty"]
    drawn, again = (inference.impute(data, columns, imputations=2, seed=1) for _ in range(2))
    for frame, same in zip(drawn, again, strict=True):
        pd.testing.assert_frame_equal(frame, same)
        assert (frame.dtypes == data.dtypes).all()
        for name in columns[:5]:
            known = data[name].notna()
            assert (frame.loc[known, name] == data.loc[known, name]).all()
            assert frame[name].notna().all() and set(frame[name]) <= set(data[name].dropna())
        assert frame["empty"].isna().all()
    assert not drawn[0]["outcome"].equals(drawn[1]["outcome"])


def test_imputation_mends_the_mean_that_complete_cases_have_wrong() -> None:
    data, truth = holed(), sound()["outcome"].mean()
    drawn = inference.impute(data, ["outcome", "baseline"], imputations=5, seed=1)
    means = [estimate(f["outcome"].mean(), f["outcome"].std() / np.sqrt(240)) for f in drawn]
    pooled = inference.rubin(means).estimates[0]
    assert data["outcome"].mean() < truth - 0.1
    assert abs(pooled.value - truth) < 0.08
    assert pooled.lower < truth < pooled.upper


def test_nothing_missing_nothing_changed_and_missing_labels_are_an_error() -> None:
    data = sound()
    pd.testing.assert_frame_equal(
        inference.impute(data, ["outcome", "baseline"], imputations=1, seed=1)[0], data
    )
    data.loc[:5, "kind"] = None
    with pytest.raises(ValueError, match="kind"):
        inference.impute(data, ["outcome", "kind"], seed=1)
    with pytest.raises(ValueError, match="two columns"):
        inference.impute(data, ["outcome"], seed=1)


def test_the_kind_of_covariance_names_the_interval() -> None:
    for kind in Covariance:
        model = MODEL if kind.clustered else {key: MODEL[key] for key in ("outcome", "regressors")}
        item = inference.coefficients(sound(), **model, kind=kind)["coefficient", "baseline"]
        assert str(kind) in item.interval or kind == Covariance.CLASSICAL
        assert ("Satterthwaite" in item.interval) == kind.clustered


def test_a_dummy_says_how_small_the_smaller_of_its_two_groups_is() -> None:
    data = sound()
    found = inference.coefficients(data, outcome="outcome", regressors=["kind", "treated", "baseline"])
    sizes = data["kind"].value_counts()
    assert found["coefficient", "kind[b]"].smallest == min(sizes["a"], sizes["b"])
    assert found["coefficient", "treated"].smallest == data["treated"].value_counts().min()
    assert found["coefficient", "baseline"].smallest is None


def test_one_outcome_for_all_has_no_spread_however_large() -> None:
    data = sound().assign(outcome=1e9)
    model = {**MODEL, "regressors": ["baseline", "kind"]}
    for found in (
        *inference.coefficients(data, **model).estimates,
        inference.joint_test(data, terms=["kind"], **model),
        inference.wild_cluster_bootstrap(data, term="kind[b]", seed=1, **model),
        inference.randomisation_test(data, outcome="outcome", treated="treated", seed=1),
    ):
        assert found.reason == Reason.NO_SPREAD


def test_labels_as_outcome_and_weights_of_nothing_are_errors() -> None:
    with pytest.raises(ValueError, match="'kind' must hold numbers"):
        inference.coefficients(sound(), outcome="kind", regressors=["baseline"])
    with pytest.raises(ValueError, match="negative weights"):
        inference.coefficients(sound().assign(weight=-1.0), outcome="outcome", regressors=[], weight="weight")
    with pytest.raises(ValueError, match="shool"):
        inference.cluster_bootstrap(sound(), len, cluster="shool", seed=1)


def test_a_joint_test_names_what_it_tests() -> None:
    model = {**MODEL, "regressors": ["baseline", "kind"]}
    assert inference.joint_test(sound(), terms=["kind"], **model).group == "kind[b], kind[c]"


def test_the_method_says_whether_all_assignments_were_taken_and_which_weights() -> None:
    call = {"outcome": "outcome", "treated": "assigned", "cluster": "school", "seed": 1}
    assert "all assignments" in inference.randomisation_test(sound(), **call).method
    assert "drawn assignments" in inference.randomisation_test(sound(), draws=99, **call).method
    wild = inference.wild_cluster_bootstrap(sound(), term="baseline", weights="webb", seed=1, **MODEL)
    assert "Webb" in wild.method


def test_a_covariance_goes_by_its_name() -> None:
    data = sound()
    model = {"outcome": "outcome", "regressors": ["baseline"]}
    plain = inference.coefficients(data, **model, kind="HC1")
    assert plain.estimates == inference.coefficients(data, **model, kind=Covariance.HC1).estimates
    with pytest.raises(ValueError, match="there is no covariance 'HC9'; there are"):
        inference.coefficients(data, **model, kind="HC9")
    with pytest.raises(ValueError, match="CR1 needs clusters"):
        inference.coefficients(data, **model, kind="CR1")


def test_many_clusters_take_no_matrix_of_clusters_by_clusters() -> None:
    """It would be 300 MB for each pair of terms here, and 80 GB for 100,000 pupils."""
    rng = np.random.default_rng(3)
    data = pd.DataFrame(rng.normal(size=(6_000, 3)), columns=["y", "a", "b"]).assign(of=range(6_000))
    facts = {"outcome": "y", "regressors": ["a", "b"], "cluster": "of"}
    many, plain = (
        inference.coefficients(data, **facts),
        inference.coefficients(data, **facts | {"cluster": None}),
    )
    for one, other in zip(many.estimates, plain.estimates, strict=True):  # CR2 of single persons is HC2
        assert one.standard_error == pytest.approx(other.standard_error, rel=1e-3)
    assert inference.joint_test(data, terms=["a", "b"], **facts).df > 1_500


def test_a_weight_of_0_takes_no_part_as_in_every_other_function() -> None:
    data = sound().assign(weight=lambda all: (all["school"] != "S00").astype(int))
    model = {"outcome": "outcome", "regressors": ["baseline"], "cluster": "school"}
    weighted = inference.coefficients(data, **model, weight="weight")["coefficient", "baseline"]
    plain = inference.coefficients(data[data["weight"] > 0], **model)["coefficient", "baseline"]
    assert (weighted.n, weighted.df) == (plain.n, pytest.approx(plain.df))
    assert weighted.standard_error == pytest.approx(plain.standard_error)


def test_a_regressor_called_intercept_does_not_replace_the_constant() -> None:
    with pytest.raises(ValueError, match="rename it"):
        inference.coefficients(
            sound().rename(columns={"baseline": "intercept"}), outcome="outcome", regressors=["intercept"]
        )


def test_true_and_false_with_some_missing_are_no_labels() -> None:
    data = sound().assign(passed=lambda all: all["passed"].astype(object).where(all.index > 3, None))
    found = inference.coefficients(data, outcome="passed", regressors=["baseline"])
    assert (found.dropped, found.estimates[0].n) == ((4, 240), 236)


@pytest.mark.parametrize("size", [1e-6, 1e6])
def test_the_units_of_outcome_and_regressors_do_not_matter(size: float) -> None:
    """A regressor of 1e6 and an outcome of 1e-6 have an error of 1e-13, which is no rounding."""
    data = sound().assign(score=lambda all: all["score"] ** 2)
    other = data.assign(outcome=data["outcome"] * size, baseline=data["baseline"] / size)
    model = {"outcome": "outcome", "regressors": ["baseline", "score"], "cluster": "school"}
    one, two = (inference.coefficients(frame, **model)["coefficient", "baseline"] for frame in (data, other))
    assert (two.value, two.standard_error) == pytest.approx(
        (one.value * size**2, one.standard_error * size**2)
    )
    assert (two.df, two.p_value) == pytest.approx((one.df, one.p_value))
    tests = [inference.joint_test(frame, terms=["baseline", "score"], **model) for frame in (data, other)]
    assert (tests[1].value, tests[1].df) == pytest.approx((tests[0].value, tests[0].df))
    wild = [
        inference.wild_cluster_bootstrap(frame, term="baseline", draws=99, seed=1, **model)
        for frame in (data, other)
    ]
    assert wild[1].p_value == wild[0].p_value


def test_a_perfect_fit_has_no_error_whatever_its_units() -> None:
    data = sound().assign(outcome=lambda all: 1e-6 * all["baseline"])
    found = inference.coefficients(data, outcome="outcome", regressors=["baseline", "score"])
    assert {item.reason for item in found.estimates} == {Reason.NO_SPREAD}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda of: inference.coefficients(of, outcome="outcome", regressors="baseline"),
            "a list of columns",
        ),
        (lambda of: inference.coefficients(of, outcome="outcome", regressors=["outcome"]), "more than once"),
        (lambda of: inference.joint_test(of, terms="baseline", **MODEL), "a list of columns"),
        (lambda of: inference.cluster_bootstrap(of, len, cluster="school", draws=0, seed=1), "at least 2"),
        (
            lambda of: inference.wild_cluster_bootstrap(of, term="baseline", draws=0, seed=1, **MODEL),
            "at least 2",
        ),
        (
            lambda of: inference.randomisation_test(
                of, outcome="outcome", treated="treated", draws=0, seed=1
            ),
            "at least 2",
        ),
    ],
)
def test_slips_are_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(sound())


def test_limits_of_a_difference_narrow_around_it_and_stay_within_one() -> None:
    widths = [np.ptp(inference.difference_limits((0.3, 0.5), (n, n))) for n in (20, 200, 2000)]
    assert widths == sorted(widths, reverse=True)
    assert sum(inference.difference_limits((0.3, 0.5), (20, 20))) == pytest.approx(2 * 0.2)
    assert inference.difference_limits((0.01, 0.99), (1, 1))[1] == 1.0


@pytest.mark.parametrize(("targets", "n"), [((0.0, 0.5), (9, 9)), ((0.5, 1.0), (9, 9)), ((0.5, 0.5), (0, 9))])
def test_limits_of_a_difference_refuse_what_is_no_share_of_anybody(targets, n) -> None:
    with pytest.raises(ValueError, match="difference limits need"):
        inference.difference_limits(targets, n)
