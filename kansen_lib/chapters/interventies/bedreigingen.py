"""What may be wrong with an effect: a list that the data fill in, each number beside its yardstick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import (
    controle,
    een_school,
    grens,
    loting_scholen,
    start,
    uitnodiging,
    vergelijking,
)
from kansen_lib.benchmark.evaluatie.names import ALL, MINUS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import Keuze, nothing
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

#: What a number of the list is called by the side on which it is worrying.
LESS, MORE = "liefst niet meer dan de maat", "liefst niet minder dan de maat"
YARDSTICK = "de maat"


@dataclass(frozen=True)
class Threat:
    """One threat: which number of the design tells of it, and when it is worrying.

    Attributes:
        label: what it is called in a report.
        name: name of the number in the benchmark.
        group: its group; None for the one farthest from zero of those that are no total.
        yardstick: the value at which it becomes worrying.
        side: :data:`LESS` or :data:`MORE`.
    """

    label: str
    name: str
    group: str | None
    yardstick: float
    side: str = LESS


_LOST = (
    Threat("zonder uitkomst", controle.LOST, ALL, 0.20),
    Threat("uitval verschilt tussen de groepen", controle.LOST, f"{controle.IN}{MINUS}{controle.OUT}", 0.05),
)
#: A difference at the start of up to 0.25 sd can be corrected for; more cannot (What Works Clearinghouse).
_UNLIKE = Threat("grootste verschil bij de start", controle.BALANCE, None, 0.25)
#: Design to its threats. The yardsticks are agreements: 0.25 sd (What Works Clearinghouse), 0.1 sd after
#: weighing (Austin 2009), F of 10 (Staiger and Stock 1997), 40 clusters (METHODS); the others are ours.
THREATS: dict[str, tuple[Threat, ...]] = {
    "loting": (*_LOST, _UNLIKE, Threat("uitgeloot en toch meegedaan", controle.JOINED, controle.OUT, 0.05)),
    "loting van scholen": (
        *_LOST,
        _UNLIKE,
        Threat("ingelote scholen", loting_scholen.SCHOOLS, controle.IN, 20.0, MORE),
        Threat("uitgelote scholen", loting_scholen.SCHOOLS, controle.OUT, 20.0, MORE),
    ),
    "geloote uitnodiging": (
        *_LOST,
        _UNLIKE,
        Threat("kracht van de uitnodiging (F)", uitnodiging.STRENGTH, ALL, 10.0, MORE),
    ),
    "grens": (
        Threat("sprong in wie een uitkomst heeft", grens.SEEN, grens.JUMP, 0.05),
        Threat("sprong in de score van groep 8", grens.BEFORE["voor"], grens.JUMP, 0.25),
    ),
    "gespreide start": (
        Threat("scholen die begonnen", start.SCHOOLS, start.BEGUN, 20.0, MORE),
        Threat("scholen die niet begonnen", start.SCHOOLS, start.NEVER, 20.0, MORE),
        Threat("verschil in trend, twee jaar voor de start", start.BY_START, "-2", 0.05),
        Threat("vergelijkingen die omgekeerd meetellen", start.WRONG, ALL, 0.10),
    ),
    "een school": (
        Threat("scholen ter vergelijking", een_school.SCHOOLS, een_school.COMPARED, 20.0, MORE),
        Threat("nepstart, jaar eerder", een_school.EARLIER, ALL, 0.05),
    ),
    "vergelijking": (
        Threat("grootste verschil bij de start", vergelijking.AS_WAS, None, 0.25),
        Threat("grootste verschil na wegen", vergelijking.AFTER, None, 0.10),
        Threat("zo sterk moet iets verborgens zijn", vergelijking.HIDDEN, vergelijking.TO_ZERO, 1.0, MORE),
    ),
}


@about(
    "meso",
    definitie="Wat er mis kan zijn met het effect, voor zover de gegevens dat laten zien.",
    teller="Per bedreiging een getal, naast de maat waarboven of waaronder het zorgen geeft.",
    noemer="De leerlingen of scholen van deze evaluatie.",
    buiten="Wat geen gegeven laat zien, zoals hulp die ook bij de andere groep terechtkwam.",
)
@needs_of_all(
    interventies=("toewijzing",), deelname=("toegewezen",), toetsen=("score",), leerlingen=("cohort",)
)
def threats(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The threats to the chosen design with their numbers, each beside the value at which it worries."""
    reason = keuze.told(school)
    rows = [] if reason else list(_found(school, benchmark, keuze))
    if not rows:
        reason = reason or "voor dit ontwerp zijn hier geen controles te doen"
        return Result("", (nothing(LESS, reason),))
    rows.sort(key=lambda item: item.name == MORE)
    return Result("", tuple(rows), reference_name=YARDSTICK)


def _found(school: School, benchmark: Benchmark, keuze: Keuze) -> Iterator[Estimate]:
    for threat in THREATS[keuze.ontwerp]:
        item = _farthest(school, benchmark, keuze, threat)
        if item is not None and item.value is not None:
            yield _beside(item, threat)
        elif item is not None:
            yield replace(item, name=threat.side, group=threat.label)


def _farthest(school: School, benchmark: Benchmark, keuze: Keuze, threat: Threat) -> Estimate | None:
    items = keuze.all(school, benchmark, threat.name)
    if threat.group is not None:
        return next((item for item in items if item.group == threat.group), None)
    known = [item for item in items if item.value is not None and item.group != controle.PREDICTED]
    return max(known, key=lambda item: abs(item.value or 0.0), default=None)


def _beside(item: Estimate, threat: Threat) -> Estimate:
    """The size of the number with its yardstick; of a difference only how large it is, not its sign."""
    value, low, high = abs(item.value or 0.0), item.lower, item.upper
    if item.value is not None and item.value < 0 and low is not None and high is not None:
        low, high = -high, -low
    return replace(
        item,
        name=threat.side,
        group=threat.label,
        value=value,
        lower=low,
        upper=high,
        reference=threat.yardstick,
        count=None,
    )
