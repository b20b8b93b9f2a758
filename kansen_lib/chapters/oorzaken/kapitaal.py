"""What pupils bring from home: economic, cultural, social and personal capital."""

from __future__ import annotations

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.vergelijken import OPLEIDING
from kansen_lib.chapters import enquete
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.stats.result import Result
from kansen_lib.store import School

#: The four kinds of capital that the SCP tells apart.
CAPITALS = ("kapitaal_economisch", "kapitaal_cultureel", "kapitaal_sociaal", "kapitaal_persoonlijk")


@about(
    "micro",
    definitie="Hoeveel geld, cultuur, netwerk en steun leerlingen thuis hebben, zoals zij het zelf zeggen.",
    teller="het gemiddelde van de antwoorden (1 tot 5) op vier schalen",
    noemer="leerlingen die de vragenlijst invulden, naar opleiding van de ouders",
    buiten="Wie de helft van een schaal of minder invulde, en wiens ouders geen bekende opleiding hebben.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders",))
def capitals(school: School, benchmark: Benchmark) -> Result:
    """The four capitals by parental education: reliability, level of each group, gap in sd (Hedges g)."""
    data = enquete.answers_of(school)
    found = [item for schaal in CAPITALS for item in enquete.scale(data, schaal, (OPLEIDING,), benchmark)]
    return enquete.result(found, data, "opleiding")
