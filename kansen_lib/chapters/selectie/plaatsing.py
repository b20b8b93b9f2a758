"""Placement in the brugklas, what goes with it, and two sums of what if."""

from __future__ import annotations

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import plaatsing as numbers
from kansen_lib.benchmark.trechter import same_rules, to_leerjaar_3
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import learners_of
from kansen_lib.chapters.pupils import and_everywhere, beside, dropped
from kansen_lib.stats.result import Result
from kansen_lib.store import School

OTHER_TEST = "Cohorten met een andere toets of zonder toets."
NO_ADVIES = "Leerlingen zonder advies op de ladder."
DESCRIBES = "Advies en klas zijn zelf een keuze: dit beschrijft."


def _pupils(school: School) -> pd.DataFrame:
    """The pupils whose advies was given under the same rules."""
    return same_rules(learners_of(school), school.store.test_kind)


@about(
    "meso",
    "kwalificatie",
    definitie="In welke brugklas leerlingen met een bepaald advies terechtkomen.",
    teller="Leerlingen met dat advies in die brugklas.",
    noemer="Alle leerlingen met dat definitieve advies.",
    buiten=f"{OTHER_TEST} {NO_ADVIES} Een advies of een soort brugklas met minder dan tien leerlingen.",
)
@needs(leerlingen=("advies_definitief",), loopbaan=("niveau",))
def placement_matrix(school: School) -> Result:
    """Of each definitive advies the share in each kind of brugklas."""
    pupils = _pupils(school)
    lost = (len(pupils) - len(numbers.in_matrix(pupils)), len(pupils))
    return Result("", tuple(numbers.matrix(pupils)), dropped=lost, crossed=True)


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van elke groep in een brugklas zit met een hoger niveau dan het advies, of met "
    "alleen lagere niveaus, en het verschil tussen hoog en laag.",
    teller="Leerlingen van wie het hoogste niveau van de brugklas boven of onder dat van het advies ligt.",
    noemer="Leerlingen in een groep met een advies onder vwo: wie vwo heeft, kan niet hoger.",
    buiten=f"{OTHER_TEST} {NO_ADVIES} Leerlingen van wie de opleiding van de ouders niet bekend is.",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"), loopbaan=("niveau",))
def placed_above_advies(school: School, benchmark: Benchmark) -> Result:
    """Shares placed above and below the advies by parental education, with the gap at the same advies."""
    pupils = _pupils(school)
    found = beside(numbers.placed_by_group(pupils), benchmark, numbers.PLACED)
    return Result("", found, dropped=dropped(pupils["opleiding"], pupils["definitief"]))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak leerlingen met hetzelfde advies in leerjaar 3 op of boven dat advies zitten, per "
    "soort brugklas.",
    teller="Leerlingen die in leerjaar 3 op of boven het definitieve advies zitten, in halve stappen zoals "
    "de Inspectie ze telt.",
    noemer="Leerlingen met dat advies in die soort brugklas, die hier in leerjaar 3 kwamen.",
    buiten=f"{OTHER_TEST} Cohorten die nog geen vier jaar te volgen zijn. Wie eerder vertrok. {DESCRIBES}",
)
@needs(leerlingen=("advies_definitief",), loopbaan=("niveau",))
def leerjaar_3_by_placement(school: School, benchmark: Benchmark) -> Result:
    """Share on or above the advies in leerjaar 3, by advies and kind of brugklas."""
    pupils = to_leerjaar_3(_pupils(school))
    found = beside(numbers.success(pupils), benchmark, numbers.SUCCESS)
    return Result("", found, dropped=dropped(pupils["definitief"], pupils["niveau_3"]))


@about(
    "micro",
    "kwalificatie",
    definitie="Hoeveel stappen de brugklas en leerjaar 3 verschillen tussen groepen, in het geheel en bij "
    "hetzelfde advies.",
    teller="De plaats van de klas op de ladder, in stappen.",
    noemer="Leerlingen in een groep met een advies, een klas en (als die er zijn) een toetsscore.",
    buiten=f"{OTHER_TEST} Cohorten die nog geen vier jaar te volgen zijn. Wie eerder vertrok. {DESCRIBES}",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief", "basisschool"), loopbaan=("niveau",))
def placed_at_same_advies(school: School, benchmark: Benchmark) -> Result:
    """Level of the brugklas and of leerjaar 3 by group; the gap, and at the same advies and score."""
    pupils = to_leerjaar_3(_pupils(school))
    found = beside(numbers.at_same_advies(pupils, "basisschool"), benchmark, numbers.SAME)
    lost = dropped(*(pupils[column] for column in ("opleiding", "definitief", "basisschool", "niveau_3")))
    return Result("", found, dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe ver klassen uit elkaar liggen in score van groep 8, en hoe gemengd een klas is.",
    teller="Het deel van de verschillen in score dat tussen klassen ligt, en de spreiding in een klas.",
    noemer="Steeds dezelfde leerlingen: wie hier in leerjaar 1, 2 en 3 zat. Scores zijn verschillen met het "
    "gemiddelde van het cohort op school.",
    buiten=f"{OTHER_TEST} Leerlingen zonder score of klas. Klassen krijgen geen eigen getal.",
)
@needs(toetsen=("score",), loopbaan=("klas",))
def classes_by_leerjaar(school: School, benchmark: Benchmark) -> Result:
    """Selection as the share of scores between classes, and mixing as the spread within a class."""
    pupils = _pupils(school)
    found = and_everywhere(numbers.sorted_by_year(pupils), benchmark, numbers.SORTED)
    lost = dropped(*(pupils[column] for column in (numbers.START, *numbers.CLASSES.values())))
    return Result("", found, dropped=lost)


@about(
    "macro",
    "kwalificatie",
    definitie="Welk deel van elke groep havo of vwo in het advies zou hebben als het hoogste van advies en "
    "toetsadvies telt.",
    teller="Leerlingen met havo of vwo in het definitieve advies, of in het hoogste van de twee.",
    noemer="Leerlingen in een groep met een advies en een toetsadvies.",
    buiten=f"{OTHER_TEST} {NO_ADVIES}",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief", "toetsadvies"))
def if_the_highest_held(school: School, benchmark: Benchmark) -> Result:
    """Level and gap of havo or higher in the advies, now and if the highest of advies and toets held."""
    pupils = _pupils(school)
    found = beside(numbers.if_highest(pupils), benchmark, numbers.SUM)
    return Result("", found, dropped=dropped(pupils["opleiding"], pupils["definitief"], pupils["toets"]))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe gemengd een klas in leerjaar 1 is: nu, met één advies per klas, en na een loting.",
    teller="De spreiding van de scores van groep 8 tussen leerlingen die een klas delen, of zouden delen.",
    noemer="Leerlingen in leerjaar 1 met een score, een advies en een klas.",
    buiten=f"{OTHER_TEST} Een loting tussen scholen: die staat in hoofdstuk 4.",
)
@needs(leerlingen=("advies_definitief",), toetsen=("score",), loopbaan=("klas",))
def how_mixed_classes_would_be(school: School, benchmark: Benchmark) -> Result:
    """Spread of scores of groep 8 in a class: as it is, by one advies, and after a lottery in the school."""
    pupils = _pupils(school)
    found = beside(numbers.mixes(pupils), benchmark, numbers.MIX)
    lost = dropped(*(pupils[column] for column in (numbers.START, "definitief", "klas_1")))
    return Result("", found, dropped=lost, reference_name="binnen de school, alle scholen samen")
