"""A card: one question answered by one released result, as accessible HTML and as plain text."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kansen_lib.disclosure import Released
from kansen_lib.present import figures, text

#: Mime type of the released numbers beside the picture: what ``results.parquet`` is collected from.
RELEASE_TYPE = "application/vnd.kansen.release+json"


@dataclass(frozen=True)
class Card:
    """What a notebook shows of one result.

    Attributes:
        released: the numbers that passed the gate.
        title: what the figure shows, in Dutch.
        phrase: the words before the list of levels, e.g. "Zoveel leerlingen haalden een diploma".
        kind: kind of figure, see :func:`kansen_lib.present.figures.draw`.
        tier: data tier of the store.
        simulated: whether the data are made up.
        breaks: school years in which other rules began.
    """

    released: Released
    title: str
    phrase: str
    kind: str
    tier: str
    simulated: bool
    breaks: Sequence[str] = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Views of the same released result for the notebook."""
        return {
            "text/html": self.html(),
            "text/plain": self.text(),
            RELEASE_TYPE: {
                "card": self.released.name,
                "status": self.released.status,
                "rows": self.released.rows(),
            },
        }

    def text(self) -> str:
        """The sentence, or what is missing."""
        if self.released.missing:
            return f"Niet te beantwoorden met deze gegevens. Nodig: {', '.join(self.released.missing)}."
        write = text.sentence_of_years if self.kind == "years" else text.sentence
        return write(self.released, self.phrase)

    def html(self) -> str:
        """The card as one HTML section."""
        if self.released.missing:
            return _grey(self.released)
        parts = [
            f'<h3>Wat je ziet</h3><p class="zie">{html.escape(self.text())}</p>',
            self._figure(),
            _table(self.released, self.title),
            f'<p class="bron">{html.escape(text.source_line(self.released, self.tier, self.simulated))}</p>',
        ]
        return _section("kaart", self.released, "".join(parts))

    def _figure(self) -> str:
        picture = figures.draw(self.released, self.kind, self.title, self.simulated, self.breaks)
        if not picture:
            return ""
        mark = " (gesimuleerd)" if self.simulated else ""
        return f"<figure>{picture}<figcaption>{html.escape(self.title)}{mark}</figcaption></figure>"


def _grey(released: Released) -> str:
    """The one grey card that stands for a question the data cannot answer."""
    items = "".join(
        f"<li><code>{html.escape(name)}</code>: {html.escape(text.column(name))}</li>"
        for name in released.missing
    )
    head = "<h3>Nog niet te beantwoorden</h3><p>Met deze gegevens kan dit niet. Daarvoor is nodig:</p>"
    return _section("kaart grijs", released, f"{head}<ul>{items}</ul>")


def _section(kind: str, released: Released, body: str) -> str:
    return f'<section class="{kind}" data-kaart="{html.escape(released.name)}">{body}</section>'


def _table(released: Released, title: str) -> str:
    """All numbers as a table with scoped headers."""
    with_reference = any(number.reference is not None for number in released.numbers)
    heads = ["Wat", "Groep", "Waarde", "Onzekerheid", "Leerlingen"] + (
        [text.reference_name(released).capitalize()] if with_reference else []
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = []
    for number in released.numbers:
        cells = [
            number.group or "alle",
            text.value_text(number),
            text.interval_text(number),
            text.decimal(number.n, 0) if number.n is not None else "",
        ]
        if with_reference:
            known = number.reference is not None
            cells.append(text.amount(number.reference, number.unit) if known else "")  # type: ignore[arg-type]
        body = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{html.escape(number.name.replace("_", " "))}</th>{body}</tr>')
    return (
        f"<details><summary>De cijfers</summary><table><caption>{html.escape(title)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></details>"
    )
