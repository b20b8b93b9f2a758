"""Identities that any table must hold, recovery of a known truth, and the edges of segregation indices."""

from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest
from broken import sound
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as distributions

from kansen_lib.stats import segregation
from kansen_lib.stats.segregation.bounds import OUTER, completions, mean_share
from kansen_lib.stats.segregation.change import fit
from kansen_lib.stats.segregation.formulas import INDICES

#: The function of the same name stands in front of the module.
change_module = importlib.import_module("kansen_lib.stats.segregation.change")

quick = settings(max_examples=12, deadline=None)

TWO = ("dissimilarity", "normalised_exposure", "gini", "atkinson", "hutchens")
MULTI = (
    "multigroup_dissimilarity",
    "theil",
    "mutual_information",
    "multigroup_normalised_exposure",
    "relative_diversity",
    "multigroup_gini",
)


def tables(groups: int, largest: int = 40) -> st.SearchStrategy[np.ndarray]:
    """Tables of two to eight units in which no group and at most one unit's row is empty."""
    row = st.tuples(*[st.integers(0, largest)] * groups)
    made = st.lists(row, min_size=2, max_size=8).map(np.array)
    return made.filter(lambda t: (t.sum(axis=0) > 0).all() and (t.sum(axis=1) > 0).sum() >= 2)


def long(table: np.ndarray) -> pd.DataFrame:
    """The table of units by groups, a row a cell."""
    units, groups = np.indices(table.shape).reshape(2, -1)
    return pd.DataFrame({"unit": units, "group": groups, "n": np.asarray(table).ravel()})


def value(index: str, data: pd.DataFrame, weight: str | None = "n", **more: object) -> float:
    return getattr(segregation, index)(data, "group", "unit", weight, **more).value


@quick
@given(tables(2))
def test_two_group_indices_lie_between_0_and_1(table: np.ndarray) -> None:
    found = {index: value(index, long(table)) for index in (*TWO, "theil")}
    assert {index: x for index, x in found.items() if not -1e-12 <= x <= 1 + 1e-12} == {}


@quick
@given(tables(4))
def test_multigroup_indices_lie_between_0_and_1(table: np.ndarray) -> None:
    found = {index: value(index, long(table)) for index in MULTI if index != "mutual_information"}
    assert {index: x for index, x in found.items() if not -1e-12 <= x <= 1 + 1e-12} == {}


@quick
@given(tables(2))
def test_multigroup_indices_of_two_groups_are_the_two_group_ones(table: np.ndarray) -> None:
    data = long(table)
    pairs = {
        "multigroup_dissimilarity": "dissimilarity",
        "multigroup_gini": "gini",
        "relative_diversity": "normalised_exposure",
        "multigroup_normalised_exposure": "normalised_exposure",
    }
    for multi, two in pairs.items():
        assert value(multi, data) == pytest.approx(value(two, data), abs=1e-10)
    assert value("atkinson", data) == pytest.approx(1 - (1 - value("hutchens", data)) ** 2, abs=1e-10)


@quick
@given(tables(3))
def test_mutual_information_is_the_same_when_group_and_unit_swap(table: np.ndarray) -> None:
    data = long(table)
    swapped = segregation.mutual_information(data, "unit", "group", "n").value
    assert swapped == pytest.approx(value("mutual_information", data), abs=1e-12)


@quick
@given(tables(3, largest=9), st.randoms(use_true_random=False))
def test_counted_equals_expanded_and_the_order_of_rows_does_not_matter(table: np.ndarray, random) -> None:
    data = long(table)
    expanded = data.loc[data.index.repeat(data["n"])]
    expanded = expanded.sample(frac=1, random_state=random.randint(0, 10**6))
    for index in MULTI:
        assert value(index, expanded, None) == pytest.approx(value(index, data), abs=1e-12)


