"""Figures of released results: static, readable in grey, with a text alternative; a module a kind."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from kansen_lib.disclosure import Released
from kansen_lib.present import effects_in_words, roles, text
from kansen_lib.present.figures import (
    band,
    canvas,
    conclusions,
    context,
    delen,
    dots,
    drempel,
    gebeurtenis,
    kaart,
    kruistabel,
    lines,
    matrix,
    mozaiek,
    plan,
    quadrant,
    specificaties,
    stromen,
    trechter,
    vlak,
    voor_na,
    waterfall,
    years,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class _Kind(Protocol):
    def __call__(self, released: Released, breaks: Sequence[str] = ()) -> Figure | None: ...


KINDS: dict[str, _Kind] = {
    "dots": dots.draw,
    "years": years.draw,
    "lines": lines.draw,
    "context": context.draw,
    "waterfall": waterfall.draw,
    "band": band.draw,
    "quadrant": quadrant.draw,
    "conclusions": conclusions.draw,
    "stromen": stromen.draw,
    "matrix": matrix.draw,
    "trechter": trechter.draw,
    "drempel": drempel.draw,
    "mozaiek": mozaiek.draw,
    "delen": delen.draw,
    "voor_na": voor_na.draw,
    "kaart": kaart.draw,
    "specificaties": specificaties.draw,
    "gebeurtenis": gebeurtenis.draw,
    "vlak": vlak.draw,
    "kruistabel": kruistabel.draw,
    "plan": plan.draw,
}


def draw(released: Released, kind: str, title: str, simulated: bool, breaks: Sequence[str] = ()) -> str:
    """The figure as HTML with its text alternative; empty when there is nothing to draw.

    Args:
        released: the result.
        kind: one of :data:`KINDS`; what its result must hold stands in the module of that name.
        title: what the figure shows, in Dutch.
        simulated: whether to mark the figure as made up.
        breaks: groups (school years) in which other rules began: no line is drawn into them.

    Raises:
        ValueError: unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown figure '{kind}'; there are {', '.join(KINDS)}")
    if not roles.shown(released):
        return ""
    import matplotlib as mpl

    with mpl.rc_context(canvas.STYLE):
        figure = KINDS[kind](released, breaks)
        if figure is None:
            return ""
        if simulated:
            # A title, not a text: the layout keeps room for it, and no label runs into it.
            figure.suptitle("gesimuleerd", x=0.99, ha="right", color=canvas.GREY, fontsize=9)
        source = canvas.svg(figure)
    alt = html.escape(_alt(released, kind, title, simulated))
    return f'<img class="figuur" src="data:image/svg+xml;base64,{source}" alt="{alt}">'


def _alt(released: Released, kind: str, title: str, simulated: bool) -> str:
    """The same numbers as the figure, in words; of a curve of specifications what they come to."""
    made_up = " Gesimuleerde gegevens." if simulated else ""
    if kind == "specificaties" and (told := effects_in_words.of_specificaties(released, "Zie ook de tabel")):
        return f"Figuur: {title}.{made_up} {told}"
    shown = [number for number in roles.shown(released) if not roles.is_helper(number)]
    listed = "; ".join(
        f"{label} {text.value_text(n)}" + (f" ({text.interval_text(n)})" if n.lower is not None else "")
        for label, n in zip(text.full_labels(shown), shown, strict=True)
    )
    return f"Figuur: {title}.{made_up} {listed}."
