"""Multiple comparisons: p-values and intervals that hold for a family together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from kansen_lib.stats.result import LEVEL, Estimate, Result, quantile
from kansen_lib.stats.terms import Interval


def benjamini_hochberg(p: ArrayLike) -> NDArray[np.float64]:
    """P-values adjusted for the false discovery rate.

    Estimand: none: for each hypothesis, the smallest false discovery rate at which it is rejected.

    Formula: for the i-th smallest of m, the minimum over j >= i of min(1, m p_(j) / j).

    Interval: none: p-values.

    Source: Benjamini and Hochberg (1995); equals p.adjust(method="BH") of R.

    Args:
        p: p-values, shape (m,).

    Returns:
        Adjusted p-values in the order of ``p``, shape (m,).

    Raises:
        ValueError: a value outside [0, 1] or missing.
    """
    p = _p_values(p)
    order = np.argsort(p)[::-1]
    steps = len(p) / np.arange(len(p), 0, -1) * p[order]
    return _back(np.minimum.accumulate(np.minimum(steps, 1.0)), order)


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """P-values adjusted for the chance of even one false rejection in the family.

    Estimand: none: for each hypothesis, the smallest familywise error rate at which it is rejected.

    Formula: for the i-th smallest of m, the maximum over j <= i of min(1, (m - j + 1) p_(j)).

    Interval: none: p-values.

    Source: Holm (1979); equals p.adjust(method="holm") of R.

    Args:
        p: p-values, shape (m,).

    Returns:
        Adjusted p-values in the order of ``p``, shape (m,).

    Raises:
        ValueError: a value outside [0, 1] or missing.
    """
    p = _p_values(p)
    order = np.argsort(p)
    steps = np.arange(len(p), 0, -1) * p[order]
    return _back(np.maximum.accumulate(np.minimum(steps, 1.0)), order)


def romano_wolf(statistics: ArrayLike, draws: ArrayLike) -> NDArray[np.float64]:
    """Step-down adjusted p-values that use how the statistics hang together.

    Estimand: none: for each hypothesis, the smallest familywise error rate at which it is rejected.

    Formula: from the largest |t| down: (1 + number of draws in which the largest |t*| of the hypotheses
    not yet passed is at least |t|) / (draws + 1), never smaller than that of the one before.

    Interval: none: p-values.

    Source: Romano and Wolf (2016), algorithm 4.1 and 4.2; equals rwolf of Python's pyfixest.

    Args:
        statistics: observed t statistics, shape (m,).
        draws: t statistics of each draw under the null, shape (B, m).

    Returns:
        Adjusted p-values in the order of ``statistics``, shape (m,).

    Raises:
        ValueError: shapes that do not fit, or a value that is missing.
    """
    observed, drawn = np.abs(np.asarray(statistics, float)), np.abs(np.asarray(draws, float))
    if drawn.ndim != 2 or observed.shape != drawn.shape[1:]:
        raise ValueError(f"draws need a column a statistic; got shapes {observed.shape} and {drawn.shape}")
    if np.isnan(observed).any() or np.isnan(drawn).any():
        raise ValueError("a statistic or a draw is missing (NaN): leave out that hypothesis or draw")
    order = np.argsort(-observed, kind="stable")
    largest = np.maximum.accumulate(drawn[:, order[::-1]], axis=1)[:, ::-1]  # over those not yet passed
    raw = (1 + (largest >= observed[order]).sum(axis=0)) / (len(drawn) + 1)
    return _back(np.maximum.accumulate(raw), order)


def family(result: Result, *, method: Literal["benjamini-hochberg", "holm"]) -> Result:
    """The estimates of a result, followed by the same with p-value and interval adjusted for their number.

    Estimand: as in the result; the family is all of its estimates that have a p-value.

    Formula: p-values by benjamini_hochberg or holm; of m estimates, R have an adjusted
    p-value of at most 0.05.

    Interval: with Benjamini-Hochberg, of the R selected, value +- t(1 - 0.05 R/2m) times the standard
    error (false coverage rate), none for the others; with Holm, of all, value +- t(1 - 0.05/2m) times the
    standard error (simultaneous). None where the raw interval is not of that form.

    Source: Benjamini and Yekutieli (2005), section 3; Bonferroni for the simultaneous intervals.

    Args:
        result: estimates with p-values; those without stay as they are and are not counted.
        method: ``"benjamini-hochberg"`` or ``"holm"``.

    Returns:
        The raw estimates, and after them each adjusted one under the name ``"<name>, <method>"``.
    """
    if method not in ("benjamini-hochberg", "holm"):
        raise ValueError(f"method is 'benjamini-hochberg' or 'holm', not {method!r}")
    tested = [item for item in result.estimates if item.p_value is not None]
    new = _adjusted(tested, method) if tested else []
    return replace(result, estimates=(*result.estimates, *new))


def _adjusted(tested: Sequence[Estimate], method: str) -> list[Estimate]:
    simultaneous = method == "holm"
    p = (holm if simultaneous else benjamini_hochberg)([item.p_value for item in tested])
    chosen = p <= 1 - LEVEL
    part = 1 / len(tested) if simultaneous else float(chosen.mean())
    word = Interval.SIMULTANEOUS if simultaneous else Interval.FALSE_COVERAGE
    parts = np.where(chosen | simultaneous, part, 0.0)
    return [
        replace(item, name=f"{item.name}, {method}", p_value=float(new), **_interval(item, share, word))
        for item, new, share in zip(tested, p, parts, strict=True)
    ]


def _interval(item: Estimate, part: float, word: Interval) -> dict[str, float | str | None]:
    """The t or normal interval that leaves out 5% times ``part``; none for a part of 0 or another form."""
    if not part or not _symmetric(item):
        return {"lower": None, "upper": None, "interval": ""}
    tail = (1 - LEVEL) * part / 2
    factor = stats.norm.isf(tail) if item.df is None else stats.t.isf(tail, item.df)
    half = float(factor) * item.standard_error
    return {"lower": item.value - half, "upper": item.value + half, "interval": word}


def _symmetric(item: Estimate) -> bool:
    """Whether the raw interval is the value plus and minus a quantile times the standard error."""
    if item.standard_error is None or item.lower is None or item.upper is None:
        return False
    half = quantile(item.df) * item.standard_error
    ends = ((item.upper, item.value + half), (item.lower, item.value - half))
    return all(math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-6 * half) for one, other in ends)


def _p_values(p: ArrayLike | Sequence[float]) -> NDArray[np.float64]:
    p = np.asarray(p, float)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"p-values are a list of numbers from 0 to 1 without missing ones; got {p}")
    return p


def _back(values: NDArray[np.float64], order: NDArray[np.int64]) -> NDArray[np.float64]:
    """Values in the order that ``order`` was made from."""
    found = np.empty(len(order))
    found[order] = values
    return found
