"""Chapter 2: where differences between pupils lie; association, no cause."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

MOMENTS = ("groep 8", "leerjaar 1", "leerjaar 3")


@needs(examens=("kandidaten_lower",))
def exam_yield_over_time(school: School) -> Result:
    """Pass rate of each route in every school year, with bounds where counts are masked."""
    table = indicators.exam_yield(school.table("examens"))
    estimates = [
        gaps.bounded_share(
            indicators.bounds(row, "geslaagden"),
            indicators.bounds(row, "gezakten"),
            name=row["onderwijstype"],
            group=row["schooljaar"],
        )
        for _, row in table.iterrows()
    ]
    return Result("", tuple(estimates))


@needs(aantallen=("aantal_lower",))
def girls_by_track(school: School) -> Result:
    """Share of girls in each level from leerjaar 3 on, in the latest school year."""
    latest = indicators.latest(school.table("aantallen"))
    upper = latest[(latest["leerjaar"] >= 3) & latest["geslacht"].isin(["man", "vrouw"])]
    bounds = ["aantal_lower", "aantal_upper"]
    table = upper.groupby(["onderwijstype", "geslacht"])[bounds].sum().unstack(fill_value=0)
    estimates = []
    for track, row in table.reindex([x for x in codes.ONDERWIJSTYPE.codes if x in table.index]).iterrows():
        girls = (int(row.get(("aantal_lower", "vrouw"), 0)), int(row.get(("aantal_upper", "vrouw"), 0)))
        boys = (int(row.get(("aantal_lower", "man"), 0)), int(row.get(("aantal_upper", "man"), 0)))
        estimates.append(gaps.bounded_share(girls, boys, name="meisjes", group=str(track)))
    return Result("", tuple(estimates))


@needs(leerlingen=("opleiding_ouders",), toetsen=("score",))
def gap_by_moment(school: School) -> Result:
    """The score gap between parental education groups in groep 8, leerjaar 1 and leerjaar 3.

    Every moment has its own test, so each gap is in standard deviations of the pupils of this school
    at that moment; beside it stands the mean of each group on the scale of the test.
    """
    pupils = pupils_of(school)
    scores = _scores(school).merge(pupils[["leerling", "opleiding"]], on="leerling")
    estimates: list[Estimate] = []
    for moment in MOMENTS:
        rows = scores[scores["moment"] == moment]
        low, high = (rows.loc[rows["opleiding"] == label, "score"] for label in ("laag", "hoog"))
        estimates.append(gaps.hedges_g(low, high, name="gat", group=moment))
    return Result("", tuple(estimates), dropped=dropped(pupils["opleiding"]))


@needs(leerlingen=("opleiding_ouders",), toetsen=("score",))
def levels_by_moment(school: School) -> Result:
    """The mean score of each group in leerjaar 1 and leerjaar 3: the levels behind the gap."""
    pupils = pupils_of(school)
    scores = _scores(school).merge(pupils[["leerling", "opleiding"]], on="leerling")
    estimates: list[Estimate] = []
    for moment in ("leerjaar 1", "leerjaar 3"):
        rows = scores[scores["moment"] == moment]
        for item in gaps.means(rows["score"], rows["opleiding"], name=moment).estimates:
            estimates.append(replace(item, group=f"{moment}, {item.group}"))
    return Result("", tuple(estimates), dropped=dropped(pupils["opleiding"]))


def _scores(school: School) -> pd.DataFrame:
    """One score a pupil and moment: the mean over the domains, without the total of groep 8."""
    tests = school.table("toetsen")
    parts = tests[tests["domein"] != "totaal"]
    return parts.groupby(["leerling", "moment"], as_index=False)["score"].mean()


@needs(toetsen=("score",), loopbaan=("klas",))
def variance_by_level(school: School, benchmark: Benchmark) -> Result:
    """Which part of the differences in score in leerjaar 3 lies between schools, classes and pupils.

    A number of the whole network: one school alone has no variance between schools.
    """
    names = {"vestiging": "tussen scholen", "klas": "tussen klassen", "persons": "tussen leerlingen"}
    estimates = []
    for key, label in names.items():
        found = benchmark.find("variantie", key)
        if found is None:
            found = Estimate.not_computable(
                "variantie", "geen klassen of scores van genoeg scholen", unit=Unit.VARIANCE_SHARE
            )
        estimates.append(replace(found, name="verschillen", group=label))
    return Result("", tuple(estimates))
