"""Who gives the lessons, which lessons are lost, which teachers leave: this school beside all schools."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import leraren as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: What is missing when nobody recorded lessons and teachers.
KENMERKEN = "kenmerken.waarde_lower"
SOURCES = ("kenmerken", "leerlingen")
#: As the figure knows a band from quartile to quartile.
MIDDLE_HALF = "de middelste helft van de scholen"
MEDIAN = "mediaan van de scholen"
#: Decimals of a share of the school's own register: with more of them its few teachers could be counted.
WHOLE_PERCENT = 2
COUNTED = "telling van de school zelf, geen steekproef"


@about(
    "meso",
    definitie="Welk deel van de lessen een bevoegde leraar geeft, welk deel uitvalt, en welk deel van de "
    "leraren in een jaar vertrok.",
    teller="Lessen van een bevoegde leraar, uitgevallen lessen, vertrokken leraren.",
    noemer="Alle lessen op dat niveau, alle lessen, alle leraren van de school in een jaar.",
    buiten="Niveaus die de school niet aanbiedt. Scholen die hun lessen niet telden.",
)
@needs()
def teachers(school: School, benchmark: Benchmark) -> Result:
    """Qualified lessons per level, lost lessons and turnover, beside the middle half of the schools."""
    own = numbers.of_schools(school.store, school.vestiging)
    if own.empty:
        return Result("", sources=("kenmerken",), missing=(KENMERKEN,))
    found: list[Estimate] = []
    for feature, label in numbers.FEATURES.items():
        if feature not in own:
            continue
        value = round(float(own.loc[school.vestiging, feature]), WHOLE_PERCENT)
        found.append(Estimate("deze school", label, value, Unit.SHARE, method=COUNTED))
        middle = benchmark.find("leraren", label)
        if middle is not None:
            found.append(replace(middle, name="tussen scholen", interval=MIDDLE_HALF, method=MEDIAN))
    return Result("", tuple(found), sources=("kenmerken",))


@about(
    "macro",
    definitie="Of tekorten meer voorkomen op scholen met veel leerlingen met laagopgeleide ouders.",
    teller="Lessen zonder bevoegde leraar, uitgevallen lessen of vertrokken leraren.",
    noemer="Alle scholen, op volgorde van hun deel leerlingen met laagopgeleide ouders.",
    buiten="Scholen die hun lessen niet telden, en scholen zonder gegevens van leerlingen.",
)
@needs()
def teacher_shortages(school: School, benchmark: Benchmark) -> Result:
    """Concentration of shortages over schools by their share of parents with little education."""
    known = (benchmark.find("ongelijk", label) for label in numbers.SHORTAGES)
    found = tuple(replace(x, name="alle scholen samen") for x in known if x is not None)
    missing = school.missing({"leerlingen": ("opleiding_ouders",)})
    if not found and (missing or numbers.of_schools(school.store, school.vestiging).empty):
        return Result("", sources=SOURCES, missing=(*missing, KENMERKEN))
    none = Estimate.not_computable("alle scholen samen", FEW_SCHOOLS, unit=numbers.CONCENTRATION)
    return Result("", found or (none,), sources=SOURCES)
