"""Text, table and figure say the same as the released numbers, and nothing more."""

from __future__ import annotations

import base64
import html
import re
from dataclasses import asdict, replace

import pandas as pd
import pytest

from kansen_lib import schema
from kansen_lib.benchmark import Benchmark
from kansen_lib.disclosure import release
from kansen_lib.notebook import Report
from kansen_lib.present import figures, sentences, text
from kansen_lib.present.card import RELEASE_TYPE, Card, Indicator
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import Store


def released(*estimates: Estimate, **kwargs):
    """A released result of pupils."""
    return release(Result("analyse", estimates, sources=("leerlingen",), **kwargs))


LEVELS = (
    gaps.share(40, 100, name="diploma", group="laag"),
    gaps.share(80, 100, name="diploma", group="hoog"),
)
GAP = gaps.share_difference((40, 80), (100, 100), name="diploma", group="hoog minus laag")
SMALL = gaps.share(2, 4, name="diploma", group="midden")


def card(*estimates: Estimate, **kwargs) -> Card:
    """A card about pupils with a diploma."""
    facts = {"title": "Diploma", "phrase": "Zoveel haalden een diploma", "kind": "dots", "tier": "school"}
    return Card(released(*estimates), **{**facts, "simulated": False, **kwargs})


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(1234.5, 1, "1.234,5"), (0.345, 2, "0,34"), (-0.21, 2, "−0,21"), (-0.001, 2, "0,00"), (12, 0, "12")],
)
def test_numbers_are_written_the_dutch_way(value: float, places: int, expected: str) -> None:
    assert text.decimal(value, places) == expected


def test_the_sentence_gives_levels_then_the_gap() -> None:
    said = sentences.sentence(released(*LEVELS, GAP), "Zoveel haalden een diploma")
    assert said == (
        "Zoveel haalden een diploma: laag 40% (31% tot 50%) en hoog 80% (71% tot 87%). "
        "Verschil tussen hoog en laag: 40 procentpunt; de gegevens passen bij een verschil van 27 tot 51."
    )


def test_a_gap_in_something_else_than_the_levels_says_what_it_is_of() -> None:
    gap = gaps.hedges_g(pd.Series(range(50)), pd.Series(range(9, 59)), name="score", group="hoog minus laag")
    assert "Verschil tussen hoog en laag (score):" in sentences.sentence(released(*LEVELS, gap), "Zoveel")


def test_the_sentence_names_what_is_withheld_and_why() -> None:
    said = sentences.sentence(released(*LEVELS, SMALL, GAP), "Zoveel")
    assert "Niet te geven voor" in said and "midden" in said and "te weinig leerlingen" in said
    assert "50%" not in said.replace("31% tot 50%", "")


def test_many_withheld_groups_are_counted_and_not_named() -> None:
    hidden = [gaps.share(1, 4, name="x", group=f"groep {i}") for i in range(6)]
    said = sentences.sentence(released(*LEVELS, *hidden), "Zoveel")
    assert "Niet te geven voor 6 andere groepen: te weinig leerlingen" in said and "groep 3" not in said


def test_no_sentence_claims_more_than_the_numbers() -> None:
    said = card(*LEVELS, GAP).html().lower()
    assert not re.search(r"signific|bewijst|veroorza|door de school", said)


def test_a_series_is_told_by_its_latest_year() -> None:
    series = [gaps.share(50 + i, 100, name="havo", group=f"20{20 + i}-20{21 + i}") for i in range(3)]
    said = sentences.of_years(released(*series), "Zoveel")
    assert "havo 52%" in said and "2022-2023" in said and "havo 50%" not in said


def test_the_alternative_text_holds_every_number_of_the_figure() -> None:
    alt = html.unescape(re.search(r'alt="([^"]*)"', card(*LEVELS, GAP).html())[1])
    for number in released(*LEVELS, GAP).numbers:
        assert text.value_text(number) in alt and number.group in alt


def test_the_table_has_scoped_headers_and_every_number() -> None:
    shown = card(*LEVELS, SMALL, GAP).html()
    assert shown.count('scope="col"') == 5 and shown.count('scope="row"') == 4
    assert "<caption>Diploma</caption>" in shown


def test_the_bundle_carries_the_released_rows_only() -> None:
    bundle = card(*LEVELS, SMALL, GAP)._repr_mimebundle_()
    rows = bundle[RELEASE_TYPE]["rows"]
    assert [row["group"] for row in rows] == ["laag", "hoog", "midden", "hoog minus laag"]
    assert rows[2]["value"] is None and rows[2]["n"] is None
    assert bundle[RELEASE_TYPE]["status"] == "released"


def test_simulated_data_are_marked_in_figure_caption_and_alternative_text() -> None:
    shown = card(*LEVELS, GAP, simulated=True).html()
    assert "Diploma (gesimuleerd)</figcaption>" in shown
    assert "Gesimuleerde gegevens." in shown and "(gesimuleerd)." in shown
    plain = card(*LEVELS, GAP).html()
    assert "gesimuleerd" not in plain.lower()
    assert picture(shown) != picture(plain)


