"""A lottery of schools: some begin, the others are the comparison (INVENTORY #122).

Pupils of one school share much, so that the number of schools decides how sure the answer is. The margin is
made in several ways that rest on different things; one that forgets the schools stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.data import SEED
from kansen_lib.benchmark.evaluatie import controle, deelgroepen, specificaties
from kansen_lib.benchmark.evaluatie.analyse import Analyse
from kansen_lib.benchmark.evaluatie.geloot import (
    OFFERED,
    OUTCOME,
    Loting,
    among_schools,
    effects_on,
    few_drawn,
    of_taking_part,
    taken,
    without_lots,
)
from kansen_lib.benchmark.evaluatie.names import ALL
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.stats import inference, trials
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit

#: How the main effect is estimated.
ANALYSE = Analyse(cluster="vestiging")
#: The effect by way to make its margin.
WAYS = "effect per manier van rekenen"
PLAIN = "alsof leerlingen geloot zijn (te smal)"
SANDWICH = "marge over scholen"
WILD = "marge uit nagespeelde schokken"
REDRAWN = "loting van scholen nagespeeld"
MIXED = "model met een eigen hoogte per school"
#: Share of the differences between pupils that lies between schools: of scores, and of what groep 8 leaves.
BETWEEN = "deel van de verschillen dat tussen scholen ligt"
RAW, LEFT = "van de score", "wat groep 8 niet verklaart"
#: How many schools there are of each kind.
SCHOOLS = "aantal scholen"


def effects(people: pd.DataFrame, aanpak: Aanpak) -> list[Estimate]:
    """Intention to treat with margins over schools, in several ways, and the checks of the lottery."""
    loting = among_schools(people)
    if few_drawn(loting):
        return without_lots()
    found = effects_on(loting)
    stages = taken(loting)
    mixed = trials.cluster_trial(
        loting.known, outcome=OUTCOME, treated=OFFERED, cluster="vestiging", covariates=loting.covariates
    )
    return [
        *found,
        *of_taking_part({ALL: stages}),
        *_ways(loting, found[0], mixed["effect"]),
        *_between(mixed),
        *_counted(loting),
        *controle.balance(loting),
        *controle.attrition(loting, found[0]),
        *controle.compliance(loting, stages.get("first stage")),
        *specificaties.rows(loting),
        *deelgroepen.rows(loting),
    ]


def _ways(loting: Loting, main: Estimate, mixed: Estimate) -> Iterator[Estimate]:
    """One effect with its margin made in five ways, of which the first forgets the schools."""
    regressors = [OFFERED, *loting.covariates]
    fitted = {"data": loting.known, "outcome": OUTCOME}
    plain = inference.coefficients(**fitted, regressors=regressors)
    shared = {**fitted, "cluster": "vestiging", "draws": controle.DRAWS, "seed": SEED}
    wild = inference.wild_cluster_bootstrap(
        **{**shared, "data": loting.known.astype({OFFERED: float})}, regressors=regressors, term=OFFERED
    )
    redrawn = inference.randomisation_test(**shared, treated=OFFERED, covariates=loting.covariates)
    ways = {
        PLAIN: next(item for item in plain.estimates if item.group == OFFERED),
        SANDWICH: main,
        WILD: wild,
        REDRAWN: redrawn,
        MIXED: mixed,
    }
    for way, item in ways.items():
        yield replace(item, name=WAYS, group=way, unit=Unit.SD)


def _between(mixed: Result) -> Iterator[Estimate]:
    for label, kind in ((RAW, "unconditional"), (LEFT, "conditional")):
        yield replace(mixed["intraclass correlation", kind], name=BETWEEN, group=label)


def _counted(loting: Loting) -> Iterator[Estimate]:
    counts = loting.known.groupby(OFFERED)["vestiging"].nunique()
    for label, drawn in ((controle.IN, True), (controle.OUT, False)):
        yield Estimate(SCHOOLS, label, float(counts[drawn]), "scholen")
