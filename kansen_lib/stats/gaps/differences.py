"""Levels of groups and the gaps between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kansen_lib.stats.inference import wilson
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Interval, Method, Reason, Unit


def share_difference(
    count: Sequence[int], n: Sequence[int], *, name: str = "difference of shares", group: str = ""
) -> Estimate:
    """Difference of two independent shares, second minus first, with Newcombe's hybrid score interval.

    Args:
        count: persons with the property in the first and the second group.
        n: persons in the first and the second group.
        name: name of the estimate.
        group: label of the contrast.

    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    if min(n) == 0:
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, group=group, unit=Unit.POINTS, n=sum(n))
    (first, second), intervals = np.divide(count, n), [wilson(k, m) for k, m in zip(count, n, strict=True)]
    (low1, high1), (low2, high2) = intervals
    gap = float(second - first)
    return Estimate(
        name,
        group,
        gap,
        Unit.POINTS,
        gap - float(np.hypot(second - low2, high1 - first)),
        gap + float(np.hypot(high2 - second, first - low1)),
        Interval.NEWCOMBE,
        n=int(sum(n)),
        # the smallest cell, not the smallest group: level and gap together give a cell back
        smallest=int(min(min(k, m - k) for k, m in zip(count, n, strict=True))),
        method=Method.SHARE_DIFFERENCE,
    )
