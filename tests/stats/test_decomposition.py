"""Identities of the decompositions, recovery of a known truth, and what they refuse."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest
from broken import sound
from hypothesis import given, settings
from hypothesis import strategies as st

from kansen_lib.stats import decomposition
from kansen_lib.stats.result import Result
from kansen_lib.stats.terms import Interval, Reason

SIDES = {"group": "group", "low": "laag", "high": "hoog"}
kitagawa = partial(decomposition.kitagawa, outcome="outcome", by="kind", **SIDES)
oaxaca = partial(decomposition.oaxaca_blinder, outcome="outcome", **SIDES)
REFERENCES = ("low", "high", "pooled", "neumark", "cotton", "reimers")

seeds = st.integers(0, 10_000)
few = settings(max_examples=15, deadline=None)


def draw(seed: int, n: int = 90) -> pd.DataFrame:
    """Persons with a group, a kind, two regressors, an outcome and a frequency weight."""
    rng = np.random.default_rng(seed)
    group, kind = rng.choice(["laag", "hoog"], n), rng.choice(list("abc"), n)
    x, z = rng.normal(size=n) + (group == "hoog"), rng.normal(size=n)
    outcome = x + 0.5 * z * (group == "hoog") + (kind == "b") + rng.normal(size=n)
    frame = {"group": group, "kind": kind, "x": x, "z": z, "outcome": outcome}
    return pd.DataFrame({**frame, "weight": rng.integers(1, 4, n), "school": rng.integers(0, 9, n)})


def value(found: Result, name: str, group: str = "") -> float:
    item = found[name, group]
    assert item.value is not None, item.reason
    return item.value


def total(found: Result, name: str, groups: list[str]) -> float:
    return sum(value(found, name, group) for group in groups)


# --- kitagawa ----------------------------------------------------------------------------------------


@few
@given(seeds)
def test_the_parts_of_kitagawa_add_up(seed: int) -> None:
    data = draw(seed)
    found = kitagawa(data)
    gap = data.groupby("group")["outcome"].mean()
    assert value(found, "gap") == pytest.approx(gap["hoog"] - gap["laag"], abs=1e-12)
    assert value(found, "composition") + value(found, "rates") == pytest.approx(
        value(found, "gap"), abs=1e-12
    )
    threefold = [f"{part}, threefold" for part in ("composition", "rates", "interaction")]
    assert sum(value(found, name) for name in threefold) == pytest.approx(value(found, "gap"), abs=1e-12)
    assert total(found, "rates", list("abc")) == pytest.approx(value(found, "rates"), abs=1e-12)


@few
@given(seeds)
def test_kitagawa_turns_its_sign_with_the_groups(seed: int) -> None:
    data = draw(seed)
    one = kitagawa(data)
    other = decomposition.kitagawa(data, outcome="outcome", by="kind", group="group", low="hoog", high="laag")
    for name in ("gap", "composition", "rates"):
        assert value(one, name) == pytest.approx(-value(other, name), abs=1e-12)
        assert one[name].standard_error == pytest.approx(other[name].standard_error, rel=1e-9)


@few
@given(seeds)
def test_weights_count_as_so_many_persons(seed: int) -> None:
    data = draw(seed)
    expanded = data.loc[data.index.repeat(data["weight"])]
    for split, name in ((kitagawa, "rates"), (partial(oaxaca, regressors=["x", "kind"]), "explained")):
        weighted, whole = split(data, weight="weight"), split(expanded)
        assert value(weighted, name) == pytest.approx(value(whole, name), abs=1e-9)


def test_a_category_of_one_group_only_is_refused() -> None:
    data = draw(1)
    data.loc[data["group"] == "laag", "kind"] = "a"
    assert {item.reason for item in kitagawa(data).estimates} == {Reason.ONE_SIDED_CATEGORY}


def test_a_table_of_cells_gives_the_values_of_the_persons_in_them_and_no_interval() -> None:
    data = draw(1)
    cells = data.groupby(["group", "kind"], as_index=False).agg(
        outcome=("outcome", "mean"), size=("outcome", "size")
    )
    for ours, theirs in zip(kitagawa(cells, weight="size").estimates, kitagawa(data).estimates, strict=True):
        assert ours.value == pytest.approx(theirs.value, abs=1e-12)
        assert ours.lower is None and ours.standard_error is None and theirs.lower is not None


# --- Oaxaca-Blinder ----------------------------------------------------------------------------------


@few
@given(seeds, st.sampled_from(REFERENCES))
def test_the_parts_of_oaxaca_add_up(seed: int, reference: str) -> None:
    found = oaxaca(draw(seed), regressors=["x", "z", "kind"], reference=reference)
    explained, rest = value(found, "explained"), value(found, "unexplained")
    assert explained + rest == pytest.approx(value(found, "gap"), abs=1e-10)
    assert total(found, "explained", ["x", "z", "kind"]) == pytest.approx(explained, abs=1e-10)
    assert total(found, "unexplained", ["intercept", "x", "z", "kind"]) == pytest.approx(rest, abs=1e-10)
    labels = [f"kind[{label}]" for label in "abc"]
    assert total(found, "explained", labels) == pytest.approx(value(found, "explained", "kind"), abs=1e-10)


@few
@given(seeds, st.sampled_from(["low", "high"]))
def test_the_threefold_parts_add_up(seed: int, reference: str) -> None:
    found = oaxaca(draw(seed), regressors=["x", "kind"], kind="threefold", reference=reference)
    parts = [value(found, name) for name in ("endowments", "coefficients", "interaction")]
    assert sum(parts) == pytest.approx(value(found, "gap"), abs=1e-10)


@few
@given(seeds, st.sampled_from(REFERENCES))
def test_no_base_category_matters(seed: int, reference: str) -> None:
    """Another order of the labels makes another label the base category of the design."""
    data = draw(seed)
    turned = data.assign(kind=data["kind"].map({"a": "z", "b": "b", "c": "c"}))
    one, other = (oaxaca(item, regressors=["x", "kind"], reference=reference) for item in (data, turned))
    for part in ("explained", "unexplained"):
        for mine, theirs in (("kind", "kind"), ("x", "x"), ("kind[a]", "kind[z]"), ("kind[b]", "kind[b]")):
            here, there = one[part, mine], other[part, theirs]
            assert here.value == pytest.approx(there.value, abs=1e-10)
            assert here.standard_error == pytest.approx(there.standard_error, rel=1e-7)
    assert value(one, "unexplained", "intercept") == pytest.approx(
        value(other, "unexplained", "intercept"), abs=1e-10
    )


@few
@given(seeds)
def test_oaxaca_with_categories_only_is_kitagawa(seed: int) -> None:
    data = draw(seed)
    by_regression = oaxaca(data, regressors=["kind"], kind="threefold")
    by_rates = kitagawa(data)
    pairs = {"endowments": "composition", "coefficients": "rates", "interaction": "interaction"}
    for mine, theirs in pairs.items():
        assert value(by_regression, mine) == pytest.approx(value(by_rates, f"{theirs}, threefold"), abs=1e-10)


def test_oaxaca_recovers_the_truth_and_its_interval_covers() -> None:
    """Explained part of a gap in which schools differ: 2 times a difference of 1 in the regressor."""
    covered, values = 0, []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        school = np.repeat(np.arange(40), 10)
        high = rng.random(400) < 0.5
        x = rng.normal(size=400) + high + rng.normal(0, 0.3, 40)[school]
        y = 2 * x + 0.5 * high + rng.normal(0, 0.5, 40)[school] + rng.normal(size=400)
        data = pd.DataFrame({"outcome": y, "x": x, "group": np.where(high, "hoog", "laag"), "school": school})
        item = oaxaca(data, regressors=["x"], reference="pooled", cluster="school")["explained"]
        covered += item.lower <= 2 <= item.upper
        values.append(item.value)
    assert np.mean(values) == pytest.approx(2, abs=0.05)
    assert 0.90 <= covered / 150 <= 0.99


def test_oaxaca_names_its_conventions() -> None:
    data = draw(3)
    plain = oaxaca(data, regressors=["x"])["explained"]
    clustered = oaxaca(data, regressors=["x"], cluster="school")["explained"]
    assert (plain.interval, plain.df) == (Interval.DELTA_NORMAL, None)
    assert (clustered.interval, clustered.df) == (Interval.LINEARISED_CLUSTERED, 8.0)
    assert oaxaca(data, regressors=["x"], reference="neumark")["gap"].interval == Interval.LINEARISED


@pytest.mark.parametrize(
    "wrong", [{"kind": "threefold", "reference": "pooled"}, {"reference": "mine"}, {"kind": "fourfold"}]
)
def test_unknown_options_of_oaxaca_are_named(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is none of"):
        oaxaca(draw(1), regressors=["x"], **wrong)


def test_all_absent_columns_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"\['ses', 'iq'\]"):
        oaxaca(draw(1), regressors=["ses", "x", "iq"])


# --- Gelbach -----------------------------------------------------------------------------------------


@few
@given(seeds)
def test_the_parts_of_gelbach_add_up_in_any_order(seed: int) -> None:
    data = draw(seed)
    blocks = {"first": ["x"], "second": ["z", "kind"]}
    found = decomposition.gelbach(data, outcome="outcome", of="group", added=blocks)
    turned = decomposition.gelbach(data, outcome="outcome", of="group", added=dict(reversed(blocks.items())))
    change = value(found, "base") - value(found, "full")
    assert value(found, "change") == pytest.approx(change, abs=1e-10)
    assert total(found, "part", ["first", "second"]) == pytest.approx(change, abs=1e-10)
    for block in blocks:
        assert value(found, "part", block) == pytest.approx(value(turned, "part", block), abs=1e-10)
        errors = [item["part", block].standard_error for item in (found, turned)]
        assert errors[0] == pytest.approx(errors[1], rel=1e-9)


def test_gelbach_with_one_regressor_is_the_omitted_variable_formula() -> None:
    data = draw(5).assign(high=lambda frame: frame["group"] == "hoog")
    found = decomposition.gelbach(data, outcome="outcome", of="high", added={"x": ["x"]})
    means = data.groupby("high")["x"].mean()
    slope = np.linalg.lstsq(
        np.column_stack([np.ones(len(data)), data["high"], data["x"]]).astype(float),
        data["outcome"],
        rcond=None,
    )[0][2]
    assert value(found, "part", "x") == pytest.approx((means[True] - means[False]) * slope, abs=1e-10)


def test_gelbach_refuses_what_it_cannot_mean() -> None:
    with pytest.raises(ValueError, match="more than once"):
        decomposition.gelbach(draw(1), outcome="outcome", of="x", base=["z"], added={"a": ["z"]})
    with pytest.raises(ValueError, match="3 labels"):
        decomposition.gelbach(draw(1), outcome="outcome", of="kind", added={"a": ["z"]})


def test_gelbach_of_nobody_gives_a_reason() -> None:
    found = decomposition.gelbach(draw(1).iloc[:0], outcome="outcome", of="x", added={"a": ["z"]})
    assert [item.reason for item in found.estimates] == [Reason.TOO_FEW]


# --- Shapley -----------------------------------------------------------------------------------------


@few
@given(seeds)
def test_shares_add_up_to_r2(seed: int) -> None:
    data = draw(seed)
    blocks = {"x": ["x"], "z": ["z"], "kind": ["kind", "group"]}
    found = decomposition.shapley_r2(data, outcome="outcome", blocks=blocks, draws=5, seed=1)
    assert total(found, "share of R2", list(blocks)) == pytest.approx(value(found, "R2"), abs=1e-12)


def test_orthogonal_blocks_have_the_r2_of_their_own() -> None:
    x, z = np.tile([-1.0, 1.0], 50), np.tile([-1.0, -1.0, 1.0, 1.0], 25)
    noise = np.tile([1.0, -1.0, -1.0, 1.0, -1.0, 1.0, 1.0, -1.0], 13)[:100]
    data = pd.DataFrame({"x": x, "z": z, "y": 2 * x + z + noise})
    found = decomposition.shapley_r2(data, outcome="y", blocks={"x": ["x"], "z": ["z"]}, draws=5, seed=1)
    for name in ("x", "z"):
        assert value(found, "share of R2", name) == pytest.approx(data["y"].corr(data[name]) ** 2, abs=1e-2)


def test_draws_are_seeded_and_clusters_are_drawn_whole() -> None:
    shares = partial(
        decomposition.shapley_r2, draw(2), outcome="outcome", blocks={"x": ["x"], "z": ["z"]}, draws=50
    )
    assert shares(seed=1) == shares(seed=1) != shares(seed=2)
    clustered = shares(seed=1, cluster="school")["share of R2", "x"]
    assert clustered.interval == Interval.BOOTSTRAP_CLUSTERED
    assert clustered.lower < clustered.value < clustered.upper


def test_a_bootstrap_of_single_persons_as_clusters_is_that_of_persons() -> None:
    data = draw(2, n=400)
    data["person"] = range(400)
    spans = [
        decomposition.shapley_r2(
            data, outcome="outcome", blocks={"x": ["x"], "z": ["z"]}, draws=400, seed=1, cluster=cluster
        )["share of R2", "x"]
        for cluster in (None, "person")
    ]
    widths = [item.upper - item.lower for item in spans]
    assert widths[0] == pytest.approx(widths[1], rel=0.15)


def test_blocks_may_not_share_a_column() -> None:
    with pytest.raises(ValueError, match="more than once"):
        decomposition.shapley_r2(draw(1), outcome="outcome", blocks={"a": ["x"], "b": ["x"]}, seed=1)


# --- level and gap, risks ----------------------------------------------------------------------------

at_two_times = partial(decomposition.quadrant, outcome="outcome", time="time", first=1, second=4, **SIDES)


@few
@given(seeds)
def test_changes_add_up(seed: int) -> None:
    data = sound().assign(outcome=np.random.default_rng(seed).normal(size=240))
    found = at_two_times(data)
    change = value(found, "change of level", "hoog") - value(found, "change of level", "laag")
    assert value(found, "change of gap") == pytest.approx(change, abs=1e-12)
    for gap, level in (("gap, first", "level, first"), ("gap, second", "level, second")):
        assert value(found, gap) == pytest.approx(
            value(found, level, "hoog") - value(found, level, "laag"), abs=1e-12
        )


@pytest.mark.parametrize("cluster", [None, "school"])
@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0, 2.0])
def test_the_region_holds_no_change_when_the_test_does_not_reject_it(
    shift: float, cluster: str | None
) -> None:
    data = sound()
    data["outcome"] += shift * (data["time"] == 4) * (data["group"] == "laag")
    found = at_two_times(data, cluster=cluster)
    angle = np.radians(value(found, "region, angle"))
    centre = np.array([value(found, "change of level"), value(found, "change of gap")])
    turned = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) @ centre
    axes = [value(found, f"region, {which} half axis") for which in ("long", "short")]
    inside = float(((turned / axes) ** 2).sum()) <= 1
    assert inside == (found["joint test"].p_value >= 0.05)


def test_a_gap_that_closes_because_the_top_fell_is_seen() -> None:
    data = sound()
    data["outcome"] -= 3.0 * ((data["time"] == 4) & (data["group"] == "hoog"))
    found = at_two_times(data)
    assert found["change of gap"].upper < 0 and found["change of level"].upper < 0
    assert found["change of level", "hoog"].upper < 0 <= found["change of level", "laag"].upper


def test_the_region_has_the_scale_of_the_outcome() -> None:
    small = sound().assign(outcome=lambda data: data["outcome"] * 1e-6)
    here, there = (at_two_times(data)["region, long half axis"].value for data in (sound(), small))
    assert there == pytest.approx(here * 1e-6, rel=1e-9)


def test_two_clusters_are_too_few_for_a_region() -> None:
    data = sound().assign(school=lambda frame: frame["area"])
    assert at_two_times(data, cluster="school").estimates[0].reason == Reason.FEW_CLUSTERS


def test_risks_must_be_there_or_not() -> None:
    with pytest.raises(ValueError, match="level"):
        decomposition.risk_count(sound(), outcome="outcome", risks=["treated", "level"])


def test_a_rare_number_of_risks_is_refused_and_the_others_stay() -> None:
    data = pd.DataFrame({"y": np.arange(9.0), "a": [0] * 4 + [1] * 5, "b": [0] * 8 + [1]})
    found = decomposition.risk_count(data, outcome="y", risks=["a", "b"])
    assert [found["mean", str(k)].value for k in range(3)] == [1.5, 5.5, None]
    assert found["mean", "2"].reason == Reason.TOO_FEW
    assert found["mean", "1"].df == 3


# --- what a user may get wrong -------------------------------------------------------------------------

MODEL = partial(oaxaca, regressors=["x", "z"])
SHAPLEY = partial(decomposition.shapley_r2, outcome="outcome", draws=2, seed=1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (partial(MODEL, outcome="kind"), "column 'kind'"),
        (partial(MODEL, regressors=["x", "x"]), r"\['x'\] are named more than once"),
        (partial(MODEL, regressors=["outcome"]), r"\['outcome'\] are named more than once"),
        (partial(MODEL, regressors="x"), r"give \['x'\]"),
        (partial(MODEL, low="hoog"), "both are 'hoog'"),
        (partial(kitagawa, low="hoog"), "both are 'hoog'"),
        (partial(SHAPLEY, blocks={"a": "x"}), r"give \['x'\]"),
        (partial(SHAPLEY, blocks={"a": ["outcome"]}), r"\['outcome'\] are named more than once"),
    ],
)
def test_a_slip_of_the_user_is_named(call: partial, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call(draw(1))


def test_a_regressor_called_as_the_constant_is_refused() -> None:
    with pytest.raises(ValueError, match="rename it"):
        oaxaca(draw(1).rename(columns={"x": "intercept"}), regressors=["intercept"])


def test_a_weight_of_zero_leaves_a_person_out() -> None:
    data = draw(1).assign(weight=lambda rows: np.where(rows.index < 9, 0, rows["weight"]))
    for method in (kitagawa, MODEL):
        there, without = method(data, weight="weight"), method(data[data["weight"] > 0], weight="weight")
        assert there["gap"] == without["gap"]


def test_numbers_in_a_column_of_objects_are_numbers() -> None:
    assert MODEL(draw(1).astype({"x": object}))["explained"] == MODEL(draw(1))["explained"]
