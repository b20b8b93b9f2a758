"""What ``kansen power`` says: the numbers that it rests on, and a row a design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from kansen_lib import codes
from kansen_lib.benchmark import evaluatie
from kansen_lib.benchmark.data import Network
from kansen_lib.planning import kracht, winkel
from kansen_lib.planning.kracht import Assumptions, PowerError, Seen
from kansen_lib.stats.result import Estimate
from kansen_lib.store import Store, did_you_mean

_SHARES = ("icc", "shocks", "r2", "r2_schools", "r2_shocks", "share", "take_up")
_WORDS = {
    "pupils": "pupils of a school and cohort",
    "schools": "schools",
    "cohorts": "cohorts (with a start: before it, and as many after it)",
    "icc": "variance between schools",
    "shocks": "variance between cohorts of a school",
    "r2": "variance between pupils explained by an earlier test",
    "r2_schools": "variance between schools explained by it",
    "r2_shocks": "variance between cohorts of a school explained by it",
    "share": "drawn, or with the approach",
    "take_up": "difference in taking part that an offer makes",
}


def assumptions(
    store: Path | None, school: str | None, interventie: str | None, uitkomst: str, options: Mapping[str, Any]
) -> Assumptions:
    """What a calculation rests on: what was given, else what the store tells, else what is usual.

    Raises:
        PowerError: nothing tells how many pupils there are, or a number is out of range.
    """
    given = {name: number for name, number in options.items() if number is not None}
    if store is None:
        _check_alone(school, interventie, given)
        found = Assumptions(pupils=given["pupils"])
    else:
        found = _of_store(Store(store), school, interventie, uitkomst)
    because = {**found.because, **dict.fromkeys(given, "given")}
    found = replace(found, **given, because=because)
    wrong = [name for name in _SHARES if not 0 <= getattr(found, name) <= 1]
    if wrong or not found.pupils > 0:
        numbers = ", ".join(
            f"--{name.replace('_', '-')} {getattr(found, name):g}" for name in wrong or ["pupils"]
        )
        raise PowerError(f"{numbers}: give {'a share between 0 and 1' if wrong else 'a number above 0'}")
    return found


def _check_alone(school: str | None, interventie: str | None, given: Mapping[str, Any]) -> None:
    if school or interventie:
        raise PowerError("--school and --interventie are of a store: give STORE as well")
    if "pupils" not in given:
        raise PowerError("how many pupils? Give --pupils (of each school and cohort), or a STORE that tells")


def _of_store(store: Store, school: str | None, interventie: str | None, uitkomst: str) -> Assumptions:
    if school is not None:
        store.school(school)  # an unknown code is said with the nearest known one
    known = Network(store).outcomes
    if uitkomst and len(known) and uitkomst not in known:
        raise PowerError(f"no outcome '{uitkomst}' in the store; there are {', '.join(known)}")
    if interventie is None:
        return winkel.of_schools(store, None if school is None else [school], uitkomst)
    register = evaluatie.registry(store)
    if interventie not in register:
        raise PowerError(
            f"no intervention '{interventie}' in store {store.path}.{did_you_mean(interventie, register)}"
        )
    aanpak = register[interventie]
    found = winkel.of_intervention(store, aanpak if school is None else _at(aanpak, school))
    return replace(found, schools=1) if school is not None else found


def _at(aanpak: evaluatie.Aanpak, school: str) -> evaluatie.Aanpak:
    if school not in aanpak.start:
        raise PowerError(f"school '{school}' is not in the register of '{aanpak.interventie}'")
    return replace(aanpak, start={school: aanpak.start[school]})


def all_designs(given: Assumptions, ontwerp: str | None, effect: float | None, chance: float) -> list[Seen]:
    """Every design, or the one asked for; a design that these schools cannot carry has its reason.

    Raises:
        PowerError: an unknown design, or numbers with which the asked one cannot be calculated.
    """
    if ontwerp is not None:
        if ontwerp not in codes.ONTWERP:
            near = did_you_mean(ontwerp, codes.ONTWERP.codes)
            raise PowerError(f"no design '{ontwerp}'; there are {', '.join(codes.ONTWERP.codes)}.{near}")
        return [kracht.seen(ontwerp, given, effect, chance)]
    return [_or_reason(one, given, effect, chance) for one in codes.ONTWERP.codes]


def _or_reason(ontwerp: str, given: Assumptions, effect: float | None, chance: float) -> Seen:
    try:
        return kracht.seen(ontwerp, given, effect, chance)
    except kracht.NotCarried as problem:
        return Seen(ontwerp, Estimate.not_computable("minimum detectable effect", str(problem)))


def heads(effect: float | None, chance: float) -> list[str]:
    """Heads of the columns of numbers."""
    asked = [f"power at {effect:g} sd", f"needed for {effect:g} sd"] if effect is not None else []
    return [f"detectable at {chance:.0%} (sd)", "standard error", *asked]


def cells(seen: Seen, effect: float | None) -> list[str]:
    """The numbers of a design as text, or why there are none."""
    found = seen.detectable
    if found.value is None:
        return [f"- ({found.reason})", *[""] * (1 if effect is None else 3)]
    told = [f"{found.value:.2f}", f"{found.standard_error:.3f}"]
    return told if effect is None else [*told, _power(seen.power), _needed(seen.needed)]


def _power(found: Estimate | None) -> str:
    return f"{found.value:.0%}" if found and found.value is not None else "-"


def _needed(found: Estimate | None) -> str:
    if found is None or found.value is None:
        return "-"
    return f"{found.value:,.0f} {found.unit.removesuffix('s') if found.value == 1 else found.unit}"


def told(given: Assumptions, seen: Sequence[Seen]) -> list[str]:
    """Every number that the table rests on with where it comes from, and what designs take for granted."""
    lines = ["Rests on (sd of all pupils of all schools; two-sided test at 5%):"]
    for item in fields(given):
        if item.name in _WORDS:
            number = getattr(given, item.name)
            text = f"{number:.0%}" if item.name in _SHARES else f"{number:,.0f}"
            lines.append(f"  {_WORDS[item.name]}: {text} ({given.because.get(item.name, 'assumed')})")
    return [
        *lines,
        "Taken for granted:",
        *(f"  {one.ontwerp}: {kracht.RESTS_ON[one.ontwerp]}" for one in seen),
    ]
