"""Chapter 2: where differences between pupils lie; association, no cause."""

from kansen_lib.chapters.oorzaken.aanbod import (
    broad_or_single,
    routes_in_gemeente,
    supply_nearby,
)
from kansen_lib.chapters.oorzaken.achterstand import (
    disadvantage_indicators,
    home_blocks,
    home_correlations,
    risk_count,
    risk_fit,
)
from kansen_lib.chapters.oorzaken.armoede import making_ends_meet, poverty_and_wellbeing
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
from kansen_lib.chapters.oorzaken.erbij_horen import belonging, citizenship_by_track, safety
from kansen_lib.chapters.oorzaken.geslacht import sex_and_background
from kansen_lib.chapters.oorzaken.groei import (
    gap_along_the_way,
    gap_by_moment,
    growth_by_group,
    growth_on_start,
)
from kansen_lib.chapters.oorzaken.kapitaal import capitals
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
)
from kansen_lib.chapters.oorzaken.openbaar import (
    exam_marks,
    exam_yield_in_context,
    exam_yield_over_time,
    girls_among_candidates,
    tracks_of_candidates,
)
from kansen_lib.chapters.oorzaken.ouders import (
    extra_lessons,
    extra_lessons_by_income,
    higher_advice_asked,
    homework_help,
    homework_help_and_score,
    internship_by_network,
    parental_involvement,
)
from kansen_lib.chapters.oorzaken.plaats import (
    homes_by_urbanity,
    incomes_in_gemeente,
    raised_by_urbanity,
    score_by_urbanity,
    toets_by_urbanity,
)
from kansen_lib.chapters.oorzaken.taal import (
    advice_by_origin,
    language_against_maths,
    language_catch_up,
    language_gap,
    newcomers_path,
)
from kansen_lib.chapters.oorzaken.verdeling import (
    variance_at_equal_start,
    variance_between_classes,
    variance_by_level,
)
from kansen_lib.chapters.oorzaken.verwachtingen import expectations_between_teachers, expected_level

__all__ = [
    "variance_at_equal_start",
    "achterstand_of_basisscholen",
    "advice_by_origin",
    "advies_without_test",
    "aims_by_cohort",
    "belonging",
    "broad_or_single",
    "capitals",
    "citizenship_by_track",
    "disadvantage_indicators",
    "endings_by_group",
    "endings_by_leerjaar",
    "exam_marks",
    "exam_yield_in_context",
    "exam_yield_over_time",
    "expectations_between_teachers",
    "expected_level",
    "extra_lessons",
    "extra_lessons_by_income",
    "feeding_area",
    "four_mechanisms",
    "gap_along_the_way",
    "gap_by_moment",
    "gap_by_reference",
    "gap_decomposed",
    "gap_decomposed_network",
    "girls_among_candidates",
    "gradients",
    "growth_by_group",
    "growth_on_start",
    "higher_advice_asked",
    "home_blocks",
    "home_correlations",
    "homes_by_urbanity",
    "homework_help",
    "homework_help_and_score",
    "incomes_in_gemeente",
    "intake_and_area",
    "internship_by_network",
    "language_against_maths",
    "language_catch_up",
    "language_gap",
    "making_ends_meet",
    "newcomers_path",
    "onderwijskansenscore",
    "own_neighbourhood",
    "parental_involvement",
    "place_and_rise",
    "poverty_and_wellbeing",
    "raised_by_urbanity",
    "risk_count",
    "risk_fit",
    "routes_in_gemeente",
    "safety",
    "score_by_urbanity",
    "ses_of_place",
    "sex_and_background",
    "supply_nearby",
    "teacher_shortages",
    "teachers",
    "toets_by_urbanity",
    "tracks_of_candidates",
    "value_added",
    "variance_between_classes",
    "variance_by_level",
    "year_without_test",
]
