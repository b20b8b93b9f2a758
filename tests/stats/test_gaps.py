"""Identities, recovery of a known truth and conventions at the edges of the gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kansen_lib.stats import gaps
from kansen_lib.stats.gaps import standardised
from kansen_lib.stats.gaps.standardised import correction, noncentrality
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Interval, Reason

values = st.lists(st.integers(-50, 50), min_size=3, max_size=12).filter(lambda item: len(set(item)) > 1)
quick = settings(max_examples=30, deadline=None)
GROUPS = {"outcome": "y", "group": "g", "low": "a", "high": "b"}


def two(first: list[float], second: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"y": [*first, *second], "g": ["a"] * len(first) + ["b"] * len(second)}).astype(
        {"y": float}
    )


def clustered(seed: int, *, clusters: int = 40, gap: float = 0.5, whole: bool = True) -> pd.DataFrame:
    """Persons in clusters of 3 to 20 with intraclass correlation 0.3 and total standard deviation 1."""
    rng = np.random.default_rng(seed)
    c = np.repeat(np.arange(clusters), rng.integers(3, 21, clusters))
    high = c % 2 == 0 if whole else rng.random(len(c)) < 0.4
    y = gap * high + np.sqrt(0.3) * rng.normal(size=clusters)[c] + np.sqrt(0.7) * rng.normal(size=len(c))
    return pd.DataFrame({"y": y, "g": np.where(high, "b", "a"), "c": c, "w": rng.uniform(0.5, 2, len(c))})


# --- identities ----------------------------------------------------------------------------------------


@quick
@given(values, values)
def test_swapping_the_groups_turns_the_sign(first, second) -> None:
    there = gaps.hedges_g(pd.Series(first), pd.Series(second))
    back = gaps.hedges_g(pd.Series(second), pd.Series(first))
    assert (back.value, back.lower, back.upper) == pytest.approx((-there.value, -there.upper, -there.lower))
    gap = gaps.mean_difference(two(first, second), **GROUPS)
    turned = gaps.mean_difference(two(first, second), **{**GROUPS, "low": "b", "high": "a"})
    assert (turned.value, turned.lower) == pytest.approx((-gap.value, -gap.upper))


@quick
@given(values, values, st.floats(0.1, 10), st.floats(-100, 100))
def test_hedges_g_has_no_unit(first, second, scale: float, shift: float) -> None:
    plain = gaps.hedges_g(pd.Series(first), pd.Series(second))
    other = gaps.hedges_g(pd.Series(first) * scale + shift, pd.Series(second) * scale + shift)
    assert (other.value, other.lower, other.p_value) == pytest.approx(
        (plain.value, plain.lower, plain.p_value)
    )


@quick
@given(values, values)
def test_the_intervals_hold_the_estimate_and_agree_with_the_p_value(first, second) -> None:
    found = gaps.hedges_g(pd.Series(first), pd.Series(second))
    assert found.lower < found.value < found.upper
    assert (found.p_value < 0.05) == (not found.lower <= 0 <= found.upper)
    shares = gaps.overlap(pd.Series(first), pd.Series(second))
    for item in shares.estimates:
        assert item.value is None or 0 <= item.lower <= item.value <= item.upper <= 1


@quick
@given(values, values)
def test_superiority_and_its_reverse_sum_to_one(first, second) -> None:
    there = gaps.overlap(pd.Series(first), pd.Series(second))["superiority"]
    back = gaps.overlap(pd.Series(second), pd.Series(first))["superiority"]
    pairs = [(b > a) + (b == a) / 2 for a in first for b in second]
    if there.value is None:
        assert np.mean(pairs) in (0, 1) and back.reason == Reason.NO_SPREAD
    else:
        assert there.value == pytest.approx(np.mean(pairs))
        assert there.value + back.value == pytest.approx(1)


@quick
@given(st.tuples(st.integers(1, 19), st.integers(1, 19)))
def test_ratios_swap_to_their_inverse(counts: tuple[int, int]) -> None:
    for ratio in (gaps.risk_ratio, gaps.odds_ratio):
        there, back = ratio(counts, (20, 20)), ratio(counts[::-1], (20, 20))
        assert there.lower < there.value < there.upper
        assert (back.value, back.lower) == pytest.approx((1 / there.value, 1 / there.upper))
        assert back.p_value == pytest.approx(there.p_value)


ranked = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), min_size=4, max_size=20).filter(
    lambda rows: len({rank for rank, _ in rows}) > 1
)


@quick
@given(ranked)
def test_a_turned_ranking_turns_the_index(rows) -> None:
    data = pd.DataFrame(rows, columns=["r", "y"]).assign(back=lambda of: -of["r"])
    there, back = (gaps.concentration_index(data, outcome="y", rank=rank) for rank in ("r", "back"))
    if there.value is None:
        assert back.reason == there.reason
    else:
        assert back.value == pytest.approx(-there.value, abs=1e-12)
        assert back.standard_error == pytest.approx(there.standard_error)


@quick
@given(ranked)
def test_the_gini_is_the_index_of_an_outcome_ranked_by_itself(rows) -> None:
    y = np.array([row[1] for row in rows], float)
    found = gaps.concentration_index(pd.DataFrame({"y": y}), outcome="y", rank="y")
    gini = np.abs(y[:, None] - y).mean() / (2 * y.mean())
    if found.value is None:  # all alike; or a share at which the index is largest: its error is exactly 0
        assert found.reason == (Reason.NO_SPREAD if gini > 0 else Reason.LITTLE_SPREAD)
    else:
        assert found.value == pytest.approx(gini, abs=1e-12)


@quick
@given(ranked)
def test_weights_count_persons(rows) -> None:
    data = pd.DataFrame(rows, columns=["r", "w"]).assign(y=lambda of: of["r"] ** 2 + 1)
    many = data.loc[data.index.repeat(data["w"])]
    names = {"outcome": "y", "rank": "r"}
    weighted, expanded = (
        gaps.concentration_index(data, **names, weight="w"), gaps.concentration_index(many, **names),
    )  # fmt: skip
    assert weighted.value == pytest.approx(expanded.value, abs=1e-12)
    curves = gaps.concentration_curve(data, **names, weight="w"), gaps.concentration_curve(many, **names)
    assert [item.value for item in curves[0].estimates] == pytest.approx(
        [item.value for item in curves[1].estimates]
    )


def test_the_kinds_of_index_are_one_index() -> None:
    data = clustered(1).assign(pass_=lambda of: of["y"] > 0)
    found = {
        kind: gaps.concentration_index(data, outcome="pass_", rank="w", kind=kind).value
        for kind in ("standard", "generalised", "wagstaff", "erreygers")
    }
    mean = data["pass_"].mean()
    assert found["generalised"] == pytest.approx(mean * found["standard"])
    assert found["wagstaff"] == pytest.approx(found["standard"] / (1 - mean))
    assert found["erreygers"] == pytest.approx(4 * found["generalised"])


def test_erreygers_does_not_change_when_passing_becomes_failing() -> None:
    data = clustered(1).assign(pass_=lambda of: of["y"] > 0, fail=lambda of: of["y"] <= 0)
    for kind in ("wagstaff", "erreygers"):
        there, back = (
            gaps.concentration_index(data, outcome=of, rank="w", kind=kind) for of in ("pass_", "fail")
        )
        assert (back.value, back.standard_error) == pytest.approx((-there.value, there.standard_error))


def test_each_person_a_cluster_is_hc2_of_the_difference() -> None:
    data = clustered(2).head(60).assign(person=range(60))
    single = gaps.mean_difference(data, **GROUPS, cluster="person")
    welch = gaps.mean_difference(data, **GROUPS)
    assert (single.value, single.standard_error) == pytest.approx((welch.value, welch.standard_error))


def test_swept_out_clusters_are_cluster_dummies() -> None:
    data = clustered(3, clusters=8, whole=False)
    swept = gaps.hedges_g_clustered(data, **GROUPS, cluster="c", variance="within", correct=False)
    data["label"] = data["c"].astype(str)
    dummies = gaps.mean_difference(data, **GROUPS, cluster="c", covariates=("label",))
    assert swept.df == pytest.approx(dummies.df, rel=1e-6)
    assert swept.p_value == pytest.approx(dummies.p_value, abs=0.02)


# --- recovery ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("whole", "variance"), [(w, v) for w in (True, False) for v in ("total", "within")])
def test_clustered_g_covers_the_truth(whole: bool, variance: str) -> None:
    truth = 0.5 if variance == "total" else 0.5 / np.sqrt(0.7)
    found = [
        gaps.hedges_g_clustered(clustered(s, whole=whole), **GROUPS, cluster="c", variance=variance)
        for s in range(100)
    ]
    assert np.mean([item.value for item in found]) == pytest.approx(truth, abs=0.06)
    assert np.mean([item.lower <= truth <= item.upper for item in found]) > 0.9


def test_the_error_of_an_index_is_its_spread_over_samples() -> None:
    found = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        rank, noise = rng.normal(size=(2, 200))
        data = pd.DataFrame({"r": rank, "y": 3 + rank + noise})
        found.append(gaps.concentration_index(data, outcome="y", rank="r"))
    spread = np.std([item.value for item in found], ddof=1)
    assert np.mean([item.standard_error for item in found]) == pytest.approx(spread, rel=0.12)


def test_means_of_clusters_are_less_sure_than_means_of_persons() -> None:
    data = clustered(4)
    person = gaps.mean(data["y"])
    cluster = gaps.mean(data["y"], cluster=data["c"])
    assert cluster.value == pytest.approx(person.value)
    assert cluster.upper - cluster.lower > 1.5 * (person.upper - person.lower)
    assert gaps.means(data["y"], data["g"], cluster=data["c"], weight=data["w"])["mean", "a"].df < 20


def test_quantile_gaps_are_seeded_and_find_a_shift() -> None:
    data = clustered(5, gap=2.0)
    first, again, other = (
        gaps.quantile_gaps(data, **GROUPS, cluster="c", draws=99, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again and first != other
    assert all(item.lower < 2 < item.upper for item in first.estimates)
    assert [item.group for item in first.estimates] == ["0.1", "0.25", "0.5", "0.75", "0.9"]


# --- edges ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("df", [1, 2, 10, 1e3, 1e6])
@pytest.mark.parametrize("t", [0.0, 1e-8, 2.5, 40, 199, 201, 1e4, 1e8])
def test_noncentrality_is_found_far_out(t: float, df: float) -> None:
    lower, upper = noncentrality(t, df)
    assert lower <= t <= upper
    assert noncentrality(-t, df) == pytest.approx((-upper, -lower), abs=1e-9)
    if t >= 1e4:  # what is left of the normal numerator is a few units
        ends = t * np.sqrt(stats.chi2.ppf([0.025, 0.975], df) / df)
        assert (lower, upper) == pytest.approx(tuple(ends), abs=1 + t * 2e-5, rel=1e-5)


@pytest.mark.parametrize("df", [3, 10, 1e3, 1e5])
def test_both_ways_to_the_noncentrality_meet(df: float, monkeypatch) -> None:
    scipys = noncentrality(150.0, df)
    monkeypatch.setattr(standardised, "FAR", 100.0)
    assert noncentrality(150.0, df) == pytest.approx(scipys, rel=1e-11)


def test_the_correction_is_exact() -> None:
    """The gamma functions are known at 2 and 4; at 10 the usual approximation is off by 3.5e-4 at most."""
    assert correction(2) == pytest.approx(1 / np.sqrt(np.pi), rel=1e-12)
    assert correction(4) == pytest.approx(np.sqrt(2 / np.pi), rel=1e-12)
    assert 1e-5 < abs(correction(10) - (1 - 3 / 39)) < 3.5e-4


@pytest.mark.parametrize(
    ("counts", "n", "reason"),
    [
        ((0, 3), (10, 10), Reason.ZERO_CELL),
        ((3, 0), (10, 10), Reason.ZERO_CELL),
        ((0, 3), (0, 10), Reason.EMPTY_GROUP),
    ],
)
def test_ratios_without_persons_have_a_reason(counts, n, reason: Reason) -> None:
    for ratio in (gaps.risk_ratio, gaps.odds_ratio):
        assert ratio(counts, n).reason == reason


def test_everybody_with_the_property_has_a_risk_ratio_but_no_odds_ratio() -> None:
    assert gaps.risk_ratio((8, 10), (10, 10)).value == pytest.approx(1.25)
    assert gaps.odds_ratio((8, 10), (10, 10)).reason == Reason.ZERO_CELL


def test_one_cluster_a_group_is_too_few() -> None:
    data = clustered(6, clusters=2)
    assert gaps.hedges_g_clustered(data, **GROUPS, cluster="c").reason == Reason.FEW_CLUSTERS


def test_clusters_are_told_apart_by_the_data() -> None:
    whole, crossed = (
        gaps.hedges_g_clustered(clustered(7, whole=whole), **GROUPS, cluster="c") for whole in (True, False)
    )
    assert (whole.interval, crossed.interval) == (Interval.NORMAL, Interval.T_CR2_DELTA)


def test_an_outcome_without_a_positive_mean_has_no_relative_index() -> None:
    data = pd.DataFrame({"y": [-1.0, 1.0, 0.0], "r": [1, 2, 3]})
    assert gaps.concentration_index(data, outcome="y", rank="r").reason == Reason.NO_TOTAL
    assert gaps.concentration_index(data, outcome="y", rank="r", kind="generalised").value is not None
    assert gaps.concentration_curve(data, outcome="y", rank="r").estimates[0].reason == Reason.NO_TOTAL


def test_rows_without_weight_take_no_part() -> None:
    data = clustered(8)
    data.loc[data.index[:30], "w"] = 0.0
    kept = gaps.mean_difference(data.iloc[30:], **GROUPS, cluster="c", weight="w")
    assert gaps.mean_difference(data, **GROUPS, cluster="c", weight="w") == kept
    assert gaps.mean(data["y"], weight=data["w"]).n == len(data) - 30


def test_missing_values_are_counted() -> None:
    data = clustered(9)
    data.loc[data.index[:5], "y"] = np.nan
    found = gaps.quantile_gaps(data, **GROUPS, cluster="c", draws=39, seed=1)
    assert found.dropped == (5, len(data)) and found.estimates[0].n == len(data) - 5
    assert gaps.overlap(data["y"], data["w"]).dropped == (5, 2 * len(data))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda of: gaps.mean_difference(of, **{**GROUPS, "high": "a"}), "two groups"),
        (lambda of: gaps.mean_difference(of, **{**GROUPS, "outcome": "x"}), "lack columns"),
        (lambda of: gaps.mean_difference(of.assign(w=-1.0), **GROUPS, weight="w"), "negative"),
        (lambda of: gaps.hedges_g_clustered(of, **GROUPS, cluster="c", variance="sum"), "variance"),
        (lambda of: gaps.concentration_index(of, outcome="y", rank="w", kind="gini"), "kind"),
        (lambda of: gaps.concentration_index(of, outcome="y", rank="w", kind="wagstaff"), "bounds"),
        (lambda of: gaps.concentration_curve(of, outcome="w", rank="y", points=(0, 0.5)), "points"),
        (lambda of: gaps.quantile_gaps(of, **GROUPS, quantiles=(1.0,), seed=1), "quantiles"),
        (lambda of: gaps.risk_ratio((5, 3), (4, 10)), "count <= n"),
    ],
)
def test_a_wrong_call_is_an_error(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call(clustered(10))


@quick
@given(values, values)
def test_every_number_says_what_it_is(first, second) -> None:
    data = two(first, second)
    found: list[Estimate] = [
        gaps.mean(data["y"]),
        gaps.mean_difference(data, **GROUPS),
        gaps.hedges_g(pd.Series(first), pd.Series(second)),
    ]
    for item in found:
        assert item.unit and item.method and item.interval and item.n
        assert item.lower < item.value < item.upper


# --- what users bring ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [["ja", "nee", "ja"], [1, 2, 1]])
def test_a_share_is_of_true_and_false_only(values: list[object]) -> None:
    """The text "nee" would count as True."""
    with pytest.raises(ValueError, match="must hold True and False"):
        gaps.shares(pd.Series(values, name="diploma"), pd.Series(["a", "a", "b"]))


def test_infinite_values_are_missing_everywhere() -> None:
    broken, whole = pd.Series([1.0, 2.0, 4.0, np.inf]), pd.Series([1.0, 2.0, 4.0])
    assert gaps.mean(broken) == gaps.mean(whole)
    assert gaps.hedges_g(broken, whole * 2) == gaps.hedges_g(whole, whole * 2)
    assert gaps.hedges_g(broken.to_numpy(), [2, 4, 8]) == gaps.hedges_g(whole, whole * 2)
    assert gaps.overlap(broken, whole * 2).dropped == (1, 7)


@pytest.mark.parametrize(
    "call",
    [
        lambda data: gaps.mean(data["kind"]),
        lambda data: gaps.mean_difference(data, outcome="kind", group="g", low="a", high="b"),
        lambda data: gaps.hedges_g_clustered(data, outcome="kind", group="g", low="a", high="b", cluster="c"),
        lambda data: gaps.quantile_gaps(data, outcome="kind", group="g", low="a", high="b", seed=1),
        lambda data: gaps.concentration_index(data, outcome="kind", rank="y"),
    ],
)
def test_labels_for_an_outcome_are_named(call) -> None:
    data = two([1, 2, 3], [2, 3, 5]).assign(kind=list("pqrpqr"), c=[1, 2, 3, 1, 2, 3])
    with pytest.raises(ValueError, match="must hold numbers"):
        call(data)


def test_persons_are_not_ranked_by_the_alphabet() -> None:
    data = pd.DataFrame({"y": [1.0, 2, 3, 5], "level": ["laag", "midden", "hoog", "hoog"]})
    with pytest.raises(ValueError, match="without an order"):
        gaps.concentration_index(data, outcome="y", rank="level")
    ordered = pd.Categorical(data["level"], ["laag", "midden", "hoog"], ordered=True)
    by_number = gaps.concentration_index(data.assign(level=[0, 1, 2, 2]), outcome="y", rank="level")
    assert gaps.concentration_index(data.assign(level=ordered), outcome="y", rank="level") == by_number


def test_a_label_that_the_column_cannot_hold_is_an_error_and_an_empty_category_a_reason() -> None:
    data = two([1, 2, 3], [2, 3, 5]).assign(g=lambda all: pd.Categorical(all["g"], ["a", "b", "c"]))
    with pytest.raises(ValueError, match="'laagg'.* it has .'a', 'b'"):
        gaps.mean_difference(data, outcome="y", group="g", low="laagg", high="b")
    found = gaps.mean_difference(data, outcome="y", group="g", low="a", high="c")
    assert found.reason == Reason.EMPTY_GROUP


@pytest.mark.parametrize(("count", "n"), [((189, 104), (11034, 11037)), ((3, 9), (12, 12)), ((0, 5), (8, 9))])
def test_the_p_value_of_a_difference_of_shares_is_that_of_pearson(count, n) -> None:
    table = [count, np.subtract(n, count)]
    pearson = stats.chi2_contingency(table, correction=False).pvalue
    assert gaps.share_difference(count, n).p_value == pytest.approx(pearson, rel=1e-9)
    assert gaps.share_difference((0, 0), n).p_value is None


def test_a_difference_is_of_two_shares() -> None:
    with pytest.raises(ValueError, match="two groups need"):
        gaps.share_difference([2, 9, 4], [20, 30, 10])


def test_outcome_and_group_are_matched_by_the_index_and_may_be_arrays() -> None:
    data = two([1, 0, 0, 1], [1, 1, 0, 1]).assign(c=[1, 2] * 4)
    mixed = data["g"].sample(frac=1, random_state=1)
    for call in (gaps.shares, gaps.means):
        assert call(data["y"], mixed).estimates == call(data["y"], data["g"]).estimates
        assert (
            call(data["y"].to_numpy(), data["g"].to_numpy()).estimates == call(data["y"], data["g"]).estimates
        )
        double = [column.set_axis([0] * 8) for column in (data["y"], data["g"])]
        assert call(*double).estimates == call(data["y"], data["g"]).estimates
    assert gaps.means(data["y"], mixed, cluster=data["c"]) == gaps.means(
        data["y"], data["g"], cluster=data["c"]
    )


def test_an_intraclass_correlation_is_below_1() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        gaps.hedges_g_clustered(two([1, 2], [3, 4]).assign(c=[1, 1, 2, 2]), **GROUPS, cluster="c", icc=1.0)


def test_a_percentile_has_persons_beyond_its_interval_or_a_reason() -> None:
    values = pd.Series([*range(100), None], dtype=float)
    low, middle = gaps.percentiles(values, parts=(0.02, 0.5)).estimates
    assert (low.value, low.reason) == (None, Reason.TOO_FEW)  # 2 of 100: nobody surely lies below
    assert middle.value == 49.5
    assert middle.smallest == sum(values <= middle.lower) == sum(values >= middle.upper)
    assert gaps.percentiles(values).dropped == (1, 101)
    assert {i.reason for i in gaps.percentiles(values[:0]).estimates} == {Reason.NO_PERSONS}
    with pytest.raises(ValueError, match="between 0 and 1"):
        gaps.percentiles(values, parts=(0.5, 1.0))


def test_a_difference_of_known_counts_is_that_of_the_shares() -> None:
    exact = gaps.bounded_difference(((30, 30), (70, 70)), ((60, 60), (40, 40)))
    assert exact == gaps.share_difference((30, 60), (100, 100))


def test_unknown_counts_widen_a_difference_around_every_way_to_fill_them_in() -> None:
    found = gaps.bounded_difference(((27, 30), (70, 73)), ((57, 60), (40, 43)))
    for low, high in ((27, 57), (27, 60), (30, 57), (30, 60)):
        filled = gaps.share_difference((low, high), (100, 100))
        assert found.lower <= filled.lower and filled.upper <= found.upper
    assert found.value == pytest.approx(0.30) and found.n == 194 and found.smallest == 27


def test_nobody_or_nothing_known_gives_no_difference() -> None:
    for part in (((0, 0), (0, 0)), ((1, 4), (0, 3)), ((0, 4), (0, 0))):
        assert gaps.bounded_difference(part, ((5, 8), (5, 8))).reason == "counts are masked"