@quick
@given(tables(2), st.integers(0, 7))
def test_splitting_a_unit_into_alike_parts_changes_nothing(table: np.ndarray, at: int) -> None:
    row = at % len(table)
    split = np.vstack([2 * table, table[row]])
    split[row] -= table[row]
    for index in (*TWO, *MULTI):
        assert value(index, long(split)) == pytest.approx(value(index, long(2 * table)), abs=1e-10)


@quick
@given(tables(3))
def test_exposures_of_a_group_add_up_to_one_and_isolation_is_one_of_them(table: np.ndarray) -> None:
    data = long(table)
    met = [value("exposure", data, of=0, to=to) for to in range(3)]
    assert sum(met) == pytest.approx(1)
    assert met[0] == pytest.approx(value("isolation", data, of=0))


@quick
@given(tables(3))
def test_local_contributions_add_up_to_the_mutual_information(table: np.ndarray) -> None:
    found = segregation.local(long(table), "group", "unit", "n").summary.set_index(["name", "group"])["value"]
    assert found["p"].sum() == pytest.approx(1)
    assert found["contribution"].sum() == pytest.approx(value("mutual_information", long(table)), abs=1e-12)


@quick
@given(tables(3), st.integers(1, 3))
def test_between_and_within_add_up_to_the_total(table: np.ndarray, areas: int) -> None:
    data = long(table).assign(area=lambda rows: rows["unit"] % areas)
    levels = segregation.decompose(data, "group", "unit", "n", within=["area"])
    parts = segregation.within(data, "group", "unit", "n", parts="area").summary
    for name, index in (("M", "mutual_information"), ("H", "theil")):
        total = value(index, data)
        assert levels[name, "total"].value == pytest.approx(total, abs=1e-12)
        assert levels[name, "area"].value + levels[name, "unit"].value == pytest.approx(total, abs=1e-12)
        within = parts.loc[parts["name"] == f"contribution to {name}", "value"].sum()
        assert within == pytest.approx(levels[name, "unit"].value, abs=1e-10)


