"""How the tests of the chapters count again by hand."""

from __future__ import annotations

from kansen_lib.stats.result import Result
from kansen_lib.store import Store

#: The school of the committed notebooks.
DEMO = "ZZ0100"


def values(result: Result) -> dict[tuple[str, str], float | None]:
    """Value of each estimate by name and group."""
    return {(item.name, item.group): item.value for item in result.estimates}


def records(store: Store, table: str, **where: str) -> list[dict]:
    """Rows of a table as plain records."""
    return store.read(table, where=where).to_dict("records")
