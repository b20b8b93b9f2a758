"""What teachers believe their team can do together: before and after, and by the lottery of schools."""

from __future__ import annotations

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.enquete import RELIABILITY
from kansen_lib.benchmark.evaluatie import team, unit
from kansen_lib.benchmark.evaluatie.names import EFFECT
from kansen_lib.benchmark.evaluatie.welbevinden import APART
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import Keuze
from kansen_lib.chapters.needs import needs, needs_of_all
from kansen_lib.chapters.pupils import beside
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

_LOTTERY = "loting van scholen"
_NOT_ASKED = "aan de leraren van deze scholen zijn deze vragen niet gesteld"


@about(
    "meso",
    "socialisatie",
    definitie="Hoeveel vertrouwen leraren hebben in wat hun team samen kan bereiken, per schooljaar.",
    teller="het gemiddelde van de antwoorden (1 tot 5) op de vragen over het team",
    noemer="leraren van deze school die de vragen beantwoordden",
    buiten="wie de helft van de vragen of minder beantwoordde; over één leraar zegt het getal niets",
)
@needs(enquete=("antwoord",))
def team_efficacy(school: School, benchmark: Benchmark) -> Result:
    """Mean of the team in each year and its change, beside all schools; and what such a mean is worth.

    The last three numbers are of all schools: how far schools differ, and the reliability of the mean of a
    school and of the scale.
    """
    own = team.levels_and_change(team.teachers(school.table("enquete")), "respondent")
    worth = [
        benchmark.find(name, team.NAME) for name in (*(n for n, _ in team.BETWEEN.values()), RELIABILITY)
    ]
    return Result("", (*beside(own, benchmark), *(item for item in worth if item is not None)))


@about(
    "meso",
    "socialisatie",
    definitie="Wat een training van het team deed met het vertrouwen van leraren in hun team.",
    teller="de verandering van het gemiddelde van een school, van voor naar na de start",
    noemer="scholen die meededen aan de loting en in beide jaren de vragen stelden",
    buiten="scholen waarvan in een van beide jaren geen leraar antwoordde",
)
@needs_of_all(enquete=("antwoord",), interventies=("start",))
def team_efficacy_by_lot(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Level before and after of schools drawn and not drawn, and how much more the drawn ones changed."""
    chosen = keuze.of_design(_LOTTERY)
    if chosen.aanpak is None:
        return Result("", (_nothing(chosen.reason),))
    names = (team.DRAWN, team.NOT_DRAWN, EFFECT)
    found = [item for name in names for item in benchmark.all(name, unit(chosen.interventie, "", ""))]
    return Result("", tuple(found) or (_nothing(_NOT_ASKED),), sources=("enquete", "interventies"))


def _nothing(reason: str) -> Estimate:
    return Estimate.not_computable(EFFECT, reason, group=team.NAME, unit=APART)
