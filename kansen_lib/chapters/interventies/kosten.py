"""What an approach costs beside what it brings (INVENTORY #133)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import NEEDED, Keuze, nothing
from kansen_lib.chapters.interventies.kwadrant import CHOSEN
from kansen_lib.chapters.interventies.opbrengst import per_participant
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats import trials
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import School

#: The words that the figure reads.
EFFECT, COST, PRICE = "effect", "kosten per leerling", "kosten per 0,1 sd"
PRICE_UNIT = "euro per 0,1 sd"
_NO_COST = "in het register staan geen kosten"
_NEEDED = NEEDED | {"interventies": ("kosten",)}
_WHO = "Leerlingen die meededen; de kosten zijn die uit het register, per leerling die meedoet."
_OUT = "Kosten die niet in het register staan, zoals uren van vrijwilligers of van ouders."


@about(
    "meso",
    definitie="Wat een aanpak kost per leerling, naast wat hij oplevert voor wie meedoet.",
    teller="Kosten per leerling in euro, en het effect in standaarddeviaties.",
    noemer=_WHO,
    buiten=_OUT + " Een aanpak zonder kosten, van te weinig scholen, of waarvoor leerlingen zelf kozen.",
)
@needs_of_all(**_NEEDED)
def cost_and_effect(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Cost-effectiveness plane: every intervention of the register, with the cost of a tenth of an sd."""
    rows = [
        item
        for other in keuze.every(school)
        for item in _point(school, benchmark, other, CHOSEN if other.interventie == keuze.interventie else "")
    ]
    return Result("", tuple(rows) or (nothing(EFFECT, keuze.reason or _NO_COST),))


def _point(school: School, benchmark: Benchmark, keuze: Keuze, chosen: str) -> Iterator[Estimate]:
    effect = per_participant(school, benchmark, keuze)
    if keuze.aanpak is None or effect.value is None or not keuze.aanpak.kosten >= 0:
        return
    label = chosen + keuze.interventie.replace("_", " ")
    found = trials.cost_per_pupil(keuze.aanpak.kosten, 1, effect)
    price = found["cost per tenth of a unit"]
    yield replace(effect, name=EFFECT, group=label)
    yield Estimate(COST, label, keuze.aanpak.kosten, Unit.MONEY, method=Method.COST)
    yield replace(price, name=PRICE, group=label, unit=PRICE_UNIT)
