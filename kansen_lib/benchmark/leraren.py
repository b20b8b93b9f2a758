"""Lessons and teachers of all schools: the middle of them, and at which schools the shortages lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit
from kansen_lib.store import Store

QUALIFIED = "lessen_bevoegd_"
#: Unit of an index that may lie below 0 as well.
CONCENTRATION = "concentratie-index"
#: Feature of a vestiging to what a report calls it; a share of lessons or of teachers.
FEATURES = {
    **{f"{QUALIFIED}{level}": f"lessen door bevoegde leraren, {level}" for level in codes.NIVEAU.codes},
    "lessen_uitgevallen": "uitgevallen lessen",
    "leraren_vertrokken": "vertrokken leraren",
}
#: What lies more at schools with many pupils whose parents have little education, or less.
SHORTAGES = {
    "lessen zonder bevoegde leraar": "onbevoegd",
    "uitgevallen lessen": "lessen_uitgevallen",
    "vertrokken leraren": "leraren_vertrokken",
}


def of_schools(store: Store, vestiging: str | None = None) -> pd.DataFrame:
    """The features, a row a vestiging, of the latest year that each is known of."""
    where = {"soort": "vestiging", "kenmerk": list(FEATURES)}
    table = store.read("kenmerken", where=where if vestiging is None else {**where, "eenheid": vestiging})
    exact = table[table["waarde_lower"] == table["waarde_upper"]]
    last = exact.sort_values("jaar", kind="stable").drop_duplicates(["eenheid", "kenmerk"], keep="last")
    return last.pivot(index="eenheid", columns="kenmerk", values="waarde_lower")


def rows(network: Network) -> Iterator[Row]:
    """Median and middle half of the schools, each school once; concentration where pupils are known."""
    table = of_schools(network.store)
    if len(table) < 2:
        return
    for feature, label in FEATURES.items():
        values = table[feature].dropna() if feature in table else pd.Series(dtype=float)
        if len(values) > 1:
            one = pd.Series(1.0, index=values.index)
            yield "", gaps.quartiles(values, one, name="leraren", group=label, unit=Unit.SHARE), None
    if "leerlingen" in network.store.tables and several_schools(network.pupils):
        yield from (("", item, None) for item in _concentration(network.pupils, table))


def _concentration(pupils: pd.DataFrame, table: pd.DataFrame) -> Iterator[Estimate]:
    """Whether shortages are concentrated where many parents have little education; 0 is evenly spread.

    Schools stand in the order of that share and count by their pupils; above 0 the shortage lies more
    with the schools that have many.
    """
    known = pupils.dropna(subset=["opleiding"])
    schools = (known["opleiding"] == "laag").groupby(known["vestiging"]).agg(["mean", "size"])
    qualified = table[[column for column in table if column.startswith(QUALIFIED)]]
    data = schools.join(table.assign(onbevoegd=1 - qualified.mean(axis=1)), how="inner")
    for label, column in SHORTAGES.items():
        if column in data:
            item = gaps.concentration_index(data, outcome=column, rank="mean", weight="size", name="ongelijk")
            yield replace(item, group=label, unit=CONCENTRATION, n=None)
