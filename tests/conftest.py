"""Fixtures that every test may use. Helpers of one room stand in that room's own folder."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run: a change is red because of what it changed.
settings.register_profile("fixed", derandomize=True)
settings.load_profile("fixed")

# The same bytes on every machine: see the Makefile.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the checkout with real public files."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the real files of ../shared are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def voorbeeld(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the simulated region, as the demo makes it."""
    from kansen_lib import store
    from kansen_lib.example import Region

    path = tmp_path_factory.mktemp("voorbeeld") / "store"
    store.write(path, Region().tables(), simulated=True)
    return path
