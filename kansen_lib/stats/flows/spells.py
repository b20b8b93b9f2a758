"""Spells that end in an event or are censored, and what each person adds to the curves made of them.

At equal times events come before censoring: who is censored at t is at risk at t. Who enters at t is at
risk after t. The variance of the infinitesimal jackknife is the sum of the squared influence of each
person, or of each cluster. Without weights, clusters and late entry it equals Greenwood's exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.choice import Choice
from kansen_lib.stats.frames import numbers
from kansen_lib.stats.result import NotComputable, quantile
from kansen_lib.stats.terms import Interval, Reason

Vector = NDArray[np.float64]

#: Times closer than this part of the mean time are equal.
TIE = float(np.sqrt(np.finfo(float).eps))


class Transform(Choice):
    """Scale on which the interval of a probability is symmetric."""

    LOG_LOG = "log-log"
    LOG = "log"
    PLAIN = "plain"


#: What the interval is called, by its variance.
GREENWOOD = {
    Transform.LOG_LOG: Interval.GREENWOOD_LOG_LOG,
    Transform.LOG: Interval.GREENWOOD_LOG,
    Transform.PLAIN: Interval.GREENWOOD_PLAIN,
}
JACKKNIFE = {
    Transform.LOG_LOG: Interval.JACKKNIFE_LOG_LOG,
    Transform.LOG: Interval.JACKKNIFE_LOG,
    Transform.PLAIN: Interval.JACKKNIFE_PLAIN,
}
CLUSTERED = {
    Transform.LOG_LOG: Interval.CLUSTERED_LOG_LOG,
    Transform.LOG: Interval.CLUSTERED_LOG,
    Transform.PLAIN: Interval.CLUSTERED_PLAIN,
}


@dataclass(frozen=True)
class Spells:
    """A spell a person; all arrays have shape (n,).

    Attributes:
        entry: the time after which the person is at risk.
        exit: the time of the event or of censoring.
        cause: number of the event, from 0; -1 when censored.
        weight: positive weight.
        cluster: number of the cluster from 0; None without clusters.
        causes: how many kinds of event there are.
    """

    entry: Vector
    exit: Vector
    cause: NDArray[np.int64]
    weight: Vector
    cluster: NDArray[np.int64] | None
    causes: int = 1

    @classmethod
    def of(
        cls,
        rows: pd.DataFrame,
        cause: NDArray[np.int64],
        *,
        duration: str,
        entry: str | None,
        weight: str | None,
        cluster: str | None,
        causes: int = 1,
    ) -> Spells:
        """The spells of complete rows.

        Raises:
            ValueError: a duration below zero, or not after the entry.
        """
        n, end = len(rows), numbers(rows, duration)
        start = np.full(n, -1.0) if entry is None else numbers(rows, entry)
        if (end < 0).any():
            raise ValueError(f"column '{duration}' has durations below zero")
        start, end = _merged(start, end)
        if (start >= end).any():
            raise ValueError(f"column '{entry}' has entries at or after '{duration}': nobody is at risk then")
        counted = np.ones(n) if weight is None else numbers(rows, weight)
        code = None if cluster is None else pd.factorize(rows[cluster])[0].astype(np.int64)
        return cls(start, end, cause, counted, code, causes)

    def checked(self) -> Spells:
        """The same spells.

        Raises:
            NotComputable: nobody, no event, or fewer than two clusters.
        """
        if len(self.exit) == 0:
            raise NotComputable(Reason.NO_PERSONS)
        if not (self.cause >= 0).any():
            raise NotComputable(Reason.NO_EVENTS)
        if self.cluster is not None and self.cluster.max() < 1:
            raise NotComputable(Reason.FEW_CLUSTERS)
        return self


def _merged(start: Vector, end: Vector) -> tuple[Vector, Vector]:
    """Times with those that differ by rounding only made equal, as survfit does: they are ties."""
    every, place = np.unique(np.concatenate([start, end]), return_inverse=True)
    if len(every) == 0:
        return start, end
    new = np.diff(every, prepend=-np.inf) > TIE * np.abs(every).mean()
    times = every[new][np.cumsum(new) - 1][place]
    return times[: len(start)], times[len(start) :]


class Step(NamedTuple):
    """The state of affairs just after a time at which somebody had an event.

    Attributes:
        time: the time.
        at_risk: persons at risk at it.
        greenwood: variance of the log of the chance to be free of events, by Greenwood's formula.
        events: persons who had each event up to and including it, shape (causes,).
        chance: probability to be free of events, then of each event, shape (1 + causes,).
        influence: of each person on ``chance``, shape (n, 1 + causes).
    """

    time: float
    at_risk: int
    greenwood: float
    events: NDArray[np.int64]
    chance: Vector
    influence: Vector


def steps(spells: Spells) -> Iterator[Step]:
    """The steps of the curves, one for each time of an event."""
    n, kinds = len(spells.exit), np.arange(spells.causes)
    events, chance = np.zeros(spells.causes, int), np.eye(1 + spells.causes)[0]
    influence, greenwood = np.zeros((n, 1 + spells.causes)), 0.0
    for time in np.unique(spells.exit[spells.cause >= 0]):
        here = (spells.entry < time) & (spells.exit >= time)
        happened = (spells.exit == time)[:, None] & (spells.cause[:, None] == kinds)
        at_risk = float(spells.weight @ here)
        hazard = spells.weight @ happened / at_risk
        own = (spells.weight / at_risk)[:, None] * (happened - here[:, None] * hazard)
        step = np.concatenate([[-hazard.sum()], hazard])
        move = np.column_stack([-own.sum(axis=1), own])
        influence = influence + influence[:, :1] * step + chance[0] * move
        chance, events = chance + chance[0] * step, events + happened.sum(axis=0)
        left, gone = int(here.sum()), int(happened.sum())
        if left == gone:
            chance[0], influence[:, 0] = 0.0, 0.0
        else:
            greenwood += gone / (left * (left - gone))
        yield Step(float(time), left, greenwood, events, chance, influence)


def band(
    chance: float,
    standard_error: float,
    df: float | None,
    transform: Transform,
    called: Mapping[Transform, Interval],
) -> dict[str, Any]:
    """The interval of a probability as fields of an estimate; at 0 and 1 there is none."""
    if not 0 < chance < 1 or standard_error == 0:
        return {}
    half = quantile(df) * standard_error
    if transform == Transform.PLAIN:
        lower, upper = chance - half, chance + half
    elif transform == Transform.LOG:
        lower, upper = chance * np.exp(-half / chance), chance * np.exp(half / chance)
    else:
        power = half / (chance * np.log(chance))  # below zero: log(chance) is
        lower, upper = chance ** np.exp(-power), chance ** np.exp(power)
    ends = {"lower": float(max(lower, 0.0)), "upper": float(min(upper, 1.0))}
    return {**ends, "interval": called[transform]}
