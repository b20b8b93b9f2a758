"""Which layout a header has: recognised from its columns alone, never from the name of the file.

Names are compared in a normal form (capitals, blanks for underscores), and names that DUO changed
over the years are one name (``ALIASES``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kansen_lib.sources.layouts import CATALOGUE, Layout
from kansen_lib.sources.reading import Refused

#: Renamed columns: a pattern on the normal form, and the name that stands for it here.
ALIASES: tuple[tuple[str, str], ...] = (
    (r"BRIN|BRIN ?NUMMER", "INSTELLINGSCODE"),
    (r"VESTIGINGS ?NUMMER", "VESTIGINGSCODE"),
    (r"ELEMENTCODE", "ERKENDE OPLEIDINGSCODE"),
    (r"PRIKDATUM (SCORES|ADVIEZEN)|PEILDATUM ADVIEZEN", "PRIKDATUM"),
    (r"VMBO BL", "VMBO B"),
    (r"VMBO BL KL", "VMBO B K"),
    (r"VMBO KL", "VMBO K"),
    (r"VMBO KL GT", "VMBO K GT"),
    (r"(CODERING|OPLEIDINGSNIVEAU\w+) \d+", r"\1"),  # CBS numbers the columns of a StatLine table
)
_SCHOOLJAAR = r"(\d{4}-\d{4})"


@dataclass(frozen=True)
class Match:
    """A header that a layout fits.

    Attributes:
        layout: the layout.
        names: the normal name of each column, in the order of the file.
        years: school years in the column names, in order.
    """

    layout: Layout
    names: tuple[str, ...]
    years: tuple[str, ...] = ()


def normal_name(name: str) -> str:
    """The normal form of a column name: capitals, single blanks, one name for what was renamed."""
    plain = " ".join(name.replace("_", " ").upper().split())
    for pattern, replacement in ALIASES:
        found = re.fullmatch(pattern, plain)
        if found:
            return found.expand(replacement)
    return plain


def match(header: Sequence[str]) -> Match | None:
    """The layout that fits ``header``, or None."""
    names = tuple(map(normal_name, header))
    for layout in CATALOGUE:
        if not any(_difference(layout, names)):
            return Match(layout, names, _years(layout, names))
    return None


def _years(layout: Layout, names: Sequence[str]) -> tuple[str, ...]:
    found = (re.search(_SCHOOLJAAR, name) for name in names if layout.yearly)
    return tuple(sorted({hit[1] for hit in found if hit}))


def _difference(layout: Layout, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Columns of the layout that ``names`` lacks, and columns that it has too many."""
    years = _years(layout, names) or ("…",)
    needed = layout.columns + tuple(name.format(year) for year in years for name in layout.yearly)
    allowed = {*needed, *layout.optional}
    allowed |= {name.format(year) for year in years for name in layout.yearly_optional}
    rest = list(names)
    for name in allowed & set(rest):
        rest.remove(name)
    missing = [name for name in needed if name not in names]
    return missing, [] if layout.others else rest


def refuse(header: Sequence[str], delimiter: str = ";") -> Refused:
    """Why no layout fits ``header``: the nearest one, and every column that differs."""
    names = tuple(map(normal_name, header))
    named = [name for name, original in zip(names, header, strict=True) if original.strip()]
    whole = match(named)
    if whole and len(named) < len(names):
        return Refused(_nameless(whole.layout, len(names) - len(named), delimiter))
    nearest = min(CATALOGUE, key=lambda layout: _distance(layout, names))
    missing, unknown = _difference(nearest, names)
    return Refused(
        f"unknown layout; the nearest known one is '{nearest.name}' ({nearest.publisher}, {nearest.years}). "
        f"Columns that it has and this file lacks: {_listed(missing)}. "
        f"Columns that this file has and it lacks: {_listed(unknown)}."
    )


def _distance(layout: Layout, names: Sequence[str]) -> float:
    """Share of the columns of both that differ: a wide layout is not far off for being wide."""
    missing, unknown = _difference(layout, names)
    return (len(missing) + len(unknown)) / (len(layout.columns) + len(layout.yearly) + len(names))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) if name else "one without a name" for name in names) or "none"


def _nameless(layout: Layout, count: int, delimiter: str) -> str:
    cause = f"has the columns of '{layout.name}' ({layout.publisher}) and {count} more without a name"
    if delimiter == ",":
        cause += ": it was saved again with ',' between the columns, so that decimal commas split columns"
    return cause + "; take the file as published"
