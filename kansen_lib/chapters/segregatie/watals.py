"""What if the pupils of the region were divided in another way: by lot, or to the nearest school.

Sums under an assumption that the card states, never predictions: nobody chooses anew in them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.benchmark import SEED, Benchmark
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.watals import GROUPS, HIGH, LOW, Moves, Pupils
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.segregatie.groepen import (
    FEW_LEFT,
    FEW_SCHOOLS,
    FEWEST_OTHERS,
    NOBODY_HERE,
    NoRegion,
    hides_the_rest,
    of_region,
    of_several,
    pupils_in,
)
from kansen_lib.stats import allocation, gaps
from kansen_lib.stats.allocation import Persons, Placed
from kansen_lib.stats.result import LEVEL, Estimate, Result
from kansen_lib.stats.segregation.formulas import INDICES
from kansen_lib.stats.terms import Interval, Method, Reason, Unit
from kansen_lib.store import School

#: The placement of today, beside which every other one stands.
NOW = "nu"
D_PARENTS, H_PARENTS, H_ADVIES = "opleiding van de ouders, D", "opleiding van de ouders, H", "advies, H"
HIGH_HERE, LOW_HERE = "hoogopgeleide ouders, deze school", "laagopgeleide ouders, deze school"
KM, HERE = "afstand naar school", "leerlingen van deze school"
SAME_ADVIES, EVERYBODY = "loting per advies", "loting van iedereen"
NEAREST, WITH_PLACES = "dichtstbij", "dichtstbij, plekken als nu"
#: Draws of a lottery.
DRAWS = 200
FEWEST_KNOWN = 10
#: Draws that lie closer together than this are shown as one number.
SMALL = 0.005
ONE_OTHER = "leerlingen met deze adviezen zitten elders vooral op één school"
NO_PLACES = "van te weinig postcodes is bekend waar ze liggen"
WHOM = "leerlingen van de scholen in het gebied, alle gekozen cohorten samen"
UNKNOWN = "Wie geen bekende opleiding van de ouders heeft. Scholen buiten het gebied."


def region_of(school: School, benchmark: Benchmark, area: Area) -> Pupils:
    """The pupils of the region, when of enough schools the parents' education is known.

    Raises:
        NoRegion: there are too few such schools, or the own one is not among them.
    """
    pupils = Pupils.of(pupils_in(school, benchmark, area, "woonplaats"))
    if school.vestiging not in pupils.schools:
        raise NoRegion(NOBODY_HERE)
    known = pupils.by_group[:, [LOW, HIGH]].sum(axis=1) >= FEWEST_KNOWN
    if np.delete(known, pupils.schools.index(school.vestiging)).sum() < FEWEST_OTHERS:
        raise NoRegion(FEW_SCHOOLS)
    return pupils


def indexed(name: str, index: str, scenarios: Mapping[str, Persons], method: str = "") -> list[Estimate]:
    """An index of each scenario: the mean over its draws, and where they differ the middle 95% of them.

    Args:
        name: of the measure.
        index: one of the indices of ``stats.segregation``.
        scenarios: label to a stack (draws, units, groups); the first is the placement of today.
        method: of a scenario of several draws; else the method of the index.
    """
    sizes = next(iter(scenarios.values()))[0].sum(axis=0)
    facts = {"unit": Unit.INDEX, "n": int(sizes.sum())}
    if (sizes == 0).all() or (INDICES[index].two and (sizes == 0).any()) or (sizes > 0).sum() < 2:
        return [
            Estimate.not_computable(name, Reason.EMPTY_GROUP, group=label, **facts) for label in scenarios
        ]
    facts["smallest"] = int(sizes[sizes > 0].min())
    found = []
    for label, stack in scenarios.items():
        values = INDICES[index].formula(stack[..., sizes > 0].astype(float))
        how = method if method and len(stack) > 1 else INDICES[index].method
        found.append(of_draws(name, label, values, method=how, **facts))
    return found


def of_draws(name: str, group: str, values: NDArray[np.float64], **facts: object) -> Estimate:
    """The mean of the draws, and the middle 95% of them where they differ."""
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    ends = {} if high - low < SMALL else {"lower": float(low), "upper": float(high)}
    kind = {"interval": Interval.BY_CHANCE} if ends else {}
    return Estimate(name, group, float(values.mean()), **ends, **kind, **facts)


def share_here(name: str, group: int, pupils: Pupils, place: int, scenarios: Mapping[str, Persons]) -> list:
    """The share of a group in the own school, of its pupils with a known group, in each scenario.

    Pupils are exchanged within adviezen: where the others with these adviezen are of one school, a share
    after the exchange would tell who sits there.

    Args:
        name: of the measure.
        group: which one.
        pupils: of the region.
        place: of the own school.
        scenarios: label to a stack (draws, schools, groups).
    """
    found, told = [], _mixed_enough(pupils, place)
    for label, stack in scenarios.items():
        own = stack[:, place, :-1]
        everyone = own.sum(axis=1)
        if not everyone.all() or (label not in (NOW, EVERYBODY) and not told):
            why = ONE_OTHER if everyone.all() else Reason.NO_PERSONS
            found.append(Estimate.not_computable(name, why, group=label, unit=Unit.SHARE))
            continue
        n, count = round(everyone.mean()), round(own[:, group].mean())
        facts = {"unit": Unit.SHARE, "n": n, "count": count, "method": Method.SHARE}
        found.append(of_draws(name, label, own[:, group] / everyone, **facts))
    return found


def _mixed_enough(pupils: Pupils, place: int) -> bool:
    """Whether those who would come here by lot, with the adviezen of who left, are of several schools."""
    adviezen = pupils.by_advies_and_group.sum(axis=2)
    others = np.delete(adviezen, place, axis=0)
    coming = (adviezen[place] * others / np.maximum(others.sum(axis=0), 1)).sum(axis=1)
    return of_several(pd.Series(coming))


@about(
    "macro",
    definitie="Hoe gescheiden de scholen van het gebied zijn, nu en als de plekken worden verloot.",
    teller="D tussen leerlingen met laag- en hoogopgeleide ouders; H van de adviezen; en wie er op deze "
    "school zit",
    noemer=WHOM,
    buiten=UNKNOWN,
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"))
@of_region
def lottery_over_schools(school: School, benchmark: Benchmark, area: Area, percent: int = 100) -> Result:
    """D, H of adviezen and the own share of each group: now, after a lottery within adviezen, and of all.

    Every school keeps its number of pupils, and in the first lottery its number of each advies.

    Args:
        percent: of the pupils (of each advies) whose places are drawn; the others stay.
    """
    pupils = region_of(school, benchmark, area)
    place = pupils.schools.index(school.vestiging)
    groups, adviezen = _lotteries(pupils, percent / 100)
    ends = {label: stack[..., [LOW, HIGH]] for label, stack in groups.items()}
    advies = {label: stack @ pupils.level_of_advies for label, stack in adviezen.items()}
    found = (
        *indexed(D_PARENTS, "dissimilarity", ends, Method.LOTTERY),
        *indexed(H_ADVIES, "theil", advies, Method.LOTTERY),
        *share_here(LOW_HERE, LOW, pupils, place, groups),
        *share_here(HIGH_HERE, HIGH, pupils, place, groups),
    )
    return Result("", found, dropped=_lost(pupils))


def _lotteries(pupils: Pupils, share: float) -> tuple[dict[str, Persons], dict[str, Persons]]:
    """Schools by group and schools by advies: now, and after each lottery."""
    table = pupils.by_advies_and_group
    strata = table.transpose(1, 0, 2)
    schools, kinds = len(pupils.schools), table.shape[1] * table.shape[2]
    rng = np.random.default_rng(SEED)
    everybody = allocation.lottery(table.reshape(1, schools, kinds), share, DRAWS, rng)
    everybody = everybody.reshape(DRAWS, *table.shape)
    groups = {
        NOW: pupils.by_group[None],
        SAME_ADVIES: allocation.lottery(strata, share, DRAWS, np.random.default_rng(SEED)),
        EVERYBODY: everybody.sum(axis=2),
    }
    now = table.sum(axis=2)[None]
    return groups, {NOW: now, SAME_ADVIES: now, EVERYBODY: everybody.sum(axis=3)}


def _lost(pupils: Pupils) -> tuple[int, int]:
    """Pupils of unknown parental education, of all."""
    return int(pupils.by_group[:, -1].sum()), int(pupils.by_group.sum())


# --- the nearest school --------------------------------------------------------------------------------


@about(
    "macro",
    definitie="Hoe gescheiden de scholen zijn, hoe ver leerlingen reizen en hoeveel leerlingen deze school "
    "heeft, nu en als ieder naar de dichtstbijzijnde school met het eigen advies gaat.",
    teller="D, H, kilometers hemelsbreed en leerlingen",
    noemer=WHOM,
    buiten=f"{UNKNOWN} Wie een onbekende postcode of onbekend advies heeft, of een advies dat geen school "
    "hier aanbiedt, blijft op de eigen school.",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief", "pc4"))
@of_region
def nearest_school(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D, H of adviezen, mean distance and own enrolment: now and when everybody goes to the nearest school.

    Once without a limit, and once with as many places in each school as it has pupils now.
    """
    pupils = region_of(school, benchmark, area)
    place = pupils.schools.index(school.vestiging)
    moves = _moves(school, pupils)
    placed = {NEAREST: moves.placed(limited=False), WITH_PLACES: moves.placed(limited=True)}
    after = {label: moves.with_who_stays(item.table) for label, item in placed.items()}
    scenarios = {NOW: pupils.by_advies_and_group[None], **after}
    by_group = {label: stack.sum(axis=2)[..., [LOW, HIGH]] for label, stack in scenarios.items()}
    by_advies = {label: stack.sum(axis=3) @ pupils.level_of_advies for label, stack in scenarios.items()}
    found = (
        *indexed(D_PARENTS, "dissimilarity", by_group),
        *indexed(H_ADVIES, "theil", by_advies),
        *_kilometres(moves, placed),
        *[pupils_here(label, stack[:, place].sum(axis=(1, 2))) for label, stack in scenarios.items()],
    )
    return Result("", found, dropped=_lost(pupils))


