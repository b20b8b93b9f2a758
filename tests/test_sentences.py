"""What a result says in words: tested like numbers, kind by kind."""

from __future__ import annotations

import re

import pytest

from kansen_lib.disclosure import release
from kansen_lib.present import figures, roles, sentences, text
from kansen_lib.stats.result import Estimate, Result

GAP = "hoog minus laag"


def number(name: str, group: str, value: float, lower: float, upper: float, unit: str, **facts) -> Estimate:
    """An estimate about 200 pupils."""
    return Estimate(name, group, value, unit, lower, upper, **{"interval": "95%", "n": 200, **facts})


def told(kind: str, *estimates: Estimate, phrase: str = "Zoveel") -> str:
    """The sentence of a kind of figure."""
    return sentences.write(release(Result("r", estimates, sources=("leerlingen",))), phrase, kind)


def shown(estimate: Estimate):
    """A released number."""
    return release(Result("r", (estimate,), sources=("leerlingen",))).numbers[0]


@pytest.mark.parametrize(
    ("lower", "upper", "answer"),
    [
        (0.01, 0.5, "hoog staat hoger"),
        (-0.5, -0.01, "laag staat hoger"),
        (-0.01, 0.5, "geen duidelijk verschil"),
        (0.0, 0.5, "geen duidelijk verschil"),
        (-0.5, 0.0, "geen duidelijk verschil"),
    ],
)
def test_who_stands_higher_follows_from_the_interval(lower: float, upper: float, answer: str) -> None:
    assert text.conclusion(shown(number("x", GAP, (lower + upper) / 2, lower, upper, "sd"))) == answer


def test_without_an_interval_nobody_is_said_to_stand_higher() -> None:
    assert text.conclusion(shown(Estimate("x", GAP, 0.4, "sd", n=200))) == "niet te zeggen"
    assert text.conclusion(shown(Estimate.not_computable("x", "te klein", group=GAP))) == "niet te zeggen"


UP = number("score", GAP, 0.42, 0.2, 0.6, "sd")
FLAT = number("diploma", GAP, 0.03, -0.02, 0.08, "percentage points")
DOWN = number("groei", GAP, -0.2, -0.3, -0.1, "sd")


def test_conclusions_say_under_which_definitions_and_that_the_answer_turns_round() -> None:
    assert told("conclusions", UP, FLAT, DOWN, phrase="Onder drie betekenissen") == (
        "Onder drie betekenissen: hoog staat hoger bij score (0,42 sd, 0,20 tot 0,60). "
        "Geen duidelijk verschil bij diploma (3 procentpunt, −2 tot 8). "
        "Laag staat hoger bij groei (−0,20 sd, −0,30 tot −0,10). "
        "Het antwoord draait dus om: het hangt af van hoe je kijkt welke groep hoger staat."
    )


@pytest.mark.parametrize(
    ("estimates", "last"),
    [
        ((UP, FLAT), "verschil wil niet zeggen dat er geen is: daar weten we het niet zeker."),
        ((UP, UP), "Het antwoord is steeds hetzelfde."),
    ],
)
def test_conclusions_say_whether_the_answer_depends_on_the_definition(estimates, last: str) -> None:
    assert told("conclusions", *estimates).endswith(last)


def test_conclusions_name_the_definitions_without_an_answer() -> None:
    absent = Estimate.not_computable("advies", "geen toets", group=GAP, unit="steps")
    assert told("conclusions", UP, absent).endswith("Niet te zeggen bij advies, want geen toets.")


def context(*, expected: bool = True, reason: str = "te weinig andere scholen") -> list[Estimate]:
    """Level and gap, with less chance and as expected."""
    found = []
    for group, value, unit in (("laag", 0.7, "share"), (GAP, 0.2, "percentage points")):
        name = "diploma, verwacht bij deze leerlingen"
        found += [
            number("diploma", group, value, value - 0.1, value + 0.1, unit, reference=value + 0.06),
            number("diploma, met minder toeval", group, value + 0.02, value - 0.05, value + 0.07, unit),
            number(name, group, value + 0.04, value, value + 0.05, unit)
            if expected
            else Estimate.not_computable(name, reason, group=group, unit=unit),
        ]
    return found


def test_a_number_in_context_says_what_it_is_held_against() -> None:
    assert told("context", *context()) == (
        "Zoveel: laag 70% (60% tot 80%); alle scholen samen 76%, verwacht bij deze leerlingen 74%, met "
        "minder toeval 72%. Verschil tussen hoog en laag: 20 procentpunt (10 tot 30); alle scholen samen 26, "
        "verwacht bij deze leerlingen 24, met minder toeval 22."
    )


def test_a_context_without_expectation_says_why() -> None:
    said = told("context", *context(expected=False))
    assert said.endswith("Een getal ‘verwacht bij deze leerlingen’ is er niet: te weinig andere scholen.")
    assert "74%" not in said


