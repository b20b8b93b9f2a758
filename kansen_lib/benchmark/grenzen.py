"""Shares and gaps of cohorts, each between the limits within which chance would leave them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.context import GAP, HIGH, LOW
from kansen_lib.stats import gaps, inference
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Interval


def by_cohort(rows: pd.DataFrame, name: str) -> list[Estimate]:
    """The share of each cohort, with the limits of chance around the mean of its regime.

    A mean is of cohorts under the same rules only; a cohort alone under its rules has no limits. The mean
    holds the cohort itself: with few cohorts it lies nearer, and the limits are closer by as much.

    Args:
        rows: pupils with ``outcome``, ``cohort`` and ``regime``; those without an outcome take no part.
        name: of the estimates; the group is the cohort.
    """
    known = rows.dropna(subset=["outcome"])
    return _in_order(_shares(known.assign(outcome=known["outcome"].astype(float)), name))


def gap_by_cohort(rows: pd.DataFrame) -> list[Estimate]:
    """The gap of each cohort, with limits of chance around the gap of its regime.

    Held to the smallest cell of all groups of the cohort: other cards have their levels.

    Args:
        rows: as in :func:`by_cohort`, with ``opleiding``.
    """
    known = rows.dropna(subset=["outcome", "opleiding"])
    return _in_order(_gaps(known.assign(outcome=known["outcome"].astype(float))))


def _in_order(items: Iterator[Estimate]) -> list[Estimate]:
    return sorted(items, key=lambda item: item.group)


def _shares(told: pd.DataFrame, name: str) -> Iterator[Estimate]:
    for _, same in told.groupby("regime"):
        mean, alone = float(same["outcome"].mean()), same["cohort"].nunique() < 2
        for cohort, part in same.groupby("cohort"):
            item = gaps.share(int(part["outcome"].sum()), len(part), name=name, group=str(cohort))
            yield _bare(item) if alone else _limited(item, mean, len(same))


def _limited(item: Estimate, mean: float, whole: int) -> Estimate:
    if not 0 < mean < 1:
        return _bare(item)
    limits = inference.funnel_limits(mean, _as_of(item.n or 1, whole))
    return _around(item, mean, (limits.lower_95, limits.upper_95))


def _as_of(part: int, whole: int) -> int:
    """Of how many pupils a share varies as much as that of a part does around the mean of the whole.

    The variance of the difference is p (1 - p) / part * (1 - part / whole), as the whole holds the part.
    """
    return round(part / (1 - part / whole))


def _gaps(known: pd.DataFrame) -> Iterator[Estimate]:
    for _, same in known.groupby("regime"):
        ends = [same.loc[same["opleiding"] == label] for label in (LOW, HIGH)]
        means = tuple(float(rows["outcome"].mean()) for rows in ends)
        alone = any(rows["cohort"].nunique() < 2 for rows in ends) or not all(0 < mean < 1 for mean in means)
        for cohort, part in same.groupby("cohort"):
            levels = gaps.shares(part["outcome"], part["opleiding"]).estimates
            of = {item.group: item for item in levels}
            if not {LOW, HIGH} <= set(of):
                continue
            counts, sizes = ([getattr(of[label], part) for label in (LOW, HIGH)] for part in ("count", "n"))
            gap = gaps.share_difference(counts, sizes, name=GAP, group=str(cohort))
            cells = [cell for item in levels for cell in (item.count, item.n - item.count)]
            gap = replace(gap, smallest=min(cells))
            if alone:
                yield _bare(gap)
                continue
            as_of = tuple(_as_of(size, len(rows)) for size, rows in zip(sizes, ends, strict=True))
            limits = inference.difference_limits(means, as_of)
            yield _around(gap, means[1] - means[0], limits)


def _around(item: Estimate, mean: float, limits: tuple[float, float]) -> Estimate:
    """The number between limits of chance around a mean: not an interval around the number itself."""
    return replace(
        item, lower=limits[0], upper=limits[1], interval=Interval.CONTROL, reference=mean, p_value=None
    )


def _bare(item: Estimate) -> Estimate:
    """The number without limits."""
    return replace(item, lower=None, upper=None, interval="", p_value=None)
