"""Language at home, herkomst and newcomers: levels and gaps over the years; association, no cause."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark, taal
from kansen_lib.benchmark.vergelijken import background
from kansen_lib.chapters.about import about
from kansen_lib.chapters.enquete import beside_all
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS
from kansen_lib.chapters.pupils import beside, dropped, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School


def _domains(school: School) -> pd.DataFrame:
    return taal.domains(pupils_of(school), school.table("toetsen"))


@about(
    "micro",
    "kwalificatie",
    definitie="De score voor taal van groep 8 tot leerjaar 3, naar de taal die leerlingen thuis spreken.",
    teller="de gemiddelde score voor taal op elk moment",
    noemer="leerlingen met die taal thuis die de toets op elk van de drie momenten maakten",
    buiten="Wie geen bekende thuistaal heeft, een toets miste of naar een andere school ging.",
)
@needs(leerlingen=("thuistaal",), toetsen=("score",))
def language_gap(school: School, benchmark: Benchmark) -> Result:
    """Mean taal score by home language in groep 8, leerjaar 1 and leerjaar 3, and the gap in sd."""
    pupils = _domains(school)
    tests = [pupils[f"taal {moment}"] for moment in taal.MOMENTS]
    lost = dropped(pupils["thuistaal"], *(score for score in tests if score.notna().any()))
    return Result("", beside(taal.language(pupils), benchmark), dropped=lost)


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van wie in groep 8 achterlag in taal, dat later niet meer doet.",
    teller="leerlingen die later op of boven de grens scoren",
    noemer="leerlingen die in groep 8 onder de grens scoorden; de grens ligt een halve standaarddeviatie "
    "onder het gemiddelde van leerlingen die thuis Nederlands spreken",
    buiten="Wie in groep 8 op of boven de grens scoorde, en wie de latere toets miste.",
)
@needs(leerlingen=("thuistaal",), toetsen=("score",))
def language_catch_up(school: School, benchmark: Benchmark) -> Result:
    """Share that caught up in taal by leerjaar 1 and 3, by home language; one line for all schools."""
    pupils = _domains(school)
    line = {moment: benchmark.value(taal.LINE, moment) for moment in taal.MOMENTS}
    known = {moment: value for moment, value in line.items() if value is not None}
    if not known:
        reason = Estimate.not_computable(taal.CAUGHT_UP, FEW_SCHOOLS, unit=Unit.SHARE)
        return Result("", (reason,))
    found = beside_all(taal.caught_up(pupils, known), benchmark)
    return Result("", found, dropped=dropped(pupils["thuistaal"]))


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe ver taal achterblijft bij rekenen, en wie later hoger zit dan het eerste advies.",
    teller="de score voor taal min die voor rekenen; en leerlingen boven hun eerste advies in leerjaar 3",
    noemer="leerlingen met beide scores, naar thuistaal; en met en zonder achterstand in taal in groep 8",
    buiten="Wie een van beide toetsen miste. Achterblijven is: taal minstens 7,5 punt onder rekenen.",
)
@needs(leerlingen=("thuistaal", "advies_eerste"), toetsen=("score",), loopbaan=("niveau",))
def language_against_maths(school: School, benchmark: Benchmark) -> Result:
    """Taal minus rekenen by home language at each moment, and opstroom with and without a lag in taal."""
    pupils = _domains(school)
    found = (*taal.against_maths(pupils), *taal.risen(pupils))
    return Result("", beside(found, benchmark), dropped=dropped(pupils["thuistaal"]))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe hoog het eerste schooladvies is naar herkomst, ook bij een gelijke score en opleiding.",
    teller="de plaats van het eerste advies, in stappen (1 stap is 1 niveau)",
    noemer="leerlingen met een advies, een score, en een bekende herkomst en opleiding van de ouders",
    buiten="Cohorten zonder toets. De toets meet niet precies: daarom ook een schatting bij een gelijke ware "
    "score.",
)
@needs(leerlingen=("herkomst", "opleiding_ouders", "toetsscore", "advies_eerste", "basisschool"))
def advice_by_origin(school: School, benchmark: Benchmark) -> Result:
    """First advice by herkomst: level, gap, and gap at an equal (true) score and parental education."""
    pupils = background(pupils_of(school))
    fallen_out = dropped(*(pupils[name] for name in ("herkomst", "opleiding", "toetsscore", "eerste")))
    return Result("", beside(taal.advice(pupils), benchmark), dropped=fallen_out)


@about(
    "meso",
    "kwalificatie",
    definitie="Op welk niveau nieuwkomers zitten in elk schooljaar na de start, naast andere leerlingen.",
    teller="het gemiddelde niveau van de klas, in stappen (1 stap is 1 niveau)",
    noemer="leerlingen die via een internationale schakelklas (ISK) kwamen, en alle andere leerlingen",
    buiten="Wie geen vier jaar op deze school zat. Bij zittenblijven telt het CBS nieuwkomers niet mee.",
)
@needs(leerlingen=("nieuwkomer",), loopbaan=("niveau",))
def newcomers_path(school: School, benchmark: Benchmark) -> Result:
    """Mean level in each year since entry, of newcomers and of others, here and over all schools."""
    pupils = pupils_of(school)
    own = taal.path(pupils, school.table("loopbaan"))
    known = [
        benchmark.find(name, f"jaar {year}")
        for name in taal.PATHS.values()
        for year in range(1, taal.YEARS + 1)
    ]
    others = [replace(item, name=f"{item.name}, alle scholen") for item in known if item is not None]
    return Result("", (*own, *others), dropped=dropped(pupils["nieuwkomer"]))
