"""Whether a lottery did what it should: who was drawn, who was lost on the way, and who kept to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib.benchmark.data import SEED
from kansen_lib.benchmark.evaluatie.geloot import OFFERED, OUTCOME, TOOK, Loting
from kansen_lib.benchmark.evaluatie.groepen import of_enough_schools
from kansen_lib.benchmark.evaluatie.names import ALL, MINUS
from kansen_lib.benchmark.vergelijken import MINIMA
from kansen_lib.stats import gaps, inference, linear
from kansen_lib.stats.frames import design
from kansen_lib.stats.result import Estimate, NotComputable
from kansen_lib.stats.terms import Method, Unit

#: What was there before, drawn minus not drawn, in sd of all who were in the lottery.
BALANCE = "verschil bij de start"
#: The group of :data:`BALANCE` in which all of it comes together: the outcome that it predicts.
PREDICTED = "verwachte uitkomst"
#: How often a lottery alone gives a difference in :data:`PREDICTED` that is at least as large.
BY_CHANCE = "kans op zo'n verschil bij een nieuwe loting"
#: Who has no outcome, in each arm.
LOST = "geen uitkomst bekend"
#: The effect as it was found, and if those who were lost had been as good or as bad as :data:`BEYOND`.
IF_LOST = "effect met wie wegviel"
AS_FOUND, WORST, BEST = "zoals gevonden", "als uitval tegenzat", "als uitval meezat"
#: So many sd below or above what is expected of them are those who were lost, in the worst and best case.
BEYOND = 0.5
#: Who took part in each arm, and by how much the lottery changed that.
JOINED, BY_LOT = "deed mee", "deed mee door de loting"
IN, OUT = "ingeloot", "uitgeloot"
DRAWS = 1999
#: An arm at least so large a part of the other one is about as large.
ALIKE = 0.9


def balance(loting: Loting) -> list[Estimate]:
    """Difference between the arms in each thing that was there before, and in what it predicts together.

    Within blocks, by least squares; the interval says how far a lottery of this size brings arms apart.
    """
    frame = loting.frame.assign(**before(loting.frame))
    names = [name for name in before(loting.frame) if frame[name].nunique() > 1]
    names = [name for name in names if of_enough_schools(frame.dropna(subset=[name]), frame)]
    rows = [_difference(loting, frame, name) for name in names]
    return [*rows, *_together(loting, frame, names)]


def before(frame: pd.DataFrame) -> Mapping[str, pd.Series]:
    """What was known of each pupil before the lottery, as numbers."""
    groups = {
        "laagopgeleide ouders": ("opleiding", ["laag"]),
        "hoogopgeleide ouders": ("opleiding", ["hoog"]),
        "laag inkomen thuis": ("inkomenskwintiel", ["1", "2"]),
        MINIMA.low: (MINIMA.column, [MINIMA.low]),
        "meisjes": ("geslacht", ["vrouw"]),
        "herkomst Nederland": ("herkomst", ["Nederland"]),
    }
    has = {
        label: frame[name].isin(of).astype(float).where(frame[name].notna())
        for label, (name, of) in groups.items()
    }
    return {"score in groep 8": frame["voor"], "eerste advies": frame["eerste"]} | has


def attrition(loting: Loting, effect: Estimate) -> list[Estimate]:
    """Who has no outcome, by arm, and what the effect would be if those pupils were unlike the others.

    In the worst case the drawn who were lost are :data:`BEYOND` sd below, and the others who were lost as
    much above what is expected of them; in the best case the reverse. That moves the effect by
    BEYOND times the sum of both shares.
    """
    gone = loting.frame["uitkomst"].isna()
    rows = _shares(loting, gone, LOST)
    if effect.value is None:
        return rows
    moved = BEYOND * float(gone.groupby(loting.frame[OFFERED]).mean().sum())
    lost = min(_told_by_sum(loting, gone), effect.smallest or 0)
    cases = [
        replace(_moved(effect, by, case), smallest=lost) for by, case in ((-moved, WORST), (moved, BEST))
    ]
    return [*rows, replace(effect, name=IF_LOST, group=AS_FOUND), *cases]


def _told_by_sum(loting: Loting, gone: pd.Series) -> int:
    """How few pupils the sum of the shares of both arms tells: all who were lost, and beside their number
    those of an arm, unless arms are so alike in size that the sum goes with that number."""
    sizes = gone.groupby(loting.frame[OFFERED]).agg(["sum", "size"])
    alike = sizes["size"].min() >= ALIKE * sizes["size"].max()
    return int(sizes["sum"].sum() if alike else sizes["sum"].min())


def compliance(loting: Loting, first_stage: Estimate | None) -> list[Estimate]:
    """Who took part in each arm, and how much the lottery changed it."""
    rows = _shares(loting, loting.frame[TOOK], JOINED)
    if (loting.known[TOOK] == loting.known[OFFERED]).all() and len(loting.known):
        n, smallest = len(loting.known), int(loting.known[OFFERED].value_counts().min())
        first_stage = Estimate(BY_LOT, value=1.0, n=n, smallest=smallest, method=Method.FIRST_STAGE)
    return rows if first_stage is None else [*rows, replace(first_stage, name=BY_LOT, unit=Unit.POINTS)]


def by_chance(name: str, group: str, test: Estimate) -> Estimate:
    """The p-value of a randomisation test as a share: of lotteries, so that it has no ``n``."""
    facts = {"smallest": test.smallest, "method": test.method}
    return Estimate(name, group, test.p_value, Unit.SHARE, **facts)


def _difference(loting: Loting, frame: pd.DataFrame, name: str) -> Estimate:
    known = loting.paired(frame.dropna(subset=[name]))
    known = known.assign(eerder=known[name] / known[name].std())
    found = inference.coefficients(
        known, outcome="eerder", regressors=_regressors(loting), cluster=_cluster(loting)
    )
    item = next(item for item in found.estimates if item.group == OFFERED)
    return replace(item, name=BALANCE, group=name, unit=Unit.SD, method=Method.BALANCE)


def _cluster(loting: Loting) -> str | None:
    """What was drawn whole, where it is known of everybody: who left has no class at the outcome."""
    known = loting.cluster is not None and loting.frame[loting.cluster].notna().all()
    return loting.cluster if known else None


def _regressors(loting: Loting) -> list[str]:
    return [OFFERED] if loting.block is None else [OFFERED, loting.block]


def _together(loting: Loting, frame: pd.DataFrame, names: list[str]) -> Iterator[Estimate]:
    """The outcome that all of it predicts, drawn minus not drawn, and how often lots alone give that."""
    try:
        predicted = _predicted(frame, names)
    except NotComputable as why:
        yield Estimate.not_computable(BALANCE, why.reason, group=PREDICTED, unit=Unit.SD, n=len(frame))
        return
    test = inference.randomisation_test(
        frame.assign(verwacht=predicted),
        outcome="verwacht",
        treated=OFFERED,
        block=loting.block,
        cluster=_cluster(loting),
        draws=DRAWS,
        seed=SEED,
        name=BALANCE,
    )
    yield replace(test, group=PREDICTED, unit=Unit.SD)
    if test.p_value is not None:
        yield by_chance(BY_CHANCE, ALL, test)


def _predicted(frame: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Outcome in sd that the columns predict by least squares; who lacks one of them has its mean."""
    columns = design(frame[names].fillna(frame[names].mean()), names)
    known = frame[OUTCOME].notna().to_numpy()
    fit = linear.fit(columns[known], frame.loc[known, OUTCOME])
    # The last digits differ between processors, and lots are drawn in the order of these numbers.
    return np.round(columns.to_numpy() @ fit.params, 9)


def _shares(loting: Loting, has: pd.Series, name: str) -> list[Estimate]:
    """Share of all, of each arm, and drawn minus not drawn."""
    drawn = loting.frame[OFFERED].astype(bool)
    sizes = {label: (int(has[part].sum()), int(part.sum())) for label, part in ((OUT, ~drawn), (IN, drawn))}
    whole = gaps.share(int(has.sum()), len(has), name=name, group=ALL)
    levels = [whole, *(gaps.share(*sizes[label], name=name, group=label) for label in (IN, OUT))]
    counts, n = zip(sizes[OUT], sizes[IN], strict=True)
    return [*levels, gaps.share_difference(counts, n, name=name, group=IN + MINUS + OUT)]


def _moved(effect: Estimate, by: float, case: str) -> Estimate:
    ends = {end: getattr(effect, end) for end in ("value", "lower", "upper")}
    moved = {end: None if x is None else x + by for end, x in ends.items()}
    return replace(effect, name=IF_LOST, group=case, p_value=None, **moved)
