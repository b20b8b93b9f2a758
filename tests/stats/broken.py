"""Input on which nothing can be computed, for every statistic alike.

A module ``broken_<subject>.py`` beside this one holds ``CALLS``: by function name, a call that takes
one frame with the columns of :func:`sound`, and ``ALLOWED``: by function name, the breakages under
which a number is still right, each with a comment that says why. ``test_broken.py`` runs them all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd


def sound(n: int = 240) -> pd.DataFrame:
    """Persons in 12 schools: every statistic can be computed on this frame.

    Columns: ``outcome`` and ``baseline`` (scores), ``score`` and ``other`` (correlated scores),
    ``level`` (1 to 4), ``passed`` (True/False), ``chance`` (a predicted probability), ``group`` (laag,
    hoog), ``kind`` (a, b, c), ``school``, ``klas``, ``basisschool``, ``area`` (of schools), ``treated``
    (True/False, within schools), ``assigned`` (school level), ``offered`` (True/False, shifts ``treated``),
    ``time`` (1 to 4), ``first`` (time of first treatment of the school, 0 never), ``running``
    (centred on 0), ``weight``, ``duration``, ``event`` (0 none, 1 diploma, 2 left).
    """
    rng = np.random.default_rng(20)
    school = rng.integers(0, 12, n)
    effect = rng.normal(0, 0.5, 12)[school]
    group = np.where(rng.random(n) < 0.5, "laag", "hoog")
    baseline = rng.normal(0, 1, n) + 0.4 * (group == "hoog") + effect
    offered = rng.random(n) < 0.5
    treated = rng.random(n) < 0.2 + 0.6 * offered
    score = 0.8 * baseline + rng.normal(0, 0.6, n)
    place = score + 0.3 * (group == "hoog") + rng.normal(0, 0.8, n)
    time, first = rng.integers(1, 5, n), np.array([0, 2, 3] * 4)[school]
    running = rng.uniform(-1, 1, n)
    return pd.DataFrame(
        {
            "outcome": 0.5 * baseline + 0.3 * treated + effect + rng.normal(0, 0.8, n),
            "baseline": baseline,
            "score": score,
            "other": 0.5 * score + rng.normal(0, 1, n),
            "level": np.digitize(place, [-1, 0, 1]) + 1,
            "passed": rng.random(n) < 1 / (1 + np.exp(-0.5 - score)),
            "chance": 1 / (1 + np.exp(-0.5 - score)),
            "group": group,
            "kind": rng.choice(list("abc"), n),
            "school": [f"S{i:02d}" for i in school],
            "klas": [f"S{i:02d}-{k}" for i, k in zip(school, rng.integers(1, 3, n), strict=True)],
            "basisschool": [f"B{i:02d}" for i in rng.integers(0, 30, n)],
            "area": np.where(school < 6, "noord", "zuid"),
            "treated": treated,
            "assigned": school % 2 == 0,
            "offered": offered,
            "time": time,
            "first": first,
            "running": running,
            "weight": rng.uniform(0.5, 2, n),
            "duration": rng.integers(1, 8, n),
            "event": rng.integers(0, 3, n),
        }
    )


#: Columns that hold what is measured; the others say who and where.
MEASURED = [
    "outcome",
    "baseline",
    "score",
    "other",
    "level",
    "passed",
    "chance",
    "running",
    "duration",
    "event",
]


def _constant(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(**{name: data[name].iloc[0] for name in MEASURED})


def _separated(data: pd.DataFrame) -> pd.DataFrame:
    high = data["group"] == "hoog"
    return data.assign(level=np.where(high, 4, 1), passed=high, treated=high, offered=high)


def _singular(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(score=2 * data["baseline"], other=data["baseline"], kind=data["group"])


def _one_group(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(group="laag", kind="a", treated=False, assigned=False, offered=False, first=0)


def _one_unit(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(school="S00", klas="S00-1", basisschool="B00", area="noord", assigned=True)


def _missing(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(**{name: pd.Series(np.nan, data.index) for name in MEASURED})


BREAKAGES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "no rows": lambda data: data.iloc[:0],
    "three rows": lambda data: data.iloc[:3],
    "missing everywhere": _missing,
    "one group": _one_group,
    "one unit": _one_unit,
    "all ties": _constant,
    "perfect separation": _separated,
    "singular design": _singular,
}
