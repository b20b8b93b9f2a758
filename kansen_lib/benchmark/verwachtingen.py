"""What teachers expect of pupils: what the chapter on causes reads of all schools together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import enquete
from kansen_lib.benchmark.data import Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.scores import RELIABILITY
from kansen_lib.benchmark.vergelijken import OPLEIDING, standard_deviation, steps_and_gap
from kansen_lib.benchmark.views import bounds_of
from kansen_lib.stats import gaps, multilevel, ordinal
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

#: A teacher who told of fewer pupils says little about how one teacher differs from another.
FEWEST_PUPILS = 10
#: What the parts are called.
AGAINST_TEST = "verwacht niveau min toetsadvies"
EQUAL = "verwacht niveau bij gelijke score"
TRUE = "verwacht niveau bij gelijke ware score, alle scholen"
AVERAGE_MARGINAL = "verwacht niveau bij gelijke score, alle scholen"
SPREAD = {"leraar": "hoogte van de verwachting", "leraar: contrast": "verschil tussen laag en hoog"}
#: Half a step to either side: the slope of a teacher is then the gap laag minus hoog.
CONTRAST = {"laag": 0.5, "midden": 0.0, "hoog": -0.5}


def rows(network: Network) -> Iterator[Row]:
    """Expected levels by parental education, and how teachers differ, over all schools."""
    if "enquete" not in network.store.tables or not several_schools(network.enquete):
        return
    data = enquete.expectations(network.enquete, network.pupils)
    if data["verwacht"].notna().any():
        found = (*against_test(data), at_equal_score(data), *_models(sample(data)), *between_teachers(data))
        yield from (("", item, None) for item in found)


def against_test(data: pd.DataFrame) -> list[Estimate]:
    """How many steps the expected level lies above the toetsadvies, by parental education, and the gap."""
    known = data.assign(above=data["verwacht"] - data["toets"]).dropna(subset=["above", "opleiding"])
    return steps_and_gap(AGAINST_TEST, known, "above", OPLEIDING)


def at_equal_score(data: pd.DataFrame) -> Estimate:
    """The gap in expected level at an equal test score, by least squares; clusters are teachers.

    The same call for one school and for all: one school has too few teachers for an ordinal model.
    """
    score = data["toetsscore"] - data["toetsscore"].mean()
    gap = gaps.mean_difference(
        data.assign(score=score, score_2=score**2),
        outcome="verwacht",
        group="opleiding",
        low=OPLEIDING.low,
        high=OPLEIDING.high,
        covariates=("score", "score_2"),
        cluster="leraar",
        name=EQUAL,
        unit=Unit.STEPS,
    )
    return replace(gap, group=OPLEIDING.gap)


def _models(data: pd.DataFrame) -> Iterator[Estimate]:
    """The gap as an average marginal effect, at an equal observed and at an equal true score."""
    columns = {"place": "verwacht", "score": "toetsscore", "group": "opleiding", "cluster": "leraar"}
    ends = {"low": OPLEIDING.low, "high": OPLEIDING.high}
    yield ordinal.gap_at_equal_score(data, **columns, **ends, name=AVERAGE_MARGINAL)
    test = {"reliability": RELIABILITY, "bounds": bounds_of(data["toetsscore"])}
    yield ordinal.corrected_gap(data, **columns, **ends, **test, name=TRUE)


def between_teachers(data: pd.DataFrame) -> list[Estimate]:
    """Standard deviation between teachers of what they expect, and of their gap laag minus hoog, in steps.

    At an equal score, over teachers who told of ten pupils or more. No teacher is shown.
    """
    known = data.assign(contrast=data["opleiding"].astype(object).map(CONTRAST).astype(float))
    known = known.dropna(subset=["verwacht", "toetsscore", "contrast"])
    known = known[known.groupby("leraar")["leraar"].transform("size") >= FEWEST_PUPILS]
    score = (known["toetsscore"] - known["toetsscore"].mean()) / 10
    model = multilevel.mixed_model(
        known.assign(score=score, score_2=score**2),
        outcome="verwacht",
        fixed=["score", "score_2", "contrast"],
        random={"leraar": ["contrast"]},
    )
    found = {item.group: item for item in model.estimates if item.name == "variance"}
    return [_spread(found[group], label) for group, label in SPREAD.items() if group in found]


def _spread(variance: Estimate, label: str) -> Estimate:
    """A variance as a standard deviation: in steps, which a reader knows."""
    root = standard_deviation(variance)
    return replace(root, name="spreiding tussen leraren", group=label, unit=Unit.STEPS)
