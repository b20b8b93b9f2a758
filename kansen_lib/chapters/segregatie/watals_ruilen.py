"""What if pupils changed places, or schools went on as one: how little or how much that would change.

Sums over the pupils of today: nobody chooses anew, and who is in a class together stays so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib.benchmark import SEED, Benchmark
from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark import watals as region
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.watals import GROUPS, HIGH, LOW, Pupils
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.segregatie.groepen import (
    FEWEST_OTHERS,
    UNKNOWN_PLACE,
    NoRegion,
    of_region,
    pupils_in,
)
from kansen_lib.chapters.segregatie.watals import (
    D_PARENTS,
    HIGH_HERE,
    LOW_HERE,
    NOW,
    UNKNOWN,
    WHOM,
    indexed,
    region_of,
    share_here,
)
from kansen_lib.stats import allocation, segregation
from kansen_lib.stats.allocation import Persons
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import School

MOVES = "leerlingen die van school wisselen"
CHANCE = "D als bij loten"
BY_LOT = "als bij loten"
#: Part of D of today that is aimed at, in percent, and draws of D by chance.
TARGETS, DRAWS = (75, 50), 200
#: Part of the own pupils that changes places, in percent.
PARTS = (10, 25, 50)
LEVELS_OVER, BREADTH = "niveaus, H", "niveaus op deze school"
D_SCHOOLS, D_CLASSES = "over scholen, D", "over klassen van leerjaar 1, D"
ALONE_HERE = "in dit gebied is geen andere vestiging met leerlingen"
WHICH_ONE = "van de vestigingen in dit gebied is niet bekend welke het dichtst bij ligt"
NO_UPPER = "van deze school zijn geen leerlingen vanaf leerjaar 3 bekend"
TOO_FEW = "minder dan drie andere scholen gaan samen verder, of blijven over"


# --- exchanging pupils ---------------------------------------------------------------------------------


@about(
    "macro",
    definitie="Hoeveel leerlingen ten minste van school moeten wisselen om de scholen minder gescheiden te "
    "maken.",
    teller="leerlingen die wisselen: telkens één met laag- en één met hoogopgeleide ouders",
    noemer="leerlingen met laag- of hoogopgeleide ouders in het gebied, alle gekozen cohorten samen",
    buiten="De middengroep. Wie geen bekende opleiding van de ouders heeft. Het advies telt hier niet mee.",
)
@needs(leerlingen=("opleiding_ouders",))
@of_region
def swaps_to_target(school: School, benchmark: Benchmark, area: Area, percent: int = 50) -> Result:
    """The fewest exchanges that bring D to parts of D of today, and to D by chance.

    Args:
        percent: part of D of today that is aimed at, beside the fixed ones.
    """
    pupils = region_of(school, benchmark, area)
    cells = _cells(pupils, [LOW, HIGH])
    chance = segregation.with_chance(
        cells, "group", "unit", "n", index="dissimilarity", draws=DRAWS, seed=SEED
    )
    now = chance["D"]
    if now.value is None:
        return Result("", (Estimate.not_computable(D_PARENTS, now.reason, unit=Unit.INDEX),))
    parts = sorted({*TARGETS, percent}, reverse=True)
    targets = {f"D naar {part}% van nu": now.value * part / 100 for part in parts}
    by_chance = chance["D", "by chance"].value
    targets |= {CHANCE: by_chance} if by_chance < now.value else {}
    found = {label: segregation.swaps(cells, "group", "unit", "n", target=d) for label, d in targets.items()}
    facts = {"n": now.n, "smallest": now.smallest}
    levels = [Estimate(D_PARENTS, NOW, now.value, Unit.INDEX, method=now.method, **facts)]
    shares = [Estimate(MOVES, NOW, 0.0, Unit.SHARE, method=Method.SWAPS, **facts)]
    for label, result in found.items():
        levels.append(_named(result, ("D", "after"), D_PARENTS, label))
        shares.append(_named(result, ("swaps", "share"), MOVES, label))
    return Result("", (*levels, *shares))


def _cells(pupils: Pupils, groups: list[int]) -> pd.DataFrame:
    """Pupils of these groups by school, a row a cell."""
    table = pupils.by_group[:, groups]
    unit, group = np.indices(table.shape).reshape(2, -1)
    labels = np.array([GROUPS[place] for place in groups])
    return pd.DataFrame({"unit": unit, "group": labels[group], "n": table.ravel()})


def _named(found: Result, key: tuple[str, str], name: str, group: str) -> Estimate:
    """One of the estimates of ``swaps`` under another name; the reason when there are none."""
    if len(found.estimates) == 1:
        return Estimate.not_computable(name, found.estimates[0].reason, group=group, unit=Unit.INDEX)
    item = found[key]
    facts = {"n": item.n, "smallest": item.smallest, "method": item.method}
    return Estimate(name, group, item.value, item.unit, **facts)


@about(
    "meso",
    definitie="Hoe gescheiden de scholen zijn en wie er op deze school zit, als een deel van de leerlingen "
    "van plaats wisselt met leerlingen van andere scholen met hetzelfde advies.",
    teller="D in het gebied, en leerlingen met laag- en hoogopgeleide ouders op deze school",
    noemer=WHOM,
    buiten=UNKNOWN,
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"))
@of_region
def even_groups_swapped(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D and the own share of each group when parts of this school change places with as many elsewhere."""
    pupils = region_of(school, benchmark, area)
    place = pupils.schools.index(school.vestiging)
    strata, rng = pupils.by_advies_and_group.transpose(1, 0, 2), np.random.default_rng(SEED)
    scenarios = {NOW: pupils.by_group[None]}
    for part in PARTS:
        scenarios[f"{part}% wisselt"] = allocation.exchanged(strata, place, part / 100, DRAWS, rng)
    ends = {label: stack[..., [LOW, HIGH]] for label, stack in scenarios.items()}
    found = (
        *indexed(D_PARENTS, "dissimilarity", ends, Method.LOTTERY),
        *share_here(LOW_HERE, LOW, pupils, place, scenarios),
        *share_here(HIGH_HERE, HIGH, pupils, place, scenarios),
    )
    return Result("", found)


