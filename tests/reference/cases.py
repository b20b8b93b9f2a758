"""What a reference case is: numbers that somebody else printed, and how close ours must come.

A module ``cases_<subject>.py`` beside this one holds ``CASES``, a list of :class:`Case`. They run in
``test_cases.py``, and ``docs/methods.md`` is written from them (``make methods``).

Numbers of others are published ones, with the place where they are printed, or the output of another
implementation in ``stored/``, with the script in ``scripts/`` that made it. Nothing in ``stored/`` is
made by our own code.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Case:
    """One reference case of one public function.

    Attributes:
        function: ``"subject.function"`` as in :mod:`kansen_lib.stats`.
        source: where the numbers come from: package with version, or publication with table and page.
        ours: computes our numbers, by name.
        theirs: the numbers of the source, by the same names.
        tolerance: largest absolute difference allowed.
        why: why the tolerance is what it is, e.g. ``"printed to 4 digits"``.
    """

    function: str
    source: str
    ours: Callable[[], Mapping[str, float]]
    theirs: Mapping[str, float]
    tolerance: float
    why: str

    def deviations(self) -> dict[str, float]:
        """Absolute difference of each number; the names must be the same."""
        ours = self.ours()
        if set(ours) != set(self.theirs):
            raise AssertionError(f"ours has {sorted(ours)}, the source {sorted(self.theirs)}")
        return {name: abs(float(ours[name]) - float(self.theirs[name])) for name in self.theirs}


def stored(subject: str) -> dict:
    """Output of another implementation: the content of ``stored/<subject>.json``."""
    return json.loads((HERE / f"stored/{subject}.json").read_text(encoding="utf-8"))


def all_cases() -> list[Case]:
    """The cases of every subject, in the order of the files."""
    names = sorted(path.stem for path in HERE.glob("cases_*.py"))
    return [case for name in names for case in importlib.import_module(name).CASES]
