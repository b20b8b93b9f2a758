"""Gelbach: which added regressors change a coefficient, whatever their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
import pandas as pd

from kansen_lib.stats.decomposition.linearised import Matrix, covariance, interval
from kansen_lib.stats.frames import complete, design, distinct, numbers
from kansen_lib.stats.linear import Covariance, fit
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Method, Reason, Unit


def gelbach(
    data: pd.DataFrame,
    *,
    outcome: str,
    of: str,
    added: Mapping[str, Sequence[str]],
    base: Sequence[str] = (),
    cluster: str | None = None,
    name: str = "Gelbach",
) -> Result:
    """The change of the coefficient of ``of`` when regressors are added, split over blocks of them.

    ``change`` is base minus full: the sum of the parts. ``of`` holds numbers, booleans, or two labels.

    Estimand: omitted-variable bias of the base model that each block accounts for, at the coefficients
    of the full model; an account of a coefficient, not a cause.

    Formula: part = row of ``of`` in (X1'X1)^-1 X1'X2 b2 over the block's columns of X2, with X1 the
    base regressors and b2 from the full model.

    Interval: linearised variance of both models together, G/(G - 1); normal, or t with clusters - 1.

    Source: Gelbach (2016), Journal of Labor Economics 34, 509-543, as in Stata b1x2 with
    robust errors, which may have another small-sample factor.
    """
    distinct(outcome, [of], base, *added.values())
    if not any(added.values()):
        raise ValueError("'added' must hold a block of regressors at least: {'name': ['column', ...]}")
    blocks = {str(label): list(columns) for label, columns in added.items()}
    known, dropped = complete(data, [outcome, of, *base, *chain(*blocks.values()), cluster])
    facts = {"n": len(known), "unit": Unit.OUTCOME, "method": Method.GELBACH}
    try:
        found = _influences(known, outcome, of, base, blocks)
        estimates = _estimates(found, None if cluster is None else known[cluster], known[of], facts)
    except NotComputable as failure:
        estimates = [Estimate.not_computable("change", failure.reason, **facts)]
    return Result(name, tuple(estimates), dropped=dropped)


def _estimates(
    found: Mapping[tuple[str, str], tuple[float, Matrix]],
    cluster: pd.Series | None,
    of: pd.Series,
    facts: dict,
) -> list[Estimate]:
    values, influence = zip(*found.values(), strict=True)
    matrix, df = covariance(np.column_stack(influence), cluster)
    counts = of.value_counts()
    smallest = int(counts.min()) if len(counts) == 2 else None
    own = {**facts, "interval": interval(df), "df": df, "smallest": smallest}
    return [
        Estimate.from_standard_error(quantity, value, error, group=group, **own)
        for (quantity, group), value, error in zip(found, values, np.sqrt(np.diag(matrix)), strict=True)
    ]


def _influences(
    known: pd.DataFrame, outcome: str, of: str, base: Sequence[str], blocks: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], tuple[float, Matrix]]:
    """By (name, block): the value, and the influence of each person on it."""
    x1, x2 = design(known, [of, *base]), design(known, chain(*blocks.values()), intercept=False)
    own = _column_of(known, of)
    y = numbers(known, outcome)
    short = fit(x1, y, kind=Covariance.CLASSICAL)
    full = fit(pd.concat([x1, x2], axis=1), y, kind=Covariance.CLASSICAL)
    if np.ptp(y) == 0:
        raise NotComputable(Reason.NO_SPREAD)
    pull = x1.to_numpy() @ short.bread[:, own]  # what a person's deviation does to this coefficient
    of_full = (np.hstack([x1, x2]) * full.residuals[:, None]) @ full.bread
    found = {
        ("base", ""): (float(short.params[own]), pull * short.residuals),
        ("full", ""): (float(full.params[own]), of_full[:, own]),
    }
    found["change", ""] = tuple(a - b for a, b in zip(found["base", ""], found["full", ""], strict=True))
    for label, columns in blocks.items():
        chosen = [full.names.index(name) for name in design(known, columns, intercept=False)]
        z = x2.to_numpy()[:, np.array(chosen, int) - x1.shape[1]]
        explained = z @ full.params[chosen]
        delta = short.bread @ (x1.to_numpy().T @ explained)
        influence = pull * (explained - x1.to_numpy() @ delta) + of_full[:, chosen] @ (z.T @ pull)
        found["part", label] = float(delta[own]), influence
    return found


def _column_of(known: pd.DataFrame, of: str) -> int:
    """Position of the one coefficient of ``of`` in the design, after the intercept."""
    width = design(known, [of], intercept=False).shape[1]
    if width == 0:
        raise NotComputable(Reason.EMPTY_GROUP)
    if width > 1:
        raise ValueError(f"column '{of}' has {width + 1} labels; its coefficient needs numbers or two labels")
    return 1
