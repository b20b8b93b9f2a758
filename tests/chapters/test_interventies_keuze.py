"""The register, the pupils of an evaluation counted again by hand, and the choice of design and outcome."""

from __future__ import annotations

import csv
import io
import statistics
from collections import defaultdict

import pandas as pd
import pytest

from kansen_lib import codes
from kansen_lib.benchmark import evaluatie
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie import register as entries
from kansen_lib.chapters import interventies
from kansen_lib.chapters.interventies.keuze import WAAROM


def records(frame: pd.DataFrame) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(frame.to_csv(index=False))))


@pytest.fixture(scope="module")
def schools(store) -> Network:
    return Network(store)


@pytest.fixture(scope="module")
def register(store):
    return evaluatie.registry(store)


def test_every_rule_has_a_design_and_every_design_its_reason():
    assert {codes.ontwerp(rule) for rule in codes.TOEWIJZING.codes} == set(codes.ONTWERP.codes)
    assert set(WAAROM) == set(codes.ONTWERP.codes)


def test_the_register_is_that_of_the_table(store, register):
    rows = records(store.read("interventies"))
    assert list(register) == list(dict.fromkeys(row["interventie"] for row in rows))
    for name, aanpak in register.items():
        own = [row for row in rows if row["interventie"] == name]
        assert {row["vestiging"]: row["start"] or None for row in own} == aanpak.start
        assert set(aanpak.begun) == {row["vestiging"] for row in own if row["start"]}
        assert aanpak.kosten == float(own[0]["kosten"])


def test_the_other_domain_is_the_second_outcome(register):
    assert register["taalklas"].outcomes == ("taal leerjaar 2", "rekenen leerjaar 2")
    assert register["tutoring"].outcomes == ("rekenen leerjaar 1", "taal leerjaar 1")


@pytest.mark.parametrize("name", ["tutoring", "zomerschool", "brede_brugklas"])
def test_the_pupils_of_an_evaluation_are_those_of_the_tables(store, schools, register, name):
    aanpak = register[name]
    found = evaluatie.people(schools, aanpak, aanpak.uitkomst).set_index("leerling")
    meant = [row for row in records(store.read("deelname")) if row["interventie"] == name]
    assert set(found.index) == {row["leerling"] for row in meant}
    domain, moment = aanpak.uitkomst.split(" ", 1)
    scores = defaultdict(dict)
    for row in records(store.read("toetsen")):
        scores[row["moment"], row["domein"]][row["leerling"]] = float(row["score"])
    outcome, before = scores[moment, domain], scores["groep 8", domain]
    for row in meant:
        mine = found.loc[row["leerling"]]
        assert (mine["vestiging"], mine["cohort"]) == (row["vestiging"], row["schooljaar"])
        assert (str(mine["toegewezen"]), str(mine["deelgenomen"])) == (row["toegewezen"], row["deelgenomen"])
        for column, of in (("uitkomst", outcome), ("voor", before)):
            known = of.get(row["leerling"])
            assert mine[column] == known if known is not None else pd.isna(mine[column])
    took = {row["leerling"] for row in meant if row["deelgenomen"] == "True"}
    spread = statistics.stdev(score for leerling, score in outcome.items() if leerling not in took)
    ratio = (found["uitkomst"] / found["uitkomst_sd"]).dropna()
    assert ratio.min() == pytest.approx(spread) == ratio.max()


def test_the_distance_is_to_the_cut_off_of_the_register(schools, register):
    found = evaluatie.people(schools, register["zomerschool"], "rekenen leerjaar 3")
    assert (found["toegewezen"] == (found["afstand"] < 0)).all()
    assert evaluatie.people(schools, register["tutoring"], "rekenen leerjaar 1")["afstand"].isna().all()