@quick
@given(tables(4))
def test_supergroups_and_groups_within_them_add_up_to_the_total(table: np.ndarray) -> None:
    data = long(table).assign(super=lambda rows: rows["group"] // 2)
    levels = segregation.decompose(data, "group", "unit", "n", supergroups=["super"])
    merged = segregation.mutual_information(data, "super", "unit", "n").value
    assert levels["M", "super"].value == pytest.approx(merged, abs=1e-12)
    assert levels["H", "total"].value == pytest.approx(value("theil", data), abs=1e-12)
    assert levels["M", "super"].value + levels["M", "group"].value == pytest.approx(
        levels["M", "total"].value
    )


def test_names_of_nested_units_need_be_unique_within_their_school_only() -> None:
    rows = [("A", "1", "x", 9), ("A", "2", "y", 9), ("B", "1", "y", 9), ("B", "2", "x", 9)]
    data = pd.DataFrame(rows, columns=["school", "klas", "group", "n"])
    levels = segregation.decompose(data, "group", "klas", "n", within=["school"])
    assert levels["H", "school"].value == pytest.approx(0, abs=1e-12)
    assert levels["H", "klas"].value == pytest.approx(1)


# --- chance and bias ------------------------------------------------------------------------------------


def test_by_chance_is_the_exact_mean_of_the_hypergeometric() -> None:
    """Each unit's count is hypergeometric, so the mean of D is a finite sum."""
    table = np.array([[3, 9], [10, 5], [2, 4], [7, 20]])
    (first, second), n = table.sum(axis=0), table.sum()
    exact = 0.0
    for size in table.sum(axis=1):
        k = np.arange(size + 1)
        chance = distributions.hypergeom(n, first, size).pmf(k)
        exact += (chance * np.abs(k / first - (size - k) / second)).sum() / 2
    found = segregation.with_chance(
        long(table), "group", "unit", "n", index="dissimilarity", draws=20_000, seed=2
    )
    assert found["D", "by chance"].value == pytest.approx(exact, abs=0.002)
    assert found["D", "by chance"].lower < exact < found["D", "by chance"].upper


@pytest.mark.parametrize("index", INDICES)
def test_the_value_minus_the_correction_is_the_bias_and_draws_are_seeded(index: str) -> None:
    data = long(np.array([[30, 10], [5, 40], [20, 20], [4, 9]]))
    call = {"index": index, "of": 0, "to": 1, "draws": 200}
    first, again, other = (
        segregation.with_chance(data, "group", "unit", "n", seed=seed, **call) for seed in (1, 1, 2)
    )
    assert first == again != other
    letter = first.name
    own, corrected = first[letter], first[letter, "corrected"]
    assert corrected.lower <= corrected.value <= corrected.upper
    assert corrected.standard_error > 0
    if INDICES[index].bounded:
        assert own.value > corrected.value
        assert 0 < first[letter, "systematic"].value < own.value


def test_without_sorting_the_corrected_index_is_nearer_to_nought() -> None:
    rng = np.random.default_rng(5)
    table = rng.binomial(40, 0.3, 25)
    found = segregation.with_chance(
        long(np.column_stack([table, 40 - table])), "group", "unit", "n", index="theil", seed=3
    )
    assert found["H", "by chance"].lower < found["H"].value < found["H", "by chance"].upper
    assert abs(found["H", "corrected"].value) < found["H"].value / 2
    assert abs(found["H", "systematic"].value) < 0.02


def test_complete_segregation_has_no_spread_to_make_an_interval_of() -> None:
    found = segregation.with_chance(
        long(np.array([[30, 0], [0, 40]])), "group", "unit", "n", index="dissimilarity", seed=1
    )
    corrected = found["D", "corrected"]
    assert (corrected.value, corrected.lower, corrected.interval) == (1.0, None, "")


def test_a_group_that_draws_miss_leaves_no_corrected_value() -> None:
    found = segregation.with_chance(
        long(np.array([[1, 10], [0, 14]])), "group", "unit", "n", index="dissimilarity", seed=1
    )
    assert found["D"].value is not None
    assert found["D", "corrected"].reason == "too few persons"


# --- change ---------------------------------------------------------------------------------------------


def two_times(one: np.ndarray, two: np.ndarray) -> pd.DataFrame:
    return pd.concat([long(one).assign(time=1), long(two).assign(time=2)])


def changed(data: pd.DataFrame, **more: object):
    call = {"time": "time", "first": 1, "second": 2} | more
    return segregation.change(data, "group", "unit", "n", **call)


filled = st.lists(st.tuples(*[st.integers(1, 40)] * 3), min_size=3, max_size=3).map(np.array)


@given(filled, filled)
@quick
def test_the_parts_of_a_change_add_up_and_turn_round_with_time(one: np.ndarray, two: np.ndarray) -> None:
    data = two_times(one, two)
    parts = ("additions", "removals", "group marginal", "unit marginal", "structural")
    there = changed(data)
    assert sum(there["M", part].value for part in parts) == pytest.approx(
        there["M", "difference"].value, abs=1e-8
    )
    back = changed(data, first=2, second=1)
    for part in parts[2:]:
        assert back["M", part].value == pytest.approx(-there["M", part].value, abs=1e-7)
    forward = changed(data, method="karmel_maclachlan")
    assert sum(forward["M", part].value for part in (*parts, "interaction")) == pytest.approx(
        there["M", "difference"].value, abs=1e-8
    )


def test_only_other_sizes_of_units_and_groups_are_no_structural_change() -> None:
    one = np.array([[25, 25], [28, 2], [2, 18]])
    two = one * np.array([[2], [1], [3]]) * np.array([1, 4])
    found = changed(two_times(one, two))
    assert found["M", "structural"].value == pytest.approx(0, abs=1e-9)


def test_a_unit_that_comes_is_an_addition_only() -> None:
    one = np.array([[25, 25], [28, 2]])
    data = two_times(one, np.vstack([one, [2, 18]]))
    found = changed(data)
    assert found["M", "additions"].value == pytest.approx(found["M", "difference"].value)
    assert found["M", "structural"].value == pytest.approx(0, abs=1e-9)


def test_margins_that_are_not_reached_are_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_module, "MOST_ROUNDS", 1)
    (found,) = changed(two_times(np.array([[30, 1], [2, 30]]), np.array([[9, 30], [1, 5]]))).estimates
    assert found.reason == "the margins could not be made equal (IPF)"


