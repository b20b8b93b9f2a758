"""From entry to diploma: what becomes of pupils, by when, and by which route; of all schools and of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.context import HIGH, LOW
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.doorstroom import is_told
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import OPLEIDING, shares_and_gap
from kansen_lib.stats import flows, gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Reason, Unit

DIPLOMA, MOVED, STOPPED = "diploma", "naar een andere school", "uit het onderwijs"
#: How a year ends the career at a school, and what that is called.
ENDS = {"andere school": MOVED, "uit het onderwijs": STOPPED, "diploma": DIPLOMA}
STILL = "nog op school"
#: The latest year after entry that a card is about, and those at which groups, and routes, are compared.
YEARS, BY_YEARS, BY_YEAR = 7, (4, 5, 6), 6
#: Fewest new persons between two points of a line: less would be a small group.
FEWEST = 10
TO_HAVO, TO_VWO = "na vmbo-gt-diploma door naar havo", "na havo-diploma door naar vwo"
#: The routes to a diploma of havo: by level in leerjaar 3, and on coming into havo leerjaar 4.
VIA, DIRECT = "vmbo-gt in leerjaar 3", "havo in leerjaar 3"
AFTER, STRAIGHT = "na een vmbo-diploma", "rechtstreeks"
HIGHER, LOWER = "havo- of vwo-diploma", "alleen een vmbo-diploma"
HAVO_DIPLOMA, OFF_HAVO = "havo-diploma", "van de havo af zonder diploma"
#: Within how many years after coming into havo leerjaar 4.
WITHIN = 2
#: Under which the numbers are kept that follow pupils to any school.
ANYWHERE = "op welke school ook"


def rows(network: Network) -> Iterator[Row]:
    """The numbers of all schools together; nothing without pupils of several schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    here = careers(network.pupils, network.loopbaan)
    groups = (item for years in BY_YEARS for item in by_group(here, years))
    yield from (("", item, None) for item in (*over_years(here), *groups))
    anywhere = careers(network.pupils, network.loopbaan, anywhere=True)
    for unit, data in (("", here), (ANYWHERE, anywhere)):
        found = (*stacked(data), *by_route(data), *in_havo(data))
        yield from ((unit, item, None) for item in found)


def careers(pupils: pd.DataFrame, loopbaan: pd.DataFrame, *, anywhere: bool = False) -> pd.DataFrame:
    """A row a pupil and school year, in order: at the vestiging of entry, or at any.

    Added: ``bekend`` (whether it is known how the year ended), ``jaar`` (1 in the year of entry),
    ``opleiding``, ``leerjaar3`` (level in it) and ``later`` (level in the next school year, missing where
    there is no such row).
    """
    keys = ["leerling"] if anywhere else ["leerling", "vestiging"]
    found = loopbaan.assign(bekend=is_told(loopbaan)).merge(pupils[[*keys, "cohort", "opleiding"]], on=keys)
    found = found.sort_values(["leerling", "schooljaar"], kind="stable").reset_index(drop=True)
    found["jaar"] = found["schooljaar"].str[:4].astype(int) - found["cohort"].str[:4].astype(int) + 1
    following = found.groupby("leerling")[["niveau", "jaar"]].shift(-1)
    found["later"] = following["niveau"].where(following["jaar"] == found["jaar"] + 1)
    third = found[found["leerjaar"] == 3].drop_duplicates("leerling").set_index("leerling")["niveau"]
    return found.assign(leerjaar3=found["leerling"].map(third))


# --- what becomes of pupils ---------------------------------------------------------------------------


