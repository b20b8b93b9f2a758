"""Advies and toets of groep 8 side by side: two yardsticks, three scales, and who has a double advies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import OPLEIDING, shares_and_gap
from kansen_lib.rules import MAATSTAVEN, above
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate

#: Where the reference values of these cards stand.
UNIT = "toets en advies"
#: Two ways to compare a double advies: as a place halfway, or as a set of two levels.
STEPS, SETS = MAATSTAVEN
LOWER, SAME, HIGHER = "toets lager", "toets gelijk", "toets hoger"
HIGHEST = codes.ADVIES.codes[-2]
#: First adviezen as CBS groups them, low to high.
ADVIES_GROUPS = {
    "pro": "pro of vmbo-b",
    "pro/vmbo-b": "pro of vmbo-b",
    "vmbo-b": "pro of vmbo-b",
} | {label: label for label in codes.ADVIES.codes[4:-1]}
#: Shares are shown in whole percents: of so many persons, a difference of fewer than ten is not seen.
UNSEEN = 1000
#: Levels of a scale, each with its place; a double advies stands at the lower of its two levels.
SCALES: dict[str, dict[str, float]] = {
    "3 niveaus": {"pro": 0, "vmbo-b": 0, "vmbo-k": 0, "vmbo-gt": 0, "havo": 1, "vwo": 2},
    "5 niveaus": {"pro": 0, "vmbo-b": 0, "vmbo-k": 1, "vmbo-gt": 2, "havo": 3, "vwo": 4},
}
#: Where those of each scale stand: their names are the scales.
TEST_ABOVE, CLASS_ABOVE = "toets hoger dan advies", "leerjaar 3 hoger dan advies"


def rows(network: Network) -> Iterator[Row]:
    """Toets beside advies, over all schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = network.pupils
    numbers = {
        UNIT: (*by_yardstick(pupils), *by_advies(pupils)),
        TEST_ABOVE: toets_by_scale(pupils),
        CLASS_ABOVE: class_by_scale(pupils),
    }
    yield from ((unit, item, None) for unit, items in numbers.items() for item in items)


def compared(pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils with a toetsadvies of the usual kind of test and a first advies on the ladder.

    Added: under each yardstick whether the toets is lower, the same or higher, and ``advies`` (the group
    of the first advies).
    """
    known = pupils[pupils["toets"].notna() & pupils["eerste"].notna() & pupils["zelfde_toets"]]
    order = pd.CategoricalDtype([LOWER, SAME, HIGHER], ordered=True)
    columns = {
        name: above(known["toetsadvies"], known["advies_eerste"], name).map(
            {-1.0: LOWER, 0.0: SAME, 1.0: HIGHER}
        )
        for name in MAATSTAVEN
    }
    return known.assign(
        **{name: column.astype(order) for name, column in columns.items()},
        advies=known["advies_eerste"]
        .map(ADVIES_GROUPS)
        .astype(pd.CategoricalDtype(list(dict.fromkeys(ADVIES_GROUPS.values())), ordered=True)),
    )


def by_yardstick(pupils: pd.DataFrame) -> list[Estimate]:
    """Share of pupils with a lower, the same and a higher toets: the same pupils by each yardstick.

    The name is the yardstick: its three shares add up, and the gate looks at what a name adds up to.
    """
    known = compared(pupils)
    flags = {(label, name): known[name] == label for label in (LOWER, SAME, HIGHER) for name in (STEPS, SETS)}
    return [
        held(
            gaps.share(int(flag.sum()), len(known), name=name, group=label),
            differing(flag, [flags[label, other] for other in (STEPS, SETS) if other != name]),
        )
        for (label, name), flag in flags.items()
    ]


def by_advies(pupils: pd.DataFrame) -> list[Estimate]:
    """Share of pupils with a higher toets in half steps, as CBS counts it, by first advies.

    No toets can be above vwo: that advies is not among them.
    """
    known = compared(pupils)
    known = known[known["advies"] != HIGHEST]
    return list(gaps.shares(known[STEPS] == HIGHER, known["advies"], name=HIGHER).estimates)


def held_to_half_steps(items: Iterable[Estimate], pupils: pd.DataFrame) -> list[Estimate]:
    """Shares without overlap by parental education, held to who is counted in half steps only.

    The same pupils stand in half steps in another run of the same card.
    """
    known = compared(pupils)
    few = {
        str(label): differing(rows[SETS] == HIGHER, [rows[STEPS] == HIGHER])
        for label, rows in known.groupby("opleiding", observed=True)
    }
    return [held(item, *(few.get(g) for g in item.group.split(" minus "))) for item in items]


# --- the same question on other scales ------------------------------------------------------------------


def toets_by_scale(pupils: pd.DataFrame) -> list[Estimate]:
    """Level and gap of a higher toets on every scale and yardstick, of the same pupils."""
    known = compared(pupils).dropna(subset=["opleiding"])
    flags = _above(known, "toetsadvies") | {SETS: known[SETS] == HIGHER}
    return list(_side_by_side(flags, known))


def class_by_scale(pupils: pd.DataFrame) -> list[Estimate]:
    """Level and gap of a class of leerjaar 3 above the first advies on every scale, of the same pupils."""
    known = pupils.dropna(subset=["opleiding", "eerste", "niveau3"])
    return list(_side_by_side(_above(known, "leerjaar3"), known))


def _above(pupils: pd.DataFrame, column: str) -> dict[str, pd.Series]:
    """Whether a label lies above the first advies, on each scale."""

    def higher(place: Callable[[str], float]) -> pd.Series:
        return pupils[column].map(place) > pupils["advies_eerste"].map(place)

    on = {name: higher(lambda label, of=of: lowest(label, of)) for name, of in SCALES.items()}
    return on | {STEPS: higher(codes.step)}


def lowest(label: str, scale: dict[str, float]) -> float:
    """Place of the lowest level of a label on a scale."""
    return min(scale[level] for level in codes.levels(label))


def _side_by_side(flags: dict[str, pd.Series], pupils: pd.DataFrame) -> Iterator[Estimate]:
    """Level and gap of each count, held to who is in one of them and not in another."""
    for scale, flag in flags.items():
        others = [other for key, other in flags.items() if key != scale]
        cells = {
            str(label): differing(flag[rows], [other[rows] for other in others])
            for label, rows in pupils.groupby("opleiding", observed=True).groups.items()
        }
        items = shares_and_gap(scale, flag, pupils["opleiding"], OPLEIDING)
        yield from (held(item, *(cells.get(g) for g in item.group.split(" minus "))) for item in items)


# --- the same persons counted twice ----------------------------------------------------------------------


def differing(flag: pd.Series, others: Iterable[pd.Series]) -> int | None:
    """The smallest group that the difference of two counts of the same persons would give.

    That is so where one count holds everybody of the other and some more: those are then counted. Where
    each has persons that the other has not, the difference is no number of persons. None without such a
    group.
    """
    pairs = [(int((flag & ~other).sum()), int((other & ~flag).sum())) for other in others]
    return min((max(pair) for pair in pairs if min(pair) == 0 < max(pair)), default=None)


def held(item: Estimate, *cells: int | None) -> Estimate:
    """The estimate, held to these numbers of persons as well: the gate shows none of a few.

    Of very many persons it needs not be: see :data:`UNSEEN`.
    """
    if (item.n or 0) >= UNSEEN:
        return item
    known = [cell for cell in cells if cell is not None]
    own = item.n if item.smallest is None else item.smallest
    return item if own is None or not known else replace(item, smallest=min(own, *known))
