"""A cause is one line, helps, and holds no value of the data."""

import pytest

from kansen_lib.running.cause import LENGTH, describe


@pytest.mark.parametrize(
    ("name", "message", "line"),
    [
        ("ValueError", "kapot", "ValueError: kapot"),
        ("KeyError", "'toetsadvies'", "KeyError: 'toetsadvies'"),
        ("KeyError", "'Geertruida'", "KeyError: '…'"),
        (
            "ValueError",
            "could not convert string to float: 'J. Jansen'",
            "ValueError: could not convert string to float: '…'",
        ),
        ("IndexError", "row 187 of 5 has score -534.5", "IndexError: row … of … has score …"),
        ("ZeroDivisionError", "", "ZeroDivisionError"),
        (
            "StoreError",
            "school 'ZZ0101' is not in store x.",
            "StoreError: school 'ZZ0101' is not in store x.",
        ),
    ],
)
def test_a_cause(name: str, message: str, line: str) -> None:
    assert describe(name, message) == line


def test_a_cause_is_one_short_line() -> None:
    line = describe("ValueError", "\n\n  eerste regel " + "x" * 900 + "\ntweede regel")
    assert line.startswith("ValueError: eerste regel")
    assert len(line) == LENGTH
    assert "tweede" not in line


def test_a_word_of_the_failed_cell_may_be_named() -> None:
    assert (
        describe("KeyError", "'onbekende_kolom'", "frame['onbekende_kolom']") == "KeyError: 'onbekende_kolom'"
    )
    assert describe("KeyError", "'12345678'", "frame[12345678]") == "KeyError: '…'"
