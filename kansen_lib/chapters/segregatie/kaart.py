"""Maps of a region: postcode areas and schools as points on coordinates; none without coordinates."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark import woonplaats as places
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.chapters.segregatie.groepen import NoRegion, of_region
from kansen_lib.chapters.segregatie.woonplaats import NO_PLACES, SECRET, SOURCES, lacking, pupils_with_home
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import School

#: What a point is shaded by, the feature of PC4 areas that tells most of money; and what it is called.
FEATURE, SHADE = "uitkeringen", "inwoners met een uitkering"
EAST, NORTH, KM = "plaats, km oost", "plaats, km noord", "km"
#: Most points on a map, and fewest postcode areas.
MOST, FEWEST = 120, 3
FEW_AREAS = "in minder dan drie postcodes wonen genoeg leerlingen om te laten zien"


@about(
    "meso",
    definitie="Waar leerlingen van basisscholen in het gebied wonen, en welk deel van de mensen daar een "
    "uitkering heeft.",
    teller="inwoners met een uitkering (WW, bijstand, arbeidsongeschikt)",
    noemer="alle inwoners van het postcodegebied",
    buiten="postcodes waar minder dan 10 van deze leerlingen wonen, of met een geheim cijfer",
)
@needs(vestigingen=("sector",))
@of_region
def map_of_homes(school: School, benchmark: Benchmark, area: Area) -> Result:
    """PC4 areas by how many pupils of basisscholen of the region live there, and the vo schools."""
    if lacks := lacking(school):
        return Result("", sources=SOURCES, missing=lacks)
    pupils = pupils_with_home(school, area).groupby("pc4")["aantal"].sum().round().astype(int)
    return Result("", _map(school, area, pupils), sources=SOURCES)


@about(
    "meso",
    definitie="Waar de leerlingen van deze school wonen, en welk deel van de mensen daar een uitkering "
    "heeft.",
    teller="inwoners met een uitkering (WW, bijstand, arbeidsongeschikt)",
    noemer="alle inwoners van het postcodegebied",
    buiten="postcodes waar minder dan 10 leerlingen van deze school wonen, of met een geheim cijfer",
)
@needs(leerlingen=("pc4",))
@of_region
def map_of_own_pupils(school: School, benchmark: Benchmark, area: Area) -> Result:
    """PC4 areas by how many pupils of this school live there; areas with a few of them are not on it."""
    if "kenmerken" not in school.store.tables:
        return Result("", missing=("kenmerken.waarde_lower",))
    homes = pupils_of(school)["pc4"]
    found = _map(school, area, homes.dropna().value_counts())
    left = (int(homes.isna().sum()), len(homes))
    return Result("", found, left, sources=("leerlingen", "kenmerken", "vestigingen"))


def _map(school: School, area: Area, pupils: pd.Series) -> tuple[Estimate, ...]:
    """Shade and place of each PC4 with enough pupils, and the place of each vo school.

    Where there are more points than a map can hold, first the other schools go, then the smallest PC4.

    Raises:
        NoRegion: no coordinates, or too few areas.
    """
    at = areas.coordinates(school.store)
    if at.empty:
        raise NoRegion(NO_PLACES)
    schools = _schools(school, area, at)
    drawn = pupils[(pupils >= FEWEST_PUPILS) & pupils.index.isin(at.index)]
    if len(drawn) + len(schools) > MOST:
        schools = {name: code for name, code in schools.items() if name.startswith("deze")}
        drawn = drawn.sort_values(ascending=False, kind="stable").iloc[: MOST - len(schools)]
    if len(drawn) < FEWEST:
        raise NoRegion(FEW_AREAS)
    drawn = drawn.sort_index()
    shares = places.features(school.store, list(drawn.index)).reindex(drawn.index)
    if FEATURE not in shares:
        raise NoRegion(SECRET)
    shaded = [_shade(str(code), shares[FEATURE][code], int(n)) for code, n in drawn.items()]
    points = {str(code): str(code) for code in drawn.index} | schools
    return (*shaded, *_placed(points, at))


def _shade(pc4: str, share: float, n: int) -> Estimate:
    """The published share of a PC4, with how many of the pupils live there."""
    facts = {"unit": Unit.SHARE, "n": n, "method": Method.PUBLISHED}
    if pd.isna(share):
        return Estimate.not_computable(SHADE, SECRET, group=pc4, **facts)
    return Estimate(SHADE, pc4, float(share), **facts)


def _placed(points: Mapping[str, str], at: pd.DataFrame) -> list[Estimate]:
    """Two helpers a point: how far east and how far north its PC4 lies."""
    axes = {EAST: "x_km", NORTH: "y_km"}
    return [
        Estimate(name, label, float(at.loc[code, column]), KM, method=Method.PUBLISHED)
        for label, code in points.items()
        for name, column in axes.items()
    ]


def _schools(school: School, area: Area, at: pd.DataFrame) -> dict[str, str]:
    """What each vo vestiging with a place is called on the map, and its PC4; the own one first."""
    table = school.store.vestigingen.loc[list(area.vestigingen)]
    table = table[table["pc4"].isin(at.index)]
    double = table["naam"].duplicated(keep=False)
    name = table["naam"].where(~double, table["naam"] + " (" + table.index + ")").sort_values()
    own = [code for code in name.index if code == school.vestiging]
    others = [code for code in name.index if code != school.vestiging]
    labels = {f"deze school: {name[code]}": str(table.loc[code, "pc4"]) for code in own}
    return labels | {f"school: {name[code]}": str(table.loc[code, "pc4"]) for code in others}
