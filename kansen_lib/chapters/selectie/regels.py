"""Leerjaar 3 against the advies, under each of the official rules, and as OCW publishes it."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib import gepubliceerd
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import regels as numbers
from kansen_lib.benchmark.vergelijken import Groups
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import and_everywhere, beside, dropped, pupils_of
from kansen_lib.gepubliceerd import HBO, MBO
from kansen_lib.rules import known_rule
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import School

LOST = "Wie voor leerjaar 3 vertrok, of geen advies op de ladder heeft. Klassen met drie of meer niveaus."
HERE = "deze school"
#: The groups of OCW, which are not quite ours.
OCW = Groups("ouders", MBO, HBO)


@about(
    "meso",
    "kwalificatie",
    definitie="Of leerlingen in leerjaar 3 onder, op of boven hun advies zitten.",
    teller="leerlingen onder, op of boven het advies",
    noemer="leerlingen van wie advies en leerjaar 3 bekend zijn",
    buiten=LOST,
)
@needs(leerlingen=("advies_eerste", "advies_definitief"), loopbaan=("niveau",))
def position_in_leerjaar3(school: School, benchmark: Benchmark, rule: str = "inspectie") -> Result:
    """Where pupils sit in leerjaar 3 against their advies, under one of the official rules.

    Args:
        school: the school.
        benchmark: reference values.
        rule: one of :data:`kansen_lib.rules.RULES`; the Inspectie takes the first advies, the others the
            definitive one.

    Raises:
        RuleError: no such rule.
    """
    pupils = pupils_of(school)
    found = numbers.places(pupils, rule)
    lost = (len(pupils) - (found[0].n or 0), len(pupils))
    return Result("", beside(found, benchmark, rule), dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe ver de drie officiële regels voor boven, op en onder advies uit elkaar liggen.",
    teller="leerlingen boven, op of onder het advies; gemiddeld aantal stappen, hoogstens één per leerling",
    noemer="leerlingen met een plaats onder alle drie de regels: steeds dezelfde",
    buiten=LOST,
)
@needs(leerlingen=("advies_eerste", "advies_definitief"), loopbaan=("niveau",))
def position_under_all_rules(school: School, benchmark: Benchmark) -> Result:
    """Places and mean steps under each official rule, and how far the rules are apart at most."""
    pupils = pupils_of(school)
    known = numbers.under_each_rule(pupils)
    found = [*numbers.shares(known), *numbers.furthest(known), *numbers.mean_steps(known)]
    lost = (len(pupils) - len(known), len(pupils))
    return Result("", beside(found, benchmark, numbers.UNIT), dropped=lost)


@about(
    "meso",
    "kwalificatie",
    definitie="Of de conclusie over groepen leerlingen anders wordt met een andere officiële regel.",
    teller="leerlingen boven, of onder het advies",
    noemer="leerlingen met een plaats onder alle drie de regels en een bekende opleiding van de ouders",
    buiten=LOST,
)
@needs(leerlingen=("opleiding_ouders", "advies_eerste", "advies_definitief"), loopbaan=("niveau",))
def rules_by_education(school: School, benchmark: Benchmark, place: str = "boven") -> Result:
    """Share above the advies by parental education under each rule: level and gap, here and everywhere.

    Args:
        school: the school.
        benchmark: numbers of all schools.
        place: ``"boven"`` or ``"onder"`` the advies.

    Raises:
        RuleError: no such place.
    """
    pupils = pupils_of(school)
    known = numbers.under_each_rule(pupils)
    own = numbers.by_education(known, known_rule(place, numbers.OUTER))
    found = and_everywhere(own, benchmark, place)
    lost = (len(pupils) - int(known["opleiding"].notna().sum()), len(pupils))
    return Result("", found, dropped=lost)


# --- as OCW publishes it --------------------------------------------------------------------------------


@about(
    "macro",
    "kwalificatie",
    definitie="Welk deel van de leerlingen in leerjaar 3 de richting van het advies volgt, per groep ouders.",
    teller="leerlingen van wie klas en advies een niveau gemeen hebben",
    noemer="leerlingen in leerjaar 3 met een bekend advies en een bekende opleiding van de ouders",
    buiten="Wie voor leerjaar 3 vertrok, of geen advies op de ladder heeft.",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"), loopbaan=("niveau",))
def direction_beside_ocw(school: School, benchmark: Benchmark) -> Result:
    """Share in the direction of the advies in two groups of parents: here, and as OCW last published it."""
    pupils = pupils_of(school)
    own = beside(numbers.direction(pupils), benchmark, numbers.UNIT)
    year = gepubliceerd.RICHTING_LEERJAAR_3[-1].jaar
    country = [replace(item, name=f"heel Nederland, {year}", group=item.name) for item in _published(year)]
    found = (*(replace(item, name=HERE) for item in own), *country)
    lost = dropped(pupils["opleiding"], pupils["leerjaar3"], pupils["definitief"])
    return Result("", found, dropped=lost, sources=("leerlingen", "loopbaan", gepubliceerd.BRON))


def _published(year: str) -> list[Estimate]:
    """Both groups of a year and the gap; the name is the group, and the group the year."""
    facts = {"group": year, "method": Method.PUBLISHED}
    shares = {f.groep: f.waarde / 100 for f in gepubliceerd.RICHTING_LEERJAAR_3 if f.jaar == year}
    levels = [Estimate(name, value=shares[name], unit=Unit.SHARE, **facts) for name in (MBO, HBO)]
    return [*levels, Estimate(OCW.gap, value=shares[HBO] - shares[MBO], unit=Unit.POINTS, **facts)]
