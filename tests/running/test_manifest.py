"""The manifest: hashes of what made the reports."""

import importlib.metadata
import shutil
from pathlib import Path

import making
import pytest

import kansen_lib
from kansen_lib.running import manifest
from kansen_lib.running.plan import read_notebook


def test_the_environment_is_what_is_installed_of_the_lock() -> None:
    found = manifest.environment()
    assert found["packages"]["papermill"] == importlib.metadata.version("papermill")
    assert "pywinpty" not in found["packages"]
    assert len(found["packages"]) > 50


def test_the_code_hash_follows_library_and_notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "kansen_lib"
    source = Path(kansen_lib.__file__).parent
    shutil.copytree(source / "running", library / "running", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(manifest, "_LIBRARY", library)
    books = {"01_proef": read_notebook(making.make_notebook(tmp_path, "1 + 1"))}
    first = manifest.code_hash(books)
    (library / "__pycache__").mkdir()
    (library / "__pycache__" / "job.pyc").write_bytes(b"x")
    assert manifest.code_hash(books) == first
    other = {"01_proef": read_notebook(making.make_notebook(tmp_path, "1 + 2"))}
    assert manifest.code_hash(other) != first
    with (library / "running" / "job.py").open("a") as file:
        file.write("\n")
    assert manifest.code_hash(books) != first


def test_a_plan_without_outcomes_is_pending(tmp_path: Path) -> None:
    plan = making.make_plan(tmp_path, "1 + 1")
    record = manifest.record(plan, [], seed=3)
    assert record["reports"] == {
        "ZZ0100/01_proef": {"outcome": "pending"},
        "ZZ0200/01_proef": {"outcome": "pending"},
    }
    assert record["store"]["fingerprint"] == plan.store.fingerprint
    assert (record["profile"], record["seed"], record["kansen"]) == ("cbs", 3, kansen_lib.__version__)
