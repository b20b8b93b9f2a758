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
        onderwerp: what it is about, as in the table of reference figures.
        groep: of which group.
        waarde: the number, in ``eenheid``.
        eenheid: ``"leerlingen"`` (a count) or ``"%"``.
        jaar: school year, as the publisher writes it.
        populatie: of whom.
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
