"""From a frame with names of columns to the arrays that an estimator works on.

Rows with a missing value are dropped and counted here and nowhere else, so that a missing group is
never silently the reference category.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def complete(data: pd.DataFrame, columns: Iterable[str | None]) -> tuple[pd.DataFrame, tuple[int, int]]:
    """The rows without a missing value in ``columns``, and (rows dropped, rows given).

    Args:
        data: any frame.
        columns: names of columns; None stands for a column that is not used.

    Raises:
        ValueError: columns that are not there, or of which there are several; all of them named.
    """
    wanted = list(dict.fromkeys(name for name in columns if name is not None))
    absent = [name for name in wanted if name not in data.columns]
    if absent:
        raise ValueError(f"the data lack columns {absent}; they have {list(data.columns)}")
    twice = [name for name in wanted if isinstance(data[name], pd.DataFrame)]
    if twice:
        raise ValueError(f"several columns of the data are called {twice}; give each a name of its own")
    known = data[wanted].replace([np.inf, -np.inf], np.nan).dropna().reset_index(drop=True)
    known = known.infer_objects()  # numbers in a column of objects are numbers, not labels
    return known, (len(data) - len(known), len(data))


def distinct(outcome: str, *lists: Sequence[str]) -> None:
    """Refuses columns that a model cannot tell apart.

    Args:
        outcome: column of the outcome.
        lists: the lists of columns beside it.

    Raises:
        ValueError: a list that is one text, or a column that is named more than once.
    """
    for names in lists:
        if isinstance(names, str):
            raise ValueError(f"'{names}' is a text where a list of columns is wanted: give ['{names}']")
    every = [outcome, *chain(*lists)]
    twice = sorted({name for name in every if every.count(name) > 1})
    if twice:
        raise ValueError(f"columns {twice} are named more than once, the outcome '{outcome}' included")


def different(low: object, high: object) -> None:
    """Refuses one label as both sides of a contrast.

    Raises:
        ValueError: the same label twice.
    """
    if low == high:
        raise ValueError(f"a contrast is between two groups or times; both are {low!r}")


def labels(group: pd.Series) -> list[object]:
    """The labels that occur, in category order where there is one, else sorted."""
    if isinstance(group.dtype, pd.CategoricalDtype):
        present = set(group.dropna().unique())
        return [label for label in group.cat.categories if label in present]
    return sorted(group.dropna().unique())


def is_category(column: pd.Series) -> bool:
    """Whether a column holds labels (text or categories) and not numbers or True and False."""
    return not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))


def numbers(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """A column without missing values as floats.

    Raises:
        ValueError: it holds labels.
    """
    try:
        return frame[name].to_numpy(float)
    except ValueError:
        found = sorted(map(str, frame[name].unique()))[:3]
        raise ValueError(f"column '{name}' must hold numbers (or True and False); it holds {found}") from None


def flags(column: pd.Series) -> NDArray[np.bool_]:
    """A column without missing values as True and False.

    Raises:
        ValueError: it holds anything but True and False, or 1 and 0.
    """
    if not set(column.unique()) <= {0, 1}:
        found = sorted(map(str, column.unique()))[:5]
        raise ValueError(f"column '{column.name}' must hold True and False (or 1 and 0); it has {found}")
    return column.to_numpy(bool)


def enough(draws: int) -> None:
    """Refuses a number of draws that has no spread.

    Raises:
        ValueError: fewer than two.
    """
    if draws < 2:
        raise ValueError(f"draws is a number of at least 2; it is {draws}")


def positive(frame: pd.DataFrame, weight: str | None) -> pd.DataFrame:
    """The rows with a weight above zero.

    Raises:
        ValueError: a negative weight, or one that is no number.
    """
    if weight is None:
        return frame
    weights = numbers(frame, weight)
    if (weights < 0).any():
        raise ValueError(f"column '{weight}' has negative weights; a weight is 0 or more")
    return frame[weights > 0].reset_index(drop=True)


def can_hold(column: pd.Series, *wanted: object) -> None:
    """Check that labels which are asked for are such as the column may hold, if not in these rows.

    Raises:
        ValueError: a label outside the categories, or text in a column of numbers.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        strange = [label for label in wanted if label not in column.cat.categories]
    else:
        strange = [label for label in wanted if isinstance(label, str) and not is_category(column)]
    if strange and len(column):
        known = labels(column)[:10]
        raise ValueError(f"column '{column.name}' cannot hold the labels {strange}; it has {known}")


def design(frame: pd.DataFrame, columns: Iterable[str], *, intercept: bool = True) -> pd.DataFrame:
    """Regressors as floats, a row a person: numbers as they are, labels as dummies.

    The first label of a column (:func:`labels`) is its reference category; the dummy of another is
    called ``column[label]``.

    Args:
        frame: rows without missing values, see :func:`complete`.
        columns: names of columns of numbers, booleans, text or categories.
        intercept: whether a column ``intercept`` of ones comes first.

    Raises:
        ValueError: a column that is called ``intercept``, as the one of ones.
    """
    columns = list(columns)
    if "intercept" in columns:
        raise ValueError("a regressor is called 'intercept', as is the constant of the model: rename it")
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


def cluster_rows(code: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Positions of the rows of each cluster 0..G-1, in the order in which they come."""
    return np.split(np.argsort(code, kind="stable"), np.cumsum(np.bincount(code))[:-1])


def cluster_sums(values: NDArray[np.float64], code: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums over the rows of each cluster 0..G-1, shape (G, k), of values of shape (n, k)."""
    found = np.zeros((int(code.max()) + 1, values.shape[1]))
    np.add.at(found, code, values)
    return found


def canonical(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Positions of the rows in an order that depends on what is in them only, not on how they came.

    A seeded draw of rows is then the same whatever the order of the rows. Equal rows are interchangeable.
    """
    return np.argsort(pd.util.hash_pandas_object(frame, index=False).to_numpy(), kind="stable")
