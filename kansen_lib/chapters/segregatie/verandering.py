"""How the segregation of the region changed, and the intake of a school whose brugklas became broader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import verandering as numbers
from kansen_lib.benchmark.area import Area
from kansen_lib.benchmark.regio import over_years
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import MINUS
from kansen_lib.chapters.segregatie.groepen import (
    FEW_SCHOOLS,
    UNKNOWN_PLACE,
    NoRegion,
    enough_schools,
    known,
    lost,
    of_region,
    pupils_in,
)
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Reason, Unit
from kansen_lib.store import School

ONE_YEAR = "er zijn geen twee schooljaren met aantallen die helemaal bekend zijn"
ONE_COHORT = "er zijn leerlingen van maar één cohort"
NO_PARTS = "deze verandering is niet in stukken te delen"
CHANGE = "wat er veranderde"
#: M has no largest value that holds everywhere.
OF_M = "0 is gelijk verdeeld"


def _then_and_now(school: School, area: Area) -> tuple[pd.DataFrame, str, str, tuple[str, ...]]:
    """Counts of the first and the last exact school year, schools linked over mergers, and their tables.

    Raises:
        NoRegion: the gemeente is not known, or there are no two such years.
    """
    if not area.gemeenten:
        raise NoRegion(UNKNOWN_PLACE)
    counts, source = over_years(school.store, area.vestigingen)
    exact = numbers.exact_years(counts)
    if len(exact) < 2:
        raise NoRegion(ONE_YEAR)
    joined = numbers.linked(counts, school.store.read("overgangen"), exact[0], exact[-1])
    return joined, exact[0], exact[-1], (source, "vestigingen", "overgangen")


def _told(found: Result, first: str, second: str) -> tuple[Estimate, ...]:
    """M then, the parts in order, and M now; a reason in the place of the parts where there are none."""
    items = {item.group: item for item in found.estimates}
    names = {"first": f"scheiding in {first}", **numbers.PARTS, "second": f"scheiding in {second}"}
    told = [
        replace(items[part], name=name, group="", unit=OF_M) for part, name in names.items() if part in items
    ]
    if "" in items:
        why = NO_PARTS if items[""].reason == Reason.IPF_STOPPED else items[""].reason
        told.append(Estimate.not_computable(CHANGE, why, unit=OF_M))
    return tuple(item for item in told if item.value != 0)  # no school came, or none stopped


_MOVED = (
    "M in het eerste en laatste jaar, en het deel van het verschil dat bij elke verandering hoort, zonder "
    "vertekening"
)


@about(
    "macro",
    definitie="Hoe de scheiding van niveaus over de scholen van het gebied veranderde (M), en welk deel "
    "daarvan bij welke verandering hoort.",
    teller=_MOVED,
    noemer="leerlingen vanaf leerjaar 3 met een bekend niveau; is daarvan één jaar bekend, dan "
    "examenkandidaten",
    buiten="Schooljaren waarvan een deel van de aantallen is afgeschermd.",
)
@needs(vestigingen=("vestiging",))
@of_region
def levels_then_and_now(school: School, benchmark: Benchmark, area: Area) -> Result:
    """M of levels over schools in the first and last exact school year, and the parts of the change."""
    joined, first, second, sources = _then_and_now(school, area)
    found = numbers.parts(joined, "niveau", first, second, time="schooljaar")
    return Result("", _told(found, first, second), sources=sources)


@about(
    "macro",
    definitie="Hoeveel scholen er toen en nu zijn, en hoeveel er verder gingen in een andere school.",
    teller="vestigingen met leerlingen vanaf leerjaar 3, of met examenkandidaten",
    noemer="vestigingen in het gebied in het eerste en het laatste jaar",
    buiten="Scholen zonder zulke leerlingen in beide jaren.",
)
@needs(vestigingen=("vestiging",))
@of_region
def schools_then_and_now(school: School, benchmark: Benchmark, area: Area) -> Result:
    """How many vestigingen there were, went on in another school, stopped and came."""
    joined, first, second, sources = _then_and_now(school, area)
    found = numbers.schools_then_and_now(joined, first, second)
    items = (Estimate("scholen", label, float(n), "vestigingen") for label, n in found.items())
    return Result("", tuple(items), sources=sources)


# --- background, by cohort of entry ----------------------------------------------------------------------

WHOM = "leerlingen die in het gebied naar het vo gingen, in de eerste en de laatste twee cohorten"


def _by_moment(school: School, benchmark: Benchmark, area: Area) -> tuple[pd.DataFrame, str, str]:
    """Counts of the first and the last cohorts, two of each where there are four, with the time in ``tijd``.

    Raises:
        NoRegion: one cohort, or the education is known at too few schools then or now.
    """
    counts = pupils_in(school, benchmark, area)
    cohorts = sorted(counts["cohort"].dropna().unique())
    if len(cohorts) < 2:
        raise NoRegion(ONE_COHORT)
    many = 2 if len(cohorts) >= 4 else 1
    first, last = (_named(part) for part in (cohorts[:many], cohorts[-many:]))
    time = dict.fromkeys(cohorts[:many], first) | dict.fromkeys(cohorts[-many:], last)
    found = counts.assign(tijd=counts["cohort"].map(time), school=counts["vestiging"]).dropna(subset=["tijd"])
    if not _each_time(known(found, "opleiding"), (first, last), school.vestiging):
        raise NoRegion(FEW_SCHOOLS)
    return found, first, last


def _each_time(timed: pd.DataFrame, moments: Sequence[str], own: str) -> bool:
    """Whether these pupils are of enough other schools at each moment."""
    return all(enough_schools(timed[timed["tijd"] == moment], own) for moment in moments)


def _named(cohorts: Sequence[str]) -> str:
    return " en ".join(dict.fromkeys((cohorts[0][:4], cohorts[-1][:4])))


@about(
    "macro",
    definitie="Hoe de scheiding naar opleiding van de ouders over de scholen veranderde (M), en welk deel "
    "daarvan bij welke verandering hoort.",
    teller=_MOVED,
    noemer=WHOM,
    buiten="Wie geen bekende opleiding van de ouders heeft. Cohorten in het midden.",
)
@needs(leerlingen=("opleiding_ouders",))
@of_region
def background_then_and_now(school: School, benchmark: Benchmark, area: Area) -> Result:
    """M of parental education over schools at entry, then and now, and the parts of the change."""
    counts, first, second = _by_moment(school, benchmark, area)
    rows = known(counts, "opleiding").astype({"opleiding": str})
    found = numbers.parts(rows, "opleiding", first, second, time="tijd")
    return Result("", _told(found, first, second), dropped=lost(counts, "opleiding"))


@about(
    "macro",
    definitie="Welk deel van de nieuwe leerlingen in het gebied ouders met een lage, middelbare of hoge "
    "opleiding heeft, toen en nu.",
    teller="leerlingen per groep",
    noemer=WHOM,
    buiten="Wie geen bekende opleiding van de ouders heeft. Cohorten in het midden.",
)
@needs(leerlingen=("opleiding_ouders",))
@of_region
def background_of_region_then_and_now(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Composition of the intake of the region, then and now: who lives and goes to school there."""
    counts, first, second = _by_moment(school, benchmark, area)
    rows = known(counts, "opleiding")
    items = [
        gaps.share(
            int(part.loc[part["opleiding"] == label, "aantal"].sum()),
            int(part["aantal"].sum()),
            name=label,
            group=moment,
        )
        for label in codes.OPLEIDING_OUDERS_3.codes
        for moment in (first, second)
        for part in (rows[rows["tijd"] == moment],)
    ]
    return Result("", tuple(items), dropped=lost(counts, "opleiding"))


