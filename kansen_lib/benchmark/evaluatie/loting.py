"""A lottery of pupils within schools: who wanted or needed it, and lots decided (INVENTORY #116, #121)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.data import SEED
from kansen_lib.benchmark.evaluatie import controle, deelgroepen, samen, specificaties
from kansen_lib.benchmark.evaluatie.analyse import Analyse
from kansen_lib.benchmark.evaluatie.geloot import (
    OFFERED,
    OUTCOME,
    Loting,
    among_pupils,
    effects_on,
    few_with_lots,
    of_labels,
    of_taking_part,
    taken,
    without_lots,
)
from kansen_lib.benchmark.evaluatie.names import ALL
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.stats import inference, trials
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

#: How the main effect is estimated; by class where lots put whole classes in the approach.
ANALYSE = Analyse(cluster="leerling")
#: Of each school, with its code as group: its own effect, the same pulled to that of all schools as far as
#: its number of pupils asks for it, and how often lots alone bring arms that far apart there.
OWN, SHRUNKEN = "effect per school", "effect per school, met minder toeval"
OWN_CHANCE = "kans op zo'n verschil door de loting alleen"
#: Why no school has its own number pulled to the mean where lots went by class.
BY_CLASS = "hele klassen deden mee of niet: toeval van een klas en effect van de school zijn niet te scheiden"
#: A variance of effects between schools below this (in squared sd) is none.
NO_SPREAD = 1e-6


def effects(people: pd.DataFrame, aanpak: Aanpak) -> list[Estimate]:
    """Intention to treat, taking part, the checks of the lottery, and each school on its own."""
    loting = among_pupils(people)
    if few_with_lots(loting, aanpak):
        return without_lots()
    found = effects_on(loting)
    stages = {ALL: taken(loting)} | {label: taken(part) for label, part in of_labels(loting)}
    return [
        *found,
        *of_taking_part(stages),
        *controle.balance(loting),
        *controle.attrition(loting, found[0]),
        *controle.compliance(loting, stages[ALL].get("first stage")),
        *_each_school(loting),
        *samen.rows(loting),
        *specificaties.rows(loting),
        *deelgroepen.rows(loting),
    ]


def _each_school(loting: Loting) -> Iterator[Estimate]:
    for vestiging, part in loting.known.groupby("vestiging", observed=True):
        yield from _one_school(loting.of(part), str(vestiging))
    yield from _pulled(loting)


def _one_school(own: Loting, vestiging: str) -> Iterator[Estimate]:
    """Effect among the pupils of one school, and what drawing its lots again would give."""
    shared = {"outcome": OUTCOME, "treated": OFFERED, "block": own.block, "cluster": own.cluster}
    test = inference.randomisation_test(
        own.known, covariates=own.covariates, draws=controle.DRAWS, seed=SEED, name=OWN, **shared
    )
    yield replace(test, group=vestiging, unit=Unit.SD)
    if test.p_value is not None:
        yield controle.by_chance(OWN_CHANCE, vestiging, test)


def _pulled(loting: Loting) -> Iterator[Estimate]:
    """Effect of each school, pulled to the mean of the schools; none where they are not found to differ.

    A variance that is estimated at 0 is no proof that schools are alike: all would get one number, with a
    margin that says they are. None either where lots went by class: what a class does of itself would count
    as what the approach does at that school.
    """
    if loting.cluster is not None:
        for vestiging, n in loting.known["vestiging"].value_counts(sort=False).items():
            yield Estimate.not_computable(SHRUNKEN, BY_CLASS, group=str(vestiging), unit=Unit.SD, n=int(n))
        return
    found = trials.multisite_trial(
        loting.known, outcome=OUTCOME, treated=OFFERED, site="vestiging", covariates=loting.covariates
    )
    spread = found["variance of effects"].value
    for item in found.estimates:
        if item.name == "site effect":
            facts = {"group": item.group, "unit": Unit.SD, "n": item.n}
            alike = Estimate.not_computable(SHRUNKEN, Reason.NO_VARIATION, **facts)
            differ = spread is not None and spread > NO_SPREAD
            yield replace(item, name=SHRUNKEN, unit=Unit.SD) if differ else alike
