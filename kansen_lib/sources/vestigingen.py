"""The table ``vestigingen``: from the address files, and from every file that names a vestiging."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kansen_lib.sources import values
from kansen_lib.sources.part import Part, missing_text
from kansen_lib.sources.reading import Finding

_TEXT = values.blank_to_missing
#: Column of ``vestigingen``: the columns of the files that can hold it, and what a text in them means.
_COLUMNS = {
    "naam": (("VESTIGINGSNAAM", "INSTELLINGSNAAM VESTIGING"), _TEXT),
    "plaats": (("PLAATSNAAM", "PLAATSNAAM VESTIGING"), _TEXT),
    "postcode": (("POSTCODE", "POSTCODE VESTIGING"), values.postcode),
    "gemeente_code": (("GEMEENTENUMMER",), values.gemeente_code),
    "gemeente": (("GEMEENTENAAM", "GEMEENTENAAM VESTIGING"), values.gemeente),
    "provincie": (("PROVINCIE", "PROVINCIE VESTIGING"), _TEXT),
    "bestuur": (("BEVOEGD GEZAG NUMMER",), _TEXT),
    "denominatie": (("DENOMINATIE", "DENOMINATIE VESTIGING"), _TEXT),
    "onderwijsstructuur": (("ONDERWIJSSTRUCTUUR",), _TEXT),
}
_ORDER = ["vestiging", "brin", "naam", "sector", "plaats", "postcode", "pc4", *list(_COLUMNS)[3:]]


def named(part: Part) -> pd.DataFrame:
    """The vestigingen that ``part`` names, one row each, with what it says of them."""
    code = part.vestiging()
    first = part.where(~code.duplicated())
    rows = pd.DataFrame({"vestiging": code[~code.duplicated()].reset_index(drop=True)})
    rows["brin"] = rows["vestiging"].str[:4]
    rows["sector"] = pd.Series([part.layout.sector] * len(rows), dtype="str")
    for column, (sources, meaning) in _COLUMNS.items():
        present = [name for name in sources if name in part]
        rows[column] = first.optional(present[0], meaning) if present else missing_text(len(rows))
    rows["pc4"] = rows["postcode"].str[:4]
    return rows[_ORDER]


def combined(parts: Sequence[Part]) -> tuple[pd.DataFrame, list[Finding]]:
    """Every vestiging once: from the newest address file that has it, else from all other files.

    A vestiging that is in no address file takes each column from the newest file that has it; rows
    without a name in any file are left out.
    """
    ordered = sorted(parts, key=lambda part: part.edition, reverse=True)
    address = [named(part) for part in ordered if part.layout.name.startswith("adressen")]
    other = [named(part) for part in ordered if not part.layout.name.startswith("adressen")]
    known = _stacked(address).drop_duplicates("vestiging")
    rest = _stacked(other)
    rest = rest[~rest["vestiging"].isin(known["vestiging"])]
    rest = rest.groupby("vestiging", as_index=False, sort=False).first()[_ORDER]
    rest = rest[rest["naam"].notna()]
    return pd.concat([known, rest], ignore_index=True), _findings(known, rest)


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame({column: missing_text(0) for column in _ORDER})
    return pd.concat(frames, ignore_index=True)


def _findings(known: pd.DataFrame, rest: pd.DataFrame) -> list[Finding]:
    found = []
    for sector, count in rest["sector"].value_counts(sort=False).sort_index().items():
        total = count + (known["sector"] == sector).sum()
        message = f"{count} of {total} {sector} vestigingen are in no address file; their rows hold what the "
        found.append(Finding("vestigingen", message + "other files say of them"))
    return found
