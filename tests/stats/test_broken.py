"""Bad input gives a reason: never an exception from the depths of a library, never a number."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path

import pytest
from broken import BREAKAGES, sound

from kansen_lib import stats
from kansen_lib.stats.result import Estimate, Result

MODULES = [importlib.import_module(path.stem) for path in sorted(Path(__file__).parent.glob("broken_*.py"))]
CALLS = {name: call for module in MODULES for name, call in module.CALLS.items()}
ALLOWED = {name: kinds for module in MODULES for name, kinds in module.ALLOWED.items()}


def estimators() -> set[str]:
    """Public functions that give an Estimate or a Result and take a frame."""
    found = set()
    for subject in stats.SUBJECTS:
        module = importlib.import_module(f"kansen_lib.stats.{subject}")
        for name in module.__all__:
            hints = getattr(getattr(module, name), "__annotations__", {})
            if hints.get("return") in ("Estimate", "Result") and "pd.DataFrame" in hints.values():
                found.add(f"{subject}.{name}")
    return found


def values(found: Estimate | Result) -> list[Estimate]:
    return list(found.estimates) if isinstance(found, Result) else [found]


def test_every_estimator_is_called() -> None:
    assert estimators() - set(CALLS) == set()


@pytest.mark.parametrize("name", CALLS)
def test_a_sound_frame_gives_numbers(name: str) -> None:
    found = values(CALLS[name](sound()))
    assert found and any(item.value is not None for item in found)


@pytest.mark.parametrize("breakage", BREAKAGES)
@pytest.mark.parametrize("name", CALLS)
def test_a_broken_frame_gives_a_reason(name: str, breakage: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = values(CALLS[name](BREAKAGES[breakage](sound())))
    assert found, "no estimate at all: the reason is lost"
    if breakage not in ALLOWED.get(name, ()):
        assert [(item.name, item.group, item.value) for item in found if item.value is not None] == []


@pytest.mark.parametrize("name", CALLS)
def test_the_order_of_rows_does_not_matter(name: str) -> None:
    """To rounding. Draws of a bootstrap follow the order of rows unless they are sorted first: sort them."""
    data = sound()
    there, again = (values(CALLS[name](rows)) for rows in (data, data.sample(frac=1, random_state=3)))
    for one, two in zip(there, again, strict=True):
        assert one.value == pytest.approx(two.value, abs=1e-7)
        assert one.reason == two.reason
