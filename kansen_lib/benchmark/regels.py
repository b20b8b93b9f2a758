"""Leerjaar 3 against the advies under each official rule: of the same pupils, of all schools and of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

import pandas as pd

from kansen_lib.benchmark.advies_toets import differing, held
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import OPLEIDING, Groups, shares_and_gap
from kansen_lib.rules import ADVIES_OF, PLACES, RULES, position, steps_from
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

#: Where the reference values of these cards stand.
UNIT = "regels"
#: The shares that lie on either side: what is neither is at the advies.
OUTER = (PLACES[2], PLACES[0])
MEAN = "stappen boven advies, gemiddeld"
#: Education of the parents in the two groups of OCW, as near as our three classes come.
OUDERS = Groups("ouders", "ouders mbo of lager", "ouders hbo/wo")
_OUDERS = {"laag": OUDERS.low, "midden": OUDERS.low, "hoog": OUDERS.high}
DIRECTION = "richting gelijk aan advies"


def rows(network: Network) -> Iterator[Row]:
    """Places and steps under each rule, over all schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = network.pupils
    for rule in RULES:
        for item in places(pupils, rule):
            yield rule, item, None
    known = under_each_rule(pupils)
    found = [*shares(known), *mean_steps(known), *differences(known)]
    for item in (*found, *direction(pupils)):
        yield UNIT, item, None
    yield from ((label, item, None) for label in OUTER for item in by_education(known, label))


def places(pupils: pd.DataFrame, rule: str) -> list[Estimate]:
    """Share below, at and above the advies under one rule, of whoever has a place under it."""
    place = position(pupils[ADVIES_OF[rule]], pupils["leerjaar3"], rule).dropna()
    return [
        gaps.share(int((place == label).sum()), len(place), name=rule, group=f"{label} advies")
        for label in PLACES
    ]


def under_each_rule(pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils who have a place under every rule, with a column a rule and one with the steps of it."""
    places = {rule: position(pupils[ADVIES_OF[rule]], pupils["leerjaar3"], rule) for rule in RULES}
    steps = {_steps(rule): steps_from(pupils[ADVIES_OF[rule]], pupils["leerjaar3"], rule) for rule in RULES}
    return pupils.assign(**places, **steps).dropna(subset=list(RULES))


def _steps(rule: str) -> str:
    return f"stappen {rule}"


def shares(known: pd.DataFrame) -> list[Estimate]:
    """Share above, at and below the advies under each rule: the name is the rule."""
    found = []
    for label in reversed(PLACES):
        flags = {rule: known[rule] == label for rule in RULES}
        for rule, flag in flags.items():
            item = gaps.share(int(flag.sum()), len(known), name=rule, group=_at(label))
            found.append(held(item, _differing(flags, rule)))
    return found


def _at(label: str) -> str:
    return f"{label} advies"


def _differing(flags: dict[str, pd.Series], rule: str) -> int | None:
    return differing(flags[rule], [flag for other, flag in flags.items() if other != rule])


def mean_steps(known: pd.DataFrame) -> list[Estimate]:
    """How many steps pupils sit above the advies on average under each rule, each pupil one at most.

    Held to the smallest of the three places: beside one of them the mean would give the others.
    """
    found = []
    for rule in RULES:
        item = gaps.mean(known[_steps(rule)], name=MEAN, group=rule, unit=Unit.STEPS)
        found.append(replace(item, smallest=int(known[rule].value_counts().min())))
    return found


def differences(known: pd.DataFrame) -> list[Estimate]:
    """How much more pupils are above (below) the advies under one rule than under another.

    Of the same pupils: the interval is that of the mean of their own differences.
    """
    found = []
    for label in OUTER:
        flags = {rule: (known[rule] == label).astype(float) for rule in RULES}
        for first, second in permutations(RULES, 2):
            facts = {"name": f"{first} minus {second}", "group": _at(label), "unit": Unit.POINTS}
            item = gaps.mean(flags[first] - flags[second], **facts)
            found.append(held(item, differing(flags[first] == 1, [flags[second] == 1])))
    return found


def furthest(known: pd.DataFrame) -> list[Estimate]:
    """Of :func:`differences` the largest one of either side: how far apart the rules are."""
    items = differences(known)
    found = []
    for label in OUTER:
        own = [item for item in items if item.group == _at(label) and item.value is not None]
        found += sorted(own, key=lambda item: item.value or 0.0)[-1:]
    return found


def by_education(known: pd.DataFrame, label: str) -> list[Estimate]:
    """Share above (or below) the advies by parental education under each rule, level and gap.

    The name is the rule, as in :func:`shares`: they stand under the place.
    """
    pupils = known.dropna(subset=["opleiding"])
    flags = {rule: pupils[rule] == label for rule in RULES}
    groups = pupils.groupby("opleiding", observed=True).groups
    found = []
    for rule, flag in flags.items():
        few = {
            str(group): _differing({name: one[rows] for name, one in flags.items()}, rule)
            for group, rows in groups.items()
        }
        items = shares_and_gap(rule, flag, pupils["opleiding"], OPLEIDING)
        found += [held(item, *(few.get(g) for g in item.group.split(" minus "))) for item in items]
    return found


def direction(pupils: pd.DataFrame) -> list[Estimate]:
    """Share at the advies under the rule of OCW, by education of the parents in two groups, and the gap.

    Held to who is above and below the advies in each of the three classes that the groups are made of: the
    cards with those would give them back.
    """
    place = position(pupils[ADVIES_OF["ocw"]], pupils["leerjaar3"], "ocw")
    ouders = pupils["opleiding"].astype(object).map(_OUDERS)
    group = ouders.astype(pd.CategoricalDtype([OUDERS.low, OUDERS.high], ordered=True))
    known = place.notna()
    outer = place[known & (place != PLACES[1])].cat.remove_categories(PLACES[1])
    cells = pd.crosstab(pupils["opleiding"].reindex(outer.index), outer, dropna=False)
    few = cells.groupby(lambda label: _OUDERS.get(label, "")).min().min(axis=1).to_dict()
    items = shares_and_gap(DIRECTION, (place == PLACES[1])[known], group[known], OUDERS)
    return [held(item, *(few.get(g) for g in item.group.split(" minus "))) for item in items]
