"""Options that are one of a few words."""

from __future__ import annotations

from enum import StrEnum


class Choice(StrEnum):
    """A word out of a list; any other word is refused with the list."""

    @classmethod
    def _missing_(cls, value: object) -> None:
        known = [str(one) for one in cls]
        raise ValueError(f"there is no {cls.__name__.lower()} {value!r}; there are {known}")
