"""Does notebook 04 run for every gemeente with two schools or more, on real files? ``make sweep``.

The cells of the committed notebook are run one after another, in this process, with a school of each
gemeente as parameter; a warning is an error, and every card is drawn. ``make test`` runs a sample.
"""

from __future__ import annotations

import ast
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import nbformat

from kansen_lib import benchmark, store
from kansen_lib.benchmark import area
from kansen_lib.sources import duo
from kansen_lib.store import Store

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks/04_segregatie.ipynb"
SHARED = ROOT.parent / "shared/data"


def prepare(folder: Path) -> Store:
    """A store of the real files of DUO and CBS, with its network phase."""
    made = store.write(folder, duo.read([SHARED / "duo", SHARED / "cbs"]).tables.items())
    benchmark.load(made)
    return made


def schools(known: Store) -> dict[str, str]:
    """A vestiging of every gemeente with at least two, by gemeente: the first one that has pupils."""
    counted = set(known.read("aantallen", ["vestiging"])["vestiging"])
    return {
        item.name: next((code for code in item.vestigingen if code in counted), item.vestigingen[0])
        for item in area.each(known)
    }


def cells(notebook: Path = NOTEBOOK) -> list[Any]:
    """The code cells of a notebook, parsed; those with parameters are left to the caller."""
    found = nbformat.read(notebook, as_version=4).cells
    return [ast.parse(cell.source) for cell in found if cell.cell_type == "code"]


def shown(folder: Path, school: str, notebook: Path = NOTEBOOK) -> Iterator[Any]:
    """What each cell shows for a school; the first cell gives the parameters their defaults."""
    names: dict[str, Any] = {}
    parameters, *rest = cells(notebook)
    exec(compile(parameters, str(notebook), "exec"), names)
    names |= {"store": str(folder), "school": school}
    for tree in rest:
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, str(notebook), "exec"), names)
        if last is not None:
            yield eval(compile(ast.Expression(last.value), str(notebook), "eval"), names)


def html_of(item: Any) -> str:
    """What JupyterLab would show of a cell: a card has a bundle of forms."""
    bundle = getattr(item, "_repr_mimebundle_", None)
    return bundle()["text/html"] if bundle else item._repr_html_()


def fault(folder: Path, school: str) -> str:
    """What went wrong for a school, in one line; nothing when every card was drawn without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            drawn = [html_of(item) for item in shown(folder, school)]
        except Exception as error:  # whatever it is, the sweep goes on and names it
            return f"{type(error).__name__}: {error}"
    return "" if all(drawn) else "a cell shows nothing"


def main() -> None:
    """Every gemeente, two at a time; exit code 1 when one of them has a fault."""
    start, faults = time.perf_counter(), 0
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(2) as pool:
        asked = schools(prepare(Path(folder)))
        found = pool.map(partial(fault, Path(folder)), asked.values())
        for (gemeente, school), words in zip(asked.items(), found, strict=True):
            faults += bool(words)
            print(f"{gemeente} ({school}): {words or 'ok'}", flush=True)
    print(f"{len(asked)} gemeenten, {faults} with a fault, {time.perf_counter() - start:.0f} s")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
