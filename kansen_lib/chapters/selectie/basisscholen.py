"""The basisscholen that pupils come from, written so that both schools can discuss it; never in an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import basisscholen as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import LESS_CHANCE
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.shrinkage import Prior, shrink
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Most basisscholen in one figure where each has two numbers: those with the most pupils.
MOST = 10
KNOWN = "wat we van deze leerlingen weten"
PLACES = "basisscholen"
NO_SPREAD = "tussen basisscholen is geen verschil gevonden dat groter is dan toeval"
WHOM = "leerlingen van hoogstens drie cohorten onder dezelfde regels, per basisschool"
NOT_SEEN = (
    "Wie naar een andere school ging. Wie geen advies op de ladder heeft. Basisscholen met minder dan 10 "
    "leerlingen staan samen in één getal."
)
NOT_LATER = f"{NOT_SEEN} Wie leerjaar 3 hier niet haalde, of daar in een klas met drie niveaus of meer zit."


def _compared(school: School) -> pd.DataFrame:
    return school.once("compared", lambda: numbers.compared(pupils_of(school)))


def _known(school: School, name: str) -> pd.DataFrame:
    """The pupils of the latest cohorts with this difference."""
    return numbers.with_value(_compared(school), numbers.COLUMNS[name])


def _labels(school: School, known: pd.DataFrame) -> Mapping[str, str]:
    """The name of each basisschool; with its code where two have the same name, or where it has none."""
    table = school.store.read("vestigingen", ["vestiging", "naam"], where={"sector": "po"})
    names = table.drop_duplicates("vestiging").set_index("vestiging")["naam"]
    used = pd.Series(
        {code: names.get(code, "basisschool") for code in known["basisschool"].dropna().unique()}
    )
    double = used.duplicated(keep=False) | (used == "basisschool")
    return used.where(~double, used + " (" + used.index + ")").to_dict()


def _lost(school: School, name: str) -> tuple[int, int]:
    """How many pupils of the same cohorts have no value."""
    known, everyone = _known(school, name), pupils_of(school)
    of = int(everyone["cohort"].isin(known["cohort"].unique()).sum())
    return of - len(known), of


def _funnel(school: School, name: str) -> Result:
    known = _known(school, name)
    found = (*numbers.of_each(known, name, _labels(school, known)), *numbers.limits(known, name))
    return Result("", found, dropped=_lost(school, name))


@about(
    "meso",
    definitie="Van hoeveel basisscholen onze leerlingen komen, en wat we later van hen weten.",
    teller="leerlingen per antwoord; en basisscholen met 10 of meer leerlingen, en met minder",
    noemer="alle leerlingen van hoogstens drie cohorten onder dezelfde regels",
    buiten="cohorten die leerjaar 3 nog niet konden halen, en het cohort zonder toets",
)
@needs(leerlingen=("basisschool", "advies_eerste"), loopbaan=("niveau",))
def pupils_seen_later(school: School, benchmark: Benchmark) -> Result:
    """Of whom advies and leerjaar 3 are known, and of how many basisscholen there are enough pupils."""
    known, data = _known(school, numbers.LATER), _compared(school)
    data = data[data["cohort"].isin(known["cohort"].unique())]
    seen = data["later"].notna()
    parts = {"advies en leerjaar 3 bekend": seen, "een van beide niet bekend": ~seen}
    shares = [gaps.share(int(of.sum()), len(data), name=KNOWN, group=label) for label, of in parts.items()]
    own, every = len(numbers.named(known)), known["basisschool"].nunique()
    counts = {"met een eigen getal": own, "met te weinig leerlingen": every - own}
    facts = {"name": PLACES, "unit": Unit.COUNT}
    schools = [Estimate(group=label, value=float(count), **facts) for label, count in counts.items()]
    return Result("", (*shares, *schools))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel hoger of lager leerlingen later zitten dan hun eerste advies, per basisschool.",
    teller="plaats van de klas in leerjaar 3 min plaats van het eerste advies, in stappen",
    noemer=WHOM,
    buiten=NOT_LATER,
)
@needs(leerlingen=("basisschool", "advies_eerste"), loopbaan=("niveau",))
def later_level_by_basisschool(school: School, benchmark: Benchmark) -> Result:
    """Mean of leerjaar 3 minus first advies of each basisschool, within the limits that chance leaves."""
    return _funnel(school, numbers.LATER)


@about(
    "meso",
    "kwalificatie",
    definitie="Hetzelfde verschil, zoals geteld en met minder toeval, van de basisscholen met de meeste "
    "leerlingen.",
    teller="plaats van de klas in leerjaar 3 min plaats van het eerste advies, in stappen",
    noemer=WHOM,
    buiten=f"{NOT_LATER} Basisscholen na de {MOST} met de meeste leerlingen.",
)
@needs(leerlingen=("basisschool", "advies_eerste"), loopbaan=("niveau",))
def later_level_with_less_chance(school: School, benchmark: Benchmark) -> Result:
    """Leerjaar 3 minus first advies of the basisscholen with the most pupils: as counted, and shrunken."""
    return _with_less_chance(school, benchmark, numbers.LATER)


@about(
    "meso",
    definitie="Het toetsadvies min het eerste advies, zoals geteld en met minder toeval, van de basisscholen "
    "met de meeste leerlingen.",
    teller="plaats van het toetsadvies min plaats van het eerste advies, in stappen",
    noemer=WHOM,
    buiten=f"{NOT_SEEN} Wie geen toets heeft. Basisscholen na de {MOST} met de meeste leerlingen.",
)
@needs(leerlingen=("basisschool", "toetsadvies", "advies_eerste"))
def toets_with_less_chance(school: School, benchmark: Benchmark) -> Result:
    """Toetsadvies minus first advies of the basisscholen with the most pupils: as counted, and shrunken."""
    return _with_less_chance(school, benchmark, numbers.TEST)


def _with_less_chance(school: School, benchmark: Benchmark, name: str) -> Result:
    """Raw and shrunken, in the order of the alphabet.

    Pulled towards the mean of the own school, as far as the spread within the schools of the network says.
    """
    known = _known(school, name)
    labels = _labels(school, known)
    largest = {labels[code] for code in numbers.named(known).index[:MOST]}
    raw = [item for item in numbers.of_each(known, name, labels) if item.group in largest]
    if not raw:
        reason = f"van geen basisschool zijn er {numbers.FEWEST_PUPILS} leerlingen of meer"
        return Result("", (Estimate.not_computable(name, reason, unit=Unit.STEPS),))
    mean = numbers.chance(known, numbers.COLUMNS[name]).mean
    calm = [_calm(item, benchmark, mean) for item in raw]
    return Result("", (*raw, *calm), dropped=_lost(school, name))


def _calm(raw: Estimate, benchmark: Benchmark, mean: float) -> Estimate:
    """The number pulled towards the mean of the own school."""
    name = raw.name + LESS_CHANCE
    spread = benchmark.prior(numbers.around_own_mean(raw.name))
    if spread is None or spread.sd == 0:
        reason = FEW_SCHOOLS if spread is None else NO_SPREAD
        return Estimate.not_computable(name, reason, group=raw.group, unit=raw.unit, n=raw.n)
    return shrink(replace(raw, name=name), Prior(mean, spread.sd))


@about(
    "meso",
    definitie="Hoeveel hoger of lager het toetsadvies is dan het eerste advies, per basisschool.",
    teller="plaats van het toetsadvies min plaats van het eerste advies, in stappen",
    noemer=WHOM,
    buiten=f"{NOT_SEEN} Wie geen toets heeft.",
)
@needs(leerlingen=("basisschool", "toetsadvies", "advies_eerste"))
def toets_by_basisschool(school: School, benchmark: Benchmark) -> Result:
    """Mean of toetsadvies minus first advies of each basisschool, within the limits that chance leaves."""
    return _funnel(school, numbers.TEST)


@about(
    "macro",
    definitie="Hoe ver basisscholen, scholen voor vo en leerlingen uit elkaar liggen.",
    teller="de spreiding (standaarddeviatie) van het verschil met het eerste advies, in stappen",
    noemer="leerlingen van alle scholen samen, van hoogstens drie cohorten onder dezelfde regels",
    buiten="leerlingen zonder bekende basisschool; geen enkele basisschool wordt getoond",
)
@needs(leerlingen=("basisschool", "advies_eerste"))
def spread_of_basisscholen(school: School, benchmark: Benchmark) -> Result:
    """Standard deviation between basisscholen, schools for vo and pupils, of both differences."""
    found = [
        benchmark.find(name, label, numbers.UNIT)
        or Estimate.not_computable(name, FEW_SCHOOLS, group=label, unit=Unit.STEPS)
        for name in (numbers.TEST, numbers.LATER)
        for label in numbers.PARTS.values()
    ]
    return Result("", tuple(found))
