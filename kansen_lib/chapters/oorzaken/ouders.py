"""Parents: involvement, help with homework, bought lessons, a higher advice asked for, a stage found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import enquete as survey
from kansen_lib.benchmark.vergelijken import HERKOMST, INKOMEN, OPLEIDING, SCALE_POINTS, Groups
from kansen_lib.chapters import enquete
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Any extra lessons: Sardes, 2022/23; paid ones: SEO, 2018/19 (INVENTORY B-9).
COUNTRY = {
    "bijles": Estimate("landelijk (Sardes, 2022/23)", "bijles", 0.29, Unit.SHARE),
    "betaalde bijles": Estimate("landelijk (SEO, 2018/19)", "betaalde bijles", 0.18, Unit.SHARE),
}
LESSONS = ("geen", "gratis", "betaald")


@about(
    "micro",
    definitie="Hoe betrokken ouders zijn bij school, volgens leerlingen en volgens ouders zelf.",
    teller="het gemiddelde van de antwoorden (1 tot 5) op de schaal ouderbetrokkenheid",
    noemer="leerlingen en ouders die de vragenlijst invulden",
    buiten="Wie de helft van de schaal of minder invulde. Van deze ouders is de opleiding niet bekend.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders",))
def parental_involvement(school: School, benchmark: Benchmark) -> Result:
    """Involvement by parental education as pupils say it, and of all parents as they say it themselves."""
    data = enquete.answers_of(school)
    found = enquete.scale(data, "ouderbetrokkenheid", (OPLEIDING,), benchmark)
    parents = survey.respondents(school.table("enquete"), "ouder")["ouderbetrokkenheid"]
    level = gaps.mean(parents, name=survey.PARENTS, group="ouders zelf", unit=SCALE_POINTS)
    return enquete.result((*found, *beside([level], benchmark)), data, "opleiding")


@about(
    "micro",
    definitie="Hoeveel hulp leerlingen thuis bij hun huiswerk krijgen.",
    teller="het gemiddelde van de antwoorden (1 tot 5) op de schaal huiswerkhulp",
    noemer="leerlingen die de vragenlijst invulden, naar opleiding van de ouders",
    buiten="Wie de helft van de schaal of minder invulde.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders",))
def homework_help(school: School, benchmark: Benchmark) -> Result:
    """Help with homework by parental education: reliability, level of each group and the gap."""
    data = enquete.answers_of(school)
    return enquete.result(enquete.scale(data, "huiswerkhulp", (OPLEIDING,), benchmark), data, "opleiding")


@about(
    "micro",
    "kwalificatie",
    definitie="Hoeveel punten hoger de score in leerjaar 1 is bij leerlingen met 1 schaalpunt meer hulp.",
    teller="het verschil in score dat samengaat met 1 schaalpunt meer hulp bij huiswerk",
    noemer="leerlingen met een score in leerjaar 1 en een antwoord, naar opleiding van de ouders",
    buiten="Wie geen score of geen antwoord heeft. Een samenhang is geen effect van hulp.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders",), toetsen=("score",))
def homework_help_and_score(school: School, benchmark: Benchmark) -> Result:
    """Slope of the score on help with homework in each group, and how far the slopes lie apart."""
    data = enquete.answers_of(school)
    omega = enquete.precision(data, "huiswerkhulp", benchmark)
    if not enquete.is_precise(omega):
        return Result("", (Estimate.not_computable(survey.HELP, enquete.NOT_PRECISE), omega))
    found = beside(survey.help_and_score(data), benchmark)
    return enquete.result((*found, omega), data, "opleiding", "score_leerjaar1")


@about(
    "macro",
    definitie="Welk deel van de leerlingen extra lessen buiten school krijgt, en welk deel daarvoor betaalt.",
    teller="leerlingen met bijles, huiswerkbegeleiding of examentraining; en zij die ervoor betalen",
    noemer="leerlingen die de vraag beantwoordden",
    buiten="Wie niet antwoordde. Leerlingen weten niet altijd of er betaald is.",
)
@needs(enquete=("antwoord",))
def extra_lessons(school: School, benchmark: Benchmark) -> Result:
    """Share with any and with paid extra lessons, beside all schools and the country."""
    data = enquete.answers_of(school)
    if data["bijles"].isna().all():
        return Result("", (Estimate.not_computable("bijles", enquete.NOT_ASKED),))
    found = [item for name in COUNTRY for item in _total(data, name, benchmark)]
    return enquete.result(found, data, "bijles")


@about(
    "macro",
    definitie="Hoe vaak leerlingen extra lessen krijgen en ervoor betalen, naar het inkomen thuis.",
    teller="leerlingen met bijles, huiswerkbegeleiding of examentraining; en zij die ervoor betalen",
    noemer="leerlingen die de vraag beantwoordden, naar inkomen van het huishouden",
    buiten="Wie niet antwoordde, en van wie het inkomen thuis niet bekend is.",
)
@needs(enquete=("antwoord",), leerlingen=("inkomenskwintiel",))
def extra_lessons_by_income(school: School, benchmark: Benchmark) -> Result:
    """Share with any and with paid extra lessons by income, and the gap, here and over all schools."""
    data = enquete.answers_of(school)
    if data["bijles"].isna().all():
        return Result("", (Estimate.not_computable("bijles", enquete.NOT_ASKED),))
    found = [item for name in COUNTRY for item in _lessons(data, name, INKOMEN, benchmark)]
    return enquete.result(found, data, "inkomen")


def _total(data: pd.DataFrame, name: str, benchmark: Benchmark) -> Iterator[Estimate]:
    answered = survey.yes_no(data)[name].dropna()
    own = gaps.share(int(answered.sum()), len(answered), name="deze school", group=name)
    yield from _held((own,), data["bijles"].value_counts().reindex(LESSONS, fill_value=0).min())
    known = benchmark.find(name, "alle leerlingen")
    if known is not None:
        yield replace(known, name=enquete.ALL_SCHOOLS, group=name)
    yield COUNTRY[name]


def _lessons(data: pd.DataFrame, name: str, between: Groups, benchmark: Benchmark) -> Iterator[Estimate]:
    found = enquete.question(data, name, between, benchmark)
    counts = data.groupby(between.column, observed=False)["bijles"].value_counts().unstack(fill_value=0)
    least = counts.reindex(columns=LESSONS, fill_value=0).min(axis=1)
    for item in found:
        own = item.name.endswith(enquete.OWN)
        of = [label for label in least.index if label in item.group]
        yield from _held((item,), int(least[of].min())) if own and of else (item,)


def _held(found: Iterable[Estimate], least: int) -> Iterator[Estimate]:
    """Held to the smallest of no, free and paid lessons: any minus paid would count the free ones."""
    return (item if item.value is None else replace(item, smallest=int(least)) for item in found)


@about(
    "micro",
    definitie="Welk deel van de ouders om een hoger schooladvies vroeg, volgens de leerling.",
    teller="leerlingen die zeggen dat hun ouders om een hoger advies vroegen",
    noemer="leerlingen die de vraag beantwoordden, naar opleiding van de ouders",
    buiten="Wie niet antwoordde. Verzoeken die een leerling niet kent, tellen niet mee.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders",))
def higher_advice_asked(school: School, benchmark: Benchmark) -> Result:
    """Share whose parents asked for a higher advice, by parental education."""
    data = enquete.answers_of(school)
    return enquete.result(
        enquete.question(data, "hoger advies gevraagd", OPLEIDING, benchmark), data, "opleiding"
    )


@about(
    "micro",
    definitie="Welk deel van de leerlingen met een stage die vond via mensen die zij of hun ouders kennen.",
    teller="leerlingen die hun stage via het eigen netwerk vonden",
    noemer="leerlingen vanaf leerjaar 3 met een stage, naar opleiding van de ouders en naar herkomst",
    buiten="Wie geen stage had of niet antwoordde. Hoe lang het zoeken duurde, is niet gevraagd.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders",))
def internship_by_network(school: School, benchmark: Benchmark) -> Result:
    """Share who found a stage through their own network, by parental education and by herkomst."""
    data = enquete.answers_of(school)
    found = [
        item
        for of, suffix in ((OPLEIDING, ""), (HERKOMST, ", naar herkomst"))
        for item in enquete.question(data, "stage via netwerk", of, benchmark, suffix=suffix)
    ]
    return enquete.result(found, data, "opleiding")
