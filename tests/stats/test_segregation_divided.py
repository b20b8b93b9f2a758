"""Persons drawn again, drawn by lot and exchanged: identities, enumeration, and the edges."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from broken import sound
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from kansen_lib.stats import segregation
from kansen_lib.stats.segregation.drawn import divided
from kansen_lib.stats.segregation.formulas import INDICES, dissimilarity

quick = settings(max_examples=12, deadline=None)


def long(table: np.ndarray) -> pd.DataFrame:
    """The table of units by groups, a row a cell."""
    units, groups = np.indices(table.shape).reshape(2, -1)
    return pd.DataFrame({"unit": units, "group": groups, "n": np.asarray(table).ravel()})


def tables(groups: int) -> st.SearchStrategy[np.ndarray]:
    row = st.tuples(*[st.integers(4, 30)] * groups)
    return st.lists(row, min_size=3, max_size=6).map(np.array)


def same_draws(table: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """The multinomial draws of a seed, made here."""
    rng = np.random.default_rng(seed)
    cells = table.ravel() / table.sum()
    return rng.multinomial(table.sum(), cells, size=draws).reshape(draws, *table.shape).astype(float)


# --- persons drawn again --------------------------------------------------------------------------------


@quick
@given(tables(3), st.integers(1, 2))
def test_levels_without_bias_add_up_and_are_two_times_the_value_minus_the_mean(
    table: np.ndarray, areas: int
) -> None:
    table = table[np.argsort(np.arange(len(table)) % (areas + 1), kind="stable")]
    area = np.sort(np.arange(len(table)) % (areas + 1))
    data = long(table).assign(area=lambda rows: area[rows["unit"]])
    found = segregation.decompose(data, "group", "unit", "n", within=["area"], draws=60, seed=4)
    again = same_draws(table, 60, 4)
    outer = np.stack([again[:, area == a].sum(axis=1) for a in range(areas + 1)], axis=1)
    for name, index in (("M", "mutual_information"), ("H", "theil")):
        parts = [found[f"{name} corrected", group].value for group in ("area", "unit", "total")]
        assert parts[0] + parts[1] == pytest.approx(parts[2], abs=1e-12)
        formula = INDICES[index].formula
        assert parts[2] == pytest.approx(2 * found[name, "total"].value - formula(again).mean(), abs=1e-12)
        assert parts[0] == pytest.approx(2 * found[name, "area"].value - formula(outer).mean(), abs=1e-12)
    for place in ("area", "unit"):
        for share in (i for i in found.estimates if (i.name, i.group) == ("share corrected", place)):
            ratio = found["M corrected", place].value / found["M corrected", "total"].value
            assert share.reason or share.value == pytest.approx(ratio)


def test_the_share_of_classes_that_are_not_sorted_is_about_nought() -> None:
    """Six schools that differ, six classes of 25 in each that do not: their raw share is chance."""
    rng = np.random.default_rng(2)
    schools, held, values = np.repeat([0.15, 0.3, 0.4, 0.5, 0.6, 0.75], 6), [], []
    for seed in range(25):
        x = rng.binomial(25, schools)
        data = long(np.column_stack([x, 25 - x])).assign(school=lambda rows: rows["unit"] // 6)
        found = segregation.decompose(data, "group", "unit", "n", within=["school"], draws=150, seed=seed)
        corrected = found["share corrected", "unit"]
        held.append(corrected.lower <= 0 <= corrected.upper)
        values.append((found["share", "unit"].value, corrected.value))
    raw, without = np.mean(values, axis=0)
    assert raw > 0.15
    assert abs(without) < raw / 4
    assert np.mean(held) > 0.85


def test_a_share_of_segregation_that_may_be_none_is_a_reason() -> None:
    x = np.random.default_rng(4).binomial(20, 0.5, 12)
    data = long(np.column_stack([x, 20 - x])).assign(school=lambda rows: rows["unit"] // 4)
    found = segregation.decompose(data, "group", "unit", "n", within=["school"], draws=100, seed=1)
    assert found["share", "unit"].value > 0
    assert found["share corrected", "unit"].reason == "no variation between units was found"


@quick
@given(tables(3))
def test_parts_and_units_without_bias_add_up_to_the_whole_without_bias(table: np.ndarray) -> None:
    data = long(table).assign(area=lambda rows: rows["unit"] // 2)
    call = {"draws": 60, "seed": 9}
    levels = segregation.decompose(data, "group", "unit", "n", within=["area"], **call)
    parts = segregation.within(data, "group", "unit", "n", parts="area", **call).summary
    for name in "MH":
        within = parts.loc[parts["name"] == f"contribution to {name} corrected", "value"].sum()
        assert within == pytest.approx(levels[f"{name} corrected", "unit"].value, abs=1e-10)
    units = segregation.local(data, "group", "unit", "n", **call).summary
    contributions = units.loc[units["name"] == "contribution corrected", "value"].sum()
    assert contributions == pytest.approx(levels["M corrected", "total"].value, abs=1e-10)


def test_local_segregation_of_a_random_unit_is_nought_without_its_bias() -> None:
    """Twelve units of 20 persons, not sorted: the mean L is its bias (G - 1) / (2 n) and nothing else."""
    rng = np.random.default_rng(3)
    raw, corrected = [], []
    for seed in range(15):
        table = rng.multinomial(20, [0.3, 0.3, 0.4], size=12)
        found = segregation.local(long(table), "group", "unit", "n", draws=100, seed=seed).summary
        raw.append(found.loc[found["name"] == "L", "value"].mean())
        corrected.append(found.loc[found["name"] == "L corrected", "value"].mean())
    assert np.mean(raw) == pytest.approx(2 / 40, rel=0.2)
    assert abs(np.mean(corrected)) < np.mean(raw) / 4


def test_a_unit_that_a_draw_leaves_empty_has_a_reason_and_its_contribution_a_number() -> None:
    found = segregation.local(
        long(np.array([[1, 0], [30, 20], [20, 30]])), "group", "unit", "n", draws=50, seed=1
    )
    assert found["L", "0"].value is not None
    assert found["L corrected", "0"].reason == "too few persons"
    assert found["contribution corrected", "0"].value is not None


def test_a_change_without_bias_adds_up_and_has_an_interval() -> None:
    one = long(np.array([[30, 10, 5], [8, 40, 9], [20, 20, 20], [0, 5, 40]])).assign(time=1)
    two = long(np.array([[25, 12, 6], [9, 44, 2], [10, 30, 20]])).assign(time=2)
    call = {"time": "time", "first": 1, "second": 2, "draws": 200, "seed": 2}
    found = segregation.change(pd.concat([one, two]), "group", "unit", "n", **call)
    for name in ("M", "M corrected"):
        parts = ("additions", "removals", "group marginal", "unit marginal", "structural")
        total = sum(found[name, part].value for part in parts)
        assert total == pytest.approx(found[name, "difference"].value, abs=2e-4)
    corrected = found["M corrected", "structural"]
    assert corrected.lower < corrected.value < corrected.upper
    assert found["H corrected", "difference"].standard_error > 0
    plain = segregation.change(pd.concat([one, two]), "group", "unit", "n", time="time", first=1, second=2)
    assert plain.estimates == tuple(item for item in found.estimates if "corrected" not in item.name)


def test_intervals_of_a_change_hold_the_truth() -> None:
    """Two times of the same population: nothing changed, and 95% of the intervals say that it may be so."""
    rng = np.random.default_rng(8)
    cells = np.array([[0.2, 0.05], [0.1, 0.15], [0.05, 0.2], [0.1, 0.15]])
    held = []
    for seed in range(60):
        frames = [
            long(rng.multinomial(800, cells.ravel()).reshape(cells.shape)).assign(time=time)
            for time in (1, 2)
        ]
        call = {"time": "time", "first": 1, "second": 2, "draws": 100, "seed": seed}
        found = segregation.change(pd.concat(frames), "group", "unit", "n", **call)
        held.append(
            [
                found["M corrected", part].lower <= 0 <= found["M corrected", part].upper
                for part in ("difference", "structural")
            ]
        )
    assert (np.mean(held, axis=0) > 0.85).all()


# --- lotteries ------------------------------------------------------------------------------------------


def divisions(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every table of two groups with the same margins, and its chance under a lottery."""
    sizes, first = table.sum(axis=1), table[:, 0].sum()
    chosen = [c for c in itertools.product(*[range(n + 1) for n in sizes]) if sum(c) == first]
    x = np.array(chosen)
    log = (gammaln(sizes + 1) - gammaln(x + 1) - gammaln(sizes - x + 1)).sum(axis=1)
    weight = np.exp(log - log.max())
    return np.stack([x, sizes - x], axis=2), weight / weight.sum()


