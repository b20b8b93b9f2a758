"""A place for who scored below a cut-off: the jump at it, sharp for the offer, fuzzy for taking part (#118).

Pupils just below and just above a cut-off are alike but for luck, and more of those below took part. The
effect is of pupils at the cut-off only. Those below got the place, so that jumps here are below minus above.
The prior score takes no part in the model: corrected for it the intervals held the truth of simulated regions
less often (89 of 100) than they say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib.benchmark import drempel
from kansen_lib.benchmark.drempel import ABOVE, BELOW, JUMP, distance, hole, times
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
    reversed_sign,
)
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, POINTS, TAKEN, WITH, WITHOUT
from kansen_lib.benchmark.evaluatie.people import background
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.benchmark.vergelijken import Groups
from kansen_lib.stats import rd
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Reason, Unit

ANALYSE = Analyse(cluster="klas")

#: What jumps at the cut-off: taking part, and what should not jump.
TOOK = "deed mee"
DENSITY, SEEN = drempel.DENSITY, "uitkomst bekend"
BEFORE = {
    "voor": "score van groep 8",
    "eerste": "eerste advies",
    "hoge_groep": "hoge groep",
    "lage_groep": "lage groep",
    "meisje": "meisjes",
}
#: The effect of taking part with other choices, and the jump in the outcome at cut-offs that are none.
BY_WIDTH, BY_HOLE, BY_PLACEBO = drempel.BY_WIDTH, drempel.BY_HOLE, drempel.BY_PLACEBO
WIDTHS, HOLES, PLACEBOS = (0.5, 2.0), (1.0,), (-4.0, 4.0)
#: A point of the picture holds scores of this width.
BIN = 3.0
NO_CUTOFF = "in het register staat geen grens, of de score waar die over gaat is niet bekend"

_AT: dict[str, object] = {"running": "afstand", "cutoff": 0.0, "cluster": "klas"}
_OUTCOME, _TOOK = "uitkomst_sd", "deelgenomen"


def effects(people: pd.DataFrame, aanpak: Aanpak) -> list[Estimate]:
    """The jump at the cut-off of the offer and of taking part, by group, with the picture and the checks."""
    near = people.dropna(subset=["afstand"])
    known = near.dropna(subset=[_OUTCOME, "klas"]).reset_index(drop=True)
    if known.empty:
        return [absent(EFFECT, Reason.NO_PERSONS if len(near) else NO_CUTOFF, n=len(known))]
    if few_schools(known["vestiging"].nunique(), len(aanpak.begun)):
        return [absent(EFFECT, FEW_SCHOOLS, n=len(known))]
    groups, scale = background(people), per_sd(people)
    return [
        *_of_all_and_groups(known, groups, scale),
        *_picture(known),
        *_checks(near, known, groups),
        *_choices(known),
    ]


# --- the jump -----------------------------------------------------------------------------------------


def _of_all_and_groups(known: pd.DataFrame, groups: Groups, scale: float) -> Iterator[Estimate]:
    offered, sizes = {}, {}
    for label, part in parts(known, groups):
        found = _jump(part, _OUTCOME)
        effect = reversed_sign(drempel.robust(found, EFFECT, label, Unit.SD))
        yield effect
        yield _taken(part, label)
        yield from _levels(part, found, effect, scale)
        if label == ALL:
            yield replace(scaled(effect, scale, Unit.SCORE), name=POINTS)
        else:
            offered[label], sizes[label] = effect, len(part)
    yield from gap_and_joint(offered, sizes, groups)


def _jump(part: pd.DataFrame, outcome: str, treated: str | None = None) -> Result:
    return rd.regression_discontinuity(part, outcome=outcome, treated=treated, **_AT)


def _taken(part: pd.DataFrame, label: str) -> Estimate:
    """The effect of taking part on who did because of the cut-off."""
    fuzzy = _jump(part, _OUTCOME, _TOOK)
    return drempel.strong(drempel.robust(fuzzy, TAKEN, label, Unit.SD), fuzzy)


def _levels(part: pd.DataFrame, found: Result, effect: Estimate, scale: float) -> Iterator[Estimate]:
    """Where the line from above meets the cut-off: the level without; and that with the effect added."""
    wide = drempel.width(found).value
    if effect.value is None or wide is None:
        return
    ends = {item.group: item for item in drempel.line(part, "uitkomst", wide, ABOVE, Unit.SCORE)}
    if "0" not in ends:
        return
    at = float(ends["0"].value)
    for name, value in ((WITHOUT, at), (WITH, at + effect.value * scale)):
        yield Estimate(name, effect.group, value, Unit.SCORE, n=effect.n, smallest=effect.smallest)


# --- the picture and the checks -----------------------------------------------------------------------


def _picture(known: pd.DataFrame) -> Iterator[Estimate]:
    """Mean outcome by distance to the cut-off, the lines of the jump, and how wide they reach."""
    found = _jump(known, "uitkomst")
    wide = drempel.width(found)
    steps = known.groupby(np.floor(known["afstand"] / BIN))
    yield from drempel.points(
        steps.filter(lambda part: of_enough_schools(part, known)), "uitkomst", BIN, Unit.SCORE
    )
    if wide.value is not None:
        for side in (BELOW, ABOVE):
            for item in drempel.line(known, "uitkomst", wide.value, side, Unit.SCORE):
                sided = (known["afstand"] < 0) == (side == BELOW)
                yield replace(item, n=int((sided & (known["afstand"].abs() < wide.value)).sum()))
    yield wide
    yield reversed_sign(drempel.robust(found, POINTS, JUMP, Unit.SCORE))
    took = _jump(known.astype({_TOOK: float}), _TOOK)
    yield reversed_sign(drempel.robust(took, TOOK, JUMP, Unit.POINTS))


def _checks(near: pd.DataFrame, known: pd.DataFrame, groups: Groups) -> Iterator[Estimate]:
    """Jumps that should not be there: in numbers, in who has an outcome, and in what was before (in sd)."""
    density = rd.density_test(near, running="afstand", cutoff=0.0)
    sides = [side.n or 0 for side in density.estimates if side.group in ("below", "above")]
    item = next(one for one in density.estimates if one.group == "above minus below")
    facts = {"group": JUMP, "unit": Unit.POINTS, "smallest": min(sides, default=None)}
    yield replace(reversed_sign(item), name=DENSITY, **facts)
    label, sex = known[groups.column], known["geslacht"]
    facts_of = known.assign(
        voor=known["voor"] / known["voor"].std(),
        eerste=known["eerste"] / known["eerste"].std(),
        hoge_groep=(label == groups.high).astype(float).where(label.notna()),
        lage_groep=(label == groups.low).astype(float).where(label.notna()),
        meisje=(sex == "vrouw").astype(float).where(sex.notna()),
    )
    yield from _balance(near.assign(bekend=near[_OUTCOME].notna().astype(float)), {"bekend": SEEN}, None)
    yield from _balance(facts_of, BEFORE, "klas")


def _balance(data: pd.DataFrame, names: Mapping[str, str], cluster: str | None) -> Iterator[Estimate]:
    at = {**_AT, "cluster": cluster}
    for item in rd.covariate_balance(data, covariates=list(names), **at).estimates:
        unit = Unit.SD if item.group in ("voor", "eerste") else Unit.POINTS
        yield replace(reversed_sign(item), name=names[item.group], group=JUMP, unit=unit)


def _choices(known: pd.DataFrame) -> Iterator[Estimate]:
    """The effect of taking part with other widths and holes, and the jump where nothing is decided."""
    shared, treated = {"outcome": _OUTCOME, **_AT}, {"outcome": _OUTCOME, "treated": _TOOK, **_AT}
    yield from _named(rd.bandwidth_panel(known, factors=WIDTHS, **treated), BY_WIDTH, map(times, WIDTHS))
    yield from _named(rd.donut_panel(known, holes=HOLES, **treated), BY_HOLE, map(hole, HOLES))
    nowhere = rd.placebo_cutoffs(known, cutoffs=PLACEBOS, **shared)
    for item in _named(nowhere, BY_PLACEBO, map(distance, PLACEBOS)):
        yield reversed_sign(item)


def _named(found: Result, name: str, labels: Sequence[str] | map) -> Iterator[Estimate]:
    for item, label in zip(found.estimates, labels, strict=False):
        yield replace(item, name=name, group=label, unit=Unit.SD)
