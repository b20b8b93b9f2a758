"""Chapter 6: the school on one page, and what to talk about."""

from __future__ import annotations

from kansen_lib import codes, indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import in_context
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School


@about(
    "meso",
    definitie="Hoeveel leerlingen de school telt, per soort onderwijs.",
    teller="leerlingen op 1 oktober",
    noemer="geen: het is een telling",
    buiten="niemand; afgeschermde aantallen tellen als een bereik",
)
@needs(aantallen=("aantal_lower",))
def pupils_by_level(school: School) -> Result:
    """Number of pupils of the latest school year, by onderwijstype of DUO."""
    table = (
        indicators.latest(school.table("aantallen"))
        .groupby("onderwijstype")[["aantal_lower", "aantal_upper"]]
        .sum()
    )
    order = [label for label in codes.ONDERWIJSTYPE.codes if label in table.index]
    return Result("", tuple(_count(label, *table.loc[label]) for label in order))


def _count(label: str, lower: int, upper: int) -> Estimate:
    masked = lower != upper
    return Estimate(
        "leerlingen",
        label,
        (lower + upper) / 2,
        "persons",
        float(lower) if masked else None,
        float(upper) if masked else None,
        "grenzen door afgeschermde aantallen" if masked else "",
        n=int(lower),
        method="telling op 1 oktober",
    )


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van de leerlingen in leerjaar 3 in een klas met havo of vwo zit.",
    teller="leerlingen in een klas met havo of vwo erin",
    noemer="leerlingen van wie leerjaar 3 en de opleiding van de ouders bekend zijn",
    buiten="wie voor leerjaar 3 vertrok",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"), loopbaan=("niveau",))
def level_and_gap(school: School, benchmark: Benchmark) -> Result:
    """Where pupils sit in leerjaar 3 by parental education: level and gap in one table.

    The share that sits in a class with havo or vwo in it.
    """
    pupils = pupils_of(school)
    sits = indicators.outcome("havo_of_vwo_in_leerjaar_3", pupils)
    estimates = in_context("havo_of_vwo_in_leerjaar_3", sits, pupils["opleiding"], school, benchmark)
    return Result("", estimates, dropped=dropped(pupils["opleiding"], sits))


@about(
    "meso",
    definitie="Hoeveel regels van elk soort gegevens er voor deze school zijn.",
    teller="regels in de gegevens",
    noemer="geen: het is een telling",
    buiten="niets",
)
@needs()
def data_at_hand(school: School) -> Result:
    """How many rows of each kind of data this report rests on; 0 where the school has none.

    Rows of persons rest on the persons, not on the rows: a few pupils can have many test scores.
    """
    names = {
        "aantallen": ("aantallen per vestiging", None),
        "examens": ("examens", None),
        "leerlingen": ("leerlingen", "leerling"),
        "toetsen": ("toetsscores", "leerling"),
        "deelname": ("deelname aan een aanpak", "leerling"),
        "enquete": ("antwoorden op vragenlijsten", "respondent"),
    }
    estimates = []
    for table, (label, person) in names.items():
        rows = school.table(table)
        n = rows[person].nunique() if person and len(rows) else None
        estimates.append(
            Estimate("regels", label, float(len(rows)), "rows", n=n, method="telling van regels")
        )
    return Result("", tuple(estimates), sources=tuple(names))