STRATA = [np.array([[5, 1], [1, 4], [2, 2]]), np.array([[0, 3], [4, 2], [1, 1]])]


def test_a_lottery_within_strata_is_the_mean_over_every_division() -> None:
    (first, p), (second, q) = (divisions(table) for table in STRATA)
    every = (first[:, None] + second[None]).reshape(-1, 3, 2).astype(float)
    chance = np.outer(p, q).ravel()
    data = pd.concat([long(table).assign(level=i) for i, table in enumerate(STRATA)])
    for index in ("dissimilarity", "theil"):
        exact = (chance * INDICES[index].formula(every)).sum()
        call = {"index": index, "within": "level", "draws": 8_000, "seed": 6, "name": "x"}
        found = segregation.lottery(data, "group", "unit", "n", **call)
        assert found["x", "by lottery"].value == pytest.approx(exact, abs=0.004)
        assert found["x", "difference"].value == found["x", "by lottery"].value - found["x"].value
        assert found["x", "difference"].lower == found["x", "by lottery"].lower - found["x"].value


@quick
@given(tables(3), st.integers(0, 99))
def test_a_lottery_of_one_stratum_is_the_value_by_chance(table: np.ndarray, seed: int) -> None:
    data = long(table).assign(level="havo")
    call = {"index": "theil", "draws": 50, "seed": seed}
    chance = segregation.with_chance(data, "group", "unit", "n", **call)["H", "by chance"]
    for within in (None, "level"):
        by_lot = segregation.lottery(data, "group", "unit", "n", within=within, **call)["H", "by lottery"]
        assert (by_lot.value, by_lot.lower, by_lot.upper) == (chance.value, chance.lower, chance.upper)


