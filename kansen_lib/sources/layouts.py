"""The catalogue: which columns a file of which year has.

Names stand in the normal form of :mod:`headers`, where a column that was renamed over the years has
one name, so that a renamed year is no new layout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """Which columns one kind of file has.

    Attributes:
        name: short name; the reader is found by it.
        description: what a row is, in one line.
        publisher: DUO or CBS, and the publication.
        years: years in which the layout was seen.
        columns: columns that must be there, in normal form; "" is the one column without a name.
        optional: columns that some years have.
        yearly: columns that come once for each school year, with ``{}`` where the year stands.
        yearly_optional: as ``yearly``, but not in every file.
        others: whether the file may have further columns (a wide file of features).
        sector: po or vo for a file of vestigingen; empty for anything else.
        year_in_name: "schooljaar" or "jaar" when only the name of the file says the year.
        pieces: whether one year comes in many files, each with other rows.
        rank: 0 for the publication to be preferred, 1 where another one covers the same.
        bare: pattern of the first line of a file that comes without a header; empty for all others. Its
            columns stand in the order of the layout.
    """

    name: str
    description: str
    publisher: str
    years: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    yearly: tuple[str, ...] = ()
    yearly_optional: tuple[str, ...] = ()
    others: bool = False
    sector: str = ""
    year_in_name: str = ""
    pieces: bool = False
    rank: int = 0
    bare: str = ""


def _split(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split("|"))


_PO_SCHOOL = _split(
    "INSTELLINGSCODE|VESTIGINGSCODE|INSTELLINGSNAAM VESTIGING|POSTCODE VESTIGING|PLAATSNAAM|GEMEENTENUMMER|"
    "GEMEENTENAAM|PROVINCIE|SOORT PO|DENOMINATIE VESTIGING|BEVOEGD GEZAG NUMMER"
)
_ADDRESS = _split(
    "PROVINCIE|BEVOEGD GEZAG NUMMER|INSTELLINGSCODE|VESTIGINGSCODE|VESTIGINGSNAAM|STRAATNAAM|"
    "HUISNUMMER-TOEVOEGING|POSTCODE|PLAATSNAAM|GEMEENTENUMMER|GEMEENTENAAM|DENOMINATIE|TELEFOONNUMMER|"
    "INTERNETADRES|STRAATNAAM CORRESPONDENTIEADRES|HUISNUMMER-TOEVOEGING CORRESPONDENTIEADRES|"
    "POSTCODE CORRESPONDENTIEADRES|PLAATSNAAM CORRESPONDENTIEADRES|NODAAL GEBIED CODE|NODAAL GEBIED NAAM|"
    "RPA-GEBIED CODE|RPA-GEBIED NAAM|WGR-GEBIED CODE|WGR-GEBIED NAAM|COROPGEBIED CODE|COROPGEBIED NAAM|"
    "ONDERWIJSGEBIED CODE|ONDERWIJSGEBIED NAAM|RMC-REGIO CODE|RMC-REGIO NAAM"
)
ADVIES_COLUMNS = _split(
    "VSO|PRO|VMBO B|VMBO B K|VMBO K|VMBO K GT|VMBO GT|VMBO GT HAVO|HAVO|HAVO VWO|VWO|ADVIES NIET MOGELIJK"
)
SUPPLIERS = ("CET", "IEP", "ROUTE8", "DIA", "AMN", "DOE", "LIB")
_SUPPLIER_COLUMNS = tuple(f"{name} {what}" for name in SUPPLIERS for what in ("AANTAL", "GEM"))
REFERENTIENIVEAUS = _split(
    "REKENEN LAGER1F|REKENEN 1F|REKENEN 1S|REKENEN 2F|LV LAGER1F|LV 1F|LV 2F|TV LAGER1F|TV 1F|TV 2F"
)
LEEFTIJDEN = ("LEEFTIJD JONGER", *(f"LEEFTIJD {age}" for age in range(4, 25)), "LEEFTIJD OUDER")


def _exam(sex: str) -> tuple[str, ...]:
    return tuple(
        f"{what} SCHOOLJAAR {{}} - {sex}" for what in ("EXAMENKANDIDATEN", "GESLAAGDEN", "SLAAGPERC")
    )


CATALOGUE: tuple[Layout, ...] = (
    Layout(
        "leerlingen_vo",
        "pupils of a vo vestiging per onderwijstype, opleiding, leerjaar and sex",
        "DUO leerlingen vo per vestiging naar onderwijstype",
        "2019",
        _split(
            "INSTELLINGSCODE|VESTIGINGSCODE|INSTELLINGSNAAM VESTIGING|PLAATSNAAM VESTIGING|"
            "PROVINCIE VESTIGING|"
            "ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR|VMBO SECTOR|AFDELING|ERKENDE OPLEIDINGSCODE|"
            "OPLEIDINGSNAAM"
        )
        + tuple(f"LEER- OF VERBLIJFSJAAR {year} - {sex}" for year in range(1, 7) for sex in ("MAN", "VROUW")),
        sector="vo",
        year_in_name="jaar",
    ),
    Layout(
        "leerlingen_vo_totaal",
        "pupils of a vo vestiging, and those at a vavo",
        "DUO leerlingen vo per vestiging en bestuur",
        "2025",
        _split(
            "BEVOEGD GEZAG NUMMER|INSTELLINGSCODE|VESTIGINGSCODE|INSTELLINGSNAAM VESTIGING|PLAATSNAAM|"
            "GEMEENTENUMMER|GEMEENTENAAM|PROVINCIE|AANTAL LEERLINGEN|AANTAL VO LEERLINGEN UITBESTEED AAN VAVO"
        ),
        sector="vo",
        year_in_name="jaar",
    ),
    Layout(
        "examens",
        "exam candidates and passes of a vo vestiging per programme and sex, five school years wide",
        "DUO examenkandidaten en geslaagden",
        "2014-2015 to 2023-2024",
        _split(
            "INSTELLINGSCODE|VESTIGINGSCODE|INSTELLINGSNAAM VESTIGING|GEMEENTENAAM|ONDERWIJSTYPE VO|"
            "INSPECTIECODE|OPLEIDINGSNAAM"
        ),
        yearly=_exam("MAN") + _exam("VROUW") + _exam("TOTAAL"),
        yearly_optional=_exam("ONBEKEND"),
        sector="vo",
    ),
    Layout(
        "examenresultaten",
        "exam results and mean marks of a vo vestiging per leerweg, sector and afdeling or profiel",
        "DUO geslaagden, gezakten en cijfers",
        "2018-2019, 2024-2025",
        _split(
            "INSTELLINGSCODE|VESTIGINGSCODE|INSTELLINGSNAAM VESTIGING|GEMEENTENAAM VESTIGING|"
            "PROVINCIE VESTIGING|"
            "ONDERWIJSTYPE VO|LEERWEG VMBO|VMBO SECTOR|AFDELING|EXAMENKANDIDATEN|GESLAAGDEN|GEZAKTEN|"
            "GEMIDDELD CIJFER SCHOOLEXAMEN|GEMIDDELD CIJFER CENTRAAL EXAMEN|GEMIDDELD CIJFER CIJFERLIJST"
        ),
        sector="vo",
        year_in_name="schooljaar",
        rank=1,
    ),
    Layout(
        "examencijfers",
        "mean marks of a vo vestiging per subject",
        "DUO examenkandidaten en examencijfers",
        "2018-2019 (havo)",
        _split(
            "SCHOOLJAAR|INSTELLINGSCODE|VESTIGINGSCODE|INSTELLINGSNAAM VESTIGING|GEMEENTENUMMER|GEMEENTENAAM|"
            "PLAATSNAAM|PROVINCIE|ONDERWIJSTYPE VO|VAKCODE|AFKORTING VAKNAAM|VAKNAAM|"
            "SCHOOLEXAMEN BEOORDELING|"
            "TOTAAL AANTAL SCHOOLEXAMENS MET BEOORDELING|"
            "AANTAL SCHOOLEXAMENS MET BEOORDELING MEETELLEND VOOR DIPLOMA|"
            "TOTAAL AANTAL SCHOOLEXAMENS MET CIJFER|GEM. CIJFER TOTAAL AANTAL SCHOOLEXAMENS|"
            "AANTAL SCHOOLEXAMENS MET CIJFER MEETELLEND VOOR DIPLOMA|"
            "GEM. CIJFER SCHOOLEXAMENS MET CIJFER MEETELLEND VOOR DIPLOMA|"
            "TOTAAL AANTAL CENTRALE EXAMENS|GEM. CIJFER TOTAAL AANTAL CENTRALE EXAMENS|"
            "AANTAL CENTRALE EXAMENS MEETELLEND VOOR DIPLOMA|"
            "GEM. CIJFER CENTRALE EXAMENS MET CIJFER MEETELLEND VOOR DIPLOMA|"
            "GEM. CIJFER CIJFERLIJST|GEM. CIJFER REKENTOETS"
        ),
        sector="vo",
    ),
    Layout(
        "adressen_vo",
        "address, board, denomination and offer of a vo vestiging",
        "DUO alle vestigingen vo",
        "2020 to 2026",
        (*_ADDRESS, "ONDERWIJSSTRUCTUUR"),
        optional=("VAKANTIEREGIO",),
        sector="vo",
    ),
    Layout(
        "adressen_po",
        "address, board and denomination of a po vestiging",
        "DUO alle vestigingen bo",
        "2020",
        _ADDRESS,
        optional=("VAKANTIEREGIO",),
        sector="po",
    ),
    Layout(
        "vsv",
        "early school leavers of a vo vestiging",
        "DUO voortijdig schoolverlaters per samenwerkingsverband",
        "2015",
        _split(
            "SAMENWERKINGSVERBAND NUMMER|INSTELLINGSCODE|VESTIGINGSCODE|AANTAL LEERLINGEN|"
            "VSV TOTAAL|VSV VMBO|"
            "VSV MBO|VSV OVERIG"
        ),
        year_in_name="jaar",
    ),
    Layout(
        "schooladviezen",
        "schooladviezen of a po vestiging",
        "DUO schooladviezen bo en sbo",
        "2024-2025",
        ("PEILDATUM LEERLINGEN", *_PO_SCHOOL, *ADVIES_COLUMNS),
        optional=("PRIKDATUM",),
        sector="po",
    ),
    Layout(
        "schooladviezen_afgeleid",
        "schooladviezen of a basisschool (BRIN), derived by a third party",
        "schooladviezen per BRIN, afgeleid van DUO",
        "2019-2020 to 2024-2025",
        _split("INSTELLINGSCODE|SCHOOLJAAR|NAAM|GEMEENTENAAM|PROVINCIE|DENOMINATIE|PLAATSNAAM")
        + ADVIES_COLUMNS
        + _split("N MID|HVW PCT MIN|HVW PCT MID|HVW PCT MAX|BETROUWBAARHEID"),
        rank=1,
    ),
    Layout(
        "eindscores",
        "mean end-test score of a po vestiging per supplier",
        "DUO gemiddelde eindscores bo en sbo",
        "2018-2019 to 2024-2025",
        ("PEILDATUM LEERLINGEN", "PRIKDATUM", *_PO_SCHOOL, "ONTHEFFING REDEN ND", "IEP AANTAL", "IEP GEM"),
        optional=("LEERJAAR 8", *(name for name in _SUPPLIER_COLUMNS if not name.startswith("IEP"))),
        sector="po",
    ),
    Layout(
        "referentieniveaus",
        "pupils of a po vestiging per referentieniveau reached",
        "DUO referentieniveaus bo",
        "2024-2025",
        ("PEILDATUM", *_PO_SCHOOL, *REFERENTIENIVEAUS),
        sector="po",
    ),
    Layout(
        "leerlingen_po_postcode",
        "pupils of a po vestiging per home PC4 and age",
        "DUO leerlingen po naar postcode en leeftijd",
        "2017-2018",
        ("PEILDATUM", *_PO_SCHOOL, "POSTCODE LEERLING", "GEMEENTENAAM LEERLING", *LEEFTIJDEN, "TOTAAL"),
        sector="po",
        pieces=True,
    ),
    Layout(
        "overgangen",
        "mergers, splits and transfers of institutions",
        "DUO overgangen",
        "2025",
        _split(
            "NR ADMIN VAN|CODE FUNCTIE VAN|CODE SOORT VAN|CODE WET VAN|NR ADMIN NAAR|CODE FUNCTIE NAAR|"
            "CODE SOORT NAAR|CODE WET NAAR|DT OVERGANG|CODE OVERGANG|NAAM OVERGANG|IND VOLLEDIG|"
            "CODE STAND RECORD"
        ),
    ),
    Layout(
        "achterstandsscores",
        "achterstandsscore of a po vestiging",
        "CBS achterstandsscores basisscholen",
        "2019",
        ("SCHOOL (BRIN VESTIGING)", "AANTAL BEKOSTIGDE LEERLINGEN", "ACHTERSTANDSSCORE", ""),
    ),
    Layout(
        "achterstandsscores_zonder_drempel",
        "achterstandsscore of a po vestiging without threshold, lower and upper years apart",
        "CBS achterstandsscores basisscholen",
        "2019",
        (
            "SCHOOL (BRIN VESTIGING)",
            "ACHTERSTANDSSCORE ZONDER DREMPEL",
            "ACHTERSTANDSSCORE ZONDER DREMPEL (ONDERBOUW)",
            "ACHTERSTANDSSCORE ZONDER DREMPEL (BOVENBOUW)",
            "",
        ),
    ),
    Layout(
        "pc4",
        "key figures of a PC4",
        "CBS kerncijfers per postcode",
        "2023",
        ("POSTCODE-4", "MAN", "VROUW", "TOT 15 JAAR"),
        others=True,
    ),
    Layout(
        "opleidingsniveau",
        "education level of the residents of a gemeente, wijk or buurt",
        "CBS opleidingsniveau per wijk en buurt",
        "2021",
        _split(
            "ID|WIJKENENBUURTEN|CODERING|OPLEIDINGSNIVEAULAAG|OPLEIDINGSNIVEAUMIDDELBAAR|OPLEIDINGSNIVEAUHOOG"
        ),
        year_in_name="jaar",
    ),
    Layout(
        "ses_woa",
        "SES-WOA score of a gemeente, wijk or buurt",
        "CBS SES-WOA",
        "2019",
        _split(
            "PERIODEN|WIJKEN EN BUURTEN|REGIOCODE (GEMEENTE, WIJK, BUURT) (CODE)|"
            "PARTICULIERE HUISHOUDENS (AANTAL)|OPLEIDINGSNIVEAU/LAAG/WAARDE (%)|"
            "OPLEIDINGSNIVEAU/MIDDELBAAR/WAARDE (%)|OPLEIDINGSNIVEAU/HOOG/WAARDE (%)|"
            "SES-WOA/TOTAALSCORE/GEMIDDELDE SCORE (GETAL)|SPREIDING/SPREIDING TOTAAL/WAARDE (GETAL)"
        ),
    ),
    Layout(
        "pc4_gemeente",
        "the gemeente in which a PC4 lies",
        "CBS postcode en gemeente",
        "2017",
        ("PC4", "GEMEENTENAAM 2017"),
    ),
    Layout(
        "postcodes",
        "the place of a PC4, in degrees",
        "GeoNames postal codes",
        "2010 to 2017 (its readme)",
        _split(
            "COUNTRY CODE|POSTAL CODE|PLACE NAME|ADMIN NAME1|ADMIN CODE1|ADMIN NAME2|ADMIN CODE2|ADMIN NAME3|"
            "ADMIN CODE3|LATITUDE|LONGITUDE|ACCURACY"
        ),
        bare=r"NL\t[1-9]\d{3}(\t[^\t]*){7}(\t\d+\.\d*){2}\t\d*",
    ),
)

LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in CATALOGUE}


def without_header(line: str) -> tuple[str, ...]:
    """The columns of a file that begins with this line and has no header; none for any other file."""
    known = (layout.columns for layout in CATALOGUE if layout.bare and re.fullmatch(layout.bare, line))
    return next(known, ())
