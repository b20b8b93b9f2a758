"""Groups of pupils side by side: the level of each and the gap, by the same call for one school and all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

#: Mean of answers from 1 to 5.
SCALE_POINTS = "scale points"
#: Mean place of an advies or a class on the ladder; the gap between two places is in steps.
PLACE = "niveau (3 = vmbo-gt, 4 = havo, 5 = vwo)"
#: Part of a score that is no measurement error, 0 to 1.
RELIABLE = "reliability"

_INKOMEN = {"1": "laag inkomen", "2": "laag inkomen", "3": "midden inkomen"} | dict.fromkeys(
    ("4", "5"), "hoog inkomen"
)


@dataclass(frozen=True)
class Groups:
    """A column of labels, and the two between which the gap lies: ``high`` minus ``low``."""

    column: str
    low: str
    high: str

    @property
    def gap(self) -> str:
        """Label of the difference."""
        return f"{self.high} minus {self.low}"


OPLEIDING = Groups("opleiding", "laag", "hoog")
INKOMEN = Groups("inkomen", "laag inkomen", "hoog inkomen")
MINIMA = Groups("minimaregeling", "wel minimaregeling", "geen minimaregeling")
HERKOMST = Groups("herkomst", "buiten Europa", "Nederland")
THUISTAAL = Groups("thuistaal", "een andere taal", "Nederlands of dialect")
RICHTING = Groups("richting", "vmbo", "havo/vwo")


def background(pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils with ``inkomen`` in three classes, and every background in its order and in words."""
    minima = pupils["minimaregeling"].astype(object).replace({"ja": MINIMA.low, "nee": MINIMA.high})
    inkomen = pupils["inkomenskwintiel"].map(_INKOMEN)
    return pupils.assign(
        inkomen=inkomen.astype(pd.CategoricalDtype(list(dict.fromkeys(_INKOMEN.values())), ordered=True)),
        minimaregeling=minima.astype(pd.CategoricalDtype([MINIMA.low, MINIMA.high], ordered=True)),
        herkomst=pupils["herkomst"].astype(codes.HERKOMST.dtype()),
        thuistaal=pupils["thuistaal"].astype(codes.THUISTAAL.dtype()),
    )


def richting(niveau: pd.Series) -> pd.Series:
    """``"vmbo"`` or ``"havo/vwo"`` of each class; missing where both sit together, and for pro."""
    known = {label: codes.levels(label) for label in codes.BRUGKLASTYPE.codes}
    names = {label: "havo/vwo" for label, of in known.items() if of and of <= {"havo", "vwo"}}
    names |= {label: "vmbo" for label, of in known.items() if of and of <= {"vmbo-b", "vmbo-k", "vmbo-gt"}}
    return niveau.map(names).astype(pd.CategoricalDtype(["vmbo", "havo/vwo"], ordered=True))


def is_one_of(label: pd.Series, wanted: Sequence[str]) -> pd.Series:
    """Whether each label is one of these: True and False, missing where the label is."""
    return label.isin(wanted).astype("boolean").where(label.notna())


def shares_and_gap(name: str, outcome: pd.Series, group: pd.Series, between: Groups) -> list[Estimate]:
    """The share of True in each group, and how far those of two groups lie apart."""
    levels = list(gaps.shares(outcome, group, name=name).estimates)
    known = {item.group: item for item in levels}
    if between.low not in known or between.high not in known:
        return [*levels, _absent(name, between, Unit.POINTS)]
    ends = (known[between.low], known[between.high])
    gap = gaps.share_difference(
        [item.count for item in ends], [item.n for item in ends], name=name, group=between.gap
    )
    return [*levels, gap]


def means_and_gap(
    name: str,
    value: pd.Series,
    group: pd.Series,
    between: Groups,
    *,
    unit: str = SCALE_POINTS,
    school: pd.Series | None = None,
) -> list[Estimate]:
    """The mean of each group, and the gap between two of them in standard deviations (Hedges g).

    With ``school`` (over several of them) the interval of the gap allows for schools that differ.
    """
    levels = list(gaps.means(value, group, name=name, unit=unit).estimates)
    if not {between.low, between.high} <= {item.group for item in levels}:
        return [*levels, _absent(name, between, Unit.SD)]
    if school is None:
        ends = (value[group == label] for label in (between.low, between.high))
        return [*levels, gaps.hedges_g(*ends, name=name, group=between.gap)]
    gap = gaps.hedges_g_clustered(
        pd.DataFrame({"value": value, "group": group, "school": school}),
        outcome="value",
        group="group",
        low=between.low,
        high=between.high,
        cluster="school",
        name=name,
    )
    return [*levels, replace(gap, group=between.gap)]


def steps_and_gap(
    name: str,
    data: pd.DataFrame,
    value: str,
    between: Groups,
    *,
    unit: str = Unit.STEPS,
    level: str = "",
) -> list[Estimate]:
    """The mean of each group in ``level`` (or ``unit``), and the gap of two of them in ``unit`` (Welch)."""
    levels = list(gaps.means(data[value], data[between.column], name=name, unit=level or unit).estimates)
    if not {between.low, between.high} <= {item.group for item in levels}:
        return [*levels, _absent(name, between, unit)]
    gap = gaps.mean_difference(
        data,
        outcome=value,
        group=between.column,
        low=between.low,
        high=between.high,
        name=name,
        unit=unit,
    )
    return [*levels, replace(gap, group=between.gap)]


def standard_deviation(variance: Estimate) -> Estimate:
    """A variance and the ends of its interval as standard deviations."""
    ends = {end: getattr(variance, end) for end in ("value", "lower", "upper")}
    return replace(
        variance, **{end: None if x is None else math.sqrt(max(0.0, x)) for end, x in ends.items()}
    )


def _absent(name: str, between: Groups, unit: str) -> Estimate:
    return Estimate.not_computable(name, Reason.EMPTY_GROUP, group=between.gap, unit=unit)
