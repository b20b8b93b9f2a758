"""What an effect means: in points and months, and beside what was known elsewhere."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib import gepubliceerd
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, POINTS, TAKEN
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.effect import IN_POINTS, called
from kansen_lib.chapters.interventies.keuze import MEANT, NEEDED, Keuze, nothing
from kansen_lib.chapters.needs import needs_of_all
from kansen_lib.stats import meta, trials
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

#: The words of ``stats.meta.update`` in a report.
OWN, TOGETHER = "deze gegevens alleen", "allebei samen"
ABOVE_ZERO, WEIGHT = "kans dat het effect boven 0 ligt", "gewicht van wat elders bekend was"
#: Why what pupils chose by themselves is not held to published effects, and has no price.
CHOSE = "leerlingen kozen zelf: een verschil bij gelijke start is geen effect"
WEIGHT_UNIT = "0 = telt niet mee, 1 = telt alleen"


def of_everybody(school: School, benchmark: Benchmark, keuze: Keuze, name: str = EFFECT) -> Estimate:
    """The number of this name about everybody, or the reason why there is none."""
    items = keuze.all(school, benchmark, name)
    return next((item for item in items if item.group == ALL), replace(items[0], group=ALL))


def per_participant(school: School, benchmark: Benchmark, keuze: Keuze) -> Estimate:
    """Effect of taking part where the design gives one, else of being in scope: what a participant costs.

    An effect of taking part whose interval rests on no standard error gets that of the offer, over the
    difference in take-up: the ratio of both effects.
    """
    effect = of_everybody(school, benchmark, keuze)
    taken = of_everybody(school, benchmark, keuze, TAKEN)
    if taken.value is None or not effect.value or effect.standard_error is None:
        return effect
    error = taken.standard_error or abs(effect.standard_error * taken.value / effect.value)
    return replace(taken, standard_error=error, df=effect.df)


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe groot het effect is in standaarddeviaties, in punten en omgerekend naar maanden.",
    teller="Het effect voor iedereen; de maanden volgen uit een tabel van de EEF.",
    noemer=MEANT,
    buiten="Wie geen uitkomst heeft. De tabel is gemaakt voor andere toetsen, in Engeland.",
)
@needs_of_all(**NEEDED)
def effect_in_words(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The effect in sd, in points of the test, and in months as the EEF translates."""
    effect = of_everybody(school, benchmark, keuze)
    if effect.value is None:
        return Result("", (effect,))
    points = replace(of_everybody(school, benchmark, keuze, POINTS), unit=IN_POINTS)
    months = trials.months_of_progress(effect)
    shown = (
        replace(effect, name=called(keuze), group="in sd"),
        replace(points, name=called(keuze), group="in punten"),
        replace(months, name=called(keuze), group="omgerekend naar maanden"),
    )
    return Result("", shown)


@about(
    "micro",
    "kwalificatie",
    definitie="Wat we nu denken van het effect, als we meenemen wat elders al bekend was.",
    teller="Het gewogen gemiddelde van wat elders bekend was en van het effect in deze gegevens.",
    noemer=MEANT,
    buiten="Onderzoek dat later verscheen dan het genoemde jaar.",
)
@needs_of_all(**NEEDED)
def beside_what_was_known(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """A dated prior of the kind of intervention, the estimate, and both together (normal update)."""
    effect = of_everybody(school, benchmark, keuze)
    if keuze.aanpak is None or effect.value is None:
        return Result("", (nothing(EFFECT, effect.reason),))
    if not keuze.carries_effect:
        return Result("", (nothing(called(keuze), CHOSE),))
    prior = gepubliceerd.prior(keuze.interventie, keuze.aanpak.naam)
    found = meta.update(prior.gemiddelde, prior.sd, effect)
    before = f"elders bekend, {prior.jaar}"
    named = {
        "prior": ("effect", before),
        "posterior": ("effect", TOGETHER),
        "probability above zero": (ABOVE_ZERO, ""),
        "weight of the prior": (WEIGHT, ""),
    }
    own = replace(effect, name="effect", group=OWN)
    rest = [_named(item, *named[item.name]) for item in found.estimates if item.name in named]
    return Result("", (rest[0], own, *rest[1:]))


def _named(item: Estimate, name: str, group: str) -> Estimate:
    unit = WEIGHT_UNIT if name == WEIGHT else item.unit
    return replace(item, name=name, group=group, unit=unit)
