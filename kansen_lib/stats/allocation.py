"""Placing persons in units again, by lot or by distance: nobody is lost, no unit gets more than its places.

Tables hold whole persons and come in stacks: the first axis is that of the draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Persons = NDArray[np.int64]


def drawn(persons: Persons, size: Persons, rng: np.random.Generator) -> Persons:
    """So many persons drawn without replacement from each row.

    Args:
        persons: how many there are of each kind, shape (..., kinds).
        size: how many are drawn, shape (...), at most all.
        rng: of the draws.

    Returns:
        How many of each kind are drawn, shape (..., kinds).
    """
    found = np.zeros_like(persons)
    left, wanted = persons.sum(axis=-1), np.array(size)
    for kind in range(persons.shape[-1]):
        left = left - persons[..., kind]
        found[..., kind] = rng.hypergeometric(persons[..., kind], left, wanted)
        wanted -= found[..., kind]
    return found


def lottery(table: Persons, share: float, draws: int, rng: np.random.Generator) -> Persons:
    """A share of the persons of each stratum gives up its place, and these places are drawn among them.

    Args:
        table: shape (strata, units, groups).
        share: of the persons of each stratum who take part, 0 to 1.
        draws: number of tables.
        rng: of the draws.

    Returns:
        Shape (draws, units, groups): every unit has as many persons of each stratum as before.
    """
    strata, units, groups = table.shape
    everyone = np.broadcast_to(table.reshape(strata, -1), (draws, strata, units * groups))
    size = np.broadcast_to(np.rint(share * table.sum(axis=(1, 2))).astype(np.int64), (draws, strata))
    given = everyone if share == 1 else drawn(everyone, size, rng)
    given = given.reshape(draws, strata, units, groups)
    gained = divided(given.sum(axis=2), given.sum(axis=3), rng)
    return (table - given + gained).sum(axis=1)


def divided(persons: Persons, places: Persons, rng: np.random.Generator) -> Persons:
    """Persons divided over as many places by lot.

    Args:
        persons: how many there are of each kind, shape (..., kinds).
        places: of each unit, together as many, shape (..., units).
        rng: of the draws.

    Returns:
        Shape (..., units, kinds).
    """
    found = np.zeros((*places.shape, persons.shape[-1]), dtype=np.int64)
    left = persons
    for unit in range(places.shape[-1]):
        found[..., unit, :] = drawn(left, places[..., unit], rng)
        left = left - found[..., unit, :]
    return found


def exchanged(table: Persons, unit: int, share: float, draws: int, rng: np.random.Generator) -> Persons:
    """A share of the persons of one unit changes places with as many persons of all other units.

    Both are drawn by lot within each stratum; where the others have fewer, only so many change places.

    Args:
        table: shape (strata, units, groups).
        unit: place of the unit.
        share: of its persons of each stratum.
        draws: number of tables.
        rng: of the draws.

    Returns:
        Shape (draws, units, groups): every unit has as many persons of each stratum as before.
    """
    strata, units, groups = table.shape
    own, rest = table[:, unit], np.delete(table, unit, axis=1)
    size = np.minimum(np.rint(share * own.sum(axis=1)), rest.sum(axis=(1, 2))).astype(np.int64)
    size = np.broadcast_to(size, (draws, strata))
    leave = drawn(np.broadcast_to(own, (draws, strata, groups)), size, rng)
    others = np.broadcast_to(rest.reshape(strata, -1), (draws, strata, rest[0].size))
    come = drawn(others, size, rng).reshape(draws, strata, units - 1, groups)
    moved = divided(leave, come.sum(axis=3), rng) - come
    after = np.insert(rest + moved, unit, own - leave + come.sum(axis=2), axis=2)
    return after.sum(axis=1)


@dataclass(frozen=True)
class Placed:
    """Persons after a placement.

    Attributes:
        table: shape (draws, units, kinds).
        distance: sum over all persons, a draw.
        without: persons for whom no unit that takes their kind had a place left, a draw.
    """

    table: Persons
    distance: NDArray[np.float64]
    without: Persons


def by_distance(
    persons: Persons,
    distance: NDArray[np.float64],
    takes: NDArray[np.bool_],
    places: Persons,
    draws: int,
    rng: np.random.Generator,
) -> Placed:
    """Everybody in the nearest unit that takes their kind and has a place left.

    Who lives nearer goes first; a lot decides among those of one home, and between equal distances. Since
    persons and units have the same order of preference, no person and unit would both rather have each
    other. Who then has no place gets the nearest one that is left, whatever unit it is in.

    Args:
        persons: by home and kind, shape (homes, kinds).
        distance: shape (homes, units), all known.
        takes: which kinds a unit takes, shape (units, kinds).
        places: of each unit; together at least as many as there are persons.
        draws: number of placements.
        rng: of the lots.
    """
    if places.sum() < persons.sum():
        raise ValueError(f"there are {persons.sum()} persons and {places.sum()} places")
    homes, units = distance.shape
    left = np.repeat(persons[None], draws, axis=0)
    room = np.repeat(places[None], draws, axis=0)
    table = np.zeros((draws, units, persons.shape[1]), dtype=np.int64)
    travelled, without = np.zeros(draws), np.zeros(draws, dtype=np.int64)
    tie = rng.permutation(homes * units)
    order = np.lexsort((tie, distance.ravel()))
    for anywhere in (False, True):
        without = left.sum(axis=(1, 2))
        if anywhere and not without.any():
            break
        for home, unit in zip(*np.unravel_index(order, distance.shape), strict=True):
            who = left[:, home] * (takes[unit] | anywhere)
            wanted = who.sum(axis=1)
            short = wanted > room[:, unit]
            taken = drawn(who, np.minimum(wanted, room[:, unit]), rng) if short.any() else who
            left[:, home] -= taken
            table[:, unit] += taken
            room[:, unit] -= taken.sum(axis=1)
            travelled += taken.sum(axis=1) * distance[home, unit]
    return Placed(table, travelled, without)
