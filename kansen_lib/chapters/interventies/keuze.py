"""What is evaluated: intervention, design (its rule chooses it) and outcome; printed as it was chosen."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark, evaluatie
from kansen_lib.benchmark.evaluatie import Aanpak
from kansen_lib.benchmark.evaluatie.names import FEWEST_SCHOOLS
from kansen_lib.benchmark.evaluatie.register import LEVEL
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School, did_you_mean

#: Design to whom it compares with, and why that is fair.
WAAROM = {
    "loting": "Er is geloot wie een plek kreeg. Wie wel en wie niet is ingeloot, lijkt gemiddeld op elkaar.",
    "loting van scholen": "Er is geloot welke scholen begonnen. De andere scholen zijn de vergelijking.",
    "geloote uitnodiging": "Er is geloot wie een uitnodiging kreeg. Niet iedereen ging erop in.",
    "grens": "Wie onder een grens scoorde, kreeg een plek. Vlak onder en vlak boven de grens lijken "
    "leerlingen op elkaar.",
    "gespreide start": "Scholen begonnen in verschillende jaren. Scholen die nog niet begonnen, laten zien "
    "wat er anders was gebeurd.",
    "een school": "Een school begon. Een mengsel van andere scholen laat zien wat er anders was gebeurd.",
    "vergelijking": "Leerlingen kozen zelf. We vergelijken met leerlingen die bij de start op hen leken. "
    "Wat niet gemeten is, kan nog verschillen.",
}
#: Tables and columns without which nothing is evaluated, and who an evaluation is about.
NEEDED = {
    "interventies": ("toewijzing",),
    "deelname": ("toegewezen",),
    "toetsen": ("score",),
    "leerlingen": ("cohort",),
}
MEANT = "Leerlingen voor wie de aanpak bedoeld was, van alle scholen samen, met een bekende uitkomst."
_NO_REGISTER = "in deze gegevens staat geen aanpak"
_NO_OUTCOME = "voor deze aanpak staat geen uitkomst in het register"
BASIC_NEED = (
    "deze aanpak is er voor een basisbehoefte: een effect op prestaties zoeken we niet, wel wie meedoet en "
    "hoe het met hen gaat"
)


@dataclass(frozen=True)
class Keuze:
    """An intervention with the design and outcome by which it is looked at.

    Attributes:
        interventie: short name; empty where the store has no register.
        ontwerp: one of ``codes.ONTWERP``; empty without an intervention.
        uitkomst: domain and moment of the test, or the level of leerjaar 3; empty when none is registered.
        aanpak: facts of the register; None where it does not have the intervention.
        overruled: what the user chose against the register: ``"ontwerp"``, ``"uitkomst"``.
        reason: why there is nothing to evaluate, in Dutch; empty when there is.
        register: all interventions of the store.
    """

    interventie: str = ""
    ontwerp: str = ""
    uitkomst: str = ""
    aanpak: Aanpak | None = None
    overruled: tuple[str, ...] = ()
    reason: str = _NO_REGISTER
    register: Mapping[str, Aanpak] | None = None

    @property
    def unit(self) -> str:
        """Under which unit the benchmark keeps the numbers of this evaluation."""
        return evaluatie.unit(self.interventie, self.ontwerp, self.uitkomst)

    def of_design(self, ontwerp: str) -> Keuze:
        """This choice when it has the design, else the first intervention of the register that has it."""
        if self.ontwerp == ontwerp:
            return self
        for aanpak in (self.register or {}).values():
            if aanpak.ontwerp == ontwerp and aanpak.outcomes:
                return _registered(aanpak, self.register)
        return Keuze(reason=f"in deze gegevens is geen aanpak met het ontwerp '{ontwerp}'")

    def every(self, school: School) -> list[Keuze]:
        """Each intervention of the register whose design carries an effect that may be told to this school.

        One that pupils chose by themselves is not beside those: what differs at an equal start is no effect.
        """
        found = [_registered(aanpak, self.register) for aanpak in (self.register or {}).values()]
        return [keuze for keuze in found if keuze.carries_effect and not keuze.told(school)]

    @property
    def carries_effect(self) -> bool:
        """Whether the design says what the intervention does, and not only how participants differ."""
        return self.ontwerp != evaluatie.COMPARISON

    def all(self, school: School, benchmark: Benchmark, name: str) -> list[Estimate]:
        """The numbers of this name for every group; one reason where there are none for this school."""
        reason = self.told(school)
        found = [] if reason else benchmark.all(name, self.unit)
        return found or [nothing(name, reason or not_computed(self))]

    def told(self, school: School) -> str:
        """Why the numbers over all schools are not for this one; empty when they are.

        Of one other school, or of two of which this is one, they would be the numbers of that other.
        """
        if self.aanpak is None or self.reason:
            return self.reason
        begun = set(self.aanpak.begun)
        if len(begun) >= FEWEST_SCHOOLS or begun == {school.vestiging}:
            return ""
        return "deze aanpak is van te weinig scholen om er hier over te vertellen"

    @property
    def facts(self) -> dict[str, str]:
        """What a report prints of this choice, in Dutch."""
        if self.aanpak is None:
            return {"Aanpak": self.reason}
        against = {"ontwerp": self.aanpak.ontwerp, "uitkomst": self.aanpak.uitkomst}
        changed = [f"{name}: volgens het register '{against[name]}'" for name in self.overruled]
        return {
            "Aanpak": f"{self.aanpak.naam} ({self.interventie})",
            "Voor wie": self.aanpak.doelgroep,
            "Hoe gekozen is wie meedoet": self.aanpak.toewijzing,
            "Ontwerp": f"{self.ontwerp}. {WAAROM[self.ontwerp]}",
            "Uitkomst": self.reason or self.uitkomst,
            **({"Anders dan het register": "; ".join(changed)} if changed else {}),
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<div><dt>{name}</dt><dd>{html.escape(value)}</dd></div>" for name, value in self.facts.items()
        )
        return f'<div class="rapport"><dl>{rows}</dl></div>'

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {value}" for name, value in self.facts.items())


def choose(
    school: School, interventie: str | None = None, ontwerp: str | None = None, uitkomst: str | None = None
) -> Keuze:
    """What to evaluate, and how.

    Args:
        school: the school of the report.
        interventie: short name; None for the first of the register that the school takes part in.
        ontwerp: design to use instead of the registered one.
        uitkomst: outcome to look at instead of the registered one.

    Raises:
        ValueError: a design or an outcome that does not exist.
    """
    register = evaluatie.registry(school.store)
    _check(ontwerp, uitkomst)
    if not register:
        return Keuze()
    name = interventie or _own(school, register)
    if name not in register:
        return Keuze(
            interventie=name,
            reason=f"'{name}' komt in deze gegevens niet voor; wel: {', '.join(register)}",
            register=register,
        )
    chosen = _registered(register[name], register)
    asked = {"ontwerp": ontwerp or chosen.ontwerp, "uitkomst": uitkomst or chosen.uitkomst}
    changed = tuple(key for key, value in asked.items() if value != getattr(chosen, key))
    return replace(chosen, **asked, overruled=changed, reason=_absent(register[name], asked["uitkomst"]))


def numbers(
    school: School, benchmark: Benchmark, keuze: Keuze, wanted: Sequence[tuple[str, str]]
) -> tuple[Estimate, ...]:
    """These numbers over all schools, by name and group; one reason where there are none for this school."""
    reason = keuze.told(school)
    found = [] if reason else [benchmark.find(name, group, keuze.unit) for name, group in wanted]
    known = tuple(item for item in found if item is not None)
    return known or (nothing(wanted[0][0], reason or not_computed(keuze)),)


def listed(school: School, benchmark: Benchmark, keuze: Keuze, *names: str) -> list[Estimate]:
    """The numbers of these names with a value; the first reason where there are none."""
    found = [item for name in names for item in keuze.all(school, benchmark, name)]
    return [item for item in found if item.value is not None] or found[:1]


def nothing(name: str, reason: str) -> Estimate:
    """An estimate without a value, for a card that has nothing to tell."""
    return Estimate.not_computable(name, reason, unit=Unit.SD)


def not_computed(keuze: Keuze) -> str:
    """Why an evaluation that was asked for is not among those computed."""
    return f"met ontwerp '{keuze.ontwerp}' en uitkomst '{keuze.uitkomst}' is hier niets te berekenen"


def _registered(aanpak: Aanpak, register: Mapping[str, Aanpak] | None) -> Keuze:
    reason = _absent(aanpak, aanpak.uitkomst)
    return Keuze(aanpak.interventie, aanpak.ontwerp, aanpak.uitkomst, aanpak, (), reason, register)


def _absent(aanpak: Aanpak, uitkomst: str) -> str:
    """Why there is no effect to look for; a basic need has none on achievement, whoever asks."""
    if aanpak.is_basic_need:
        return BASIC_NEED
    return "" if uitkomst else _NO_OUTCOME


def _own(school: School, register: Mapping[str, Aanpak]) -> str:
    own = [name for name, aanpak in register.items() if aanpak.start.get(school.vestiging)]
    return (own or list(register))[0]


def _check(ontwerp: str | None, uitkomst: str | None) -> None:
    if ontwerp is not None and ontwerp not in codes.ONTWERP:
        hint = did_you_mean(ontwerp, codes.ONTWERP.codes)
        raise ValueError(f"unknown ontwerp '{ontwerp}'; there are {', '.join(codes.ONTWERP.codes)}.{hint}")
    if uitkomst is not None and uitkomst != LEVEL and " " not in uitkomst:
        raise ValueError(
            f"unknown uitkomst '{uitkomst}'; give a domain and a moment of the tests, such as "
            f"'rekenen leerjaar 2', or '{LEVEL}'"
        )
