"""One school that began, against schools that never did: what it would have become without (INVENTORY #109).

The effect is the change of the school since its start, minus the mean change of the other schools, as a
meta-regression: schools differ in how many pupils they have and in how they change by themselves, and both
count. The synthetic control stands beside it and not in its place: with four cohorts before the start and
many schools, several mixtures follow a school exactly in four of ten simulated regions, and where there is
one mixture it is less precise. Weights of schools leave this module as numbers of schools only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from kansen_lib.benchmark.data import SEED
from kansen_lib.benchmark.evaluatie import cohorten
from kansen_lib.benchmark.evaluatie.analyse import Analyse
from kansen_lib.benchmark.evaluatie.cohorten import REST
from kansen_lib.benchmark.evaluatie.geloot import scaled
from kansen_lib.benchmark.evaluatie.groepen import FEW_SCHOOLS, absent, parts, per_sd
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, FEWEST_SCHOOLS, JOINT, POINTS, WITH, WITHOUT
from kansen_lib.benchmark.evaluatie.people import background
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.benchmark.vergelijken import Groups
from kansen_lib.stats import inference, meta, panel
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Method, Reason, Unit

ANALYSE = Analyse(cluster="vestiging", ontbrekend="aanvullen")

#: Score by cohort at an equal start, of the school and of others.
OWN, OTHERS = "deze school", "andere scholen, gemiddeld"
#: The effect by a mixture of schools that were like this one before, and what it rests on.
TWIN, IN_TWIN, MISFIT = "effect, gelijkende mix", "scholen in de mix", "verschil voor de start"
#: Schools, this one too, whose change lies at least as far from the mean of the others (from their mixture).
PLACEBO, PLACEBO_TWIN = "scholen met zo'n verandering", "scholen met zo'n afwijking van hun mix"
#: Schools among the others without whom the effect would point the other way.
TURNING = "scholen zonder wie de richting omkeert"
#: The same comparison, as if it had started a cohort earlier: there should be nothing.
EARLIER = "nepstart, jaar eerder"
SCHOOLS, COMPARED = "scholen", "ter vergelijking"
#: A school with less weight than this is no part of a mixture that a number rests on.
LEAST_WEIGHT = 0.05
NOT_ONE = "dit ontwerp is voor één school die begon"
NO_BEFORE = "van deze school is er geen cohort van voor de start, of geen van erna"
_SINCE, _HIGH, _BOTH, _CLASS = "na de start", "hoge groep", "na de start, hoge groep", "klas of school"


@dataclass(frozen=True)
class Vergelijk:
    """The school that began and those compared with, cohort by cohort.

    Attributes:
        known: pupils at an equal start, of schools with a cohort before and one since the start.
        own: vestiging of the school that began.
        first: its first cohort.
    """

    known: pd.DataFrame
    own: str
    first: str

    @cached_property
    def others(self) -> list[str]:
        """The schools compared with."""
        return [code for code in sorted(self.known["vestiging"].unique()) if code != self.own]

    def since(self, rows: pd.DataFrame) -> pd.Series:
        """Whether a row is of the first cohort or a later one."""
        return rows["cohort"].astype(str) >= self.first


def effects(people: pd.DataFrame, aanpak: Aanpak) -> list[Estimate]:
    """The effect on the pupils of the school: for all, by group and on the gap; and what tests it."""
    if len(aanpak.begun) != 1:
        return [absent(EFFECT, NOT_ONE, n=len(people))]
    own, first = aanpak.begun[0], str(aanpak.start[aanpak.begun[0]])
    one = _followed(Vergelijk(cohorten.at_equal_start(people), own, first))
    if own not in set(one.known["vestiging"]):
        return [absent(EFFECT, NO_BEFORE, n=len(people))]
    if len(one.others) < FEWEST_SCHOOLS:
        return [absent(EFFECT, FEW_SCHOOLS, n=len(people))]
    scale = per_sd(people)
    return [
        *_in_all(one, background(people), scale),
        *_over_time(one, scale),
        *_twin(one),
        _earlier(one),
        Estimate(SCHOOLS, COMPARED, float(len(one.others)), Unit.COUNT, n=len(one.known)),
    ]


def _followed(one: Vergelijk) -> Vergelijk:
    """Only the schools with pupils both before and since the start."""
    sides = one.since(one.known).groupby(one.known["vestiging"]).nunique()
    kept = one.known["vestiging"].isin(sides.index[sides == 2])
    return replace(one, known=one.known[kept].reset_index(drop=True))


# --- change of each school, and the effect ------------------------------------------------------------


def _in_all(one: Vergelijk, groups: Groups, scale: float) -> Iterator[Estimate]:
    changes = {label: _changes(one, part) for label, part in parts(one.known, groups)}
    for label, part in parts(one.known, groups):
        found = _effect(one, changes[label], label)
        yield found
        yield from _levels(one, part, found, scale)
        if label == ALL:
            yield replace(scaled(found, scale, Unit.SCORE), name=POINTS)
    gap = _gap_changes(one, groups)
    yield _effect(one, gap, groups.gap)
    yield _joint(one, changes[ALL], gap)
    yield _placebo(one, changes[ALL])
    yield _turning(one, changes[ALL])


def _changes(one: Vergelijk, part: pd.DataFrame) -> dict[str, Estimate]:
    """Of each school the change since the start, with the error that its own pupils and classes give it."""
    data = part.assign(**{_SINCE: one.since(part).astype(float)})
    return _coefficients(data, [_SINCE])


def _gap_changes(one: Vergelijk, groups: Groups) -> dict[str, Estimate]:
    """Of each school the change of the gap between two groups."""
    ends = one.known[one.known[groups.column].isin([groups.low, groups.high])]
    high, since = (ends[groups.column] == groups.high).astype(float), one.since(ends).astype(float)
    return _coefficients(
        ends.assign(**{_SINCE: since, _HIGH: high, _BOTH: since * high}), [_SINCE, _HIGH, _BOTH]
    )


def _coefficients(data: pd.DataFrame, regressors: list[str]) -> dict[str, Estimate]:
    """The last coefficient of each school; schools of whom there is none are left out."""
    data = data.assign(
        **{_CLASS: data["klas"].astype(object).fillna(data["vestiging"] + " " + data["cohort"])}
    )
    found = {}
    for vestiging, rows in data.groupby("vestiging"):
        fit = inference.coefficients(rows, outcome=REST, regressors=regressors, cluster=_CLASS, kind="CR1S")
        item = next((item for item in fit.estimates if item.group == regressors[-1]), None)
        if item is not None and item.standard_error is not None:
            found[str(vestiging)] = item
    return found


def _effect(one: Vergelijk, changes: Mapping[str, Estimate], group: str) -> Estimate:
    """Change of the school minus the mean change of the others."""
    if one.own not in changes or len(changes) <= FEWEST_SCHOOLS:
        return absent(EFFECT, Reason.TOO_FEW, group, sum(item.n or 0 for item in changes.values()))
    found = meta.meta_regression(
        [item.value for item in changes.values()],
        [item.standard_error for item in changes.values()],
        [float(code == one.own) for code in changes],
        test="hartung-knapp truncated",
    )
    item = next(item for item in found.estimates if item.name == "slope" or item.group == "slope")
    own = changes[one.own]
    return replace(item, name=EFFECT, group=group, unit=Unit.SD, n=own.n, smallest=own.smallest or own.n)


def _levels(one: Vergelijk, part: pd.DataFrame, found: Estimate, scale: float) -> Iterator[Estimate]:
    """Mean score of the pupils since the start, and what it would have been."""
    scores = part.loc[(part["vestiging"] == one.own) & one.since(part), "uitkomst"]
    if found.value is None or scores.empty:
        return
    level = float(scores.mean())
    for name, value in ((WITHOUT, level - found.value * scale), (WITH, level)):
        yield Estimate(name, found.group, value, Unit.SCORE, n=len(scores), method=Method.MEAN)


def _joint(one: Vergelijk, changes: Mapping[str, Estimate], gap: Mapping[str, Estimate]) -> Estimate:
    """How changes of the mean and of the gap go together among the schools that did nothing."""
    both = [code for code in one.others if code in changes and code in gap]
    pairs = np.array([[changes[code].value, gap[code].value] for code in both], float)
    if len(both) < 2 * FEWEST_SCHOOLS or not (pairs.std(axis=0) > 0).all():
        return absent(JOINT, Reason.FEW_UNITS, "", len(one.known))
    value = float(np.corrcoef(pairs.T)[0, 1])
    return Estimate(JOINT, "", value, Unit.CORRELATION, n=len(one.known), method=Method.CORRELATION)


# --- what puts it to the test -------------------------------------------------------------------------


def _placebo(one: Vergelijk, changes: Mapping[str, Estimate]) -> Estimate:
    """How many schools lie at least as far from the mean change, given their number of pupils."""
    middle = float(np.mean([changes[code].value for code in one.others if code in changes]))
    away = [(item.value - middle) / item.standard_error for item in changes.values()]
    rows = pd.DataFrame({"away": away, "own": [code == one.own for code in changes]})
    test = inference.randomisation_test(rows, outcome="away", treated="own", seed=SEED)
    if test.p_value is None:
        return absent(PLACEBO, test.reason, n=len(one.known))
    count = float(round(test.p_value * len(changes)))
    return Estimate(PLACEBO, ALL, count, Unit.COUNT, n=len(one.known), method=test.method)


def _turning(one: Vergelijk, changes: Mapping[str, Estimate]) -> Estimate:
    """Without how many of the others, one at a time, the effect would point the other way.

    The effects themselves stay here: one of them beside the whole would tell of the school left out.
    """
    whole = _effect(one, changes, ALL)
    again = [_effect(one, _without(changes, code), ALL) for code in one.others if code in changes]
    known = [item.value for item in again if item.value is not None]
    if whole.value is None or not known:
        return absent(TURNING, Reason.FEW_UNITS, n=len(one.known))
    count = float(sum(value * whole.value <= 0 for value in known))
    return Estimate(TURNING, ALL, count, Unit.COUNT, n=len(one.known))


def _without(changes: Mapping[str, Estimate], code: str) -> dict[str, Estimate]:
    return {other: item for other, item in changes.items() if other != code}


def _earlier(one: Vergelijk) -> Estimate:
    """The effect of a start that there was not: the last cohort before it, against those before that one."""
    before = one.known[~one.since(one.known)]
    last = str(before["cohort"].max())
    placebo = _followed(replace(one, known=before, first=last))
    if one.own not in set(placebo.known["vestiging"]):
        return absent(EARLIER, Reason.NO_EARLIER, n=len(before))
    return replace(_effect(placebo, _changes(placebo, placebo.known), ALL), name=EARLIER)


# --- cohort by cohort, and the mixture of schools -----------------------------------------------------


def _over_time(one: Vergelijk, scale: float) -> Iterator[Estimate]:
    """Mean score at an equal start by cohort: of the school, and of the mean school of the others."""
    cells = cohorten.means(one.known)
    for name, codes in ((OWN, [one.own]), (OTHERS, one.others)):
        rows, pupils = cells[cells["vestiging"].isin(codes)], one.known[one.known["vestiging"].isin(codes)]
        sizes = pupils.groupby("cohort").size()
        for cohort, part in rows.groupby("cohort"):
            if len(part) >= min(len(codes), FEWEST_SCHOOLS):
                value = float(part[REST].mean()) * scale
                yield Estimate(name, str(cohort), value, Unit.SCORE, n=int(sizes[cohort]), method=Method.MEAN)


def _twin(one: Vergelijk) -> Iterator[Estimate]:
    """The effect by synthetic control, how well it fitted, and how often another school strays as far."""
    found = panel.synthetic_control(
        cohorten.means(one.known),
        outcome=REST,
        unit="vestiging",
        time="cohort",
        treated_unit=one.own,
        first=one.first,
    )
    known = {(item.name, item.group): item for item in found.estimates}
    whole = known.get(("effect", "average"), found.estimates[0])
    mixed = [item.value for item in found.estimates if item.name == "weight"]
    size = sum(weight >= LEAST_WEIGHT for weight in mixed)
    if whole.value is None or size < FEWEST_SCHOOLS:
        yield absent(TWIN, whole.reason or FEW_SCHOOLS, n=len(one.known))
        return
    facts = {"n": len(one.known), "smallest": None}
    yield replace(whole, name=TWIN, group=ALL, unit=Unit.SD, **facts)
    yield Estimate(IN_TWIN, ALL, float(size), Unit.COUNT, n=len(one.known))
    yield replace(known["rmspe", "before"], name=MISFIT, group=ALL, unit=Unit.SD, **facts)
    ratio = known["rmspe", "ratio"]
    if ratio.p_value is not None:
        count = float(round(ratio.p_value * (1 + len(one.others))))
        yield Estimate(PLACEBO_TWIN, ALL, count, Unit.COUNT, n=len(one.known), method=ratio.method)
