"""Whom pupils name as friends in a survey: of their own group or another one, beside friends drawn by lot.

The most private data there are: nothing here is about a class, a group of friends or one pupil.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from kansen_lib.benchmark import SEED
from kansen_lib.benchmark.vergelijken import OPLEIDING, shares_and_gap
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import MINUS
from kansen_lib.chapters.segregatie.ontmoeten import pupils_now
from kansen_lib.stats import contacts, gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: What friends can share, as a card names it, and the column of it.
SHARED = {
    "opleiding van de ouders": "opleiding",
    "niveau van de klas": "niveau",
    "geslacht": "geslacht",
    "klas": "klas",
}
BY_LOT = "bij loten binnen het leerjaar"
#: What the two indices run between, as their axis says.
FROM_OWN_TO_OTHER = "−1 = eigen groep, 1 = andere groepen"
FROM_LOT_TO_OWN = "0 = zoals bij loten, 1 = alleen de eigen groep"
ONE_GROUP = "alle leerlingen zijn hierin gelijk"
NOBODY = "niemand noemde een vriend van wie we dit weten"
WHERE = "leerlingen van leerjaar 1 tot en met 3 die de vraag naar vrienden invulden"
LEFT_OUT = (
    "Vrienden buiten school of uit een ander leerjaar. Wie niet bij ons begon, en van wie het kenmerk niet "
    f"bekend is. Groepen met minder dan {contacts.FEWEST} invullers."
)


@dataclass(frozen=True)
class _Survey:
    """One survey.

    Attributes:
        people: the pupils of that year in the leerjaren that were asked.
        ties: a row a named friend: numbers of both (``leerling``, ``vriend``; missing for who is not among
            the people), and whether anybody was named (``genoemd``).
    """

    people: pd.DataFrame
    ties: pd.DataFrame

    def friends(self, column: str, *, given: str | None = None, gap: bool = False) -> Result:
        """How often friends are of another group, see :func:`kansen_lib.stats.contacts.friends`."""
        ends = {"low": OPLEIDING.low, "high": OPLEIDING.high} if gap else {}
        return contacts.friends(
            self.ties,
            self.people,
            column,
            ego="leerling",
            alter="vriend",
            person="leerling",
            within="leerjaar",
            given=given,
            seed=SEED,
            **ends,
        )

    def reason(self, column: str) -> str:
        """Why friends cannot be compared on a column; empty when they can."""
        known = self.people.dropna(subset=[column])
        if known[column].nunique() < 2:
            return ONE_GROUP
        both = self.ties[["leerling", "vriend"]].isin(set(known["leerling"])).all(axis=1)
        return "" if both.any() else NOBODY


def _survey(school: School) -> _Survey:
    """The last survey of friends, among the leerjaren of which somebody answered."""
    named = school.table("vrienden")
    year = str(named["schooljaar"].max())
    named = named[named["schooljaar"] == year]
    people = school.once("leerlingen bij vrienden", lambda: _asked(school, year, named))
    return _Survey(people.reset_index(drop=True), school.once("vrienden", lambda: _ties(named, people)))


def _asked(school: School, year: str, named: pd.DataFrame) -> pd.DataFrame:
    """The pupils of the leerjaren of which somebody answered, by number; the index is the pseudonym."""
    people = pupils_now(school, year).set_index("leerling")
    leerjaren = people.loc[people.index.isin(named["leerling"].unique()), "leerjaar"].unique()
    people = people[people["leerjaar"].isin(leerjaren)]
    return people.assign(leerling=range(len(people)))


def _ties(named: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    numbers = {name: named[name].map(people["leerling"]) for name in ("leerling", "vriend")}
    return pd.DataFrame(numbers | {"genoemd": named["vriend"].notna()}).dropna(subset=["leerling"])


@about(
    "meso",
    "socialisatie",
    definitie="Wie de vraag naar vrienden invulde, en hoeveel vrienden zij noemden.",
    teller="leerlingen die de vraag invulden; en het aantal vrienden dat zij noemen",
    noemer="alle leerlingen van de leerjaren waarin de vraag is gesteld; en wie de vraag invulde",
    buiten="wie niet bij ons begon, en wie geen bekende opleiding van de ouders heeft",
)
@needs(leerlingen=("opleiding_ouders",), vrienden=("leerling",))
def who_named_friends(school: School) -> Result:
    """The share of each group that answered, and how many friends they name: what the rest rests on."""
    survey = _survey(school)
    people = survey.people
    if people["opleiding"].isna().all():
        return Result("", (Estimate.not_computable("vulde de vraag in", NOBODY, unit=Unit.SHARE),))
    answered = people["leerling"].isin(survey.ties["leerling"])
    found = shares_and_gap("vulde de vraag in", answered.astype("boolean"), people["opleiding"], OPLEIDING)
    number = survey.ties.groupby("leerling")["genoemd"].sum()
    named = people["leerling"].map(number)[answered].astype(float)
    levels = gaps.means(named, people.loc[answered, "opleiding"], name="genoemde vrienden", unit="vrienden")
    lost = int(people["opleiding"].isna().sum()), len(people)
    return Result("", (*found, *levels.estimates), dropped=lost)


@about(
    "meso",
    "socialisatie",
    definitie="De E-I-index: vrienden van een andere groep min vrienden van de eigen groep, gedeeld door "
    "alle genoemde vrienden. Van -1 (allen de eigen groep) tot 1 (allen een andere groep).",
    teller="genoemde vrienden van een andere groep, min die van de eigen groep",
    noemer=f"alle vrienden genoemd door {WHERE}",
    buiten=LEFT_OUT,
)
@needs(leerlingen=("geslacht",), loopbaan=("klas",), vrienden=("vriend",))
def friends_index(school: School) -> Result:
    """The E-I index by background, level, sex and class, beside friends drawn from the same leerjaar."""
    survey = _survey(school)
    found = []
    for label, column in SHARED.items():
        reason = survey.reason(column)
        if reason:
            found.append(Estimate.not_computable("E-I-index", reason, group=label))
            continue
        result = survey.friends(column)
        beside = _beside(result["E-I"], result, "E-I-index", label)
        found.append(replace(beside, unit=FROM_OWN_TO_OTHER))
    return Result("", tuple(found), reference_name=BY_LOT)


def _beside(item: Estimate, result: Result, name: str, group: str) -> Estimate:
    """The number under another name, beside the one by chance of the same group."""
    known = {(one.name, one.group): one.value for one in result.estimates}
    reference = known.get((f"{item.name} by chance", item.group))
    found = replace(item, name=name, group=group)
    return found if item.value is None else replace(found, reference=reference)


@about(
    "meso",
    "socialisatie",
    definitie="Welk deel van hun vrienden bij elke groep uit een andere groep komt. En hoe sterk een groep "
    "de eigen groep noemt: 0 is zoals bij loten, 1 is alleen de eigen groep.",
    teller="genoemde vrienden met een andere opleiding van de ouders (laag, midden, hoog)",
    noemer=f"alle vrienden genoemd door {WHERE}, per groep",
    buiten=LEFT_OUT,
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",), vrienden=("vriend",))
def friends_by_education(school: School) -> Result:
    """The share of friends of another background of each group, and Coleman's index, with the gaps."""
    survey = _survey(school)
    reason = survey.reason("opleiding")
    if reason:
        return Result("", (Estimate.not_computable("vrienden uit een andere groep", reason),))
    result = survey.friends("opleiding", gap=True)
    names = {"external": "vrienden uit een andere groep", "homophily": "voorkeur voor de eigen groep"}
    found = [
        _beside(item, result, names[item.name], item.group)
        for name in names
        for item in result.estimates
        if item.name == name and item.group
    ]
    found = [replace(item, unit=FROM_LOT_TO_OWN) if item.unit == Unit.INDEX else item for item in found]
    answered = survey.ties["leerling"].nunique()
    known = sum(item.n or 0 for item in found if item.name == names["external"] and MINUS not in item.group)
    return Result("", tuple(found), dropped=(answered - known, answered), reference_name=BY_LOT)


