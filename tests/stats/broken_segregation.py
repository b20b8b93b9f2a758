"""Broken input for the segregation subject."""

from __future__ import annotations

import pandas as pd

from kansen_lib.stats import segregation as s


def _bounds(data: pd.DataFrame) -> object:
    cells = data.groupby(["group", "school"], observed=True).size().rename("n").reset_index()
    cells = cells.assign(lower=cells["n"].where(cells["n"] > 8, 1), upper=cells["n"].where(cells["n"] > 8, 8))
    return s.bounds(cells, "group", "school", "lower", "upper", index="dissimilarity")


def _breadth(data: pd.DataFrame) -> object:
    return s.breadth(data["kind"].value_counts().to_numpy())


CALLS = {
    "segregation.dissimilarity": lambda d: s.dissimilarity(d, "group", "school"),
    "segregation.isolation": lambda d: s.isolation(d, "group", "school", of="laag"),
    "segregation.exposure": lambda d: s.exposure(d, "group", "school", of="laag", to="hoog"),
    "segregation.normalised_exposure": lambda d: s.normalised_exposure(d, "group", "school"),
    "segregation.gini": lambda d: s.gini(d, "group", "school"),
    "segregation.atkinson": lambda d: s.atkinson(d, "group", "school"),
    "segregation.hutchens": lambda d: s.hutchens(d, "group", "school"),
    "segregation.multigroup_dissimilarity": lambda d: s.multigroup_dissimilarity(d, "kind", "school"),
    "segregation.theil": lambda d: s.theil(d, "kind", "school"),
    "segregation.mutual_information": lambda d: s.mutual_information(d, "kind", "school"),
    "segregation.multigroup_normalised_exposure": lambda d: s.multigroup_normalised_exposure(
        d, "kind", "school"
    ),
    "segregation.relative_diversity": lambda d: s.relative_diversity(d, "kind", "school"),
    "segregation.multigroup_gini": lambda d: s.multigroup_gini(d, "kind", "school"),
    "segregation.with_chance": lambda d: s.with_chance(
        d, "group", "school", index="dissimilarity", draws=50, seed=1
    ),
    "segregation.lottery": lambda d: s.lottery(
        d, "kind", "school", within="group", index="theil", draws=50, seed=1
    ),
    "segregation.swaps": lambda d: s.swaps(d, "group", "school", target=0.2),
    "segregation.local": lambda d: s.local(d, "group", "school"),
    "segregation.within": lambda d: s.within(d, "group", "school", parts="area"),
    "segregation.decompose": lambda d: s.decompose(d, "group", "klas", within=["area", "school"]),
    "segregation.change": lambda d: s.change(d, "group", "school", time="time", first=1, second=4),
    "segregation.bounds": _bounds,
    "segregation.diversity": lambda d: s.diversity(d, "kind", "school"),
    "segregation.breadth": _breadth,
}

#: Segregation takes no scores, so scores that are missing, constant or told apart by group change
#: nothing; and in the singular design ``kind`` is only another name for ``group``.
_NO_SCORES = {"missing everywhere", "all ties", "perfect separation", "singular design"}

#: Three persons of two groups in two schools have an index, and it is right: it describes them.
ALLOWED = {name: _NO_SCORES | {"three rows"} for name in CALLS} | {
    # Diversity is of one place: one unit is enough, and one group is a diversity of nought.
    "segregation.diversity": _NO_SCORES | {"three rows", "one unit", "one group"},
    # Breadth counts categories: units play no part, and one category is a breadth of one.
    "segregation.breadth": _NO_SCORES | {"three rows", "one unit", "one group"},
}
