"""Where the segregation of the region sits, and what it would be if schools or levels were put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import delen as parts
from kansen_lib.benchmark.area import Area
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import EVERYWHERE
from kansen_lib.chapters.segregatie.groepen import (
    FEW_SCHOOLS,
    NoRegion,
    enough_schools,
    lost,
    of_region,
    pupils_in,
)
from kansen_lib.chapters.segregatie.regio import now
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

FEW_OF_A_KIND = "van een van de soorten scholen zijn er zo weinig dat het iets over één school zou vertellen"
OPEN_WHOM = "alle leerlingen vanaf leerjaar 3 in het gebied met een bekend niveau, in het laatste schooljaar"
OPEN_OUT = "Leerlingen in leerjaar 1 en 2, en wie geen bekend niveau heeft."
WHOM = "de leerlingen van leerjaar 3 in het gebied, van hoogstens de laatste drie schooljaren samen"
OUT = (
    "Wie geen bekende klas heeft, of van wie de achtergrond ontbreekt. Wie leerjaar 3 overdoet, telt in "
    "beide schooljaren mee."
)


def _levels(school: School, area: Area) -> pd.DataFrame:
    """Counts of levels of the region in the latest school year; who is not there is no row."""
    counts = now(school, area)
    return counts[counts["aantal"] > 0]


def _classes(school: School, benchmark: Benchmark, area: Area) -> pd.DataFrame:
    """Counts by class of leerjaar 3 of the latest years.

    Raises:
        NoRegion: so few other schools that an index over schools would tell of one of them.
    """
    found = parts.in_classes(pupils_in(school, benchmark, area, "klassen"))
    if not enough_schools(found, school.vestiging):
        raise NoRegion(FEW_SCHOOLS)
    return found


@about(
    "meso",
    definitie="Hoe apart niveaus, en jongens en meisjes, zitten (H), en waar dat verschil zit: tussen "
    "gemeenten, besturen, scholen of niveaus.",
    teller="het deel van H dat op elke laag ontstaat, zonder de vertekening van kleine scholen",
    noemer=OPEN_WHOM,
    buiten=OPEN_OUT,
)
@needs(aantallen=("aantal_lower",))
@of_region
def levels_over_layers(school: School, benchmark: Benchmark, area: Area) -> Result:
    """H of levels over gemeente, bestuur and school, and of boys and girls over these and levels."""
    return Result("", tuple(parts.of_levels(_levels(school, area))))


@about(
    "meso",
    definitie="Hoe apart leerlingen met een verschillende achtergrond zitten (H), en waar dat verschil zit: "
    "tussen besturen, scholen, niveaus of klassen.",
    teller="het deel van H dat op elke laag ontstaat, zonder de vertekening van kleine klassen",
    noemer=WHOM,
    buiten=OUT,
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",))
@of_region
def background_over_layers(school: School, benchmark: Benchmark, area: Area) -> Result:
    """H of parental education, herkomst and sex, down to the classes of leerjaar 3."""
    counts = _classes(school, benchmark, area)
    layers = parts.layers_of_pupils(counts, school.vestiging)
    if not layers:
        raise NoRegion(FEW_SCHOOLS)
    return Result("", tuple(parts.of_background(counts, layers)), dropped=lost(counts, "opleiding"))


@about(
    "macro",
    definitie="Hoe apart leerlingen zitten over alle scholen in deze gegevens (H), en waar dat verschil zit.",
    teller="het deel van H dat op elke laag ontstaat, zonder de vertekening van kleine scholen en klassen",
    noemer="alle leerlingen in deze gegevens: open aantallen vanaf leerjaar 3, achtergrond in leerjaar 3",
    buiten=f"{OPEN_OUT} {OUT}",
)
@needs(aantallen=("aantal_lower",))
def all_schools_over_layers(school: School, benchmark: Benchmark) -> Result:
    """The same parts over all schools of the store, as the network phase computed them."""
    wholes = (parts.LEVELS, parts.BACKGROUND[0], parts.BACKGROUND[2])
    names = [
        (whole[0], part) for whole in wholes for part in (*parts.LAYERS.values(), parts.SCHOOLS, parts.TOTAL)
    ]
    found = [(name, benchmark.find(f"{parts.KEPT}{name}", part)) for name, part in names]
    return Result("", tuple(replace(item, name=name) for name, item in found if item is not None))


@about(
    "macro",
    definitie="Hoe apart niveaus, en jongens en meisjes, zitten (H), verdeeld naar soort school: met één "
    "niveau of met meer.",
    teller="het deel van H tussen de soorten scholen en binnen elke soort",
    noemer=OPEN_WHOM,
    buiten=OPEN_OUT,
)
@needs(aantallen=("aantal_lower",))
@of_region
def levels_by_kind(school: School, benchmark: Benchmark, area: Area) -> Result:
    """H of levels and of sex by kind of school."""
    return Result("", tuple(parts.by_kind(_levels(school, area), (parts.LEVELS, parts.SEX))))


@about(
    "macro",
    definitie="Hoe apart leerlingen met een verschillende achtergrond zitten (H), verdeeld naar soort "
    "school: met één niveau of met meer.",
    teller="het deel van H tussen de soorten scholen, binnen elke soort en tussen niveaus",
    noemer=WHOM,
    buiten=OUT,
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",))
@of_region
def background_by_kind(school: School, benchmark: Benchmark, area: Area) -> Result:
    """H of parental education and herkomst by kind of school, and between levels; here and at all schools."""
    whole = tuple(_all_by_kind(benchmark))
    try:
        counts = _classes(school, benchmark, area)
        if not parts.kinds_hide(counts, school.vestiging):
            raise NoRegion(FEW_OF_A_KIND)
    except NoRegion as stop:
        if not whole:
            raise
        return Result("", (Estimate.not_computable("dit gebied", str(stop)), *whole))
    own = parts.by_kind(counts, parts.BY_KIND)
    return Result("", (*own, *whole), dropped=lost(counts, "opleiding"))


def _all_by_kind(benchmark: Benchmark) -> Iterator[Estimate]:
    """The same parts over all schools of the store, which is no region: few schools of a kind hide there."""
    for name, _, _ in parts.BY_KIND:
        for part in (*parts.KINDS.values(), parts.TOTAL):
            found = benchmark.find(f"{parts.KEPT_BY_KIND}{name}", part)
            if found is not None:
                yield replace(found, name=f"{name}{EVERYWHERE}")


@about(
    "macro",
    definitie="Hoe apart leerlingen zitten (H), nu en als niveaus of scholen bij elkaar zouden komen. Een "
    "rekensom, geen voorspelling.",
    teller="H over de plekken waar leerlingen elkaar dan tegenkomen, zonder vertekening",
    noemer=WHOM,
    buiten=OUT,
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",))
@of_region
def background_if_met(school: School, benchmark: Benchmark, area: Area) -> Result:
    """H of parental education and of herkomst now, and if levels or narrow schools were put together."""
    counts = _classes(school, benchmark, area)
    wholes = (parts.BACKGROUND[0], parts.BACKGROUND[2])
    items = [item for whole in wholes for item in parts.if_met(counts, whole, own=school.vestiging)]
    return Result("", tuple(items), dropped=lost(counts, "opleiding"))


@about(
    "macro",
    definitie="Hoe apart niveaus over scholen zitten (H), nu en als scholen met één niveau samen één "
    "school waren. Een rekensom, geen voorspelling.",
    teller="H over scholen, zonder vertekening",
    noemer=OPEN_WHOM,
    buiten=f"{OPEN_OUT} Praktijkscholen blijven in de som apart.",
)
@needs(aantallen=("aantal_lower",))
@of_region
def levels_if_met(school: School, benchmark: Benchmark, area: Area) -> Result:
    """H of levels over schools now, and if the narrow schools of a gemeente were one."""
    return Result("", tuple(parts.if_met(_levels(school, area), parts.LEVELS)))
