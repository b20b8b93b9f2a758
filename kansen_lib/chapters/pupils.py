"""The pupils of one school as every chapter sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.advies_toets import UNSEEN
from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.stats.result import Estimate
from kansen_lib.store import School

#: Between the two groups of a difference.
MINUS = " minus "


def pupils_of(school: School) -> pd.DataFrame:
    """One row a pupil of the asked cohorts; see :func:`kansen_lib.indicators.pupils`.

    Made once for all cards of a school: nobody may change the frame.
    """
    tables = (school.table(name) for name in ("leerlingen", "loopbaan", "toetsen"))
    store = school.store
    return school.once("pupils", lambda: indicators.pupils(*tables, store.last_schooljaar, store.test_kind))


def dropped(known: pd.Series, *more: pd.Series) -> tuple[int, int]:
    """How many rows lack a value in one of the series, of how many."""
    complete = known.notna()
    for other in more:
        complete &= other.notna()
    return int((~complete).sum()), len(known)


def with_reference(item: Estimate, reference: float | None) -> Estimate:
    """The estimate beside a value to compare with; one without a value needs none."""
    return item if item.value is None else replace(item, reference=reference)


def beside(items: Iterable[Estimate], benchmark: Benchmark, unit: str = "") -> tuple[Estimate, ...]:
    """Each number of pupils with the one of all schools that has the same name and group.

    Without the one of all schools where the other schools would be told by it: in a small region all less
    the own are few. The differences of a card go with its levels, which would give them back.

    Args:
        items: numbers of this school.
        benchmark: keeps those of all schools.
        unit: under which it keeps them.
    """
    pairs = [(item, benchmark.find(item.name, item.group, unit)) for item in items]
    few = any(_few_elsewhere(*pair) for pair in pairs)
    found = []
    for item, whole in pairs:
        told = few and (MINUS in f"{item.name} {item.group}") or _few_elsewhere(item, whole)
        found.append(with_reference(item, None if whole is None or told else whole.value))
    return tuple(found)


def _few_elsewhere(item: Estimate, whole: Estimate | None) -> bool:
    """Whether all schools less this one leave few pupils, or few with or without the outcome; or nobody."""
    if whole is None or not item.n or not item.n < (whole.n or 0) < UNSEEN:
        return False
    cells = [whole.n - item.n]
    if item.count is not None and whole.count is not None:
        has = whole.count - item.count
        cells += [has, cells[0] - has]
    return 0 <= min(cells) < FEWEST_PUPILS  # below nothing: the whole is a sample, without these pupils


def beside_open(items: Iterable[Estimate], benchmark: Benchmark, unit: str = "") -> tuple[Estimate, ...]:
    """As :func:`beside`, of open data: their publisher gave every school to everybody."""
    return tuple(with_reference(item, benchmark.value(item.name, item.group, unit)) for item in items)


#: What follows the name of a number of all schools that has a row of its own.
EVERYWHERE = ", alle scholen"


def and_everywhere(items: Iterable[Estimate], benchmark: Benchmark, unit: str = "") -> tuple[Estimate, ...]:
    """The numbers, a name at a time, each time with those of all schools of that name after them.

    For what may be withheld here, while the question is about all schools too. Without them where the other
    schools would be told by it, as in :func:`beside`.
    """
    found: list[Estimate] = []
    for name, same in groupby(items, key=lambda item: item.name):
        own = list(same)
        country = [benchmark.find(name, item.group, unit) for item in own]
        found += own
        if not any(_few_elsewhere(*pair) for pair in zip(own, country, strict=True)):
            found += [replace(item, name=name + EVERYWHERE) for item in country if item is not None]
    return tuple(found)
