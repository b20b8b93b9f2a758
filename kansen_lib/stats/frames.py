"""From a frame with names of columns to the arrays that an estimator works on.

Rows with a missing value are dropped and counted here and nowhere else, so that a missing group is
never silently the reference category.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def complete(data: pd.DataFrame, columns: Iterable[str | None]) -> tuple[pd.DataFrame, tuple[int, int]]:
    """The rows without a missing value in ``columns``, and (rows dropped, rows given).

    Args:
        data: any frame.
        columns: names of columns; None stands for a column that is not used.

    Raises:
        ValueError: columns that are not there, all of them named.
    """
    wanted = list(dict.fromkeys(name for name in columns if name is not None))
    absent = [name for name in wanted if name not in data.columns]
    if absent:
        raise ValueError(f"the data lack columns {absent}; they have {list(data.columns)}")
    known = data[wanted].replace([np.inf, -np.inf], np.nan).dropna().reset_index(drop=True)
    return known, (len(data) - len(known), len(data))


def labels(group: pd.Series) -> list[object]:
    """The labels that occur, in category order where there is one, else sorted."""
    if isinstance(group.dtype, pd.CategoricalDtype):
        present = set(group.dropna().unique())
        return [label for label in group.cat.categories if label in present]
    return sorted(group.dropna().unique())


def is_category(column: pd.Series) -> bool:
    """Whether a column holds labels (text or categories) and not numbers or True and False."""
    return not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))


def design(frame: pd.DataFrame, columns: Iterable[str], *, intercept: bool = True) -> pd.DataFrame:
    """Regressors as floats, a row a person: numbers as they are, labels as dummies.

    The first label of a column (:func:`labels`) is its reference category; the dummy of another is
    called ``column[label]``.

    Args:
        frame: rows without missing values, see :func:`complete`.
        columns: names of columns of numbers, booleans, text or categories.
        intercept: whether a column ``intercept`` of ones comes first.
    """
    parts = {"intercept": np.ones(len(frame))} if intercept else {}
    for name in columns:
        column = frame[name]
        if is_category(column):
            for label in labels(column)[1:]:
                parts[f"{name}[{label}]"] = (column == label).to_numpy(float)
        else:
            parts[name] = column.to_numpy(float)
    return pd.DataFrame(parts, index=frame.index)


def codes(column: pd.Series) -> tuple[NDArray[np.int64], int]:
    """Numbers 0..G-1 for the labels of a column without missing values, and G."""
    code, found = pd.factorize(column, sort=True)
    return code.astype(np.int64), len(found)


def canonical(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Positions of the rows in an order that depends on what is in them only, not on how they came.

    A seeded draw of rows is then the same whatever the order of the rows. Equal rows are interchangeable.
    """
    return np.argsort(pd.util.hash_pandas_object(frame, index=False).to_numpy(), kind="stable")
