"""The pupils of one school with their classes, as the models of this chapter read them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.scores import learners
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats.result import Estimate
from kansen_lib.store import School

#: Fewest pupils in each of two groups for a model of one school.
FEWEST = 30
TOO_FEW = f"te weinig leerlingen voor een eigen berekening (minder dan {FEWEST} in een groep)"
FEW_SCHOOLS = "van te weinig scholen zijn deze gegevens bekend"


def learners_of(school: School) -> pd.DataFrame:
    """One row a pupil; see :func:`kansen_lib.benchmark.scores.learners`; nobody may change the frame."""
    return school.once("learners", lambda: learners(pupils_of(school), school.table("loopbaan")))


def of_all(benchmark: Benchmark, indicator: str, group: str, *, name: str, unit: str) -> Estimate:
    """A number of all schools under another name, or why there is none."""
    found = benchmark.find(indicator, group)
    if found is None:
        return Estimate.not_computable(name, FEW_SCHOOLS, group=group, unit=unit)
    return replace(found, name=name)


def smallest_group(data: pd.DataFrame, *columns: str) -> int:
    """Pupils in the smaller of the groups laag and hoog with a value in each column."""
    known = data.dropna(subset=list(columns))["opleiding"]
    return int(min((known == label).sum() for label in ("laag", "hoog")))
