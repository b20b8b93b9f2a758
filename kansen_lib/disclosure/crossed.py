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

from kansen_lib.disclosure.ranges import Flow, step_of

#: Limits that stand for a share are multiples of this.
_LIMITS = 0.05


def axis(label: str) -> str:
    """What stands before the colon: the axis, or the stage, that a row or column is on."""
    before, colon, _ = label.partition(": ")
    return before if colon else ""


def _table(item: Any) -> tuple[str, str]:
    """Which table a cell is of."""
    return axis(item.name), axis(item.group)


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

    Raises:
        ValueError: the numbers are no table and no chain of tables: what can be found back is not known then.
    """
    cells = {(item.name, item.group): i for i, item in enumerate(items)}
    if len(cells) < len(items):
        raise ValueError("a cross table holds a cell twice")
    gone: set[int] = set()
    for axes in _chains(items):
        labels = {label for axis_ in axes for label in axis_}
        own = {cell: i for cell, i in cells.items() if cell[0] in labels}
        flow = Flow(
            axes=axes,
            counts={cell: items[i].count or 0 for cell, i in own.items()},
            minimum=minimum,
            base=base,
            of={cell: items[i].n or 0 for cell, i in own.items()},
        )
        gone |= {own[cell] for cell in flow.hidden(cell for cell, i in own.items() if i in first)}
    return gone


def _chains(items: Sequence[Any]) -> list[tuple[tuple[str, ...], ...]]:
    """The axes that follow each other, each with its labels; an axis of totals alone is one of its own."""
    labels: dict[str, dict[str, None]] = defaultdict(dict)
    after: dict[str, str] = {}
    for item in items:
        for label in filter(None, (item.name, item.group)):
            labels[axis(label)][label] = None
        if item.group and after.setdefault(axis(item.name), axis(item.group)) != axis(item.group):
            raise ValueError(f"a cross table has rows '{axis(item.name)}' of two tables")
    firsts = [name for name in labels if name not in after.values()]
    if "" in (*after, *after.values()):
        raise ValueError("labels of a cross table say their axis: 'advies: havo', 'brugklas: havo/vwo'")
    if len(set(after.values())) < len(after) or (labels and not firsts):
        raise ValueError(f"these axes are no chain of tables: {after}")
    return [tuple(tuple(labels[name]) for name in _along(first, after)) for first in firsts]


def _along(first: str, after: dict[str, str]) -> list[str]:
    """An axis and those that follow it."""
    found = [first]
    while found[-1] in after:
        found.append(after[found[-1]])
    return found


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
    step = step_of(item.n, used.minimum, used.base)
    one = number.value / item.count
    value = one * step * ((2 * item.count + step) // (2 * step))
    ends = {
        name: value + math.copysign(_up(abs(end - number.value), step * one), end - number.value)
        for name in ("lower", "upper")
        if (end := getattr(number, name)) is not None
    }
    if number.unit == "share":
        value = min(value, 1.0)  # all 356 as 360 of 356 would be more than everybody
        ends = {name: min(max(end, 0.0), 1.0) for name, end in ends.items()}
    return replace(number, value=value, **ends)


def _up(distance: float, step: float) -> float:
    """The distance as a whole number of steps, rounded up but for the last digits."""
    return step * math.ceil(round(distance / step, 6))
