"""Reference values from open data: pass rates, breadth of the brugklas."""

from __future__ import annotations

from collections.abc import Iterator

from kansen_lib import indicators
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps
from kansen_lib.store import Store


def rows(network: Network) -> Iterator[Row]:
    """Reference values of open data."""
    yield from _exam_rows(network.store)
    yield from _breadth_rows(network.store)


def _exam_rows(store: Store) -> Iterator[Row]:
    """Pass rate of all schools together, per onderwijstype and school year.

    From the programmes without masked counts: the middle of bounds would set schools a low bar.
    """
    examens = store.read("examens")
    if not several_schools(examens):
        return
    known = (examens["kandidaten_lower"] == examens["kandidaten_upper"]) & (
        examens["geslaagden_lower"] == examens["geslaagden_upper"]
    )
    for _, row in indicators.exam_yield(examens[known]).iterrows():
        passed, failed = indicators.bounds(row, "geslaagden"), indicators.bounds(row, "gezakten")
        item = gaps.bounded_share(passed, failed, name="slaagt", group=row["schooljaar"])
        yield row["onderwijstype"], item, None


def _breadth_rows(store: Store) -> Iterator[Row]:
    """Share of first-year pupils by number of levels in the brugklas, all schools together."""
    aantallen = store.read("aantallen")
    if not several_schools(aantallen):
        return
    for _, row in indicators.breadth(aantallen).iterrows():
        count, rest = indicators.bounds(row, "aantal"), indicators.bounds(row, "rest")
        yield "", gaps.bounded_share(count, rest, name="brugklas", group=str(row["niveaus"])), None
