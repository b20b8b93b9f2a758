"""Figures of a region: what is drawn is what the numbers say, and no other school is named in a sentence."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import region_figures
from region_figures import LEVELS, NAMES

from kansen_lib.disclosure import Released, release
from kansen_lib.present import figures, roles, sentences, text
from kansen_lib.present.card import Card
from kansen_lib.present.figures import KINDS, canvas, kaart
from kansen_lib.stats.result import Estimate, Result


def released(estimates: list[Estimate], source: str = "leerlingen") -> Released:
    return release(Result("proef", tuple(estimates), sources=(source,)))


def drawn(kind: str, estimates: list[Estimate], source: str = "leerlingen"):
    """The matplotlib figure of a kind, laid out."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with mpl.rc_context(canvas.STYLE):
        figure = KINDS[kind](released(estimates, source))
        FigureCanvasAgg(figure).draw()
    return figure


def bars(axis) -> list:
    """The filled bars, without hatching and without the edge around a whole bar."""
    return [bar for bar in axis.patches if bar.get_facecolor()[3] and not bar.get_hatch()]


# --- schools as bars of levels -------------------------------------------------------------------------


def test_the_area_of_a_level_is_its_pupils() -> None:
    """Open counts: nothing is rounded or withheld, so that inches times share are pupils."""
    made = region_figures.mosaic(6)
    axis = drawn("mozaiek", made, "aantallen").axes[1]
    schools = [x for x in made if x.name != roles.WHOLE_AREA and x.value]
    areas = [bar.get_width() * bar.get_height() for bar in bars(axis)][: len(schools)]
    per_pupil = [area / (x.value * x.n) for area, x in zip(areas, schools, strict=True)]
    assert max(per_pupil) == pytest.approx(min(per_pupil))


def test_schools_stand_in_the_order_given_and_the_own_one_is_marked() -> None:
    axis = drawn("mozaiek", region_figures.mosaic(6), "aantallen").axes[1]
    labels = [tick.get_text().replace("\n", " ") for tick in axis.get_yticklabels()]
    assert labels == [
        "A Prins Willem-Alexander College",
        "B De Wegwijzer",
        "▶ C Sint Jozef Scholengemeenschap",
        "D Het Kompas",
        "E Prins Willem-Alexander College",
        "F De Wegwijzer",
        roles.WHOLE_AREA,
    ]
    assert axis.get_ylim()[0] > axis.get_ylim()[1]  # the first at the top
    assert len([bar for bar in axis.patches if bar.get_linewidth() > 2]) == 1


def test_what_is_withheld_of_a_school_is_hatched_and_has_the_size_of_the_rest() -> None:
    made = region_figures.mosaic(3)
    figure = drawn("mozaiek", made)
    hatched = [bar for bar in figure.axes[1].patches if bar.get_hatch()]
    own = [n for n in released(made).numbers if roles.axis_of(n.name) == roles.OWN_SCHOOL and n.value]
    left = 1 - sum(n.value for n in own)
    assert left > 0.1 and left in [pytest.approx(bar.get_width()) for bar in hatched]
    assert "gearceerd = niet getoond" in figure.get_supxlabel()


def test_shades_of_levels_get_darker_and_are_named_once() -> None:
    strip, _ = drawn("mozaiek", region_figures.mosaic(4), "aantallen").axes
    light = [canvas.luminance(bar.get_facecolor()[:3]) for bar in strip.patches]
    assert len(light) == 6 and light == sorted(light, reverse=True)
    assert [words.get_text().replace("\n", "") for words in strip.texts] == list(LEVELS)


def test_the_sentence_of_a_mosaic_names_no_other_school() -> None:
    told = sentences.write(released(region_figures.mosaic(), "aantallen"), "Zo is het nu", "mozaiek")
    assert told.startswith("Zo is het nu: op deze school vmbo-b 40%") or "op deze school pro 30%" in told
    assert "In het hele gebied pro 5%, vmbo-b 13%" in told and "nog 11 andere balken" in told
    assert not any(name in told for name in NAMES)


@pytest.mark.parametrize("schools", [3, 25])
def test_few_and_many_schools_fit(schools: int) -> None:
    figure = drawn("mozaiek", region_figures.mosaic(schools), "aantallen")
    boxes = [tick.get_window_extent() for tick in figure.axes[1].get_yticklabels()]
    assert len(boxes) == schools + 1
    assert all(one.y0 >= two.y1 - 1 for one, two in zip(boxes, boxes[1:], strict=False))


def test_the_bar_of_a_small_own_school_is_seen_within_its_edge() -> None:
    """As in a city: the own school has 60 pupils, others thousands."""
    made = [replace(x, n=20 if roles.axis_of(x.name) else x.n) for x in region_figures.mosaic(6)]
    axis = drawn("mozaiek", made, "aantallen").axes[1]
    (edge,) = [bar for bar in axis.patches if bar.get_linewidth() > 2]
    inside = [bar for bar in bars(axis) if edge.get_y() < bar.get_y() < edge.get_y() + edge.get_height()]
    assert inside and all(bar.get_height() <= edge.get_height() - 0.059 for bar in inside)


