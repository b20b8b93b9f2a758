"""Chapter 4: who meets whom, between schools and within this one; a theme a module."""

from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.area import around as area
from kansen_lib.chapters.segregatie.oud import (
    background_over_classes,
    background_over_schools,
    breadth_of_school,
    composition,
    tracks_over_schools,
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
    "breadth_of_school",
    "composition",
    "tracks_over_schools",
]
