"""Effects of a start that differs between units in time, and of one unit against a synthetic one."""

from kansen_lib.stats.panel.fixed_effects import goodman_bacon, two_way_fixed_effects
from kansen_lib.stats.panel.honest import honest_bounds
from kansen_lib.stats.panel.imputing import imputation
from kansen_lib.stats.panel.staggered import EventStudy, group_time_effects
from kansen_lib.stats.panel.synthetic import synthetic_control

__all__ = [
    "EventStudy",
    "goodman_bacon",
    "group_time_effects",
    "honest_bounds",
    "imputation",
    "synthetic_control",
    "two_way_fixed_effects",
]
