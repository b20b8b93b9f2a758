"""Chapter 2: where differences between pupils lie; association, no cause."""

from kansen_lib.chapters.oorzaken.geslacht import sex_and_background
from kansen_lib.chapters.oorzaken.groei import gap_by_moment, levels_by_moment
from kansen_lib.chapters.oorzaken.openbaar import exam_yield_over_time, girls_by_track
from kansen_lib.chapters.oorzaken.verdeling import variance_by_level

__all__ = [
    "exam_yield_over_time",
    "gap_by_moment",
    "girls_by_track",
    "levels_by_moment",
    "sex_and_background",
    "variance_by_level",
]
