"""Year after year: which cohorts differ more from the school's own mean than chance would make them."""

from __future__ import annotations

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import grenzen
from kansen_lib.benchmark.context import HIGH, LOW
from kansen_lib.benchmark.trechter import YEARS_TO_LEERJAAR_3
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats.result import Result
from kansen_lib.store import School

OWN_MEAN = "het gemiddelde van de eigen jaren met dezelfde regels"
COURSE = "op_koers"
ABOVE, HAVO, REPEATED = "boven het eerste advies", "havo of vwo in leerjaar 3, laag", "bleef zitten"
#: Years at school of which is counted whether anybody repeated one.
FIRST_YEARS = 3


@about(
    "meso",
    "kwalificatie",
    definitie="Hoeveel leerlingen van elke jaargroep na twee jaar op koers zijn, en of dat binnen de grenzen "
    "van toeval valt.",
    teller="leerlingen die in het derde schooljaar in leerjaar 3 zitten, niet onder hun advies",
    noemer="leerlingen van die jaargroep en groep die in het derde schooljaar te zien waren",
    buiten="wie naar een andere school ging, en wie geen bekende opleiding van de ouders heeft",
)
@needs(leerlingen=("opleiding_ouders", "advies_definitief"), loopbaan=("niveau",))
def monitor_course(school: School) -> Result:
    """On course of the low and the high group and the gap, by cohort, with limits of chance.

    The gap of a cohort is held to the smallest cell of all its groups: other cards have their levels.
    """
    pupils = pupils_of(school).assign(outcome=lambda rows: indicators.outcome(COURSE, rows))
    known = pupils.dropna(subset=["outcome", "opleiding"])
    ends = {label: known[known["opleiding"] == label] for label in (LOW, HIGH)}
    found = [item for label, rows in ends.items() for item in grenzen.by_cohort(rows, label)]
    found += grenzen.gap_by_cohort(known)
    lost = dropped(pupils["opleiding"][pupils["outcome"].notna()])
    return Result("", tuple(found), dropped=lost, reference_name=OWN_MEAN)


@about(
    "meso",
    "kwalificatie",
    definitie="Per jaargroep drie cijfers, met de grenzen van toeval rond het gemiddelde van de eigen jaren.",
    teller="leerlingen die bleven zitten; die in leerjaar 3 boven het eerste advies zitten (Inspectie); "
    "leerlingen met laagopgeleide ouders in havo of vwo",
    noemer="leerlingen van die jaargroep van wie dat te zien was",
    buiten="wie naar een andere school ging voordat het te zien was, en jaargroepen die nog geen vier jaar "
    "te volgen zijn",
)
@needs(leerlingen=("cohort",), loopbaan=("afloop",))
def monitor_years(school: School) -> Result:
    """Repeating in the first three years, above the advies, and havo of the low group, by cohort.

    Leerjaar 3 of cohorts of which who is a year late could be seen there too: they sit elsewhere.
    """
    pupils = pupils_of(school)
    told = pupils["seen"] >= YEARS_TO_LEERJAAR_3
    place = indicators.position(pupils["advies_eerste"], pupils["leerjaar3"], "inspectie")
    havo = indicators.outcome("havo_of_vwo_in_leerjaar_3", pupils)
    series = {
        REPEATED: repeated(pupils, school.table("loopbaan")),
        ABOVE: (place == "boven").where(place.notna() & told),
        HAVO: havo.where((pupils["opleiding"] == LOW) & told),
    }
    found = [
        item
        for name, outcome in series.items()
        for item in grenzen.by_cohort(pupils.assign(outcome=outcome), name)
    ]
    return Result("", tuple(found), reference_name=OWN_MEAN)


def repeated(pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> pd.Series:
    """Whether each pupil repeated a year in the first three at the school of entry.

    Known of who was followed through all three, in cohorts of which all three have ended.
    """
    here = loopbaan.merge(pupils[["leerling", "vestiging", "cohort"]], on=["leerling", "vestiging"])
    year = here["schooljaar"].str[:4].astype(int) - here["cohort"].str[:4].astype(int) + 1
    first = here[(year <= FIRST_YEARS) & (here["afloop"] != "onbekend")]
    by_pupil = (first["afloop"] == "doubleren").groupby(first["leerling"])
    did, years = (by_pupil.agg(how).reindex(pupils["leerling"]) for how in ("any", "size"))
    followed = (years == FIRST_YEARS).to_numpy() & (pupils["seen"] > FIRST_YEARS)
    return pd.Series(did.to_numpy(), index=pupils.index).where(followed)