def picture(shown: str) -> bytes:
    """The SVG inside a card."""
    return base64.b64decode(re.search(r"base64,([^\"]*)", shown)[1])


def test_the_same_numbers_give_the_same_bytes_without_date() -> None:
    first, second = (card(*LEVELS, GAP).html() for _ in range(2))
    assert first == second
    assert b"<dc:date>" not in picture(first)


def test_without_a_number_there_is_no_figure() -> None:
    shown = card(SMALL).html()
    assert "<figure" not in shown and "te weinig leerlingen" in shown


def test_missing_columns_give_one_grey_card() -> None:
    shown = Card(
        released(missing=("leerlingen.opleiding_ouders", "loopbaan.afloop")),
        "T",
        "P",
        "dots",
        "school",
        False,
    )
    assert shown.html().count("<section") == 1 and 'class="kaart grijs"' in shown.html()
    assert "opleiding van de ouders" in shown.html() and "<code>loopbaan.afloop</code>" in shown.html()
    assert shown._repr_mimebundle_()[RELEASE_TYPE]["status"] == "missing"


INDICATOR = Indicator("meso", "kwalificatie", "Wie <hier> slaagt.", "geslaagden", "kandidaten", "")


def test_a_card_says_its_level_domain_and_how_it_is_counted() -> None:
    made = card(*LEVELS, indicator=INDICATOR)
    shown = made.html()
    assert "Niveau: meso (de school en de buurt). Domein: kwalificatie." in shown
    assert shown.index('class="tags"') < shown.index("<figure>") < shown.index("Zo is het geteld")
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", shown))
    assert told == {
        "Wat het getal zegt": "Wie &lt;hier&gt; slaagt.",
        "Wat we tellen": "geslaagden",
        "Van wie": "kandidaten",
        "Tabellen": "leerlingen",
    }
    bundle = made._repr_mimebundle_()[RELEASE_TYPE]
    assert (bundle["niveau"], bundle["domein"]) == ("meso", "kwalificatie")


def test_a_card_without_a_described_indicator_says_nothing_of_it() -> None:
    made = card(*LEVELS)
    assert "Niveau" not in made.html() and "Zo is het geteld" not in made.html()
    assert made._repr_mimebundle_()[RELEASE_TYPE]["niveau"] == ""


def test_an_indicator_without_a_domain_names_none() -> None:
    assert "Domein" not in replace(INDICATOR, domein="").tags()


def test_the_report_finds_what_is_registered_of_an_analysis(voorbeeld) -> None:
    from kansen_lib.chapters import definities
    from kansen_lib.chapters.about import ABOUT

    school = Store(voorbeeld).school("ZZ0100")
    nothing = Benchmark(pd.DataFrame(columns=["name", "eenheid", "group"]))
    found = definities.exam_yield_by_route(school, nothing)
    shown = Report(school, nothing, "cbs").show(found, title="T", phrase="P")
    assert shown.indicator is not None and asdict(shown.indicator) == asdict(ABOUT[found.name])


@pytest.mark.parametrize("table", sorted(schema.PUPIL_TABLES))
def test_every_column_of_pupils_is_called_something_in_dutch(table: str) -> None:
    for name in schema.TABLES[table].to_schema().columns:
        assert not text.column(f"{table}.{name}").startswith(f"{table}.")


def test_labels_from_data_are_escaped() -> None:
    shown = card(gaps.share(20, 40, name="x", group="<b>&")).html()
    assert "<b>" not in shown and "&lt;b&gt;&amp;" in shown


@pytest.mark.parametrize("kind", ["dots", "years"])
def test_every_kind_of_figure_is_an_svg(kind: str) -> None:
    series = [gaps.share(50, 100, name="havo", group=f"20{20 + i}-20{21 + i}") for i in range(3)]
    drawn = figures.draw(released(*series), kind, "T", False, ("2021-2022",))
    assert picture(drawn).startswith(b"<?xml") and b"<svg" in picture(drawn)


def test_an_unknown_figure_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown figure 'taart'"):
        figures.draw(released(*LEVELS), "taart", "T", False)


def test_what_is_withheld_in_a_row_of_a_cross_table_is_one_row_of_the_card() -> None:
    counts = {"havo": (60, 70, 4, 0), "vwo": (50, 70, 3, 80)}
    cells = [
        gaps.share(k, sum(row), name=f"advies: {name}", group=f"brugklas: {column}")
        for name, row in counts.items()
        for column, k in zip(("a", "b", "c", "d"), row, strict=True)
    ]
    result = release(Result("analyse", tuple(cells), sources=("leerlingen",), crossed=True))
    shown = Card(result, "T", "P", "matrix", "school", False).html()
    assert "brugklas: c, d</td>" in shown and "brugklas: d</td>" not in shown.partition("advies: vwo")[0]
    assert "brugklas: a</td>" in shown
