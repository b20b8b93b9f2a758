"""Every number in context: counted by hand, withheld together, closer to the truth, expected without bias."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from statistics import fmean

import pandas as pd
import pytest
from counting import DEMO, records

from kansen_lib import codes, disclosure, indicators
from kansen_lib import store as stores
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import context as beside
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.chapters import context
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Reason
from kansen_lib.store import School, Store

GROUPS = ("laag", "midden", "hoog")
GAP = "hoog minus laag"
#: First year of the last school year that was seen: a younger third year is not known yet.
LAST_YEAR = 2025
NAMES = tuple(indicators.INDICATORS)
FAMILIES = ("", context.LESS_CHANCE, context.EXPECTED)


@pytest.fixture(scope="module")
def rows(store: Store) -> list:
    """What the network phase computes for this chapter, and nothing else of it."""
    return list(beside.rows(Network(store)))


@pytest.fixture(scope="module")
def known(rows: list) -> Benchmark:
    """The same rows, to be found by name."""
    return Benchmark(as_table(rows))


def shown(name: str, school: School, known: Benchmark, pupils: pd.DataFrame | None = None) -> Result:
    """An indicator of a school in context."""
    pupils = pupils_of(school) if pupils is None else pupils
    outcome = indicators.outcome(name, pupils)
    found = context.in_context(name, outcome, pupils["opleiding"], school, known)
    return Result(name, found, sources=("leerlingen", "loopbaan"))


# --- counted again by hand ----------------------------------------------------------------------------


def by_hand(store: Store, vestigingen: set[str]) -> dict[str, dict[str, list[float]]]:
    """Outcomes of pupils per indicator and group, from plain records."""
    careers, tests = defaultdict(list), defaultdict(dict)
    for row in records(store, "loopbaan"):
        if row["vestiging"] in vestigingen:
            careers[row["leerling"], row["vestiging"]].append(row)
    for row in records(store, "toetsen"):
        if row["vestiging"] in vestigingen and row["domein"] != "totaal":
            tests[row["leerling"], row["vestiging"]][row["moment"], row["domein"]] = row
    found: dict = {name: defaultdict(list) for name in NAMES}
    for pupil in records(store, "leerlingen"):
        key = (pupil["leerling"], pupil["vestiging"])
        if pupil["vestiging"] in vestigingen and isinstance(pupil["opleiding_ouders"], str):
            group = codes.three_classes(pupil["opleiding_ouders"])
            for name, value in outcomes(pupil, careers[key], tests[key]).items():
                found[name][group].append(value)
    return found


def outcomes(pupil: dict, career: list[dict], tests: dict) -> dict[str, float]:
    """What is known of one pupil by hand."""
    found = {}
    career = sorted(career, key=lambda row: row["schooljaar"])
    year = int(pupil["cohort"][:4]) + 2
    third = [row for row in career if row["schooljaar"] == f"{year}-{year + 1}"]
    left = career[-1]["afloop"] == "uit het onderwijs"
    leerjaar = third[0]["leerjaar"] if third else 0 if left and year <= LAST_YEAR else None
    if leerjaar is not None:
        found["zonder_vertraging"] = float(leerjaar >= 3)
    for domain in ("taal", "rekenen"):
        row = tests.get(("groep 8", domain))
        if row and isinstance(row["referentieniveau"], str):
            found[f"{domain}_1F"] = float(row["referentieniveau"] != "onder 1F")
            found[f"{domain}_streefniveau"] = float(row["referentieniveau"] == "1S of 2F")
    means = {}
    for moment in ("groep 8", "leerjaar 3"):
        scores = [row["score"] for (when, _), row in tests.items() if when == moment]
        if scores:
            means[moment] = fmean(scores)
    if "leerjaar 3" in means:
        found["score_in_leerjaar_3"] = means["leerjaar 3"]
        if "groep 8" in means:
            found["groei"] = means["leerjaar 3"] - means["groep 8"]
    return found


@pytest.mark.parametrize(
    "name", ["zonder_vertraging", "taal_1F", "rekenen_streefniveau", "score_in_leerjaar_3", "groei"]
)
def test_school_and_all_schools_are_those_counted_by_hand(name, store, school, known, counted) -> None:
    own, everywhere = counted
    found = shown(name, school, known)
    for group in GROUPS:
        item = found[name, group]
        assert (item.value, item.n) == (pytest.approx(fmean(own[name][group])), len(own[name][group]))
        assert item.reference == pytest.approx(fmean(everywhere[name][group]))
    gap = found[name, GAP]
    assert gap.value == pytest.approx(found[name, "hoog"].value - found[name, "laag"].value)
    assert gap.reference == pytest.approx(found[name, "hoog"].reference - found[name, "laag"].reference)


@pytest.fixture(scope="module")
def counted(store: Store) -> tuple[dict, dict]:
    """Outcomes by hand, of the demo school and of all schools."""
    return by_hand(store, {DEMO}), by_hand(store, set(store.vestigingen.index))


def test_on_course_is_on_no_lower_level_than_the_advies_in_the_third_year(store: Store, school) -> None:
    pupils = pupils_of(school).set_index("leerling")
    found = indicators.outcome("op_koers", pupils)
    years = defaultdict(dict)
    for row in records(store, "loopbaan", vestiging=DEMO):
        years[row["leerling"]][row["schooljaar"]] = row
    seen = Counter()
    for code, pupil in pupils.iterrows():
        year = int(pupil["cohort"][:4]) + 2
        row = years[code].get(f"{year}-{year + 1}")
        if row is None or not isinstance(pupil["advies_definitief"], str):
            continue
        levels, wanted = (
            [codes.step(level) for level in codes.levels(label)]
            for label in (row["niveau"], pupil["advies_definitief"])
        )
        if row["leerjaar"] < 3:
            assert found[code] == 0
            seen["delayed"] += 1
        elif levels and wanted and min(levels) >= max(wanted):
            assert found[code] == 1
            seen["on course"] += 1
        elif levels and wanted and max(levels) < min(wanted):
            assert found[code] == 0
            seen["lower"] += 1
    assert min(seen[kind] for kind in ("delayed", "on course", "lower")) > 10


def test_no_number_of_the_benchmark_is_told_twice_and_differently(network: Benchmark, store: Store) -> None:
    """Two themes that give one name to two things: whoever reads it gets the last."""
    (folder,) = (store.path / "benchmark").iterdir()
    table = pd.read_parquet(folder / "numbers.parquet").drop_duplicates()
    assert not table[table.duplicated(["name", "eenheid", "group"], keep=False)].to_dict("records")


# --- the gate: together or not at all -----------------------------------------------------------------


@pytest.fixture(scope="module")
def everywhere(store: Store, known: Benchmark) -> list[Result]:
    """Every indicator of every school in context."""
    schools = [store.school(code) for code in store.vestigingen.index]
    pupils = [pupils_of(school) for school in schools]
    return [
        shown(name, school, known, own) for school, own in zip(schools, pupils, strict=True) for name in NAMES
    ]


@pytest.mark.parametrize("profile", disclosure.PROFILES)
def test_the_three_numbers_are_released_or_withheld_together(profile: str, everywhere: list[Result]) -> None:
    """A number pulled to the mean gives the raw one back, and so do levels beside a difference."""
    withheld = 0
    for result in everywhere:
        found = disclosure.release(result, profile).numbers
        name = found[0].name
        by_key = {(number.name, number.group): number for number in found}
        for raw in [number for number in found if number.name == name]:
            for more in FAMILIES[1:]:
                other = by_key[name + more, raw.group]
                if raw.reason:
                    assert other.value is None and other.n is None, (name, raw.group, more)
                elif raw.clipped:
                    assert other.value is None or other.clipped, (name, raw.group, more)
                else:
                    assert not other.reason.startswith(("te weinig leerlingen", "niet getoond"))
            withheld += bool(raw.reason)
    assert withheld > 50


@pytest.mark.parametrize("profile", disclosure.PROFILES)
@pytest.mark.parametrize("cells", [(9, 30, 80), (30, 9, 80), (12, 14, 9), (3, 4, 80), (200, 9, 8)])
@pytest.mark.parametrize("lacks", ["", *GROUPS])
def test_also_where_a_level_cannot_be_computed(profile: str, cells, lacks: str, school: School) -> None:
    """Without a value for one group the other families hide the same groups as the raw one."""
    groups = [group for group, size in zip(GROUPS, cells, strict=True) for _ in range(size)]
    outcome = pd.Series([float(i % 2) for i in range(len(groups))])
    group = pd.Series(groups, dtype=codes.OPLEIDING_OUDERS_3.dtype())
    average = beside.average_school("diploma")
    table = [("", Estimate(average, label, 0.6, "share"), 0.1) for label in (*GROUPS, GAP) if label != lacks]
    benchmark = Benchmark(as_table(table))
    found = context.in_context("diploma", outcome, group, school, benchmark)
    numbers = disclosure.release(Result("x", found, sources=("leerlingen",)), profile).numbers
    raw = {n.group for n in numbers if n.name == "diploma" and n.value is not None}
    calm = {n.group for n in numbers if n.name == "diploma, met minder toeval" and n.value is not None}
    assert calm == raw - {lacks}


def test_persons_and_cells_are_those_of_the_raw_number(school: School, known: Benchmark) -> None:
    for name in NAMES:
        found = shown(name, school, known)
        for group in (*GROUPS, GAP):
            raw, *others = (found[name + more, group] for more in FAMILIES)
            for other in others:
                assert (other.n, other.count, other.smallest) == (raw.n, raw.count, raw.smallest)


# --- reasons instead of values --------------------------------------------------------------------------


def test_one_school_alone_has_nothing_to_compare_with(tmp_path: Path, store: Store) -> None:
    tables = ("vestigingen", "leerlingen", "loopbaan", "toetsen")
    own = [(name, store.read(name, where={"vestiging": DEMO})) for name in tables]
    alone = stores.write(tmp_path, own, simulated=True)
    assert list(beside.rows(Network(alone))) == []
    found = shown("havo_of_vwo_in_leerjaar_3", alone.school(DEMO), Benchmark(as_table([])))
    assert found["havo_of_vwo_in_leerjaar_3", "laag"].value is not None
    for more in FAMILIES[1:]:
        for group in (*GROUPS, GAP):
            assert found["havo_of_vwo_in_leerjaar_3" + more, group].reason == context.FEW_SCHOOLS


def test_a_choice_of_cohorts_has_no_expectation_of_other_pupils(store: Store, known: Benchmark) -> None:
    found = shown("havo_of_vwo_in_leerjaar_3", store.school(DEMO, ["2019-2020"]), known)
    assert (
        found["havo_of_vwo_in_leerjaar_3, verwacht bij deze leerlingen", "laag"].reason
        == context.OTHER_PUPILS
    )
    assert found["havo_of_vwo_in_leerjaar_3, met minder toeval", "laag"].value is not None


def test_no_spread_between_schools_is_said_and_not_taken_for_none(school: School) -> None:
    rows = [("", Estimate(beside.average_school("diploma"), label, 0.8, "share"), 0.0) for label in GROUPS]
    found = shown("diploma", school, Benchmark(as_table(rows)))
    assert found["diploma, met minder toeval", "laag"].reason == Reason.NO_VARIATION


def test_a_group_that_is_not_there_gives_no_gap(school: School, known: Benchmark) -> None:
    pupils = pupils_of(school)
    part = pupils[pupils["opleiding"] != "laag"]
    for name in ("diploma", "groei"):
        outcome = indicators.outcome(name, part)
        items = context.in_context(name, outcome, part["opleiding"], school, known)
        gaps = [item for item in items if item.group == GAP]
        assert len(gaps) == 3 and {item.reason for item in gaps} == {Reason.EMPTY_GROUP}
