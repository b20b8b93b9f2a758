"""How the gap in score grows or shrinks from groep 8 to leerjaar 3: level and gap together."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

MOMENTS = ("groep 8", "leerjaar 1", "leerjaar 3")


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
