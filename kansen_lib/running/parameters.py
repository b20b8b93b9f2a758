"""The cell tagged ``parameters``: what it holds, how text becomes a value, and filling it in.

papermill would add a cell with the values behind this one. Then the default school, an example,
would stand in every school's report; so the values replace the defaults in the cell itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kansen_lib.running.errors import PlanError

TAG = "parameters"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a notebook: its default value and the annotation beside it, if any."""

    name: str
    default: Any
    annotation: str = ""

    def parse(self, text: str) -> Any:
        """The value that ``text`` stands for, with the type of the default. Text stays text: '0363'.

        A list is written with commas; ``None`` is allowed where the default or the annotation is.

        Raises:
            PlanError: ``text`` is no value of that type.
        """
        if text == "None" and (self.default is None or "None" in self.annotation):
            return None
        kind = list if "list" in self.annotation else type(self.default)
        try:
            return _PARSERS.get(kind, str)(text)
        except (ValueError, KeyError):
            raise PlanError(
                f"parameter '{self.name}' is of type {kind.__name__}, like its default {self.default!r}; "
                f"'{text}' is not"
            ) from None


def _parse_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


_PARSERS: Mapping[type, Any] = {
    bool: lambda text: {"true": True, "false": False}[text.lower()],
    int: int,
    float: float,
    list: _parse_list,
    tuple: _parse_list,
}


def read(source: str, where: str) -> dict[str, Parameter]:
    """The parameters in the source of a cell, by name.

    Args:
        source: assignments of plain values, with or without annotation.
        where: name of the notebook, for the message.

    Raises:
        PlanError: a default that is not a plain value, so that its type cannot be known.
    """
    found = {}
    for name, value, annotation in _assignments(source):
        try:
            found[name] = Parameter(name, ast.literal_eval(value), annotation)
        except (ValueError, TypeError):
            raise PlanError(
                f"{where}: the default of parameter '{name}' must be a plain value, not {ast.unparse(value)}"
            ) from None
    return found


def fill(source: str, values: Mapping[str, Any]) -> str:
    """The source of a cell with other values for the parameters; comments stay where they are."""
    text = source.encode("utf-8")  # ast counts in bytes
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for name, value, _ in reversed(list(_assignments(source))):
        if name in values:
            begin = starts[value.lineno - 1] + value.col_offset
            end = starts[value.end_lineno - 1] + value.end_col_offset  # type: ignore[operator]
            text = text[:begin] + repr(values[name]).encode("utf-8") + text[end:]
    return text.decode("utf-8")


def _assignments(source: str) -> Iterator[tuple[str, ast.expr, str]]:
    """Name, value and annotation of each assignment, in order."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, statement.value, ""
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            yield ast.unparse(statement.target), statement.value, ast.unparse(statement.annotation)
