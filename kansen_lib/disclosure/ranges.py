"""Which cells of a table, or of a chain of tables, are hidden, so that no small one can be found back.

Persons flow from the rows of a table to its columns, and from there to those of the next one. Whoever attacks
it knows which cells are empty, how many persons there are, and how many in each row and column (from another
card, say). All that leaves the gate was rounded to a multiple of a base: it may be one of as many numbers.
A hidden number can then be anything between two ends: it can grow as far as the others can give way around
it, and fall as far as they can take over. Numbers are hidden until those ends lie far enough apart for every
small one.

Hiding two cells in every row and column is no such promise: what is hidden once in a loop of hidden cells is
found back all the same, and tables with many empty cells (advies against advies) would be hidden whole.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: Row and column of a cell; of the total of a row or column its label and "".
Cell = tuple[str, str]
#: Where persons enter or leave a row or column; all come from the start and go to the end.
_Node = tuple[str, str]
_START, _END = ("", "start"), ("", "end")
#: The number of all persons.
_ALL = ("", "")
#: No limit to how many persons can be added to a cell.
_FREE = 10**9
#: Part of all persons that hardly shows in a figure of their shares.
_UNSEEN = 0.04


def step_of(n: int, minimum: int, base: int) -> int:
    """Of what a cell is a multiple, where its share is of ``n`` persons.

    Of the minimum at least, or what is beside a small cell tells it; of twice that where it hardly shows.
    """
    step = base * -(-minimum // base)
    return 2 * step if n * _UNSEEN >= 2 * step else step


@dataclass(frozen=True)
class Flow:
    """What there is to protect, and how coarse what is shown is.

    Attributes:
        axes: the labels of the rows, of the columns, of the columns of the next table, and so on.
        counts: persons in each cell, and in each total that is shown or hidden with its cells.
        minimum: fewest persons that may be singled out.
        base: totals are rounded to multiples of it.
        of: the persons that the share in a cell is of; a share near one is a limit.
    """

    axes: tuple[tuple[str, ...], ...]
    counts: Mapping[Cell, int]
    minimum: int
    base: int
    of: Mapping[Cell, int]

    def hidden(self, first: Iterable[Cell]) -> set[Cell]:
        """What to hide when the numbers in ``first`` may not be shown for what they are themselves.

        No number below the minimum can be found back to fewer possible ones than the minimum (0 to 9, say).
        The smallest beside it go first; when nothing is left to hide, all is hidden.
        """
        gone = set(first)
        gone |= {cell for total in gone if not total[1] for cell in self._beside(total)}
        for small in sorted(cell for cell in gone if 0 < self.counts[cell] < self.minimum):
            while self.possible(small, gone) < self.minimum:
                shown = [cell for cell, n in self.counts.items() if n and cell not in gone]
                if not shown:
                    break
                near = [cell for cell in shown if self._is_near(cell, small)]
                least = min(near or shown, key=lambda cell: (self.counts[cell], cell))
                gone |= {least, *([] if least[1] else self._beside(least))}
        return gone

    def _beside(self, total: Cell) -> list[Cell]:
        """The cells of the row or column of a total: they would give it back."""
        return [cell for cell in self.counts if cell[1] and total[0] in cell]

    def _is_near(self, cell: Cell, small: Cell) -> bool:
        """Whether a cell is in the row or column of a small one, or a total on the axis of a small one."""
        if not small[1]:
            return not cell[1] and any(cell[0] in axis and small[0] in axis for axis in self.axes)
        return bool(cell[1]) and (cell[0] == small[0] or cell[1] == small[1])

    def possible(self, cell: Cell, gone: set[Cell]) -> int:
        """How many numbers a hidden one can be, not counting more than the minimum above its own."""
        room: dict[_Node, dict[_Node, int]] = defaultdict(lambda: defaultdict(int))
        for other, n in self._all().items():
            if other != cell and n:
                (one, next_), (fewer, more) = self._nodes(other), self._gives(other, n, gone)
                room[one][next_] += more
                room[next_][one] += fewer
        start, end = self._nodes(cell)
        more = _moved(room, end, start, self.minimum)
        return 1 + more + _moved(room, start, end, self.counts[cell])

    def _all(self) -> dict[Cell, int]:
        """Cells, every total and the number of all persons."""
        found = dict(self.counts)
        for place, axis in enumerate(self.axes):
            side = 0 if place + 1 < len(self.axes) else 1
            for label in axis:
                own = sum(n for cell, n in self.counts.items() if cell[1] and cell[side] == label)
                found.setdefault((label, ""), own)
        return found | {_ALL: sum(found[label, ""] for label in self.axes[0])}

    def _nodes(self, cell: Cell) -> tuple[_Node, _Node]:
        """From where to where the persons go."""
        if cell == _ALL:
            return _END, _START
        if cell[1]:
            return (cell[0], "out"), (cell[1], "in")
        start = _START if cell[0] in self.axes[0] else (cell[0], "in")
        return start, _END if cell[0] in self.axes[-1] else (cell[0], "out")

    def _gives(self, cell: Cell, count: int, gone: set[Cell]) -> tuple[int, int]:
        """How many persons fewer, and how many more, there may be as far as the table tells."""
        if cell in gone or (not cell[1] and count < self.minimum):  # a small total is shown nowhere
            return count, _FREE
        step = step_of(self.of[cell], self.minimum, self.base) if cell[1] else self.base
        middle = step * ((2 * count + step) // (2 * step))
        fewer, more = count - max(middle - step // 2, 0), middle + (step - 1) // 2 - count
        if cell[1] and (others := self.of[cell] - count) < self.minimum:
            fewer, more = min(fewer, self.minimum - 1 - others), min(more, others)
        return fewer, more


def _moved(room: Mapping[_Node, Mapping[_Node, int]], start: _Node, end: _Node, most: int) -> int:
    """How many persons can be moved from one node to another, at most ``most``."""
    left = {node: dict(there) for node, there in room.items()}
    moved = 0
    while moved < most and (path := _path(left, start, end)):
        step = min([most - moved, *(left[one][next_] for one, next_ in path)])
        for one, next_ in path:
            left[one][next_] -= step
            left[next_][one] += step
        moved += step
    return moved


def _path(left: Mapping[_Node, Mapping[_Node, int]], start: _Node, end: _Node) -> list[tuple[_Node, _Node]]:
    """The shortest way with room from one node to another, as steps; nothing when there is none."""
    came: dict[_Node, _Node] = {}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for there, room in left.get(here, {}).items():
            if room > 0 and there not in came and there != start:
                came[there] = here
                waiting.append(there)
    path = [(came[end], end)] if end in came else []
    while path and path[-1][0] != start:
        path.append((came[path[-1][0]], path[-1][0]))
    return path
