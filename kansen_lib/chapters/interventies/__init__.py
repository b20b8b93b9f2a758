"""Chapter 5: does what we try help, whom, and could we see it at all? A theme a module."""

from kansen_lib.chapters.interventies.alleen import design_for_next_year, noise_between_cohorts
from kansen_lib.chapters.interventies.bereik import reach, reach_side_by_side
from kansen_lib.chapters.interventies.bewijs import evidence_shelf, what_is_no_effect
from kansen_lib.chapters.interventies.effect import (
    effect_of_approach,
    effects_on_both_outcomes,
    levels_with_and_without,
    trade_offs,
)
from kansen_lib.chapters.interventies.keuze import choose
from kansen_lib.chapters.interventies.kwadrant import quadrant_of_all, quadrant_of_approach
from kansen_lib.chapters.interventies.loting import (
    draw_was_fair,
    effect_of_joining,
    lost_after_draw,
    own_lottery,
)
from kansen_lib.chapters.interventies.oud import lottery_effect
from kansen_lib.chapters.interventies.register import measures_and_evidence, pupils_and_cost, what_we_do
from kansen_lib.chapters.interventies.scholen import margin_by_way
from kansen_lib.chapters.interventies.uitnodiging import effect_of_inviting, who_came
from kansen_lib.chapters.interventies.valkuilen import (
    growing_effect_on_one_heap,
    naive_beside_lottery,
    passing_is_no_effect,
    rising_without_help,
)
from kansen_lib.chapters.interventies.vooraf import detectable_effect
from kansen_lib.chapters.interventies.welbevinden import wellbeing_of_participants

__all__ = [
    "choose",
    "design_for_next_year",
    "detectable_effect",
    "draw_was_fair",
    "effect_of_approach",
    "effect_of_inviting",
    "effect_of_joining",
    "effects_on_both_outcomes",
    "evidence_shelf",
    "growing_effect_on_one_heap",
    "levels_with_and_without",
    "lost_after_draw",
    "lottery_effect",
    "margin_by_way",
    "measures_and_evidence",
    "naive_beside_lottery",
    "noise_between_cohorts",
    "own_lottery",
    "passing_is_no_effect",
    "pupils_and_cost",
    "quadrant_of_all",
    "quadrant_of_approach",
    "reach",
    "reach_side_by_side",
    "rising_without_help",
    "trade_offs",
    "wellbeing_of_participants",
    "what_is_no_effect",
    "what_we_do",
    "who_came",
]
