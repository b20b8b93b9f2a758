"""What this school does already, from its register: by theme and level, how well founded, at what cost."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pandas as pd

from kansen_lib import codes
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Unit of a number of interventions.
MEASURES = "aanpakken"
NO_THEME, NOT_FILLED_IN = "geen van deze vijf", "niet ingevuld"
#: So many names fit in a cell of a table.
MOST_NAMES = 4
#: What a school can learn itself from how it was decided who takes part, in the words of a table.
DRAWN, DECIDED, CHOSEN = "geloot", "grens of startjaar", "zelf gekozen"
_OWN = dict.fromkeys(codes.ONTWERP.codes[:3], DRAWN) | {
    "grens": DECIDED,
    "gespreide start": DECIDED,
    "een school": CHOSEN,
    "vergelijking": CHOSEN,
}
PARTICIPANTS, COST = "leerlingen die meededen", "kosten per deelnemer"
_COUNTED = "telling in het register van de school"
_WRITTEN = "zoals de school het opschreef"
_OTHERS = "aanpakken waarbij deze school alleen vergelijkingsschool is"


@about(
    "meso",
    definitie="Wat deze school al doet, naar thema en naar de plek waar de aanpak op werkt.",
    teller="aanpakken in het register van de school waarmee de school begonnen is",
    noemer="geen: het is een telling",
    buiten=_OTHERS,
)
@needs(interventies=("naam", "niveau"))
def what_we_do(school: School) -> Result:
    """Interventions of this school by theme (row) and level (column); cells with nothing stay in place."""
    own = begun(school)
    rows = own["thema"].fillna(NO_THEME)
    themes = [*codes.THEMA.codes, *([NO_THEME] if (rows == NO_THEME).any() else [])]
    return Result("", tuple(_table(own, "thema", rows, themes, own["niveau"], codes.MAATREGELNIVEAU.codes)))


@about(
    "meso",
    definitie="Hoe sterk het onderzoek elders naar elke aanpak is, en hoe hier gekozen is wie meedoet.",
    teller="aanpakken in het register van de school waarmee de school begonnen is",
    noemer="geen: het is een telling",
    buiten=_OTHERS,
)
@needs(interventies=("naam", "toewijzing"))
def measures_and_evidence(school: School) -> Result:
    """Own interventions by the best evidence from elsewhere (row) and by what their own rule can teach."""
    own = begun(school)
    rows = own["bewijs"].fillna(NOT_FILLED_IN)
    grades = [*reversed(codes.BEWIJS.codes), *([NOT_FILLED_IN] if (rows == NOT_FILLED_IN).any() else [])]
    learnt = own["toewijzing"].map(codes.ontwerp).map(_OWN)
    return Result("", tuple(_table(own, "onderzoek elders", rows, grades, learnt, (DRAWN, DECIDED, CHOSEN))))


@about(
    "meso",
    definitie="Hoeveel leerlingen meededen aan elke aanpak van de school, en wat een deelnemer kost.",
    teller="leerlingen van deze school die meededen; de kosten in euro, zoals de school die opschreef",
    noemer="geen: het is een telling; de kosten zijn per leerling die meedeed",
    buiten=_OTHERS,
)
@needs(interventies=("naam",), deelname=("deelgenomen",))
def pupils_and_cost(school: School) -> Result:
    """Of each own intervention the pupils who took part, over all cohorts, and the cost of one of them."""
    took = school.table("deelname")
    took = took[took["deelgenomen"]].groupby("interventie")["leerling"].nunique()
    rows = begun(school).to_dict("records")
    number = [_participants(row["interventie"], int(took.get(row["interventie"], 0))) for row in rows]
    return Result("", (*number, *(_cost(row["interventie"], row["kosten"]) for row in rows)))


def begun(school: School) -> pd.DataFrame:
    """The interventions that this school has begun with, one row each, in the order of the register."""
    rows = school.table("interventies")
    return rows[rows["start"].notna()].drop_duplicates("interventie")


def _table(
    own: pd.DataFrame,
    axis: str,
    row: pd.Series,
    rows: Sequence[str],
    column: pd.Series,
    columns: Sequence[str],
) -> Iterator[Estimate]:
    """The names of interventions in each cell, as long as they fit; else how many."""
    cells = own["interventie"].map(_plain).groupby([row, column])
    names = {cell: list(values) for cell, values in cells}
    facts = {"unit": MEASURES, "method": _COUNTED}
    for label in rows:
        for head in columns:
            here = names.get((label, head), [])
            if 0 < len(here) <= MOST_NAMES:
                yield from (Estimate(f"{axis}: {label}", f"{head}: {x}", 1.0, **facts) for x in here)
            else:
                yield Estimate(f"{axis}: {label}", head, float(len(here)), **facts)


def _participants(interventie: str, n: int) -> Estimate:
    label, facts = _plain(interventie), {"unit": "persons", "method": "telling"}
    if n == 0:
        return Estimate.not_computable(PARTICIPANTS, "hier deed nog niemand mee", group=label, **facts)
    return Estimate(PARTICIPANTS, label, float(n), n=n, **facts)


def _cost(interventie: str, kosten: float) -> Estimate:
    label, facts = _plain(interventie), {"unit": Unit.MONEY, "method": _WRITTEN}
    if math.isnan(kosten):
        return Estimate.not_computable(COST, "de kosten staan niet in het register", group=label, **facts)
    return Estimate(COST, label, kosten, **facts)


def _plain(name: str) -> str:
    return name.replace("_", " ")
