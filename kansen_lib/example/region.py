"""The simulated region: its tables for the store, and its truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from kansen_lib.example import contacts, features, measures, network, open_data, pupil_tables, survey
from kansen_lib.example.geography import MAX_VESTIGINGEN, Block, blocks
from kansen_lib.example.population import populate
from kansen_lib.example.truth import truth

#: Fewer pupils a vestiging would leave most schools empty.
MIN_PUPILS = 25


@dataclass(frozen=True)
class Region:
    """A region of fictional schools and pupils; the same seed gives the same bytes.

    Attributes:
        vestigingen: number of vo vestigingen, 3 to 648.
        leerlingen: number of pupils over the six cohorts.
        seed: seed of all random numbers.

    Raises:
        ValueError: numbers outside what can be simulated; the message says which and why.
    """

    vestigingen: int = 24
    leerlingen: int = 22_500
    seed: int = 20260101

    def __post_init__(self) -> None:
        if not 3 <= self.vestigingen <= MAX_VESTIGINGEN:
            raise ValueError(
                f"vestigingen is {self.vestigingen}: give 3 to {MAX_VESTIGINGEN}; "
                "there are no more postcodes that cannot be real"
            )
        least = MIN_PUPILS * self.vestigingen
        if not least <= self.leerlingen < 10_000_000:
            raise ValueError(f"leerlingen is {self.leerlingen}: give {least} (25 a vestiging) to 9999999")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}: give a whole number of 0 or more")

    @cached_property
    def _blocks(self) -> list[Block]:
        return blocks(self.vestigingen, self.leerlingen, self.seed)

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Canonical table names and parts, in an order that ``store.write`` accepts.

        Parts come vestiging by vestiging and pupils block by block, so that memory stays flat.
        """
        yield "vestigingen", network.vestigingen(self._blocks)
        yield "interventies", measures.interventies(self._blocks)
        yield "overgangen", network.overgangen(self._blocks)
        first = 1
        for block in self._blocks:
            yield from _block_tables(block, first)
            first += block.pupils

    def truth(self) -> dict[str, Any]:
        """All true parameters, as plain values for ``truth.json``."""
        return truth(self._blocks) | {
            "vestigingen": self.vestigingen,
            "leerlingen": self.leerlingen,
            "seed": self.seed,
        }


def _block_tables(block: Block, first: int) -> Iterator[tuple[str, pd.DataFrame]]:
    population = populate(block, first)
    yield "adviezen_po", open_data.adviezen_po(population)
    yield "herkomst_postcode", open_data.herkomst_postcode(population)
    yield "kenmerken", features.kenmerken(population)
    enrolled = open_data.enrolments(population)
    parts = {
        "aantallen": open_data.aantallen(population, enrolled),
        "examens": open_data.examens(population, enrolled),
        "leerlingen": pupil_tables.leerlingen(population),
        "loopbaan": pupil_tables.loopbaan(population),
        "toetsen": pupil_tables.toetsen(population),
        "deelname": pupil_tables.deelname(population),
        "enquete": survey.enquete(population),
        "groepen": contacts.groepen(population),
        "vrienden": contacts.vrienden(population),
    }
    for _ in block.vestigingen:
        for name, part in parts.items():
            frame = next(part)
            if len(frame):
                yield name, frame
