"""Years in the vo: late or on time, up and down between levels, and when; of all schools and of one.

Rules of CBS (INVENTORY B-8): from 1 October to the next; *doubleren* is the same leerjaar on the same level,
*vertraagd* the same leerjaar on whatever level, and a change of level counts from leerjaar 3 on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.context import GAP, HIGH, LOW
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.doorstroom import by_group, held_to_pupils, years_of
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.trajectories import level_of
from kansen_lib.benchmark.trechter import YEARS_TO_LEERJAAR_3
from kansen_lib.benchmark.vergelijken import OPLEIDING, PLACE, shares_and_gap, steps_and_gap
from kansen_lib.stats import flows, gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

REPEATS, LATE = "doubleren", "vertraagd"
#: Axes of the matrix of levels.
FROM, TO = "leerjaar 3", "een jaar later"
#: Routes within which groups are compared: single levels from leerjaar 3 on.
ROUTES = dict.fromkeys(("vmbo-b", "vmbo-k", "vmbo-gt"), "vmbo") | dict.fromkeys(
    ("havo", "vwo"), "havo en vwo"
)
UPWARD = "omhoog"
EXTRA = "extra leerlingjaren"
STAGES = {1: "leerjaar 1 en 2", 2: "leerjaar 1 en 2", 3: "leerjaar 3", 4: "leerjaar 4 en hoger"}
#: The two parts of the way of which the movement is measured.
STRETCHES = {"van advies naar leerjaar 3": ("advies", "derde"), "na leerjaar 3": ("derde", "laatste")}
MOVES = {"stayed": "zelfde niveau", "moved up": "hoger", "moved down": "lager"}
INDEX = "beweeglijkheid"
#: Unit of the index: what its ends mean.
MOBILE = "0 = iedereen blijft, 1 = alles ligt open"
#: Moments at which a pupil gets a place, and its column.
CHOICES = {
    "eerste advies": "eerste",
    "definitief advies": "definitief",
    "leerjaar 1": "plaats_1",
    "leerjaar 2": "plaats_2",
    "leerjaar 3": "plaats_3",
}
#: Place against the advies in leerjaar 3, and what it is called in a line.
AGAINST = {"boven": "hoger dan het advies", "onder": "lager dan het advies"}
#: Under which the rows of a card are kept whose names are routes, or groups.
ON_ROUTE, CHOICE = "doubleren per route", "keuzemomenten"
GROWTH = "groei tot leerjaar 3"


def rows(network: Network) -> Iterator[Row]:
    """The numbers of all schools together; nothing without pupils of several schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils, loopbaan = network.pupils, network.loopbaan
    years = with_later(years_of(pupils, loopbaan), loopbaan)
    data = placed(pupils, loopbaan)
    found = [*matrix(data), *repeated(years), *late(years), *extra_years(years), *upward(years)]
    found += [*mobility(data), *by_cohort(pupils), *risen(data), *growth_of_risers(data)]
    yield from (("", item, None) for item in found)
    yield from ((ON_ROUTE, item, None) for item in repeated_within_routes(years))
    yield from ((CHOICE, item, None) for item in at_each_choice(data))


# --- frames -------------------------------------------------------------------------------------------


def with_later(years: pd.DataFrame, loopbaan: pd.DataFrame) -> pd.DataFrame:
    """The pupil-years with the class of the next school year at the same vestiging.

    Added: ``later`` (its level) and ``leerjaar_later``; missing where the pupil is no longer there.
    """
    before = {year: f"{int(year[:4]) - 1}-{year[:4]}" for year in loopbaan["schooljaar"].unique()}
    later = loopbaan[["leerling", "vestiging", "schooljaar", "leerjaar", "niveau"]]
    later = later.assign(schooljaar=later["schooljaar"].map(before))
    later = later.rename(columns={"leerjaar": "leerjaar_later", "niveau": "later"})
    return years.merge(later, on=["leerling", "vestiging", "schooljaar"], how="left")


