"""How an advies is compared with a toets, and with a class: the official rules and two yardsticks.

INVENTORY B-5: the Inspectie, Vensters and OCW each have a rule of their own for "boven advies". The
publications leave combinations open; there these functions follow the arithmetic of the stated ones.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd

from kansen_lib import codes

#: How advies and position in leerjaar 3 are compared; the three are not the same.
RULES = ("inspectie", "vensters", "ocw")
#: Which advies each rule takes.
ADVIES_OF = {"inspectie": "advies_eerste", "vensters": "advies_definitief", "ocw": "advies_definitief"}
PLACES = ("onder", "op", "boven")

#: How two labels of which either may be double are compared: a double one as a place halfway its two
#: levels, or as a set, which is the same as any other with a level in common.
MAATSTAVEN = ("halve stappen", "zonder overlap")

#: A class of more levels says nothing of the level of one pupil in it.
MOST_LEVELS = 2


class RuleError(ValueError):
    """A rule or yardstick of comparison that does not exist."""


def known_rule(rule: str, rules: Sequence[str] = RULES) -> str:
    """The rule as it is.

    Raises:
        RuleError: there is none of this name; the message says which there are.
    """
    if rule not in rules:
        near = difflib.get_close_matches(rule, rules, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise RuleError(f"unknown rule '{rule}'; there are {', '.join(rules)}.{hint}")
    return rule


def position(advies: pd.Series, niveau: pd.Series, rule: str) -> pd.Series:
    """Whether a pupil sits below, at or above the advies: ``"onder"``, ``"op"`` or ``"boven"``.

    Args:
        advies: schooladvies, single or double.
        niveau: level of the class, single or broad, same index.
        rule: one of :data:`RULES`, see :func:`steps_from`.

    Raises:
        RuleError: unknown rule.
    """
    steps = steps_from(advies, niveau, rule)
    places = steps.map(lambda step: PLACES[(step > 0) - (step < 0) + 1], na_action="ignore")
    return places.astype(object).astype(pd.CategoricalDtype(list(PLACES), ordered=True))


def steps_from(advies: pd.Series, niveau: pd.Series, rule: str) -> pd.Series:
    """How many steps a class lies above the advies (below: negative), one step at most.

    Args:
        advies: schooladvies, single or double.
        niveau: level of the class, same index. A class of three levels or more has no place under the
            rules of Inspectie and Vensters.
        rule: ``"inspectie"``: place minus place of the advies in half steps, where a havo/vwo class is no
            step from a vwo advies. ``"vensters"``: against the lower end of a double advies. ``"ocw"``:
            none when class and advies share a level, else the distance between them.

    The score of the Inspectie has no more than one step: a class of havo/vwo after any advies below havo
    is one step up. The other two publish shares; their steps are counted alike, to compare means.

    Raises:
        RuleError: unknown rule.
    """
    return _by_pair(advies, niveau, _STEPS[known_rule(rule)]).clip(-1, 1)


def above(label: pd.Series, other: pd.Series, maatstaf: str) -> pd.Series:
    """Whether a label lies above another (1), below it (-1) or neither (0); missing where either is.

    Args:
        label, other: single or double adviezen or toetsadviezen, same index.
        maatstaf: one of :data:`MAATSTAVEN`.

    Raises:
        RuleError: unknown yardstick.
    """
    return _by_pair(label, other, partial(_sign, sets=known_rule(maatstaf, MAATSTAVEN) == MAATSTAVEN[1]))


def _by_pair(first: pd.Series, second: pd.Series, compare: Callable[[str, str], float | None]) -> pd.Series:
    """What a comparison gives for each pair of labels on the ladder, looked up once a pair."""
    pairs = list(zip(first, second, strict=True))
    on_ladder = {pair for pair in pairs if all(isinstance(x, str) and codes.levels(x) for x in pair)}
    table = {pair: compare(*pair) for pair in on_ladder}
    return pd.Series([table.get(pair) for pair in pairs], index=first.index, dtype=float)


def _sign(label: str, other: str, *, sets: bool) -> float:
    if sets and codes.levels(label) & codes.levels(other):
        return 0.0
    difference = codes.step(label) - codes.step(other)
    return float((difference > 0) - (difference < 0))


def _inspectie(advies: str, niveau: str) -> float | None:
    if len(codes.levels(niveau)) > MOST_LEVELS:
        return None
    if niveau == "havo/vwo" and advies == "vwo":
        return 0.0
    return codes.step(niveau) - codes.step(advies)


def _vensters(advies: str, niveau: str) -> float | None:
    if len(codes.levels(niveau)) > MOST_LEVELS:
        return None
    return codes.step(niveau) - _ends(advies)[0]


def _ocw(advies: str, niveau: str) -> float:
    if codes.levels(advies) & codes.levels(niveau):
        return 0.0
    (low, high), (floor, ceiling) = _ends(advies), _ends(niveau)
    return floor - high if floor > high else ceiling - low


def _ends(label: str) -> tuple[float, float]:
    """Places of the lowest and the highest level of a label."""
    places = [codes.step(level) for level in codes.levels(label)]
    return min(places), max(places)


_STEPS = {"inspectie": _inspectie, "vensters": _vensters, "ocw": _ocw}
