"""The simulated region as the tests of the chapters see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from counting import DEMO

from kansen_lib.example import Region
from kansen_lib.store import School, Store


@pytest.fixture(scope="session")
def store(voorbeeld: Path) -> Store:
    """The simulated region."""
    return Store(voorbeeld)


@pytest.fixture(scope="session")
def school(store: Store) -> School:
    """The school of the committed notebooks."""
    return store.school(DEMO)


@pytest.fixture(scope="session")
def truth() -> dict:
    """What the region was made with."""
    return Region().truth()
