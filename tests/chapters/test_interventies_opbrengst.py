"""How firm an answer is: by every choice, for a next school, and for whom; counted again by hand."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from counting import DEMO
from scipy import stats

from kansen_lib.benchmark import evaluatie
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie import deelgroepen, geloot, samen, specificaties
from kansen_lib.benchmark.evaluatie.groepen import THIRDS
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT
from kansen_lib.benchmark.numbers import Benchmark, as_table
from kansen_lib.chapters import interventies
from kansen_lib.disclosure import release

SCORE_SD = 15.0
LOTTERIES = ("tutoring", "mentor", "oudergesprekken", "hoge_verwachtingen")
WITHIN = LOTTERIES[:3]
TOP_MINUS_BOTTOM, GIRLS_MINUS_BOYS = "hoogste derde minus laagste derde", "meisjes minus jongens"


@pytest.fixture(scope="module")
def register(store):
    return evaluatie.registry(store)


@pytest.fixture(scope="module")
def lotteries(store, register) -> dict[str, geloot.Loting]:
    network = Network(store)
    frames = {name: evaluatie.people(network, register[name], register[name].uitkomst) for name in LOTTERIES}
    return {
        name: geloot.among_pupils(frame) if name in WITHIN else geloot.among_schools(frame)
        for name, frame in frames.items()
    }


def ways(loting: geloot.Loting) -> dict:
    return {item.group: item for item in specificaties.rows(loting) if item.name == specificaties.BY_CHOICE}


def by_chance(loting: geloot.Loting) -> float:
    return next(i.value for i in specificaties.rows(loting) if i.name == specificaties.BY_CHANCE)


def moved(loting: geloot.Loting, by: pd.Series | float) -> geloot.Loting:
    """The lottery with this much more for each who was drawn."""
    frame = loting.frame
    return loting.of(frame.assign(uitkomst_sd=frame["uitkomst_sd"] + by * frame["toegewezen"]))


def by_group(rows) -> dict:
    return {(item.name, item.group): item for item in rows}


# --- many ways ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOTTERIES)
def test_the_main_way_is_the_effect_that_the_other_cards_tell(lotteries, name):
    loting = lotteries[name]
    effect = geloot.effects_on(loting)[0]
    (main,) = [item for group, item in ways(loting).items() if group.startswith(specificaties.MAIN)]
    assert (effect.name, effect.group) == (EFFECT, ALL)
    assert [main.value, main.lower, main.upper] == pytest.approx([effect.value, effect.lower, effect.upper])
    assert main.n == effect.n


@pytest.mark.parametrize("name", WITHIN)
def test_ways_that_make_nothing_equal_are_means_by_hand(lotteries, name):
    found, loting = ways(lotteries[name]), lotteries[name]
    blocks, arms = defaultdict(lambda: ([], [])), ([], [])
    for row in loting.frame.to_dict("records"):
        if not math.isnan(row["uitkomst_sd"]):
            blocks[row["vestiging"], row["cohort"]][row["toegewezen"]].append(row["uitkomst_sd"])
            arms[row["toegewezen"]].append(row["uitkomst_sd"])
    heap = statistics.fmean(arms[1]) - statistics.fmean(arms[0])
    weights = {key: len(a) * len(b) / (len(a) + len(b)) for key, (a, b) in blocks.items()}
    apart = {key: statistics.fmean(b) - statistics.fmean(a) for key, (a, b) in blocks.items()}
    within = sum(weights[key] * apart[key] for key in apart) / sum(weights.values())
    start = "gelijk gemaakt op: niets | scholen: alle | vergeleken: "
    assert found[start + "over scholen heen"].value == pytest.approx(heap)
    assert found[start + "binnen scholen"].value == pytest.approx(within)


def test_every_combination_of_choices_is_there_once(lotteries):
    for name, count in (("tutoring", 4 * 2 * 2), ("hoge_verwachtingen", 5 * 2)):
        found = ways(lotteries[name])
        assert len(found) == count == len({group.removeprefix(specificaties.MAIN) for group in found})
        assert all(item.value is not None for item in found.values())


def test_schools_are_put_on_one_heap_only_where_the_chance_was_alike(lotteries):
    frame = lotteries["mentor"].frame
    own = frame.index[(frame["vestiging"] == DEMO) & ~frame["toegewezen"]]
    uneven = lotteries["mentor"].of(frame.drop(own[: len(own) // 2]))
    assert not [group for group in ways(uneven) if "over scholen heen" in group]


def test_leaving_out_schools_never_leaves_one_or_two_to_subtract(lotteries):
    loting = lotteries["mentor"]
    larger = loting.known["vestiging"].isin(specificaties._larger(loting))
    assert loting.known[larger]["vestiging"].nunique() == loting.known[~larger]["vestiging"].nunique() == 3
    five = loting.of(loting.frame[loting.frame["vestiging"] != DEMO])
    assert not [group for group in ways(five) if "grotere" in group]


def test_the_joint_chance_is_small_with_a_large_effect_and_large_without_any(lotteries):
    loting = lotteries["mentor"]
    values = [item.value for item in ways(loting).values()]
    none = moved(loting, -statistics.median(values))
    assert by_chance(moved(loting, 1.0)) == pytest.approx(1 / (specificaties.DRAWS + 1))
    assert by_chance(none) > 0.95


# --- a next school ------------------------------------------------------------------------------------


def own_effects(loting: geloot.Loting) -> list[tuple[float, float]]:
    """Effect and HC3 error of each school, by matrices."""
    found = []
    for _, part in loting.known.groupby("vestiging"):
        x = np.column_stack([np.ones(len(part)), part["toegewezen"], part["voor"]]).astype(float)
        y = part["uitkomst_sd"].to_numpy(float)
        bread = np.linalg.inv(x.T @ x)
        left = y - x @ bread @ x.T @ y
        hat = np.einsum("ij,jk,ik->i", x, bread, x)
        meat = (x.T * (left / (1 - hat)) ** 2) @ x
        found.append(((bread @ x.T @ y)[1], math.sqrt((bread @ meat @ bread)[1, 1])))
    return found


@pytest.mark.parametrize("name", WITHIN)
def test_where_schools_do_not_differ_the_mean_is_weighted_by_precision(lotteries, name):
    numbers = by_group(samen.rows(lotteries[name]))
    effects = own_effects(lotteries[name])
    pooled = numbers[samen.OF_SCHOOLS, samen.POOLED.format(len(effects))]
    tau = numbers[samen.SPREAD, ""].value
    weights = [1 / (error**2 + tau**2) for _, error in effects]
    by_hand = sum(w * value for w, (value, _) in zip(weights, effects, strict=True)) / sum(weights)
    assert pooled.value == pytest.approx(by_hand, abs=1e-6)
    half = stats.t.ppf(0.975, len(effects) - 2) * math.sqrt(tau**2 + pooled.standard_error**2)
    following = numbers[samen.OF_SCHOOLS, samen.NEXT]
    assert (following.value, following.upper - following.value) == pytest.approx((pooled.value, half))
    assert following.upper - following.lower > pooled.upper - pooled.lower


@pytest.mark.parametrize("name", ["tutoring", "mentor"])
def test_the_next_school_may_expect_what_the_region_was_made_with(lotteries, truth, name):
    scale = lotteries[name].scale
    true = truth["interventions"][name]["effect_of_assignment"] * SCORE_SD / scale
    item = by_group(samen.rows(lotteries[name]))[samen.OF_SCHOOLS, samen.NEXT]
    assert item.lower < true < item.upper


def test_schools_that_differ_are_found_to(lotteries):
    """Half of the schools get 0.8 sd more: a spread of some 0.4, and a next school that may be anything."""
    loting = lotteries["oudergesprekken"]
    half = sorted(loting.frame["vestiging"].unique())[::2]
    apart = by_group(samen.rows(moved(loting, 0.8 * loting.frame["vestiging"].isin(half))))
    same = by_group(samen.rows(loting))
    assert apart[samen.SPREAD, ""].lower > 0.1 > same[samen.SPREAD, ""].value
    assert apart[samen.NO_CHANCE, ""].value > 0.8 > same[samen.NO_CHANCE, ""].value
    widths = [
        n[samen.OF_SCHOOLS, samen.NEXT].upper - n[samen.OF_SCHOOLS, samen.NEXT].lower for n in (same, apart)
    ]
    assert widths[1] > 3 * widths[0]


def test_four_schools_say_nothing_of_a_next_one(lotteries):
    loting = lotteries["tutoring"]
    four = sorted(loting.frame["vestiging"].unique())[:4]
    rows = samen.rows(loting.of(loting.frame[loting.frame["vestiging"].isin(four)]))
    assert [(item.value, item.reason) for item in rows] == [(None, samen.FEW)]


# --- for whom -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITHIN)
def test_effects_by_sex_equal_one_regression_by_matrices(lotteries, name):
    known = lotteries[name].known
    girl = (known["geslacht"] == "vrouw").to_numpy(float)
    drawn = known["toegewezen"].to_numpy(float)
    dummies = pd.get_dummies(known["blok"], dtype=float).to_numpy()
    x = np.column_stack([drawn * (1 - girl), drawn * girl, girl, known["voor"], dummies]).astype(float)
    boys, girls = np.linalg.lstsq(x, known["uitkomst_sd"].to_numpy(float), rcond=None)[0][:2]
    numbers = by_group(deelgroepen.rows(lotteries[name]))
    assert numbers[deelgroepen.BY_SEX, "jongens"].value == pytest.approx(boys)
    assert numbers[deelgroepen.BY_SEX, "meisjes"].value == pytest.approx(girls)
    assert numbers[deelgroepen.BY_SEX, GIRLS_MINUS_BOYS].value == pytest.approx(girls - boys)


@pytest.mark.parametrize("name", LOTTERIES)
def test_thirds_are_as_large_and_the_difference_is_of_the_top_and_the_bottom(lotteries, name):
    numbers = by_group(deelgroepen.rows(lotteries[name]))
    sizes = [numbers[deelgroepen.BY_PRIOR, third].n for third in THIRDS]
    assert sum(sizes) == len(lotteries[name].known)
    assert max(sizes) < 1.1 * min(sizes)
    low, _, high = (numbers[deelgroepen.BY_PRIOR, third].value for third in THIRDS)
    assert numbers[deelgroepen.BY_PRIOR, TOP_MINUS_BOTTOM].value == pytest.approx(high - low)


def test_a_top_that_pays_is_seen(lotteries):
    loting = lotteries["tutoring"]
    top = loting.frame["voor"] >= loting.known["voor"].quantile(2 / 3)
    numbers, before = (by_group(deelgroepen.rows(one)) for one in (moved(loting, -0.8 * top), loting))
    assert numbers[deelgroepen.BY_PRIOR, TOP_MINUS_BOTTOM].upper < -0.3
    assert before[deelgroepen.BY_PRIOR, TOP_MINUS_BOTTOM].upper > 0


# --- the cards ----------------------------------------------------------------------------------------


def rows_of(lotteries, register) -> list:
    """What the cards read of each lottery."""
    modules = {name: (specificaties, deelgroepen, samen) for name in WITHIN}
    modules["hoge_verwachtingen"] = (specificaties, deelgroepen)
    return [
        (evaluatie.unit(name, register[name].ontwerp, register[name].uitkomst), item, None)
        for name, loting in lotteries.items()
        for item in (*geloot.effects_on(loting), *(i for m in modules[name] for i in m.rows(loting)))
    ]


@pytest.fixture(scope="module")
def benchmark(lotteries, register) -> Benchmark:
    return Benchmark(as_table(rows_of(lotteries, register)))


def shown(result) -> dict:
    return {(number.name, number.group): number.value for number in release(result).numbers}


@pytest.mark.parametrize("name", LOTTERIES)
def test_the_cards_tell_of_no_other_school(school, benchmark, store, name):
    keuze = interventies.choose(school, name)
    for card in (interventies.many_ways, interventies.next_school, interventies.effects_by_start_and_sex):
        values = shown(card(school, benchmark, keuze))
        assert [value for value in values.values() if value is not None]
        assert not [key for key in values for code in store.vestigingen.index if code in "".join(key)]


def test_designs_without_lots_say_where_their_choices_are(school, benchmark):
    for name in ("zomerschool", "brede_brugklas", "taalklas"):
        (item,) = interventies.many_ways(school, benchmark, interventies.choose(school, name)).estimates
        assert item.value is None and "staan de keuzes bij de vraag" in item.reason


def test_a_comparison_is_called_no_effect_and_leaves_out_what_makes_nothing_equal(school, network):
    keuze = interventies.choose(school, "huiswerkbegeleiding")
    items = interventies.many_ways(school, network, keuze).estimates
    assert {item.name for item in items} == {"verschil bij gelijke start"}
    assert len(items) == 3 and sum(item.group.startswith(specificaties.MAIN) for item in items) == 1
    whole = network.find(EFFECT, ALL, keuze.unit).value
    assert next(i.value for i in items if i.group.startswith(specificaties.MAIN)) == pytest.approx(whole)


def test_margins_of_the_three_differences_hold_together(school, benchmark):
    """Of three, each leaves out a third of five in a hundred (Bonferroni)."""
    keuze = interventies.choose(school, "tutoring")
    items = interventies.effects_by_start_and_sex(school, benchmark, keuze).estimates
    raw = {item.name: item for item in items if " minus " in item.group and ";" not in item.name}
    wide = {item.name.partition(";")[0]: item for item in items if ";" in item.name}
    assert set(raw) == set(wide) == {"beginscore", "geslacht", "achtergrond"}
    for name, item in raw.items():
        half = stats.t.ppf(1 - 0.05 / 6, item.df) * item.standard_error
        assert wide[name].upper - wide[name].value == pytest.approx(half)
        assert wide[name].value == item.value


def test_nine_drawn_boys_take_both_differences_with_them(school, lotteries, register):
    loting = lotteries["mentor"]
    frame = loting.frame
    boys = frame.index[(frame["geslacht"] == "man") & frame["toegewezen"] & frame["uitkomst"].notna()]
    keuze = interventies.choose(school, "mentor")
    for people, hidden in ((loting.of(frame.drop(boys[9:])), True), (loting, False)):
        rows = rows_of({"mentor": people}, register)
        values = shown(interventies.effects_by_start_and_sex(school, Benchmark(as_table(rows)), keuze))
        by_sex = [value for (name, _), value in values.items() if name.startswith("geslacht")]
        assert len(by_sex) == 4
        assert all(value is None for value in by_sex) == hidden


def test_nobody_known_gives_reasons_and_no_error(lotteries):
    for name in LOTTERIES:
        loting = lotteries[name]
        empty = loting.of(loting.frame.assign(uitkomst=np.nan, uitkomst_sd=np.nan))
        rows = [*specificaties.rows(empty), *samen.rows(empty), *deelgroepen.rows(empty)]
        assert rows and all(item.value is None and item.reason for item in rows)
