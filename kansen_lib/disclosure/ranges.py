"""Which cells of a table of counts are hidden, so that no small one can be found back.

Whoever attacks a table knows which cells are empty, and how many persons each row, each column and the table
has (from another card, or the next stage of a flow). All that leaves the gate was rounded to a multiple of
a base: it may be one of as many numbers. A hidden cell can then be anything between two ends: it can grow as
far as cells and totals of its row and column can give way, and fall as far as they can take over. Cells are
hidden until those ends lie far enough apart for every small cell.

Hiding two cells in every row and column is no such promise: what is hidden once in a loop of hidden cells is
found back all the same, and tables with many empty cells (advies against advies) would be hidden whole.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass

#: Row and column of a cell.
Cell = tuple[str, str]
#: A row or a column: which of the two, and its label.
_Line = tuple[int, str]
#: In the place of a row or column: the total over all of them.
ALL = "\0"
#: No limit to how many persons can be added to a cell.
_FREE = 10**9


@dataclass(frozen=True)
class Table:
    """What there is to protect, and how coarse what is shown is.

    Attributes:
        counts: persons in each cell.
        minimum: fewest persons that may be singled out.
        base: totals are rounded to multiples of it.
        steps: cells that are shown are rounded to multiples of so many bases.
        unknown: totals that are not known, as the cell of a row or column and :data:`ALL`.
    """

    counts: Mapping[Cell, int]
    minimum: int
    base: int
    steps: int = 1
    unknown: frozenset[Cell] = frozenset()

    def hidden(self, first: set[Cell]) -> set[Cell]:
        """The cells to hide when those in ``first`` may not be shown for what they are themselves.

        No cell below the minimum can be found back to fewer possible numbers than the minimum (0 to 9, say).
        The smallest cells of its row and column go first; when nothing is left to hide, all is hidden.
        """
        gone = set(first)
        small = sorted(cell for cell in first if 0 < self.counts[cell] < self.minimum)
        while True:
            narrow = [cell for cell in small if self.possible(cell, gone) < self.minimum]
            shown = [cell for cell, n in self.counts.items() if cell not in gone and n]
            if not narrow or not shown:
                return gone
            beside = [cell for cell in shown if any(cell[0] == row or cell[1] == col for row, col in narrow)]
            gone.add(min(beside or shown, key=lambda cell: (self.counts[cell], cell)))

    def possible(self, cell: Cell, gone: set[Cell]) -> int:
        """How many numbers a hidden cell can be, counted no further than there are minimum above its own."""
        gives = {key: self._gives(key, n, gone) for key, n in self.counts.items() if n and key != cell}
        for total, n in self._totals().items():
            fewer, more = self._gives(total, n, gone)
            gives[total] = (fewer, more) if total == (ALL, ALL) else (more, fewer)
        takes = {key: (back, along) for key, (along, back) in gives.items()}
        return 1 + _moved(gives, cell, self.minimum) + _moved(takes, cell, self.counts[cell])

    def _totals(self) -> dict[Cell, int]:
        """Persons in every row, in every column and in the table."""
        found: dict[Cell, int] = defaultdict(int)
        for (row, column), n in self.counts.items():
            for total in ((row, ALL), (ALL, column), (ALL, ALL)):
                found[total] += n
        return found

    def _gives(self, cell: Cell, count: int, gone: set[Cell]) -> tuple[int, int]:
        """How many persons fewer, and how many more, there may be as far as the table tells."""
        if cell in gone or cell in self.unknown:
            return count, _FREE
        step = self.base if ALL in cell else self.base * self.steps
        middle = step * ((2 * count + step) // (2 * step))
        return count - max(middle - step // 2, 0), middle + (step - 1) // 2 - count


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
