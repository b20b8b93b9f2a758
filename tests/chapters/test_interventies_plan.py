"""The card of plan and run: each agreement is held to what was computed, whatever the plan says."""

from __future__ import annotations

import datetime
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kansen_lib import disclosure, gepubliceerd, plannen
from kansen_lib.benchmark import Benchmark, evaluatie
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie import gedaan
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.chapters import interventies
from kansen_lib.chapters.interventies.keuze import Keuze
from kansen_lib.chapters.interventies.plan import AS_PLANNED, CHANGED, NO_PLAN
from kansen_lib.notebook import Report
from kansen_lib.plannen.velden import BY_PATH
from kansen_lib.stats.result import Result
from kansen_lib.store import School, Store

Edit = Callable[[dict[str, Any]], None]
CODE = re.compile(r"ZZ0[0-9A-Z]{3}")


@pytest.fixture(scope="module")
def numbers(store: Store) -> Benchmark:
    """What the network phase keeps of tutoring."""
    network, rows = Network(store), []
    aanpak = evaluatie.registry(store)["tutoring"]
    for uitkomst in aanpak.outcomes:
        frame = evaluatie.people(network, aanpak, uitkomst)
        unit = evaluatie.unit("tutoring", "loting", uitkomst)
        rows += gedaan.rows(frame, aanpak, uitkomst)
        rows += [(unit, item, None) for item in evaluatie.DESIGNS["loting"](frame, aanpak)]
    return Benchmark(as_table(rows))


@pytest.fixture
def copy(voorbeeld: Path, tmp_path: Path) -> School:
    """The school in a copy of the region, where plans may be locked."""
    path = shutil.copytree(voorbeeld, tmp_path / "regio", ignore=shutil.ignore_patterns("benchmark"))
    return Store(path).school("ZZ0100")


def relock(school: School, *edits: Edit) -> None:
    """Lock the plan of the example again from the start, a version an edit."""
    content = plannen.plan_of(school.store, "tutoring").latest.content
    content["steekproef"]["leerlingen"] = int(content["steekproef"]["leerlingen"])
    content["verwachting"]["jaar"] = int(content["verwachting"]["jaar"])
    content["datum"] = datetime.date.fromisoformat(content["datum"])
    content["analyse"]["kenmerken"] = ["voor"]
    plannen.forget(school.store, "tutoring")
    for edit in edits:
        edit(content)
        plannen.lock(school.store, content)


def setting(path: str, value: Any, day: datetime.date = datetime.date(2021, 6, 15)) -> Edit:
    section, _, key = path.rpartition(".")

    def edit(content: dict[str, Any]) -> None:
        content["datum"] = day
        (content[section] if section else content)[key] = value

    return edit


def card(school: School, numbers: Benchmark, keuze: Keuze | None = None) -> Result:
    return interventies.plan_and_run(school, numbers, keuze or interventies.choose(school, "tutoring"))


def otherwise(found: Result) -> dict[str, str]:
    """The agreements in words that were not kept."""
    return {item.name: item.group for item in found.estimates if item.unit == AS_PLANNED and not item.value}


def test_the_example_was_followed_but_for_one_covariate(school: School, numbers: Benchmark) -> None:
    found = card(school, numbers)
    assert otherwise(found) == {
        "waarvoor we corrigeren": "gepland: score van groep 8, geslacht; gedaan: score van groep 8"
    }
    assert sum(item.unit == AS_PLANNED for item in found.estimates) == 12
    assert found["scholen", "6 scholen"].value == 1
    assert found.reference_name == "het plan"


def test_pupils_are_counted_again_from_the_raw_rows(school: School, numbers: Benchmark) -> None:
    """In scope, with both scores of rekenen; planned is what the plan says."""
    rows = school.store.read("deelname", where={"interventie": "tutoring"})
    tests = school.store.read("toetsen", where={"domein": "rekenen"})
    has = Counter(tests.loc[tests["moment"].isin(["groep 8", "leerjaar 1"]), "leerling"])
    plan = plannen.plan_of(school.store, "tutoring").latest.content
    found = card(school, numbers)["leerlingen"]
    assert found.value == found.n == sum(has[pupil] == 2 for pupil in rows["leerling"])
    assert found.reference == plan["steekproef"]["leerlingen"] != found.value


