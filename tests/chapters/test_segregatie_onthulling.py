"""Attacks on what the cards of a region show: other regions, cohorts and cards side by side.

Whoever attacks knows the own school, how large others are, and all that is shown of any region and cohorts.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from counting import DEMO

from kansen_lib.benchmark import Benchmark, achtergrond
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.chapters import segregatie
from kansen_lib.chapters.segregatie import buurt, groepen, klassen, verandering, watals_ruilen
from kansen_lib.store import School, Store

GYMNASIUM, MAVO, VMBO = "ZZ0200", "ZZ0101", "ZZ0300"
HERE = (DEMO, MAVO, GYMNASIUM, VMBO)
#: In two other gemeenten.
NEW_MAVO, VILLAGE, PARK, MIDDLE = "ZZ0D00", "ZZ0C00", "ZZ0800", "ZZ0700"


@pytest.fixture(scope="module")
def every(store: Store, network: Benchmark) -> dict[str, pd.DataFrame]:
    """The counts of all schools."""
    names = ("leerlingen", "woonplaats", "klassen")
    return {name: network.counts(name, store.vestigingen.index) for name in names}


def kept(tables: dict[str, pd.DataFrame], folder: Path) -> Benchmark:
    """A network of these counts alone."""
    for name, counts in tables.items():
        counts.to_parquet(folder / f"{name}.parquet")
    return Benchmark(as_table([]), folder)


def of(tables: dict[str, pd.DataFrame], *codes: str) -> dict[str, pd.DataFrame]:
    """The counts of some schools."""
    return {name: counts[counts["vestiging"].isin(codes)] for name, counts in tables.items()}


def region(store: Store, network: Benchmark, *gemeenten: str):
    school = store.school(DEMO)
    return segregatie.composition_of_region(school, network, segregatie.area(school, list(gemeenten)))


def why(result) -> list[str]:
    return [item.reason for item in result.estimates]


# --- one region less another ----------------------------------------------------------------------------


def test_a_gemeente_with_one_school_joins_no_region_alone(store, every, tmp_path) -> None:
    """The region with it, less the region without it, would be that school."""
    network = kept(of(every, *HERE, VILLAGE), tmp_path)
    assert region(store, network, "Denkwolde").estimates[0].value is not None
    assert why(region(store, network, "Denkwolde", "Fabelrade")) == [groepen.FEW_IN_GEMEENTE]


def test_gemeenten_with_few_schools_join_together_or_not_at_all(store, every, tmp_path) -> None:
    network = kept(of(every, *HERE, VILLAGE, NEW_MAVO, PARK, MIDDLE), tmp_path)
    for one in ("Fabelrade", "Bedachtmond"):
        assert why(region(store, network, "Denkwolde", one)) == [groepen.FEW_IN_GEMEENTE]
    both = region(store, network, "Denkwolde", "Fabelrade", "Bedachtmond")
    assert both.estimates[0].value is not None
    three = kept(of(every, *HERE, VILLAGE, PARK, MIDDLE), tmp_path)
    together = region(store, three, "Denkwolde", "Fabelrade", "Bedachtmond")
    assert why(together) == [groepen.FEW_IN_GEMEENTE]


def test_a_background_that_one_school_of_a_gemeente_knows_is_not_added(store, every, tmp_path) -> None:
    """All four schools of the other gemeente have pupils; of one of them the herkomst is known."""
    counts = every["leerlingen"].copy()
    place = counts["vestiging"].map(store.vestigingen["gemeente"])
    counts.loc[(place == "Fabelrade") & (counts["vestiging"] != VILLAGE), "herkomst"] = None
    found = region(store, kept({"leerlingen": counts}, tmp_path), "Denkwolde", "Fabelrade")
    shown = {item.name for item in found.estimates if item.value and item.n}
    assert shown == {"opleiding van de ouders", "geslacht"}


# --- all cohorts less some ------------------------------------------------------------------------------


def test_a_cohort_that_one_other_school_delivered_is_no_part_of_a_region(store, every, tmp_path) -> None:
    """All cohorts, less all but the last, would be that school in the last one."""
    counts = of(every, *HERE)["leerlingen"]
    cohorts = tuple(sorted(counts["cohort"].unique()))
    late = (counts["cohort"] == cohorts[-1]) & counts["vestiging"].isin([GYMNASIUM, VMBO])
    network = kept({"leerlingen": counts[~late]}, tmp_path)
    whole, part = (
        [
            item.n
            for item in segregatie.composition_of_region(school, network, segregatie.area(school)).estimates
        ]
        for school in (store.school(DEMO), School(store, DEMO, cohorts[:-1]))
    )
    assert whole == part
    assert whole[-1] == counts.loc[counts["cohort"] != cohorts[-1], "aantal"].sum()


def test_then_is_of_enough_schools_whose_parents_are_known(store, every, tmp_path) -> None:
    counts = of(every, *HERE)["leerlingen"].copy()
    first = counts["cohort"].isin(sorted(counts["cohort"].unique())[:2])
    counts.loc[first & counts["vestiging"].isin([GYMNASIUM, VMBO]), "opleiding"] = None
    network, school = kept({"leerlingen": counts}, tmp_path), store.school(DEMO)
    for card in (segregatie.background_then_and_now, segregatie.background_of_region_then_and_now):
        assert why(card(school, network, segregatie.area(school))) == [groepen.FEW_SCHOOLS]
    found = segregatie.intake_before_and_after(school, network, segregatie.area(school)).estimates
    hidden = {item.name for item in found if item.reason == groepen.FEW_SCHOOLS}
    assert hidden == {name for name, column, _ in verandering.INTAKE if column == "opleiding"}


# --- nearly one school ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("times", "told"), [(1, False), (8, True)])
def test_three_others_that_are_nearly_one_are_no_region(store, every, tmp_path, times, told) -> None:
    """The gymnasium eight times as large: the others together are as the gymnasium is."""
    counts = of(every, *HERE)["leerlingen"]
    larger = counts["aantal"].where(counts["vestiging"] != GYMNASIUM, counts["aantal"] * times)
    network = kept({"leerlingen": counts.assign(aantal=larger)}, tmp_path)
    assert (why(region(store, network, "Denkwolde")) == [groepen.FEW_SCHOOLS]) is told


def test_what_is_expected_at_equal_advies_is_not_the_one_school_with_that_advies(store, network) -> None:
    """Pupils with the adviezen of the gymnasium are at one other school: the expected share is its own."""
    for code, told in ((GYMNASIUM, False), (DEMO, True)):
        school = store.school(code)
        found = segregatie.composition_at_equal_advies(school, network, segregatie.area(school))
        assert found.estimates and all((item.reference is not None) is told for item in found.estimates)


def test_d_with_and_without_one_named_school_tells_its_parents(store, network) -> None:
    """Where the own school has fewer low and the other fewer high, D falls by the other's own part."""
    school = store.school(DEMO)
    area = segregatie.area(school, sorted(store.vestigingen["gemeente"].unique()))
    found = segregatie.background_if_merged(school, network, area).estimates
    after = next(i for i in found if i.name == watals_ruilen.D_SCHOOLS and "samen met" in i.group)
    assert store.vestigingen.loc[MAVO, "naam"] in after.group
    assert (after.value, after.reason) == (None, watals_ruilen.TOO_FEW)