def spells(data: pd.DataFrame, event: pd.Series) -> pd.DataFrame:
    """One row a pupil: ``einde``, the first event, and ``jaren``, the school years up to the end of it.

    Without an event it is :data:`STILL`, after the last school year of which the end is known.

    Args:
        data: rows of :func:`careers`.
        event: what ended with the year; missing for none. Of a year that is not told it does not count.
    """
    ended = data.assign(einde=event)[event.notna() & data["bekend"]]
    ended = ended.drop_duplicates("leerling").set_index("leerling")
    told = data["jaar"].where(data["bekend"], data["jaar"] - 1)
    last = told.groupby(data["leerling"]).max()
    found = data.drop_duplicates("leerling").set_index("leerling", drop=False)
    found["einde"] = ended["einde"].reindex(found.index).astype(object).fillna(STILL)
    found["jaren"] = ended["jaar"].reindex(found.index).fillna(last)
    return found.reset_index(drop=True)


def _followed(data: pd.DataFrame) -> pd.DataFrame:
    """From entry to the end at the school."""
    return spells(data, data["afloop"].map(ENDS))


def over_years(data: pd.DataFrame) -> list[Estimate]:
    """The share with each end after each year: a line an end; together less than 1 by who is still there."""
    spell = _followed(data)
    found = flows.aalen_johansen(spell, duration="jaren", event="einde", censored=STILL, name=STILL)
    lines = []
    for end in ENDS.values():
        points = {item.name: item for item in found.estimates}
        line = [points.get(f"{end} at {year}") for year in range(1, YEARS + 1)]
        named = [
            replace(_held(item, spell, end, year), name=end, group=f"jaar {year}")
            for year, item in enumerate(line, start=1)
            if item is not None and (item.count or end != DIPLOMA)
        ]
        lines += _apart(named)
    return lines


def _held(item: Estimate, spell: pd.DataFrame, end: str, years: int) -> Estimate:
    """Held to who is known to have had the end by then, and to who is known not to.

    Young cohorts count in ``n``: without this, a few who are left of the older ones would be told.
    """
    had = (spell["einde"] == end) & (spell["jaren"] <= years)
    known = (spell["einde"] != STILL) | (spell["jaren"] >= years)
    cells = [int(had.sum()), int((known & ~had).sum())]
    return replace(item, smallest=min([*cells, *([] if item.smallest is None else [item.smallest])]))


def _apart(line: list[Estimate]) -> list[Estimate]:
    """The points of a line, each held to the persons who are new since the last one that can be shown."""
    found, before = [], 0
    for item in line:
        new = (item.count or 0) - before
        found.append(item if new >= FEWEST else replace(item, smallest=min(item.smallest or 0, new)))
        before += new if new >= FEWEST else 0
    return found


def by_group(data: pd.DataFrame, years: int) -> list[Estimate]:
    """The share with each end within so many years: the outer groups, and the gap."""
    return _within(_followed(data), tuple(ENDS.values()), ("opleiding", LOW, HIGH), years)


def years_to_compare(data: pd.DataFrame) -> int:
    """The last of :data:`BY_YEARS` up to which both outer groups were followed; else the first.

    Of a school for vmbo nobody is there for six years.
    """
    spell = _followed(data)
    longest = spell[spell["opleiding"].isin([LOW, HIGH])].groupby("opleiding", observed=True)["jaren"].max()
    return max((year for year in BY_YEARS if len(longest) and year <= longest.min()), default=BY_YEARS[0])


def _within(
    data: pd.DataFrame, ends: Sequence[str], between: tuple[str, str, str], years: int
) -> list[Estimate]:
    """Of two groups the share with each end within some years, and the difference.

    Args:
        data: as :func:`spells` gives it.
        ends: what is told, of all ends that there are.
        between: column of the groups, and the two labels of which the first is taken off the second.
        years: how many.
    """
    group, low, high = between
    if not {low, high} <= set(data[group]):
        return [_absent(end, years, Reason.EMPTY_GROUP, between, None) for end in ends]
    found = flows.incidence_gap(
        data, duration="jaren", event="einde", censored=STILL, time=years, group=group, low=low, high=high
    )
    return [item for end in ends for item in _of_end(found, data, end, between, years)]


