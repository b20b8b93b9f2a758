"""The fields of a plan: what each must hold, and what is asked of who fills it in."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kansen_lib import codes

#: At which level standard errors are counted.
CLUSTERS = ("leerling", "klas", "vestiging")
#: What is done with pupils of whom a value is missing: left out, or filled in.
ONTBREKEND = ("weglaten", "aanvullen")
#: How the intervals of several outcomes are held together.
MEERVOUDIG = ("geen", "Bonferroni", "Holm", "Benjamini-Hochberg", "Romano-Wolf")
#: What was known of a pupil before: what a plan calls it, and what a report does.
KENMERKEN = {
    "voor": "score van groep 8",
    "eerste": "eerste advies",
    "opleiding": "opleiding van de ouders",
    "inkomen": "inkomen van het gezin",
    "minimaregeling": "minimaregeling",
    "geslacht": "geslacht",
    "herkomst": "herkomst",
}
#: By what groups are told apart.
GROEPEN = ("opleiding", "inkomen", "minimaregeling")
_SCHOOLJAAR = re.compile(r"(\d{4})-(\d{4})")


@dataclass(frozen=True)
class Kind:
    """A kind of value: whether one fits, and what is expected where it does not."""

    fits: Callable[[Any], bool]
    expected: str


@dataclass(frozen=True)
class Field:
    """A field of a plan.

    Attributes:
        path: section and key, such as ``"uitkomst.hoofd"``; without a section it stands on top.
        kind: what it must hold.
        label: what a report calls it, in Dutch.
        uitleg: what is asked, in Dutch: the comment above it in the template.
    """

    path: str
    kind: Kind
    label: str
    uitleg: str

    @property
    def where(self) -> str:
        """Where it stands in the file: ``"[uitkomst] hoofd"``."""
        section, _, key = self.path.rpartition(".")
        return f"[{section}] {key}" if section else key


def is_schooljaar(value: Any) -> bool:
    """Whether a value is a school year such as ``"2025-2026"``."""
    found = _SCHOOLJAAR.fullmatch(value) if isinstance(value, str) else None
    return bool(found) and int(found[2]) == int(found[1]) + 1


def is_number(value: Any) -> bool:
    """Whether a value is a finite number; True and False are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_date(value: Any) -> bool:
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


def _one_of(words: tuple[str, ...]) -> Kind:
    return Kind(lambda value: isinstance(value, str) and value in words, f"one of {', '.join(words)}")


def _list_of(fits: Callable[[Any], bool], expected: str, fewest: int = 0) -> Kind:
    def both(value: Any) -> bool:
        known = isinstance(value, list) and all(isinstance(one, str) and fits(one) for one in value)
        return known and len(value) >= fewest and len(set(value)) == len(value)

    return Kind(both, f"a list of {'one or more ' if fewest else ''}{expected}, each once")


def _number(low: float, high: float = 1e12, *, open_end: bool = False) -> Kind:
    between = f"above {low:g}" if open_end else f"of {low:g} or more"
    between += f" and at most {high:g}" if high < 1e12 else ""

    def fits(value: Any) -> bool:
        return is_number(value) and low <= value <= high and not (open_end and value == low)

    return Kind(fits, f"a number {between}")


TEXT = Kind(_is_text, "words in quotes, and not empty")
DATE = Kind(_is_date, "a date without quotes, such as 2026-09-01")
WHOLE = Kind(
    lambda value: isinstance(value, int) and is_number(value) and value > 0, "a whole number above 0"
)
YEAR = Kind(lambda value: isinstance(value, int) and 1900 <= value < 2200, "a year, such as 2023")

