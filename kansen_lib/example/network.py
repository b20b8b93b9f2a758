"""Tables about schools that need no pupils: vestigingen and overgangen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from kansen_lib.example.geography import DIGITS, Block

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
