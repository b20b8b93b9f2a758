"""Advies against class under three official rules, and against the toets by two yardsticks."""

from __future__ import annotations

import pandas as pd
import pytest

from kansen_lib import codes, rules
from kansen_lib.rules import RULES, above, position, steps_from


def one(function, *labels: str, how: str):
    """What a comparison says of one pair of labels; None where it says nothing."""
    found = function(*(pd.Series([label]) for label in labels), how).iloc[0]
    return None if pd.isna(found) else found


#: Advies, class, and where a rule puts it: every combination that INVENTORY B-5 states.
STATED = [
    ("inspectie", "havo", "havo/vwo", "boven", 0.5),
    ("inspectie", "havo/vwo", "vwo", "boven", 0.5),  # a double advies placed at its higher level: positive
    ("inspectie", "havo/vwo", "havo/vwo", "op", 0.0),
    ("inspectie", "vwo", "havo/vwo", "op", 0.0),
    ("inspectie", "vmbo-gt/havo", "havo/vwo", "boven", 1.0),  # every advies below havo
    ("inspectie", "vmbo-gt", "havo/vwo", "boven", 1.0),
    ("inspectie", "vmbo-k", "havo/vwo", "boven", 1.0),
    ("inspectie", "vmbo-b", "havo/vwo", "boven", 1.0),
    ("vensters", "havo", "havo/vwo", "boven", 0.5),
    ("vensters", "havo/vwo", "havo", "op", 0.0),
    ("vensters", "havo/vwo", "vwo", "boven", 1.0),
    ("ocw", "havo/vwo", "havo", "op", 0.0),  # "richting gelijk aan advies"
    ("ocw", "havo/vwo", "vwo", "op", 0.0),
    ("ocw", "havo", "havo", "op", 0.0),
]
#: Combinations that the publications leave open: the arithmetic of the stated ones.
OPEN = [
    ("inspectie", "havo/vwo", "havo", "onder", -0.5),
    ("inspectie", "vmbo-gt", "havo", "boven", 1.0),
    ("inspectie", "vwo", "vmbo-gt", "onder", -1.0),  # two levels down is one step down, as two up is one up
    ("vensters", "vwo", "havo/vwo", "onder", -0.5),
    ("vensters", "vmbo-gt/havo", "vmbo-k", "onder", -1.0),
    ("ocw", "havo", "havo/vwo", "op", 0.0),
    ("ocw", "vmbo-gt/havo", "vwo", "boven", 1.0),
    ("ocw", "vmbo-gt/havo", "vmbo-k", "onder", -1.0),
]


@pytest.mark.parametrize(("rule", "advies", "niveau", "place", "steps"), [*STATED, *OPEN])
def test_the_three_rules(rule: str, advies: str, niveau: str, place: str, steps: float) -> None:
    assert one(position, advies, niveau, how=rule) == place
    assert one(steps_from, advies, niveau, how=rule) == steps


@pytest.mark.parametrize("rule", RULES)
def test_the_same_single_level_is_at_the_advies_under_every_rule(rule: str) -> None:
    for level in codes.NIVEAU.codes:
        assert one(position, level, level, how=rule) == "op"


@pytest.mark.parametrize("rule", RULES)
def test_a_higher_class_never_lies_lower_against_the_same_advies(rule: str) -> None:
    ladder = sorted(codes.NIVEAU.codes, key=codes.step)
    for advies in codes.ADVIES.codes[1:-1]:
        found = [one(steps_from, advies, level, how=rule) for level in ladder]
        assert found == sorted(found)


def test_no_place_off_the_ladder_nor_in_a_class_of_many_levels() -> None:
    """A middenschool keeps all levels together: its class says nothing of a pupil's own level."""
    broad = "vmbo-b/k/gt/havo/vwo"
    assert [one(position, "vso", "havo", how=rule) for rule in RULES] == [None] * 3
    assert [one(position, "havo", broad, how=rule) for rule in RULES] == [None, None, "op"]
    missing = position(pd.Series(["havo", None]), pd.Series([None, "havo"]), "ocw")
    assert missing.isna().all()


@pytest.mark.parametrize(
    ("toets", "advies", "steps", "sets"),
    [
        ("havo/vwo", "havo", 1, 0),
        ("vmbo-gt/havo", "havo", -1, 0),
        ("havo/vwo", "havo/vwo", 0, 0),
        ("vwo", "havo", 1, 1),
        ("vmbo-k/gt", "havo", -1, -1),
        ("pro/vmbo-b", "vmbo-b", -1, 0),
        ("vwo", "havo/vwo", 1, 0),
    ],
)
def test_a_double_advies_is_a_place_or_a_set(toets: str, advies: str, steps: int, sets: int) -> None:
    assert [one(above, toets, advies, how=how) for how in rules.MAATSTAVEN] == [steps, sets]


def test_an_unknown_rule_or_yardstick_is_an_error() -> None:
    havo = pd.Series(["havo"])
    with pytest.raises(rules.RuleError, match="unknown rule 'inspektie'.*Did you mean 'inspectie'"):
        position(havo, havo, "inspektie")
    with pytest.raises(rules.RuleError, match="unknown rule 'halve stap'.*Did you mean 'halve stappen'"):
        above(havo, havo, "halve stap")
