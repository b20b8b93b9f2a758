"""Chapter 1: the same pupils under several definitions of equal chances."""

from kansen_lib.chapters.definities.betekenissen import diploma, three_definitions
from kansen_lib.chapters.definities.routes import exam_yield_by_route

__all__ = ["diploma", "exam_yield_by_route", "three_definitions"]