# --- going on as one school ----------------------------------------------------------------------------


def _partners(school: School, candidates: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """With whom this school would go on as one, in words, and which vestigingen these are.

    The others of the own school, else those of the own bestuur, else the nearest one.

    Args:
        school: the own one.
        candidates: vestigingen of the region with pupils.

    Raises:
        NoRegion: there is no other vestiging, or nothing says which one is nearest.
    """
    others = school.store.vestigingen.reindex([code for code in candidates if code != school.vestiging])
    if others.empty:
        raise NoRegion(ALONE_HERE)
    for column in ("brin", "bestuur"):
        same = tuple(others.index[others[column] == school.record[column]])
        if same:
            return _with(others, same), same
    km = region.distances(school.store, (str(school.record["pc4"]),), tuple(others.index))[0]
    near = others.index[[int(np.nanargmin(km))]] if np.isfinite(km).any() else others.index
    if len(near) > 1:
        raise NoRegion(WHICH_ONE)
    return _with(others, tuple(near)), tuple(near)


def _with(others: pd.DataFrame, partners: tuple[str, ...]) -> str:
    if len(partners) == 1:
        return f"samen met {others.loc[partners[0], 'naam']}"
    return f"samen met {len(partners)} andere vestigingen"


def _joined(units: Sequence[str], own: str, partners: tuple[str, ...]) -> list[str]:
    """The vestigingen, with one code for those that go on together."""
    return [own if code in partners else code for code in units]


@about(
    "meso",
    definitie="Hoe gescheiden de niveaus over de vestigingen van het gebied zijn, en over hoeveel niveaus "
    "deze school verdeeld is: nu, en als zij met een andere vestiging één school wordt.",
    teller="H van de niveaus; en het aantal niveaus, naar gewicht",
    noemer="leerlingen vanaf leerjaar 3 in het gebied met een bekend niveau, laatste schooljaar",
    buiten="Leerlingen in leerjaar 1 en 2. Een afgeschermd aantal telt als het midden van wat het kan zijn.",
)
@needs(aantallen=("aantal_lower",))
@of_region
def levels_if_merged(school: School, benchmark: Benchmark, area: Area) -> Result:
    """H of levels over vestigingen, and the own breadth: now, and after going on as one with another."""
    if not area.gemeenten:
        raise NoRegion(UNKNOWN_PLACE)
    counts = areas.levels(school.store, area.vestigingen)
    counts = counts[(counts["schooljaar"] == counts["schooljaar"].max()) & (counts["aantal"] > 0)]
    table = counts.pivot_table(
        index="vestiging", columns="niveau", values="aantal", aggfunc="sum", fill_value=0
    )
    if school.vestiging not in table.index:
        raise NoRegion(NO_UPPER)
    label, partners = _partners(school, tuple(table.index))
    after = table.groupby(_joined(table.index, school.vestiging, partners)).sum()
    scenarios = {NOW: table, label: after}
    h = indexed(LEVELS_OVER, "theil", {group: rows.to_numpy()[None] for group, rows in scenarios.items()})
    here = [_breadth(rows.loc[school.vestiging], group) for group, rows in scenarios.items()]
    return Result("", (*[replace(item, smallest=None) for item in h], *here))


def _breadth(sizes: pd.Series, group: str) -> Estimate:
    """The effective number of levels of one school."""
    value = segregation.breadth(sizes[sizes > 0].to_numpy(float))["breadth"].value
    return Estimate(BREADTH, group, value, "levels", n=int(sizes.sum()), method=Method.EFFECTIVE_NUMBER)


@about(
    "meso",
    definitie="Hoe gescheiden leerlingen met laag- en hoogopgeleide ouders zitten, over scholen en over "
    "klassen: nu, en als deze school met een andere vestiging één school wordt.",
    teller="D over scholen, en D over de klassen van leerjaar 1",
    noemer=WHOM,
    buiten=f"{UNKNOWN} De middengroep.",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",))
@of_region
def background_if_merged(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D over schools and over classes: now, and after going on as one with another vestiging.

    Classes stay as they are, so that D over them does too.
    """
    pupils = region_of(school, benchmark, area)
    label, partners = _partners(school, pupils.schools)
    table = pupils.by_group[:, [LOW, HIGH]]
    units = np.array(_joined(pupils.schools, school.vestiging, partners))
    after = np.array([table[units == code].sum(axis=0) for code in dict.fromkeys(units)])
    classes = _classes(school, benchmark, area)
    over_schools = _beside_lots({NOW: table, label: after})
    over_classes = _beside_lots({NOW: classes, label: classes})
    schools = indexed(D_SCHOOLS, "dissimilarity", over_schools, Method.LOTTERY)
    # Both values together would tell the few who are left, or the few who go on with this school.
    if min(len(after) - 1, len(partners)) < FEWEST_OTHERS:
        schools[1] = Estimate.not_computable(D_SCHOOLS, TOO_FEW, group=label, unit=Unit.INDEX)
    return Result("", (*schools, *indexed(D_CLASSES, "dissimilarity", over_classes, Method.LOTTERY)))


def _beside_lots(tables: Mapping[str, Persons]) -> dict[str, Persons]:
    """The tables (units, groups) as stacks, and what lots would give in the units of today."""
    lots = allocation.lottery(tables[NOW][None], 1.0, DRAWS, np.random.default_rng(SEED))
    return {label: table[None] for label, table in tables.items()} | {BY_LOT: lots}


def _classes(school: School, benchmark: Benchmark, area: Area) -> Persons:
    """Pupils by class of leerjaar 1 and group."""
    counts = pupils_in(school, benchmark, area, "klassen").dropna(subset=["klas"])
    ends = counts[(counts["leerjaar"] == 1) & counts["opleiding"].isin(["laag", "hoog"])]
    keys = ["vestiging", "schooljaar", "klas"]
    ends = ends.astype({"opleiding": str})
    table = ends.pivot_table(index=keys, columns="opleiding", values="aantal", aggfunc="sum", fill_value=0)
    return table.reindex(columns=["laag", "hoog"], fill_value=0).to_numpy(np.int64)
