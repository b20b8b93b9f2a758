"""Pupils in classes in schools: linear mixed models, variance shares, effects of schools, value added."""

from kansen_lib.stats.multilevel.adjusted import value_added
from kansen_lib.stats.multilevel.effects import unit_effects
from kansen_lib.stats.multilevel.models import mixed_model, within_between
from kansen_lib.stats.multilevel.shares import variance_shares

__all__ = ["mixed_model", "unit_effects", "value_added", "variance_shares", "within_between"]
