"""Why a notebook failed, in one line that holds no value of the data."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import kansen_lib

#: Longest cause, in characters: one line of a table.
LENGTH = 200
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"|`([^`]*)`")
_NUMBER = re.compile(r"(?<![A-Za-z_])-?\d[\d.,:-]*")
_LIBRARY = Path(kansen_lib.__file__).parent


def describe(name: str, message: str, code: str = "") -> str:
    """One line for an exception: its name and the first line of its message, without data.

    Our own errors say what they say. In the message of any other exception numbers are hidden, and
    quoted text too unless it is a word of ``code`` or of the library's own source, such as the name
    of a column: a value that a library quotes may be a pupil's.

    Args:
        name: class name of the exception.
        message: its message, of any number of lines.
        code: source of the cell that failed.
    """
    line = next((line.strip() for line in message.splitlines() if line.strip()), "")
    if name not in _own_errors():
        line = _NUMBER.sub("…", _QUOTED.sub(lambda match: _quoted(match, code), line))
    text = f"{name}: {line}" if line else name
    return text if len(text) <= LENGTH else text[: LENGTH - 1] + "…"


def _quoted(match: re.Match[str], code: str) -> str:
    word = next(group for group in match.groups() if group is not None)
    is_code = word in _words() or word in _split(code)
    return match.group(0) if is_code else "'…'"


def _split(code: str) -> set[str]:
    return {word for word in re.findall(r"[\w-]+", code) if not word.isdigit()}


@functools.cache
def _source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(_LIBRARY.rglob("*.py")))


@functools.cache
def _words() -> frozenset[str]:
    return frozenset(_split(_source()))


@functools.cache
def _own_errors() -> frozenset[str]:
    return frozenset(re.findall(r"^class (\w+Error)\(", _source(), flags=re.MULTILINE))
