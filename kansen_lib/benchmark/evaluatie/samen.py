"""A lottery within each of several schools, taken together as so many studies (INVENTORY #112, #121).

Every school held its own lottery. How far their effects differ by more than chance says what a school that
was not there may expect: that is wider than the margin of the mean, however many pupils took part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kansen_lib.benchmark.evaluatie.geloot import OFFERED, OUTCOME, Loting
from kansen_lib.stats import inference, meta
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit

#: The effect in the average of so many schools, and where that in a school that was not there may lie.
POOLED, NEXT = "gemiddelde van {} scholen", "een volgende school"
#: Name of both; spread of the effects between schools; its share of all differences.
OF_SCHOOLS = "effect over scholen"
SPREAD = "spreiding van het effect tussen scholen"
NO_CHANCE = "deel van de verschillen dat geen toeval is"
#: Fewest schools: mean, margin, spread with its margin and share are six numbers, and the effects and margins
#: of four other schools eight, so that a school that knows its own cannot solve those of the others.
FEWEST = 5
#: Fewest pupils in an arm of a school: of fewer its margin is mostly chance.
FEWEST_IN_ARM = 5
#: Fewest degrees of freedom of a school's own margin. Of two or three classes the margin is itself chance,
#: and the schools where it comes out smallest would weigh most.
FEWEST_DF = 4
FEW = "te weinig scholen met een eigen loting om iets over een volgende school te zeggen"


def rows(loting: Loting) -> list[Estimate]:
    """Random effects over schools: the mean, the prediction interval, and how much schools differ."""
    own = [item for item in _own_effects(loting) if item.standard_error]
    n = sum(item.n or 0 for item in own)
    if len(own) < FEWEST:
        return [Estimate.not_computable(OF_SCHOOLS, FEW, group=NEXT, unit=Unit.SD, n=n)]
    found = meta.random_effects(
        [item.value for item in own],
        [item.standard_error for item in own],
        test="hartung-knapp truncated",  # where schools hardly differ the plain one is too narrow
    )
    return [replace(item, n=n, smallest=_smallest(own)) for item in _named(found, len(own))]


def _named(found: Result, schools: int) -> Iterator[Estimate]:
    names = {
        "pooled": (OF_SCHOOLS, POOLED.format(schools), Unit.SD),
        "prediction (Higgins)": (OF_SCHOOLS, NEXT, Unit.SD),
        "tau": (SPREAD, "", Unit.SD),
        "I2": (NO_CHANCE, "", Unit.VARIANCE_SHARE),
    }
    for item in found.estimates:
        if item.name in names:
            name, group, unit = names[item.name]
            yield replace(item, name=name, group=group, unit=unit)


def _own_effects(loting: Loting) -> Iterator[Estimate]:
    """Effect of the draw in each school by its own regression; schools with too few lots have none."""
    for _, part in loting.known.groupby("vestiging", observed=True):
        own = loting.of(part)
        if own.known[OFFERED].value_counts().reindex([True, False], fill_value=0).min() < FEWEST_IN_ARM:
            continue
        block = [loting.block] if loting.block and own.known[loting.block].nunique() > 1 else []
        found = inference.coefficients(
            own.known, outcome=OUTCOME, regressors=[OFFERED, *own.covariates, *block], cluster=own.cluster
        )
        effect = next(item for item in found.estimates if item.group == OFFERED)
        if effect.df is not None and effect.df >= FEWEST_DF:
            yield effect


def _smallest(own: list[Estimate]) -> int:
    """Pupils in the smaller arm over all schools: each school's are in the total alone."""
    return sum(item.smallest or 0 for item in own)
