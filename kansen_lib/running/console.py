"""What a run shows on the terminal: a progress bar, and a table of what failed."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from kansen_lib.running.job import Outcome
from kansen_lib.running.plan import Job


class Watch:
    """A progress bar that names the schools and notebooks at work; a context manager."""

    def __init__(self, total: int, console: Console) -> None:
        self._busy: dict[str, Job] = {}
        self._bar = Progress(
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
        )
        self._task = self._bar.add_task("starting", total=total)

    def __enter__(self) -> Watch:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def started(self, job: Job) -> None:
        """A report has begun."""
        self._busy[job.name] = job
        self._show()

    def done(self, outcome: Outcome) -> None:
        """A report has ended, well or not."""
        self._busy.pop(outcome.job.name, None)
        self._bar.advance(self._task)
        self._show()

    def _show(self) -> None:
        names = [f"{job.naam} ({job.vestiging}) {job.notebook.stem}" for job in self._busy.values()]
        self._bar.update(self._task, description="; ".join(names) or "done")


def failures(outcomes: Iterable[Outcome]) -> Table | None:
    """A table of the reports that failed and why, None when all succeeded."""
    failed = [outcome for outcome in outcomes if not outcome.succeeded]
    if not failed:
        return None
    table = Table(title=f"{len(failed)} of the reports failed", title_justify="left")
    for heading in ("school", "notebook", "cause"):
        table.add_column(heading, overflow="fold")
    for outcome in failed:
        job = outcome.job
        table.add_row(*map(Text, (f"{job.vestiging} {job.naam}", job.notebook.stem, outcome.cause)))
    return table
