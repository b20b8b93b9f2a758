"""Background of pupils over schools: counted alike for one region and for every gemeente of a store.

How apart groups sit is described, never explained: families choose schools, and schools offer levels. No
gemeente and no other school is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark.data import SEED, Network, sample, several_schools
from kansen_lib.benchmark.modellen import less_start
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.scores import END, RELIABILITY, START
from kansen_lib.benchmark.vergelijken import HERKOMST, OPLEIDING, Groups
from kansen_lib.stats import gaps, multilevel, scales, segregation
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.shrinkage import FEWEST_UNITS, prior_of_means
from kansen_lib.stats.terms import Method, Unit

#: Between which two groups D lies, by what a report calls it.
ENDS = {"opleiding van de ouders": OPLEIDING, "herkomst": HERKOMST}
#: Under which D of a gemeente is kept, and the mean over gemeenten.
OF_GEMEENTE, MEAN = "D {}", "D {}, gemiddelde gemeente"
PARENTS = OF_GEMEENTE.format("opleiding van de ouders")
#: Of three schools D gives the two others back to who knows the one and the whole.
FEWEST_IN_GEMEENTE = 4
#: Under which the numbers over all schools are kept.
UNIT = "scholen"
BETWEEN, TOGETHER = "verschil tussen scholen", "samenhang over scholen"
HIGH, HAVO_VWO = "hoogopgeleide ouders", "havo of vwo in leerjaar 3"
SCORE_8, SCORE, EQUAL = "score in groep 8", "score in leerjaar 3", "score in leerjaar 3 bij gelijke start"
#: What differs between schools: composition first, then what came of it.
MEASURES = (HIGH, SCORE_8, HAVO_VWO, SCORE, EQUAL)
#: With the share of pupils with parents of high education, over schools.
PAIRS = (HAVO_VWO, SCORE, EQUAL)
#: Fewest pupils of a school with a place in a correlation, fewest schools, and fewest gemeenten.
FEWEST_PUPILS, FEWEST_SCHOOLS, FEWEST_GEMEENTEN = 20, 10, 10
#: Random divisions for a gemeente in the network phase.
NETWORK_DRAWS = 100
OVER_GEMEENTEN = "samenhang over gemeenten"


def rows(network: Network) -> Iterator[Row]:
    """D a gemeente, composition of all schools, and how composition and outcomes differ between schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = network.pupils
    place = pupils["vestiging"].map(network.store.vestigingen["gemeente"])
    yield from _gemeente_rows(pupils, place)
    yield from (("", item, None) for item in composition(pupils.assign(aantal=1)))
    measured = _measured(sample(pupils))
    yield from _school_rows(measured)
    yield UNIT, _over_gemeenten(measured, place), None


# --- how apart groups sit -------------------------------------------------------------------------------


def apart(data: pd.DataFrame, between: Groups, weight: str | None, **settings: object) -> Result:
    """D of two groups over vestigingen: as counted, by chance, and corrected."""
    ends = data[data[between.column].isin([between.low, between.high])]
    ends = ends.assign(**{between.column: ends[between.column].astype(str)})
    return segregation.with_chance(
        ends, between.column, "vestiging", weight, index="dissimilarity", seed=SEED, **settings
    )


def _gemeente_rows(pupils: pd.DataFrame, place: pd.Series) -> Iterator[Row]:
    """D of each gemeente of which enough schools have pupils, and the mean over gemeenten."""
    for label, between in ENDS.items():
        found = [
            (str(gemeente), apart(data, between, None, draws=NETWORK_DRAWS, name=OF_GEMEENTE.format(label)))
            for gemeente, data in pupils.groupby(place)
            if data["vestiging"].nunique() >= FEWEST_IN_GEMEENTE
        ]
        corrected = [(unit, item) for unit, of in found for item in of.estimates if item.group == "corrected"]
        yield from ((unit, item, None) for unit, item in corrected)
        known = [item for _, item in corrected if item.standard_error]
        if len(known) >= FEWEST_UNITS:
            prior = prior_of_means([i.value for i in known], [i.standard_error for i in known])
            facts = {"unit": Unit.INDEX, "method": Method.EMPIRICAL_BAYES}
            yield "", Estimate(MEAN.format(label), value=prior.mean, **facts), prior.sd


# --- who sits in a school -------------------------------------------------------------------------------

#: The groups of a composition: of sex one, for the other is what is left.
PARTS = {
    "opleiding van de ouders": ("opleiding", codes.OPLEIDING_OUDERS_3.codes),
    "herkomst": ("herkomst", codes.HERKOMST.codes),
    "geslacht": ("geslacht", ("vrouw",)),
}


#: What a group is called where its column does not stand beside it.
WORDS = {one: f"ouders {one} opgeleid" for one in codes.OPLEIDING_OUDERS_3.codes}