@pytest.mark.parametrize(
    "persons", [[[5, 9]], [[5], [9]], [[1]], [[5, 0], [9, 0]], [[5, 9], [0, 0]], [[3, 4], [6, 2]]]
)
def test_a_division_keeps_the_margins_of_a_stratum_of_one_unit_or_one_group(persons: list[list[int]]) -> None:
    counts, rng = np.array(persons), np.random.default_rng(1)
    found = divided([(np.arange(len(counts)), counts)], counts.shape, 200, rng)
    assert found.min() >= 0
    assert (found.sum(axis=2) == counts.sum(axis=1)).all() and (found.sum(axis=1) == counts.sum(axis=0)).all()


def test_where_every_stratum_has_one_group_a_lottery_changes_nothing() -> None:
    data = long(np.array([[9, 2], [3, 8]])).assign(level=lambda rows: rows["group"])
    found = segregation.lottery(
        data, "group", "unit", "n", index="dissimilarity", within="level", draws=20, seed=1
    )
    assert found["D", "difference"].value == pytest.approx(0, abs=1e-12)
    assert found["D", "by lottery"].upper == pytest.approx(found["D"].value)


def test_who_has_no_stratum_takes_no_part_in_the_lottery_nor_in_the_value_now() -> None:
    data = sound().assign(area=lambda rows: rows["area"].where(rows.index % 5 != 0))
    known = data.dropna(subset="area")
    found = segregation.lottery(data, "group", "school", index="theil", within="area", draws=20, seed=1)
    assert found.dropped == (48, 240)
    assert found["H"].value == segregation.theil(known, "group", "school").value


# --- exchanges ------------------------------------------------------------------------------------------

small = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=4).map(np.array)
whole = small.filter(lambda t: (t.sum(axis=0) > 0).all() and (t.sum(axis=1) > 0).sum() >= 2)


