"""Raising an advies, the year without a test and the cut-off: counted by hand, and held to the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values

from kansen_lib import codes, disclosure, indicators
from kansen_lib.benchmark import Benchmark, bijstelling, drempel, na_bijstelling
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.chapters import selectie
from kansen_lib.stats import rd
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School, Store

GAP = "hoog minus laag"
KINDS = ("eindtoets", "doorstroomtoets")


@pytest.fixture(scope="module")
def region(store: Store) -> Network:
    """All schools together."""
    return Network(store)


@pytest.fixture(scope="module")
def numbers(region: Network) -> Benchmark:
    """The numbers of these themes alone."""
    return Benchmark(
        as_table(row for theme in (bijstelling, na_bijstelling, drempel) for row in theme.rows(region))
    )


@pytest.fixture(scope="module")
def near(region: Network) -> pd.DataFrame:
    """The pupils with their distance to the own cut-off."""
    return drempel.near_cutoffs(region.pupils, region.loopbaan)


@pytest.fixture(scope="module")
def known(truth: dict) -> dict:
    """What raising does in the region, as it was made."""
    return truth["selection"]


def with_a_toets(store: Store, kind: str, **where: str) -> list[dict]:
    """Pupils with one kind of test and all three advices, as records with their places in steps."""
    found = []
    for row in records(store, "leerlingen", **where):
        labels = [row[name] for name in ("advies_eerste", "toetsadvies", "advies_definitief")]
        if row["regime"] != kind or not all(isinstance(label, str) for label in labels):
            continue
        first, test, last = (codes.step(label) for label in labels)
        if not np.isnan([first, test, last]).any():
            known = isinstance(row["opleiding_ouders"], str)
            group = codes.three_classes(row["opleiding_ouders"]) if known else None
            found.append({**row, "groep": group, "eerst": first, "toets": test, "laatst": last})
    return found


def funnel_by_hand(rows: list[dict], by: str) -> dict[str, tuple[int, int, int]]:
    """Pupils, those with a higher test, and those of them whose advies was raised, by a label."""
    sizes, higher, raised = Counter(), Counter(), Counter()
    for row in rows:
        sizes[row[by]] += 1
        higher[row[by]] += row["toets"] > row["eerst"]
        raised[row[by]] += row["toets"] > row["eerst"] and row["laatst"] > row["eerst"]
    return {label: (sizes[label], higher[label], raised[label]) for label in sizes if label}


# --- the funnel ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_funnel_of_a_school_is_counted_by_hand(kind: str, store: Store, school: School, numbers) -> None:
    found = values(getattr(selectie, f"reconsidered_{kind}")(school, numbers))
    counted = funnel_by_hand(with_a_toets(store, kind, vestiging=DEMO), "groep")
    counted["alle leerlingen"] = tuple(map(sum, zip(*counted.values(), strict=True)))
    assert set(counted) == {"laag", "midden", "hoog", "alle leerlingen"}
    for label, (size, higher, raised) in counted.items():
        assert found["toets hoger", label] == pytest.approx(higher / size)
        assert found["bijgesteld na hogere toets", label] == pytest.approx(raised / higher)
        assert found["bijgesteld, van iedereen", label] == pytest.approx(raised / size)
    for name in ("toets hoger", "bijgesteld na hogere toets", "bijgesteld, van iedereen"):
        assert found[name, GAP] == pytest.approx(found[name, "hoog"] - found[name, "laag"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_school_stands_beside_all_schools_with_the_same_test(kind, store, school, numbers) -> None:
    found = getattr(selectie, f"reconsidered_{kind}")(school, numbers)
    size, higher, raised = funnel_by_hand(with_a_toets(store, kind), "groep")["laag"]
    assert found["toets hoger", "laag"].reference == pytest.approx(higher / size)
    assert found["bijgesteld na hogere toets", "laag"].reference == pytest.approx(raised / higher)


def test_the_two_tests_are_never_pooled(region: Network, numbers: Benchmark) -> None:
    """Without the pupils of the doorstroomtoets all numbers of the eindtoets are the same."""
    one = bijstelling.tested(region.pupils[region.pupils["regime"] == "eindtoets"], "eindtoets")
    assert set(one["regime"]) == {"eindtoets"}
    for item in bijstelling.funnel(one, bijstelling.OPLEIDING, "eindtoets"):
        assert item.value == numbers.value(item.name, item.group)
    both = [numbers.find(f"toets hoger, {kind}", "alle leerlingen").n for kind in KINDS]
    assert both[0] > 3 * both[1]  # four cohorts and one


# --- alike, and the gap -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_exception_is_compared_between_alike_pupils(kind: str, store: Store, school, numbers) -> None:
    """Mantel and Haenszel by hand, within first advies and toetsadvies."""
    cells: dict[tuple, Counter] = defaultdict(Counter)
    for row in with_a_toets(store, kind):
        known = row["groep"] in ("laag", "hoog") and isinstance(row["basisschool"], str)
        if known and row["toets"] > row["eerst"]:
            cells[row["advies_eerste"], row["toetsadvies"]][row["groep"], row["laatst"] == row["eerst"]] += 1
    top = bottom = 0.0
    for cell in cells.values():
        low, high = (cell[group, True] + cell[group, False] for group in ("laag", "hoog"))
        if low and high:
            top += (cell["hoog", True] * low - cell["laag", True] * high) / (low + high)
            bottom += low * high / (low + high)
    found = values(selectie.exception_used_alike(school, numbers))
    assert found[f"niet bijgesteld, bij gelijk advies en gelijke toets, {kind}", GAP] == pytest.approx(
        top / bottom
    )


def test_what_is_left_and_what_is_raised_are_the_same_pupils(school: School, numbers: Benchmark) -> None:
    left = values(selectie.exception_used_alike(school, numbers))
    raised = values(selectie.reconsidered_before_and_since(school, numbers))
    for kind in KINDS:
        for label in ("laag", "midden", "hoog"):
            both = (
                left[f"niet bijgesteld, {kind}", label] + raised[f"bijgesteld na hogere toets, {kind}", label]
            )
            assert both == pytest.approx(1)


def test_what_raising_adds_is_the_gap_after_minus_the_gap_before(store: Store, school, numbers) -> None:
    found = values(selectie.gap_before_and_after_raising(school, numbers))
    added = {}
    for kind in KINDS:
        places = defaultdict(list)
        for row in with_a_toets(store, kind):
            if row["groep"] and isinstance(row["basisschool"], str):
                places[row["groep"], "eerste"].append(row["eerst"])
                places[row["groep"], "definitief"].append(row["laatst"])
        for moment in ("eerste", "definitief"):
            for label in ("laag", "hoog"):
                assert found[f"{moment} advies, {kind}", label] == pytest.approx(mean(places[label, moment]))
        gaps = [found[f"{moment} advies, {kind}", GAP] for moment in ("eerste", "definitief")]
        added[kind] = found[f"erbij na bijstellen, {kind}", GAP]
        assert added[kind] == pytest.approx(gaps[1] - gaps[0])
    change = found["erbij: nieuwe toets tegenover oude", GAP]
    assert change == pytest.approx(added["doorstroomtoets"] - added["eindtoets"])


# --- the year without a test --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place_by_year(store: Store) -> dict[tuple[str, str, str], float]:
    """Mean place of either advies by group and school year of groep 8."""
    places = defaultdict(list)
    for row in records(store, "leerlingen"):
        known = isinstance(row["opleiding_ouders"], str) and isinstance(row["basisschool"], str)
        for name in ("eerste", "definitief"):
            label = row[f"advies_{name}"]
            if known and isinstance(label, str) and not np.isnan(codes.step(label)):
                first = int(row["cohort"][:4]) - 1
                group = codes.three_classes(row["opleiding_ouders"])
                places[name, group, f"{first}-{first + 1}"].append(codes.step(label))
    return {key: mean(steps) for key, steps in places.items()}


def test_the_event_plot_is_each_gap_minus_that_of_the_year_before(place_by_year, school, numbers) -> None:
    found = selectie.advice_gap_by_year(school, numbers)
    years = {year for _, _, year in place_by_year}
    assert len(years) == 6

    def gap(name: str, year: str) -> float:
        return place_by_year[name, "hoog", year] - place_by_year[name, "laag", year]

    for name in ("eerste", "definitief"):
        for year in years:
            item = found[f"verschil in {name} advies", year]
            assert item.value == pytest.approx(gap(name, year) - gap(name, "2018-2019"), abs=1e-9)
            assert (item.lower is None) == (year == "2018-2019")
    for year in years:
        assert found["definitief advies, laag", year].value == pytest.approx(
            place_by_year["definitief", "laag", year]
        )


def test_without_a_test_the_definitive_advies_is_the_first_one(place_by_year) -> None:
    """So that what comes after the first advies can fall away in that year only."""
    for label in ("laag", "hoog"):
        first, last = (place_by_year[name, label, "2019-2020"] for name in ("eerste", "definitief"))
        assert first == last
        assert place_by_year["definitief", label, "2018-2019"] > place_by_year["eerste", label, "2018-2019"]


def test_the_placebo_and_what_is_left_add_up_to_the_extra_gap(school: School, numbers: Benchmark) -> None:
    found = values(selectie.year_without_test_checked(school, numbers))
    whole, placebo, left = (found[name, GAP] for name in bijstelling.DESIGNS)
    assert whole == pytest.approx(placebo + left)


# --- later --------------------------------------------------------------------------------------------


def test_places_in_leerjaar_3_are_counted_by_hand(store: Store, school: School, numbers) -> None:
    third: dict[str, tuple[str, str]] = {}
    for row in records(store, "loopbaan"):
        earlier = row["leerling"] in third and third[row["leerling"]][0] <= row["schooljaar"]
        if row["leerjaar"] == 3 and not earlier:
            third[row["leerling"]] = row["schooljaar"], row["niveau"]
    places = Counter()
    for row in with_a_toets(store, "eindtoets"):
        if row["toets"] > row["eerst"] and row["leerling"] in third:
            got, wanted = codes.levels(third[row["leerling"]][1]), codes.levels(row["advies_definitief"])
            away = codes.step(third[row["leerling"]][1]) - row["laatst"]
            place = "op" if got & wanted or away == 0 else "boven" if away > 0 else "onder"
            places[row["laatst"] > row["eerst"], place] += 1
    found = values(selectie.raised_in_leerjaar3(school, numbers))
    for raised, label in ((True, "bijgesteld"), (False, "niet bijgesteld")):
        size = sum(places[raised, place] for place in ("onder", "op", "boven"))
        for place in ("onder", "op", "boven"):
            assert found[f"{place} advies", label] == pytest.approx(places[raised, place] / size)


# --- the cut-off --------------------------------------------------------------------------------------


def test_cutoffs_are_those_of_the_test(store: Store, truth: dict) -> None:
    """The lowest score seen lies at, or just above, the true one: no cohort is short of pupils there."""
    pupils = pd.DataFrame(with_a_toets(store, "eindtoets"))
    pupils["toetsscore_eigen_schaal"] = pupils["toetsscore"]
    for _, part in pupils.groupby("cohort"):
        seen = drempel.lowest_scores(part)
        for label, true in truth["test"]["lowest_score_of_toetsadvies"].items():
            assert 0 <= seen[codes.step(label)] - true < 0.5


def test_the_cutoff_decides_who_has_a_higher_test_and_nobody_below_is_raised(near: pd.DataFrame) -> None:
    assert ((near["afstand"] >= 0) == near["hoger"]).all()
    assert not near.loc[near["afstand"] < 0, "bijgesteld"].any()
    assert (near["advies_eerste"] != "vwo").all()


def test_who_moved_to_another_school_is_followed_there(store: Store, near: pd.DataFrame) -> None:
    home = {row["leerling"]: row["vestiging"] for row in records(store, "leerlingen")}
    moved = {
        row["leerling"]: codes.step(row["niveau"])
        for row in records(store, "loopbaan")
        if row["leerjaar"] == 3 and row["vestiging"] != home[row["leerling"]] and codes.levels(row["niveau"])
    }
    rows = near[near["leerling"].isin(moved)]
    assert len(rows) > 50
    assert rows["bekend"].all()


def test_scores_that_do_not_follow_the_toetsadvies_have_no_cutoff(region: Network) -> None:
    pupils = region.pupils.copy()
    rows = pupils.index[(pupils["regime"] == "eindtoets") & (pupils["toetsadvies"] == "vwo")]
    pupils.loc[rows[0], "toetsscore_eigen_schaal"] = 510.0
    with pytest.raises(drempel.NotOrderedError):
        drempel.near_cutoffs(pupils, region.loopbaan)


def test_without_a_design_every_card_of_the_cutoff_tells_why(school: School) -> None:
    reason = Estimate.not_computable(drempel.EFFECT, drempel.NOT_ORDERED, group=drempel.JUMP)
    none = Benchmark(as_table([(drempel.UNIT, reason, None)]))
    for name in ("around_the_cutoff", "effect_of_raising", "alike_at_the_cutoff", "choices_at_the_cutoff"):
        (item,) = getattr(selectie, name)(school, none).estimates
        assert item.reason == drempel.NOT_ORDERED


def test_an_advies_that_is_raised_at_random_has_no_first_stage(near: pd.DataFrame) -> None:
    rng = np.random.default_rng(5)
    items = {item.name: item for item in drempel.effects(near.assign(bijgesteld=rng.random(len(near)) < 0.1))}
    assert items[drempel.EFFECT].reason == drempel.WEAK
    assert items[drempel.LEVEL].value is not None  # the intention to treat needs no first stage


def test_a_jump_that_is_put_in_is_found_back(near: pd.DataFrame) -> None:
    """A step more for everybody above the cut-off is a jump that is one step larger."""
    shifted = near.assign(winst=near["winst"] + (near["afstand"] >= 0))
    before, after = ({i.name: i for i in drempel.effects(rows)} for rows in (near, shifted))
    rise = after[drempel.LEVEL].value - before[drempel.LEVEL].value
    assert rise == pytest.approx(1, abs=0.03)  # the bandwidth is chosen anew


def test_the_lines_of_the_picture_lie_the_plain_jump_apart(near: pd.DataFrame, school, numbers) -> None:
    found = values(selectie.around_the_cutoff(school, numbers))
    plain = rd.regression_discontinuity(
        near, outcome="winst", running="afstand", cutoff=0, cluster="basisschool"
    )
    jump = found["boven de drempel, lijn", "0"] - found["onder de drempel, lijn", "0"]
    conventional = next(item for item in plain.estimates if item.group == "conventional")
    assert jump == pytest.approx(conventional.value, abs=1e-9)


def test_points_of_the_picture_are_means_by_hand(near: pd.DataFrame, school, numbers) -> None:
    found = selectie.around_the_cutoff(school, numbers)
    for low, name, label in ((-1, "onder de drempel", "−0,5"), (2, "boven de drempel", "+2,5")):
        rows = [
            w for a, w in zip(near["afstand"], near["winst"], strict=True) if low <= a < low + 1 and w == w
        ]
        assert found[name, label].value == pytest.approx(mean(rows))
        assert found[name, label].n == len(rows)


# --- the truth ----------------------------------------------------------------------------------------


def near_to(item: Estimate, true: float) -> bool:
    """Whether the truth lies within three standard errors: one region, several quantities.

    How often the intervals hold the truth over many regions is in tests/recovery.
    """
    half = (item.upper - item.lower) / 2
    return abs(item.value - true) <= 3 / 1.96 * half


def test_the_cutoff_gives_the_true_effect_of_a_raised_advies(numbers: Benchmark, known: dict) -> None:
    true = known["cutoff"]
    quantities = {
        drempel.RAISED: "raised_just_above",
        drempel.LEVEL: "effect_of_being_above_on_level_leerjaar_3_steps",
        drempel.EFFECT: "effect_of_raised_advies_on_level_leerjaar_3_steps",
        drempel.BY_GROUP["laag"]: "effect_of_raised_advies_laag",
        drempel.BY_GROUP["hoog"]: "effect_of_raised_advies_hoog",
    }
    for name, key in quantities.items():
        assert near_to(numbers.find(name, drempel.JUMP, drempel.UNIT), true[key])
    assert true["effect_of_raised_advies_on_level_leerjaar_3_steps"] > 0.3


def test_raised_and_not_raised_are_told_apart_from_alike_by_what_they_are(numbers, known) -> None:
    """At the same first advies and test only chance, home and place decide who is raised."""
    level = numbers.find(na_bijstelling.LEVEL_ALIKE, "bijgesteld minus niet bijgesteld", na_bijstelling.UNIT)
    assert level.value == pytest.approx(
        known["cutoff"]["effect_of_raised_advies_on_level_leerjaar_3_steps"], abs=0.08
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_raising_does_to_the_gap_is_what_was_put_in(kind: str, numbers: Benchmark, known: dict) -> None:
    true = known[kind]
    assert near_to(numbers.find(f"erbij na bijstellen, {kind}", GAP), true["gap_added_steps_hoog_minus_laag"])
    left = numbers.find(f"niet bijgesteld, bij gelijk advies en gelijke toets, {kind}", GAP)
    assert near_to(left, true["not_raised_at_equal_advies_and_test_hoog_minus_laag"])
    assert near_to(
        numbers.find(f"bijgesteld na hogere toets, {kind}", "alle leerlingen"), true["raised_of_higher"]
    )
    assert numbers.value(f"erbij na bijstellen, {kind}", GAP) < 0


def test_the_year_without_a_test_misses_what_raising_takes_off(numbers: Benchmark, known: dict) -> None:
    left = numbers.find(bijstelling.EXTRA_BETWEEN, GAP)
    assert near_to(left, -known["eindtoets"]["gap_added_of_all_steps_hoog_minus_laag"])
    assert left.lower > 0


# --- disclosure ---------------------------------------------------------------------------------------


def test_of_a_school_no_group_of_raised_pupils_can_be_found_back(store: Store, numbers: Benchmark) -> None:
    """All groups of a stage are there or none; raised of all goes with raised after a higher test."""
    hidden = shown = 0
    for code in store.vestigingen.index[::2]:
        found = selectie.reconsidered_eindtoets(store.school(code), numbers)
        there: dict[str, list[bool]] = defaultdict(list)
        for number in disclosure.release(found).numbers:
            if number.group in ("laag", "midden", "hoog"):
                there[number.name].append(number.value is not None)
        assert all(all(rows) or not any(rows) for rows in there.values())
        assert there["bijgesteld na hogere toets"] == there["bijgesteld, van iedereen"]
        shown += sum(any(rows) for rows in there.values())
        hidden += sum(not any(rows) for rows in there.values())
    assert shown > 5
    assert hidden > 5


def test_that_nobody_had_a_higher_test_is_not_told(region: Network) -> None:
    known = bijstelling.tested(region.pupils, "eindtoets")
    few = known[(known["opleiding"] != "laag") | ~known["hoger"]]
    items = tuple(bijstelling.funnel(few, bijstelling.OPLEIDING, "eindtoets"))
    released = disclosure.release(Result("x", items, sources=("leerlingen",)))
    reasons = {n.reason for n in released.numbers if n.name == "bijgesteld na hogere toets, eindtoets"}
    assert all("te weinig leerlingen" in reason for reason in reasons)
    assert all(number.value is None for number in released.numbers)


def test_places_in_leerjaar_3_are_hidden_together(region: Network) -> None:
    followed = na_bijstelling.followed(region.pupils, region.loopbaan)
    few = followed[(followed["plaats"] != "onder") | ~followed["bijgesteld"]]
    rare = pd.concat([few, followed[(followed["plaats"] == "onder") & followed["bijgesteld"]].head(4)])
    assert {item.smallest for item in na_bijstelling.places(rare)} == {4}


def test_one_kind_of_test_alone_tells_nothing_of_the_other(region: Network) -> None:
    pupils = region.pupils[region.pupils["regime"] == "eindtoets"]
    (item,) = bijstelling.added_more(pupils)
    assert item.value is None
    assert bijstelling.funnel(bijstelling.tested(pupils, "doorstroomtoets"), bijstelling.OPLEIDING, "x") == []


def test_without_the_year_itself_there_is_no_event(region: Network) -> None:
    later = region.pupils[region.pupils["cohort"] > "2020-2021"]
    reasons = [item for item in bijstelling.events(later) if item.name.startswith("verschil")]
    assert len(reasons) == 2
    assert all(item.value is None and item.reason for item in reasons)
    assert all(item.value is None for item in bijstelling.designs(later))


def test_outcomes_rest_on_places_of_classes(near: pd.DataFrame, region: Network) -> None:
    labels = drempel.first_in_leerjaar3(region.loopbaan)
    some = near.dropna(subset=["winst"]).head(200)
    again = [codes.step(labels[row.leerling]) - row.eerste for row in some.itertuples()]
    assert np.allclose(some["winst"], again)
    assert indicators.steps(labels).notna().mean() > 0.99
