"""Open data over the years: counted again by hand from the rows, and from the raw file of DUO."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records
from themes import of_themes

from kansen_lib import disclosure
from kansen_lib import store as stores
from kansen_lib.benchmark import Benchmark, examens, open_data
from kansen_lib.chapters.context import LESS_CHANCE
from kansen_lib.chapters.oorzaken import openbaar
from kansen_lib.store import School, Store

PASSED = examens.ALL_PASSED


@pytest.fixture(scope="module")
def known(store: Store) -> Benchmark:
    """The themes that these chapters read."""
    return of_themes(store, examens, open_data)


def ends_by_sex(rows: list[dict], name: str) -> dict[tuple[str, str], dict[str, list[int]]]:
    """Lower and upper count of each sex, by route and year."""
    found: dict = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for row in rows:
        here = found[row["onderwijstype"], row["schooljaar"]][row["geslacht"]]
        here[0] += row[f"{name}_lower"]
        here[1] += row[f"{name}_upper"]
    return found


def middle(count: list[int], rest: list[int]) -> float:
    """Middle of the smallest and the largest share that the bounds allow."""
    return (count[0] / (count[0] + rest[1]) + count[1] / (count[1] + rest[0])) / 2


def test_girls_among_candidates_are_counted_by_hand(store: Store, school: School, known) -> None:
    own = ends_by_sex(records(store, "examens", vestiging=DEMO), "kandidaten")
    every = ends_by_sex(records(store, "examens"), "kandidaten")
    shown = [
        item for item in openbaar.girls_among_candidates(school, known).estimates if item.value is not None
    ]
    assert len(shown) > 20
    for item in shown:
        sexes, all_sexes = own[item.name, item.group], every[item.name, item.group]
        assert item.value == pytest.approx(middle(sexes["vrouw"], sexes["man"]))
        assert item.reference == pytest.approx(middle(all_sexes["vrouw"], all_sexes["man"]))
        assert item.lower <= sexes["vrouw"][0] / (sexes["vrouw"][0] + sexes["man"][1])


def test_what_is_masked_is_not_worked_out_from_the_total(store: Store, known) -> None:
    """Of 12 candidates of whom 9 are boys 3 are girls: the report says one to four."""
    keys = {"vestiging": DEMO, "schooljaar": "2023-2024", "onderwijstype": "havo", "opleiding": "HAVO"}
    counts = {"man": (9, 9), "vrouw": (1, 4), "totaal": (12, 12)}
    rows = [
        {**keys, "geslacht": sex, "kandidaten_lower": low, "kandidaten_upper": high}
        for sex, (low, high) in counts.items()
    ]
    (row,) = examens.girl_candidates(pd.DataFrame(rows)).to_dict("records")
    assert (row["aantal_lower"], row["aantal_upper"]) == (1, 4)
    item = examens.share_of(pd.Series(row), "havo")
    assert item.lower < 1 / 10 and item.upper > 4 / 13


def test_routes_of_candidates_hold_what_the_masked_counts_allow(store: Store, school: School, known) -> None:
    by_route: dict = defaultdict(lambda: [0, 0])
    for row in records(store, "examens", vestiging=DEMO, geslacht="totaal"):
        key = row["onderwijstype"], row["schooljaar"]
        by_route[key] = [
            by_route[key][0] + row["kandidaten_lower"],
            by_route[key][1] + row["kandidaten_upper"],
        ]
    for item in openbaar.tracks_of_candidates(school, known).estimates:
        others = [ends for (_, year), ends in by_route.items() if year == item.group]
        own = by_route[item.name, item.group]
        rest = [sum(ends[i] for ends in others) - own[i] for i in (0, 1)]
        assert item.value == pytest.approx(middle(own, rest))


def test_a_year_is_held_against_all_schools_in_that_year(school: School, known) -> None:
    for item in openbaar.exam_yield_over_time(school, known).estimates:
        if item.value is not None:
            assert item.reference == known.value("slaagt", item.group, item.name) is not None


def test_years_under_other_rules_are_not_pooled() -> None:
    years = ["2018-2019", "2019-2020", "2020-2021", "2021-2022", "2022-2023", "2023-2024", "2024-2025"]
    pooled = {
        last: list(examens.latest_rules(pd.DataFrame({"schooljaar": years[: i + 1]}))["schooljaar"])
        for i, last in enumerate(years)
    }
    assert pooled["2019-2020"] == ["2019-2020"]
    assert pooled["2021-2022"] == ["2020-2021", "2021-2022"]
    assert pooled["2022-2023"] == ["2022-2023"]
    assert pooled["2024-2025"] == ["2022-2023", "2023-2024", "2024-2025"]


def test_chance_weighs_most_on_the_smallest_route(store: Store, known) -> None:
    """Every shrunken pass rate lies between the counted one and the average school, nearer with few."""
    pulls = []
    for vestiging in store.vestigingen.index:
        result = openbaar.exam_yield_in_context(store.school(vestiging), known)
        found = {(item.name, item.group): item for item in result.estimates}
        for (name, route), raw in found.items():
            prior, calm = known.prior(examens.PASSED, route), found.get((name + LESS_CHANCE, route))
            if calm is None or calm.value is None or prior is None or raw.value == prior.mean:
                continue
            pull = (raw.value - calm.value) / (raw.value - prior.mean)
            assert 0 < pull < 1 and calm.n == raw.n
            pulls.append((route, raw.n, pull))
    (route,) = {route for route, *_ in pulls if route == "havo"}
    sizes, pull = np.array([(n, part) for name, n, part in pulls if name == route]).T
    assert len(sizes) >= 5 and np.corrcoef(sizes, pull)[0, 1] < -0.3


def test_the_spread_of_pass_rates_is_that_of_schools_and_not_of_chance(store: Store, known) -> None:
    """The simulated schools differ less in who passes than their counts do."""
    for route in ("havo", "vwo"):
        prior, rates = known.prior(examens.PASSED, route), []
        for vestiging in store.vestigingen.index:
            for item in openbaar.exam_yield_in_context(store.school(vestiging), known).estimates:
                if (item.name, item.group) == (PASSED, route) and item.value is not None and item.n >= 20:
                    rates.append(item.value)
        assert 0 <= prior.sd < np.std(rates, ddof=1)
        assert min(rates) < prior.mean < max(rates)


# --- marks ------------------------------------------------------------------------------------------


def marks(rows: list[tuple]) -> pd.DataFrame:
    """Rows of the table cijfers: vestiging, route, opleiding, vak, onderdeel, pupils, mark."""
    names = ["vestiging", "onderwijstype", "opleiding", "vak", "onderdeel", "aantal_lower", "cijfer"]
    frame = pd.DataFrame(rows, columns=names).assign(schooljaar="2018-2019")
    return frame.assign(aantal_upper=frame["aantal_lower"])


ROWS = [
    (DEMO, "havo", "HAVO - A", "alle vakken", "schoolexamen", 30, 6.2),
    (DEMO, "havo", "HAVO - B", "alle vakken", "schoolexamen", 10, 7.0),
    (DEMO, "havo", "HAVO - A", "alle vakken", "centraal examen", 30, 6.0),
    (DEMO, "havo", "HAVO - B", "alle vakken", "centraal examen", 10, 6.8),
    (DEMO, "havo", "HAVO - A", "Nederlands", "centraal examen", 30, 9.0),
    (DEMO, "vwo", "VWO - A", "alle vakken", "schoolexamen", 19, 7.0),
    (DEMO, "vwo", "VWO - A", "alle vakken", "centraal examen", 19, 7.0),
    (DEMO, "vmbo-t", "TL", "alle vakken", "schoolexamen", 40, 6.0),
    ("ZZ0101", "havo", "HAVO - A", "alle vakken", "schoolexamen", 40, 6.0),
    ("ZZ0101", "havo", "HAVO - A", "alle vakken", "centraal examen", 40, 7.0),
]


def test_marks_are_weighted_by_candidates_and_few_of_them_left_out(store: Store, tmp_path: Path) -> None:
    made = stores.write(
        tmp_path, [("vestigingen", store.read("vestigingen")), ("cijfers", marks(ROWS))], simulated=True
    )
    result = openbaar.exam_marks(made.school(DEMO), of_themes(made, examens))
    found = {(item.name, item.group): item for item in result.estimates}
    assert found["havo", "schoolexamen"].value == pytest.approx((30 * 6.2 + 10 * 7.0) / 40)
    assert found["havo", "schoolexamen"].reference == pytest.approx((30 * 6.2 + 10 * 7.0 + 40 * 6.0) / 80)
    gap = found["op havo", "centraal examen minus schoolexamen"]
    assert gap.value == pytest.approx(-0.2) and gap.n == 40
    assert gap.reference == pytest.approx((-0.2 * 40 + 1.0 * 40) / 80)
    assert found["vwo", ""].value is None and "20 kandidaten" in found["vwo", ""].reason
    assert not [name for name, _ in found if name.endswith("vmbo-t")]  # one of the two marks is not there
    assert disclosure.release(result).status == "released"


# --- the raw file -----------------------------------------------------------------------------------


def test_candidates_of_a_real_school_by_hand(shared: Path, tmp_path: Path) -> None:
    """Montessori College Nijmegen (00RZ00), havo 2017-2018, with the csv module only."""
    from kansen_lib.sources import duo

    raw = shared / "data/duo/vo/examenkandidaten-en-geslaagden-2014-2019.csv"
    girls = boys = 0
    with raw.open(encoding="cp1252", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            here = row["BRIN NUMMER"] == "00RZ" and row["VESTIGINGSNUMMER"].endswith("00")
            if here and row["ONDERWIJSTYPE VO"].strip() == "HAVO":
                girls += int(row["EXAMENKANDIDATEN SCHOOLJAAR 2017-2018 - VROUW"] or 0)
                boys += int(row["EXAMENKANDIDATEN SCHOOLJAAR 2017-2018 - MAN"] or 0)
    opened = stores.write(tmp_path, duo.read([raw, raw.parent / "alle-vestigingen-vo.csv"]).tables.items())
    result = openbaar.girls_among_candidates(opened.school("00RZ00"), of_themes(opened))
    item = result["havo", "2017-2018"]
    assert girls > 0 and (item.count, item.n) == (girls, girls + boys)
