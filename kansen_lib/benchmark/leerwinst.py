"""Growth from groep 8 to leerjaar 3 over all schools, and what each school adds to it.

Growth is on the common scale of the tests; a school's value added is an association: pupils are not put
in schools by lot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.scores import END, FIRST, MOMENTS, POINTS, RELIABILITY, START, followed
from kansen_lib.stats import gaps, multilevel, ordinal
from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.terms import Method

#: Moments at the end of the growth that a school's part is told of.
ENDS = {"leerjaar 1": FIRST, "leerjaar 3": END}
TYPES = {"type A": "bij dezelfde start", "type B": "bij dezelfde start en klasgenoten"}
BAND = "95% van de scholen"


def rows(network: Network) -> Iterator[Row]:
    """Growth of all schools together, and the value added of each."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    data = network.learners
    same = followed(data)
    found = [*growth(same), *on_start(same, "vestiging")]
    yield from (("", item, None) for item in found)
    for label, end in ENDS.items():
        yield from _value_added_rows(data, label, end)


# --- level and gap, moment by moment ------------------------------------------------------------------


def by_moment(same: pd.DataFrame) -> list[Estimate]:
    """Mean score of each group at each moment, and the gap in points and in standard deviations.

    Args:
        same: the pupils with a score at every moment, see :func:`kansen_lib.benchmark.scores.followed`.
    """
    levels, points, sds = [], [], []
    for moment, column in MOMENTS.items():
        for item in gaps.means(same[column], same["opleiding"]).estimates:
            levels.append(replace(item, name=item.group, group=moment))
        gap = gaps.mean_difference(
            same, outcome=column, group="opleiding", low="laag", high="hoog", name="hoog minus laag"
        )
        points.append(replace(gap, group=moment, unit=f"verschil in {POINTS}"))
        low, high = (same.loc[same["opleiding"] == label, column] for label in ("laag", "hoog"))
        sds.append(gaps.hedges_g(low, high, name="hoog minus laag, in sd", group=moment))
    order = ("laag", "midden", "hoog")
    return [*sorted(levels, key=lambda item: order.index(item.name)), *points, *sds]


def growth(same: pd.DataFrame) -> list[Estimate]:
    """Mean growth since groep 8 of each group, and how much more the high group grew: same pupils."""
    found: list[Estimate] = []
    for label, end in ENDS.items():
        name, grown = f"groei tot {label}", same.assign(groei=same[end] - same[START])
        found += gaps.means(grown["groei"], grown["opleiding"], name=name, unit=POINTS).estimates
        gap = gaps.mean_difference(
            grown, outcome="groei", group="opleiding", low="laag", high="hoog", name=name, unit=POINTS
        )
        found.append(replace(gap, group="hoog minus laag"))
    return found


# --- growth and the start -----------------------------------------------------------------------------


def on_start(same: pd.DataFrame, cluster: str) -> list[Estimate]:
    """How much more a pupil grows who starts 10 points higher: as measured, and corrected for error.

    For all, and for parents of low and high education apart; and the difference between the last two is
    left to the reader's eye on their intervals, as their pupils are others.
    """
    found = []
    for name, reliability in (("zoals gemeten", 1.0), ("na correctie voor meetfout", RELIABILITY)):
        for label, part in _groups(same):
            item = ordinal.growth_on_start(
                part, start=START, end=END, reliability=_within(reliability, part, same), cluster=cluster
            ).estimates
            slope = next((x for x in item if x.name == START), item[0])
            found.append(_times_ten(replace(slope, name=name, group=label, unit=POINTS)))
    return found


def _groups(same: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    parts = [(label, same[same["opleiding"] == label]) for label in ("laag", "hoog")]
    return [("alle leerlingen", same), *parts]


def _within(reliability: float, part: pd.DataFrame, same: pd.DataFrame) -> float:
    """Reliability among a part of the pupils: the error is the same, the spread of scores may be smaller."""
    noise, spread = (1 - reliability) * same[START].var(), part[START].var()
    return max(1 - noise / spread, 0.5) if spread > 0 else reliability


def _times_ten(item: Estimate) -> Estimate:
    """The same slope for ten points."""
    parts = {key: getattr(item, key) for key in ("value", "lower", "upper", "standard_error")}
    return replace(item, **{key: None if x is None else 10 * x for key, x in parts.items()})


# --- what a school adds -------------------------------------------------------------------------------


def _value_added_rows(data: pd.DataFrame, label: str, end: str) -> Iterator[Row]:
    """The value added of every school (a vestiging each), and the band in which 95% of schools lie.

    Company is the mean score in groep 8, and the mean parental education where most of it is known.
    """
    klas = {"leerjaar 1": "klas_1", "leerjaar 3": "klas_3"}[label]
    company = ["opleiding_stap"] if data["opleiding_stap"].notna().mean() > 0.5 else []
    found = multilevel.value_added(
        data,
        outcome=end,
        prior=START,
        unit="vestiging",
        composition=company,
        fixed=["cohort"],
        random=[klas],
        reliability=RELIABILITY,
    )
    for part, words in TYPES.items():
        own = [item for item in found.estimates if item.name == part and item.value is not None]
        for item in own:
            yield item.group, replace(item, name=f"leerwinst {label}", group=words, unit=POINTS), None
        if own:
            yield "", _band(own, f"leerwinst {label}, band", words), None


def _band(own: list[Estimate], name: str, group: str) -> Estimate:
    """Between which values the true value added of 95% of schools lies, about the mean school at 0.

    The variance between schools is the mean over schools of the squared shrunken value and its squared
    error: where REML has its optimum the two are equal (Laird and Ware, 1982).
    """
    variance = float(np.mean([item.value**2 + item.standard_error**2 for item in own]))
    half = quantile() * variance**0.5
    return Estimate(name, group, 0.0, POINTS, -half, half, BAND, method=Method.MIXED_REML)
