"""Segregation over the vestigingen of a gemeente, and the composition of each gemeente."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kansen_lib.benchmark.data import SEED, Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps, segregation
from kansen_lib.store import Store


def rows(network: Network) -> Iterator[Row]:
    """D of parental education, and composition, a gemeente."""
    if "leerlingen" in network.store.tables:
        yield from _place_rows(network.store, network.pupils)


def _place_rows(store: Store, pupils: pd.DataFrame) -> Iterator[Row]:
    """Composition of each gemeente, and D between pupils with parents of low and high education."""
    place = pupils["vestiging"].map(store.vestigingen["gemeente"])
    for gemeente, rows in pupils.groupby(place):
        known = rows["opleiding"].dropna()
        if not several_schools(rows):
            continue
        for label in known.cat.categories:
            item = gaps.share(int((known == label).sum()), len(known), name="samenstelling", group=label)
            yield gemeente, item, None
    ends = pupils[pupils["opleiding"].isin(["laag", "hoog"])].assign(
        opleiding=lambda f: f["opleiding"].astype(str)
    )
    yield from _dissimilarity_rows(store, ends, "opleiding", "D opleiding", None)


def _dissimilarity_rows(
    store: Store, data: pd.DataFrame, group: str, name: str, weight: str | None
) -> Iterator[Row]:
    place = data["vestiging"].map(store.vestigingen["gemeente"])
    for gemeente, rows in data.groupby(place):
        found = segregation.with_chance(
            rows, group, "vestiging", weight, index="dissimilarity", name=name, seed=SEED
        )
        for item in found.estimates:
            yield gemeente, item, None
