"""Chapter 2: where differences between pupils lie; association, no cause."""

from kansen_lib.chapters.oorzaken.aanbod import (
    broad_or_single,
    routes_in_gemeente,
    supply_nearby,
)
from kansen_lib.chapters.oorzaken.buurt import (
    achterstand_of_basisscholen,
    feeding_area,
    intake_and_area,
    onderwijskansenscore,
    own_neighbourhood,
)
from kansen_lib.chapters.oorzaken.geslacht import sex_and_background
from kansen_lib.chapters.oorzaken.groei import gap_by_moment, levels_by_moment
from kansen_lib.chapters.oorzaken.openbaar import (
    exam_marks,
    exam_yield_in_context,
    exam_yield_over_time,
    girls_among_candidates,
    girls_by_track,
    tracks_of_candidates,
    tracks_of_pupils,
)
from kansen_lib.chapters.oorzaken.verdeling import variance_by_level

__all__ = [
    "achterstand_of_basisscholen",
    "broad_or_single",
    "exam_marks",
    "exam_yield_in_context",
    "exam_yield_over_time",
    "feeding_area",
    "gap_by_moment",
    "girls_among_candidates",
    "girls_by_track",
    "intake_and_area",
    "levels_by_moment",
    "onderwijskansenscore",
    "own_neighbourhood",
    "routes_in_gemeente",
    "sex_and_background",
    "supply_nearby",
    "tracks_of_candidates",
    "tracks_of_pupils",
    "variance_by_level",
]
