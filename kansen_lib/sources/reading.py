"""What a source hands over: tables, findings, or one error with every refused file and its cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd


class Refused(ValueError):
    """One file that is not read; the message is the cause.

    Attributes:
        file: name of the file, where several are read as one; else empty.
    """

    def __init__(self, cause: str, file: str = "") -> None:
        self.file = file
        super().__init__(cause)


class SourceError(ValueError):
    """Files that are refused, all at once, each with its cause; nothing is stored.

    Attributes:
        refused: name of each refused file with the cause.
    """

    def __init__(self, refused: Sequence[tuple[str, str]]) -> None:
        self.refused = tuple(refused)
        names: dict[str, list[str]] = {}
        for name, cause in self.refused:
            names.setdefault(cause, []).append(name)
        lines = [f"  {_some(files)}: {cause}" for cause, files in names.items()]
        count = f"{len(self.refused)} file{'s' if len(self.refused) > 1 else ''}"
        super().__init__("\n".join([f"{count} refused, so nothing is read:", *lines]))


def _some(names: Sequence[str]) -> str:
    """The first three names, and how many more."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


@dataclass(frozen=True)
class Finding:
    """Something that a reader of the tables must know.

    Attributes:
        source: file, or what kind of files, that it is about.
        message: what was found, and what was done with it.
    """

    source: str
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


@dataclass(frozen=True)
class Rows:
    """What one reader makes of one kind of file.

    Attributes:
        tables: canonical table name to rows.
        findings: what must be known of them.
    """

    tables: dict[str, pd.DataFrame]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Canonical tables ready for ``store.write``, and the findings.

    Attributes:
        tables: canonical table name to rows: sorted, without double keys.
        findings: what must be known of them, in order of reading.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
