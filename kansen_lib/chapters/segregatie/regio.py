"""The levels over the schools of a region, from open counts: who sits where, and how apart that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import SEED, Benchmark
from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark import regio as numbers
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.breedte import ALMOST_ALL
from kansen_lib.benchmark.numbers import corrected
from kansen_lib.chapters.about import about
from kansen_lib.chapters.context import LESS_CHANCE
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import with_reference
from kansen_lib.chapters.segregatie.groepen import UNKNOWN_PLACE, NoRegion, in_words, of_region
from kansen_lib.stats import gaps, segregation
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.shrinkage import shrink
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Most bars of a figure: in a larger region the other schools are counted together.
MOST_SCHOOLS = 25
OWN, WHOLE = "deze school", "hele gebied"
HAVO_VWO = "aandeel havo/vwo"
ONE_SCHOOL = "in dit gebied heeft maar één vestiging leerlingen vanaf leerjaar 3"
NOBODY = "in dit gebied zijn geen leerlingen vanaf leerjaar 3 geteld"
REGION, MIDDLE_GEMEENTE = "dit gebied", "de middelste gemeente in deze gegevens"
#: Levels as a figure of who meets whom shows them: few enough to read.
MEETING = {
    "pro": "pro",
    "vmbo-b": "vmbo-b/k",
    "vmbo-k": "vmbo-b/k",
    "vmbo-gt": "vmbo-gt",
    "havo": "havo",
    "vwo": "vwo",
}
#: Sorts of education by which the schools of a large region are counted together.
SORTS = {level: "vmbo" for level in codes.NIVEAU.codes} | {
    "pro": "pro",
    "havo": "havo/vwo",
    "vwo": "havo/vwo",
}
_SCHOOLS = ("scholen", "school")
#: The unit of M, which has no fixed largest value.
M_UNIT = "0 is gelijk verdeeld"
ALL_COUNTED = "alle leerlingen vanaf leerjaar 3 in het gebied met een bekend niveau"
NOT_COUNTED = "leerlingen in leerjaar 1 en 2, en wie geen bekend niveau heeft"
PER_SCHOOL = "leerlingen vanaf leerjaar 3 per vestiging en niveau"
PER_DIRECTION = "leerlingen vanaf leerjaar 3 per vestiging: havo/vwo, of pro en vmbo"


def counted(school: School, area: Area) -> pd.DataFrame:
    """Pupils from leerjaar 3 on of the region, by school year, vestiging, level and sex; made once a report.

    Raises:
        NoRegion: the gemeente is not known, or fewer than two vestigingen have such pupils now.
    """
    if not area.gemeenten:
        raise NoRegion(UNKNOWN_PLACE)
    key = f"levels {' '.join(area.vestigingen)}"
    rows = school.once(key, lambda: areas.levels(school.store, area.vestigingen))
    present = numbers.latest(rows)["vestiging"].nunique()
    if present < 2:
        raise NoRegion(ONE_SCHOOL if present else NOBODY)
    return rows


def now(school: School, area: Area) -> pd.DataFrame:
    """The counts of the latest school year."""
    return numbers.latest(counted(school, area))


# --- the region as it is -------------------------------------------------------------------------------


@about(
    "meso",
    definitie="Welk deel van de leerlingen van elke vestiging op welk niveau zit.",
    teller="leerlingen vanaf leerjaar 3 per niveau",
    noemer="alle leerlingen vanaf leerjaar 3 van die vestiging met een bekend niveau",
    buiten=NOT_COUNTED,
)
@needs(aantallen=("aantal_lower",))
@of_region
def levels_of_each_school(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Every vestiging of the region as shares of its levels, in the order of the alphabet.

    Of a large region the own one, and the others together by what they offer.
    """
    rows = now(school, area)
    names = _names(school, rows)
    large = rows["vestiging"].nunique() > MOST_SCHOOLS
    bars = _offer(school, rows) if large else rows["vestiging"].map(names)
    own = rows["vestiging"] == school.vestiging
    bars = bars.where(~own, f"{OWN}: {names.get(school.vestiging)}")
    order = (
        _offers(bars, own)
        if large
        else sorted(bars.unique(), key=lambda x: x.removeprefix(f"{OWN}: ").casefold())
    )
    wholes = [(str(label), rows[bars == label]) for label in order]
    return Result("", tuple(item for bar in [*wholes, (WHOLE, rows)] for item in _shares(*bar, rows)))


