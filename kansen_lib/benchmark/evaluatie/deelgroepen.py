"""Whom a lottery helped: by third of the score before, and by sex, each with the difference between ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.evaluatie.geloot import OFFERED, Loting
from kansen_lib.benchmark.evaluatie.groepen import THIRDS, absent, thirds
from kansen_lib.benchmark.evaluatie.names import MINUS
from kansen_lib.stats import trials
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

#: The effect by score in groep 8 and by sex.
BY_PRIOR, BY_SEX = "effect naar beginscore", "effect naar geslacht"
#: Labels of sex as a report says them, in the order in which they are compared.
SEXES = {"man": "jongens", "vrouw": "meisjes"}
_GROUP = "deel"


def rows(loting: Loting) -> list[Estimate]:
    """The effect in each third of the score and of each sex, and by how much it differs."""
    known = loting.known
    sex = pd.Categorical(known["geslacht"].map(SEXES), categories=list(SEXES.values()), ordered=True)
    return [
        *_of(loting, thirds(known, "voor"), BY_PRIOR, THIRDS),
        *_of(loting, pd.Series(sex, index=known.index), BY_SEX, tuple(SEXES.values())),
    ]


def _of(loting: Loting, group: pd.Series, name: str, labels: tuple[str, ...]) -> Iterator[Estimate]:
    """The effect in each group, and that in the last minus that in the first."""
    part = loting.of(loting.known.assign(**{_GROUP: group}))
    if part.carried(_GROUP) != list(labels):
        yield absent(name, Reason.EMPTY_GROUP, labels[-1] + MINUS + labels[0], len(part.known))
        return
    found = trials.effect_by_group(part.known, treated=OFFERED, group=_GROUP, **part.arguments)
    for item in found.estimates:
        if item.name == "effect":
            yield replace(item, name=name, unit=Unit.SD)
        elif item.name == "difference of effects" and item.group == labels[-1]:
            yield replace(item, name=name, group=labels[-1] + MINUS + labels[0], unit=Unit.SD)
