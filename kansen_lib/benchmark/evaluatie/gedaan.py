"""What was done in the end: which cohorts and schools have pupils with the outcome, and what was corrected.

A plan is compared with it. It says nothing of what came out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from kansen_lib.benchmark.evaluatie import (
    een_school,
    grens,
    loting,
    loting_scholen,
    start,
    uitnodiging,
    vergelijking,
)
from kansen_lib.benchmark.evaluatie.analyse import Analyse
from kansen_lib.benchmark.evaluatie.names import unit
from kansen_lib.benchmark.evaluatie.people import covariates
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats.result import Estimate

#: Pupils with the outcome by cohort and by school (the group), and pupils with each covariate of the models.
COHORT, SCHOOL, KENMERK = "uitkomst bekend, cohort", "uitkomst bekend, school", "kenmerk in het model"

#: Design to how its main effect is estimated.
ANALYSES: Mapping[str, Analyse] = {
    "loting": loting.ANALYSE,
    "loting van scholen": loting_scholen.ANALYSE,
    "geloote uitnodiging": uitnodiging.ANALYSE,
    "grens": grens.ANALYSE,
    "gespreide start": start.ANALYSE,
    "een school": een_school.ANALYSE,
    "vergelijking": vergelijking.ANALYSE,
}


def rows(frame: pd.DataFrame, aanpak: Aanpak, uitkomst: str) -> Iterator[Row]:
    """The numbers of an intervention and an outcome, of whatever design.

    Args:
        frame: the pupils in scope, see :func:`kansen_lib.benchmark.evaluatie.people`.
        aanpak: the intervention.
        uitkomst: the outcome.
    """
    known = frame[frame["uitkomst"].notna()]
    sizes = {COHORT: known.groupby("cohort").size(), SCHOOL: known.groupby("vestiging").size()}
    sizes[KENMERK] = known[list(covariates(frame))].notna().sum()
    for name, counted in sizes.items():
        for group, n in counted.items():
            item = Estimate(name, str(group), float(n), "persons", n=int(n), method="telling")
            yield unit(aanpak.interventie, "", uitkomst), item, None


def detectable(planned: float, planned_error: float, error: float) -> float:
    """The smallest effect that was to be found after all: as the planned one, at the error that came out."""
    return planned * error / planned_error
