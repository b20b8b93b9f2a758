"""Sufficiency: does everybody reach the threshold? (INVENTORY #8)"""

from __future__ import annotations

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.context import held_apart
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import in_context
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

NO_EXAMS = "op deze vestiging haalt niemand een diploma: leerlingen doen elders examen, of het is te vroeg"
VIA_MBO = "niet gemeten: een mbo-diploma is bij deze school niet te zien"


def _threshold(name: str, school: School, benchmark: Benchmark) -> Result:
    """Share that reaches a threshold by parental education, in context."""
    pupils = pupils_of(school)
    outcome = indicators.outcome(name, pupils)
    found = held_apart(in_context(name, outcome, pupils["opleiding"], school, benchmark), name, pupils)
    return Result("", tuple(found), dropped=dropped(pupils["opleiding"], outcome))


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van de leerlingen in groep 8 voor taal het basisniveau 1F haalde.",
    teller="leerlingen met dat niveau of hoger",
    noemer="leerlingen met een toets in groep 8 en een bekende opleiding van de ouders",
    buiten="cohorten zonder toets in groep 8",
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("referentieniveau",))
def basic_language(school: School, benchmark: Benchmark) -> Result:
    """Share that reached 1F for taal when they entered, by parental education."""
    return _threshold("taal_1F", school, benchmark)


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van de leerlingen in groep 8 voor rekenen het basisniveau 1F haalde.",
    teller="leerlingen met dat niveau of hoger",
    noemer="leerlingen met een toets in groep 8 en een bekende opleiding van de ouders",
    buiten="cohorten zonder toets in groep 8",
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("referentieniveau",))
def basic_arithmetic(school: School, benchmark: Benchmark) -> Result:
    """Share that reached 1F for rekenen when they entered, by parental education."""
    return _threshold("rekenen_1F", school, benchmark)


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van de leerlingen in groep 8 voor taal het streefniveau 2F haalde.",
    teller="leerlingen met dat niveau of hoger",
    noemer="leerlingen met een toets in groep 8 en een bekende opleiding van de ouders",
    buiten="cohorten zonder toets in groep 8",
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("referentieniveau",))
def aimed_language(school: School, benchmark: Benchmark) -> Result:
    """Share that reached 2F for taal when they entered, by parental education."""
    return _threshold("taal_streefniveau", school, benchmark)


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van de leerlingen in groep 8 voor rekenen het streefniveau 1S haalde.",
    teller="leerlingen met dat niveau of hoger",
    noemer="leerlingen met een toets in groep 8 en een bekende opleiding van de ouders",
    buiten="cohorten zonder toets in groep 8",
)
@needs(leerlingen=("opleiding_ouders",), toetsen=("referentieniveau",))
def aimed_arithmetic(school: School, benchmark: Benchmark) -> Result:
    """Share that reached 1S for rekenen when they entered, by parental education."""
    return _threshold("rekenen_streefniveau", school, benchmark)


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van de leerlingen een diploma haalde op de school waar zij begonnen.",
    teller="leerlingen met een diploma van deze school",
    noemer="leerlingen van cohorten die zeven jaar te volgen waren en die niet meer op school zitten",
    buiten="jongere cohorten, en wie nog op school zit; wie naar een andere school ging, telt als geen "
    "diploma",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("afloop",))
def diploma(school: School, benchmark: Benchmark) -> Result:
    """Share with a diploma of the school they entered: sufficiency, with level and gap.

    Only cohorts of which seven school years could be seen, without those who are still there.
    """
    pupils = pupils_of(school)
    pupils = pupils[pupils["diploma"].notna()]
    if not pupils["diploma_niveau"].notna().any():
        return Result("", (Estimate.not_computable("diploma", NO_EXAMS, unit=Unit.SHARE),))
    told = indicators.outcome("diploma", pupils)
    estimates = in_context("diploma", told, pupils["opleiding"], school, benchmark)
    return Result("", estimates, dropped=dropped(pupils["opleiding"]))


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van de leerlingen op deze school een startkwalificatie haalde: een diploma "
    "havo of vwo.",
    teller="leerlingen met een diploma havo of vwo van deze school",
    noemer="leerlingen van cohorten die zeven jaar te volgen waren en die niet meer op school zitten",
    buiten="een startkwalificatie via het mbo: die is pas later te zien en telt hier niet als nul",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("afloop",))
def start_qualification(school: School, benchmark: Benchmark) -> Result:
    """Share with a diploma of havo or vwo by parental education; by way of the mbo it is not measured."""
    found = _threshold("havo_vwo_diploma", school, benchmark)
    absent = Estimate.not_computable("startkwalificatie via het mbo", VIA_MBO, unit=Unit.SHARE)
    return Result("", (*found.estimates, absent), dropped=found.dropped)


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van de leerlingen na twee jaar in leerjaar 3 zit, op het niveau van het advies of "
    "hoger.",
    teller="leerlingen die in het derde schooljaar in leerjaar 3 zitten, niet onder hun advies",
    noemer="leerlingen met een advies op de ladder die in het derde schooljaar te zien waren",
    buiten="wie naar een andere school ging: of die leerling op koers is, is hier niet te zien",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"), loopbaan=("niveau",))
def on_course(school: School, benchmark: Benchmark) -> Result:
    """Share on course in the third school year by parental education, in context."""
    return _threshold("op_koers", school, benchmark)
