"""The quadrant: what an approach does to the mean and to the gap together (INVENTORY #112)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, JOINT, MINUS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import MEANT, NEEDED, Keuze, nothing
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats import trials
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

#: The words that the figure reads; the region of ``stats.trials.joint_region``, in its order.
MEAN, GAP = "effect op het gemiddelde", "effect op het verschil"
REGION = {
    "region, long half axis": "gebied, lange halve as",
    "region, short half axis": "gebied, korte halve as",
    "region, angle": "gebied, hoek",
}
#: The same where pupils chose by themselves: what differs at an equal start is no effect.
EQUAL_START = {MEAN: "gemiddelde bij gelijke start", GAP: "verschil bij gelijke start"}
#: Before the label of the intervention that the report is about.
CHOSEN = "gekozen: "
_OUT = "Wie geen uitkomst of geen bekende achtergrond heeft."


@about(
    "meso",
    "kwalificatie",
    definitie="Wat de aanpak deed met het gemiddelde, en met het verschil tussen groepen.",
    teller="Het effect op het gemiddelde en het effect op het verschil, samen met hun onzekerheid.",
    noemer=MEANT,
    buiten=_OUT,
)
@needs_of_all(**NEEDED)
def quadrant_of_approach(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Effect on the mean and on the gap with their joint 95% region, and the effect of each group."""
    pair = _pair(school, benchmark, keuze)
    if isinstance(pair, str):
        return Result("", (nothing(MEAN, pair),))
    mean, gap, _ = pair
    groups = [
        replace(item, name=MEAN)
        for item in keuze.all(school, benchmark, EFFECT)
        if item.group != ALL and MINUS not in item.group
    ]
    point = [replace(item, group="") for item in _point(*pair)]
    shown = [replace(item, group=gap.group) if item.name == GAP else item for item in point]
    found = (*shown, *groups)
    if not keuze.carries_effect:
        found = tuple(replace(item, name=EQUAL_START.get(item.name, item.name)) for item in found)
    return Result("", found)


@about(
    "macro",
    "kwalificatie",
    definitie="Wat elke aanpak deed met het gemiddelde en met het verschil tussen groepen.",
    teller="Het effect op het gemiddelde en het effect op het verschil, samen met hun onzekerheid.",
    noemer=MEANT,
    buiten=_OUT + " Een aanpak van te weinig scholen, of waarvoor leerlingen zelf kozen.",
)
@needs_of_all(**NEEDED)
def quadrant_of_all(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The same of every intervention of the register, each by its own design."""
    points = [item for other in keuze.every(school) for item in _labelled(school, benchmark, keuze, other)]
    return Result("", tuple(points) or (nothing(MEAN, keuze.reason or "van geen aanpak is dit bekend"),))


def _labelled(school: School, benchmark: Benchmark, keuze: Keuze, other: Keuze) -> Iterator[Estimate]:
    pair = _pair(school, benchmark, other)
    if isinstance(pair, str):
        return
    chosen = CHOSEN if other.interventie == keuze.interventie else ""
    label = chosen + other.interventie.replace("_", " ")
    yield from (replace(item, group=label) for item in _point(*pair))


def _pair(school: School, benchmark: Benchmark, keuze: Keuze) -> tuple[Estimate, Estimate, Estimate] | str:
    """Effect on the mean, on the gap and their correlation, or the reason why there is none."""
    reason = keuze.told(school)
    if reason:
        return reason
    items = keuze.all(school, benchmark, EFFECT)
    mean = next((item for item in items if item.group == ALL), items[0])
    gap = next((item for item in items if MINUS in item.group), items[0])
    joint = keuze.all(school, benchmark, JOINT)[0]
    for item in (mean, gap, joint):
        if item.value is None:
            return item.reason
    return mean, gap, joint


def _point(mean: Estimate, gap: Estimate, joint: Estimate) -> Iterator[Estimate]:
    yield replace(mean, name=MEAN)
    yield replace(gap, name=GAP)
    region = trials.joint_region(mean, gap, joint.value or 0.0)
    for item in region.estimates:
        if item.name in REGION:
            smallest = min(part.smallest or part.n or 0 for part in (mean, gap))
            yield replace(item, name=REGION[item.name], n=mean.n, smallest=smallest or None)
