"""An executed notebook as a report: prose and results in one calm page, without code."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kansen_lib
from kansen_lib.reports import grey, links
from kansen_lib.running.plan import Job

if TYPE_CHECKING:
    from nbconvert.exporters import HTMLExporter
    from nbformat import NotebookNode

TEMPLATE = Path(__file__).parent / "template"
#: Cells for whoever runs the notebook, not for whoever reads the report.
DROPPED_TAGS = {"parameters", "injected-parameters", "werkbank"}
SHOWN = ("text/html", "text/markdown")
#: Names with blanks; in other file names a hyphen is a hyphen.
_NAMES = {"interventie-effecten": "Effecten van interventies", "aan-de-slag": "Aan de slag"}
_HEADING = re.compile(r"^# +(.+?) *#*$", flags=re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """What the frame of a page says.

    Attributes:
        title: in the browser's tab.
        heading: the one ``h1``.
        tier: data tier of the store.
        simulated: whether the data are made up.
    """

    title: str
    heading: str
    tier: str
    simulated: bool
    version: str = kansen_lib.__version__


def render(notebook: NotebookNode, job: Job, tier: str, simulated: bool) -> str:
    """The HTML of an executed notebook: one file that asks nothing of another host.

    Args:
        notebook: executed; it is not changed.
        job: the school and the notebook's name.
        tier: data tier of the store.
        simulated: whether the data are made up.
    """
    heading, cells = _lift_heading(readable(notebook.cells), title(job.notebook.stem))
    page = Page(f"{heading} – {job.naam} ({job.vestiging})", heading, tier, simulated)
    shown = notebook.copy()
    shown.cells = cells
    text, _ = _exporter().from_notebook_node(shown, resources={"page": page})
    return links.weave(re.sub(r"\n\s*\n+", "\n", text).strip() + "\n")


def title(notebook: str) -> str:
    """A notebook's name as a reader sees it: ``"03_selectie-analyse"`` is ``"3. Selectie-analyse"``."""
    number, _, name = notebook.partition("_")
    return f"{int(number)}. {_NAMES.get(name, name[:1].upper() + name[1:])}"


def readable(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells that a reader sees, with only the outputs that a reader sees."""
    kept: list[NotebookNode] = []
    for cell in grey.gathered(cells):
        if set(cell.metadata.get("tags", [])) & DROPPED_TAGS or cell.cell_type == "raw":
            continue
        if cell.cell_type == "code":
            cell = cell.copy()
            cell.outputs = [output for output in cell.outputs if _is_shown(output)]
        kept.append(cell)
    return kept


def _is_shown(output: NotebookNode) -> bool:
    return any(kind in output.get("data", {}) for kind in SHOWN)


def _lift_heading(cells: list[NotebookNode], otherwise: str) -> tuple[str, list[NotebookNode]]:
    """The notebook's first ``# heading`` for the frame of the page, and the cells without it."""
    for place, cell in enumerate(cells):
        found = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if found:
            rest = cell.copy()
            rest.source = (cell.source[: found.start()] + cell.source[found.end() :]).strip()
            return found[1], [*cells[:place], *([rest] if rest.source else []), *cells[place + 1 :]]
    return otherwise, cells


@functools.cache
def _exporter() -> HTMLExporter:
    """One exporter a process: making it takes ten times as long as using it."""
    from nbconvert.exporters import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter

    class ReportExporter(HTMLExporter):
        """Our template; without the second parse that gives every image the same alternative text."""

        def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, Any]:
            return TemplateExporter.from_notebook_node(self, nb, self._init_resources(resources), **kw)

    return ReportExporter(
        extra_template_basedirs=[str(TEMPLATE.parent)],
        template_name=TEMPLATE.name,
        exclude_anchor_links=True,
        language_code="nl",
    )
