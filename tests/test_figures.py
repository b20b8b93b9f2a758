"""Every kind of figure: nothing overlaps, nothing is cut off, it reads in grey, and it tells its numbers."""

from __future__ import annotations

import base64
import html
import itertools
import re
from dataclasses import replace

import numpy as np
import pytest

from kansen_lib.disclosure import Released, release
from kansen_lib.present import figures, roles, text
from kansen_lib.present.card import Card
from kansen_lib.present.figures import KINDS, canvas, lines
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit

GAP = "hoog minus laag"


def number(name: str, group: str, value: float, half: float, unit: str = "share", **facts) -> Estimate:
    """An estimate with an interval of twice ``half``."""
    known = {"n": 200, "interval": "95%", **facts}
    return Estimate(name, group, value, unit, value - half, value + half, **known)


def _context() -> list[Estimate]:
    told = []
    for group, value, unit in (
        ("laag", 0.7, "share"),
        ("hoog", 0.9, "share"),
        (GAP, 0.2, "percentage points"),
    ):
        told += [
            number("diploma", group, value, 0.05, unit, reference=value - 0.02),
            number("diploma, met minder toeval", group, value - 0.01, 0.03, unit),
            number("diploma, verwacht bij deze leerlingen", group, value + 0.01, 0.02, unit),
        ]
    return told


def _lines() -> list[Estimate]:
    """Three lines that end nearly together, with long names."""
    names = ("leerlingen met hoogopgeleide ouders", "leerlingen met middelbaar opgeleide ouders", "laag")
    return [
        number(name, str(score), 0.1 + 0.13 * i + 0.01 * place, 0.05)
        for place, name in enumerate(names)
        for i, score in enumerate(range(520, 550, 5))
    ]


def _years() -> list[Estimate]:
    years = [f"20{year}-20{year + 1}" for year in range(15, 25)]
    return [number(name, year, 0.8, 0.05) for name in ("vmbo-t", "havo", "vwo") for year in years]


def _quadrant() -> list[Estimate]:
    points = "percentage points"
    return [
        number(roles.CHANGE_OF_LEVEL, "", 0.05, 0.03, points),
        number(roles.CHANGE_OF_LEVEL, "laag", 0.09, 0.06, points),
        number(roles.CHANGE_OF_LEVEL, "hoog", 0.03, 0.05, points),
        number(roles.CHANGE_OF_GAP, GAP, -0.06, 0.08, points),
        Estimate(roles.LONG, "", 0.1, points, n=200),
        Estimate(roles.SHORT, "", 0.03, points, n=200),
        Estimate(roles.ANGLE, "", -75.0, "", n=200),
    ]


WATERFALL = [
    number("bij de start in leerjaar 1", GAP, 0.62, 0.15, "sd"),
    number("erbij in leerjaar 1 en 2, van toets tot toets", GAP, 0.02, 0.1, "sd"),
    number("erbij in leerjaar 3", GAP, -0.07, 0.1, "sd"),
    number("aan het eind van leerjaar 3", GAP, 0.57, 0.17, "sd"),
]
CONCLUSIONS = [
    number("score bij de start", GAP, 0.42, 0.2, "sd"),
    number("groei van leerjaar 1 tot en met leerjaar 3", GAP, -0.05, 0.12, "sd"),
    number("advies bij gelijke score", GAP, -0.28, 0.11, "steps"),
    number("diploma", GAP, 0.11, 0.05, "percentage points"),
]
BAND = [
    number("groei", "taal en lezen", 0.12, 0.15, "sd"),
    number("tussen scholen", "taal en lezen", 0.0, 0.3, "sd", n=None),
    number("groei", "rekenen en wiskunde samen", 0.5, 0.12, "sd"),
    number("tussen scholen", "rekenen en wiskunde samen", 0.05, 0.25, "sd", n=None),
]
DOTS = [
    number("havo of hoger", "kinderen van ouders met alleen basisschool", 0.42, 0.1, reference=0.4),
    number("havo of hoger", "hoog", 0.82, 0.1, reference=0.8),
    number("advies bij gelijke score", GAP, 0.28, 0.11, "steps"),
]
EXAMPLES = {
    "dots": DOTS,
    "years": _years(),
    "lines": _lines(),
    "context": _context(),
    "waterfall": WATERFALL,
    "band": BAND,
    "quadrant": _quadrant(),
    "conclusions": CONCLUSIONS,
}
BREAKS = ("530", "2019-2020")


def released(estimates: list[Estimate]) -> Released:
    """A released result of pupils."""
    return release(Result("proef", tuple(estimates), sources=("leerlingen",)))


