"""Many notebooks at once: each worker a process of its own, replaced when it dies."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path

import kansen_lib
from kansen_lib.running.job import Outcome, Render, report
from kansen_lib.running.plan import Job

DIED = "the worker process died (was it killed, or out of memory?)"
#: What the kernels find in their environment: one BLAS thread (the same bytes everywhere, and
#: workers that do not fight over the cores), a fixed order of sets, this library and no other, and no
#: session: a run that is started from a notebook makes reports, which have no sliders.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "PYTHONPATH": str(Path(kansen_lib.__file__).parents[1]),
    "JPY_SESSION_NAME": "",
}


def run(
    jobs: Iterable[Job],
    stage: Path,
    runtime: Path,
    render: Render | None,
    workers: int = 1,
    on_start: Callable[[Job], None] = lambda job: None,
) -> Iterator[Outcome]:
    """Run jobs in worker processes and give each outcome as soon as it is there.

    A worker that dies costs the report it was working on, and nothing else.

    Args:
        jobs: what to run, in order.
        stage: folder that the workers write their reports in.
        runtime: folder for sockets and settings of the kernels; a short path.
        render: makes the HTML; a function of a module, so that a process can find it.
        workers: number of processes.
        on_start: told of each job when it begins.
    """
    waiting = deque(jobs)
    idle = [_Worker(stage, runtime / str(number), render) for number in range(min(workers, len(waiting)))]
    busy: dict[Connection, _Worker] = {}
    try:
        while waiting or busy:
            while waiting and idle:
                worker = idle.pop()
                worker.begin(waiting.popleft())
                on_start(worker.job)
                busy[worker.pipe] = worker
            for pipe in wait(list(busy)):
                worker = busy.pop(pipe)
                outcome = worker.outcome()
                idle.append(worker if worker.process.is_alive() else worker.replace())
                yield outcome
    finally:
        for worker in [*idle, *busy.values()]:
            worker.stop()


class _Worker:
    """A process that makes one report at a time, and the pipe to it."""

    def __init__(self, stage: Path, runtime: Path, render: Render | None) -> None:
        self.arguments = (stage, runtime, render)
        self.job: Job
        self.begun = 0.0
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, *self.arguments), daemon=True)
        self.process.start()
        other.close()  # so that the pipe ends when the process does

    def begin(self, job: Job) -> None:
        self.job, self.begun = job, time.monotonic()
        try:
            self.pipe.send(job)
        except OSError:
            pass  # it died while idle: the pipe has ended, and outcome() says so

    def outcome(self) -> Outcome:
        """The outcome of the job that was begun; blocks until it is there."""
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            return Outcome(self.job, DIED, time.monotonic() - self.begun)

    def replace(self) -> _Worker:
        self.stop()
        return _Worker(*self.arguments)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()
        shutil.rmtree(self.arguments[1], ignore_errors=True)


# --- inside the worker -----------------------------------------------------------------------------


def _serve(pipe: Connection, stage: Path, runtime: Path, render: Render | None) -> None:
    """Make reports until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's: it stops its workers
    threading.Thread(target=_leave_with_parent, args=(runtime,), daemon=True).start()
    _silence()
    os.environ |= ENVIRONMENT | {"IPYTHONDIR": str(runtime / "ipython"), "JUPYTER_RUNTIME_DIR": str(runtime)}
    number = 0
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        number += 1
        sockets = runtime / str(number)
        pipe.send(report(job, stage, sockets, render))
        shutil.rmtree(sockets, ignore_errors=True)


def _leave_with_parent(runtime: Path) -> None:
    """Do not outlive a run that was killed; the kernel notices by itself that its parent is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        shutil.rmtree(runtime, ignore_errors=True)
        os._exit(1)


def _silence() -> None:
    """What a kernel writes on the terminal disturbs the progress bar and may hold data."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
