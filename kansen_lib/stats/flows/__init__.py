"""How persons move: transitions between states, time to an event, and the stages of a funnel."""

from kansen_lib.stats.flows.competing import aalen_johansen
from kansen_lib.stats.flows.funnel import cohort_funnel
from kansen_lib.stats.flows.gap import incidence_gap
from kansen_lib.stats.flows.generations import rank_slope
from kansen_lib.stats.flows.mobility import mobility
from kansen_lib.stats.flows.ranks import log_rank
from kansen_lib.stats.flows.survival import kaplan_meier, restricted_mean
from kansen_lib.stats.flows.transitions import transition_matrix

__all__ = [
    "aalen_johansen",
    "cohort_funnel",
    "incidence_gap",
    "kaplan_meier",
    "log_rank",
    "mobility",
    "rank_slope",
    "restricted_mean",
    "transition_matrix",
]
