"""Cross tables with known margins: which cells go, so that no small cell can be found back.

Whoever attacks a table knows which cells are empty, and how many persons each row, each column and the table
has (from another card, or the next stage of a flow). All that leaves the gate was rounded to a multiple of
a base: it may be one of as many numbers. A hidden cell can then be anything between two ends: it can grow as
far as cells and totals of its row and column can give way, and fall as far as they can take over.
:func:`hidden` hides cells until those ends lie far enough apart for every small cell.

Labels are "axis: value" ("eerste advies: havo"): rows of one axis by columns of one axis are one table, so
that the steps of a flow are several. A number without group is the total of a row or column.

Hiding two cells in every row and column is no such promise: what is hidden once in a loop of hidden cells is
found back all the same, and tables with many empty cells (advies against advies) would be hidden whole.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

#: Row and column of a cell.
Cell = tuple[str, str]
#: A row or a column: which of the two, and its label.
_Line = tuple[int, str]
#: Part of all persons that does not show in a figure of their shares.
_UNSEEN = 0.02
#: No limit to how many persons can be added to a cell.
_FREE = 10**9
#: The line of totals: each row, each column and the table as a whole are known as multiples of the base, too.
_ALL = "\0"


def axis(label: str) -> str:
    """What stands before the colon: the axis, or the stage, that a row or column is on."""
    before, colon, _ = label.partition(": ")
    return before if colon else ""


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
        if last.get((item.name, axis(item.group))) == place:
            empty = [group for group in columns[_table(item)] if (item.name, group) not in there]
            found += [_empty(item, group) for group in empty]
    return found


def _table(item: Any) -> tuple[str, str]:
    """Which table a cell is of."""
    return axis(item.name), axis(item.group)


def _empty(item: Any, group: str) -> Any:
    nothing = dict.fromkeys(("lower", "upper", "reference"))
    return replace(item, group=group, value=0.0, count=0, reason="", interval="", **nothing)


def hidden_items(items: Sequence[Any], first: set[int], minimum: int, base: int) -> set[int]:
    """Places of the cells to hide, when those at ``first`` may not be shown; see :func:`hidden`.

    With the total of a row or column go its cells, which would give it back.
    """
    totals = {items[i].name for i in first if not items[i].group}
    tables: dict[tuple[str, str], dict[Cell, int]] = defaultdict(dict)
    for i, item in enumerate(items):
        if item.group:
            tables[_table(item)][item.name, item.group] = i
    gone: set[int] = set()
    for places in tables.values():
        counts = {cell: items[i].count or 0 for cell, i in places.items()}
        out = {cell for cell, i in places.items() if i in first or totals & set(cell)}
        gone |= {
            places[cell]
            for cell in hidden(counts, out, minimum, cell_base(items[min(places.values())], base))
        }
    return gone


def cell_base(item: Any, base: int) -> int:
    """Of what the persons in a cell are a multiple: of twice the base where nobody sees the difference."""
    return 2 * base if (item.n or 0) * _UNSEEN >= 2 * base else base


def coarse(number: Any, item: Any, base: int) -> Any:
    """The released number of a cell or total as if it held a multiple of the base.

    Its interval moves along, and is as coarse: ends of their own would tell the count within the multiple.
    """
    if number.value is None or not item.count or number.clipped:
        return number
    step = cell_base(item, base)
    one = number.value / item.count
    value = one * step * ((2 * item.count + step) // (2 * step))
    ends = {}
    for name, sign in (("lower", -1), ("upper", 1)):
        end = getattr(number, name)
        if end is not None:
            away = step * one * math.ceil(round(abs(end - number.value) / (step * one), 6))
            ends[name] = (
                min(max(value + sign * away, 0.0), 1.0) if number.unit == "share" else value + sign * away
            )
    return replace(number, value=value, **ends)


def hidden(
    counts: Mapping[Cell, int], first: set[Cell], minimum: int, base: int, steps: int = 1
) -> set[Cell]:
    """The cells to hide when those in ``first`` may not be known.

    No cell below the minimum can be found back to fewer possible numbers than the minimum (0 to 9, say). The
    smallest cells of its row and column go first; when nothing is left to hide, all is hidden.

    Args:
        counts: persons in each cell.
        first: cells that may not be shown for what they are themselves.
        minimum: fewest persons that may be singled out.
        base: totals are rounded to multiples of it.
        steps: cells that are shown are rounded to multiples of so many bases.
    """
    gone = set(first)
    small = sorted(cell for cell in first if 0 < counts[cell] < minimum)
    while True:
        narrow = [cell for cell in small if _narrow(counts, gone, cell, minimum, base, steps)]
        shown = [cell for cell in counts if cell not in gone and counts[cell]]
        if not narrow or not shown:
            return gone
        beside = [cell for cell in shown if any(cell[0] == row or cell[1] == col for row, col in narrow)]
        gone.add(min(beside or shown, key=lambda cell: (counts[cell], cell)))


def _narrow(
    counts: Mapping[Cell, int], gone: set[Cell], cell: Cell, minimum: int, base: int, steps: int
) -> bool:
    """Whether a hidden cell can be fewer numbers than the minimum."""
    gives = {key: _gives(n, key in gone, base * steps) for key, n in counts.items() if n and key != cell}
    for total, n in _totals(counts).items():
        fewer, more = _gives(n, False, base)
        gives[total] = (fewer, more) if total == (_ALL, _ALL) else (more, fewer)
    takes = {key: (back, along) for key, (along, back) in gives.items()}
    grows = _moved(gives, cell, minimum)
    return grows + _moved(takes, cell, counts[cell]) + 1 < minimum


def _totals(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """Persons in every row, in every column and in the table; they stand in a line of their own."""
    found: dict[Cell, int] = defaultdict(int)
    for (row, column), n in counts.items():
        for total in ((row, _ALL), (_ALL, column), (_ALL, _ALL)):
            found[total] += n
    return found


def _gives(count: int, is_hidden: bool, base: int) -> tuple[int, int]:
    """How many persons fewer, and how many more, may be in a cell as far as its table tells."""
    if is_hidden:
        return count, _FREE
    middle = base * ((2 * count + base) // (2 * base))
    return count - max(middle - base // 2, 0), middle + (base - 1) // 2 - count


def _moved(room: Mapping[Cell, tuple[int, int]], cell: Cell, most: int) -> int:
    """How many persons can move out of the row of a cell and into its column, over the other cells.

    Args:
        room: of each other cell how many can pass from its row to its column, and from column to row.
        cell: the cell that takes them up, or gives them.
        most: no need to find more.
    """
    left: dict[_Line, dict[_Line, int]] = {(0, cell[0]): {}, (1, cell[1]): {}}
    for (row, column), (along, back) in room.items():
        left.setdefault((0, row), {})[1, column] = along
        left.setdefault((1, column), {})[0, row] = back
    moved = 0
    while moved < most and (path := _path(left, (0, cell[0]), (1, cell[1]))):
        step = min([most - moved, *(left[one][next_] for one, next_ in path)])
        for one, next_ in path:
            left[one][next_] -= step
            left[next_][one] += step
        moved += step
    return moved


def _path(left: Mapping[_Line, Mapping[_Line, int]], start: _Line, end: _Line) -> list[tuple[_Line, _Line]]:
    """The shortest way with room from one line to another, as steps; nothing when there is none."""
    came: dict[_Line, _Line] = {}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for there, room in left[here].items():
            if room > 0 and there not in came and there != start:
                came[there] = here
                waiting.append(there)
    path = [(came[end], end)] if end in came else []
    while path and path[-1][0] != start:
        path.append((came[path[-1][0]], path[-1][0]))
    return path
