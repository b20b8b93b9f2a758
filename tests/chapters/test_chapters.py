"""Chapters on the simulated region: counted again by hand, and held to the known truth."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from analyses import ANALYSES
from counting import DEMO, records, values

from kansen_lib import benchmark, codes
from kansen_lib.chapters import aan_de_slag, definities, selectie
from kansen_lib.chapters.dutch import DUTCH, in_dutch
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats import terms
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School, Store

# --- counted again by hand --------------------------------------------------------------------------


def test_diploma_shares_are_those_counted_by_hand(store: Store, school: School, network) -> None:
    last = max(row["schooljaar"] for row in records(store, "loopbaan"))
    passed = {
        row["leerling"] for row in records(store, "loopbaan", vestiging=DEMO) if row["afloop"] == "diploma"
    }
    still = {
        row["leerling"] for row in records(store, "loopbaan", vestiging=DEMO) if row["afloop"] == "onbekend"
    }
    seen, done = Counter(), Counter()
    for row in records(store, "leerlingen", vestiging=DEMO):
        if int(last[:4]) - int(row["cohort"][:4]) + 1 < 7 or not isinstance(row["opleiding_ouders"], str):
            continue
        if row["leerling"] in still:
            continue
        group = codes.three_classes(row["opleiding_ouders"])
        seen[group] += 1
        done[group] += row["leerling"] in passed
    found = values(definities.diploma(school, network))
    assert {group: found["diploma", group] for group in seen} == pytest.approx(
        {group: done[group] / seen[group] for group in seen}
    )


def test_pass_rates_are_those_counted_by_hand(store: Store, school: School, network) -> None:
    passed, failed = Counter(), Counter()
    rows = [row for row in records(store, "examens", vestiging=DEMO) if row["geslacht"] == "totaal"]
    for row in rows:
        if row["schooljaar"] in sorted({row["schooljaar"] for row in rows})[-3:]:
            low, high = row["geslaagden_lower"], min(row["geslaagden_upper"], row["kandidaten_upper"])
            passed[row["onderwijstype"]] += np.array([low, high])
            fewest = max(0, row["kandidaten_lower"] - row["geslaagden_upper"])
            failed[row["onderwijstype"]] += np.array([fewest, row["kandidaten_upper"] - low])
    for item in definities.exam_yield_by_route(school, network).estimates:
        yes, no = passed[item.group], failed[item.group]
        low, high = yes[0] / (yes[0] + no[1]), yes[1] / (yes[1] + no[0])
        assert item.value == pytest.approx((low + high) / 2)
        assert item.lower <= low and item.upper >= high


def test_years_under_other_exam_rules_are_not_pooled(store: Store, school: School, network) -> None:
    """Seven years reach back over 2020, 2021 and 2022; only what follows is taken."""
    last = sorted(store.read("examens")["schooljaar"].unique())[-4:]
    assert last[0] == "2022-2023"
    assert definities.exam_yield_by_route(school, network, 7) == definities.exam_yield_by_route(
        school, network, 4
    )


def test_the_reference_of_all_schools_leaves_masked_programmes_out(store: Store, network) -> None:
    rows = store.read(
        "examens", where={"geslacht": "totaal", "onderwijstype": "havo", "schooljaar": "2023-2024"}
    )
    exact = rows[
        (rows["kandidaten_lower"] == rows["kandidaten_upper"])
        & (rows["geslaagden_lower"] == rows["geslaagden_upper"])
    ]
    by_hand = exact["geslaagden_lower"].sum() / exact["kandidaten_lower"].sum()
    assert network.value("slaagt", "2023-2024", "havo") == pytest.approx(by_hand)


def test_the_toets_is_above_the_advies_as_often_as_counted(store: Store, school: School, network) -> None:
    """Of the eindtoets: the doorstroomtoets has norms of its own."""
    higher, known = Counter(), Counter()
    for row in records(store, "leerlingen", vestiging=DEMO, regime="eindtoets"):
        if all(isinstance(row[name], str) for name in ("opleiding_ouders", "advies_eerste", "toetsadvies")):
            group = codes.three_classes(row["opleiding_ouders"])
            if np.isnan(codes.step(row["advies_eerste"])):
                continue
            known[group] += 1
            higher[group] += codes.step(row["toetsadvies"]) > codes.step(row["advies_eerste"])
    found = values(selectie.toets_above_advies(school, network))
    for group in known:
        assert found["toets_hoger", group] == pytest.approx(higher[group] / known[group])
    gap = higher["hoog"] / known["hoog"] - higher["laag"] / known["laag"]
    assert found["toets_hoger", "hoog minus laag"] == pytest.approx(gap)


def test_advies_at_equal_score_is_about_the_same_pupils_as_its_levels(store, school, network) -> None:
    """A cohort without a test has an advies, but no equal score: it counts in neither."""
    higher, known, everywhere = Counter(), Counter(), {"laag": [], "midden": [], "hoog": []}
    total = 0
    for row in records(store, "leerlingen"):
        here = row["vestiging"] == DEMO
        total += here
        complete = all(
            isinstance(row[name], str) for name in ("opleiding_ouders", "advies_eerste", "basisschool")
        )
        step = codes.step(row["advies_eerste"]) if complete else np.nan
        if not complete or np.isnan(row["toetsscore"]) or np.isnan(step) or row["regime"] != "eindtoets":
            continue
        group = codes.three_classes(row["opleiding_ouders"])
        everywhere[group].append(step >= 4)
        known[group] += here
        higher[group] += here and step >= 4
    found = selectie.advies_at_equal_score(school, network)
    for group in known:
        level = found["havo_advies", group]
        assert (level.count, level.n) == (higher[group], known[group])
        assert level.reference == pytest.approx(np.mean(everywhere[group]))
    assert found["gat bij gelijke score", "hoog minus laag"].n == sum(known.values())
    assert found.dropped == (total - sum(known.values()), total)


def test_a_class_with_havo_in_it_counts_however_broad(store: Store, network) -> None:
    """The middenschool keeps all levels together: all of its pupils sit in a class with havo in it."""
    names = store.vestigingen["naam"]
    middenschool = store.school(names.index[names.str.contains("Middenschool")][0])
    assert set(middenschool.table("loopbaan").query("leerjaar == 3")["niveau"]) == {"vmbo-b/k/gt/havo/vwo"}
    found = values(aan_de_slag.level_and_gap(middenschool, network))
    assert [found["havo_of_vwo_in_leerjaar_3", label] for label in ("laag", "midden", "hoog")] == [1, 1, 1]


def test_pupils_by_level_add_up_to_the_school(store: Store, school: School) -> None:
    rows = records(store, "aantallen", vestiging=DEMO)
    last = max(row["schooljaar"] for row in rows)
    total = sum(row["aantal_lower"] for row in rows if row["schooljaar"] == last)
    assert sum(item.value for item in aan_de_slag.pupils_by_level(school).estimates) == total


def test_a_school_without_exams_has_no_diplomas_to_count(store: Store, network) -> None:
    names = store.vestigingen["naam"]
    middenschool = store.school(names.index[names.str.contains("Middenschool")][0])
    (found,) = definities.diploma(middenschool, network).estimates
    assert found.value is None and "elders examen" in found.reason


# --- held to the truth ------------------------------------------------------------------------------


def test_the_gap_at_equal_score_is_the_true_one_and_what_the_error_of_the_test_adds(network, truth) -> None:
    """A score with error leaves about (1 - reliability) of the gap in skill in; the card says so."""
    found = network.find("advies_bij_gelijke_score", "hoog minus laag")
    advice, test = truth["advice"], truth["test"]
    gap_in_score = network.value("toetsscore", "hoog") - network.value("toetsscore", "laag")
    gap_in_skill = gap_in_score / (test["sd"] * test["reliability"] ** 0.5)
    left_in = (1 - test["reliability"]) * gap_in_skill * advice["steps_per_sd"]
    assert found.lower < left_in - advice["conditional_gap_steps_laag_minus_hoog"] < found.upper


def test_no_exam_years_are_no_pass_rate(school: School, network) -> None:
    with pytest.raises(ValueError, match="'years' is 0: at least 1 exam year"):
        definities.exam_yield_by_route(school, network, 0)


def test_every_word_of_the_statistics_has_a_dutch_one() -> None:
    assert set(DUTCH) == {*terms.Reason, *terms.Method, *terms.Interval}
    for name, codelist in (("reason", terms.Reason), ("method", terms.Method), ("interval", terms.Interval)):
        for word in codelist:
            facts = {"reason": word} if name == "reason" else {"value": 1.0, name: word}
            (item,) = in_dutch(Result("x", (Estimate("x", **facts),))).estimates
            assert getattr(item, name) == DUTCH[word]


# --- every analysis on every school -------------------------------------------------------------------


@pytest.fixture(scope="module")
def schools(store: Store) -> list[School]:
    """The school of the notebooks, and the smallest one of every set of levels in leerjaar 3."""
    size = store.read("leerlingen", ["vestiging"]).value_counts("vestiging")
    careers = store.read("loopbaan", ["vestiging", "leerjaar", "niveau"])
    levels = careers[careers["leerjaar"] == 3].groupby("vestiging")["niveau"].agg(frozenset)
    smallest = {levels[code]: code for code in size.index}  # from large to small: the last one stays
    return [store.school(code) for code in sorted({DEMO, *smallest.values()})]


def test_the_swept_schools_are_of_every_kind(store: Store, schools: list[School]) -> None:
    names = " ".join(school.naam for school in schools)
    size = store.read("leerlingen", ["vestiging"]).value_counts("vestiging")
    assert len(schools) < len(store.vestigingen)
    assert all(kind in names for kind in ("Praktijk", "Middenschool", "Gymnasium", "Vak"))
    assert size.index[-1] in {school.vestiging for school in schools}


#: A number of one year may lie beyond the limits of chance around the mean of all years.
LIMITS = DUTCH[terms.Interval.CONTROL]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ANALYSES)
def test_an_analysis_gives_numbers_or_reasons_on_every_kind_of_school(name: str, schools, network) -> None:
    """Also on the smallest vestiging, the middenschool without exams and praktijkonderwijs."""
    for school in schools:
        shared = pupils_of(school)
        before = shared.copy()
        result = ANALYSES[name](school, network)
        assert result.name == name and result.sources
        assert result.estimates or result.missing
        for item in result.estimates:
            assert item.value is not None or item.reason
            if item.lower is not None and item.interval != LIMITS:
                assert item.lower <= item.value <= item.upper
        pd.testing.assert_frame_equal(shared, before)  # all cards of a school read this one frame


def test_every_analysis_of_the_notebooks_is_swept(root: Path) -> None:
    used = set()
    for path in (root / "notebooks").glob("*.ipynb"):
        source = "".join("".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"])
        used |= {name for name in ANALYSES if f".{name}(" in source}
    assert used == set(ANALYSES)


def test_without_pupils_an_analysis_names_the_columns_it_lacks(store: Store, tmp_path: Path) -> None:
    from kansen_lib import store as stores

    public = stores.write(
        tmp_path,
        [(name, store.read(name)) for name in ("vestigingen", "aantallen", "examens")],
        simulated=True,
    )
    school, network = public.school(DEMO), benchmark.load(public)
    found = definities.diploma(school, network)
    assert found.missing == ("leerlingen.opleiding_ouders", "loopbaan.afloop") and not found.estimates
    assert selectie.advies_of_basisscholen(school, network).missing == ("adviezen_po.aantal_lower",)
    assert definities.exam_yield_by_route(school, network).estimates


# --- real files ---------------------------------------------------------------------------------------


def test_a_real_school_can_be_found_back_in_the_raw_file(shared: Path, tmp_path: Path) -> None:
    """Montessori College Nijmegen (00RZ00) by hand, with the csv module only."""
    from kansen_lib import store as stores
    from kansen_lib.sources import duo

    raw = shared / "data/duo/vo/leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv"
    by_hand = Counter()
    with raw.open(encoding="cp1252", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            if (row["BRIN NUMMER"], row["VESTIGINGSNUMMER"]) == ("00RZ", "00"):
                kind = row["ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR"]
                by_hand[kind] += sum(
                    int(n) for name, n in row.items() if name.startswith("LEER- OF VERBLIJFSJAAR ")
                )
    addresses = shared / "data/duo/vo/alle-vestigingen-vo.csv"
    opened = stores.write(tmp_path, duo.read([raw, addresses]).tables.items())
    found = values(aan_de_slag.pupils_by_level(opened.school("00RZ00")))
    assert found["leerlingen", "brugjaar"] == by_hand["Brugjaar 1-2"] > 0
    assert found["leerlingen", "vwo"] >= by_hand["VWO lj 4-6"] > 0
    assert sum(found.values()) == sum(by_hand.values())
