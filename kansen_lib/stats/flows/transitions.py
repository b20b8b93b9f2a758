"""Where persons who start in each state end up."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kansen_lib.stats.flows.shares import by_group, share
from kansen_lib.stats.frames import complete, labels, positive
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Reason, Unit


def transition_matrix(
    data: pd.DataFrame,
    *,
    start: str,
    end: str,
    weight: str | None = None,
    group: str | None = None,
    cluster: str | None = None,
    name: str = "transitions",
) -> Result:
    """Of those who start in a state, the share that ends in each state.

    Args:
        data: a row a person; rows with a missing value take no part.
        start: column with the state at the start; text, numbers or categories.
        end: column with the state at the end; its states need not be those of the start.
        weight: column of weights, 0 or more.
        group: column of labels; each group has a matrix of its own, all of the same states.
        cluster: column with the cluster of each person.
        name: name of the result.

    Returns:
        The cells row by row, called ``"from a"`` (``"laag, from a"`` with groups) and in the field
        ``group`` ``"to b"``, in the order of the categories; ``n`` is the number of persons of the row
        and ``count`` that of the cell. A row of which a group has nobody gives a reason.

    Estimand: the probability that a person who starts in a state ends in each of the states.

    Formula: n_ij / n_i, with weights the sum of the weights of the cell over that of the row.

    Interval: Wilson; with weights or clusters t on the log odds, standard error HC1 with n - 1 degrees
    of freedom (weights only) or CR2 with Satterthwaite's (clusters). A clustered or weighted share of 0
    or 1 has no spread, which is its reason.

    Source: Anderson and Goodman (1957), maximum likelihood; Wilson (1927); equals R
    ``prop.test(correct = FALSE)``, ``survey::svyciprop(method = "logit")`` and ``clubSandwich``.
    """
    known, dropped = complete(data, [start, end, weight, group, cluster])
    known = positive(known, weight)
    if known.empty:
        facts = {"unit": Unit.SHARE, "n": 0, "method": Method.TRANSITION}
        return Result(name, (Estimate.not_computable(name, Reason.NO_PERSONS, **facts),), dropped=dropped)
    rows, columns = labels(known[start]), labels(known[end])
    found: list[Estimate] = []
    for label, part in by_group(known, group):
        for state in rows:
            row, called = part[part[start] == state], f"{label}, from {state}" if label else f"from {state}"
            found += _row(row, end, columns, called, cluster, weight)
    return Result(name, tuple(found), dropped=dropped)


def _row(
    row: pd.DataFrame, end: str, columns: list[object], name: str, cluster: str | None, weight: str | None
) -> Iterator[Estimate]:
    """One row of the matrix: its cells share a name, so that they are guarded against disclosure together."""
    for state in columns:
        yield share(
            row[end] == state,
            row,
            cluster=cluster,
            weight=weight,
            name=name,
            group=f"to {state}",
            method=Method.TRANSITION,
        )
