"""Reference cases of the subject meta: R metafor (stored and as printed), and the update of a prior."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from cases import Case, stored

from kansen_lib.stats import meta
from kansen_lib.stats.result import Estimate, Result

THEIRS = stored("meta")
TESTS = {"knha": "hartung-knapp", "adhoc": "hartung-knapp truncated", "z": "normal"}
METAFOR = "R metafor 3.8-1 (scripts/meta.R): "


def _both_ends(result: Result, name: str) -> dict[str, float]:
    item = result[name]
    return {name: item.value, f"{name} lower": item.lower, f"{name} upper": item.upper}


def _pooled(found: Result, terms: list[str], theirs: dict) -> tuple[dict[str, float], dict[str, float]]:
    """Ours and theirs of what every fit has, by the same names."""
    ours, other = {}, {}
    for i, term in enumerate(terms):
        item = found[term]
        pairs = {"b": item.value, "se": item.standard_error, "lower": item.lower, "upper": item.upper}
        for key, value in {**pairs, "p": item.p_value}.items():
            ours[f"{term} {key}"] = value
            other[f"{term} {key}"] = theirs[key][i] if isinstance(theirs[key], list) else theirs[key]
    ours |= {"Q": found["Q"].value, "Q p": found["Q"].p_value}
    other |= {"Q": theirs["Q"], "Q p": theirs["Qp"]}
    if "tau2" not in theirs:
        names = ("I2", "H2")
        return ours | {n: found[n].value for n in names}, other | {n: theirs[n] for n in names}
    if "setau2" in theirs:
        ours["tau2 se"], other["tau2 se"] = found["tau2"].standard_error, theirs["setau2"]
    if "R2" in theirs:
        ours["R2"], other["R2"] = found["R2"].value, theirs["R2"]
    for name in ("tau2", "I2", "H2"):
        ours |= _both_ends(found, name)
        other |= dict(zip(_both_ends(found, name), theirs[name], strict=True))
    return ours, other


def _whole(found: Result, theirs: dict) -> tuple[dict[str, float], dict[str, float]]:
    """Ours and theirs of a random-effects model: the fit, the prediction and the study of each."""
    ours, other = _pooled(found, ["pooled"], theirs)
    if "prediction" in theirs:
        item = found["prediction"]
        ours |= {"prediction lower": item.lower, "prediction upper": item.upper}
        other |= dict(zip(("prediction lower", "prediction upper"), theirs["prediction"], strict=True))
        for i, value in enumerate(theirs["study"]["value"]):
            study = found["study", str(i + 1)]
            ours |= {f"study {i}": study.value, f"study {i} se": study.standard_error}
            ours |= {f"study {i} lower": study.lower, f"study {i} upper": study.upper}
            other |= {f"study {i}": value}
            other |= {f"study {i} {key}": theirs["study"][key][i] for key in ("se", "lower", "upper")}
    return ours, other


def _fit(data: str, method: str, test: str) -> tuple[dict[str, float], dict[str, float]]:
    studies = THEIRS[data]
    found = meta.random_effects(studies["yi"], studies["se"], method=method, test=TESTS[test])
    return _whole(found, studies["fits"][f"{method} {test}"])


def _regression(method: str, test: str, theirs: dict) -> tuple[dict[str, float], dict[str, float]]:
    studies = THEIRS["bcg"]
    found = meta.meta_regression(
        studies["yi"], studies["se"], studies["ablat"], method=method, test=TESTS[test]
    )
    return _pooled(found, ["intercept", "slope"], theirs)


def _teachers() -> tuple[dict[str, float], dict[str, float]]:
    studies = THEIRS["teachers"]
    found = meta.meta_regression(studies["yi"], studies["se"], studies["weeks"], test="normal")
    return _pooled(found, ["intercept", "slope"], studies["fit"])


def _case(
    function: str, source: str, both: Callable[[], tuple[dict, dict]], tolerance: float, why: str
) -> Case:
    return Case(function, source, lambda: both()[0], both()[1], tolerance, why)


def _log_odds(value: float, error: float) -> Estimate:
    return Estimate.from_standard_error("effect", value, error, interval="")


def _update(their: dict) -> tuple[dict[str, float], dict[str, float]]:
    found = meta.update(their["m"], their["sd"], _log_odds(their["y"], their["se"]))
    item = found["posterior"]
    ours = {"mean": item.value, "sd_post": item.standard_error, "lower": item.lower, "upper": item.upper}
    ours |= {"above": found["probability above zero"].value, "conflict": found["conflict"].p_value}
    return ours, {name: their[name] for name in ours}


def _bcg() -> dict[str, float]:
    """Table and confint output on pages 15-18 of Viechtbauer (2010)."""
    studies = THEIRS["bcg"]
    found = meta.random_effects(studies["yi"], studies["se"], test="normal")
    pooled = found["pooled"]
    ours = {"b": pooled.value, "se": pooled.standard_error, "lower": pooled.lower, "upper": pooled.upper}
    ours |= {"Q": found["Q"].value, **_both_ends(found, "tau2"), **_both_ends(found, "tau")}
    return ours


#: Means, sds and sizes of treated and control in six studies (Borenstein et al., table 14.1).
SIX = np.array(
    [
        (94, 22, 60, 92, 20, 60),
        (98, 21, 65, 92, 22, 65),
        (98, 28, 40, 88, 26, 40),
        (94, 19, 200, 82, 17, 200),
        (98, 21, 50, 88, 22, 45),
        (96, 21, 85, 92, 22, 85),
    ],
    float,
)


def _borenstein() -> dict[str, float]:
    mean1, sd1, n1, mean2, sd2, n2 = SIX.T
    d = (mean1 - mean2) / np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2))
    correction = 1 - 3 / (4 * (n1 + n2 - 2) - 1)
    error = correction * np.sqrt((n1 + n2) / (n1 * n2) + d**2 / (2 * (n1 + n2)))
    common, found = (
        meta.random_effects(correction * d, error, method=method, test="normal") for method in ("EE", "DL")
    )
    pooled, prediction = found["pooled"], found["prediction (Higgins)"]
    return {
        "common": common["pooled"].value,
        "common se": common["pooled"].standard_error,
        "Q": found["Q"].value,
        "tau2": found["tau2"].value,
        "I2": found["I2"].value,
        "pooled": pooled.value,
        "se": pooled.standard_error,
        "lower": pooled.lower,
        "upper": pooled.upper,
        "prediction lower": prediction.lower,
        "prediction upper": prediction.upper,
    }


def _great() -> dict[str, float]:
    posterior = meta.update(-0.255, 2 / 236.7**0.5, _log_odds(-0.74, 2 / 30.5**0.5))["posterior"]
    ours = {"mean": posterior.value, "sd": posterior.standard_error}
    return ours | {"lower": posterior.lower, "upper": posterior.upper}


CASES = [
    *(
        _case(
            "meta.random_effects",
            f"{METAFOR}{data}, {fit}",
            lambda data=data, fit=fit: _fit(data, *fit.split()),
            1e-8,
            "metafor with its tolerances set to 1e-12 and 1e-14",
        )
        for data in ("bcg", "smoking", "schools")
        for fit in THEIRS[data]["fits"]
    ),
    Case(
        "meta.random_effects",
        "Viechtbauer (2010), J. Stat. Software 36(3), pages 14-18: dat.bcg, REML, normal",
        _bcg,
        {
            "b": -0.7145,
            "se": 0.1798,
            "lower": -1.0669,
            "upper": -0.3622,
            "Q": 152.2330,
            "tau2": 0.3132,
            "tau2 lower": 0.1197,
            "tau2 upper": 1.1115,
            "tau": 0.5597,
            "tau lower": 0.3460,
            "tau upper": 1.0543,
        },
        5.1e-5,
        "printed to 4 digits",
    ),
    Case(
        "meta.random_effects",
        "Borenstein et al. (2009), tables 14.1-14.3, 16 and 17: six studies, common effect and DL, Higgins",
        _borenstein,
        {
            "common": 0.4143,
            "common se": 0.0640,
            "Q": 12.0033,
            "tau2": 0.0373,
            "I2": 0.5834,
            "pooled": 0.3582,
            "se": 0.1052,
            "lower": 0.1520,
            "upper": 0.5645,
            "prediction lower": -0.2525,
            "prediction upper": 0.9690,
        },
        5.1e-5,
        "printed to 4 digits",
    ),
    *(
        _case(
            "meta.meta_regression",
            f"{METAFOR}dat.bcg on latitude, REML {test}",
            lambda test=test: _regression("REML", test, THEIRS["regression"][test]),
            1e-8,
            "as above",
        )
        for test in TESTS
    ),
    _case(
        "meta.meta_regression",
        f"{METAFOR}dat.bcg on latitude, DL knha",
        lambda: _regression("DL", "knha", THEIRS["regression_dl"]),
        1e-8,
        "as above",
    ),
    _case(
        "meta.meta_regression",
        f"{METAFOR}dat.raudenbush1985 on weeks of contact, REML z",
        _teachers,
        1e-8,
        "as above",
    ),
    *(
        _case(
            "meta.update",
            f"R integrate of prior times likelihood (scripts/meta.R), example {i + 1}",
            lambda their=their: _update(their),
            1e-8,
            "accuracy of numerical integration and root finding",
        )
        for i, their in enumerate(THEIRS["update"])
    ),
    Case(
        "meta.update",
        "Spiegelhalter, Abrams and Myles (2004), chapter 3, the GREAT trial (n0 = 236.7, m = 30.5)",
        _great,
        {"mean": -0.31, "sd": 0.12, "lower": -0.55, "upper": -0.07},
        5.1e-3,
        "printed to 2 digits",
    ),
]
