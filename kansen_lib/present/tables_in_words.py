"""What flows, tables of shades, funnels and cut-offs say in plain Dutch: no unit is named for its value."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.text import value_text

#: So many of the widest flows are told, and so many rows of a table.
_WIDEST, _MOST_ROWS = 3, 5
_ARE_WIDEST = "Breder zijn geen zichtbare stromen naar een ander niveau."
_HATCHED = "Gearceerd is wat we niet apart kunnen laten zien."


def of_stromen(released: Released, phrase: str) -> str:
    """The widest flows to another level, and who stays on one level through all stages."""
    shown = roles.shown(released)
    stages = roles.stages(released)
    moves = [n for n in shown if n.group and not n.clipped and roles.changes_level(n, stages)]
    widest = sorted(moves, key=lambda n: -(n.value or 0.0))[:_WIDEST]
    told = []
    if widest:
        # of all pupils, not of those who were there: the number comes before the level that it leaves
        moved = [f"{value_text(n)} ging van {_words(n.name)} naar {_words(n.group)}." for n in widest]
        told = [f"{phrase}: {moved[0]}", *(f"En {words}" for words in moved[1:]), _ARE_WIDEST]
    elif shown:
        told = [f"{phrase}: er is geen stroom naar een ander niveau die we kunnen laten zien."]
    stayed = next((n for n in shown if n.name == roles.STAYED), None)
    if stayed is not None:
        told.append(f"Van alle leerlingen is {value_text(stayed)} steeds op hetzelfde niveau.")
    return " ".join([*told, *_small_ones(released, _HATCHED)])


def of_matrix(released: Released, phrase: str) -> str:
    """Of each row the largest share, as far as that is known; of many rows the first and the last."""
    cells = [n for n in released.numbers if n.group]
    rows = {name: [n for n in cells if n.name == name] for name in dict.fromkeys(n.name for n in cells)}
    largest = [(name, found) for name, row in rows.items() if (found := _largest(row, released.base))]
    some = largest if len(largest) <= _MOST_ROWS else [largest[0], largest[-1]]
    told = []
    if some:
        items = [_told_row(*row, named=i == 0) for i, row in enumerate(some)]
        left = "; de andere rijen staan in de figuur" if len(some) < len(rows) else ""
        told = [f"{phrase}: het vaakst {text.listed(items)}{left}."]
    elif roles.shown(released):
        told = [f"{phrase}: zie de figuur."]
    hidden = [n for n in cells if n.value is None]
    return " ".join(
        [*told, *_small_ones(released, f"Niet getoond: {len(hidden)} van de {len(cells)} vakjes.")]
    )


def _largest(row: Sequence[Number], base: int) -> list[Number]:
    """The largest share of a row, or two that are as large but for how coarse they are; none when not known.

    What is withheld may be larger, unless too little is left for that.
    """
    shown = [n for n in row if n.value is not None and n.clipped != "of minder"]
    if not shown:
        return []
    most = max(n.value or 0.0 for n in shown)
    left = 1 - sum(n.value or 0.0 for n in shown)
    if len(shown) < len(row) and (shown[0].unit != "share" or most <= left):
        return []
    coarse = base / shown[0].n if base > 1 and shown[0].n else 0.0
    found = [n for n in shown if (n.value or 0.0) >= most - coarse]
    return found if len(found) <= 2 else []


def _told_row(name: str, cells: Sequence[Number], *, named: bool) -> str:
    """``"bij advies havo brugklas havo en havo/vwo (50% en 48%)"``; the axes are named once."""
    row, columns = name, [roles.place_on_axis(n.group) for n in cells]
    if named:
        columns[0] = _words(cells[0].group)
    else:
        row = roles.place_on_axis(name)
    return f"bij {_words(row)} {text.name_list(columns)} ({text.name_list([value_text(n) for n in cells])})"


def of_trechter(released: Released, phrase: str) -> str:
    """How many points lie where chance alone puts them; no point is named."""
    points = roles.units(released)
    low, high = (roles.limits(released, name) for name in (roles.LIMIT_LOW, roles.LIMIT_HIGH))
    told = []
    placed = [(n, _between(low, n.n or 0), _between(high, n.n or 0)) for n in points]
    known = [
        (n.value or 0.0, below, above)
        for n, below, above in placed
        if below is not None and above is not None
    ]
    if known:
        within = sum(below <= value <= above for value, below, above in known)
        told = [
            f"{phrase}: van de {len(known)} punten liggen er {within} in het grijze gebied.",
            "Door toeval alleen liggen daar ongeveer 95 van de 100 punten.",
        ]
    elif points:
        told = [f"{phrase}: de figuur heeft {len(points)} punten."]
    mean = next((n for n in roles.shown(released) if n.name == roles.MEAN_OF_ALL), None)
    if mean is not None:
        told.append(f"Het gemiddelde van alle is {value_text(mean)}.")
    hidden = [n for n in released.numbers if n.value is None]
    few = f"Niet te geven voor {len(hidden)} andere: {text.reasons(hidden)}." if hidden else ""
    return " ".join([*told, *([few] if few else [])])


def _between(limit: dict[float, float], size: float) -> float | None:
    """A limit at a number of pupils, on the straight line between the sizes beside it."""
    for (one, low), (other, high) in pairwise(limit.items()):
        if one <= size <= other:
            return low + (high - low) * (size - one) / (other - one)
    return None


def of_drempel(released: Released, phrase: str) -> str:
    """The points beside the cut-off, and the step between the two sides."""
    points = [n for n in roles.shown(released) if not roles.is_helper(n)]
    at = {n: x for n in points if (x := roles.distance(n.group)) is not None}
    beside = [min((n for n in at if n.name == side), key=lambda n: abs(at[n])) for side in _names(at)]
    told = []
    if beside:
        items = [f"{text.plain(n.name)} {value_text(n)}" for n in beside]
        told = [f"{phrase}, het dichtst bij de drempel: {text.name_list(items)}."]
    jumps = [n for n in released.numbers if n.group == roles.JUMP]
    for number in jumps:
        of = f" ({text.plain(number.name)})" if len(jumps) > 1 else ""
        told.append(_jump(number, f"De sprong bij de drempel{of}"))
    hidden = [n for n in released.numbers if n.value is None and n.group != roles.JUMP]
    few = [f"{len(hidden)} van de punten zijn niet te geven: {text.reasons(hidden)}."] if hidden else []
    return " ".join([*told, *few])


def _names(numbers: dict[Number, float]) -> list[str]:
    return list(dict.fromkeys(n.name for n in numbers))


def _jump(number: Number, what: str) -> str:
    if number.value is None:
        return f"{what} is niet te geven: {text.reasons([number])}."
    interval = text.interval_text(number)
    fits = f"; de gegevens passen bij een sprong van {interval}" if interval else ""
    return f"{what} is {text.change_text(number)}{fits}."


def _small_ones(released: Released, words: str) -> list[str]:
    """A sentence on what is withheld beside what is shown, or why there is nothing."""
    hidden = [n for n in released.numbers if n.value is None]
    if hidden and not roles.shown(released):
        return [f"Niets hiervan is te laten zien: {text.reasons(hidden)}."]
    return [words] if any(n.group for n in hidden) else []


def _words(label: str) -> str:
    """``"eerste advies: havo"`` as ``"eerste advies havo"``."""
    return text.plain(label.replace(": ", " ", 1))