# --- the intake of a school whose brugklas became broader ------------------------------------------------

OWN, ALIKE = "deze school", "scholen waar de brugklas gelijk bleef"
SAME = "brugklas bleef gelijk"
#: What a school calls it in its table of interventies.
INTERVENTION = "brede_brugklas"
BROADER = "andere scholen waar de brugklas breder werd"
PART = "deel van het gebied op deze school"
NO_FIRST_YEAR = "deze school heeft geen leerlingen in leerjaar 1"
ONE_YEAR_1 = "er is maar één schooljaar met aantallen in leerjaar 1"
ONE_SCHOOL = "in dit gebied is maar één school met een leerjaar 1"
NOT_BROADER = "de brugklas van deze school werd in deze jaren niet breder"
NO_BOTH = "er zijn geen leerlingen van voor en van na de verandering"
BEFORE, AFTER = "voor", "na"
#: Groups of the intake: name, column, and the labels in it.
_HIGH = tuple(label for label in codes.ADVIES.codes if {"havo", "vwo"} & codes.levels(label))
_LOW = tuple(label for label in codes.ADVIES.codes if codes.levels(label) and label not in _HIGH)
INTAKE = (
    ("alle leerlingen", "advies", None),
    ("advies vmbo of pro", "advies", _LOW),
    ("advies met havo of vwo", "advies", _HIGH),
    ("laagopgeleide ouders", "opleiding", ("laag",)),
    ("hoogopgeleide ouders", "opleiding", ("hoog",)),
)


def _brugklassen(school: School, area: Area) -> pd.DataFrame:
    """Leerjaar 1 of the region by vestiging and school year.

    Raises:
        NoRegion: the gemeente is not known, or this school has no leerjaar 1.
    """
    if not area.gemeenten:
        raise NoRegion(UNKNOWN_PLACE)
    key = f"brugklassen {' '.join(area.vestigingen)}"
    found = school.once(key, lambda: numbers.brugklassen(school.store, area.vestigingen))
    if school.vestiging not in set(found["vestiging"]):
        raise NoRegion(NO_FIRST_YEAR)
    return found


def _own_start(school: School, seen: str | float) -> str | float:
    """The year that the school itself noted; else the one that shows in the open counts, if any."""
    noted = school.table("interventies")
    noted = noted.loc[noted["interventie"] == INTERVENTION, "start"].dropna()
    return seen if noted.empty else noted.iloc[0]


