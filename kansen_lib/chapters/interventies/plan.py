"""What was planned against what was done: both are read, neither is typed."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kansen_lib import gepubliceerd, plannen
from kansen_lib.benchmark import Benchmark, evaluatie
from kansen_lib.benchmark.evaluatie import gedaan
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, MINUS
from kansen_lib.benchmark.evaluatie.people import BACKGROUNDS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.effect import FAMILY
from kansen_lib.chapters.interventies.keuze import Keuze
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.plannen import Locked, Version
from kansen_lib.plannen.velden import BY_PATH, DECISIONS, KENMERKEN
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Unit of a line in words: 1 as planned, 0 otherwise.
AS_PLANNED = "zoals gepland"
PLANNED, DONE = "gepland", "gedaan"
NO_PLAN = (
    "voor deze aanpak is vooraf geen plan vastgelegd; voor een volgende keer begint dat met 'kansen plan new'"
)
CHANGED = (
    "het plan is na het vastleggen gewijzigd, zonder dat dit is gemeld: de tekst past niet meer bij wat is "
    "vastgelegd"
)
_NONE = "geen"
_NOT_SEEN = "dat is aan deze gegevens niet te zien"
_EARLY, _LATE = "voordat het jaar van de uitkomst begon", "toen het jaar van de uitkomst al begonnen was"
#: Fields of a plan that a report prints, and what it calls them.
_PRINTED = {
    path: BY_PATH[path].label
    for path in (
        *("vraag.vraag", "vraag.theorie", "vraag.schatting", "ontwerp.ontwerp", "ontwerp.waarom"),
        *("uitkomst.hoofd", "uitkomst.verder", "steekproef.cohorten", "steekproef.groepen"),
        *("analyse.kenmerken", "analyse.ontbrekend", "analyse.meervoudig", "analyse.stopregel"),
        *("verwachting.bron", "kracht.aannames"),
    )
}


@dataclass(frozen=True)
class _Run:
    """What was done, in the words of a plan: path of a field to what the report holds it to."""

    words: dict[str, str]
    schools: frozenset[str]
    effect: Estimate | None


@about(
    "meso",
    definitie="Wat vooraf is afgesproken over de evaluatie, en wat er is gedaan.",
    teller="Per afspraak: zoals gepland of anders. Het programma vergelijkt het plan met de berekening.",
    noemer="Het plan dat is vastgelegd voordat het schooljaar van de uitkomst begon; anders het eerste.",
    buiten="Afspraken die niet aan de gegevens te zien zijn, zoals wanneer iemand voor het eerst keek.",
)
@needs_of_all(interventies=("toewijzing",), deelname=("toegewezen",), toetsen=("score",))
def plan_and_run(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """Each agreement of the locked plan as planned or otherwise; numbers beside those of the plan."""
    reason = keuze.told(school)
    plan = None if reason else plannen.plan_of(school.store, keuze.interventie)
    reason = reason or (NO_PLAN if plan is None else "" if plan.intact else CHANGED)
    if reason or plan is None:
        return Result("", (Estimate.not_computable("plan", reason),))
    run = _run(benchmark, keuze)
    year = _first_year(benchmark, keuze)
    version = plan.before(year)
    found = (
        _moment(version, year),
        *_lines(plan, version, run),
        _schools(version, run.schools),
        Estimate.not_computable(BY_PATH["analyse.stopregel"].label, _NOT_SEEN),
        *_numbers(version, run.effect),
        _prior(version, keuze),
    )
    return Result("", found, reference_name="het plan")


def locked_plan(school: School, keuze: Keuze) -> Vastgelegd:
    """The plan of an intervention as it was locked, for a report to print."""
    reason = keuze.told(school)
    plan = None if reason else plannen.plan_of(school.store, keuze.interventie)
    return Vastgelegd(keuze.interventie, plan, reason or NO_PLAN)


@dataclass(frozen=True)
class Vastgelegd:
    """A locked plan as a report prints it: never which schools, nor who signed.

    Attributes:
        interventie: short name.
        plan: the plan with its versions; None without one, and where it is not for this school.
        absent: why there is none, in Dutch.
    """

    interventie: str
    plan: Locked | None
    absent: str = NO_PLAN

    @property
    def facts(self) -> dict[str, str]:
        """What was agreed, in Dutch; or why there is nothing to print."""
        last = self.plan.latest if self.plan else None
        if self.plan is None or last is None or not self.plan.intact:
            return {"Plan": self.absent if self.plan is None else CHANGED}
        told = {text.capitalize(): _planned(last, path) for path, text in _PRINTED.items()}
        schools = len(plannen.value(last.content, "steekproef.scholen"))
        head = f"{self.interventie}, {last.date}: {self.plan.in_words}"
        numbers = {"Scholen": str(schools), "Vooraf verwacht": _expected(last)}
        return {"Plan": head, **told, **numbers, "Besluiten": _decisions(last)}

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(words)}</dd></div>"
            for name, words in self.facts.items()
        )
        return f'<div class="rapport"><dl>{rows}</dl></div>'

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {words}" for name, words in self.facts.items())


def _expected(version: Version) -> str:
    """The dated prior, and the smallest effect that could be found."""
    effect, spread, year, smallest = (
        f"{float(plannen.value(version.content, path)):g}".replace(".", ",")
        for path in (
            *("verwachting.effect", "verwachting.onzekerheid", "verwachting.jaar"),
            "kracht.kleinste_effect",
        )
    )
    return (
        f"een effect van {effect} sd, met een spreiding van {spread} sd (bekend in {year}); "
        f"kleinste aantoonbare effect {smallest} sd"
    )


def _decisions(version: Version) -> str:
    """The log of decisions: the day and what was decided."""
    log = version.content.get(DECISIONS, [])
    return "; ".join(f"{entry['datum']}: {entry['besluit']}" for entry in log) or "nog geen"


# --- what was done -------------------------------------------------------------------------------------


def _run(benchmark: Benchmark, keuze: Keuze) -> _Run:
    unit = evaluatie.unit(keuze.interventie, "", keuze.uitkomst)
    cohorts, schools, columns = (
        [item.group for item in benchmark.all(name, unit)]
        for name in (gedaan.COHORT, gedaan.SCHOOL, gedaan.KENMERK)
    )
    effects = benchmark.all(EFFECT, keuze.unit)
    made = gedaan.ANALYSES[keuze.ontwerp]
    aanpak = keuze.aanpak
    outcomes = [one for one in aanpak.outcomes if one != keuze.uitkomst] if aanpak else []
    words = {
        "ontwerp.toewijzing": aanpak.toewijzing if aanpak else "",
        "ontwerp.ontwerp": keuze.ontwerp,
        "uitkomst.hoofd": keuze.uitkomst,
        "uitkomst.verder": _listed(outcomes),
        "steekproef.cohorten": _listed(sorted(cohorts)),
        "analyse.kenmerken": _listed([KENMERKEN[column] for column in columns]),
        "analyse.cluster": made.cluster,
        "analyse.ontbrekend": made.ontbrekend,
        "analyse.meervoudig": FAMILY.capitalize() if outcomes else _NONE,
    }
    words |= {"steekproef.groepen": _groups(effects)} if effects else {}
    everybody = next((item for item in effects if item.group == ALL and item.value is not None), None)
    return _Run(words, frozenset(schools), everybody)


def _groups(effects: Sequence[Estimate]) -> str:
    """By which background the effect on a gap was told."""
    gaps = {item.group for item in effects if MINUS in item.group}
    return next((groups.column for groups in BACKGROUNDS if groups.gap in gaps), _NONE)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or _NONE


def _first_year(benchmark: Benchmark, keuze: Keuze) -> str:
    """School year in which the outcome of the first cohort was measured; empty when nobody has it."""
    unit = evaluatie.unit(keuze.interventie, "", keuze.uitkomst)
    cohorts = [item.group for item in benchmark.all(gedaan.COHORT, unit)]
    if not cohorts:
        return ""
    word, _, leerjaar = keuze.uitkomst.rpartition(" ")
    later = int(leerjaar) - 1 if word.endswith("leerjaar") and leerjaar.isdigit() else 0
    first = int(min(cohorts)[:4]) + later
    return f"{first}-{first + 1}"


# --- beside what was planned ---------------------------------------------------------------------------


def _moment(version: Version, year: str) -> Estimate:
    """Whether the plan was made before the school year of the outcome began, by the date in it."""
    early = not year or version.date < f"{year[:4]}-08-01"
    return _line(BY_PATH["datum"].label, _EARLY, _EARLY if early else _LATE)


def _lines(plan: Locked, version: Version, run: _Run) -> Iterator[Estimate]:
    for path, done in run.words.items():
        planned = _planned(version, path)
        told = next(
            (v.number for v in plan.versions if v.number > version.number and _planned(v, path) == done), 0
        )
        yield _line(BY_PATH[path].label, planned, done, f" (gemeld in versie {told})" if told else "")


def _planned(version: Version, path: str) -> str:
    """What a plan says of a field, in the words of a report."""
    found = plannen.value(version.content, path)
    words = found if isinstance(found, list) else [found]
    return _listed(
        [KENMERKEN.get(word, str(word)) if path == "analyse.kenmerken" else str(word) for word in words]
    )


def _line(label: str, planned: str, done: str, note: str = "") -> Estimate:
    same = planned == done
    group = done if same else f"{PLANNED}: {planned}; {DONE}: {done}{note}"
    return Estimate(label, group, float(same), AS_PLANNED)


def _schools(version: Version, done: frozenset[str]) -> Estimate:
    """Whether the planned schools are those with an outcome; which of them are not is nobody's business."""
    planned = frozenset(plannen.value(version.content, "steekproef.scholen"))
    label, told = BY_PATH["steekproef.scholen"].label, f"{len(planned)} scholen"
    others = f" en {len(done - planned)} andere" if done - planned else ""
    return _line(label, told, told if done == planned else f"{len(done & planned)} daarvan{others}")


