"""Tiny notebooks and a tiny store, made by the tests that need them."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from kansen_lib import schema, store
from kansen_lib.running import plan as planning
from kansen_lib.store import Store

SCHOOLS = {"ZZ0100": ("De Verzonnen Eik", "Voorbeeldstad"), "ZZ0200": ("Het Bedachte Veld", "Aanneemdorp")}
PARAMETERS = 'store = "../data/store/voorbeeld"\nschool = "ZZ0100"\nprofile = "cbs"\nrule = "havo"'

#: Shows a result the way a card does: HTML for people, plain numbers for the machine.
CARD = """
class Card:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            "text/html": f"<section class='kaart'><p>{title}</p></section>",
            "text/plain": "kaart",
            "application/vnd.kansen.release+json": {
                "card": name, "status": status, "rows": rows, "niveau": "", "domein": ""
            },
        }
"""
ROW = {
    "name": "aandeel",
    "group": "",
    "value": 0.5,
    "unit": "aandeel",
    "lower": 0.4,
    "upper": 0.6,
    "interval": "95% Wilson",
    "n": 20,
    "method": "share",
    "reference": None,
    "reason": "",
    "clipped": "",
}


def make_store(path: Path, schools: dict[str, tuple[str, str]] = SCHOOLS) -> Store:
    """A store of vestigingen alone."""
    columns = list(schema.columns("vestigingen"))
    frame = pd.DataFrame(
        [
            {"vestiging": code, "brin": code[:4], "naam": naam, "sector": "vo", "gemeente": gemeente}
            for code, (naam, gemeente) in schools.items()
        ],
        columns=columns,
    )
    frame = frame.astype({name: "str" for name in columns})
    return store.write(path, [("vestigingen", frame)], simulated=True)


def card(name: str = "kaart", status: str = "released", rows: str = "[]", title: str = "school") -> str:
    """Source of a cell whose last value is a card; ``rows`` and ``title`` are expressions."""
    return f"name, status, title = {name!r}, {status!r}, {title}\nrows = {rows}\n{CARD}\nCard()"


def make_notebook(
    folder: Path,
    *cells: str,
    name: str = "01_proef",
    parameters: str = PARAMETERS,
    heading: str = "# Een proef",
) -> Path:
    """A notebook of a heading, a parameters cell and code cells; ``"md uitleg: …"`` is a tagged text."""
    body = [new_markdown_cell(heading), new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    for source in cells:
        if source.startswith("md "):
            tag, _, text = source[3:].partition(": ")
            body.append(new_markdown_cell(text, metadata={"tags": [tag]}))
        else:
            body.append(new_code_cell(source))
    for place, cell in enumerate(body):
        cell["id"] = f"c{place}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=body), path)
    return path


def make_plan(root: Path, *cells: str, **asked: object) -> planning.Plan:
    """A plan for one notebook of these cells over the two tiny schools."""
    make_notebook(root / "notebooks", *cells)
    return planning.make(make_store(root / "winkel"), folder=root / "notebooks", **asked)  # type: ignore[arg-type]
