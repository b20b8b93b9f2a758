"""Chapter 1: the same pupils under several definitions of equal chances."""

from kansen_lib.chapters.definities.domeinen import outcomes_by_domain
from kansen_lib.chapters.definities.gelijke_score import (
    advies_by_score,
    dashboard_tiles,
    gap_along_the_ladder,
    gap_by_reliability,
    merit_shares,
)
from kansen_lib.chapters.definities.jaren import (
    definitions_by_cohort,
    definitions_in_motion,
    level_against_gap,
    level_and_gap_by_cohort,
)
from kansen_lib.chapters.definities.naast_elkaar import (
    definitions_side_by_side,
    levels_side_by_side,
    unused_potential,
)
from kansen_lib.chapters.definities.ondergrens import (
    aimed_arithmetic,
    aimed_language,
    basic_arithmetic,
    basic_language,
    diploma,
    on_course,
    start_qualification,
)
from kansen_lib.chapters.definities.ontbreekt import (
    gap_with_imputation,
    missing_values,
    who_is_missing,
)
from kansen_lib.chapters.definities.ontwikkeling import (
    absolute_and_relative,
    inspectie_view,
    levels_over_moments,
    problem_of_or_for_the_school,
)
from kansen_lib.chapters.definities.routes import (
    candidates_by_route,
    course_of_each_route,
    exam_yield_by_route,
    on_time_by_route,
    routes_of_pupils,
)
from kansen_lib.chapters.definities.steun import growth_for_each, support_by_need
from kansen_lib.chapters.definities.vragen import definitions_held, placement_and_ambition

__all__ = [
    "absolute_and_relative",
    "advies_by_score",
    "aimed_arithmetic",
    "aimed_language",
    "basic_arithmetic",
    "basic_language",
    "candidates_by_route",
    "course_of_each_route",
    "dashboard_tiles",
    "definitions_by_cohort",
    "definitions_held",
    "definitions_in_motion",
    "definitions_side_by_side",
    "diploma",
    "exam_yield_by_route",
    "gap_along_the_ladder",
    "gap_by_reliability",
    "gap_with_imputation",
    "growth_for_each",
    "inspectie_view",
    "level_against_gap",
    "level_and_gap_by_cohort",
    "levels_over_moments",
    "levels_side_by_side",
    "merit_shares",
    "missing_values",
    "on_course",
    "on_time_by_route",
    "outcomes_by_domain",
    "placement_and_ambition",
    "problem_of_or_for_the_school",
    "routes_of_pupils",
    "start_qualification",
    "support_by_need",
    "unused_potential",
    "who_is_missing",
]
