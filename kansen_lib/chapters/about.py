"""The typed indicator card of each analysis: what is counted, of whom, on which level, in which domain.

INVENTORY #2, #13 and #21: every indicator says its level (macro, meso, micro), its domain (Biesta) and
how it is counted, before anybody argues about the number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from kansen_lib import codes

DOMEINEN = ("kwalificatie", "socialisatie", "persoonsvorming")

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class About:
    """What an indicator is, in plain Dutch.

    Attributes:
        niveau: macro (society and system), meso (school and neighbourhood) or micro (class and pupil).
        domein: one of :data:`DOMEINEN`, empty where none fits (a count, a condition).
        definitie: what the number says, in one sentence.
        teller: what is counted, or what is averaged.
        noemer: of whom.
        buiten: who or what is left out, and why.
    """

    niveau: str
    domein: str
    definitie: str
    teller: str
    noemer: str
    buiten: str

    def __post_init__(self) -> None:
        if self.niveau not in codes.MAATREGELNIVEAU or self.domein not in ("", *DOMEINEN):
            raise ValueError(f"no such niveau or domein: {self.niveau!r}, {self.domein!r}")


#: Name of an analysis to what its indicator is.
ABOUT: dict[str, About] = {}


def about(
    niveau: str, domein: str = "", *, definitie: str, teller: str, noemer: str, buiten: str
) -> Callable[[F], F]:
    """Register what the indicator of an analysis is; the fields are those of :class:`About`."""

    def register(function: F) -> F:
        ABOUT[function.__name__] = About(niveau, domein, definitie, teller, noemer, buiten)
        return function

    return register
