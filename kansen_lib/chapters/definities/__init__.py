"""Chapter 1: the same pupils under several definitions of equal chances."""

from kansen_lib.chapters.definities.betekenissen import diploma, three_definitions
from kansen_lib.chapters.definities.ontbreekt import (
    gap_with_imputation,
    missing_values,
    who_is_missing,
)
from kansen_lib.chapters.definities.routes import exam_yield_by_route

__all__ = [
    "gap_with_imputation",
    "missing_values",
    "who_is_missing",
    "diploma",
    "exam_yield_by_route",
    "three_definitions",
]
