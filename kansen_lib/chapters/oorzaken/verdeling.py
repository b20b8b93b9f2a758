"""Where differences between pupils lie: schools, classes, neighbourhoods, pupils; association, no cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark, modellen
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS, learners_of, of_all
from kansen_lib.chapters.pupils import dropped, with_reference
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Reason, Unit
from kansen_lib.store import School

#: Names of the shares, from all differences and from what an equal start leaves.
NAMES = {"alle verschillen": "variantie", "bij gelijke start": "variantie bij gelijke start"}
FEW_CLASSES = "te weinig klassen in leerjaar 3"
PLACES = {
    "vestiging": "scholen",
    "klas_3": "klassen in een school",
    "persons": "leerlingen in een klas",
    "basisschool": "basisscholen (loopt er doorheen)",
    "pc4": "buurten (loopt er doorheen)",
}


@about(
    "macro",
    "kwalificatie",
    definitie="Welk deel van alle verschillen in score in leerjaar 3 tussen scholen, klassen, basisscholen, "
    "buurten en leerlingen ligt.",
    teller="De spreiding op één plek: bijvoorbeeld tussen scholen.",
    noemer="Alle spreiding in score in leerjaar 3, van alle scholen samen.",
    buiten="Leerlingen zonder score, klas, basisschool of postcode.",
)
@needs(toetsen=("score",), loopbaan=("klas",))
def variance_by_level(school: School, benchmark: Benchmark) -> Result:
    """Which part of the differences in score in leerjaar 3 lies at which place.

    A number of the whole network: one school alone has no variance between schools. Schools, classes and
    pupils add up to all. Basisscholen and neighbourhoods cross them: what schools and classes leave.
    """
    return _places(benchmark, "variantie")


@about(
    "macro",
    "kwalificatie",
    definitie="Welk deel van de verschillen in score in leerjaar 3 waar ligt, tussen leerlingen met dezelfde "
    "start in groep 8, na correctie voor de meetfout van die toets.",
    teller="De spreiding op één plek: bijvoorbeeld tussen scholen.",
    noemer="Alle spreiding in score die overblijft bij dezelfde start, van alle scholen samen.",
    buiten="Leerlingen zonder een van beide scores, klas, basisschool of postcode.",
)
@needs(toetsen=("score",), loopbaan=("klas",))
def variance_at_equal_start(school: School, benchmark: Benchmark) -> Result:
    """The same parts of what an equal true start leaves: schools have other pupils to begin with."""
    return _places(benchmark, "variantie bij gelijke start")


def _places(benchmark: Benchmark, indicator: str) -> Result:
    found = []
    for key, label in PLACES.items():
        item = of_all(benchmark, indicator, key, name="verschillen", unit=Unit.VARIANCE_SHARE)
        found.append(replace(item, group=label))
    return Result("", tuple(found))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de verschillen in score in leerjaar 3 binnen deze school tussen klassen ligt.",
    teller="De spreiding tussen de klassen van deze school.",
    noemer="Alle spreiding in score in leerjaar 3 op deze school.",
    buiten="Leerlingen zonder score of klas in leerjaar 3. Klassen krijgen geen eigen getal.",
)
@needs(toetsen=("score",), loopbaan=("klas",))
def variance_between_classes(school: School, benchmark: Benchmark) -> Result:
    """Share of the variance in score of this school between its classes, beside the mean school."""
    data = learners_of(school)
    found = [item for name, indicator in NAMES.items() for item in _own(name, indicator, data, benchmark)]
    lost = dropped(data["score_in_leerjaar_3"], data["klas_3"])
    return Result("", tuple(found), dropped=lost, reference_name="binnen de school, alle scholen samen")


def _own(name: str, indicator: str, data: pd.DataFrame, benchmark: Benchmark) -> Iterator[Estimate]:
    """Both shares of this school, of all differences or of those that an equal start leaves."""
    rows = data
    if indicator != "variantie":
        start = benchmark.value(modellen.OF_START)
        if start is None:
            yield Estimate.not_computable(name, FEW_SCHOOLS, unit=Unit.VARIANCE_SHARE)
            return
        rows = modellen.less_start(data, start)
    for item in modellen.class_variance(name, rows):
        everywhere = benchmark.value(f"{indicator}, in een school", item.group)
        label = {"klas_3": "tussen klassen", "persons": "binnen een klas"}[item.group]
        reason = FEW_CLASSES if item.reason == Reason.FEW_GROUPS else item.reason
        yield replace(with_reference(item, everywhere), group=label, reason=reason)
