"""How the outcome goes with how much of an approach pupils got (INVENTORY #110): descriptive.

Among participants only. Who gets more is seldom drawn: more hours may go to who needs them, or to who comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.evaluatie.geloot import scaled
from kansen_lib.benchmark.evaluatie.groepen import absent
from kansen_lib.stats import trials
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

#: Difference in outcome of ten units more, and that beside the lowest dose.
TEN_MORE, BESIDE_LOWEST = "verschil bij tien meer", "verschil met de laagste dosis"
#: Fewest different doses of a line that says something.
FEWEST_DOSES = 5
ALL_SAME = "deelnemers kregen bijna allemaal evenveel"
_TEN = 10.0


def rows(known: pd.DataFrame, alike: Sequence[str]) -> Iterator[Estimate]:
    """The line and the curve of the outcome over the dose, at an equal start.

    Args:
        known: pupils with an outcome in sd.
        alike: columns on which they are made equal.
    """
    took = known[known["deelgenomen"].astype(bool)].dropna(subset=["dosis"])
    if took.empty or took["dosis"].nunique() < FEWEST_DOSES:
        yield absent(TEN_MORE, ALL_SAME if len(took) else Reason.NO_PERSONS, "", len(took))
        return
    found = trials.dose_response(
        took, outcome="uitkomst_sd", dose="dosis", covariates=list(alike), cluster="klas"
    )
    for item in found.estimates:
        if item.name == "slope":
            yield replace(scaled(item, _TEN, Unit.SD), name=TEN_MORE)
    beside = [item for item in found.estimates if item.name == "difference from the lowest dose"]
    for item in beside[:-1]:  # the highest dose is of few
        yield replace(item, name=BESIDE_LOWEST, unit=Unit.SD)
