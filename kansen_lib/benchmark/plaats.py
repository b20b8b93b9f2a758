"""Pupils by where they live: outcomes by stedelijkheid, and of children of low incomes by gemeente.

An association of a place with its pupils, no effect of the place: who lives where is no lottery.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.data import Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps, ordinal
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.shrinkage import empirical_bayes_shares
from kansen_lib.stats.terms import Unit
from kansen_lib.store import Store

CITY, COUNTRYSIDE = codes.STEDELIJKHEID.codes[0], codes.STEDELIJKHEID.codes[-1]
HOMES, SCORE, HIGHER, ADJUSTED = "woonplaats", "toetsscore", "toets hoger dan advies", "advies bijgesteld"
AT_SCORE = "advies bij gelijke score"
CHANCE, CALM = "havo of vwo in leerjaar 3", "havo of vwo in leerjaar 3, met minder toeval"
POOR, RICH = "lage inkomens", "hoge inkomens"
#: The lowest and the highest two fifths of household income.
INCOMES = {"1": POOR, "2": POOR, "4": RICH, "5": RICH}


def rows(network: Network) -> Iterator[Row]:
    """All rows; nothing without pupils of several schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = network.pupils
    home = pupils["stedelijkheid"].astype(codes.STEDELIJKHEID.dtype())
    yield from _urban_rows(pupils.assign(stedelijkheid=home))
    yield from _income_rows(pupils, home_gemeente(network.store, pupils["pc4"]))


# --- city and countryside --------------------------------------------------------------------------------


def _urban_rows(pupils: pd.DataFrame) -> Iterator[Row]:
    """Where pupils live, and score and advies by that, of the pupils with a score on one scale."""
    known = pupils.dropna(subset=["stedelijkheid"])
    for label in codes.STEDELIJKHEID.codes:
        chosen = known["stedelijkheid"] == label
        yield "", gaps.share(int(chosen.sum()), len(known), name=HOMES, group=label), None
    tested = known.dropna(subset=["toetsscore", "basisschool"])
    place = tested["stedelijkheid"]
    for item in gaps.means(tested["toetsscore"], place, cluster=tested["basisschool"], name=SCORE).estimates:
        yield "", _shielded(item, tested, place == item.group), None
    for name, outcome in ((HIGHER, indicators.outcome("toets_hoger", tested)), (ADJUSTED, adjusted(tested))):
        yield from _share_rows(name, outcome, tested)
    yield from _advies_rows(tested)


def adjusted(pupils: pd.DataFrame) -> pd.Series:
    """Whether the advies went up, of pupils whose toetsadvies lies above the first advies."""
    higher = indicators.outcome("toets_hoger", pupils) == 1
    return (pupils["definitief"] > pupils["eerste"]).where(higher & pupils["definitief"].notna())


def _share_rows(name: str, outcome: pd.Series, pupils: pd.DataFrame) -> Iterator[Row]:
    """The share in each class, and countryside minus city."""
    place = pupils["stedelijkheid"]
    found = [
        _shielded(item, pupils, place == item.group, outcome)
        for item in gaps.shares(outcome, place, name=name).estimates
    ]
    for item in (*found, *_gap(found, CITY, COUNTRYSIDE)):
        yield "", item, None


def _gap(levels: list[Estimate], low: str, high: str) -> list[Estimate]:
    """The difference of two of the shares, held to the smallest cell of both; none where one is absent."""
    ends = [item for label in (low, high) for item in levels if item.group == label]
    if len(ends) < 2:
        return []
    count, n = [item.count or 0 for item in ends], [item.n or 0 for item in ends]
    gap = gaps.share_difference(count, n, name=ends[0].name, group=f"{high} minus {low}")
    cells = [item.smallest for item in ends if item.smallest is not None]
    return [replace(gap, smallest=min(cells)) if gap.value is not None else gap]