def _of_end(
    found: Result, data: pd.DataFrame, end: str, between: tuple[str, str, str], years: int
) -> list[Estimate]:
    """The numbers of one end; the difference is held to the smallest cell of both levels."""
    group, name = between[0], _named(end, years)
    items = [replace(item, name=name) for item in found.estimates if item.name == end]
    if not items:  # nobody is a small group too: the gate hides it as any other
        return [_absent(end, years, Reason.NO_EVENTS, between, len(data))]
    levels = [
        _held(item, data[data[group] == item.group], end, years)
        for item in items
        if item.group in between[1:]
    ]
    least = min(item.smallest or 0 for item in levels)
    return [*levels, *(replace(x, smallest=least) for x in items if x.group not in between[1:])]


def _named(end: str, years: int) -> str:
    return f"{end} na {years} jaar"


def _absent(end: str, years: int, reason: Reason, between: tuple[str, str, str], n: int | None) -> Estimate:
    """The difference that there is none of."""
    facts = {"group": f"{between[2]} minus {between[1]}", "unit": Unit.POINTS, "n": n}
    return replace(Estimate.not_computable(_named(end, years), reason, **facts), smallest=n and 0)


# --- stapelen -----------------------------------------------------------------------------------------


def stacked(data: pd.DataFrame) -> list[Estimate]:
    """Of who got a diploma, the share on the next level the year after: to havo by group, with the gap.

    From havo to vwo go too few for groups of one school.
    """
    got = data[(data["afloop"] == "diploma") & (data["schooljaar"] != data["schooljaar"].max())]
    vmbo, havo = (got[got["niveau"] == level] for level in ("vmbo-gt", "havo"))
    found = []
    if len(vmbo):
        found += shares_and_gap(TO_HAVO, vmbo["later"] == "havo", vmbo["opleiding"], OPLEIDING)
    if len(havo):
        found.append(gaps.share(int((havo["later"] == "vwo").sum()), len(havo), name=TO_VWO))
    return found


# --- the long route -----------------------------------------------------------------------------------


def by_route(data: pd.DataFrame) -> list[Estimate]:
    """How it ended within six years for who sat in vmbo-gt and who sat in havo in leerjaar 3.

    A diploma of the vmbo is an end only where no year follows it; who is back after a year without school
    counts as who went on.
    """
    routes = data["leerjaar3"].map({"vmbo-gt": VIA, "havo": DIRECT})
    known = data.assign(route=routes)[routes.notna()]
    goes_on = known["leerling"].duplicated(keep="last")
    event = known["afloop"].map({"andere school": MOVED, "uit het onderwijs": STOPPED}).mask(goes_on)
    passed = known["afloop"] == "diploma"
    high = known["niveau"].isin(["havo", "vwo"])
    event = event.mask(passed & high, HIGHER).mask(passed & ~high & ~goes_on, LOWER)
    return _within(spells(known, event), (HIGHER, STOPPED), ("route", VIA, DIRECT), BY_YEAR)


def in_havo(data: pd.DataFrame) -> list[Estimate]:
    """What becomes of who comes into havo leerjaar 4, within two years: with and without a vmbo-diploma."""
    passed = (data["afloop"] == "diploma") & (data["niveau"] == "vmbo-gt")
    before = passed.groupby(data["leerling"]).cummax()
    start = data[(data["niveau"] == "havo") & (data["leerjaar"] == 4)].drop_duplicates("leerling")
    start = start.assign(route=before.map({True: AFTER, False: STRAIGHT}), start=start["jaar"])
    known = data.merge(start[["leerling", "route", "start"]], on="leerling")
    known = known[known["jaar"] >= known["start"]]
    known = known.assign(jaar=known["jaar"] - known["start"] + 1)
    away = dict.fromkeys(("afstroom", "opstroom", "uit het onderwijs"), OFF_HAVO) | {"andere school": MOVED}
    event = known["afloop"].map(away | {"diploma": HAVO_DIPLOMA})
    event = event.mask((event == MOVED) & known["later"].notna())
    return _within(spells(known, event), (HAVO_DIPLOMA, OFF_HAVO), ("route", STRAIGHT, AFTER), WITHIN)