def test_times_without_units_in_common_are_a_reason() -> None:
    data = pd.concat(
        [long(np.array([[3, 4], [5, 1]])).assign(time=1), long(np.array([[3, 4], [5, 1]])).assign(time=2)]
    )
    data.loc[data["time"] == 2, "unit"] += 10
    (found,) = changed(data).estimates
    assert found.reason == "the two times share no units or no groups"


def test_a_fitted_table_keeps_its_odds_ratios() -> None:
    (made,) = fit(np.array([[[0.4, 0.1], [0.2, 0.3]]]), np.array([[0.7, 0.3]]), np.array([[0.2, 0.8]]))
    assert made.sum(axis=0) == pytest.approx([0.2, 0.8])
    assert made.sum(axis=1) == pytest.approx([0.7, 0.3])
    assert made[0, 0] * made[1, 1] / (made[0, 1] * made[1, 0]) == pytest.approx(6)


def test_the_fitted_table_of_karmel_and_maclachlan() -> None:
    """Economic Record 64 (1988): three occupations of men and women, printed to one digit."""
    first = np.array([[100, 50], [50, 50], [100, 50]], float)
    second = np.array([[125, 100], [100, 100], [100, 75]], float)
    rows, columns = (second.sum(axis=axis)[None] / second.sum() for axis in (1, 0))
    (made,) = fit(first[None] / first.sum(), rows, columns)
    printed = [134.7, 90.3, 85.5, 114.5, 104.8, 70.2]
    assert (made * second.sum()).ravel() == pytest.approx(printed, abs=0.05)


# --- bounds ---------------------------------------------------------------------------------------------

masked = st.lists(st.tuples(*[st.integers(1, 9)] * 2, *[st.integers(0, 2)] * 2), min_size=2, max_size=4)


@given(masked)
@quick
def test_outer_bounds_hold_every_completion_and_mean_shares_are_exact(rows: list[tuple[int, ...]]) -> None:
    table = np.array(rows, float)
    low, high = table[:, :2], table[:, :2] + table[:, 2:]
    every = completions(low, high)
    for index, outer in OUTER.items():
        values = INDICES[index].formula(every)
        smallest, largest = outer(low, high)
        assert smallest <= values.min() + 1e-12
        assert values.max() <= largest + 1e-12
    for columns in ([0], [1], [0, 1]):
        places = dict(zip(("of", "to"), columns, strict=False))
        values = INDICES["exposure" if len(columns) == 2 else "isolation"].formula(every, **places)
        assert mean_share(low, high, columns) == pytest.approx((values.min(), values.max()), abs=1e-12)


@given(masked)
@quick
def test_exposure_with_a_third_group_is_exact_too(rows: list[tuple[int, ...]]) -> None:
    table = np.array(rows[:3], float)
    low = np.column_stack([table[:, :2], table[:, 0]])
    high = np.column_stack([table[:, :2] + table[:, 2:], table[:, 0] + 1])
    values = INDICES["exposure"].formula(completions(low, high), of=0, to=1)
    assert mean_share(low, high, [0, 1]) == pytest.approx((values.min(), values.max()), abs=1e-12)


def masked_region(units: int) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    table = np.column_stack([rng.poisson(12, units), rng.poisson(30, units)])
    cells = long(table)
    hidden = cells["n"].between(1, 9)
    return cells.assign(lower=cells["n"].mask(hidden, 1), upper=cells["n"].mask(hidden, 9))


