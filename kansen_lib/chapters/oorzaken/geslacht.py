"""Sex as an axis, alone and crossed with parental education (INVENTORY #57)."""

from __future__ import annotations

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.geslacht import by_sex
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, dropped, pupils_of
from kansen_lib.stats.result import Result
from kansen_lib.store import School


@about(
    "micro",
    "kwalificatie",
    definitie="Welk deel van de jongens en van de meisjes in leerjaar 3 in een klas met havo of vwo zit, "
    "naar opleiding van de ouders.",
    teller="jongens (of meisjes) in een klas met havo of vwo erin",
    noemer="jongens (of meisjes) van wie leerjaar 3 en de opleiding van de ouders bekend zijn",
    buiten="wie voor leerjaar 3 vertrok, en wie geen bekende opleiding van de ouders heeft",
)
@needs(leerlingen=("geslacht", "opleiding_ouders"), loopbaan=("niveau",))
def sex_and_background(school: School, benchmark: Benchmark) -> Result:
    """Boys and girls in havo or vwo in leerjaar 3 by parental education: levels, gaps, and their difference.

    A group of which one of the sexes is too small is withheld for both.
    """
    pupils = pupils_of(school)
    estimates = beside(by_sex(pupils), benchmark, "havo_of_vwo_in_leerjaar_3")
    lost = dropped(pupils["opleiding"], pupils["geslacht"], pupils["havo_of_vwo_in_leerjaar_3"])
    return Result("", estimates, dropped=lost)
