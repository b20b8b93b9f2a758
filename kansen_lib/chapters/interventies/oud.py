"""Chapter 5: does what we try help, whom, and could we see it at all?"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats import trials
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School


@about(
    "micro",
    "kwalificatie",
    definitie="Hoeveel hoger de score is van wie werd ingeloot, vergeleken met wie werd uitgeloot.",
    teller="score in leerjaar 1, gecorrigeerd voor de score van groep 8",
    noemer="leerlingen die meeloten en van wie beide scores bekend zijn",
    buiten="leerlingen buiten de loting of zonder een van beide scores",
)
@needs(
    leerlingen=("opleiding_ouders",),
    deelname=("toegewezen",),
    toetsen=("score",),
)
def lottery_effect(school: School, interventie: str, domein: str = "rekenen") -> Result:
    """Effect of a lottery among pupils of this school, for all and by parental education.

    Intention to treat: who was drawn against who was not, whoever took part. Score of leerjaar 1,
    corrected for the score of groep 8, in standard deviations of all pupils of the school: those who
    were meant for the approach are alike, and their own spread would make any effect look large.

    Args:
        school: the school.
        interventie: short name in the table ``interventies``.
        domein: domain of the test.
    """
    rows = _participants(school, pupils_of(school), interventie)
    if rows.empty:
        return Result("", (_absent(school, "effect", interventie),))
    rule = school.table("interventies").set_index("interventie")["toewijzing"].get(interventie)
    if rule != "loting leerlingen":
        reason = f"geen loting van leerlingen ({rule}): hier is een ander ontwerp nodig"
        return Result("", (Estimate.not_computable("effect", reason, unit=Unit.SD),))
    scores = _scores(school, domein)
    data = rows.join(scores, on="leerling")
    scale = float(scores["after"].std())
    parts = {"alle": data} | {label: data[data["opleiding"] == label] for label in ("laag", "midden", "hoog")}
    estimates = [_effect(label, part, scale) for label, part in parts.items()]
    return Result("", tuple(estimates), dropped=dropped(data["before"], data["after"]))


def _effect(label: str, part: pd.DataFrame, scale: float) -> Estimate:
    found = trials.individual_trial(
        part,
        outcome="after",
        covariates=("before",),
        treated="toegewezen",
        block="vestiging",
        scale=scale,
        group=label,
    )
    return replace(found["effect size", label], name="effect")


def _participants(school: School, pupils: pd.DataFrame, interventie: str) -> pd.DataFrame:
    """Pupils in scope of the intervention, with their background."""
    rows = school.table("deelname")
    rows = rows[rows["interventie"] == interventie]
    return rows.merge(pupils[["leerling", "opleiding"]], on="leerling")


def _absent(school: School, name: str, interventie: str) -> Estimate:
    """Why there is nothing to tell: an approach of others, or a name that is not in the data."""
    known = sorted(school.store.read("deelname", ["interventie"])["interventie"].unique())
    reason = f"deze school doet niet mee aan {interventie}"
    if interventie not in known:
        reason = f"'{interventie}' komt in deze gegevens niet voor; wel: {', '.join(known)}"
    return Estimate.not_computable(name, reason, unit=Unit.SHARE)


def _scores(school: School, domein: str) -> pd.DataFrame:
    """Columns ``before`` (groep 8) and ``after`` (leerjaar 1) by pupil."""
    tests = school.table("toetsen")
    wide = tests[tests["domein"] == domein].pivot_table(index="leerling", columns="moment", values="score")
    wide = wide.reindex(columns=["groep 8", "leerjaar 1"])
    return wide.rename(columns={"groep 8": "before", "leerjaar 1": "after"})
