"""The effect of what was drawn: for all and by group, each with its level with and without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from kansen_lib.benchmark.evaluatie.names import (
    ALL,
    EFFECT,
    FEWEST_SCHOOLS,
    JOINT,
    POINTS,
    TAKEN,
    WITH,
    WITHOUT,
)
from kansen_lib.benchmark.evaluatie.people import background, covariates
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.benchmark.vergelijken import Groups
from kansen_lib.stats import arms, frames, trials
from kansen_lib.stats.linear import LinearFit
from kansen_lib.stats.result import Estimate, NotComputable
from kansen_lib.stats.terms import Interval, Method, Reason, Unit
from kansen_lib.stats.trials import individual
from kansen_lib.stats.trials.joint import CORRELATION

#: Within which lots were drawn: a school and a cohort.
BLOCK = "blok"
#: Mean score of groep 8 of the school: pupils of one school are alike in more than their own score shows.
OF_SCHOOL = "voor_school"
#: Fewest schools in a lottery of schools for that mean to be corrected for: it costs one of them.
SCHOOLS_FOR_MEAN = 10
NO_LOTS = "aan te weinig scholen is echt geloot"
OFFERED, TOOK, OUTCOME = "toegewezen", "deelgenomen", "uitkomst_sd"


@dataclass(frozen=True)
class Loting:
    """A lottery: who was in it, and at which level was drawn.

    Attributes:
        frame: a row a pupil who was in the lottery; columns of ``evaluatie.people`` and :data:`BLOCK`.
        block: column within which was drawn; None when schools were.
        cluster: column of what was drawn whole; None when pupils were.
    """

    frame: pd.DataFrame
    block: str | None
    cluster: str | None

    @cached_property
    def groups(self) -> Groups:
        """The background of which the gap is told."""
        return background(self.frame)

    @cached_property
    def covariates(self) -> tuple[str, ...]:
        """What was measured before, of the pupil and, where schools were drawn, of the school."""
        return (*covariates(self.frame), *({OF_SCHOOL} & set(self.frame)))

    @cached_property
    def known(self) -> pd.DataFrame:
        """The pupils with an outcome, and all else that the effect needs."""
        needed = [OUTCOME, OFFERED, TOOK, *self.covariates, self.cluster or OUTCOME]
        return self.paired(self.frame.dropna(subset=needed))

    def paired(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows that are not alone in their block: one pupil alone has nobody to compare with."""
        if self.block is not None:
            rows = rows[rows.groupby(self.block)[self.block].transform("size") > 1]
        return rows.reset_index(drop=True)

    @cached_property
    def labels(self) -> list[str]:
        """The groups of the background of which something can be told."""
        return self.carried(self.groups.column)

    def carried(self, by: str) -> list[str]:
        """The labels of a column with lots enough on both sides, of schools enough to tell of none."""
        column = self.known[by]
        lots = self.known.groupby([column, OFFERED], observed=True)[self.cluster or "leerling"]
        sizes = lots.nunique().unstack(fill_value=0)
        both = (sizes.reindex(columns=[False, True], fill_value=0) >= arms.FEWEST).all(axis=1)
        schools = self.known["vestiging"].groupby(column, observed=True).nunique()
        fewest = min(FEWEST_SCHOOLS, self.known["vestiging"].nunique())
        carried = set(both.index[both]) & set(schools.index[schools >= fewest])
        return [label for label in frames.labels(column) if label in carried]

    @property
    def arguments(self) -> dict:
        """What every estimator of this lottery is given."""
        return {
            "outcome": OUTCOME,
            "covariates": self.covariates,
            "block": self.block,
            "cluster": self.cluster,
        }

    @property
    def scale(self) -> float:
        """Points of the outcome in one standard deviation."""
        known = self.frame[self.frame["uitkomst"].ne(0)]
        return float((known["uitkomst"] / known["uitkomst_sd"]).median())

    def of(self, frame: pd.DataFrame) -> Loting:
        """The same lottery among some of its pupils."""
        return Loting(frame.reset_index(drop=True), self.block, self.cluster)


def among_pupils(people: pd.DataFrame) -> Loting:
    """A lottery of pupils within schools: who was where everybody or nobody was drawn takes no part."""
    label = people["vestiging"].astype(str) + " " + people["cohort"].astype(str)
    frame = people.assign(**{BLOCK: label})
    drawn = frame.groupby(BLOCK)[OFFERED].transform("nunique") == 2
    frame = frame[drawn].reset_index(drop=True)
    return Loting(frame, BLOCK, "klas" if of_classes(frame) else None)