@settings(max_examples=60, deadline=None)
@given(whole, st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0]))
def test_no_fewer_exchanges_do(table: np.ndarray, target: float) -> None:
    every, _ = divisions(table)
    values = dissimilarity(every.astype(float))
    needed = np.abs(every[:, :, 0] - table[:, 0]).sum(axis=1) // 2
    found = segregation.swaps(long(table), "group", "unit", "n", target=target)
    reached = values <= target + 1e-12
    if not reached.any():
        assert [item.reason for item in found.estimates] == ["no exchange of whole persons gets there"]
        return
    fewest = needed[reached].min()
    assert found["swaps"].value == fewest
    assert found["swaps", "share"].value == pytest.approx(2 * fewest / table.sum())
    assert found["D", "after"].value == pytest.approx(values[needed == fewest].min(), abs=1e-12)


@quick
@given(tables(2))
def test_a_target_at_or_above_the_index_takes_no_exchange(table: np.ndarray) -> None:
    now = segregation.dissimilarity(long(table), "group", "unit", "n").value
    for target in (now, min(1.0, now + 0.1)):
        found = segregation.swaps(long(table), "group", "unit", "n", target=target)
        assert (found["swaps"].value, found["D", "before"].value) == (0, now)


def test_the_replacement_index_when_shares_are_whole() -> None:
    """D T P (1 - P) exchanges end at nought (Cortese, Falk and Cohen 1976)."""
    table = np.array([[100, 0], [60, 40], [40, 60], [0, 100]])
    found = segregation.swaps(long(table), "group", "unit", "n", target=0)
    assert found["D", "before"].value == pytest.approx(0.6)
    assert found["swaps"].value == 0.6 * 400 * 0.25
    assert found["D", "after"].value == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data: segregation.local(data, "kind", "school", draws=100), "draws need a seed"),
        (
            lambda data: segregation.within(data, "kind", "school", parts="area", draws=1, seed=1),
            "at least 2",
        ),
        (lambda data: segregation.swaps(data, "group", "school", target=1.2), "from 0 to 1"),
        (lambda data: segregation.swaps(data, "kind", "school", target=0.2), "compares two groups"),
        (lambda data: segregation.lottery(data, "kind", "school", index="schelling", seed=1), "no index"),
    ],
)
def test_what_cannot_be_meant_is_said(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(sound())


def test_counts_that_are_no_whole_persons_are_a_reason() -> None:
    data = long(np.array([[3, 2], [1, 4]])).assign(n=lambda rows: rows["n"] + 0.5)
    found = [
        segregation.local(data, "group", "unit", "n", draws=20, seed=1),
        segregation.lottery(data, "group", "unit", "n", index="theil", draws=20, seed=1),
        segregation.swaps(data, "group", "unit", "n", target=0.1),
    ]
    assert {item.reason for result in found for item in result.estimates} == {
        "the counts are not whole numbers"
    }


def test_where_nothing_is_sorted_h_holds_it_and_d_and_gini_say_so() -> None:
    """What the docstring of with_chance warns of: twenty classes of 25, nobody sorted."""
    rng = np.random.default_rng(12)
    held, told = [], []
    for seed in range(40):
        x = rng.binomial(25, 0.4, 20)
        data = long(np.column_stack([x, 25 - x]))
        found = {
            index: segregation.with_chance(
                data, "group", "unit", "n", index=index, draws=150, seed=seed, name="x"
            )["x", "corrected"]
            for index in ("theil", "dissimilarity", "gini", "multigroup_dissimilarity", "multigroup_gini")
        }
        held.append(found["theil"].lower <= 0 <= found["theil"].upper)
        told += [item.reason == "too close to what chance gives" for item in found.values()][1:]
    assert np.mean(held) > 0.9
    assert np.mean(told) > 0.9


def test_far_from_chance_the_interval_of_d_holds_the_truth() -> None:
    """Units with shares of .1 to .7: D of the shares themselves is the truth."""
    rng = np.random.default_rng(4)
    share = np.linspace(0.1, 0.7, 20)
    truth = abs(share / share.sum() - (1 - share) / (1 - share).sum()).sum() / 2
    held = []
    for seed in range(40):
        x = rng.binomial(60, share)
        call = {"index": "dissimilarity", "draws": 150, "seed": seed}
        found = segregation.with_chance(long(np.column_stack([x, 60 - x])), "group", "unit", "n", **call)[
            "D", "corrected"
        ]
        held.append(found.lower <= truth <= found.upper)
    assert np.mean(held) > 0.85
