"""Language at home, herkomst and newcomers: what the chapter on causes reads of all schools together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark.data import Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.scores import MOMENTS as SCORES
from kansen_lib.benchmark.scores import RELIABILITY
from kansen_lib.benchmark.vergelijken import (
    HERKOMST,
    PLACE,
    THUISTAAL,
    Groups,
    background,
    means_and_gap,
    shares_and_gap,
    steps_and_gap,
)
from kansen_lib.stats import gaps, ordinal
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

#: The moments at which both domains are tested.
MOMENTS = tuple(SCORES)
#: A taal score this many points below that of rekenen is a lag: half a standard deviation of the tests.
LAG = 7.5
DOMAINS = ("taal", "rekenen")


def rows(network: Network) -> Iterator[Row]:
    """Language by home language, advice by herkomst, and the way of newcomers, over all schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = domains(network.pupils, network.toetsen)
    found = lines(pupils)
    known = {item.group: item.value for item in found}
    found += [*language(pupils), *against_maths(pupils), *risen(pupils), *caught_up(pupils, known)]
    found += [*advice(sample(pupils)), *path(pupils, network.loopbaan)]
    yield from (("", item, None) for item in found)


def domains(pupils: pd.DataFrame, toetsen: pd.DataFrame) -> pd.DataFrame:
    """The pupils with a column for each domain and moment (``"taal groep 8"``), where they entered."""
    tests = toetsen[toetsen["domein"].isin(DOMAINS)].merge(
        pupils[["leerling", "vestiging"]], on=["leerling", "vestiging"]
    )
    label = tests["domein"] + " " + tests["moment"]
    wide = tests.assign(label=label).groupby(["leerling", "label"])["score"].mean().unstack()
    columns = [f"{domain} {moment}" for domain in DOMAINS for moment in MOMENTS]
    return background(pupils).merge(
        wide.reindex(columns=columns), left_on="leerling", right_index=True, how="left"
    )


def language(pupils: pd.DataFrame) -> list[Estimate]:
    """Mean taal score by home language at each moment, and the gap in standard deviations (Hedges g).

    The same pupils at every moment of which there are scores: others would come and go between them.
    """
    columns = [f"taal {moment}" for moment in MOMENTS]
    same = pupils.dropna(subset=[name for name in columns if pupils[name].notna().any()])
    return [
        item
        for moment, column in zip(MOMENTS, columns, strict=True)
        for item in means_and_gap(
            f"taal in {moment}", same[column], same["thuistaal"], THUISTAAL, unit=Unit.SCORE
        )
    ]


def against_maths(pupils: pd.DataFrame) -> list[Estimate]:
    """How far taal lies from rekenen of the same pupils, in points, by home language, at each moment.

    What both scores share, such as the effort of that day, drops out of the difference.
    """
    found: list[Estimate] = []
    for moment in MOMENTS:
        lag = pupils[f"taal {moment}"] - pupils[f"rekenen {moment}"]
        data = pupils.assign(lag=lag).dropna(subset=["lag", "thuistaal"])
        name = f"taal min rekenen in {moment}"
        found += steps_and_gap(name, data, "lag", THUISTAAL, unit=Unit.SCORE)
    return found


#: With and without a lag in taal, as groups of later opstroom.
WITHOUT, WITH = "taal past bij rekenen", "taal blijft achter"
RISEN = "hoger dan het advies in leerjaar 3"
LAGGING = Groups("taal tegen rekenen", WITHOUT, WITH)


def risen(pupils: pd.DataFrame) -> list[Estimate]:
    """Share above the first advice in leerjaar 3, with and without a lag in taal in groep 8."""
    lag = pupils["rekenen groep 8"] - pupils["taal groep 8"]
    label = (lag >= LAG).map({True: WITH, False: WITHOUT}).where(lag.notna())
    group = label.astype(pd.CategoricalDtype([WITHOUT, WITH], ordered=True))
    place = indicators.position(pupils["advies_eerste"], pupils["leerjaar3"], "inspectie")
    return shares_and_gap(RISEN, (place == "boven").where(place.notna()), group, LAGGING)


#: The score at a moment below which a pupil counts as behind in taal.
LINE = "grens taal"
CAUGHT_UP = "ingelopen in"


def lines(pupils: pd.DataFrame) -> list[Estimate]:
    """Per moment the taal score half a standard deviation below the mean of who speaks Dutch at home."""
    found = []
    for moment in MOMENTS:
        score = pupils.loc[pupils["thuistaal"] == THUISTAAL.high, f"taal {moment}"].dropna()
        if len(score) > 1:
            value = float(score.mean() - score.std() / 2)
            found.append(Estimate(LINE, moment, value, Unit.SCORE, n=len(score)))
    return found