def pupils_here(label: str, numbers: Persons) -> Estimate:
    """Number of pupils of the own school in a scenario."""
    n = round(numbers.mean())
    facts = {"unit": "persons", "n": n, "method": Method.MEAN if len(numbers) > 1 else ""}
    return of_draws(HERE, label, numbers.astype(float), **facts)


def _kilometres(moves: Moves, placed: Mapping[str, Placed]) -> list[Estimate]:
    """Mean distance of who is placed: now, and in each placement."""
    n = int(moves.persons.sum())
    sums = {NOW: np.array([moves.distance_now])} | {label: item.distance for label, item in placed.items()}
    facts = {"unit": "km", "n": n, "method": Method.MEAN}
    return [of_draws(KM, label, total / n, **facts) for label, total in sums.items()]


def _moves(school: School, pupils: Pupils) -> Moves:
    """Who can be placed by distance.

    Raises:
        NoRegion: of fewer than half of the pupils is known how far the schools are.
    """
    moves = Moves.of(school.store, pupils)
    if 2 * moves.persons.sum() < pupils.table.sum():
        raise NoRegion(NO_PLACES)
    return moves


@about(
    "macro",
    definitie="Welk deel van de leerlingen naar de dichtstbijzijnde school gaat die het eigen advies "
    "aanbiedt.",
    teller="leerlingen op die school, per opleiding van de ouders",
    noemer=WHOM,
    buiten=f"{UNKNOWN} Wie een onbekende postcode of onbekend advies heeft, of een advies dat geen school "
    "hier aanbiedt.",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief", "pc4"))
@of_region
def at_nearest_school(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Share of each group that goes to the nearest school of the region with their advies."""
    pupils = region_of(school, benchmark, area)
    moves = _moves(school, pupils)
    staying = (pupils.table - moves.persons).sum(axis=(0, 1, 2))
    if not hides_the_rest(pd.Series(staying, pupils.schools).drop(school.vestiging)):
        raise NoRegion(FEW_LEFT)
    there, everyone = moves.at_nearest.sum(axis=(0, 1, 3)), moves.persons.sum(axis=(0, 1, 3))
    name = "naar de dichtstbijzijnde school"
    low_to_high = GROUPS[:-1]
    sizes = dict(zip(GROUPS, zip(there.tolist(), everyone.tolist(), strict=True), strict=True))
    levels = [gaps.share(*sizes[label], name=name, group=label) for label in low_to_high]
    (few, of_low), (many, of_high) = sizes["laag"], sizes["hoog"]
    gap = gaps.share_difference([few, many], [of_low, of_high], name=name, group="hoog minus laag")
    return Result("", (*levels, gap), dropped=_lost(pupils))
