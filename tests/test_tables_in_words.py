"""What flows, cross tables, funnels and cut-offs say stays true when parts of them are withheld."""

from __future__ import annotations

import itertools

import pytest

from kansen_lib.disclosure import release
from kansen_lib.present import roles, sentences
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result

POINTS = "percentage points"


def told(kind: str, *estimates: Estimate, crossed: bool = False) -> str:
    """The sentence of a kind of figure."""
    result = Result("r", estimates, sources=("leerlingen",), crossed=crossed)
    return sentences.write(release(result), "Zoveel", kind)


def flow(counts: dict[tuple[str, str], int], *more: Estimate) -> str:
    """The sentence of flows, of as many pupils as there are."""
    n = sum(counts.values())
    cells = [
        Estimate(f"advies: {a}", f"later: {b}", k / n, "share", n=n, count=k) for (a, b), k in counts.items()
    ]
    return told("stromen", *cells, *more, crossed=True)


FLOWS = {("havo", "havo"): 200, ("havo", "vwo"): 50, ("vwo", "vwo"): 100, ("vwo", "havo"): 30}


def test_flows_tell_the_widest_that_change_level_and_who_stayed() -> None:
    stayed = Estimate(roles.STAYED, "", 0.79, "share", n=380, count=300)
    assert flow(FLOWS, stayed) == (
        "Zoveel: 13% ging van advies havo naar later vwo. En 8% ging van advies vwo naar later havo. "
        "Breder zijn geen zichtbare stromen naar een ander niveau. "
        "Van alle leerlingen is 79% steeds op hetzelfde niveau."
    )


def test_flows_say_that_some_are_not_shown() -> None:
    few = {**FLOWS, ("havo", "vwo"): 3, ("vwo", "havo"): 4}
    assert flow(few) == (
        "Zoveel: er is geen stroom naar een ander niveau die we kunnen laten zien. "
        "Gearceerd is wat we niet apart kunnen laten zien."
    )


def test_no_more_than_three_flows_are_told_and_none_to_nowhere() -> None:
    states = ("vmbo-gt", "havo", "vwo", "van school")
    counts = {pair: 100 for pair in itertools.product(states, repeat=2)}
    sentence = flow(counts)
    assert sentence.count(" naar later ") == 3 and "van school" not in sentence


def test_nothing_to_show_says_why() -> None:
    assert flow({("havo", "havo"): 4, ("havo", "vwo"): 3}) == (
        "Niets hiervan is te laten zien: te weinig leerlingen, hier of ernaast."
    )


def matrix(rows: dict[str, dict[str, int]]) -> str:
    """The sentence of a cross table of shares of the row."""
    cells = [
        gaps.share(k, sum(row.values()), name=f"advies: {name}", group=f"brugklas: {column}")
        for name, row in rows.items()
        for column, k in row.items()
    ]
    return told("matrix", *cells, crossed=True)


def test_a_table_tells_the_largest_share_of_each_row() -> None:
    assert matrix({"havo": {"havo": 100, "vwo": 50}, "vwo": {"havo": 20, "vwo": 180}}) == (
        "Zoveel: het vaakst bij advies havo brugklas havo (67%) en bij vwo vwo (90%)."
    )


def test_two_shares_as_large_but_for_rounding_are_both_told() -> None:
    """52 and 48 of 100 leave the gate as 50 and 50: which of them is the largest is not known."""
    sentence = matrix({"havo": {"havo": 52, "vwo": 48}, "vwo": {"havo": 20, "vwo": 180}})
    assert "bij advies havo brugklas havo en vwo (50% en 50%)" in sentence


def test_a_row_of_which_more_may_be_hidden_than_shown_is_not_told() -> None:
    """The largest cell of the first row is withheld beside a small one: what is shown is not the largest."""
    sentence = matrix({"havo": {"havo": 60, "gt": 4, "vwo": 16}, "gt": {"havo": 0, "gt": 90, "vwo": 30}})
    shown = "bij advies havo" in sentence
    assert shown == ("brugklas havo" in sentence.split("bij gt")[0])
    assert "vwo" not in sentence.split("bij gt")[0]
    assert "Niet getoond: " in sentence and "van de 6 vakjes" in sentence


def test_of_many_rows_the_ends_are_told() -> None:
    rows = {f"n{i}": {"havo": 100, "vwo": 60} for i in range(7)}
    sentence = matrix(rows)
    assert "n0" in sentence and "n6" in sentence and "n3" not in sentence
    assert "de andere rijen staan in de figuur" in sentence


