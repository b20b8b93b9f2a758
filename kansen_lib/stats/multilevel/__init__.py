"""Pupils in classes in schools: linear mixed models, variance shares, effects of schools, value added."""

from kansen_lib.stats.multilevel.shares import variance_shares

__all__ = ["variance_shares"]
