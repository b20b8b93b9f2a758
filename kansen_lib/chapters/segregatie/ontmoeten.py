"""Whom pupils meet within this school: in class, in lessons, in activities; kinds of groups, never one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark.area import CLASS_YEARS
from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.benchmark.vergelijken import OPLEIDING, Groups, shares_and_gap
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats import contacts
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

ADVIES = Groups("adviesgroep", "vmbo of pro", "havo of vwo")
SEKSE = Groups("sekse", "jongens", "meisjes")
_SEKSE = {"man": SEKSE.low, "vrouw": SEKSE.high}
_ADVIES_LABELS = [ADVIES.low, "vmbo-gt/havo", ADVIES.high]

#: Where pupils meet: the class, and each kind of group as a card names it.
CLASS = "klas"
SETTINGS = {CLASS: CLASS, "les": "lessen", "keuzeles": "keuzelessen", "activiteit": "activiteiten"}
WHOLE_YEAR = "het hele leerjaar door elkaar"

ONE_CLASS = "elk leerjaar heeft maar één klas"
ONE_GROUP = "er is maar één groep"
NOT_KEPT = "er zijn geen gegevens over deze groepen"
TOO_SMALL = f"van een van beide groepen leerlingen zijn er minder dan {FEWEST_PUPILS}"
ONLY_OTHERS = "geen enkele activiteit is bijgehouden"

WHERE = "leerlingen van leerjaar 1 tot en met 3 in het laatste schooljaar met gegevens"
LEFT_OUT = (
    "Wie niet bij ons begon. Groepen van één leerling. Lessen en activiteiten met minder dan "
    f"{FEWEST_PUPILS} leerlingen van een van beide groepen."
)


# --- who is where --------------------------------------------------------------------------------------


def pupils_now(school: School, schooljaar: str) -> pd.DataFrame:
    """The pupils of the first leerjaren in a school year, with ``leerjaar``, ``niveau``, ``klas`` and groups.

    A class is named with its leerjaar. Who is of another cohort than asked, or entered another school,
    has no background here and is not in it.
    """
    career = school.table("loopbaan")
    rows = career[(career["schooljaar"] == schooljaar) & career["leerjaar"].isin(CLASS_YEARS)]
    rows = rows[["leerling", "leerjaar", "niveau", "klas"]].drop_duplicates("leerling")
    known = pupils_of(school)[["leerling", "opleiding", "geslacht", "definitief"]]
    found = rows.merge(known, on="leerling")
    found["klas"] = (found["leerjaar"].astype(str) + " " + found["klas"]).where(found["klas"].notna())
    return found.assign(
        adviesgroep=pd.cut(found["definitief"], [-1, 3, 3.5, 5], labels=_ADVIES_LABELS),
        sekse=found["geslacht"].map(_SEKSE),
    )


def _year(school: School) -> str:
    """The last school year of which groups are known, else the last one with classes."""
    career, groups = school.table("loopbaan")["schooljaar"], school.table("groepen")["schooljaar"]
    both = set(groups) & set(career)
    return str(max(both or set(career)))


def _members(school: School) -> pd.DataFrame:
    """A row a pupil and group, both as numbers (``leerling``, ``eenheid``), and what the group is."""
    return school.once("ontmoeten", lambda: _make_members(school))


def _make_members(school: School) -> pd.DataFrame:
    year = _year(school)
    here, groups = pupils_now(school, year), school.table("groepen")
    groups = groups[groups["schooljaar"] == year]
    groups = groups.assign(eenheid=groups["soort"] + " " + groups["onderdeel"] + " " + groups["groep"])
    wanted = groups[["leerling", "soort", "onderdeel", "eenheid"]]
    classes = here[["leerling", "klas"]].dropna().rename(columns={"klas": "eenheid"})
    rows = pd.concat([classes.assign(soort=CLASS, onderdeel=CLASS), wanted], ignore_index=True)
    rows = rows.merge(here, on="leerling")
    numbers = {name: pd.factorize(rows[name])[0] for name in ("leerling", "eenheid")}  # quick to compare
    return rows.assign(**numbers, onderdeel=rows["onderdeel"].astype("category"))


@dataclass(frozen=True)
class _Setting:
    """A kind of place where pupils meet, or why nothing can be said of it."""

    name: str
    rows: pd.DataFrame
    reason: str = ""


def _large_enough(rows: pd.DataFrame, of: Groups) -> bool:
    """Whether both groups have pupils enough in these rows."""
    number = rows.groupby(of.column, observed=True)["leerling"].nunique()
    return bool(min(number.get(of.low, 0), number.get(of.high, 0)) >= FEWEST_PUPILS)


def _setting(name: str, rows: pd.DataFrame, of: Groups) -> _Setting:
    """The rows of one setting, when there is something to compare."""
    known = rows.dropna(subset=[of.column])
    if known.empty:
        return _Setting(name, known, NOT_KEPT)
    if name == CLASS and not known.groupby("leerjaar")["eenheid"].nunique().gt(1).any():
        return _Setting(name, known, ONE_CLASS)
    if known["eenheid"].nunique() < 2:
        return _Setting(name, known, ONE_GROUP)
    return _Setting(name, known, "" if _large_enough(known, of) else TOO_SMALL)


def _by_kind(school: School, of: Groups) -> list[_Setting]:
    """Class, lessons, chosen lessons, activities: without those in which a group is small."""
    members = _members(school)
    found = []
    for kind, name in SETTINGS.items():
        rows = members[members["soort"] == kind]
        parts = [part for _, part in rows.groupby("onderdeel", observed=True) if _large_enough(part, of)]
        shown = pd.concat(parts) if parts else rows
        found.append(_setting(name, shown, of))
    return found


def _by_part(school: School, of: Groups) -> list[_Setting]:
    """The class, and everything that groups do, in the order of the code list."""
    members = _members(school)
    kept = [
        name for name in (CLASS, *codes.GROEPSONDERDEEL.codes) if name in members["onderdeel"].cat.categories
    ]
    return [_setting(name, members[members["onderdeel"] == name], of) for name in kept]


# --- whom they meet ------------------------------------------------------------------------------------


def _met(setting: _Setting, of: Groups) -> list[Estimate]:
    """Low, high and the gap: the share of ``high`` among the others in a setting."""
    groups = (of.low, of.high, of.gap)
    if setting.reason:
        facts = {"unit": Unit.SHARE}
        return [Estimate.not_computable(setting.name, setting.reason, group=of.gap, **facts)]
    found = contacts.companions(
        setting.rows, of.column, "eenheid", to=of.high, low=of.low, high=of.high, person="leerling"
    )
    fewest = found["companions", of.gap].smallest
    return [replace(found["companions", group], name=setting.name, smallest=fewest) for group in groups]


def _fellows(school: School, of: Groups) -> Result:
    """Whom pupils of two groups meet in each setting, beside the whole leerjaar."""
    members = _members(school)
    everyone = members.drop_duplicates("leerling").assign(eenheid=lambda rows: rows["leerjaar"])
    whole = {item.group: item.value for item in _met(_setting(WHOLE_YEAR, everyone, of), of)}
    found = [
        item if item.value is None else replace(item, reference=whole.get(item.group))
        for setting in _by_kind(school, of)
        for item in _met(setting, of)
    ]
    lost = int(everyone[of.column].isna().sum()), len(everyone)
    levels = [item for item in found if item.value is not None and item.group != of.gap]
    rest = [item for item in found if item not in levels]
    return Result("", (*levels, *rest), lost, _sources(school), reference_name=WHOLE_YEAR)


def _sources(school: School) -> tuple[str, ...]:
    """The tables that the members of groups come from; lists of groups only where they are kept."""
    return ("leerlingen", "loopbaan", *(["groepen"] if len(school.table("groepen")) else []))


@about(
    "micro",
    "socialisatie",
    definitie="Welk deel van de anderen om een leerling heen hoogopgeleide ouders heeft: in de klas, in "
    "lessen en in activiteiten.",
    teller="medeleerlingen in dezelfde groep met hoogopgeleide ouders",
    noemer=f"alle medeleerlingen in dezelfde groep met een bekende opleiding van de ouders; {WHERE}",
    buiten=LEFT_OUT,
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",))
def fellows_by_education(school: School) -> Result:
    """The share with highly educated parents among the others around pupils, in each setting."""
    return _fellows(school, OPLEIDING)


@about(
    "micro",
    "socialisatie",
    definitie="Welk deel van de anderen om een leerling heen een advies voor havo of vwo heeft.",
    teller="medeleerlingen in dezelfde groep met een advies voor havo of vwo",
    noemer=f"alle medeleerlingen in dezelfde groep met een bekend advies; {WHERE}",
    buiten=LEFT_OUT,
)
@needs(leerlingen=("advies_definitief",), loopbaan=("klas",))
def fellows_by_advies(school: School) -> Result:
    """The share with an advies for havo or vwo among the others around pupils, in each setting."""
    return _fellows(school, ADVIES)


@about(
    "micro",
    "socialisatie",
    definitie="Welk deel van de anderen om een leerling heen een meisje is.",
    teller="meisjes onder de medeleerlingen in dezelfde groep",
    noemer=f"alle medeleerlingen in dezelfde groep; {WHERE}",
    buiten=LEFT_OUT,
)
@needs(leerlingen=("geslacht",), loopbaan=("klas",))
def fellows_by_sex(school: School) -> Result:
    """The share of girls among the others around boys and girls, in each setting."""
    return _fellows(school, SEKSE)


def _mixing(school: School, of: Groups) -> Result:
    """The gap in whom two groups meet, in class and in everything that groups do."""
    found = tuple(_met(setting, of)[-1] for setting in _by_part(school, of))
    everyone = _members(school).drop_duplicates("leerling")
    lost = int(everyone[of.column].isna().sum()), len(everyone)
    return Result("", found, lost, _sources(school))


GAP = "het aandeel van de tweede groep onder de anderen: bij die groep zelf, min bij de eerste groep"


@about(
    "micro",
    "socialisatie",
    definitie="Hoe ver in elke les en activiteit uiteenligt hoeveel medeleerlingen met hoogopgeleide ouders "
    "twee groepen om zich heen hebben.",
    teller=GAP,
    noemer=WHERE,
    buiten=LEFT_OUT,
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",))
def mixing_by_education(school: School) -> Result:
    """The gap in whom pupils of two backgrounds meet, by lesson and activity: nought when mixed as by lot."""
    return _mixing(school, OPLEIDING)


@about(
    "micro",
    "socialisatie",
    definitie="Hoe ver in elke les en activiteit uiteenligt hoeveel medeleerlingen met een advies voor havo "
    "of vwo twee groepen om zich heen hebben.",
    teller=GAP,
    noemer=WHERE,
    buiten=LEFT_OUT,
)
@needs(leerlingen=("advies_definitief",), loopbaan=("klas",))
def mixing_by_advies(school: School) -> Result:
    """The gap in whom pupils of two adviezen meet, by lesson and activity: nought when mixed as by lot."""
    return _mixing(school, ADVIES)


# --- who takes part ------------------------------------------------------------------------------------


@about(
    "meso",
    "socialisatie",
    definitie="Welk deel van elke groep leerlingen aan een activiteit meedoet.",
    teller="leerlingen die meedoen aan een activiteit van deze soort",
    noemer=f"alle {WHERE}, per groep",
    buiten="wie niet bij ons begon, en wie geen bekende opleiding van de ouders heeft",
)
@needs(leerlingen=("opleiding_ouders",), groepen=("groep",))
def who_takes_part(school: School) -> Result:
    """The share of each group that takes part in each kind of activity, and the gap."""
    members = _members(school)
    here = members.drop_duplicates("leerling")
    chosen = members[members["soort"] == "activiteit"]
    names = [name for name in codes.GROEPSONDERDEEL.codes if (chosen["onderdeel"] == name).any()]
    if not names or here["opleiding"].isna().all():
        return Result("", (Estimate.not_computable("activiteiten", ONLY_OTHERS, unit=Unit.SHARE),))
    found: list[Estimate] = []
    for name in names:
        joins = here["leerling"].isin(chosen.loc[chosen["onderdeel"] == name, "leerling"])
        found += shares_and_gap(name, joins.astype("boolean"), here["opleiding"], OPLEIDING)
    lost = int(here["opleiding"].isna().sum()), len(here)
    return Result("", tuple(found), dropped=lost)
