"""Pupils in the exam year on 1 October beside candidates and passes, on open data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate

#: Last leerjaar of each route with a central exam.
EXAM_LEERJAAR = {"vmbo-b": 4, "vmbo-k": 4, "vmbo-gt": 4, "havo": 5, "vwo": 6}
CANDIDATE = "deed examen"
_BOUNDS = [f"{name}_{end}" for name in ("aantal", "kandidaten", "geslaagden") for end in ("lower", "upper")]


def rows(network: Network) -> Iterator[Row]:
    """Shares of all schools together, per onderwijstype (the unit) and school year (the group).

    Of the programmes of schools without a masked count: the middle of bounds would set a low bar.
    """
    aantallen, examens = network.store.read("aantallen"), network.store.read("examens")
    if not several_schools(examens) or aantallen.empty:
        return
    table = exam_years(*_unmasked(aantallen, examens))
    for year, part in table.groupby("schooljaar"):
        for item in shares_of_pupils(part.set_index("onderwijstype")[_BOUNDS]):
            yield item.group, replace(item, group=str(year)), None


def _unmasked(aantallen: pd.DataFrame, examens: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of the schools, years and onderwijstypen of which every count is known."""
    keys = ["vestiging", "schooljaar", "onderwijstype"]
    exact = [
        examens["kandidaten_lower"] == examens["kandidaten_upper"],
        examens["geslaagden_lower"] == examens["geslaagden_upper"],
    ]
    masked = [
        aantallen.loc[aantallen["aantal_lower"] != aantallen["aantal_upper"], keys],
        examens.loc[~(exact[0] & exact[1]) & (examens["geslacht"] == "totaal"), keys],
    ]
    out = pd.MultiIndex.from_frame(pd.concat(masked).drop_duplicates())
    return tuple(  # type: ignore[return-value]
        table[~pd.MultiIndex.from_frame(table[keys]).isin(out)] for table in (aantallen, examens)
    )


def exam_years(aantallen: pd.DataFrame, examens: pd.DataFrame) -> pd.DataFrame:
    """Per route (low to high) and school year pupils of the exam year, candidates and passes.

    Returns:
        Columns ``onderwijstype`` (vmbo-g and vmbo-t as vmbo-gt), ``schooljaar`` and the bounds of
        ``aantal``, ``kandidaten`` and ``geslaagden``; a year without pupils in the last leerjaar, or
        without exams, is not there.
    """
    aantallen, examens = (
        table.assign(onderwijstype=table["onderwijstype"].replace(codes.ONE_LEVEL))
        for table in (aantallen, examens)
    )
    pupils = aantallen[aantallen["leerjaar"] == aantallen["onderwijstype"].map(EXAM_LEERJAAR)]
    totals = examens[(examens["geslacht"] == "totaal") & examens["onderwijstype"].isin(EXAM_LEERJAAR)]
    keys = ["onderwijstype", "schooljaar"]
    sizes = pupils.groupby(keys)[_BOUNDS[:2]].sum()
    told = totals.groupby(keys)[_BOUNDS[2:]].sum()
    table = sizes.join(told, how="inner").reset_index()
    order = {label: place for place, label in enumerate(EXAM_LEERJAAR)}
    return table.sort_values("onderwijstype", key=lambda labels: labels.map(order), kind="stable")


def shares_of_pupils(table: pd.DataFrame) -> list[Estimate]:
    """Of the pupils of each onderwijstype (the index) the share that was a candidate."""
    found = []
    for route, row in table.iterrows():
        count, size = indicators.bounds(row, "kandidaten"), indicators.bounds(row, "aantal")
        rest = (max(0, size[0] - count[1]), max(0, size[1] - count[0]))
        found.append(gaps.bounded_share(count, rest, name=CANDIDATE, group=str(route)))
    return found
