"""Chapter 5: does what we try help, whom, and could we see it at all? A theme a module."""

from kansen_lib.chapters.interventies.effect import (
    effect_of_approach,
    effects_on_both_outcomes,
    levels_with_and_without,
    trade_offs,
)
from kansen_lib.chapters.interventies.keuze import choose
from kansen_lib.chapters.interventies.kwadrant import quadrant_of_all, quadrant_of_approach
from kansen_lib.chapters.interventies.oud import detectable_effect, lottery_effect, reach

__all__ = [
    "choose",
    "detectable_effect",
    "effect_of_approach",
    "effects_on_both_outcomes",
    "levels_with_and_without",
    "lottery_effect",
    "quadrant_of_all",
    "quadrant_of_approach",
    "reach",
    "trade_offs",
]
