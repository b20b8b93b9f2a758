"""The committed notebooks, executed where they stand, with their own defaults."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kansen_lib.running import batch
from kansen_lib.running.job import Outcome
from kansen_lib.running.plan import SCHOOL, Job, Notebook
from kansen_lib.store import Store


def refresh(notebooks: Iterable[Notebook], store: Store, workers: int = 1) -> list[Outcome]:
    """Execute notebooks in place; one that fails stays as it was.

    Args:
        notebooks: those to execute; each works in its own folder, where its default store starts.
        store: the store that the defaults point at.
        workers: number of processes.
    """
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="kansen-") as folder:
        stage, runtime = Path(folder) / "stage", Path(folder) / "runtime"
        for outcome in batch.run([_job(book, store) for book in notebooks], stage, runtime, None, workers):
            if outcome.succeeded:
                _replace(outcome.job.notebook, stage / f"{outcome.job.name}.ipynb")
            outcomes.append(outcome)
    return sorted(outcomes, key=lambda outcome: outcome.job.name)


def _replace(notebook: Path, executed: Path) -> None:
    """Put an executed notebook in the place of the other, in one step; they may be on two disks."""
    partial = notebook.with_suffix(".partial")
    shutil.copyfile(executed, partial)
    partial.replace(notebook)


def _job(book: Notebook, store: Store) -> Job:
    school = store.school(book.parameters[SCHOOL].default)
    gemeente = str(school.record["gemeente"])
    return Job(school.vestiging, school.naam, gemeente, book.path, book.path.parent, {})