def _advies_rows(pupils: pd.DataFrame) -> Iterator[Row]:
    """The advies at an equal score in each class, minus that in the most urban one."""
    chosen = sample(pupils.dropna(subset=["eerste"]))
    for label in codes.STEDELIJKHEID.codes[1:]:
        yield "", _at_equal_score(chosen, label), None


def _at_equal_score(pupils: pd.DataFrame, label: str) -> Estimate:
    found = ordinal.gap_at_equal_score(
        pupils,
        place="eerste",
        score="toetsscore",
        group="stedelijkheid",
        cluster="basisschool",
        low=CITY,
        high=label,
        name=AT_SCORE,
    )
    return replace(found, group=f"{label} minus {CITY}")


# --- income and gemeente ---------------------------------------------------------------------------------


def home_gemeente(store: Store, pc4: pd.Series) -> pd.Series:
    """Gemeente of each home PC4: that of the schools in it; missing where no school stands."""
    places = store.read("vestigingen", ["pc4", "gemeente"]).dropna().drop_duplicates("pc4")
    return pc4.map(places.set_index("pc4")["gemeente"])


def _income_rows(pupils: pd.DataFrame, gemeente: pd.Series) -> Iterator[Row]:
    """Who sits in a class with havo or vwo in leerjaar 3, of low and of high incomes, by gemeente.

    The design of the KansenKaart: children of like incomes, in different places.
    """
    known = pupils.assign(
        inkomen=pupils["inkomenskwintiel"].map(INCOMES).astype(pd.CategoricalDtype([POOR, RICH])),
        gemeente=gemeente,
        outcome=indicators.outcome("havo_of_vwo_in_leerjaar_3", pupils),
    ).dropna(subset=["inkomen", "gemeente", "outcome"])
    for item in _levels_and_gap(known):
        yield "", item, None
    for place, members in known.groupby("gemeente"):
        for item in _levels_and_gap(members):
            yield str(place), item, None
    for group, members in known.groupby("inkomen", observed=True):
        yield from _calm_rows(str(group), members)


def _levels_and_gap(pupils: pd.DataFrame) -> list[Estimate]:
    """The share of both groups of incomes, then their difference."""
    yes, group = pupils["outcome"].astype(bool), pupils["inkomen"]
    found = [
        _shielded(item, pupils, group == item.group, yes)
        for item in gaps.shares(yes, group, name=CHANCE).estimates
    ]
    return [*found, *_gap(found, POOR, RICH)]


def _calm_rows(group: str, pupils: pd.DataFrame) -> Iterator[Row]:
    """The share of one group in each gemeente, pulled towards that of the average gemeente."""
    yes = pupils["outcome"].astype(bool)
    table = yes.groupby(pupils["gemeente"]).agg(["sum", "size"]).reset_index()
    found = empirical_bayes_shares(table, count="sum", n="size", unit="gemeente", name=CALM)
    counts = table.set_index("gemeente")
    for item in found.estimates:
        if item.group in counts.index:
            here = pupils["gemeente"] == item.group
            named = replace(item, group=group, count=int(counts.loc[item.group, "sum"]))
            yield item.group, _shielded(named, pupils, here, yes), None


def _shielded(
    item: Estimate, pupils: pd.DataFrame, chosen: pd.Series, outcome: pd.Series | None = None
) -> Estimate:
    """The estimate, held to its smallest cell when the pupils of any one school are taken away.

    A school knows its own pupils: of what the place as a whole shows, it could count the others.
    """
    if item.value is None:
        return item
    rows = pupils[chosen] if outcome is None else pupils[chosen & outcome.notna()]
    parts = [pd.Series(True, index=rows.index)]
    if outcome is not None and item.unit == Unit.SHARE:
        yes = outcome.loc[rows.index].astype(bool)
        parts = [yes, ~yes]
    counts = [part.groupby(rows["vestiging"]).sum() for part in parts]
    return replace(item, smallest=min(int(count.sum() - count.max()) for count in counts))