def test_a_comparison_needs_both_kinds_of_pupils_in_one_school_and_cohort(schools, register):
    found = {
        name: evaluatie.designs(aanpak, evaluatie.people(schools, aanpak, aanpak.uitkomst))
        for name, aanpak in register.items()
    }
    whole = {"brede_brugklas", "hoge_verwachtingen", "taalklas"}
    assert {name for name, designs in found.items() if "vergelijking" not in designs} == whole
    assert all(designs[0] == register[name].ontwerp for name, designs in found.items())


def test_without_education_groups_are_told_by_income_or_by_a_scheme(schools, register):
    frame = evaluatie.people(schools, register["tutoring"], "rekenen leerjaar 1")
    assert evaluatie.background(frame).gap == "hoog minus laag"
    frame["opleiding"] = pd.NA
    assert evaluatie.background(frame).gap == "hoog inkomen minus laag inkomen"
    frame["inkomen"] = pd.NA
    frame["minimaregeling"] = ["wel minimaregeling", "geen minimaregeling"] * (len(frame) // 2)
    assert evaluatie.background(frame).gap == "geen minimaregeling minus wel minimaregeling"


# --- the choice ---------------------------------------------------------------------------------------


def test_the_rule_chooses_and_the_evaluator_overrules_in_print(school):
    chosen = interventies.choose(school, "zomerschool")
    assert (chosen.ontwerp, chosen.uitkomst, chosen.overruled) == ("grens", "rekenen leerjaar 3", ())
    assert "Anders dan het register" not in repr(chosen)
    other = interventies.choose(school, "zomerschool", "vergelijking", "taal leerjaar 3")
    assert other.overruled == ("ontwerp", "uitkomst")
    assert "volgens het register 'grens'" in other._repr_html_().replace("&#x27;", "'")
    assert other.unit != chosen.unit


def test_a_design_is_explained_by_an_intervention_that_has_it(school):
    chosen = interventies.choose(school, "tutoring")
    assert chosen.of_design("loting") is chosen
    found = {design: chosen.of_design(design).interventie for design in codes.ONTWERP.codes}
    assert found == {
        "loting": "tutoring",
        "loting van scholen": "hoge_verwachtingen",
        "geloote uitnodiging": "oudergesprekken",
        "grens": "zomerschool",
        "gespreide start": "brede_brugklas",
        "een school": "taalklas",
        "vergelijking": "huiswerkbegeleiding",
    }


def test_without_a_name_it_is_the_first_that_the_school_takes_part_in(store, school):
    assert interventies.choose(school).interventie == "tutoring"
    assert interventies.choose(store.school("ZZ0400")).interventie in evaluatie.registry(store)


def test_an_unknown_name_is_said_and_unknown_designs_are_refused(school):
    unknown = interventies.choose(school, "tutorink")
    assert unknown.aanpak is None and "tutoring" in unknown.reason and unknown.told(school) == unknown.reason
    with pytest.raises(ValueError, match="unknown ontwerp 'lotting'.*Did you mean 'loting'"):
        interventies.choose(school, "tutoring", "lotting")
    with pytest.raises(ValueError, match="unknown uitkomst 'rekenen'"):
        interventies.choose(school, "tutoring", None, "rekenen")


def test_the_numbers_of_one_other_school_are_not_told(store, school):
    alone = interventies.choose(school, "taalklas")
    assert alone.told(school) == ""
    assert "te weinig scholen" in alone.told(store.school("ZZ0200"))
    assert interventies.choose(school, "tutoring").told(store.school("ZZ0200")) == ""


def test_what_an_approach_costs_is_not_what_the_first_school_pays():
    facts = dict.fromkeys(entries._TEXT, "x") | {"interventie": "x", "grens": float("nan")}
    paid = {"ZZ0100": 300.0, "ZZ0200": 1000.0, "ZZ0300": 900.0, "ZZ0400": float("nan")}
    rows = [{**facts, "vestiging": code, "start": "2021-2022", "kosten": euro} for code, euro in paid.items()]
    assert entries._entry(pd.DataFrame(rows)).kosten == 900.0
