"""Chapter 5: does what we try help, whom, and could we see it at all?"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import indicators
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats import gaps, power, trials
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import School

#: Share of the variance of a later score that an earlier one usually explains.
BASELINE_R2 = 0.5


@about(
    "meso",
    definitie="Het kleinste effect dat een loting onder de leerlingen van leerjaar 1 zou laten zien.",
    teller="een berekening vooraf, geen meting",
    noemer="leerlingen in leerjaar 1 op 1 oktober",
    buiten="niets; wie uitvalt maakt het kleinste aantoonbare effect groter",
)
@needs(aantallen=("aantal_lower",))
def detectable_effect(school: School) -> Result:
    """The smallest effect that a lottery among the first-year pupils of this school would show.

    Half of the pupils are drawn; chance of 80% to find it, two-sided 5%; without and with an earlier
    score that explains half of the variance.
    """
    counts = indicators.latest(school.table("aantallen"))
    first = counts[counts["leerjaar"] == 1]
    n = int(first["aantal_lower"].sum())
    facts = {"unit": Unit.SD, "n": n, "method": Method.DETECTABLE}
    if n < 10:
        return Result("", (Estimate.not_computable("effect", "te weinig leerlingen in leerjaar 1", **facts),))
    return Result(
        "",
        tuple(
            _detectable(label, size, r2)
            for label, size, r2 in (
                ("één leerjaar", n, 0.0),
                ("één leerjaar, met beginmeting", n, BASELINE_R2),
                ("drie leerjaren, met beginmeting", 3 * n, BASELINE_R2),
            )
        ),
    )


def _detectable(label: str, n: int, r2: float) -> Estimate:
    plan = power.Plan(power.Design.INDIVIDUAL, n=n, r2=r2, covariates=int(r2 > 0))
    found = power.minimum_detectable_effect(plan, name="aantoonbaar")
    return replace(found, group=label, standard_error=None, df=None)


@about(
    "micro",
    definitie="Welk deel van de leerlingen aan de aanpak meedeed.",
    teller="leerlingen die meededen",
    noemer="alle leerlingen van dezelfde cohorten met een bekende opleiding van de ouders",
    buiten="andere cohorten, en wie geen bekende opleiding van de ouders heeft",
)
@needs(leerlingen=("opleiding_ouders",), deelname=("deelgenomen",))
def reach(school: School, interventie: str) -> Result:
    """Who took part, by parental education, out of all pupils of the same cohorts.

    The total is about the pupils whose group is known: it is what the groups add up to.

    Args:
        school: the school.
        interventie: short name in the table ``interventies``.
    """
    pupils = pupils_of(school)
    rows = _participants(school, pupils, interventie)
    if rows.empty:
        return Result("", (_absent(school, "deelname", interventie),))
    cohorts = pupils.loc[pupils["leerling"].isin(rows["leerling"]), "cohort"]
    everyone = pupils[pupils["cohort"].isin(cohorts)]
    took_part = everyone["leerling"].isin(rows.loc[rows["deelgenomen"], "leerling"])
    known = everyone["opleiding"].notna()
    total = gaps.share(int((took_part & known).sum()), int(known.sum()), name="deelname", group="alle")
    estimates = (
        total,
        *gaps.shares(took_part, everyone["opleiding"], name="deelname naar opleiding").estimates,
    )
    return Result("", estimates, dropped=dropped(everyone["opleiding"]))


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
