"""Stores that real schools have: a few pupils, one kind of data, nobody to tell about, a damaged file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kansen_lib import benchmark, disclosure, store
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.benchmark.regels import MEAN
from kansen_lib.chapters import aan_de_slag, definities, oorzaken, segregatie, selectie
from kansen_lib.notebook import open_report
from kansen_lib.rules import RULES
from kansen_lib.running import plan
from kansen_lib.running.errors import PlanError
from kansen_lib.stats.result import Result
from kansen_lib.store import Store

DEMO = "ZZ0100"
GEMEENTE = ("ZZ0100", "ZZ0101", "ZZ0200", "ZZ0300")

Edit = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def odd(voorbeeld: Path, tmp_path: Path) -> Callable[..., Store]:
    """Makes a store of the schools of one gemeente, with only the named tables, each one edited."""

    def make(**tables: Edit) -> Store:
        region = Store(voorbeeld)
        found = []
        for name, edit in tables.items():
            rows = region.read(name)
            rows = rows[rows["vestiging"].isin(GEMEENTE)] if "vestiging" in rows else rows
            found.append((name, edit(rows)))
        return store.write(tmp_path / "winkel", found)

    return make


def same(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as they are."""
    return rows


def few_of_low_education(rows: pd.DataFrame) -> pd.DataFrame:
    """Three pupils in the whole gemeente have parents of low education."""
    low = rows["opleiding_ouders"].isin(["basisonderwijs", "vmbo of mbo-1"])
    return pd.concat([rows[~low], rows[low].groupby("vestiging").head(1)]).sort_values("vestiging")


def test_segregation_of_a_gemeente_with_a_small_group_is_withheld(odd) -> None:
    made = odd(vestigingen=same, leerlingen=few_of_low_education)
    rows = made.read("leerlingen")
    assert rows["opleiding_ouders"].isin(["basisonderwijs", "vmbo of mbo-1"]).sum() == 4
    school = made.school(DEMO)
    result = segregatie.background_over_schools(school, benchmark.load(made), segregatie.area(school))
    name = "opleiding van de ouders"
    assert result[name, "zoals geteld"].smallest == 4
    assert not [n for n in disclosure.release(result).numbers if n.name == name and n.value is not None]


def shown(result: Result) -> dict[str, bool]:
    """Which groups of a result the gate shows."""
    return {item.group: item.value is not None for item in disclosure.release(result).numbers}


def test_two_cards_on_one_partition_do_not_give_a_group_back(odd) -> None:
    """Four pupils below the advies: 'op' alone is shown, so the card of all rules may not show 'boven'."""

    def four_below(rows: pd.DataFrame) -> pd.DataFrame:
        third = rows[(rows["vestiging"] == DEMO) & (rows["leerjaar"] == 3)]
        return third.assign(niveau=["vmbo-b"] * 4 + ["vwo"] * 30 + ["havo"] * (len(third) - 34))

    made = odd(
        vestigingen=same,
        leerlingen=lambda rows: rows.assign(advies_eerste="havo", advies_definitief="havo"),
        loopbaan=four_below,
    )
    school = made.school(DEMO)
    network = Benchmark(as_table([]))
    one = selectie.position_in_leerjaar3(school, network, "inspectie")
    below, _, above = (item.count for item in one.estimates)
    assert below == 4 and above >= 10
    assert shown(one) == {"onder advies": False, "op advies": True, "boven advies": False}
    every = selectie.position_under_all_rules(school, network)
    numbers = {(item.name, item.group): item.value for item in disclosure.release(every).numbers}
    for rule in RULES:
        assert numbers[rule, "onder advies"] is None and numbers[rule, "boven advies"] is None
        assert numbers[MEAN, rule] is None


