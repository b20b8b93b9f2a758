"""The register of what is tried: one entry an intervention, over all schools of a store."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.store import Store

#: Domains of a test; the other one is the second outcome of an intervention on the first.
DOMAINS = ("taal", "rekenen")
#: Both domains of a test together.
TOTAL = "totaal"
#: An outcome that is no test: the level of leerjaar 3, in steps.
LEVEL = "niveau leerjaar 3"


@dataclass(frozen=True)
class Aanpak:
    """An intervention as its register has it; facts that schools write differently are those of the first.

    Attributes:
        interventie: short name.
        naam, niveau, mechanisme, doelgroep, dosis_eenheid: as in the table ``interventies``.
        thema, theorie, bewijs, uitkomst, grens_op: the same; empty where not filled in.
        toewijzing: rule by which schools or pupils came into it.
        grens: cut-off of the rule "drempel"; NaN without one.
        kosten: cost of a participant, euro, in the middle one of the schools; NaN where unknown.
        start: first cohort of each vestiging, None where it is only compared with.
    """

    interventie: str
    naam: str
    niveau: str
    mechanisme: str
    doelgroep: str
    thema: str
    theorie: str
    bewijs: str
    toewijzing: str
    uitkomst: str
    grens_op: str
    grens: float
    dosis_eenheid: str
    kosten: float
    start: dict[str, str | None]

    @property
    def ontwerp(self) -> str:
        """The design that its assignment rule chooses."""
        return codes.ontwerp(self.toewijzing)

    @property
    def begun(self) -> tuple[str, ...]:
        """The vestigingen that take part."""
        return tuple(code for code, first in self.start.items() if first is not None)

    @property
    def is_basic_need(self) -> bool:
        """Whether it meets a basic need: then it has no outcome, whatever its register says."""
        return self.mechanisme.strip().lower() == codes.BASISBEHOEFTE

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What is evaluated: the registered outcome, and the other domains of the same test."""
        domain, _, moment = self.uitkomst.partition(" ")
        tested = domain in (*DOMAINS, TOTAL)
        others = [f"{other} {moment}" for other in DOMAINS if tested and other != domain]
        return (self.uitkomst, *others) if self.uitkomst else ()


def registry(store: Store) -> dict[str, Aanpak]:
    """Each intervention of a store by its short name, in the order of the register."""
    if "interventies" not in store.tables:
        return {}
    rows = store.read("interventies")
    return {str(name): _entry(part) for name, part in rows.groupby("interventie", sort=False)}


def _entry(rows: pd.DataFrame) -> Aanpak:
    first = rows.iloc[0]
    facts = {name: "" if pd.isna(first[name]) else str(first[name]) for name in _TEXT}
    start = {str(code): None if pd.isna(year) else str(year) for code, year in _starts(rows)}
    grens = float(first["grens"]) if pd.notna(first["grens"]) else math.nan
    kosten = float(rows["kosten"].median())  # of the first one it would be what that school pays
    found = Aanpak(**facts, grens=grens, kosten=kosten, start=start)
    # nobody may claim that meals raise scores, and nobody may look for it
    return replace(found, uitkomst="") if found.is_basic_need else found


_TEXT = (
    *("interventie", "naam", "niveau", "mechanisme", "doelgroep", "thema", "theorie", "bewijs"),
    *("toewijzing", "uitkomst", "grens_op", "dosis_eenheid"),
)


def _starts(rows: pd.DataFrame) -> list[tuple[str, object]]:
    return list(zip(rows["vestiging"], rows["start"].astype(object), strict=True))
