"""Trouble making ends meet: how often, and what goes with it; never a sign of one pupil."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import enquete as survey
from kansen_lib.chapters import enquete
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Reason, Unit
from kansen_lib.store import School

NAME = "moeite met rondkomen"
#: One in twenty pupils, as the VO-raad has it on its page on poverty (INVENTORY #28).
COUNTRY = Estimate("landelijk: 1 op de 20 (VO-raad)", value=0.05, unit=Unit.SHARE)


@about(
    "macro",
    definitie="Welk deel van de leerlingen zegt dat het thuis moeite kost om rond te komen.",
    teller="leerlingen die 'moeite' antwoorden",
    noemer="leerlingen die de vraag beantwoordden",
    buiten="Wie niet antwoordde. Schaamte kan meespelen: het echte deel kan hoger zijn.",
)
@needs(enquete=("antwoord",))
def making_ends_meet(school: School, benchmark: Benchmark) -> Result:
    """Share of pupils with trouble making ends meet at home, beside all schools and the country."""
    data = enquete.answers_of(school)
    answered = survey.yes_no(data)[NAME].dropna()
    if answered.empty:
        return Result("", (Estimate.not_computable("deze school", enquete.NOT_ASKED),))
    own = gaps.share(int(answered.sum()), len(answered), name="deze school")
    known = benchmark.find(NAME, "alle leerlingen")
    others = () if known is None else (replace(known, name=enquete.ALL_SCHOOLS, group=""),)
    return Result("", (own, *others, COUNTRY), dropped=(len(data) - len(answered), len(data)))


@about(
    "micro",
    definitie="Hoe vaak leerlingen die thuis moeilijk rondkomen zich weinig verbonden of veilig voelen, of "
    "weinig hulp bij huiswerk hebben, vergeleken met andere leerlingen.",
    teller="leerlingen met een gemiddeld antwoord onder het midden van de schaal (lager dan 3)",
    noemer="leerlingen met en zonder moeite om rond te komen",
    buiten="Wie een van beide vragen niet beantwoordde.",
)
@needs(enquete=("antwoord",))
def poverty_and_wellbeing(school: School, benchmark: Benchmark) -> Result:
    """Low belonging, low safety and little help, with and without trouble making ends meet.

    Levels of both groups and their ratio over all schools; the ratio of this school where it holds
    enough pupils.
    """
    data = enquete.answers_of(school)
    own = survey.with_trouble(data)
    known = [benchmark.find(item.name, item.group) for item in own]
    ratios = [_own_ratio(item) for item in own if item.unit == Unit.RATIO]
    return enquete.result((*(item for item in known if item is not None), *ratios), data, "rondkomen")


def _own_ratio(item: Estimate) -> Estimate:
    """The ratio of this school; that a count is zero, as the reason of a ratio has it, is not told."""
    name = f"{item.name}, deze school"
    if item.value is None:
        return Estimate.not_computable(name, Reason.TOO_FEW, group=item.group, unit=Unit.RATIO)
    return replace(item, name=name)
