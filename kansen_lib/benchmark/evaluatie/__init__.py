"""Evaluations over all schools: each intervention by the design that its assignment rule chooses.

An evaluation is computed once a store, and every school reads the same numbers. Beside the registered
design, the designs that its data can carry are computed too, so that an evaluator can overrule the choice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.evaluatie import (
    bereik,
    een_school,
    gedaan,
    grens,
    loting,
    loting_scholen,
    spreiding,
    start,
    team,
    uitnodiging,
    vakken,
    valkuilen,
    vergelijking,
    vooraf,
    welbevinden,
)
from kansen_lib.benchmark.evaluatie.names import unit
from kansen_lib.benchmark.evaluatie.people import background, covariates, people
from kansen_lib.benchmark.evaluatie.register import Aanpak, registry
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats.result import Estimate

__all__ = ["DESIGNS", "Aanpak", "background", "covariates", "designs", "people", "registry", "rows", "unit"]

#: The design that any data with participants and others among pupils of one school can carry.
COMPARISON = "vergelijking"
#: Design to the function that gives its numbers from the pupils of an intervention.
DESIGNS: Mapping[str, Callable[[pd.DataFrame, Aanpak], list[Estimate]]] = {
    "loting": loting.effects,
    "loting van scholen": loting_scholen.effects,
    "geloote uitnodiging": uitnodiging.effects,
    "grens": grens.effects,
    "gespreide start": start.effects,
    "een school": een_school.effects,
    COMPARISON: vergelijking.effects,
}
NEEDED = ("interventies", "deelname", "leerlingen", "toetsen")


def rows(network: Network) -> Iterator[Row]:
    """The numbers of every evaluation; without a register only what can be said beforehand."""
    if network.store.tables.get("toetsen") and several_schools(network.pupils):
        yield from (*vooraf.rows(network), *valkuilen.growing(network), *vakken.rows(network))
    if not all(network.store.tables.get(table) for table in NEEDED):
        return
    register = registry(network.store).values()
    yield from spreiding.rows(network)
    yield from (*welbevinden.rows(network, register), *team.rows(network, register))
    for aanpak in register:
        yield from (*bereik.rows(network, aanpak), *valkuilen.rows(network, aanpak))
        yield from _evaluated(network, aanpak)


def _evaluated(network: Network, aanpak: Aanpak) -> Iterator[Row]:
    for uitkomst in aanpak.outcomes:
        frame = people(network, aanpak, uitkomst)
        yield from gedaan.rows(frame, aanpak, uitkomst)
        wanted = designs(aanpak, frame) if uitkomst == aanpak.uitkomst else (aanpak.ontwerp,)
        for ontwerp in wanted:
            for item in DESIGNS[ontwerp](frame, aanpak) if ontwerp in DESIGNS else ():
                yield unit(aanpak.interventie, ontwerp, uitkomst), item, None


def designs(aanpak: Aanpak, frame: pd.DataFrame) -> tuple[str, ...]:
    """The designs that the data of an intervention can carry, its registered one first."""
    mixed = frame.groupby(["vestiging", "cohort"])["deelgenomen"].nunique().gt(1).any()
    others = (COMPARISON,) if mixed and aanpak.ontwerp != COMPARISON else ()
    return (aanpak.ontwerp, *others)
