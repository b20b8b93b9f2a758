"""What a run shows on the terminal."""

import io
from pathlib import Path

from rich.console import Console

from kansen_lib.running.console import Watch, failures
from kansen_lib.running.job import Outcome
from kansen_lib.running.plan import Job

JOB = Job("ZZ0100", "School [red]", "Plaats", Path("01_proef.ipynb"), Path(), {})


def _console() -> Console:
    return Console(file=io.StringIO(), width=120, force_terminal=True)


def test_the_bar_names_school_and_notebook() -> None:
    console = _console()
    with Watch(1, console) as watch:
        watch.started(JOB)
    assert "School [red] (ZZ0100) 01_proef" in console.file.getvalue()  # type: ignore[attr-defined]


def test_the_table_says_what_failed_and_why() -> None:
    console = _console()
    console.print(failures([Outcome(JOB), Outcome(JOB, "cell 3: KeyError: '[bold]'")]))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "cell 3: KeyError: '[bold]'" in text
    assert "ZZ0100 School [red]" in text
    assert "1 of the reports failed" in text


def test_no_table_without_failures() -> None:
    assert failures([Outcome(JOB)]) is None
