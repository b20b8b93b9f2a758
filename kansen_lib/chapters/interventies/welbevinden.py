"""How pupils say they are, with and without an intervention, over all schools."""

from __future__ import annotations

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import enquete as survey
from kansen_lib.benchmark.evaluatie import unit, welbevinden
from kansen_lib.benchmark.vergelijken import SCALE_POINTS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.enquete import NOT_PRECISE, is_precise
from kansen_lib.chapters.interventies.keuze import Keuze
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

_NOT_COMPUTED = "over deze aanpak is er geen vragenlijst"


@about(
    "micro",
    "socialisatie",
    definitie="Hoe leerlingen zeggen dat het met hen gaat, met en zonder de aanpak.",
    teller="het gemiddelde van de antwoorden (1 tot 5) op een schaal van de vragenlijst",
    noemer="leerlingen van alle scholen voor wie de aanpak bedoeld was en die later de vragenlijst invulden",
    buiten="wie antwoordde in het schooljaar waarin de aanpak begon, of daarvoor",
)
@needs_of_all(enquete=("antwoord",), deelname=("deelgenomen",))
def wellbeing_of_participants(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Belonging and safety of who was drawn (or took part) and of the others; also for a basic need.

    It is an effect where chance decided who was drawn, and nowhere else.
    """
    if keuze.aanpak is None:
        return Result("", (_nothing(survey.label(welbevinden.SCALES[0]), keuze.reason),))
    found = [item for schaal in welbevinden.SCALES for item in _scale(schaal, benchmark, keuze)]
    return Result("", tuple(found), sources=("enquete", "deelname"))


def _scale(schaal: str, benchmark: Benchmark, keuze: Keuze) -> list[Estimate]:
    name = survey.label(schaal)
    omega = benchmark.find(survey.RELIABILITY, name)
    if omega is not None and not is_precise(omega):
        return [_nothing(name, NOT_PRECISE)]
    found = benchmark.all(name, unit(keuze.interventie, "", ""))
    return found or [_nothing(name, _NOT_COMPUTED)]


def _nothing(name: str, reason: str) -> Estimate:
    return Estimate.not_computable(name, reason, unit=SCALE_POINTS)
