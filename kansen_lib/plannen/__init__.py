"""Plans of evaluations, written before anybody knows the outcome, and locked with a hash.

A plan is a TOML file that school and researcher fill in and sign. ``kansen plan lock`` checks it and keeps it
in the store; every later report prints its hash, and a card sets what was planned beside what was done.
"""

from kansen_lib.plannen.inhoud import changes, sha256, value
from kansen_lib.plannen.keuren import faults
from kansen_lib.plannen.vastleggen import (
    FOLDER,
    Locked,
    Outcome,
    PlanFileError,
    Version,
    difference,
    forget,
    lock,
    plan_of,
    plans,
    read_file,
)

__all__ = [
    "FOLDER",
    "Locked",
    "Outcome",
    "PlanFileError",
    "Version",
    "changes",
    "difference",
    "faults",
    "forget",
    "lock",
    "plan_of",
    "plans",
    "read_file",
    "sha256",
    "value",
]
