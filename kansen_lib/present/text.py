"""Dutch text of released numbers: how a value, an interval and a list of groups are written."""

from __future__ import annotations

from collections.abc import Sequence

from kansen_lib.disclosure import MINUS, Number, Released

_DECIMALS = {
    "steps": 2,
    "sd": 2,
    "index": 2,
    "score": 1,
    "percentage points": 0,
    "persons": 0,
    "rows": 0,
    "levels": 1,
}
_SUFFIX = {
    "steps": " stap",
    "sd": " sd",
    "persons": " leerlingen",
    "rows": " regels",
    "levels": " niveaus",
    "percentage points": " procentpunt",
}

#: More withheld groups than this are counted in a sentence, not named; the table names them.
MOST_NAMED = 4

_NOT_AT_SCHOOL = "staat niet in de schooladministratie; wel bij het CBS"
_TRANSFER = "staat in het overstapdossier"
_RECORDS = "staat in de schooladministratie"
_OPEN = "open data van DUO"

#: What a column is called in a report, and who can have it.
_COLUMNS = {
    "leerlingen.opleiding_ouders": ("opleiding van de ouders", _NOT_AT_SCHOOL),
    "leerlingen.toetsscore": ("score op de doorstroomtoets", _TRANSFER),
    "leerlingen.toetsadvies": ("toetsadvies", _TRANSFER),
    "leerlingen.advies_eerste": ("eerste schooladvies", _TRANSFER),
    "leerlingen.advies_definitief": ("definitief schooladvies", _TRANSFER),
    "leerlingen.basisschool": ("basisschool", _RECORDS),
    "loopbaan.niveau": ("niveau in elk schooljaar", _RECORDS),
    "loopbaan.klas": ("klas in elk schooljaar", _RECORDS),
    "loopbaan.afloop": ("hoe elk schooljaar afliep", _RECORDS),
    "toetsen.score": ("scores op toetsen", "staan in het leerlingvolgsysteem"),
    "deelname.toegewezen": ("wie voor een aanpak is geloot of gekozen", "houdt de school zelf bij"),
    "deelname.deelgenomen": ("wie aan een aanpak meedeed", "houdt de school zelf bij"),
    "enquete.antwoord": ("antwoorden op een vragenlijst", "vraagt de school zelf uit"),
    "aantallen.aantal_lower": ("aantallen leerlingen per vestiging", _OPEN),
    "aantallen.brugklastype": ("soort brugklas", _OPEN),
    "examens.kandidaten_lower": ("examenkandidaten en geslaagden", _OPEN),
    "adviezen_po.aantal_lower": ("schooladviezen van basisscholen", _OPEN),
}


def column(name: str) -> str:
    """What ``table.column`` means in plain Dutch, and who can have it."""
    meaning, holder = _COLUMNS.get(name, (name, "niet in deze gegevens"))
    return f"{meaning} ({holder})"


def decimal(value: float, places: int) -> str:
    """A number with a decimal comma, a point between thousands and a real minus sign."""
    text = f"{value:,.{places}f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return "0" + text[2:] if text.startswith("-0") and not text.strip("-0,") else text.replace("-", "−")


def amount(value: float, unit: str) -> str:
    """A value in its unit, without the word for the unit: ``0.34`` of a share is ``34%``."""
    if unit in ("share", "share of the variance"):
        return f"{decimal(100 * value, 0)}%"
    if unit == "percentage points":
        return decimal(100 * value, 0)
    return decimal(value, _DECIMALS.get(unit, 1))


def value_text(number: Number) -> str:
    """The value with its unit, or the reason why there is none."""
    if number.value is None:
        return number.reason
    suffix = _SUFFIX.get(number.unit, "")
    clipped = f" {number.clipped}" if number.clipped else ""
    return f"{amount(number.value, number.unit)}{suffix}{clipped}"


def interval_text(number: Number) -> str:
    """``"29% tot 40%"``, or nothing when the number has no interval."""
    if number.lower is None or number.upper is None:
        return ""
    return f"{amount(number.lower, number.unit)} tot {amount(number.upper, number.unit)}"


def reference_name(released: Released) -> str:
    """Whose values the references are."""
    return released.reference_name or "alle scholen samen"


def is_difference(number: Number) -> bool:
    """Whether the number is one group minus another; anything else is a level."""
    return MINUS in number.group


def _level(number: Number) -> str:
    interval = interval_text(number)
    label = f"{number.group} " if number.group else ""
    return f"{label}{value_text(number)}" + (f" ({interval})" if interval else "")


def _difference(number: Number, of: str) -> str:
    first, second = number.group.split(MINUS)
    label = f"Verschil tussen {first} en {second}{of}"
    if number.value is None:
        return f"{label}: niet te geven, want {number.reason}."
    interval = interval_text(number)
    fits = f"; de gegevens passen bij een verschil van {interval}" if interval else ""
    return f"{label}: {value_text(number)}{fits}."


def name_list(items: Sequence[str]) -> str:
    """``"laag, midden en hoog"``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} en {items[-1]}"


def sentence(released: Released, phrase: str) -> str:
    """What the numbers say, in plain Dutch: first the levels after ``phrase``, then the differences."""
    differences = [n for n in released.numbers if is_difference(n)]
    levels = [n for n in released.numbers if n.value is not None and not is_difference(n)]
    hidden = [n for n in released.numbers if n.value is None and not is_difference(n)]
    parts = [f"{phrase}: {name_list([_level(n) for n in levels])}."] if levels else []
    same = {n.name for n in levels + hidden}  # a difference of something else says what it is of
    parts += [_difference(n, "" if n.name in same else f" ({n.name})") for n in differences]
    if hidden:
        named = len(hidden) <= MOST_NAMED
        which = name_list([n.group or n.name for n in hidden]) if named else f"{len(hidden)} andere groepen"
        parts.append(f"Niet te geven voor {which}: {_reasons(hidden)}.")
    return " ".join(parts)


def sentence_of_years(released: Released, phrase: str) -> str:
    """What a series over school years says: the latest year of each line, and how much is missing."""
    shown = [n for n in released.numbers if n.value is not None]
    latest = {n.name: n for n in sorted(shown, key=lambda n: n.group)}
    parts = [f"{n.name} {value_text(n)} ({interval_text(n)}) in {n.group}" for n in latest.values()]
    text = [f"{phrase}, in het laatste jaar dat we kunnen laten zien: {name_list(parts)}."] if parts else []
    hidden = [n for n in released.numbers if n.value is None]
    if hidden:
        text.append(
            f"{len(hidden)} van de {len(released.numbers)} punten zijn niet te geven: {_reasons(hidden)}."
        )
    return " ".join(text)


def _reasons(hidden: Sequence[Number]) -> str:
    return name_list(list(dict.fromkeys(n.reason for n in hidden)))


def source_line(released: Released, tier: str, simulated: bool) -> str:
    """On what the numbers rest: tables, method, kind of interval, threshold."""
    methods = dict.fromkeys(n.method for n in released.numbers if n.method)
    intervals = dict.fromkeys(n.interval for n in released.numbers if n.interval)
    parts = [f"Bron: {', '.join(released.sources)} ({'gesimuleerd' if simulated else tier})."]
    if methods:
        parts.append(f"Methode: {'; '.join(methods)}.")
    if intervals:
        parts.append(f"Interval: {'; '.join(intervals)}.")
    parts.append(f"Afscherming: profiel {released.profile}.")
    if released.base > 1:
        parts.append(
            f"Aantallen personen zijn afgerond op {'tientallen' if released.base == 10 else 'vijftallen'}."
        )
    return " ".join(part for part in (*parts, released.dropped) if part)
