"""All defensible ways to compute one effect beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Reason, Unit


def specification_curve(
    estimates: Sequence[Estimate], *, main: str, name: str = "specification curve"
) -> Result:
    """Estimates of one effect by several specifications, in order of size, and what they say together.

    Estimand: none of its own: how far the effect depends on choices of the researcher that could as well
    have been made otherwise. The specifications share their data: they are no sample, and the share of
    them on one side of zero is no probability.

    Formula: values in rising order; their median; the share with the sign of the main one, and the share
    of which the whole interval is on that side of zero.

    Interval: those of the estimates; none of the median, see ``trials.specification_test``.

    Source: Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4, 1208-1214; Steegen, Tuerlinckx,
    Gelman and Vanpaemel (2016).

    Args:
        estimates: of one effect in one unit; the group says which specification it is.
        main: the group of the one that was chosen beforehand.
        name: name of the result.

    Returns:
        ``"effect"`` of each specification in rising order, those without a value last; ``"median"``,
        ``"share with the sign of the main one"`` and ``"share with its interval on that side"``.

    Raises:
        ValueError: a specification twice, or no main one.
    """
    labels = [item.group for item in estimates]
    if len(set(labels)) < len(labels) or main not in labels:
        raise ValueError(
            f"each specification has a group of its own, and '{main}' is one; there are {labels}"
        )
    known = sorted((item for item in estimates if item.value is not None), key=lambda item: item.value)
    without = [item for item in estimates if item.value is None]
    rows = [replace(item, name="effect") for item in (*known, *without)]
    return Result(name, (*rows, *_together(known, estimates[labels.index(main)])))


def _together(known: Sequence[Estimate], main: Estimate) -> list[Estimate]:
    names = ("median", "share with the sign of the main one", "share with its interval on that side")
    units = (main.unit, Unit.SHARE, Unit.SHARE)
    if main.value is None:
        return [
            Estimate.not_computable(name, Reason.NO_ESTIMATE, unit=unit, method=Method.SPECIFICATIONS)
            for name, unit in zip(names, units, strict=True)
        ]
    side = np.sign(main.value)
    same = [np.sign(item.value) == side for item in known]
    whole = [
        item.lower is not None and item.upper is not None and min(side * item.lower, side * item.upper) > 0
        for item in known
    ]
    facts = {"method": Method.SPECIFICATIONS, "n": _least([item.n for item in known])}
    facts["smallest"] = _least([item.smallest for item in known])
    values = (np.median([item.value for item in known]), np.mean(same), np.mean(whole))
    return [
        Estimate(name, value=float(value), unit=unit, **facts)
        for name, value, unit in zip(names, values, units, strict=True)
    ]


def _least(sizes: Sequence[int | None]) -> int | None:
    return min((size for size in sizes if size is not None), default=None)
