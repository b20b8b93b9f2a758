"""A benchmark of some themes only, and weighted quantiles by counting persons one by one."""

from __future__ import annotations

from dataclasses import asdict
from types import ModuleType

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.numbers import FIELDS, WHOLE
from kansen_lib.store import Store


def of_themes(store: Store, *themes: ModuleType) -> Benchmark:
    """The reference values of these modules: the others are not waited for."""
    network = Network(store)
    rows = [
        {**asdict(item), "eenheid": unit, "sd": sd}
        for theme in themes
        for unit, item, sd in theme.rows(network)
    ]
    numbers = ["value", "lower", "upper", "reference", "sd", *WHOLE]
    table = pd.DataFrame(rows, columns=[*FIELDS, "eenheid", "sd"])
    return Benchmark(table.astype(dict.fromkeys(numbers, float)))


def quantile_of_persons(pairs: list[tuple[float, int]], part: float) -> float:
    """The value of the person at this part of the row, when persons stand in order of their value."""
    standing = [value for value, persons in sorted(pairs) for _ in range(persons)]
    place = part * len(standing)
    return standing[max(0, int(place) - (place == int(place)))]
