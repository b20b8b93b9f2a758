"""An evaluation in parts: of everybody and of each group, and what the groups say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, FEWEST_SCHOOLS, JOINT
from kansen_lib.benchmark.vergelijken import Groups
from kansen_lib.stats import frames, trials
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit
from kansen_lib.stats.trials.joint import CORRELATION, GAP

#: Why a number over too few schools is not computed: of two schools, one would know the other.
FEW_SCHOOLS = "van te weinig scholen om over te vertellen"
#: Pupils by their score before: what happens to the top (spill-over, or slowing down).
THIRDS = ("laagste derde", "middelste derde", "hoogste derde")


def parts(people: pd.DataFrame, groups: Groups) -> Iterator[tuple[str, pd.DataFrame]]:
    """Everybody, and then the pupils of each group of the background that enough schools have."""
    yield ALL, people
    for label in frames.labels(people[groups.column].dropna()):
        part = people[people[groups.column] == label]
        if of_enough_schools(part, people):
            yield str(label), part


def of_enough_schools(part: pd.DataFrame, whole: pd.DataFrame) -> bool:
    """Whether some of the pupils are of so many schools that a number is about none of them.

    One school may be alone in telling the background of its pupils. Where all is of one school, which alone
    began, its parts are too.
    """
    return part["vestiging"].nunique() >= min(FEWEST_SCHOOLS, whole["vestiging"].nunique())


def thirds(known: pd.DataFrame, score: str) -> pd.Series:
    """The third of each pupil by a score within the own cohort: ordered labels, missing without a score."""
    place = known.groupby("cohort")[score].rank(pct=True)
    return pd.cut(place, [0.0, 1 / 3, 2 / 3, 1.0], labels=list(THIRDS))


def per_sd(people: pd.DataFrame) -> float:
    """Points of the outcome in one standard deviation, as ``evaluatie.people`` divided by it; 1 without."""
    known = people.loc[people["uitkomst"].ne(0), ["uitkomst", "uitkomst_sd"]].dropna()
    return float((known["uitkomst"] / known["uitkomst_sd"]).median()) if len(known) else 1.0


def reversed_sign(item: Estimate) -> Estimate:
    """The same contrast, taken the other way round."""
    ends = {"value": item.value, "lower": item.upper, "upper": item.lower}
    return replace(item, **{end: None if x is None else -x for end, x in ends.items()})


def absent(name: str, reason: str, group: str = ALL, n: int | None = None) -> Estimate:
    """Why there is no such number."""
    return Estimate.not_computable(name, reason, group=group, unit=Unit.SD, n=n)


def few_schools(count: int, begun: int) -> bool:
    """Whether numbers over this many schools would be about one of them; of one that began alone it is told
    only to that one."""
    return count < FEWEST_SCHOOLS and not (begun == count == 1)


def gap_and_joint(
    effects: Mapping[str, Estimate], sizes: Mapping[str, int], groups: Groups
) -> list[Estimate]:
    """Effect on the gap, and the correlation with that on the mean, of groups that share no pupils.

    Args:
        effects: of each group, with its standard error.
        sizes: pupils in each group.
        groups: between which the gap lies.
    """
    known = {label: item for label, item in effects.items() if item.standard_error is not None}
    if not {groups.low, groups.high} <= set(known):
        return [absent(EFFECT, Reason.EMPTY_GROUP, groups.gap), absent(JOINT, Reason.EMPTY_GROUP, "")]
    ends = [known[groups.low], known[groups.high]]
    found = trials.joint_effect(
        {label: item.value for label, item in known.items()},
        np.diag([item.standard_error**2 for item in known.values()]),
        shares={label: sizes[label] for label in known},
        low=groups.low,
        high=groups.high,
        n=sum(item.n or 0 for item in known.values()),
        smallest=min(item.smallest or item.n or 0 for item in ends),
        unit=Unit.SD,
    )
    in_ends = sum(item.n or 0 for item in ends)  # the gap does not rest on who is in between
    named = {GAP: (EFFECT, groups.gap, in_ends), CORRELATION: (JOINT, "", None)}
    return [
        replace(item, name=named[item.name][0], group=named[item.name][1], n=named[item.name][2] or item.n)
        for item in found.estimates
        if item.name in named
    ]