@pytest.mark.parametrize("index", ["dissimilarity", "theil", "mutual_information", "isolation"])
def test_bounds_of_a_large_region_hold_the_truth_and_are_of_use(index: str) -> None:
    cells, of = masked_region(60), {"of": 0} if index == "isolation" else {}
    found = segregation.bounds(cells, "group", "unit", "lower", "upper", index=index, **of)
    truth = value(index, cells, **of)
    assert found.lower <= truth <= found.upper
    assert found.upper - found.lower < 0.3
    assert found.method == (
        "smallest and largest over every completion"
        if index == "isolation"
        else "outer bounds: no completion lies beyond them"
    )


def test_exact_counts_have_the_index_and_no_bounds() -> None:
    cells = masked_region(5)
    found = segregation.bounds(cells, "group", "unit", "n", "n", index="gini")
    assert (found.value, found.lower) == (pytest.approx(value("gini", cells)), None)


def test_an_index_without_outer_bounds_is_refused_when_there_are_too_many_completions() -> None:
    found = segregation.bounds(masked_region(60), "group", "unit", "lower", "upper", index="gini")
    assert found.reason == "the masked counts can be filled in too many ways"


def test_a_group_that_may_be_empty_has_no_bounds() -> None:
    cells = long(np.array([[1, 9], [2, 8]])).assign(lower=[0, 9, 0, 8], upper=[2, 9, 2, 8])
    found = segregation.bounds(cells, "group", "unit", "lower", "upper", index="dissimilarity")
    assert found.reason == "counts are masked"


# --- diversity and edges --------------------------------------------------------------------------------


def test_breadth_counts_equal_categories() -> None:
    own, corrected = segregation.breadth([5, 5, 5, 0]).estimates
    assert own.value == pytest.approx(3)
    assert own.lower is None
    assert corrected.value == pytest.approx(3 * np.exp(2 / 30))


def test_the_interval_of_breadth_covers_the_truth() -> None:
    rng = np.random.default_rng(8)
    shares = np.array([0.5, 0.25, 0.15, 0.1])
    truth = np.exp(-(shares * np.log(shares)).sum())
    draws = [segregation.breadth(rng.multinomial(400, shares))["breadth"] for _ in range(400)]
    assert np.mean([item.lower <= truth <= item.upper for item in draws]) == pytest.approx(0.95, abs=0.03)


def test_diverse_and_isolated_can_go_together() -> None:
    data = long(np.array([[50, 0], [0, 50]]))
    found = segregation.diversity(data, "group", "unit", "n")
    assert found["Simpson"].value == pytest.approx(0.5)
    assert found["effective number", "0"].value == pytest.approx(1)
    assert value("isolation", data, of=0) == pytest.approx(1)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[5, 5]], "fewer than two units"),
        ([[5, 0], [9, 0]], "a group is empty"),
        ([[5, 5], [0, 0]], "fewer than two units"),
        ([[0, 0], [0, 0]], "no persons"),
        ([[5, -1], [3, 3]], "a count is negative"),
    ],
)
def test_tables_without_segregation_give_a_reason(table: list[list[int]], reason: str) -> None:
    data = long(np.array(table))
    assert segregation.dissimilarity(data, "group", "unit", "n").reason == reason
    (found,) = segregation.with_chance(data, "group", "unit", "n", index="theil", seed=1).estimates
    assert found.reason == reason


def test_drawing_needs_whole_persons() -> None:
    data = long(np.array([[3.5, 2.0], [1.0, 4.0]]))
    assert value("dissimilarity", data) > 0
    (found,) = segregation.with_chance(data, "group", "unit", "n", index="dissimilarity", seed=1).estimates
    assert found.reason == "the counts are not whole numbers"


