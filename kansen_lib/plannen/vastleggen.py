"""Locked plans of a store: kept beside its data, one file an intervention, a version added for every change.

They stand outside the data folder, so a new version of the store leaves them as they are. Nothing asks for
the time: a plan is of the date that its writers put in it.
"""

from __future__ import annotations

import json
import tomllib
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kansen_lib.plannen.inhoud import canonical, changes, sha256, value
from kansen_lib.plannen.keuren import faults
from kansen_lib.store import Store, write_json

FOLDER = "plannen"
#: Characters of a hash that a reader gets to see.
SHORT = 12


class PlanFileError(ValueError):
    """A plan that cannot be locked; the message says all that is wrong and what to do."""


@dataclass(frozen=True)
class Version:
    """A plan as it was locked.

    Attributes:
        number: 1 for the first.
        sha256: hash of the content when it was locked.
        content: what stands in the store now.
    """

    number: int
    sha256: str
    content: dict[str, Any]

    @cached_property
    def intact(self) -> bool:
        """Whether the content is still the one that was locked."""
        return sha256(self.content) == self.sha256

    @property
    def date(self) -> str:
        """The date that the writers put in it; empty where it is gone."""
        found = value(self.content, "datum")
        return found if isinstance(found, str) else ""


@dataclass(frozen=True)
class Locked:
    """The plan of one intervention with all its versions, oldest first; none where its file is damaged."""

    interventie: str
    versions: tuple[Version, ...]

    @property
    def latest(self) -> Version | None:
        """The last version that was locked; None where the file is damaged."""
        return self.versions[-1] if self.versions else None

    @property
    def intact(self) -> bool:
        """Whether every version is still what was locked."""
        return bool(self.versions) and all(version.intact for version in self.versions)

    @property
    def changed(self) -> bool:
        """Whether the plan was changed after it was first locked, openly or not."""
        return len(self.versions) > 1 or not self.intact

    @property
    def in_words(self) -> str:
        """Version, hash and whether it was changed, in Dutch: what every report says of a plan."""
        last = self.latest
        what = f"versie {last.number}, {last.sha256[:SHORT]}" if last else "niet meer te lezen"
        return f"{what}{', gewijzigd na vastleggen' if self.changed else ''}"

    def before(self, schooljaar: str) -> Version | None:
        """The version that counts: the last one dated before a school year began, else the first one."""
        early = [version for version in self.versions if "" < version.date < f"{schooljaar[:4]}-08-01"]
        return (early or list(self.versions[:1]) or [None])[-1]


# --- reading -------------------------------------------------------------------------------------------


def plans(store: Store) -> dict[str, Locked]:
    """The locked plans of a store by intervention; a damaged file gives a plan without versions."""
    found = (_load(path) for path in sorted((store.path / FOLDER).glob("*.json")))
    return {plan.interventie: plan for plan in found}


def plan_of(store: Store, interventie: str) -> Locked | None:
    """The locked plan of one intervention; None where there is none."""
    path = _path(store, interventie)
    return _load(path) if path.is_file() else None


def _path(store: Store, interventie: str) -> Path:
    """Where the plan of an intervention stands; its name may hold what no file name can."""
    return store.path / FOLDER / f"{urllib.parse.quote(interventie, safe='')}.json"


def _load(path: Path) -> Locked:
    name = urllib.parse.unquote(path.stem)
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["versies"]
        versions = tuple(
            Version(place, str(entry["sha256"]), dict(entry["inhoud"]))
            for place, entry in enumerate(entries, start=1)
        )
    except (OSError, ValueError, KeyError, TypeError):
        versions = ()
    return Locked(name, versions)


def read_file(path: Path) -> dict[str, Any]:
    """The content of the file of a plan.

    Raises:
        PlanFileError: it is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanFileError(f"plan {path} cannot be read as TOML: {error}; mend that line") from None


def difference(locked: Locked | None, content: Mapping[str, Any]) -> str:
    """How a plan differs from the one that is locked, in English; empty when it is that one."""
    last = locked.latest if locked else None
    if last is None:
        return "no plan of this intervention is locked"
    if sha256(content) == last.sha256:
        return ""
    paths = ", ".join(changes(last.content, content)) or "what is locked was changed"
    return f"DIFFERS from version {last.number}: {paths}"


# --- locking -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What locking did: the version in force, whether it is new, and what changed since the one before."""

    version: Version
    is_new: bool
    changed: Mapping[str, tuple[Any, Any]]


def lock(store: Store, content: Mapping[str, Any], name: str = "plan") -> Outcome:
    """Keep a plan in the store as its next version; the same content again changes nothing.

    Args:
        store: where it is kept.
        content: the plan, see :mod:`kansen_lib.plannen.velden`.
        name: what the plan is called in an error, such as its file.

    Raises:
        PlanFileError: an incomplete plan, one that does not fit the store, one dated before the version that
            is locked, or a locked plan that was tampered with.
    """
    wrong = faults(content, store)
    if wrong:
        lines = "\n".join(f"  {line}" for line in wrong)
        raise PlanFileError(f"{name} cannot be locked:\n{lines}\nMend this in the file, then lock it again.")
    plan, interventie = canonical(content), str(content["interventie"]).strip()
    earlier = plan_of(store, interventie) or Locked(interventie, ())
    _check_earlier(earlier, plan, _path(store, interventie))
    last = earlier.latest
    if last and last.sha256 == sha256(plan):
        return Outcome(last, False, {})
    version = Version(len(earlier.versions) + 1, sha256(plan), plan)
    _write(store, interventie, (*earlier.versions, version))
    return Outcome(version, True, changes(last.content, plan) if last else {})


def forget(store: Store, interventie: str) -> None:
    """Remove the plan of an intervention: for what made it itself, such as the example."""
    _path(store, interventie).unlink(missing_ok=True)


def _check_earlier(earlier: Locked, plan: Mapping[str, Any], path: Path) -> None:
    if path.is_file() and not earlier.intact:
        raise PlanFileError(
            f"the locked plan of '{earlier.interventie}' was changed in the store: {FOLDER}/{path.name} does "
            "not fit its hash. Put back the file as it was locked, then lock the new version"
        )
    if earlier.latest and plan["datum"] < earlier.latest.date:
        raise PlanFileError(
            f"datum: {plan['datum']} is before {earlier.latest.date}, the date of version "
            f"{earlier.latest.number}; give the day of the change"
        )


def _write(store: Store, interventie: str, versions: tuple[Version, ...]) -> None:
    path = _path(store, interventie)
    path.parent.mkdir(exist_ok=True)
    entries = [
        {"versie": one.number, "sha256": one.sha256, "datum": one.date, "inhoud": one.content}
        for one in versions
    ]
    write_json(path, {"interventie": interventie, "versies": entries})