def test_the_gap_of_one_card_does_not_give_the_middle_of_another_back(odd) -> None:
    def few_in_the_middle(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows[rows["vestiging"] == DEMO]
        middle = rows["opleiding_ouders"] == "havo, vwo of mbo-2 t/m 4"
        return pd.concat([rows[~middle], rows[middle & (rows["cohort"] == "2019-2020")].head(6)])

    def half_with_a_diploma(rows: pd.DataFrame) -> pd.DataFrame:
        last = rows[rows["vestiging"] == DEMO].drop_duplicates("leerling", keep="last")
        ends = [("diploma", "andere school")[i % 2] for i in range(len(last))]
        return last.assign(afloop=ends, schooljaar="2025-2026")

    made = odd(vestigingen=same, leerlingen=few_in_the_middle, loopbaan=half_with_a_diploma)
    school, network = made.school(DEMO), benchmark.load(made)
    for result, name in (
        (definities.diploma(school, network), "diploma"),
        (definities.outcomes_by_domain(school, network), "kwalificatie: diploma"),
    ):
        told = [item for item in disclosure.release(result).numbers if item.name == name]
        levels = {item.group: item.value is not None for item in told}
        assert levels == {"laag": False, "midden": False, "hoog": True, "hoog minus laag": False}


def test_a_few_pupils_with_many_scores_are_a_few_pupils(odd) -> None:
    made = odd(
        vestigingen=same,
        leerlingen=lambda rows: rows[rows["vestiging"] == DEMO].head(6),
        toetsen=lambda rows: rows[rows["leerling"].isin(made_of(rows, 6))],
    )
    result = aan_de_slag.data_at_hand(made.school(DEMO))
    scores = result["regels", "toetsscores"]
    assert scores.value >= 12 and scores.n == 6
    assert not shown(result)["leerlingen"] and not shown(result)["toetsscores"]
    assert shown(result)["examens"]


def made_of(rows: pd.DataFrame, pupils: int) -> list[str]:
    """The first pupils of the demo school that have scores."""
    return list(rows.loc[rows["vestiging"] == DEMO, "leerling"].drop_duplicates().head(pupils))


def test_a_school_alone_is_not_its_own_reference(odd) -> None:
    def own(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["vestiging"] == DEMO]

    tables = dict.fromkeys(("leerlingen", "loopbaan", "examens", "aantallen"), own)
    made = odd(vestigingen=same, **tables)
    school, network = made.school(DEMO), benchmark.load(made)
    for result in (
        definities.exam_yield_by_route(school, network),
        definities.inspectie_view(school, network),
        selectie.brugklas_breadth(school, network),
        segregatie.composition(school, network, segregatie.area(school)),
        aan_de_slag.level_and_gap(school, network),
    ):
        assert any(item.value is not None for item in result.estimates)
        assert all(item.reference is None for item in result.estimates)


def test_pupils_of_two_schools_are_no_reference(odd) -> None:
    """All pupils of two schools less the own ones are those of the other."""

    def two(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["vestiging"].isin([DEMO, "ZZ0200"])]

    made = odd(vestigingen=same, **dict.fromkeys(("leerlingen", "loopbaan", "toetsen", "enquete"), two))
    school, network = made.school(DEMO), benchmark.load(made)
    for result in (
        segregatie.composition(school, network, segregatie.area(school)),
        oorzaken.endings_by_leerjaar(school, network),
        oorzaken.making_ends_meet(school, network),
        oorzaken.disadvantage_indicators(school, network),
    ):
        own = [item for item in result.estimates if item.n is not None]
        assert own and all(item.reference is None for item in own)
        assert not [item for item in own if "alle" in item.name]


def test_a_question_about_nobody_gets_a_reason(odd) -> None:
    """A vestiging with leerjaar 1 and 2 only: the counts are there, of whom they ask is not."""
    made = odd(vestigingen=same, examens=same, aantallen=lambda rows: rows[rows["leerjaar"] < 3])
    (found,) = definities.candidates_by_route(made.school(DEMO), benchmark.load(made)).estimates
    assert found.value is None and found.reason


def test_a_school_whose_gemeente_is_not_known(odd) -> None:
    made = odd(vestigingen=lambda rows: rows.assign(gemeente=None), aantallen=same)
    report = open_report(made.path, DEMO)
    assert "gemeente onbekend" in repr(report) and "nan" not in repr(report)
    area = segregatie.area(report.school)
    whole = segregatie.breadth_of_school(report.school, report.benchmark, area)["breedte", "hele gebied"]
    assert whole.value is None and "niet bekend" in whole.reason


def test_a_cohort_that_is_not_there_is_an_error_with_the_near_one(odd) -> None:
    made = odd(vestigingen=same, leerlingen=same)
    message = r"unknown cohort '2019-202'. Did you mean '2019-2020'\? \(there are 2019-2020, 2020-2021"
    with pytest.raises(store.StoreError, match=message):
        made.school(DEMO, ["2019-202"])
    with pytest.raises(store.StoreError, match="it has no pupils"):
        odd(vestigingen=same).school(DEMO, ["2019-2020"])


def test_cohorts_may_come_as_text(odd) -> None:
    """As ``papermill -r cohorts 2019-2020`` gives them."""
    made = odd(vestigingen=same, leerlingen=same)
    report = open_report(made.path, DEMO, cohorts="2019-2020, 2021-2022")
    assert set(report.school.table("leerlingen")["cohort"]) == {"2019-2020", "2021-2022"}
    assert "alleen cohort 2019-2020, 2021-2022" in repr(report)


def test_a_store_without_schools_cannot_be_run(odd) -> None:
    made = odd(leerlingen=same)
    with pytest.raises(PlanError, match="has no schools: it lacks a table 'vestigingen'"):
        plan.make(made)


@pytest.mark.parametrize("content", ["{", "{}", "[]", '"x"'])
def test_a_damaged_store_is_one_message(odd, content: str) -> None:
    made = odd(vestigingen=same)
    (made.path / store.MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(store.StoreError, match="store.json is damaged; make the store again"):
        Store(made.path)
