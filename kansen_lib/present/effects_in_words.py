"""What quadrants, specifications, event studies, planes and inventories of measures say in plain Dutch.

A writer that finds too little for its kind of figure says nothing: the result is told like any other then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text
from kansen_lib.present.text import change_with_interval, name_list, value_text, with_interval

#: More points than this are told without their intervals.
_MOST_IN_FULL = 4
#: Fewer specifications than this are no curve: each can be told.
FEWEST_SPECIFICATIONS = 3


def of_quadrant(released: Released, phrase: str) -> str:
    """Which way mean and gap went, and to which corners the data fit; of several points of each."""
    found = roles.quadrants_of(released)
    if not found:
        return ""
    told = [_alone(found[0], released, phrase)] if len(found) == 1 else _side_by_side(found, phrase)
    return " ".join([*told, *_withheld(released)])


def _alone(one: roles.Quadrant, released: Released, phrase: str) -> str:
    """One point: mean, gap, each group, and the corners that its region reaches."""
    corners = one.corners()
    also = f", maar ook bij {name_list([_quoted(name) for name in corners[1:]])}" if corners[1:] else ""
    told = [f"{phrase}: {_level_and_gap(one, change_with_interval)}."]
    groups = [
        f"{n.group} {change_with_interval(n)}"
        for n in roles.shown(released)
        if roles.is_level_of_quadrant(n) and n.group != one.group
    ]
    told += [f"Per groep: {name_list(groups)}."] if groups else []
    return " ".join([*told, f"De gegevens passen bij {_quoted(corners[0])}{also}."])


def _level_and_gap(one: roles.Quadrant, write: Callable[[Number], str]) -> str:
    if one.level.name == roles.CHANGE_OF_LEVEL:
        return f"het gemiddelde veranderde {write(one.level)} en het verschil {write(one.gap)}"
    return f"gemiddelde {write(one.level)}, verschil tussen de groepen {write(one.gap)}"


def _side_by_side(found: Sequence[roles.Quadrant], phrase: str) -> list[str]:
    """Several points: each in numbers, and which of them fit one corner only."""
    write = change_with_interval if len(found) <= _MOST_IN_FULL else text.change_text
    items = [f"{_name(one.group)} {write(one.level)} en {write(one.gap)}" for one in found]
    told = [f"{phrase} (gemiddelde en verschil tussen de groepen): {items[0]}."]
    told += [f"{text.capital(item)}." for item in items[1:]]
    fits: dict[str, list[str]] = {}
    for one in found:
        fits.setdefault(_fit(one.corners()), []).append(_name(one.group))
    surest = sorted(fits, key=lambda fit: (fit == _NEITHER, ";" in fit))
    return [*told, *(f"De gegevens van {name_list(fits[fit])} {fit}." for fit in surest)]


_NEITHER = "zeggen van geen van beide welke kant het op gaat"


def _fit(corners: Sequence[str]) -> str:
    """What is sure in all the corners that a region reaches: mean and gap, one of them, or neither."""
    means, gaps = (set(halves) for halves in zip(*(corner.split(", ") for corner in corners), strict=True))
    if len(means) == len(gaps) == 1:
        return f"passen alleen bij {_quoted(corners[0])}"
    if len(means) == 1:
        return f"passen alleen bij {_quoted(*means)}; het verschil kan groter of kleiner zijn"
    if len(gaps) == 1:
        return f"passen alleen bij {_quoted(*gaps)}; het gemiddelde kan omhoog of omlaag zijn"
    return _NEITHER


def _name(label: str) -> str:
    return text.plain(roles.unmarked(label))


def _quoted(words: str) -> str:
    return f"‘{words}’"


def of_specificaties(released: Released, phrase: str) -> str:
    """The main specification, the middle one, both ends, and how many lie above zero: not every number."""
    found = roles.specifications(released)
    if len(found) < FEWEST_SPECIFICATIONS:
        return ""
    main = next((n for n in found if roles.is_chosen(n.group)), None)
    told = [f"{phrase}: bij de hoofdanalyse {with_interval(main)}."] if main else [f"{phrase}."]
    values = [n.value or 0.0 for n in found]
    middle = text.amount(median(values), found[0].unit)
    told.append(f"Er zijn {len(found)} manieren van rekenen, met {middle} in het midden.")
    told.append(f"De laagste geeft {value_text(found[0])}, de hoogste {value_text(found[-1])}.")
    told.append(_above_zero(found))
    others = [n for n in roles.shown(released) if roles.CHOICES not in n.group]
    return " ".join([*told, *_beside(others), *_withheld(released)])


def _above_zero(found: Sequence[Number]) -> str:
    """How many estimates, and how many whole intervals, lie above zero."""
    above = sum((n.value or 0.0) > 0 for n in found)
    whole = sum(n.lower is not None and n.lower > 0 for n in found)
    return f"{above} van de {len(found)} liggen boven 0; bij {whole} ligt ook het hele interval boven 0."


def of_gebeurtenis(released: Released, phrase: str) -> str:
    """Of each estimator what was there before the start, and what came after it."""
    found = roles.series_of_years(released)
    if not found:
        return ""
    told = []
    for i, (name, series) in enumerate(found.items()):
        named = f" ({text.plain(name)})" if len(found) > 1 else ""
        before = [n for year, n in series.items() if year < 0]
        after = [n for year, n in series.items() if year >= 0]
        told += [f"{phrase}{named}: {_after(after)}."] if after and not i else []
        told += [f"{text.capital(text.plain(name))}: {_after(after)}."] if after and i else []
        told += _before(before) if not i else []
    rest = [n for n in roles.shown(released) if roles.distance(n.group) is None]
    return " ".join([*told, *_beside(rest), *_withheld(released)])


def _after(series: Sequence[Number]) -> str:
    """``"in het jaar van de start 0,10 sd (...), later 0,21 sd (...)"``."""
    first, last = series[0], series[-1]
    words = f"{_when(first)} {with_interval(first)}"
    return words if first is last else f"{words}, en {_when(last)} {with_interval(last)}"


def _when(number: Number) -> str:
    years = int(roles.distance(number.group) or 0)
    if not years:
        return "in het jaar van de start"
    return "een jaar later" if years == 1 else f"{years} jaar later"


def _before(series: Sequence[Number]) -> list[str]:
    """How many years before the start fit with no difference; that is no proof that there was none."""
    known = [n for n in series if n.lower is not None and n.upper is not None]
    if not known:
        return []
    fit = sum((n.lower or 0.0) <= 0 <= (n.upper or 0.0) for n in known)
    if len(known) == 1:
        return [f"In het ene jaar voor de start past 0 {'' if fit else 'niet '}bij de gegevens."]
    return [f"In {fit} van de {len(known)} jaren voor de start past 0 bij de gegevens."]


def of_vlak(released: Released, phrase: str) -> str:
    """Of each measure what it did and what it cost a pupil; what was found elsewhere comes last."""
    found = roles.costs_and_effects(released)
    if not found:
        return ""
    write = with_interval if len(found) <= _MOST_IN_FULL else value_text
    told = []
    for label, (effect, cost) in sorted(found.items(), key=lambda item: roles.is_elsewhere(item[0])):
        item = f"{_name(label)} {write(effect)} voor {write(cost)} per leerling."
        told.append(f"Elders gevonden: {item}" if roles.is_elsewhere(label) else text.capital(item))
    told[0] = f"{phrase}: {told[0][:1].lower()}{told[0][1:]}"
    rest = [n for n in roles.shown(released) if n.name not in (roles.EFFECT, roles.COST)]
    return " ".join([*told, *_beside(rest), *_withheld(released)])


def of_kruistabel(released: Released, phrase: str) -> str:
    """How many measures in how many cells; which rows and which columns have none."""
    cells = roles.cells(released)
    if not cells:
        return ""
    full = {cell for cell, numbers in cells.items() if any(n.value for n in numbers)}
    hidden = {cell for cell, numbers in cells.items() if any(n.value is None for n in numbers)}
    total = round(sum(n.value or 0.0 for numbers in cells.values() for n in numbers))
    what = "1 aanpak" if total == 1 else f"{total} aanpakken"
    told = [f"{phrase}: {what}, in {len(full)} van de {len(cells)} vakjes."]
    for axis in (0, 1):
        labels = list(dict.fromkeys(cell[axis] for cell in cells))
        seen = {cell[axis] for cell in full | hidden}
        empty = [text.plain(roles.place_on_axis(label)) for label in labels if label not in seen]
        told += [f"Niets bij {name_list(empty)}."] if empty else []
    return " ".join([*told, *_withheld(released)])


def _beside(numbers: Sequence[Number]) -> list[str]:
    """What else a result says, a sentence a name; of many groups without the intervals."""
    told = []
    for name, own in roles.by_name(numbers).items():
        write = with_interval if len(own) <= _MOST_IN_FULL else value_text
        head = text.capital(text.plain(name))
        if len(own) == 1:
            of = f" ({_name(own[0].group)})" if own[0].group else ""
            told.append(f"{head}{of}: {write(own[0])}.")
        else:
            told.append(f"{head}: {text.listed([f'{_name(n.group)} {write(n)}'.strip() for n in own])}.")
    return told


def _withheld(released: Released) -> list[str]:
    """A sentence on what cannot be given, and why; the labels once."""
    hidden = [n for n in released.numbers if n.value is None and not roles.is_helper(n)]
    if not hidden:
        return []
    labels = list(dict.fromkeys(_name(n.group) or text.plain(n.name) for n in hidden))
    which = name_list(labels) if len(labels) <= _MOST_IN_FULL else f"{len(labels)} getallen"
    return [f"Niet te geven voor {which}: {text.reasons(hidden)}."]
