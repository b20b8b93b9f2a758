"""Numbers that are the cells of cross tables of persons: what goes with a small one, how coarse they leave.

Labels are ``"axis: value"`` (``"eerste advies: havo"``): rows of one axis by columns of one axis are a table,
so that the steps of a flow are several. A number without group is the total of a row or column. What can be
found back from what is worked out in :mod:`kansen_lib.disclosure.ranges`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kansen_lib.disclosure.ranges import ALL, Cell, Table

#: Part of all persons that does not show in a figure of their shares.
_UNSEEN = 0.02
#: Limits that stand for a share are multiples of this.
_LIMITS = 0.05


def axis(label: str) -> str:
    """What stands before the colon: the axis, or the stage, that a row or column is on."""
    before, colon, _ = label.partition(": ")
    return before if colon else ""


def _table(item: Any) -> tuple[str, str]:
    """Which table a cell is of; the totals of an axis are a table of one row."""
    return axis(item.name), axis(item.group) if item.group else ALL


def complete(items: Sequence[Any]) -> list[Any]:
    """The numbers with every cell that is not there as an empty one, at the end of its row.

    A cell that is left out would tell that it is empty, where a withheld one tells that it is small.
    """
    columns: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    last: dict[tuple[str, str], int] = {}
    for place, item in enumerate(items):
        if item.group:
            columns[_table(item)][item.group] = None
            last[item.name, axis(item.group)] = place
    there = {(item.name, item.group) for item in items}
    found = []
    for place, item in enumerate(items):
        found.append(item)
        if item.group and last[item.name, axis(item.group)] == place:
            empty = [group for group in columns[_table(item)] if (item.name, group) not in there]
            found += [_empty(item, group) for group in empty]
    return found


def _empty(item: Any, group: str) -> Any:
    nothing = dict.fromkeys(("lower", "upper", "reference"))
    return replace(item, group=group, value=0.0, count=0, reason="", interval="", **nothing)


def hidden(items: Sequence[Any], first: set[int], minimum: int, base: int) -> set[int]:
    """Places of the numbers to hide, when those at ``first`` may not be shown.

    Totals first; with the total of a row or column go its cells, which would give it back.
    """
    tables: dict[tuple[str, str], dict[Cell, int]] = defaultdict(dict)
    for i, item in enumerate(items):
        tables[_table(item)][(item.name, item.group) if item.group else ("", item.name)] = i
    gone: set[int] = set()
    for key in sorted(tables, key=lambda key: key[1] != ALL):
        places = tables[key]
        totals = {items[i].name for i in gone if not items[i].group}
        # Of totals, each is in a column alone; of cells, a total that is hidden is not known.
        unknown = {name for _, name in places} if key[1] == ALL else totals
        table = Table(
            counts={cell: items[i].count or 0 for cell, i in places.items()},
            minimum=minimum,
            base=base,
            steps=step_of(items[next(iter(places.values()))], base) // base,
            unknown=frozenset(cell for name in unknown for cell in ((name, ALL), (ALL, name))),
        )
        out = {cell for cell, i in places.items() if i in first or (totals & set(cell) and items[i].group)}
        gone |= {places[cell] for cell in table.hidden(out)}
    return gone


def step_of(item: Any, base: int) -> int:
    """Of what the persons in a cell are a multiple: of twice the base where nobody sees the difference."""
    return 2 * base if (item.n or 0) * _UNSEEN >= 2 * base else base


def coarse(number: Any, item: Any, used: Any) -> Any:
    """The released number of a cell or total as if it held a multiple of the base.

    Its interval moves along, and is as coarse: ends of their own would tell the count within the multiple.
    Of a row that is in one cell but for a few, the share is a limit: all of it would tell of everybody.
    """
    if number.value is None or not item.count or number.clipped:
        return number
    if item.group and number.unit == "share" and item.n - item.count < used.minimum:
        most = math.floor((1 - used.minimum / item.n) / _LIMITS) * _LIMITS
        return replace(number, value=most, lower=None, upper=None, interval="", clipped="of meer")
    step = step_of(item, used.base)
    one = number.value / item.count
    value = one * step * ((2 * item.count + step) // (2 * step))
    ends = {
        name: value + math.copysign(_up(abs(end - number.value), step * one), end - number.value)
        for name in ("lower", "upper")
        if (end := getattr(number, name)) is not None
    }
    if number.unit == "share":
        ends = {name: min(max(end, 0.0), 1.0) for name, end in ends.items()}
    return replace(number, value=value, **ends)


def _up(distance: float, step: float) -> float:
    """The distance as a whole number of steps, rounded up but for the last digits."""
    return step * math.ceil(round(distance / step, 6))