# --- one card less another ------------------------------------------------------------------------------


def test_the_catchment_less_who_could_come_is_not_one_school(store, every, network, tmp_path) -> None:
    """A school without pupils for havo and vwo: in the catchment all those are at the gymnasium."""
    counts = of(every, *HERE)
    vwo = counts["woonplaats"]["advies"] == "vwo"
    moved = counts["woonplaats"][~(vwo & ~counts["woonplaats"]["vestiging"].isin([GYMNASIUM]))]
    school = store.school(DEMO)
    alone = kept(counts | {"woonplaats": moved}, tmp_path)
    found = segregatie.share_of_the_catchment(school, alone, segregatie.area(school))
    assert found[buurt.ALL_HERE, "samen"].value is not None
    assert [i.reason for i in found.estimates if i.name == buurt.POSSIBLE] == [groepen.FEW_LEFT]
    again = store.school(DEMO)
    whole = segregatie.share_of_the_catchment(again, network, segregatie.area(again))
    assert whole[buurt.POSSIBLE, "samen"].value is not None


def test_a_school_that_keeps_no_postcodes_is_not_told_by_those_that_do(
    store, every, network, tmp_path
) -> None:
    """Composition of the region, less who can be placed: the pupils of that school."""
    counts, school = of(every, *HERE), store.school(DEMO)
    homes = counts["woonplaats"]
    hidden = homes.assign(pc4=homes["pc4"].where(homes["vestiging"] != GYMNASIUM))
    alone, area = kept(counts | {"woonplaats": hidden}, tmp_path), segregatie.area(school)
    assert why(segregatie.at_nearest_school(school, alone, area)) == [groepen.FEW_LEFT]
    whole = segregatie.at_nearest_school(store.school(DEMO), network, area)
    assert whole.estimates[0].value is not None


@pytest.mark.parametrize("rest", [(VILLAGE,), (VILLAGE, PARK, NEW_MAVO, MIDDLE)])
def test_all_schools_less_the_region_are_not_one_school(store, network, every, tmp_path, rest) -> None:
    """One school outside the region: the share at all schools is no reference then."""
    counts, school = of(every, *HERE, *rest)["leerlingen"], store.school(DEMO)
    kept({"leerlingen": counts}, tmp_path)
    shares = achtergrond.composition(counts)
    alone = Benchmark(as_table([("", item, None) for item in shares]), tmp_path)
    found = segregatie.composition_of_region(school, alone, segregatie.area(school)).estimates
    assert {item.reference is not None for item in found} == {len(rest) > 1}


def test_two_classes_are_not_told_by_one_index(store) -> None:
    """One cohort of a small school: with the groups over both classes, D gives those of each class."""
    for cohorts, told in ((("2022-2023",), True), (None, False)):
        for card in (segregatie.background_over_classes, segregatie.classes_beside_lots):
            assert (why(card(School(store, "ZZ0601", cohorts))) == [klassen.FEW_CLASSES]) is told
