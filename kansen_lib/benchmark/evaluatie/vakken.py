"""How far taal and rekenen of one pupil lie apart: what a school with a level for each subject would use.

Both are placed among all pupils first, because two tests need not have one scale. Part of the distance is
measurement error of two tests, which makes pupils seem more uneven than they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Benchmark, Row
from kansen_lib.benchmark.scores import RELIABILITY
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

APART, BY_ERROR = "afstand tussen taal en rekenen", "als het alleen meetfout was"
#: Mean and standard deviation of all pupils on a test, by domain and moment.
MEAN, SD = "gemiddelde van de toets", "spreiding van de toets"
DOMAINS = ["taal", "rekenen"]
MOMENTS = ("groep 8", "leerjaar 1", "leerjaar 2", "leerjaar 3")
#: Mean distance between two tests of pupils who are as good at both, in sd of a test.
OF_ERROR = math.sqrt(2 / math.pi * 2 * (1 - RELIABILITY))


def rows(network: Network) -> Iterator[Row]:
    """Mean distance at each moment over all schools, and the means and spreads that it rests on."""
    if not several_schools(network.toetsen):
        return
    norms = own_norms(network.toetsen)
    for name in (MEAN, SD):
        for test, value in norms[name].items():
            yield "", Estimate(name, test, float(value), Unit.SCORE), None
    for item in distances(network.toetsen, norms):
        yield "", item, None


def wide(toetsen: pd.DataFrame) -> pd.DataFrame:
    """The scores of pupils with both at a moment: columns ``leerling``, ``moment``, ``taal``, ``rekenen``."""
    both = toetsen[toetsen["domein"].isin(DOMAINS) & toetsen["moment"].isin(MOMENTS)]
    first = both.sort_values("schooljaar", kind="stable").drop_duplicates(["leerling", "moment", "domein"])
    found = first.pivot(index=["leerling", "moment"], columns="domein", values="score").reset_index()
    return found.reindex(columns=["leerling", "moment", *DOMAINS]).dropna()


def own_norms(toetsen: pd.DataFrame) -> pd.DataFrame:
    """Mean and standard deviation of each test (row, ``"taal groep 8"``) of these pupils."""
    tall = wide(toetsen).melt(["leerling", "moment"], DOMAINS, var_name="domein", value_name="score")
    found = tall.groupby(tall["domein"] + " " + tall["moment"])["score"].agg(["mean", "std"])
    return found.rename(columns={"mean": MEAN, "std": SD})


def known_norms(benchmark: Benchmark) -> pd.DataFrame:
    """Those of all schools; no rows where they were not computed."""
    found = {name: {item.group: item.value for item in benchmark.all(name)} for name in (MEAN, SD)}
    return pd.DataFrame(found, columns=[MEAN, SD])


def distances(toetsen: pd.DataFrame, norms: pd.DataFrame) -> list[Estimate]:
    """Mean distance between the places of a pupil in both subjects, at each moment, in sd of a test.

    Args:
        toetsen: rows of the table, of one school or of all.
        norms: :func:`own_norms` or :func:`known_norms`.
    """
    known = wide(toetsen)
    if known.empty:  # tests of other moments, as an experiment from elsewhere has
        return []
    places = pd.DataFrame(index=known.index)
    for domain in DOMAINS:
        test = domain + " " + known["moment"]
        spread = test.map(norms[SD])
        places[domain] = (known[domain] - test.map(norms[MEAN])) / spread.where(spread > 0)
    apart = (places[DOMAINS[0]] - places[DOMAINS[1]]).abs()
    moments = [moment for moment in MOMENTS if (known["moment"] == moment).any()]
    order = pd.CategoricalDtype(moments, ordered=True)
    return list(gaps.means(apart, known["moment"].astype(order), name=APART, unit=Unit.SD).estimates)