def test_wrong_calls_say_what_was_expected() -> None:
    data = long(np.array([[5, 5, 2], [1, 4, 3]]))
    with pytest.raises(ValueError, match="compares two groups; there are 3"):
        segregation.dissimilarity(data, "group", "unit", "n")
    with pytest.raises(ValueError, match="there is no index 'd'"):
        segregation.with_chance(data, "group", "unit", "n", index="d", seed=1)
    with pytest.raises(ValueError, match="'of' must name one of the groups"):
        segregation.with_chance(data, "group", "unit", "n", index="isolation", seed=1)
    with pytest.raises(ValueError, match="lack columns"):
        segregation.theil(data, "group", "school", "n")
    with pytest.raises(ValueError, match="either 'within'"):
        segregation.decompose(data, "group", "unit", "n")
    with pytest.raises(ValueError, match="there is no method"):
        changed(two_times(np.ones((2, 2)), np.ones((2, 2))), method="mrc")


def test_missing_rows_are_counted_and_take_no_part() -> None:
    data = long(np.array([[5, 5], [1, 4]])).astype({"group": float})
    data.loc[0, "group"] = np.nan
    found = segregation.local(data, "group", "unit", "n")
    assert found.dropped == (1, 4)
    assert found["p", "0"].n == 5


def test_units_without_a_known_area_take_no_part_in_a_decomposition_by_area() -> None:
    data = long(np.array([[5, 5], [1, 4], [9, 2], [3, 8]]))
    data["area"] = data["unit"].map({0: "a", 1: "a", 2: "b"})
    known = data.dropna()
    found = segregation.decompose(data, "group", "unit", "n", within=["area"])
    assert found.dropped == (2, 8)
    assert found["M", "total"].value == pytest.approx(value("mutual_information", known))
    parts = segregation.within(data, "group", "unit", "n", parts="area").summary
    assert parts.loc[parts["name"] == "p", "value"].sum() == pytest.approx(1)
    only = segregation.decompose(data[data["group"] == 0], "group", "unit", "n", within=["area"])
    assert [item.reason for item in only.estimates] == ["a group is empty"]


def test_draws_over_many_units_take_little_time() -> None:
    table = np.random.default_rng(1).poisson(30, (200, 4))
    found = segregation.with_chance(long(table), "group", "unit", "n", index="multigroup_gini", seed=1)
    assert abs(found["G"].value - found["G", "by chance"].value) < 0.01


def test_any_index_has_exact_bounds_on_a_small_table() -> None:
    cells = long(np.array([[4, 1], [2, 6], [3, 3]]))
    ends = cells.assign(lower=cells["n"] - [0, 0, 1, 1, 0, 2], upper=cells["n"] + [0, 0, 1, 0, 2, 0])
    for index in (*TWO, *MULTI):
        found = segregation.bounds(ends, "group", "unit", "lower", "upper", index=index)
        assert found.method == "smallest and largest over every completion"
        assert found.lower <= value(index, cells) <= found.upper


# --- what users bring ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data: segregation.theil(data, "kind", "kind"), "name two columns"),
        (lambda data: segregation.theil(data, "kind", "school", "group"), "'group' must hold numbers"),
        (lambda data: segregation.isolation(data, "level", "school", of="1"), "'level' cannot hold"),
        (
            lambda data: segregation.with_chance(data, "level", "area", index="isolation", of="1", seed=1),
            "hold",
        ),
        (lambda data: segregation.mutual_information(data, "kind", "school", base=1), "above 1"),
        (lambda data: segregation.atkinson(data, "group", "school", of="laag", shape=1), "between 0 and 1"),
        (lambda data: segregation.change(data, "kind", "area", time="time", first=1, second=1), "both are 1"),
        (lambda data: segregation.change(data, "kind", "area", time="time", first="1", second="2"), "'time'"),
        (lambda data: segregation.decompose(data, "kind", "school", within="area"), "give .'area'."),
        (lambda data: segregation.breadth([3, np.nan, 2]), "a count is missing"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_message(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(sound())
