"""What an approach did, by the design that carries it: for all, for each group, and on both outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, MINUS, POINTS, TAKEN, WITH, WITHOUT
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import MEANT, NEEDED, Keuze, nothing
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats import inference
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: What stands for "effect" where nobody drew lots and no start or cut-off decided.
DIFFERENCE = "verschil bij gelijke start"
#: The two sides of a level.
NOT, HAS = "zonder de aanpak", "met de aanpak"
#: Unit of a difference between scores.
IN_POINTS = "punten"
#: After the name of a number whose interval holds for all outcomes together.
TOGETHER = "; marge voor alle samen"
#: How the margins of several outcomes are held together (``inference.family``).
FAMILY = "holm"
_OUT = "Wie geen uitkomst heeft. Welke andere leerlingen meetellen, hangt af van het ontwerp."


def called(keuze: Keuze) -> str:
    """Whether what was found may be called an effect: not where pupils chose by themselves."""
    return EFFECT if keuze.carries_effect else DIFFERENCE


@about(
    "micro",
    "kwalificatie",
    definitie="Hoeveel beter of slechter de uitkomst is dan zonder de aanpak, voor iedereen en per groep.",
    teller="Het verschil in uitkomst dat het ontwerp aan de aanpak toeschrijft, in standaarddeviaties.",
    noemer=MEANT,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def effect_of_approach(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The estimand of the design for each group, on the gap and for all, in sd and in points."""
    items = keuze.all(school, benchmark, EFFECT)
    if items[0].value is None and len(items) == 1:
        return Result("", tuple(items))
    said = POINTS if keuze.carries_effect else DIFFERENCE
    points = [replace(item, name=said, unit=IN_POINTS) for item in keuze.all(school, benchmark, POINTS)]
    taken = [item for item in keuze.all(school, benchmark, TAKEN) if item.group == ALL]
    word = called(keuze)
    named = [replace(item, name=word) for item in _in_order(items)]
    return Result("", (*named, *(item for item in [*taken, *points] if item.value is not None)))


def _in_order(items: list[Estimate]) -> list[Estimate]:
    """Everybody first, then the groups, then the gap."""
    return sorted(items, key=lambda item: (item.group != ALL, MINUS in item.group))


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe hoog elke groep uitkomt met de aanpak, en hoe hoog zonder.",
    teller="De gemiddelde score van een groep; zonder de aanpak volgens het ontwerp.",
    noemer=MEANT,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def levels_with_and_without(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Level of each group with and without: a gap can close because the top falls."""
    items = [
        replace(item, name=item.group, group=word, unit=Unit.SCORE)
        for name, word in ((WITHOUT, NOT), (WITH, HAS))
        for item in keuze.all(school, benchmark, name)
        if item.group != ALL
    ]
    if not any(item.value is not None for item in items):
        return Result("", (nothing(WITHOUT, items[0].reason),))
    gap = next((i.group for i in keuze.all(school, benchmark, EFFECT) if MINUS in i.group), "")
    return Result("", (*items, *_gaps(items, gap)))


def _gaps(items: list[Estimate], gap: str) -> Iterator[Estimate]:
    """Highest minus lowest group, without and with the approach, where both levels stand."""
    high, _, low = gap.partition(MINUS)
    for word in (NOT, HAS):
        pair = [next((i for i in items if (i.name, i.group) == (name, word)), None) for name in (high, low)]
        if all(item is not None and item.value is not None for item in pair):
            top, bottom = (item for item in pair if item is not None)
            smallest = min(item.smallest or item.n or 0 for item in (top, bottom))
            value = (top.value or 0.0) - (bottom.value or 0.0)
            facts = {"n": (top.n or 0) + (bottom.n or 0), "smallest": smallest, "method": top.method}
            yield Estimate(gap, word, value, IN_POINTS, **facts)


@about(
    "micro",
    "kwalificatie",
    definitie="Wat de aanpak deed op taal en op rekenen, met een marge die voor beide samen geldt.",
    teller="Het effect op elke uitkomst, in standaarddeviaties.",
    noemer=MEANT,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def effects_on_both_outcomes(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Effect on the registered outcome and on the other domain, raw and with simultaneous intervals."""
    reason = keuze.told(school)
    if reason:
        return Result("", (nothing(called(keuze), reason),))
    items = tuple(_on_outcomes(school, benchmark, keuze))
    adjusted = inference.family(Result("", items), method=FAMILY).estimates[len(items) :]
    return Result(
        "", (*items, *(replace(item, name=item.name.replace(f", {FAMILY}", TOGETHER)) for item in adjusted))
    )


def _on_outcomes(school: School, benchmark: Benchmark, keuze: Keuze) -> Iterator[Estimate]:
    for uitkomst in keuze.aanpak.outcomes if keuze.aanpak else ():
        for item in replace(keuze, uitkomst=uitkomst).all(school, benchmark, EFFECT):
            if item.group == ALL or MINUS in item.group:
                yield replace(item, name=uitkomst)
