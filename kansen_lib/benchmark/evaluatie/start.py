"""Schools that begin in different cohorts, against schools that have not begun (INVENTORY #108).

The change of a school since the last cohort before its start, minus that of the schools that had not begun
by then (Callaway and Sant'Anna), on means by school and cohort at an equal start. The school is what began,
so it is the unit of the uncertainty: the jackknife over schools. Beside it imputation, and which part of its
weights two-way fixed effects would count wrong. The Wald test of all years before the start is left out: with
ten schools it rejects three times in ten where nothing differs. What trends may differ is told by the bounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.data import SEED
from kansen_lib.benchmark.evaluatie import cohorten
from kansen_lib.benchmark.evaluatie.analyse import Analyse
from kansen_lib.benchmark.evaluatie.cohorten import FIRST, PRIOR, REST, TIME
from kansen_lib.benchmark.evaluatie.geloot import scaled
from kansen_lib.benchmark.evaluatie.groepen import (
    FEW_SCHOOLS,
    THIRDS,
    absent,
    of_enough_schools,
    parts,
    per_sd,
    thirds,
)
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, FEWEST_SCHOOLS, JOINT, POINTS, WITH, WITHOUT
from kansen_lib.benchmark.evaluatie.people import background
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.benchmark.vergelijken import Groups
from kansen_lib.stats import inference, panel
from kansen_lib.stats.inference import Jackknifed
from kansen_lib.stats.panel import EventStudy
from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.terms import Method, Reason, Unit

ANALYSE = Analyse(cluster="vestiging", ontbrekend="aanvullen")

#: Effect by years since the start, of both estimators, and of all years since the start together.
BY_START, IMPUTED = "per startjaar geschat", "met imputatie"
#: Which part of its comparisons a single coefficient for all years counts the wrong way.
WRONG = "deel van de vergelijkingen dat omgekeerd meetelt"
#: The effect in the first year, when schools could differ in trend as they did before.
BOUNDS = "effect in het eerste jaar"
#: How large the difference in trend may be, in times the largest change before the start.
WORSE = {0.0: "trends gelijk", 0.5: "half zoveel anders als ervoor", 1.0: "evenveel anders als ervoor"}
#: The effect by prior score.
BY_PRIOR = "effect naar beginscore"
#: How many schools it rests on.
SCHOOLS, BEGUN, NEVER = "scholen", "begonnen", "niet begonnen"
_PART = "deel"


def effects(people: pd.DataFrame, aanpak: Aanpak) -> list[Estimate]:
    """Effect on who came into a school that had begun: in all, by group, on the gap, by year and score."""
    known = cohorten.at_equal_start(people)
    known = known[known[FIRST] != 1]
    ever = known.loc[known[FIRST] > 0, "vestiging"].nunique()
    begun = known.loc[_treated(known), "vestiging"].nunique()
    never = known["vestiging"].nunique() - ever
    if min(begun, never) < FEWEST_SCHOOLS:
        return [absent(EFFECT, FEW_SCHOOLS, n=len(known))]
    groups, scale = background(people), per_sd(people)
    pieces, by_score = _of_enough(known, dict(parts(known, groups))), _of_enough(known, _thirds(known))
    spread = _jackknifed(pieces | by_score)
    return [
        *_together(pieces, spread, groups, scale),
        *(_one(spread, label, part, BY_PRIOR) for label, part in by_score.items()),
        *_over_time(known),
        *_beside(known),
        _count(BEGUN, begun, known),
        _count(NEVER, never, known),
    ]


def _treated(known: pd.DataFrame) -> pd.Series:
    return (known[FIRST] > 0) & (known[TIME] >= known[FIRST])


def _of_enough(known: pd.DataFrame, pieces: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The parts with treated pupils of enough schools."""
    begun = known[_treated(known)]
    return {label: part for label, part in pieces.items() if of_enough_schools(part[_treated(part)], begun)}


# --- for all, by group and on the gap -----------------------------------------------------------------


def _jackknifed(pieces: Mapping[str, pd.DataFrame]) -> Jackknifed:
    """The average effect in each part, with their covariance from leaving out each school."""
    cells = pd.concat(
        [cohorten.means(part).assign(**{_PART: label}) for label, part in pieces.items()], ignore_index=True
    )

    def of_each(rows: pd.DataFrame) -> dict[str, float]:
        return {label: _average(rows[rows[_PART] == label]) for label in pieces}

    return inference.cluster_jackknife(cells, of_each, cluster="vestiging")


def _average(cells: pd.DataFrame) -> float:
    item = next(one for one in _study(cells, errors="influence").estimates if one.group == "simple")
    return float("nan") if item.value is None else item.value


def _study(cells: pd.DataFrame, errors: str) -> EventStudy:
    return panel.group_time_effects(
        cells,
        outcome=REST,
        unit="vestiging",
        time=TIME,
        first=FIRST,
        control="not yet",
        estimator="reg",
        base="universal",
        errors=errors,
        draws=1,
        seed=SEED,
    )


