"""The ordered code lists, once: every label that may stand in a canonical column.

Labels keep the Dutch names of DUO and CBS. Order is meaning: a list runs from low to high, from
early to late, or from urban to rural, so that a figure and a model sort alike.

Sources: DUO open onderwijsdata (code lists of the files named in ``sources/layouts.py``), CBS
(Standaard Onderwijsindeling in five and three classes, stedelijkheid by address density, herkomst
before and since 2022), Regeling doorstroomtoetsen po for the categories of the toetsadvies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pandas takes 0.3 s to import, and most callers of a code list have it already
    import pandas as pd


@dataclass(frozen=True)
class CodeList:
    """An ordered list of labels.

    Attributes:
        name: how the list is called in the codebook.
        codes: the labels, in order.
        meaning: what the order means, in one line.
    """

    name: str
    codes: tuple[str, ...]
    meaning: str

    def __contains__(self, label: object) -> bool:
        """Whether ``label`` is one of the codes."""
        return label in self.codes

    def dtype(self) -> pd.CategoricalDtype:
        """The ordered categorical dtype of a column with these labels."""
        import pandas as pd

        return pd.CategoricalDtype(list(self.codes), ordered=True)


GESLACHT = CodeList("geslacht", ("man", "vrouw"), "as registered; open data add 'onbekend' and 'totaal'")
GESLACHT_TELLING = CodeList(
    "geslacht_telling", ("man", "vrouw", "onbekend", "totaal"), "sex of the pupils counted in an open file"
)
SECTOR = CodeList("sector", ("po", "vo"), "primair or voortgezet onderwijs")

#: The five levels of the vo between which CBS counts op- and afstroom, with praktijkonderwijs below.
NIVEAU = CodeList(
    "niveau", ("pro", "vmbo-b", "vmbo-k", "vmbo-gt", "havo", "vwo"), "level of the vo, low to high"
)
#: As counted by DUO: gl and tl apart, brugjaar undivided, and what fits no level of the ladder.
ONDERWIJSTYPE = CodeList(
    "onderwijstype",
    (
        "pro",
        "brugjaar",
        "vmbo-b",
        "vmbo-k",
        "vmbo-g",
        "vmbo-t",
        "vmbo",
        "havo/vwo",
        "havo",
        "vwo",
        "vavo",
        "internationaal",
    ),
    "onderwijstype as DUO counts it; 'vmbo' is vmbo without leerweg, 'vavo' is uitbesteed aan vavo",
)
LEERJAAR = CodeList("leerjaar", ("1", "2", "3", "4", "5", "6"), "leer- of verblijfsjaar")

#: Every brugklas that the OPLEIDINGSNAAM of DUO can mean, from narrow and low to broad and high.
BRUGKLASTYPE = CodeList(
    "brugklastype",
    (
        "pro",
        "vmbo-b",
        "vmbo-b/k",
        "vmbo-k",
        "vmbo-b/k/gt",
        "vmbo-k/gt",
        "vmbo-gt",
        "vmbo-b/k/gt/havo",
        "vmbo-gt/havo",
        "vmbo-b/k/gt/havo/vwo",
        "vmbo-gt/havo/vwo",
        "havo",
        "havo/vwo",
        "vwo",
        "internationaal",
    ),
    "the levels that sit together in a first or second year",
)

ADVIES = CodeList(
    "advies",
    (
        "vso",
        "pro",
        "pro/vmbo-b",
        "vmbo-b",
        "vmbo-b/k",
        "vmbo-k",
        "vmbo-k/gt",
        "vmbo-gt",
        "vmbo-gt/havo",
        "havo",
        "havo/vwo",
        "vwo",
        "niet mogelijk",
    ),
    "single and double schooladviezen, low to high; vso and 'niet mogelijk' have no place on the ladder",
)

#: The six categories since 2017-18, the same for all providers (INVENTORY B-4).
TOETSADVIES = CodeList(
    "toetsadvies",
    ("pro/vmbo-b", "vmbo-b/k", "vmbo-k/gt", "vmbo-gt/havo", "havo/vwo", "vwo"),
    "toetsadvies of the eindtoets and, since 2023-2024, of the doorstroomtoets",
)
TOETSADVIES_FROM = "2017-2018"

#: What held for a groep 8 in which school year; no line is drawn from one regime into the next.
REGIME = CodeList(
    "regime",
    ("eindtoets", "geen toets", "doorstroomtoets"),
    "eindtoets to 2022-2023, no test in 2019-2020, doorstroomtoets with the new bijstelling since 2023-2024",
)

#: CBS, Standaard Onderwijsindeling 2021 in five classes.
OPLEIDING_OUDERS = CodeList(
    "opleiding_ouders",
    ("basisonderwijs", "vmbo of mbo-1", "havo, vwo of mbo-2 t/m 4", "hbo", "wo"),
    "highest education of the parents (CBS, five classes), low to high",
)
OPLEIDING_OUDERS_3 = CodeList(
    "opleiding_ouders_3", ("laag", "midden", "hoog"), "highest education of the parents (CBS, three classes)"
)
_OPLEIDING_5_TO_3 = dict(zip(OPLEIDING_OUDERS.codes, ("laag", "laag", "midden", "hoog", "hoog"), strict=True))

INKOMENSKWINTIEL = CodeList(
    "inkomenskwintiel", ("1", "2", "3", "4", "5"), "household income, lowest to highest fifth"
)
HERKOMST_OUD = CodeList(
    "herkomst_oud",
    ("Nederlandse achtergrond", "westerse migratieachtergrond", "niet-westerse migratieachtergrond"),
    "CBS classification to 2021-2022; cannot be joined to the new one",
)
HERKOMST = CodeList(
    "herkomst",
    ("Nederland", "Europa (exclusief Nederland)", "buiten Europa"),
    "CBS classification by herkomstland since 2022",
)
STEDELIJKHEID = CodeList(
    "stedelijkheid",
    ("zeer sterk stedelijk", "sterk stedelijk", "matig stedelijk", "weinig stedelijk", "niet stedelijk"),
    "address density (CBS): 2500 and more, 1500-2500, 1000-1500, 500-1000, under 500 a km2",
)

JA_NEE = CodeList("ja_nee", ("nee", "ja"), "answer to a question of yes or no")
VERBLIJFSDUUR = CodeList(
    "verblijfsduur_moeder",
    ("korter dan 5 jaar", "5 tot 10 jaar", "10 jaar of langer", "in Nederland geboren"),
    "how long the mother has lived in the Netherlands (an indicator of achterstand of CBS), short to long",
)
THUISTAAL = CodeList(
    "thuistaal",
    ("een andere taal", "Nederlands en een andere taal", "Nederlands of dialect"),
    "language spoken at home",
)
#: Levels of Meijerink as the doorstroomtoets reports them: 2F for taal and 1S for rekenen are the aim.
REFERENTIENIVEAU = CodeList(
    "referentieniveau", ("onder 1F", "1F", "1S of 2F"), "level of a test of groep 8, low to high"
)

AFLOOP = CodeList(
    "afloop",
    (
        "bevorderd",
        "opstroom",
        "afstroom",
        "doubleren",
        "diploma",
        "andere school",
        "uit het onderwijs",
        "onbekend",
    ),
    "from 1 October to the next 1 October (CBS definitions; op- and afstroom from leerjaar 3)",
)

TOEWIJZING = CodeList(
    "toewijzing",
    (
        "loting leerlingen",
        "loting scholen",
        "loting uitnodiging",
        "drempel",
        "gespreide start",
        "wachtlijst",
        "een school",
        "eigen keuze",
    ),
    "how pupils or schools came into an intervention: it decides the design",
)
#: What an evaluation compares with; every assignment rule has one that it chooses.
ONTWERP = CodeList(
    "ontwerp",
    (
        "loting",
        "loting van scholen",
        "geloote uitnodiging",
        "grens",
        "gespreide start",
        "een school",
        "vergelijking",
    ),
    "design of an evaluation, from those that chance decides to those that rest on what was measured",
)
_ONTWERP = {
    "loting leerlingen": "loting",
    "wachtlijst": "loting",
    "loting scholen": "loting van scholen",
    "loting uitnodiging": "geloote uitnodiging",
    "drempel": "grens",
    "gespreide start": "gespreide start",
    "een school": "een school",
    "eigen keuze": "vergelijking",
}
#: Mechanism of what meets a basic need (meals, sanitary products): never evaluated on achievement.
BASISBEHOEFTE = "basisbehoefte"
THEMA = CodeList(
    "thema",
    ("hoge verwachtingen", "professionalisering", "taal", "partners en extra tijd", "ouders"),
    "the five themes with evidence behind them (Inspectie)",
)
BEWIJS = CodeList(
    "bewijs",
    ("niet onderzocht", "voor en na", "vergelijking", "natuurlijk experiment", "loting", "meerdere lotingen"),
    "best evidence that there is for an intervention, weakest first",
)
MAATREGELNIVEAU = CodeList("maatregelniveau", ("macro", "meso", "micro"), "society, school, classroom")
RESPONDENT = CodeList(
    "respondent", ("leerling", "ouder", "leraar", "schoolleiding"), "who answered the survey"
)
DEFINITIE = CodeList(
    "definitie",
    ("op geschiktheid", "bij gelijke geschiktheid", "bij ongelijke geschiktheid"),
    "the three meanings of equal chances (Elffers)",
)

SCHAAL = CodeList(
    "schaal",
    (
        "verbondenheid",
        "verwachtingen",
        "veiligheid_sociaal",
        "veiligheid_onderwijskundig",
        "veiligheid_emotioneel",
        "burgerschap",
        "zelfstandigheid",
        "kapitaal_economisch",
        "kapitaal_cultureel",
        "kapitaal_sociaal",
        "kapitaal_persoonlijk",
        "ouderbetrokkenheid",
        "huiswerkhulp",
        "stress_thuis",
    ),
    "scales of the survey: answers 1 (not at all) to 5 (fully), more is more of what the name says",
)
#: The scale of the survey that teachers answer about their team; answers and direction as in SCHAAL.
SCHAAL_TEAM = "werkzaamheid_team"
RONDKOMEN = CodeList("rondkomen", ("moeite", "geen moeite"), "making ends meet at home")
BIJLES = CodeList("bijles", ("geen", "gratis", "betaald"), "extra lessons outside school hours")
#: In which groups pupils meet beside their class, and what such a group does.
GROEPSOORT = CodeList(
    "groepsoort",
    ("les", "keuzeles", "activiteit"),
    "kind of group, from lessons for everybody to free choice",
)
GROEPSONDERDEEL = CodeList(
    "groepsonderdeel",
    (
        "taal",
        "rekenen of wiskunde",
        "gym",
        "kunst en muziek",
        "andere les",
        "sport",
        "muziek en toneel",
        "reis of uitje",
        "huiswerkbegeleiding",
        "andere activiteit",
    ),
    "what a group does: lessons first, then activities",
)
STAGE = CodeList("stage", ("geen", "via school", "via netwerk"), "how a stage was found")
#: Questions of one item, each a scale of its own: its name to the answers that it knows.
VRAGEN: dict[str, CodeList] = {
    "definitie": DEFINITIE,
    "rondkomen": RONDKOMEN,
    "bijles": BIJLES,
    "stage": STAGE,
    "hoger_advies_gevraagd": JA_NEE,
    "ambitie": NIVEAU,
    "verwacht_niveau": NIVEAU,
}

CODE_LISTS: dict[str, CodeList] = {
    item.name: item for item in list(globals().values()) if isinstance(item, CodeList)
}

#: Years in which other exam rules began: no central exam in 2020, adapted rules in 2021 and 2022.
EXAM_BREAKS = ("2019-2020", "2020-2021", "2022-2023")

#: From this school year on DUO hides counts of candidates under five.
MASKING_BREAKS = ("2019-2020",)

#: Years in which other rules for the advies began: no test, a test again, the doorstroomtoets.
ADVIES_BREAKS = ("2019-2020", "2020-2021", "2023-2024")
#: The same breaks by cohort of the vo: who entered a year later had their advies under the new rules.
COHORT_BREAKS = ("2020-2021", "2021-2022", "2024-2025")

#: Half-step scale of levels: a double advice or a broad brugklas lies between its ends.
_STEPS = {"pro": 0.0, "vmbo-b": 1.0, "vmbo-k": 2.0, "vmbo-gt": 3.0, "havo": 4.0, "vwo": 5.0}
#: Two onderwijstypen that are one level: many pupils sit in the one and do the exam of the other.
ONE_LEVEL = {"vmbo-g": "vmbo-gt", "vmbo-t": "vmbo-gt"}
_SHORT = {"k": "vmbo-k", "gt": "vmbo-gt", **ONE_LEVEL}


def levels(label: str) -> frozenset[str]:
    """The set of levels that a label stands for: ``"vmbo-k/gt"`` is ``{"vmbo-k", "vmbo-gt"}``.

    Works for an advies, a toetsadvies, a brugklastype and an onderwijstype. A label outside the
    ladder (``"vso"``, ``"niet mogelijk"``, ``"brugjaar"``) gives the empty set.
    """
    found = {_SHORT.get(part, part) for part in label.split("/")}
    return frozenset(found) if found <= set(_STEPS) else frozenset()


def step(label: str) -> float:
    """Place of a label on the half-step scale: pro 0, vmbo-b 1, …, vwo 5; a double lies halfway.

    The place of a set is the middle between its lowest and its highest level, in steps; outside the
    ladder it is NaN.
    """
    places = [_STEPS[level] for level in levels(label)]
    return (min(places) + max(places)) / 2 if places else float("nan")


def ontwerp(toewijzing: str) -> str:
    """The design of ``ONTWERP`` that an assignment rule of ``TOEWIJZING`` chooses."""
    return _ONTWERP[toewijzing]


def three_classes(opleiding: str) -> str:
    """The CBS class laag, midden or hoog of one of the five classes of ``OPLEIDING_OUDERS``."""
    return _OPLEIDING_5_TO_3[opleiding]


def regime(schooljaar: str) -> str:
    """Which rules held for the advies of a groep 8 in ``schooljaar`` ("2018-2019")."""
    if schooljaar == "2019-2020":
        return "geen toets"
    return "doorstroomtoets" if schooljaar >= "2023-2024" else "eindtoets"


def toetsadvies_categories(schooljaar: str) -> tuple[str, ...]:
    """The categories of the toetsadvies in ``schooljaar``; empty where no test was taken.

    Raises:
        ValueError: before 2017-2018, when providers still differed.
    """
    if schooljaar < TOETSADVIES_FROM:
        raise ValueError(
            f"toetsadvies of {schooljaar}: one list for all providers exists from {TOETSADVIES_FROM}"
        )
    return () if regime(schooljaar) == "geen toets" else TOETSADVIES.codes