#: The scenarios: as it is, friends drawn within and outside the own class, friends drawn from the leerjaar.
NOW, IN_CLASS, IN_YEAR = "nu", "loten, evenveel vrienden uit de klas", "loten onder het hele leerjaar"


@about(
    "meso",
    "socialisatie",
    definitie="Welk deel van de genoemde vrienden uit een andere groep komt: nu, en als vrienden door loten "
    "gekozen waren.",
    teller="genoemde vrienden van een andere groep",
    noemer=f"alle vrienden genoemd door {WHERE}",
    buiten=LEFT_OUT,
)
@needs(leerlingen=("geslacht",), loopbaan=("klas",), vrienden=("vriend",))
def friends_given_class(school: School) -> Result:
    """The share of friends of another group: as named, by lot given the class, by lot in the leerjaar."""
    survey = _survey(school)
    found: list[Estimate] = []
    for label in ("opleiding van de ouders", "niveau van de klas", "geslacht"):
        reason = survey.reason(SHARED[label])
        if reason:
            found.append(Estimate.not_computable(label, reason, group=NOW, unit=Unit.SHARE))
            continue
        year, classes = (survey.friends(SHARED[label], given=given) for given in (None, "klas"))
        parts = {
            NOW: year["external"],
            IN_CLASS: _by_lot(classes),
            IN_YEAR: _by_lot(year),
        }
        found += [replace(item, name=label, group=group) for group, item in parts.items()]
    return Result("", tuple(found))


def _by_lot(result: Result) -> Estimate:
    """The share by chance; the reason of the share itself where there are too few to have one."""
    own = result["external"]
    return own if own.value is None else result["external by chance"]
