"""Segregation of groups over units: who meets whom.

Every function takes ``(data, group, unit, weight)``: a frame with a row a cell or a person, the names
of the group and unit columns, and the name of the column with counts (None counts rows).
"""

from kansen_lib.stats.segregation.bounds import bounds
from kansen_lib.stats.segregation.chance import with_chance
from kansen_lib.stats.segregation.change import change
from kansen_lib.stats.segregation.diversity import breadth, diversity
from kansen_lib.stats.segregation.indices import (
    atkinson,
    dissimilarity,
    exposure,
    gini,
    hutchens,
    isolation,
    multigroup_dissimilarity,
    multigroup_gini,
    multigroup_normalised_exposure,
    mutual_information,
    normalised_exposure,
    relative_diversity,
    theil,
)
from kansen_lib.stats.segregation.parts import decompose, local, within
from kansen_lib.stats.segregation.scenarios import lottery, swaps

__all__ = [
    "atkinson",
    "bounds",
    "breadth",
    "change",
    "decompose",
    "dissimilarity",
    "diversity",
    "exposure",
    "gini",
    "hutchens",
    "isolation",
    "local",
    "lottery",
    "multigroup_dissimilarity",
    "multigroup_gini",
    "multigroup_normalised_exposure",
    "mutual_information",
    "normalised_exposure",
    "relative_diversity",
    "swaps",
    "theil",
    "with_chance",
    "within",
]
