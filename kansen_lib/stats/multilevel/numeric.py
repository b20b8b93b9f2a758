"""Derivatives by central differences, extrapolated to a step of zero."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kansen_lib.stats.linear import Matrix

Function = Callable[[Matrix], float | Matrix]


def _extrapolated(difference: Callable[[float], Matrix]) -> Matrix:
    """Richardson's extrapolation of a central difference, whose error runs over h^2, h^4, ..."""
    rows = [difference(0.5**i) for i in range(3)]
    for power in (4, 16):
        rows = [(power * fine - rough) / (power - 1) for rough, fine in zip(rows, rows[1:], strict=False)]
    return rows[0]


def gradient(function: Function, at: Matrix, step: Matrix) -> Matrix:
    """First derivatives, shape (len(at), ...) for a function with values of shape (...)."""
    moves = np.diag(step)

    def difference(part: float) -> Matrix:
        found = [
            (np.asarray(function(at + part * move)) - function(at - part * move)) / (2 * part * size)
            for move, size in zip(moves, step, strict=True)
        ]
        return np.array(found)

    return _extrapolated(difference)


def hessian(function: Function, at: Matrix, step: Matrix) -> Matrix:
    """Second derivatives of a function of one value, shape (len(at), len(at))."""
    moves, centre = np.diag(step), function(at)

    def difference(part: float) -> Matrix:
        both = [function(at + part * move) + function(at - part * move) - 2 * centre for move in moves]
        found = np.diag(both)
        for i in range(len(at)):
            for j in range(i):
                pair = part * (moves[i] + moves[j])
                mixed = function(at + pair) + function(at - pair) - 2 * centre - both[i] - both[j]
                found[i, j] = found[j, i] = mixed / 2
        return found / (part**2 * np.outer(step, step))

    return _extrapolated(difference)
