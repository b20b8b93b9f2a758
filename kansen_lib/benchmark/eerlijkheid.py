"""Whether the advies predicts well, and as well for every group: counted alike for a school and for all.

The decision is an advies of havo or higher, what came of it a class with havo or vwo in leerjaar 3. The
advies itself opens the way to such a class, so that nothing here says how a pupil would have done with
another advies (selective labels).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark import views
from kansen_lib.benchmark.data import SEED, Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import OPLEIDING, Groups, background
from kansen_lib.stats import decomposition, fairness, gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

#: Under which these numbers are kept.
UNIT = "eerlijkheid"
#: The decision: a first advies of havo or higher.
FIRST = "eerste_havo"
#: What each rate is called, by its name in the field: of who is in havo or vwo later, and of who is not, the
#: share with a havo-advies; of who had one, and of who had a lower advies, the share in havo or vwo later.
RATES = {
    "true positive rate": "herkend",
    "false positive rate": "voordeel van de twijfel",
    "positive predictive value": "advies uitgekomen",
    "false omission rate": "toch gehaald",
}
ALL, BOTH = "allen samen", "laag en hoog samen"
#: Adviezen after which enough pupils go either way.
BETWEEN = ("vmbo-gt", "vmbo-gt/havo", "havo")
#: Advies at the border between two levels, and the higher of them: who got it was only just given it.
BORDERS = {"vmbo-k/gt": "vmbo-gt", "vmbo-gt/havo": "havo", "havo/vwo": "vwo"}
CHANCE = "later op havo of vwo, naar advies"
AGAINST = "gezien min verwacht"
SHARE, AT_SCORE = "havo-advies", "havo-advies bij gelijke toetsscore"
BASE, IMPLIED = "later op havo of vwo", "voordeel van de twijfel, uitgerekend"
#: What is predicted, and its column; what predicts it, and the columns of that.
PREDICTED = {"niveau in leerjaar 3": "niveau3", "niveau van het diploma": "diploma_stap"}
PREDICTORS = {
    "advies": ["eerste"],
    "toets": ["toetsscore"],
    "advies en toets samen": ["eerste", "toetsscore"],
}
ONE_BY_ONE = ("advies", "toets")
#: Fewest pupils for a share of the spread.
FEWEST = 30
TOO_FEW = f"te weinig leerlingen voor een eigen berekening (minder dan {FEWEST})"


def rows(network: Network) -> Iterator[Row]:
    """Validity and fairness of the advies over all schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    data = decided(network.pupils)
    if not several_schools(data):
        return
    chances = chance_by_advies(data)
    known = against_chance(data, {item.group: item.value for item in chances})
    found = [*chances, *predicted(data), *predicted_by_group(data), *rates_of_all(data)]
    found += [item for label in BETWEEN for item in _at_advies(data, label)]
    found += [*rates(data, OPLEIDING), *calibrated(known, OPLEIDING)]
    found += [*parity(data), *at_the_borders(data), *impossible(data)]
    yield from ((UNIT, item, None) for item in found)


