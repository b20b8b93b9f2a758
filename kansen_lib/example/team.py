"""What teachers believe their team can do together, asked in a year before and one after a training."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kansen_lib import codes
from kansen_lib.example import parameters as par
from kansen_lib.example.answers import Answers, of_scale
from kansen_lib.example.geography import Block


def climate(block: Block, rng: np.random.Generator) -> np.ndarray:
    """Mean of the scale at each vestiging (row) in each year (column), in sd of the scale."""
    years = len(par.TEAM_YEARS)
    found = par.TEAM_SD_SCHOOL * rng.standard_normal((block.size, 1))
    found = found + par.TEAM_SD_YEAR * rng.standard_normal((block.size, years))
    after = np.array([year >= par.COHORTS[par.TRAINING_COHORT] for year in par.TEAM_YEARS])
    return found + par.TEAM_EFFECT * np.outer(block.trained == 1, after)


def answers(
    who: np.ndarray, of_school: np.ndarray, rng: np.random.Generator
) -> Iterator[tuple[str, Answers]]:
    """Answers of the teachers of a vestiging, a year at a time; the same teachers answer each year.

    Args:
        who: rows of the teachers among the respondents.
        of_school: mean of the vestiging in each year.
        rng: stream of these answers alone.
    """
    stays = par.TEAM_SD_STAYS * rng.standard_normal(len(who))
    for year, mean in zip(par.TEAM_YEARS, of_school, strict=True):
        passing = np.sqrt(1 - par.TEAM_SD_STAYS**2) * rng.standard_normal(len(who))
        yield year, of_scale(who, np.full(len(who), -1), codes.SCHAAL_TEAM, mean + stays + passing, rng)
