"""The index: by gemeente and name, no link to what failed, no number that compares."""

from pathlib import Path

import pytest

from kansen_lib.reports import index
from kansen_lib.running.job import Outcome
from kansen_lib.running.plan import Job


def _outcome(
    code: str, naam: str, gemeente: str, notebook: str = "01_definities", cause: str = ""
) -> Outcome:
    return Outcome(Job(code, naam, gemeente, Path(f"{notebook}.ipynb"), Path(), {}), cause, 1.0)


@pytest.fixture
def text() -> str:
    outcomes = [
        _outcome("ZZ0300", "Zuid", "Beek"),
        _outcome("ZZ0200", "Noord & Zn", "Beek", cause="cell 3: KeyError"),
        _outcome("ZZ0200", "Noord & Zn", "Beek", "06_aan-de-slag"),
        _outcome("ZZ0100", "Oost", "Aalst"),
    ]
    return index.render(outcomes, "openbaar", False)


def test_schools_stand_by_gemeente_and_name(text: str) -> None:
    order = [text.index(word) for word in ("Aalst", "Oost", "Beek", "Noord &amp; Zn", "Zuid")]
    assert order == sorted(order)


def test_only_reports_that_exist_are_linked(text: str) -> None:
    links = [part.split('"')[0] for part in text.split('href="')[1:]]
    assert links == [
        "#inhoud",
        "ZZ0100/01_definities.html",
        "ZZ0200/06_aan-de-slag.html",
        "ZZ0300/01_definities.html",
    ]
    assert "1. Definities: niet gelukt" in text
    assert "KeyError" not in text


def test_the_page_is_dutch_and_asks_nothing_of_another_host(text: str) -> None:
    assert '<html lang="nl">' in text
    assert text.count("<h1>") == 1
    assert "http" not in text
    assert "<script" not in text


def test_a_simulated_store_is_marked() -> None:
    outcome = _outcome("ZZ0100", "Oost", "Aalst")
    assert "<strong>Gesimuleerd.</strong>" in index.render([outcome], "voorbeeld", True)
    assert "<strong>Gesimuleerd.</strong>" not in index.render([outcome], "openbaar", False)
