"""A report with real cards as people meet it: by keyboard, by ear, on a phone and on paper."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kansen_lib.disclosure import release
from kansen_lib.present.card import Card
from kansen_lib.reports import html, index
from kansen_lib.running.job import Outcome
from kansen_lib.running.plan import Job
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Result

CSS = re.sub(r"/\*.*?\*/", "", (html.TEMPLATE / "kansen.css").read_text(encoding="utf-8"), flags=re.DOTALL)
SCREEN, PRINT = CSS.split("@media print {")
JOB = Job("ZZ0200", "Het Bedachte Veld", "Aanneemdorp", Path("03_selectie-analyse.ipynb"), Path(), {})
VOID = {"br", "hr", "img", "input", "link", "meta"}


def _card(*estimates, missing: tuple[str, ...] = ()) -> Card:
    result = Result("proef", tuple(estimates), sources=("leerlingen",), missing=missing)
    return Card(
        release(result, "cbs"), "Diploma", "Zoveel leerlingen haalden een diploma", "dots", "school", False
    )


FULL = _card(
    gaps.share(20, 40, name="diploma", group="vmbo-b"),
    gaps.share(30, 40, name="diploma", group="havo"),
    # Two groups are too small: of a single one the gate would hide a large group as well.
    gaps.share(8, 16, name="diploma", group="vmbo-t"),
    gaps.share(8, 16, name="diploma", group="vwo"),
)


class _Element:
    """A tag with its attributes and the elements around it."""

    def __init__(self, tag: str, attributes: dict[str, str | None], around: tuple["_Element", ...]) -> None:
        self.tag, self.attributes, self.around = tag, attributes, around

    def has(self, name: str) -> bool:
        return name in (self.attributes.get("class") or "").split()


class _Page(HTMLParser):
    """All elements of a page, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[_Element] = []
        self._open: list[_Element] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(_Element(tag, dict(attrs), tuple(self._open)))
        if tag not in VOID:
            self._open.append(self.elements[-1])

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def of(self, *tags: str) -> list[_Element]:
        return [element for element in self.elements if element.tag in tags]


@pytest.fixture(scope="module")
def page() -> _Page:
    cells = [new_markdown_cell("# De selectie\n\nDe inleiding."), new_markdown_cell("## Een deel")]
    for card in (FULL, _card(missing=("loopbaan.afloop",))):
        cells.append(new_markdown_cell("### Een vraag\n\n**Nodig:** gegevens."))
        cells.append(new_code_cell("x", outputs=[new_output("display_data", card._repr_mimebundle_())]))
        cells.append(new_markdown_cell("#### Zo lees je het\n\nElke stip is een groep."))
        cells[-1].metadata["tags"] = ["uitleg"]
    return _Page(html.render(new_notebook(cells=cells), JOB, "voorbeeld", True))


def _rules(css: str, declaration: str) -> set[str]:
    """The selectors that carry a declaration."""
    found = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    return {part.strip() for names, body in found if declaration in body for part in names.split(",")}


def test_only_a_box_that_the_keyboard_reaches_scrolls(page: _Page) -> None:
    assert _rules(CSS, "overflow-x: auto") | _rules(CSS, "overflow: auto") == {".schuif"}
    boxes = [element.attributes for element in page.elements if element.has("schuif")]
    assert [(box["tabindex"], box["role"], box["aria-label"]) for box in boxes] == [("0", "group", "Diploma")]


def test_every_table_can_scroll_and_stands_behind_a_summary(page: _Page) -> None:
    (table,) = page.of("table")
    assert table.around[-1].has("schuif") and "details" in [element.tag for element in table.around]


def test_every_row_fills_the_table(page: _Page) -> None:
    heads = len(page.of("thead")) and sum("col" == th.attributes["scope"] for th in page.of("th"))
    rows = [row for row in page.of("tr") if row.around[-1].tag == "tbody"]
    cells = [[c for c in page.of("th", "td") if c.around[-1] is row] for row in rows]
    assert [sum(int(c.attributes.get("colspan") or 1) for c in row) for row in cells] == [heads] * 4


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    assert '<th scope="col">Onzekerheid</th>' in FULL.html()
    withheld = _card(gaps.share(1, 4, name="diploma", group="vwo")).html()
    assert re.findall(r'<th scope="col">(\w+)</th>', withheld) == ["Wat", "Groep", "Waarde"]
    assert 'class="reden">te weinig leerlingen' in withheld


def test_headings_go_down_one_step_at_a_time(page: _Page) -> None:
    levels = [int(heading.tag[1]) for heading in page.of("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels == [1, 2, 3, 4, 4, 3]


def test_every_picture_tells_its_numbers(page: _Page) -> None:
    (picture,) = page.of("img")
    told = picture.attributes["alt"] or ""
    assert "vmbo-b 50%" in told and "havo 75%" in told
    assert "description" not in told


def test_the_skip_link_comes_first_and_lands_in_the_content(page: _Page) -> None:
    first = page.of("a", "summary")[0].attributes
    (main,) = page.of("main")
    assert first["href"] == f"#{main.attributes['id']}" and main.attributes["tabindex"] == "-1"
    assert ".overslaan:focus" in _rules(SCREEN, "left: 1rem")


def test_focus_is_visible_wherever_it_can_go() -> None:
    ringed = _rules(SCREEN, "outline: 3px solid")
    assert {"a:focus-visible", "summary:focus-visible", ".schuif:focus-visible"} <= ringed
    assert _rules(CSS, "outline: none") == {"main:focus"}


def test_the_numbers_are_on_paper() -> None:
    assert "details::details-content" in _rules(PRINT, "content-visibility: visible")
    assert ".schuif" in _rules(PRINT, "overflow: visible") & _rules(PRINT, "mask-image: none")


@pytest.mark.parametrize("whole", [".kaart", "figure", "tr", ".rapport", ".tekst:has(> h3)"])
def test_nothing_that_belongs_together_is_split_over_two_pages(whole: str) -> None:
    assert whole in _rules(PRINT, "break-inside: avoid")


def test_a_question_stays_with_its_card_on_paper() -> None:
    assert {"h2", "h3", "h4", ".tekst:has(> h3)"} <= _rules(PRINT, "break-after: avoid")


def test_a_line_does_not_break_inside_a_code() -> None:
    assert '<span class="heel">vmbo-b</span> 50%' in FULL.html()
    assert ".heel" in _rules(SCREEN, "white-space: nowrap")


def test_a_missing_column_is_named_in_words_before_its_code() -> None:
    shown = _card(missing=("loopbaan.afloop",)).html()
    assert shown.index("hoe elk schooljaar afliep") < shown.index("<code>loopbaan.afloop</code>")


def test_links_of_the_index_are_a_list_for_who_listens() -> None:
    page = _Page(index.render([Outcome(JOB, "", 1.0)], "openbaar", False))
    assert [element.attributes.get("role") for element in page.of("ul")] == ["list"]
    assert ".school ul" in _rules(SCREEN, "list-style: none")