def placed(pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> pd.DataFrame:
    """The pupils with the classes in which they sat at the vestiging of entry.

    Added: ``klasse_1`` to ``klasse_4`` (label of the class on first coming into the leerjaar),
    ``plaats_1`` to ``plaats_4`` (its place in steps), ``later`` (level a year after leerjaar 3), ``derde``
    and ``laatste`` (single level in leerjaar 3, and the last one seen after it) and ``advies`` (single
    level: of a double advies the one that came out, else the lower).
    """
    here = loopbaan.merge(pupils[["leerling", "vestiging"]], on=["leerling", "vestiging"])
    here = with_later(here, loopbaan).sort_values("schooljaar", kind="stable")
    found = pupils.set_index("leerling", drop=False)
    for leerjaar in (1, 2, 3, 4):
        rows = here[here["leerjaar"] == leerjaar].drop_duplicates("leerling").set_index("leerling")
        found[f"klasse_{leerjaar}"] = rows["niveau"].reindex(found.index)
        found[f"plaats_{leerjaar}"] = indicators.steps(rows["niveau"]).reindex(found.index)
        if leerjaar == 3:
            found["later"] = rows["later"].reindex(found.index)
    after = here[here["leerjaar"] > 3].drop_duplicates("leerling", keep="last").set_index("leerling")
    found["derde"] = _single(found["klasse_3"])
    found["laatste"] = _single(after["niveau"].reindex(found.index))
    found["advies"] = _advised(found["advies_definitief"], found["derde"])
    return found.reset_index(drop=True)


def _single(label: pd.Series) -> pd.Series:
    """The level of a class of one level, in order; missing for a broad one."""
    return label.where(label.isin(codes.NIVEAU.codes)).astype(codes.NIVEAU.dtype())


def _advised(advies: pd.Series, reached: pd.Series) -> pd.Series:
    """One level for each advies: of a double one that in which the pupil came out, else the lower."""
    known = {label: codes.levels(label) for label in codes.ADVIES.codes}
    lower = {label: min(of, key=codes.NIVEAU.codes.index) for label, of in known.items() if of}
    pairs = zip(advies, reached, strict=True)
    within = [level in known.get(label, ()) for label, level in pairs]
    level = advies.map(lower).where(~pd.Series(within, index=advies.index), reached.astype(object))
    return level.astype(codes.NIVEAU.dtype())


# --- a year later -------------------------------------------------------------------------------------


def matrix(data: pd.DataFrame) -> list[Estimate]:
    """Level of leerjaar 3 against level a year later, of who is still at the school; empty cells too.

    Of classes with one level: of the others it is not known what level a pupil had.
    """
    known = pd.DataFrame({"start": data["derde"], "end": _single(data["later"])}).dropna()
    counts = pd.crosstab(known["start"], known["end"], dropna=False)
    found = []
    for level, row in counts.iterrows():
        for other in counts.columns:
            names = {"name": f"{FROM}: {level}", "group": f"{TO}: {other}"}
            found.append(gaps.share(int(row[other]), int(row.sum()), **names))
    return found


def repeated(years: pd.DataFrame) -> list[Estimate]:
    """Share of pupil-years on each level that end in doubleren."""
    return _by_level(years, REPEATS, years["afloop"] == REPEATS)


def late(years: pd.DataFrame) -> list[Estimate]:
    """Share of pupil-years on each level that end in vertraging; a diploma before the year is no delay.

    Of all schools only: at one school few are late without doubleren, and the difference would tell them.
    """
    again = (years["leerjaar_later"] == years["leerjaar"]) & (years["afloop"] != "diploma")
    return _by_level(years, LATE, again | (years["afloop"] == REPEATS))


def _by_level(years: pd.DataFrame, name: str, ended: pd.Series) -> list[Estimate]:
    found = []
    for label, part in years.groupby(level_of(years["niveau"]), observed=True):
        count = int(ended[part.index].sum())
        item = gaps.share(count, len(part), name=name, group=str(label))
        found.append(held_to_pupils(item, part, ended))
    return found


def repeated_within_routes(years: pd.DataFrame) -> list[Estimate]:
    """Share of pupil-years from leerjaar 3 on that end in doubleren: level and gap on each route.

    A group is held to the smallest cell of all its routes: its total stands on another card.
    """
    upper = years[years["leerjaar"] >= 3]
    route = upper["niveau"].map(ROUTES)
    found: list[Estimate] = []
    for label in dict.fromkeys(ROUTES.values()):
        part = upper[route == label]
        found += by_group(label, part, part["afloop"] == REPEATS)
    cells: dict[str, int] = {}
    for item in found:
        if item.smallest is not None:
            cells[item.group] = min(cells.get(item.group, item.smallest), item.smallest)
    return [replace(x, smallest=cells[x.group]) if x.group in cells else x for x in found]


def extra_years(years: pd.DataFrame) -> list[Estimate]:
    """Share of the pupil-years that is done over: of all, and of the first and the later leerjaren."""
    stage = years["leerjaar"].clip(upper=4).map(STAGES)
    parts = [(label, years[stage == label]) for label in dict.fromkeys(STAGES.values())]
    found = []
    for label, part in (("", years), *parts):
        repeats = part["afloop"] == REPEATS
        name = EXTRA if label else f"{EXTRA} in totaal"
        item = gaps.share(int(repeats.sum()), len(part), name=name, group=label)
        found.append(held_to_pupils(item, part, repeats))
    return found


# --- up and down --------------------------------------------------------------------------------------


def upward(years: pd.DataFrame) -> list[Estimate]:
    """Of who changes to a level that was not in the class, the share that goes up; by leerjaar."""
    moved = years.assign(plaats=indicators.position(years["niveau"], years["later"], "ocw"))
    moved = moved[moved["plaats"].isin(["onder", "boven"]) & (moved["afloop"] != "diploma")]
    when = moved["leerjaar"].clip(upper=3).map({1: "1", 2: "2", 3: "3 of later"})
    found = []
    for leerjaar, part in moved.groupby(when):
        up = part["plaats"] == "boven"
        item = gaps.share(int(up.sum()), len(part), name=UPWARD, group=f"na leerjaar {leerjaar}")
        found.append(held_to_pupils(item, part, up))
    return found


def mobility(data: pd.DataFrame) -> list[Estimate]:
    """Shares that stay, rise and fall on both parts of the way, and the trace index of each."""
    found = []
    for name, (start, end) in STRETCHES.items():
        moves = flows.mobility(data, start=start, end=end)
        parts = {item.name: item for item in moves.estimates}
        found += [replace(parts[key], name=name, group=word) for key, word in MOVES.items()]
        found.append(replace(parts["trace index"], name=INDEX, group=name, unit=MOBILE))
    return found


# --- by cohort, at an equal mix of adviezen ------------------------------------------------------------


def by_cohort(pupils: pd.DataFrame) -> list[Estimate]:
    """Share above and below the definitive advies in leerjaar 3 by cohort, at the same mix of adviezen.

    Direct standardisation to the adviezen of all cohorts together; an advies that a cohort has none of is
    left out of all. Of a cohort that was not seen for a fourth year those who are late are missing, who sit
    above their advies far more often. The interval takes the weights as known, and the spread within and
    between adviezen together: it is rather too wide.
    """
    place = indicators.position(pupils["advies_definitief"], pupils["leerjaar3"], "ocw")
    known = pupils.assign(plaats=place).dropna(subset=["plaats"])
    known = known[known["seen"] >= YEARS_TO_LEERJAAR_3]
    cells = known.groupby(["cohort", "advies_definitief"], observed=True).size().unstack(fill_value=0)
    common = cells.columns[(cells > 0).all()]
    known = known[known["advies_definitief"].isin(common)]
    wanted = cells[common].sum() / cells[common].sum().sum()
    found = []
    for cohort, part in known.groupby("cohort"):
        advies = part["advies_definitief"].astype(str)
        weight = advies.map(wanted / cells.loc[cohort, common])
        for label, name in AGAINST.items():
            found.append(_standardised(part["plaats"] == label, weight, name, str(cohort)))
    return sorted(found, key=lambda item: list(AGAINST.values()).index(item.name))


def _standardised(holds: pd.Series, weight: pd.Series, name: str, cohort: str) -> Estimate:
    """The weighted share, held to the persons with and without."""
    found = gaps.mean(holds.astype(float), weight=weight, name=name, group=cohort, unit=Unit.SHARE)
    count = int(holds.sum())
    return replace(found, smallest=min(count, len(holds) - count))


# --- later choices --------------------------------------------------------------------------------------


def _risen_by(data: pd.DataFrame, leerjaar: int) -> pd.Series:
    """Whether a pupil has sat above the definitive advies up to a leerjaar; missing if not seen in it."""
    known = data[f"klasse_{leerjaar}"].notna() & data["definitief"].notna()
    ever = pd.Series(False, index=data.index)
    for earlier in range(1, leerjaar + 1):
        ever |= indicators.position(data["advies_definitief"], data[f"klasse_{earlier}"], "ocw") == "boven"
    return ever.astype("boolean").where(known)


def risen(data: pd.DataFrame) -> list[Estimate]:
    """Share of each group that has sat above the advies up to leerjaar 2, 3 and 4, and the gap."""
    return [
        item
        for leerjaar in (2, 3, 4)
        for item in shares_and_gap(
            f"tot en met leerjaar {leerjaar}", _risen_by(data, leerjaar), data["opleiding"], OPLEIDING
        )
    ]


def growth_of_risers(data: pd.DataFrame) -> list[Estimate]:
    """Growth in score of who sits below, at and above the advies, and the gap at an equal advies."""
    place = indicators.position(data["advies_definitief"], data["leerjaar3"], "ocw")
    known = data.assign(plaats=place.astype(object), groei=indicators.outcome("groei", data))
    known = known.dropna(subset=["plaats", "groei"])
    order = pd.CategoricalDtype(["onder", "op", "boven"], ordered=True)
    levels = gaps.means(known["groei"], known["plaats"].astype(order), name=GROWTH, unit=Unit.SCORE)
    found = [replace(item, group=f"{item.group} advies") for item in levels.estimates]
    if not {"op", "boven"} <= set(known["plaats"]):
        return found
    gap = gaps.mean_difference(
        known,
        outcome="groei",
        group="plaats",
        low="op",
        high="boven",
        covariates=["definitief"],
        name=GROWTH,
        unit=Unit.SCORE,
    )
    return [*found, replace(gap, group="boven advies minus op advies")]


def at_each_choice(data: pd.DataFrame) -> list[Estimate]:
    """Mean place of the outer groups at each moment of selection, and the gap in steps; the same pupils."""
    known = data.dropna(subset=[*CHOICES.values(), "opleiding"])
    found: list[Estimate] = []
    for moment, column in CHOICES.items():
        items = steps_and_gap("", known, column, OPLEIDING, level=PLACE)
        found += [replace(item, name=item.group, group=moment) for item in items if item.group != "midden"]
    return sorted(found, key=lambda item: [LOW, HIGH, GAP].index(item.name))
