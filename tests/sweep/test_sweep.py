"""Notebook 04 on real files, for a sample of the gemeenten: the whole sweep is ``make sweep``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import sweep

from kansen_lib import benchmark
from kansen_lib.benchmark import SEED
from kansen_lib.store import Store

#: The largest gemeente, one with two vestigingen, and so many more.
NAMED, AT_RANDOM = ("Amsterdam", "Baarn"), 4


@pytest.fixture(scope="module")
def real(duo: Path) -> Store:
    """The real files as a store, with the network phase."""
    opened = Store(duo)
    benchmark.load(opened)
    return opened


def test_every_gemeente_with_two_vestigingen_has_a_school_in_the_sweep(real: Store) -> None:
    asked = sweep.schools(real)
    sizes = real.vestigingen.groupby("gemeente").size()
    assert set(asked) == set(sizes.index[sizes >= 2])
    assert all(real.vestigingen.loc[school, "gemeente"] == gemeente for gemeente, school in asked.items())
    counted = set(real.read("aantallen", ["vestiging"])["vestiging"])
    assert sum(school not in counted for school in asked.values()) < len(asked) / 20


def test_the_notebook_runs_without_a_warning(real: Store) -> None:
    asked = sweep.schools(real)
    others = random.Random(SEED).sample(sorted(set(asked) - set(NAMED)), AT_RANDOM)
    found = {name: sweep.fault(real.path, asked[name]) for name in (*NAMED, *others)}
    assert found == dict.fromkeys(found, "")


def test_a_fault_in_a_cell_is_named(real: Store, tmp_path: Path) -> None:
    assert sweep.fault(tmp_path, "00RZ00").startswith("StoreError: no store at")
