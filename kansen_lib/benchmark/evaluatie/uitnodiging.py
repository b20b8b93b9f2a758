"""An invitation by lot: not all who are invited come, and some come uninvited (INVENTORY #125).

The lottery says what inviting does. What taking part does follows for those who came because of the
invitation, if an invitation does nothing to those who stay away or would have come anyhow. Where one group
comes more often than another, inviting can widen a gap although taking part helps all alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.evaluatie import controle, deelgroepen, samen, specificaties
from kansen_lib.benchmark.evaluatie.analyse import Analyse
from kansen_lib.benchmark.evaluatie.geloot import (
    OFFERED,
    TOOK,
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
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Method, Unit

#: How the main effect is estimated.
ANALYSE = Analyse(cluster="leerling")
#: Share of each group that took part, among the invited and the others, and what the invitation changed.
INVITED, OTHERS = "uitgenodigd", "niet uitgenodigd"
MOVED = "meer deelname door de uitnodiging"
#: F of the first stage; its reference is the value above which the invitation is strong enough.
STRENGTH = "kracht van de uitnodiging (F)"
#: Make-up of all pupils, and of those whom the invitation made take part.
OF_ALL, OF_MOVED = "deel van alle leerlingen", "deel van wie door de uitnodiging meedeed"


def effects(people: pd.DataFrame, aanpak: Aanpak) -> list[Estimate]:
    """What inviting does, what taking part does to whom it moved, who those are, and the checks."""
    loting = among_pupils(people)
    if few_with_lots(loting, aanpak):
        return without_lots()
    parts = dict(of_labels(loting))
    found = effects_on(loting)
    stages = {ALL: taken(loting)} | {label: taken(part) for label, part in parts.items()}
    return [
        *found,
        *of_taking_part(stages),
        *_came(loting, parts, stages),
        *_moved(loting, parts, stages),
        *controle.balance(loting),
        *controle.attrition(loting, found[0]),
        *samen.rows(loting),
        *specificaties.rows(loting),
        *deelgroepen.rows(loting),
    ]


def _came(
    loting: Loting, parts: Mapping[str, Loting], stages: Mapping[str, dict[str, Estimate]]
) -> Iterator[Estimate]:
    """Share that came, by invitation and group; what inviting changed; and how strong that is."""
    for label, part in ({ALL: loting} | dict(parts)).items():
        for name, invited in ((INVITED, True), (OTHERS, False)):
            took = part.known.loc[part.known[OFFERED] == invited, TOOK]
            yield gaps.share(int(took.sum()), len(took), name=name, group=label)
        first = stages[label].get("first stage")
        if first is not None:
            yield replace(first, name=MOVED, group=label, unit=Unit.POINTS)
    strength = stages[ALL].get("first-stage F")
    if strength is not None:
        yield replace(strength, name=STRENGTH, group=ALL)


def _moved(
    loting: Loting, parts: Mapping[str, Loting], stages: Mapping[str, dict[str, Estimate]]
) -> Iterator[Estimate]:
    """Make-up of all, and of the moved: share of the group times its first stage, over the sum of those."""
    sizes = {label: len(part.known) for label, part in parts.items()}
    firsts = {label: stages[label]["first stage"].value for label in sizes if "first stage" in stages[label]}
    known = {label: value for label, value in firsts.items() if value is not None}
    moved = {label: sizes[label] * value for label, value in known.items()}
    if len(moved) < len(sizes) or not moved or min(moved.values()) <= 0:
        return
    for label, n in sizes.items():
        yield gaps.share(n, sum(sizes.values()), name=OF_ALL, group=label)
    for label, weight in moved.items():
        facts = {"unit": Unit.SHARE, "n": sum(sizes.values()), "method": Method.FIRST_STAGE}
        smallest = stages[label]["first stage"].smallest
        yield Estimate(OF_MOVED, label, weight / sum(moved.values()), smallest=smallest, **facts)
