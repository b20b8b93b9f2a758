"""The output folder: what stands in it is whole, and of the last run alone."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from kansen_lib.running.errors import OutputError
from kansen_lib.running.job import Outcome
from kansen_lib.store import write_json

INDEX, MANIFEST, RESULTS = "index.html", "manifest.json", "results.parquet"
KINDS = ("ipynb", "html")
_PARTIAL = ".partial-"
_RUNTIME = "kansen-"
_REPORT = re.compile(r"[0-9A-Z]{6}/[\w.-]+")


class OutputFolder:
    """The folder of a run, held by one run at a time; a context manager.

    A report is written in ``stage``, a folder inside it, and moved into place when it is whole. The
    kernels keep their sockets in ``runtime``, outside it, because a socket's path must be short.
    What an earlier run that was killed has left of both is removed first.
    """

    stage: Path
    runtime: Path

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> OutputFolder:
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise OutputError(
                f"another run is writing to {self.path}: wait for it, or choose another --out"
            ) from None
        self._remove_leftovers()
        self.stage = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=self.path)).resolve()
        self.runtime = Path(tempfile.mkdtemp(prefix=_RUNTIME)).resolve()
        (self.stage / "runtime").symlink_to(self.runtime)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove_leftovers()
        os.close(self._lock)

    def _remove_leftovers(self) -> None:
        """Remove every staging folder, and the runtime folder that it points at."""
        for partial in self.path.glob(f"{_PARTIAL}*"):
            runtime = (partial / "runtime").resolve()
            if runtime.name.startswith(_RUNTIME):
                shutil.rmtree(runtime, ignore_errors=True)
            shutil.rmtree(partial, ignore_errors=True)

    def clear(self) -> None:
        """Remove what the earlier run made, as its manifest lists it; leave any other file alone.

        Raises:
            OutputError: the folder holds an index or a manifest that kansen did not make.
        """
        for name in self._earlier_reports():
            for kind in KINDS:
                (self.path / f"{name}.{kind}").unlink(missing_ok=True)
            _remove_if_empty((self.path / name).parent)
        for name in (INDEX, RESULTS, MANIFEST):  # the list of what is left goes last
            (self.path / name).unlink(missing_ok=True)

    def _earlier_reports(self) -> list[str]:
        foreign = OutputError(f"{self.path} holds files that kansen did not make: choose another --out")
        manifest = self.path / MANIFEST
        if not manifest.exists():
            if (self.path / INDEX).exists():
                raise foreign
            return []
        try:
            names = list(json.loads(manifest.read_text(encoding="utf-8"))["reports"])
        except (ValueError, KeyError, TypeError):
            raise foreign from None
        if not all(_REPORT.fullmatch(name) for name in names):
            raise foreign
        return names

    def publish(self, outcome: Outcome) -> None:
        """Move the files of a succeeded report into place; the one that people open goes last."""
        name = outcome.job.name
        (self.path / name).parent.mkdir(exist_ok=True)
        for kind in KINDS:
            self.publish_file(f"{name}.{kind}")

    def publish_file(self, name: str) -> None:
        """Move a file of ``stage`` into place in one atomic step."""
        (self.stage / name).replace(self.path / name)

    def write_text(self, name: str, text: str) -> None:
        """Write a text file in one atomic step."""
        (self.stage / name).write_text(text, encoding="utf-8")
        self.publish_file(name)

    def write_manifest(self, record: dict[str, Any]) -> None:
        """Write the manifest in one atomic step."""
        write_json(self.stage / MANIFEST, record)
        self.publish_file(MANIFEST)


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
