"""Whether the level fits: against the toets then and later, after a raised advies, after a double one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark.advies_toets import differing, held
from kansen_lib.benchmark.data import Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.regels import under_each_rule
from kansen_lib.benchmark.vergelijken import OPLEIDING, Groups, shares_and_gap
from kansen_lib.rules import PLACES, RULES
from kansen_lib.stats import fairness, ordinal
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.shrinkage import FEWEST_UNITS, prior_of_means
from kansen_lib.stats.terms import Method, Reason, Unit

#: Where the reference values of these cards stand.
UNIT = "passend"
#: Where the shares above the advies stand: their names are the rules.
BY_RULE = "boven advies na enkel en dubbel"
#: What is held against the toets, then and later, and the column of its place.
THEN, LATER = "advies", "leerjaar 3"
_PLACES = {THEN: "eerste", LATER: "niveau3"}
REACHED = "toetsniveau gehaald"
RAISED = Groups("bijgesteld", "advies niet verhoogd", "advies verhoogd")
AT_EQUAL = "bij gelijk advies en gelijke toets"
DOUBLE = Groups("soort", "enkel advies", "dubbel advies")
DOUBLE_SHARE, SPREAD = "dubbel advies", "verschil tussen basisscholen (sd)"
LATER_AT_EQUAL_SCORE = "niveau in leerjaar 3, bij gelijke score"
#: Basisscholen with fewer pupils say little about the spread between them.
FEWEST_PUPILS = 10


def rows(network: Network) -> Iterator[Row]:
    """Misfit, later levels and double adviezen, over all schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = network.pupils
    found = [*against_toets(pupils), *reached_later(pupils), *double_by_group(pupils)]
    found += [double_between_basisscholen(pupils), after_double(sample(pupils))]
    yield from ((UNIT, item, None) for item in found)
    yield from ((BY_RULE, item, None) for item in double_by_rule(pupils))


# --- against the toets, then and later ------------------------------------------------------------------


