"""Calls of the panel estimators on sound and broken frames."""

from __future__ import annotations

import pandas as pd

from kansen_lib.stats import panel
from kansen_lib.stats.result import Result


def _started(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(started=(data["first"] > 0) & (data["time"] >= data["first"]))


def _schools(data: pd.DataFrame) -> pd.DataFrame:
    """One row a school and period."""
    return _started(data).groupby(["school", "time", "first", "started"], as_index=False)["outcome"].mean()


def _honest(data: pd.DataFrame) -> Result:
    study = panel.group_time_effects(
        data[data["first"] != 2], outcome="outcome", unit=None, time="time", first="first", cluster="school",
        base="universal", draws=20, seed=1,
    )  # fmt: skip
    return panel.honest_bounds(study, kind="smoothness", m=[0.1])


PEOPLE = {"outcome": "outcome", "time": "time", "first": "first", "cluster": "school"}
UNITS = {"outcome": "outcome", "unit": "school", "time": "time"}

CALLS = {
    "panel.two_way_fixed_effects": lambda data: panel.two_way_fixed_effects(
        _started(data), **UNITS, treated="started", covariates=["score", "other"]
    ),
    "panel.goodman_bacon": lambda data: panel.goodman_bacon(_schools(data), **UNITS, treated="started"),
    "panel.group_time_effects": lambda data: panel.group_time_effects(
        data, **PEOPLE, unit=None, covariates=["score", "other"], estimator="reg", draws=20, seed=1
    ),
    "panel.imputation": lambda data: panel.imputation(
        data, **PEOPLE, unit="school", covariates=["score", "other"]
    ),
    "panel.honest_bounds": _honest,
    "panel.synthetic_control": lambda data: panel.synthetic_control(
        _schools(data), **UNITS, treated_unit="S01", first=3
    ),
}

ALLOWED = {
    # no regressor of these is broken: outcome and start are as they were
    "panel.two_way_fixed_effects": {"perfect separation"},
    "panel.group_time_effects": {"perfect separation"},
    "panel.imputation": {"perfect separation"},
    "panel.honest_bounds": {"perfect separation", "singular design"},
    # means of schools do not see the covariates; with equal outcomes every comparison is rightly zero
    "panel.goodman_bacon": {"perfect separation", "singular design", "all ties"},
    # one school of these is taken for treated, whatever "first" says
    "panel.synthetic_control": {"perfect separation", "singular design", "one group"},
}
