"""The network phase: what needs more than one school, computed once a store and kept in it.

Reference values, between-school variation and pooled models are one tidy table beside the data,
with the fingerprint of what they were computed from. Every school reads the same numbers.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd

from kansen_lib import codes, indicators, stats
from kansen_lib.stats import gaps, multilevel, ordinal, segregation
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.shrinkage import Prior, prior_of_means
from kansen_lib.store import Store, write_json

FOLDER = "benchmark"
SEED = 20260101
#: Most pupils in a pooled model: a seeded sample beyond it, so that a country fits in a laptop.
MODEL_PUPILS = 40_000
#: Schools with fewer pupils say little about the spread between schools.
SMALLEST_SCHOOL = 20

#: Indicator's unit (a gemeente, an onderwijstype or nothing), its estimate, and its spread over schools.
Row = tuple[str, Estimate, float | None]
_FIELDS = [item.name for item in fields(Estimate)]
_WHOLE = ("n", "smallest", "count")


class Benchmark:
    """Reference values of a store, found by indicator, group and unit.

    Args:
        table: a row an estimate, with the fields of ``Estimate``, ``eenheid`` and ``sd`` (the
            standard deviation between schools).
    """

    def __init__(self, table: pd.DataFrame) -> None:
        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        self._rows = {(row["name"], row["eenheid"], row["group"]): row for row in rows}

    def find(self, indicator: str, group: str = "", eenheid: str = "") -> Estimate | None:
        """The estimate of an indicator, None when it was not computed."""
        row = self._rows.get((indicator, eenheid, group))
        if row is None:
            return None
        whole = {name: int(row[name]) for name in _WHOLE if row[name] is not None}
        return Estimate(**{name: row[name] for name in _FIELDS} | whole)

    def value(self, indicator: str, group: str = "", eenheid: str = "") -> float | None:
        """The reference value of an indicator, None when there is none."""
        found = self.find(indicator, group, eenheid)
        return None if found is None else found.value

    def prior(self, indicator: str, group: str = "") -> Prior | None:
        """Mean and between-school spread of an indicator, None when it has no spread."""
        row = self._rows.get((indicator, "", group))
        return None if row is None or row["sd"] is None else Prior(row["value"], row["sd"])


def current(store: Store) -> bool:
    """Whether the benchmark in the store was computed from these data by this code."""
    return (_folder(store) / "numbers.parquet").is_file()


def load(store: Store) -> Benchmark:
    """The benchmark of a store, computed first when it is not there yet."""
    if not current(store):
        prepare(store)
    return Benchmark(pd.read_parquet(_folder(store) / "numbers.parquet"))


def prepare(store: Store) -> Benchmark:
    """Compute the network phase and keep it in the store; replaces what an older one left."""
    rows = [{**asdict(item), "eenheid": unit, "sd": sd} for unit, item, sd in _rows(store)]
    numbers = ["value", "lower", "upper", "reference", "sd", *_WHOLE]
    table = pd.DataFrame(rows, columns=[*_FIELDS, "eenheid", "sd"]).astype(dict.fromkeys(numbers, float))
    target = _folder(store)
    partial = Path(tempfile.mkdtemp(prefix=".benchmark-", dir=store.path))
    try:
        table.to_parquet(partial / "numbers.parquet", index=False)
        write_json(partial / "source.json", {"store": store.fingerprint, "code": _code_hash(), "seed": SEED})
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            os.replace(partial, target)  # noqa: PTH105
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    for other in target.parent.iterdir():
        if other != target:
            shutil.rmtree(other, ignore_errors=True)
    return Benchmark(table)


def _folder(store: Store) -> Path:
    key = hashlib.sha256(f"{store.fingerprint} {_code_hash()}".encode()).hexdigest()[:16]
    return store.path / FOLDER / key


@functools.cache
def _code_hash() -> str:
    """Hash of the code that the numbers depend on: a change of it makes them again."""
    files = [__file__, codes.__file__, indicators.__file__, *Path(stats.__file__).parent.rglob("*.py")]
    text = "".join(path.read_text("utf-8") for path in sorted(Path(name) for name in files))
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(store: Store) -> Iterator[Row]:
    yield from _exam_rows(store)
    yield from _breadth_rows(store)
    yield from _track_rows(store)
    if "leerlingen" in store.tables:
        columns = ["leerling", "vestiging", "schooljaar", "leerjaar", "niveau", "klas", "afloop"]
        loopbaan = store.read("loopbaan", columns)
        pupils = indicators.pupils(store.read("leerlingen"), loopbaan, store.last_schooljaar)
        if _several_schools(pupils):
            yield from _pupil_rows(pupils)
            yield from _model_rows(pupils)
        yield from _place_rows(store, pupils)
        yield from _variance_rows(store, pupils, loopbaan)


def _several_schools(rows: pd.DataFrame) -> bool:
    """Whether there is anything to compare with: a school beside itself is no reference."""
    return rows["vestiging"].nunique() > 1


def _exam_rows(store: Store) -> Iterator[Row]:
    """Pass rate of all schools together, per onderwijstype and school year.

    From the programmes without masked counts: the middle of bounds would set schools a low bar.
    """
    examens = store.read("examens")
    if not _several_schools(examens):
        return
    known = (examens["kandidaten_lower"] == examens["kandidaten_upper"]) & (
        examens["geslaagden_lower"] == examens["geslaagden_upper"]
    )
    for _, row in indicators.exam_yield(examens[known]).iterrows():
        passed, failed = indicators.bounds(row, "geslaagden"), indicators.bounds(row, "gezakten")
        item = gaps.bounded_share(passed, failed, name="slaagt", group=row["schooljaar"])
        yield row["onderwijstype"], item, None


def _breadth_rows(store: Store) -> Iterator[Row]:
    """Share of first-year pupils by number of levels in the brugklas, all schools together."""
    aantallen = store.read("aantallen")
    if not _several_schools(aantallen):
        return
    for _, row in indicators.breadth(aantallen).iterrows():
        count, rest = indicators.bounds(row, "aantal"), indicators.bounds(row, "rest")
        yield "", gaps.bounded_share(count, rest, name="brugklas", group=str(row["niveaus"])), None


def _track_rows(store: Store) -> Iterator[Row]:
    """D between havo/vwo and vmbo over the vestigingen of each gemeente, and what chance would give."""
    if "aantallen" not in store.tables:
        return
    tracks = indicators.tracks(store.read("aantallen"))
    yield from _dissimilarity_rows(store, tracks, "richting", "D richting", "aantal")


def _dissimilarity_rows(
    store: Store, data: pd.DataFrame, group: str, name: str, weight: str | None
) -> Iterator[Row]:
    place = data["vestiging"].map(store.vestigingen["gemeente"])
    for gemeente, rows in data.groupby(place):
        found = segregation.with_chance(
            rows, group, "vestiging", weight, index="dissimilarity", name=name, seed=SEED
        )
        for item in found.estimates:
            yield gemeente, item, None


def _pupil_rows(pupils: pd.DataFrame) -> Iterator[Row]:
    """Shares by parental education, over all schools, with the spread between schools."""
    outcomes = {
        "havo_advies": indicators.comparable_at_score(pupils)["eerste"].ge(4).reindex(pupils.index),
        "diploma": pupils["diploma"],
        "havo_in_leerjaar3": pupils["havo_in_leerjaar3"],
        "toets_hoger": (pupils["toets"] > pupils["eerste"]).where(
            pupils["toets"].notna() & pupils["eerste"].notna()
        ),
    }
    for name, outcome in outcomes.items():
        for item in gaps.shares(outcome, pupils["opleiding"], name=name).estimates:
            chosen = pupils["opleiding"] == item.group
            yield "", item, _spread(outcome[chosen], pupils.loc[chosen, "vestiging"])
    for item in gaps.means(pupils["toetsscore"], pupils["opleiding"], name="toetsscore").estimates:
        yield "", item, None
    groups = [pupils.loc[pupils["opleiding"] == label, "toetsscore"] for label in ("laag", "hoog")]
    yield "", gaps.hedges_g(*groups, name="gat_toetsscore"), None


def _spread(outcome: pd.Series, school: pd.Series) -> float | None:
    """Standard deviation between schools of a share, from schools with enough pupils."""
    known = outcome.dropna().astype(float)
    table = known.groupby(school).agg(["mean", "size"])
    table = table[table["size"] >= SMALLEST_SCHOOL]
    if len(table) < 5:
        return None
    overall = float(known.mean())
    errors = (overall * (1 - overall) / table["size"]) ** 0.5
    return prior_of_means(table["mean"], errors).sd if 0 < overall < 1 else None


def _model_rows(pupils: pd.DataFrame) -> Iterator[Row]:
    """The gap in advies at an equal score over all schools together."""
    sample = pupils
    if len(pupils) > MODEL_PUPILS:
        sample = pupils.sample(MODEL_PUPILS, random_state=SEED)
    yield "", advies_gap("advies_bij_gelijke_score", sample), None


def advies_gap(name: str, pupils: pd.DataFrame) -> Estimate:
    """How many steps higher the first advies is, at an equal score, for parents of high education.

    The same call for one school and for all of them, so that both can be compared.
    """
    return ordinal.gap_at_equal_score(
        pupils,
        name=name,
        place="eerste",
        score="toetsscore",
        group="opleiding",
        cluster="basisschool",
        low="laag",
        high="hoog",
    )


def _place_rows(store: Store, pupils: pd.DataFrame) -> Iterator[Row]:
    """Composition of each gemeente, and D between pupils with parents of low and high education."""
    place = pupils["vestiging"].map(store.vestigingen["gemeente"])
    for gemeente, rows in pupils.groupby(place):
        known = rows["opleiding"].dropna()
        if not _several_schools(rows):
            continue
        for label in known.cat.categories:
            item = gaps.share(int((known == label).sum()), len(known), name="samenstelling", group=label)
            yield gemeente, item, None
    ends = pupils[pupils["opleiding"].isin(["laag", "hoog"])].assign(
        opleiding=lambda f: f["opleiding"].astype(str)
    )
    yield from _dissimilarity_rows(store, ends, "opleiding", "D opleiding", None)


def _variance_rows(store: Store, pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> Iterator[Row]:
    """Where the differences in the score of leerjaar 3 lie: schools, classes, pupils."""
    scores = store.read("toetsen", ["leerling", "score"], where={"moment": "leerjaar 3"})
    if scores.empty:
        return
    mean = scores.groupby("leerling")["score"].mean()
    third = loopbaan[(loopbaan["leerjaar"] == 3) & loopbaan["klas"].notna()].drop_duplicates("leerling")
    data = third.assign(score=third["leerling"].map(mean)).dropna(subset=["score"])
    if len(data) > MODEL_PUPILS:
        schools = data["vestiging"].drop_duplicates().sample(frac=MODEL_PUPILS / len(data), random_state=SEED)
        data = data[data["vestiging"].isin(schools)]
    data = data.assign(klas=data["schooljaar"] + " " + data["klas"])
    found = multilevel.variance_shares(data, outcome="score", levels=("vestiging", "klas"), name="variantie")
    for item in found.estimates:
        yield "", item, None