def test_the_smallest_effect_is_the_planned_one_at_the_error_that_came_out(school, numbers) -> None:
    plan = plannen.plan_of(school.store, "tutoring").latest.content["kracht"]
    effect = numbers.find(EFFECT, ALL, evaluatie.unit("tutoring", "loting", "rekenen leerjaar 1"))
    found = card(school, numbers)["kleinste aantoonbare effect"]
    assert found.reference == plan["kleinste_effect"]
    assert found.value == pytest.approx(
        plan["kleinste_effect"] / plan["standaardfout"] * effect.standard_error
    )


def test_a_prior_of_later_years_stands_beside_the_one_of_the_plan(school, numbers) -> None:
    """The plan could not know what was published after it; the report goes by what is known now."""
    plan = plannen.plan_of(school.store, "tutoring").latest.content["verwachting"]
    found, used = card(school, numbers)["verwacht effect"], gepubliceerd.prior("tutoring")
    assert (found.value, found.reference) == (used.gemiddelde, plan["effect"])
    assert used.gemiddelde != plan["effect"] and used.jaar > str(int(plan["jaar"]))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("uitkomst.hoofd", "totaal leerjaar 1", "gepland: totaal leerjaar 1; gedaan: rekenen leerjaar 1"),
        ("uitkomst.verder", [], "gepland: geen; gedaan: taal leerjaar 1"),
        ("steekproef.cohorten", ["2021-2022", "2022-2023"], "2021-2022, 2022-2023; gedaan: 2021-2022"),
        ("steekproef.groepen", "inkomen", "gepland: inkomen; gedaan: opleiding"),
        ("steekproef.scholen", ["ZZ0100", "ZZ0400"], "gepland: 2 scholen; gedaan: 2 daarvan en 4 andere"),
        ("analyse.kenmerken", [], "gepland: geen; gedaan: score van groep 8"),
        ("analyse.cluster", "klas", "gepland: klas; gedaan: leerling"),
        ("analyse.ontbrekend", "aanvullen", "gepland: aanvullen; gedaan: weglaten"),
        ("analyse.meervoudig", "geen", "gepland: geen; gedaan: Holm"),
        ("datum", datetime.date(2021, 9, 1), "gedaan: toen het jaar van de uitkomst al begonnen was"),
    ],
)
def test_every_agreement_that_was_not_kept_is_seen_and_no_other(
    copy: School, numbers: Benchmark, path: str, value: Any, said: str
) -> None:
    relock(copy, setting("kosten.per_leerling", 1.0))
    assert otherwise(card(copy, numbers)) == {}
    relock(copy, setting(path, value))
    found = otherwise(card(copy, numbers))
    assert list(found) == [BY_PATH[path].label] and said in found[BY_PATH[path].label]


def test_an_overruled_design_or_outcome_differs_from_the_plan(copy: School, numbers: Benchmark) -> None:
    relock(copy, setting("kosten.per_leerling", 1.0))
    overruled = interventies.choose(copy, "tutoring", ontwerp="vergelijking")
    assert otherwise(card(copy, numbers, overruled))["ontwerp"] == "gepland: loting; gedaan: vergelijking"
    swapped = interventies.choose(copy, "tutoring", uitkomst="taal leerjaar 1")
    found = otherwise(card(copy, numbers, swapped))
    assert found["belangrijkste uitkomst"] == "gepland: rekenen leerjaar 1; gedaan: taal leerjaar 1"
    assert found["andere uitkomsten"] == "gepland: taal leerjaar 1; gedaan: rekenen leerjaar 1"


