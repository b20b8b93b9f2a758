"""Chapter 5: does what we try help, whom, and could we see it at all? A theme a module."""

from kansen_lib.chapters.interventies.alleen import design_for_next_year, noise_between_cohorts
from kansen_lib.chapters.interventies.bedreigingen import threats
from kansen_lib.chapters.interventies.bereik import reach, reach_side_by_side
from kansen_lib.chapters.interventies.bewijs import evidence_shelf
from kansen_lib.chapters.interventies.deelgroepen import effects_by_start_and_sex
from kansen_lib.chapters.interventies.een_school import effect_in_one_school, school_beside_others
from kansen_lib.chapters.interventies.effect import (
    effect_of_approach,
    effects_on_both_outcomes,
    levels_with_and_without,
)
from kansen_lib.chapters.interventies.grens import cutoff_put_to_the_test, jump_at_cutoff
from kansen_lib.chapters.interventies.keuze import choose
from kansen_lib.chapters.interventies.kosten import cost_and_effect
from kansen_lib.chapters.interventies.kwadrant import quadrant_of_all, quadrant_of_approach
from kansen_lib.chapters.interventies.loting import (
    draw_was_fair,
    lost_after_draw,
    own_lottery,
)
from kansen_lib.chapters.interventies.opbrengst import beside_what_was_known, effect_in_words
from kansen_lib.chapters.interventies.plan import locked_plan, plan_and_run
from kansen_lib.chapters.interventies.register import measures_and_evidence, pupils_and_cost, what_we_do
from kansen_lib.chapters.interventies.samen import next_school
from kansen_lib.chapters.interventies.scholen import margin_by_way
from kansen_lib.chapters.interventies.specificaties import many_ways
from kansen_lib.chapters.interventies.start import (
    if_trends_differed,
    whom_the_start_helped,
    years_around_start,
)
from kansen_lib.chapters.interventies.team import team_efficacy, team_efficacy_by_lot
from kansen_lib.chapters.interventies.uitnodiging import effect_of_inviting, who_came
from kansen_lib.chapters.interventies.vakken import spread_within_pupils
from kansen_lib.chapters.interventies.valkuilen import (
    growing_effect_on_one_heap,
    naive_beside_lottery,
    passing_is_no_effect,
    rising_without_help,
)
from kansen_lib.chapters.interventies.vergelijking import (
    difference_at_equal_start,
    dose_and_outcome,
    unlike_before,
)
from kansen_lib.chapters.interventies.vooraf import detectable_effect
from kansen_lib.chapters.interventies.waarden import weighed_gain
from kansen_lib.chapters.interventies.welbevinden import wellbeing_of_participants

__all__ = [
    "beside_what_was_known",
    "choose",
    "cost_and_effect",
    "cutoff_put_to_the_test",
    "design_for_next_year",
    "detectable_effect",
    "difference_at_equal_start",
    "dose_and_outcome",
    "draw_was_fair",
    "effect_in_one_school",
    "effect_in_words",
    "effect_of_approach",
    "effect_of_inviting",
    "effects_by_start_and_sex",
    "effects_on_both_outcomes",
    "evidence_shelf",
    "growing_effect_on_one_heap",
    "if_trends_differed",
    "jump_at_cutoff",
    "levels_with_and_without",
    "locked_plan",
    "lost_after_draw",
    "many_ways",
    "margin_by_way",
    "measures_and_evidence",
    "naive_beside_lottery",
    "next_school",
    "noise_between_cohorts",
    "own_lottery",
    "passing_is_no_effect",
    "plan_and_run",
    "pupils_and_cost",
    "quadrant_of_all",
    "quadrant_of_approach",
    "reach",
    "reach_side_by_side",
    "rising_without_help",
    "school_beside_others",
    "spread_within_pupils",
    "team_efficacy",
    "team_efficacy_by_lot",
    "threats",
    "unlike_before",
    "weighed_gain",
    "wellbeing_of_participants",
    "what_we_do",
    "who_came",
    "whom_the_start_helped",
    "years_around_start",
]
