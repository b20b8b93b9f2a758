"""Tables about schools that need no pupils: vestigingen, interventies, overgangen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from kansen_lib.example import parameters as par
from kansen_lib.example.geography import DIGITS, Block, Plan

DENOMINATIES = ("Openbaar", "Rooms-Katholiek", "Protestants-Christelijk", "Algemeen bijzonder")
PROVINCIE = "Fictieland"
#: A BRIN that no region hands out: it went up in the first school.
MERGED = "ZZZ9"


def _frame(rows: Iterable[dict[str, Any]], text: Iterable[str]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    return frame.astype({name: "str" for name in text})


def vestigingen(blocks: list[Block]) -> pd.DataFrame:
    """Every vestiging of the region: po first, as their codes come first."""
    rows = [row for block in blocks for row in _po(block)] + [row for block in blocks for row in _vo(block)]
    return _frame(rows, rows[0])


def _place(block: Block, gemeente: int, pc4: str, number: int) -> dict[str, Any]:
    letters = DIGITS[10 + number // 26 % 26] + DIGITS[10 + number % 26]
    return {
        "plaats": block.gemeente_names[gemeente].upper(),
        "postcode": pc4 + letters,
        "pc4": pc4,
        "gemeente_code": block.gemeente_codes[gemeente],
        "gemeente": block.gemeente_names[gemeente],
        "provincie": PROVINCIE,
    }


def _po(block: Block) -> Iterable[dict[str, Any]]:
    for number, (code, area) in enumerate(zip(block.basisscholen, block.basisschool_pc4, strict=True)):
        gemeente = int(block.pc4_gemeente[area])
        yield {
            "vestiging": code,
            "brin": code[:4],
            "naam": f"Fictieve Basisschool {number + 1} {block.gemeente_names[gemeente]}",
            "sector": "po",
            **_place(block, gemeente, block.pc4[area], number),
            "bestuur": f"F2{block.number:02d}{number % 5}",
            "denominatie": DENOMINATIES[number % len(DENOMINATIES)],
            "onderwijsstructuur": None,
        }


def _vo(block: Block) -> Iterable[dict[str, Any]]:
    per_gemeente = len(block.pc4) // len(block.gemeenten)
    for number, (code, kind) in enumerate(zip(block.vestigingen, block.kinds, strict=True)):
        gemeente = int(block.gemeente[number])
        brin = int(code[2:4], len(DIGITS))
        yield {
            "vestiging": code,
            "brin": code[:4],
            "naam": block.names[number],
            "sector": "vo",
            **_place(block, gemeente, block.pc4[gemeente * per_gemeente + number % per_gemeente], number),
            "bestuur": f"F1{block.number:02d}{brin % 6}",
            "denominatie": DENOMINATIES[brin % len(DENOMINATIES)],
            "onderwijsstructuur": kind.structuur,
        }


def overgangen(blocks: list[Block]) -> pd.DataFrame:
    """One merger."""
    row = {
        "van": MERGED,
        "naar": blocks[0].vestigingen[0][:4],
        "datum": "2019-08-01",
        "soort": "VOS",
        "overgang": "Fusie",
        "volledig": True,
    }
    return _frame([row], [name for name in row if name != "volledig"])


INTERVENTIES: dict[str, dict[str, Any]] = {
    "tutoring": {
        "naam": "Bijles in kleine groepen (rekenen)",
        "niveau": "micro",
        "mechanisme": "verwachtingen",
        "doelgroep": f"leerlingen met een rekenscore onder {par.TUTORING_BELOW:.0f} in groep 8",
        "toewijzing": "loting leerlingen",
        "dosis_eenheid": "lessen",
        "kosten": 1800.0,
    },
    "brede_brugklas": {
        "naam": "Brede brugklas van twee jaar",
        "niveau": "meso",
        "mechanisme": "selectie en differentiatie",
        "doelgroep": "leerlingen met advies vmbo-gt of hoger",
        "toewijzing": "gespreide start",
        "dosis_eenheid": "jaren",
        "kosten": 350.0,
    },
    "zomerschool": {
        "naam": "Zomerschool na leerjaar 1",
        "niveau": "micro",
        "mechanisme": "ouderbetrokkenheid",
        "doelgroep": f"leerlingen met een rekenscore onder {par.ZOMER_BELOW:.0f} in leerjaar 1",
        "toewijzing": "drempel",
        "dosis_eenheid": "dagen",
        "kosten": 600.0,
    },
}


def start(name: str, plan: Plan) -> str | None:
    """First school year of an intervention at a vestiging; None for a comparison vestiging.

    Raises:
        KeyError: the vestiging is not in the table of this intervention.
    """
    if name == "brede_brugklas" and plan.breed is not None:
        return par.COHORTS[plan.breed] if plan.breed >= 0 else None
    if name == "tutoring" and plan.tutoring:
        return par.COHORTS[par.TUTORING_COHORT]
    if name == "zomerschool" and plan.zomer:
        return par.COHORTS[par.ZOMER_COHORT]
    raise KeyError(name)


def interventies(blocks: list[Block]) -> pd.DataFrame:
    """A row for each intervention and vestiging that takes part or is compared with."""
    rows = []
    for block in blocks:
        for code, plan in zip(block.vestigingen, block.plans, strict=True):
            for name, facts in INTERVENTIES.items():
                try:
                    first = start(name, plan)
                except KeyError:
                    continue
                rows.append({"interventie": name, "vestiging": code, **facts, "start": first})
    return _frame(rows, [name for name in rows[0] if name != "kosten"])