def test_a_gap_in_something_else_than_the_context_says_what_it_is_of() -> None:
    said = told("context", *context(), number("advies bij gelijke score", GAP, 0.3, 0.1, 0.5, "steps"))
    assert said.endswith(
        "Verschil tussen hoog en laag (advies bij gelijke score): 0,30 stap (0,10 tot 0,50)."
    )
    assert "laag: 20 procentpunt" in said


def test_a_context_of_everyone_needs_no_label() -> None:
    assert told("context", number("diploma", "", 0.7, 0.6, 0.8, "share")) == "Zoveel: 70% (60% tot 80%)."


def test_numbers_of_two_things_in_context_are_not_mixed() -> None:
    pair = [number(name, "laag", 0.7, 0.6, 0.8, "share") for name in ("diploma", "havo")]
    blocks = roles.blocks(release(Result("r", (*pair, *context()), sources=("leerlingen",))).numbers)
    assert [[n.name for n in block] for block in blocks][1] == ["havo"]


def test_a_waterfall_tells_its_steps_with_signs() -> None:
    steps = [
        number("bij de start", GAP, 0.6, 0.5, 0.7, "sd"),
        number("erbij in leerjaar 1", GAP, 0.1, 0.0, 0.2, "sd"),
        number("erbij in leerjaar 2", GAP, -0.05, -0.1, 0.0, "sd"),
        number("aan het eind", GAP, 0.65, 0.5, 0.8, "sd"),
    ]
    assert told("waterfall", *steps, phrase="Het verschil") == (
        "Het verschil: bij de start 0,60 sd (0,50 tot 0,70). Daar komt bij of gaat af: erbij in leerjaar 1: "
        "+0,10 sd (0,00 tot 0,20); erbij in leerjaar 2: −0,05 sd (−0,10 tot 0,00). Samen is dat aan het eind "
        "0,65 sd (0,50 tot 0,80)."
    )


@pytest.mark.parametrize(("own", "words"), [(0.2, "overlapt met"), (0.9, "ligt helemaal buiten")])
def test_a_band_says_whether_the_own_uncertainty_reaches_it(own: float, words: str) -> None:
    band = number("tussen scholen", "", 0.0, -0.3, 0.3, "sd", n=None)
    said = told("band", number("groei", "", own, own - 0.1, own + 0.1, "sd"), band, phrase="De groei is")
    assert said.startswith(f"De groei is: {text.decimal(own, 2)} sd (")
    assert "Gemiddeld over de scholen is het 0,00 sd; 95% van de scholen ligt tussen −0,30 en 0,30." in said
    assert said.endswith(f"Onze onzekerheid {words} die band.")


def test_a_band_may_be_the_middle_half_about_the_middle_school() -> None:
    facts = {"interval": roles.MIDDLE_HALF, "n": None}
    band = number("tussen scholen", "", 0.5, 0.4, 0.6, "share", **facts)
    said = told("band", number("meisjes", "", 0.55, 0.5, 0.6, "share"), band)
    assert (
        "Op de middelste school is het 50%; de middelste helft van de scholen ligt tussen 40% en 60%." in said
    )


def quadrant(level: float, gap: float, size: float) -> list[Estimate]:
    """Both changes, with a round region."""
    points = "percentage points"
    return [
        number(roles.CHANGE_OF_LEVEL, "", level, level - size, level + size, points),
        number(roles.CHANGE_OF_GAP, GAP, gap, gap - size, gap + size, points),
        *(Estimate(name, "", size, points, n=200) for name in (roles.LONG, roles.SHORT)),
        Estimate(roles.ANGLE, "", 0.0, "", n=200),
    ]


def test_a_quadrant_says_where_the_data_fit() -> None:
    assert told("quadrant", *quadrant(0.05, -0.06, 0.02), phrase="Van toen tot nu") == (
        "Van toen tot nu: het gemiddelde veranderde +5 procentpunt (3 tot 7) en het verschil −6 procentpunt "
        "(−8 tot −4). De gegevens passen bij ‘gemiddelde omhoog, verschil kleiner’."
    )


@pytest.mark.parametrize(("size", "corners"), [(0.04, 1), (0.055, 2), (0.065, 3), (0.09, 4)])
def test_a_region_reaches_the_corners_that_it_reaches(size: float, corners: int) -> None:
    (found,) = roles.quadrants_of(
        release(Result("r", tuple(quadrant(0.05, -0.06, size)), sources=("leerlingen",)))
    )
    reached = found.corners()
    assert (
        reached[0] == "gemiddelde omhoog, verschil kleiner" and len(set(reached)) == len(reached) == corners
    )


