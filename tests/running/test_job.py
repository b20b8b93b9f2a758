"""One notebook: the time limit, what is cleaned, and what is not a report."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import making
import nbformat
import pytest

from kansen_lib.present.sliders import SESSION
from kansen_lib.running import batch
from kansen_lib.running import job as jobs
from kansen_lib.running.job import clean, report


@pytest.fixture
def sockets() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "1"


def test_a_cell_that_hangs_is_stopped(tmp_path: Path, sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CELL_SECONDS", 1)
    plan = making.make_plan(tmp_path, "1 + 1", "import time; time.sleep(60)")
    outcome = report(plan.jobs[0], tmp_path / "stage", sockets, None)
    assert outcome.cause == "cell 3: no answer within 1 s"
    assert outcome.seconds < 20
    assert not (tmp_path / "stage").exists()


def test_a_report_that_cannot_be_rendered_has_failed(tmp_path: Path, sockets: Path) -> None:
    def render(notebook: object, job: object) -> str:
        raise RuntimeError("geen sjabloon")

    plan = making.make_plan(tmp_path, "1 + 1")
    outcome = report(plan.jobs[0], tmp_path / "stage", sockets, render)
    assert outcome.cause == "RuntimeError: geen sjabloon"
    assert not (tmp_path / "stage").exists()


def test_a_run_that_is_started_from_a_notebook_has_no_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card with sliders asks for it, and a report has none."""
    monkeypatch.setenv(SESSION, "open.ipynb")
    plan = making.make_plan(tmp_path, "from kansen_lib.present import sliders; print(sliders.is_live())")
    (outcome, _) = batch.run(plan.jobs, tmp_path / "stage", tmp_path / "run", None)
    made = nbformat.read(tmp_path / "stage" / f"{outcome.job.name}.ipynb", as_version=4)
    assert outcome.succeeded and made.cells[-1].outputs[0].text == "False\n"


def test_cleaning_keeps_what_follows_from_sources_and_data() -> None:
    body = nbformat.v4.new_code_cell(
        "1 + 1",
        execution_count=1,
        metadata={"tags": ["werkbank"], "papermill": {"duration": 3}, "execution": {"a": "2026-01-01"}},
        outputs=[
            nbformat.v4.new_output("stream", name="stderr", text="/home/x.py:1: UserWarning"),
            nbformat.v4.new_output("stream", name="stdout", text="2"),
        ],
    )
    notebook = nbformat.v4.new_notebook(
        cells=[body, nbformat.v4.new_markdown_cell("tekst", metadata={"tags": []})]
    )
    notebook.metadata = {"papermill": {"start_time": "2026"}, "language_info": {"version": "3.11.7"}}
    known = {"cells": [{"id": body.id}, {}]}
    cleaned = clean(notebook, known)
    assert cleaned.metadata == {"kernelspec": jobs.KERNEL, "language_info": {"name": "python"}}
    assert [cell.metadata for cell in cleaned.cells] == [{"tags": ["werkbank"]}, {}]
    assert [cell.id for cell in cleaned.cells] == [body.id, "cel-01"]
    assert [output.name for output in cleaned.cells[0].outputs] == ["stdout"]
    nbformat.validate(cleaned)
