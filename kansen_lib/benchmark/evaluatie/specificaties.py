"""The effect of a lottery by every choice that could as well have been made otherwise (INVENTORY #112).

Lots make all of these ways right on average: they differ in what they make equal, in which schools take
part and in whether pupils are compared within schools. One test holds for all of them together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pandas as pd

from kansen_lib.benchmark.data import SEED
from kansen_lib.benchmark.evaluatie.geloot import OF_SCHOOL, OFFERED, OUTCOME, Loting
from kansen_lib.benchmark.evaluatie.names import FEWEST_SCHOOLS
from kansen_lib.benchmark.evaluatie.people import covariates
from kansen_lib.stats import trials
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit
from kansen_lib.stats.trials import Specification

#: The effect by what was chosen, with the choices as group; how often lots alone give such a median.
BY_CHOICE = "effect, naar keuzes"
BY_CHANCE = "kans op zo'n middelste waarde door de loting alleen"
#: Before the choices that the main effect rests on, and between two choices.
MAIN, AND = "hoofdanalyse: ", " | "
DRAWS = 499
#: How far the share drawn may differ between schools for pupils to be compared over schools.
ALIKE = 0.10
_LARGER = "grotere school"


def rows(loting: Loting) -> list[Estimate]:
    """The effect in each way, the main one marked, and the joint test by drawing lots again."""
    frame = loting.frame.assign(**{_LARGER: loting.frame["vestiging"].isin(_larger(loting))})
    ways = list(_ways(loting, frame))
    main = next(way.label for way in ways if way.label.startswith(MAIN))
    keys = {"treated": OFFERED, "block": loting.block, "cluster": loting.cluster}
    found = trials.specification_test(frame, ways, main=main, draws=DRAWS, seed=SEED, **keys)
    effects = [replace(found["effect", way.label], name=BY_CHOICE) for way in ways]
    return [*effects, *_by_chance(found["median"])]


def _by_chance(median: Estimate) -> Iterator[Estimate]:
    if median.p_value is not None:
        facts = {"smallest": median.smallest, "method": median.method}
        yield Estimate(BY_CHANCE, "", median.p_value, Unit.SHARE, **facts)


def _ways(loting: Loting, frame: pd.DataFrame) -> Iterator[Specification]:
    """Every combination of the choices that these data leave; the main effect is one of them."""
    samples = {"alle": None} | ({"alleen de grotere": _LARGER} if frame[_LARGER].any() else {})
    within = {"binnen scholen": True} | ({"over scholen heen": False} if _alike(loting) else {})
    blocks = within if loting.block is not None else {"over scholen heen": False}
    for (equal, columns), (schools, sample), (beside, dummies) in product(
        _starts(frame, loting.groups.column).items(), samples.items(), blocks.items()
    ):
        choices = [f"gelijk gemaakt op: {equal}", f"scholen: {schools}"]
        choices += [f"vergeleken: {beside}"] if len(blocks) > 1 else []
        chosen = columns == loting.covariates and sample is None and dummies == (loting.block is not None)
        label = (MAIN if chosen else "") + AND.join(choices)
        yield Specification(label, OUTCOME, columns, sample, dummies)


def _starts(frame: pd.DataFrame, background: str) -> dict[str, tuple[str, ...]]:
    """What is made equal: ever more of what was known before."""
    steps = {
        "niets": (),
        "score groep 8": covariates(frame),
        "ook die van de school": tuple({OF_SCHOOL} & set(frame)),
        "ook advies": ("eerste",) if frame["eerste"].nunique() > 1 else (),
        "ook achtergrond": (background,) if frame[background].nunique() > 1 else (),
    }
    found: dict[str, tuple[str, ...]] = {}
    sofar: tuple[str, ...] = ()
    for label, more in steps.items():
        if more or not found:
            sofar = (*sofar, *more)
            found[label] = sofar
    return found


def _alike(loting: Loting) -> bool:
    """Whether as large a share was drawn in each block: else schools are compared, and not pupils."""
    if loting.block is None or loting.known.empty:
        return False
    shares = loting.known.groupby(loting.block, observed=True)[OFFERED].mean()
    return bool(shares.max() - shares.min() <= ALIKE)


def _larger(loting: Loting) -> list[str]:
    """The larger half of the schools; none where that, or the rest of an arm, would be about one of them.

    A half and not all but one: the difference with all schools would be that one.
    """
    sizes = loting.known["vestiging"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    larger = list(sizes.index[: (len(sizes) + 1) // 2])
    schools = loting.known.groupby(loting.known["vestiging"].isin(larger))
    arms = [part[part[OFFERED] == arm]["vestiging"].nunique() for _, part in schools for arm in (True, False)]
    return larger if len(arms) == 4 and min(arms) >= FEWEST_SCHOOLS else []