def among_schools(people: pd.DataFrame) -> Loting:
    """A lottery of schools."""
    frame = people.reset_index(drop=True)
    if frame["voor"].notna().any() and frame["vestiging"].nunique() >= SCHOOLS_FOR_MEAN:
        frame = frame.assign(**{OF_SCHOOL: frame.groupby("vestiging")["voor"].transform("mean")})
    return Loting(frame, None, "vestiging")


def of_classes(frame: pd.DataFrame) -> bool:
    """Whether lots put pupils in the approach by class: then classmates are no separate lots.

    So it is when classes tell most of who was drawn within a school: of its variance more than half, as the
    adjusted R2 has it. Not all of it: a few pupils change classes between the lottery and the outcome.
    """
    seen = frame.dropna(subset=["uitkomst"])
    if seen.empty or seen["klas"].isna().any():
        return False
    lot = seen[OFFERED].astype(float)
    lot -= lot.groupby(seen[BLOCK]).transform("mean")
    classes = lot.groupby(seen["klas"])
    left = ((lot - classes.transform("mean")) ** 2).sum() / max(1, len(lot) - classes.ngroups)
    return bool(1 < classes.ngroups < len(seen) and left < (lot**2).sum() / (len(lot) - 1) / 2)


def effects_on(loting: Loting) -> list[Estimate]:
    """Intention to treat, in sd: for all, each group and the gap; with levels, and their correlation."""
    return [*_whole(loting), *_by_group(loting), _joint(loting)]


def few_drawn(loting: Loting) -> bool:
    """Whether an arm of a lottery of schools is of so few that it would be about one of them."""
    sizes = loting.known.groupby(OFFERED)["vestiging"].nunique().reindex([False, True], fill_value=0)
    return bool((sizes < FEWEST_SCHOOLS).any())


def few_with_lots(loting: Loting, aanpak: Aanpak) -> bool:
    """Whether fewer schools drew lots than take part, and so few that a number would be about one of them."""
    schools = loting.known["vestiging"].nunique()
    return schools < FEWEST_SCHOOLS and schools < len(aanpak.begun)


def without_lots() -> list[Estimate]:
    """All there is to say of a lottery that was held at too few schools."""
    return [Estimate.not_computable(EFFECT, NO_LOTS, group=ALL, unit=Unit.SD)]


def scaled(item: Estimate, factor: float, unit: str) -> Estimate:
    """The estimate in another unit."""
    ends = ("value", "lower", "upper", "standard_error")
    known = {end: getattr(item, end) for end in ends}
    return replace(item, unit=unit, **{end: None if x is None else x * factor for end, x in known.items()})


def taken(loting: Loting) -> dict[str, Estimate]:
    """Two-stage least squares, by the names of ``trials.complier_effect``.

    Beside the effect of the draw it tells who did not keep to it: it rests on those, too.
    """
    found = trials.complier_effect(loting.known, treated=TOOK, offered=OFFERED, **loting.arguments)
    cells = loting.known.groupby([OFFERED, TOOK]).size()
    held = int(cells.min()) if len(cells) else None  # a cell of nobody is the rule itself
    return {
        item.name: item if item.smallest is None else replace(item, smallest=held) for item in found.estimates
    }


def of_taking_part(stages: Mapping[str, dict[str, Estimate]]) -> list[Estimate]:
    """The effect of taking part by group, with the interval that also holds when few heed the lottery."""
    found = {group: stages[group]["effect, Anderson-Rubin"] for group in stages}
    return [replace(item, name=TAKEN, unit=Unit.SD, group=group) for group, item in found.items()]


def of_labels(loting: Loting) -> Iterator[tuple[str, Loting]]:
    """The lottery among the pupils of each group."""
    for label in loting.labels:
        yield str(label), loting.of(loting.frame[loting.frame[loting.groups.column] == label])


