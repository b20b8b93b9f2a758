"""A cohort that passes the stages of a funnel one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from kansen_lib.stats.flows.shares import by_group, share
from kansen_lib.stats.frames import complete, flags
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method


def cohort_funnel(
    data: pd.DataFrame,
    *,
    stages: Sequence[str],
    group: str | None = None,
    cluster: str | None = None,
    name: str = "funnel",
) -> Result:
    """How many of a cohort reach each stage, of all and of those who reached the stage before.

    A stage counts only for who reached all stages before it. What a column says about somebody who fell
    out earlier does not matter, and may be missing.

    Args:
        data: a row a person; rows without group or cluster, or with a missing value at a stage of which
            the stages before were reached, take no part.
        stages: columns of True and False, in order.
        group: column of labels.
        cluster: column with the cluster of each person.
        name: name of the result.

    Returns:
        For each stage ``"<stage>, of all"`` and, from the second on, ``"<stage>, of <stage before>"``.

    Estimand: the probability to reach a stage, for all and for those who reached the stage before.

    Formula: persons who reached stages 1 to s / all persons; the same / persons who reached 1 to s - 1.

    Interval: Wilson; with ``cluster`` t on the log odds, CR2 Satterthwaite.

    Source: Wilson (1927); Newcombe (1998a), method 3; equals R ``prop.test(correct = FALSE)``.
    """
    if isinstance(stages, str) or not stages or len(set(stages)) < len(stages):
        raise ValueError(f"a funnel needs a list of one or more stages, each once; got {stages!r}")
    complete(data, [*stages, group, cluster])  # names the columns that are not there
    data = data.reset_index(drop=True)  # labels of rows may occur twice
    reached, answered = _reached(data, stages)
    who = data[[key for key in (group, cluster) if key is not None]]
    rows = reached.join(who)[answered & who.notna().all(axis=1)]
    found = [item for label, part in by_group(rows, group) for item in _stages(part, stages, cluster, label)]
    return Result(name, tuple(found), dropped=(len(data) - len(rows), len(data)))


def _reached(data: pd.DataFrame, stages: Sequence[str]) -> tuple[pd.DataFrame, pd.Series]:
    """Whether each person reached each stage, and whether that is known of all stages."""
    here, answered = pd.Series(True, data.index), pd.Series(True, data.index)
    found = {}
    for stage in stages:
        given = data[stage].dropna()
        answered &= ~here | data[stage].notna()
        here &= pd.Series(flags(given), given.index).reindex(data.index, fill_value=False)
        found[stage] = here.copy()
    return pd.DataFrame(found), answered


def _stages(rows: pd.DataFrame, stages: Sequence[str], cluster: str | None, group: str) -> Iterator[Estimate]:
    facts = {"cluster": cluster, "weight": None, "group": group}
    for i, stage in enumerate(stages):
        yield share(rows[stage], rows, name=f"{stage}, of all", method=Method.FUNNEL, **facts)
        if i:
            before = rows[rows[stages[i - 1]]]
            called = f"{stage}, of {stages[i - 1]}"
            yield share(before[stage], before, name=called, method=Method.FUNNEL_STEP, **facts)