def test_a_change_after_the_year_began_is_told_and_one_before_it_is_the_plan(copy, numbers) -> None:
    early, late = datetime.date(2021, 7, 1), datetime.date(2021, 10, 1)
    both = setting("analyse.kenmerken", ["voor", "geslacht"])
    relock(copy, both, setting("analyse.kenmerken", ["voor"], late))
    (told,) = otherwise(card(copy, numbers)).values()
    assert told.endswith("gedaan: score van groep 8 (gemeld in versie 2)")
    relock(copy, both, setting("analyse.kenmerken", ["voor"], early))
    assert otherwise(card(copy, numbers)) == {}


def test_what_has_no_plan_or_was_tampered_with_is_a_reason(copy: School, numbers: Benchmark) -> None:
    path = copy.store.path / plannen.FOLDER / "tutoring.json"
    path.write_text(path.read_text().replace('"geslacht"', '"herkomst"'))
    assert [item.reason for item in card(copy, numbers).estimates] == [CHANGED]
    path.write_text("{")
    assert [item.reason for item in card(copy, numbers).estimates] == [CHANGED]
    assert interventies.locked_plan(copy, interventies.choose(copy, "tutoring")).facts == {"Plan": CHANGED}
    path.unlink()
    assert [item.reason for item in card(copy, numbers).estimates] == [NO_PLAN]
    assert NO_PLAN in repr(interventies.locked_plan(copy, interventies.choose(copy, "tutoring")))


def test_an_evaluation_that_was_not_computed_has_reasons_in_place(copy: School) -> None:
    found = card(copy, Benchmark(as_table([])))
    assert otherwise(found)["cohorten"] == "gepland: 2021-2022; gedaan: geen"
    assert {
        item.reason for item in found.estimates if item.name in ("leerlingen", "kleinste aantoonbare effect")
    } == {"er is geen effect berekend"}


def test_numbers_of_too_few_schools_are_not_for_another_school(copy: School, numbers: Benchmark) -> None:
    keuze = interventies.choose(copy, "tutoring")
    two = replace(keuze, aanpak=replace(keuze.aanpak, start={"ZZ0400": "2021-2022", "ZZ0600": "2021-2022"}))
    (only,) = card(copy, numbers, two).estimates
    assert only.value is None and "te weinig scholen" in only.reason
    printed = interventies.locked_plan(copy, two)
    assert list(printed.facts) == ["Plan"] and "te weinig scholen" in repr(printed)


def test_no_other_school_and_no_signature_is_in_what_a_report_shows(
    school: School, numbers: Benchmark
) -> None:
    keuze = interventies.choose(school, "tutoring")
    report = Report(school, numbers, "cbs")
    shown = report.show(card(school, numbers), "Plan en uitvoering", "Van het plan zijn", figure="plan")
    printed = interventies.locked_plan(school, keuze)
    texts = [shown.html(), shown.text(), printed._repr_html_(), repr(printed)]
    assert not [text for text in texts if CODE.search(text) or "schoolleiders" in text]
    assert "Scholen: 6" in repr(printed) and "versie 1, " in repr(printed)


def test_few_pupils_are_withheld_with_what_was_planned(school: School, numbers: Benchmark) -> None:
    found = card(school, numbers)
    few = tuple(replace(item, n=9, smallest=4, value=9.0) if item.n else item for item in found.estimates)
    released = disclosure.release(replace(found, estimates=few))
    hidden = [
        number for number in released.numbers if number.name in ("leerlingen", "kleinste aantoonbare effect")
    ]
    assert [(number.value, number.reference, number.n) for number in hidden] == [(None, None, None)] * 2


def test_the_sentence_tells_what_differs_and_the_figure_has_a_row_an_agreement(school, numbers) -> None:
    shown = Report(school, numbers, "cbs").show(
        card(school, numbers), "Plan", "Van het plan zijn", figure="plan"
    )
    assert shown.text().startswith(
        "Van het plan zijn 11 van de 12 afspraken gevolgd. Waarvoor we corrigeren: gepland"
    )
    assert re.search(r"Leerlingen: gepland was ‘\d+ leerlingen’, gedaan is ‘\d+ leerlingen’\.", shown.text())
    assert "Niet te zeggen bij wanneer we stoppen" in shown.text()
    assert "<figure>" in shown.html()
