"""Every kind of figure: nothing overlaps, nothing is cut off, it reads in grey, and it tells its numbers."""

from __future__ import annotations

import base64
import html
import itertools
import re
from dataclasses import replace

import effect_figures
import numpy as np
import pytest
import region_figures

from kansen_lib.disclosure import Released, release
from kansen_lib.present import figures, roles, text
from kansen_lib.present.card import Card
from kansen_lib.present.figures import KINDS, canvas
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
LEVELS = ("vmbo-basis/kader", "vmbo-gt", "gt/havo", "havo", "havo/vwo", "vwo")
STAGES = ("toetsadvies", "eerste advies", "definitief advies", "brugklas", "leerjaar 3", "diploma")


def _flow(stages: int = 6, n: int = 2000) -> list[Estimate]:
    """As many pupils in every state; a part of each goes one state up at every step, three pupils go down."""
    states = [*LEVELS[:5], "van school of onbekend"]
    sizes = {state: n // len(states) for state in states}
    made = [
        Estimate(f"{stage}: {state}", "", sizes[state] / n, "share", n=n, count=sizes[state])
        for stage in STAGES[:stages]
        for state in states
    ]
    for one, next_ in itertools.pairwise(STAGES[:stages]):
        for i, j in itertools.product(range(len(states)), repeat=2):
            count = {0: sizes[states[i]] - 63, 1: 60, -1: 3}.get(j - i, 0)
            flow = f"{one}: {states[i]}", f"{next_}: {states[j]}"
            made.append(Estimate(*flow, count / n, "share", n=n, count=count))
    return made


def _matrix() -> list[Estimate]:
    """Six adviezen by eight brugklassen with long names, some of them nearly empty."""
    columns = ("vmbo-basis", "vmbo-kader", "vmbo-gt", "vmbo-gt/havo", "havo", "havo/vwo", "vwo", "gymnasium")
    made = []
    for i, level in enumerate(LEVELS):
        for j, column in enumerate(columns):
            count = {0: 90, 1: 40, 2: 30, 3: 3}.get(abs(i - j), 0)
            cell = f"definitief advies: {level}", f"brugklas: {column}"
            made.append(Estimate(*cell, count / 250, "share", n=250, count=count))
    return made


def _funnel(units: int = 8) -> list[Estimate]:
    """Units on nearly one place, with long names."""
    names = ("De Wegwijzer", "Prins Willem-Alexanderschool", "Sint Jozef", "Het Kompas")
    points = [
        number(
            "toets hoger",
            f"{names[i % 4]} {'noord' if i % 8 > 3 else ''}".strip() if units <= 8 else f"{i}",
            0.3 + 0.02 * (i % 5),
            0.05,
            n=40 + 20 * (i % 6),
        )
        for i in range(units)
    ]
    limits = [
        Estimate(name, str(size), 0.35 + sign * 0.9 / size**0.5, "share")
        for size in range(10, 161, 10)
        for name, sign in ((roles.LIMIT_LOW, -1), (roles.LIMIT_HIGH, 1))
    ]
    return [*points, *limits, Estimate(roles.MEAN_OF_ALL, "", 0.35, "share", n=1000)]


def _cut_off() -> list[Estimate]:
    made = [
        number(
            "onder de drempel" if x < 0 else "boven de drempel",
            f"{x:+d}",
            0.3 + 0.03 * x + 0.1 * (x > 0),
            0.05,
        )
        for x in range(-5, 6)
        if x
    ]
    for name, ends in (("onder de drempel", (-5, 0)), ("boven de drempel", (0, 5))):
        made += [
            Estimate(name + roles.FITTED, f"{x:+d}" if x else "0", 0.3 + 0.03 * x, "share") for x in ends
        ]
    return [*made, number("havo of hoger", roles.JUMP, 0.1, 0.06, "percentage points")]


EXAMPLES = {
    "dots": DOTS,
    "years": _years(),
    "lines": _lines(),
    "context": _context(),
    "waterfall": WATERFALL,
    "band": BAND,
    "quadrant": _quadrant(),
    "conclusions": CONCLUSIONS,
    "stromen": _flow(),
    "matrix": _matrix(),
    "trechter": _funnel(),
    "drempel": _cut_off(),
    **region_figures.EXAMPLES,
    **effect_figures.EXAMPLES,
}
#: Kinds of which the names and groups are the rows and columns of cross tables.
CROSSED = ("stromen", "matrix")
BREAKS = ("530", "2019-2020")


def released(estimates: list[Estimate], crossed: bool = False) -> Released:
    """A released result of pupils."""
    return release(Result("proef", tuple(estimates), sources=("leerlingen",), crossed=crossed))


def drawn(kind: str, estimates: list[Estimate] | None = None):
    """The matplotlib figure of a kind, laid out."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with mpl.rc_context(canvas.STYLE):
        figure = KINDS[kind](released(estimates or EXAMPLES[kind], kind in CROSSED), BREAKS)
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


@pytest.mark.parametrize("kind", KINDS)
def test_letters_are_written_once_in_a_picture(kind: str) -> None:
    """Words with a path effect (a halo) write out every letter: a picture of 600 kB."""
    assert not [item.get_text() for item in words(drawn(kind)) if item.get_path_effects()]


def test_cut_off_words_would_be_found() -> None:
    figure = drawn("dots")
    figure.text(0.9, 0.5, "veel te lange woorden aan de rand")
    assert max(box.x1 for _, box in boxes(figure)) > figure.bbox.x1 + 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_numbers_give_the_same_bytes(kind: str) -> None:
    result = released(EXAMPLES[kind], kind in CROSSED)
    first, second = (figures.draw(result, kind, "T", True, BREAKS) for _ in range(2))
    assert first == second
    picture = base64.b64decode(re.search(r"base64,([^\"]*)", first)[1])
    assert picture.startswith(b"<?xml") and b"<dc:date>" not in picture


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "specificaties"])  # that one sums up
def test_the_alternative_text_holds_every_number(kind: str) -> None:
    result = released(EXAMPLES[kind], kind in CROSSED)
    alt = html.unescape(re.search(r'alt="([^"]*)"', figures.draw(result, kind, "T", False, BREAKS))[1])
    for item in result.numbers:
        interval = f" ({text.interval_text(item)})" if item.lower is not None else ""
        told = f"{text.value_text(item)}{interval}"
        assert item.value is None or roles.is_helper(item) or told in alt
    assert not [item.name for item in result.numbers if roles.is_helper(item) and f" {item.name} " in alt]


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
    rooms = [0.075 * (1 + i % 2) for i in range(len(heights))]
    places = canvas.apart(heights, rooms)
    ends = [(place - room / 2, place + room / 2) for place, room in zip(places, rooms, strict=True)]
    assert all(low >= before - 1e-9 for (_, before), (low, _) in itertools.pairwise(ends))
    assert ends[0][0] >= -1e-9 and ends[-1][1] <= 1 + 1e-9


@pytest.mark.parametrize(
    ("groups", "under", "word"),
    [
        ([f"score {i}" for i in range(522, 550, 6)], ["522", "528", "534", "540", "546"], "score"),
        (["groep 8", "leerjaar 1", "leerjaar 3"], ["groep 8", "leerjaar 1", "leerjaar 3"], ""),
        (["2019-2020", "2020-2021"], ["19/20", "20/21"], ""),
        ([f"zeer_lang_{i}" for i in range(8)], ["zeer_lang_0", "zeer_lang_3", "zeer_lang_6"], ""),
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
    (found,) = roles.quadrants_of(released(_quadrant()))
    distance = [((x - 0.05) ** 2 + (y + 0.06) ** 2) ** 0.5 for x, y in found.outline()]
    assert (max(distance), min(distance)) == (pytest.approx(0.1), pytest.approx(0.03))
    farthest = found.outline()[distance.index(max(distance))]
    assert (farthest[1] + 0.06) / (farthest[0] - 0.05) == pytest.approx(-3.732, abs=0.001)  # tan of -75°


def test_a_quadrant_without_its_region_is_drawn_as_dots() -> None:
    assert not roles.quadrants_of(released(_quadrant()[:4]))
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


# --- flows, cross tables, small units and cut-offs ----------------------------------------------------


def patches(axis, kind: str) -> list:
    """What is drawn as a band or as a rectangle."""
    return [patch for patch in axis.patches if type(patch).__name__ == kind]


def test_a_flow_is_as_wide_as_its_share_at_both_ends() -> None:
    """Four states of 500, of which 60 go one up: no width but that of the rounded share."""
    axis = drawn("stromen", _flow(2)).axes[0]
    bars = [bar for bar in patches(axis, "Rectangle") if not bar.get_hatch()]
    assert {round(bar.get_height(), 2) for bar in bars} == {0.17}  # 333 of 2000, as 340
    widths = set()
    for band in patches(axis, "PathPatch"):
        (_, low), *_, (_, high), (_, closed) = band.get_path().vertices
        (_, to_low), (_, to_high) = band.get_path().vertices[3:5]
        assert high - low == pytest.approx(to_high - to_low) and closed == low
        widths.add(round(high - low, 2))
    assert widths <= {0.03, 0.14} and widths  # 60 and 270 of 2000


def test_withheld_flows_are_one_hatched_stump_of_what_is_left_of_the_state() -> None:
    axis = drawn("stromen", _flow(2)).axes[0]
    stumps = [bar for bar in patches(axis, "Rectangle") if bar.get_hatch()]
    bars = [bar for bar in patches(axis, "Rectangle") if not bar.get_hatch()]
    assert stumps and len(stumps) <= len(bars)
    result = released(_flow(2), crossed=True)
    shown = {(n.name, n.group): n.value for n in result.numbers if n.value is not None}
    left = [label for label in roles.stages(result)["toetsadvies"]]
    rest = [shown[label, ""] - sum(v for (a, b), v in shown.items() if a == label and b) for label in left]
    drawn_rest = [bar.get_height() for bar in stumps if bar.get_x() < 0.5]
    assert sorted(drawn_rest) == pytest.approx(sorted(x for x in rest if x > 0.011))


@pytest.mark.parametrize(("stages", "panels"), [(2, [2]), (4, [4]), (5, [3, 3]), (6, [4, 3]), (7, [4, 4])])
def test_more_than_four_stages_go_on_in_a_second_panel(stages: int, panels: list[int]) -> None:
    names = [f"fase {i}" for i in range(stages)]
    made = [Estimate(f"{name}: a", "", 1.0, "share", n=500, count=500) for name in names]
    made += [
        Estimate(f"{a}: a", f"{b}: a", 1.0, "share", n=500, count=500) for a, b in itertools.pairwise(names)
    ]
    figure = drawn("stromen", made)
    heads = [[x.get_text() for x in axis.texts if x.get_text().startswith("fase")] for axis in figure.axes]
    assert [len(one) for one in heads] == panels
    assert all(before[-1] == after[0] for before, after in itertools.pairwise(heads))


@pytest.mark.parametrize(
    ("start", "end", "changes"),
    [
        ("advies: havo", "later: havo", False),
        ("advies: havo", "later: vwo", True),
        ("advies: vmbo-gt", "later: gt/havo", True),  # both are states of both stages
        ("later: havo", "brugklas: vmbo-gt/havo/vwo", False),
        ("later: vmbo-gt", "brugklas: havo/vwo", True),
        ("advies: havo", "later: van school", False),
    ],
)
def test_which_flows_go_to_another_level(start: str, end: str, changes: bool) -> None:
    states = ("vmbo-gt", "gt/havo", "havo", "vwo", "van school")
    stages = {stage: [f"{stage}: {state}" for state in states] for stage in ("advies", "later")}
    stages["brugklas"] = ["brugklas: vmbo-gt/havo/vwo", "brugklas: havo/vwo"]
    (flow,) = released([Estimate(start, end, 0.5, "share", n=100, count=50)]).numbers
    assert roles.changes_level(flow, stages) is changes


def test_a_cell_is_darker_the_more_it_holds_and_its_words_stand_out() -> None:
    axis = drawn("matrix").axes[0]
    told = {(round(x.get_position()[0]), round(x.get_position()[1])): x for x in axis.texts}
    shades = {}
    for box in patches(axis, "Rectangle"):
        column, row = (round(x + 0.5) for x in (box.get_x(), box.get_y()))
        words = told[column, row].get_text()
        if not box.get_hatch() and box.get_facecolor()[3]:
            shades[words] = canvas.luminance(box.get_facecolor()[:3])
            ink = 0.0 if told[column, row].get_color() == "black" else 1.0
            light, dark = max(shades[words], ink), min(shades[words], ink)
            assert (light + 0.05) / (dark + 0.05) >= 4.5
        else:
            assert words == "–" or not box.get_facecolor()[3]
    assert shades["12%"] > shades["16%"] > shades["36%"]


def test_words_stand_out_on_every_shade() -> None:
    for i in range(101):
        fill = [
            low + i / 100 * (high - low)
            for low, high in zip((0.955, 0.965, 0.975), (0.106, 0.227, 0.361), strict=True)
        ]
        ink = 0.0 if canvas.ink_on(fill) == "black" else 1.0
        light, dark = max(canvas.luminance(fill), ink), min(canvas.luminance(fill), ink)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_cell_of_one_level_has_a_thick_edge() -> None:
    axis = drawn("matrix").axes[0]
    edged = [box for box in patches(axis, "Rectangle") if box.get_linewidth() > 2]
    assert {(round(box.get_y() + 0.5), round(box.get_x() + 0.5)) for box in edged} == {
        (1, 2),
        (3, 4),
        (4, 5),
        (5, 6),
    }


def test_a_funnel_names_no_unit_when_there_are_many() -> None:
    few, many = drawn("trechter", _funnel(8)).axes[0], drawn("trechter", _funnel(30)).axes[0]
    assert sum(bool(x.get_text()) for x in few.texts) == 8
    assert not [x for x in many.texts if x.get_text()]
    (points,) = (line for line in many.get_lines() if line.get_marker() == "o")
    assert len(points.get_xdata()) == 30


def test_what_a_funnel_draws_stands_in_no_table() -> None:
    shown = Card(released(_funnel()), "T", "P", "trechter", "school", False).html()
    assert "De Wegwijzer" in shown and roles.LIMIT_LOW not in shown


def test_a_cut_off_draws_no_point_for_the_jump_and_no_line_across() -> None:
    axis = drawn("drempel").axes[0]
    points = [line.get_xdata()[0] for line in axis.get_lines() if line.get_marker() in ("o", "s")]
    assert sorted(points) == [x for x in range(-5, 6) if x]
    fitted = [line for line in axis.get_lines() if len(line.get_xdata()) == 2 and line.get_linestyle() == "-"]
    assert [tuple(line.get_xdata()) for line in fitted] == [(-5, 0), (0, 5)]


@pytest.mark.parametrize(
    ("group", "distance"), [("-3", -3.0), ("−0,5", -0.5), ("0", 0.0), ("+2", 2.0), ("sprong", None)]
)
def test_a_distance_is_read_from_its_words(group: str, distance: float | None) -> None:
    assert roles.distance(group) == distance


def test_lines_over_seven_moments_are_all_labelled() -> None:
    moments = (*STAGES, "vervolg na het diploma")
    made = [number(name, moment, 0.4 + 0.1 * i, 0.05) for i, name in enumerate("abc") for moment in moments]
    bounds = [Estimate("grenzen", m, 0.2, "share", 0.1, 0.3, "grenzen") for m in moments]
    axis = drawn("lines", [*made, *bounds]).axes[0]
    assert [label.get_text().replace("\n", " ") for label in axis.get_xticklabels()] == list(moments)
    placed = [(label, box) for label, box in boxes(axis.figure)]
    assert all(box.y0 >= -1 and box.x0 >= -1 for _, box in placed)


@pytest.mark.parametrize("kind", ["stromen", "trechter", "drempel"])
def test_another_result_is_drawn_as_dots(kind: str) -> None:
    made = [number("fase: a", "", 0.5, 0.1, count=100), number("fase: b", "", 0.5, 0.1, count=100)]
    assert len(drawn(kind, made).axes[0].get_yticks()) == 2
