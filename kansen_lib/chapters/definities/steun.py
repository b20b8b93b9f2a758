"""Who gets which support: equal outcomes ask for unequal support (INVENTORY #9, #10, #20)."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.definities import FIFTHS
from kansen_lib.benchmark.trajectories import FIFTH, growth_by_fifth, in_fifths
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import beside, pupils_of
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

NOBODY = "niemand in deze groep kreeg deze steun"
NO_SUPPORT = "deze steun is hier niet gegeven"


@about(
    "meso",
    definitie="Hoe de lessen extra steun verdeeld zijn over leerlingen die laag of hoog begonnen.",
    teller="lessen extra steun",
    noemer="alle leerlingen van de cohorten die voor deze steun in aanmerking kwamen, ook wie niets kreeg",
    buiten="leerlingen zonder score in groep 8; andere steun dan deze aanpak",
)
@needs(toetsen=("score",), deelname=("dosis",))
def support_by_need(school: School, benchmark: Benchmark, approach: str = "tutoring") -> Result:
    """Mean support by fifth of the score at the start, its concentration over that score, and its Gini.

    Args:
        school: the school.
        benchmark: not read: support is a choice of each school.
        approach: short name of the intervention.

    A concentration index below 0: more support for who began low (needed for equal outcomes). A Gini near
    0: everybody got as much (equal shares). Each number is held to the persons who got any.
    """
    data = _doses(school, approach)
    if not (data["dosis"] > 0).any():
        return Result("", (Estimate.not_computable("steun", NO_SUPPORT),))
    found = [_mean(data[data[FIFTH] == label], str(label)) for label in data[FIFTH].cat.categories]
    receivers = int((data["dosis"] > 0).sum())
    summary = (
        gaps.concentration_index(data, outcome="dosis", rank="score_groep8", name="concentratie-index"),
        gaps.gini(data, outcome="dosis", name="Gini"),
    )
    held = [
        replace(item, smallest=receivers, unit="0 is gelijk verdeeld") if item.value is not None else item
        for item in summary
    ]
    everyone = pupils_of(school)
    return Result("", (*found, *held), dropped=(len(everyone) - len(data), len(everyone)))


def _doses(school: School, approach: str) -> pd.DataFrame:
    """Pupils of the cohorts to which the approach was given, with what each got: 0 for who got nothing."""
    given = school.table("deelname")
    given = given[given["interventie"] == approach]
    pupils = pupils_of(school)
    cohorts = pupils.loc[pupils["leerling"].isin(given["leerling"]), "cohort"].unique()
    data = pupils[pupils["cohort"].isin(cohorts)].dropna(subset=["score_groep8"])
    dose = given.groupby("leerling")["dosis"].sum()
    return in_fifths(data.assign(dosis=data["leerling"].map(dose).fillna(0.0)), "score_groep8")


def _mean(own: pd.DataFrame, label: str) -> Estimate:
    """Mean support of a fifth, held to the fewer of those with and without support."""
    facts = {"name": "lessen per leerling", "group": label, "unit": "lessen"}
    receivers = int((own["dosis"] > 0).sum())
    if not receivers:
        return Estimate.not_computable(reason=NOBODY, **facts)
    found = gaps.mean(own["dosis"], **facts)
    return found if found.value is None else replace(found, smallest=min(receivers, len(own)))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel leerlingen die laag en hoog begonnen groeiden.",
    teller="groei in rekenen van groep 8 tot leerjaar 3, per vijfde deel van de score voor taal in groep 8",
    noemer="leerlingen met toetsen voor taal en rekenen in groep 8 en leerjaar 3",
    buiten="wie voor leerjaar 3 vertrok, en cohorten zonder toets in groep 8",
)
@needs(leerlingen=("cohort",), toetsen=("score",))
def growth_for_each(school: School, benchmark: Benchmark) -> Result:
    """Mean growth in rekenen by fifth of taal at the start: the error of the start is not in its growth.

    Placed on the same test as the growth, who scored low by chance would seem to grow more.
    """
    pupils = pupils_of(school)
    found, known = growth_by_fifth(pupils, school.table("toetsen"))
    shown = beside(found, benchmark, FIFTHS)
    return Result("", shown, dropped=(len(pupils) - known, len(pupils)))
