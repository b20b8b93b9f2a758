"""Exams and counts of DUO over the school years: which routes, boys and girls, marks, and who passed.

The tables are counted in one way for a school and for all schools; the rows are about all schools.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.shrinkage import FEWEST_UNITS, prior_of_means
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import Store

GIRL_CANDIDATES, TRACK_CANDIDATES = "meisjes, kandidaten", "niveau, kandidaten"
ALL_PASSED, PASSED = "geslaagd", "geslaagd, gemiddelde school"
PARTS = ("schoolexamen", "centraal examen")
MARK = "cijfer"
#: Schools with fewer candidates say little about the spread between schools.
FEWEST_CANDIDATES = 20
#: Possible pass rates further apart say little about the spread between schools either.
WIDEST = 0.05
#: How many school years are pooled, of those under the same exam rules.
YEARS = 3

KEYS = ["onderwijstype", "schooljaar"]
_ENDS = ["lower", "upper"]


def rows(network: Network) -> Iterator[Row]:
    """What all schools together look like; nothing of a table that holds one school only."""
    store = network.store
    examens = store.read("examens")
    if several_schools(examens):
        yield from _national(girl_candidates(examens), GIRL_CANDIDATES)
        yield from _national(track_candidates(examens), TRACK_CANDIDATES)
        yield from _all_passed_rows(latest_rules(examens))
        yield from _passed_rows(latest_rules(examens))
    yield from _mark_rows(store)


def _national(table: pd.DataFrame, name: str) -> Iterator[Row]:
    for _, row in table.iterrows():
        yield row["onderwijstype"], share_of(row, name), None


def share_of(row: pd.Series, name: str, reference: float | None = None) -> Estimate:
    """The share ``aantal`` of ``aantal`` and ``rest`` in a row of one of the tables below."""
    parts = (indicators.bounds(row, part) for part in ("aantal", "rest"))
    return gaps.bounded_share(*parts, name=name, group=str(row["schooljaar"]), reference=reference)


# --- tables: a row a route and school year, bounds of ``aantal`` and of the ``rest`` ---------------------


def girl_candidates(examens: pd.DataFrame) -> pd.DataFrame:
    """Girls, and the rest: boys, among exam candidates.

    The total of a programme could narrow a masked count of girls or boys down: what DUO hides is not
    worked out again.
    """
    return _by_sex(examens, "kandidaten")


def track_candidates(examens: pd.DataFrame) -> pd.DataFrame:
    """Candidates of each route, and of all other routes, both sexes."""
    totals = examens[examens["geslacht"] == "totaal"]
    return _with_rest(totals.rename(columns={f"kandidaten_{end}": f"aantal_{end}" for end in _ENDS}))


def _by_sex(counts: pd.DataFrame, name: str) -> pd.DataFrame:
    parts = []
    for part, sex in (("aantal", "vrouw"), ("rest", "man")):
        names = {f"{name}_{end}": f"{part}_{end}" for end in _ENDS}
        of_sex = counts[counts["geslacht"] == sex].groupby(KEYS)[list(names)].sum()
        parts.append(of_sex.rename(columns=names))
    return _ordered(pd.concat(parts, axis=1).fillna(0).astype(int).reset_index())


def _with_rest(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts a route and year, beside those of all other routes of the same year."""
    table = counts.groupby(KEYS, as_index=False)[[f"aantal_{end}" for end in _ENDS]].sum()
    whole = table.groupby("schooljaar")[[f"aantal_{end}" for end in _ENDS]].transform("sum")
    for end in _ENDS:
        table[f"rest_{end}"] = whole[f"aantal_{end}"] - table[f"aantal_{end}"]
    return _ordered(table)


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Routes from low to high, school years from early to late."""
    order = {label: place for place, label in enumerate(codes.ONDERWIJSTYPE.codes)}
    return table.sort_values(KEYS, key=lambda x: x.map(order) if x.name == KEYS[0] else x, kind="stable")


# --- who passed, over the latest years -------------------------------------------------------------------


def latest_rules(examens: pd.DataFrame) -> pd.DataFrame:
    """The rows of the latest school years (at most three) under the same exam rules."""
    return examens[examens["schooljaar"].isin(same_rules(examens["schooljaar"].unique(), YEARS))]


def same_rules(years: Iterable[str], most: int) -> list[str]:
    """The latest of these school years, at most ``most``, that were held under the same exam rules."""
    latest = sorted(years)[-most:]
    begins = max((first for first in codes.EXAM_BREAKS if latest and first <= latest[-1]), default="")
    return [year for year in latest if year >= begins]


def _all_passed_rows(examens: pd.DataFrame) -> Iterator[Row]:
    """Pass rate of each route over all schools together, from programmes without masked counts."""
    exact = (examens["kandidaten_lower"] == examens["kandidaten_upper"]) & (
        examens["geslaagden_lower"] == examens["geslaagden_upper"]
    )
    pooled = indicators.exam_yield(examens[exact].assign(schooljaar=""))
    for _, row in pooled.iterrows():
        parts = (indicators.bounds(row, part) for part in ("geslaagden", "gezakten"))
        yield "", gaps.bounded_share(*parts, name=ALL_PASSED, group=row["onderwijstype"]), None


def _passed_rows(examens: pd.DataFrame) -> Iterator[Row]:
    """Mean and spread over schools of the pass rate of each route, all schools counted alike.

    From the middle of what masking leaves possible, where that is little: to leave every school with a
    masked programme out would leave the large ones.
    """
    for route, table in _pass_rates(examens).groupby("onderwijstype"):
        overall = float((table["rate"] * table["size"]).sum() / table["size"].sum())
        if len(table) >= FEWEST_UNITS and 0 < overall < 1:
            errors = (overall * (1 - overall) / table["size"]) ** 0.5
            prior = prior_of_means(table["rate"], errors)
            size = int(table["size"].sum())
            yield "", Estimate(PASSED, str(route), prior.mean, Unit.SHARE, n=size), prior.sd


def _pass_rates(examens: pd.DataFrame) -> pd.DataFrame:
    """``rate`` and ``size`` of each route of each vestiging with enough candidates and little masking."""
    unit = examens["vestiging"] + " " + examens["onderwijstype"]
    table = indicators.exam_yield(examens.assign(onderwijstype=unit, schooljaar=""))
    yes, no = ((table[f"{part}_lower"], table[f"{part}_upper"]) for part in ("geslaagden", "gezakten"))
    least, most = yes[0] / (yes[0] + no[1]), yes[1] / (yes[1] + no[0])
    found = pd.DataFrame({"rate": (least + most) / 2, "size": yes[0] + no[0]})
    found["onderwijstype"] = table["onderwijstype"].str.split(" ").str[1]
    return found[(most - least <= WIDEST) & (found["size"] >= FEWEST_CANDIDATES)]


# --- marks -----------------------------------------------------------------------------------------------


def marks(cijfers: pd.DataFrame) -> pd.DataFrame:
    """Mean mark over all subjects of each route and part of the exam, in the latest school year.

    Weighted by pupils over the programmes of the route. Columns ``onderwijstype``, ``onderdeel``,
    ``cijfer`` and ``aantal``; only routes of which both parts are there.
    """
    rows = indicators.latest(cijfers)
    rows = rows[(rows["vak"] == "alle vakken") & rows["onderdeel"].isin(PARTS)]
    aantal = (rows["aantal_lower"] + rows["aantal_upper"]) / 2
    weighted = rows.assign(aantal=aantal, punten=rows["cijfer"] * aantal)
    table = weighted.groupby(["onderwijstype", "onderdeel"], as_index=False)[["aantal", "punten"]].sum()
    table = table[table["aantal"] > 0].assign(cijfer=lambda x: x["punten"] / x["aantal"])
    both = table.groupby("onderwijstype")["onderdeel"].transform("nunique") == len(PARTS)
    order = {label: place for place, label in enumerate(codes.ONDERWIJSTYPE.codes)}
    return table[both].sort_values("onderwijstype", key=lambda x: x.map(order), kind="stable")


def _mark_rows(store: Store) -> Iterator[Row]:
    """Mean mark of each route and part of the exam over all schools."""
    cijfers = store.read("cijfers")
    if several_schools(cijfers):
        for row in marks(cijfers).itertuples(index=False):
            item = Estimate(MARK, row.onderdeel, row.cijfer, n=int(row.aantal), method=Method.MEAN)
            yield row.onderwijstype, item, None
