"""What the schools of the region try: the facts of each intervention, and who begins when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from kansen_lib.example import parameters as par
from kansen_lib.example.geography import Block

#: Vestigingen of each intervention by the flag of their plan.
OF_PLAN = {
    "tutoring": "tutoring",
    "mentor": "tutoring",
    "oudergesprekken": "tutoring",
    "zomerschool": "zomer",
    "huiswerkbegeleiding": "zomer",
}
#: Place in COHORTS in which each of them begins.
COHORT = {
    "tutoring": par.TUTORING_COHORT,
    "mentor": par.MENTOR_COHORT,
    "oudergesprekken": par.TALKS_COHORT,
    "zomerschool": par.ZOMER_COHORT,
    "huiswerkbegeleiding": par.HOMEWORK_COHORT,
}
#: A vestiging that is not in an intervention, and one that is compared with.
OUTSIDE, COMPARED = -2, -1


def starts(name: str, block: Block) -> list[int]:
    """Place in COHORTS of the first cohort at each vestiging, or :data:`COMPARED` or :data:`OUTSIDE`."""
    if name == "brede_brugklas":
        return [int(place) for place in block.breed_start]
    if name == "hoge_verwachtingen":
        begins = {1: par.TRAINING_COHORT, 0: COMPARED, -1: OUTSIDE}
        return [begins[int(drawn)] for drawn in block.trained]
    if name == "taalklas":
        return _alone(block)
    return [COHORT[name] if getattr(plan, OF_PLAN[name]) else OUTSIDE for plan in block.plans]


def _alone(block: Block) -> list[int]:
    """The first vestiging of the region begins; the others with more than one level are compared with."""
    others = [COMPARED if len(kind.levels) > 1 else OUTSIDE for kind in block.kinds]
    return [par.LANGUAGE_CLASS_START, *others[1:]] if block.number == 0 else others


_LOW = "leerlingen met een rekenscore onder {:.0f} in {}"
FACTS: dict[str, dict[str, Any]] = {
    "tutoring": {
        "naam": "Bijles in kleine groepen (rekenen)",
        "niveau": "micro",
        "mechanisme": "verwachtingen",
        "doelgroep": _LOW.format(par.TUTORING_BELOW, "groep 8"),
        "thema": "partners en extra tijd",
        "theorie": "Vaak oefenen met een vaste begeleider vult gaten in de basis.",
        "bewijs": "meerdere lotingen",
        "toewijzing": "loting leerlingen",
        "uitkomst": "rekenen leerjaar 1",
        "dosis_eenheid": "lessen",
        "kosten": 1800.0,
    },
    "brede_brugklas": {
        "naam": "Brede brugklas van twee jaar",
        "niveau": "meso",
        "mechanisme": "selectie en differentiatie",
        "doelgroep": "leerlingen met advies vmbo-gt of hoger",
        "theorie": "Later kiezen geeft leerlingen tijd om te laten zien wat zij kunnen.",
        "bewijs": "natuurlijk experiment",
        "toewijzing": "gespreide start",
        "uitkomst": "rekenen leerjaar 3",
        "dosis_eenheid": "jaren",
        "kosten": 350.0,
    },
    "zomerschool": {
        "naam": "Zomerschool na leerjaar 1",
        "niveau": "micro",
        "mechanisme": "ouderbetrokkenheid",
        "doelgroep": _LOW.format(par.ZOMER_BELOW, "leerjaar 1"),
        "thema": "partners en extra tijd",
        "theorie": "Extra lesweken voorkomen dat leerlingen in de zomer achterop raken.",
        "bewijs": "voor en na",
        "toewijzing": "drempel",
        "uitkomst": "rekenen leerjaar 3",
        "grens_op": "rekenen leerjaar 1",
        "grens": par.ZOMER_BELOW,
        "dosis_eenheid": "dagen",
        "kosten": 600.0,
    },
    "hoge_verwachtingen": {
        "naam": "Training hoge verwachtingen voor leraren",
        "niveau": "meso",
        "mechanisme": "verwachtingen",
        "doelgroep": "alle leerlingen van leerjaar 1 en 2",
        "thema": "hoge verwachtingen",
        "theorie": "Leraren die meer verwachten, geven meer uitdaging en betere terugkoppeling.",
        "bewijs": "loting",
        "toewijzing": "loting scholen",
        "uitkomst": "rekenen leerjaar 2",
        "dosis_eenheid": "trainingsdagen",
        "kosten": 40.0,
    },
    "mentor": {
        "naam": "Vaste mentor buiten de klas",
        "niveau": "micro",
        "mechanisme": "sociaal kapitaal",
        "doelgroep": "leerlingen die zich aanmelden",
        "thema": "partners en extra tijd",
        "theorie": "Een vaste volwassene helpt met plannen en volhouden.",
        "bewijs": "vergelijking",
        "toewijzing": "wachtlijst",
        "uitkomst": "rekenen leerjaar 2",
        "dosis_eenheid": "gesprekken",
        "kosten": 450.0,
    },
    "oudergesprekken": {
        "naam": "Gesprekken met ouders over leren thuis",
        "niveau": "micro",
        "mechanisme": "ouderbetrokkenheid",
        "doelgroep": "alle leerlingen van leerjaar 1 en hun ouders",
        "thema": "ouders",
        "theorie": "Ouders die weten wat er speelt, kunnen thuis gerichter helpen.",
        "bewijs": "vergelijking",
        "toewijzing": "loting uitnodiging",
        "uitkomst": "rekenen leerjaar 2",
        "dosis_eenheid": "gesprekken",
        "kosten": 90.0,
    },
    "huiswerkbegeleiding": {
        "naam": "Gratis huiswerkbegeleiding op school",
        "niveau": "micro",
        "mechanisme": "economisch kapitaal",
        "doelgroep": "alle leerlingen van leerjaar 1 en 2",
        "thema": "partners en extra tijd",
        "theorie": "Hulp op school maakt het minder belangrijk wat ouders kunnen betalen.",
        "bewijs": "vergelijking",
        "toewijzing": "eigen keuze",
        "uitkomst": "rekenen leerjaar 2",
        "dosis_eenheid": "uren",
        "kosten": 300.0,
    },
    "taalklas": {
        "naam": "Elke dag een uur taal",
        "niveau": "meso",
        "mechanisme": "taal",
        "doelgroep": "alle leerlingen van leerjaar 1 en 2",
        "thema": "taal",
        "theorie": "Wie meer leest en praat, leert sneller nieuwe woorden.",
        "bewijs": "voor en na",
        "toewijzing": "een school",
        "uitkomst": "taal leerjaar 2",
        "dosis_eenheid": "jaren",
        "kosten": 250.0,
    },
}
_COLUMNS = (
    *("interventie", "vestiging", "naam", "niveau", "mechanisme", "doelgroep", "thema", "theorie", "bewijs"),
    *("toewijzing", "uitkomst", "grens_op", "grens", "start", "dosis_eenheid", "kosten"),
)
_NUMBERS = ("grens", "kosten")


def interventies(blocks: list[Block]) -> pd.DataFrame:
    """A row for each intervention and vestiging that takes part or is compared with."""
    frame = pd.DataFrame([row for block in blocks for row in _rows(block)], columns=list(_COLUMNS))
    text = frame.columns.difference(_NUMBERS)
    return frame.astype(dict.fromkeys(text, "str") | dict.fromkeys(_NUMBERS, float))


def _rows(block: Block) -> Iterator[dict[str, Any]]:
    for place, code in enumerate(block.vestigingen):
        for name, facts in FACTS.items():
            first = starts(name, block)[place]
            if first != OUTSIDE:
                start = None if first == COMPARED else par.COHORTS[first]
                yield {"interventie": name, "vestiging": code, **facts, "start": start}
