"""A recognised table (or several of one layout), and how a reader takes values from it.

Every conversion either succeeds for all rows or refuses the file with the file, the row, the column
and the text that cannot be what the column says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kansen_lib.sources import files, headers, layouts, values
from kansen_lib.sources.reading import Finding, Refused


@dataclass(frozen=True)
class Part:
    """Rows of one layout.

    Attributes:
        layout: what a row is.
        frame: all cells as text, under the normal names of the layout.
        file: name of the file of each row.
        row: row number of each row in its file.
        years: school years in the column names.
        year: year (``"2019"``) or school year (``"2018-2019"``) that only the name of the file says.
        above: rows over the header of a worksheet.
    """

    layout: layouts.Layout
    frame: pd.DataFrame
    file: pd.Series
    row: np.ndarray = field(repr=False)
    years: tuple[str, ...] = ()
    year: str = ""
    above: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        """What a finding calls it: the file, or how many files of which publication."""
        names = self.file.unique()
        return str(names[0]) if len(names) == 1 else f"{self.layout.publisher} ({len(names)} files)"

    @property
    def edition(self) -> str:
        """Last year that it speaks of, as far as names say: a later edition mends an earlier one."""
        named = re.search(_YEAR_IN_NAME["jaar"][0], self.name)
        return max((*self.years, self.year)) or (named[0] if named else "")

    def __contains__(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.frame

    def __getitem__(self, column: str) -> pd.Series:
        """The text of a column."""
        return self.frame[column]

    def where(self, keep: np.ndarray | pd.Series) -> Part:
        """The rows where ``keep`` is true."""
        keep = np.asarray(keep)
        rows = self.frame[keep].reset_index(drop=True)
        file = self.file[keep].reset_index(drop=True)
        return Part(self.layout, rows, file, self.row[keep], self.years, self.year, self.above)

    def without_doubles(self) -> tuple[Part, list[Finding]]:
        """The part without rows that stand in it twice, cell for cell, and a finding when there are."""
        double = self.frame.duplicated().to_numpy()
        if self.above or not double.any():  # a worksheet has blank rows
            return self, []
        message = f"{double.sum()} rows come twice, cell for cell; they are counted once"
        return self.where(~double), [Finding(self.name, message)]

    def fault(self, column: str, place: int, expected: str) -> Refused:
        """The error for the cell of ``column`` in row number ``place`` of this part."""
        cell = self.frame[column].iloc[place]
        where = f"row {self.row[place]}, column {column!r}"
        return Refused(f"{where}: {cell!r} is not {expected}", self.file.iloc[place])

    def _checked(self, column: str, meaning: Callable[[str], Any], expected: str) -> np.ndarray:
        """``meaning`` of each cell, one row a cell; None as meaning refuses the file."""
        places, distinct = pd.factorize(self.frame[column], use_na_sentinel=False)
        found = [meaning(text) for text in distinct]
        if None in found:
            unread = [at for at, value in enumerate(found) if value is None]
            raise self.fault(column, int(np.flatnonzero(np.isin(places, unread))[0]), expected)
        return np.array(found)[places]

    def counts(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bounds of a column of counts."""
        expected = "a count (digits, '<5', '-1' or '1-4')"
        bounds = self._checked(column, values.count_bounds, expected)
        return bounds[:, 0], bounds[:, 1]

    def numbers(self, column: str) -> np.ndarray:
        """A column of numbers; NaN where the publisher gives none."""
        return self._checked(column, values.number, "a number, or blank, '.' or 'NA'")

    def required(self, column: str, meaning: Callable[[str], str | None], expected: str) -> pd.Series:
        """A column of text, through ``meaning``; a text without meaning refuses the file."""
        found = values.text(self.frame[column], meaning)
        unread = np.flatnonzero(found.isna())
        if len(unread):
            raise self.fault(column, int(unread[0]), expected)
        return found

    def optional(
        self, column: str, meaning: Callable[[str], str | None] = values.blank_to_missing
    ) -> pd.Series:
        """A column of text, through ``meaning``; missing where that gives None or the column is absent."""
        if column not in self.frame:
            return missing_text(len(self.frame))
        return values.text(self.frame[column], meaning)

    def vestiging(self) -> pd.Series:
        """BRIN with two digits, however the file writes the vestiging."""
        pairs = self["INSTELLINGSCODE"] + " " + self["VESTIGINGSCODE"]
        found = values.text(pairs, lambda pair: values.vestiging(*pair.split(" ", 1)))
        unread = np.flatnonzero(found.isna())
        if len(unread):
            raise self.fault("VESTIGINGSCODE", int(unread[0]), "two digits, or the BRIN and two digits")
        return found

    def schooljaar(self, column: str) -> pd.Series:
        """School year of a column of dates."""
        return self.required(column, values.schooljaar_of_date, "a date as 20241001")


def missing_text(length: int) -> pd.Series:
    """A column of text that is missing everywhere."""
    return pd.Series([None] * length, dtype="str")


def part_of(table: files.TextTable, match: headers.Match) -> Part:
    """The part that one table gives.

    Raises:
        Refused: the year stands neither in the columns nor in the name of the file.
    """
    layout = match.layout
    frame = table.frame.copy(deep=False)
    frame.columns = list(match.names) if not layout.others else _distinct(match.names)
    file = pd.Series([table.name] * len(frame), dtype="str")
    year = _year_in(table.name, layout) if layout.year_in_name else ""
    return Part(
        layout, frame.reset_index(drop=True), file, frame.index.to_numpy(), match.years, year, table.above
    )


def _distinct(names: Sequence[str]) -> list[str]:
    """Names made distinct by their place where a header repeats one."""
    return [name if names.index(name) == at else f"{name} #{at}" for at, name in enumerate(names)]


#: What a year in the name of a file looks like; a date (20191001) begins with one.
_YEAR_IN_NAME = {
    "schooljaar": (r"(?<!\d)20\d\d-20\d\d(?!\d)", "2018-2019"),
    "jaar": (r"(?<!\d)20\d\d(?=\D|$|\d{4}(?!\d))", "2019"),
}


def _year_in(name: str, layout: layouts.Layout) -> str:
    """The year in the name of the file, else in that of its folder or zip."""
    pattern, example = _YEAR_IN_NAME[layout.year_in_name]
    for piece in reversed(name.split("/")):
        for hit in re.finditer(pattern, piece):
            if layout.year_in_name == "jaar" or values.schooljaar(hit[0]):
                return hit[0]
    raise Refused(
        f"is recognised as '{layout.name}', but its columns do not say the year and neither does its name: "
        f"put the {layout.year_in_name} in the file name, e.g. '{layout.name}-{example}.csv'"
    )


def joined(parts: Sequence[Part]) -> Part:
    """Pieces of one publication, with the same columns, as one part."""
    first = parts[0]
    if len(parts) == 1:
        return first
    frame = pd.concat([part.frame for part in parts], ignore_index=True)
    file = pd.concat([part.file for part in parts], ignore_index=True)
    row = np.concatenate([part.row for part in parts])
    return Part(first.layout, frame, file, row, first.years, first.year, first.above)