def _numbers(version: Version, effect: Estimate | None) -> Iterator[Estimate]:
    """Pupils in the estimate and the smallest effect that could be found, beside those of the plan."""
    names = (BY_PATH["steekproef.leerlingen"].label, BY_PATH["kracht.kleinste_effect"].label)
    if effect is None or effect.standard_error is None:
        yield from (Estimate.not_computable(name, "er is geen effect berekend") for name in names)
        return
    pupils, smallest, error = (
        float(plannen.value(version.content, path))
        for path in ("steekproef.leerlingen", "kracht.kleinste_effect", "kracht.standaardfout")
    )
    people = {"n": effect.n, "smallest": effect.smallest}
    yield Estimate(names[0], value=float(effect.n or 0), unit="persons", reference=pupils, **people)
    reached = gedaan.detectable(smallest, error, effect.standard_error)
    yield Estimate(names[1], value=reached, unit=Unit.SD, reference=smallest, **people)


def _prior(version: Version, keuze: Keuze) -> Estimate:
    """What was expected: the published effect that the report goes by, beside the one of the plan."""
    used = gepubliceerd.prior(keuze.interventie, keuze.aanpak.naam if keuze.aanpak else "").gemiddelde
    planned = float(plannen.value(version.content, "verwachting.effect"))
    return Estimate(BY_PATH["verwachting.effect"].label, value=used, unit=Unit.SD, reference=planned)
