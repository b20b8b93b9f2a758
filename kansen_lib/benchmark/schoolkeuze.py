"""Where pupils go among the schools that offer their advies: distance, own gemeente, who sat there before.

Revealed choice, over all schools: who asked for another school and was not admitted is not seen, nor why
a family chose. Parents of low and of high education are compared on the same schools and places.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import watals
from kansen_lib.benchmark.data import Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import ordinal
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit
from kansen_lib.store import Store

#: Under which these numbers are kept.
UNIT = "schoolkeuze"
#: Column to what one unit more of it is; the number of places is held equal, and not shown.
NAMES = {
    "elders": "een school in een andere gemeente",
    "km": "een school één kilometer verder",
    "eerder": "10 procentpunt meer hoogopgeleide ouders",
    "smal": "een school met één niveau",
}
PLACES = "plekken"
GROUPS = ("laag", "hoog")
#: Farther schools are no alternative, and who went there takes no part.
MOST_KM = 20
#: Fewest pupils with known parental education in the cohort before.
FEWEST = 10


def rows(network: Network) -> Iterator[Row]:
    """Of each group: how the odds of a school go with each feature of it, as a ratio."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    table = alternatives(network.store, network.pupils)
    if table.empty:
        return
    for group in GROUPS:
        yield from ((UNIT, item, None) for item in _ratios(table, group))


def alternatives(store: Store, pupils: pd.DataFrame) -> pd.DataFrame:
    """Each school that pupils of a PC4, advies and cohort could go to, and how many of each group went.

    Args:
        store: tells where schools and PC4 are, and what schools offer.
        pupils: of all schools, see :func:`kansen_lib.indicators.pupils`.

    Returns:
        Columns ``situatie``, ``vestiging``, those of :data:`NAMES`, the logarithm of the number of pupils
        with that advies in the cohort before (:data:`PLACES`), and a number of pupils for each group.
    """
    known = pupils.dropna(subset=["pc4", "advies_definitief", "opleiding"])
    known = sample(known[known["opleiding"].isin(GROUPS)]).astype({"opleiding": "str"})
    keys = ["pc4", "cohort", "advies_definitief"]
    schools = tuple(sorted(pupils["vestiging"].unique()))
    pairs = _nearby(store, tuple(sorted(known["pc4"].unique())), schools)
    pairs = pairs.merge(_offer(store, schools), on="vestiging")
    went = known.groupby([*keys, "vestiging", "opleiding"], observed=True).size().unstack(fill_value=0)
    went = went.reindex(columns=list(GROUPS), fill_value=0).reset_index()
    found = went[keys].drop_duplicates().merge(pairs, on=["pc4"])
    found = found.merge(_before(pupils), on=["vestiging", "cohort"])
    found = found.merge(_places(pupils), on=["vestiging", "cohort", "advies_definitief"], how="left")
    found[PLACES] = np.log(found[PLACES].fillna(0) + 0.5)
    found = found.merge(went, on=[*keys, "vestiging"], how="left").fillna(dict.fromkeys(GROUPS, 0))
    found = found[_offered(found)]
    situation = found["pc4"].str.cat([found["cohort"], found["advies_definitief"].astype("str")], sep=" ")
    return found.assign(situatie=situation).drop(columns=[*keys, "aanbod"])


def _offered(table: pd.DataFrame) -> pd.Series:
    """Whether the school offers a level of the advies."""
    wanted = table["advies_definitief"].astype("object").map(codes.levels)
    return pd.Series([bool(a & b) for a, b in zip(wanted, table["aanbod"], strict=True)], table.index, bool)


def _nearby(store: Store, homes: tuple[str, ...], schools: tuple[str, ...]) -> pd.DataFrame:
    """Pairs of a PC4 and a school within :data:`MOST_KM`: the distance, and whether the gemeente is one."""
    km = watals.distances(store, homes, schools)
    home, school = np.nonzero(km <= MOST_KM)
    everywhere = store.read("vestigingen", ["pc4", "gemeente"]).dropna()
    of_home = everywhere.groupby("pc4")["gemeente"].agg(lambda names: names.mode().iloc[0])
    table = pd.DataFrame(
        {
            "pc4": np.array(homes, dtype=str)[home],  # without homes, numpy would say float
            "vestiging": np.array(schools)[school],
            "km": km[home, school],
        }
    )
    own, there = table["pc4"].map(of_home), table["vestiging"].map(store.vestigingen["gemeente"])
    return table.assign(elders=(own != there).astype(float).where(own.notna() & there.notna()))


def _offer(store: Store, schools: tuple[str, ...]) -> pd.DataFrame:
    """The levels of each school, and whether it has one only."""
    offer = watals.offered(store, schools)
    levels = [offer.get(code, frozenset()) for code in schools]
    table = pd.DataFrame({"vestiging": schools, "smal": [float(len(one) == 1) for one in levels]})
    return table.assign(aanbod=levels)


def _before(pupils: pd.DataFrame) -> pd.DataFrame:
    """Parents of high education in the cohort before, in tenths, by school and cohort."""
    known = pupils.dropna(subset=["opleiding"])
    cells = known.assign(eerder=known["opleiding"] == "hoog").groupby(["vestiging", "cohort"])["eerder"]
    table = cells.agg(["mean", "size"]).reset_index()
    table = table[table["size"] >= FEWEST]
    return pd.DataFrame(
        {"vestiging": table["vestiging"], "cohort": _next(table["cohort"]), "eerder": 10 * table["mean"]}
    )


def _places(pupils: pd.DataFrame) -> pd.DataFrame:
    """Pupils with each advies in the cohort before, by school and cohort."""
    sizes = pupils.groupby(["vestiging", "cohort", "advies_definitief"], observed=True).size()
    table = sizes.rename(PLACES).reset_index()
    return table.assign(cohort=_next(table["cohort"]))


def _next(cohort: pd.Series) -> pd.Series:
    """The school year after each."""
    first = cohort.str[:4].astype(int) + 1
    return first.astype(str) + "-" + (first + 1).astype(str)


def _ratios(table: pd.DataFrame, group: str) -> Iterator[Estimate]:
    """The odds of a school with one unit more of each feature, against one that is alike in the others."""
    found = ordinal.conditional_logit(
        table, situation="situatie", chosen=group, regressors=[*NAMES, PLACES], cluster="vestiging"
    )
    if len(found.estimates) == 1:
        (failed,) = found.estimates
        for name in NAMES.values():
            yield replace(failed, name=name, group=group, unit=Unit.RATIO)
        return
    for column, name in NAMES.items():
        item = found[column]
        if item.value is None:
            yield replace(item, name=name, group=group, unit=Unit.RATIO)
            continue
        value, lower, upper = (math.exp(x) for x in (item.value, item.lower, item.upper))
        yield replace(
            item,
            name=name,
            group=group,
            value=value,
            lower=lower,
            upper=upper,
            unit=Unit.RATIO,
            standard_error=None,
        )
