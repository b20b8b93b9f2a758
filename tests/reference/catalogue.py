"""The public functions of ``kansen_lib.stats``, and the page that lists them: ``make methods``."""

from __future__ import annotations

import importlib
import inspect
import math
import re
from collections.abc import Callable, Iterable

from cases import HERE, Case, all_cases

from kansen_lib import stats

#: Sections of a docstring that the page shows.
PARTS = ("Estimand", "Formula", "Interval", "Source")
PAGE = HERE.parents[1] / "docs/methods.md"
INTRODUCTION = """# The statistics of kansen

Written by `make methods` from the docstrings in `kansen_lib/stats` and the reference cases in
`tests/reference`; a test holds it to both. Behind each reference case stands the largest absolute
difference of our numbers from its numbers, rounded up to a power of ten: from a printed table it cannot
be smaller than the last digit, from other draws of a bootstrap not smaller than their Monte Carlo error.
The reason for each tolerance stands in the case itself.

Shares, and differences of shares in percentage points, are stored and returned as fractions: 0.05 is 5%
of the persons, or 5 points. The reports multiply by 100.
"""
HEADER = """
| function | estimand | formula | interval | source | reference case | largest deviation |
| --- | --- | --- | --- | --- | --- | --- |
"""


def functions() -> dict[str, Callable]:
    """Every function in the ``__all__`` of a subject, by ``"subject.function"``."""
    found = {}
    for subject in stats.SUBJECTS:
        module = importlib.import_module(f"kansen_lib.stats.{subject}")
        for name in sorted(module.__all__):
            if inspect.isfunction(getattr(module, name)):
                found[f"{subject}.{name}"] = getattr(module, name)
    return found


def part(function: Callable, name: str) -> str:
    """One section of the docstring as one line; empty when it is not there."""
    pattern = rf"^{name}: (.*?)(?=\n\s*\n|\n[A-Z][a-z]+:|\Z)"
    match = re.search(pattern, inspect.getdoc(function) or "", re.MULTILINE | re.DOTALL)
    return " ".join(match.group(1).split()) if match else ""


def largest(cases: Iterable[Case]) -> dict[str, float]:
    """Largest deviation of each function over its cases."""
    found: dict[str, float] = {}
    for case in cases:
        found[case.function] = max(found.get(case.function, 0.0), *case.deviations().values())
    return found


def rounded_up(deviation: float) -> str:
    """A power of ten that the deviation stays under; nothing is claimed below 1e-12."""
    place = math.ceil(math.log10(deviation)) if deviation > 0 else -12
    return f"{10.0 ** max(-12, place):.0e}"


def stated(page: str) -> dict[str, float]:
    """The largest deviation of each function as the page states it."""
    rows = re.findall(r"^\| `([\w.]+)` \|.*\| (\S+) \|$", page, re.MULTILINE)
    return {name: float(value) for name, value in rows}


def page() -> str:
    """The whole page."""
    deviations = [(case, max(case.deviations().values())) for case in all_cases()]
    text, subject = INTRODUCTION, ""
    for name, function in functions().items():
        if name.partition(".")[0] != subject:
            subject = name.partition(".")[0]
            text += f"\n## {subject}\n{HEADER}"
        mine = [(case, gap) for case, gap in deviations if case.function == name]
        text += _row(name, function, mine)
    return text


def _row(name: str, function: Callable, cases: list[tuple[Case, float]]) -> str:
    parts = [part(function, key) for key in PARTS]
    sources = "<br>".join(f"{case.source} ({rounded_up(gap)})" for case, gap in cases)
    worst = rounded_up(max((gap for _, gap in cases), default=0.0)) if cases else "none yet"
    cells = [text.replace("|", "\\|") for text in (*parts, sources)]
    return f"| `{name}` | {' | '.join(cells)} | {worst} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
