"""The whole road on real files: DUO in, two reports out, and their counts found back by hand."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from kansen_lib import store
from kansen_lib.reports import build
from kansen_lib.running import plan
from kansen_lib.sources import duo

#: Montessori College Nijmegen and Groesbeek: a school whose rector speaks in the katern.
SCHOOLS = ("00RZ00", "00RZ01")
PUPILS = "data/duo/vo/leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv"
EXAMS = "data/duo/vo/examenkandidaten-en-geslaagden-2014-2019.csv"


@pytest.fixture(scope="module")
def reports(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chapters 1 and 6 of both schools, from three real files."""
    top = tmp_path_factory.mktemp("road")
    files = [shared / PUPILS, shared / EXAMS, shared / "data/duo/vo/alle-vestigingen-vo.csv"]
    opened = store.write(top / "duo", duo.read(files).tables.items())
    asked = plan.make(opened, ",".join(SCHOOLS), "01,06")
    outcomes = build.build(asked, top / "uit", workers=2, seed=1)
    assert [outcome.cause for outcome in outcomes if not outcome.succeeded] == []
    return top / "uit"


def rows(path: Path, vestiging: str) -> list[dict[str, str]]:
    """Rows of a raw file about one vestiging, read with the csv module."""
    with path.open(encoding="cp1252", newline="") as lines:
        found = list(csv.DictReader(lines, delimiter=";"))
    return [row for row in found if (row["BRIN NUMMER"] + row["VESTIGINGSNUMMER"][-2:]) == vestiging]


def words(path: Path) -> str:
    """A report without the marks that keep a word on one line."""
    return re.sub(r"</?span[^>]*>", "", path.read_text("utf-8"))


def whole(text: str) -> int:
    """A count as written in a Dutch report."""
    return int(text.replace(".", ""))


@pytest.mark.parametrize("vestiging", SCHOOLS)
def test_the_report_counts_the_pupils_of_the_raw_file(reports: Path, shared: Path, vestiging: str) -> None:
    by_hand = Counter()
    for row in rows(shared / PUPILS, vestiging):
        kind = row["ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR"]
        by_hand[kind] += sum(int(n) for name, n in row.items() if name.startswith("LEER- OF VERBLIJFSJAAR "))
    html = words(reports / vestiging / "06_aan-de-slag.html")
    (sentence,) = re.findall(r"Zoveel leerlingen telt de school: ([^<]*)\.</p>", html)
    told = {name: whole(n) for name, n in re.findall(r"(?:^|, | en )(\S+) ([\d.]+) leerlingen", sentence)}
    names = {"Brugjaar 1-2": "brugjaar", "VMBO BL lj 3-4": "vmbo-b", "VMBO KL lj 3-4": "vmbo-k"}
    names |= {"VMBO GL lj 3-4": "vmbo-g", "VMBO TL lj 3-4": "vmbo-t"}
    expected = {name: by_hand[kind] for kind, name in names.items() if by_hand[kind] >= 5}
    assert expected and {name: told.get(name) for name in expected} == expected
    assert not [name for kind, name in names.items() if by_hand[kind] < 5 and name in told]


@pytest.mark.parametrize("vestiging", SCHOOLS)
def test_the_pass_rate_is_that_of_the_raw_file(reports: Path, shared: Path, vestiging: str) -> None:
    taken, passed = Counter(), Counter()
    for row in rows(shared / EXAMS, vestiging):
        if row["OPLEIDINGSNAAM"].startswith("VMBO T"):
            for year in ("2016-2017", "2017-2018", "2018-2019"):
                taken["vmbo-t"] += int(row[f"EXAMENKANDIDATEN SCHOOLJAAR {year} - TOTAAL"])
                passed["vmbo-t"] += int(row[f"GESLAAGDEN SCHOOLJAAR {year} - TOTAAL"])
    html = words(reports / vestiging / "01_definities.html")
    expected = f"vmbo-t {round(100 * passed['vmbo-t'] / taken['vmbo-t'])}% ("
    assert expected in html


def test_the_reports_differ_and_neither_names_the_other(reports: Path) -> None:
    texts = {v: {path.name: path.read_text("utf-8") for path in (reports / v).iterdir()} for v in SCHOOLS}
    for one, other in (SCHOOLS, SCHOOLS[::-1]):
        assert len(texts[one]) == 4
        for name, text in texts[one].items():
            assert one in text and other not in text and text != texts[other][name]


def test_every_released_number_is_in_the_one_tidy_table(reports: Path) -> None:
    table = pd.read_parquet(reports / "results.parquet")
    assert set(table["vestiging"]) == set(SCHOOLS)
    assert set(table["notebook"]) == {"01_definities", "06_aan-de-slag"}
    shown = table.dropna(subset=["value"])
    assert (shown["n"].dropna() >= 5).all() and (shown["reason"] == "").all()
