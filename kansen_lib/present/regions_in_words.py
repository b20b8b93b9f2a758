"""What mosaics, parts, scenarios and maps of a region say in plain Dutch: only the own school is named."""

from __future__ import annotations

from collections.abc import Sequence

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text


def of_mozaiek(released: Released, phrase: str) -> str:
    """The levels of the own school and of the whole area; how many other bars the figure has."""
    rows = roles.by_name([n for n in released.numbers if n.group])
    told = []
    for name, row in rows.items():
        own = roles.axis_of(name) == roles.OWN_SCHOOL
        if (own or name == roles.WHOLE_AREA) and (levels := _levels(row)):
            told.append(f"{'op deze school' if own else 'in het hele gebied'} {levels}")
    others = [n for n in rows if roles.axis_of(n) != roles.OWN_SCHOOL and n != roles.WHOLE_AREA]
    if not told and not roles.shown(released):
        return " ".join(_hidden(released, "balken"))
    sentences = [f"{phrase}: {told[0]}."] if told else [f"{phrase}: zie de figuur."]
    sentences += [f"{text.capital(words)}." for words in told[1:]]
    if others:
        bars = "balk" if len(others) == 1 else "balken"
        sentences.append(f"De figuur heeft nog {len(others)} andere {bars}, in volgorde van het alfabet.")
    return " ".join([*sentences, *_hidden(released, "balken of delen daarvan")])


def _levels(row: Sequence[Number]) -> str:
    """``"vmbo-gt 40% en havo 60%"``, of the levels with pupils."""
    there = [n for n in row if n.value]
    return text.name_list([f"{text.plain(n.group)} {text.value_text(n)}" for n in there]) if there else ""


def of_delen(released: Released, phrase: str) -> str:
    """Of each whole what it comes to, and its parts; a part below zero cannot be told from chance."""
    wholes = roles.by_name([n for n in roles.shown(released) if n.group])
    told = [_in_parts(whole) for whole in wholes.values()]
    sentences = _after(phrase, dict(zip(wholes, told, strict=True)))
    if any(text.is_below_zero(n) for whole in wholes.values() for n in whole if n.group != roles.TOTAL):
        sentences.append("Een deel onder 0 is niet van toeval te onderscheiden.")
    return " ".join([*sentences, *_hidden(released, "delen")])


def _in_parts(whole: Sequence[Number]) -> str:
    """``"samen 0,12 (0,10 tot 0,14); daarvan tussen besturen 0,03 en tussen scholen 0,09"``."""
    total = [f"{roles.TOTAL} {text.with_interval(n)}" for n in whole if n.group == roles.TOTAL]
    parts = [f"{text.plain(n.group)} {text.value_text(n)}" for n in whole if n.group != roles.TOTAL]
    listed = [f"{'daarvan ' if total else ''}{text.name_list(parts)}"] if parts else []
    return "; ".join([*total, *listed])


def of_voor_na(released: Released, phrase: str) -> str:
    """Of each measure what it is now, and what it is in each scenario; of many without the intervals."""
    shown = roles.shown(released)
    panels = roles.by_name(shown)
    in_full = len(shown) <= _MOST_IN_FULL
    told = {name: "; ".join(_in_scenario(n, in_full) for n in panel) for name, panel in panels.items()}
    return " ".join([*_after(phrase, told), *_hidden(released, "getallen")])


def _in_scenario(number: Number, in_full: bool) -> str:
    """``"loting 0,03 (0,01 tot 0,05)"``; the unit is not said again where the measure says it."""
    words = text.with_interval(number) if in_full else text.value_text(number)
    known = words.replace(" leerlingen", "", 1) if "leerlingen" in number.name.lower() else words
    return f"{text.plain(number.group)} {known}"


#: More numbers than this are told without their intervals.
_MOST_IN_FULL = 6


def _after(phrase: str, told: dict[str, str]) -> list[str]:
    """The words on each name as sentences after the phrase; one name need not be said."""
    if len(told) == 1:
        return [f"{phrase}: {words}." for words in told.values()]
    heads = [
        f"{phrase} ({text.plain(name)})" if not i else text.capital(text.plain(name))
        for i, name in enumerate(told)
    ]
    return [f"{head}: {words}." for head, words in zip(heads, told.values(), strict=True)]


def of_kaart(released: Released, phrase: str) -> str:
    """Between which values the points lie, and the middle half of them; no point is named."""
    numbers = [n for n in released.numbers if not roles.is_helper(n)]
    shown = sorted((n for n in roles.on_map(released) if n.value is not None), key=lambda n: n.value or 0.0)
    told = []
    if shown:
        low, high = (text.value_text(n) for n in (shown[0], shown[-1]))
        told = [f"{phrase}: van {low} tot {high} in de {len(shown)} gebieden op de kaart."]
        if len(shown) >= _MIDDLE_FROM:
            quarter = len(shown) // 4
            first, third = (text.value_text(n) for n in (shown[quarter], shown[-1 - quarter]))
            told.append(f"De middelste helft ligt tussen {first} en {third}.")
    elif roles.shown(released):
        told = [f"{phrase}: van geen gebied weten we hier waar het ligt."]
    nowhere = [n for n in numbers if n.value is not None and n not in shown]
    if nowhere and shown:
        told.append(f"Niet op de kaart: {len(nowhere)} met een onbekende plaats.")
    return " ".join([*told, *_hidden(released, "gebieden")])


#: From so many points on the middle half says more than the ends.
_MIDDLE_FROM = 8


def _hidden(released: Released, what: str) -> list[str]:
    """A sentence on what is withheld, and why."""
    hidden = [n for n in released.numbers if n.value is None]
    if not hidden:
        return []
    if not [n for n in roles.shown(released) if not roles.is_helper(n)]:
        return [f"Niets hiervan is te laten zien: {text.reasons(hidden)}."]
    verb = "is" if len(hidden) == 1 else "zijn"
    return [f"Van de {what} {verb} er {len(hidden)} niet getoond: {text.reasons(hidden)}."]
