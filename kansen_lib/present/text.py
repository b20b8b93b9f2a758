"""Dutch text of released numbers: how a value, an interval and a list of groups are written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kansen_lib.disclosure import MINUS, Number, Released

#: Units of a dose that say themselves what they are; any other one is shown as a number beside its unit.
_DOSES = ("lessen", "uren", "dagen", "trainingsdagen", "gesprekken", "jaren")
#: Unit of an agreement of a plan, and what its two values say.
AS_PLANNED = "zoals gepland"
_AS_WORDS = {AS_PLANNED: ("anders dan gepland", "zoals gepland")}
_DECIMALS = {
    "steps": 2,
    "sd": 2,
    "index": 2,
    "concentratie-index": 2,
    "score": 1,
    "percentage points": 0,
    "persons": 0,
    "km": 1,
    "rows": 0,
    "levels": 1,
    "scale points": 2,
    "punten verschil in antwoord": 2,
    "niveau (3 = vmbo-gt, 4 = havo, 5 = vwo)": 2,
    "reliability": 2,
    "correlation": 2,
    "ratio": 2,
    "count": 0,
    "aantal": 1,
    "vestigingen": 0,
    "scholen": 0,
    "duizend euro": 0,
    "adressen per km²": 0,
    "punten per leerling": 2,
    "0 is gelijk verdeeld": 2,
    "score (0 is gemiddeld)": 2,
    "0 = iedereen blijft, 1 = alles ligt open": 2,
    "0 = telt niet mee, 1 = telt alleen": 2,
    "−1 = eigen groep, 1 = andere groepen": 2,
    "0 = zoals bij loten, 1 = alleen de eigen groep": 2,
    "leerlingjaren per 100 leerlingen": 0,
    "euro per 100 leerlingen": 0,
    "money": 0,
    "euro per 0,1 sd": 0,
    "months of progress": 0,
    "aanpakken": 0,
    **dict.fromkeys(_DOSES, 0),
}
_SUFFIX = {
    "steps": " stap",
    "sd": " sd",
    "persons": " leerlingen",
    "km": " km",
    "rows": " regels",
    "levels": " niveaus",
    "percentage points": " procentpunt",
    "duizend euro": " duizend euro",
    "adressen per km²": " per km²",
    "money": " euro",
    "euro per 0,1 sd": " euro",
    "months of progress": " maanden",
    "aanpakken": " aanpakken",
    "punten": " punten",
    **{unit: f" {unit}" for unit in _DOSES},
}
#: Of these there may be one.
_ONE = {"months of progress": " maand", "aanpakken": " aanpak"}

_SCHOOL_YEAR = re.compile(r"20(\d\d)-20(\d\d)")
#: What the values on an axis are; of shares it also says of whom (see :func:`unit_label`).
UNIT_LABEL = {
    "share of the variance": "aandeel van alle verschillen",
    "percentage points": "verschil in procentpunt",
    "steps": "stappen (1 stap = 1 niveau)",
    "sd": "standaarddeviaties (sd)",
    "persons": "aantal leerlingen",
    "km": "kilometer",
    "index": "0 = gelijk verdeeld, 1 = volledig gescheiden",
    "concentratie-index": "concentratie-index (0 = gelijk verdeeld)",
    "rows": "aantal regels in de gegevens",
    "levels": "aantal niveaus",
    "score": "score",
    "count": "aantal",
    "scale points": "gemiddeld antwoord (1 tot 5)",
    "reliability": "betrouwbaarheid (0 = niet, 1 = volledig)",
    "ratio": "verhouding (1 = gelijk)",
    "correlation": "samenhang (0 = geen, 1 = volledig)",
    "money": "euro",
    "months of progress": "maanden",
    "aanpakken": "aantal aanpakken",
    "punten": "punten op de toets",
    "units of time": "jaren",
    "units of the outcome": "eenheden van de uitkomst",
    "squared units of the outcome": "spreiding in het kwadraat",
    "log odds": "log-odds",
    "chi-squared": "chi-kwadraat",
    "test statistic": "toetsgrootheid",
    "log-likelihood": "log-likelihood",
}
#: Words for the same unit after a change or a value.
_UNIT_WORD = {
    "share": "aandeel",
    "percentage points": "procentpunt",
    "steps": "stappen",
    "sd": "sd",
    "score": "punten",
}

_NOT_AT_SCHOOL = "staat niet in de schooladministratie; wel bij het CBS"
_TRANSFER = "staat in het overstapdossier"
_RECORDS = "staat in de schooladministratie"
_OPEN = "open data van DUO"
_TRACKING = "staat in het leerlingvolgsysteem"
_KEPT = "houdt de school zelf bij"
_ASKED = "vraagt de school zelf uit"

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
    "toetsen.score": ("scores op toetsen", _TRACKING),
    "deelname.toegewezen": ("wie voor een aanpak is geloot of gekozen", _KEPT),
    "deelname.deelgenomen": ("wie aan een aanpak meedeed", _KEPT),
    "enquete.antwoord": ("antwoorden op een vragenlijst", _ASKED),
    "aantallen.aantal_lower": ("aantallen leerlingen per vestiging", _OPEN),
    "aantallen.brugklastype": ("soort brugklas", _OPEN),
    "examens.kandidaten_lower": ("examenkandidaten en geslaagden", _OPEN),
    "adviezen_po.aantal_lower": ("schooladviezen van basisscholen", _OPEN),
    "leerlingen.pc4": ("postcode van de leerling (vier cijfers)", _RECORDS),
    "leerlingen.stedelijkheid": ("stedelijkheid van het woonadres", "volgt uit de postcode"),
    "leerlingen.inkomenskwintiel": ("inkomen van het gezin, in vijfden", _NOT_AT_SCHOOL),
    "cijfers.cijfer": ("gemiddelde examencijfers", _OPEN),
    "herkomst_postcode.aantal_lower": ("waar leerlingen van basisscholen wonen", _OPEN),
    "leerlingen.leerling": ("leerlingen", _RECORDS),
    "leerlingen.vestiging": ("vestiging van elke leerling", _RECORDS),
    "leerlingen.cohort": ("schooljaar waarin de leerling begon", _RECORDS),
    "leerlingen.geslacht": ("geslacht", _RECORDS),
    "leerlingen.herkomst": ("herkomst van leerling en ouders", _NOT_AT_SCHOOL),
    "leerlingen.verblijfsduur_moeder": ("hoe lang de moeder in Nederland woont", _NOT_AT_SCHOOL),
    "leerlingen.schuldsanering": ("schuldsanering van het gezin", _NOT_AT_SCHOOL),
    "leerlingen.minimaregeling": ("of het gezin een regeling voor lage inkomens heeft", _NOT_AT_SCHOOL),
    "leerlingen.thuistaal": ("taal die thuis gesproken wordt", "vraagt de school bij de aanmelding"),
    "leerlingen.nieuwkomer": ("wie nieuw is in Nederland", _RECORDS),
    "leerlingen.regime": ("welke toets er in groep 8 was", _TRANSFER),
    "loopbaan.leerling": ("leerlingen in elk schooljaar", _RECORDS),
    "loopbaan.vestiging": ("vestiging in elk schooljaar", _RECORDS),
    "loopbaan.schooljaar": ("schooljaren van elke leerling", _RECORDS),
    "loopbaan.leerjaar": ("leerjaar in elk schooljaar", _RECORDS),
    "toetsen.leerling": ("leerlingen met een toets", _TRACKING),
    "toetsen.vestiging": ("vestiging bij elke toets", _TRACKING),
    "toetsen.schooljaar": ("schooljaar van elke toets", _TRACKING),
    "toetsen.moment": ("moment van elke toets", _TRACKING),
    "toetsen.domein": ("vak van elke toets", _TRACKING),
    "toetsen.referentieniveau": ("behaald referentieniveau", "staat op het bewijs van de toets"),
    "interventies.interventie": ("welke aanpakken er zijn", _KEPT),
    "interventies.vestiging": ("vestiging van elke aanpak", _KEPT),
    "interventies.naam": ("naam van elke aanpak", _KEPT),
    "interventies.niveau": ("waar elke aanpak op werkt", _KEPT),
    "interventies.mechanisme": ("hoe elke aanpak zou moeten werken", _KEPT),
    "interventies.doelgroep": ("voor wie elke aanpak is", _KEPT),
    "interventies.thema": ("thema waar elke aanpak bij hoort", _KEPT),
    "interventies.theorie": ("waarom elke aanpak zou werken", _KEPT),
    "interventies.bewijs": ("wat er elders over elke aanpak bekend is", "staat in onderzoek van anderen"),
    "interventies.uitkomst": ("welke toets elke aanpak moet verbeteren", _KEPT),
    "interventies.grens_op": ("welke toets beslist wie meedoet", _KEPT),
    "interventies.grens": ("onder welke score iemand mee mag doen", _KEPT),
    "interventies.toewijzing": ("hoe gekozen is wie meedoet", _KEPT),
    "interventies.start": ("begin van elke aanpak", _KEPT),
    "interventies.dosis_eenheid": ("waarin de hoeveelheid telt", _KEPT),
    "interventies.kosten": ("kosten van elke aanpak", _KEPT),
    "deelname.leerling": ("wie bij een aanpak hoort", _KEPT),
    "deelname.vestiging": ("vestiging bij deelname", _KEPT),
    "deelname.interventie": ("welke aanpak wie kreeg", _KEPT),
    "deelname.schooljaar": ("schooljaar van deelname", _KEPT),
    "deelname.dosis": ("hoeveel iemand van een aanpak kreeg", _KEPT),
    "enquete.respondent": ("wie de vragenlijst invulde", _ASKED),
    "enquete.vestiging": ("vestiging van wie antwoordde", _ASKED),
    "enquete.schooljaar": ("schooljaar van de vragenlijst", _ASKED),
    "enquete.rol": ("of een leerling, ouder of leraar antwoordde", _ASKED),
    "enquete.leerling": ("over welke leerling een antwoord gaat", _ASKED),
    "enquete.schaal": ("onderwerp van elke vraag", _ASKED),
    "enquete.item": ("welke vraag het was", _ASKED),
    "groepen.leerling": ("wie in welke lesgroep of activiteit zit", _KEPT),
    "groepen.vestiging": ("vestiging van elke groep", _KEPT),
    "groepen.schooljaar": ("schooljaar van elke groep", _KEPT),
    "groepen.soort": ("soort van elke groep", _KEPT),
    "groepen.onderdeel": ("wat elke groep doet", _KEPT),
    "groepen.groep": ("groepen voor lessen en activiteiten", _KEPT),
    "vrienden.leerling": ("wie de vraag naar vrienden beantwoordde", _ASKED),
    "vrienden.vestiging": ("vestiging van wie vrienden noemde", _ASKED),
    "vrienden.schooljaar": ("schooljaar van de vraag naar vrienden", _ASKED),
    "vrienden.vriend": ("welke vrienden op school leerlingen noemen", _ASKED),
    "kenmerken.waarde_lower": ("kenmerken van buurten en scholen", "open data van CBS en DUO"),
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
    if unit in _AS_WORDS:
        return _AS_WORDS[unit][round(value)]
    if unit in ("share", "share of the variance"):
        return f"{decimal(100 * value, 0)}%"
    if unit == "percentage points":
        return decimal(100 * value, 0)
    return decimal(value, _DECIMALS.get(unit, 1))


def is_below_zero(number: Number) -> bool:
    """Whether a value is below zero as it is written; a rounded zero is not."""
    return number.value is not None and amount(number.value, number.unit).startswith("−")


def precision(unit: str) -> float:
    """The smallest difference that :func:`amount` shows."""
    percent = unit in ("share", "share of the variance", "percentage points")
    return 0.01 if percent else 10.0 ** -_DECIMALS.get(unit, 1)


def value_text(number: Number) -> str:
    """The value with its unit, or the reason why there is none."""
    if number.value is None:
        return number.reason
    words = _chance(number) or amount(number.value, number.unit)
    suffix = _ONE.get(number.unit) if words in ("1", "−1") else None
    clipped = f" {number.clipped}" if number.clipped else ""
    return f"{words}{suffix or _SUFFIX.get(number.unit, '')}{clipped}"


def _chance(number: Number) -> str:
    """A chance that would round to none or to certainty says how near it is; empty for anything else."""
    if not number.name.startswith("kans ") or number.unit != "share" or number.value is None:
        return ""
    if number.value < 0.005:
        return "minder dan 1%"
    return "meer dan 99%" if number.value > 0.995 else ""


def interval_text(number: Number) -> str:
    """``"29% tot 40%"``, or nothing when the number has no interval."""
    if number.lower is None or number.upper is None:
        return ""
    return f"{amount(number.lower, number.unit)} tot {amount(number.upper, number.unit)}"


def reference_name(released: Released) -> str:
    """Whose values the references are."""
    return released.reference_name or "alle scholen samen"


def own_name(released: Released) -> str:
    """Whose own values these are: of what is held against all gemeenten, the gemeente."""
    return "deze gemeente" if "gemeenten" in reference_name(released) else "deze school"


def plain(name: str) -> str:
    """A name as a reader sees it."""
    return name.replace("_", " ")


def capital(words: str) -> str:
    """The words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def short_year(group: str) -> str:
    """A school year as ``"24/25"``; any other group as it is."""
    return _SCHOOL_YEAR.sub(r"\1/\2", group)


