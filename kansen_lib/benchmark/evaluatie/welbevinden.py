"""How pupils say they are, with and without an intervention: what is told of basic needs beside reach.

From the survey, over all schools, of pupils in scope who answered in a later school year than the one in
which the intervention began for them. Where chance decided who got a place or an invitation, those groups are
compared; elsewhere participants and others, who may have differed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import enquete
from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie.names import FEWEST_SCHOOLS, unit
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import SCALE_POINTS, Groups
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate

#: The scales that tell how pupils are.
SCALES = ("verbondenheid", "veiligheid_sociaal")
#: Unit of a difference between mean answers: an axis of its own.
APART = "punten verschil in antwoord"
#: Rules by which chance decides within a school, and whom they set side by side.
BY_LOT = ("loting leerlingen", "wachtlijst", "loting uitnodiging")
DRAWN = Groups("toegewezen", "uitgeloot", "ingeloot")
TAKING_PART = Groups("deelgenomen", "deed niet mee", "deed mee")
_WEIGHT = "gewicht"
FEW_ANSWERED = "van te weinig scholen antwoordden later leerlingen uit beide groepen op de vragenlijst"


def compared(aanpak: Aanpak) -> Groups:
    """Who are set side by side for an intervention: by lot, or by taking part."""
    return DRAWN if aanpak.toewijzing in BY_LOT else TAKING_PART


def rows(network: Network, register: Iterable[Aanpak]) -> Iterator[Row]:
    """Mean of each scale in both groups and the difference, an intervention at a time."""
    if not network.store.tables.get("enquete"):
        return
    asked = network.enquete[network.enquete["schaal"].isin(SCALES)]
    answers = enquete.respondents(asked, "leerling")
    deelname = network.store.read("deelname")
    for aanpak in register:
        frame = answered_later(answers, deelname[deelname["interventie"] == aanpak.interventie])
        for schaal in SCALES:
            for item in levels_and_difference(frame, schaal, compared(aanpak)):
                yield unit(aanpak.interventie, "", ""), item, None


def answered_later(answers: pd.DataFrame, deelname: pd.DataFrame) -> pd.DataFrame:
    """The answers of pupils in scope, given in a later school year than the first one in scope.

    Args:
        answers: rows of :func:`kansen_lib.benchmark.enquete.respondents`.
        deelname: rows of one intervention.
    """
    begun = deelname.sort_values("schooljaar", kind="stable").groupby("leerling", as_index=False)
    begun = begun.agg(
        begin=("schooljaar", "first"),
        school_van_loting=("vestiging", "first"),
        toegewezen=("toegewezen", "any"),
        deelgenomen=("deelgenomen", "any"),
    )
    frame = answers.dropna(subset=["leerling"]).merge(begun, on="leerling")
    return frame[frame["schooljaar"] > frame["begin"]]


def levels_and_difference(frame: pd.DataFrame, schaal: str, groups: Groups) -> list[Estimate]:
    """The mean of a scale in both groups, and the difference (schools are clusters), in points of an answer.

    A reason where a school could subtract its own and be left with few pupils, or with one other school.
    """
    name = enquete.label(schaal)
    known = frame.dropna(subset=[schaal])
    known = _as_drawn(known) if groups == DRAWN else known.assign(**{_WEIGHT: 1.0})
    side = known[groups.column].map({False: groups.low, True: groups.high})
    if _tells_others(known["vestiging"], side):
        return [Estimate.not_computable(name, FEW_ANSWERED, group=groups.gap, unit=APART)]
    order = pd.CategoricalDtype([groups.low, groups.high], ordered=True)
    levels = gaps.means(
        known[schaal], side.astype(order), weight=known[_WEIGHT], name=name, unit=SCALE_POINTS
    ).estimates
    difference = gaps.mean_difference(
        known.assign(side=side),
        outcome=schaal,
        group="side",
        low=groups.low,
        high=groups.high,
        weight=_WEIGHT,
        cluster="vestiging",
        name=name,
        unit=APART,
    )
    return [*levels, replace(difference, group=groups.gap)]


def _as_drawn(known: pd.DataFrame) -> pd.DataFrame:
    """The pupils of lots that had both outcomes, with a weight that gives both sides the same schools.

    Lots were drawn in each school and cohort. Where one drew a larger share of its pupils than another, the
    plain means would differ as those schools do, with no effect at all.
    """
    lot = known.groupby(["school_van_loting", "begin"], observed=True)[DRAWN.column]
    share = lot.transform("mean").astype(float)
    weight = (share / (1 - share)).where(~known[DRAWN.column].astype(bool), 1.0)
    return known.assign(**{_WEIGHT: weight})[share.between(0, 1, inclusive="neither")]


def _tells_others(vestiging: pd.Series, side: pd.Series) -> bool:
    """Whether fewer than three schools have pupils on both sides, or one of them has nearly all on a side."""
    counts = pd.crosstab(vestiging, side)
    both = (counts > 0).all(axis=1) if counts.shape[1] == 2 else pd.Series(dtype=bool)
    left = counts.sum() - counts.max()
    return bool(both.sum() < FEWEST_SCHOOLS or (left < FEWEST_PUPILS).any())
