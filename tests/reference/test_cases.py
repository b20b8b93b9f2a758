"""Every public statistic equals what others print, within the tolerance that its case gives a reason for."""

from __future__ import annotations

from collections import Counter

import catalogue
import pytest
from cases import HERE, Case, all_cases

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.function}: {case.source[:60]}")
def test_ours_equals_theirs(case: Case) -> None:
    assert case.why and case.theirs
    far = {name: gap for name, gap in case.deviations().items() if not gap <= case.tolerance}
    assert far == {}


def test_every_public_function_has_two_cases() -> None:
    found = Counter(case.function for case in CASES)
    assert {name: found[name] for name in catalogue.functions() if found[name] < 2} == {}


def test_no_case_is_of_a_function_that_does_not_exist() -> None:
    assert {case.function for case in CASES} - set(catalogue.functions()) == set()


@pytest.mark.parametrize("part", catalogue.PARTS)
def test_every_public_function_says_its(part: str) -> None:
    without = [name for name, function in catalogue.functions().items() if not catalogue.part(function, part)]
    assert without == []


def test_stored_output_has_the_script_that_made_it() -> None:
    stored = {path.stem for path in (HERE / "stored").glob("*.json")}
    assert stored - {path.stem for path in (HERE / "scripts").iterdir()} == set()


def test_the_page_lists_every_function_and_no_deviation_is_larger_than_it_says(root) -> None:
    page = (root / "docs/methods.md").read_text(encoding="utf-8")
    stated = catalogue.stated(page)
    assert set(stated) == set(catalogue.functions())
    largest = catalogue.largest(CASES)
    assert {name: gap for name, gap in largest.items() if gap > stated[name]} == {}
