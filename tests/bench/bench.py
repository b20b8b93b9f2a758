"""How long sums over the real files take, as a multiple of reading their counts. ``make bench``.

A ratio says the same on a slow machine as on a fast one; seconds stand beside it to be read.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from kansen_lib import benchmark, store
from kansen_lib.benchmark import area
from kansen_lib.chapters import segregatie
from kansen_lib.sources import duo
from kansen_lib.stats import segregation
from kansen_lib.store import Store

SHARED = Path(__file__).resolve().parents[3] / "shared/data"
#: The gemeente with most vestigingen, and so the slowest card.
GEMEENTE = "Amsterdam"


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def of_the_country(rows: pd.DataFrame) -> None:
    """M and H of levels over every vestiging."""
    for index in (segregation.mutual_information, segregation.theil):
        index(rows, "niveau", "vestiging", "aantal")


def card(known: Store) -> Callable[[], object]:
    """Levels of one gemeente over its schools, with chance and interval: as the notebook asks for it."""
    place = next(item for item in area.each(known) if item.name == GEMEENTE)
    school, numbers = known.school(place.vestigingen[0]), benchmark.load(known)
    return lambda: segregatie.levels_apart(school, numbers, place)


def main() -> None:
    """One line a sum: its seconds, and how many times reading the counts of the country that is."""
    if not SHARED.is_dir():
        print("skipped: the real files of ../shared are not beside this checkout")
        return
    with tempfile.TemporaryDirectory() as folder:
        known = store.write(Path(folder), duo.read([SHARED / "duo", SHARED / "cbs"]).tables.items())
        rows = area.levels(known)
        asked = {"M and H of the country by level": lambda: of_the_country(rows)}
        asked[f"a card of {GEMEENTE}"] = card(known)
        reading = seconds(lambda: Store(known.path).read("aantallen"))
        print(f"reading the counts of the country: {reading:.2f} s")
        for name, work in asked.items():
            took = seconds(work)
            print(f"{name}: {took:.2f} s, {took / reading:.1f} times reading")


if __name__ == "__main__":
    main()
