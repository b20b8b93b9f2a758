"""Just below and just above the cut-off of the toetsadvies: what a raised advies does (INVENTORY #85).

An eindtoets score that lies above a pupil's own first advies gives reason to raise that advies; a score
just below gives none. Pupils just on either side of that cut-off are alike but for luck, and more of those
above it got a higher advies. That is a fuzzy regression discontinuity. The effect is of a raised advies, on
pupils whose advies was raised because of the cut-off, close to it. Over all schools together: one school
has too few pupils near any cut-off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.bijstelling import EINDTOETS, tested
from kansen_lib.benchmark.context import HIGH, LOW
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import inference, rd
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Reason, Unit

#: Under which these numbers stand in the benchmark.
UNIT = "grens van het toetsadvies"
#: Names of points and lines, and the group of a jump, as the figure of a cut-off reads them.
BELOW, ABOVE = "onder de drempel", "boven de drempel"
LINE = ", lijn"
JUMP = "sprong"
#: A point of the picture holds scores of this width; it shows this many points on either side.
BIN, BINS = 1.0, 6
#: What jumps: the share raised, the level reached; and the second divided by the first.
RAISED = "advies vaker bijgesteld"
LEVEL = "hoger niveau in leerjaar 3"
EFFECT = "effect van een hoger advies"
#: The same effect among pupils of the outer groups.
BY_GROUP = {label: f"{EFFECT}, {label}" for label in (LOW, HIGH)}
#: The jump in the number of pupils, in who is seen in leerjaar 3, and in what was there before the test.
DENSITY = "leerlingen per scorepunt"
SEEN = "in leerjaar 3 gezien"
BEFORE = {
    "hoog": "hoogopgeleide ouders",
    "laag": "laagopgeleide ouders",
    "meisje": "meisjes",
    "nederland": "herkomst Nederland",
    "arm": "lage inkomens",
    "stad": "wonen in de stad",
}
#: The effect with other choices, and the jump in the level at cut-offs that are none.
WIDTHS, HOLES, PLACEBOS = (0.5, 0.75, 1.5, 2.0), (0.25, 0.5, 1.0), (-4.0, -2.0, 2.0, 4.0)
BY_WIDTH, BY_HOLE, BY_PLACEBO = (
    "andere breedte",
    "zonder de dichtstbijzijnde scores",
    "sprong bij een nepgrens",
)
#: A first stage with a smaller F says that hardly anybody's advies hangs on the cut-off.
FEWEST_F = 10.0
NOT_ORDERED = (
    "toetsadviezen en scores van de toets passen niet bij elkaar: een hogere score hoort bij een lager advies"
)
TOO_FEW = "te weinig leerlingen met een score dicht bij de grens"
WEAK = "de grens verandert te weinig wie een hoger advies krijgt"

_AT: dict[str, object] = {"running": "afstand", "cutoff": 0.0}


def rows(network: Network) -> Iterator[Row]:
    """All numbers of the design; nothing without pupils of several schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    try:
        known = near_cutoffs(network.pupils, network.loopbaan)
    except NotOrderedError:
        yield UNIT, Estimate.not_computable(EFFECT, NOT_ORDERED, group=JUMP, unit=Unit.STEPS), None
        return
    if not several_schools(known):
        yield UNIT, Estimate.not_computable(EFFECT, TOO_FEW, group=JUMP, unit=Unit.STEPS), None
        return
    for item in (*effects(known), *picture(known), *balance(known), *choices(known)):
        yield UNIT, item, None


# --- who is how far from the own cut-off --------------------------------------------------------------


class NotOrderedError(ValueError):
    """A higher score came with a lower toetsadvies, so that there is no cut-off between them."""


