"""The questions that the data cannot answer, gathered: one list at the end of a section, not a card each.

A school with open data alone can answer a few of a hundred questions. Their grey cards one after the
other would bury the answers.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from nbformat.v4 import new_code_cell, new_output

from kansen_lib.present.card import RELEASE_TYPE

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: A markdown cell that explains the card before it.
EXPLANATION = "uitleg"
_QUESTION = re.compile(r"^### +(.+?) *$", flags=re.MULTILINE)
_NEEDED = re.compile(r"^\*\*Nodig:\*\* *(.+?) *$", flags=re.MULTILINE)
_HEAD = "<h3>Nog niet te beantwoorden</h3><p>Met meer gegevens kun je ook deze vragen beantwoorden:</p>"


def gathered(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells, with all grey questions of a section in one list at its end."""
    kept: list[NotebookNode] = []
    waiting: list[tuple[str, str]] = []
    skipped = False
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        if cell.cell_type == "markdown" and re.match("##? ", cell.source):
            kept += _list(waiting)
            waiting = []
        if after is not None and is_grey(after) and _QUESTION.search(cell.source):
            waiting.append(_asked(cell.source))
            skipped = True
        elif not (skipped and (is_grey(cell) or _explains(cell))):
            skipped = False
            kept.append(cell)
    return [*kept, *_list(waiting)]


def is_grey(cell: NotebookNode) -> bool:
    """Whether a code cell's card says that the data cannot answer its question."""
    outputs = cell.get("outputs", [])
    cards = [output.get("data", {}).get(RELEASE_TYPE, {}) for output in outputs]
    return any(card.get("status") == "missing" for card in cards)


def _explains(cell: NotebookNode) -> bool:
    return EXPLANATION in cell.metadata.get("tags", [])


def _asked(source: str) -> tuple[str, str]:
    """The question of a cell, and what it needs."""
    question, needed = _QUESTION.search(source), _NEEDED.search(source)
    return question[1] if question else "", needed[1] if needed else ""


def _list(waiting: list[tuple[str, str]]) -> list[NotebookNode]:
    """One cell with all questions that wait, none when there are none."""
    if not waiting:
        return []
    items = "".join(
        f"<li><strong>{html.escape(question)}</strong> "
        f'<span class="nodig">Nodig: {html.escape(needed)}</span></li>'
        for question, needed in waiting
    )
    text = f'<section class="kaart grijs">{_HEAD}<ul>{items}</ul></section>'
    output = new_output("display_data", data={"text/html": text})
    return [new_code_cell("", outputs=[output])]