def test_lines_are_told_by_where_they_begin_and_end() -> None:
    line = [
        number("laag", group, 0.1 * i, 0.0, 0.9, "share") for i, group in enumerate(("520", "530", "540"), 1)
    ]
    year = number("hoog", "2020-2021", 0.5, 0.4, 0.6, "share")
    assert told("lines", *line, year) == (
        "Zoveel: laag van 10% (0% tot 90%) bij 520 naar 30% (0% tot 90%) bij 540; "
        "hoog 50% (40% tot 60%) in 2020-2021."
    )


def test_many_lines_are_told_without_their_intervals() -> None:
    lines = [number(f"lijn {i}", group, 0.5, 0.4, 0.6, "share") for i in range(5) for group in ("1", "2")]
    assert told("lines", *lines).startswith("Zoveel: lijn 0: van 50% bij 1 naar 50% bij 2; lijn 1: van")
    assert "(40% tot 60%)" in told("lines", *lines[:8])


def test_of_many_levels_only_the_ends_are_told() -> None:
    many = [number("x", f"vraag {i}", i / 20, 0.0, 1.0, "share") for i in range(9, 0, -1)]
    assert told("dots", *many) == "Zoveel: van 5% (vraag 1) tot 45% (vraag 9), en 7 getallen daartussen."
    assert told("dots", *many[:6]).count("vraag") == 6


def test_levels_with_the_same_group_are_told_apart_by_name() -> None:
    pair = [number(name, "laag", 0.7, 0.6, 0.8, "share") for name in ("diploma", "havo")]
    assert told("dots", *pair) == "Zoveel: diploma 70% (60% tot 80%) en havo 70% (60% tot 80%)."
    four = [*pair, *(number(n.name, "hoog", 0.9, 0.8, 1.0, "share") for n in pair)]
    assert "havo, hoog: 90% (80% tot 100%)" in told("dots", *four)


def test_one_conclusion_is_not_compared_with_itself() -> None:
    assert "steeds hetzelfde" not in told("conclusions", UP)


def test_many_conclusions_are_named_without_their_numbers() -> None:
    many = [number(f"rij {i}", GAP, 0.4, 0.2, 0.6, "sd") for i in range(9)]
    assert "rij 8. " in told("conclusions", *many) and "0,40" not in told("conclusions", *many)
    assert told("conclusions", *many[:6]).count("(0,40 sd, 0,20 tot 0,60)") == 6


def test_the_phrase_holds_of_one_unit_only() -> None:
    answers = number("betrokken", "laag", 3.5, 3.1, 4.0, "scale points")
    between = number("verschil tussen klassen", "", 0.1, 0.0, 0.2, "share of the variance")
    reliability = number("betrouwbaarheid", "", 0.8, 0.7, 0.9, "reliability")
    assert told("dots", answers, between, reliability, phrase="Het antwoord") == (
        "Het antwoord: laag 3,50 (3,10 tot 4,00). Verschil tussen klassen: 10% (0% tot 20%)."
    )
    assert told("dots", reliability).startswith("Zoveel: 0,80 (")


def test_of_many_names_the_first_and_the_last_group_are_told() -> None:
    groups = enumerate(("laag", "midden", "hoog"), 1)
    many = [number(name, group, i / 10, 0.0, 1.0, "share") for i, group in groups for name in "abc"]
    assert told("dots", *many) == (
        "Zoveel: a 10% (laag) en 30% (hoog); b 10% (laag) en 30% (hoog); c 10% (laag) en 30% (hoog)."
    )


def test_many_differences_between_the_same_groups_share_a_sentence() -> None:
    said = told("dots", UP, DOWN, number("advies", GAP, 0.3, 0.1, 0.5, "steps"))
    assert said == (
        "Verschil tussen hoog en laag (tussen haakjes: waar de gegevens bij passen): score 0,42 sd (0,20 tot "
        "0,60); groei −0,20 sd (−0,30 tot −0,10); advies 0,30 stap (0,10 tot 0,50)."
    )


def test_a_reason_is_told_in_short() -> None:
    said = told("dots", number("diploma", "laag", 0.7, 0.6, 0.8, "share", n=4))
    assert said.endswith(": te weinig leerlingen.")


def test_of_lines_over_years_only_those_that_reach_the_latest_year_are_told() -> None:
    lines = [number(name, "2023-2024", 0.5, 0.4, 0.6, "share") for name in ("havo", "vwo")]
    ended = number("vmbo-t", "2016-2017", 0.5, 0.4, 0.6, "share")
    assert told("years", *lines, ended) == (
        "Zoveel, in het laatste jaar dat we kunnen laten zien, 2023-2024: havo 50% (40% tot 60%) en vwo 50% "
        "(40% tot 60%)."
    )


