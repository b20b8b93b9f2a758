"""Chapter 3: advies, toets, placement and the way through the school; a theme a module."""

from kansen_lib.chapters.selectie.advies_toets import toets_above_advies
from kansen_lib.chapters.selectie.gelijke_score import advies_at_equal_score
from kansen_lib.chapters.selectie.loopbaan import (
    against_advies_by_cohort,
    cost_of_repeating,
    delay_by_group,
    delay_by_level,
    gap_at_each_choice,
    growth_of_late_bloomers,
    late_bloomers,
    level_a_year_later,
    mobility,
    technical_profile_by_sex,
    up_or_down,
)
from kansen_lib.chapters.selectie.openbaar import advies_of_basisscholen, brugklas_breadth
from kansen_lib.chapters.selectie.regels import position_in_leerjaar3, position_under_all_rules
from kansen_lib.chapters.selectie.stapelen import (
    after_coming_into_havo,
    ends_by_group,
    long_route,
    stacking,
    what_becomes_of_pupils,
)

__all__ = [
    "against_advies_by_cohort",
    "cost_of_repeating",
    "delay_by_group",
    "delay_by_level",
    "gap_at_each_choice",
    "growth_of_late_bloomers",
    "late_bloomers",
    "level_a_year_later",
    "mobility",
    "technical_profile_by_sex",
    "up_or_down",
    "after_coming_into_havo",
    "ends_by_group",
    "long_route",
    "stacking",
    "what_becomes_of_pupils",
    "advies_at_equal_score",
    "advies_of_basisscholen",
    "brugklas_breadth",
    "position_in_leerjaar3",
    "position_under_all_rules",
    "toets_above_advies",
]
