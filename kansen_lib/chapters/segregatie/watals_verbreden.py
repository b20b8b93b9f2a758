"""What if this school mixes more levels in its brugklas: alone, or together with all schools of the region.

The share of families that would leave is a number to turn, not something that was measured.
"""

from __future__ import annotations

from collections.abc import Mapping

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.verbreden import Broadening
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.segregatie.groepen import NoRegion, of_region
from kansen_lib.chapters.segregatie.watals import (
    H_ADVIES,
    H_PARENTS,
    NOW,
    UNKNOWN,
    WHOM,
    indexed,
    of_draws,
    pupils_here,
    region_of,
)
from kansen_lib.stats.allocation import Persons
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method
from kansen_lib.store import School

ALONE = {False: "alleen wij, eigen niveaus", True: "alleen wij, alle niveaus"}
TOGETHER = {False: "alle scholen, eigen niveaus", True: "alle scholen, alle niveaus"}
#: Percent of families that would leave, in the card that steps over them.
STEPS = (0, 10, 20, 30)
NO_CLASSES = "van deze school zijn geen brugklassen bekend"
BROAD_ALREADY = "deze school heeft al één brugklas met alle niveaus"
RULES = (
    "Wie in welke brugklas zit, volgt hier uit het advies en de brugklassen van de school. Scholen hebben "
    "plek genoeg. Niemand kiest een school buiten het gebied."
)


def _model(school: School, benchmark: Benchmark, area: Area) -> Broadening:
    """The pupils and brugklassen of the region.

    Raises:
        NoRegion: too few schools, or the own brugklassen are not known.
    """
    model = Broadening.of(school.store, region_of(school, benchmark, area), school.vestiging)
    if not model.classes[model.own]:
        raise NoRegion(NO_CLASSES)
    return model


def _steps_alone(model: Broadening) -> list[bool]:
    """What this school can do alone: put its own brugklassen together, and take every level."""
    return [False] * (len(model.classes[model.own]) > 1) + [True] * (not model.has_every_level)


@about(
    "meso",
    definitie="Hoe gescheiden de brugklassen van het gebied zijn en hoeveel leerlingen deze school heeft: "
    "nu, als alleen deze school één brede brugklas maakt, en als alle scholen dat doen.",
    teller="H van de opleiding van de ouders en van de adviezen, over brugklassen; en leerlingen",
    noemer=WHOM,
    buiten=f"{UNKNOWN} {RULES}",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief", "pc4"), aantallen=("brugklastype",))
@of_region
def broadening(school: School, benchmark: Benchmark, area: Area, percent: int = 20) -> Result:
    """H of parents and of adviezen over brugklassen, and own enrolment: now, alone and together.

    Args:
        percent: of the families with the highest level of this school in their advies, who rather go to a
            brugklas of at most two levels in the region, while there is one.
    """
    model = _model(school, benchmark, area)
    own, every = frozenset([model.own]), frozenset(range(len(model.classes)))
    tables, classes = {NOW: model.now}, {NOW: model.by_class(model.now, frozenset())}
    for levels in _steps_alone(model):
        tables[ALONE[levels]] = table = model.alone(percent / 100, every_level=levels)
        classes[ALONE[levels]] = model.by_class(table, own)
    for levels, label in TOGETHER.items():
        tables[label] = table = model.together(every_level=levels)
        classes[label] = model.by_class(table, every)
    here = [pupils_here(label, table[:, model.own].sum(axis=(1, 2))) for label, table in tables.items()]
    return Result("", (*_over_classes(model, classes), *here))


def _over_classes(model: Broadening, classes: Mapping[str, Persons]) -> tuple[Estimate, ...]:
    """H of parental education and of adviezen over brugklassen."""
    parents = {label: stack.sum(axis=2)[..., :3] for label, stack in classes.items()}
    levels = {label: stack.sum(axis=3) @ model.pupils.level_of_advies for label, stack in classes.items()}
    return (*indexed(H_PARENTS, "theil", parents), *indexed(H_ADVIES, "theil", levels))


@about(
    "meso",
    definitie="Hoeveel leerlingen deze school overhoudt als zij één brede brugklas maakt en een deel van de "
    "gezinnen met het hoogste advies liever een smalle brugklas kiest.",
    teller="leerlingen van deze school",
    noemer=WHOM,
    buiten=RULES,
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief", "pc4"), aantallen=("brugklastype",))
@of_region
def enrolment_when_broadening(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Own enrolment over the share of families that would leave: alone, and together with all schools."""
    model = _model(school, benchmark, area)
    alone = _steps_alone(model)
    if not alone:
        raise NoRegion(BROAD_ALREADY)
    found = []
    for levels in alone:
        tables = [model.alone(percent / 100, every_level=levels) for percent in STEPS]
        found += _line(model, ALONE[levels], tables)
    found += _line(model, TOGETHER[False], [model.together(every_level=False)] * len(STEPS))
    return Result("", tuple(found))


def _line(model: Broadening, name: str, tables: list[Persons]) -> list[Estimate]:
    """Own enrolment at each of the steps."""
    found = []
    for percent, table in zip(STEPS, tables, strict=True):
        numbers = table[:, model.own].sum(axis=(1, 2))
        facts = {"unit": "persons", "n": round(numbers.mean()), "method": Method.MEAN}
        found.append(of_draws(name, f"{percent}%", numbers.astype(float), **facts))
    return found
