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
    ses_of_place,
)
from kansen_lib.chapters.oorzaken.cohorten import (
    advies_without_test,
    aims_by_cohort,
    year_without_test,
)
from kansen_lib.chapters.oorzaken.doorstroom import (
    endings_by_group,
    endings_by_leerjaar,
    place_and_rise,
)
from kansen_lib.chapters.oorzaken.geslacht import sex_and_background
from kansen_lib.chapters.oorzaken.groei import (
    gap_along_the_way,
    gap_by_moment,
    growth_by_group,
    growth_by_start,
    growth_on_start,
)
from kansen_lib.chapters.oorzaken.leerwinst import (
    value_added,
)
from kansen_lib.chapters.oorzaken.leraren import (
    teacher_shortages,
    teachers,
)
from kansen_lib.chapters.oorzaken.mechanismen import (
    four_mechanisms,
)
from kansen_lib.chapters.oorzaken.ontleding import (
    gap_by_reference,
    gap_decomposed,
    gap_decomposed_network,
    gradients,
    level_explained,
)
from kansen_lib.chapters.oorzaken.openbaar import (
    exam_marks,
    exam_yield_in_context,
    exam_yield_over_time,
    girls_among_candidates,
    girls_by_track,
    tracks_of_candidates,
    tracks_of_pupils,
)
from kansen_lib.chapters.oorzaken.plaats import (
    advies_by_urbanity,
    homes_by_urbanity,
    incomes_in_gemeente,
    score_by_urbanity,
)
from kansen_lib.chapters.oorzaken.verdeling import (
    variance_between_classes,
    variance_by_level,
)

__all__ = [
    "achterstand_of_basisscholen",
    "advies_by_urbanity",
    "advies_without_test",
    "aims_by_cohort",
    "broad_or_single",
    "endings_by_group",
    "endings_by_leerjaar",
    "exam_marks",
    "exam_yield_in_context",
    "exam_yield_over_time",
    "feeding_area",
    "four_mechanisms",
    "gap_along_the_way",
    "gap_by_moment",
    "gap_by_reference",
    "gap_decomposed",
    "gap_decomposed_network",
    "girls_among_candidates",
    "girls_by_track",
    "gradients",
    "growth_by_group",
    "growth_by_start",
    "growth_on_start",
    "homes_by_urbanity",
    "incomes_in_gemeente",
    "intake_and_area",
    "level_explained",
    "onderwijskansenscore",
    "own_neighbourhood",
    "place_and_rise",
    "routes_in_gemeente",
    "score_by_urbanity",
    "ses_of_place",
    "sex_and_background",
    "supply_nearby",
    "teacher_shortages",
    "teachers",
    "tracks_of_candidates",
    "tracks_of_pupils",
    "value_added",
    "variance_between_classes",
    "variance_by_level",
    "year_without_test",
]
