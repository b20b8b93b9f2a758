"""Calls of the flows on a frame that may be broken."""

from __future__ import annotations

import pandas as pd

from kansen_lib.stats import flows


def moved(data: pd.DataFrame) -> pd.DataFrame:
    """With a later level, at most one step from the first."""
    return data.assign(later=(data["level"] + data["time"] % 3 - 1).clip(1, 4))


def left(data: pd.DataFrame) -> pd.DataFrame:
    """With the event as True and False where it is known."""
    return data.assign(gone=data["event"].eq(1).where(data["event"].notna()))


def staged(data: pd.DataFrame) -> pd.DataFrame:
    """With a second stage of a funnel after ``passed``."""
    return data.assign(second=data["event"].eq(1).where(data["event"].notna()))


TIME = {"duration": "duration", "group": "group", "cluster": "school"}

CALLS = {
    "flows.transition_matrix": lambda data: flows.transition_matrix(
        moved(data), start="level", end="later", group="group", cluster="school"
    ),
    "flows.mobility": lambda data: flows.mobility(
        moved(data), start="level", end="later", weight="weight", cluster="school"
    ),
    "flows.kaplan_meier": lambda data: flows.kaplan_meier(left(data), event="gone", weight="weight", **TIME),
    "flows.restricted_mean": lambda data: flows.restricted_mean(
        left(data), event="gone", horizon=5, weight="weight", **TIME
    ),
    "flows.aalen_johansen": lambda data: flows.aalen_johansen(data, event="event", censored=0, **TIME),
    "flows.incidence_gap": lambda data: flows.incidence_gap(
        data, event="event", censored=0, time=4, low="laag", high="hoog", weight="weight", **TIME
    ),
    "flows.log_rank": lambda data: flows.log_rank(
        left(data), duration="duration", event="gone", group="group"
    ),
    "flows.cohort_funnel": lambda data: flows.cohort_funnel(
        staged(data), stages=["passed", "second"], group="group", cluster="school"
    ),
}

#: Breakages that leave what the call uses sound.
ALLOWED = {
    # groups are not compared: one group has its matrix; all who start at one level, or at one level a
    # group, still end up at several
    "flows.transition_matrix": {"one group", "all ties", "perfect separation", "singular design"},
    # the same, and of three persons of three schools the shares have a t interval of two degrees of
    # freedom; the indices, which need persons at each level, have a reason
    "flows.mobility": {"three rows", "one group", "all ties", "perfect separation", "singular design"},
    # one group has its curve, of three persons too; when all have the event at once the curve is 0 from
    # there, as survfit prints it, without an interval
    "flows.kaplan_meier": {"three rows", "one group", "all ties", "perfect separation", "singular design"},
    # one group has its mean, and no difference
    "flows.restricted_mean": {"one group", "perfect separation", "singular design"},
    "flows.aalen_johansen": {"three rows", "one group", "all ties", "perfect separation", "singular design"},
    # one group has its level, and no difference; by the time nobody or everybody of a group has had the
    # event: its level is 0 or 1, as survfit prints it, without an interval
    "flows.incidence_gap": {"three rows", "one group", "all ties", "perfect separation", "singular design"},
    # schools take no part, nor do the columns that are separated or singular
    "flows.log_rank": {"one unit", "perfect separation", "singular design"},
    # one group has its funnel; two persons of two schools have a share with one degree of freedom
    "flows.cohort_funnel": {"three rows", "one group", "perfect separation", "singular design"},
}
