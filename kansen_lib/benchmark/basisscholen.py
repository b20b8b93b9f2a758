"""Advies, toets and leerjaar 3 by basisschool: counted alike for one school and for all of them.

A basisschool is seen through the pupils who came to a school of this store: who went elsewhere is not
there. Nothing here is an order of basisscholen by outcome.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kansen_lib.benchmark import views
from kansen_lib.benchmark.data import Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import standard_deviation
from kansen_lib.stats import multilevel
from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.shrinkage import FEWEST_UNITS, prior_of_means
from kansen_lib.stats.terms import Interval, Method, Unit

#: Under which these numbers are kept.
UNIT = "basisscholen"
#: What is held against the first advies, in steps, and its column.
LATER, TEST = "leerjaar 3 min eerste advies", "toetsadvies min eerste advies"
COLUMNS = {LATER: "later", TEST: "getoetst"}
#: Fewest pupils of a basisschool for a number of its own, and most cohorts that are put together.
FEWEST_PUPILS, COHORTS = 10, 3
OTHERS = "andere basisscholen samen"
#: What chance alone leaves around the mean of all pupils, by number of pupils.
LOWER, UPPER, MEAN = "grens onder", "grens boven", "gemiddelde van alle"
#: Number of sizes at which the limits are given.
SIZES = 10
#: Parts of the spread, and the column of the units between which it lies.
PARTS = {"basisschool": "tussen basisscholen", "vestiging": "tussen scholen voor vo", "": "tussen leerlingen"}


def rows(network: Network) -> Iterator[Row]:
    """How far basisscholen lie apart, over all schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    data = compared(network.pupils)
    for name, column in COLUMNS.items():
        known = with_value(data, column)
        if several_schools(known):
            yield from ((UNIT, item, None) for item in spread(known, name))
            yield from _around_own_mean(known, name)


