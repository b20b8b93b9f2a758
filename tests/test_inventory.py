"""Every row of the inventory is a card that shows numbers, or stands in docs/scope.md with its reason."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kansen_lib.chapters import aan_de_slag, definities, interventies, oorzaken, segregatie, selectie
from kansen_lib.chapters.about import ABOUT

RELEASE = "application/vnd.kansen.release+json"
LAST_ROW = 140
CHAPTERS = (definities, oorzaken, selectie, segregatie, interventies, aan_de_slag)

#: Row of the inventory to the cards that answer it. Rows 21 and 57 ask something of every card as well.
CARDS: dict[int, tuple[str, ...]] = {
    1: ("unused_potential",),
    2: ("outcomes_by_domain",),
    3: ("risk_count", "risk_fit"),
    4: ("problem_of_or_for_the_school", "levels_over_moments", "aimed_language"),
    5: ("advies_by_score", "gap_by_reliability", "gap_along_the_ladder"),
    6: ("routes_of_pupils", "course_of_each_route", "exam_yield_by_route", "candidates_by_route"),
    7: ("definitions_by_cohort", "definitions_in_motion"),
    8: ("aimed_language", "aimed_arithmetic", "start_qualification"),
    9: ("support_by_need",),
    10: ("growth_for_each",),
    11: ("inspectie_view",),
    12: ("dashboard_tiles",),
    13: ("variance_by_level",),
    14: ("outcomes_by_domain",),
    15: ("definitions_side_by_side", "definitions_held"),
    16: ("merit_shares",),
    17: ("place_and_rise",),
    18: ("placement_and_ambition",),
    19: ("problem_of_or_for_the_school",),
    20: ("support_by_need",),
    21: ("definitions_side_by_side",),
    22: ("gap_along_the_way",),
    23: ("variance_by_level",),
    24: ("absolute_and_relative",),
    25: ("disadvantage_indicators",),
    26: ("onderwijskansenscore",),
    27: ("home_correlations",),
    28: ("making_ends_meet", "poverty_and_wellbeing"),
    30: ("capitals",),
    31: ("capitals",),
    32: ("parental_involvement",),
    34: ("homework_help", "homework_help_and_score"),
    35: ("extra_lessons", "extra_lessons_by_income"),
    36: ("higher_advice_asked",),
    37: ("internship_by_network",),
    38: ("own_neighbourhood", "variance_by_level"),
    39: ("incomes_in_gemeente",),
    40: ("toets_by_urbanity", "raised_by_urbanity"),
    41: ("advice_by_origin",),
    42: ("language_gap", "language_catch_up"),
    43: ("language_against_maths",),
    44: ("citizenship_by_track",),
    45: ("belonging",),
    46: ("gap_by_moment",),
    47: ("four_mechanisms",),
    48: ("expected_level", "expectations_between_teachers"),
    49: ("growth_on_start", "growth_for_each"),
    50: ("safety",),
    51: ("advies_without_test", "year_without_test", "advice_gap_by_year", "year_without_test_checked"),
    52: ("home_blocks",),
    53: ("value_added",),
    54: ("teachers", "teacher_shortages"),
    55: ("supply_nearby", "broad_or_single"),
    56: ("score_by_urbanity",),
    57: ("sex_and_background",),
    58: ("newcomers_path",),
    59: ("aims_by_cohort",),
    61: (
        "features_at_equal_score",
        "features_at_equal_skill",
        "homes_by_reliability",
        "havo_at_equal_score",
        "features_by_model",
        "advies_at_equal_score",
        "advies_along_the_score",
        "sex_at_equal_score",
        "scores_in_common",
        "advies_between_basisscholen",
    ),
    62: ("placed_at_same_advies",),
    63: ("fixed_paths",),
    64: ("against_advies_by_cohort",),
    65: ("toets_level_reached",),
    66: (
        "long_route",
        "after_coming_into_havo",
    ),
    67: (
        "toets_by_basisschool",
        "toets_with_less_chance",
        "spread_of_basisscholen",
    ),
    68: (
        "reconsidered_eindtoets",
        "reconsidered_doorstroomtoets",
        "reconsidered_before_and_since",
        "exception_used_alike",
        "gap_before_and_after_raising",
    ),
    69: (
        "way_to_diploma",
        "way_to_leerjaar_3",
        "havo_open_by_stage",
        "havo_open_to_diploma",
        "havo_by_cohort",
    ),
    70: (
        "double_advies",
        "double_under_rules",
        "double_advies_of_basisscholen",
    ),
    71: (
        "pupils_seen_later",
        "later_level_by_basisschool",
        "later_level_with_less_chance",
    ),
    72: (
        "placement_matrix",
        "placed_above_advies",
        "leerjaar_3_by_placement",
    ),
    73: (
        "overlap_of_tracks",
        "one_cut_off",
        "scores_by_track",
    ),
    74: ("good_pupils_of_vmbo",),
    75: (
        "toets_by_scale",
        "class_by_scale",
    ),
    76: (
        "late_bloomers",
        "growth_of_late_bloomers",
    ),
    77: ("gap_at_each_choice",),
    79: (
        "two_numbers",
        "diploma_in_time",
        "havo_diploma_in_time",
        "highest_diploma",
        "who_counts",
        "bounds_of_havo",
        "havo_by_proxy",
        "diplomas_by_proxy",
        "what_proxies_tell",
    ),
    80: (
        "monitor_course",
        "monitor_years",
    ),
    81: (
        "stacking",
        "after_coming_into_havo",
    ),
    82: (
        "delay_by_level",
        "repeating_within_routes",
        "cost_of_repeating",
    ),
    83: ("technical_profile_by_sex",),
    84: (
        "what_becomes_of_pupils",
        "ends_by_group",
    ),
    85: (
        "around_the_cutoff",
        "effect_of_raising",
        "alike_at_the_cutoff",
        "choices_at_the_cutoff",
    ),
    86: (
        "advies_and_toets_predict",
        "prediction_by_group",
        "same_advies_same_chance",
        "seen_against_expected",
        "right_and_wrong_by_group",
        "demands_side_by_side",
        "not_all_at_once",
    ),
    87: ("below_toets_in_leerjaar3",),
    88: (
        "classes_by_leerjaar",
        "moment_of_choice",
    ),
    90: ("fit_then_and_later",),
    91: (
        "up_or_down",
        "mobility",
        "level_a_year_later",
    ),
    92: ("if_the_highest_held",),
    93: ("how_mixed_classes_would_be", "lottery_over_schools"),
    94: (
        "background_over_schools",
        "all_groups_over_schools",
        "meetings_by_education",
        "meetings_by_origin",
        "separation_at_equal_advies",
        "levels_over_layers",
        "background_over_layers",
        "all_schools_over_layers",
        "levels_of_each_school",
        "directions_apart",
        "levels_apart",
        "six_indices",
        "who_meets_whom",
        "boys_and_girls",
        "beside_other_regions",
        "directions_apart_over_years",
        "lottery_over_schools",
        "nearest_school",
    ),
    95: (
        "choice_by_group",
        "at_nearest_school",
        "nearest_school",
        "if_all_went_close",
        "school_close_to_home",
        "scores_of_two_children",
        "basisscholen_and_homes",
        "vo_and_homes",
    ),
    96: (
        "differences_between_schools",
        "composition_and_outcome",
    ),
    97: (
        "levels_by_kind",
        "schools_then_and_now",
        "breadth_of_school",
        "breadth_over_years",
        "one_level_over_years",
        "brugklas_over_years",
    ),
    98: (
        "levels_by_kind",
        "background_by_kind",
        "levels_if_met",
        "background_if_met",
        "levels_if_merged",
        "background_if_merged",
    ),
    99: (
        "broadening",
        "enrolment_when_broadening",
    ),
    100: (
        "swaps_to_target",
        "even_groups_swapped",
    ),
    101: (
        "fellows_by_education",
        "fellows_by_advies",
        "fellows_by_sex",
        "mixing_by_education",
        "mixing_by_advies",
        "who_takes_part",
        "who_named_friends",
        "friends_index",
        "friends_by_education",
        "friends_given_class",
    ),
    102: (
        "diverse_and_apart",
        "composition",
        "composition_of_region",
        "meetings_by_origin",
    ),
    103: (
        "composition_against_homes",
        "share_of_the_catchment",
        "composition_at_equal_advies",
        "map_of_own_pupils",
        "map_of_homes",
    ),
    104: (
        "intake_by_year",
        "intake_before_and_after",
    ),
    108: (
        "years_around_start",
        "if_trends_differed",
        "whom_the_start_helped",
        "growing_effect_on_one_heap",
    ),
    109: (
        "spread_within_pupils",
        "school_beside_others",
        "effect_in_one_school",
    ),
    110: (
        "reach",
        "reach_side_by_side",
        "dose_and_outcome",
    ),
    111: (
        "school_beside_others",
        "effect_in_one_school",
    ),
    112: (
        "effect_of_inviting",
        "many_ways",
        "effects_by_start_and_sex",
        "effect_of_approach",
        "quadrant_of_approach",
        "quadrant_of_all",
        "levels_with_and_without",
    ),
    113: (
        "effect_in_one_school",
        "effects_on_both_outcomes",
    ),
    114: ("weighed_gain",),
    115: (
        "unlike_before",
        "difference_at_equal_start",
    ),
    116: (
        "draw_was_fair",
        "unlike_before",
        "difference_at_equal_start",
        "effects_by_start_and_sex",
        "threats",
    ),
    117: (
        "reach_side_by_side",
        "wellbeing_of_participants",
    ),
    118: (
        "passing_is_no_effect",
        "jump_at_cutoff",
        "cutoff_put_to_the_test",
        "rising_without_help",
    ),
    119: ("who_takes_part",),
    120: ("wellbeing_of_participants",),
    121: (
        "evidence_shelf",
        "draw_was_fair",
        "lost_after_draw",
        "own_lottery",
        "next_school",
        "effect_in_words",
        "beside_what_was_known",
        "naive_beside_lottery",
    ),
    122: (
        "team_efficacy_by_lot",
        "margin_by_way",
    ),
    123: (
        "team_efficacy",
        "team_efficacy_by_lot",
    ),
    125: (
        "who_came",
        "effect_of_inviting",
    ),
    127: (
        "reach",
        "reach_side_by_side",
        "what_we_do",
    ),
    128: (
        "what_we_do",
        "measures_and_evidence",
    ),
    129: ("what_we_do",),
    131: (
        "detectable_effect",
        "design_for_next_year",
        "plan_and_run",
        "noise_between_cohorts",
    ),
    132: ("plan_and_run",),
    133: (
        "pupils_and_cost",
        "cost_and_effect",
    ),
    136: ("mixing_by_education",),
}


@pytest.fixture(scope="module")
def cards(root: Path) -> dict[str, str]:
    """Card to its status, over the committed notebooks of the first five chapters."""
    found = {}
    for name in (
        "01_definities",
        "02_oorzaken",
        "03_selectie-analyse",
        "04_segregatie",
        "05_interventie-effecten",
    ):
        notebook = json.loads((root / f"notebooks/{name}.ipynb").read_text("utf-8"))
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                card = output.get("data", {}).get(RELEASE)
                found |= {card["card"]: card["status"]} if card else {}
    return found


@pytest.fixture(scope="module")
def out_of_scope(root: Path) -> dict[int, str]:
    """Row without a card to the reason, from the first table of docs/scope.md."""
    text = (root / "docs/scope.md").read_text("utf-8")
    table = text[text.index("## Rows without a card") : text.index("## Parts of rows")]
    rows = re.findall(r"^\| #(\d+) \| (.+?) \| (.+?) \|$", table, flags=re.MULTILINE)
    return {int(row): reason for row, _, reason in rows}


def test_every_row_is_a_card_or_has_its_reason(out_of_scope) -> None:
    assert sorted([*CARDS, *out_of_scope]) == list(range(1, LAST_ROW + 1))
    assert all(len(reason.split()) > 10 for reason in out_of_scope.values())


def test_what_is_narrative_only_has_no_number(shared: Path, out_of_scope) -> None:
    """Rows that the inventory itself marks with a cross stay words; row 92 asks for a sum beside it."""
    text = (shared / "domain/INVENTORY.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \|(.+)\|$", text, flags=re.MULTILINE)
    crossed = {int(row) for row, cells in rows if "×" in re.sub(r"\w ?× ?\w", "", cells)}
    assert {row for row in crossed if row <= LAST_ROW} == {29, 33, 92, 135, 137}
    assert {29, 33, 135, 137} <= set(out_of_scope) and CARDS[92]


@pytest.mark.parametrize("row", CARDS)
def test_a_row_has_cards_that_show_numbers(row: int, cards) -> None:
    assert {name: cards.get(name) for name in CARDS[row]} == dict.fromkeys(CARDS[row], "released")


def test_hardly_a_card_shows_nothing(cards) -> None:
    """The fictional school has no exam marks, too few pupils below the basic level of rekenen, and of the one
    cohort that could be seen for seven years too few without a diploma.
    """
    nothing = {name: status for name, status in cards.items() if status != "released"}
    few = dict.fromkeys(("basic_arithmetic", "diploma"), "withheld")
    assert nothing == {"exam_marks": "missing", **few}


def test_every_analysis_says_what_it_counts(root: Path) -> None:
    """INVENTORY 2, 13 and 21: level, domain, definition, numerator, denominator, exclusions."""
    analyses = {
        name for chapter in CHAPTERS for name, item in vars(chapter).items() if hasattr(item, "__wrapped__")
    }
    assert len(analyses) > 100
    assert analyses <= set(ABOUT)
    for name in analyses:
        said = ABOUT[name]
        told = (said.definitie, said.teller, said.noemer, said.buiten)
        assert all(part.strip() for part in told), name
