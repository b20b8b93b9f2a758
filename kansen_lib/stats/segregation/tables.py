"""From persons or cells to the table of units by groups that every index is computed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason, Unit

Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Counts of units by groups, without empty rows and columns.

    Attributes:
        counts: shape (units, groups).
        units: label of each row; a tuple where units are nested in others.
        groups: label of each column.
        dropped: (rows dropped for a missing value, rows given).
    """

    counts: Counts
    units: tuple[object, ...]
    groups: tuple[object, ...]
    dropped: tuple[int, int]

    @property
    def n(self) -> int:
        """Number of persons."""
        return round(self.counts.sum())

    @property
    def facts(self) -> dict[str, object]:
        """What every estimate of an index says of the persons behind it."""
        return {"unit": Unit.INDEX, "n": self.n, "smallest": round(self.counts.sum(axis=0).min())}

    def column(self, label: object, parameter: str) -> int:
        """Position of a group; NotComputable when nobody is in it."""
        if label is None:
            raise ValueError(f"'{parameter}' must name one of the groups {list(self.groups)}; it is None")
        if label not in self.groups:
            raise NotComputable(Reason.EMPTY_GROUP)
        return self.groups.index(label)


def table(data: pd.DataFrame, group: str, unit: str | Sequence[str], weight: str | None = None) -> Table:
    """Counts of units (rows) by groups (columns); rows with a missing value take no part.

    Raises:
        NotComputable: no persons, or a negative count.
        ValueError: one column for group and unit, or counts that are no numbers.
    """
    units = [unit] if isinstance(unit, str) else list(unit)
    if group in units:
        raise ValueError(f"'{group}' is both the group and the unit: name two columns")
    known, dropped = frames.complete(data, [group, *units, weight])
    weights = pd.Series(1.0 if weight is None else frames.numbers(known, weight), known.index)
    if (weights < 0).any():
        raise NotComputable(Reason.NEGATIVE_COUNT)
    known, weights = known[weights > 0], weights[weights > 0]
    if known.empty:
        raise NotComputable(Reason.NO_PERSONS)
    by = [known[name] for name in dict.fromkeys([*units, group])]
    cells = weights.groupby(by, observed=True, sort=True).sum().unstack(fill_value=0.0)
    return Table(cells.to_numpy(float), tuple(cells.index), tuple(cells.columns), dropped)


def comparable(data: pd.DataFrame, group: str, unit: str, weight: str | None) -> Table:
    """The table when segregation exists on it: at least two groups and two units.

    Raises:
        NotComputable: no persons, one group or one unit.
    """
    found = table(data, group, unit, weight)
    if len(found.groups) < 2:
        raise NotComputable(Reason.EMPTY_GROUP)
    if len(found.units) < 2:
        raise NotComputable(Reason.FEW_UNITS)
    return found


def asked(data: pd.DataFrame, group: str, *wanted: object) -> None:
    """Refuse the label of a group (None: not asked for) that the column cannot hold."""
    frames.can_hold(data[group], *(label for label in wanted if label is not None))


def whole(counts: Counts) -> NDArray[np.int64]:
    """The counts as integers: drawing persons at random needs persons.

    Raises:
        NotComputable: a count that is not a whole number.
    """
    rounded = np.rint(counts)
    if np.abs(rounded - counts).max() > 1e-8:
        raise NotComputable(Reason.NOT_WHOLE)
    return rounded.astype(np.int64)
