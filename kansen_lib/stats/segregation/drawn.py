"""Persons drawn again: what is left of a number without its small-sample bias, and its interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kansen_lib.stats import frames
from kansen_lib.stats.result import LEVEL, ROUNDING, Estimate, NotComputable
from kansen_lib.stats.segregation.tables import Counts, whole
from kansen_lib.stats.terms import Interval, Method, Reason

ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


def middle(values: Counts) -> tuple[float, float, float, float]:
    """Mean, standard deviation and ends of the middle 95% of draws.

    Raises:
        NotComputable: the index does not exist on some draw (a group without members).
    """
    if not np.isfinite(values).all():
        raise NotComputable(Reason.TOO_FEW)
    low, high = np.quantile(values, ENDS)
    mean = np.clip(values.mean(), values.min(), values.max())  # of equal draws it is off by rounding
    return float(mean), float(values.std(ddof=1)), float(low), float(high)


def asked_for(draws: int, seed: int | None) -> bool:
    """Whether persons are drawn at all.

    Raises:
        ValueError: too few draws, or draws without a seed.
    """
    if draws == 0:
        return False
    frames.enough(draws)
    if seed is None:
        raise ValueError("draws need a seed: give 'seed', so that the same data give the same numbers")
    return True


def samples(counts: Counts, draws: int, rng: np.random.Generator) -> Counts:
    """Tables of as many persons, each drawn from the cells of one table (multinomial).

    Returns:
        Shape (draws, units, groups).

    Raises:
        NotComputable: a count that is not a whole number.
    """
    persons = whole(counts)
    n = persons.sum()
    return rng.multinomial(n, persons.ravel() / n, size=draws).reshape(draws, *persons.shape).astype(float)


def corrected(own: Estimate, values: Counts, *, name: str = "", group: str = "") -> Estimate:
    """An estimate minus its bootstrap bias, with the basic bootstrap interval; no interval without spread.

    Args:
        own: the estimate.
        values: the same number on each draw.
        name, group: of the estimate without bias; those of ``own`` when empty.
    """
    return without_bias(own, 2 * own.value - values, name=name or own.name, group=group or own.group)


def without_bias(
    own: Estimate, values: Counts, *, name: str, group: str, value: float | None = None
) -> Estimate:
    """An estimate from numbers without bias, one a draw: their mean, or ``value``, and their middle 95%."""
    names = {"name": name, "group": group, "method": Method.BIAS_CORRECTED}
    try:
        mean, error, low, high = middle(values)
    except NotComputable as stop:
        return replace(own, value=None, reason=stop.reason, **names)
    value = mean if value is None else value
    if error <= ROUNDING:
        return replace(own, value=value, **names)
    interval = {"lower": low, "upper": high, "interval": Interval.BOOTSTRAP_CORRECTED}
    return replace(own, value=value, standard_error=error, **interval, **names)


def divided(
    strata: Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]],
    shape: tuple[int, int],
    draws: int,
    rng: np.random.Generator,
) -> Counts:
    """Random divisions of persons over units: in each stratum its groups and units keep their sizes.

    Args:
        strata: of each stratum the rows of its units in the whole table, and its counts.
        shape: of the whole table.

    Returns:
        Shape (draws, units, groups).
    """
    every = np.zeros((draws, *shape))
    for rows, persons in strata:
        if 1 in persons.shape:  # nothing to divide; Patefield's algorithm in scipy gives negative counts then
            every[:, rows] += persons
            continue
        drawn = stats.random_table(persons.sum(axis=1), persons.sum(axis=0))
        every[:, rows] += drawn.rvs(draws, random_state=rng)
    return every