def _together(
    pieces: Mapping[str, pd.DataFrame], spread: Jackknifed, groups: Groups, scale: float
) -> Iterator[Estimate]:
    """The effect of each part in sd and of all in points, with and without, on the gap, and how both go."""
    for label, part in pieces.items():
        found = _one(spread, label, part, EFFECT)
        yield found
        yield from _levels(part, found, scale)
        if label == ALL:
            yield replace(scaled(found, scale, Unit.SCORE), name=POINTS)
    if not {groups.low, groups.high} <= set(pieces):
        yield absent(EFFECT, Reason.EMPTY_GROUP, groups.gap)
        yield absent(JOINT, Reason.EMPTY_GROUP, "")
        return
    gap = {groups.high: 1.0, groups.low: -1.0}
    smallest = min(_smallest(pieces[label]) for label in gap)
    facts = {"smallest": smallest, "method": Method.ATT_SIMPLE}
    found = spread.estimate(gap, EFFECT, group=groups.gap, unit=Unit.SD, **facts)
    yield replace(found, n=sum(len(pieces[label]) for label in gap))
    yield replace(spread.correlation(ALL, gap, JOINT, **facts), n=len(pieces[ALL]))


def _one(spread: Jackknifed, label: str, part: pd.DataFrame, name: str) -> Estimate:
    found = spread.estimate(
        label, name, group=label, unit=Unit.SD, smallest=_smallest(part), method=Method.ATT_SIMPLE
    )
    return replace(found, n=len(part))


def _smallest(part: pd.DataFrame) -> int:
    """Pupils with or without the approach, whichever are fewer."""
    treated = int(_treated(part).sum())
    return min(treated, len(part) - treated)


def _levels(part: pd.DataFrame, found: Estimate, scale: float) -> Iterator[Estimate]:
    """Mean score of who came into a school that had begun, and what it would have been."""
    scores = part.loc[_treated(part), "uitkomst"]
    if found.value is None or scores.empty:
        return
    level = float(scores.mean())
    for name, value in ((WITHOUT, level - found.value * scale), (WITH, level)):
        yield Estimate(name, found.group, value, Unit.SCORE, n=len(scores), method=Method.MEAN)


# --- by prior score, by years, and other estimators ---------------------------------------------------


def _thirds(known: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Pupils by third of the prior score within their own cohort."""
    third = thirds(known, PRIOR)
    return {label: known[third == label] for label in THIRDS}


def _over_time(known: pd.DataFrame) -> Iterator[Estimate]:
    """Effect by years since the start of two estimators, and the bounds when trends were not the same."""
    cells = cohorten.means(known)
    study = _study(cells, errors="jackknife")
    yield from _by_exposure(BY_START, study.estimates, known)
    wide = _of_few_schools(study)
    for bound, label in WORSE.items():
        (item,) = panel.honest_bounds(wide, kind="relative magnitudes", m=[bound]).estimates
        facts = {"name": BOUNDS, "group": label, "unit": Unit.SD, "n": len(known)}
        yield replace(item, **facts, standard_error=None)
    imputed = _imputed(cells)
    yield from _by_exposure(IMPUTED, imputed, known)
    overall = next(item for item in imputed if item.group == "all")
    yield replace(overall, name=IMPUTED, group=ALL, unit=Unit.SD, n=len(known), smallest=_smallest(known))


def _of_few_schools(study: EventStudy) -> EventStudy:
    """The same with a covariance that gives the normal intervals of the bounds the width of t intervals.

    Else the effect of the first year would have a narrower margin beside its bounds than in the path.
    """
    wider = (quantile(study.df) / quantile()) ** 2
    return replace(study, covariance=tuple(tuple(wider * one for one in row) for row in study.covariance))


def _imputed(cells: pd.DataFrame) -> tuple[Estimate, ...]:
    found = panel.imputation(
        cells, outcome=REST, unit="vestiging", time=TIME, first=FIRST, leads=0, errors="jackknife"
    )
    return found.estimates


def _by_exposure(name: str, found: tuple[Estimate, ...], known: pd.DataFrame) -> Iterator[Estimate]:
    """The path of an estimator; a year that rests on fewer than three schools has a reason."""
    for item in found:
        if item.name != "effect" or not item.group.startswith("e="):  # no bands for all years together
            continue
        years = int(item.group.removeprefix("e="))
        here = known[(known[FIRST] > 0) & (known[TIME] - known[FIRST] == years)]
        if years == -1:  # all is told as a change from this year on
            yield Estimate(name, f"{years}", 0.0, Unit.SD, n=len(here), method=item.method)
        elif here["vestiging"].nunique() < FEWEST_SCHOOLS:
            yield absent(name, FEW_SCHOOLS, f"{years}")
        else:
            yield replace(item, name=name, group=f"{years}", unit=Unit.SD, n=len(here), smallest=None)


def _beside(known: pd.DataFrame) -> Iterator[Estimate]:
    """The part of the weights of two-way fixed effects that is negative: what it finds is told nowhere."""
    cells = cohorten.means(known)
    cells["behandeld"] = _treated(cells)
    found = panel.two_way_fixed_effects(
        cells, outcome=REST, treated="behandeld", unit="vestiging", time=TIME
    ).estimates
    facts = {"group": ALL, "n": len(known), "smallest": _smallest(known)}
    for item in found:
        if item.group == "share":
            yield replace(item, name=WRONG, **facts)


def _count(group: str, count: int, known: pd.DataFrame) -> Estimate:
    return Estimate(SCHOOLS, group, float(count), Unit.COUNT, n=len(known))