def test_a_row_without_a_largest_share_is_not_passed_over_in_silence() -> None:
    """Three shares are as large: the row is in the figure, and the sentence says so."""
    assert matrix({"havo": {"gt": 50, "havo": 50, "vwo": 50}, "vwo": {"gt": 20, "havo": 20, "vwo": 160}}) == (
        "Zoveel: het vaakst bij advies vwo brugklas vwo (80%); de andere rijen staan in de figuur."
    )


def funnel(values: list[float], low: float = 0.2, high: float = 0.4) -> str:
    """The sentence of units of 50 pupils between two straight limits."""
    units = [Estimate("x", f"school {i}", value, "share", n=50) for i, value in enumerate(values)]
    limits = [
        Estimate(name, size, value, "share")
        for size in ("10", "100")
        for name, value in ((roles.LIMIT_LOW, low), (roles.LIMIT_HIGH, high))
    ]
    return told("trechter", *units, *limits, Estimate(roles.MEAN_OF_ALL, "", 0.3, "share", n=500))


def test_a_funnel_counts_and_names_no_unit() -> None:
    sentence = funnel([0.3, 0.35, 0.5])
    assert sentence == (
        "Zoveel: van de 3 punten liggen er 2 in het grijze gebied. Door toeval alleen liggen daar ongeveer "
        "95 van de 100 punten. Het gemiddelde van alle is 30%."
    )
    assert funnel([0.5, 0.35, 0.3]) == sentence


def test_a_limit_between_two_sizes_lies_on_the_line_between_them() -> None:
    """From 0.2 at 10 pupils to 0.6 at 90: 0.4 at 50."""
    limits = [
        Estimate(name, size, value, "share")
        for name, size, value in (
            (roles.LIMIT_LOW, "10", 0.0), (roles.LIMIT_LOW, "90", 0.0),
            (roles.LIMIT_HIGH, "90", 0.6), (roles.LIMIT_HIGH, "10", 0.2),
        )
    ]  # fmt: skip
    units = [Estimate("x", name, value, "share", n=50) for name, value in (("a", 0.39), ("b", 0.41))]
    assert "van de 2 punten liggen er 1 in" in told("trechter", *units, *limits)


def test_a_funnel_tells_how_many_units_are_not_given() -> None:
    units = [Estimate("x", f"school {i}", 0.3, "share", n=n) for i, n in enumerate((50, 60, 4, 5))]
    sentence = told("trechter", *units)
    assert "de figuur heeft " in sentence and "Niet te geven voor " in sentence and "school" not in sentence


def cut_off(jump: Estimate) -> str:
    """The sentence of four points beside a cut-off."""
    points = [
        gaps.share(k, 100, name=name, group=group)
        for name, group, k in (
            ("onder de drempel", "-2", 30), ("onder de drempel", "-1", 35),
            ("boven de drempel", "0", 50), ("boven de drempel", "+1", 55),
        )
    ]  # fmt: skip
    line = Estimate("onder de drempel" + roles.FITTED, "0", 0.99, "share")
    return told("drempel", *points, line, jump)


def test_a_cut_off_tells_the_points_beside_it_and_the_jump() -> None:
    assert cut_off(Estimate("havo", roles.JUMP, 0.14, POINTS, 0.05, 0.23, "95%", n=400)) == (
        "Zoveel, het dichtst bij de drempel: onder de drempel 35% en boven de drempel 50%. "
        "De sprong bij de drempel is +14 procentpunt; de gegevens passen bij een sprong van 5 tot 23."
    )


def test_a_jump_that_cannot_be_given_says_why() -> None:
    assert cut_off(Estimate.not_computable("havo", "te weinig scholen", group=roles.JUMP)).endswith(
        "De sprong bij de drempel is niet te geven: te weinig scholen."
    )


@pytest.mark.parametrize("kind", ["stromen", "matrix", "trechter", "drempel"])
def test_no_number_at_all_gives_no_false_sentence(kind: str) -> None:
    none = Estimate("advies: havo", "later: vwo", 0.5, "share", n=4, count=2)
    sentence = told(kind, none, crossed=kind in ("stromen", "matrix"))
    assert "%" not in sentence and "te weinig leerlingen" in sentence
