"""Chapter 3: advies, toets, placement and the way through the school; a theme a module."""

from kansen_lib.chapters.selectie.advies_toets import toets_above_advies
from kansen_lib.chapters.selectie.gelijke_score import advies_at_equal_score
from kansen_lib.chapters.selectie.openbaar import advies_of_basisscholen, brugklas_breadth
from kansen_lib.chapters.selectie.regels import position_in_leerjaar3, position_under_all_rules

__all__ = [
    "advies_at_equal_score",
    "advies_of_basisscholen",
    "brugklas_breadth",
    "position_in_leerjaar3",
    "position_under_all_rules",
    "toets_above_advies",
]
