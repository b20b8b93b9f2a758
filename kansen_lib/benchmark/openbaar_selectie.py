"""Selection on open data: adviezen of basisscholen, breadth of classes, and passes of boys and girls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.exam_years import EXAM_LEERJAAR
from kansen_lib.benchmark.examens import latest_rules
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps, segregation
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Method

Bounds = tuple[int, int]

#: Kinds of advies, low to high, and the highest place on the ladder of each.
KINDS = {
    "pro, vmbo-b of vmbo-k": codes.step("vmbo-k"),
    "vmbo-gt (ook dubbel)": codes.step("vmbo-gt/havo"),
    "havo of havo/vwo": codes.step("havo/vwo"),
    "vwo": codes.step("vwo"),
}
DOUBLE = "dubbel advies"
#: Units under which the rows are kept.
ADVIEZEN, CLASSES = "adviezen van basisscholen", "klassen"
PASSED, GAP_BY_PERIOD = "geslaagd naar geslacht", "geslaagd naar geslacht per periode"

BROAD = "klas met twee of meer niveaus"
#: How many levels sit together in a brugklas.
WIDTHS = ("1 niveau", "2 niveaus", "3 of meer niveaus")
WIDTH = "soort brugklas"
#: Leerjaren in which a class may still be broad.
YEARS = (1, 2, 3)
#: Label of each sex in a report, and of what lies between.
SEXES = {"man": "jongens", "vrouw": "meisjes"}
BOYS, GIRLS = SEXES.values()
BETWEEN = f"{GIRLS} minus {BOYS}"
#: Periods with the same exam rules, and the school year in which each begins; the first is what came before.
PERIODS = dict(
    zip(
        ("2018-2019 en eerder", "2019-2020", "2020-2021 en 2021-2022", "2022-2023 en later"),
        ("", *codes.EXAM_BREAKS),
        strict=True,
    )
)


def rows(network: Network) -> Iterator[Row]:
    """All gemeenten or schools together; nothing of a table of one of them."""
    store = network.store
    adviezen = store.read("adviezen_po", ["gemeente", "schooljaar", "advies", "aantal_lower", "aantal_upper"])
    if adviezen["gemeente"].nunique() > 1:
        yield from ((ADVIEZEN, item, None) for item in (*kinds(adviezen), *doubles(adviezen)))
    aantallen = store.read("aantallen")
    if several_schools(aantallen):
        yield from ((CLASSES, item, None) for item in (*widths(aantallen), *broad_by_leerjaar(aantallen)))
    examens = store.read("examens")
    if several_schools(examens):
        exact = _exact(examens)
        yield from ((PASSED, item, None) for item in passed_by_sex(exact))
        yield from ((GAP_BY_PERIOD, item, None) for item in gap_by_period(exact))


# --- adviezen of basisscholen -------------------------------------------------------------------------


def kinds(adviezen: pd.DataFrame) -> list[Estimate]:
    """Share of each kind of advies in each school year; an advies outside the ladder counts in the whole."""
    place = indicators.steps(adviezen["advies"])
    kind = np.searchsorted(list(KINDS.values()), place.fillna(np.inf))
    return [
        item
        for i, name in enumerate(KINDS)
        for item in _by_year(adviezen, pd.Series(kind == i, adviezen.index), name)
    ]


def doubles(adviezen: pd.DataFrame) -> list[Estimate]:
    """Share of adviezen with two levels in each school year."""
    number = {label: len(codes.levels(label)) for label in codes.ADVIES.codes}
    return _by_year(adviezen, adviezen["advies"].map(number) > 1, DOUBLE)


def _by_year(adviezen: pd.DataFrame, chosen: pd.Series, name: str) -> list[Estimate]:
    found = []
    for year, part in adviezen.groupby("schooljaar"):
        here = chosen.reindex(part.index)
        found.append(gaps.bounded_share(_sum(part[here]), _sum(part[~here]), name=name, group=str(year)))
    return found


def _sum(counts: pd.DataFrame, name: str = "aantal") -> Bounds:
    return indicators.bounds(counts[[f"{name}_lower", f"{name}_upper"]].sum(), name)


# --- classes with more levels -------------------------------------------------------------------------


def _counted(aantallen: pd.DataFrame) -> pd.DataFrame:
    """Rows of the latest school year with ``niveaus``: how many levels sit in the class."""
    number = {label: len(codes.levels(label)) for label in codes.BRUGKLASTYPE.codes}
    latest = indicators.latest(aantallen)
    latest = latest.assign(niveaus=latest["brugklastype"].map(number))
    return latest[latest["niveaus"] > 0]


def widths(aantallen: pd.DataFrame) -> list[Estimate]:
    """Share of pupils of leerjaar 1 in a brugklas with one, two, or more levels."""
    first = _counted(aantallen).query("leerjaar == 1")
    if first.empty:
        return []
    width = first["niveaus"].clip(upper=len(WIDTHS))
    return [
        gaps.bounded_share(_sum(first[width == i]), _sum(first[width != i]), name=WIDTH, group=label)
        for i, label in enumerate(WIDTHS, start=1)
    ]


def broad_by_leerjaar(aantallen: pd.DataFrame) -> list[Estimate]:
    """Share of pupils in a class with two or more levels, leerjaar by leerjaar."""
    counted = _counted(aantallen)
    found = []
    for leerjaar in YEARS:
        here = counted[counted["leerjaar"] == leerjaar]
        broad = here["niveaus"] > 1
        if len(here):
            label = f"leerjaar {leerjaar}"
            found.append(gaps.bounded_share(_sum(here[broad]), _sum(here[~broad]), name=BROAD, group=label))
    return found


def levels_in_leerjaar_1(aantallen: pd.DataFrame, name: str, group: str) -> Estimate | None:
    """Effective number of levels in leerjaar 1 of the mean pupil's school; None without pupils.

    A pupil of a broad class counts for an equal part in each of its levels. Counts within bounds count
    as their middle.
    """
    first = _counted(aantallen).query("leerjaar == 1")
    if first.empty:
        return None
    middle = (first["aantal_lower"] + first["aantal_upper"]) / 2
    parts = first.assign(part=middle / first["niveaus"], niveau=first["brugklastype"].map(codes.levels))
    of_school = parts.explode("niveau").groupby(["vestiging", "niveau"])["part"].sum()
    number = of_school.groupby("vestiging").agg(lambda part: segregation.breadth(part)["breadth"].value)
    size = of_school.groupby("vestiging").sum()
    value = float(np.average(number, weights=size))
    return Estimate(name, group, value, "levels", n=round(size.sum()), method=Method.EFFECTIVE_NUMBER)


# --- passes of boys and girls -------------------------------------------------------------------------


def _exact(examens: pd.DataFrame) -> pd.DataFrame:
    """The programmes of which every count of boys and of girls is known: bounds would set a low bar."""
    sexes = examens[examens["geslacht"].isin(SEXES)]
    masked = (sexes["kandidaten_lower"] != sexes["kandidaten_upper"]) | (
        sexes["geslaagden_lower"] != sexes["geslaagden_upper"]
    )
    keys = ["vestiging", "schooljaar", "onderwijstype", "opleiding"]
    out = pd.MultiIndex.from_frame(sexes.loc[masked, keys].drop_duplicates())
    return sexes[~pd.MultiIndex.from_frame(sexes[keys]).isin(out)]


def _passes(examens: pd.DataFrame) -> pd.DataFrame:
    """Passes and failures of each sex, within bounds, by route (low to high) and school year."""
    routes = examens.assign(onderwijstype=examens["onderwijstype"].replace(codes.ONE_LEVEL))
    tables = [
        indicators.exam_yield(routes[routes["geslacht"] == sex].assign(geslacht="totaal")).assign(
            geslacht=label
        )
        for sex, label in SEXES.items()
    ]
    order = {label: place for place, label in enumerate(EXAM_LEERJAAR)}
    table = pd.concat(tables).query("onderwijstype in @order")
    return table.sort_values("onderwijstype", key=lambda labels: labels.map(order), kind="stable")


def passed_by_sex(examens: pd.DataFrame) -> list[Estimate]:
    """Pass rate of boys and girls on each route over the latest years under the same rules, and the gap."""
    table = _passes(latest_rules(examens).assign(schooljaar=""))
    found: list[Estimate] = []
    for route, part in table.groupby("onderwijstype", sort=False):
        ends = _of_sexes(part)
        levels = [gaps.bounded_share(*both, name=str(route), group=label) for label, both in ends.items()]
        found += levels
        if len(ends) == len(SEXES):
            found.append(_gap(ends, str(route)))
    return found


def gap_by_period(examens: pd.DataFrame) -> list[Estimate]:
    """Pass rate of girls minus that of boys on each route, over the years with the same exam rules."""
    first = np.array([start for start in PERIODS.values() if start])
    place = np.searchsorted(first, examens["schooljaar"].to_numpy(str), side="right")
    table = _passes(examens.assign(schooljaar=np.array(list(PERIODS))[place]))
    found = []
    for period in PERIODS:
        for route, part in table[table["schooljaar"] == period].groupby("onderwijstype", sort=False):
            ends = _of_sexes(part)
            if len(ends) == len(SEXES):
                found.append(replace(_gap(ends, str(route)), group=period))
    return found


def _gap(ends: dict[str, tuple[Bounds, Bounds]], route: str) -> Estimate:
    """Girls minus boys; held to the candidates of either sex, of whom DUO publishes how many passed."""
    fewest = min(passed[0] + failed[0] for passed, failed in ends.values())
    item = gaps.bounded_difference(ends[BOYS], ends[GIRLS], name=route, group=BETWEEN)
    return replace(item, smallest=fewest)


def _of_sexes(part: pd.DataFrame) -> dict[str, tuple[Bounds, Bounds]]:
    """Bounds of passes and failures of each sex in the rows."""
    return {
        str(row["geslacht"]): (indicators.bounds(row, "geslaagden"), indicators.bounds(row, "gezakten"))
        for _, row in part.iterrows()
    }
