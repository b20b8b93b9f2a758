"""Who sits in which class: by level, at most 30, with the same classmates from year to year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kansen_lib.example.careers import YEARS, Careers
from kansen_lib.example.geography import Block

LARGEST = 30


def divide(block: Block, pupils: pd.DataFrame, careers: Careers) -> tuple[np.ndarray, np.ndarray]:
    """Classes of all pupils and years.

    Returns:
        The number of each class over the whole block, and its number within vestiging, school year,
        leerjaar and niveau (from 1); both a row a pupil and a column a year, -1 for none.
    """
    row, year = np.nonzero(careers.leerjaar > 0)
    # Classmates stay together and know each other: a slight sorting by background, as in life.
    order = 0.25 * pupils["ses"].to_numpy() + block.rng(25).standard_normal(len(pupils))
    group = _group_number(pupils["cohort"].to_numpy()[row] + year, careers, row, year)
    first, within = parts(group, order[row], LARGEST)
    overall = np.full((len(pupils), YEARS), -1)
    number = overall.copy()
    overall[row, year] = first + within
    number[row, year] = within + 1
    return overall, number


def parts(group: np.ndarray, order: np.ndarray, largest: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut each group, in this order, into as few parts of about one size as hold at most ``largest``.

    Returns:
        For each row how many parts the groups before its own have, and the number of its part (from 0).
    """
    place = np.lexsort((order, group))
    _, start, size = np.unique(group[place], return_index=True, return_counts=True)
    count = -(-size // largest)
    rank = np.arange(len(place)) - np.repeat(start, size)
    first, within = np.empty(len(place), dtype=np.int64), np.empty(len(place), dtype=np.int64)
    first[place] = np.repeat(np.cumsum(count) - count, size)
    within[place] = rank * np.repeat(count, size) // np.repeat(size, size)
    return first, within


def _group_number(schoolyear: np.ndarray, careers: Careers, row: np.ndarray, year: np.ndarray) -> np.ndarray:
    """One number for each vestiging, school year, leerjaar and niveau."""
    keys = (careers.vestiging[row, year], schoolyear, careers.leerjaar[row, year], careers.niveau[row, year])
    number = np.zeros(len(row), dtype=np.int64)
    for key in keys:
        number = number * 100 + key
    return number
