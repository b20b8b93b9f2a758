"""The third definition: is every route a good route?"""

from __future__ import annotations

from dataclasses import replace

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.definities import ROUTE, SIDE
from kansen_lib.benchmark.exam_years import CANDIDATE, exam_years, shares_of_pupils
from kansen_lib.benchmark.examens import same_rules
from kansen_lib.benchmark.trajectories import by_route, on_time_by_level
from kansen_lib.benchmark.views import course_by_route
from kansen_lib.chapters.about import about
from kansen_lib.chapters.definities.referentie import LOST, SAME, counted
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, dropped, pupils_of, with_reference
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

NO_EXAM_YEAR = "op deze vestiging zit niemand in een examenjaar met een centraal examen"


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de examenkandidaten op elke route slaagde.",
    teller="geslaagde kandidaten",
    noemer="kandidaten van de laatste examenjaren onder dezelfde regels",
    buiten="wie op deze route geen examen deed; afgeschermde aantallen tellen als een bereik",
)
@needs(examens=("kandidaten_lower",))
def exam_yield_by_route(school: School, benchmark: Benchmark, years: int = 3) -> Result:
    """Pass rate of each route over the latest school years: the third definition, on open data.

    Args:
        school: the school.
        benchmark: gives the pass rate of all schools in the same years.
        years: how many exam years to pool, at least 1; fewer when the exam rules changed within them.

    Raises:
        ValueError: fewer than one year.
    """
    if years < 1:
        raise ValueError(f"parameter 'years' is {years}: at least 1 exam year must be pooled")
    table = indicators.exam_yield(school.table("examens"))
    chosen = same_rules(table["schooljaar"].unique(), years)
    pooled = table[table["schooljaar"].isin(chosen)].groupby("onderwijstype", sort=False)
    estimates = [
        gaps.bounded_share(
            indicators.bounds(row, "geslaagden"),
            indicators.bounds(row, "gezakten"),
            name=f"geslaagd, {_span(chosen)}",
            group=str(route),
            reference=_pooled_reference(benchmark, "slaagt", str(route), chosen),
        )
        for route, row in pooled.sum(numeric_only=True).iterrows()
    ]
    return Result("", tuple(estimates))


def _span(years: list[str]) -> str:
    """Which school years, in words."""
    return years[0] if len(years) == 1 else f"{years[0]} tot en met {years[-1]}"


def _pooled_reference(benchmark: Benchmark, name: str, route: str, years: list[str]) -> float | None:
    """A share of all schools over the years together, None when a year is not known."""
    found = [benchmark.find(name, year, route) for year in years]
    known = [item for item in found if item is not None and item.value is not None]
    if not known or len(known) < len(years):
        return None
    return sum(item.value * item.n for item in known) / sum(item.n for item in known)


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de leerlingen in het examenjaar van een route examen deed.",
    teller="kandidaten",
    noemer="leerlingen op 1 oktober in het laatste leerjaar van de route",
    buiten="praktijkonderwijs, dat geen centraal examen heeft; afgeschermde aantallen tellen als een bereik",
)
@needs(examens=("kandidaten_lower",), aantallen=("aantal_lower",))
def candidates_by_route(school: School, benchmark: Benchmark, years: int = 3) -> Result:
    """Of the pupils in the exam year on 1 October how many were candidates, on open data.

    Args:
        school: the school.
        benchmark: gives the same shares of all schools in the same years.
        years: how many exam years to pool; fewer when the exam rules changed within them.

    Candidates from outside (vavo, staatsexamen) can make up for pupils who did no exam: the share of
    candidates is held to 100%.
    """
    table = exam_years(school.table("aantallen"), school.table("examens"))
    if table.empty:
        return Result("", (Estimate.not_computable(CANDIDATE, NO_EXAM_YEAR),))
    chosen = same_rules(table["schooljaar"].unique(), years)
    pooled = table[table["schooljaar"].isin(chosen)].groupby("onderwijstype", sort=False)
    found = [
        replace(
            with_reference(item, _pooled_reference(benchmark, CANDIDATE, item.group, chosen)),
            name=f"{CANDIDATE}, {_span(chosen)}",
        )
        for item in shares_of_pupils(pooled.sum(numeric_only=True))
    ]
    return Result("", tuple(found))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe leerlingen op elke route deze school verlieten.",
    teller="leerlingen met een diploma, naar een andere school, uit het onderwijs",
    noemer="leerlingen die in leerjaar 3 op deze route zaten, van cohorten die zeven jaar te volgen waren",
    buiten="wie voor leerjaar 3 vertrok, en wie nog op school zit",
)
@needs(loopbaan=("niveau", "afloop"))
def routes_of_pupils(school: School, benchmark: Benchmark) -> Result:
    """Per route of leerjaar 3 how careers at this school ended."""
    pupils = pupils_of(school)
    found = beside(by_route(pupils, school.table("loopbaan")), benchmark, ROUTE)
    return Result("", found, dropped=dropped(pupils["leerjaar3"]))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de leerlingen op elk niveau zonder vertraging in leerjaar 3 kwam.",
    teller="leerlingen die in het derde schooljaar in leerjaar 3 zaten",
    noemer="leerlingen die in leerjaar 3 op dit niveau zaten en in het derde schooljaar te zien waren",
    buiten="wie voor leerjaar 3 vertrok, en cohorten die nog geen vier schooljaren te volgen waren",
)
@needs(loopbaan=("niveau",))
def on_time_by_route(school: School, benchmark: Benchmark) -> Result:
    """Per level of leerjaar 3 the share that came there without delay."""
    pupils = pupils_of(school)
    found = beside(on_time_by_level(pupils), benchmark, ROUTE)
    return Result("", found, dropped=dropped(pupils["leerjaar3"]))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de leerlingen op elke route in het derde schooljaar op koers is.",
    teller="leerlingen die in het derde schooljaar in leerjaar 3 zitten, niet onder hun advies",
    noemer=SAME,
    buiten=LOST,
)
@needs(leerlingen=("advies_definitief", "toetsscore"), loopbaan=("niveau",), toetsen=("score",))
def course_of_each_route(school: School, benchmark: Benchmark) -> Result:
    """Share on course on the way to vmbo, and to havo or vwo, and how far they lie apart."""
    known, lost = counted(school)
    return Result("", beside(course_by_route(known), benchmark, SIDE), dropped=lost)
