"""How apart the levels sit in a region: counted alike for one region and for every gemeente of a store.

No published value of segregation in the vo exists to compare with: what the gemeenten of the same store
have is a comparison, no norm. No gemeente is named, and none has a rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark.data import SEED, Network
from kansen_lib.benchmark.numbers import Row, corrected
from kansen_lib.stats import gaps, meta, segregation
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.shrinkage import FEWEST_UNITS
from kansen_lib.stats.terms import Interval, Method, Unit
from kansen_lib.store import Store


@dataclass(frozen=True)
class Index:
    """An index as a report names it.

    Attributes:
        function: name of its function in ``stats.segregation``.
        group: column of the groups that are held apart.
    """

    function: str
    group: str


#: Between two directions: havo/vwo on one side, pro and vmbo on the other.
SIX = {
    "D": Index("dissimilarity", "richting"),
    "Gini": Index("gini", "richting"),
    "V": Index("normalised_exposure", "richting"),
    "H": Index("theil", "richting"),
    "Hutchens": Index("hutchens", "richting"),
    "Atkinson": Index("atkinson", "richting"),
}
#: Between all levels of the ladder.
ALL_LEVELS = "H, alle niveaus"
INDICES = {**SIX, ALL_LEVELS: Index("theil", "niveau")}

#: Under which the numbers of all gemeenten are kept, and what follows the name of their middle half.
UNIT, MIDDLE, HOW_MANY, AGREEMENT = "gemeenten", ", middelste helft", "aantal gemeenten", "samenhang met D"
#: All gemeenten with two vestigingen or more, and classes by number of vestigingen.
EVERY = "2 of meer vestigingen"
CLASSES = {2: "2 vestigingen", 5: "3 tot 5 vestigingen", 10: "6 tot 10 vestigingen"}
LARGE = "meer dan 10 vestigingen"
#: Random divisions and draws for one region in the network phase, and for the region of a report.
NETWORK_DRAWS, DRAWS = 100, 500


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """The counts of the latest school year in which somebody is counted."""
    counted = rows[rows["upper"] > 0]
    return counted[counted["schooljaar"] == counted["schooljaar"].max()]


def like(vestigingen: int) -> str:
    """The class of regions with about as many vestigingen: with more schools there is more to choose."""
    return next((label for most, label in CLASSES.items() if vestigingen <= most), LARGE)


def apart(rows: pd.DataFrame, index: Index, name: str, draws: int = DRAWS) -> Result:
    """An index of a region, by chance and corrected; see :func:`kansen_lib.stats.segregation.with_chance`.

    Of all levels together the smallest one singles nobody out: its pupils are counted in the open.
    """
    found = segregation.with_chance(
        rows, index.group, "vestiging", "aantal", index=index.function, draws=draws, seed=SEED, name=name
    )
    if index.group != "niveau":
        return found
    return replace(found, estimates=tuple(replace(item, smallest=None) for item in found.estimates))


def with_error(item: Estimate) -> Estimate:
    """The estimate with a standard error also where all draws are alike, under complete segregation.

    One pupil at another school would change it by about one over their number: less than that is not known.
    """
    if item.value is None or not item.n:
        return item
    return replace(item, standard_error=max(item.standard_error or 0.0, 1 / item.n))


# --- all gemeenten of the store ------------------------------------------------------------------------


def rows(network: Network) -> Iterator[Row]:
    """The middle half of all gemeenten with two vestigingen or more, and of those of about as many."""
    found = of_gemeenten(network.store)
    if found.empty:
        return
    for name in INDICES:
        known = found[found["name"] == name]
        yield from _spread(known, name, EVERY)
        for label, part in known.groupby("class"):
            yield from _spread(part, name, str(label))
    yield from ((UNIT, item, None) for item in _agreement(found))


def of_gemeenten(store: Store) -> pd.DataFrame:
    """A row an index and gemeente: ``name``, ``gemeente``, ``class``, ``value``, ``error`` and ``n``.

    The value is corrected for the bias of small units; a gemeente where an index does not exist is not there.
    """
    counts = areas.levels(store)
    found = []
    for gemeente, part in counts.groupby("gemeente"):
        now = latest(part)
        if now["vestiging"].nunique() < 2:
            continue
        for name, index in INDICES.items():
            item = with_error(corrected(apart(now, index, name, NETWORK_DRAWS)))
            if item.value is not None:
                facts = (like(now["vestiging"].nunique()), item.value, item.standard_error, item.n)
                found.append((name, gemeente, *facts))
    return pd.DataFrame(found, columns=["name", "gemeente", "class", "value", "error", "n"])


def _spread(known: pd.DataFrame, name: str, label: str) -> Iterator[Row]:
    """Mean and spread of the true values, then median and quartiles of the values with less chance.

    By Paule and Mandel: errors differ a hundredfold, and the precise regions would else decide alone.
    """
    if len(known) < FEWEST_UNITS:
        return
    pooled = meta.random_effects(known["value"], known["error"], method="PM", labels=list(known["gemeente"]))
    facts = {"group": label, "unit": Unit.INDEX, "n": int(known["n"].sum())}
    yield "", Estimate(name, value=pooled["pooled"].value, **facts), pooled["tau"].value
    calm = [item.value for item in pooled.estimates if item.name == "study"]
    ends = np.quantile(calm, [0.25, 0.5, 0.75])
    middle = Estimate(
        name + MIDDLE,
        value=float(ends[1]),
        lower=float(ends[0]),
        upper=float(ends[2]),
        interval=Interval.MIDDLE_HALF,
        method=Method.EMPIRICAL_BAYES,
        **facts,
    )
    yield "", middle, None
    yield "", Estimate(f"{name}, {HOW_MANY}", label, float(len(known)), Unit.COUNT), None


def _agreement(found: pd.DataFrame) -> Iterator[Estimate]:
    """How far each index orders the gemeenten as D does: the correlation of their places."""
    wide = found.pivot(index="gemeente", columns="name", values="value").dropna().rank()
    if len(wide) < FEWEST_UNITS:
        return
    for name in wide.columns.drop("D"):
        item = gaps.correlation(wide, first="D", second=name, name=AGREEMENT, group=str(name))
        yield replace(item, n=None)


# --- over the years ------------------------------------------------------------------------------------

#: Where the counts of a region over the years come from.
PUPILS, CANDIDATES = "aantallen", "examens"


def over_years(store: Store, vestigingen: Sequence[str] | None = None) -> tuple[pd.DataFrame, str]:
    """Counts of a region (all vestigingen when None) by school year, and the table that they come from.

    Pupils from leerjaar 3 on where those of two years or more are there, else candidates for the exam: the
    only open counts that go back further (without praktijkonderwijs, which has no exam).
    """
    pupils = areas.levels(store, vestigingen)
    if pupils["schooljaar"].nunique() > 1:
        return pupils, PUPILS
    candidates = _candidates(store, vestigingen)
    return (pupils, PUPILS) if candidates.empty else (candidates, CANDIDATES)


def _candidates(store: Store, vestigingen: Sequence[str] | None) -> pd.DataFrame:
    """Candidates by school year, vestiging and level, in the columns of :func:`areas.levels`."""
    where = {} if vestigingen is None else {"vestiging": list(vestigingen)}
    exams = store.read("examens", where={**where, "geslacht": "totaal"})
    return areas.by_level(exams, "kandidaten", ["schooljaar", "vestiging", "niveau"])


def masked(rows: pd.DataFrame) -> bool:
    """Whether some of the counts are only known between two numbers."""
    return bool((rows["lower"] != rows["upper"]).any())


def dissimilarity_of_year(rows: pd.DataFrame) -> Estimate:
    """D of two directions in one school year, corrected.

    With masked counts the middle of what they leave possible, less the same bias; its interval runs from the
    lowest to the highest of those, and further by what chance adds on either side.
    """
    drawn = apart(rows, SIX["D"], "D")
    found = corrected(drawn)
    if not masked(rows) or found.value is None:
        return found
    possible = segregation.bounds(rows, "richting", "vestiging", "lower", "upper", index="dissimilarity")
    if possible.lower is None or possible.upper is None:
        return replace(possible, name="D")
    bias = drawn.estimates[0].value - found.value  # type: ignore[operator]
    below, above = (
        (0.0, 0.0) if found.lower is None else (found.value - found.lower, found.upper - found.value)
    )
    return replace(
        found,
        value=possible.value - bias,  # type: ignore[operator]
        lower=possible.lower - bias - below,
        upper=possible.upper - bias + above,
        interval=Interval.BOOTSTRAP_MASKED,
        n=possible.n,
        standard_error=None,
    )
