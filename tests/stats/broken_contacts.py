"""Broken input for contacts: pupils who meet in classes, and who name the next pupil of their school."""

from __future__ import annotations

import pandas as pd

from kansen_lib.stats import contacts as c


def _friends(data: pd.DataFrame) -> object:
    """Each person names the next two of the same school, in the order of the baseline."""
    people = data.assign(id=[f"p{place}" for place in data.index])
    people = people.sort_values(["school", "id"])
    named = [
        pd.DataFrame(
            {"ego": people["id"], "alter": people.groupby("school")["id"].shift(step).astype(object)}
        )
        for step in (1, 2)
    ]
    found = {"ego": "ego", "alter": "alter", "person": "id", "within": "school"}
    return c.friends(pd.concat(named), people, "group", **found, low="laag", high="hoog", draws=50, seed=1)


CALLS = {
    "contacts.companions": lambda d: c.companions(d, "group", "klas", to="hoog", low="laag", high="hoog"),
    "contacts.friends": _friends,
}

#: No scores are looked at; three persons who meet, or all of one school, are described as they are.
_NO_SCORES = {"missing everywhere", "all ties", "perfect separation", "singular design"}
ALLOWED = {
    "contacts.companions": _NO_SCORES | {"three rows", "one unit"},
    # With one group all friends are of the own one: an index of -1 that is right.
    "contacts.friends": _NO_SCORES | {"one unit", "one group"},
}
