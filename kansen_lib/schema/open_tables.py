"""Tables of open data: counts, marks and features that anybody can fetch."""

from __future__ import annotations

from kansen_lib import codes
from kansen_lib.schema.fields import BRIN, PC4, SCHOOLJAAR, VESTIGING, Table, bounds, column


class Vestigingen(Table):
    """Every vestiging (po and vo): where it is, who governs it, what it offers."""

    vestiging: str = column("BRIN with vestigingsnummer; key", pattern=VESTIGING)
    brin: str = column("BRIN of the institution", pattern=BRIN)
    naam: str = column("name of the vestiging")
    sector: str = column("po or vo", codelist=codes.SECTOR)
    plaats: str = column("place name, as published", nullable=True)
    postcode: str = column("postcode without blank", nullable=True)
    pc4: str = column("first four digits of the postcode", pattern=PC4, nullable=True)
    gemeente_code: str = column("gemeentenummer of four characters, with leading zeros", nullable=True)
    gemeente: str = column("gemeente, in title case", nullable=True)
    provincie: str = column("provincie", nullable=True)
    bestuur: str = column("number of the bevoegd gezag", nullable=True)
    denominatie: str = column("denominatie, as published", nullable=True)
    onderwijsstructuur: str = column(
        "offer of a vo vestiging in the old letters of DUO (VBO/MAVO/HAVO/VWO)",
        nullable=True,
        source="DUO adressen vo",
    )


class Aantallen(Table):
    """Pupils of a vo vestiging on 1 October, per onderwijstype, opleiding, leerjaar and sex."""

    vestiging: str = column("vestiging", pattern=VESTIGING)
    schooljaar: str = column("school year of the 1 October", pattern=SCHOOLJAAR)
    onderwijstype: str = column("onderwijstype", codelist=codes.ONDERWIJSTYPE)
    opleiding: str = column("OPLEIDINGSNAAM, as published")
    brugklastype: str = column(
        "levels that sit together, from OPLEIDINGSNAAM; only where leerlingen sit by level or brugklas",
        codelist=codes.BRUGKLASTYPE,
        nullable=True,
        source="derived from OPLEIDINGSNAAM",
    )
    lwoo: bool = column("whether the opleiding is one with leerwegondersteuning", source="derived")
    leerjaar: int = column("leer- of verblijfsjaar", unit="jaar", ge=1)
    geslacht: str = column("sex", codelist=codes.GESLACHT_TELLING)
    aantal_lower: int
    aantal_upper: int
    aantal_lower, aantal_upper = bounds("pupils")


class Examens(Table):
    """Exam candidates and passes of a vestiging, per programme, school year and sex."""

    vestiging: str = column("vestiging", pattern=VESTIGING)
    schooljaar: str = column("school year of the exam", pattern=SCHOOLJAAR)
    onderwijstype: str = column("onderwijstype", codelist=codes.ONDERWIJSTYPE)
    opleiding: str = column("OPLEIDINGSNAAM, as published")
    geslacht: str = column(
        "sex; rows 'totaal' stand beside the others, never add them up", codelist=codes.GESLACHT_TELLING
    )
    kandidaten_lower: int
    kandidaten_upper: int
    kandidaten_lower, kandidaten_upper = bounds("candidates")
    geslaagden_lower: int
    geslaagden_upper: int
    geslaagden_lower, geslaagden_upper = bounds("passes")


class Cijfers(Table):
    """Mean exam marks of a vestiging, over all subjects or per subject."""

    vestiging: str = column("vestiging", pattern=VESTIGING)
    schooljaar: str = column("school year of the exam", pattern=SCHOOLJAAR)
    onderwijstype: str = column("onderwijstype", codelist=codes.ONDERWIJSTYPE)
    opleiding: str = column("leerweg, sector and afdeling or profiel, as published")
    vak: str = column("subject, or 'alle vakken'")
    onderdeel: str = column("schoolexamen, centraal examen or cijferlijst")
    aantal_lower: int
    aantal_upper: int
    aantal_lower, aantal_upper = bounds("pupils with this mark")
    cijfer: float = column("mean mark", unit="cijfer 1-10", ge=1)


class AdviezenPo(Table):
    """Schooladviezen of basisscholen, per school year and advies."""

    brin: str = column("BRIN of the basisschool", pattern=BRIN)
    vestiging: str = column("empty where the file counts per BRIN", pattern=VESTIGING, nullable=True)
    gemeente: str = column("gemeente, in title case", nullable=True)
    schooljaar: str = column("school year of the advies", pattern=SCHOOLJAAR)
    regime: str = column("rules that held for this year", codelist=codes.REGIME, source="derived")
    advies: str = column("schooladvies", codelist=codes.ADVIES)
    aantal_lower: int
    aantal_upper: int
    aantal_lower, aantal_upper = bounds("pupils with this advies")


class HerkomstPostcode(Table):
    """Where the pupils of a po vestiging live: counts per home PC4 and age."""

    vestiging: str = column("po vestiging", pattern=VESTIGING)
    schooljaar: str = column("school year of the 1 October", pattern=SCHOOLJAAR)
    soort: str = column("Bo, Sbo, So or Vso")
    pc4: str = column("home PC4; empty for abroad or unknown", pattern=PC4, nullable=True)
    leeftijd: str = column("age on 1 October, '<4' to '>24'", unit="jaar")
    aantal_lower: int
    aantal_upper: int
    aantal_lower, aantal_upper = bounds("pupils")


class Kenmerken(Table):
    """One number a year about a school or an area: achterstandsscore, test mean, PC4 feature, vsv."""

    soort: str = column("kind of unit: vestiging, brin, pc4, buurt, wijk, gemeente or land")
    eenheid: str = column("code of the unit")
    jaar: str = column("calendar year or school year, as the source counts")
    kenmerk: str = column("name of the feature, lower case with underscores")
    waarde_lower: float = column("smallest possible value")
    waarde_upper: float = column("largest possible value; equal where the value is known")
    noot: str = column("the publisher's note, e.g. that the value rests on few pupils", nullable=True)
    bron: str = column("the publication that the number comes from")


class Overgangen(Table):
    """Mergers, splits and transfers of BRIN numbers."""

    van: str = column("BRIN, or BRIN with vestiging, that was left")
    naar: str = column("BRIN, or BRIN with vestiging, that went on")
    datum: str = column("date, ISO 8601", unit="datum", pattern=r"^\d{4}-\d{2}-\d{2}$")
    soort: str = column("code of the kind of institution (SBD, VOS, BAS, …)")
    overgang: str = column("name of the transition (fusie, splitsing, overdracht, …)")
    volledig: bool = column("whether everything went over")