def near_cutoffs(pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> pd.DataFrame:
    """The pupils with an eindtoets, and how far their score lies from the own cut-off.

    Added to the columns of :func:`kansen_lib.benchmark.bijstelling.tested`: ``afstand`` (score minus the
    lowest score at which the toetsadvies lies above the own first advies, in that year), ``winst`` (level in
    leerjaar 3, on whatever school, minus the first advies; missing for who was not seen there), ``bekend``
    (whether it is known) and the columns of :data:`BEFORE`. Pupils without a higher toetsadvies than their
    first advies (vwo), or without basisschool, take no part.

    Raises:
        NotOrderedError: scores and toetsadviezen of a year are not in the same order.
    """
    known = tested(pupils, EINDTOETS).dropna(subset=["toetsscore_eigen_schaal", "basisschool"])
    known = known[known["seen"] >= 3]
    distance = known["toetsscore_eigen_schaal"] - _own_cutoff(known)
    third = indicators.steps(first_in_leerjaar3(loopbaan)).reindex(known["leerling"]).to_numpy()
    group = known["opleiding"]
    return known.assign(
        afstand=distance.round(6),
        winst=third - known["eerste"],
        bekend=pd.notna(third),
        hoog=_is(group, [HIGH]),
        laag=_is(group, [LOW]),
        meisje=_is(known["geslacht"], ["vrouw"]),
        nederland=_is(known["herkomst"], ["Nederland"]),
        arm=_is(known["inkomenskwintiel"], ["1", "2"]),
        stad=_is(known["stedelijkheid"], codes.STEDELIJKHEID.codes[:2]),
    ).dropna(subset=["afstand"])


def first_in_leerjaar3(loopbaan: pd.DataFrame) -> pd.Series:
    """Label of the first class in leerjaar 3 of each pupil, on whatever school."""
    rows = loopbaan[loopbaan["leerjaar"] == 3].sort_values("schooljaar", kind="stable")
    return rows.drop_duplicates("leerling").set_index("leerling")["niveau"]


def _is(labels: pd.Series, wanted: Sequence[str]) -> pd.Series:
    return labels.isin(wanted).astype(float).where(labels.notna())


def _own_cutoff(known: pd.DataFrame) -> pd.Series:
    """Of each pupil, the lowest score of that year at which the toetsadvies lies above the first advies."""
    found = pd.Series(np.nan, index=known.index)
    for _, part in known.groupby("cohort"):
        lowest = lowest_scores(part)
        above = {place: _lowest_above(lowest, place) for place in part["eerste"].unique()}
        found.loc[part.index] = part["eerste"].map(above)
    return found


def lowest_scores(known: pd.DataFrame) -> pd.Series:
    """Lowest score seen with each toetsadvies, by its place on the ladder, of one year.

    Raises:
        NotOrderedError: a score with a toetsadvies lies within those of a higher or lower one.
    """
    ends = known.groupby("toets")["toetsscore_eigen_schaal"].agg(["min", "max"]).sort_index()
    if (ends["min"].to_numpy()[1:] <= ends["max"].to_numpy()[:-1]).any():
        raise NotOrderedError(NOT_ORDERED)
    return ends["min"]


def _lowest_above(lowest: pd.Series, place: float) -> float:
    higher = lowest[lowest.index > place]
    return float(higher.iloc[0]) if len(higher) else np.nan


# --- the effect ---------------------------------------------------------------------------------------


def effects(known: pd.DataFrame) -> list[Estimate]:
    """The jump in who is raised, in the level of leerjaar 3, and the effect of a raised advies.

    The level is that above the own first advies: the cut-off is the same on both sides of it, so that the
    jump is that in the level itself, with less spread.
    """
    whole = rd.regression_discontinuity(known, outcome="winst", cluster="basisschool", **_AT)
    fuzzy = _fuzzy(known)
    stage = rd.regression_discontinuity(
        known.dropna(subset=["winst"]).astype({"bijgesteld": float}),
        outcome="bijgesteld",
        cluster="basisschool",
        **_AT,
    )
    return [
        robust(stage, RAISED, JUMP, Unit.POINTS),
        robust(whole, LEVEL, JUMP, Unit.STEPS),
        strong(robust(fuzzy, EFFECT, JUMP, Unit.STEPS), fuzzy),
        *(_of_group(known, label, name) for label, name in BY_GROUP.items()),
        width(whole),
    ]


def _of_group(known: pd.DataFrame, label: str, name: str) -> Estimate:
    """The effect among pupils of one class of parental education."""
    fuzzy = _fuzzy(known[known["opleiding"] == label])
    return strong(robust(fuzzy, name, JUMP, Unit.STEPS), fuzzy)


def _fuzzy(known: pd.DataFrame) -> Result:
    return rd.regression_discontinuity(
        known, outcome="winst", treated="bijgesteld", cluster="basisschool", **_AT
    )


def robust(found: Result, name: str, group: str, unit: str) -> Estimate:
    """The estimate to report of a design, or the reason why there is none."""
    item = next(item for item in found.estimates if item.group == "robust")
    return replace(item, name=name, group=group, unit=unit)


def strong(item: Estimate, fuzzy: Result) -> Estimate:
    """The effect, or the reason why it cannot be told: a jump in treatment that is hardly there."""
    stage = next((item for item in fuzzy.estimates if item.group == "first stage"), None)
    if stage is None or (stage.value / stage.standard_error) ** 2 >= FEWEST_F:
        return item
    return Estimate.not_computable(item.name, WEAK, group=item.group, unit=item.unit, n=item.n)


def width(found: Result) -> Estimate:
    """How far from the cut-off pupils take part, as a number of points of the score."""
    name = "breedte"
    item = next((item for item in found.estimates if item.group == "bandwidth h"), None)
    if item is None:
        return Estimate.not_computable(name, Reason.TOO_FEW, group=JUMP)
    return replace(item, name=name, group=JUMP)


# --- the picture --------------------------------------------------------------------------------------


def picture(known: pd.DataFrame) -> list[Estimate]:
    """Mean of the outcome by distance to the cut-off, and the lines of which the jump is the difference."""
    data = known.dropna(subset=["winst"])
    wide = width(rd.regression_discontinuity(data, outcome="winst", cluster="basisschool", **_AT)).value
    sides = () if wide is None else (BELOW, ABOVE)
    lines = [item for side in sides for item in line(data, "winst", wide, side, Unit.STEPS)]
    return [*points(data, "winst", BIN, Unit.STEPS), *lines]


def points(data: pd.DataFrame, outcome: str, size: float, unit: str) -> Iterator[Estimate]:
    """Mean of the outcome by distance to the cut-off, in steps of ``size``, :data:`BINS` on either side."""
    place = np.floor(data["afstand"] / size)
    for number in range(-BINS, BINS):
        here = data.loc[place == number, outcome]
        middle = (number + 0.5) * size
        if len(here):
            value = float(here.mean())
            name = BELOW if number < 0 else ABOVE
            yield Estimate(name, distance(middle), value, unit, n=len(here))


def line(data: pd.DataFrame, outcome: str, width: float, name: str, unit: str) -> Iterator[Estimate]:
    """Both ends of the line that the jump was found with: nearer pupils weigh more."""
    side = data[(data["afstand"] < 0) == (name == BELOW)]
    near = side.assign(gewicht=1 - side["afstand"].abs() / width)
    found = inference.coefficients(
        near[near["gewicht"] > 0],
        outcome=outcome,
        regressors=["afstand"],
        weight="gewicht",
        kind="HC1",
    )
    terms = {item.group: item.value for item in found.estimates}
    at, slope = terms["intercept"], terms["afstand"]
    if at is None or slope is None:
        return
    end = -width if name == BELOW else width
    for place in sorted((end, 0.0)):
        yield Estimate(name + LINE, distance(place), at + slope * place, unit)


def distance(points: float) -> str:
    """A distance to the cut-off in points of the score, in Dutch: "−2,5", "0", "+1"."""
    text = f"{round(points, 1):+g}" if points else "0"
    return text.replace(".", ",").replace("-", "−")


# --- the checks ---------------------------------------------------------------------------------------


def balance(known: pd.DataFrame) -> list[Estimate]:
    """Jumps that should not be there: in numbers, in who is seen, and in what was known before the test."""
    density = rd.density_test(known, **_AT)
    item = next(item for item in density.estimates if item.group == "above minus below")
    sides = [side.n or 0 for side in density.estimates if side.group in ("below", "above")]
    found = [replace(item, name=DENSITY, group=JUMP, unit=Unit.POINTS, smallest=min(sides, default=None))]
    names = {"bekend": SEEN, **BEFORE}
    jumps = rd.covariate_balance(
        known.astype({"bekend": float}), covariates=list(names), cluster="basisschool", **_AT
    )
    found += [replace(item, name=names[item.group], group=JUMP, unit=Unit.POINTS) for item in jumps.estimates]
    return found


def choices(known: pd.DataFrame) -> list[Estimate]:
    """The effect with other bandwidths and without the nearest, and the jump at cut-offs that are none."""
    shared = {"outcome": "winst", "cluster": "basisschool", **_AT}
    treated = {"treated": "bijgesteld", **shared}
    data = known.dropna(subset=["winst"])
    panels: Mapping[str, tuple[Result, Sequence[str]]] = {
        BY_WIDTH: (rd.bandwidth_panel(data, factors=WIDTHS, **treated), [times(x) for x in WIDTHS]),
        BY_HOLE: (rd.donut_panel(data, holes=HOLES, **treated), [hole(x) for x in HOLES]),
        BY_PLACEBO: (rd.placebo_cutoffs(data, cutoffs=PLACEBOS, **shared), [distance(x) for x in PLACEBOS]),
    }
    return [
        replace(item, name=name, group=label, unit=Unit.STEPS)
        for name, (found, labels) in panels.items()
        for item, label in zip(found.estimates, labels, strict=False)
    ]


def times(factor: float) -> str:
    """Label of a width: how many times the chosen one."""
    return f"{factor:g} keer zo breed".replace(".", ",")


def hole(points: float) -> str:
    """Label of a hole: up to how many points from the cut-off pupils are left out."""
    return f"zonder {points:g} {'punten' if points > 1 else 'punt'}".replace(".", ",")