def composition(counts: pd.DataFrame) -> list[Estimate]:
    """The share of each group, of the parts of background that these counts have."""
    return [
        item for label, (column, _) in PARTS.items() if column in counts for item in shares(counts, label)
    ]


def shares(counts: pd.DataFrame, label: str) -> list[Estimate]:
    """The share of each group of one part of background; of counts in ``aantal``."""
    column, groups = PARTS[label]
    sizes = counts.groupby(counts[column].astype(object))["aantal"].sum()
    n = int(sizes.sum())
    return [gaps.share(int(sizes.get(one, 0)), n, name=label, group=WORDS.get(one, one)) for one in groups]


def expected(some: pd.DataFrame, whole: pd.DataFrame, column: str, strata: list[str]) -> dict[str, float]:
    """The share of each group when these pupils were composed as those of the whole in the same strata.

    Indirect standardisation: the shares of the whole in each stratum, weighted by these pupils in it. They
    are a part of that whole themselves.

    Args:
        some: counts of the pupils, in ``aantal``.
        whole: counts of all, of which ``some`` is a part.
        column: of the groups.
        strata: columns that are held equal.

    Returns:
        Share by group, as :func:`shares` calls it.
    """
    mine, everyone = (rows.dropna(subset=[column, *strata]) for rows in (some, whole))
    wanted = mine.groupby(strata)["aantal"].sum()
    table = everyone.groupby([*strata, column], observed=True)["aantal"].sum().unstack(fill_value=0)
    parts = table.div(table.sum(axis=1), axis=0).reindex(wanted.index)
    found = parts.mul(wanted, axis=0).sum().div(wanted.sum())
    return {WORDS.get(one, one): share for one, share in found.items()}


# --- differences between schools, in composition and in outcome -------------------------------------------


def _measured(pupils: pd.DataFrame) -> pd.DataFrame:
    """A column for each of :data:`MEASURES`, a row a pupil, with the vestiging."""
    high = (pupils["opleiding"] == "hoog").astype(float).where(pupils["opleiding"].notna())
    slope = multilevel.value_added(
        pupils, outcome=END, prior=START, unit="vestiging", reliability=RELIABILITY
    ).estimates[0]
    equal = less_start(pupils, slope.value)[END] if slope.value is not None else float("nan")
    values = (high, pupils[START], pupils["havo_of_vwo_in_leerjaar_3"].astype(float), pupils[END], equal)
    named = dict(zip(MEASURES, values, strict=True))
    return pd.DataFrame({"vestiging": pupils["vestiging"], **named}, index=pupils.index)


def _school_rows(data: pd.DataFrame) -> Iterator[Row]:
    """Share of the variance between schools of each measure, and correlations over schools."""
    for label in MEASURES:
        known = data.dropna(subset=[label])
        if several_schools(known.assign(leerling="")) and known[label].nunique() > 1:
            found = multilevel.variance_shares(known, outcome=label, levels=["vestiging"], name=BETWEEN)
            yield UNIT, replace(found.estimates[0], group=label), None
    for label in PAIRS:
        yield UNIT, _correlation(data, label), None


def _correlation(data: pd.DataFrame, label: str) -> Estimate:
    """Of the share with parents of high education and the mean of a measure, over schools."""
    known = data.dropna(subset=[HIGH, label]).groupby("vestiging")[[HIGH, label]]
    means = known.mean()[known.size() >= FEWEST_PUPILS]
    return _over(means, HIGH, label, FEWEST_SCHOOLS, "scholen", TOGETHER)


def _over(units: pd.DataFrame, first: str, second: str, fewest: int, word: str, name: str) -> Estimate:
    """A correlation over units, of no number of persons; a reason with few of them."""
    if len(units) < fewest:
        reason = f"in deze gegevens zijn minder dan {fewest} {word} met genoeg leerlingen"
        return Estimate.not_computable(name, reason, group=second, unit=Unit.CORRELATION)
    found = gaps.correlation(units, first=first, second=second, name=name, group=second)
    return replace(found, n=None)


def _over_gemeenten(data: pd.DataFrame, place: pd.Series) -> Estimate:
    """How far differences between schools in composition and in outcome go together over gemeenten.

    Each as the share of the variance between schools, without what few pupils a school add to it: with that,
    both would be larger where schools are small.
    """
    found = {}
    for gemeente, rows in data.groupby(place.reindex(data.index)):
        known = rows.dropna(subset=[HIGH, SCORE])
        if several_schools(known.assign(leerling="")):
            parts = [scales.aggregation(known, value=one, unit="vestiging") for one in (HIGH, SCORE)]
            found[gemeente] = [part.estimates[0].value for part in parts]
    units = pd.DataFrame.from_dict(found, orient="index", columns=[HIGH, SCORE], dtype=float).dropna()
    return _over(units, HIGH, SCORE, FEWEST_GEMEENTEN, "gemeenten", OVER_GEMEENTEN)
