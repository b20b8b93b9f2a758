"""Figures of an evaluation: what is drawn and told is what the numbers say, from few rows to many."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import effect_figures
import pytest
from effect_figures import GAP, event_study, measures, plane, point, quadrant, specifications
from test_figures import boxes, drawn, released, words

from kansen_lib.disclosure import release
from kansen_lib.present import figures, roles, sentences, text
from kansen_lib.present.card import Card
from kansen_lib.present.figures import canvas
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit

SIZES = {
    **{f"quadrant {n}": ("quadrant", quadrant(n)) for n in (1, 2, 5, 8)},
    "quadrant alone": ("quadrant", point("", 0.2, -0.1, 0.05)),
    **{f"specificaties {n}": ("specificaties", specifications()[:n]) for n in (3, 8, 24)},
    "gebeurtenis 1": ("gebeurtenis", [x for x in event_study() if x.name != "met imputatie"]),
    "gebeurtenis 2": ("gebeurtenis", event_study()),
    **{f"vlak {n}": ("vlak", plane()[: 2 * n]) for n in (1, 3, 8)},
    "kruistabel 1": ("kruistabel", measures()[:1]),
    "kruistabel all": ("kruistabel", measures()),
}


def told(kind: str, *estimates: Estimate) -> str:
    """The sentence of a kind of figure."""
    return sentences.write(released(list(estimates)), "Zoveel", kind)


@pytest.mark.parametrize("size", SIZES)
def test_from_few_rows_to_many_nothing_overlaps_or_is_cut_off(size: str) -> None:
    figure = drawn(*SIZES[size])
    placed = boxes(figure)
    assert len(placed) > 3
    for (one, first), (other, second) in itertools.combinations(placed, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert wide < 2 or high < 3, f"'{one}' runs into '{other}'"
    for label, box in placed:
        assert -1 <= box.x0 and box.x1 <= figure.bbox.x1 + 1, f"'{label}' is cut off"
        assert -1 <= box.y0 and box.y1 <= figure.bbox.y1 + 1, f"'{label}' is cut off"
    assert min(item.get_fontsize() for item in words(figure)) >= 10


def shown_words(figure) -> str:
    return " ".join(item.get_text().replace("\n", " ") for item in words(figure))


# --- quadrant ------------------------------------------------------------------------------------------


def test_every_point_of_a_quadrant_stands_at_its_effect_with_its_own_region() -> None:
    figure = drawn("quadrant", quadrant())
    axis = figure.axes[0]
    places = [(x[0], y[0]) for x, y in (line.get_data() for line in axis.get_lines()) if len(x) == 1]
    assert places == [
        (0.22, -0.19), (0.1, 0.16), (0.28, 0.01), (0.26, 0.02), (0.11, 0.02), (0.09, 0.05), (0.02, -0.04),
        (-0.06, 0.0),
    ]  # fmt: skip
    regions = [line.get_xydata() for line in axis.get_lines() if len(line.get_xdata()) > 100]
    assert [tuple(region[:-1].mean(axis=0)) for region in regions] == [pytest.approx(at) for at in places]
    said = shown_words(figure)
    assert all(corner in said for corner in roles.CORNERS.values())
    assert "hoge verwachtingen" in said and "gekozen: " not in said and "hoge_" not in said


def test_one_point_has_zero_in_the_middle_and_several_have_every_corner_in_view() -> None:
    low, high = drawn("quadrant", point("", 0.2, -0.1, 0.05)).axes[0].get_xlim()
    assert low == -high
    axis = drawn("quadrant", [x for x in quadrant() if x.group != "taalklas"]).axes[0]
    for low, high in (axis.get_xlim(), axis.get_ylim()):
        assert low < 0 < high and 0.5 < -low / high < 2 and low != -high


def test_only_the_chosen_region_is_filled_and_points_are_told_apart_in_grey() -> None:
    axis = drawn("quadrant", quadrant(5)).axes[0]
    (filled,) = axis.patches
    assert filled.get_xy()[:, 0].mean() == pytest.approx(0.22, abs=0.01)
    points = [line for line in axis.get_lines() if len(line.get_xdata()) == 1]
    assert len({line.get_marker() for line in points}) == 5
    without = [replace(x, group=x.group.removeprefix("gekozen: ")) for x in quadrant(5)]
    assert not drawn("quadrant", without).axes[0].patches


def test_a_point_without_its_region_or_in_another_unit_is_not_drawn() -> None:
    whole = quadrant(3)
    holed = [x for x in whole if (x.name, x.group) != (roles.SHORT, "tutoring")]
    assert [one.group for one in roles.quadrants_of(released(holed))] == [
        "gekozen: hoge_verwachtingen",
        "brede_brugklas",
    ]
    other = [replace(x, unit="score") if x.group == "tutoring" and x.unit == "sd" else x for x in whole]
    assert len(roles.quadrants_of(released(other))) == 2


def test_a_quadrant_says_which_measures_fit_one_corner_only() -> None:
    assert told("quadrant", *quadrant(3)) == (
        "Zoveel (gemiddelde en verschil tussen de groepen): hoge verwachtingen +0,22 sd (0,16 tot 0,28) en "
        "−0,19 sd (−0,31 tot −0,07). Brede brugklas +0,10 sd (0,05 tot 0,15) en +0,16 sd (0,06 tot 0,26). "
        "Tutoring +0,28 sd (0,23 tot 0,33) en +0,01 sd (−0,09 tot 0,11). "
        "De gegevens van hoge verwachtingen passen alleen bij ‘gemiddelde omhoog, verschil kleiner’. "
        "De gegevens van brede brugklas passen alleen bij ‘gemiddelde omhoog, verschil groter’. "
        "De gegevens van tutoring passen alleen bij ‘gemiddelde omhoog’; het verschil kan groter of kleiner "
        "zijn."
    )


def test_of_several_points_it_says_what_is_sure_of_mean_and_gap() -> None:
    made = [
        *point("een", 0.0, -0.3, 0.05, 0.0),
        *point("twee", 0.0, 0.0, 0.1),
        *point("drie", 0.3, 0.0, 0.05),
        *point("vier", 0.3, 0.02, 0.05),
    ]
    said = told("quadrant", *made)
    assert said.endswith(
        "De gegevens van een passen alleen bij ‘verschil kleiner’; het gemiddelde kan omhoog of omlaag zijn. "
        "De gegevens van drie en vier passen alleen bij ‘gemiddelde omhoog’; het verschil kan groter of "
        "kleiner zijn. De gegevens van twee zeggen van geen van beide welke kant het op gaat."
    )


def test_one_effect_is_told_with_its_groups() -> None:
    groups = [
        effect_figures._sd(roles.EFFECT_ON_LEVEL, "laag", 0.3, 0.1),
        effect_figures._sd(roles.EFFECT_ON_LEVEL, "hoog", 0.1, 0.1),
    ]
    hidden = Estimate.not_computable(roles.EFFECT_ON_LEVEL, "te weinig klassen", group="midden", unit="sd")
    assert told("quadrant", *point("", 0.2, -0.1, 0.01), *groups, hidden) == (
        "Zoveel: gemiddelde +0,20 sd (0,19 tot 0,21), verschil tussen de groepen −0,10 sd (−0,12 tot −0,08). "
        "Per groep: laag +0,30 sd (0,20 tot 0,40) en hoog +0,10 sd (0,00 tot 0,20). "
        "De gegevens passen bij ‘gemiddelde omhoog, verschil kleiner’. "
        "Niet te geven voor midden: te weinig klassen."
    )


def test_where_a_small_group_hides_the_mean_no_region_is_told_or_drawn() -> None:
    few = Estimate(roles.EFFECT_ON_LEVEL, "laag", 0.3, "sd", n=4)
    made = [*point("", 0.2, -0.1, 0.05), few]
    said = told("quadrant", *made)
    assert "gebied" not in said and "+0,20" not in said and "effect op het gemiddelde en laag" in said
    assert len(drawn("quadrant", made).axes[0].get_yticks()) == 1  # the gap alone
    alone = [x for x in made if x.name.startswith("gebied")]
    assert figures.draw(released(alone), "quadrant", "T", False) == ""


def test_without_a_lottery_neither_axis_nor_sentence_says_effect() -> None:
    alike = {roles.EFFECT_ON_LEVEL: roles.ALIKE_LEVEL, roles.EFFECT_ON_GAP: roles.ALIKE_GAP}
    made = [replace(x, name=alike.get(x.name, x.name)) for x in point("", 0.2, -0.1, 0.05)]
    assert "effect" not in shown_words(drawn("quadrant", made)) + told("quadrant", *made)
    assert "gemiddelde bij gelijke start (sd)" in shown_words(drawn("quadrant", made))


# --- specification curve -------------------------------------------------------------------------------


def grid_of(figure) -> dict[str, list[int]]:
    """The places of the dark marks of each answer in the grid."""
    axis = figure.axes[1]
    rows = {
        round(y): label.get_text() for y, label in zip(axis.get_yticks(), axis.get_yticklabels(), strict=True)
    }
    dark = [line for line in axis.get_lines() if line.get_markersize() > 4]
    return {rows[line.get_ydata()[0]]: list(line.get_xdata()) for line in dark}


def test_specifications_stand_in_order_of_size_above_their_own_choices() -> None:
    made = specifications(2)
    figure = drawn("specificaties", made)
    dots = [line for line in figure.axes[0].get_lines() if line.get_marker() in ("o", "D")]
    ordered = sorted(made, key=lambda x: round(x.value, 2))
    assert [line.get_ydata()[0] for line in dots] == [pytest.approx(round(x.value, 2)) for x in ordered]
    chosen = [[choice.split(": ")[-1] for choice in x.group.split(" | ")] for x in ordered]
    marks = grid_of(figure)
    assert set(marks) == {"nee", "ja", "ja, en achtergrond", "alle", "zonder late starters"}
    for answer, places in marks.items():
        assert places == [i for i, answers in enumerate(chosen) if answer in answers]


def test_the_main_specification_is_the_only_diamond_and_in_the_strip() -> None:
    curve, grid = drawn("specificaties", specifications()).axes
    (main,) = [line for line in curve.get_lines() if line.get_marker() == "D"]
    place = main.get_xdata()[0]
    for axis in (curve, grid):
        (strip,) = axis.patches
        assert strip.get_x() < place < strip.get_x() + strip.get_width() < place + 1


def test_a_curve_is_told_by_its_middle_and_its_ends_and_not_by_every_number() -> None:
    values = (0.1, 0.2, -0.05, 0.3)
    made = [
        effect_figures._sd("effect", f"voortoets: {i} | schaal: sd", value, 0.12)
        for i, value in enumerate(values)
    ]
    made[1] = replace(made[1], group=f"{roles.MAIN}: {made[1].group}")
    said = told("specificaties", *made, Estimate("toeval geeft zo'n mediaan", "", 0.03, "share"))
    assert said == (
        "Zoveel: bij de hoofdanalyse 0,20 sd (0,08 tot 0,32). Er zijn 4 manieren van rekenen, met 0,15 in "
        "het midden. De laagste geeft −0,05 sd, de hoogste 0,30 sd. 3 van de 4 liggen boven 0; "
        "bij 2 ligt ook het hele interval boven 0. Toeval geeft zo'n mediaan: 3%."
    )
    alt = re.search(r'alt="([^"]*)"', figures.draw(released(made), "specificaties", "T", False))[1]
    assert "0,15 in het midden" in alt and "0,10 sd" not in alt


def test_specifications_that_are_withheld_are_counted_and_few_are_no_curve() -> None:
    made = specifications(2)
    hidden = [replace(x, value=None, lower=None, upper=None, reason="te weinig scholen") for x in made[:2]]
    said = told("specificaties", *hidden, *made[2:])
    assert "Er zijn 4 manieren" in said and said.endswith(": te weinig scholen.")
    assert len(drawn("specificaties", made[:2]).axes) == 1
    assert "manieren" not in told("specificaties", *made[:2])


# --- event study ---------------------------------------------------------------------------------------


def test_years_before_the_start_are_open_and_from_it_on_filled() -> None:
    figure = drawn("gebeurtenis", event_study())
    axis = figure.axes[0]
    points = [line for line in axis.get_lines() if line.get_marker() in ("o", "s")]
    assert len(points) == 12
    for line in points:
        is_before = line.get_xdata()[0] < -0.5
        assert (line.get_markerfacecolor() == "white") == is_before
    (start,) = [line for line in axis.get_lines() if line.get_linestyle() == ":"]
    assert set(start.get_xdata()) == {-0.5}
    assert [label.get_text() for label in axis.get_xticklabels()] == ["−3", "−2", "−1", "0", "+1", "+2"]
    assert len({line.get_marker() for line in points}) == 2
    assert "per startjaar geschat" in figure.get_supxlabel() and "met imputatie" in figure.get_supxlabel()


@pytest.mark.parametrize("years", [range(-1, 9), range(-9, 1), range(-15, 16)])
def test_few_years_on_one_side_and_many_in_all_keep_their_words_apart(years: range) -> None:
    made = [effect_figures._sd("effect", str(year), 0.01 * year, 0.1) for year in years]
    placed = boxes(drawn("gebeurtenis", made))
    assert {"voor de start", "vanaf de start"} <= {label for label, _ in placed}
    for (one, first), (other, second) in itertools.combinations(placed, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert wide < 2 or high < 3, f"'{one}' runs into '{other}'"


def test_an_event_study_says_before_and_after_and_not_that_trends_were_alike() -> None:
    first = [x for x in event_study() if x.name != "met imputatie"]
    assert told("gebeurtenis", *first) == (
        "Zoveel: in het jaar van de start 0,06 sd (−0,01 tot 0,13), en 2 jaar later 0,20 sd (0,11 tot 0,29). "
        "In 2 van de 2 jaren voor de start past 0 bij de gegevens. "
        "Gemiddeld vanaf de start: 0,13 sd (0,08 tot 0,18)."
    )
    steep = [replace(x, value=0.3, lower=0.2, upper=0.4) if x.group == "-3" else x for x in first]
    assert "In 1 van de 2 jaren voor de start past 0 bij de gegevens." in told("gebeurtenis", *steep)
    alone = [x for x in steep if x.group != "-2"]
    assert "In het ene jaar voor de start past 0 niet bij de gegevens." in told("gebeurtenis", *alone)


def test_a_year_that_is_withheld_leaves_its_place_empty() -> None:
    made = [replace(x, n=3) if x.group == "1" else x for x in event_study()]
    axis = drawn("gebeurtenis", made).axes[0]
    years = {round(line.get_xdata()[0]) for line in axis.get_lines() if line.get_marker() in ("o", "s")}
    assert 1 not in years and len(years) < 6 and list(axis.get_xticks()) == [-3, -2, -1, 0, 1, 2]


# --- cost and effect -----------------------------------------------------------------------------------


def test_points_stand_at_effect_and_cost_and_what_others_found_is_open() -> None:
    axis = drawn("vlak", plane()).axes[0]
    points = [line for line in axis.get_lines() if len(line.get_xdata()) == 1]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in points][:3] == [
        (0.28, 1200.0),
        (0.22, 240.0),
        (0.25, 900.0),
    ]
    assert [line.get_markerfacecolor() == "white" for line in points] == [False] * 6 + [True] * 2
    assert max(points, key=lambda line: line.get_markersize()) is points[0]


def test_a_name_beside_the_plane_has_the_sign_of_its_point_and_no_two_are_alike() -> None:
    axis = drawn("vlak", plane()).axes[0]
    markers = dict(zip(canvas.MARKERS, canvas.SIGNS, strict=True))
    for line, label in zip(
        [x for x in axis.get_lines() if len(x.get_xdata()) == 1], plane()[::2], strict=True
    ):
        sign = markers[line.get_marker()][roles.is_elsewhere(label.group)]
        name = text.plain(roles.unmarked(label.group))
        assert f"{sign} {name}" in [re.sub(r"\s", " ", item.get_text()) for item in axis.texts]
    assert len(set(canvas.SIGNS)) == len(set(canvas.MARKERS)) == 8


@pytest.mark.parametrize("count", [1, 8])
def test_on_a_line_a_tenth_of_an_sd_costs_what_the_line_says(count: int) -> None:
    axis = drawn("vlak", plane()[: 2 * count]).axes[0]
    lines = [line for line in axis.get_lines() if line.get_linestyle() == "--"]
    said = [item.get_text() for item in axis.texts if re.fullmatch(r"[\d.]+", item.get_text())]
    assert 1 <= len(lines) == len(said) <= 3
    for line, amount in zip(lines, said, strict=True):
        (x0, y0), (x, y) = line.get_xydata()
        assert (x0, y0) == (0, 0) and 0.1 * y / x == pytest.approx(float(amount.replace(".", "")))


def test_lines_whose_words_would_run_into_each_other_are_left_out() -> None:
    made = [
        effect_figures._sd(roles.EFFECT, group, 0.2, 0.05)
        for group in ("dure aanpak", "goedkoop", "bijna gratis")
    ]
    costs = (6000.0, 40.0, 5.0)
    made += [Estimate(roles.COST, x.group, cost, "money") for x, cost in zip(made, costs, strict=True)]
    axis = drawn("vlak", made).axes[0]
    said = [item for item in axis.texts if re.fullmatch(r"[\d.]+", item.get_text())]
    heights = sorted(item.get_window_extent().y0 for item in said)
    assert all(high - low > 10 for low, high in itertools.pairwise(heights)) and len(said) == 1


def test_a_point_on_zero_has_an_axis() -> None:
    axis = drawn("quadrant", point("", 0.0, 0.0, 0.0)).axes[0]
    assert axis.get_xlim()[1] == pytest.approx(0.031) == -axis.get_xlim()[0]


def test_a_measure_that_does_harm_or_costs_nothing_has_no_line() -> None:
    harm = [x for x in plane() if x.group == "taalklas"]
    free = [replace(x, value=0.0) if x.name == roles.COST else x for x in plane()[:2]]
    for made in (harm, free):
        axis = drawn("vlak", made).axes[0]
        assert not [line for line in axis.get_lines() if line.get_linestyle() == "--"]
        assert axis.get_ylim()[0] == 0


def test_a_plane_tells_effect_and_cost_and_last_what_others_found() -> None:
    assert told("vlak", *plane()[-2:], *plane()[:2]) == (
        "Zoveel: tutoring 0,28 sd (0,22 tot 0,34) voor 1.200 euro per leerling. "
        "Elders gevonden: kleinere klassen 0,20 sd (0,15 tot 0,25) voor 2.600 euro per leerling."
    )
    hidden = Estimate.not_computable(roles.EFFECT, "te weinig scholen", group="mentor", unit="sd")
    cost = Estimate(roles.COST, "mentor", 450.0, "money")
    said = told("vlak", *plane()[:2], hidden, cost)
    assert said.endswith("Niet te geven voor mentor: te weinig scholen.") and "450" not in said


# --- measures by theme and level -----------------------------------------------------------------------


def test_every_cell_names_its_measures_or_says_that_there_is_nothing() -> None:
    axis = drawn("kruistabel", measures()).axes[0]
    said = [item.get_text().replace("-\n", "").replace("\n", " ") for item in axis.texts]
    assert said.count("niets") == 9 and len(said) == 17
    assert {x for x in said if x != "niets"} == {roles.place_on_axis(x.group) for x in measures() if x.value}
    assert [label.get_text() for label in axis.get_xticklabels()] == ["macro", "meso", "micro"]
    filled = [patch for patch in axis.patches if patch.get_facecolor()[:3] != (1.0, 1.0, 1.0)]
    assert len(filled) == 8


def test_blocks_lie_within_their_cell_and_do_not_overlap() -> None:
    axis = drawn("kruistabel", measures()).axes[0]
    column = sorted((p.get_y(), p.get_y() + p.get_height()) for p in axis.patches if p.get_x() == 1.5)
    assert len(column) == 7
    assert all(end == pytest.approx(start) for (_, end), (start, _) in itertools.pairwise(column))


def test_a_table_of_measures_says_what_there_is_and_where_nothing_is() -> None:
    assert told("kruistabel", *measures()) == (
        "Zoveel: 8 aanpakken, in 6 van de 15 vakjes. Niets bij professionalisering. Niets bij macro."
    )
    made = [
        Estimate("thema: taal", "meso", 3.0, "aanpakken"),
        Estimate("thema: taal", "micro", 0.0, "aanpakken"),
    ]
    assert [item.get_text() for item in drawn("kruistabel", made).axes[0].texts] == ["3", "niets"]
    hidden = Estimate.not_computable("thema: ouders", "niet ingevuld", group="meso", unit="aanpakken")
    axis = drawn("kruistabel", [*made, hidden]).axes[0]
    assert "–" in [item.get_text() for item in axis.texts]
    assert [patch.get_hatch() for patch in axis.patches if patch.get_hatch()] == ["/////"]
    assert told("kruistabel", *made, hidden).endswith("Niet te geven voor meso: niet ingevuld.")


@pytest.mark.parametrize("width", [8, 14, 40])
def test_a_word_that_does_not_fit_goes_on_after_a_hyphen(width: int) -> None:
    label = "Gratis huiswerkbegeleiding\nen meer"
    lines = canvas.hyphened(label, width).split("\n")
    assert max(map(len, lines)) <= width and lines[-1].endswith("meer")
    joined = " ".join(lines).replace("- ", "")
    assert joined == label.replace("\n", " ")


# --- words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "words_"),
    [
        (0.123, Unit.SD, "0,12 sd"),
        (1200.4, Unit.MONEY, "1.200 euro"),
        (215.0, "euro per 0,1 sd", "215 euro"),
        (1.0, Unit.MONTHS, "1 maand"),
        (-2.0, Unit.MONTHS, "−2 maanden"),
        (1.0, "aanpakken", "1 aanpak"),
        (0.0, "aanpakken", "0 aanpakken"),
        (1.83, "punten", "1,8 punten"),
        (12.0, "lessen", "12 lessen"),
        (3.0, "keer", "3,0"),
    ],
)
def test_an_effect_in_words(value: float, unit: str, words_: str) -> None:
    (number,) = release(Result("r", (Estimate("effect", "", value, unit),), sources=("deelname",))).numbers
    assert text.value_text(number) == words_


def test_a_chance_is_no_share_of_pupils() -> None:
    made = [Estimate("kans op zo'n verschil door de loting alleen", "", 0.24, "share", n=400)]
    assert drawn("dots", made).axes[0].get_xlabel() == "kans"
    other = [*made, Estimate("kansrijk", "", 0.24, "share", n=400)]
    assert drawn("dots", other).axes[0].get_xlabel() == "aandeel van de leerlingen"


def test_levels_without_and_with_are_a_line_a_group_and_the_gap_under_them() -> None:
    made = [
        Estimate(name, f"{when} de aanpak", value, unit, n=300)
        for name, unit, values in (("laag", "score", (90.2, 94.9)), (GAP, "punten", (4.0, 0.4)))
        for when, value in zip(("zonder", "met"), values, strict=True)
    ]
    assert told("lines", *made) == (
        "Zoveel: laag van 90,2 zonder de aanpak naar 94,9 met de aanpak; "
        "hoog minus laag van 4,0 punten zonder de aanpak naar 0,4 punten met de aanpak."
    )
    assert len(drawn("lines", made).axes) == 2


def test_a_line_that_stays_where_it_is_is_told_once() -> None:
    flat = [Estimate("elders gevonden", group, 0.28, "sd") for group in ("5 scholen", "alle scholen")]
    assert told("lines", *flat) == "Zoveel: steeds 0,28 sd."
    steep = [replace(flat[0], value=0.3), flat[1]]
    assert told("lines", *steep) == "Zoveel: van 0,30 sd bij 5 scholen naar 0,28 sd bij alle scholen."


def test_what_stands_beside_a_plane_is_told_a_name_at_a_time() -> None:
    prices = [
        Estimate("kosten per 0,1 sd", group, value, "euro per 0,1 sd", value - 50, value + 90, "95%")
        for group, value in (("tutoring", 430.0), ("hoge_verwachtingen", 110.0))
    ]
    assert told("vlak", *plane()[:4], *prices).endswith(
        "Kosten per 0,1 sd: tutoring 430 euro (380 tot 520) en hoge verwachtingen 110 euro (60 tot 200)."
    )


def test_a_cost_is_drawn_from_zero_and_months_about_it() -> None:
    cost = drawn("dots", [Estimate(roles.COST, str(i), 1000.0 + i, "money") for i in range(2)]).axes[0]
    assert cost.get_xlim()[0] <= 0
    months = drawn("dots", [Estimate("maanden", str(i), 3.0 + i, Unit.MONTHS) for i in range(2)]).axes[0]
    assert months.get_xlim()[0] <= 0 and months.get_xlabel() == "maanden"


@pytest.mark.parametrize("kind", ["quadrant", "specificaties", "gebeurtenis", "vlak", "kruistabel"])
def test_a_result_of_another_shape_is_drawn_as_dots_and_told_plainly(kind: str) -> None:
    made = [effect_figures._sd("effect", group, 0.2, 0.1) for group in ("laag", "hoog")]
    made.append(effect_figures._sd("effect", GAP, 0.0, 0.1))
    if kind != "kruistabel":  # any group is a column there
        assert len(drawn(kind, made).axes[0].get_yticks()) == 3
        assert told(kind, *made) == told("dots", *made)
    nothing = [Estimate.not_computable("effect", "er is geen aanpak", unit="sd")]
    assert told(kind, *nothing) == "Niet te geven voor effect: er is geen aanpak."
    assert figures.draw(released(nothing), kind, "T", False) == ""


def test_the_table_holds_every_specification() -> None:
    shown = Card(released(specifications()), "T", "P", "specificaties", "school", False).html()
    assert shown.count("<tr>") == 25 and "hoofdanalyse: voortoets" in shown
