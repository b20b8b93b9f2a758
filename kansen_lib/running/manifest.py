"""The manifest: what made the reports of a run, and how each of them went."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import kansen_lib
from kansen_lib import plannen
from kansen_lib.running.job import Outcome
from kansen_lib.running.plan import Notebook, Plan

_LIBRARY = Path(kansen_lib.__file__).parent
LOCK = _LIBRARY.parent / "requirements.lock"


def record(plan: Plan, outcomes: Iterable[Outcome], seed: int) -> dict[str, Any]:
    """The manifest of a run; a job without an outcome yet is ``pending``.

    Durations are the only values in it that differ between two runs of the same plan.

    Args:
        plan: what was asked.
        outcomes: how it went, as far as known.
        seed: of everything in the run that draws at random.
    """
    known = {outcome.job.name: outcome for outcome in outcomes}
    return {
        "kansen": kansen_lib.__version__,
        "store": {
            "name": plan.store.path.resolve().name,
            "fingerprint": plan.store.fingerprint,
            "simulated": plan.store.simulated,
            "experiment": plan.store.experiment,
            "tier": plan.store.tier,
        },
        "plans": {name: _plan(locked) for name, locked in plannen.plans(plan.store).items()},
        "code": {"sha256": code_hash(plan.notebooks)},
        "environment": environment(),
        "profile": plan.profile,
        "parameters": dict(plan.parameters),
        "seed": seed,
        "reports": {job.name: _entry(known.get(job.name)) for job in plan.jobs},
    }


def _plan(locked: plannen.Locked) -> dict[str, Any]:
    """What the evaluations of this run were held to: a later change of it shows."""
    last = locked.latest
    version = {"version": last.number, "sha256": last.sha256} if last else {}
    return version | {"changed": locked.changed}


def _entry(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {"outcome": "pending"}
    entry = {"outcome": "succeeded" if outcome.succeeded else "failed", "seconds": round(outcome.seconds, 2)}
    return entry | ({"sha256": dict(outcome.sha256)} if outcome.succeeded else {"cause": outcome.cause})


def code_hash(notebooks: Mapping[str, Notebook]) -> str:
    """Hash over the files of the library and the sources of the notebooks."""
    files = sorted(
        path for path in _LIBRARY.rglob("*.*") if path.is_file() and "__pycache__" not in path.parts
    )
    library = {
        path.relative_to(_LIBRARY).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }
    return _hash([library, {name: book.code_hash for name, book in notebooks.items()}])


@functools.cache
def environment() -> dict[str, Any]:
    """Python and the installed packages of the lock, with one hash over them."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    installed = {name: version for name in names if (version := _version(name))}
    found = {"python": platform.python_version(), "packages": installed}
    return found | {"sha256": _hash(found)}


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None  # the lock is for every platform


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
