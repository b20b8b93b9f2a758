"""The canonical tables: one contract between every source and every analysis.

Each table is a pandera model. Every column says its unit, meaning, source and sensitivity; the
codebook in ``data/README.md`` and ``data/datapackage.json`` are written from these models.

Two conventions hold everywhere. An identifier is text. A count that a publisher may mask is two
columns, ``…_lower`` and ``…_upper``: equal where the count is known, ``1`` and ``4`` for ``<5``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from kansen_lib import codes

#: Raised by one for every change that an existing store cannot be read with.
SCHEMA_VERSION = 1

BRIN = r"^[0-9A-Z]{4}$"
VESTIGING = r"^[0-9A-Z]{6}$"
SCHOOLJAAR = r"^\d{4}-\d{4}$"
PC4 = r"^\d{4}$"


class Sensitivity(StrEnum):
    """How careful a column must be handled (AVG)."""

    OPEN = "openbaar"
    PERSONAL = "persoonsgegeven"
    SPECIAL = "bijzonder persoonsgegeven"


class SchemaError(ValueError):
    """A table that does not keep the contract: every fault at once, and what to do."""


def _column(
    meaning: str,
    *,
    unit: str = "",
    source: str = "",
    codelist: codes.CodeList | None = None,
    pattern: str | None = None,
    sensitivity: Sensitivity = Sensitivity.OPEN,
    nullable: bool = False,
    ge: float | None = None,
) -> Any:
    """A pandera field that carries what the codebook says of the column."""
    return pa.Field(
        description=meaning,
        nullable=nullable,
        isin=list(codelist.codes) if codelist else None,
        str_matches=pattern,
        ge=ge,
        metadata={
            "unit": unit,
            "source": source,
            "codelist": codelist.name if codelist else "",
            "sensitivity": sensitivity.value,
        },
    )


def _personal(meaning: str, **kwargs: Any) -> Any:
    return _column(meaning, **{"sensitivity": Sensitivity.PERSONAL} | kwargs)


def _bounds(what: str) -> tuple[Any, Any]:
    """The pair of fields of a count that can be masked."""
    return (
        _column(f"{what}: smallest possible number", unit="leerlingen", ge=0),
        _column(f"{what}: largest possible number", unit="leerlingen", ge=0),
    )


class Table(pa.DataFrameModel):
    """What every canonical table shares: strict columns, checked dtypes."""

    class Config:
        """Unknown columns are an error; the order of columns is that of the model."""

        strict = True
        ordered = False
        coerce = False


class Vestigingen(Table):
    """Every vestiging (po and vo): where it is, who governs it, what it offers."""

    vestiging: str = _column("BRIN with vestigingsnummer; key", pattern=VESTIGING)
    brin: str = _column("BRIN of the institution", pattern=BRIN)
    naam: str = _column("name of the vestiging")
    sector: str = _column("po or vo", codelist=codes.SECTOR)
    plaats: str = _column("place name, as published", nullable=True)
    postcode: str = _column("postcode without blank", nullable=True)
    pc4: str = _column("first four digits of the postcode", pattern=PC4, nullable=True)
    gemeente_code: str = _column("gemeentenummer of four characters, with leading zeros", nullable=True)
    gemeente: str = _column("gemeente, in title case", nullable=True)
    provincie: str = _column("provincie", nullable=True)
    bestuur: str = _column("number of the bevoegd gezag", nullable=True)
    denominatie: str = _column("denominatie, as published", nullable=True)
    onderwijsstructuur: str = _column(
        "offer of a vo vestiging in the old letters of DUO (VBO/MAVO/HAVO/VWO)",
        nullable=True,
        source="DUO adressen vo",
    )


class Aantallen(Table):
    """Pupils of a vo vestiging on 1 October, per onderwijstype, opleiding, leerjaar and sex."""

    vestiging: str = _column("vestiging", pattern=VESTIGING)
    schooljaar: str = _column("school year of the 1 October", pattern=SCHOOLJAAR)
    onderwijstype: str = _column("onderwijstype", codelist=codes.ONDERWIJSTYPE)
    opleiding: str = _column("OPLEIDINGSNAAM, as published")
    brugklastype: str = _column(
        "levels that sit together, from OPLEIDINGSNAAM; only where leerlingen sit by level or brugklas",
        codelist=codes.BRUGKLASTYPE,
        nullable=True,
        source="derived from OPLEIDINGSNAAM",
    )
    lwoo: bool = _column("whether the opleiding is one with leerwegondersteuning", source="derived")
    leerjaar: int = _column("leer- of verblijfsjaar", unit="jaar", ge=1)
    geslacht: str = _column("sex", codelist=codes.GESLACHT_TELLING)
    aantal_lower: int
    aantal_upper: int
    aantal_lower, aantal_upper = _bounds("pupils")


class Examens(Table):
    """Exam candidates and passes of a vestiging, per programme, school year and sex."""

    vestiging: str = _column("vestiging", pattern=VESTIGING)
    schooljaar: str = _column("school year of the exam", pattern=SCHOOLJAAR)
    onderwijstype: str = _column("onderwijstype", codelist=codes.ONDERWIJSTYPE)
    opleiding: str = _column("OPLEIDINGSNAAM, as published")
    geslacht: str = _column(
        "sex; rows 'totaal' stand beside the others, never add them up", codelist=codes.GESLACHT_TELLING
    )
    kandidaten_lower: int
    kandidaten_upper: int
    kandidaten_lower, kandidaten_upper = _bounds("candidates")
    geslaagden_lower: int
    geslaagden_upper: int
    geslaagden_lower, geslaagden_upper = _bounds("passes")


class Cijfers(Table):
    """Mean exam marks of a vestiging, over all subjects or per subject."""

    vestiging: str = _column("vestiging", pattern=VESTIGING)
    schooljaar: str = _column("school year of the exam", pattern=SCHOOLJAAR)
    onderwijstype: str = _column("onderwijstype", codelist=codes.ONDERWIJSTYPE)
    opleiding: str = _column("leerweg, sector and afdeling or profiel, as published")
    vak: str = _column("subject, or 'alle vakken'")
    onderdeel: str = _column("schoolexamen, centraal examen or cijferlijst")
    aantal_lower: int
    aantal_upper: int
    aantal_lower, aantal_upper = _bounds("pupils with this mark")
    cijfer: float = _column("mean mark", unit="cijfer 1-10", ge=1)


class AdviezenPo(Table):
    """Schooladviezen of basisscholen, per school year and advies."""

    brin: str = _column("BRIN of the basisschool", pattern=BRIN)
    vestiging: str = _column("empty where the file counts per BRIN", pattern=VESTIGING, nullable=True)
    gemeente: str = _column("gemeente, in title case", nullable=True)
    schooljaar: str = _column("school year of the advies", pattern=SCHOOLJAAR)
    regime: str = _column("rules that held for this year", codelist=codes.REGIME, source="derived")
    advies: str = _column("schooladvies", codelist=codes.ADVIES)
    aantal_lower: int
    aantal_upper: int
    aantal_lower, aantal_upper = _bounds("pupils with this advies")


class HerkomstPostcode(Table):
    """Where the pupils of a po vestiging live: counts per home PC4 and age."""

    vestiging: str = _column("po vestiging", pattern=VESTIGING)
    schooljaar: str = _column("school year of the 1 October", pattern=SCHOOLJAAR)
    soort: str = _column("Bo, Sbo, So or Vso")
    pc4: str = _column("home PC4; empty for abroad or unknown", pattern=PC4, nullable=True)
    leeftijd: str = _column("age on 1 October, '<4' to '>24'", unit="jaar")
    aantal_lower: int
    aantal_upper: int
    aantal_lower, aantal_upper = _bounds("pupils")


class Kenmerken(Table):
    """One number a year about a school or an area: achterstandsscore, test mean, PC4 feature, vsv."""

    soort: str = _column("kind of unit: vestiging, brin, pc4, buurt, wijk, gemeente or land")
    eenheid: str = _column("code of the unit")
    jaar: str = _column("calendar year or school year, as the source counts")
    kenmerk: str = _column("name of the feature, lower case with underscores")
    waarde_lower: float = _column("smallest possible value")
    waarde_upper: float = _column("largest possible value; equal where the value is known")
    noot: str = _column("the publisher's note, e.g. that the value rests on few pupils", nullable=True)
    bron: str = _column("the publication that the number comes from")


class Overgangen(Table):
    """Mergers, splits and transfers of BRIN numbers."""

    van: str = _column("BRIN, or BRIN with vestiging, that was left")
    naar: str = _column("BRIN, or BRIN with vestiging, that went on")
    datum: str = _column("date, ISO 8601", unit="datum", pattern=r"^\d{4}-\d{2}-\d{2}$")
    soort: str = _column("code of the kind of institution (SBD, VOS, BAS, …)")
    overgang: str = _column("name of the transition (fusie, splitsing, overdracht, …)")
    volledig: bool = _column("whether everything went over")


class Leerlingen(Table):
    """Pupils of a cohort: one row for each, as they entered the vo. Never published."""

    leerling: str = _personal("pseudonym; key")
    cohort: str = _column("school year in which the pupil entered leerjaar 1", pattern=SCHOOLJAAR)
    vestiging: str = _column("vo vestiging of entry", pattern=VESTIGING)
    basisschool: str = _personal("po vestiging", pattern=VESTIGING, nullable=True)
    geslacht: str = _personal("sex", codelist=codes.GESLACHT, nullable=True)
    opleiding_ouders: str = _personal(
        "highest education of the parents; in no school administration",
        codelist=codes.OPLEIDING_OUDERS,
        nullable=True,
        source="CBS microdata, intake form or simulation",
    )
    inkomenskwintiel: str = _personal(
        "household income",
        codelist=codes.INKOMENSKWINTIEL,
        nullable=True,
        source="CBS microdata or simulation",
    )
    herkomst: str = _column(
        "herkomstland",
        codelist=codes.HERKOMST,
        nullable=True,
        sensitivity=Sensitivity.SPECIAL,
        source="CBS microdata or simulation",
    )
    pc4: str = _personal("home PC4", pattern=PC4, nullable=True)
    stedelijkheid: str = _column("of the home address", codelist=codes.STEDELIJKHEID, nullable=True)
    regime: str = _column("rules that held for the advies", codelist=codes.REGIME)
    advies_eerste: str = _personal("first schooladvies", codelist=codes.ADVIES, nullable=True)
    toetsscore: float = _personal(
        "score of the eindtoets or doorstroomtoets, on the scale of its year", unit="score", nullable=True
    )
    toetsadvies: str = _personal("advies of the test", codelist=codes.TOETSADVIES, nullable=True)
    advies_definitief: str = _personal(
        "schooladvies after heroverweging", codelist=codes.ADVIES, nullable=True
    )


class Loopbaan(Table):
    """Where each pupil sat on each 1 October, and how that year ended. Never published."""

    leerling: str = _personal("pseudonym")
    vestiging: str = _column("vo vestiging in this year", pattern=VESTIGING)
    schooljaar: str = _column("school year", pattern=SCHOOLJAAR)
    leerjaar: int = _personal("leerjaar", unit="jaar", ge=1)
    niveau: str = _personal(
        "level of the class; in a broad class the levels that sit together", codelist=codes.BRUGKLASTYPE
    )
    klas: str = _personal("class, unique within vestiging and school year", nullable=True)
    afloop: str = _personal("how the year ended, seen on the next 1 October", codelist=codes.AFLOOP)


class Toetsen(Table):
    """Test scores of pupils, long. Never published."""

    leerling: str = _personal("pseudonym")
    vestiging: str = _column("vo vestiging", pattern=VESTIGING)
    schooljaar: str = _column("school year", pattern=SCHOOLJAAR)
    moment: str = _column("groep 8, leerjaar 1, leerjaar 2, leerjaar 3")
    domein: str = _column("taal, rekenen or totaal")
    score: float = _personal("score", unit="score on the scale of the test")


class Interventies(Table):
    """What is tried, where, since when, and how schools or pupils came into it: a row a vestiging."""

    interventie: str = _column("short name; key together with vestiging")
    vestiging: str = _column("participating or comparison vestiging", pattern=VESTIGING)
    naam: str = _column("name in full")
    niveau: str = _column("macro, meso or micro", codelist=codes.MAATREGELNIVEAU)
    mechanisme: str = _column("which of Denessen's mechanisms it works on")
    doelgroep: str = _column("for whom it is meant")
    toewijzing: str = _column("assignment rule; it decides the design", codelist=codes.TOEWIJZING)
    start: str = _column("first school year; empty for a comparison vestiging", nullable=True)
    dosis_eenheid: str = _column("unit of the dose")
    kosten: float = _column("cost of a participant", unit="euro", ge=0)


class Deelname(Table):
    """Who was assigned to an intervention and who took part. Never published."""

    leerling: str = _personal("pseudonym")
    vestiging: str = _column("vo vestiging", pattern=VESTIGING)
    interventie: str = _column("short name of the intervention")
    schooljaar: str = _column("school year", pattern=SCHOOLJAAR)
    toegewezen: bool = _personal("whether the pupil (or school) was assigned")
    deelgenomen: bool = _personal("whether the pupil took part")
    dosis: float = _personal("dose received", unit="see interventies.dosis_eenheid", ge=0)


class Enquete(Table):
    """Answers to a survey, long: a row an item. Never published."""

    respondent: str = _personal("pseudonym of the respondent")
    vestiging: str = _column("vo vestiging", pattern=VESTIGING)
    schooljaar: str = _column("school year", pattern=SCHOOLJAAR)
    rol: str = _column("who answered", codelist=codes.RESPONDENT)
    leerling: str = _personal("pseudonym of the pupil, where the respondent is one", nullable=True)
    schaal: str = _column("scale that the item belongs to")
    item: str = _column("item within the scale")
    antwoord: str = _personal("answer: a number 1-5, or a code of the item's list")


#: Canonical name to model, in the order of the codebook.
TABLES: dict[str, type[Table]] = {
    "vestigingen": Vestigingen,
    "aantallen": Aantallen,
    "examens": Examens,
    "cijfers": Cijfers,
    "adviezen_po": AdviezenPo,
    "herkomst_postcode": HerkomstPostcode,
    "kenmerken": Kenmerken,
    "overgangen": Overgangen,
    "leerlingen": Leerlingen,
    "loopbaan": Loopbaan,
    "toetsen": Toetsen,
    "interventies": Interventies,
    "deelname": Deelname,
    "enquete": Enquete,
}

#: The columns that together name one row, of the tables where a row may stand only once.
KEYS: dict[str, list[str]] = {
    "vestigingen": ["vestiging"],
    "leerlingen": ["leerling"],
    "loopbaan": ["leerling", "schooljaar"],
    "toetsen": ["leerling", "schooljaar", "moment", "domein"],
    "interventies": ["interventie", "vestiging"],
    "deelname": ["leerling", "interventie", "schooljaar"],
    "enquete": ["respondent", "schooljaar", "schaal", "item"],
}

#: Where the columns of a table come from that name no source of their own.
SOURCES: dict[str, str] = {
    "vestigingen": "DUO adressen",
    "aantallen": "DUO leerlingen vo",
    "examens": "DUO examens",
    "cijfers": "DUO examencijfers",
    "adviezen_po": "DUO schooladviezen",
    "herkomst_postcode": "DUO leerlingen po",
    "kenmerken": "CBS or DUO; the column bron names the publication",
    "overgangen": "DUO overgangen",
    "leerlingen": "school administration, CBS microdata or simulation",
    "loopbaan": "school administration, CBS microdata or simulation",
    "toetsen": "school administration, CBS microdata or simulation",
    "interventies": "intervention log of the school or simulation",
    "deelname": "intervention log of the school or simulation",
    "enquete": "survey of the school or simulation",
}

#: Tables with a row a person: present in a store only where somebody may hold them.
PUPIL_TABLES = frozenset({"leerlingen", "loopbaan", "toetsen", "deelname", "enquete"})


def columns(table: str) -> dict[str, Any]:
    """The pandera columns of a table, by name, in order (with ``dtype``, ``description``, ``metadata``)."""
    return TABLES[table].to_schema().columns


def source(table: str, column: str) -> str:
    """Where a column comes from: its own source, or that of its table."""
    return columns(table)[column].metadata["source"] or SOURCES[table]


def codelist(table: str, column: str) -> codes.CodeList | None:
    """The code list of a column, or None for free values."""
    return codes.CODE_LISTS.get(columns(table)[column].metadata["codelist"])


def validate(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` in the column order of the model, when it keeps the contract of ``table``.

    Raises:
        SchemaError: names every missing and unknown column and every failing column with three of
            its values, all at once.
    """
    wanted = list(columns(table))
    missing = [name for name in wanted if name not in frame.columns]
    unknown = [name for name in frame.columns if name not in wanted]
    if missing or unknown:
        raise SchemaError(
            f"table '{table}' lacks columns {missing or 'none'} and has unknown columns {unknown or 'none'}; "
            f"expected {wanted}; see the codebook in data/README.md"
        )
    faults = _duplicates(table, frame) + _crossed_bounds(frame)
    try:
        valid = TABLES[table].validate(frame[wanted], lazy=True)
    except SchemaErrors as error:
        faults = _faults(error) + faults
    if faults:
        raise SchemaError("\n  ".join([f"table '{table}' does not keep its contract:", *faults]))
    return valid


