"""What anybody can see: adviezen of the gemeente, how broad classes are, and who passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import openbaar_selectie as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside_open
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

ALL_GEMEENTEN = "alle gemeenten samen"
#: Where no line is drawn on a card by period: at each of them.
EXAM_PERIODS = tuple(numbers.PERIODS)
OWN, GEMEENTE, EVERYBODY = "deze school", "alle scholen in de gemeente", "alle scholen samen"
BREADTH = "breedte van leerjaar 1"
NO_FIRST_YEAR = "geen leerlingen in leerjaar 1 met een bekend soort brugklas"
_MASKED = "niemand; aantallen onder de vijf zijn afgeschermd en tellen mee als 1 tot en met 4"


# --- adviezen -----------------------------------------------------------------------------------------


@about(
    "meso",
    "kwalificatie",
    definitie="Welke adviezen de basisscholen in de gemeente geven, per schooljaar.",
    teller="adviezen van die soort; een dubbel advies hoort bij de soort van zijn plaats op de ladder",
    noemer="alle adviezen van basisscholen in de gemeente in dat schooljaar, ook vso en ‘niet mogelijk’",
    buiten=_MASKED,
)
@needs()
def advies_of_basisscholen(school: School, benchmark: Benchmark) -> Result:
    """Share of four kinds of advies of the basisscholen in the gemeente, beside all gemeenten."""
    return _of_adviezen(school, benchmark, numbers.kinds)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak basisscholen in de gemeente een advies met twee niveaus geven, per schooljaar.",
    teller="adviezen met twee niveaus, zoals havo/vwo",
    noemer="alle adviezen van basisscholen in de gemeente in dat schooljaar",
    buiten=_MASKED,
)
@needs()
def double_advies_of_basisscholen(school: School, benchmark: Benchmark) -> Result:
    """Share of double adviezen of the basisscholen in the gemeente, beside all gemeenten."""
    return _of_adviezen(school, benchmark, numbers.doubles)


def _of_adviezen(
    school: School, benchmark: Benchmark, count: Callable[[pd.DataFrame], list[Estimate]]
) -> Result:
    gemeente = school.record["gemeente"]
    rows = (
        school.store.read("adviezen_po", where={"gemeente": gemeente})
        if pd.notna(gemeente)
        else school.table("adviezen_po")
    )
    if rows.empty:
        return Result("", sources=("adviezen_po",), missing=("adviezen_po.aantal_lower",))
    found = beside_open(count(rows), benchmark, numbers.ADVIEZEN)
    return Result("", found, sources=("adviezen_po",), reference_name=ALL_GEMEENTEN)


# --- classes ------------------------------------------------------------------------------------------


def _around(school: School) -> pd.DataFrame:
    """Pupil counts of all vestigingen of the gemeente."""
    return school.store.read("aantallen", where={"vestiging": school.neighbours})


@about(
    "meso",
    definitie="Hoeveel leerlingen in een brugklas met één, twee of meer niveaus zitten, en hoe breed dat "
    "leerjaar is.",
    teller="leerlingen in leerjaar 1 per soort brugklas; het aantal niveaus dat even vaak voorkomt",
    noemer="alle leerlingen in leerjaar 1 met een bekend soort brugklas",
    buiten="klassen waarvan het soort niet bekend is",
)
@needs(aantallen=("brugklastype",))
def brugklas_breadth(school: School, benchmark: Benchmark) -> Result:
    """First-year pupils by levels in their brugklas, of the school and of all schools of its gemeente.

    And the effective number of levels in leerjaar 1: of this school, and of the school of the mean pupil
    in the gemeente.
    """
    own, around = school.table("aantallen"), _around(school)
    found: list[Estimate] = []
    for group, rows in ((OWN, own), (GEMEENTE, around)):
        shares = beside_open(numbers.widths(rows), benchmark, numbers.CLASSES)
        found += [replace(item, name=group) for item in shares]
        breadth = numbers.levels_in_leerjaar_1(rows, BREADTH, group)
        found += [] if breadth is None else [breadth]
    if not numbers.widths(own):
        found.insert(0, Estimate.not_computable(OWN, NO_FIRST_YEAR, unit=Unit.SHARE))
    return Result("", tuple(found))


@about(
    "meso",
    definitie="Welk deel van de leerlingen in leerjaar 1, 2 en 3 in een klas met twee of meer niveaus zit.",
    teller="leerlingen in een klas met twee of meer niveaus",
    noemer="alle leerlingen in dat leerjaar met een bekend soort klas, in het laatste schooljaar dat er is",
    buiten="klassen waarvan het soort niet bekend is",
)
@needs(aantallen=("brugklastype",))
def moment_of_choice(school: School, benchmark: Benchmark) -> Result:
    """Share of pupils in a class with two or more levels, by leerjaar: when a choice must have been made.

    Of one school year: other pupils in each leerjaar.
    """
    everybody = [benchmark.find(numbers.BROAD, f"leerjaar {i}", numbers.CLASSES) for i in numbers.YEARS]
    parts: dict[str, Sequence[Estimate]] = {
        OWN: numbers.broad_by_leerjaar(school.table("aantallen")),
        GEMEENTE: numbers.broad_by_leerjaar(_around(school)),
        EVERYBODY: [item for item in everybody if item is not None],
    }
    found = [replace(item, name=name) for name, items in parts.items() for item in items]
    return Result("", tuple(found))


# --- boys and girls at the exam -----------------------------------------------------------------------


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de jongens en van de meisjes slaagt, op elke route.",
    teller="geslaagde jongens (of meisjes) in de laatste jaren met dezelfde examenregels, hoogstens drie",
    noemer="jongens (of meisjes) die in die jaren examen deden",
    buiten=_MASKED,
)
@needs(examens=("kandidaten_lower",))
def passed_by_sex(school: School, benchmark: Benchmark) -> Result:
    """Pass rate of boys and girls on each route, level and gap, beside all schools."""
    found = numbers.passed_by_sex(school.table("examens"))
    return Result("", beside_open(found, benchmark, numbers.PASSED))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel procentpunt meer meisjes slagen dan jongens, op elke route en in elke periode.",
    teller="het deel geslaagde meisjes min het deel geslaagde jongens",
    noemer="meisjes en jongens die in die jaren examen deden",
    buiten=_MASKED,
)
@needs(examens=("kandidaten_lower",))
def passed_gap_by_period(school: School, benchmark: Benchmark) -> Result:
    """Pass rate of girls minus boys on each route, over the years with the same exam rules.

    Years are pooled within a period: of one route of one school a single year says little.
    """
    found = numbers.gap_by_period(school.table("examens"))
    return Result("", beside_open(found, benchmark, numbers.GAP_BY_PERIOD))
