"""From advies to diploma, and how each school year ends: of all schools together and of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.context import GAP, HIGH, LOW, held_apart, levels_and_gap
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.scores import END, FIRST, START
from kansen_lib.stats import flows, gaps, inference
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

#: On the way from groep 8 to leerjaar 3: what is measured, in order, and its column.
STATIONS = {
    "score in groep 8": START,
    "eerste advies": "eerste",
    "score in leerjaar 1": FIRST,
    "score in leerjaar 3": END,
    "niveau in leerjaar 3": "niveau_3",
}
#: At the end: the indicators of who got what.
DIPLOMAS = {"diploma": "diploma", "havo- of vwo-diploma": "havo_vwo_diploma"}
#: How a year can end, and the first leerjaar of which that is counted (CBS).
ENDINGS = {"doubleren": 1, "opstroom": 3, "afstroom": 3}
#: Cohorts that left groep 8 without a test, and the ones just before and after.
NO_TEST, BESIDE = "2020-2021", ("2019-2020", "2021-2022")
#: How much larger the gap was in that year.
EXTRA = "extra verschil in het jaar zonder toets"
#: Levels of groep 8 that are aimed at.
AIMS = {"taal 2F": "taal_streefniveau", "rekenen 1S": "rekenen_streefniveau"}
#: Ten places of a hundred.
PLACES = "plaatsen van de 100"


def rows(network: Network) -> Iterator[Row]:
    """Gaps along the way, endings of years, levels reached and places over all schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    data, years = network.learners, years_of(network.pupils, network.loopbaan)
    found = [*along_the_way(data), *endings(years), *endings_by_year(years)]
    found += [*advies_by_cohort(data), *without_test(data), *aims_by_cohort(data)]
    found.append(replace(place_of_child(data, "vestiging"), name="plaats van kind en ouders"))
    yield from (("", item, None) for item in found)


# --- the gap, station by station ----------------------------------------------------------------------


def along_the_way(data: pd.DataFrame) -> list[Estimate]:
    """The gap at every station: in standard deviations, of diplomas in percentage points with the levels."""
    found = []
    for name, column in STATIONS.items():
        low, high = (data.loc[data["opleiding"] == label, column] for label in (LOW, HIGH))
        found.append(gaps.hedges_g(low, high, name=name, group=GAP))
    for name, indicator in DIPLOMAS.items():
        items = levels_and_gap(
            indicators.INDICATORS[indicator], indicators.outcome(indicator, data), data["opleiding"]
        )
        found += [replace(item, name=name) for item in held_apart(items, indicator, data)]
    return found


# --- how each year ends -------------------------------------------------------------------------------