def _names(school: School, rows: pd.DataFrame) -> dict[str, str]:
    """The name of each vestiging; with its code where two have the same name."""
    known = school.store.vestigingen["naam"].reindex(sorted(rows["vestiging"].unique()))
    double = known.duplicated(keep=False) | known.isna()
    codes_of = known.index.to_series()
    return known.where(~double, known.fillna("vestiging") + " (" + codes_of + ")").to_dict()


def _offer(school: School, rows: pd.DataFrame) -> pd.Series:
    """What the vestiging of each row offers, with how many other schools offer the same."""
    kinds = {str(code): _kind(part) for code, part in rows.groupby("vestiging")}
    many = Counter(kind for code, kind in kinds.items() if code != school.vestiging)
    labels = {code: f"{kind} ({many[kind]}\xa0{_SCHOOLS[many[kind] == 1]})" for code, kind in kinds.items()}
    return rows["vestiging"].map(labels)


def _kind(rows: pd.DataFrame) -> str:
    """The sorts of education of a vestiging; a few pupils of another sort do not make it broad."""
    sort = rows["niveau"].map(SORTS)
    shares = rows.groupby(sort)["aantal"].sum() / max(rows["aantal"].sum(), 1)
    offered = [label for label in dict.fromkeys(SORTS.values()) if shares.get(label, 0) > 1 - ALMOST_ALL]
    if offered == ["havo/vwo"]:
        single = rows.groupby("niveau")["aantal"].sum() / rows["aantal"].sum()
        offered = [str(single.idxmax())] if single.max() >= ALMOST_ALL else offered
    return f"alleen {offered[0]}" if len(offered) == 1 else ", ".join(offered)


def _offers(bars: pd.Series, own: pd.Series) -> list[str]:
    """The own bar first, then the kinds in the order of the alphabet."""
    return [*bars[own].unique(), *sorted(bars[~own].unique())]


def _shares(label: str, rows: pd.DataFrame, region: pd.DataFrame) -> Iterable[Estimate]:
    """The share of each level that the region has, low to high."""
    present = [level for level in codes.NIVEAU.codes if (region["niveau"] == level).any()]
    n = int(rows["aantal"].sum())
    for level in present:
        count = int(rows.loc[rows["niveau"] == level, "aantal"].sum())
        yield gaps.share(count, n, name=label, group=level)


# --- how apart -----------------------------------------------------------------------------------------


