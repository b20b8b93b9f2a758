"""Living apart beside going to school apart: of basisscholen with open data, of the vo with pupils."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import SEED, Benchmark
from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark import woonplaats as places
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.buurten import PER_PUPIL, backlog
from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import with_reference
from kansen_lib.chapters.segregatie.groepen import (
    UNKNOWN_PLACE,
    NoRegion,
    beside_chance,
    known,
    lost,
    of_region,
    pupils_in,
)
from kansen_lib.stats import gaps, segregation
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import School

SOURCES = ("herkomst_postcode", "kenmerken", "vestigingen")
MISSING = ("herkomst_postcode.aantal_lower", "kenmerken.waarde_lower")
#: The middle gemeente of those with about as many basisscholen; see :func:`places.like`.
MIDDLE = "de middelste gemeente van deze grootte"
FEW_BASISSCHOLEN = "in dit gebied zijn minder dan drie basisscholen met bekende leerlingen"
SECRET = "niet gepubliceerd, of in elke buurt gelijk"
FEW_SCORES = "van minder dan drie basisscholen is de score bekend en betrouwbaar"
NO_PLACES = "de plaats van de postcodes ontbreekt: voeg het bestand van GeoNames toe (NL.zip)"
NOBODY_NEAR = "van geen enkel kind is bekend welke school het dichtst bij ligt"
#: Most features beside the share of pupils who change: a figure holds four measures.
MOST_FEATURES = 3
#: Whom the open counts do not know.
NOT_COUNTED = (
    "Kinderen met een onbekende woonplaats. Speciaal onderwijs. Wie in dit gebied woont, maar elders naar "
    "school gaat."
)
BASISSCHOLEN = "leerlingen van basisscholen in het gebied, in het laatste schooljaar dat bekend is"

LIVE, LEARN = "waar kinderen wonen", "op de basisschool"
NOW, OWN, NEAREST = "nu", "naar een school in de eigen postcode", "naar de dichtstbijzijnde school"
MOVES = "kinderen die dan wisselen"
PASSES, DISTANCE = "langs een school die dichterbij is", "afstand van wie de eigen postcode uit gaat"
KM, NUMBER = "km", "aantal"


# --- basisscholen: open counts --------------------------------------------------------------------------


def pupils_with_home(school: School, area: Area) -> pd.DataFrame:
    """Pupils of the basisscholen of the region with a known home; see :func:`places.flows`.

    Raises:
        NoRegion: no gemeente, or too few basisscholen.
    """
    if not area.gemeenten:
        raise NoRegion(UNKNOWN_PLACE)
    found = _everyone(school, area)
    rows = places.with_home(found)
    if rows["vestiging"].nunique() < places.FEWEST_SCHOOLS:
        raise NoRegion(FEW_BASISSCHOLEN)
    return rows


def _everyone(school: School, area: Area) -> pd.DataFrame:
    return school.once(f"basisscholen {area.name}", lambda: places.flows(school.store, area.gemeenten))


def _not_placed(school: School, area: Area) -> tuple[int, int]:
    """How many pupils of the basisscholen have no known home, of how many."""
    everyone = round(_everyone(school, area)["aantal"].sum())
    return everyone - round(pupils_with_home(school, area)["aantal"].sum()), everyone


def _shares(school: School, rows: pd.DataFrame) -> pd.DataFrame:
    return places.features(school.store, sorted(rows["pc4"].unique()))


def _like(rows: pd.DataFrame) -> str:
    """Which gemeenten the region is held against."""
    return places.like(rows["vestiging"].nunique())


def lacking(school: School) -> tuple[str, ...]:
    """The open files that nobody fetched."""
    return tuple(name for name in MISSING if name.partition(".")[0] not in school.store.tables)


def _index(name: str, group: str, row: pd.Series) -> Estimate:
    """D of a feature; a reason where it is nowhere published, or the same everywhere."""
    facts = {"unit": Unit.INDEX, "n": round(row["n"]), "method": Method.DISSIMILARITY}
    if pd.isna(row["value"]):
        return Estimate.not_computable(name, SECRET, group=group, **facts)
    return Estimate(name, group, float(row["value"]), **facts)


@about(
    "macro",
    definitie="Hoe gescheiden kinderen wonen, en hoe gescheiden zij op de basisschool zitten als ieder kind "
    "is als zijn buurt (D).",
    teller="het deel van de kinderen dat anders verdeeld zou moeten zijn om overal gelijk te zijn",
    noemer=BASISSCHOLEN,
    buiten=f"{NOT_COUNTED} Kenmerken die het CBS geheim houdt.",
)
@needs(vestigingen=("sector",))
@of_region
def basisscholen_and_homes(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D of features of neighbourhoods over home PC4 and over basisscholen, each pupil the mean of its PC4.

    Over schools it is never more than over homes, whatever parents choose: pupils of several PC4 meet in a
    school. The difference is how much schools mix neighbourhoods. Beside it the middle gemeente.
    """
    if lacks := lacking(school):
        return Result("", sources=SOURCES, missing=lacks)
    rows = pupils_with_home(school, area)
    shares, like = _shares(school, rows), _like(rows)
    estimates = []
    for over, group in ((places.HOME, LIVE), (places.SCHOOL, LEARN)):
        for feature, row in places.apart(rows, over, shares).iterrows():
            item = _index(str(feature), group, row)
            estimates.append(with_reference(item, benchmark.value(places.name_of(str(feature), over), like)))
    order = {str(feature): at for at, feature in enumerate(shares)}
    estimates.sort(key=lambda item: order[item.name])
    found = tuple(estimates) or (Estimate.not_computable("D", SECRET, unit=Unit.INDEX),)
    return Result("", found, _not_placed(school, area), sources=SOURCES, reference_name=MIDDLE)


