"""A card: one question answered by one released result, as accessible HTML and as plain text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import figures, roles, sentences, text

#: Mime type of the released numbers beside the picture: what ``results.parquet`` is collected from.
RELEASE_TYPE = "application/vnd.kansen.release+json"
_HYPHENED = re.compile(r"\b\w{1,5}-\w{1,4}\b")


_LEVELS = {
    "macro": "macro (het land en het stelsel)",
    "meso": "meso (de school en de buurt)",
    "micro": "micro (de klas en de leerling)",
}


@dataclass(frozen=True)
class Indicator:
    """What is counted, of whom, on which level and in which domain; all in plain Dutch.

    Attributes:
        niveau: ``"macro"``, ``"meso"`` or ``"micro"``.
        domein: domain of education after Biesta; empty where none fits.
        definitie: what the number says.
        teller: what is counted or averaged.
        noemer: of whom.
        buiten: who or what is left out, and why.
    """

    niveau: str
    domein: str
    definitie: str
    teller: str
    noemer: str
    buiten: str

    def tags(self) -> str:
        """Level and domain as one line of HTML."""
        domain = f" Domein: {html.escape(self.domein)}." if self.domein else ""
        return f'<p class="tags">Niveau: {html.escape(_LEVELS[self.niveau])}.{domain}</p>'

    def details(self, sources: Sequence[str]) -> str:
        """How it is counted, closed until somebody asks."""
        terms = {
            "Wat het getal zegt": self.definitie,
            "Wat we tellen": self.teller,
            "Van wie": self.noemer,
            "Wie of wat niet meetelt": self.buiten,
            "Tabellen": ", ".join(sources),
        }
        rows = "".join(
            f"<dt>{head}</dt><dd>{html.escape(words)}</dd>" for head, words in terms.items() if words
        )
        return f'<details><summary>Zo is het geteld</summary><dl class="geteld">{rows}</dl></details>'


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
        indicator: what the numbers are, None when it is not described.
        setting: at which setting of its sliders they were counted, in words; empty without sliders.
    """

    released: Released
    title: str
    phrase: str
    kind: str
    tier: str
    simulated: bool
    breaks: Sequence[str] = ()
    indicator: Indicator | None = None
    setting: str = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Views of the same released result for the notebook."""
        return {
            "text/html": self.html(),
            "text/plain": self.text(),
            RELEASE_TYPE: {
                "card": self.released.name,
                "status": self.released.status,
                "niveau": self.indicator.niveau if self.indicator else "",
                "domein": self.indicator.domein if self.indicator else "",
                "rows": self.released.rows(),
            },
        }

    def text(self) -> str:
        """The sentence, or what is missing."""
        if self.released.missing:
            return f"Niet te beantwoorden met deze gegevens. Nodig: {', '.join(self.released.missing)}."
        return sentences.write(self.released, self.phrase, self.kind)

    def html(self) -> str:
        """The card as one HTML section."""
        if self.released.missing:
            return _grey(self.released)
        parts = [
            f'<h4>Wat je ziet</h4><p class="zie">{_unbroken(html.escape(self.text()))}</p>',
            f'<p class="stand">{html.escape(self.setting)}</p>' if self.setting else "",
            self.indicator.tags() if self.indicator else "",
            self._figure(),
            _table(self.released, self.title),
            self.indicator.details(self.released.sources) if self.indicator else "",
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
        f"<li>{html.escape(text.column(name))} <code>{html.escape(name)}</code></li>"
        for name in released.missing
    )
    head = "<h4>Nog niet te beantwoorden</h4><p>Met deze gegevens kan dit niet. Daarvoor is nodig:</p>"
    return _section("kaart grijs", released, f"{head}<ul>{items}</ul>")


def _section(kind: str, released: Released, body: str) -> str:
    return f'<section class="{kind}" data-kaart="{html.escape(released.name)}">{body}</section>'


def _unbroken(sentence: str) -> str:
    """Codes and school years marked, so that a line does not end in "vmbo-" or "2025-"."""
    return _HYPHENED.sub(r'<span class="heel">\g<0></span>', sentence)


def _table(released: Released, title: str) -> str:
    """All numbers as a table with scoped headers; a column in which nothing stands is left out."""
    written = {**_COLUMNS, text.reference_name(released).capitalize(): _reference_text}
    numbers = _folded([number for number in released.numbers if not roles.is_helper(number)], released)
    columns = {head: write for head, write in written.items() if any(map(write, numbers))}
    heads = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in ("Wat", *columns))
    rows = "".join(_row(number, columns) for number in numbers)
    label = html.escape(title)
    return (
        # Wider than a phone: it scrolls in a box of its own, which the keyboard can reach.
        f'<details><summary>De cijfers</summary><div class="schuif" role="group" aria-label="{label}" '
        f'tabindex="0"><table><caption>{label}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _folded(numbers: Sequence[Number], released: Released) -> list[Number]:
    """The numbers; of a row of a cross table, what is withheld for one reason as one."""
    if not released.crossed:
        return list(numbers)
    found: dict[tuple[str, ...], list[Number]] = {}
    for number in numbers:
        same = (roles.axis_of(number.group), number.reason) if number.group and number.value is None else ()
        found.setdefault((number.name, *same) if same else (number.name, number.group, ""), []).append(number)
    return [replace(own[0], group=_groups(own)) if len(own) > 1 else own[0] for own in found.values()]


def _groups(numbers: Sequence[Number]) -> str:
    """``"brugklas: havo, havo/vwo"``."""
    axis = roles.axis_of(numbers[0].group)
    places = ", ".join(roles.place_on_axis(number.group) for number in numbers)
    return f"{axis}: {places}" if axis else places


def _row(number: Number, columns: dict[str, Callable[[Number], str]]) -> str:
    """A row of the table; a reason is long, and takes the place of value and interval both."""
    cells = {head: html.escape(write(number)) for head, write in columns.items()}
    marks = dict.fromkeys(cells, "")
    if number.value is None:
        spans = cells.pop("Onzekerheid", None) is not None
        marks["Waarde"] = ' class="reden" colspan="2"' if spans else ' class="reden"'
    body = "".join(f"<td{marks[head]}>{cell}</td>" for head, cell in cells.items())
    return f'<tr><th scope="row">{html.escape(number.name.replace("_", " "))}</th>{body}</tr>'


def _count_text(number: Number) -> str:
    return text.decimal(number.n, 0) if number.n is not None else ""


def _reference_text(number: Number) -> str:
    return text.amount(number.reference, number.unit) if number.reference is not None else ""


_COLUMNS: dict[str, Callable[[Number], str]] = {
    "Groep": lambda number: number.group or "alle",
    "Waarde": text.value_text,
    "Onzekerheid": text.interval_text,
    "Personen": _count_text,
}
