"""Chapter 4: who meets whom, between schools and within this one; a theme a module."""

from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.area import around as area
from kansen_lib.chapters.segregatie.achtergrond import (
    all_groups_over_schools,
    background_over_schools,
    composition_and_outcome,
    differences_between_schools,
    meetings_by_education,
    meetings_by_origin,
    separation_at_equal_advies,
)
from kansen_lib.chapters.segregatie.bijdrage import (
    composition,
    composition_at_equal_advies,
    composition_of_region,
    diverse_and_apart,
    share_in_separation,
)
from kansen_lib.chapters.segregatie.breedte import (
    breadth_of_school,
    breadth_over_years,
    brugklas_over_years,
    one_level_over_years,
)
from kansen_lib.chapters.segregatie.buurt import composition_against_homes, share_of_the_catchment
from kansen_lib.chapters.segregatie.delen import (
    all_schools_over_layers,
    background_by_kind,
    background_if_met,
    background_over_layers,
    levels_by_kind,
    levels_if_met,
    levels_over_layers,
)
from kansen_lib.chapters.segregatie.kaart import map_of_homes, map_of_own_pupils
from kansen_lib.chapters.segregatie.klassen import (
    background_over_classes,
    background_over_third_classes,
    classes_beside_lots,
)
from kansen_lib.chapters.segregatie.ontmoeten import (
    fellows_by_advies,
    fellows_by_education,
    fellows_by_sex,
    mixing_by_advies,
    mixing_by_education,
    who_takes_part,
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
from kansen_lib.chapters.segregatie.verandering import (
    background_of_region_then_and_now,
    background_then_and_now,
    intake_before_and_after,
    intake_by_year,
    levels_then_and_now,
    schools_then_and_now,
)
from kansen_lib.chapters.segregatie.vrienden import (
    friends_by_education,
    friends_given_class,
    friends_index,
    who_named_friends,
)
from kansen_lib.chapters.segregatie.watals import at_nearest_school, lottery_over_schools, nearest_school
from kansen_lib.chapters.segregatie.watals_keuze import choice_by_group
from kansen_lib.chapters.segregatie.watals_ruilen import (
    background_if_merged,
    even_groups_swapped,
    levels_if_merged,
    swaps_to_target,
)
from kansen_lib.chapters.segregatie.watals_verbreden import broadening, enrolment_when_broadening
from kansen_lib.chapters.segregatie.woonplaats import (
    basisscholen_and_homes,
    if_all_went_close,
    school_close_to_home,
    scores_of_two_children,
    vo_and_homes,
)

__all__ = [
    "fellows_by_advies",
    "fellows_by_education",
    "fellows_by_sex",
    "friends_by_education",
    "friends_given_class",
    "friends_index",
    "mixing_by_advies",
    "mixing_by_education",
    "who_named_friends",
    "who_takes_part",
    "Area",
    "all_groups_over_schools",
    "all_schools_over_layers",
    "area",
    "at_nearest_school",
    "background_by_kind",
    "background_if_merged",
    "background_if_met",
    "background_of_region_then_and_now",
    "background_over_classes",
    "background_over_layers",
    "background_over_schools",
    "background_over_third_classes",
    "background_then_and_now",
    "basisscholen_and_homes",
    "beside_other_regions",
    "boys_and_girls",
    "breadth_of_school",
    "breadth_over_years",
    "broadening",
    "brugklas_over_years",
    "choice_by_group",
    "classes_beside_lots",
    "composition",
    "composition_against_homes",
    "composition_and_outcome",
    "composition_at_equal_advies",
    "composition_of_region",
    "differences_between_schools",
    "directions_apart",
    "directions_apart_over_years",
    "diverse_and_apart",
    "enrolment_when_broadening",
    "even_groups_swapped",
    "if_all_went_close",
    "intake_before_and_after",
    "intake_by_year",
    "levels_apart",
    "levels_by_kind",
    "levels_if_merged",
    "levels_if_met",
    "levels_of_each_school",
    "levels_over_layers",
    "levels_then_and_now",
    "lottery_over_schools",
    "map_of_homes",
    "map_of_own_pupils",
    "meetings_by_education",
    "meetings_by_origin",
    "nearest_school",
    "one_level_over_years",
    "school_close_to_home",
    "schools_then_and_now",
    "scores_of_two_children",
    "separation_at_equal_advies",
    "share_in_separation",
    "share_of_the_catchment",
    "six_indices",
    "swaps_to_target",
    "vo_and_homes",
    "who_meets_whom",
]
