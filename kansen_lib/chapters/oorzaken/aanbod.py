"""Which schools there are to choose from: near by, in the gemeente, broad or with one level."""

from __future__ import annotations

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark import Benchmark, buurten
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.buurt import KENMERKEN, NO_POSTCODE, SECRET
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method
from kansen_lib.store import School

BROAD = "brede brugklas"
OWN, GEMEENTE = "deze school", "deze gemeente"
#: Fewer pupils on a level are no offer of it: DUO masks such counts elsewhere.
FEWEST_ON_LEVEL = 5


@about(
    "meso",
    definitie="Hoeveel scholen voor voortgezet onderwijs er in de omgeving zijn.",
    teller="vestigingen binnen een afstand over de weg, gemiddeld over de inwoners van het postcodegebied",
    noemer="het postcodegebied van de school",
    buiten="scholen over de grens; van vmbo en havo/vwo telt een brede school bij allebei mee",
)
@needs()
def supply_nearby(school: School, benchmark: Benchmark) -> Result:
    """Vo vestigingen within 3, 5 and 10 km of the PC4 of the school: all, with vmbo, with havo or vwo.

    The reference is the median over the inhabitants of all places of the same stedelijkheid.
    """
    if all(
        _reference(benchmark, kind, km, None) is None for kind in buurten.SUPPLY for km in buurten.DISTANCES
    ):
        return Result("", sources=("kenmerken",), missing=(KENMERKEN,))
    pc4 = school.record["pc4"]
    if not isinstance(pc4, str):
        none = Estimate.not_computable("alle scholen", NO_POSTCODE)
        return Result("", (none,), sources=("kenmerken",))
    place = buurten.areas(school.store, [pc4]).reindex([pc4])
    (label,) = buurten.urbanity(place["stedelijkheid"])
    estimates = []
    for kind, name in buurten.SUPPLY.items():
        for km in buurten.DISTANCES:
            if _reference(benchmark, kind, km, None) is not None:
                near = float(place.loc[pc4, buurten.supply_kenmerk(kind, km)])
                estimates.append(_near(name, km, near, _reference(benchmark, kind, km, label)))
    told = label if isinstance(label, str) else "onbekend"
    return Result(
        "", tuple(estimates), sources=("kenmerken",), reference_name=f"plaatsen zoals deze ({told})"
    )


def _reference(benchmark: Benchmark, kind: str, km: int, label: str | None) -> float | None:
    """The value in places of a class; of any class when None is asked: whether it is published at all."""
    name = buurten.supply_name(kind, km)
    found = [benchmark.value(name, one) for one in codes.STEDELIJKHEID.codes if label in (None, one)]
    return next((value for value in found if value is not None), None)


def _near(name: str, km: int, value: float, reference: float | None) -> Estimate:
    group, unit = f"binnen {km} km", "aantal"
    if pd.isna(value):
        return Estimate.not_computable(name, SECRET, group=group, unit=unit)
    return Estimate(name, group, value, unit, method=Method.PUBLISHED, reference=reference)


@about(
    "meso",
    definitie="Op hoeveel vestigingen in de gemeente een leerling elk niveau kan volgen.",
    teller="vestigingen met minstens vijf leerlingen op dat niveau vanaf leerjaar 3",
    noemer="alle vestigingen voor voortgezet onderwijs in de gemeente",
    buiten="vestigingen met alleen leerjaar 1 en 2; vavo en internationaal onderwijs",
)
@needs(aantallen=("aantal_lower",))
def routes_in_gemeente(school: School, benchmark: Benchmark) -> Result:
    """Number of vestigingen in the gemeente that offer each level, in the latest school year.

    Level with what it is of: the last row counts all that offer a level.
    """
    table = indicators.tracks(_around(school)).dropna(subset=["niveau"])
    known = table[table["aantal"] >= FEWEST_ON_LEVEL]
    number = known.groupby("niveau", observed=False)["vestiging"].nunique()
    estimates = [_count(str(label), int(n)) for label, n in number.items()]
    return Result("", (*estimates, _count("alle niveaus samen", int(known["vestiging"].nunique()))))


def _count(group: str, n: int) -> Estimate:
    return Estimate("vestigingen", group, float(n), "vestigingen")


def _around(school: School) -> pd.DataFrame:
    """Pupil counts of all vestigingen of the gemeente."""
    return school.store.read("aantallen", where={"vestiging": school.neighbours})


@about(
    "meso",
    definitie="Hoe breed de scholen in de gemeente zijn: in de brugklas en in de hele school.",
    teller="leerlingen in een brugklas met twee of meer niveaus; leerlingen op een school met één niveau",
    noemer="leerlingen in leerjaar 1 met een bekende brugklas; leerlingen vanaf leerjaar 3",
    buiten="leerlingen zonder bekend niveau of bekende brugklas",
)
@needs(aantallen=("brugklastype",))
def broad_or_single(school: School, benchmark: Benchmark) -> Result:
    """Share of first-year pupils in a broad brugklas, and of pupils from leerjaar 3 on at a school with
    one level: in the gemeente, beside all schools together.

    Gymnasium and atheneum are one level; gemengde and theoretische leerweg too.
    """
    around = _around(school)
    broad = _broad(school.table("aantallen"), OWN, None), _broad(around, GEMEENTE, _all_broad(benchmark))
    single = _single(indicators.tracks(around), benchmark.value(buurten.SINGLE_LEVEL))
    return Result("", (*(item for item in broad if item is not None), single))


def _all_broad(benchmark: Benchmark) -> float | None:
    """Share of all first-year pupils in a broad brugklas."""
    alone = benchmark.value("brugklas", "1")
    return None if alone is None else 1 - alone


def _broad(aantallen: pd.DataFrame, group: str, reference: float | None) -> Estimate | None:
    """The share in a broad brugklas; None where leerjaar 1 has no pupils."""
    table = indicators.breadth(aantallen)
    if table.empty:
        return None
    chosen = table["niveaus"] > 1
    ends = ["aantal_lower", "aantal_upper"]
    count, rest = (tuple(int(x) for x in table.loc[rows, ends].sum()) for rows in (chosen, ~chosen))
    return gaps.bounded_share(count, rest, name=BROAD, group=group, reference=reference)


def _single(tracks: pd.DataFrame, reference: float | None) -> Estimate:
    count, n = buurten.at_single_level(tracks)
    return gaps.share(count, n, name=buurten.SINGLE_LEVEL, group=GEMEENTE, reference=reference)
