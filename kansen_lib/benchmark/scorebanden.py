"""Along the score: which advies both groups get from low to high, and which scores both of them have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark.context import GAP, HIGH, LOW
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Benchmark, Row
from kansen_lib.benchmark.vergelijken import PLACE
from kansen_lib.stats import gaps
from kansen_lib.stats.ordinal.gap import TAIL
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

#: Under which the numbers of all schools are kept, and the name of the scores at which a band begins.
ALONG, EDGE = "advies langs de score", "grens"
#: Parts of all pupils below each edge: five bands of as many pupils.
PARTS = (0.2, 0.4, 0.6, 0.8)
RANGE, INSIDE = "gedeelde scores", "score die beide groepen hebben"
START, END = "laagste", "hoogste"


def rows(network: Network) -> Iterator[Row]:
    """Edges of the bands, the advies in each and the scores that both groups have, of all schools."""
    if "leerlingen" not in network.store.tables:
        return
    known = indicators.comparable_at_score(network.pupils)
    if not several_schools(known):
        return
    edges = np.unique(np.ceil(np.quantile(known["toetsscore"], PARTS)))
    for place, edge in enumerate(edges):
        yield ALONG, Estimate(EDGE, str(place), float(edge), Unit.SCORE, n=len(known)), None
    yield from ((ALONG, item, None) for item in (*by_band(known, edges), *shared_range(known)))


def edges_of(benchmark: Benchmark) -> list[float]:
    """The scores at which the bands of all schools begin, but the lowest; none without other schools."""
    found = [benchmark.value(EDGE, str(place), ALONG) for place in range(len(PARTS))]
    return [edge for edge in found if edge is not None]


def by_band(known: pd.DataFrame, edges: Sequence[float]) -> list[Estimate]:
    """Mean place of the advies of both groups in each band of scores, and the gap at an equal score in it.

    A line a group: the name is the group, the group the band. Within a band one group still scores higher
    than the other: the gap is at an equal score (least squares), and not the difference of the two lines.
    """
    places = np.searchsorted(edges, known["toetsscore"], side="right")
    bands = [(label, known[places == place]) for place, label in enumerate(_labels(edges))]
    levels = [
        gaps.mean(rows.loc[rows["opleiding"] == group, "eerste"], name=group, group=label, unit=PLACE)
        for group in (LOW, HIGH)
        for label, rows in bands
    ]
    return [*levels, *(_gap(rows, label) for label, rows in bands)]


def _labels(edges: Sequence[float]) -> list[str]:
    """``score onder 527``, ``score 527 tot 533``, …, ``score 546 en hoger``."""
    inner = [f"score {low:g} tot {high:g}" for low, high in zip(edges, edges[1:], strict=False)]
    return [f"score onder {edges[0]:g}", *inner, f"score {edges[-1]:g} en hoger"]


def _gap(rows: pd.DataFrame, band: str) -> Estimate:
    ends = {"group": "opleiding", "low": LOW, "high": HIGH, "cluster": "basisschool"}
    found = gaps.mean_difference(
        rows, outcome="eerste", covariates=["toetsscore"], name=GAP, unit=Unit.STEPS, **ends
    )
    return replace(found, group=band)


def shared_range(known: pd.DataFrame) -> list[Estimate]:
    """The scores that both groups have, but for the outer 5% of either, and the share of each group there.

    Beyond them there is hardly anybody of the other group to compare with.
    """
    scores = {group: known.loc[known["opleiding"] == group, "toetsscore"] for group in (LOW, HIGH)}
    facts = {"name": RANGE, "unit": Unit.SCORE}
    if min(len(own) for own in scores.values()) == 0:
        return [Estimate.not_computable(reason="een van de groepen is leeg", **facts)]
    start = max(float(own.quantile(TAIL)) for own in scores.values())
    end = min(float(own.quantile(1 - TAIL)) for own in scores.values())
    # each end is a score of a person: it is held to how many lie beyond it in their group
    beyond = int(TAIL * min(len(own) for own in scores.values()))
    n = sum(len(own) for own in scores.values())
    ends = [
        Estimate(group=word, value=value, n=n, smallest=beyond, **facts)
        for word, value in ((START, start), (END, end))
    ]
    inside = [
        gaps.share(int(own.between(start, end).sum()), len(own), name=INSIDE, group=group)
        for group, own in scores.items()
    ]
    return [*inside, *ends]
