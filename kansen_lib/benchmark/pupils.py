"""Reference values from pupils: scores by parental education, pooled models."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kansen_lib.benchmark.data import Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps, ordinal
from kansen_lib.stats.result import Estimate


def rows(network: Network) -> Iterator[Row]:
    """Scores and gaps over all schools; nothing without pupils."""
    if "leerlingen" not in network.store.tables:
        return
    if several_schools(network.pupils):
        yield from _score_rows(network.pupils)
        yield "", advies_gap("advies_bij_gelijke_score", sample(network.pupils)), None


def _score_rows(pupils: pd.DataFrame) -> Iterator[Row]:
    """Score of groep 8 by parental education, and the gap in it."""
    for item in gaps.means(pupils["toetsscore"], pupils["opleiding"], name="toetsscore").estimates:
        yield "", item, None
    groups = [pupils.loc[pupils["opleiding"] == label, "toetsscore"] for label in ("laag", "hoog")]
    yield "", gaps.hedges_g(*groups, name="gat_toetsscore"), None


def advies_gap(name: str, pupils: pd.DataFrame) -> Estimate:
    """How many steps higher the first advies is, at an equal score, for parents of high education.

    The same call for one school and for all of them, so that both can be compared.
    """
    return ordinal.gap_at_equal_score(
        pupils,
        name=name,
        place="eerste",
        score="toetsscore",
        group="opleiding",
        cluster="basisschool",
        low="laag",
        high="hoog",
    )
