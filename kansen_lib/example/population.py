"""All that happens to the pupils of one block, in one place; the tables are views of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib.example import background, classes, pupils, scores
from kansen_lib.example import careers as car
from kansen_lib.example.geography import Block


@dataclass(frozen=True)
class Population:
    """The pupils of a block with their careers, classes and scores.

    Attributes:
        block: the block.
        first: number of the first pupil within the region.
        pupils: a row a pupil, sorted by vestiging of entry; labels are places in code lists.
        careers: a row a pupil, a column a year since entry.
        klas: number of the class within vestiging, school year, leerjaar and niveau.
        scores: tests and trials.
    """

    block: Block
    first: int
    pupils: pd.DataFrame
    careers: car.Careers
    klas: np.ndarray
    scores: scores.Scores

    @property
    def numbers(self) -> np.ndarray:
        """Number of each pupil within the region."""
        return self.first + np.arange(len(self.pupils))


def populate(block: Block, first: int) -> Population:
    """Simulate the pupils of a block; ``first`` is the number of the first of them within the region."""
    drawn = background.add(block, pupils.draw(block))
    careers = car.simulate(block, drawn)
    overall, number = classes.divide(block, drawn, careers)
    return Population(block, first, drawn, careers, number, scores.draw(block, drawn, careers, overall))
