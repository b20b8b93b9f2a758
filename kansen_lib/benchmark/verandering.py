"""How segregation in a region changed: exact years, schools that went on in another, and the parts.

Also: when the brugklas of a school became broader.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark.data import SEED
from kansen_lib.benchmark.numbers import corrected
from kansen_lib.stats import segregation
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import Store

DRAWS = 200
#: Kinds of overgang by which the pupils of a school go on in another.
GOES_ON = ("fusie", "overdracht")
#: Names of the parts of a change, in the order in which they are told.
PARTS = {
    "group marginal": "andere groepen leerlingen",
    "unit marginal": "andere grootte van scholen",
    "additions": "scholen erbij",
    "removals": "scholen weg",
    "structural": "andere verdeling over scholen",
}


def exact_years(counts: pd.DataFrame) -> list[str]:
    """The school years of which no count is masked: a fitted table needs the counts themselves."""
    unknown = (counts["upper"] - counts["lower"]).groupby(counts["schooljaar"]).sum()
    return sorted(unknown.index[unknown == 0])


# --- schools that went on in another ---------------------------------------------------------------------


def linked(counts: pd.DataFrame, overgangen: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """The counts of two school years with ``school``: a school that went on in another is that other.

    First by vestiging. Where only the whole school is known to have gone on, its vestigingen and those of
    the school it went into count as one in both years.

    Args:
        counts: with ``schooljaar`` and ``vestiging``.
        overgangen: ``van``, ``naar``, ``datum``, ``overgang`` and ``volledig``.
        first, second: the school years.
    """
    both = counts[counts["schooljaar"].isin([first, second]) & (counts["aantal"] > 0)]
    later = overgangen[
        overgangen["volledig"]
        & overgangen["overgang"].str.lower().isin(GOES_ON)
        & (overgangen["datum"] > f"{first[:4]}-10-01")
        & (overgangen["datum"] <= f"{second[:4]}-10-01")
    ]
    goes = dict(later.sort_values("datum")[["van", "naar"]].itertuples(index=False))
    school = _joined(both, both["vestiging"], goes, first, second)
    brin = _joined(both, school.str[:4], goes, first, second)
    moved = (brin != school.str[:4]) | school.str[:4].isin(set(brin[brin != school.str[:4]]))
    return both.assign(school=school.where(~moved, brin))


def _joined(both: pd.DataFrame, place: pd.Series, goes: dict[str, str], first: str, second: str) -> pd.Series:
    """Each place, or the one of the second year in which it went on."""
    before, after = (set(place[both["schooljaar"] == year]) for year in (first, second))
    return place.replace({code: end for code in sorted(before - after) if (end := _end(code, goes, after))})


def _end(code: str, goes: dict[str, str], after: set[str]) -> str:
    """Where a place that is gone went on in, over one or more steps; empty when nowhere that is there."""
    seen: set[str] = set()
    while code in goes and code not in seen:
        seen.add(code)
        code = goes[code]
        if code in after:
            return code
    return ""


def schools_then_and_now(known: pd.DataFrame, first: str, second: str) -> dict[str, int]:
    """How many vestigingen there were, how many went on in another, and how many opened or closed."""
    years = [known[known["schooljaar"] == year] for year in (first, second)]
    before, after = (set(rows["school"]) for rows in years)
    gone = set(years[0]["vestiging"]) - set(years[1]["vestiging"])
    closed = before - after
    merged = years[0][years[0]["vestiging"].isin(gone) & ~years[0]["school"].isin(closed)]
    return {
        f"scholen in {first}": years[0]["vestiging"].nunique(),
        f"scholen in {second}": years[1]["vestiging"].nunique(),
        "verder in een andere school": merged["vestiging"].nunique(),
        "gestopt": len(closed),
        "erbij gekomen": len(after - before),
    }


# --- the parts of a change -------------------------------------------------------------------------------


def parts(known: pd.DataFrame, group: str, first: str, second: str, *, time: str) -> Result:
    """M then, what changed it, and M now, without bias; where the change has no parts, M and the reason.

    Args:
        known: counts in ``aantal`` with ``school``, the group and the time.
        group: column of the groups.
        first, second: the two times.
        time: column of the time.
    """
    found = segregation.change(
        known, group, "school", "aantal", time=time, first=first, second=second, draws=DRAWS, seed=SEED
    )
    calm = tuple(item for item in found.estimates if item.name == "M corrected")
    if calm:
        return Result("", calm)
    moments = {"first": first, "second": second}
    ends = [_end_of(known[known[time] == when], group, label) for label, when in moments.items()]
    return Result("", (*(item for item in ends if item.value is not None), *found.estimates))


def _end_of(known: pd.DataFrame, group: str, label: str) -> Estimate:
    """M of one time, without bias."""
    found = segregation.with_chance(
        known, group, "school", "aantal", index="mutual_information", draws=DRAWS, seed=SEED
    )
    return replace(corrected(found), group=label)


# --- the brugklas that became broader --------------------------------------------------------------------

#: A brugklas became broader when its pupils sit with so many more levels, on average, than the year before.
BROADER = 0.5


def brugklassen(store: Store, vestigingen: Iterable[str]) -> pd.DataFrame:
    """Pupils of leerjaar 1, and the mean number of levels in their class, by vestiging and school year.

    Returns:
        ``vestiging``, ``schooljaar``, ``aantal`` and ``niveaus`` (missing where no kind of class is known).
    """
    counts = store.read("aantallen", where={"vestiging": list(vestigingen)})
    first = counts[counts["leerjaar"] == 1]
    number = {label: len(codes.levels(label)) for label in codes.BRUGKLASTYPE.codes}
    first = first.assign(
        aantal=(first["aantal_lower"] + first["aantal_upper"]) // 2,
        niveaus=first["brugklastype"].map(number),
    )
    first["bekend"] = first["aantal"].where(first["niveaus"] > 0, 0)
    first["samen"] = first["bekend"] * first["niveaus"].fillna(0)
    table = first.groupby(["vestiging", "schooljaar"], as_index=False)[["aantal", "bekend", "samen"]].sum()
    mean = table["samen"] / table["bekend"].where(table["bekend"] > 0)
    return table[["vestiging", "schooljaar", "aantal"]].assign(niveaus=mean)


def broadened(brugklas: pd.DataFrame) -> pd.Series:
    """The first school year in which the brugklas of each vestiging is broader; missing where none is.

    Args:
        brugklas: see :func:`brugklassen`.
    """
    ordered = brugklas.sort_values(["vestiging", "schooljaar"])
    rise = ordered["niveaus"] - ordered.groupby("vestiging")["niveaus"].shift()
    seen = ordered[rise >= BROADER].groupby("vestiging")["schooljaar"].min()
    return seen.reindex(ordered["vestiging"].unique())