# --- one regression -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Model:
    """Least squares of the outcome on groups, their assignment, what was before and blocks."""

    loting: Loting
    known: pd.DataFrame
    group: pd.Series
    labels: list

    @cached_property
    def cells(self) -> dict:
        drawn = arms.indicator(self.known[OFFERED])
        return individual.cells_of(self.group, drawn, self.labels, self.clusters)

    @property
    def clusters(self) -> pd.Series | None:
        return None if self.loting.cluster is None else self.known[self.loting.cluster]

    @cached_property
    def fit(self) -> LinearFit:
        shape = (self.loting.covariates, self.loting.block, self.clusters)
        return individual.model_by_group(self.known, self.cells, OUTCOME, *shape)

    @cached_property
    def rest(self) -> pd.DataFrame:
        """Columns of the model beside groups and their assignment."""
        block = [] if self.loting.block is None else [self.loting.block]
        return frames.design(self.known, [*self.loting.covariates, *block], intercept=False)

    def effect(self, name: str, weights: dict, label: str) -> Estimate:
        sizes = [int(self.cells[one, arm].sum()) for one in weights for arm in (0, 1)]
        return self.contrast(name, {individual.effect_of(one): w for one, w in weights.items()}, label, sizes)

    def level(self, name: str, label: str, arm: int) -> Estimate:
        """Mean of a group if all of it were drawn (1), or nobody (0), with its own scores and schools."""
        rows = (self.group == label).to_numpy()
        typical = dict(zip(self.rest.columns, self.rest.to_numpy()[rows].mean(axis=0), strict=True))
        own = {f"(level) {label}": 1.0, individual.effect_of(label): float(arm)}
        sizes = [int(self.cells[label, one].sum()) for one in (0, 1)]
        return self.contrast(name, typical | own, str(label), sizes)

    def contrast(self, name: str, weights: dict, label: str, sizes: list[int]) -> Estimate:
        value, error, df = self.fit.contrast(weights)
        interval = Interval.T_HC3 if self.loting.cluster is None else Interval.T_CR2
        facts = {"group": label, "unit": Unit.SD, "interval": interval, "method": Method.ITT}
        size = {"n": sum(sizes), "smallest": min(sizes)}
        return Estimate.from_standard_error(name, value, error, df=df, **facts, **size)


def _whole(loting: Loting) -> list[Estimate]:
    known = loting.known
    model = _Model(loting, known, pd.Series(ALL, index=known.index), [ALL])
    try:
        effect = model.effect(EFFECT, {ALL: 1.0}, ALL)
        levels = [_points(model.level(name, ALL, arm), loting) for name, arm in ((WITHOUT, 0), (WITH, 1))]
    except NotComputable as why:
        return [_absent(name, ALL, why.reason, len(known)) for name in (EFFECT, POINTS, WITHOUT, WITH)]
    return [effect, replace(_points(effect, loting), name=POINTS), *levels]


def _by_group(loting: Loting) -> list[Estimate]:
    groups, labels = loting.groups, loting.labels
    known = loting.paired(loting.known[loting.known[groups.column].isin(labels)])
    model = _Model(loting, known, known[groups.column].astype(object), labels)
    try:
        if not {groups.low, groups.high} <= set(labels):
            raise NotComputable(Reason.EMPTY_GROUP)
        effects = [model.effect(EFFECT, {label: 1.0}, str(label)) for label in labels]
        gap = model.effect(EFFECT, {groups.high: 1.0, groups.low: -1.0}, groups.gap)
        arms_of = [(label, name, arm) for label in labels for name, arm in ((WITHOUT, 0), (WITH, 1))]
        levels = [_points(model.level(name, label, arm), loting) for label, name, arm in arms_of]
    except NotComputable as why:
        return [_absent(EFFECT, groups.gap, why.reason, len(known))]
    return [*effects, gap, *levels]


def _points(item: Estimate, loting: Loting) -> Estimate:
    return scaled(item, loting.scale, Unit.SCORE)


def _joint(loting: Loting) -> Estimate:
    groups, labels = loting.groups, loting.labels
    if not {groups.low, groups.high} <= set(labels):
        return _absent(JOINT, "", Reason.EMPTY_GROUP, len(loting.known))
    known = loting.known[loting.known[groups.column].isin(labels)]
    ends = {"group": groups.column, "low": groups.low, "high": groups.high}
    found = trials.mean_and_gap(known, treated=OFFERED, **ends, **loting.arguments)
    item = next((item for item in found.estimates if item.name == CORRELATION), found.estimates[0])
    return replace(item, name=JOINT, group="", unit=Unit.CORRELATION)


def _absent(name: str, group: str, reason: str, n: int) -> Estimate:
    unit = Unit.SD if name == EFFECT else Unit.SCORE
    return Estimate.not_computable(name, reason, group=group, unit=unit, n=n, method=Method.ITT)
