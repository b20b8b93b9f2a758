"""The reference values of a store, found by indicator, group and unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd

from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.shrinkage import Prior

#: Indicator's unit (nothing for the network, else a gemeente, an onderwijstype or a vestiging), its
#: estimate, and its spread over schools.
Row = tuple[str, Estimate, float | None]
FIELDS = [item.name for item in fields(Estimate)]
WHOLE = ("n", "smallest", "count")
NUMBERS = ("value", "lower", "upper", "reference", "sd", *WHOLE)


def as_table(rows: Iterable[Row]) -> pd.DataFrame:
    """The rows as one tidy table: the fields of ``Estimate``, ``eenheid`` and ``sd``."""
    found = [{**asdict(item), "eenheid": unit, "sd": sd} for unit, item, sd in rows]
    table = pd.DataFrame(found, columns=[*FIELDS, "eenheid", "sd"])
    return table.astype(dict.fromkeys(NUMBERS, float))


def corrected(found: Result) -> Estimate:
    """Of an index beside chance the estimate without bias, or the reason why there is none."""
    return next((item for item in found.estimates if item.group == "corrected"), found.estimates[0])


class Benchmark:
    """Reference values of a store, found by indicator, group and unit.

    Args:
        table: a row an estimate, see :func:`as_table`; ``sd`` is the standard deviation between schools.
        folder: where the tables of counts lie; None when there are none.
    """

    def __init__(self, table: pd.DataFrame, folder: Path | None = None) -> None:
        self._folder = folder
        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        self._rows = {(row["name"], row["eenheid"], row["group"]): row for row in rows}

    def find(self, indicator: str, group: str = "", eenheid: str = "") -> Estimate | None:
        """The estimate of an indicator, None when it was not computed."""
        row = self._rows.get((indicator, eenheid, group))
        if row is None:
            return None
        whole = {name: int(row[name]) for name in WHOLE if row[name] is not None}
        return Estimate(**{name: row[name] for name in FIELDS} | whole)

    def all(self, indicator: str, eenheid: str = "") -> list[Estimate]:
        """The estimates of an indicator for every group that it has, in the order they were made."""
        pairs = [(name, group) for name, unit, group in self._rows if (name, unit) == (indicator, eenheid)]
        found = [self.find(name, group, eenheid) for name, group in pairs]
        return [item for item in found if item is not None]

    def value(self, indicator: str, group: str = "", eenheid: str = "") -> float | None:
        """The reference value of an indicator, None when there is none."""
        found = self.find(indicator, group, eenheid)
        return None if found is None else found.value

    def prior(self, indicator: str, group: str = "") -> Prior | None:
        """Mean and between-school spread of an indicator, None when it has no spread."""
        row = self._rows.get((indicator, "", group))
        return None if row is None or row["sd"] is None else Prior(row["value"], row["sd"])

    def counts(self, name: str, vestigingen: Sequence[str]) -> pd.DataFrame:
        """Counts of pupils of these vestigingen; see :func:`kansen_lib.benchmark.area.tables`.

        They are no release: a report may show what is computed from them over several schools, and of
        one school its own. A table that was not kept gives no rows and no columns.
        """
        path = None if self._folder is None else self._folder / f"{name}.parquet"
        if path is None or not path.is_file():
            return pd.DataFrame()
        return pd.read_parquet(path, filters=[("vestiging", "in", list(vestigingen))])
