"""One school, or all schools of a region, puts its brugklassen together: who would come and who would leave.

The rules are assumptions, stated here and on the card; nothing of them was measured. Who sits in which
brugklas follows from the advies and the brugklassen that DUO counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kansen_lib import codes
from kansen_lib.benchmark import watals
from kansen_lib.benchmark.data import SEED
from kansen_lib.benchmark.watals import Pupils
from kansen_lib.rules import MOST_LEVELS
from kansen_lib.stats import allocation
from kansen_lib.stats.allocation import Persons
from kansen_lib.store import Store

DRAWS = 50
#: What a school with every level offers; praktijkonderwijs asks for a school of its own.
EVERY_LEVEL = frozenset(codes.NIVEAU.codes) - {"pro"}
#: An unknown distance comes after every known one.
FAR = 1e6


@dataclass(frozen=True)
class Broadening:
    """The pupils of a region and the brugklassen of its schools.

    A placement has shape (draws, schools, adviezen, groups).

    Attributes:
        pupils: of the region.
        own: place of the own school.
        classes: brugklassen of each school, narrow before broad; none where they are not known.
        km: from each home to each school; NaN when unknown.
    """

    pupils: Pupils
    own: int
    classes: tuple[tuple[str, ...], ...]
    km: NDArray[np.float64]

    @classmethod
    def of(cls, store: Store, pupils: Pupils, vestiging: str) -> Broadening:
        """From the open counts of brugklassen."""
        known = watals.kinds_of_class(store, pupils.schools)
        km = watals.distances(store, pupils.homes, pupils.schools)
        classes = tuple(known.get(code, ()) for code in pupils.schools)
        return cls(pupils, pupils.schools.index(vestiging), classes, km)

    @property
    def levels(self) -> frozenset[str]:
        """Levels of the own brugklassen."""
        return frozenset[str]().union(*map(codes.levels, self.classes[self.own]))

    @property
    def has_every_level(self) -> bool:
        """Whether there is no level left for the own school to add."""
        return self.levels >= EVERY_LEVEL

    @cached_property
    def _cells(self) -> tuple[NDArray[np.intp], ...]:
        """Home, advies, group and school of each cell with pupils."""
        return np.nonzero(self.pupils.table)

    @property
    def now(self) -> Persons:
        """The placement of today."""
        return self.pupils.by_advies_and_group[None]

    def alone(self, share: float, *, every_level: bool) -> Persons:
        """After the own school put its brugklassen together.

        Args:
            share: of its pupils with its highest level in their advies, who rather go to the nearest
                brugklas of at most two levels that takes their advies; who has none stays.
            every_level: whether it takes all levels of vmbo, havo and vwo from now on. Of who has an advies
                that it did not take before comes the part that it now has of all pupils of their PC4.
        """
        rng = np.random.default_rng(SEED)
        *_, school = self._cells
        refuge = np.where(school == self.own, self._refuge(), -1)
        table = np.repeat(self.now, DRAWS, axis=0)
        self._move(table, np.where(refuge >= 0, share, 0.0), refuge, rng)
        if every_level:
            chance = np.where(school == self.own, 0.0, self._attraction())
            self._move(table, chance, np.full_like(school, self.own), rng)
        return table

    def _move(
        self, table: Persons, chance: NDArray[np.float64], there: NDArray[np.intp], rng: np.random.Generator
    ) -> None:
        """Move pupils of each cell with a chance, in the table itself."""
        some = np.flatnonzero(chance > 0)
        home, advies, group, school = (label[some] for label in self._cells)
        persons = self.pupils.table[home, advies, group, school]
        for draw in table:
            movers = rng.binomial(persons, chance[some])
            np.subtract.at(draw, (school, advies, group), movers)
            np.add.at(draw, (there[some], advies, group), movers)

    def _refuge(self) -> NDArray[np.intp]:
        """Nearest other school with a narrow brugklas, of each cell with the highest level here; or -1."""
        top = max(self.levels, key=codes.step)
        possible = np.array(
            [
                [
                    place != self.own and top in codes.levels(advies) and _takes_narrowly(labels, advies)
                    for advies in self.pupils.adviezen
                ]
                for place, labels in enumerate(self.classes)
            ]
        )
        home, advies, *_ = self._cells
        km = np.where(possible.T[advies], np.nan_to_num(self.km, nan=FAR)[home], np.inf)
        return np.where(np.isfinite(km).any(axis=1), km.argmin(axis=1), -1)

    def _attraction(self) -> NDArray[np.float64]:
        """Chance that the pupils of each cell with a new advies come."""
        added = [
            _on_ladder(label) and not codes.levels(label) & self.levels for label in self.pupils.adviezen
        ]
        per_home = self.pupils.table.sum(axis=(1, 2))
        part = per_home[:, self.own] / np.maximum(per_home.sum(axis=1), 1)
        home, advies, *_ = self._cells
        return np.where(np.array(added)[advies], part[home], 0.0)

    def together(self, *, every_level: bool) -> Persons:
        """After all schools put their brugklassen together; nobody has a narrow brugklas to leave for.

        Args:
            every_level: whether all take all levels. Then adviezen mix within each PC4: every school has as
                many pupils of it as now.
        """
        if not every_level:
            return self.now
        homes, adviezen, groups, schools = self.pupils.table.shape
        moving = np.array([_on_ladder(label) for label in self.pupils.adviezen])
        strata = (self.pupils.table * moving[:, None, None]).transpose(0, 3, 1, 2).reshape(homes, schools, -1)
        drawn = allocation.lottery(strata, 1.0, DRAWS, np.random.default_rng(SEED))
        return drawn.reshape(DRAWS, schools, adviezen, groups) + self.now * ~moving[:, None]

    def by_class(self, table: Persons, broad: frozenset[int]) -> Persons:
        """Pupils by brugklas, shape (draws, brugklassen, adviezen, groups); ``broad`` schools have one."""
        rows = []
        for place, labels in enumerate(self.classes):
            if place in broad or len(labels) < 2:
                rows.append(table[:, place])
                continue
            of = np.array([_class_of(advies, labels) for advies in self.pupils.adviezen])
            rows += [table[:, place] * (of == label)[:, None] for label in range(len(labels))]
        return np.stack(rows, axis=1)


def _on_ladder(advies: str) -> bool:
    """Whether an advies is for a level of vmbo, havo or vwo."""
    return bool(codes.levels(advies) & EVERY_LEVEL)


def _takes_narrowly(labels: tuple[str, ...], advies: str) -> bool:
    """Whether one of the brugklassen has at most two levels, and takes an advies."""
    levels = [codes.levels(label) for label in labels]
    return any(len(own) <= MOST_LEVELS and own & codes.levels(advies) for own in levels)


def _class_of(advies: str, labels: tuple[str, ...]) -> int:
    """The brugklas with most of the levels of an advies, the narrowest of those; else the nearest one."""
    shared = [len(codes.levels(advies) & codes.levels(label)) for label in labels]
    if any(shared):
        return shared.index(max(shared))
    away = [abs(codes.step(label) - codes.step(advies)) for label in labels]
    return int(np.argmin(np.nan_to_num(away)))
