"""Chapter 4: who meets whom, between schools and within this one; a theme a module."""

from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.area import around as area
from kansen_lib.chapters.segregatie.breedte import (
    breadth_of_school,
    breadth_over_years,
    brugklas_over_years,
    one_level_over_years,
)
from kansen_lib.chapters.segregatie.oud import (
    background_over_classes,
    background_over_schools,
    composition,
)
from kansen_lib.chapters.segregatie.regio import (
    beside_other_regions,
    boys_and_girls,
    directions_apart,
    directions_apart_over_years,
    levels_apart,
    levels_of_each_school,
    six_indices,
    who_meets_whom,
)
from kansen_lib.chapters.segregatie.watals import at_nearest_school, lottery_over_schools, nearest_school

__all__ = [
    "Area",
    "area",
    "at_nearest_school",
    "lottery_over_schools",
    "nearest_school",
    "background_over_classes",
    "background_over_schools",
    "beside_other_regions",
    "boys_and_girls",
    "breadth_of_school",
    "breadth_over_years",
    "brugklas_over_years",
    "composition",
    "directions_apart",
    "directions_apart_over_years",
    "levels_apart",
    "levels_of_each_school",
    "one_level_over_years",
    "six_indices",
    "who_meets_whom",
]