def years_of(pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> pd.DataFrame:
    """A row a pupil and school year at the vestiging of entry of which the ending is known.

    A pupil of an internationale schakelklas is left out in leerjaar 1, as CBS does: the year before was
    no year of the vo.
    """
    known = loopbaan[is_told(loopbaan)].merge(
        pupils[["leerling", "vestiging", "opleiding", "nieuwkomer"]], on=["leerling", "vestiging"]
    )
    return known[~((known["leerjaar"] == 1) & (known["nieuwkomer"] == "ja"))]


def is_told(loopbaan: pd.DataFrame) -> pd.Series:
    """Whether it is known how each row ended, and how the others of that school year did.

    Of the last school year only diplomas may be known yet: with those rows alone, nobody would have failed.
    """
    last = loopbaan["schooljaar"] == loopbaan["schooljaar"].max()
    unknown = loopbaan["afloop"] == "onbekend"
    return ~unknown & ~(last & (last & unknown).any())


def endings(years: pd.DataFrame) -> list[Estimate]:
    """Share of pupil-years that end in doubleren, opstroom or afstroom, by group, with the gap."""
    found = []
    for name, first in ENDINGS.items():
        part = years[years["leerjaar"] >= first]
        found += by_group(name, part, part["afloop"] == name)
    return found


def by_group(name: str, part: pd.DataFrame, ended: pd.Series) -> Iterator[Estimate]:
    """Level of each group and the gap; what the gate sees are pupils, of whom one may have several years."""
    levels = gaps.shares(ended, part["opleiding"], name=name).estimates
    held = [held_to_pupils(item, part[part["opleiding"] == item.group], ended) for item in levels]
    yield from held
    pair = {item.group: item for item in held}
    if LOW not in pair or HIGH not in pair:
        return
    low, high = pair[LOW], pair[HIGH]
    gap = gaps.share_difference([low.count, high.count], [low.n, high.n], name=name, group=GAP)
    fewest = [item.smallest for item in (low, high) if item.smallest is not None]
    yield gap if gap.value is None else replace(gap, smallest=min([gap.smallest, *fewest]))


def held_to_pupils(item: Estimate, part: pd.DataFrame, ended: pd.Series) -> Estimate:
    """The share with the smaller number of pupils in either cell, counted once each."""
    if item.value is None:
        return item
    here = ended.reindex(part.index)
    cells = [part.loc[chosen, "leerling"].nunique() for chosen in (here, ~here)]
    return replace(item, smallest=min(cells))


def endings_by_year(years: pd.DataFrame) -> list[Estimate]:
    """Share of pupil-years that end in doubleren or afstroom, leerjaar by leerjaar, all pupils together.

    Opstroom is too rare to be told of one leerjaar of one school.
    """
    found = []
    for name in ("doubleren", "afstroom"):
        for leerjaar in range(ENDINGS[name], 7):
            part = years[years["leerjaar"] == leerjaar]
            label = f"leerjaar {leerjaar}"
            if part.empty:
                continue
            ended = part["afloop"] == name
            item = gaps.share(int(ended.sum()), len(part), name=f"{name} per leerjaar", group=label)
            found.append(held_to_pupils(item, part, ended))
    return found


# --- cohort by cohort ---------------------------------------------------------------------------------


def groep_8(cohort: str) -> str:
    """School year of groep 8 of a cohort of the vo."""
    first = int(cohort[:4]) - 1
    return f"{first}-{first + 1}"


def advies_by_cohort(data: pd.DataFrame) -> list[Estimate]:
    """Share with a definitive advies of havo or higher per group and school year of groep 8, and the gap.

    Everything of a year is held to the smallest cell of its groups: the others and a total of the year
    would give a hidden group back.
    """
    known = data.dropna(subset=["definitief", "opleiding"])
    found: list[Estimate] = []
    for cohort, part in known.groupby("cohort"):
        levels = list(gaps.shares(part["definitief"] >= codes.step("havo"), part["opleiding"]).estimates)
        smallest = min(cell for item in levels for cell in (item.count, item.n - item.count))
        pair = [item for item in levels if item.group in (LOW, HIGH)]
        if len(pair) == 2:
            levels.append(gaps.share_difference([x.count for x in pair], [x.n for x in pair], group=GAP))
        year = groep_8(str(cohort))
        found += [replace(item, name=item.group, group=year, smallest=smallest) for item in levels]
    order = {"laag": 0, "midden": 1, "hoog": 2, GAP: 3}
    return sorted(found, key=lambda item: order[item.name])


def without_test(data: pd.DataFrame) -> list[Estimate]:
    """How much larger the gap in havo advies was in the year without a test than in the years beside it."""
    havo = data["definitief"].ge(codes.step("havo")).astype(float).where(data["definitief"].notna())
    item = extra_without_test(data, havo, EXTRA, Unit.POINTS)
    beside = _years_beside(data.assign(outcome=havo))
    cells = beside.groupby(["hoog", "zonder"])["outcome"].agg(["sum", "size"])
    smallest = int(min(cells["sum"].min(), (cells["size"] - cells["sum"]).min())) if len(cells) else None
    return [replace(item, smallest=smallest)]  # of a reason too: without spread all have one outcome


def extra_without_test(data: pd.DataFrame, outcome: pd.Series, name: str, unit: str) -> Estimate:
    """How much larger the gap in an outcome was in the year without a test than in the years beside it.

    A comparison of cohorts: other things changed in 2020 too. Least squares of the outcome on group, year
    and both at once.

    Args:
        data: the learners.
        outcome: a number a learner, missing where it is not known; same index.
        name: name of the estimate.
        unit: unit of the outcome, or of a difference of shares.
    """
    table = _years_beside(data.assign(outcome=outcome))
    if table["cohort"].nunique() < 3:
        reason = "de jaren 2018-2019 tot en met 2020-2021 zijn er niet alle drie"
        return Estimate.not_computable(name, reason, group=GAP, unit=unit)
    found = inference.coefficients(
        table, outcome="outcome", regressors=["hoog", "zonder", "beide"], cluster="basisschool", name=name
    )
    fewest = int(table.groupby(["hoog", "zonder"]).size().min())
    return replace(found[name, "beide"], group=GAP, unit=unit, smallest=fewest)


def _years_beside(data: pd.DataFrame) -> pd.DataFrame:
    """Both groups in the year without a test and in the years beside it, of whom the outcome is known."""
    both = data[data["opleiding"].isin([LOW, HIGH]) & data["cohort"].isin([NO_TEST, *BESIDE])]
    hoog, zonder = both["opleiding"] == HIGH, both["cohort"] == NO_TEST
    return both.assign(hoog=hoog, zonder=zonder, beide=hoog & zonder).dropna(subset=["outcome"])


def aims_by_cohort(data: pd.DataFrame) -> list[Estimate]:
    """Share that reached the streefniveau of groep 8, a school year each; without a test a reason."""
    found = []
    for name, indicator in AIMS.items():
        outcome = indicators.outcome(indicator, data)
        for cohort, part in outcome.groupby(data["cohort"]):
            known, year = part.dropna(), groep_8(str(cohort))
            if known.empty:
                facts = {"group": year, "unit": Unit.SHARE}
                found.append(Estimate.not_computable(name, "in dat jaar zijn geen niveaus bekend", **facts))
            else:
                found.append(gaps.share(int(known.sum()), len(known), name=name, group=year))
    return found


# --- place of child and parents -----------------------------------------------------------------------


def place_of_child(data: pd.DataFrame, cluster: str) -> Estimate:
    """How many places of a hundred higher a child sits in leerjaar 3 for ten places of the parents."""
    found = flows.rank_slope(data, child="niveau_3", parent="opleiding_stap", cluster=cluster)
    ends = {key: getattr(found, key) for key in ("value", "lower", "upper", "standard_error")}
    tenfold = {key: None if x is None else 10 * x for key, x in ends.items()}
    return replace(found, unit=PLACES, **tenfold)