def compared(pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils with ``later`` and ``getoetst``: leerjaar 3 and the toetsadvies minus the first advies.

    In steps, of :func:`kansen_lib.indicators.pupils`. A class of three levels or more says nothing of the
    level of a pupil.
    """
    known = views.followed(pupils)
    later, tested = known["niveau3"] - known["eerste"], known["toets"] - known["eerste"]
    return known.assign(later=later, getoetst=tested)


def with_value(data: pd.DataFrame, column: str) -> pd.DataFrame:
    """The pupils of the latest cohorts with a value; see :func:`latest`."""
    known = data.dropna(subset=[column])
    return known[known["cohort"].isin(latest(known))]


def latest(known: pd.DataFrame) -> list[str]:
    """At most three cohorts whose advies was given under the same rules: the latest of these rows.

    The rules are those of most of the last three cohorts. Without a test no advies could be raised: that
    cohort is never one of them.
    """
    rules = known.groupby("cohort")["regime"].first().sort_index()
    rules = rules[rules != "geen toets"]
    if rules.empty:
        return []
    last = rules.tolist()[: -COHORTS - 1 : -1]
    common = max(last, key=last.count)  # of as many the latest
    return [str(cohort) for cohort in rules.index[rules == common][-COHORTS:]]


# --- one school: each basisschool ---------------------------------------------------------------------


@dataclass(frozen=True)
class Chance:
    """Mean of all pupils, and the spread of pupils of the same basisschool."""

    mean: float
    sd: float
    df: int
    n: int

    def error(self, n: int) -> float:
        """Standard error of the mean of so many pupils."""
        return self.sd / math.sqrt(n)


def chance(known: pd.DataFrame, column: str) -> Chance:
    """Mean, and the common standard deviation within basisscholen: that of ten pupils says little.

    A basisschool where all are alike would have none of its own, and its interval would tell that.
    """
    of = known["basisschool"].fillna("")
    apart = known[column] - known.groupby(of)[column].transform("mean")
    df = len(known) - of.nunique()
    sd = float(np.sqrt((apart**2).sum() / df)) if df > 0 else math.nan
    return Chance(float(known[column].mean()), sd, df, len(known))


def named(known: pd.DataFrame) -> pd.Series:
    """Number of pupils of each basisschool that gets a number of its own.

    The others together are none, or as many as one basisschool must have: else the smallest that has
    enough is counted with them, because the mean of all would give them back.
    """
    sizes = known["basisschool"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    own = sizes[sizes >= FEWEST_PUPILS]
    while len(own) and 0 < len(known) - own.sum() < FEWEST_PUPILS:
        own = own.iloc[:-1]
    return own


def of_each(known: pd.DataFrame, name: str, labels: Mapping[str, str]) -> list[Estimate]:
    """The mean of each basisschool in the order of the alphabet, then under a name of its own all others.

    Args:
        known: pupils with a value; see :func:`with_value`.
        name: one of :data:`COLUMNS`.
        labels: what each basisschool is called.
    """
    column, own, around = COLUMNS[name], named(known), chance(known, COLUMNS[name])
    place = known["basisschool"].map({code: labels[code] for code in own.index}).astype(object).fillna(OTHERS)
    cells = known.groupby(place)[column].agg(["mean", "size"])
    order = sorted(cells.index, key=lambda label: (label == OTHERS, label))
    return [_of_one(name, label, cells.loc[label], around) for label in order]


def _of_one(name: str, label: str, cell: pd.Series, around: Chance) -> Estimate:
    n, others = int(cell["size"]), label == OTHERS
    facts = {"group": "" if others else label, "unit": Unit.STEPS, "n": n, "method": Method.MEAN}
    found = Estimate.from_standard_error(
        OTHERS if others else name,
        float(cell["mean"]),
        around.error(n),
        df=around.df,
        interval=Interval.T,
        **facts,
    )
    alike = not around.sd > 0  # that all are at their advies is no reason to tell
    return replace(found, p_value=None, smallest=0 if alike else n)


def limits(known: pd.DataFrame, name: str) -> list[Estimate]:
    """The mean of all pupils, and between which ends chance alone leaves 95% of the means, by size."""
    around, sizes = chance(known, COLUMNS[name]), named(known)
    if sizes.empty or not around.sd > 0:
        return []
    most = FEWEST_PUPILS * math.ceil(sizes.max() / FEWEST_PUPILS)  # numbers of pupils are shown in tens
    steps = np.geomspace(FEWEST_PUPILS, max(most, 2 * FEWEST_PUPILS), SIZES).round().astype(int)
    facts = {"unit": Unit.STEPS, "method": Method.MEAN}
    half = {n: quantile() * around.error(n) for n in dict.fromkeys(steps.tolist())}
    ends = [
        Estimate(label, str(n), around.mean + sign * width, **facts)
        for label, sign in ((LOWER, -1), (UPPER, 1))
        for n, width in half.items()
    ]
    return [Estimate(MEAN, "", around.mean, n=around.n, **facts), *ends]


# --- all schools --------------------------------------------------------------------------------------


def around_own_mean(name: str) -> str:
    """Name of the row with the spread of basisscholen around the mean of the school they feed."""
    return f"{name}, rond het gemiddelde van de school"


def _around_own_mean(known: pd.DataFrame, name: str) -> Iterator[Row]:
    """Standard deviation between the basisscholen of one school, over all schools.

    Of every pair of a school and a basisschool with enough pupils: the difference from the school's mean.
    """
    column, values, errors = COLUMNS[name], [], []
    for _, own in known.dropna(subset=["basisschool"]).groupby("vestiging"):
        around, cells = chance(own, column), own.groupby("basisschool")[column].agg(["mean", "size"])
        cells = cells[cells["size"] >= FEWEST_PUPILS]
        if around.sd > 0:
            values += (cells["mean"] - around.mean).tolist()
            errors += [around.error(n) for n in cells["size"]]
    if len(values) >= FEWEST_UNITS:
        prior = prior_of_means(values, errors)
        item = Estimate(around_own_mean(name), "", prior.mean, Unit.STEPS, method=Method.EMPIRICAL_BAYES)
        yield "", item, prior.sd


def spread(known: pd.DataFrame, name: str) -> list[Estimate]:
    """Standard deviation between basisscholen, between schools for vo, and between pupils, in steps."""
    data = sample(known.dropna(subset=["basisschool"]))
    random: dict[str, list[str]] = {"vestiging": [], "basisschool": []}
    model = multilevel.mixed_model(data, outcome=COLUMNS[name], fixed=[], random=random)
    found = {item.group: item for item in model.estimates if item.name.endswith("variance")}
    return [
        replace(standard_deviation(found[part]), name=name, group=label, unit=Unit.STEPS)
        for part, label in PARTS.items()
        if part in found
    ]
