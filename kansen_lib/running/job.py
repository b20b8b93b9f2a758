"""One notebook in a kernel of its own: executed, cleaned, and the reason when it fails."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kansen_lib.running import parameters
from kansen_lib.running.cause import describe
from kansen_lib.running.plan import Job

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: Longest time for one cell, in seconds.
CELL_SECONDS = 600
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

Render = Callable[["NotebookNode", Job], str]


class JobError(RuntimeError):
    """A notebook that failed; the message is the cause, in one line without data."""


@dataclass(frozen=True)
class Outcome:
    """How a report went.

    Attributes:
        job: what was asked.
        cause: why it failed; empty when it succeeded.
        seconds: how long it took, on the clock.
        sha256: hash of each file that was made, by extension.
    """

    job: Job
    cause: str = ""
    seconds: float = 0.0
    sha256: tuple[tuple[str, str], ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether there is a report."""
        return not self.cause


def report(job: Job, stage: Path, sockets: Path, render: Render | None) -> Outcome:
    """Execute a notebook and write ``stage/<job.name>.ipynb``, with its HTML beside it.

    Never raises for what goes wrong on the way: the outcome then holds the cause.

    Args:
        job: the notebook, the school and the parameters.
        stage: folder to write in.
        sockets: folder for the kernel's sockets; its path must be short (a socket's name has 107
            characters at most).
        render: makes the HTML of an executed notebook; None for no HTML.
    """
    begin = time.monotonic()
    try:
        files = _files(execute(job, sockets), job, render)
        hashes = tuple((kind, _write(stage / f"{job.name}.{kind}", text)) for kind, text in files.items())
        return Outcome(job, "", time.monotonic() - begin, hashes)
    except Exception as error:
        cause = str(error) if isinstance(error, JobError) else describe(type(error).__name__, str(error))
        return Outcome(job, cause, time.monotonic() - begin)


def _files(notebook: NotebookNode, job: Job, render: Render | None) -> dict[str, str]:
    """The text of each file of a report, by extension."""
    import nbformat

    files = {"ipynb": nbformat.writes(notebook) + "\n"}
    return files if render is None else files | {"html": render(notebook, job)}


def _write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode("utf-8")
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


# --- executing -------------------------------------------------------------------------------------


def execute(job: Job, sockets: Path) -> NotebookNode:
    """The executed notebook of a job, without a trace of this machine or this moment.

    Raises:
        JobError: the notebook did not run to its end.
    """
    import nbformat
    import papermill

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    text = job.notebook.read_text(encoding="utf-8")
    cells = _CellCounter()
    try:
        done = papermill.execute_notebook(
            _fill(nbformat.reads(text, as_version=4), job.parameters),
            None,
            kernel_name=KERNEL["name"],
            language=KERNEL["language"],
            cwd=job.folder,
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            execution_timeout=CELL_SECONDS,
            shutdown_kernel="immediate",
            record_timing=False,
            coalesce_streams=True,
            on_cell_start=cells.count,
            config=_ipc(sockets),
        )
    except Exception as error:
        where = f"cell {cells.number}" if cells.number else "before the first cell"
        raise JobError(f"{where}: {_reason(error, cells.source)}") from None
    _refuse_half(done)
    return clean(done, json.loads(text))


def _fill(notebook: NotebookNode, values: dict[str, Any]) -> NotebookNode:
    for cell in notebook.cells:
        if parameters.TAG in cell.metadata.get("tags", []):
            cell.source = parameters.fill(cell.source, values)
    return notebook


class _CellCounter:
    """Counts the code cells as they run: the number in a cell's brackets."""

    def __init__(self) -> None:
        self.number, self.source = 0, ""

    def count(self, cell: NotebookNode, **_: Any) -> None:
        if cell.cell_type == "code" and cell.source.strip():
            self.number += 1
            self.source = cell.source


def _ipc(sockets: Path) -> Any:
    """Kernel over sockets in a folder of its own: no ports to clash over, and open to nobody else."""
    from traitlets.config import Config

    sockets.mkdir(parents=True, exist_ok=True)
    connection = str(sockets / "k.json")
    return Config({"KernelManager": {"transport": "ipc", "connection_file": connection}})


def _reason(error: Exception, source: str) -> str:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, PapermillExecutionError):
        return describe(error.ename, error.evalue, source)
    if isinstance(error, CellTimeoutError):
        return f"no answer within {CELL_SECONDS} s"
    if isinstance(error, DeadKernelError):
        return "the kernel died (was it killed, or out of memory?)"
    return describe(type(error).__name__, str(error))


def _refuse_half(notebook: NotebookNode) -> None:
    """A notebook that leaves early (``sys.exit()``) has failed, though papermill calls it a success."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    if any(output.output_type == "error" for output in outputs):
        raise JobError("SystemExit: the notebook stopped before its last cell")


# --- cleaning --------------------------------------------------------------------------------------


def clean(notebook: NotebookNode, source: dict[str, Any]) -> NotebookNode:
    """Keep what follows from the sources and the data alone: two runs give the same bytes.

    Goes: times, durations, paths, versions, random cell ids, and everything on stderr (warnings name
    files of this machine and a process number).
    """
    kept = {cell["id"] for cell in source["cells"] if "id" in cell}
    for place, cell in enumerate(notebook.cells):
        cell.metadata = {key: value for key, value in cell.metadata.items() if key not in _TIMED and value}
        if cell.id not in kept:
            cell.id = f"cel-{place:02d}"
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": KERNEL["language"]}}
    return notebook


_TIMED = {"papermill", "execution"}
