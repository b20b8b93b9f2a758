"""The links inside a report: its contents, and from a difficult word to what it means."""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kansen_lib.present.woorden import WOORDEN, Woordenlijst, anker
from kansen_lib.reports import html, links
from kansen_lib.running.plan import Job

JOB = Job("ZZ0200", "Het Bedachte Veld", "Aanneemdorp", Path("01_definities.ipynb"), Path(), {})
SEE = '<section class="kaart"><p class="zie">De samenhang is 5 sd; <b>5 &lt; 6</b>.</p></section>'


def _shown(body: str) -> object:
    return new_code_cell("x", outputs=[new_output("display_data", {"text/html": body})])


def _report(*, glossary: bool = True) -> str:
    cells = [
        new_markdown_cell("# Titel\n\nDe inleiding."),
        new_markdown_cell("## Deel *een* & meer\n\nEen cohort, en nog een cohort. `cohort`"),
        new_markdown_cell(
            "### Wat is een cohort?\n\nDit cohort. Een [cohort](#Nog-een-vraag?) in Cohorten, "
            "en [niet hier](#Een-grijze-vraag?).\n\n|sd|\n|-|\n|sd|"
        ),
        _shown(SEE),
        new_markdown_cell("#### Zo lees je het\n\nEen sd is een maat. Het cohort."),
        new_markdown_cell("### Nog een vraag?\n\nMet 1 sd."),
        new_markdown_cell("## Woordenlijst\n\nDe woorden."),
    ]
    words = [_shown(Woordenlijst()._repr_html_())] if glossary else []
    return html.render(new_notebook(cells=[*cells, *words]), JOB, "voorbeeld", True)


@pytest.fixture(scope="module")
def page() -> str:
    return _report()


def _linked(part: str) -> list[str]:
    return re.findall(r'<a class="woord"[^>]*>([^<]*)</a>', part)


def test_the_contents_list_sections_and_questions_in_order(page: str) -> None:
    nav = re.search(r'<nav class="inhoudsopgave".*?</nav>', page, flags=re.DOTALL)[0]
    assert re.findall(r'<a href="#([^"]*)">([^<]*)</a>', nav) == [
        ("deel-1", "Deel een &amp; meer"),
        ("vraag-1", "Wat is een cohort?"),
        ("vraag-2", "Nog een vraag?"),
        ("deel-2", "Woordenlijst"),
    ]
    assert re.findall(r"<summary>(.*?)</summary>", nav) == ["Inhoud", "2 vragen"]
    assert nav.count("<ol>") == nav.count("</ol>") and nav.count("<li>") == nav.count("</li>") == 4


def test_every_link_lands_on_one_place(page: str) -> None:
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)


def test_a_page_without_headings_has_no_contents() -> None:
    text = html.render(new_notebook(cells=[new_markdown_cell("Tekst.")]), JOB, "openbaar", False)
    assert "<nav class=" not in text and links.PLACE not in text


def test_a_word_is_linked_once_under_each_heading(page: str) -> None:
    first, second, third = re.split(r'<h[23] id="(?:vraag|deel)-\d">', page)[1:4]
    assert _linked(first) == ["cohort"]
    assert _linked(second) == ["cohort", "samenhang", "sd"]
    assert _linked(third) == ["sd"]


def test_a_word_is_not_linked_in_a_heading_a_link_code_or_a_table(page: str) -> None:
    for part in re.findall(r"<(h\d|code|td|th|dt)(?: [^>]*)?>(.*?)</\1>", page, flags=re.DOTALL):
        assert 'class="woord"' not in part[1]
    assert '<a href="#vraag-2">cohort</a>' in page


def test_a_link_to_a_question_lands_there_and_is_words_where_the_question_is_not(page: str) -> None:
    assert '<a href="#vraag-2">cohort</a>' in page
    assert "en niet hier." in page


def test_a_link_says_what_the_word_means_and_goes_there(page: str) -> None:
    link = f'<a class="woord" href="#{anker("cohort")}" title="{WOORDEN["cohort"]}">cohort</a>'
    assert link in page and f'id="{anker("cohort")}"' in page


def test_without_a_glossary_no_word_is_linked() -> None:
    assert _linked(_report(glossary=False)) == []


def test_all_else_stays_as_it_was(page: str) -> None:
    plain = re.sub(r'<a class="woord"[^>]*>([^<]*)</a>', r"\1", page)
    assert SEE in plain
    assert re.sub(r' id="(?:vraag|deel)-\d"', "", plain).count("<h3>") == 2
    assert page.endswith("</html>\n")
