"""The glossary explains in few plain words, and finds a word however it is written."""

import re

import pytest

from kansen_lib.present import woorden
from kansen_lib.present.woorden import VORMEN, WOORDEN, Woordenlijst, anker


@pytest.mark.parametrize("word", WOORDEN)
def test_an_explanation_is_short_and_ends(word: str) -> None:
    meaning = WOORDEN[word]
    assert len(meaning.split()) <= 25 and meaning.endswith((".", "?", ")."))
    assert all(len(part.split()) <= 20 for part in re.split(r"[.?:]\s", meaning))


def test_words_stand_in_the_order_of_the_alphabet() -> None:
    assert list(WOORDEN) == sorted(WOORDEN, key=str.lower)


def test_every_form_is_of_one_word_and_every_place_is_of_one() -> None:
    forms = [form.lower() for word in WOORDEN for form in (word, *VORMEN.get(word, ()))]
    assert len(forms) == len(set(forms)) and set(VORMEN) <= set(WOORDEN)
    assert len({anker(word) for word in WOORDEN}) == len(WOORDEN)


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("Twee Cohorten.", ["cohort"]),
        ("in sd, dus", ["standaarddeviatie"]),
        ("met minder toeval", ["met minder toeval"]),
        ("SES-WOA", ["SES-WOA"]),
        ("de SES-score en het adviesgesprek", []),
        ("drie risico's", ["risico"]),
    ],
)
def test_a_word_is_found_whole_and_in_its_longest_form(prose: str, found: list[str]) -> None:
    assert [word for _, _, word in woorden.gebruikt(prose)] == found


def test_the_list_shows_every_word_with_a_place_to_link_to() -> None:
    shown, told = Woordenlijst()._repr_html_(), repr(Woordenlijst())
    assert shown.count("<dt ") == shown.count("<dd>") == len(WOORDEN)
    assert all(f'id="{anker(word)}"' in shown and f"{word}: " in told for word in WOORDEN)