def test_a_long_name_of_a_school_is_cut_in_the_figure_and_whole_in_the_table() -> None:
    long = "NUOVO SG, openbaar voor vmbo, mavo, havo en vwo, vestiging media en vormgeving"
    made = [replace(x, name=long if x.name[0] == "A" else x.name) for x in region_figures.mosaic(3)]
    label = drawn("mozaiek", made, "aantallen").axes[1].get_yticklabels()[0].get_text()
    assert label.endswith("…") and label.count("\n") == 2
    assert long in Card(released(made, "aantallen"), "T", "P", "mozaiek", "openbaar", False).html()


# --- parts that add up ---------------------------------------------------------------------------------


def test_parts_lie_behind_each_other_and_come_to_the_total() -> None:
    axis = drawn("delen", region_figures.parts()).axes[0]
    across = axis.transData
    first = [bar for bar in bars(axis) if bar.get_transform().contains_branch(across)][:4]
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in first]
    assert [round(high, 6) for _, high in ends] == [0.01, 0.04, 0.1, 0.12]
    assert [round(low, 6) for low, _ in ends] == [0.0, 0.01, 0.04, 0.1]
    totals = [line.get_xdata()[0] for line in axis.get_lines() if line.get_marker() == "D"]
    assert totals == [pytest.approx(0.12), pytest.approx(0.1), pytest.approx(0.02)]


def test_a_part_below_zero_has_no_width_and_is_told() -> None:
    made = region_figures.parts()
    axis = drawn("delen", made).axes[0]
    assert min(bar.get_width() for bar in bars(axis)) == 0
    lines = [words.get_text() for words in axis.texts]
    assert [line for line in lines if "niet getekend" in line] == [
        "tussen klassen: −0,01 (−0,02 tot 0,00) – niet getekend"
    ]
    told = sentences.write(released(made), "Zo is het verdeeld", "delen")
    assert "tussen klassen −0,01" in told and "onder 0 is niet van toeval" in told
    above = [x for x in made if x.value >= 0]
    assert "onder 0" not in sentences.write(released(above), "Zo is het verdeeld", "delen")


def test_a_total_alone_is_drawn_as_a_point() -> None:
    total = [x for x in region_figures.parts() if x.group == roles.TOTAL][:1]
    assert len(drawn("delen", total).axes[0].get_lines()) == 1


# --- scenarios beside today ----------------------------------------------------------------------------


def test_every_measure_has_an_axis_from_zero_and_the_line_of_today() -> None:
    figure = drawn("voor_na", region_figures.scenarios())
    assert [axis.get_title("left").replace("\n", " ") for axis in figure.axes] == [
        "verdeling naar opleiding van de ouders",
        "leerlingen op deze school",
        "afstand naar school",
    ]
    for axis, now in zip(figure.axes, (0.34, 840, 4.2), strict=True):
        assert axis.get_xlim()[0] <= 0 < axis.get_xlim()[1]
        dotted = [lines for lines in axis.collections if lines.get_linestyle()[0][1] is not None]
        assert [path.vertices[0][0] for lines in dotted for path in lines.get_paths()] == [now]


def test_the_sentence_of_scenarios_says_each_measure_in_its_unit() -> None:
    told = sentences.write(released(region_figures.scenarios()), "Zo verandert het", "voor_na")
    assert "nu 0,34; loting over alle scholen 0,03" in told
    assert "Leerlingen op deze school: nu 840; loting" in told and "dichtste school 2,2 km" in told
    two = [x for x in region_figures.scenarios() if x.unit == "index"][:2]
    told = sentences.write(released(two), "Zo verandert het", "voor_na")
    assert told == "Zo verandert het: nu 0,34 (0,32 tot 0,36); loting over alle scholen 0,03 (0,01 tot 0,05)."


@pytest.mark.parametrize(("hidden", "words"), [(1, "is er 1 niet getoond"), (2, "zijn er 2 niet getoond")])
def test_one_number_that_is_withheld_is_said_in_the_singular(hidden: int, words: str) -> None:
    shown = [x for x in region_figures.scenarios() if x.unit == "index"]
    kept_back = [
        replace(x, value=None, lower=None, upper=None, interval="", reason="te weinig") for x in shown
    ]
    told = sentences.write(released([*shown[:-hidden], *kept_back[-hidden:]]), "Zo verandert het", "voor_na")
    assert f"Van de getallen {words}: " in told


@pytest.mark.parametrize(("least", "step"), [(0.003, 0.005), (0.01, 0.01), (7, 10), (200, 200), (21, 50)])
def test_ticks_are_a_round_step_apart(least: float, step: float) -> None:
    assert canvas.round_step(least) == pytest.approx(step)


def test_a_small_axis_writes_no_tick_twice() -> None:
    tiny = [Estimate("D", group, value, "index", n=500) for group, value in (("nu", 0.02), ("loting", 0.01))]
    axis = drawn("voor_na", tiny).axes[0]
    ticks = [label.get_text() for label in axis.get_xticklabels()]
    assert len(ticks) == len(set(ticks)) > 1


# --- maps ----------------------------------------------------------------------------------------------