def test_differences_without_uncertainty_promise_none() -> None:
    marks = [Estimate(name, GAP, 0.2, "score", n=200) for name in "abc"]
    assert told("dots", *marks) == "Verschil tussen hoog en laag: a 0,2; b 0,2; c 0,2."


def test_of_many_groups_in_context_the_expectation_is_told_and_not_the_pull() -> None:
    more = [number("diploma", f"groep {i}", 0.5, 0.4, 0.6, "share") for i in range(2)]
    said = told("context", *context(), *more)
    assert "verwacht bij deze leerlingen 74%" in said and "minder toeval" not in said


def test_many_bands_are_told_in_short() -> None:
    rows = [
        item
        for i in range(3)
        for item in (
            number(f"lessen {i}", "", 0.2, 0.1, 0.3, "share"),
            number(f"lessen {i}, tussen scholen", "", 0.2, 0.05, 0.4, "share", n=None),
        )
    ]
    assert told("band", *rows).count("20% (10% tot 30%); 95% van de scholen ligt tussen 5% en 40%.") == 3


def test_numbers_of_all_schools_are_not_told_as_those_of_the_school() -> None:
    none = Estimate.not_computable("deze school", "te klein", group="deze school", unit="score")
    whole = [number("alle scholen samen", f"deel {i}", i, 0, 9, "score") for i in range(3)]
    assert told("dots", none, *whole).startswith("Zoveel (alle scholen samen): deel 0: 0,0")


def test_one_number_among_several_units_says_what_it_is() -> None:
    slope = number("punten erbij", "", -3.1, -4.0, -2.1, "score")
    share = number("deel dat samengaat", "opleiding", 0.04, 0.0, 0.1, "share of the variance")
    assert told("dots", slope, share) == (
        "Zoveel (punten erbij): −3,1 (−4,0 tot −2,1). Deel dat samengaat: opleiding 4% (0% tot 10%)."
    )


def test_one_band_of_several_says_of_what_it_is() -> None:
    band = number("stress, tussen scholen", "", 0.2, 0.05, 0.4, "share", n=None)
    said = told("band", number("armoede", "", 0.5, 0.1, 0.9, "share", n=4), band)
    assert said.startswith("Zoveel (stress): gemiddeld is het 20%")


def test_a_school_of_which_nothing_can_be_given_is_told_so_once() -> None:
    hidden = [number(name, GAP, 0.2, 0.1, 0.3, "sd", n=4) for name in "abc"]
    assert told("dots", *hidden) == (
        "Verschil tussen hoog en laag: niet te geven voor a, b en c, want te weinig leerlingen."
    )
    assert told("lines", *hidden) == "Geen van de punten is te geven: te weinig leerlingen."
    assert "andere" not in told("dots", *(number("x", f"g{i}", 0.2, 0, 1, "share", n=4) for i in range(6)))


@pytest.mark.parametrize("kind", figures.KINDS)
def test_no_sentence_fails_or_claims_where_all_is_withheld(kind: str) -> None:
    hidden = [number(name, GAP, 0.2, 0.1, 0.3, "sd", n=4) for name in ("a", "b", "c")]
    said = told(kind, *hidden)
    assert "te weinig leerlingen" in said and not re.search(r"0,20|hoger bij|None", said)


def test_of_lines_that_are_hidden_but_for_one_the_sentence_says_which() -> None:
    hidden = [number("hoog", at, 0.5, 0.4, 0.6, "share", n=4) for at in ("score 1", "score 2")]
    other = [number("alle scholen", at, 0.5, 0.4, 0.6, "share") for at in ("score 1", "score 2")]
    assert told("lines", *hidden, *other).startswith("Zoveel: alle scholen van 50%")
    assert told("lines", *other).startswith("Zoveel: van 50%")


def test_a_long_list_becomes_short_sentences() -> None:
    """Of four lines with intervals the list is cut; of two it stays one sentence, and no word is lost."""

    def lines(count: int) -> str:
        names = ("vmbo-gt", "havo", "vwo", "alle scholen")[:count]
        series = [
            number(name, f"leerjaar {year}", 0.4, 0.3, 0.5, "share") for name in names for year in (1, 3)
        ]
        return told("lines", *series, phrase="Zoveel leerlingen hadden in dat jaar een plaats")

    short, long = lines(2), lines(4)
    assert "; havo van" in short and short.count(". ") == 0
    assert ". Havo van" in long and ". Alle scholen van" in long and ";" not in long
    assert max(len(one.split()) for one in long.split(". ")) <= sentences.MOST_WORDS < len(long.split())


def test_a_school_keeps_the_capital_of_its_name() -> None:
    for name in ("De Regenboog", "laag"):
        school = number("plaats", name, 0.1, -0.1, 0.3, "steps")
        assert told("context", school, phrase="In stappen").startswith(f"In stappen: {name} ")
