"""Oaxaca-Blinder: a gap in means, split by what two regressions explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from kansen_lib.stats.decomposition.linearised import Matrix, Part, covariance, evaluate, interval, weights
from kansen_lib.stats.frames import (
    design,
    distinct,
    is_category,
    labels,
    numbers,
)
from kansen_lib.stats.gaps.rows import of_two_groups
from kansen_lib.stats.linear import Covariance, LinearFit, fit
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Kind = Literal["twofold", "threefold"]
Reference = Literal["low", "high", "pooled", "neumark", "cotton", "reimers"]

METHODS: dict[tuple[str, str], Method] = {
    ("twofold", "low"): Method.OAXACA_LOW,
    ("twofold", "high"): Method.OAXACA_HIGH,
    ("twofold", "pooled"): Method.OAXACA_POOLED,
    ("twofold", "neumark"): Method.OAXACA_NEUMARK,
    ("twofold", "cotton"): Method.OAXACA_COTTON,
    ("twofold", "reimers"): Method.OAXACA_REIMERS,
    ("threefold", "low"): Method.OAXACA_THREEFOLD_LOW,
    ("threefold", "high"): Method.OAXACA_THREEFOLD_HIGH,
}
LOW, HIGH = Part((1, 0), (1, 0, 0)), Part((0, 1), (0, 1, 0))
GAP = (Part((-1, 0), (1, 0, 0)), HIGH)
#: The indicator of the high group in the pooled model; no column of a frame can be called so.
INDICATOR = "high group (indicator)"


def oaxaca_blinder(
    data: pd.DataFrame,
    *,
    outcome: str,
    group: str,
    low: object,
    high: object,
    regressors: Sequence[str],
    kind: Kind = "twofold",
    reference: Reference = "low",
    cluster: str | None = None,
    weight: str | None = None,
    name: str = "Oaxaca-Blinder",
) -> Result:
    """The gap in means, high minus low, split by two regressions; overall and for each regressor.

    Labels are normalised as deviations from their mean (Yun), so that no base category matters. A
    threefold split takes ``reference`` low or high: the group from whose side it is seen. Stata's and R's
    oaxaca print ``kind="threefold"`` by default, with ``high`` for group 1 (A) and ``low`` for group 2 (B).

    Estimand: the part of the gap that goes with the groups' different means of the regressors, and the
    part that goes with different coefficients (and, threefold, with both at once).

    Formula: explained = (x_high - x_low)'b, unexplained = x_high'(b_high - b) + x_low'(b - b_low), b
    the reference coefficients; threefold (low): endowments = (x_high - x_low)'b_low, coefficients =
    x_low'(b_high - b_low), interaction = (x_high - x_low)'(b_high - b_low).

    Interval: delta method with random regressors, independent of the coefficients; classical and
    normal; for a pooled model or weights linearised (suest); with clusters t with clusters - 1.

    Source: Jann (2008), Stata Journal 8, 453-479: the estimates and variances of Stata oaxaca; Yun (2005).
    """
    method = METHODS.get((kind, reference))
    if method is None:
        raise ValueError(f"kind='{kind}' with reference='{reference}' is none of {sorted(METHODS)}")
    distinct(outcome, regressors)
    columns = [outcome, *regressors, cluster]
    known, _, dropped = of_two_groups(data, columns, group=group, low=low, high=high, weight=weight)
    try:
        sides = _Sides(known, outcome, known[group] == high, tuple(regressors), cluster, weight)
        model = _model(sides, reference)
    except NotComputable as failure:
        gap = Estimate.not_computable("gap", failure.reason, n=len(known), method=method)
        return Result(name, (gap,), dropped=dropped)
    return Result(name, tuple(_estimates(model, kind, reference, method, (low, high))), dropped=dropped)


@dataclass(frozen=True)
class _Sides:
    """The persons of both groups."""

    known: pd.DataFrame
    outcome: str
    high: pd.Series
    regressors: tuple[str, ...]
    cluster: str | None
    weight: str | None

    @property
    def members(self) -> tuple[pd.Series, pd.Series]:
        return ~self.high, self.high

    @property
    def clusters(self) -> pd.Series | None:
        return None if self.cluster is None else self.known[self.cluster]


@dataclass(frozen=True)
class _Model:
    """Means (2, k) and coefficients (3, k: low, high, pooled) by normalised column, with covariance."""

    blocks: dict[str, list[int]]
    means: Matrix
    coefficients: Matrix
    covariance: Matrix
    df: float | None
    interval: Interval
    sizes: tuple[int, int]

    def estimate(
        self,
        name: str,
        parts: Sequence[Part],
        method: Method,
        group: str = "",
        chosen: list[int] | None = None,
    ) -> Estimate:
        value, gradient = evaluate(parts, self.means, self.coefficients, chosen)
        error = float(np.sqrt(max(gradient @ self.covariance @ gradient, 0.0)))
        facts = {"n": sum(self.sizes), "smallest": min(self.sizes), "unit": Unit.OUTCOME, "method": method}
        return Estimate.from_standard_error(
            name, value, error, interval=self.interval, df=self.df, group=group, **facts
        )


def _estimates(
    model: _Model, kind: str, reference: str, method: Method, groups: tuple[object, object]
) -> list[Estimate]:
    found = [
        replace(model.estimate("level", (part,), Method.MEAN, str(label)), n=n, smallest=n)
        for label, part, n in zip(groups, (LOW, HIGH), model.sizes, strict=True)
    ]
    found.append(model.estimate("gap", GAP, method))
    parts = _threefold(reference) if kind == "threefold" else _twofold(reference, model.sizes)
    for name, pieces in parts.items():
        found.append(model.estimate(name, pieces, method))
        for block, columns in model.blocks.items():
            # the intercepts have no difference in means: only what rests on coefficients holds them
            if block != "intercept" or name in ("unexplained", "coefficients"):
                found.append(model.estimate(name, pieces, method, block, columns))
    return found


def _twofold(reference: str, sizes: tuple[int, int]) -> dict[str, tuple[Part, ...]]:
    """Explained and unexplained by the weights of (low, high, pooled) in the reference coefficients."""
    share = sizes[1] / sum(sizes)
    low, high, pooled = {
        "low": (1.0, 0.0, 0.0),
        "high": (0.0, 1.0, 0.0),
        "cotton": (1 - share, share, 0.0),
        "reimers": (0.5, 0.5, 0.0),
    }.get(reference, (0.0, 0.0, 1.0))
    return {
        "explained": (Part((-1, 1), (low, high, pooled)),),
        "unexplained": (
            Part((0, 1), (-low, 1 - high, -pooled)),
            Part((1, 0), (low - 1, high, pooled)),
        ),
    }


def _threefold(reference: str) -> dict[str, tuple[Part, ...]]:
    base, side, sign = ((1, 0, 0), (1, 0), 1) if reference == "low" else ((0, 1, 0), (0, 1), -1)
    return {
        "endowments": (Part((-1, 1), base),),
        "coefficients": (Part(side, (-1, 1, 0)),),
        "interaction": (Part((-sign, sign), (-1, 1, 0)),),
    }


def _model(sides: _Sides, reference: str) -> _Model:
    low, high = sides.members
    sizes = int(low.sum()), int(high.sum())
    if min(sizes) == 0:
        raise NotComputable(Reason.EMPTY_GROUP)
    if np.ptp(numbers(sides.known, sides.outcome)) == 0:
        raise NotComputable(Reason.NO_SPREAD)
    x = design(sides.known, sides.regressors)
    wide, normalise, blocks = _normalised(sides.known, sides.regressors, x)
    fits = [_fitted(sides, x, side) for side in sides.members]
    if reference in ("pooled", "neumark"):
        indicator = {INDICATOR: high.to_numpy(float)} if reference == "pooled" else {}
        fits.append(_fitted(sides, x.assign(**indicator), low | high))
    robust = len(fits) > 2 or sides.weight is not None or sides.cluster is not None
    of_means, means, df = _means(sides, wide)
    of_fits = _joint(sides, x, fits) if robust else _separate(fits)
    k, width = x.shape[1], wide.shape[1]
    spread = np.kron(np.eye(len(fits)), normalise)
    total = np.zeros((5 * width, 5 * width))  # a pooled model that is not there has no variance
    total[: 2 * width, : 2 * width] = of_means
    end = (2 + len(fits)) * width
    total[2 * width : end, 2 * width : end] = spread @ of_fits @ spread.T
    coefficients = np.zeros((3, width))
    coefficients[: len(fits)] = [normalise @ item.params[:k] for item in fits]
    plain = interval(df) if robust else Interval.DELTA_NORMAL
    return _Model(blocks, means, coefficients, total, df, plain, sizes)


def _normalised(
    known: pd.DataFrame, regressors: Sequence[str], x: pd.DataFrame
) -> tuple[pd.DataFrame, Matrix, dict[str, list[int]]]:
    """The design with a dummy of every label, the map from its coefficients to deviations, its blocks."""
    wide, rows, blocks = {"intercept": np.ones(len(known))}, [_row(x, {"intercept": 1.0})], {"intercept": [0]}
    for name in regressors:
        if not is_category(known[name]):
            blocks[name] = [len(rows)]
            wide[name] = x[name].to_numpy()
            rows.append(_row(x, {name: 1.0}))
            continue
        found = labels(known[name])
        mean = _row(x, {f"{name}[{label}]": 1 / len(found) for label in found[1:]})
        rows[0] = rows[0] + mean
        blocks[name] = list(range(len(rows), len(rows) + len(found)))
        for label in found:
            column = f"{name}[{label}]"
            blocks[column] = [len(rows)]
            wide[column] = (known[name] == label).to_numpy(float)
            rows.append((_row(x, {column: 1.0}) if label != found[0] else 0.0) - mean)
    return pd.DataFrame(wide), np.array(rows), blocks


def _row(x: pd.DataFrame, weights: dict[str, float]) -> Matrix:
    return np.array([weights.get(name, 0.0) for name in x.columns])


def _fitted(sides: _Sides, x: pd.DataFrame, side: pd.Series) -> LinearFit:
    rows = side.to_numpy()
    y, w = sides.known.loc[rows, sides.outcome], weights(sides.known, sides.weight)[rows]
    return fit(x[rows], y, weight=w, kind=Covariance.CLASSICAL)


def _separate(fits: Sequence[LinearFit]) -> Matrix:
    """Classical covariances of independent groups."""
    k = len(fits[0].params)
    total = np.zeros((2 * k, 2 * k))
    total[:k, :k], total[k:, k:] = fits[0].covariance, fits[1].covariance
    return total


def _joint(sides: _Sides, x: pd.DataFrame, fits: Sequence[LinearFit]) -> Matrix:
    """Covariance of all coefficients together from each person's scores (Stata's suest)."""
    low, high = (side.to_numpy() for side in sides.members)
    w = weights(sides.known, sides.weight)
    k, influence = x.shape[1], []
    for item, rows in zip(fits, (low, high, low | high)[: len(fits)], strict=True):
        own = x if len(item.params) == k else x.assign(**{INDICATOR: high.astype(float)})
        scores = np.zeros((len(x), len(item.params)))
        scores[rows] = own.to_numpy()[rows] * (w[rows] * item.residuals)[:, None]
        influence.append((scores @ item.bread)[:, :k])
    return covariance(np.hstack(influence), sides.clusters)[0]


def _means(sides: _Sides, wide: pd.DataFrame) -> tuple[Matrix, Matrix, float | None]:
    """Covariance of the means of both groups, the means, shape (2, k), and degrees of freedom."""
    values, w = wide.to_numpy(), weights(sides.known, sides.weight)
    sides_w = [np.where(side, w, 0.0) for side in sides.members]
    sides_w = [own / own.sum() for own in sides_w]
    means = np.array([own @ values for own in sides_w])
    influence = [own[:, None] * (values - mean) for own, mean in zip(sides_w, means, strict=True)]
    matrix, df = covariance(np.hstack(influence), sides.clusters)
    if sides.weight is None and sides.cluster is None:  # S/n of each group, with n - 1 of its own
        n = len(values)
        factors = [(n - 1) / n * own / (own - 1) for own in (int(side.sum()) for side in sides.members)]
        matrix = matrix * np.repeat(factors, values.shape[1])[:, None]
    return matrix, means, df