#: Of whom a share is that is not one of the pupils themselves, by its method.
_OF_OTHERS = {
    "gemiddeld aandeel onder de anderen in de groep": "aandeel van de medeleerlingen",
    "aandeel van de genoemde vrienden uit een andere groep": "aandeel van de genoemde vrienden",
}


def unit_label(numbers: Sequence[Number], sources: Sequence[str]) -> str:
    """What the values on an axis are; a share of persons says of whom.

    A number without ``n`` rests on no persons: a share of lessons or of dwellings, say.
    """
    unit = numbers[0].unit
    if unit != "share":
        return UNIT_LABEL.get(unit, unit)
    if all(n.name.startswith("kans ") for n in numbers):
        return "kans"
    if numbers[0].method in _OF_OTHERS:
        return _OF_OTHERS[numbers[0].method]
    if "enquete" in sources:
        return "aandeel van wie antwoordde"
    return "aandeel van de leerlingen" if any(n.n is not None for n in numbers) else "aandeel"


def unit_word(number: Number) -> str:
    """The unit as a word behind a number."""
    return _UNIT_WORD.get(number.unit, UNIT_LABEL.get(number.unit, number.unit))


def row_labels(numbers: Sequence[Number]) -> list[str]:
    """What each number is called among these: its group or its name, both where one is not enough."""
    for labels in ([n.group or plain(n.name) for n in numbers], [plain(n.name) for n in numbers]):
        if len(set(labels)) == len(labels):
            return labels
    return [", ".join(part for part in (plain(n.name), n.group) if part) for n in numbers]


