"""Schools followed over cohorts: pupils at an equal start, and their means by school and cohort.

A whole cohort can be without a score of groep 8 (2020-2021: no test in 2020). Leaving it out would take
away the first cohort of an early starter, so the score is filled in with the mean of pupils with the same
first advies and background. What that misses is the same for all schools, and a cohort has its own level.
"""

from __future__ import annotations

import pandas as pd

from kansen_lib.benchmark.evaluatie.people import background, covariates

#: The outcome in sd, what is left of it at the mean prior score, and that score, filled in where missing.
OUTCOME, REST, PRIOR = "uitkomst_sd", "bij gelijke start", "voor, aangevuld"
#: Place of the cohort, from 1 on, and of the first one of the own school; 0 for never.
TIME, FIRST = "tijd", "begin"


def at_equal_start(people: pd.DataFrame) -> pd.DataFrame:
    """The pupils with an outcome, with :data:`REST`, :data:`PRIOR`, :data:`TIME` and :data:`FIRST`."""
    known = people.dropna(subset=[OUTCOME])
    known = known.assign(**{PRIOR: _filled(known), REST: known[OUTCOME]})
    if covariates(people):
        known = known.dropna(subset=[PRIOR])
        known[REST] = known[OUTCOME] - _slope(known) * (known[PRIOR] - known[PRIOR].mean())
    place = {cohort: number for number, cohort in enumerate(sorted(known["cohort"].unique()), start=1)}
    first = known["gestart"].map(lambda cohort: _place(cohort, place))
    times = {TIME: known["cohort"].map(place).astype(int), FIRST: first.astype(int)}
    return known.assign(**times).reset_index(drop=True)


def means(known: pd.DataFrame) -> pd.DataFrame:
    """Mean of what is left by school and cohort: columns vestiging, cohort, TIME, FIRST and REST."""
    return known.groupby(["vestiging", "cohort", TIME, FIRST], as_index=False)[REST].mean()


def _filled(known: pd.DataFrame) -> pd.Series:
    column, prior = background(known).column, known["voor"].astype(float)
    for by in (["eerste", column], ["eerste"]):
        same = known.groupby(by, dropna=False, observed=True)["voor"].transform("mean")
        prior = prior.fillna(same.astype(float))
    return prior


def _slope(known: pd.DataFrame) -> float:
    """Outcome a point of the prior score, within school and cohort, of pupils without the approach."""
    free = known[~known["deelgenomen"].astype(bool)]
    columns = free[[OUTCOME, PRIOR]]
    within = columns - free.groupby(["vestiging", "cohort"])[[OUTCOME, PRIOR]].transform("mean")
    spread = float((within[PRIOR] ** 2).sum())
    return float((within[OUTCOME] * within[PRIOR]).sum()) / spread if spread > 0 else 0.0


def _place(cohort: object, place: dict[str, int]) -> int:
    """Place of a first cohort; a start before the first or after the last one lies just beyond it."""
    if pd.isna(cohort):
        return 0
    return 1 + sum(other < str(cohort) for other in place)