@about(
    "meso",
    definitie="Hoe gescheiden leerlingen van havo/vwo en van pro en vmbo over de vestigingen zitten (D), en "
    "het aandeel havo/vwo.",
    teller=PER_DIRECTION,
    noemer=ALL_COUNTED,
    buiten=NOT_COUNTED,
)
@needs(aantallen=("aantal_lower",))
@of_region
def directions_apart(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D between havo/vwo and pro with vmbo: as counted, corrected, by chance, and within masked counts."""
    rows = now(school, area)
    found = [*in_words(numbers.apart(rows, numbers.SIX["D"], "D"))]
    if numbers.masked(rows):
        within = numbers.dissimilarity_of_year(rows)
        found.append(replace(within, group="ruimer door verborgen aantallen"))
    return Result("", (*found, *_own_and_whole(school, rows, HAVO_VWO, rows["richting"] == "havo/vwo")))


def _own_and_whole(school: School, rows: pd.DataFrame, name: str, part: pd.Series) -> Iterable[Estimate]:
    """The share of a group at this school and in the region: how many they are, beside how apart they sit."""
    own = rows["vestiging"] == school.vestiging
    for label, here in ((OWN, own), (WHOLE, own | True)):
        yield share_of(rows[here & part], rows[here & ~part], name, label)


def share_of(part: pd.DataFrame, rest: pd.DataFrame, name: str, label: str) -> Estimate:
    """The share of some of the counts, which are known or lie within bounds."""
    ends = [tuple(int(rows[end].sum()) for end in ("lower", "upper")) for rows in (part, rest)]
    return gaps.bounded_share(*ends, name=name, group=label)


@about(
    "meso",
    definitie="Hoe gescheiden de zes niveaus over de vestigingen zitten, alle niveaus tegelijk (H en M).",
    teller=PER_SCHOOL,
    noemer=ALL_COUNTED,
    buiten=NOT_COUNTED,
)
@needs(aantallen=("aantal_lower",))
@of_region
def levels_apart(school: School, benchmark: Benchmark, area: Area) -> Result:
    """H and M of all levels over the vestigingen: as counted, corrected, and by chance."""
    rows = now(school, area)
    theil = in_words(numbers.apart(rows, numbers.INDICES[numbers.ALL_LEVELS], "H"))
    mutual = in_words(numbers.apart(rows, numbers.Index("mutual_information", "niveau"), "M"))
    return Result("", (*theil, *(replace(item, unit=M_UNIT) for item in mutual)))


@about(
    "meso",
    definitie="Zes maten voor dezelfde scheiding tussen havo/vwo en pro met vmbo, naast elkaar.",
    teller=PER_DIRECTION,
    noemer=ALL_COUNTED,
    buiten=f"{NOT_COUNTED}. Bij de samenhang: gemeenten met één vestiging",
)
@needs(aantallen=("aantal_lower",))
@of_region
def six_indices(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Six indices of the same counts, corrected, beside the median gemeente; and how far they agree.

    They agree as far as they would put the gemeenten of the store in the same order as D does.
    """
    rows = now(school, area)
    found = []
    for name, index in numbers.SIX.items():
        item = corrected(numbers.apart(rows, index, name))
        reference = benchmark.value(name + numbers.MIDDLE, numbers.EVERY)
        found.append(with_reference(replace(item, group=""), reference))
    known = (benchmark.find(numbers.AGREEMENT, name, numbers.UNIT) for name in numbers.SIX)
    agree = tuple(item for item in known if item is not None)
    return Result("", (*found, *agree), reference_name=MIDDLE_GEMEENTE)


# --- who meets whom ------------------------------------------------------------------------------------


@about(
    "meso",
    definitie="Welk deel van de leerlingen op de school van de gemiddelde leerling van elk niveau op welk "
    "niveau zit.",
    teller="leerlingen van het ene niveau op de vestiging van een leerling van het andere",
    noemer=ALL_COUNTED,
    buiten=NOT_COUNTED,
)
@needs(aantallen=("aantal_lower",))
@of_region
def who_meets_whom(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Isolation and exposure between levels; in the last row the shares in the region as a whole."""
    rows = now(school, area)
    rows = rows.assign(groep=rows["niveau"].map(MEETING))
    sizes = rows.groupby("groep")["aantal"].sum()
    order = [label for label in dict.fromkeys(MEETING.values()) if sizes.get(label, 0)]
    found = [_meets(rows, one, other, int(sizes[one])) for one in order for other in order]
    n = int(sizes.sum())
    whole = [
        replace(gaps.share(int(sizes[label]), n, name="wie: alle leerlingen"), group=f"ontmoet: {label}")
        for label in order
    ]
    return Result("", (*found, *whole))


def _meets(rows: pd.DataFrame, one: str, other: str, members: int) -> Estimate:
    """Share of a level at the school of the mean pupil of a level; it rests on the pupils who look."""
    facts = {"name": f"wie: {one}"}
    if one == other:
        found = segregation.isolation(rows, "groep", "vestiging", "aantal", of=one, **facts)
    else:
        found = segregation.exposure(rows, "groep", "vestiging", "aantal", of=one, to=other, **facts)
    return replace(found, group=f"ontmoet: {other}", unit=Unit.SHARE, n=members, smallest=None)


@about(
    "meso",
    definitie="Hoe gescheiden jongens en meisjes over de vestigingen zitten (D), en het aandeel meisjes.",
    teller="jongens en meisjes vanaf leerjaar 3 per vestiging",
    noemer=ALL_COUNTED,
    buiten=NOT_COUNTED,
)
@needs(aantallen=("aantal_lower",))
@of_region
def boys_and_girls(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D between boys and girls, by chance, and when drawn within each level; and the share of girls."""
    rows = now(school, area)
    rows = rows[rows["geslacht"].isin(codes.GESLACHT.codes)]
    items = [*in_words(numbers.apart(rows, numbers.Index("dissimilarity", "geslacht"), "D"))]
    if items[0].value is not None:
        items.append(_drawn_within_levels(rows))
    girls = _own_and_whole(school, rows, "aandeel meisjes", rows["geslacht"] == "vrouw")
    return Result("", (*items, *girls))


def _drawn_within_levels(rows: pd.DataFrame) -> Estimate:
    """D when the places on each level were drawn by lot: what goes together with the level that they take."""
    drawn = segregation.lottery(
        rows,
        "geslacht",
        "vestiging",
        "aantal",
        index="dissimilarity",
        within="niveau",
        draws=numbers.DRAWS,
        seed=SEED,
        name="D",
    )
    return replace(drawn["D", "by lottery"], group="bij loten binnen elk niveau")


# --- beside other regions ------------------------------------------------------------------------------


@about(
    "macro",
    definitie="De scheiding in dit gebied, naast die in de andere gemeenten van deze gegevens.",
    teller=PER_SCHOOL,
    noemer=ALL_COUNTED,
    buiten=f"{NOT_COUNTED}. Gemeenten met één vestiging. Bij D: gemeenten waar D te dicht bij toeval ligt",
)
@needs(aantallen=("aantal_lower",))
@of_region
def beside_other_regions(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D and H of the region beside the middle half of gemeenten, of about as many vestigingen and of all."""
    rows = now(school, area)
    kind = numbers.like(rows["vestiging"].nunique())
    found: list[Estimate] = []
    for name in ("D", numbers.ALL_LEVELS):
        own = corrected(numbers.apart(rows, numbers.INDICES[name], name))
        found += _beside(own, name, kind, benchmark)
    return Result("", tuple(found))


def _beside(own: Estimate, name: str, kind: str, benchmark: Benchmark) -> list[Estimate]:
    """The own number, raw and with less chance, then the middle half of like gemeenten and of all."""
    found = [replace(own, group=REGION)]
    prior = benchmark.prior(name, kind) or benchmark.prior(name, numbers.EVERY)
    if prior is not None and own.value is not None:
        calm = shrink(numbers.with_error(own), prior)
        found.append(replace(calm, name=name, group=REGION + LESS_CHANCE))
    seen: dict[float, Estimate] = {}
    for label in (kind, numbers.EVERY):
        middle = benchmark.find(name + numbers.MIDDLE, label)
        many = benchmark.value(f"{name}, {numbers.HOW_MANY}", label)
        if middle is not None and many is not None:  # where all are alike in size they are the same ones
            seen.setdefault(many, replace(middle, name=name, group=f"{many:.0f} gemeenten met {label}"))
    found += seen.values()
    if not seen:
        found.append(
            Estimate.not_computable(
                name, "te weinig andere gemeenten in deze gegevens", group="andere gemeenten"
            )
        )
    return found


# --- beside the own past -------------------------------------------------------------------------------


@about(
    "meso",
    definitie="De scheiding tussen havo/vwo en vmbo in dit gebied, jaar na jaar (D), en het aandeel "
    "havo/vwo.",
    teller="leerlingen vanaf leerjaar 3 per vestiging, of kandidaten voor het examen als er maar één jaar is",
    noemer="alle leerlingen (of kandidaten) in het gebied met een bekend niveau in dat schooljaar",
    buiten="leerlingen in leerjaar 1 en 2. Bij kandidaten ook het praktijkonderwijs, dat geen examen heeft",
)
@needs(aantallen=("aantal_lower",))
@of_region
def directions_apart_over_years(school: School, benchmark: Benchmark, area: Area) -> Result:
    """D between two directions in each school year, and the share of one of them: how apart, and how many."""
    counted(school, area)
    rows, source = numbers.over_years(school.store, area.vestigingen)
    years = [(str(year), part) for year, part in rows.groupby("schooljaar")]
    words = {numbers.PUPILS: "leerlingen", numbers.CANDIDATES: "kandidaten"}[source]
    apart = [
        replace(numbers.dissimilarity_of_year(part), name=f"D, {words}", group=year) for year, part in years
    ]
    high = [(year, part, part["richting"] == "havo/vwo") for year, part in years]
    shares = [share_of(part[of], part[~of], f"{HAVO_VWO}, {words}", year) for year, part, of in high]
    none = all(item.value is None for item in apart)
    return Result("", (*(apart[:1] if none else apart), *shares), sources=(source,))