@about(
    "macro",
    definitie="Hoeveel de achterstandsscores van de basisscholen van twee kinderen uit elkaar liggen.",
    teller="het verschil in achterstandsscore per leerling tussen hun scholen, gemiddeld over paren",
    noemer="paren van kinderen op basisscholen in het gebied met een betrouwbare score",
    buiten=f"{NOT_COUNTED} Scholen met hoogstens 40 leerlingen: hun score is onbetrouwbaar.",
)
@needs(vestigingen=("sector",))
@of_region
def scores_of_two_children(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Mean difference in achterstandsscore between the schools of two pupils of the region, and of one PC4.

    In between: what the neighbourhoods of their pupils lead to expect, by the coefficients of all schools.
    The score is of the school's own pupils, so two pupils of one PC4 differ where schools draw other
    families from the same neighbourhood, or from parts of it: the two cannot be told apart.
    """
    if lacks := lacking(school):
        return Result("", sources=SOURCES, missing=lacks)
    rows = pupils_with_home(school, area)
    scored = places.scored(rows, backlog(school.store, list(rows["vestiging"].unique())))
    shares = _shares(school, rows)
    model = places.slopes([benchmark.find(places.MODEL, str(name)) for name in shares])
    found = places.scores_apart(scored, places.as_expected(scored, shares[list(model.index)], model))
    n, like = round(scored["aantal"].sum()), _like(rows)
    estimates = tuple(
        with_reference(_points(name, found, n), benchmark.value(name, like)) for name in places.PAIRS
    )
    everyone = round(rows["aantal"].sum())
    return Result("", estimates, (everyone - n, everyone), sources=SOURCES, reference_name=MIDDLE)


def _points(name: str, found: Mapping[str, float], n: int) -> Estimate:
    if name not in found:
        return Estimate.not_computable("verschil in score", FEW_SCORES, group=name, unit=PER_PUPIL)
    facts = {"unit": PER_PUPIL, "n": n, "method": Method.MEAN_DIFFERENCE}
    return Estimate("verschil in score", name, found[name], **facts)


@about(
    "macro",
    definitie="Welk deel van de kinderen naar een basisschool in de eigen postcode gaat.",
    teller="kinderen van wie de school in hetzelfde postcodegebied staat als hun huis",
    noemer=BASISSCHOLEN,
    buiten=NOT_COUNTED,
)
@needs(vestigingen=("sector",))
@of_region
def school_close_to_home(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Pupils at a school in their own PC4, over how many schools a PC4 spreads, and the way to school.

    With the place of each PC4 also the median distance, and how many pass a school that is nearer.
    """
    if lacks := tuple(name for name in lacking(school) if name.startswith("herkomst")):
        return Result("", sources=SOURCES, missing=lacks)
    rows = pupils_with_home(school, area)
    like = _like(rows)
    shares = [
        gaps.share(*counts, name="kinderen", group=name, reference=benchmark.value(name, like))
        for name, counts in places.local(rows).items()
    ]
    spread = Estimate(places.SCHOOLS, "", places.schools_of_home(rows), NUMBER, n=shares[0].n)
    estimates = (*map(_whole, shares), with_reference(spread, benchmark.value(places.SCHOOLS, like)))
    away = tuple(_away(school, rows))
    found = (*estimates, *away)
    return Result("", found, _not_placed(school, area), sources=SOURCES, reference_name=MIDDLE)


def _whole(item: Estimate) -> Estimate:
    """The share without an interval: all pupils were counted."""
    return replace(item, lower=None, upper=None, interval="")


def _away(school: School, rows: pd.DataFrame) -> Iterator[Estimate]:
    """How many pass a nearer school, and how far they go who leave their PC4; else the file that lacks."""
    at = areas.coordinates(school.store)
    if at.empty:
        yield Estimate.not_computable(DISTANCE, NO_PLACES, unit=KM)
        return
    near = places.nearest_place(list(rows["pc4"].unique()), _places(school), at)
    way = rows.join(near.groupby("pc4")["km"].first(), on="pc4")
    ends = (at.reindex(way[column]).to_numpy(float) for column in ("pc4", "plek"))
    here, there = ends
    way = way.assign(weg=((here - there) ** 2).sum(axis=1) ** 0.5).dropna(subset=["weg", "km"])
    n = round(way["aantal"].sum())
    if not n:
        yield Estimate.not_computable(DISTANCE, NOBODY_NEAR, unit=KM)
        return
    further = round(way.loc[way["weg"] > way["km"] + 1e-9, "aantal"].sum())
    yield _whole(gaps.share(further, n, name="kinderen", group=PASSES))
    out = way[way["pc4"] != way["plek"]]
    middle = gaps.quartiles(out["weg"], out["aantal"], name=DISTANCE, unit=KM)
    yield replace(middle, n=round(out["aantal"].sum()))


def _places(school: School) -> list[str]:
    """Every PC4 with a basisschool, also outside the region."""
    store = school.store
    used = store.read("herkomst_postcode", ["vestiging"], {"soort": "Bo"})["vestiging"].unique()
    table = store.read("vestigingen", ["vestiging", "pc4"], {"sector": "po"})
    return sorted(table.loc[table["vestiging"].isin(used), "pc4"].dropna().unique())


@about(
    "macro",
    definitie="Hoe gescheiden buurten op de basisschool zouden zitten als ieder kind dichtbij naar school "
    "ging.",
    teller="D van elk kenmerk, en het deel van de kinderen dat dan naar een andere school gaat",
    noemer=BASISSCHOLEN,
    buiten=f"{NOT_COUNTED} Wie in een buurt zonder school woont, blijft waar hij is.",
)
@needs(vestigingen=("sector",))
@of_region
def if_all_went_close(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D over basisscholen now, and if everybody went to a school in the own PC4, or to the nearest one.

    A sum: schools get as many pupils as there are, each pupil is the mean of its PC4, and nobody moves house
    for it. Who lives nearest to a school outside the region stays.
    """
    if lacks := lacking(school):
        return Result("", sources=SOURCES, missing=lacks)
    rows = pupils_with_home(school, area)
    shares = _shares(school, rows).iloc[:, -MOST_FEATURES:]
    plans = {NOW: (rows, 0.0), OWN: places.moved(rows, places.own_place(rows))}
    at = areas.coordinates(school.store)
    if not at.empty:
        near = places.nearest_place(list(rows["pc4"].unique()), _places(school), at)
        plans[NEAREST] = places.moved(rows, near)
    n = round(rows["aantal"].sum())
    moves = [
        Estimate(MOVES, plan, move / n, Unit.SHARE, n=n, method=Method.SHARE)
        for plan, (_, move) in plans.items()
    ]
    indices = {plan: places.apart(after, places.SCHOOL, shares) for plan, (after, _) in plans.items()}
    found = [_index(f"{name}, D", plan, of.loc[name]) for name in shares for plan, of in indices.items()]
    return Result("", (*found, *moves), _not_placed(school, area), sources=SOURCES)


# --- the vo: counts of pupils ---------------------------------------------------------------------------

APART = "laag en hoog opgeleide ouders"
HOMES, SCHOOLS = "over postcodes waar leerlingen wonen", "over scholen"
BY_HOME, BY_ADVIES = "over scholen, als alleen de postcode telt", "over scholen, als alleen het advies telt"
#: Where too few live to have a composition of their own.
ELSEWHERE = "elders"


@about(
    "macro",
    definitie="Hoe gescheiden leerlingen met laag- en hoogopgeleide ouders wonen, en hoe gescheiden zij op "
    "scholen voor vo zitten (D).",
    teller="leerlingen met laag- en met hoogopgeleide ouders, per postcode en per school",
    noemer="leerlingen van scholen in het gebied in een van deze twee groepen",
    buiten="de middengroep, en wie geen bekende postcode, bekend advies of bekende opleiding van de ouders "
    "heeft",
)
@needs(leerlingen=("opleiding_ouders", "pc4"))
@of_region
def vo_and_homes(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D of parental education over home PC4 and over schools, without the bias of small units, and by chance.

    And over schools as it would be if pupils of one PC4, or with one advies, were alike wherever they go:
    each stands for the mean of its PC4, or of its advies, in the region.
    """
    everyone = pupils_in(school, benchmark, area, "woonplaats")
    found = _two_groups(known(everyone, "opleiding", "pc4", "advies"))
    estimates = [
        _without_bias(found, unit, label) for unit, label in (("pc4", HOMES), ("vestiging", SCHOOLS))
    ]
    for column, label in (("pc4", BY_HOME), ("advies", BY_ADVIES)):
        estimates.append(_as_mean(found, column, label))
    left = lost(everyone, "opleiding", "pc4", "advies")
    return Result("", tuple(estimates), left, sources=("leerlingen",), reference_name="toeval")


def _two_groups(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts of the lowest and the highest group; small PC4 are one."""
    ends = counts[counts["opleiding"].isin(["laag", "hoog"])]
    ends = ends.assign(opleiding=ends["opleiding"].astype(str))
    size = ends.groupby("pc4")["aantal"].transform("sum")
    return ends.assign(pc4=ends["pc4"].where(size >= FEWEST_PUPILS, ELSEWHERE))


def _without_bias(counts: pd.DataFrame, unit: str, label: str) -> Estimate:
    """D without the bias of small units; beside it what chance alone would give."""
    settings = {"index": "dissimilarity", "name": APART, "seed": SEED}
    found = segregation.with_chance(counts, "opleiding", unit, "aantal", **settings)
    return replace(beside_chance(found), group=label)


def _as_mean(counts: pd.DataFrame, column: str, label: str) -> Estimate:
    """D over schools when everybody stands for the mean of those with the same value in a column."""
    sizes = counts.groupby([column, "vestiging"], as_index=False)["aantal"].sum()
    low = counts[counts["opleiding"] == "laag"].groupby(column)["aantal"].sum()
    part = sizes[column].map(low / counts.groupby(column)["aantal"].sum()).fillna(0.0)
    halves = [
        sizes.assign(opleiding=group, aantal=sizes["aantal"] * share)
        for group, share in (("laag", part), ("hoog", 1 - part))
    ]
    found = segregation.dissimilarity(pd.concat(halves), "opleiding", "vestiging", "aantal", name=APART)
    return replace(found, group=label)
