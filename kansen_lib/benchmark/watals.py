"""The pupils of a region as a table that other placements are tried on: home, advies, group and school.

Who has no known home, advies or group stays in the table under an empty label: nobody is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib import codes
from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark.data import SEED
from kansen_lib.stats import allocation
from kansen_lib.stats.allocation import Persons, Placed
from kansen_lib.store import Store

#: Placements with a limit on places: a lot decides little in them, so that a few are enough.
PLACEMENTS = 25
#: Parental education, and what stands for an unknown one.
GROUPS = (*codes.OPLEIDING_OUDERS_3.codes, "")
#: Levels of an advies, on the half-step scale: vmbo-b, vmbo-k, vmbo-gt, havo and vwo.
LEVELS = (1, 2, 3, 4, 5)
LOW, HIGH = GROUPS.index("laag"), GROUPS.index("hoog")


@dataclass(frozen=True)
class Pupils:
    """The pupils of a region, all their cohorts together.

    Attributes:
        table: shape (homes, adviezen, groups, schools).
        homes: PC4 of each, ascending; empty where it is unknown.
        adviezen: low to high; empty where it is unknown.
        schools: vestigingen with pupils, ascending.
    """

    table: Persons
    homes: tuple[str, ...]
    adviezen: tuple[str, ...]
    schools: tuple[str, ...]

    @classmethod
    def of(cls, counts: pd.DataFrame) -> Pupils:
        """From the counts ``woonplaats`` of :func:`kansen_lib.benchmark.area.tables`."""
        keys = ["pc4", "advies", "opleiding", "vestiging"]
        plain = counts[keys].astype(object).where(counts[keys].notna(), "")
        order = (*codes.ADVIES.codes, "")
        homes, schools = (tuple(sorted(plain[name].unique())) for name in ("pc4", "vestiging"))
        adviezen = tuple(sorted(plain["advies"].unique(), key=order.index))
        labels = (homes, adviezen, GROUPS, schools)
        places = [pd.Index(found).get_indexer(plain[name]) for name, found in zip(keys, labels, strict=True)]
        table = np.zeros([len(found) for found in labels], dtype=np.int64)
        np.add.at(table, tuple(places), counts["aantal"].to_numpy(np.int64))
        return cls(table, homes, adviezen, schools)

    @cached_property
    def by_group(self) -> Persons:
        """Shape (schools, groups)."""
        return self.table.sum(axis=(0, 1)).T

    @cached_property
    def level_of_advies(self) -> Persons:
        """Which level an advies is for, shape (adviezen, levels): 0 or 1, of an unknown advies only 0.

        A double advies is for its lowest level; pro, which few have, goes with vmbo-b.
        """
        lowest = [np.floor(codes.step(label)) for label in self.adviezen]
        return np.array([[int(max(step, 1) == level) for level in LEVELS] for step in lowest])

    @cached_property
    def by_advies_and_group(self) -> Persons:
        """Shape (schools, adviezen, groups)."""
        return self.table.sum(axis=0).transpose(2, 0, 1)


def kinds_of_class(store: Store, vestigingen: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The brugklassen of each vestiging in the latest school year, narrow before broad, as DUO counts them.

    A vestiging without leerjaar 1 has a class for each level that it offers from leerjaar 3 on.
    """
    rows = store.read("aantallen", where={"vestiging": list(vestigingen)})
    if rows.empty:
        return {}
    rows = rows[(rows["schooljaar"] == rows["schooljaar"].max()) & (rows["aantal_upper"] > 0)]
    first = rows[(rows["leerjaar"] == 1) & rows["brugklastype"].notna()]
    later = areas.levels(store, vestigingen)
    later = later[(later["schooljaar"] == later["schooljaar"].max()) & (later["upper"] > 0)]
    found: dict[str, tuple[str, ...]] = {}
    for school in vestigingen:
        labels = set(first.loc[first["vestiging"] == school, "brugklastype"])
        labels = {label for label in labels if codes.levels(label)}
        labels = labels or set(later.loc[later["vestiging"] == school, "niveau"])
        found[school] = tuple(
            sorted(labels, key=lambda label: (len(codes.levels(label)), codes.step(label), label))
        )
    return found