@about(
    "meso",
    definitie="Hoeveel brugklassers deze school heeft, naast het eerste jaar en naast andere scholen.",
    teller="leerlingen in leerjaar 1 in dat schooljaar",
    noemer="leerlingen in leerjaar 1 van dezelfde scholen in het eerste schooljaar, en die van het gebied",
    buiten="Niemand; ook wie leerjaar 1 overdoet telt mee.",
)
@needs(aantallen=("aantal_lower",))
@of_region
def intake_by_year(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Size of leerjaar 1 beside that of the first year, here and elsewhere, and its share of the region."""
    table = _brugklassen(school, area)
    whole = table.groupby("schooljaar")["aantal"].sum()
    if len(whole) < 2 or table["vestiging"].nunique() < 2:
        raise NoRegion(ONE_YEAR_1 if len(whole) < 2 else ONE_SCHOOL)
    start = numbers.broadened(table)
    when = _own_start(school, start.pop(school.vestiging))
    own_name = f"{OWN} ({SAME if pd.isna(when) else f'breder vanaf {when}'})"
    groups = {
        own_name: {school.vestiging},
        ALIKE: set(start.index[start.isna()]),
        BROADER: set(start.dropna().index),
    }
    items = [item for label, schools in groups.items() for item in _growth(table, label, schools)]
    own = table[table["vestiging"] == school.vestiging].set_index("schooljaar")["aantal"]
    shares = [
        Estimate(PART, str(year), n / whole[year], Unit.SHARE, n=int(whole[year]), count=int(n))
        for year, n in own.items()
    ]
    return Result("", (*items, *shares))


def _growth(table: pd.DataFrame, label: str, schools: set[str]) -> Iterator[Estimate]:
    """Pupils of leerjaar 1 of these schools, a school year, as a part of those of the first year."""
    counts = table[table["vestiging"].isin(schools)].groupby("schooljaar")["aantal"].sum()
    if counts.empty or counts.iloc[0] == 0:
        return
    for year, n in counts.items():
        yield Estimate(label, str(year), n / counts.iloc[0], Unit.RATIO, n=int(n))


@about(
    "meso",
    definitie="Welk deel van alle nieuwe leerlingen in het gebied naar deze school gaat, voor en nadat de "
    "brugklas breder werd.",
    teller="nieuwe leerlingen op deze school",
    noemer="alle nieuwe leerlingen in het gebied in dezelfde groep",
    buiten="Wie geen bekend advies of geen bekende opleiding van de ouders heeft, in die groepen.",
)
@needs(leerlingen=("opleiding_ouders",), aantallen=("brugklastype",))
@of_region
def intake_before_and_after(school: School, benchmark: Benchmark, area: Area) -> Result:
    """Share of the entrants of the region on this school before and after, beside schools without change."""
    start = numbers.broadened(_brugklassen(school, area))
    year = _own_start(school, start.pop(school.vestiging))
    counts = pupils_in(school, benchmark, area)
    if pd.isna(year):
        raise NoRegion(NOT_BROADER)
    moment = (counts["cohort"] >= year).map({False: BEFORE, True: AFTER})
    if moment.nunique() < 2:
        raise NoRegion(NO_BOTH)
    timed = counts.assign(tijd=moment)
    same = set(start.index[start.isna()]) & set(counts["vestiging"])
    items = [item for group in INTAKE for item in _around(timed, group, school.vestiging, same)]
    return Result("", tuple(items), dropped=lost(counts, "opleiding"), reference_name=ALIKE)


def _around(
    timed: pd.DataFrame, group: tuple[str, str, Sequence[str] | None], own: str, same: set[str]
) -> Iterator[Estimate]:
    """Share before, share after and the difference; of the schools that did not change, as a reference."""
    name, column, labels = group
    if column == "opleiding" and not _each_time(known(timed, column), (BEFORE, AFTER), own):
        yield Estimate.not_computable(name, FEW_SCHOOLS, group=AFTER, unit=Unit.SHARE)
        return
    rows = timed if labels is None else timed[timed[column].isin(labels)]
    sizes = rows.groupby("tijd")["aantal"].sum().reindex([BEFORE, AFTER], fill_value=0)
    here, there = (
        rows[rows["vestiging"].isin(schools)]
        .groupby("tijd")["aantal"]
        .sum()
        .reindex(sizes.index, fill_value=0)
        for schools in ({own}, same)
    )
    rest = set(timed["vestiging"]) - same - {own}  # what the own and these leave is theirs
    sides = [known(timed[timed["vestiging"].isin(schools)], column) for schools in (same, rest)]
    told = all(_each_time(side, (BEFORE, AFTER), own) for side in sides) and sizes.min() > 0
    for moment in sizes.index:
        reference = float(there[moment] / sizes[moment]) if told else None
        yield gaps.share(int(here[moment]), int(sizes[moment]), name=name, group=moment, reference=reference)
    gap = gaps.share_difference(here.tolist(), sizes.tolist(), name=name, group=f"{AFTER}{MINUS}{BEFORE}")
    reference = float((there / sizes).diff().iloc[-1]) if told else None
    yield gap if gap.value is None else replace(gap, reference=reference)