def caught_up(pupils: pd.DataFrame, line: Mapping[str, float]) -> list[Estimate]:
    """Of who was behind in taal in groep 8, the share that no longer is at a later moment, by home language.

    Who scored low by chance rises by itself (regression to the mean): that holds for pupils who speak
    Dutch at home too, which is why they stand beside.

    Args:
        pupils: rows of :func:`domains`.
        line: the score of :func:`lines` at each moment.
    """
    start, *later = MOMENTS
    if start not in line:
        return []
    behind = pupils[pupils[f"taal {start}"] < line[start]]
    found: list[Estimate] = []
    for moment in (moment for moment in later if moment in line):
        score = behind[f"taal {moment}"]
        reached = (score >= line[moment]).where(score.notna())
        found += shares_and_gap(f"{CAUGHT_UP} {moment}", reached, behind["thuistaal"], THUISTAAL)
    return found


# --- advice by herkomst ---------------------------------------------------------------------------------

ADVICE = "eerste advies"
EQUAL, TRUE = "bij gelijke score en opleiding", "bij gelijke ware score en opleiding"


def advice(pupils: pd.DataFrame) -> list[Estimate]:
    """First advice in steps by herkomst: level, gap, and the gap at an equal score and parental education.

    The same call for one school and for all. The last gap is at an equal true score: at an equal
    observed one the group with the lower mean has the lower true score (reliability 0.90).
    """
    known = indicators.comparable_at_score(pupils).dropna(subset=["herkomst"])
    levels = steps_and_gap(ADVICE, known, "eerste", HERKOMST, level=PLACE)
    return [*levels, _at_equal_score(known), _at_true_score(known)]


def _at_equal_score(known: pd.DataFrame) -> Estimate:
    score = known["toetsscore"] - known["toetsscore"].mean()
    gap = gaps.mean_difference(
        known.assign(score=score, score_2=score**2),
        outcome="eerste",
        group="herkomst",
        low=HERKOMST.low,
        high=HERKOMST.high,
        covariates=("score", "score_2", "opleiding"),
        cluster="basisschool",
        name=EQUAL,
        unit=Unit.STEPS,
    )
    return replace(gap, group=HERKOMST.gap)


def _at_true_score(known: pd.DataFrame) -> Estimate:
    ends = known[known["herkomst"].isin([HERKOMST.low, HERKOMST.high])]
    high = ends["herkomst"] == HERKOMST.high
    sizes = high.value_counts()
    facts = {"name": TRUE, "group": HERKOMST.gap, "unit": Unit.STEPS}
    if len(sizes) < 2:
        return Estimate.not_computable(reason=Reason.EMPTY_GROUP, **facts)
    found = ordinal.errors_in_variables(
        ends.assign(high=high),
        outcome="eerste",
        score="toetsscore",
        reliability=RELIABILITY,
        regressors=["high", "opleiding"],
        cluster="basisschool",
    )
    item = next((item for item in found.estimates if item.name == "high"), found.estimates[0])
    return replace(item, **facts, smallest=None if item.value is None else int(sizes.min()))


# --- newcomers ------------------------------------------------------------------------------------------

#: Years after entry that are shown: later on only the long routes are left.
YEARS = 4
PATHS = {"ja": "nieuwkomers", "nee": "andere leerlingen"}


def path(pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> list[Estimate]:
    """Mean level, in steps, in each school year since entry: of newcomers and of the others.

    The same call for one school and for all. The same pupils in every year: those who sat at the vestiging
    of entry in all of them, because who leaves would else be known by the difference of two years. Both
    groups are held to the smaller one: with the mean of all pupils one would give the other back.
    """
    here = loopbaan.merge(
        pupils[["leerling", "vestiging", "cohort", "nieuwkomer"]], on=["leerling", "vestiging"]
    )
    year = here["schooljaar"].str[:4].astype(int) - here["cohort"].str[:4].astype(int) + 1
    data = here.assign(step=indicators.steps(here["niveau"]), jaar="jaar " + year.astype(str))
    data = data[year <= YEARS].dropna(subset=["step", "nieuwkomer"])
    data = data[data.groupby("leerling")["jaar"].transform("nunique") == YEARS]
    found = [
        item
        for answer, name in PATHS.items()
        for own in (data[data["nieuwkomer"] == answer],)
        for item in gaps.means(own["step"], own["jaar"], name=name, unit=PLACE).estimates
    ]
    least = min((item.n for item in found if item.n is not None), default=None)
    return [item if item.value is None else replace(item, smallest=least) for item in found]