def offered(store: Store, vestigingen: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """The levels of each vestiging: those of its brugklassen, and those from leerjaar 3 on."""
    later = areas.levels(store, vestigingen)
    later = later[(later["schooljaar"] == later["schooljaar"].max()) & (later["upper"] > 0)]
    above = later.groupby("vestiging")["niveau"].agg(set).to_dict()
    return {
        school: frozenset(above.get(school, set())).union(*map(codes.levels, labels))
        for school, labels in kinds_of_class(store, vestigingen).items()
    }


def takes(store: Store, pupils: Pupils) -> NDArray[np.bool_]:
    """Whether a school offers at least one level of an advies, shape (schools, adviezen)."""
    levels = offered(store, pupils.schools)
    return np.array(
        [
            [bool(codes.levels(advies) & levels.get(school, frozenset())) for advies in pupils.adviezen]
            for school in pupils.schools
        ]
    )


def distances(store: Store, homes: tuple[str, ...], schools: tuple[str, ...]) -> NDArray[np.float64]:
    """Km from the middle of each PC4 to that of each school, shape (homes, schools); NaN when unknown."""
    known = areas.coordinates(store)
    of_school = store.vestigingen["pc4"].reindex(list(schools))
    start, end = known.reindex(list(homes)).to_numpy(), known.reindex(of_school.to_numpy()).to_numpy()
    return np.sqrt(((start[:, None] - end[None]) ** 2).sum(axis=2))


@dataclass(frozen=True)
class Moves:
    """The pupils of a region who can be placed by distance; all others stay where they are.

    Attributes:
        pupils: of the region.
        persons: who can be placed, in the shape of the table: home known, and an advies that is taken.
        km: from each home to each school, 0 where it is unknown.
        takes: which schools take which advies, shape (schools, adviezen).
    """

    pupils: Pupils
    persons: Persons
    km: NDArray[np.float64]
    takes: NDArray[np.bool_]

    @classmethod
    def of(cls, store: Store, pupils: Pupils) -> Moves:
        """From the places of PC4 and the levels that DUO counts."""
        km, taken = distances(store, pupils.homes, pupils.schools), takes(store, pupils)
        homes, adviezen = np.isfinite(km).all(axis=1), taken.any(axis=0)
        persons = pupils.table * homes[:, None, None, None] * adviezen[:, None, None]
        return cls(pupils, persons, np.nan_to_num(km), taken)

    @property
    def distance_now(self) -> float:
        """Km of all who can be placed together, as they go to school now."""
        return float((self.persons.sum(axis=(1, 2)) * self.km).sum())

    @property
    def at_nearest(self) -> Persons:
        """Who of them goes to the nearest school that takes their advies, in the shape of the table."""
        km = np.where(self.takes.T, self.km[:, None, :], np.inf)
        nearest = np.isfinite(km) & (km <= km.min(axis=2, keepdims=True))
        return self.persons * nearest[:, :, None, :]

    def placed(self, *, limited: bool) -> Placed:
        """All in the nearest school that takes their advies; limited: each has as many places as now."""
        schools, groups = len(self.pupils.schools), len(GROUPS)
        persons = self.persons.sum(axis=3).reshape(len(self.persons), -1)
        places = self.persons.sum(axis=(0, 1, 2)) if limited else np.repeat(persons.sum(), schools)
        kinds, rng = np.repeat(self.takes, groups, axis=1), np.random.default_rng(SEED)
        return allocation.by_distance(persons, self.km, kinds, places, PLACEMENTS if limited else 1, rng)

    def with_who_stays(self, table: Persons) -> Persons:
        """A table of :meth:`placed` with all pupils, shape (draws, schools, adviezen, groups)."""
        staying = (self.pupils.table - self.persons).sum(axis=0).transpose(2, 0, 1)
        return table.reshape(-1, *staying.shape) + staying
