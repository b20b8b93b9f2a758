"""What teachers believe their team can do together: its level by year, and what a training drawn by lot did.

A row a teacher and school year. Over all schools also how far schools differ, and how well the mean of one
school can be told apart from chance: a team has few teachers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark.data import SEED, Network
from kansen_lib.benchmark.enquete import DRAWS, RELIABILITY, items
from kansen_lib.benchmark.evaluatie.names import EFFECT, FEWEST_SCHOOLS, unit
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.benchmark.evaluatie.welbevinden import APART
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import RELIABLE, SCALE_POINTS
from kansen_lib.stats import gaps, scales
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

SCALE = codes.SCHAAL_TEAM
NAME = "vertrouwen in wat het team samen kan"
#: Part of the differences that lies between schools, and how reliable the mean of one school is.
BETWEEN = {
    "ICC1": ("verschil tussen scholen", Unit.VARIANCE_SHARE),
    "ICC2": ("betrouwbaarheid van een schoolgemiddelde", RELIABLE),
}
DRAWN, NOT_DRAWN = "scholen die zijn ingeloot", "scholen die zijn uitgeloot"
FEW_TEAMS = "van te weinig scholen antwoordden leraren voor en na de start"
_NOT_ASKED = "deze vragen zijn hier niet aan leraren gesteld"


def teachers(enquete: pd.DataFrame) -> pd.DataFrame:
    """One row a teacher and school year: the items, and ``score``, missing for who answered half or fewer."""
    rows = enquete[(enquete["schaal"] == SCALE) & (enquete["rol"] == "leraar")]
    index = ["vestiging", "schooljaar", "respondent"]
    once = rows.drop_duplicates([*index, "item"])
    wide = once.pivot(index=index, columns="item", values="antwoord").reset_index()
    names = items(wide, SCALE)
    wide[names] = wide[names].apply(pd.to_numeric, errors="coerce")
    score = scales.scale_scores(wide, items=names, at_least=len(names) // 2 + 1) if len(names) > 1 else None
    return wide.assign(score=float("nan") if score is None else score)


def levels_and_change(frame: pd.DataFrame, cluster: str) -> list[Estimate]:
    """Mean of the score in each school year, and the change from the first to the last, in points.

    Args:
        frame: rows of :func:`teachers`.
        cluster: ``"respondent"`` within a school (who answers twice is one), ``"vestiging"`` over schools.
    """
    known = frame.dropna(subset=["score"])
    years = sorted(known["schooljaar"].unique())
    if not years:
        return [Estimate.not_computable(NAME, _NOT_ASKED, unit=SCALE_POINTS)]
    of_year = known["schooljaar"].astype(pd.CategoricalDtype(years, ordered=True))
    schools = known["vestiging"] if cluster == "vestiging" else None
    levels = gaps.means(known["score"], of_year, cluster=schools, name=NAME, unit=SCALE_POINTS).estimates
    if len(years) == 1:
        return list(levels)
    ends = {"low": years[0], "high": years[-1]}
    change = gaps.mean_difference(
        known, outcome="score", group="schooljaar", **ends, cluster=cluster, name=NAME, unit=APART
    )
    return [*levels, replace(change, group=f"{years[-1]} minus {years[0]}")]


def rows(network: Network, register: Iterable[Aanpak]) -> Iterator[Row]:
    """Levels, change, spread and reliability over all schools, and the effect of each lottery of schools."""
    if not network.store.tables.get("enquete"):
        return
    frame = teachers(network.enquete)
    if frame["vestiging"].nunique() <= FEWEST_SCHOOLS:
        return
    for item in (*levels_and_change(frame, "vestiging"), *_spread(frame)):
        yield "", item, None
    for aanpak in register:
        if aanpak.toewijzing == "loting scholen":
            for item in of_lottery(frame, aanpak):
                yield unit(aanpak.interventie, "", ""), item, None


def _spread(frame: pd.DataFrame) -> Iterator[Estimate]:
    """Of the latest school year: intraclass correlations over schools, and omega of the scale."""
    latest = frame[frame["schooljaar"] == frame["schooljaar"].max()]
    for item in scales.aggregation(latest, value="score", unit="vestiging").estimates:
        name, kind = BETWEEN[item.name]
        yield replace(item, name=name, group=NAME, unit=kind)
    names = items(latest, SCALE)
    if len(names) >= 3:
        facts = {"cluster": "vestiging", "draws": DRAWS, "seed": SEED}
        omega = scales.reliability(latest, items=names, **facts)["omega"]
        yield replace(omega, name=RELIABILITY, group=NAME, unit=RELIABLE)


def of_lottery(frame: pd.DataFrame, aanpak: Aanpak) -> list[Estimate]:
    """Levels before and after of schools drawn and not drawn, and how much more the drawn ones changed.

    The effect is that of the lottery of schools on the mean of a team: change by school, schools alike in
    weight, Welch's t over schools.
    """
    begin = min((year for year in aanpak.start.values() if year), default="")
    known = frame[frame["vestiging"].isin(list(aanpak.start))].dropna(subset=["score"])
    years = sorted(known["schooljaar"].unique())
    before, after = [y for y in years if y < begin], [y for y in years if y > begin]
    if not (begin and before and after):
        return [Estimate.not_computable(EFFECT, FEW_TEAMS, group=NAME, unit=APART)]
    pair = known[known["schooljaar"].isin([before[-1], after[0]])]
    means = pair.groupby(["vestiging", "schooljaar"])["score"].mean().unstack().dropna()
    drawn = pd.Series({code: aanpak.start[code] is not None for code in means.index}, dtype=bool)
    if min(int(drawn.sum()), int((~drawn).sum())) <= FEWEST_SCHOOLS:
        return [Estimate.not_computable(EFFECT, FEW_TEAMS, group=NAME, unit=APART)]
    told = pair[pair["vestiging"].isin(means.index)]
    return [*_levels(told, drawn), _effect(told, means, drawn)]


def _levels(told: pd.DataFrame, drawn: pd.Series) -> Iterator[Estimate]:
    order = pd.CategoricalDtype(sorted(told["schooljaar"].unique()), ordered=True)
    for name, side in ((DRAWN, True), (NOT_DRAWN, False)):
        own = told[told["vestiging"].map(drawn) == side]
        years, schools = own["schooljaar"].astype(order), own["vestiging"]
        found = gaps.means(own["score"], years, cluster=schools, name=name, unit=SCALE_POINTS)
        yield from found.estimates


def _effect(told: pd.DataFrame, means: pd.DataFrame, drawn: pd.Series) -> Estimate:
    """The difference of the mean changes; it rests on the teachers of the schools."""
    changes = pd.DataFrame({"change": means.iloc[:, 1] - means.iloc[:, 0], "drawn": drawn})
    found = gaps.mean_difference(
        changes, outcome="change", group="drawn", low=False, high=True, name=EFFECT, unit=APART
    )
    people = told.drop_duplicates(["vestiging", "respondent"])["vestiging"].map(drawn)
    smallest = int(people.value_counts().min())
    return replace(found, group=NAME, n=len(people), smallest=None if found.value is None else smallest)
