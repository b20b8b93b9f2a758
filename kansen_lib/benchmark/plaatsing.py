"""Placement in the brugklas, how mixed classes are, and two sums of what if: of all schools and of one.

Advies, brugklas and class are outcomes of selection: who compares at the same advies describes, no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import sqrt

import numpy as np
import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.context import FEWEST_PUPILS, GAP, HIGH, LOW
from kansen_lib.benchmark.data import MODEL_PUPILS, Network, several_schools
from kansen_lib.benchmark.modellen import some_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.scores import POINTS, START
from kansen_lib.benchmark.trechter import openness, same_rules, to_leerjaar_3
from kansen_lib.benchmark.vergelijken import OPLEIDING, PLACE, steps_and_gap
from kansen_lib.stats import fairness, flows, gaps, multilevel
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

#: More columns do not fit in a matrix: those of the most pupils are kept.
MOST_COLUMNS = 8
#: A brugklas against the advies, by the highest level of both.
SIDES = {"onder": "lager dan het advies", "op": "tot het advies", "boven": "hoger dan het advies"}
#: Outcomes that are compared at the same advies, and the column of their place.
PLACES = {"brugklas": "niveau_1", "leerjaar 3": "niveau_3"}
SAME_ADVIES = ", bij hetzelfde advies"
SAME_SCORE = ", bij hetzelfde advies en dezelfde score"
CLASSES = {f"leerjaar {year}": f"klas_{year}" for year in (1, 2, 3)}
BETWEEN, INSIDE = "tussen klassen", "in een klas"
NOW, IF_HIGHEST = "nu", "als het hoogste telt"
#: How pupils could be brought together, and the column of who would share a class.
MIXES = {
    "de klassen van nu": ["klas_1"],
    "klassen van één advies": ["vestiging", "cohort", "advies_definitief"],
    "klassen door loting": ["vestiging", "cohort"],
}
#: How a spread is counted, in words of the report.
ROOT = "wortel van de gemiddelde variantie in een groep"
#: Under which units the rows are kept.
SAME, SUCCESS, PLACED = "zelfde advies", "plaatsing en leerjaar 3", "plaatsing"
SORTED, SUM, MIX = "klassen", "hoogste telt", "gemengd"


def rows(network: Network) -> Iterator[Row]:
    """The numbers of this module over all schools; nothing without pupils of several of them."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    data = same_rules(network.learners, network.store.test_kind)
    some = some_schools(data, MODEL_PUPILS)
    parts = {
        SAME: at_same_advies(some, "vestiging"),
        SUCCESS: success(_in_several_schools(data)),
        PLACED: placed_by_group(data),
        SORTED: sorted_by_year(some),
        SUM: if_highest(data),
        MIX: mixes(some),
    }
    yield from ((unit, item, None) for unit, found in parts.items() for item in found)


def _in_several_schools(data: pd.DataFrame) -> pd.DataFrame:
    """Rows of an advies and brugklas that three schools have: those of all less the own are no one's else."""
    schools = data.groupby(["advies_definitief", "brugklas"])["vestiging"].transform("nunique")
    return data[schools >= 3]


# --- which advies sits in which brugklas --------------------------------------------------------------


def matrix(learners: pd.DataFrame) -> list[Estimate]:
    """Of each definitive advies the share in each brugklas, every combination: a cross table.

    Of pupils in :func:`in_matrix` only: a row or column of few could not be shown, and would hide others.
    """
    data = in_matrix(learners)
    found = flows.transition_matrix(data, start="advies", end="brugklas", name="plaatsing")
    return [
        replace(item, name=f"advies: {item.name[5:]}", group=f"brugklas: {item.group[3:]}")
        for item in found.estimates
        if item.n
    ]


def in_matrix(learners: pd.DataFrame) -> pd.DataFrame:
    """Advies and brugklas, in order, of the pupils who share each of them with enough others."""
    known = learners.dropna(subset=["definitief", "niveau_1"])
    rows = pd.DataFrame({"advies": known["advies_definitief"], "brugklas": known["brugklas"]})
    rows = rows[rows["brugklas"].isin(rows["brugklas"].value_counts().index[:MOST_COLUMNS])]
    while True:
        sizes = pd.DataFrame({name: rows[name].map(rows[name].value_counts()) for name in rows})
        enough = (sizes >= FEWEST_PUPILS).all(axis=1)
        if enough.all():
            break
        rows = rows[enough]
    order = {"advies": codes.ADVIES.codes, "brugklas": codes.BRUGKLASTYPE.codes}
    return rows.apply(lambda labels: _ordered(labels, order[str(labels.name)]))


def _ordered(labels: pd.Series, order: Sequence[str]) -> pd.Series:
    """The labels as categories from low to high, those that occur."""
    return labels.astype(pd.CategoricalDtype([x for x in order if (labels == x).any()], ordered=True))


