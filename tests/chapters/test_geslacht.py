"""Boys and girls by parental education: counted again, and never one sex given back by the other card."""

from __future__ import annotations

from collections import Counter

import pytest
from counting import DEMO, records

from kansen_lib import codes, disclosure
from kansen_lib.chapters import oorzaken

NAMES = {"man": "jongens", "vrouw": "meisjes"}


def test_shares_and_gaps_are_those_counted_by_hand(store, school, network) -> None:
    third: dict[str, str] = {}
    for row in sorted(records(store, "loopbaan", vestiging=DEMO), key=lambda row: row["schooljaar"]):
        if row["leerjaar"] == 3:
            third.setdefault(row["leerling"], row["niveau"])
    n, high = Counter(), Counter()
    for row in records(store, "leerlingen", vestiging=DEMO):
        if not isinstance(row["opleiding_ouders"], str) or not isinstance(row["geslacht"], str):
            continue
        if row["leerling"] in third and codes.levels(third[row["leerling"]]):
            cell = NAMES[row["geslacht"]], codes.three_classes(row["opleiding_ouders"])
            n[cell] += 1
            high[cell] += bool(codes.levels(third[row["leerling"]]) & {"havo", "vwo"})
    found = {(item.name, item.group): item for item in oorzaken.sex_and_background(school, network).estimates}
    share = {cell: high[cell] / n[cell] for cell in n}
    assert len(n) == 6
    for cell, value in share.items():
        assert found[cell].value == pytest.approx(value)
    gaps = {name: share[name, "hoog"] - share[name, "laag"] for name in NAMES.values()}
    for name, gap in gaps.items():
        assert found[name, "hoog minus laag"].value == pytest.approx(gap)
    more = found["verschil tussen de verschillen", "meisjes minus jongens"]
    assert more.value == pytest.approx(gaps["meisjes"] - gaps["jongens"])


def test_a_group_of_one_sex_is_shown_for_both_or_for_neither(store, network) -> None:
    """The total of a group stands on another card: one sex would give the other back."""
    hidden = 0
    for vestiging in store.vestigingen.index:
        released = disclosure.release(oorzaken.sex_and_background(store.school(vestiging), network))
        shown = {
            (number.name, number.group): number.value is not None
            for number in released.numbers
            if number.group in codes.OPLEIDING_OUDERS_3
        }
        for group in {group for _, group in shown}:
            both = {shown.get((name, group), False) for name in NAMES.values()}
            assert len(both) == 1, (vestiging, group)
            hidden += both == {False}
    assert hidden > 0


def test_the_region_gives_boys_and_girls_the_same_gap(network) -> None:
    """No interaction was put in: the interval of the network holds zero."""
    found = network.find(
        "verschil tussen de verschillen", "meisjes minus jongens", "havo_of_vwo_in_leerjaar_3"
    )
    assert found.lower < 0 < found.upper