def drawn(kind: str, estimates: list[Estimate] | None = None):
    """The matplotlib figure of a kind, laid out."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with mpl.rc_context(canvas.STYLE):
        figure = KINDS[kind](released(estimates or EXAMPLES[kind]), BREAKS)
        FigureCanvasAgg(figure).draw()
    return figure


def words(figure) -> list:
    """Every text in a figure that shows something."""
    import matplotlib.text

    unseen = set()
    for axis in (one for panel in figure.axes for one in (panel.xaxis, panel.yaxis)):
        low, high = sorted(axis.get_view_interval())
        unseen |= {tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high}
    found = figure.findobj(matplotlib.text.Text)
    return [x for x in found if x.get_text().strip() and x.get_visible() and x not in unseen]


def boxes(figure) -> list[tuple[str, object]]:
    """Words with the box they take."""
    renderer = figure.canvas.get_renderer()
    found = [(item.get_text(), item.get_window_extent(renderer)) for item in words(figure)]
    return [(label, box) for label, box in found if box.width]


@pytest.mark.parametrize("kind", KINDS)
def test_no_words_run_into_each_other(kind: str) -> None:
    placed = boxes(drawn(kind))
    assert len(placed) > 5
    for (one, first), (other, second) in itertools.combinations(placed, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert wide < 2 or high < 3, f"'{one}' runs into '{other}'"


@pytest.mark.parametrize("kind", KINDS)
def test_no_words_are_cut_off(kind: str) -> None:
    figure = drawn(kind)
    for label, box in boxes(figure):
        assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1, f"'{label}' is cut off"
        assert box.y0 >= -1 and box.y1 <= figure.bbox.y1 + 1, f"'{label}' is cut off"


@pytest.mark.parametrize("kind", KINDS)
def test_words_can_be_read_on_a_phone(kind: str) -> None:
    figure = drawn(kind)
    assert figure.get_figwidth() == canvas.WIDTH
    assert min(item.get_fontsize() for item in words(figure)) >= 10


def test_cut_off_words_would_be_found() -> None:
    figure = drawn("dots")
    figure.text(0.9, 0.5, "veel te lange woorden aan de rand")
    assert max(box.x1 for _, box in boxes(figure)) > figure.bbox.x1 + 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_numbers_give_the_same_bytes(kind: str) -> None:
    first, second = (figures.draw(released(EXAMPLES[kind]), kind, "T", True, BREAKS) for _ in range(2))
    assert first == second
    picture = base64.b64decode(re.search(r"base64,([^\"]*)", first)[1])
    assert picture.startswith(b"<?xml") and b"<dc:date>" not in picture


@pytest.mark.parametrize("kind", KINDS)
def test_the_alternative_text_holds_every_number(kind: str) -> None:
    result = released(EXAMPLES[kind])
    alt = html.unescape(re.search(r'alt="([^"]*)"', figures.draw(result, kind, "T", False, BREAKS))[1])
    for item in result.numbers:
        told = f"{text.value_text(item)} ({text.interval_text(item)})"
        assert roles.is_helper(item) or told in alt
    assert "gebied" not in alt


def _contrast(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


@pytest.mark.parametrize("colour", [*canvas.COLOURS, canvas.GREY])
def test_what_is_drawn_stands_out_on_white(colour: str) -> None:
    assert _contrast(colour) >= 4.5


def test_lines_are_told_apart_without_colour() -> None:
    axis = drawn("lines").axes[0]
    assert len({line.get_marker() for line in axis.get_lines()} - {"None", None, ""}) == 3


def test_a_line_stops_at_a_break_and_at_a_missing_group() -> None:
    whole = [number("a", group, 0.5, 0.1) for group in ("520", "525", "530", "535", "540")]
    pieces = [line for line in drawn("lines", whole).axes[0].get_lines() if len(line.get_xdata()) == 2]
    solid = [line for line in pieces if line.get_linestyle() == "-"]
    assert [tuple(line.get_xdata()) for line in solid] == [(0, 1), (2, 3), (3, 4)]
    holed = [*whole[:3], Estimate.not_computable("a", "te klein", group="535"), whole[4]]
    pieces = [line for line in drawn("lines", holed).axes[0].get_lines() if len(line.get_xdata()) == 2]
    assert [tuple(x.get_xdata()) for x in pieces if x.get_linestyle() == "-"] == [(0, 1)]


@pytest.mark.parametrize("heights", [[0.5, 0.5, 0.5], [0.0, 0.02, 0.9, 0.95, 1.0], [0.3]])
def test_names_beside_lines_are_kept_apart_and_within(heights: list[float]) -> None:
    count = [1 + i % 2 for i in range(len(heights))]
    places = lines._apart(heights, count)
    ends = [(p - lines._APART * c / 2, p + lines._APART * c / 2) for p, c in zip(places, count, strict=True)]
    assert all(low >= before - 1e-9 for (_, before), (low, _) in itertools.pairwise(ends))
    assert ends[0][0] >= -1e-9 and ends[-1][1] <= 1 + 1e-9


@pytest.mark.parametrize(
    ("groups", "under", "word"),
    [
        ([f"score {i}" for i in range(522, 550, 6)], ["522", "528", "534", "540", "546"], "score"),
        (["groep 8", "leerjaar 1", "leerjaar 3"], ["groep 8", "leerjaar 1", "leerjaar 3"], ""),
        (["2019-2020", "2020-2021"], ["19/20", "20/21"], ""),
        ([f"zeer_lang_{i}" for i in range(6)], ["zeer_lang_0", "zeer_lang_3"], ""),
    ],
)
def test_labels_under_lines_fit_and_say_a_shared_word_once(groups, under, word) -> None:
    made = [number(name, group, 0.4, 0.1) for name in ("een lijn", "twee") for group in groups]
    axis = drawn("lines", made).axes[0]
    told = [label.get_text().replace("\n", " ") for label in axis.get_xticklabels()]
    assert (told, axis.get_xlabel()) == (under, word)
    placed = [box for label, box in boxes(axis.figure) if label.replace("\n", " ") in under]
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(sorted(placed, key=lambda b: b.x0)))


def test_one_number_has_an_axis_with_more_than_one_tick_text() -> None:
    axis = drawn("dots", [Estimate("scholen", "", 16.0, "scholen")]).axes[0]
    ticks = [label.get_text() for label in axis.get_xticklabels()]
    assert len(ticks) == len(set(ticks)) > 1


def test_a_waterfall_steps_from_where_the_last_bar_ended() -> None:
    bars = [(bar.get_x(), bar.get_width()) for bar in drawn("waterfall").axes[0].patches]
    assert np.allclose(bars, [(0, 0.62), (0.62, 0.02), (0.64, -0.07), (0, 0.57)])


def test_a_waterfall_with_a_hole_hangs_nothing_in_the_air() -> None:
    holed = [WATERFALL[0], Estimate.not_computable("erbij", "te klein", group=GAP, unit="sd"), WATERFALL[3]]
    assert not drawn("waterfall", holed).axes[0].patches


def test_a_band_shows_no_other_school() -> None:
    axis = drawn("band").axes[0]
    points = [line for line in axis.get_lines() if line.get_marker() == "o"]
    assert [line.get_xdata()[0] for line in points] == [0.12, 0.5]
    assert [(bar.get_x(), bar.get_width()) for bar in axis.patches] == [
        (pytest.approx(-0.3), pytest.approx(0.6)),
        (pytest.approx(-0.2), pytest.approx(0.5)),
    ]


def test_the_region_of_a_quadrant_has_its_half_axes_about_the_point() -> None:
    found = roles.quadrant_of(released(_quadrant()))
    distance = [((x - 0.05) ** 2 + (y + 0.06) ** 2) ** 0.5 for x, y in found.outline()]
    assert (max(distance), min(distance)) == (pytest.approx(0.1), pytest.approx(0.03))
    farthest = found.outline()[distance.index(max(distance))]
    assert (farthest[1] + 0.06) / (farthest[0] - 0.05) == pytest.approx(-3.732, abs=0.001)  # tan of -75°


def test_a_quadrant_without_its_region_is_drawn_as_dots() -> None:
    assert roles.quadrant_of(released(_quadrant()[:4])) is None
    assert len(drawn("quadrant", _quadrant()[:4]).axes[0].get_yticks()) == 4


def test_what_only_draws_stands_in_no_table() -> None:
    shown = Card(released(_quadrant()), "T", "P", "quadrant", "school", False).html()
    assert "verandering van het verschil" in shown and "gebied" not in shown


def test_every_unit_of_the_statistics_has_words() -> None:
    known = {*text.UNIT_LABEL, "share"}
    assert [unit for unit in Unit if unit not in known] == []


def test_an_axis_of_shares_says_of_whom() -> None:
    (share,) = released([number("x", "a", 0.5, 0.1)]).numbers
    assert text.unit_label([share], ("leerlingen",)) == "aandeel van de leerlingen"
    assert text.unit_label([share], ("enquete", "leerlingen")) == "aandeel van wie antwoordde"
    assert text.unit_label([replace(share, n=None)], ("kenmerken",)) == "aandeel"


def test_years_in_several_units_have_an_axis_each() -> None:
    years = ("2022-2023", "2023-2024")
    units = {"score": "sd", "advies": "steps", "op koers": "percentage points"}
    figure = drawn("years", [number(name, y, 0.2, 0.1, unit) for name, unit in units.items() for y in years])
    shown = [panel for panel in figure.axes if panel.get_visible()]
    assert [panel.get_ylabel() for panel in shown] == ["sd", "stappen", "procentpunt"]
    assert "standaarddeviaties" not in " ".join(item.get_text() for item in words(figure))
    ticks = [item.get_text() for item in shown[2].get_yticklabels()]
    assert "20" in ticks and "0,20" not in ticks


def test_the_key_says_whose_own_number_it_is() -> None:
    result = Result("r", tuple(_context()), sources=("leerlingen",), reference_name="alle gemeenten samen")
    assert text.own_name(release(result)) == "deze gemeente"
    assert text.own_name(released(_context())) == "deze school"
    assert "● = deze school" in " ".join(item.get_text() for item in words(drawn("context")))