# --- promising or not ---------------------------------------------------------------------------------


def side(advies: pd.Series, brugklas: pd.Series) -> pd.Series:
    """Whether the highest level of a brugklas lies below, at or above the highest of the advies.

    Another question than :func:`kansen_lib.indicators.position`: a broad brugklas keeps its highest level
    open, whatever else sits in it. Missing where either has no place on the ladder.
    """
    wanted, given = _highest(advies), _highest(brugklas)
    names = np.select([given < wanted, given == wanted, given > wanted], list(SIDES), default="")
    known = pd.Series(names, index=advies.index).where(wanted.notna() & given.notna())
    return known.astype(pd.CategoricalDtype(list(SIDES), ordered=True))


def _highest(labels: pd.Series) -> pd.Series:
    """Place of the highest level in each label."""
    places = {}
    for label in labels.dropna().unique():
        levels = codes.levels(label)
        if levels:
            places[label] = max(codes.step(level) for level in levels)
    return labels.map(places).astype(float)


def below_vwo(learners: pd.DataFrame) -> pd.DataFrame:
    """Who can still be placed above the advies, with ``kant``: on which side of it they were placed."""
    placed = learners.assign(kant=side(learners["advies_definitief"], learners["brugklas"]))
    return placed[placed["kant"].notna() & (placed["advies_definitief"] != "vwo")]


def placed_by_group(learners: pd.DataFrame) -> list[Estimate]:
    """Shares placed above and below the advies by parental education, the gap, and that at the same advies.

    All numbers of a group are held to the smallest of its three cells: two of them would give the third.
    """
    data = below_vwo(learners).dropna(subset=["opleiding"])
    cells = pd.crosstab(data["opleiding"].astype(str), data["kant"].astype(str))
    smallest = cells.min(axis=1).astype(int).to_dict()
    found: list[Estimate] = []
    for kind in ("boven", "onder"):
        if (data["kant"] == kind).any():
            found += _shares_held(data["kant"] == kind, data["opleiding"], SIDES[kind], smallest)
    ends = [smallest.get(label, 0) for label in (LOW, HIGH)]
    return [*found, _at_same_advies(data.assign(kansrijk=data["kant"] == "boven"), min(ends))]


def _shares_held(yes: pd.Series, group: pd.Series, name: str, smallest: dict[str, int]) -> Iterator[Estimate]:
    levels = {item.group: item for item in gaps.shares(yes, group, name=name).estimates}
    for label, item in levels.items():
        yield replace(item, smallest=smallest[label])
    if {LOW, HIGH} <= set(levels):
        pair = [levels[LOW], levels[HIGH]]
        gap = gaps.share_difference([x.count for x in pair], [x.n for x in pair], name=name, group=GAP)
        yield replace(gap, smallest=min(smallest[LOW], smallest[HIGH]))


def _at_same_advies(data: pd.DataFrame, smallest: int) -> Estimate:
    """How much more often the high group is placed above the same advies, over adviezen that both have."""
    name = SIDES["boven"] + SAME_ADVIES
    if not {LOW, HIGH} <= set(data["opleiding"]):
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, group=GAP, unit=Unit.POINTS)
    found = fairness.conditional_parity(
        data,
        decision="kansrijk",
        group="opleiding",
        low=LOW,
        high=HIGH,
        strata="advies_definitief",
        name=name,
    )
    return replace(found[name, "within strata"], group=GAP, smallest=smallest)


# --- success in leerjaar 3 ----------------------------------------------------------------------------


def success(learners: pd.DataFrame) -> list[Estimate]:
    """Share on the advies or above it in leerjaar 3, by advies and brugklas; who left is not counted.

    Only of an advies of which pupils sit in several kinds of brugklas: others have nothing to compare.
    """
    seen = to_leerjaar_3(learners)
    place = indicators.position(seen["advies_definitief"], seen["leerjaar3"], "inspectie")
    known = seen.assign(place=place).dropna(subset=["place", "brugklas"])
    found = []
    for advies in codes.ADVIES.codes:
        part = known[known["advies_definitief"] == advies]
        sizes = part["brugklas"].value_counts()
        kinds = [kind for kind in codes.BRUGKLASTYPE.codes if sizes.get(kind, 0) >= FEWEST_PUPILS]
        for kind in kinds if len(kinds) > 1 else ():
            on = part.loc[part["brugklas"] == kind, "place"] != "onder"
            label = f"brugklas {kind}"
            found.append(gaps.share(int(on.sum()), len(on), name=f"advies {advies}", group=label))
    return found


# --- placed lower at the same advies ------------------------------------------------------------------