#: Areas of the marks that are no point.
CROSS, SCHOOL, OWN = (style["s"] for style in (kaart._HIDDEN, kaart._SCHOOL, kaart._OWN))


def _marks(axis, area: float) -> list[tuple[float, float]]:
    """Where marks of this area stand."""
    return [
        tuple(xy)
        for dots in axis.collections
        if list(dots.get_sizes()) == [area]
        for xy in dots.get_offsets()
    ]


def test_points_lie_where_they_are_with_the_size_and_shade_of_their_number() -> None:
    made = region_figures.points()
    result, axis = released(made), drawn("kaart", made).axes[0]
    numbers = [n for n in roles.on_map(result) if n.value is not None]
    places = roles.places(result)
    dots = axis.collections[0]
    light = [canvas.luminance(fill[:3]) for fill in dots.get_facecolors()]
    at = [tuple(xy) for xy in dots.get_offsets()]
    found = {place: (size, shade) for place, size, shade in zip(at, dots.get_sizes(), light, strict=True)}
    assert len(numbers) == len(found) == 35
    points = [(n, *found[places[n.group]]) for n in numbers]
    per_pupil = [area / n.n for n, area, _ in points if area > 14]
    assert max(per_pupil) == pytest.approx(min(per_pupil))
    by_value = [shade for _, _, shade in sorted(points, key=lambda point: point[0].value)]
    assert by_value == sorted(by_value, reverse=True) and by_value[0] > 3 * by_value[-1]


def test_schools_are_marks_of_another_shape_and_the_own_one_of_its_own() -> None:
    axis = drawn("kaart", region_figures.points()).axes[0]
    places = roles.places(released(region_figures.points()))
    assert _marks(axis, SCHOOL) == [places[f"school: {NAMES[i]}"] for i in (0, 2, 3)]
    assert _marks(axis, OWN) == [places[f"deze school: {NAMES[1]}"]]


def test_a_withheld_point_is_a_cross_and_one_without_a_place_is_not_drawn() -> None:
    made = region_figures.points()
    result, axis = released(made), drawn("kaart", made).axes[0]
    withheld = [n.group for n in result.numbers if n.value is None]
    places = roles.places(result)
    assert withheld and _marks(axis, CROSS) == [places[group] for group in withheld]
    (nowhere,) = {n.group for n in result.numbers if not roles.is_helper(n)} - set(places)
    told = sentences.write(result, "Zo wonen zij", "kaart")
    assert nowhere == "7003" and "Niet op de kaart: 1" in told and f"er {len(withheld)} niet getoond" in told


def test_a_kilometre_is_as_long_both_ways_and_the_bar_says_how_long() -> None:
    axis = drawn("kaart", region_figures.points()).axes[0]
    east, north = axis.transData.transform((201, 441)) - axis.transData.transform((200, 440))
    assert east == pytest.approx(north)
    (bar,) = axis.get_lines()
    (words,) = [each.get_text() for each in axis.texts]
    low, high = bar.get_xdata()
    assert words == f"{text.decimal(high - low, 0)} km"


@pytest.mark.parametrize("count", [4, 120])
def test_few_and_many_points_make_a_map(count: int) -> None:
    shown = [n for n in roles.on_map(released(region_figures.points(count))) if n.value is not None]
    axis = drawn("kaart", region_figures.points(count)).axes[0]
    assert len(axis.collections[0].get_offsets()) == len(shown) > 1


def test_points_on_one_place_make_a_map_too() -> None:
    one = Estimate("x", "7000", 0.4, "share", n=200, count=80)
    axis = drawn("kaart", [one, *region_figures.place("7000", 200.0, 440.0)]).axes[0]
    assert axis.get_xlim()[0] < 200 < axis.get_xlim()[1] and axis.get_ylim()[0] < 440 < axis.get_ylim()[1]


def test_without_a_place_there_is_no_map_but_a_sentence() -> None:
    made = [x for x in region_figures.points() if not x.name.startswith("plaats")]
    assert figures.draw(released(made), "kaart", "T", False) == ""
    assert "weten we hier waar het ligt" in sentences.write(released(made), "Zo wonen zij", "kaart")
    half = [x for x in region_figures.points() if x.name != roles.NORTH]
    assert figures.draw(released(half), "kaart", "T", False) == ""


def test_a_map_tells_no_coordinates_and_names_no_area_for_its_value() -> None:
    made = region_figures.points()
    told = sentences.write(released(made), "Zo wonen zij", "kaart")
    assert not re.search(r"\b7\d{3}\b", told) and "35 gebieden" in told
    alt = re.search(r'alt="([^"]*)"', figures.draw(released(made), "kaart", "T", False))[1]
    listed = re.findall(r"\b7\d{3}\b", alt)
    assert " km" not in alt and listed == sorted(listed) and len(listed) == 36


def test_a_map_of_one_value_has_one_shade() -> None:
    made = [replace(x, value=0.4, count=round(0.4 * x.n)) if x.n else x for x in region_figures.points(8)]
    legend = drawn("kaart", made).axes[1]
    assert len(legend.patches) == 1
