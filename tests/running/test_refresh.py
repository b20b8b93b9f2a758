"""The committed notebooks, executed where they stand."""

import json
from pathlib import Path

import making

from kansen_lib.running.plan import find_notebooks
from kansen_lib.running.refresh import refresh


def test_notebooks_are_executed_in_place_with_their_own_defaults(tmp_path: Path) -> None:
    store = making.make_store(tmp_path / "data/store/voorbeeld")
    folder = tmp_path / "notebooks"
    good = making.make_notebook(folder, "import os; (school, os.path.isfile(store + '/store.json'))")
    bad = making.make_notebook(folder, "1 / 0", name="02_kapot")
    before = bad.read_bytes()
    outcomes = refresh(find_notebooks(folder).values(), store)
    assert [outcome.cause for outcome in outcomes] == ["", "cell 2: ZeroDivisionError: division by zero"]
    cells = json.loads(good.read_text())["cells"]
    assert "".join(cells[1]["source"]) == making.PARAMETERS
    assert cells[2]["outputs"][0]["data"]["text/plain"] == ["('ZZ0100', True)"]
    assert [cell["id"] for cell in cells] == ["c0", "c1", "c2"]
    assert bad.read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["01_proef.ipynb", "02_kapot.ipynb"]
