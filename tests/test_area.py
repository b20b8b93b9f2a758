"""A region of schools: who is in it, and the counts that its cards rest on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from kansen_lib import store as stores
from kansen_lib.benchmark import Benchmark, area
from kansen_lib.store import School, Store, StoreError

DEMO = "ZZ0100"


@pytest.fixture(scope="module")
def opened(voorbeeld: Path) -> Store:
    return Store(voorbeeld)


@pytest.fixture(scope="module")
def school(opened: Store) -> School:
    return opened.school(DEMO)


def test_a_region_is_the_own_gemeente_unless_others_are_asked_for(opened: Store, school: School) -> None:
    own = area.around(school)
    of = opened.vestigingen["gemeente"]
    assert own.vestigingen == tuple(sorted(of.index[of == school.record["gemeente"]]))
    both = area.around(school, "Fabelrade, Denkwolde")
    assert both == area.around(school, ["Denkwolde", "Fabelrade"])
    assert (both.name, len(both.vestigingen)) == ("Denkwolde en Fabelrade", 8)
    assert set(own.vestigingen) < set(both.vestigingen)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("Denkwold", "no vo school in gemeente 'Denkwold'. Did you mean 'Denkwolde'?"),
        (["Fabelrade"], "school ZZ0100 lies in Denkwolde; add it to Fabelrade"),
    ],
)
def test_a_wrong_region_says_what_to_do(school: School, asked: str | list[str], words: str) -> None:
    with pytest.raises(StoreError, match=words.replace("?", r"\?").replace(".", r"\.")):
        area.around(school, asked)


def test_a_school_without_a_gemeente_is_alone(tmp_path: Path, opened: Store) -> None:
    known = opened.read("vestigingen")
    known.loc[known["vestiging"] == DEMO, "gemeente"] = None
    made = stores.write(tmp_path, [("vestigingen", known)], simulated=True)
    assert area.around(made.school(DEMO)) == area.Area("", (), (DEMO,))
    assert DEMO not in {code for item in area.each(made) for code in item.vestigingen}


def test_levels_are_counted_as_in_the_table_of_duo(opened: Store, school: School) -> None:
    by_hand: Counter[tuple[str, str, str, str]] = Counter()
    for row in opened.read("aantallen").to_dict("records"):
        if row["leerjaar"] >= 3 and row["vestiging"] in area.around(school).vestigingen:
            level = {"vmbo-g": "vmbo-gt", "vmbo-t": "vmbo-gt"}.get(row["onderwijstype"], row["onderwijstype"])
            if level in ("pro", "vmbo-b", "vmbo-k", "vmbo-gt", "havo", "vwo"):
                by_hand[row["schooljaar"], row["vestiging"], level, row["geslacht"]] += row["aantal_lower"]
    found = area.levels(opened, area.around(school).vestigingen)
    keys = ["schooljaar", "vestiging", "niveau", "geslacht"]
    assert found.set_index(keys)["aantal"].to_dict() == dict(by_hand)
    assert (found["lower"] == found["upper"]).all()
    assert set(found.loc[found["niveau"] == "vwo", "richting"]) == {"havo/vwo"}


def test_a_masked_count_has_its_bounds_and_their_middle(tmp_path: Path, opened: Store) -> None:
    counts = opened.read("aantallen", where={"vestiging": DEMO}).query("leerjaar == 3").head(1)
    masked = counts.assign(onderwijstype="havo", aantal_lower=1, aantal_upper=4)
    tables = [("aantallen", masked), ("vestigingen", opened.read("vestigingen"))]
    (row,) = area.levels(stores.write(tmp_path, tables, simulated=True)).to_dict("records")
    assert (row["lower"], row["upper"], row["aantal"]) == (1, 4, 2)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("leerlingen", ["cohort", "advies_definitief", "geslacht"]),
        ("woonplaats", ["cohort", "advies_definitief", "pc4"]),
    ],
)
def test_every_pupil_is_counted_once(
    name: str, keys: list[str], opened: Store, network: Benchmark, school: School
) -> None:
    own = network.counts(name, [DEMO]).rename(columns={"advies": "advies_definitief"})
    pupils = opened.read("leerlingen", where={"vestiging": DEMO})
    missing = "-"
    wanted = Counter(pupils[keys].fillna(missing).itertuples(index=False, name=None))
    found = own.fillna({key: missing for key in keys}).groupby(keys)["aantal"].sum()
    assert found.to_dict() == dict(wanted)


def test_a_class_is_counted_with_every_pupil_in_it(opened: Store, network: Benchmark) -> None:
    found = network.counts("klassen", [DEMO]).groupby(["schooljaar", "klas", "leerjaar"])["aantal"].sum()
    rows = opened.read("loopbaan", where={"vestiging": DEMO})
    rows = rows[rows["leerjaar"] <= 3]
    assert found.to_dict() == rows.groupby(["schooljaar", "klas", "leerjaar"]).size().to_dict()


def test_counts_that_were_not_kept_are_no_rows() -> None:
    assert Benchmark(pd.DataFrame(columns=["name", "eenheid", "group"])).counts("leerlingen", [DEMO]).empty


def test_a_place_is_known_of_every_pc4_where_a_school_stands(opened: Store) -> None:
    places = area.coordinates(opened)
    assert set(opened.vestigingen["pc4"]) <= set(places.index)
    apart = places.loc["0001"] - places.loc["0004"]
    assert (apart**2).sum() ** 0.5 == pytest.approx(2 * 1.8)  # opposite points of a ring of 1.8 km
