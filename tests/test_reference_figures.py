"""The simulated region and the figures on cards, held to the table of published figures beside us."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from kansen_lib import codes, disclosure, gepubliceerd
from kansen_lib.example import Region, geography, pupil_tables
from kansen_lib.example.population import populate

#: The rarest advies, 4% of all, is then that of over four thousand pupils with an eindtoets: the error of
#: drawing them is less than a point.
VESTIGINGEN, LEERLINGEN = 160, 150_000
#: What the calibration of the region may be off, in percentage points.
POINTS = 2.0
LOWEST = "vso/pro/vmbo-b"


def as_published(advies: pd.Series) -> pd.Series:
    """First adviezen as CBS groups them."""
    return advies.replace(dict.fromkeys(("vso", "pro", "pro/vmbo-b", "vmbo-b"), LOWEST))


@pytest.fixture(scope="module")
def figures(shared: Path) -> list[dict[str, str]]:
    """The rows of the table."""
    with (shared / "domain/reference_figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def published(rows: list[dict[str, str]], indicator: str, year: str) -> dict[str, float]:
    """Group to value of one indicator in one year."""
    found = [row for row in rows if (row["indicator"], row["year"]) == (indicator, year)]
    return {row["group"].removeprefix("advies "): float(row["value"]) for row in found}


@pytest.fixture(scope="module")
def pupils() -> pd.DataFrame:
    """The pupils of a region large enough that sampling is no excuse."""
    parts = []
    for block in geography.blocks(VESTIGINGEN, LEERLINGEN, Region.seed):
        parts += list(pupil_tables.leerlingen(populate(block, 1)))
    return pd.concat(parts)


def test_first_adviezen_are_distributed_as_published(pupils: pd.DataFrame, figures) -> None:
    wanted = published(figures, "eerste_advies_groep8", "2019/20")
    found = 100 * as_published(pupils["advies_eerste"]).value_counts(normalize=True)
    assert len(wanted) == 9 and set(found.index) == set(wanted)
    assert found.to_dict() == pytest.approx(wanted, abs=POINTS)


def test_the_toets_is_higher_as_often_as_published(pupils: pd.DataFrame, figures) -> None:
    """Over all, and at each first advies that could be read, under the rules of 2022/23."""
    wanted = published(figures, "toets_hoger_dan_advies", "2022/23")
    place = {label: codes.step(label) for label in (*codes.ADVIES.codes, *codes.TOETSADVIES.codes)}
    known = pupils[pupils["regime"] == "eindtoets"].dropna(subset=["advies_eerste", "toetsadvies"])
    higher = 100.0 * (known["toetsadvies"].map(place) > known["advies_eerste"].map(place))
    found = higher.groupby(as_published(known["advies_eerste"])).mean().to_dict()
    found["totaal"] = higher.mean()
    asked = {group: value for group, value in wanted.items() if not group.startswith("inkomen")}
    assert set(asked) == {"totaal", LOWEST, "vmbo-b/k", "vmbo-k", "vmbo-k/gt", "vmbo-gt"}
    assert {group: found[group] for group in asked} == pytest.approx(asked, abs=POINTS)


# --- what cards show as published -----------------------------------------------------------------------

_GROUPS = {"": "totaal", gepubliceerd.TWEEDE: "inkomen_Q2", gepubliceerd.HOOGSTE: "inkomen_Q5"}


def test_the_gate_knows_the_source_of_published_figures() -> None:
    assert disclosure.PUBLISHED == gepubliceerd.BRON


def test_counts_on_cards_are_those_of_the_table(figures) -> None:
    counts = {
        field: published(figures, indicator, gepubliceerd.TELLING_JAAR)
        for field, indicator in (
            ("leerlingen", "n_eerste_advies"),
            ("herzien", "n_toets_hoger_herzien"),
            ("niet_herzien", "n_toets_hoger_niet_herzien"),
        )
    }
    told = [t for t in gepubliceerd.TELLINGEN if not (t.advies and t.inkomen)]
    assert len(told) == 8
    for telling in told:
        group = telling.advies.replace("pro of vmbo-b", LOWEST) or _GROUPS[telling.inkomen]
        for field, table in counts.items():
            assert getattr(telling, field) == table[group], (group, field)


def test_counts_within_an_advies_give_the_derived_shares(shared: Path) -> None:
    """INVENTORY B-2: eligible of all, the second against the highest fifth, within the same advies."""
    text = (shared / "domain/INVENTORY.md").read_text("utf-8")
    line = next(x for x in text.splitlines() if "Within same advice, eligible Q2 vs Q5" in x)
    told = line.split("|")[2].strip()
    found = []
    for advies, short in (
        ("pro of vmbo-b", "pro/b"),
        ("vmbo-b/k", "b/k"),
        ("vmbo-k", "k"),
        ("vmbo-k/gt", "k/gt"),
    ):
        cells = {t.inkomen: t for t in gepubliceerd.TELLINGEN if t.advies == advies}
        low, high = (cells[x] for x in (gepubliceerd.TWEEDE, gepubliceerd.HOOGSTE))
        found.append(
            f"{short} {100 * low.hoger / low.leerlingen:.1f}/{100 * high.hoger / high.leerlingen:.1f}"
        )
        assert low.leerlingen + high.leerlingen < cells[""].leerlingen
    assert "; ".join(found) == told


def test_the_series_of_leerjaar_3_is_that_of_the_table(figures) -> None:
    rows = {
        (row["year"], row["group"].replace("ouders mbo of geen", gepubliceerd.MBO)): row
        for row in figures
        if row["indicator"] == "richting_lj3_gelijk_aan_advies"
    }
    assert len(gepubliceerd.RICHTING_LEERJAAR_3) == 14
    for figure in gepubliceerd.RICHTING_LEERJAAR_3:
        row = rows[figure.jaar, figure.groep]
        assert (figure.waarde, figure.bron) == (float(row["value"]), row["source"])
