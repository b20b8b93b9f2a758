"""Where segregation sits: between gemeenten, besturen, schools, levels and classes, as parts that add up.

Parts are those of Theil's H without the bias of small units; those of M are the same shares of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import area
from kansen_lib.benchmark.breedte import ALMOST_ALL
from kansen_lib.benchmark.data import SEED, Network
from kansen_lib.benchmark.numbers import Row, corrected
from kansen_lib.stats import segregation
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Method, Unit

DRAWS = 500
#: Of the whole store: with so many pupils fewer are enough.
DRAWS_OF_ALL = 100
TOTAL = "samen"
#: What comes before the name of a whole where the number is that of all schools.
KEPT, KEPT_BY_KIND = "in delen: ", "naar soort school: "
#: Layers of a region, the widest first, and what the part that arises at each is called.
LAYERS = {
    "gemeente": "tussen gemeenten",
    "bestuur": "tussen besturen",
    "vestiging": "tussen scholen van één bestuur",
    "niveau": "tussen niveaus op één school",
    "klas": "tussen klassen van één niveau",
}
#: What the part of schools is called where there is no layer of besturen above it.
SCHOOLS = "tussen scholen"
#: The same by kind of school; see :func:`by_kind`.
KINDS = {
    "soort": "tussen de twee soorten scholen",
    "smal": "tussen scholen met één niveau",
    "vestiging": "tussen scholen met meer niveaus",
    "niveau": "tussen niveaus op één school",
}
NARROW, BROAD = "één niveau", "meer niveaus"
#: Leerjaar in which level and class of a pupil are taken together.
LEERJAAR = 3
#: So many of the latest school years are counted together: one year of one school is mostly chance.
YEARS = 3
NOTHING_TO_SPLIT = "er is hier niets om te verdelen: één groep, of één school"

#: Names of the wholes, with the column of the groups, and which of them are looked at.
Whole = tuple[str, str, Sequence[str] | None]
BACKGROUND: tuple[Whole, ...] = (
    ("opleiding, laag en hoog", "opleiding", ("laag", "hoog")),
    ("opleiding, drie groepen", "opleiding", None),
    ("herkomst", "herkomst", None),
    ("jongens en meisjes in leerjaar 3", "geslacht", None),
)
#: The ones that are also split by kind of school.
BY_KIND = (BACKGROUND[0], BACKGROUND[2])
LEVELS: Whole = ("niveau", "niveau", None)
SEX: Whole = ("jongens en meisjes", "geslacht", None)


def rows(network: Network) -> Iterator[Row]:
    """The parts over all schools of the store: of levels and sex on open data, of background with pupils."""
    if "aantallen" in network.store.tables:
        for item in of_levels(area.levels(network.store), draws=DRAWS_OF_ALL):
            yield "", _kept(item), None
    if {"leerlingen", "loopbaan"} <= set(network.store.tables):
        counts = network.counts["klassen"]
        known = in_classes(counts.join(network.store.vestigingen[["gemeente", "bestuur"]], on="vestiging"))
        layers = layers_of_pupils(known)
        for item in of_background(known, layers, draws=DRAWS_OF_ALL) if layers else ():
            yield "", _kept(item), None
        if kinds_hide(known, ""):
            for item in by_kind(known, BY_KIND, draws=DRAWS_OF_ALL):
                yield "", replace(item, name=f"{KEPT_BY_KIND}{item.name}"), None


def _kept(item: Estimate) -> Estimate:
    """Under a name that says that it is a part of a whole."""
    return replace(item, name=f"{KEPT}{item.name}")


# --- the parts of a whole ------------------------------------------------------------------------------


def split(
    data: pd.DataFrame, whole: Whole, layers: Mapping[str, str], *, draws: int = DRAWS
) -> list[Estimate]:
    """The parts of H that arise at each layer, without bias, and last the whole they add up to.

    Args:
        data: counts in ``aantal``, with a column a layer; a layer that splits nothing is no part.
        whole: its name, the column of the groups and the groups that are looked at.
        layers: columns, the widest first, and what their parts are called.
        draws: of the bootstrap over pupils.
    """
    name, group, wanted = whole
    known = _known(data, group, wanted, list(layers))
    used = _splitting(known, list(layers))
    facts = {"unit": Unit.INDEX, "n": int(known["aantal"].sum())}
    sizes = known.groupby(group, observed=True)["aantal"].sum()
    if not used or (sizes > 0).sum() < 2:
        return [Estimate.not_computable(name, NOTHING_TO_SPLIT, group=TOTAL, **facts)]
    smallest = int(sizes[sizes > 0].min())
    if len(used) == 1:
        alone = _theil(known, group, used[0], draws=draws)
        both = (layers[used[0]], TOTAL)
        return [replace(alone, name=name, group=part, smallest=smallest) for part in both]
    found = segregation.decompose(known, group, used[-1], "aantal", within=used[:-1], draws=draws, seed=SEED)
    labels = {**{column: layers[column] for column in used}, "total": TOTAL}
    return [
        replace(item, name=name, group=labels[item.group], smallest=smallest)
        for item in found.estimates
        if item.name == "H corrected"
    ]


def _theil(data: pd.DataFrame, group: str, unit: str, *, draws: int = DRAWS) -> Estimate:
    """H of groups over units without bias, with its interval; or the reason why there is none."""
    settings = {"index": "theil", "draws": draws, "seed": SEED}
    return corrected(segregation.with_chance(data, group, unit, "aantal", **settings))


def _known(data: pd.DataFrame, group: str, wanted: Sequence[str] | None, layers: list[str]) -> pd.DataFrame:
    """The counts of the groups looked at, added up to the cells of the layers; unknown ones left out."""
    filled = data.assign(bestuur=data["bestuur"].fillna(data["vestiging"])) if "bestuur" in layers else data
    rows = filled if wanted is None else filled[filled[group].isin(wanted)]
    rows = rows.astype({group: object}).dropna(subset=[group, *layers])
    return rows.groupby([*layers, group], as_index=False)["aantal"].sum()


def _splitting(known: pd.DataFrame, layers: list[str]) -> list[str]:
    """The layers that divide at least one category of the layer above; names repeat in other categories."""
    used, before = [], 1
    for place, layer in enumerate(layers):
        now = len(known[layers[: place + 1]].drop_duplicates())
        if now > before:
            used.append(layer)
        before = now
    return used


def of_levels(levels: pd.DataFrame, *, draws: int = DRAWS) -> list[Estimate]:
    """Parts of how apart levels sit over schools, and boys and girls over schools and levels.

    Args:
        levels: see :func:`kansen_lib.benchmark.area.levels`; the latest school year is counted.
        draws: of the bootstrap over pupils.
    """
    latest = levels[levels["schooljaar"] == levels["schooljaar"].max()]
    schools = {layer: LAYERS[layer] for layer in ("gemeente", "bestuur", "vestiging")}
    with_levels = schools | {"niveau": LAYERS["niveau"]}
    return [*split(latest, LEVELS, schools, draws=draws), *split(latest, SEX, with_levels, draws=draws)]


def of_background(classes: pd.DataFrame, layers: Mapping[str, str], *, draws: int = DRAWS) -> list[Estimate]:
    """Parts of how apart pupils of each background sit, down to the classes of leerjaar 3.

    Args:
        classes: see :func:`in_classes`.
        layers: see :func:`layers_of_pupils`.
        draws: of the bootstrap over pupils.
    """
    return [item for whole in BACKGROUND for item in split(classes, whole, layers, draws=draws)]


def in_classes(classes: pd.DataFrame) -> pd.DataFrame:
    """The counts of leerjaar 3 of the latest school years; a class of another year is another class."""
    here = classes[classes["leerjaar"] == LEERJAAR].dropna(subset=["niveau", "klas"])
    latest = sorted(here["schooljaar"].unique())[-YEARS:]
    known = here[here["schooljaar"].isin(latest)]
    return known.assign(klas=known["schooljaar"] + " " + known["klas"])


# --- what a part tells of one school ---------------------------------------------------------------------

#: So many others must be in every part: sizes of schools are public, and so is the composition of all and of
#: the own school here. Of two others, one index would then give both back.
FEWEST_OTHERS = 3


def hides(places: pd.DataFrame, path: Sequence[str], own: str) -> bool:
    """Whether the part of the last layer tells nothing of one school other than the own one.

    It does when it lies between three unknown places or more, or between places of three others each.

    Args:
        places: a row a vestiging, with the columns of the layers.
        path: layers down to the one of the part.
        own: the vestiging that knows its own pupils; empty for none.
    """
    units = places.assign(ander=places["vestiging"] != own).groupby(list(path))["ander"].sum()
    if len(path) > 1:
        units = units[units.groupby(list(path[:-1])).transform("size") > 1]
    unknown = units[units > 0]
    return len(unknown) >= FEWEST_OTHERS or bool((unknown >= FEWEST_OTHERS).all())


def layers_of_pupils(classes: pd.DataFrame, own: str = "") -> dict[str, str]:
    """The layers of a region of which no part tells of one other school: as many as there can be; or none.

    A layer that would tell is put together with the one under it.
    """
    filled = classes.assign(bestuur=classes["bestuur"].fillna(classes["vestiging"]))
    places = filled[["gemeente", "bestuur", "vestiging"]].drop_duplicates()
    for above in (("gemeente", "bestuur"), ("gemeente",), ("bestuur",), ()):
        path = [*above, "vestiging"]
        if all(hides(places, path[: i + 1], own) for i in range(len(path))):
            named = LAYERS if "bestuur" in above else LAYERS | {"vestiging": SCHOOLS}
            return {layer: part for layer, part in named.items() if layer in (*path, "niveau", "klas")}
    return {}


# --- schools with one level, and with more --------------------------------------------------------------


def kinds(counts: pd.DataFrame) -> pd.Series:
    """Whether each vestiging has one level or more, by vestiging.

    A class of several levels is no level: a school where all sit in such classes is broad.

    Args:
        counts: ``vestiging``, ``niveau`` and ``aantal``.
    """
    sizes = counts.groupby(["vestiging", "niveau"], observed=True)["aantal"].sum().reset_index()
    whole = sizes.groupby("vestiging")["aantal"].sum()
    single = sizes[sizes["niveau"].map(lambda label: len(codes.levels(str(label))) == 1)]
    most = single.groupby("vestiging")["aantal"].max().reindex(whole.index, fill_value=0)
    return (most >= ALMOST_ALL * whole).map({True: NARROW, False: BROAD})


def with_kind(data: pd.DataFrame) -> pd.DataFrame:
    """The counts with ``soort``, the kind of school, and ``smal``, the school itself where it is narrow."""
    soort = data["vestiging"].map(kinds(data))
    return data.assign(soort=soort, smal=data["vestiging"].where(soort == NARROW, ""))


def kinds_hide(data: pd.DataFrame, own: str) -> bool:
    """Whether no part by kind of school tells of one school other than the own one."""
    places = with_kind(data)[["soort", "smal", "vestiging"]].drop_duplicates()
    path = ["soort", "smal", "vestiging"]
    return all(hides(places, path[: i + 1], own) for i in range(len(path)))


def by_kind(data: pd.DataFrame, wholes: Sequence[Whole], *, draws: int = DRAWS) -> list[Estimate]:
    """Parts of H between the kinds of schools, among schools of each kind, and between levels.

    In a school of one level there is nothing between levels: who is elsewhere counts with that level.

    Args:
        data: counts by ``vestiging``, ``niveau`` and the columns of the groups.
        wholes: what is split; levels themselves are not split over levels.
        draws: of the bootstrap over pupils.
    """
    known = with_kind(data)
    narrow = known["soort"] == NARROW
    found: list[Estimate] = []
    for whole in wholes:
        layers = {layer: part for layer, part in KINDS.items() if layer != whole[1]}
        apart = known if whole[1] == "niveau" else known.assign(niveau=known["niveau"].where(~narrow, ""))
        found += split(apart, whole, layers, draws=draws)
    return found


# --- as if schools or levels were put together ----------------------------------------------------------

NOW = "nu"
LEVELS_MET = "niveaus van een school samen"
SCHOOLS_MET = "scholen met één niveau samen, niveaus apart"
ALL_MET = "scholen met één niveau samen, alle niveaus samen"
SCHOOLS_ONE = "scholen met één niveau samen"
NOTHING_TO_MERGE = "hier zijn geen twee scholen met één niveau om samen te nemen"
FEW_TO_MERGE = "met zo weinig scholen zou de som iets over één andere school vertellen"


def merged(data: pd.DataFrame) -> pd.Series:
    """The school of each row when the schools of one level in a gemeente were one school.

    Praktijkonderwijs stays apart: who may go there is decided by law, not by a choice of schools.

    Returns:
        The vestiging, or the same word for all narrow schools of a gemeente.
    """
    soort = data["vestiging"].map(kinds(data))
    sizes = data.groupby(["vestiging", "niveau"], observed=True)["aantal"].sum()
    pro = sizes.xs("pro", level="niveau") if "pro" in sizes.index.unique("niveau") else sizes[:0]
    share = pro.reindex(sizes.index.unique("vestiging"), fill_value=0) / sizes.groupby("vestiging").sum()
    joins = (soort == NARROW) & (data["vestiging"].map(share) < ALMOST_ALL)
    return data["vestiging"].where(~joins, "samen " + data["gemeente"].astype(str))


def if_met(data: pd.DataFrame, whole: Whole, *, own: str | None = None, draws: int = DRAWS) -> list[Estimate]:
    """H now, and as a sum when levels of a school, or schools of one level, were put together.

    Nobody chooses another school in these sums, and everybody in one place is taken to meet.

    Args:
        data: as for :func:`by_kind`, with ``gemeente``.
        whole: what is looked at.
        own: the vestiging that may see its own pupils and no others; None for open data.
        draws: of the bootstrap over pupils.
    """
    name, group, _ = whole
    one = data.assign(samen=merged(data))
    places = (
        {NOW: ["vestiging"], SCHOOLS_ONE: ["samen"]}
        if group == "niveau"
        else {
            NOW: ["vestiging", "niveau"],
            LEVELS_MET: ["vestiging"],
            SCHOOLS_MET: ["samen", "niveau"],
            ALL_MET: ["samen"],
        }
    )
    why = _not_merged(one, own)
    return [
        Estimate.not_computable(name, why, group=scenario, unit=Unit.INDEX)
        if why and "samen" in units
        else _if_in(one, whole, scenario, units, draws)
        for scenario, units in places.items()
    ]


def _not_merged(data: pd.DataFrame, own: str | None) -> str:
    """Why the schools of one level cannot be put together here; empty when they can."""
    places = data[["samen", "vestiging"]].drop_duplicates()
    if not places["samen"].duplicated().any():
        return NOTHING_TO_MERGE
    safe = own is None or all(hides(places, path, own) for path in (["samen"], ["samen", "vestiging"]))
    return "" if safe else FEW_TO_MERGE


def _if_in(data: pd.DataFrame, whole: Whole, scenario: str, units: list[str], draws: int) -> Estimate:
    name, group, wanted = whole
    known = _known(data, group, wanted, units)
    place = known[units].astype(str).agg(" ".join, axis=1)
    found = _theil(known.assign(plek=place), group, "plek", draws=draws)
    return replace(found, name=name, group=scenario, method=found.method or Method.BIAS_CORRECTED)
