"""Levels over every vo vestiging of the country: as R counts them in DUO's own files."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import stored

from kansen_lib import store as stores
from kansen_lib.benchmark import area
from kansen_lib.sources import duo
from kansen_lib.stats import segregation

THEIRS = stored("segregation_duo")
FILES = ("leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv", "alle-vestigingen-vo.csv")


@pytest.fixture(scope="module")
def country(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> stores.Store:
    files = [shared / "data/duo/vo" / name for name in FILES]
    absent = [path.name for path in files if not path.is_file()]
    if absent:
        pytest.skip(f"not in ../shared/data/duo/vo: {', '.join(absent)}")
    folder = tmp_path_factory.mktemp("country") / "store"
    return stores.write(folder, duo.read(files).tables.items())


def test_levels_over_the_vestigingen_of_the_country_are_those_of_r(country: stores.Store) -> None:
    rows = area.levels(country)
    by = "niveau", "vestiging", "aantal"
    found = {"M": segregation.mutual_information(rows, *by), "H": segregation.theil(rows, *by)}
    assert (found["M"].n, rows["vestiging"].nunique()) == (THEIRS["n"], THEIRS["vestigingen"])
    assert {letter: item.value for letter, item in found.items()} == pytest.approx(THEIRS["total"], abs=1e-12)


def test_gemeente_bestuur_and_vestiging_are_nested_as_in_r(country: stores.Store) -> None:
    rows = area.levels(country)
    levels = segregation.decompose(rows, "niveau", "vestiging", "aantal", within=["gemeente", "bestuur"])
    assert levels["M", "total"].n == THEIRS["known"]
    places = ("gemeente", "bestuur", "vestiging")
    found = {f"{letter} {place}": levels[letter, place].value for letter in "MH" for place in places}
    assert found == pytest.approx(THEIRS["nested"], abs=1e-12)
