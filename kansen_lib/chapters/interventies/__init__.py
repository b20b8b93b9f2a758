"""Chapter 5: does what we try help, whom, and could we see it at all? A theme a module."""

from kansen_lib.chapters.interventies.bewijs import evidence_shelf, what_is_no_effect
from kansen_lib.chapters.interventies.effect import (
    effect_of_approach,
    effects_on_both_outcomes,
    levels_with_and_without,
    trade_offs,
)
from kansen_lib.chapters.interventies.keuze import choose
from kansen_lib.chapters.interventies.kwadrant import quadrant_of_all, quadrant_of_approach
from kansen_lib.chapters.interventies.oud import detectable_effect, lottery_effect, reach
from kansen_lib.chapters.interventies.register import measures_and_evidence, pupils_and_cost, what_we_do

__all__ = [
    "choose",
    "detectable_effect",
    "effect_of_approach",
    "effects_on_both_outcomes",
    "evidence_shelf",
    "levels_with_and_without",
    "lottery_effect",
    "measures_and_evidence",
    "pupils_and_cost",
    "quadrant_of_all",
    "quadrant_of_approach",
    "reach",
    "trade_offs",
    "what_is_no_effect",
    "what_we_do",
]
