"""The way from toetsadvies to diploma: flows, level and gap per stage, and how far the way is fixed."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import trechter as numbers
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import learners_of
from kansen_lib.chapters.pupils import and_everywhere, beside, dropped
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

ADVIEZEN = ("toetsadvies", "advies_eerste", "advies_definitief")
OTHER_YEARS = (
    "Cohorten met een andere toets of zonder toets, en cohorten van wie de weg nog niet te zien is. "
    "Leerlingen zonder toets of zonder advies op de ladder."
)
NOT_FOLLOWED = (
    "Wie niet in elke fase op deze school te zien is, en van wie de opleiding van de ouders ontbreekt."
)
NO_COHORT = "van geen cohort met deze toets is de hele weg op deze school te zien"


def _alike(school: School) -> pd.DataFrame:
    """The pupils whose advies was given under the same rules."""
    return numbers.same_rules(learners_of(school), school.store.test_kind)


def _way(pupils: pd.DataFrame, stages: Mapping[str, str]) -> Result:
    """Flows as a cross table with known margins, and how many fell out for want of a toets or an advies."""
    known = numbers.travelled(pupils, stages)
    if known.empty:
        return Result("", (Estimate.not_computable("de weg", NO_COHORT),))
    lost = (len(pupils) - len(known), len(pupils))
    return Result("", tuple(numbers.flows(pupils, stages)), dropped=lost, crossed=True)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe leerlingen van toetsadvies naar advies, brugklas, leerjaar 3 en diploma gaan.",
    teller="Leerlingen in elk vak, en leerlingen die van het ene naar het andere vak gaan.",
    noemer="Alle leerlingen in de figuur: in elke fase dezelfde.",
    buiten=OTHER_YEARS,
)
@needs(leerlingen=ADVIEZEN, loopbaan=("niveau", "afloop"))
def way_to_diploma(school: School) -> Result:
    """Flows from toetsadvies to diploma, of cohorts of one kind of test whose diploma could be seen."""
    return _way(numbers.to_diploma(_alike(school)), numbers.STAGES)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe leerlingen van toetsadvies naar advies, brugklas en leerjaar 3 gaan.",
    teller="Leerlingen in elk vak, en leerlingen die van het ene naar het andere vak gaan.",
    noemer="Alle leerlingen in de figuur: steeds dezelfde. Niemand staat ook in de weg tot het diploma.",
    buiten=OTHER_YEARS,
)
@needs(leerlingen=ADVIEZEN, loopbaan=("niveau",))
def way_to_leerjaar_3(school: School) -> Result:
    """The same flows to leerjaar 3, of later cohorts: nobody is in both figures."""
    return _way(numbers.halfway(_alike(school)), numbers.TO_LEERJAAR_3)


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van elke groep in elke fase nog op weg kan zijn naar havo of vwo, en het verschil.",
    teller="Leerlingen met havo of vwo in hun advies of klas.",
    noemer="Steeds dezelfde leerlingen in een groep: wie in elke fase te zien is.",
    buiten=f"{OTHER_YEARS} {NOT_FOLLOWED}",
)
@needs(leerlingen=("opleiding_ouders", *ADVIEZEN), loopbaan=("niveau",))
def havo_open_by_stage(school: School, benchmark: Benchmark) -> Result:
    """Share with havo or vwo open from toetsadvies to leerjaar 3, by parental education, and the gap."""
    pupils = numbers.to_leerjaar_3(_alike(school))
    return _by_stage(pupils, numbers.TO_LEERJAAR_3, benchmark, numbers.WAY)


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van elke groep in brugklas en leerjaar 3 havo of vwo open heeft, en met een "
    "diploma van havo of vwo vertrekt.",
    teller="Leerlingen met havo of vwo in hun klas of op hun diploma.",
    noemer="Steeds dezelfde leerlingen in een groep: wie op deze school een diploma haalde.",
    buiten=f"{OTHER_YEARS} {NOT_FOLLOWED}",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("niveau", "afloop"))
def havo_open_to_diploma(school: School, benchmark: Benchmark) -> Result:
    """The same from brugklas to diploma, of the cohorts whose diploma could be seen."""
    pupils = numbers.to_diploma(_alike(school))
    return _by_stage(pupils, numbers.FROM_BRUGKLAS, benchmark, numbers.LAST_PART)


def _by_stage(pupils: pd.DataFrame, stages: Mapping[str, str], benchmark: Benchmark, unit: str) -> Result:
    known = numbers.same_pupils(pupils, stages)
    if known.empty:
        return Result("", (Estimate.not_computable("havo of vwo open", NO_COHORT),))
    found = beside(numbers.open_by_stage(pupils, stages), benchmark, unit)
    return Result("", found, dropped=(len(pupils) - len(known), len(pupils)))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van elk cohort havo of hoger heeft in het definitieve advies en in leerjaar 3, "
    "en het verschil tussen hoog en laag.",
    teller="Leerlingen met havo, havo/vwo of vwo in het advies, en met havo of vwo in leerjaar 3.",
    noemer="Alle leerlingen van een cohort met een advies op de ladder, of met een klas in leerjaar 3.",
    buiten="Van wie de opleiding van de ouders niet bekend is. Bij leerjaar 3: cohorten die nog geen vier "
    "jaar te volgen zijn, en wie eerder vertrok.",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"), loopbaan=("niveau",))
def havo_by_cohort(school: School, benchmark: Benchmark) -> Result:
    """Level of all and gap of each cohort, in the definitive advies and in leerjaar 3, beside all schools."""
    pupils = learners_of(school)
    found = beside(numbers.havo_by_cohort(pupils), benchmark, numbers.COHORTS)
    return Result("", found, dropped=dropped(pupils["opleiding"], pupils["definitief"]))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak leerlingen op het niveau blijven waar zij geplaatst zijn, en hoeveel het advies al "
    "vertelt over de klas in leerjaar 3.",
    teller="Leerlingen met hetzelfde niveau in advies en leerjaar 3, en in leerjaar 3 en diploma. Het deel "
    "van de onzekerheid over leerjaar 3 dat verdwijnt als je het advies kent.",
    noemer="Leerlingen van een cohort van wie beide bekend zijn.",
    buiten="Cohorten die nog geen vier jaar te volgen zijn, bij het diploma nog geen zeven. Wie eerder "
    "vertrok. Een diploma dat meer dan een jaar later kwam.",
)
@needs(leerlingen=("advies_definitief",), loopbaan=("niveau",))
def fixed_paths(school: School, benchmark: Benchmark) -> Result:
    """Who stays at the level of the advies, and what the advies tells of leerjaar 3, a cohort each."""
    pupils = numbers.to_leerjaar_3(learners_of(school))
    found = and_everywhere(numbers.paths_by_cohort(pupils), benchmark, numbers.PATHS)
    return Result("", found, dropped=dropped(pupils["definitief"], pupils["niveau_3"]))
