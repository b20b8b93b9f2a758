"""What a result says, in plain Dutch sentences: one writer a kind of figure, from the same numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kansen_lib.disclosure import MINUS, Number, Released
from kansen_lib.present import (
    effects_in_words,
    plans_in_words,
    regions_in_words,
    roles,
    tables_in_words,
    text,
)
from kansen_lib.present.text import interval_text, listed, name_list, reasons, value_text, with_interval

#: More withheld groups than this are counted in a sentence, not named, and more lines are told without
#: their intervals; the table has it all.
MOST_NAMED = 4
#: Of more levels than this a sentence tells the ends, without intervals; figure and table hold them all.
MOST_TOLD = 6
#: More differences, groups in context or bands than this share one sentence, or are told in short.
MOST_SEPARATE = 2
#: A group that begins with one of these needs no other word before it.
_SAYS_WHERE = ("met ", "zonder ")
#: A sentence of more words is cut into one for each thing that it lists.
MOST_WORDS = 60


def write(released: Released, phrase: str, kind: str) -> str:
    """What the numbers say, after ``phrase``, in the way that fits the kind of figure.

    Where a result lacks what the kind needs, its writer says nothing: any result can be told plainly.
    """
    told = _WRITERS.get(kind, sentence)(released, phrase) or sentence(released, phrase)
    return " ".join(_cut(one) for one in re.split(r"(?<=\.) ", told))


def _cut(one: str) -> str:
    """The sentence, or where it is long a sentence for each part of its list."""
    if len(one.split()) <= MOST_WORDS:
        return one
    return ". ".join(text.capital(part) for part in one.split("; "))


def sentence(released: Released, phrase: str) -> str:
    """First the levels after ``phrase``, then the differences, then what cannot be given."""
    numbers = [n for n in released.numbers if not roles.is_helper(n)]
    differences = [n for n in numbers if roles.is_difference(n)]
    levels = [n for n in numbers if n.value is not None and not roles.is_difference(n)]
    hidden = [n for n in numbers if n.value is None and not roles.is_difference(n)]
    same = {n.name for n in levels + hidden}  # a difference of something else says what it is of
    same = same if len({n.name for n in differences}) == 1 else set()
    told = _levels(levels, phrase, {n.name for n in levels + hidden})
    return " ".join([*told, *_differences(differences, same), *_withheld(hidden, some=bool(levels))])


def _levels(levels: Sequence[Number], phrase: str, names: set[str]) -> list[str]:
    """A sentence a unit: what ``phrase`` says holds of the first only, any other says what it is.

    Where only one of the ``names`` of the result has a value, the phrase says which: numbers of all schools
    are not those of the school of which there are none.
    """
    told = [n for n in levels if n.unit != "reliability"] or list(levels)
    first = {n.name for n in told if n.unit == told[0].unit}
    if len(first) == 1 and names - {n.name for n in levels} or (len(told) > 1 and not told[0].group):
        phrase = f"{phrase} ({', '.join(map(text.plain, first))})" if len(first) == 1 else phrase
    many = len(told) > MOST_TOLD
    sentences = []
    for unit in dict.fromkeys(n.unit for n in told):
        own = [n for n in told if n.unit == unit]
        listed = _ends(own) if many else _each(own)
        named = bool(sentences) and not many and len({n.name for n in own}) == 1
        head = f"{text.capital(text.plain(own[0].name))}: " if named else "" if sentences else f"{phrase}: "
        sentences.append(f"{head}{listed if head else text.capital(listed)}.")
    return sentences


def _each(levels: Sequence[Number]) -> str:
    return listed([_said(label, n) for label, n in zip(_group_labels(levels), levels, strict=True)])


def _ends(levels: Sequence[Number]) -> str:
    """Of each name the first and last group and the whole, no intervals; of one name lowest and highest."""
    names = list(dict.fromkeys(n.name for n in levels))
    if len(names) == 1 and len(levels) > MOST_TOLD:
        low, high = (f"{value_text(n)} ({n.group})" for n in (f(levels, key=_value) for f in (min, max)))
        return f"van {low} tot {high}, en {len(levels) - 2} getallen daartussen"
    parts = []
    for name in names:
        own = [n for n in levels if n.name == name]
        groups = [n for n in own if n.group != roles.TOTAL] or own
        whole = [n for n in own if n.group == roles.TOTAL]
        told = dict.fromkeys((groups[0], groups[-1], *whole))
        ends = [f"{value_text(n)}{f' ({n.group})' if n.group else ''}" for n in told]
        parts.append(f"{_before_number(text.plain(name))}{name_list(ends)}")
    return "; ".join(parts)


def _differences(differences: Sequence[Number], same: set[str]) -> list[str]:
    """A sentence a difference; of more than two between the same groups, one for all that have a value."""
    told = []
    for pair in dict.fromkeys(n.group for n in differences):
        own = [n for n in differences if n.group == pair]
        listed = [n for n in own if n.value is not None]
        if len(listed) > MOST_SEPARATE:
            first, second = pair.split(MINUS)
            items = "; ".join(_said(text.plain(n.name), n) for n in listed)
            fits = " (tussen haakjes: waar de gegevens bij passen)" if any(map(interval_text, listed)) else ""
            told.append(f"Verschil tussen {first} en {second}{fits}: {items}.")
            own = [n for n in own if n.value is None]
        absent = [n for n in own if n.value is None]
        if len(absent) > 1:
            first, second = pair.split(MINUS)
            names = name_list([text.plain(n.name) for n in absent])
            told.append(
                f"Verschil tussen {first} en {second}: niet te geven voor {names}, want {reasons(absent)}."
            )
            own = [n for n in own if n.value is not None]
        told += [_difference(n, "" if n.name in same else f" ({text.plain(n.name)})") for n in own]
    return told


def _value(number: Number) -> float:
    return number.value or 0.0


def _said(label: str, number: Number) -> str:
    """``"laag 40% (31% tot 50%)"``."""
    return f"{_before_number(label)}{with_interval(number)}"


def _before_number(label: str) -> str:
    """The label with a blank; after a digit or a comma in it, with a colon too."""
    colon = ":" if "," in label or label[-1:].isdigit() else ""
    return f"{label}{colon} " if label else ""


def _group_labels(numbers: Sequence[Number]) -> list[str]:
    """What each number is called in a list; one number about all needs no name beside the phrase."""
    return [""] if len(numbers) == 1 and not numbers[0].group else text.row_labels(numbers)


def _difference(number: Number, of: str) -> str:
    first, second = number.group.split(MINUS)
    label = f"Verschil tussen {first} en {second}{of}"
    if number.value is None:
        return f"{label}: niet te geven, want {reasons([number])}."
    interval = interval_text(number)
    fits = f"; de gegevens passen bij een verschil van {interval}" if interval else ""
    return f"{label}: {value_text(number)}{fits}."


def _withheld(hidden: Sequence[Number], *, some: bool = True) -> list[str]:
    """One sentence on what cannot be given beside ``some`` that can; nothing when all is."""
    if not hidden:
        return []
    labels = text.row_labels(hidden)
    which = (
        name_list(labels)
        if len(hidden) <= MOST_NAMED
        else f"{len(hidden)} {'andere ' if some else ''}groepen"
    )
    return [f"Niet te geven voor {which}: {reasons(hidden)}."]


def _points_missing(released: Released) -> list[str]:
    """One sentence on how many points of a series are missing; nothing when none is."""
    hidden = [n for n in released.numbers if n.value is None]
    if not hidden:
        return []
    of = len(released.numbers)
    if len(hidden) == of:
        return [f"Geen van de punten is te geven: {reasons(hidden)}."]
    return [f"{len(hidden)} van de {of} punten zijn niet te geven: {reasons(hidden)}."]


def of_years(released: Released, phrase: str) -> str:
    """A series over school years: the lines that reach the latest year, in that year."""
    shown = roles.shown(released)
    year = max((n.group for n in shown), default="")
    said = [_said(text.plain(n.name), n) for n in shown if n.group == year]
    when = f"{phrase}, in het laatste jaar dat we kunnen laten zien, {year}"
    told = [f"{when}: {listed(said)}."] if said else []
    return " ".join([*told, *_points_missing(released)])


def of_lines(released: Released, phrase: str) -> str:
    """Lines over an order of groups: where each begins and ends."""
    names = list(dict.fromkeys(n.name for n in roles.shown(released)))
    # of several lines of which one is shown the sentence says which: it may be that of all schools
    several = len({n.name for n in released.numbers}) > 1
    write = with_interval if len(names) <= MOST_NAMED else value_text
    parts = []
    for name in names:
        label = _before_number(text.plain(name)) if several else ""
        parts.append(label + _line([n for n in roles.shown(released) if n.name == name], write))
    return " ".join([*([f"{phrase}: {'; '.join(parts)}."] if parts else []), *_points_missing(released)])


def _line(series: Sequence[Number], write: Callable[[Number], str]) -> str:
    """``"van 10% bij 520 naar 30% bij 540"``, or of a level line without intervals ``"steeds 10%"``."""
    first, last = series[0], series[-1]
    if first is last:
        return f"{write(first)} {_at(first)}"
    if {with_interval(n) for n in series} == {value_text(first)}:
        return f"steeds {write(first)}"
    return f"van {write(first)} {_at(first)} naar {write(last)} {_at(last)}"


def _at(number: Number) -> str:
    """``"in 2020-2021"``, ``"bij leerjaar 1"``, or the group as it stands: ``"met de aanpak"``."""
    if number.group.startswith(_SAYS_WHERE):
        return number.group
    is_year = text.short_year(number.group) != number.group
    return f"{'in' if is_year else 'bij'} {number.group}"


def of_context(released: Released, phrase: str) -> str:
    """Each group as counted, then what it is held against, a sentence a group; differences last."""
    blocks = roles.blocks(roles.shown(released))
    own = [block for block in blocks if not roles.is_difference(block[0])]
    labels = _group_labels([block[0] for block in own])
    same = {roles.counted(block[0]) for block in own or blocks}
    blocks = [_told_in_context(block, len(own)) for block in blocks]
    own = [block for block in blocks if not roles.is_difference(block[0])]
    told = [
        f"{_before_number(text.capital(label))}{_in_context(b, released)}."
        for label, b in zip(labels, own, strict=True)
    ]
    for block in blocks:
        if roles.is_difference(block[0]):
            first, second = block[0].group.split(MINUS)
            name = roles.counted(block[0])
            of = "" if name in same else f" ({text.plain(name)})"
            told.append(f"Verschil tussen {first} en {second}{of}: {_in_context(block, released)}.")
    told = _after(phrase, told, labels[0] if labels else "")
    return " ".join([*told, *_withheld(_hidden_counts(released)), *_absent(released)])


def _told_in_context(block: Sequence[Number], groups: int) -> list[Number]:
    """Of many groups what is expected is told, not also the number with less chance in it."""
    expected = any(roles.role(n) == roles.EXPECTED for n in block)
    drop = expected and groups > MOST_SEPARATE
    return [n for n in block if not (drop and roles.role(n) == roles.SHRUNKEN)]


def _absent(released: Released) -> list[str]:
    """A sentence for each kind of number that there is none of, where the count itself can be given."""
    counted = {(n.unit, n.group) for n in roles.shown(released) if not roles.role(n)}
    beside = [n for n in released.numbers if roles.role(n) and (n.unit, n.group) in counted]
    told = []
    for role in dict.fromkeys(roles.role(n) for n in beside):
        own = [n for n in beside if roles.role(n) == role]
        if all(n.value is None for n in own):
            told.append(f"Een getal ‘{role}’ is er niet: {reasons(own)}.")
    return told


def _after(phrase: str, told: Sequence[str], name: str = "") -> list[str]:
    """The sentences, of which the first goes on after the phrase; nothing when there is none.

    The ``name`` that the first begins with keeps a capital of its own: that of a school.
    """
    if not told:
        return []
    first = told[0] if name[:1].isupper() else f"{told[0][:1].lower()}{told[0][1:]}"
    return [f"{phrase}: {first}", *told[1:]]


def _hidden_counts(released: Released) -> list[Number]:
    """What cannot be given of the school itself; what it would be held against is no loss then."""
    return [n for n in released.numbers if n.value is None and not roles.role(n)]


def _in_context(block: Sequence[Number], released: Released) -> str:
    """``"70% (62% tot 77%); alle scholen samen 76%, verwacht bij deze leerlingen 74%"``."""
    first = block[0]
    against = []
    if first.reference is not None:
        against = [f"{text.reference_name(released)} {text.amount(first.reference, first.unit)}"]
    ordered = sorted((n for n in block if roles.role(n)), key=lambda n: roles.role(n) != roles.EXPECTED)
    against += [f"{roles.role(n)} {text.amount(n.value, n.unit)}" for n in ordered if n.value is not None]
    head = [] if roles.role(first) else [with_interval(first)]
    return "; ".join([*head, *([", ".join(against)] if against else [])])


def of_waterfall(released: Released, phrase: str) -> str:
    """What it opens with, what is added or taken off, what it comes to."""
    if any(n.value is None for n in released.numbers) or len(released.numbers) < 3:
        return sentence(released, phrase)
    (first, *_, last), labels = released.numbers, text.row_labels(released.numbers)
    changes = [
        f"{label}: {text.change_with_interval(n)}" for label, n in zip(labels, released.numbers, strict=True)
    ][1:-1]
    return (
        f"{phrase}: {_said(labels[0], first)}. Daar komt bij of gaat af: "
        f"{'; '.join(changes)}. Samen is dat {_said(labels[-1], last)}."
    )


def of_band(released: Released, phrase: str) -> str:
    """The own number, and between which numbers most schools lie; no school is better or worse."""
    shown = roles.blocks(roles.shown(released))
    labels = _group_labels([block[0] for block in shown])
    if labels == [""] and len({roles.counted(n) for n in released.numbers} - {""}) > 1:
        phrase = f"{phrase} ({text.plain(roles.counted(shown[0][0]))})"
    write = _in_band if len(shown) <= MOST_SEPARATE else _in_band_short
    told = [
        f"{_before_number(text.capital(label))}{write(block)}"
        for label, block in zip(labels, shown, strict=True)
    ]
    return " ".join([*_after(phrase, told), *_withheld(_hidden_counts(released))])


def _in_band_short(block: Sequence[Number]) -> str:
    """``"20% (18% tot 22%); 95% van de scholen ligt tussen 1% en 51%."``."""
    own = next((n for n in block if not roles.role(n)), None)
    band = next((n for n in block if roles.role(n) == roles.BETWEEN), None)
    told = [with_interval(own)] if own else []
    if band and interval_text(band):
        most = roles.MIDDLE_HALF if band.interval == roles.MIDDLE_HALF else "95% van de scholen"
        told.append(f"{most} ligt tussen {interval_text(band).replace(' tot ', ' en ')}")
    return f"{'; '.join(told)}."


def _in_band(block: Sequence[Number]) -> str:
    own = next((n for n in block if not roles.role(n)), None)
    band = next((n for n in block if roles.role(n) == roles.BETWEEN), None)
    told = [f"{with_interval(own)}."] if own else []
    if band:
        halves = band.interval == roles.MIDDLE_HALF
        where = "op de middelste school" if halves else "gemiddeld over de scholen" if own else "gemiddeld"
        between = interval_text(band).replace(" tot ", " en ")
        most = f"; {roles.MIDDLE_HALF if halves else '95% van de scholen'} ligt tussen {between}"
        told.append(f"{text.capital(where)} is het {value_text(band)}{most if between else ''}.")
    if own and band and own.lower is not None and band.lower is not None:
        apart = own.lower > band.upper or own.upper < band.lower  # type: ignore[operator]
        told.append(f"Onze onzekerheid {'ligt helemaal buiten' if apart else 'overlapt met'} die band.")
    return " ".join(told)


def of_conclusions(released: Released, phrase: str) -> str:
    """Under which definitions which group stands higher, and whether the answer depends on them.

    Whether it turns round is asked of rows about the same two groups; any other is told, not compared.
    """
    told = [n for n in roles.shown(released) if roles.is_difference(n)]
    found: dict[str, list[str]] = {}
    for number in told:
        numbers = ", ".join(filter(None, (value_text(number), interval_text(number))))
        label = text.plain(number.name) + (f" ({numbers})" if len(told) <= MOST_TOLD else "")
        found.setdefault(text.conclusion(number), []).append(label)
    parts = [f"{text.capital(answer)} bij {name_list(labels)}." for answer, labels in found.items()]
    compared = [text.conclusion(number) for number in told if number.group == told[0].group]
    parts += _flip(compared)
    hidden = [n for n in released.numbers if n.value is None and roles.is_difference(n)]
    if hidden:
        names = name_list([text.plain(n.name) for n in hidden])
        parts.append(f"Niet te zeggen bij {names}, want {reasons(hidden)}.")
    return " ".join(_after(phrase, parts))


def _flip(answers: Sequence[str]) -> list[str]:
    """Whether the answers turn round; no clear difference is no other answer, it is a less sure one."""
    known = [answer for answer in answers if answer != "niet te zeggen"]
    higher = {answer for answer in known if answer.endswith("staat hoger")}
    if len(higher) > 1:
        return ["Het antwoord draait dus om: het hangt af van hoe je kijkt welke groep hoger staat."]
    if higher and len(set(known)) > 1:
        return ["Geen duidelijk verschil wil niet zeggen dat er geen is: daar weten we het niet zeker."]
    return ["Het antwoord is steeds hetzelfde."] if len(known) > 1 else []


_WRITERS: dict[str, Callable[[Released, str], str]] = {
    "years": of_years,
    "lines": of_lines,
    "context": of_context,
    "waterfall": of_waterfall,
    "band": of_band,
    "quadrant": effects_in_words.of_quadrant,
    "specificaties": effects_in_words.of_specificaties,
    "gebeurtenis": effects_in_words.of_gebeurtenis,
    "vlak": effects_in_words.of_vlak,
    "kruistabel": effects_in_words.of_kruistabel,
    "plan": plans_in_words.of_plan,
    "conclusions": of_conclusions,
    "stromen": tables_in_words.of_stromen,
    "matrix": tables_in_words.of_matrix,
    "trechter": tables_in_words.of_trechter,
    "drempel": tables_in_words.of_drempel,
    "mozaiek": regions_in_words.of_mozaiek,
    "delen": regions_in_words.of_delen,
    "voor_na": regions_in_words.of_voor_na,
    "kaart": regions_in_words.of_kaart,
}