def at_same_advies(learners: pd.DataFrame, cluster: str) -> list[Estimate]:
    """Mean place of the brugklas and of leerjaar 3 by group, the gap, and what is left at the same advies.

    At the same advies: least squares with a dummy for each advies; and with the score of the toets as well.
    All are of the pupils with a score, where there are scores at all.
    """
    found: list[Estimate] = []
    score = ["toetsscore"] if learners["toetsscore"].notna().any() else []
    for name, column in PLACES.items():
        columns = [column, "opleiding", "definitief", cluster, *score]
        known = to_leerjaar_3(learners).dropna(subset=columns)
        both = _of_shared_adviezen(known)
        found += steps_and_gap(name, known, column, OPLEIDING, level=PLACE)
        for suffix, covariates in (
            (SAME_ADVIES, ["advies_definitief"]),
            (SAME_SCORE, ["advies_definitief", "toetsscore"]),
        ):
            gap = gaps.mean_difference(
                both,
                outcome=column,
                group="opleiding",
                low=LOW,
                high=HIGH,
                covariates=covariates,
                cluster=cluster,
                name=name + suffix,
                unit=Unit.STEPS,
            )
            found.append(replace(gap, group=GAP))
    return found


def _of_shared_adviezen(known: pd.DataFrame) -> pd.DataFrame:
    """Pupils with an advies that both outer groups have: of any other there is nothing to compare."""
    ends = known[known["opleiding"].isin([LOW, HIGH])]
    groups = ends.groupby("advies_definitief")["opleiding"].transform("nunique")
    return ends[groups == 2]


# --- sorted into classes ------------------------------------------------------------------------------


def sorted_by_year(learners: pd.DataFrame) -> list[Estimate]:
    """Per leerjaar the share of the spread in scores of groep 8 between classes, and the spread in a class.

    The same pupils in all leerjaren, and their first class in each. Scores are deviations from the mean of
    school and cohort: what remains is how a school sorts its own pupils.
    """
    known = _deviations(learners.dropna(subset=[START, *CLASSES.values()]))
    shares, spreads = [], []
    for label, column in CLASSES.items():
        found = multilevel.variance_shares(known, outcome=START, levels=[column], name=BETWEEN)
        shares.append(replace(found.estimates[0], group=label))
        spreads.append(replace(spread(known, [column], column), name=INSIDE, group=label))
    return [*shares, *spreads]


def _deviations(known: pd.DataFrame) -> pd.DataFrame:
    """Scores of groep 8 less the mean of school and cohort."""
    mean = known.groupby(["vestiging", "cohort"])[START].transform("mean")
    return known.assign(**{START: known[START] - mean})


def spread(known: pd.DataFrame, together: list[str], cluster: str) -> Estimate:
    """Standard deviation of the score among who share these labels: root of the mean variance.

    The interval is the root of that of the mean squared deviation, by clusters.
    """
    groups = known.groupby(together)[START]
    size = groups.transform("size")
    several = known[size > 1]
    squared = (several[START] - groups.transform("mean")[size > 1]) ** 2 * (size / (size - 1))[size > 1]
    found = gaps.mean(squared, cluster=several[cluster], unit=POINTS)
    if found.value is None:
        return found
    ends = {key: sqrt(max(getattr(found, key), 0.0)) for key in ("value", "lower", "upper")}
    return replace(found, standard_error=None, df=None, method=ROOT, **ends)


# --- what if ------------------------------------------------------------------------------------------


def if_highest(learners: pd.DataFrame) -> list[Estimate]:
    """Share with havo or vwo in the definitive advies now, and if the highest of advies and toets held.

    A sum, no prediction. Each group is held to the smallest of three cells (open now, only then, and never),
    and to who has a double advies on the line: a card with another threshold would give that one.
    """
    known = learners.dropna(subset=["opleiding", "definitief", "toets"])
    lowest = codes.step("vmbo-gt/havo")
    now, then = known["definitief"] >= lowest, known[["definitief", "toets"]].max(axis=1) >= lowest
    group = known["opleiding"].astype(str)
    sides = now.astype(int) + then.astype(int), openness(known["advies_definitief"])
    smallest = (
        pd.concat([pd.crosstab(group, kind) for kind in sides], axis=1).min(axis=1).astype(int).to_dict()
    )
    return [
        item
        for name, yes in ((NOW, now), (IF_HIGHEST, then))
        for item in _shares_held(yes, known["opleiding"], name, smallest)
    ]


def mixes(learners: pd.DataFrame) -> list[Estimate]:
    """Spread of the score of groep 8 in a class of leerjaar 1: now, by one advies, and after a lottery.

    A lottery over the classes of a school and cohort gives, on average, the spread of the whole cohort:
    whatever the sizes of the classes, so that nothing need be drawn.
    """
    known = _deviations(learners.dropna(subset=[START, "klas_1", "definitief"]))
    return [
        replace(spread(known, together, "klas_1"), name=INSIDE, group=label)
        for label, together in MIXES.items()
    ]
