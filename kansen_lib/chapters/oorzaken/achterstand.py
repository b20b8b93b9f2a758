"""Achterstand and risks: how many pupils, and what their number goes with; association, no cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark, thuis
from kansen_lib.benchmark import enquete as survey
from kansen_lib.chapters import enquete
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import learners_of
from kansen_lib.chapters.pupils import beside, dropped, with_reference
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

#: Columns of the five risks.
_RISKS = ("opleiding_ouders", "inkomenskwintiel", "schuldsanering", "verblijfsduur_moeder", "thuistaal")


@about(
    "macro",
    definitie="Welk deel van de leerlingen elk van de vier kenmerken heeft waarmee het CBS achterstand telt.",
    teller="leerlingen met het kenmerk",
    noemer="leerlingen van wie het kenmerk bekend is",
    buiten="Wie een onbekend kenmerk heeft. Een eigen onderwijsscore rekenen we niet uit: de gewichten voor "
    "het voortgezet onderwijs kennen wij niet.",
)
@needs(leerlingen=("opleiding_ouders", "herkomst", "verblijfsduur_moeder", "schuldsanering"))
def disadvantage_indicators(school: School, benchmark: Benchmark) -> Result:
    """Prevalence of each of the four indicators, beside all schools and the band of schools."""
    pupils = learners_of(school)
    flags = thuis.achterstand(pupils)
    found = [item for name, flag in flags.items() for item in _prevalence(name, flag, benchmark)]
    return Result("", tuple(found), dropped=dropped(*flags.values()))


def _prevalence(name: str, flag: pd.Series, benchmark: Benchmark) -> Iterator[Estimate]:
    known = flag.dropna()
    own = gaps.share(int(known.sum()), len(known), name=name)
    yield with_reference(own, benchmark.value(name))
    band = benchmark.find(f"{name}, band")
    if band is not None:
        yield replace(band, name=f"{name}, tussen scholen")


@about(
    "meso",
    "kwalificatie",
    definitie="De gemiddelde score in leerjaar 3 van leerlingen met 0, 1, 2, en 3 of meer risico's.",
    teller="de score in leerjaar 3, het gemiddelde van taal en rekenen",
    noemer="leerlingen met dat aantal van vijf kenmerken: lage opleiding en laag inkomen van de ouders, "
    "schuldsanering, een moeder die kort in Nederland is, een andere taal thuis",
    buiten="Wie van een van de vijf kenmerken of de score niets bekend is.",
)
@needs(leerlingen=_RISKS, toetsen=("score",))
def risk_count(school: School, benchmark: Benchmark) -> Result:
    """Mean score by number of risks, of this school and of all schools."""
    pupils = learners_of(school)
    own = thuis.by_risks(pupils)
    known = (benchmark.find(item.name, item.group) for item in own)
    others = [replace(item, name="alle scholen samen") for item in known if item is not None]
    found = (*(replace(item, name="deze school") for item in own), *others)
    return Result("", found, dropped=dropped(*thuis.risks(pupils).values(), pupils[thuis.OUTCOME]))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel lager de score in leerjaar 3 is met elk kenmerk erbij, en of meer kenmerken de scores "
    "beter beschrijven dan opleiding en inkomen alleen.",
    teller="het verschil in score per kenmerk; het deel van de verschillen in score dat samengaat",
    noemer="leerlingen van wie de score, de opleiding en het inkomen van de ouders, en de andere kenmerken "
    "bekend zijn",
    buiten="Wie een onbekend kenmerk heeft. Een samenhang is geen effect.",
)
@needs(leerlingen=_RISKS, toetsen=("score",))
def risk_fit(school: School, benchmark: Benchmark) -> Result:
    """Points for each further risk, and the fit of all risks beside that of SES alone."""
    pupils = learners_of(school)
    flags = thuis.risks(pupils).values()
    found = beside(thuis.risk_models(pupils), benchmark)
    return Result("", found, dropped=dropped(*flags, pupils[thuis.OUTCOME]))


@about(
    "micro",
    "kwalificatie",
    definitie="Hoe sterk opleiding, inkomen, stress thuis en score samengaan, van -1 tot 1.",
    teller="de correlatie tussen twee kenmerken",
    noemer="leerlingen van wie beide kenmerken bekend zijn",
    buiten="Wie de vragenlijst niet invulde. Verzuim staat niet in deze gegevens en telt niet mee.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders", "inkomenskwintiel"), toetsen=("score",))
def home_correlations(school: School, benchmark: Benchmark) -> Result:
    """How education, income, stress at home and the score go together, beside all schools."""
    data = enquete.answers_of(school)
    found = beside(survey.correlations(data), benchmark)
    return enquete.result(found, data, "score_leerjaar1", "stress_thuis")


@about(
    "macro",
    "kwalificatie",
    definitie="Welk deel van de verschillen in score samengaat met de start, inkomen, opleiding en thuis.",
    teller="het deel van de verschillen in score in leerjaar 1 dat met een blok samengaat",
    noemer="alle verschillen in score in leerjaar 1",
    buiten="Wie een van de kenmerken mist. Dit is samenhang, geen effect.",
)
@needs(enquete=("antwoord",), leerlingen=("opleiding_ouders", "inkomenskwintiel"), toetsen=("score",))
def home_blocks(school: School, benchmark: Benchmark) -> Result:
    """Which part of the differences in score goes with start, income, education and home, over all schools.

    Of all schools where they are known: four blocks on one school's respondents say little.
    """
    data = enquete.answers_of(school)
    known = (benchmark.find(survey.PART, label) for label in ("alles samen", *survey.BLOCKS))
    found = tuple(item for item in known if item is not None) or survey.blocks(data)
    return enquete.result(found, data, "score_leerjaar1", "opleiding", "inkomen")
