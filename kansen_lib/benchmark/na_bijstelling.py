"""Where pupils with a higher test sit in leerjaar 3: those whose advies was raised beside the others.

A description, of all schools together. Who is raised also has a higher advies to sit below: that more of
them do is partly arithmetic. The two are alike only at an equal first advies and an equal toetsadvies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.bijstelling import EINDTOETS, tested
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.drempel import first_in_leerjaar3
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import OPLEIDING, Groups, shares_and_gap
from kansen_lib.stats import fairness, gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

#: Under which these numbers stand in the benchmark.
UNIT = "leerjaar 3 na een hogere toets"
#: Raised or not, of pupils with a higher toetsadvies.
RAISED = Groups("besluit", "niet bijgesteld", "bijgesteld")
#: Which rule says that a pupil sits below, at or above the advies.
RULE = "ocw"
PLACES = {place: f"{place} advies" for place in ("onder", "op", "boven")}
BELOW_ALIKE = "onder advies, bij gelijk advies en toets"
LEVEL_ALIKE = "niveau, bij gelijk advies en toets"
BELOW_BY_GROUP = "onder advies na bijstellen"


def rows(network: Network) -> Iterator[Row]:
    """All numbers of all schools together; nothing without pupils of several schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    known = followed(network.pupils, network.loopbaan)
    yield from ((UNIT, item, None) for item in (*places(known), *alike(known), *by_group(known)))


def followed(pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> pd.DataFrame:
    """Pupils with a higher toetsadvies of the eindtoets who were seen in leerjaar 3, on whatever school.

    Added columns: ``besluit`` (raised or not), ``plaats`` (onder, op or boven the definitive advies),
    ``onder``, ``niveau_3`` (place on the ladder, in steps).
    """
    known = tested(pupils, EINDTOETS)
    known = known[known["hoger"]]
    label = first_in_leerjaar3(loopbaan).reindex(known["leerling"]).set_axis(known.index)
    place = indicators.position(known["advies_definitief"], label, RULE)
    names = known["bijgesteld"].map({False: RAISED.low, True: RAISED.high})
    found = known.assign(
        besluit=names.astype(pd.CategoricalDtype([RAISED.low, RAISED.high])),
        plaats=place,
        onder=place == "onder",
        niveau_3=indicators.steps(label),
    )
    return found.dropna(subset=["plaats"])


def places(known: pd.DataFrame) -> list[Estimate]:
    """The share below, at and above the definitive advies, of who was not raised and of who was.

    All are held to the smallest of these cells: two of the three places of a group give the third.
    """
    cells = known.groupby(["besluit", "plaats"], observed=False).size()
    return [
        replace(item, smallest=int(cells.min()))
        for place, name in PLACES.items()
        for item in shares_and_gap(name, known["plaats"] == place, known["besluit"], RAISED)
    ]


def alike(known: pd.DataFrame) -> Iterator[Estimate]:
    """Raised minus not raised at the same first advies and toetsadvies: the share below, and the level."""
    data = known.dropna(subset=["basisschool"])
    shared = {"group": RAISED.column, "low": RAISED.low, "high": RAISED.high, "cluster": "basisschool"}
    below = fairness.conditional_parity(
        data, decision="onder", strata="combinatie", name=BELOW_ALIKE, **shared
    )
    within = next(item for item in below.estimates if item.group == "within strata")
    yield replace(within, group=RAISED.gap)
    level = gaps.mean_difference(
        data, outcome="niveau_3", covariates=["combinatie"], name=LEVEL_ALIKE, unit=Unit.STEPS, **shared
    )
    yield replace(level, group=RAISED.gap)


def by_group(known: pd.DataFrame) -> list[Estimate]:
    """Of who was raised, the share below the definitive advies by parental education, and the gap."""
    raised = known[known["bijgesteld"]]
    order = raised["opleiding"].astype(codes.OPLEIDING_OUDERS_3.dtype())
    return shares_and_gap(BELOW_BY_GROUP, raised["onder"], order, OPLEIDING)