def followed(pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils with toets, first advies, parental education and a level of leerjaar 3: the same ones for
    then and later."""
    known = pupils.dropna(subset=["toets", "eerste", "niveau3", "opleiding"])
    return known[known["zelfde_toets"]]


def against_toets(pupils: pd.DataFrame) -> list[Estimate]:
    """Share a step or more below, and above, the level that goes with the score: of the advies, and later."""
    known = followed(pupils)
    found = []
    for side, sign in (("lager", -1), ("hoger", 1)):
        off = {name: sign * (known[place] - known["toets"]) >= 1 for name, place in _PLACES.items()}
        few = {
            str(label): differing(off[THEN][rows], [off[LATER][rows]])
            for label, rows in known.groupby("opleiding", observed=True).groups.items()
        }
        for name, flag in off.items():
            items = shares_and_gap(f"{name} {side} dan de toets", flag, known["opleiding"], OPLEIDING)
            found += [held(item, *(few.get(g) for g in item.group.split(" minus "))) for item in items]
    return found


# --- when the toets was higher --------------------------------------------------------------------------


def passed_over(pupils: pd.DataFrame) -> pd.DataFrame:
    """Of :func:`followed`, whose toets was above the first advies.

    Added: ``bijgesteld`` (whether the advies was raised) and ``gehaald`` (the class of leerjaar 3 lies at
    the place of the toetsadvies or above: of a double one that is the higher level).
    """
    known = followed(pupils).dropna(subset=["definitief"])
    known = known[known["toets"] > known["eerste"]]
    raised = (known["definitief"] > known["eerste"]).map({False: RAISED.low, True: RAISED.high})
    return known.assign(
        bijgesteld=raised.astype(pd.CategoricalDtype([RAISED.low, RAISED.high], ordered=True)),
        gehaald=known["niveau3"] >= known["toets"],
        begin=known["advies_eerste"].astype(str) + " " + known["toetsadvies"].astype(str),
    )


def reached_later(pupils: pd.DataFrame) -> list[Estimate]:
    """Share at the level of the toets in leerjaar 3: with and without a raised advies, and by group."""
    known = passed_over(pupils)
    found = shares_and_gap(REACHED, known["gehaald"], known["bijgesteld"], RAISED)
    found.append(_at_equal_start(known))
    for label in (RAISED.low, RAISED.high):
        part = known[known["bijgesteld"] == label]
        found += shares_and_gap(label, part["gehaald"], part["opleiding"], OPLEIDING)
    return found


def _at_equal_start(known: pd.DataFrame) -> Estimate:
    """How much more often a raised advies went with the level of the toets, at the same advies and toets."""
    facts = {"group": RAISED.gap, "unit": Unit.POINTS}
    sizes = known["bijgesteld"].value_counts()
    if not (sizes > 0).all():
        return Estimate.not_computable(AT_EQUAL, Reason.EMPTY_GROUP, **facts)
    found = fairness.conditional_parity(
        known.assign(bijgesteld=known["bijgesteld"].astype(str)),
        decision="gehaald",
        group="bijgesteld",
        low=RAISED.low,
        high=RAISED.high,
        strata="begin",
        name=AT_EQUAL,
    )
    cells = known.groupby(["bijgesteld", "gehaald"], observed=False).size()
    return replace(found[AT_EQUAL, "within strata"], smallest=int(cells.min()), **facts)


# --- double adviezen ------------------------------------------------------------------------------------


def with_kind(pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils with a first advies on the ladder, of the years with the usual test; ``soort`` of it."""
    known = pupils[pupils["eerste"].notna() & pupils["zelfde_toets"]]
    levels = known["advies_eerste"].map(lambda label: len(codes.levels(label)))
    kind = (levels > 1).map({False: DOUBLE.low, True: DOUBLE.high})
    return known.assign(soort=kind.astype(pd.CategoricalDtype([DOUBLE.low, DOUBLE.high], ordered=True)))


def double_by_group(pupils: pd.DataFrame) -> list[Estimate]:
    """Share with a double advies by parental education, level and gap."""
    known = with_kind(pupils)
    return shares_and_gap(DOUBLE_SHARE, known["soort"] == DOUBLE.high, known["opleiding"], OPLEIDING)


def double_between_basisscholen(pupils: pd.DataFrame) -> Estimate:
    """How far the share of double adviezen differs between basisscholen, beyond chance: a standard deviation.

    Over basisscholen with enough pupils; no school is named, and none has a place.
    """
    known = with_kind(pupils).dropna(subset=["basisschool"])
    table = (known["soort"] == DOUBLE.high).groupby(known["basisschool"]).agg(["size", "mean", "var"])
    table = table[table["size"] >= FEWEST_PUPILS]
    facts = {"unit": Unit.POINTS, "n": int(table["size"].sum())}
    if len(table) < FEWEST_UNITS or not (table["var"] > 0).any():
        return Estimate.not_computable(SPREAD, Reason.FEW_GROUPS, **facts)
    common = np.average(table["var"].astype(float), weights=table["size"] - 1)
    prior = prior_of_means(table["mean"].astype(float), np.sqrt(common / table["size"]))
    return Estimate(SPREAD, value=prior.sd, method=Method.EMPIRICAL_BAYES, **facts)


def after_double(pupils: pd.DataFrame) -> Estimate:
    """How many steps higher the class of leerjaar 3 is after a double advies, at an equal score."""
    known = with_kind(pupils).dropna(subset=["niveau3", "toetsscore", "basisschool"])
    facts = {"name": LATER_AT_EQUAL_SCORE, "group": DOUBLE.gap, "unit": Unit.STEPS}
    sizes = known["soort"].value_counts()
    if not (sizes > 0).all():
        return Estimate.not_computable(reason=Reason.EMPTY_GROUP, **facts)
    found = ordinal.gap_at_equal_score(
        known,
        place="niveau3",
        score="toetsscore",
        group="soort",
        cluster="basisschool",
        low=DOUBLE.low,
        high=DOUBLE.high,
    )
    return replace(found, smallest=int(sizes.min()), **facts)


def double_by_rule(pupils: pd.DataFrame) -> list[Estimate]:
    """Share above the advies in leerjaar 3 after a single and a double first advies, under each rule."""
    known = with_kind(under_each_rule(pupils))
    found = []
    for rule in RULES:
        above = known[rule] == PLACES[2]
        few = {
            str(label): differing(
                above[part], [(known[other] == PLACES[2])[part] for other in RULES if other != rule]
            )
            for label, part in known.groupby("soort", observed=True).groups.items()
        }
        items = shares_and_gap(rule, above, known["soort"], DOUBLE)
        found += [held(item, *(few.get(g) for g in item.group.split(" minus "))) for item in items]
    return found
