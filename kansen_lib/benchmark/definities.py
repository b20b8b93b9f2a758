"""What chapter 1 reads of all schools: the gap under each definition, routes, places among all pupils."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import opinions, scores, trajectories, views
from kansen_lib.benchmark.data import SEED, Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import decomposition
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

#: Units under which the numbers of each card stand: other cards use the same names for other pupils.
SIDE, COHORT, ROUTE, TILES, STEPS = "naast elkaar", "per cohort", "per route", "tegels", "stappen"
#: What a number is called that takes a score for what a pupil can.
UNCORRECTED = "zonder correctie voor meetfout"
MERIT, FIT, HELD, FIFTHS = "verdienste", "plaatsing", "opvattingen", "vijfden"
POTENTIAL = "potentieel"


def rows(network: Network) -> Iterator[Row]:
    """Reference values of chapter 1; nothing without pupils of several schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = network.pupils
    everyone = views.same_pupils(pupils)
    known = sample(everyone)
    yield from _under(SIDE, (*views.side_by_side(known), *views.levels(known)))
    yield from _under(SIDE, views.course_by_route(known)[:-1])
    yield from _under(COHORT, (*views.by_cohort(sample(pupils)), *views.levels_by_cohort(pupils)))
    yield from _under(STEPS, trajectories.steps_of_gap(known))
    routes = trajectories.by_route(pupils, network.loopbaan)
    yield from _under(ROUTE, (*routes, *trajectories.on_time_by_level(pupils)))
    yield from _under(TILES, trajectories.at_equal_level(sample(pupils)))
    yield from _under(MERIT, merit(known))
    yield from _under(FIFTHS, trajectories.growth_by_fifth(pupils, network.toetsen)[0])
    yield from trajectories.rank_rows(pupils)
    yield from _potential(everyone)  # of every school all of its pupils
    if not network.enquete.empty:
        yield from _under(HELD, opinions.held(network.enquete))
    yield from _under(FIT, opinions.fit_and_ambition(pupils, network.enquete))


def _under(unit: str, items: Iterable[Estimate]) -> Iterator[Row]:
    yield from ((unit, item, None) for item in items)


def merit(known: pd.DataFrame) -> tuple[Estimate, ...]:
    """Which part of the differences in level in leerjaar 3 goes with the score, which with background.

    An account of one pooled fit: background is parental education and household income.
    """
    data = known.assign(
        kwadraat=(known["toetsscore"] - known["toetsscore"].mean()) ** 2,
        inkomen=pd.to_numeric(known["inkomenskwintiel"], errors="coerce"),
        opleiding=known["opleiding"].astype(str),
    )
    found = decomposition.shapley_r2(
        data,
        outcome="niveau3",
        blocks={"toetsscore": ["toetsscore", "kwadraat"], "achtergrond": ["opleiding", "inkomen"]},
        cluster="basisschool",
        seed=SEED,
    )
    return tuple(_merit_part(item) for item in found.estimates)


def _merit_part(item: Estimate) -> Estimate:
    return replace(item, name="deel dat samengaat met", group=item.group or "beide", unit=Unit.VARIANCE_SHARE)


#: What a report shows of ``stats.decomposition.counterfactual``, and its words for it.
NOW, UNUSED = "niveau nu", "onbenut potentieel"
_POTENTIAL_NAMES = {"observed": NOW, "favourable minus observed": UNUSED}


def risks(known: pd.DataFrame) -> dict[str, str]:
    """The risks that these data hold, with the favourable value of each."""
    return {name: label for name, label in views.FAVOURABLE.items() if (known[name] == label).any()}


def _potential(known: pd.DataFrame) -> Iterator[Row]:
    """What pupils alike but for their risks reach (counterfactual), of all and of each vestiging."""
    data = known.assign(opleiding=known["opleiding"].astype(str))
    favourable = risks(data)
    if not favourable:
        return
    model = {"outcome": "niveau3", "risks": favourable, "group": "opleiding", "score": "toetsscore"}
    for reliability in (scores.RELIABILITY, 1.0):
        corrected = model | {"reliability": reliability}
        whole = decomposition.counterfactual(data, cluster="vestiging", **corrected)
        by_unit = decomposition.counterfactual_by_unit(data, unit="vestiging", **corrected)
        for unit, found in ({POTENTIAL: whole} | by_unit).items():
            parts = [_potential_part(item) for item in found.estimates if item.name in _POTENTIAL_NAMES]
            own = parts if reliability < 1 else [_uncorrected(item) for item in parts if item.name == UNUSED]
            yield from _under(unit, own)


def _uncorrected(item: Estimate) -> Estimate:
    """The same at an equal observed score, whose error leaves part of the score to the risks."""
    return replace(item, name=f"{item.name}, {UNCORRECTED}")


def _potential_part(item: Estimate) -> Estimate:
    return replace(item, name=_POTENTIAL_NAMES[item.name], unit=Unit.STEPS)
