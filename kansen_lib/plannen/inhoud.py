"""The content of a plan: flat by path, in one canonical form, with its hash."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from kansen_lib.plannen.velden import DECISIONS, is_number

#: What stands for a field that a plan does not have.
ABSENT = None


def canonical(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same content in one form: dates as text, numbers of one kind, no blanks around words."""
    return {str(key): _plain(value) for key, value in sorted(content.items())}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return canonical(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, str):
        return value.strip()
    return float(value) if is_number(value) else value


def sha256(content: Mapping[str, Any]) -> str:
    """Hash of a plan: of its canonical content, not of the file that it came in."""
    text = json.dumps(canonical(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def value(content: Mapping[str, Any], path: str) -> Any:
    """What stands at a path, :data:`ABSENT` where nothing does."""
    found: Any = content
    for key in path.split("."):
        found = found.get(key, ABSENT) if isinstance(found, Mapping) else ABSENT
    return found


def flat(content: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Every value by its path; the log of decisions is one value."""
    found: dict[str, Any] = {}
    for key, item in content.items():
        path = f"{before}.{key}" if before else str(key)
        found |= flat(item, path) if isinstance(item, Mapping) else {path: item}
    return found


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Which paths differ between two plans, each with the old and the new value, by path."""
    before, after = flat(canonical(old)), flat(canonical(new))
    paths = sorted({*after, *before})
    return {
        path: (before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)
    }


def decisions(content: Mapping[str, Any]) -> list[Any]:
    """The log of decisions of a plan."""
    found = content.get(DECISIONS, [])
    return found if isinstance(found, list) else []
