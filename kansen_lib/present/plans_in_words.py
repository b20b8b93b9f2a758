"""What a plan beside a run says in plain Dutch: what went as agreed, and what went otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from kansen_lib.disclosure import Number, Released
from kansen_lib.present import roles, text

#: More agreements that were not kept than this are named, and told in the figure only.
MOST_TOLD = 4
#: Before what was agreed and what was done, in the group of an agreement that was not kept.
_PLANNED, _DONE = "gepland: ", "; gedaan: "


def in_words(number: Number) -> bool:
    """Whether a number says no more than that an agreement was kept (1) or not (0)."""
    return number.unit == text.AS_PLANNED


def planned_and_done(number: Number) -> tuple[str, str] | None:
    """What was planned and what was done; None for an agreement that was kept."""
    if not in_words(number):
        reference = "niet gezegd" if number.reference is None else _amount(number, number.reference)
        return reference, text.value_text(number)
    planned, found, done = number.group.removeprefix(_PLANNED).partition(_DONE)
    return (planned, done) if found and not number.value else None


def _amount(number: Number, value: float) -> str:
    """Another value in the unit of a number: ``"1.250 leerlingen"``."""
    own = text.amount(number.value or 0.0, number.unit)
    return text.value_text(number).replace(own, text.amount(value, number.unit), 1)


def of_plan(released: Released, phrase: str) -> str:
    """What differs from the plan, one by one; what does not, by name; numbers beside those of the plan."""
    shown = roles.shown(released)
    kept = [text.plain(n.name) for n in shown if in_words(n) and n.value]
    if not any(in_words(n) for n in shown):
        return ""
    told = [f"{phrase} {len(kept)} van de {sum(map(in_words, shown))} afspraken gevolgd."]
    other = [n for n in shown if in_words(n) and not n.value]
    if len(other) > MOST_TOLD:
        told.append(f"Anders dan gepland: {text.name_list([text.plain(n.name) for n in other])}.")
        shown = [n for n in shown if n not in other]
    told += [_told(n) for n in shown if planned_and_done(n)]
    return " ".join([*told, *_not_seen([n for n in released.numbers if n.value is None])])


def _told(number: Number) -> str:
    planned, done = planned_and_done(number) or ("", "")
    return f"{text.capital(text.plain(number.name))}: gepland was ‘{planned}’, gedaan is ‘{done}’."


def _not_seen(hidden: Sequence[Number]) -> list[str]:
    if not hidden:
        return []
    names = text.name_list([text.plain(n.name) for n in hidden])
    return [f"Niet te zeggen bij {names}: {text.reasons(hidden)}."]
