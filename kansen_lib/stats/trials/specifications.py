"""One lottery, computed in many ways, with one test of all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import arms, frames, linear
from kansen_lib.stats.inference.randomisation import Lottery, Sums, as_far
from kansen_lib.stats.inference.specification import specification_curve
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Unit
from kansen_lib.stats.trials.individual import DRAWN, design, prepared

Matrix = NDArray[np.float64]

#: Columns of the frame with the places of the persons; no column of a user is called so.
PLACE = "(place)"


@dataclass(frozen=True)
class Specification:
    """One way to compute the effect of a lottery.

    Attributes:
        label: what it is called.
        outcome: score column.
        covariates: columns of before the lottery.
        sample: column with True for who takes part; None for all.
        blocks: whether each block has a dummy.
        scale: what the effect is divided by.
    """

    label: str
    outcome: str
    covariates: tuple[str, ...] = ()
    sample: str | None = None
    blocks: bool = True
    scale: float = 1.0


def specification_test(
    data: pd.DataFrame,
    specifications: Sequence[Specification],
    *,
    treated: str,
    main: str,
    block: str | None = None,
    cluster: str | None = None,
    draws: int = 999,
    seed: int,
    unit: str = Unit.SD,
    name: str = "specification curve",
) -> Result:
    """The effect of a lottery by many specifications, with one test of all of them together.

    Estimand: the intention-to-treat effect, as each specification has it. The p-value of the median is of
    no effect on anyone (Fisher's sharp null).

    Formula: each by least squares of its outcome on assignment, its covariates and block dummies, over its
    scale. p = share of the assignments whose median over the specifications is at least as far from zero as
    that of the one drawn: of all assignments when they are no more than ``draws``, else
    (1 + number) / (1 + draws). One assignment at a time serves all specifications.

    Interval: of each specification 95% t, HC3 with n - k degrees of freedom, with clusters CR2 with
    Satterthwaite; of the median none.

    Source: Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4, 1208-1214, first of their three
    tests; Gerber and Green (2012), section 3.4; Phipson and Smyth (2010) for drawn assignments.

    Args:
        data: one row a person who was in the lottery; each specification leaves out its own missing values.
        specifications: at least one, each with a label of its own.
        treated: column with True for those who were drawn.
        main: label of the specification that was chosen beforehand.
        block: column with the block within which was drawn.
        cluster: column with the clusters that were drawn; None if persons were.
        draws: number of assignments when they are not enumerated.
        seed: of the draws.
        unit: of the effects over their scales.
        name: name of the result.

    Returns:
        The estimates of ``inference.specification_curve``, with the p-value at ``"median"``.

    Raises:
        ValueError: a label twice, no main one, columns that are not there, or a scale that is not above 0.
    """
    frames.enough(draws)
    for item in specifications:
        frames.distinct(item.outcome, [treated], item.covariates)
        if not item.scale > 0:
            raise ValueError(f"the scale of '{item.label}' is {item.scale}; it is a number above 0")
    keys = (treated, block, cluster)
    used, dropped = _persons(data, specifications, keys)
    try:
        ways = [_Way.of(used, item, keys, unit) for item in specifications]
        result = specification_curve([way.found for way in ways], main=main, name=name)
        tested = _tested(result, ways, Lottery.of(used, *keys), draws, seed)
    except NotComputable as why:
        facts = {"n": len(used), "method": Method.ANCOVA, "unit": unit}
        refused = [
            Estimate.not_computable("effect", why.reason, group=item.label, **facts)
            for item in specifications
        ]
        tested = specification_curve(refused, main=main, name=name)
    return replace(tested, dropped=dropped)


def _persons(
    data: pd.DataFrame, specifications: Sequence[Specification], keys: Sequence[str | None]
) -> tuple[pd.DataFrame, tuple[int, int]]:
    """Who was in the lottery, with the columns of all specifications, in an order of their own."""
    columns = [(item.outcome, *item.covariates, item.sample) for item in specifications]
    every = [name for name in dict.fromkeys([*keys, *chain(*columns)]) if name is not None]
    frames.complete(data, every)  # that they are there
    drawn = data[[key for key in keys if key is not None]].notna().all(axis=1)
    used = data.loc[drawn, every].infer_objects()
    used = used.iloc[frames.canonical(used)].reset_index(drop=True)
    used[keys[0]] = frames.flags(used[keys[0]])
    return used.assign(**{PLACE: np.arange(len(used))}), (len(data) - len(used), len(data))


@dataclass(frozen=True)
class _Way:
    """The effect by one specification.

    Attributes:
        found: the effect.
        scale: what it is divided by.
        chosen: places of its persons, shape (m,).
        outcome: theirs, shape (m,).
        others: their regressors without the treatment, shape (m, k).
    """

    found: Estimate
    scale: float
    chosen: NDArray[np.int64]
    outcome: Matrix
    others: Matrix

    @classmethod
    def of(
        cls, used: pd.DataFrame, item: Specification, keys: tuple[str, str | None, str | None], unit: str
    ) -> _Way:
        treated, block, cluster = keys
        sample = used if item.sample is None else used[used[item.sample].isin([True])]
        blocks = block if item.blocks else None
        known, _ = prepared(sample, [PLACE, item.outcome, treated, *item.covariates, cluster], blocks)
        drawn, y = arms.indicator(known[treated]), frames.numbers(known, item.outcome)
        x = design(known, drawn, item.covariates, blocks)
        facts = {"n": len(known), "group": item.label, "method": Method.ANCOVA, "unit": unit}
        try:
            clusters = None if cluster is None else known[cluster]
            arms.require(drawn, clusters)
            fit = linear.fit(x, y, cluster=clusters)
            value, error, df = fit.contrast(DRAWN)
            found = Estimate.from_standard_error(
                "effect",
                value / item.scale,
                error / item.scale,
                df=df,
                interval=Interval.T_HC3 if cluster is None else Interval.T_CR2,
                smallest=arms.smallest(drawn),
                **facts,
            )
        except NotComputable as why:
            found = Estimate.not_computable("effect", why.reason, **facts)
        return cls(found, item.scale, known[PLACE].to_numpy(int), y, x.drop(columns=DRAWN).to_numpy())

    def sums(self, lottery: Lottery) -> Sums:
        """What the effect of any assignment rests on."""
        chosen = np.zeros(len(lottery.code), bool)
        chosen[self.chosen] = True
        return Sums.of(self.outcome / self.scale, self.others, lottery, chosen)


def _tested(result: Result, ways: Sequence[_Way], lottery: Lottery, draws: int, seed: int) -> Result:
    """The same with the p-value of the median."""
    sums = [way.sums(lottery) for way in ways if way.found.value is not None]
    median = result["median"]
    if median.value is None:
        return result
    parts = [
        np.median([one.coefficients(chunk)[0] for one in sums], axis=0)
        for chunk in lottery.again(draws, seed)
    ]
    drawn = np.concatenate(parts)
    exact = lottery.assignments <= draws
    found = replace(
        median,
        p_value=as_far(drawn[np.isfinite(drawn)], median.value, 0 if exact else 1),
        method=Method.RANDOMISATION_EXACT if exact else Method.RANDOMISATION_DRAWN,
    )
    return replace(result, estimates=tuple(found if item is median else item for item in result.estimates))
