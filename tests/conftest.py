"""Fixtures that every test may use. Helpers of one room stand in that room's own folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from hypothesis import settings

if TYPE_CHECKING:
    from kansen_lib.benchmark import Benchmark

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
def one_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of a run share; alone, the folder of the run."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def voorbeeld(one_folder: Path) -> Path:
    """A store of the simulated region, as the demo makes it: one, however many workers test."""
    from kansen_lib import cli, store

    path = one_folder / "voorbeeld"
    with FileLock(one_folder / "voorbeeld.lock"):
        if not (path / store.MANIFEST).is_file():
            cli.make_example(path)
    return path


@pytest.fixture(scope="session")
def network(one_folder: Path, voorbeeld: Path) -> Benchmark:
    """Reference values of the simulated region: computed by one worker."""
    from kansen_lib import benchmark
    from kansen_lib.store import Store

    with FileLock(one_folder / "network.lock"):
        return benchmark.load(Store(voorbeeld))


@pytest.fixture(scope="session")
def duo(one_folder: Path, shared: Path) -> Path:
    """A store of the real files of DUO and CBS."""
    from kansen_lib import store
    from kansen_lib.sources import duo

    path = one_folder / "duo"
    with FileLock(one_folder / "duo.lock"):
        if not (path / store.MANIFEST).is_file():
            store.write(path, duo.read([shared / "data/duo", shared / "data/cbs"]).tables.items())
    return path


@pytest.fixture
def kansen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Call the command with words; gives exit code, output and errors."""

    from kansen_lib import cli

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kansen", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "200")
        code = 0
        try:
            cli.main()
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0
        out, err = capsys.readouterr()
        return code, out, err

    return call