def _duplicates(table: str, frame: pd.DataFrame) -> list[str]:
    """A line when rows share the key of the table."""
    key = KEYS.get(table, [])
    twice = frame[frame.duplicated(key)] if key else frame.iloc[:0]
    if twice.empty:
        return []
    sample = ", ".join(str(value) for value in twice[key].iloc[0])
    return [f"key {' + '.join(key)}: {len(twice)} rows repeat an earlier row, e.g. {sample}"]


def _crossed_bounds(frame: pd.DataFrame) -> list[str]:
    """A line for each pair of bounds whose lower is above its upper somewhere."""
    faults = []
    for lower in frame.columns[frame.columns.str.endswith("_lower")]:
        upper = lower.removesuffix("lower") + "upper"
        pair = frame[[lower, upper]]
        if all(map(pd.api.types.is_numeric_dtype, pair.dtypes)):
            crossed = pair[pair[lower] > pair[upper]]
            if len(crossed):
                sample = " > ".join(map(str, crossed.iloc[0]))
                faults.append(f"{lower} above {upper}: {len(crossed)} rows, e.g. {sample}")
    return faults


def _faults(error: SchemaErrors) -> list[str]:
    """A line for each column and check that failed."""
    cases = error.failure_cases
    # Beside a wrong dtype pandera also lists the checks that could not run on it: noise.
    noise = cases["failure_case"].astype(str).str.match(r"(Attribute|Type)Error\(")
    lines = []
    for (column, check), group in cases[~noise].groupby(["column", "check"], dropna=False, sort=True):
        samples = ", ".join(repr(value) for value in group["failure_case"].unique()[:3])
        lines.append(f"column {column}: {check}: {len(group)} rows, e.g. {samples}")
    return lines
