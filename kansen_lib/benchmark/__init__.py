"""The network phase: reference values and pooled models, computed once a store; see ``network``."""

from kansen_lib.benchmark.data import SEED
from kansen_lib.benchmark.network import current, load, prepare
from kansen_lib.benchmark.numbers import Benchmark

__all__ = ["SEED", "Benchmark", "current", "load", "prepare"]
