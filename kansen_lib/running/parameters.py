"""The cell tagged ``parameters``: what it holds, how text becomes a value, and filling it in.

papermill would add a cell with the values behind this one. Then the default school, an example,
would stand in every school's report; so the values replace the defaults in the cell itself.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
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
        """The value that ``text`` stands for, with the type of the parameter. Text stays text: '0363'.

        A list is written with commas; ``None`` is allowed where the default or the annotation is.

        Raises:
            PlanError: ``text`` is no value of that type.
        """
        if text == "None" and (self.default is None or "None" in self.annotation):
            return None
        try:
            return _PARSERS[self.kind](text)
        except (ValueError, KeyError):
            kind = f"of type {self.kind.__name__} (default {self.default!r})"
            raise PlanError(f"parameter '{self.name}' is {kind}; '{text}' is not") from None

    @property
    def kind(self) -> type:
        """Type of a value: as annotated, else that of the default; a bare None stands for a list."""
        annotated = [kind for kind in _PARSERS if kind.__name__ in self.annotation]
        if annotated:
            return annotated[0]
        return list if self.default is None else type(self.default)


def _parse_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


_PARSERS: Mapping[type, Callable[[str], Any]] = {
    list: _parse_list,
    bool: lambda text: {"true": True, "false": False}[text.lower()],
    int: int,
    float: float,
    str: str,
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
            default = ast.literal_eval(value)
        except (ValueError, TypeError):
            default = ...
        if default is not None and type(default) not in _PARSERS:
            raise PlanError(
                f"{where}: the default of parameter '{name}' is {ast.unparse(value)}; it must be text, "
                "a number, True, False, None or a list, so that its type is known"
            )
        found[name] = Parameter(name, default, annotation)
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
