"""Pupils whose parental education is not known, over all schools: do they differ from the others?"""

from __future__ import annotations

from collections.abc import Iterator

from kansen_lib import codes
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps


def rows(network: Network) -> Iterator[Row]:
    """Share with a first advice of havo or higher, where the group is known and where it is not."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = network.pupils.dropna(subset=["eerste"])
    known = pupils["opleiding"].notna().map({True: "bekend", False: "onbekend"})
    for item in gaps.shares(pupils["eerste"] >= codes.step("havo"), known, name="ontbreekt").estimates:
        yield "", item, None
