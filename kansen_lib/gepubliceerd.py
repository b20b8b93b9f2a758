"""Published national figures that cards show as they stand: value, year, of whom, where, how sure.

They are typed in from the publication, not computed: a card that shows one names its source, and a test
holds each to the table of reference figures beside this checkout.
"""

from __future__ import annotations

from dataclasses import dataclass

#: What a result names as its source when it rests on these figures; the gate knows it as open.
BRON = "gepubliceerd"
#: OCW in cijfers, verschillen in positie in leerjaar drie tussen groepen leerlingen.
OCW_LEERJAAR_3 = (
    "https://www.ocwincijfers.nl/begroten-en-verantwoorden/primair-onderwijs-en-voortgezet-onderwijs/"
    "subdoel-gelijke-kansen-op-ontwikkelen-potentieel/"
    "de-verschillen-in-positie-in-leerjaar-drie-vo-tussen-groepen-leerlingen"
)


@dataclass(frozen=True)
class Cijfer:
    """One published figure.

    Attributes:
        onderwerp: what it is about; of a figure about pupils as in the table of reference figures.
        groep: of which group.
        waarde: the number, in ``eenheid``.
        eenheid: ``"leerlingen"`` (a count), ``"%"``, ``"sd"``, ``"maanden"`` or ``"keer"``.
        jaar: school year or year of publication, as the publisher writes it; empty when it is not known.
        populatie: of whom; empty where its kind says so.
        bron: address of the publication.
        zekerheid: H when read on the page of the publisher itself, M when read elsewhere.
    """

    onderwerp: str
    groep: str
    waarde: float
    eenheid: str
    jaar: str
    populatie: str
    bron: str
    zekerheid: str = "H"


@dataclass(frozen=True)
class Telling:
    """Pupils with a first advies, and those of them whose toetsadvies was higher.

    Attributes:
        advies: the first advies as CBS groups it; empty for all together.
        inkomen: the fifth of household income; empty for all together.
        leerlingen: how many had this advies.
        herzien: toetsadvies higher, advies revised.
        niet_herzien: toetsadvies higher, advies as it was.
    """

    advies: str
    inkomen: str
    leerlingen: int
    herzien: int
    niet_herzien: int

    @property
    def hoger(self) -> int:
        """Pupils whose toetsadvies was higher than their first advies."""
        return self.herzien + self.niet_herzien


#: Of the fifths of income, the two that could be read.
TWEEDE, HOOGSTE = "tweede vijfde", "hoogste vijfde"
TELLING_JAAR = "2022/23"
#: Regular primary schools without sbo, sexes and origins together: CBS, Schooladvies en herziening advies
#: basisonderwijs, 2022/23, https://www.cbs.nl/nl-nl/cijfers/detail/84274NED.
TELLINGEN = (
    Telling("", "", 171_787, 16_708, 41_173),
    Telling("", TWEEDE, 26_313, 2_832, 7_383),
    Telling("", HOOGSTE, 36_146, 2_564, 5_995),
    Telling("pro of vmbo-b", "", 11_680, 1_891, 7_201),
    Telling("pro of vmbo-b", TWEEDE, 2_612, 423, 1_651),
    Telling("pro of vmbo-b", HOOGSTE, 690, 102, 450),
    Telling("vmbo-b/k", "", 7_083, 1_166, 1_251),
    Telling("vmbo-b/k", TWEEDE, 1_501, 230, 262),
    Telling("vmbo-b/k", HOOGSTE, 597, 92, 98),
    Telling("vmbo-k", "", 16_088, 2_513, 6_962),
    Telling("vmbo-k", TWEEDE, 3_358, 473, 1_486),
    Telling("vmbo-k", HOOGSTE, 1_569, 243, 649),
    Telling("vmbo-k/gt", "", 9_901, 1_330, 1_170),
    Telling("vmbo-k/gt", TWEEDE, 1_878, 235, 260),
    Telling("vmbo-k/gt", HOOGSTE, 1_148, 154, 112),
    Telling("vmbo-gt", "", 28_855, 3_533, 10_286),
)

MBO, HBO = "ouders mbo of geen", "ouders hbo/wo"
_RICHTING = {
    "2015-16": (51.01, 58.05),
    "2016-17": (54.35, 60.23),
    "2017-18": (57.10, 62.87),
    "2018-19": (55.14, 61.67),
    "2019-20": (51.22, 59.71),
    "2020-21": (51.19, 59.27),
    "2021-22": (49.56, 56.94),
}
#: Pupils whose direction in leerjaar 3 is that of their advies, by education of the parents (OCW).
RICHTING_LEERJAAR_3 = tuple(
    Cijfer("richting_lj3_gelijk_aan_advies", groep, waarde, "%", jaar, "leerjaar 3 vo", OCW_LEERJAAR_3)
    for jaar, pair in _RICHTING.items()
    for groep, waarde in zip((MBO, HBO), pair, strict=True)
)