def decided(pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils whose adviezen and level in leerjaar 3 are known, of one kind of test.

    Of :func:`kansen_lib.indicators.pupils`. A class of three levels or more says nothing of the level of
    a pupil. Added: :data:`FIRST`, ``havo`` (True: in a class with havo or vwo), ``diploma_stap``,
    ``groep`` (basisschool, of an unknown one the pupil) and ``opleiding``.
    """
    known = background(views.followed(pupils[pupils["zelfde_toets"]]))
    known = known.dropna(subset=["eerste", "definitief", "niveau3"])
    height = codes.step("havo")
    return known.assign(
        eerste_havo=known["eerste"] >= height,
        havo=known["havo_of_vwo_in_leerjaar_3"].astype(bool),
        diploma_stap=indicators.steps(known["diploma_niveau"]),
        groep=known["basisschool"].fillna(known["leerling"]),
    )


# --- how well it predicts -----------------------------------------------------------------------------


def predicted(data: pd.DataFrame) -> list[Estimate]:
    """Share of the spread in level and in diploma that goes with advies, with toets and with both.

    Linear, of the same pupils each time.
    """
    found = []
    for name, column in PREDICTED.items():
        known = data.dropna(subset=[column, "eerste", "toetsscore"])
        for label, columns in PREDICTORS.items():
            found.append(replace(_explained(known, column, columns), name=name, group=label))
    return found


def predicted_by_group(data: pd.DataFrame) -> list[Estimate]:
    """The same of the level in leerjaar 3, by parental education: advies alone, and toets alone."""
    known = data.dropna(subset=["toetsscore", OPLEIDING.column])
    return [
        replace(_explained(part, "niveau3", PREDICTORS[name]), name=name, group=str(label))
        for name in ONE_BY_ONE
        for label, part in known.groupby(OPLEIDING.column, observed=True)
    ]


def _explained(known: pd.DataFrame, outcome: str, columns: list[str]) -> Estimate:
    if len(known) < FEWEST:
        return Estimate.not_computable("R2", TOO_FEW, unit=Unit.VARIANCE_SHARE, n=len(known))
    found = decomposition.shapley_r2(
        known, outcome=outcome, blocks={"all": columns}, cluster="groep", seed=SEED
    )
    alike = known[outcome].nunique() < 2  # that all have the same level is no reason to tell
    return replace(found["R2"], unit=Unit.VARIANCE_SHARE, smallest=0 if alike else len(known))


# --- right and wrong ----------------------------------------------------------------------------------


def rates_of_all(data: pd.DataFrame) -> list[Estimate]:
    """The four rates of the first advies, all pupils together.

    All are held to the smallest of the four cells: three of them would give the fourth back.
    """
    found = []
    for name, (asked, given, value) in fairness.decisions.ODDS.items():
        columns = {"decision": FIRST, "outcome": "havo"}
        part = data.loc[data[columns[given]] == value, columns[asked]]
        found.append(gaps.share(int(part.sum()), len(part), name=RATES[name], group=ALL))
    return [replace(item, smallest=_smallest_cell(data)) for item in found]


def _smallest_cell(data: pd.DataFrame) -> int:
    """Pupils in the smallest cell of decision by outcome; nobody is a small cell too."""
    given, made = data[FIRST], data["havo"]
    return int(min((a & b).sum() for a in (given, ~given) for b in (made, ~made)))


def rates(data: pd.DataFrame, pair: Groups) -> list[Estimate]:
    """The four rates of two groups, and how far they lie apart; held to the smallest cell of each."""
    sides = {"group": pair.column, "low": pair.low, "high": pair.high}
    found = fairness.equalised_odds(data, decision=FIRST, outcome="havo", cluster="groep", **sides)
    cells = {label: _smallest_cell(data[data[pair.column] == label]) for label in (pair.low, pair.high)}
    cells[pair.gap] = min(cells.values())
    return [replace(item, name=RATES[item.name], smallest=cells[item.group]) for item in found.estimates]


def parity(data: pd.DataFrame) -> list[Estimate]:
    """How much more often one group has a first advies of havo, over all and at the same toetsscore.

    The same is within a whole point: ten strata a point would take minutes, and few hold both groups.
    """
    pair = OPLEIDING
    known = sample(data.dropna(subset=["toetsscore", pair.column]))
    known = known.assign(punten=known["toetsscore"].round())
    facts = {"group": pair.gap, "unit": Unit.POINTS}
    sizes = known[pair.column].value_counts()
    if not (sizes.get(pair.low, 0) and sizes.get(pair.high, 0)):
        return [Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts) for name in (SHARE, AT_SCORE)]
    sides = {"group": pair.column, "low": pair.low, "high": pair.high, "cluster": "groep"}
    found = fairness.conditional_parity(known, decision=FIRST, strata="punten", name=SHARE, **sides)
    within = replace(found[SHARE, "within strata"], name=AT_SCORE, **facts)
    return [replace(found[SHARE, "all"], **facts), within]


# --- the same advies, the same chance -----------------------------------------------------------------


def chance_by_advies(data: pd.DataFrame) -> list[Estimate]:
    """The share that is in havo or vwo later, by first advies: the chance that an advies implies."""
    return list(gaps.shares(data["havo"], data["advies_eerste"], name=CHANCE).estimates)


def against_chance(data: pd.DataFrame, chances: dict[str, float | None]) -> pd.DataFrame:
    """The pupils with ``kans``, the chance that their first advies implies, and ``over``: 1 or 0 minus it."""
    chance = data["advies_eerste"].map(chances).astype(float)
    return data.assign(kans=chance, over=data["havo"] - chance).dropna(subset=["kans"])


def calibrated(known: pd.DataFrame, pair: Groups) -> list[Estimate]:
    """How much more often each group is in havo or vwo than pupils with the same advies, and the gap.

    The chances are taken as known. Held to the smaller cell of each group: beside what is expected it
    would give a count.
    """
    sides = {"group": pair.column, "chance": "kans", "outcome": "havo", "cluster": "groep"}
    told = known.dropna(subset=[pair.column])
    found = [
        replace(item, name=AGAINST, unit=Unit.POINTS)
        for item in fairness.calibration(told, **sides).estimates
        if item.name == "observed minus expected" and item.group
    ]
    counts = told.groupby(pair.column, observed=True)["havo"].agg(["sum", "size"])
    cells = {str(label): int(min(k, n - k)) for label, k, n in counts.itertuples()}
    levels = [replace(item, smallest=cells[item.group]) for item in found]
    gap = gaps.mean_difference(
        told,
        outcome="over",
        group=pair.column,
        low=pair.low,
        high=pair.high,
        cluster="groep",
        name=AGAINST,
        unit=Unit.POINTS,
    )
    fewest = min((cells.get(label, 0) for label in (pair.low, pair.high)), default=0)
    return [*levels, replace(gap, group=pair.gap, smallest=fewest)]


def _at_advies(data: pd.DataFrame, label: str) -> list[Estimate]:
    """The share in havo or vwo after one advies, a line a group of parental education."""
    part = data[data["advies_eerste"] == label]
    found = gaps.shares(part["havo"], part[OPLEIDING.column], name=CHANCE).estimates
    return [replace(item, name=f"opleiding {item.group}", group=label) for item in found]


def at_the_borders(data: pd.DataFrame) -> list[Estimate]:
    """Of who got the higher of two neighbouring adviezen, how many made the higher level: by group."""
    found: list[Estimate] = []
    for advies, level in BORDERS.items():
        part = data[data["advies_eerste"] == advies]
        part = part.assign(kreeg=True, haalde=part["niveau3"] >= codes.step(level))
        sides = {"group": OPLEIDING.column, "low": OPLEIDING.low, "high": OPLEIDING.high, "cluster": "groep"}
        test = fairness.outcome_test(part, decision="kreeg", outcome="haalde", name=border(advies), **sides)
        found += test.estimates
    return found


def border(advies: str) -> str:
    """What the test at a border is called."""
    return f"{BORDERS[advies]} gehaald na advies {advies}"


# --- why not all at once ------------------------------------------------------------------------------


def impossible(data: pd.DataFrame) -> list[Estimate]:
    """What the false positive rate of each group would be, were the two other rates the same for both."""
    pair = OPLEIDING
    both = data[data[pair.column].isin([pair.low, pair.high])]
    bases = [item for item in _base_rates(both) if item.group in (pair.low, pair.high)]
    common = {item.name: replace(item, group=BOTH) for item in rates_of_all(both)}
    right, found = RATES["positive predictive value"], RATES["true positive rate"]
    if len(bases) < 2 or any(item.value is None for item in (*bases, common[right], common[found])):
        return [Estimate.not_computable(BASE, Reason.EMPTY_GROUP, unit=Unit.SHARE)]
    shared = {
        "positive_predictive_value": common[right].value,
        "true_positive_rate": common[found].value,
    }
    implied = [
        replace(
            fairness.implied_false_positive_rate(base_rate=base.value, **shared),
            name=IMPLIED,
            group=base.group,
            n=base.n,
            smallest=_smallest_cell(both),
        )
        for base in bases
    ]
    return [*bases, common[right], common[found], *implied]


def _base_rates(data: pd.DataFrame) -> Iterable[Estimate]:
    return gaps.shares(data["havo"], data[OPLEIDING.column], name=BASE).estimates
