"""The research questions of the field (INVENTORY #131) as interventions that a plan can be made for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kansen_lib.benchmark.evaluatie import Aanpak


@dataclass(frozen=True)
class Vraag:
    """A question with the intervention that would answer it; cost and schools are filled in by who asks it.

    Attributes:
        vraag: in Dutch.
        aanpak: what would be tried, for whom, by which rule, and what it should change.
    """

    vraag: str
    aanpak: Aanpak


def _aanpak(interventie: str, **facts: str) -> Aanpak:
    unknown = {
        "bewijs": "niet onderzocht",
        "grens_op": "",
        "grens": math.nan,
        "kosten": math.nan,
        "start": {},
    }
    return Aanpak(interventie=interventie, **facts, **unknown)


#: Short name of a question to the question.
VRAGEN = {
    "toets": Vraag(
        "Maakt het uit of de leraar of de toets bepaalt waar een leerling begint?",
        _aanpak(
            "hoogste_telt",
            naam="Plaatsen op het hoogste van advies en toets",
            niveau="meso",
            mechanisme="selectie en differentiatie",
            doelgroep="leerlingen met een toetsadvies boven het schooladvies",
            thema="hoge verwachtingen",
            theorie="Een leraar kan een leerling te laag schatten. Telt ook de toets, dan begint die "
            "leerling hoger, met moeilijkere stof en hogere verwachtingen.",
            toewijzing="loting scholen",
            uitkomst="niveau leerjaar 3",
            dosis_eenheid="jaren",
        ),
    ),
    "overstapcoach": Vraag(
        "Helpt een overstapcoach leerlingen bij de stap van groep 8 naar leerjaar 1?",
        _aanpak(
            "overstapcoach",
            naam="Overstapcoach van groep 8 tot het einde van leerjaar 1",
            niveau="micro",
            mechanisme="sociaal kapitaal",
            doelgroep="leerlingen van groep 8 van wie de basisschool denkt dat zij steun nodig hebben",
            thema="partners en extra tijd",
            theorie="Een vaste persoon die beide scholen kent, lost problemen op voordat een leerling "
            "achterop raakt.",
            toewijzing="loting leerlingen",
            uitkomst="rekenen leerjaar 1",
            dosis_eenheid="gesprekken",
        ),
    ),
    "mentor": Vraag(
        "Welke rol speelt een vaste mentor in de eerste twee leerjaren?",
        _aanpak(
            "vaste_mentor",
            naam="Een vaste mentor in leerjaar 1 en 2",
            niveau="micro",
            mechanisme="sociaal kapitaal",
            doelgroep="leerlingen die zich aanmelden",
            thema="partners en extra tijd",
            theorie="Een volwassene die een leerling twee jaar kent, ziet eerder wat er speelt en verwacht "
            "meer van die leerling.",
            toewijzing="wachtlijst",
            uitkomst="rekenen leerjaar 2",
            dosis_eenheid="gesprekken",
        ),
    ),
    "aansluiting": Vraag(
        "Helpt het als de lesstof van groep 8 en leerjaar 1 op elkaar aansluit?",
        _aanpak(
            "aansluiting",
            naam="Een doorlopende leerlijn van groep 8 naar leerjaar 1",
            niveau="meso",
            mechanisme="selectie en differentiatie",
            doelgroep="alle leerlingen van leerjaar 1",
            thema="professionalisering",
            theorie="Wie niet hoeft te herhalen of over te slaan, verliest in het eerste jaar geen tijd.",
            toewijzing="gespreide start",
            uitkomst="rekenen leerjaar 1",
            dosis_eenheid="jaren",
        ),
    ),
}
