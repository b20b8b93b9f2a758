"""The plan of the simulated region: made and locked as any other, and not followed in one thing."""

from __future__ import annotations

import datetime
from typing import Any

from kansen_lib import gepubliceerd, plannen
from kansen_lib.benchmark import evaluatie
from kansen_lib.planning import sjabloon
from kansen_lib.planning.kracht import Assumptions
from kansen_lib.store import Store

#: The intervention that is planned, and the day before its pupils came in.
INTERVENTIE, DAY = "tutoring", datetime.date(2021, 6, 15)
SIGNED = {"school": "De schoolleiders van de fictieve scholen", "onderzoek": "Fictieve onderzoeksgroep"}
#: Pupils with a low score that each school expected, and spread as it was thought to be.
EXPECTED = {"pupils": 115.0, "icc": 0.35, "shocks": 0.01, "r2": 0.45, "r2_schools": 0.90}


def lock(store: Store) -> None:
    """Lock the plan of the example; one that somebody else locked or changed stays as it is."""
    found = plannen.plan_of(store, INTERVENTIE)
    aanpak = evaluatie.registry(store).get(INTERVENTIE)
    if aanpak is None or (found is not None and not _is_ours(found)):
        return
    plannen.forget(store, INTERVENTIE)
    plannen.lock(store, _plan(store, len(aanpak.begun)), "the plan of the example")


def _is_ours(found: plannen.Locked) -> bool:
    last = found.latest
    return last is not None and found.intact and last.number == 1 and last.content["ondertekening"] == SIGNED


def _plan(store: Store, schools: int) -> dict[str, Any]:
    """What was known on the day: no later publication, and sex as a second covariate that nobody used."""
    given = Assumptions(schools=schools, **EXPECTED)
    plan = sjabloon.of_intervention(store, INTERVENTIE, given)
    plan["datum"], plan["ondertekening"] = DAY, SIGNED
    plan["steekproef"]["leerlingen"] = round(given.pupils * schools)
    plan["analyse"]["kenmerken"] = ["voor", "geslacht"]
    plan["verwachting"] = sjabloon.expectation(gepubliceerd.ALGEMEEN)
    return plan
