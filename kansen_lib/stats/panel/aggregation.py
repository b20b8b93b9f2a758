"""From effects by group and time to named averages of them, with their influence functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kansen_lib.stats.panel.group_time import Cell, Sample
from kansen_lib.stats.panel.reading import Matrix
from kansen_lib.stats.terms import Method, Reason


@dataclass(frozen=True)
class Effect:
    """An effect or a weighted average of effects.

    Attributes:
        key: kind and its numbers: ``("e", exposure, 0)``, ``("g", group, 0)``, ``("t", time, 0)``,
            ``("cell", group, time)``; ``("simple", 0, 0)`` and the like for an overall effect.
        value: None when it cannot be computed.
        influence: shape (N,).
        size: number of units or rows behind it, and in the smallest group of the contrast.
        method: which average it is.
        reason: why there is no value.
    """

    key: tuple[str, float, float]
    value: float | None
    influence: Matrix
    size: tuple[int, int]
    method: Method
    reason: str = ""


def cell_effects(cells: Iterable[Cell]) -> list[Effect]:
    """The effects by group and time themselves."""
    return [
        Effect(("cell", c.group, c.time), c.value, c.influence, c.size, Method.GROUP_TIME, c.reason)
        for c in cells
    ]


class Averages:
    """Weighted averages of group-time effects; weights are shares of the groups, which are estimated."""

    def __init__(self, known: Sample, cells: list[Cell]) -> None:
        self.first, self.cells = known.first, cells
        self.groups = sorted({cell.group for cell in cells})

    def all(self) -> list[Effect]:
        """By length of exposure, by group, by period; then the four overall effects."""
        started = [cell for cell in self.cells if cell.time >= cell.group]
        exposures = sorted({cell.time - cell.group for cell in self.cells})
        path = [self._path(exposure) for exposure in exposures]
        groups = [self._group(group) for group in sorted({cell.group for cell in started})]
        periods = [self._period(time) for time in sorted({cell.time for cell in started})]
        after = [effect for effect in path if effect.key[1] >= 0]
        return [
            self._shares(("simple", 0.0, 0.0), started, Method.ATT_SIMPLE),
            self._weighted_groups(groups),
            _mean(("dynamic", 0.0, 0.0), after, Method.ATT_DYNAMIC),
            _mean(("calendar", 0.0, 0.0), periods, Method.ATT_CALENDAR),
            *path,
            *groups,
            *periods,
        ]

    def _path(self, exposure: float) -> Effect:
        kept = [cell for cell in self.cells if cell.time - cell.group == exposure]
        return self._shares(("e", exposure, 0.0), kept, Method.EVENT_STUDY_CS)

    def _period(self, time: float) -> Effect:
        kept = [cell for cell in self.cells if cell.time == time and cell.time >= cell.group]
        return self._shares(("t", time, 0.0), kept, Method.ATT_PERIOD)

    def _group(self, group: float) -> Effect:
        kept = [cell for cell in self.cells if cell.group == group and cell.time >= group]
        parts = [
            Effect(("", 0.0, 0.0), c.value, c.influence, c.size, Method.ATT_OF_GROUP, c.reason) for c in kept
        ]
        return _mean(("g", group, 0.0), parts, Method.ATT_OF_GROUP)

    def _weighted_groups(self, groups: list[Effect]) -> Effect:
        kept = [Cell(e.key[1], e.key[1], e.value, e.influence, e.size, e.reason) for e in groups]
        return self._shares(("group", 0.0, 0.0), kept, Method.ATT_GROUP)

    def _shares(self, key: tuple[str, float, float], kept: list[Cell], method: Method) -> Effect:
        """Average with the share of persons in each cell's group, and what estimating the share adds."""
        size, reason = _facts(kept)
        if reason:
            return Effect(key, None, np.zeros(len(self.first)), size, method, reason)
        share = np.array([(self.first == cell.group).mean() for cell in kept])
        weight, effect = share / share.sum(), np.array([cell.value for cell in kept])
        value = float(weight @ effect)
        influence = np.zeros(len(self.first))
        for cell, own, part in zip(kept, share, weight, strict=True):
            around = ((self.first == cell.group) - own) / share.sum()
            influence += part * cell.influence + (cell.value - value) * around
        return Effect(key, value, influence, size, method)


def _facts(parts: list[Cell] | list[Effect]) -> tuple[tuple[int, int], str]:
    """Sizes of an average, and why it cannot be computed; it is refused where one of its parts is."""
    if not parts:
        return (0, 0), Reason.NO_STARTS
    reason = next((part.reason for part in parts if part.reason), "")
    return (max(part.size[0] for part in parts), min(part.size[1] for part in parts)), reason


def _mean(key: tuple[str, float, float], parts: list[Effect], method: Method) -> Effect:
    size, reason = _facts(parts)
    if reason:
        return Effect(key, None, np.zeros(0), size, method, reason)
    influence = np.mean([part.influence for part in parts], axis=0)
    return Effect(key, float(np.mean([part.value for part in parts])), influence, size, method)
