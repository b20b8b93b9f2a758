"""A region of schools: the gemeente of a school, or gemeenten of one's own choice, and who is counted in it.

Open counts are read from the store, because anybody can fetch them. Pupils of other schools are seen as
counts only: the network phase keeps them (:func:`tables`), and no report shows those of another school.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kansen_lib import codes
from kansen_lib.store import School, Store, StoreError, did_you_mean

if TYPE_CHECKING:
    from kansen_lib.benchmark.data import Network

#: From this leerjaar on a level is counted: before it, pupils of several levels sit together.
FROM_LEERJAAR = 3


@dataclass(frozen=True)
class Area:
    """The schools among which pupils are compared.

    Attributes:
        name: the gemeenten, as a report names them; empty where the gemeente of a school is not known.
        gemeenten: their names, in alphabetical order.
        vestigingen: codes of the vo vestigingen in them, ascending.
    """

    name: str
    gemeenten: tuple[str, ...]
    vestigingen: tuple[str, ...]


def around(school: School, gemeenten: Sequence[str] | str | None = None) -> Area:
    """The region of a school: its own gemeente, or the gemeenten that are asked for.

    Args:
        school: the school that the report is about.
        gemeenten: names of gemeenten, as a list or as text with commas; the own one when None.

    Raises:
        StoreError: no school for vo in such a gemeente (with the nearest known name), or the own school
            lies outside the region.
    """
    own = school.record["gemeente"]
    if not gemeenten:
        if pd.isna(own):
            return Area("", (), (school.vestiging,))
        return _of(school.store, [str(own)])
    asked = gemeenten.split(",") if isinstance(gemeenten, str) else gemeenten
    wanted = [name.strip() for name in asked if name.strip()]
    known = school.store.vestigingen["gemeente"].dropna().unique()
    faults = [f"no vo school in gemeente '{n}'.{did_you_mean(n, known)}" for n in wanted if n not in known]
    if faults:
        raise StoreError(f"region: {' '.join(faults)}")
    if own not in wanted:
        raise StoreError(f"region: school {school.vestiging} lies in {own}; add it to {', '.join(wanted)}")
    return _of(school.store, wanted)


def _of(store: Store, gemeenten: Sequence[str]) -> Area:
    names = tuple(sorted(set(gemeenten)))
    known = store.vestigingen
    name = " en ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return Area(name, names, tuple(sorted(known.index[known["gemeente"].isin(names)])))


def each(store: Store) -> list[Area]:
    """Every gemeente with at least two vo vestigingen, as a region of its own."""
    sizes = store.vestigingen.groupby("gemeente").size()
    return [_of(store, [str(name)]) for name in sizes.index[sizes >= 2]]


def levels(store: Store, vestigingen: Sequence[str] | None = None) -> pd.DataFrame:
    """Pupils from leerjaar 3 on by school year, vestiging, level and sex, as DUO counts them.

    Levels are those of the ladder (``codes.NIVEAU``); who has no known level takes no part.

    Args:
        store: its table ``aantallen`` is read.
        vestigingen: which ones; all when None.

    Returns:
        Columns ``schooljaar``, ``gemeente``, ``bestuur``, ``vestiging``, ``niveau``, ``richting``
        (havo/vwo, or pro en vmbo), ``geslacht``, ``lower``, ``upper`` and ``aantal``, the middle of the
        bounds as whole pupils.
    """
    where = None if vestigingen is None else {"vestiging": list(vestigingen)}
    counts = store.read("aantallen", where=where)
    upper = counts[counts["leerjaar"] >= FROM_LEERJAAR]
    return _placed(store, by_level(upper, "aantal", ["schooljaar", "vestiging", "niveau", "geslacht"]))


def by_level(counts: pd.DataFrame, what: str, keys: list[str]) -> pd.DataFrame:
    """Open counts of each level of the ladder, added up.

    Args:
        counts: with ``onderwijstype``, and bounds in columns that begin with ``what``.
        what: what is counted.
        keys: by which it is added up, ``niveau`` among them.

    Returns:
        The keys, ``lower``, ``upper``, ``aantal`` and ``richting``; see :func:`levels`.
    """
    ends = {f"{what}_lower": "lower", f"{what}_upper": "upper"}
    named = counts.assign(niveau=counts["onderwijstype"].replace(codes.ONE_LEVEL)).rename(columns=ends)
    known = named[named["niveau"].isin(codes.NIVEAU.codes)]
    table = known.groupby(keys, as_index=False)[["lower", "upper"]].sum()
    table["aantal"] = (table["lower"] + table["upper"]) // 2
    table["richting"] = table["niveau"].isin(["havo", "vwo"]).map({True: "havo/vwo", False: "pro en vmbo"})
    return table


def _placed(store: Store, table: pd.DataFrame) -> pd.DataFrame:
    """The rows with gemeente and bestuur of their vestiging, in front."""
    known = store.vestigingen[["gemeente", "bestuur"]]
    return table.join(known, on="vestiging")


# --- counts of pupils, kept by the network phase -------------------------------------------------------

#: What pupils are counted by, beside the vestiging of entry and the cohort.
_BACKGROUND = ("opleiding", "herkomst", "geslacht")
#: Leerjaren of which the classes are counted.
CLASS_YEARS = (1, 2, 3)


def tables(network: Network) -> dict[str, pd.DataFrame]:
    """Counts of pupils that a region is put together from, by name; nothing without pupils.

    ``leerlingen``: a row a cohort, vestiging of entry, definitive advies, parental education in three
    classes, herkomst and sex. ``woonplaats``: a row a cohort, vestiging, advies, home PC4 and parental
    education. ``klassen``: a row a school year, vestiging, leerjaar, level and class and the same
    background. All with ``aantal``, the number of pupils; a missing label stays missing.
    """
    if "leerlingen" not in network.store.tables:
        return {}
    pupils = network.pupils.rename(columns={"advies_definitief": "advies"})
    found = {
        "leerlingen": _counted(pupils, ["vestiging", "cohort", "advies", *_BACKGROUND]),
        "woonplaats": _counted(pupils, ["vestiging", "cohort", "advies", "pc4", "opleiding"]),
    }
    if "loopbaan" in network.store.tables:
        rows = network.loopbaan[network.loopbaan["leerjaar"].isin(CLASS_YEARS)]
        rows = rows.merge(pupils[["leerling", *_BACKGROUND]], on="leerling")
        keys = ["vestiging", "schooljaar", "leerjaar", "niveau", "klas", *_BACKGROUND]
        found["klassen"] = _counted(rows, keys)
    return found


def _counted(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    plain = rows[keys].astype({name: "str" for name in keys if rows[name].dtype.name == "category"})
    return (
        plain.groupby(keys, dropna=False, as_index=False, sort=True).size().rename({"size": "aantal"}, axis=1)
    )


# --- where things lie ----------------------------------------------------------------------------------


def coordinates(store: Store) -> pd.DataFrame:
    """Place of each PC4, in km east (``x_km``) and north (``y_km``), indexed by PC4; no rows when unknown."""
    where = {"soort": "pc4", "kenmerk": ["x_km", "y_km"]}
    rows = store.read("kenmerken", ["eenheid", "kenmerk", "waarde_lower"], where)
    latest = rows.drop_duplicates(["eenheid", "kenmerk"], keep="last")
    wide = latest.pivot(index="eenheid", columns="kenmerk", values="waarde_lower")
    return wide.reindex(columns=["x_km", "y_km"]).dropna().rename_axis("pc4").rename_axis(columns=None)
