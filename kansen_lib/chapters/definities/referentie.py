"""The numbers of all schools beside those of this one, in chapter 1."""

from __future__ import annotations

from collections.abc import Iterable

from kansen_lib.benchmark import Benchmark
from kansen_lib.chapters.pupils import with_reference
from kansen_lib.stats.result import Estimate


def beside(items: Iterable[Estimate], benchmark: Benchmark, unit: str) -> tuple[Estimate, ...]:
    """Each number with that of all schools, which the benchmark keeps under ``unit``."""
    return tuple(with_reference(item, benchmark.value(item.name, item.group, unit)) for item in items)
