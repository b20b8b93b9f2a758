"""A plan filled in from the register and the data: what is left empty is for its writers to say."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable
from typing import Any

from kansen_lib import gepubliceerd
from kansen_lib.benchmark import evaluatie
from kansen_lib.benchmark.evaluatie import Aanpak
from kansen_lib.benchmark.evaluatie.gedaan import ANALYSES
from kansen_lib.chapters.interventies.keuze import WAAROM
from kansen_lib.plannen.inhoud import value
from kansen_lib.plannen.velden import DECISIONS, FIELDS, GROEPEN
from kansen_lib.planning import kracht, winkel
from kansen_lib.planning.kracht import Assumptions, PowerError
from kansen_lib.planning.vragen import VRAGEN, Vraag
from kansen_lib.store import Store, did_you_mean

#: What a field holds that its writers have to fill in.
TO_FILL_IN = ""
#: Design to the number that answers the question, and whom it is about.
SCHATTING = {
    "loting": "Het verschil in uitkomst tussen wie een plek kreeg en wie niet, gecorrigeerd voor de score "
    "van groep 8. Van iedereen die meelootte, ook van wie daarna niet meedeed.",
    "loting van scholen": "Het verschil in uitkomst tussen leerlingen van ingelote en van andere scholen, "
    "gecorrigeerd voor de score van groep 8.",
    "geloote uitnodiging": "Het effect van meedoen voor leerlingen die meedoen omdat zij zijn uitgenodigd: "
    "het verschil tussen wie wel en niet is uitgenodigd, gedeeld door het verschil in meedoen.",
    "grens": "De sprong in uitkomst bij de grens, voor leerlingen die er vlak onder of vlak boven zitten.",
    "gespreide start": "Het gemiddelde effect in scholen die begonnen, elk startjaar vergeleken met "
    "scholen die toen nog niet begonnen waren.",
    "een school": "Het verschil na de start tussen de school en een mengsel van andere scholen dat "
    "daarvoor even hoog uitkwam.",
    "vergelijking": "Het verschil bij gelijke start tussen wie meedeed en wie niet. Een effect is dat "
    "alleen als er verder niets tussen hen verschilt.",
}
_STOP = (
    "De uitkomst wordt één keer bekeken, als alle toetsen van het laatste cohort binnen zijn. Tussentijds "
    "kijken we alleen wie meedoet."
)


class TemplateError(ValueError):
    """A plan that cannot be filled in; the message says what there is."""


def of_intervention(store: Store, interventie: str, given: Assumptions | None = None) -> dict[str, Any]:
    """The plan of an intervention of the register, as far as the register and the data fill it in.

    Args:
        store: with the register.
        interventie: short name.
        given: what its power rests on; None to take that from the store.

    Raises:
        TemplateError: the register does not have it, or it is never evaluated on achievement.
    """
    register = evaluatie.registry(store)
    if interventie not in register:
        there = f"there are {', '.join(register)}" if register else "it has no table 'interventies'"
        raise TemplateError(
            f"no intervention '{interventie}' in store {store.path} ({there})."
            f"{did_you_mean(interventie, register)} For a question of the field: --vraag {' | '.join(VRAGEN)}"
        )
    aanpak = register[interventie]
    if not aanpak.outcomes:
        raise TemplateError(
            f"'{interventie}' has no outcome to plan for in the register: fill in 'uitkomst', unless it "
            "meets a basic need, which needs no effect on achievement to be right"
        )
    question = (
        f"Helpt '{aanpak.naam}' {aanpak.doelgroep}? Wordt het verschil tussen groepen kleiner of groter, "
        "en hoe hoog komt elke groep uit?"
    )
    return _content(store, Vraag(question, aanpak), given)


def of_question(store: Store, vraag: str) -> dict[str, Any]:
    """The plan of a question of the field, for all schools of a store.

    Raises:
        TemplateError: no such question.
    """
    if vraag not in VRAGEN:
        raise TemplateError(
            f"no question '{vraag}'; there are {', '.join(VRAGEN)}.{did_you_mean(vraag, VRAGEN)}"
        )
    return _content(store, VRAGEN[vraag])


def _content(store: Store, asked: Vraag, given: Assumptions | None = None) -> dict[str, Any]:
    aanpak = asked.aanpak
    schools, cohorts, pupils = _sample(store, aanpak)
    made = ANALYSES[aanpak.ontwerp]
    return {
        "interventie": aanpak.interventie,
        "datum": TO_FILL_IN,
        "vraag": {"vraag": asked.vraag, "theorie": aanpak.theorie, "schatting": SCHATTING[aanpak.ontwerp]},
        "ontwerp": {
            "toewijzing": aanpak.toewijzing,
            "ontwerp": aanpak.ontwerp,
            "waarom": WAAROM[aanpak.ontwerp],
        },
        "uitkomst": {"hoofd": aanpak.uitkomst, "verder": list(aanpak.outcomes[1:])},
        "steekproef": {
            "scholen": schools,
            "cohorten": cohorts,
            "leerlingen": pupils or _expected(store, schools),
            "groepen": _groups(store),
        },
        "analyse": {
            "kenmerken": ["voor"],
            "cluster": made.cluster,
            "ontbrekend": made.ontbrekend,
            "meervoudig": "Holm" if aanpak.outcomes[1:] else "geen",
            "stopregel": _STOP,
        },
        "kracht": _power(store, aanpak, schools, given),
        "verwachting": expectation(gepubliceerd.prior(aanpak.interventie, aanpak.naam)),
        "kosten": {"per_leerling": TO_FILL_IN if math.isnan(aanpak.kosten) else aanpak.kosten},
        "ondertekening": {"school": TO_FILL_IN, "onderzoek": TO_FILL_IN},
    }


def _sample(store: Store, aanpak: Aanpak) -> tuple[list[str], list[str], int]:
    """Schools, cohorts and number of pupils: of who is in scope, else of a next year of all schools."""
    rows = store.read("deelname", ["leerling", "schooljaar"], {"interventie": aanpak.interventie})
    schools = sorted(aanpak.start) or _with_pupils(store)
    if not rows.empty:
        return schools, sorted(rows["schooljaar"].unique()), int(rows["leerling"].nunique())
    starts = sorted({year for year in aanpak.start.values() if year is not None})
    return schools, starts or _next_year(store), 0


def _with_pupils(store: Store) -> list[str]:
    known = winkel.first_years(store)
    return sorted(known.index[known > 0])


def _expected(store: Store, schools: list[str]) -> int | str:
    """First-year pupils of these schools in one cohort; for who plans to fill in where nobody is known."""
    known = winkel.first_years(store).reindex(schools).sum()
    return int(known) if known > 0 else TO_FILL_IN


def _next_year(store: Store) -> list[str]:
    """The school year after the last one that the store knows; nothing where it knows none."""
    last = max((*store.cohorts, *store.read("aantallen", ["schooljaar"])["schooljaar"].dropna()), default="")
    return [f"{int(last[5:])}-{int(last[5:]) + 1}"] if last else []


def _groups(store: Store) -> str:
    """By which background groups can be told apart in this store: the best one that anything is known of."""
    columns = dict(zip(GROEPEN, ("opleiding_ouders", "inkomenskwintiel", "minimaregeling"), strict=True))
    known = (
        name for name, column in columns.items() if store.read("leerlingen", [column]).notna().any(axis=None)
    )
    return next(known, GROEPEN[0])


def _power(store: Store, aanpak: Aanpak, schools: list[str], given: Assumptions | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"kleinste_effect": TO_FILL_IN, "standaardfout": TO_FILL_IN, "kans": kracht.POWER}
    try:
        given = given or _of_store(store, aanpak, schools)
        found = kracht.seen(aanpak.ontwerp, given).detectable
    except PowerError as problem:
        return {**facts, "aannames": f"Niet te berekenen: {problem}"}
    if found.value is None:
        return {**facts, "aannames": f"Niet te berekenen: {found.reason}"}
    numbers = {
        "kleinste_effect": round(found.value, 3),
        "standaardfout": round(found.standard_error or 0.0, 3),
    }
    return facts | numbers | {"aannames": assumed(given)}


def _of_store(store: Store, aanpak: Aanpak, schools: list[str]) -> Assumptions:
    if aanpak.start:
        return winkel.of_intervention(store, aanpak)
    return winkel.of_schools(store, schools, aanpak.uitkomst)


def assumed(given: Assumptions) -> str:
    """What a calculation of power rests on, in Dutch."""
    parts = [
        f"{given.pupils:.0f} leerlingen per school en cohort op {given.schools} scholen",
        f"{given.share:.0%} krijgt de aanpak",
        f"{given.icc:.0%} van de spreiding ligt tussen scholen",
        f"de score van groep 8 verklaart {given.r2:.0%} van de spreiding tussen leerlingen en "
        f"{given.r2_schools:.0%} van die tussen scholen",
        f"kans van {kracht.POWER:.0%} om het te vinden, tweezijdig 5%",
    ]
    if given.take_up < 1:
        parts.insert(2, f"het aanbod maakt het meedoen {given.take_up:.0%} groter")
    return "; ".join(parts) + "."


def expectation(found: gepubliceerd.Vooraf) -> dict[str, Any]:
    """A published prior as the section ``verwachting`` of a plan."""
    return {
        "effect": found.gemiddelde,
        "onzekerheid": found.sd,
        "jaar": int(found.jaar[:4]),
        "bron": f"{found.bron}. {found.keuze}",
    }


# --- as a file -----------------------------------------------------------------------------------------


def toml(content: dict[str, Any]) -> str:
    """The plan as a TOML file, with what is asked above each field."""
    lines = [
        f"# Plan voor de evaluatie van '{content['interventie']}'.",
        "# Vul in wat leeg is, onderteken, en leg het vast: kansen plan lock BESTAND STORE",
        "# Wie het plan later wijzigt, legt een nieuwe versie vast; elk rapport laat dat zien.",
    ]
    section = ""
    for field in FIELDS:
        group, _, key = field.path.rpartition(".")
        lines += ["", f"[{group}]"] if group != section else [""] if not group else []
        section = group
        lines += [f"# {field.uitleg}", f"{key} = {_toml(value(content, field.path))}"]
    return "\n".join([*lines, *_log()]) + "\n"


def _log() -> Iterable[str]:
    return (
        "",
        "# Het logboek: voor elk besluit drie regels onder een eigen kopje, zonder het hekje ervoor.",
        f"# [[{DECISIONS}]]",
        "# datum = 2026-10-01",
        '# besluit = "Wat is besloten, en waarom?"',
        '# door = "Wie besloot dit?"',
    )


def _toml(item: Any) -> str:
    if isinstance(item, list):
        return f"[{', '.join(_toml(one) for one in item)}]"
    if isinstance(item, str):
        return json.dumps(item, ensure_ascii=False)
    return item.isoformat() if isinstance(item, datetime.date) else repr(item)