def full_labels(numbers: Sequence[Number]) -> list[str]:
    """What each number is called where nothing around it says so: name and group, one when it is enough."""
    one_name = len({number.name for number in numbers}) == 1
    return [
        (n.group if one_name else "") or ", ".join(filter(None, (plain(n.name), n.group))) for n in numbers
    ]


def change_text(number: Number) -> str:
    """A value as a change, with its sign: ``"+0,12 sd"``."""
    sign = "+" if number.value is not None and number.value > 0 else ""
    return f"{sign}{value_text(number)}"


def change_with_interval(number: Number) -> str:
    """``"+5 procentpunt (2 tot 8)"``."""
    interval = interval_text(number)
    return change_text(number) + (f" ({interval})" if interval else "")


def conclusion(number: Number) -> str:
    """What a difference says of who stands higher: an interval that holds 0 says nothing clear.

    ``"hoog staat hoger"``, ``"laag staat hoger"`` (the groups of ``"hoog minus laag"``) or ``"geen
    duidelijk verschil"``; without an interval ``"niet te zeggen"``.
    """
    if number.value is None or number.lower is None or number.upper is None:
        return "niet te zeggen"
    first, second = number.group.split(MINUS)
    if number.lower <= 0 <= number.upper:
        return "geen duidelijk verschil"
    return f"{first if number.lower > 0 else second} staat hoger"


def name_list(items: Sequence[str]) -> str:
    """``"laag, midden en hoog"``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} en {items[-1]}"


def listed(items: Sequence[str]) -> str:
    """A list; with semicolons when its items hold commas of their own."""
    return "; ".join(items) if any(", " in item for item in items) else name_list(items)


def with_interval(number: Number) -> str:
    """``"34% (29% tot 40%)"``."""
    interval = interval_text(number)
    return value_text(number) + (f" ({interval})" if interval else "")


def reasons(hidden: Sequence[Number]) -> str:
    """Why these cannot be given, in short: what stands between brackets is in the table."""
    short = [re.sub(r" \([^)]*\)|^niet getoond: ", "", n.reason) for n in hidden]
    return listed(list(dict.fromkeys(short)))


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
