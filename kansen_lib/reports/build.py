"""A run from plan to folder: reports, index, results and manifest."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from kansen_lib.reports import html, index
from kansen_lib.running import batch, manifest
from kansen_lib.running.folder import INDEX, RESULTS, OutputFolder
from kansen_lib.running.job import Outcome
from kansen_lib.running.plan import Job, Plan


def _ignore(_: Job | Outcome) -> None:
    """Nobody watches."""


def build(
    plan: Plan,
    out: Path,
    *,
    workers: int = 1,
    seed: int = 0,
    on_start: Callable[[Job], None] = _ignore,
    on_done: Callable[[Outcome], None] = _ignore,
) -> list[Outcome]:
    """Run a plan; afterwards ``out`` holds the reports that succeeded, and nothing of an earlier run.

    The reports of a run that is broken off are whole, and its manifest says which are missing.

    Args:
        plan: what to run.
        out: the output folder; made when it does not exist.
        workers: number of processes.
        seed: what the manifest says of random draws.
        on_start: told of each job when it begins.
        on_done: told of each outcome, when a report that succeeded is in place.

    Returns:
        An outcome a job, in the order of the plan.

    Raises:
        OutputError: another run is at work in ``out``, or it holds something that is not ours.
    """
    store = plan.store
    render = functools.partial(html.render, tier=store.tier, simulated=store.simulated)
    outcomes: list[Outcome] = []
    with OutputFolder(out) as folder:
        folder.clear()
        folder.write_manifest(manifest.record(plan, outcomes, seed))
        for outcome in batch.run(plan.jobs, folder.stage, folder.runtime, render, workers, on_start):
            if outcome.succeeded:
                folder.publish(outcome)
            outcomes.append(outcome)
            on_done(outcome)
        order = {job.name: place for place, job in enumerate(plan.jobs)}
        outcomes.sort(key=lambda outcome: order[outcome.job.name])
        _summarise(plan, folder, outcomes)
        folder.write_manifest(manifest.record(plan, outcomes, seed))
    return outcomes


def _summarise(plan: Plan, folder: OutputFolder, outcomes: list[Outcome]) -> None:
    from kansen_lib.reports import results

    frame = results.collect(folder.path, [outcome.job for outcome in outcomes if outcome.succeeded])
    results.write(folder.stage / RESULTS, frame)
    folder.publish_file(RESULTS)
    folder.write_text(INDEX, index.render(outcomes, plan.store.tier, plan.store.simulated))
