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
class Lottery:
    """What was drawn, and so what could have been.

    Attributes:
        treated: whether the unit (person or cluster) has the treatment, shape (U,).
        block: number of the block of the unit, shape (U,).
        code: unit of each person, shape (n,).
    """

    treated: NDArray[np.bool_]
    block: NDArray[np.int64]
    code: NDArray[np.int64]

    @classmethod
    def of(cls, known: pd.DataFrame, treated: str, block: str | None, cluster: str | None) -> Lottery:
        """From a frame without missing values in these columns.

        Raises:
            NotComputable: all have the treatment or nobody has, or it (or the block) differs in a cluster.
        """
        if known[treated].nunique() < 2:
            raise NotComputable(Reason.FEW_TREATED)
        code = np.arange(len(known)) if cluster is None else frames.codes(known[cluster])[0]
        area = np.zeros(len(known), np.int64) if block is None else frames.codes(known[block])[0]
        first = np.unique(code, return_index=True)[1]
        has = known[treated].to_numpy(bool)
        if (has != has[first][code]).any() or (area != area[first][code]).any():
            raise NotComputable(Reason.MIXED_CLUSTERS)
        return cls(has[first], area[first], code)

    @property
    def drawn(self) -> list[tuple[NDArray[np.int64], int]]:
        """Places of the units of each block, and how many of them have the treatment."""
        places = [np.flatnonzero(self.block == label) for label in np.unique(self.block)]
        return [(place, int(self.treated[place].sum())) for place in places]

    @property
    def assignments(self) -> int:
        """How many assignments have the numbers of treated units that each block has."""
        return prod(comb(len(place), m) for place, m in self.drawn)

    def again(self, draws: int, seed: int) -> Iterator[Matrix]:
        """Assignments, shape (some, U): all when they are no more than ``draws``, else so many drawn."""
        return self._every() if self.assignments <= draws else self._some(draws, seed)

    def _every(self) -> Iterator[Matrix]:
        chosen = product(*(combinations(place, m) for place, m in self.drawn))
        while rows := list(islice(chosen, self._chunk)):
            found = np.zeros((len(rows), len(self.block)))
            for row, parts in zip(found, rows, strict=True):
                row[[place for part in parts for place in part]] = 1
            yield found

    def _some(self, draws: int, seed: int) -> Iterator[Matrix]:
        rng = np.random.default_rng(seed)
        for start in range(0, draws, self._chunk):
            found = np.tile(self.treated.astype(float), (min(self._chunk, draws - start), 1))
            for place, _ in self.drawn:
                found[:, place] = rng.permuted(found[:, place], axis=1)
            yield found

    @property
    def _chunk(self) -> int:
        """How many assignments are worked on together."""
        return max(1, CELLS // len(self.block))


@dataclass(frozen=True)
class Sums:
    """Sums over the persons of each unit, of what the coefficient of any assignment rests on.

    Attributes:
        size: persons, shape (U,).
        outcome: outcome without what blocks and covariates predict, shape (U,).
        own: treatment as drawn without what they predict, shape (U,).
        basis: orthonormal basis of blocks and covariates, shape (U, k).
    """

    size: Matrix
    outcome: Matrix
    own: Matrix
    basis: Matrix

    @classmethod
    def of(cls, y: Matrix, columns: Matrix, lottery: Lottery, chosen: NDArray[np.bool_]) -> Sums:
        """Of the persons who are chosen (n,), their outcome (m,) and blocks and covariates (m, columns)."""
        code, units = lottery.code[chosen], len(lottery.treated)
        t, basis = lottery.treated[code].astype(float), _basis(columns)
        parts = [np.ones(len(y)), *(part - basis @ (basis.T @ part) for part in (y, t)), *basis.T]
        size, outcome, own, *rest = (np.bincount(code, part, minlength=units) for part in parts)
        return cls(size, outcome, own, np.array(rest).T)

    def coefficients(self, assigned: Matrix) -> tuple[Matrix, Matrix]:
        """Coefficients on assignments, shape (B, U), of the outcome and of the treatment as drawn."""
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
        measured(known, outcome)
        known = known.assign(**{treated: has})
        known = known.iloc[frames.canonical(known)]
        lottery = Lottery.of(known, treated, block, cluster)
        sums = _sums(known, outcome, block, covariates, lottery)
        value, p_value, bounds = _test(lottery, sums, draws, seed)
    except NotComputable as why:
        return Estimate.not_computable(name, why.reason, **facts)
    if lottery.assignments > draws:
        facts["method"] = Method.RANDOMISATION_DRAWN
    if bounds:
        facts |= {"lower": bounds[0], "upper": bounds[1], "interval": Interval.INVERSION}
    return Estimate(name, value=value, p_value=p_value, smallest=int(min(has.sum(), (~has).sum())), **facts)


def _sums(
    known: pd.DataFrame, outcome: str, block: str | None, covariates: Sequence[str], lottery: Lottery
) -> Sums:
    blocks = np.ones((len(known), 1)) if block is None else pd.get_dummies(known[block]).to_numpy(float)
    columns = np.hstack([frames.design(known, covariates).to_numpy(float), blocks])
    return Sums.of(known[outcome].to_numpy(float), columns, lottery, np.ones(len(known), bool))


def _basis(columns: Matrix) -> Matrix:
    """Orthonormal basis of the space of columns, some of which may depend on each other."""
    scale = np.sqrt((columns**2).sum(axis=0))
    left, singular, _ = np.linalg.svd(columns[:, scale > 0] / scale[scale > 0], full_matrices=False)
    return left[:, singular > linear.RANK_TOLERANCE * singular[0]]


def _test(
    lottery: Lottery, sums: Sums, draws: int, seed: int
) -> tuple[float, float, tuple[float, float] | None]:
    """Value, p-value and interval."""
    own = lottery.treated.astype(float)[None, :]
    value, unity = (float(part[0]) for part in sums.coefficients(own))
    if not np.isfinite(value) or abs(unity - 1) > 1e-6:
        raise NotComputable(Reason.NOT_IDENTIFIED)
    if np.abs(sums.outcome).max() <= ROUNDING * max(1.0, abs(value)):
        raise NotComputable(Reason.NO_SPREAD)
    parts = [sums.coefficients(chunk) for chunk in lottery.again(draws, seed)]
    outcome, given = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    valid = np.isfinite(outcome)
    extra = 0 if lottery.assignments <= draws else 1  # the one that was drawn is one that could be
    p_value = as_far(outcome[valid], value, extra)
    return value, p_value, _invert(value, outcome[valid], given[valid], extra)


def as_far(drawn: Matrix, value: float, extra: int) -> float:
    """P-value: share of the assignments, and of so many extra, at least as far from zero as the value."""
    farther = np.abs(drawn) >= abs(value) * (1 - TIE)
    return float((farther.sum() + extra) / (len(drawn) + extra))


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
