"""Chapter 5: does what we try help, whom, and could we see it at all? A theme a module."""

from kansen_lib.chapters.interventies.keuze import choose
from kansen_lib.chapters.interventies.oud import detectable_effect, lottery_effect, reach

__all__ = [
    "choose",
    "detectable_effect",
    "lottery_effect",
    "reach",
]
