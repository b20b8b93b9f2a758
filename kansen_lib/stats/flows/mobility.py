"""How far persons move between ordered states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg

from kansen_lib.stats import gaps
from kansen_lib.stats.decomposition import linearised
from kansen_lib.stats.flows.shares import by_group, share
from kansen_lib.stats.frames import complete, is_category, labels, positive
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]

#: Eigenvalues closer than this are taken for equal, and a smaller one for zero.
SAME = 1e-9


def mobility(
    data: pd.DataFrame,
    *,
    start: str,
    end: str,
    weight: str | None = None,
    group: str | None = None,
    cluster: str | None = None,
    name: str = "mobility",
) -> Result:
    """Indices of movement between ordered states, and the shares that stayed, moved up and moved down.

    The indices are of the transition matrix, in which each state of the start counts the same; the
    shares and the steps are of the persons. An index says nothing about the direction.

    Args:
        data: a row a person; rows with a missing value take no part.
        start, end: columns of the same ordered states: numbers, or categoricals with the same categories.
        weight: column of weights, 0 or more.
        group: column of labels.
        cluster: column with the cluster of each person.
        name: name of the result.

    Returns:
        ``"trace index"``, ``"eigenvalue index"``, ``"determinant index"``, ``"stayed"``, ``"moved up"``,
        ``"moved down"`` and ``"steps"`` of each group. The indices need persons in each state at the
        start.

    Estimand: how far the matrix P of transition probabilities between k states is from no movement, and
    how many persons move, in which direction and how far.

    Formula: (k - trace P) / (k - 1); 1 - |second largest eigenvalue of P|; 1 - |determinant of P|;
    share with end = start, end > start and end < start; mean of |end - start| in steps of one state.

    Interval: indices: delta method on independent multinomial rows, normal; with weights linearised with
    the factor n/(n - 1), normal; with clusters linearised, G/(G - 1), t with G - 1. Shares: as
    ``transition_matrix``. Steps: as ``gaps.mean``.

    Source: Prais (1955); Shorrocks (1978); Formby, Smith and Zheng (2004), Journal of Econometrics
    120; equals giddy ``markov_mobility`` (P, L2, D, B2), R ``msm::deltamethod`` and R
    ``survey::svycontrast``.
    """
    known, dropped = complete(data, [start, end, weight, group, cluster])
    known, states = positive(known, weight), _states(known, start, end)
    place = {state: i for i, state in enumerate(states)}
    known = known.assign(**{column: known[column].astype(object).map(place) for column in {start, end}})
    found = [
        item
        for label, rows in by_group(known, group)
        for item in (
            *_indices(rows, start, end, len(states), weight, cluster, label),
            *_moved(rows, start, end, weight, cluster, label),
        )
    ]
    return Result(name, tuple(found), dropped=dropped)


def _states(known: pd.DataFrame, start: str, end: str) -> list[object]:
    """The states that occur at the start or the end, in order.

    Raises:
        ValueError: states without an order, or of two different orders.
    """
    both = known[start].dtype, known[end].dtype
    if any(
        is_category(known[c]) and not isinstance(known[c].dtype, pd.CategoricalDtype) for c in (start, end)
    ):
        raise ValueError(f"the states in '{start}' and '{end}' have no order: use numbers or categoricals")
    if any(isinstance(kind, pd.CategoricalDtype) for kind in both) and both[0] != both[1]:
        raise ValueError(f"'{start}' and '{end}' must have the same categories in the same order")
    return labels(pd.concat([known[start], known[end]]))


def _moved(
    rows: pd.DataFrame, start: str, end: str, weight: str | None, cluster: str | None, group: str
) -> Iterator[Estimate]:
    """The shares that stayed, moved up and moved down, and the mean number of steps."""
    steps = rows[end].astype(float) - rows[start].astype(float)
    facts = {"weight": weight, "cluster": cluster, "group": group, "method": Method.SHARE}
    for name, holds in (("stayed", steps == 0), ("moved up", steps > 0), ("moved down", steps < 0)):
        yield share(holds, rows, name=name, **facts)
    given = {key: rows[of] for key, of in (("cluster", cluster), ("weight", weight)) if of is not None}
    found = gaps.mean(steps.abs(), **given, name="steps", group=group, unit=Unit.STEPS)
    yield replace(found, method=Method.STEPS_MOVED)


def _indices(
    rows: pd.DataFrame, start: str, end: str, k: int, weight: str | None, cluster: str | None, group: str
) -> Iterator[Estimate]:
    """The three indices of the transition matrix."""
    for name, (method, index) in INDICES.items():
        facts = {"group": group, "unit": Unit.INDEX, "n": len(rows), "method": method}
        try:
            yield _index(rows, start, end, k, weight, cluster, name, index, facts)
        except NotComputable as problem:
            yield Estimate.not_computable(name, problem.reason, **facts)


def _index(
    rows: pd.DataFrame,
    start: str,
    end: str,
    k: int,
    weight: str | None,
    cluster: str | None,
    name: str,
    index: Callable[[Matrix], tuple[float, Matrix]],
    facts: dict,
) -> Estimate:
    """One index with the error that the influence of each person on it gives."""
    if rows.empty:
        raise NotComputable(Reason.NO_PERSONS)
    if k < 2:
        raise NotComputable(Reason.LITTLE_SPREAD)
    i, j = rows[start].to_numpy(int), rows[end].to_numpy(int)
    counted = linearised.weights(rows, weight)
    table = np.zeros((k, k))
    np.add.at(table, (i, j), counted)
    persons, total = np.bincount(i, minlength=k), table.sum(axis=1)
    if persons.min() == 0:
        raise NotComputable(Reason.EMPTY_GROUP)
    p = table / total[:, None]
    value, gradient = index(p)
    influence = counted / total[i] * (gradient[i, j] - (gradient * p).sum(axis=1)[i])
    error, df, interval = _error(influence, None if cluster is None else rows[cluster], weight)
    found = Estimate.from_standard_error(
        name, value, error, df=df, interval=interval, smallest=int(persons.min()), **facts
    )
    return replace(found, p_value=None)  # no movement at all is no hypothesis


def _error(
    influence: Matrix, cluster: pd.Series | None, weight: str | None
) -> tuple[float, float | None, Interval]:
    if cluster is None and weight is None:  # the rows of the matrix are multinomial: no factor n/(n - 1)
        return float(np.sqrt(influence @ influence)), None, Interval.DELTA_NORMAL
    if len(influence) < 2:
        raise NotComputable(Reason.TOO_FEW)
    variance, df = linearised.covariance(influence[:, None], cluster)
    return float(np.sqrt(variance[0, 0])), df, linearised.interval(df)


def _trace(p: Matrix) -> tuple[float, Matrix]:
    """(k - trace) / (k - 1) and its derivative by each cell."""
    k = len(p)
    return float((k - np.trace(p)) / (k - 1)), -np.eye(k) / (k - 1)


def _eigenvalue(p: Matrix) -> tuple[float, Matrix]:
    """1 - |second eigenvalue| and its derivative; a modulus that is zero or shared has none."""
    values, left, right = linalg.eig(p, left=True, right=True)
    order = np.argsort(-np.abs(values), kind="stable")
    second = values[order[1]]
    others = [value for value in values[np.delete(order, 1)] if abs(value - np.conj(second)) > SAME]
    shared = len(others) < len(p) - (2 if abs(second.imag) > SAME else 1)
    if abs(second) < SAME or shared or any(abs(abs(value) - abs(second)) < SAME for value in others):
        raise NotComputable(Reason.NOT_SMOOTH)
    u, v = left[:, order[1]], right[:, order[1]]
    derivative = np.outer(u.conj(), v) / (u.conj() @ v)
    return float(1 - abs(second)), -np.real(np.conj(second) / abs(second) * derivative)


def _determinant(p: Matrix) -> tuple[float, Matrix]:
    """1 - |determinant| and its derivative; a determinant of zero has none."""
    found = linalg.det(p)
    if abs(found) < SAME ** len(p) or np.linalg.cond(p) > 1 / SAME:
        raise NotComputable(Reason.NOT_SMOOTH)
    return float(1 - abs(found)), -abs(found) * linalg.inv(p).T


INDICES: dict[str, tuple[Method, Callable[[Matrix], tuple[float, Matrix]]]] = {
    "trace index": (Method.MOBILITY_TRACE, _trace),
    "eigenvalue index": (Method.MOBILITY_EIGENVALUE, _eigenvalue),
    "determinant index": (Method.MOBILITY_DETERMINANT, _determinant),
}
