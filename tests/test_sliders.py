"""Sliders: in a notebook that somebody has open, and nowhere else; each setting passes the gate."""

from __future__ import annotations

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from kansen_lib.benchmark import Benchmark
from kansen_lib.notebook import Report
from kansen_lib.present import sliders
from kansen_lib.present.card import RELEASE_TYPE
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import Store

WORDS = {"title": "Nu en straks", "phrase": "Zo verandert het", "figure": "voor_na"}


def what_if(verlies: int = 20) -> Result:
    """At the last setting too few pupils are left."""
    n = 200 - verlies * 5
    return Result("som", (Estimate("D", "straks", n / 500, "index", n=n),), sources=("leerlingen",))


@pytest.fixture
def report(voorbeeld) -> Report:
    nothing = Benchmark(pd.DataFrame(columns=["name", "eenheid", "group"]))
    return Report(Store(voorbeeld).school("ZZ0100"), nothing, "cbs")


@pytest.fixture(autouse=True)
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(sliders.SESSION, raising=False)


def test_elsewhere_it_is_the_card_that_show_gives_with_its_setting(report: Report) -> None:
    played = report.play(what_if, verlies=[0, 20, 39], **WORDS)
    shown = report.show(what_if(20), **WORDS)
    line = '<p class="stand">Stand: verlies 20. In JupyterLab kun je hier schuiven.</p>'
    assert played.html() == shown.html().replace("</p>", f"</p>{line}", 1)
    assert played._repr_mimebundle_()[RELEASE_TYPE] == shown._repr_mimebundle_()[RELEASE_TYPE]


def test_without_a_default_the_first_value_is_the_setting(report: Report) -> None:
    played = report.play(lambda verlies: what_if(verlies), verlies=[10, 0], **WORDS)
    assert played.released.numbers[0].value == pytest.approx(0.3)


def test_a_setting_passes_the_gate(report: Report) -> None:
    played = report.play(what_if, verlies=[20, 39], **WORDS)
    assert played.released.numbers[0].value is not None
    few = report.play(lambda verlies=39: what_if(verlies), verlies=[20, 39], **WORDS)
    assert few.released.numbers[0].value is None and "te weinig leerlingen" in few.text()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"verlies": [0, 10]}, "starts at 20, which is not among its values"),
        ({"verlies": list(range(13))}, "13 values; 2 to 12"),
        ({"verlies": [20]}, "1 values; 2 to 12"),
        ({}, "0 sliders; 1 to 3"),
        ({name: [1, 2] for name in "abcd"}, "4 sliders; 1 to 3"),
    ],
)
def test_a_slider_has_few_values_and_starts_at_one_of_them(report: Report, asked: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        report.play(what_if, **asked, **WORDS)


def test_values_are_written_in_dutch() -> None:
    told = sliders.told({"deel_dat_loot": 0.5, "verlies": -10, "keuze": "samen"})
    assert told.startswith("Stand: deel dat loot 0,5, verlies −10 en keuze samen.")


SETUP = """
import os, sys
import pandas as pd
from kansen_lib.benchmark import Benchmark
from kansen_lib.notebook import Report
from kansen_lib.present import sliders
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import Store
nothing = Benchmark(pd.DataFrame(columns=["name", "eenheid"]))
report = Report(Store({store!r}).school("ZZ0100"), nothing, "cbs")
def what_if(verlies=20, keuze="alleen"):
    if keuze == "kapot":
        raise RuntimeError("kan niet")
    n = 200 - verlies * 5
    return Result("som", (Estimate("D", keuze, n / 500, "index", n=n),), sources=("leerlingen",))
def play(function=what_if):
    return report.play(function, verlies=[0, 20, 39], keuze=["alleen", "kapot"], title="T", phrase="P",
        figure="voor_na")
"""
#: What a reader does: slide to too few pupils, then to a setting that fails.
SLIDE = """
from ipywidgets import SelectionSlider, Output
from ipywidgets.widgets import widget
found = {each.description: each for each in widget._instances.values() if isinstance(each, SelectionSlider)}
(faults,) = (each for each in widget._instances.values() if isinstance(each, Output))
print(sorted((each.description, each.value, each.continuous_update) for each in found.values()))
"""


def outputs(cell) -> list[dict]:
    return [output["data"] for output in cell.outputs if "data" in output]


def test_in_an_open_notebook_the_card_is_drawn_again_at_every_setting(voorbeeld, tmp_path) -> None:
    """A real kernel; what Jupyter sets for a notebook that is open is set in it."""
    sources = [
        SETUP.format(store=str(voorbeeld)),
        "print('ipywidgets' in sys.modules)\nplay()",
        "os.environ[sliders.SESSION] = 'x.ipynb'\nplay()",
        f"{SLIDE}found['verlies'].value = 39",
        "found['keuze'].value = 'kapot'",
        "print([output['ename'] for output in faults.outputs])",
        "os.environ[sliders.SESSION] = 'x.ipynb'\nplay()",
        "play(lambda verlies, keuze: Result('leeg', missing=('leerlingen.pc4',)))",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    _, still, live, slide, _, faults, untouched, missing = book.cells
    assert still.outputs[0]["text"] == "False\n"
    assert [RELEASE_TYPE in data for data in outputs(still)] == [True]
    assert "In JupyterLab kun je" in outputs(still)[0]["text/html"]
    assert slide.outputs[0]["text"] == "[('keuze', 'alleen', False), ('verlies', 20, False)]\n"
    view, card = outputs(live)
    assert "application/vnd.jupyter.widget-view+json" in view and RELEASE_TYPE not in view
    assert "Stand: verlies 39 en keuze alleen.</p>" in card["text/html"]
    assert card[RELEASE_TYPE]["rows"][0]["value"] is None and "te weinig leerlingen" in card["text/plain"]
    assert faults.outputs[0]["text"] == "['RuntimeError']\n"  # seen, and the card says its own setting
    assert "Stand: verlies 20 en keuze alleen.</p>" in outputs(untouched)[1]["text/html"]
    assert [RELEASE_TYPE in data for data in outputs(missing)] == [True]  # nothing to slide over
