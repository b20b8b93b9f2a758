"""The frozen result of an analysis: every number that a reader can see is one :class:`Estimate`."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import pandas as pd
from scipy import stats

from kansen_lib.stats.terms import Reason

#: Confidence level of every interval.
LEVEL = 0.95

#: A standard error below this part of its estimate is rounding, not spread.
ROUNDING = 1e-12


def quantile(df: float | None = None) -> float:
    """Two-sided quantile of :data:`LEVEL`: of t with ``df`` degrees of freedom, else of the normal."""
    return float(stats.norm.ppf(0.5 + LEVEL / 2) if df is None else stats.t.ppf(0.5 + LEVEL / 2, df))


class NotComputable(Exception):
    """Raised where a number turns out not to exist; the public function turns it into a reason.

    Attributes:
        reason: one of :class:`kansen_lib.stats.terms.Reason`.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Estimate:
    """One number with all that is needed to read it, or the reason why there is none.

    Attributes:
        name: the quantity, e.g. ``"diploma"``.
        group: the group that it is about; empty for all.
        value: the number, None when it cannot be computed. A difference of shares is a fraction too, although
            its unit is percentage points: 0.05 is 5 points.
        unit: one of :class:`kansen_lib.stats.terms.Unit`, or a word of the caller's own.
        lower, upper: 95% interval, or the bounds that masking leaves; None when there is none. What
            ``interval`` calls limits by chance lies around ``reference``, and need not hold ``value``.
        interval: what ``lower`` and ``upper`` are, one of :class:`kansen_lib.stats.terms.Interval`.
        n: how many persons the number rests on; None when it rests on no persons.
        smallest: the smallest group of persons in a contrast, for the disclosure gate; None means ``n``.
        count: the number of persons in the numerator of a share; None for anything else.
        method: estimator, in the field's standard term.
        reference: the value to compare with (of the network or the country), None when there is none.
        reason: why there is no value; empty when there is one.
        standard_error: of ``value``, in its unit; None when the interval rests on none.
        df: degrees of freedom of the t distribution behind the interval; None for normal or none.
        p_value: two-sided, of the null hypothesis that the docstring of the function states.
    """

    name: str
    group: str = ""
    value: float | None = None
    unit: str = ""
    lower: float | None = None
    upper: float | None = None
    interval: str = ""
    n: int | None = None
    smallest: int | None = None
    count: int | None = None
    method: str = ""
    reference: float | None = None
    reason: str = ""
    standard_error: float | None = None
    df: float | None = None
    p_value: float | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (not self.reason):
            raise ValueError(
                f"estimate '{self.name}' needs either a value or a reason, not both and not neither"
            )
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(f"estimate '{self.name}' has value {self.value}: give a reason instead")

    @classmethod
    def not_computable(
        cls,
        name: str,
        reason: str,
        *,
        group: str = "",
        unit: str = "",
        n: int | None = None,
        method: str = "",
    ) -> Estimate:
        """An estimate without a value, and the reason why."""
        return cls(name=name, group=group, unit=unit, n=n, method=method, reason=reason)

    @classmethod
    def from_standard_error(
        cls,
        name: str,
        value: float,
        standard_error: float,
        *,
        interval: str,
        df: float | None = None,
        group: str = "",
        unit: str = "",
        n: int | None = None,
        smallest: int | None = None,
        method: str = "",
        scale: float = 1.0,
    ) -> Estimate:
        """A value with the t or normal interval and the p-value of the null of zero that its error gives.

        Args:
            df: degrees of freedom of t; None for the normal distribution.
            scale: an error far below it is rounding, as is one far below the value; 0 for a value of
                which the unit may be of any size and the error is exactly 0 without spread.

        Returns:
            The estimate; without spread (an error of zero) or without error (not finite), a reason.
        """
        if not (math.isfinite(value) and math.isfinite(standard_error)) or (df is not None and not df > 0):
            return cls.not_computable(name, Reason.NOT_IDENTIFIED, group=group, unit=unit, n=n, method=method)
        if standard_error <= ROUNDING * max(scale, abs(value)):
            return cls.not_computable(name, Reason.NO_SPREAD, group=group, unit=unit, n=n, method=method)
        half, ratio = quantile(df) * standard_error, abs(value) / standard_error
        p_value = 2 * (stats.norm.sf(ratio) if df is None else stats.t.sf(ratio, df))
        return cls(
            name,
            group,
            float(value),
            unit,
            float(value - half),
            float(value + half),
            interval,
            n,
            smallest,
            method=method,
            standard_error=float(standard_error),
            df=None if df is None else float(df),
            p_value=float(p_value),
        )


#: Columns of :attr:`Result.summary`, in order.
SUMMARY_COLUMNS = tuple(item.name for item in fields(Estimate))


@dataclass(frozen=True)
class Result:
    """A named set of estimates that belong together, as one table.

    Attributes:
        name: short name of the analysis, unique within a notebook.
        estimates: the numbers, in reading order.
        dropped: how many persons fell out for a missing value, of how many.
        sources: the canonical tables that the numbers come from.
        missing: columns (``table.column``) without which nothing could be computed.
        reference_name: whose values the references are; empty for all units together.
        crossed: the estimates are the cells of cross tables of persons: the name is the row, the group is the
            column, and totals of both may be known; one without a group is such a total.
    """

    name: str
    estimates: tuple[Estimate, ...] = ()
    dropped: tuple[int, int] | None = None
    sources: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reference_name: str = ""
    crossed: bool = False

    @property
    def summary(self) -> pd.DataFrame:
        """One row an estimate, with the columns of :data:`SUMMARY_COLUMNS`."""
        rows = [[getattr(item, name) for name in SUMMARY_COLUMNS] for item in self.estimates]
        return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))

    def __getitem__(self, key: tuple[str, str] | str) -> Estimate:
        """The estimate with this name, or with this ``(name, group)``."""
        name, group = key if isinstance(key, tuple) else (key, "")
        found = [item for item in self.estimates if (item.name, item.group) == (name, group)]
        if len(found) != 1:
            known = [(item.name, item.group) for item in self.estimates]
            raise KeyError(f"{len(found)} estimates are called {(name, group)}; there are {known}")
        return found[0]

    @property
    def _filled(self) -> pd.DataFrame:
        """The summary without the columns that are empty everywhere."""
        table = self.summary.replace("", None)
        return table.loc[:, table.notna().any()]

    def __repr__(self) -> str:
        return f"{self.name}\n{self._filled.to_string(index=False, na_rep='')}"

    def _repr_html_(self) -> str:
        return self._filled.to_html(index=False, na_rep="", border=0)
