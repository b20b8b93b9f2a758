"""Reference cases of segregation when divided otherwise: lotteries by R, exchanges by integer programme."""

from __future__ import annotations

import numpy as np
import pandas as pd
from cases import Case, stored

from kansen_lib.stats import segregation as s

LOTTERIES = stored("segregation_scenarios")
SWAPS = stored("segregation_swaps")
R = "base R, 50,000 tables of r2dtable a stratum"
SOLVER = "HiGHS integer programme (scipy.optimize.milp)"
DRAWN = "3 standard errors of a mean and of a 2.5% quantile of 20,000 draws"


def strata(tables: list[list[list[int]]]) -> pd.DataFrame:
    """Tables of units by groups, one a stratum, a row a cell."""
    places = np.indices(np.shape(tables)).reshape(3, -1)
    columns = dict(zip(("stratum", "unit", "group"), places, strict=True))
    return pd.DataFrame(columns | {"n": np.ravel(tables)})


def drawn(tables: list, index: str, letter: str, within: str | None) -> dict[str, float]:
    call = {"index": index, "within": within, "draws": 20_000, "seed": 1}
    found = s.lottery(strata(tables), "group", "unit", "n", **call)
    by_lot, gap = found[letter, "by lottery"], found[letter, "difference"]
    assert gap.value == by_lot.value - found[letter].value
    return {"now": found[letter].value, "mean": by_lot.value, "low": by_lot.lower, "high": by_lot.upper}


def lottery(key: str, tables: str, index: str, within: str | None) -> Case:
    return Case(
        "segregation.lottery",
        f"{R}, {'strata apart' if within else 'one stratum'}, {index}",
        lambda: drawn(LOTTERIES[tables], index, key[0] if within else "D", within),
        LOTTERIES[key],
        0.002,
        DRAWN,
    )


def exchanged(name: str) -> dict[str, float]:
    table = strata([SWAPS[name]["table"]])
    found = {t: s.swaps(table, "group", "unit", "n", target=float(t)) for t in SWAPS[name]["swaps"]}
    first = {t: result.estimates[0].value for t, result in found.items()}
    return {t: -1 if number is None else number for t, number in first.items()}


def swaps(name: str) -> Case:
    theirs = {t: -1 if number is None else number for t, number in SWAPS[name]["swaps"].items()}
    source = f"{SOLVER}, {name}: four targets (-1: no exchange gets there)"
    return Case("segregation.swaps", source, lambda: exchanged(name), theirs, 0, "whole numbers")


CASES = [
    lottery("D", "strata", "dissimilarity", "stratum"),
    lottery("H", "three", "theil", "stratum"),
    lottery("one", "strata", "dissimilarity", None),
    *[swaps(name) for name in SWAPS],
]