FIELDS = (
    Field("interventie", TEXT, "aanpak", "Korte naam van de aanpak, zoals in de tabel interventies."),
    Field(
        "datum",
        DATE,
        "datum van het plan",
        "Dag waarop dit plan is vastgesteld (jjjj-mm-dd, zonder aanhalingstekens), vóór de uitkomst.",
    ),
    Field("vraag.vraag", TEXT, "vraag", "Wat willen we weten?"),
    Field("vraag.theorie", TEXT, "theorie", "Hoe zou het werken, en via welke stappen?"),
    Field("vraag.schatting", TEXT, "wat we schatten", "Welk getal geeft het antwoord, en over wie gaat het?"),
    Field(
        "ontwerp.toewijzing",
        _one_of(codes.TOEWIJZING.codes),
        "regel voor wie meedoet",
        f"Hoe is bepaald wie meedoet? Kies uit: {', '.join(codes.TOEWIJZING.codes)}.",
    ),
    Field(
        "ontwerp.ontwerp",
        _one_of(codes.ONTWERP.codes),
        "ontwerp",
        "Waarmee we vergelijken; het volgt uit de regel voor wie meedoet.",
    ),
    Field("ontwerp.waarom", TEXT, "waarom dit ontwerp", "Waarom is die vergelijking eerlijk?"),
    Field(
        "uitkomst.hoofd", TEXT, "belangrijkste uitkomst", "De ene uitkomst waar het om gaat: vak en moment."
    ),
    Field("uitkomst.verder", _list_of(_is_text, "outcomes"), "andere uitkomsten", "Wat we ook bekijken."),
    Field(
        "steekproef.scholen",
        _list_of(_is_text, "codes of schools", 1),
        "scholen",
        "Codes van de vestigingen, ook die waarmee we vergelijken.",
    ),
    Field(
        "steekproef.cohorten",
        _list_of(is_schooljaar, 'school years such as "2026-2027"', 1),
        "cohorten",
        "Schooljaren waarin de leerlingen begonnen.",
    ),
    Field("steekproef.leerlingen", WHOLE, "leerlingen", "Hoeveel leerlingen we verwachten, met en zonder."),
    Field(
        "steekproef.groepen",
        _one_of(GROEPEN),
        "groepen",
        f"Tussen welke groepen we het verschil bekijken: {', '.join(GROEPEN)}.",
    ),
    Field(
        "analyse.kenmerken",
        _list_of(lambda one: one in KENMERKEN, f"words out of {', '.join(KENMERKEN)}"),
        "waarvoor we corrigeren",
        f"Waarvoor we corrigeren; kies uit: {', '.join(KENMERKEN)}.",
    ),
    Field(
        "analyse.cluster",
        _one_of(CLUSTERS),
        "niveau van de onzekerheid",
        f"Op welk niveau de onzekerheid telt, dat van de loting of keuze: {', '.join(CLUSTERS)}.",
    ),
    Field(
        "analyse.ontbrekend",
        _one_of(ONTBREKEND),
        "ontbrekende gegevens",
        f"Wat we doen met leerlingen van wie iets ontbreekt: {', '.join(ONTBREKEND)}.",
    ),
    Field(
        "analyse.meervoudig",
        _one_of(MEERVOUDIG),
        "correctie voor veel uitkomsten",
        f"Hoe we voorkomen dat toeval meetelt: {', '.join(MEERVOUDIG)}.",
    ),
    Field("analyse.stopregel", TEXT, "wanneer we stoppen", "Wanneer kijken we, en wanneer stoppen we?"),
    Field("kracht.kleinste_effect", _number(0, open_end=True), "kleinste aantoonbare effect", "In sd."),
    Field(
        "kracht.standaardfout", _number(0, open_end=True), "standaardfout", "Verwachte standaardfout, in sd."
    ),
    Field("kracht.kans", _number(0.5, 0.99), "kans om het te vinden", "Kans om zo'n effect te vinden."),
    Field("kracht.aannames", TEXT, "aannames", "Waar deze sommen op rusten."),
    Field("verwachting.effect", _number(-5, 5), "verwacht effect", "Wat we vooraf verwachten, in sd."),
    Field(
        "verwachting.onzekerheid",
        _number(0, 5, open_end=True),
        "onzekerheid van de verwachting",
        "Hoe ver we ernaast kunnen zitten, in sd.",
    ),
    Field("verwachting.jaar", YEAR, "jaar van de verwachting", "Het jaar waarin dit bekend werd."),
    Field("verwachting.bron", TEXT, "bron van de verwachting", "Waar die verwachting vandaan komt."),
    Field("kosten.per_leerling", _number(0), "kosten per leerling", "In euro, van een leerling die meedoet."),
    Field("ondertekening.school", TEXT, "voor de school", "Wie tekent namens de scholen?"),
    Field("ondertekening.onderzoek", TEXT, "voor het onderzoek", "Wie tekent namens de onderzoekers?"),
)
#: The log of decisions: a table a decision, none at first.
DECISIONS = "besluiten"
DECISION_FIELDS = (
    Field("datum", DATE, "datum", "Dag van het besluit."),
    Field("besluit", TEXT, "besluit", "Wat is besloten, en waarom?"),
    Field("door", TEXT, "door", "Wie besloot dit?"),
)
BY_PATH = {field.path: field for field in FIELDS}
