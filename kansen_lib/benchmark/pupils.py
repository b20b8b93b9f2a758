"""Reference values from pupils: scores by parental education, pooled models."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kansen_lib.benchmark.data import MODEL_PUPILS, SEED, Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps, multilevel, ordinal
from kansen_lib.stats.result import Estimate


def rows(network: Network) -> Iterator[Row]:
    """Scores, gaps and variance shares over all schools; nothing without pupils."""
    if "leerlingen" not in network.store.tables:
        return
    if several_schools(network.pupils):
        yield from _score_rows(network.pupils)
        yield "", advies_gap("advies_bij_gelijke_score", sample(network.pupils)), None
    yield from _variance_rows(network)


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


def _variance_rows(network: Network) -> Iterator[Row]:
    """Where the differences in the score of leerjaar 3 lie: schools, classes, pupils."""
    scores = network.toetsen[network.toetsen["moment"] == "leerjaar 3"]
    loopbaan = network.loopbaan
    if scores.empty:
        return
    mean = scores.groupby("leerling")["score"].mean()
    third = loopbaan[(loopbaan["leerjaar"] == 3) & loopbaan["klas"].notna()].drop_duplicates("leerling")
    data = third.assign(score=third["leerling"].map(mean)).dropna(subset=["score"])
    if len(data) > MODEL_PUPILS:
        schools = data["vestiging"].drop_duplicates().sample(frac=MODEL_PUPILS / len(data), random_state=SEED)
        data = data[data["vestiging"].isin(schools)]
    data = data.assign(klas=data["schooljaar"] + " " + data["klas"])
    found = multilevel.variance_shares(data, outcome="score", levels=("vestiging", "klas"), name="variantie")
    for item in found.estimates:
        yield "", item, None
