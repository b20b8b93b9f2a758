"""Pupils who took part beside pupils who did not, made alike on what was measured before (#115, #116).

Who takes part chose to, or was chosen. What was measured before can be made equal; what was not, cannot: so
this is a difference at an equal start, and an effect only if nothing else differs. It is there for every
intervention with participants and others in one school, so that an evaluator sees what a weaker design would
have said. Each pupil is compared within the own school.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from kansen_lib.benchmark.evaluatie import dosis
from kansen_lib.benchmark.evaluatie.analyse import Analyse
from kansen_lib.benchmark.evaluatie.geloot import scaled
from kansen_lib.benchmark.evaluatie.groepen import (
    FEW_SCHOOLS,
    absent,
    few_schools,
    gap_and_joint,
    of_enough_schools,
    parts,
    per_sd,
)
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, POINTS, WITH, WITHOUT
from kansen_lib.benchmark.evaluatie.people import background
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.benchmark.vergelijken import Groups
from kansen_lib.stats import matching
from kansen_lib.stats.matching import Weights
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

ANALYSE = Analyse(cluster="klas")

#: The same difference by four methods, the first of which makes nothing equal.
BY_METHOD = "verschil, naar methode"
NAIVE, NEAREST, WEIGHED, DOUBLE = (
    "niets gelijk gemaakt",
    "met de meest gelijke leerling",
    "na wegen",
    "twee modellen samen",
)
#: How far participants lie from the others on what was before, as it was and after weighing.
AS_WAS, AFTER = "zoals het was", "na wegen"
#: As many others, weighing alike, make as precise a comparison: few when hardly any are like participants.
LEFT = "anderen die na wegen nog meetellen"
#: How strong a hidden difference must be to leave nothing, in times what scores and advies change.
HIDDEN = "zo sterk moet iets verborgens zijn"
TO_ZERO, TO_MARGIN = "voor een verschil van nul", "voor een marge die nul raakt"
#: Farthest that a match may be, in standard deviations of the chance of taking part.
CALIPER = 0.2
_OUTCOME, _TOOK, _WEIGHT = "uitkomst_sd", "deelgenomen", "gewicht"
_LABELS = {
    "voor": "score groep 8",
    "voor_ander": "score groep 8, ander vak",
    "eerste": "eerste advies",
    "geslacht[vrouw]": "meisjes",
    "herkomst[Nederland]": "herkomst Nederland",
}


@dataclass(frozen=True)
class Vergeleken:
    """The pupils that are compared, and on what they are made alike.

    Attributes:
        known: pupils with all that is needed, of cohorts of schools with participants and others.
        groups: which column tells groups.
        cluster: within which pupils are alike.
    """

    known: pd.DataFrame
    groups: Groups
    cluster: str = "klas"

    @cached_property
    def alike(self) -> list[str]:
        """What is made equal."""
        wanted = [*_start(self.known), self.groups.column, "vestiging"]
        return [column for column in wanted if self.known[column].nunique() > 1]

    @cached_property
    def weights(self) -> Weights:
        """Weights of the others under which they equal the participants."""
        return matching.entropy_balancing(self.known, treated=_TOOK, covariates=self.alike)

    @cached_property
    def weighed(self) -> pd.DataFrame | None:
        """The pupils with these weights; None where no weights make the groups alike."""
        if self.weights.values is None:
            return None
        return self.known.assign(**{_WEIGHT: self.weights.values}).dropna(subset=[_WEIGHT])

    def of(self, known: pd.DataFrame) -> Vergeleken:
        """The same among some of the pupils, of schools where some of them took part and some did not."""
        return Vergeleken(_mixed(known), self.groups, self.cluster)


def effects(people: pd.DataFrame, aanpak: Aanpak) -> list[Estimate]:
    """The difference at an equal start: for all, by group and on the gap; how it was made, and the dose."""
    groups = background(people)
    needed = [_OUTCOME, "klas", groups.column, *_start(people)]
    pair = Vergeleken(_mixed(people.dropna(subset=needed)), groups)
    if pair.known.empty:
        return [absent(EFFECT, Reason.FEW_TREATED, n=len(people))]
    if few_schools(pair.known["vestiging"].nunique(), len(aanpak.begun)):
        return [absent(EFFECT, FEW_SCHOOLS, n=len(pair.known))]
    whole = list(_of_all_and_groups(pair, per_sd(people)))
    return [
        *whole,
        *_by_method(pair, whole[0]),
        *_balance(pair),
        *_hidden(pair, whole[0]),
        *dosis.rows(pair.known, pair.alike),
    ]


def _start(people: pd.DataFrame) -> list[str]:
    """What of before the start somebody has: both scores of groep 8 and the first advies.

    Both scores, also for an outcome of one domain: who took part for a low score in the other one would
    otherwise seem to lose by it.
    """
    return [column for column in ("voor", "voor_ander", "eerste") if people[column].notna().any()]


def _mixed(known: pd.DataFrame) -> pd.DataFrame:
    """Only the cohorts of schools where some took part and some did not."""
    both = known.groupby(["vestiging", "cohort"], observed=True)[_TOOK].transform("nunique") == 2
    return known[both].reset_index(drop=True)


# --- the difference at an equal start -----------------------------------------------------------------


def _of_all_and_groups(pair: Vergeleken, scale: float) -> Iterator[Estimate]:
    found, sizes = {}, {}
    for label, part in parts(pair.known, pair.groups):
        own = pair.of(part)
        if not of_enough_schools(own.known, pair.known):
            continue
        effect, levels = _difference(own, label, scale)
        yield effect
        yield from levels
        if label == ALL:
            yield replace(scaled(effect, scale, Unit.SCORE), name=POINTS)
        else:
            found[label], sizes[label] = effect, int(own.known[_TOOK].sum())
    yield from gap_and_joint(found, sizes, pair.groups)


def _difference(pair: Vergeleken, label: str, scale: float) -> tuple[Estimate, list[Estimate]]:
    """The difference among participants, and their level with and without, in points."""
    found = matching.doubly_robust(
        pair.known, outcome=_OUTCOME, treated=_TOOK, covariates=pair.alike, cluster=pair.cluster
    )
    known = {item.name: item for item in found.estimates}
    effect = replace(known["effect"], name=EFFECT, group=label, unit=Unit.SD)
    ends = {WITHOUT: "mean if untreated", WITH: "mean if treated"}
    levels = [
        replace(scaled(known[end], scale, Unit.SCORE), name=name, group=label)
        for name, end in ends.items()
        if end in known
    ]
    return effect, levels


def _by_method(pair: Vergeleken, double: Estimate) -> Iterator[Estimate]:
    """The raw difference, and three ways to make the start equal."""
    shared = {"outcome": _OUTCOME, "treated": _TOOK}
    raw = pair.known.assign(**{_WEIGHT: 1.0})
    found = {NAIVE: matching.weighted_difference(raw, weight=_WEIGHT, cluster=pair.cluster, **shared)}
    near = matching.nearest_neighbour(pair.known, covariates=pair.alike, caliper=CALIPER, **shared)
    found[NEAREST] = near.estimates[0]
    if pair.weighed is None:
        found[WEIGHED] = absent(BY_METHOD, pair.weights.reason, n=len(pair.known))
    else:
        found[WEIGHED] = matching.weighted_difference(
            pair.weighed, weight=_WEIGHT, cluster=pair.cluster, **shared
        )
    found[DOUBLE] = double
    for label, item in found.items():
        yield replace(item, name=BY_METHOD, group=label, unit=Unit.SD)


# --- how alike they are, and what could hide ----------------------------------------------------------


def _balance(pair: Vergeleken) -> Iterator[Estimate]:
    """How far apart both groups lay, and after weighing: on what was made equal, and on what was not."""
    seen = ["voor", "voor_ander", "eerste", pair.groups.column, "geslacht", "herkomst"]
    seen = [column for column in seen if pair.known[column].nunique() > 1]
    seen = [one for one in seen if of_enough_schools(pair.known.dropna(subset=[one]), pair.known)]
    frames_of = {AS_WAS: pair.known.assign(**{_WEIGHT: 1.0})}
    frames_of |= {} if pair.weighed is None else {AFTER: pair.weighed}
    for name, rows in frames_of.items():
        for column in seen:  # each with all pupils of whom it is known
            found = matching.balance(rows, treated=_TOOK, covariates=[column], weight=_WEIGHT)
            for item in found.estimates:
                label = _called(item.group, pair.groups)
                if item.name == "standardised difference" and label:
                    yield replace(item, name=name, group=label, unit=Unit.SD)
    if pair.weighed is not None:
        others = int((~pair.known[_TOOK].astype(bool)).sum())
        yield Estimate(LEFT, ALL, float(pair.weights.effective), Unit.COUNT, n=others)


def _called(column: str, groups: Groups) -> str:
    """What a covariate is called; empty for a label that says nothing beside the others."""
    ends = {f"{groups.column}[{end}]": f"{groups.column} {end}" for end in (groups.low, groups.high)}
    ends = {key: text.replace("inkomen laag inkomen", "laag inkomen") for key, text in ends.items()}
    return (_LABELS | ends).get(column, "")


def _hidden(pair: Vergeleken, whole: Estimate) -> Iterator[Estimate]:
    """What a hidden difference must do beside what scores and advies do, as a benchmark.

    They change the difference from what it is without them to what it is with them. How many times that
    change would bring the difference, or the end of its margin, to zero.
    """
    start = _start(pair.known)
    rest = [column for column in pair.alike if column not in start]
    blind = matching.doubly_robust(
        pair.known, outcome=_OUTCOME, treated=_TOOK, covariates=rest, cluster=pair.cluster
    ).estimates[0]
    facts = {"n": whole.n, "smallest": whole.smallest}
    if whole.value is None or blind.value is None or not start:
        yield absent(HIDDEN, whole.reason or Reason.NO_ESTIMATE, TO_ZERO, whole.n)
        return
    change = abs(whole.value - blind.value)
    if change == 0:
        yield absent(HIDDEN, Reason.NO_SPREAD, TO_ZERO, whole.n)
        return
    nearest = min(abs(whole.lower), abs(whole.upper)) if whole.lower * whole.upper > 0 else 0.0
    for label, away in ((TO_ZERO, abs(whole.value)), (TO_MARGIN, nearest)):
        yield Estimate(HIDDEN, label, away / change, Unit.RATIO, **facts)
