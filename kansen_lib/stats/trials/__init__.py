"""Trials: the effect of a lottery, by what was drawn, and what it means in money and months."""

from kansen_lib.stats.trials.clustered import cluster_trial
from kansen_lib.stats.trials.dose import dose_response
from kansen_lib.stats.trials.encouragement import complier_effect
from kansen_lib.stats.trials.individual import effect_by_group, individual_trial
from kansen_lib.stats.trials.joint import joint_effect, joint_region, mean_and_gap
from kansen_lib.stats.trials.multisite import multisite_trial
from kansen_lib.stats.trials.specifications import Specification, specification_test
from kansen_lib.stats.trials.translated import acceptability, cost_per_pupil, months_of_progress

__all__ = [
    "Specification",
    "acceptability",
    "cluster_trial",
    "complier_effect",
    "cost_per_pupil",
    "dose_response",
    "effect_by_group",
    "individual_trial",
    "joint_effect",
    "joint_region",
    "mean_and_gap",
    "months_of_progress",
    "multisite_trial",
    "specification_test",
]