# --- the evidence shelf: what others found of interventions -----------------------------------------------

DE_REE = "De Ree e.a. 2023, Eur. Econ. Rev. 94:102383"
LOTINGEN = "Lortie-Forgues en Inglis 2019, https://doi.org/10.3102/0013189X19832850"
EEF = "Education Endowment Foundation, educationendowmentfoundation.org.uk"
#: Names of the kinds of findings: what may be read into a number of that kind.
GELOOT = "effect, met loting gemeten"
MAANDEN = "effect in maanden (Engeland, EEF)"
GEEN_EFFECT = "bevorderd, en dat is geen effect"
VERSCHIL = "verschil tussen groepen, geen effect"
_OUD = "oude uitgave"
_ZOMER = "https://www.zomerscholenvo.nl, 22-3-2018"
#: Kind of finding to what was found, as it was published.
PLANK: dict[str, tuple[Cijfer, ...]] = {
    GELOOT: (
        Cijfer("intensieve bijles, rekenen", "", 0.28, "sd", "2023", "3 Nederlandse basisscholen", DE_REE),
        Cijfer("141 grote onderzoeken", "", 0.06, "sd", "2019", "Engeland en VS", LOTINGEN, "M"),
    ),
    MAANDEN: (
        Cijfer("bijles één op één", "hoogstens", 5, "maanden", "", "", EEF, "M"),
        Cijfer("bijles, kleine groep", "hoogstens", 4, "maanden", "", "", EEF, "M"),
        Cijfer("feedback", _OUD, 8, "maanden", "2013/18", "", EEF, "M"),
        Cijfer("huiswerk", _OUD, 5, "maanden", "2013/18", "", EEF, "M"),
        Cijfer("langere schooldag", _OUD, 2, "maanden", "2013/18", "", EEF, "M"),
        Cijfer("mentor", _OUD, 1, "maanden", "2013", "", EEF, "M"),
        Cijfer("mentor", _OUD, 0, "maanden", "2018", "", EEF, "M"),
        Cijfer("niveaugroepen", _OUD, -1, "maanden", "2013/18", "", EEF, "M"),
    ),
    GEEN_EFFECT: (
        Cijfer("na zomerschool", "", 88, "%", "2017", "vo", _ZOMER, "M"),
        Cijfer("na lenteschool", "", 77, "%", "2017", "vo", _ZOMER, "M"),
    ),
    VERSCHIL: (
        Cijfer(
            *("vertraging in coronatijd, lage en midden-SES tegenover hoge", "", 1.5, "keer", "2021-22"),
            *("po", "Nationaal Cohortonderzoek, via nd.nl", "M"),
        ),
    ),
}


@dataclass(frozen=True)
class Vooraf:
    """What was to be expected of a kind of intervention before the own data: a dated normal prior, in sd.

    Attributes:
        soort: kind of intervention, in the words of a report.
        woorden: an intervention is of this kind when its name holds one of these.
        gemiddelde: the effect that was published, in sd.
        sd: how far the effect of another school may lie from it: our choice.
        jaar: of the publication.
        bron: of the mean.
        keuze: how mean and sd were chosen, in the words of a report.
    """

    soort: str
    woorden: tuple[str, ...]
    gemiddelde: float
    sd: float
    jaar: str
    bron: str
    keuze: str


#: Of an intervention of which no published size was seen: what large trials found on average.
ALGEMEEN = Vooraf(
    "een aanpak in het algemeen",
    (),
    0.06,
    0.10,
    "2019",
    LOTINGEN,
    "Het gemiddelde van 141 grote onderzoeken met loting. De spreiding kozen wij: ook geen effect en een "
    "klein nadeel passen erbij, en wat meer is dan 0,26 is uitzonderlijk.",
)
_VOORAF = (
    Vooraf(
        "bijles in kleine groepen",
        ("tutoring", "bijles"),
        0.28,
        0.14,
        "2023",
        DE_REE,
        "Het effect van één loting op drie Nederlandse basisscholen. De spreiding kozen wij: de helft van "
        "dat effect, want op een andere school met minder bijles kan er ook geen effect zijn.",
    ),
    Vooraf(
        "een mentor",
        ("mentor",),
        0.0,
        0.10,
        "2018",
        EEF,
        "De uitgave van 2018 noemt 0 maanden. De spreiding kozen wij: even breed als bij een aanpak in het "
        "algemeen.",
    ),
)


def prior(interventie: str, naam: str = "") -> Vooraf:
    """What was to be expected of an intervention, by a word in its short name or its name in full.

    What is of none of the kinds gets :data:`ALGEMEEN`. A name is a weak key: a report prints which prior
    was used, and an evaluator may write another into the plan.
    """
    told = f"{interventie} {naam}".lower()
    return next((kind for kind in _VOORAF if any(word in told for word in kind.woorden)), ALGEMEEN)
