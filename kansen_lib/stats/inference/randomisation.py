"""Randomisation inference: how far chance alone, as it was drawn, could have brought the groups apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from math import comb, inf, prod

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames, linear
from kansen_lib.stats.inference.regression import measured
from kansen_lib.stats.result import LEVEL, ROUNDING, Estimate, NotComputable
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]

#: Two statistics closer than this part of their size are a tie: rounding must not break it.
TIE = 1e-9

#: Cells of the matrix of assignments that are worked on together.
CELLS = 4_000_000


@dataclass(frozen=True)
class _Units:
    """What is drawn: persons or clusters, with sums over the persons in them.

    Attributes:
        treated: whether the unit has the treatment, shape (U,).
        block: number of the block of the unit, shape (U,).
        size: persons, shape (U,).
        outcome: outcome without what blocks and covariates predict, shape (U,).
        own: treatment without what blocks and covariates predict, shape (U,).
        basis: orthonormal basis of blocks and covariates, shape (U, k).
    """

    treated: NDArray[np.bool_]
    block: NDArray[np.int64]
    size: Matrix
    outcome: Matrix
    own: Matrix
    basis: Matrix

    @property
    def drawn(self) -> list[tuple[NDArray[np.int64], int]]:
        """Places of the units of each block, and how many of them have the treatment."""
        places = [np.flatnonzero(self.block == label) for label in np.unique(self.block)]
        return [(place, int(self.treated[place].sum())) for place in places]

    @property
    def assignments(self) -> int:
        """How many assignments have the numbers of treated units that each block has."""
        return prod(comb(len(place), m) for place, m in self.drawn)

    def statistics(self, assigned: Matrix) -> tuple[Matrix, Matrix]:
        """Coefficients on assignments, shape (B, U), of the outcome and of the treatment that was drawn."""
        spread = assigned @ self.size - ((assigned @ self.basis) ** 2).sum(axis=1)
        spread = np.where(spread > linear.RANK_TOLERANCE * self.size.sum(), spread, np.nan)
        return assigned @ self.outcome / spread, assigned @ self.own / spread


def randomisation_test(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    block: str | None = None,
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    draws: int = 9999,
    seed: int,
    name: str = "effect",
) -> Estimate:
    """The effect of a lottery with its p-value from drawing the lottery again: exact if all draws are tried.

    Estimand: the difference in outcome that the treatment makes, the same for everyone (for the
    interval); the p-value is of no effect on anyone (Fisher's sharp null).

    Formula: coefficient of the treatment by least squares with a dummy for each block and the covariates:
    without them the difference of means. p = share of the assignments with |coefficient| at least that of
    the one drawn: of all assignments when they are no more than ``draws``, else
    (1 + number) / (1 + draws).

    Interval: 95%, the constant effects that this test does not reject at 5%, solved exactly; none when
    there are too few assignments to reject any effect.

    Source: Fisher (1935), chapter 2; Gerber and Green (2012), sections 3.4 and 3.5; Phipson and Smyth
    (2010) for drawn assignments; equals independence_test(distribution = "exact") of R's coin.

    Args:
        data: a row a person.
        outcome: column of numbers or True and False.
        treated: column of True and False, or 1 and 0.
        block: column within which the treatment was drawn.
        cluster: column of the units that were drawn whole; None if persons were.
        covariates: columns measured before the lottery.
        draws: number of assignments when they are not enumerated.
        seed: of the draws.
    """
    frames.distinct(outcome, [treated], covariates)
    frames.enough(draws)
    known, _ = frames.complete(data, [outcome, treated, block, cluster, *covariates])
    has = frames.flags(known[treated])
    facts = {"unit": Unit.OUTCOME, "n": len(known), "method": Method.RANDOMISATION_EXACT}
    try:
        units = _units(known.assign(**{treated: has}), outcome, treated, block, cluster, covariates)
        value, p_value, bounds = _test(units, draws, seed)
    except NotComputable as why:
        return Estimate.not_computable(name, why.reason, **facts)
    if units.assignments > draws:
        facts["method"] = Method.RANDOMISATION_DRAWN
    if bounds:
        facts |= {"lower": bounds[0], "upper": bounds[1], "interval": Interval.INVERSION}
    return Estimate(name, value=value, p_value=p_value, smallest=int(min(has.sum(), (~has).sum())), **facts)


def _units(
    known: pd.DataFrame,
    outcome: str,
    treated: str,
    block: str | None,
    cluster: str | None,
    covariates: Sequence[str],
) -> _Units:
    measured(known, outcome)
    if known[treated].nunique() < 2:
        raise NotComputable(Reason.FEW_TREATED)
    known = known.iloc[frames.canonical(known)]
    code = np.arange(len(known)) if cluster is None else frames.codes(known[cluster])[0]
    area = np.zeros(len(known), np.int64) if block is None else frames.codes(known[block])[0]
    first = np.unique(code, return_index=True)[1]
    has = known[treated].to_numpy(bool)
    if (has != has[first][code]).any() or (area != area[first][code]).any():
        raise NotComputable(Reason.MIXED_CLUSTERS)
    y, t = known[outcome].to_numpy(float), has.astype(float)
    blocks = (area[:, None] == np.unique(area)).astype(float)
    basis = _basis(np.hstack([frames.design(known, covariates).to_numpy(float), blocks]))
    columns = (np.ones(len(y)), y - basis @ (basis.T @ y), t - basis @ (basis.T @ t))
    size, residual, own = (np.bincount(code, column) for column in columns)
    return _Units(has[first], area[first], size, residual, own, frames.cluster_sums(basis, code))


def _basis(columns: Matrix) -> Matrix:
    """Orthonormal basis of the space of columns, some of which may depend on each other."""
    scale = np.sqrt((columns**2).sum(axis=0))
    left, singular, _ = np.linalg.svd(columns[:, scale > 0] / scale[scale > 0], full_matrices=False)
    return left[:, singular > linear.RANK_TOLERANCE * singular[0]]


def _test(units: _Units, draws: int, seed: int) -> tuple[float, float, tuple[float, float] | None]:
    """Value, p-value and interval."""
    own = units.treated.astype(float)[None, :]
    value, unity = (float(part[0]) for part in units.statistics(own))
    if not np.isfinite(value) or abs(unity - 1) > 1e-6:
        raise NotComputable(Reason.NOT_IDENTIFIED)
    if np.abs(units.outcome).max() <= ROUNDING * max(1.0, abs(value)):
        raise NotComputable(Reason.NO_SPREAD)
    every = units.assignments <= draws
    chunks = _every(units) if every else _some(units, draws, seed)
    parts = [units.statistics(chunk) for chunk in chunks]
    outcome, given = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    valid = np.isfinite(outcome)
    extra = 0 if every else 1  # the assignment that was drawn is one of those that could be
    farther = np.abs(outcome[valid]) >= abs(value) * (1 - TIE)
    p_value = (farther.sum() + extra) / (valid.sum() + extra)
    return value, float(p_value), _invert(value, outcome[valid], given[valid], extra)


def _every(units: _Units) -> Iterator[Matrix]:
    """All assignments with the numbers of treated units that each block has, some rows at a time."""
    chosen = product(*(combinations(place, m) for place, m in units.drawn))
    while rows := list(islice(chosen, _chunk(units))):
        found = np.zeros((len(rows), len(units.block)))
        for row, parts in zip(found, rows, strict=True):
            row[[place for part in parts for place in part]] = 1
        yield found


def _some(units: _Units, draws: int, seed: int) -> Iterator[Matrix]:
    """Assignments drawn at random within blocks, some rows at a time."""
    rng = np.random.default_rng(seed)
    for start in range(0, draws, _chunk(units)):
        found = np.tile(units.treated.astype(float), (min(_chunk(units), draws - start), 1))
        for place, _ in units.drawn:
            found[:, place] = rng.permuted(found[:, place], axis=1)
        yield found


def _chunk(units: _Units) -> int:
    """How many assignments are worked on together."""
    return max(1, CELLS // len(units.block))


def _invert(value: float, outcome: Matrix, given: Matrix, extra: int) -> tuple[float, float] | None:
    """Both ends of the constant effects that are not rejected; None when there is no end.

    Under an effect value + d the statistic of an assignment is e - d c, with c its statistic of the
    treatment that was drawn and e = outcome - value c; that of the assignment drawn is -d. An assignment
    stays at least as far from 0 up to d = max(e/(1 + c), -e/(1 - c)) above and likewise below.
    """
    apart = 1 - np.abs(given) > TIE
    e, c = (outcome - value * given)[apart], given[apart]
    never = extra + len(outcome) - len(e)  # as far under every effect: the same groups, or mirrored
    above = np.maximum(e / (1 + c), -e / (1 - c))
    below = np.maximum(e / (1 - c), -e / (1 + c))
    rank = int(np.floor((1 - LEVEL) * (len(outcome) + extra) + ROUNDING)) - never
    if rank < 0:
        return None
    ends = [np.sort(part)[::-1][rank] if rank < len(part) else inf for part in (below, above)]
    return (float(value - ends[0]), float(value + ends[1])) if np.isfinite(ends).all() else None
