"""Intervals, least-squares coefficients, bootstrap, randomisation, multiple comparisons and imputation."""

from kansen_lib.stats.inference.bootstrap import cluster_bootstrap
from kansen_lib.stats.inference.imputation import impute, rubin
from kansen_lib.stats.inference.jackknife import Jackknifed, cluster_jackknife
from kansen_lib.stats.inference.multiple import benjamini_hochberg, family, holm, romano_wolf
from kansen_lib.stats.inference.randomisation import randomisation_test
from kansen_lib.stats.inference.regression import coefficients, joint_test
from kansen_lib.stats.inference.shares import (
    FunnelLimits,
    clopper_pearson,
    difference_limits,
    funnel_limits,
    wilson,
)
from kansen_lib.stats.inference.specification import specification_curve
from kansen_lib.stats.inference.wild import wild_cluster_bootstrap

__all__ = [
    "FunnelLimits",
    "Jackknifed",
    "benjamini_hochberg",
    "clopper_pearson",
    "cluster_bootstrap",
    "cluster_jackknife",
    "coefficients",
    "difference_limits",
    "family",
    "funnel_limits",
    "holm",
    "impute",
    "joint_test",
    "randomisation_test",
    "romano_wolf",
    "rubin",
    "specification_curve",
    "wild_cluster_bootstrap",
    "wilson",
]
