"""Tables of a school or a partnership: a row a pupil or a respondent, and what is tried with them."""

from __future__ import annotations

from kansen_lib import codes
from kansen_lib.schema.fields import PC4, SCHOOLJAAR, VESTIGING, Sensitivity, Table, column, personal


class Leerlingen(Table):
    """Pupils of a cohort: one row for each, as they entered the vo. Never published."""

    leerling: str = personal("pseudonym; key")
    cohort: str = column("school year in which the pupil entered leerjaar 1", pattern=SCHOOLJAAR)
    vestiging: str = column("vo vestiging of entry", pattern=VESTIGING)
    basisschool: str = personal("po vestiging", pattern=VESTIGING, nullable=True)
    geslacht: str = personal("sex", codelist=codes.GESLACHT, nullable=True)
    opleiding_ouders: str = personal(
        "highest education of the parents; in no school administration",
        codelist=codes.OPLEIDING_OUDERS,
        nullable=True,
        source="CBS microdata, intake form or simulation",
    )
    inkomenskwintiel: str = personal(
        "household income",
        codelist=codes.INKOMENSKWINTIEL,
        nullable=True,
        source="CBS microdata or simulation",
    )
    herkomst: str = column(
        "herkomstland",
        codelist=codes.HERKOMST,
        nullable=True,
        sensitivity=Sensitivity.SPECIAL,
        source="CBS microdata or simulation",
    )
    verblijfsduur_moeder: str = column(
        "how long the mother has lived in the Netherlands",
        codelist=codes.VERBLIJFSDUUR,
        nullable=True,
        sensitivity=Sensitivity.SPECIAL,
        source="CBS microdata or simulation",
    )
    schuldsanering: str = personal(
        "whether the household is in debt restructuring",
        codelist=codes.JA_NEE,
        nullable=True,
        source="CBS microdata or simulation",
    )
    minimaregeling: str = personal(
        "whether the household uses a scheme for low incomes (stadspas, Leergeld; elsewhere a free lunch)",
        codelist=codes.JA_NEE,
        nullable=True,
        source="intake form, or an experiment from abroad",
    )
    thuistaal: str = column(
        "language spoken at home",
        codelist=codes.THUISTAAL,
        nullable=True,
        sensitivity=Sensitivity.SPECIAL,
        source="intake form, survey or simulation",
    )
    nieuwkomer: str = personal(
        "whether the pupil came by way of an internationale schakelklas (ISK)",
        codelist=codes.JA_NEE,
        nullable=True,
    )
    pc4: str = personal("home PC4", pattern=PC4, nullable=True)
    stedelijkheid: str = column("of the home address", codelist=codes.STEDELIJKHEID, nullable=True)
    regime: str = column("rules that held for the advies", codelist=codes.REGIME)
    advies_eerste: str = personal("first schooladvies", codelist=codes.ADVIES, nullable=True)
    toetsscore: float = personal(
        "score of the eindtoets or doorstroomtoets, on the scale of its year", unit="score", nullable=True
    )
    toetsadvies: str = personal("advies of the test", codelist=codes.TOETSADVIES, nullable=True)
    advies_definitief: str = personal(
        "schooladvies after heroverweging", codelist=codes.ADVIES, nullable=True
    )


class Loopbaan(Table):
    """Where each pupil sat on each 1 October, and how that year ended. Never published."""

    leerling: str = personal("pseudonym")
    vestiging: str = column("vo vestiging in this year", pattern=VESTIGING)
    schooljaar: str = column("school year", pattern=SCHOOLJAAR)
    leerjaar: int = personal("leerjaar", unit="jaar", ge=1)
    niveau: str = personal(
        "level of the class; in a broad class the levels that sit together", codelist=codes.BRUGKLASTYPE
    )
    klas: str = personal("class, unique within vestiging and school year", nullable=True)
    afloop: str = personal("how the year ended, seen on the next 1 October", codelist=codes.AFLOOP)


class Toetsen(Table):
    """Test scores of pupils, long. Never published."""

    leerling: str = personal("pseudonym")
    vestiging: str = column("vo vestiging", pattern=VESTIGING)
    schooljaar: str = column("school year", pattern=SCHOOLJAAR)
    moment: str = column("groep 8, leerjaar 1, leerjaar 2, leerjaar 3; a word of an experiment's own")
    domein: str = column("taal, rekenen or totaal")
    score: float = personal("score", unit="score on the scale of the test")
    referentieniveau: str = personal(
        "referentieniveau reached; groep 8 only", codelist=codes.REFERENTIENIVEAU, nullable=True
    )


class Interventies(Table):
    """What is tried, where, since when, and how schools or pupils came into it: a row a vestiging."""

    interventie: str = column("short name; key together with vestiging")
    vestiging: str = column("participating or comparison vestiging", pattern=VESTIGING)
    naam: str = column("name in full")
    niveau: str = column("macro, meso or micro", codelist=codes.MAATREGELNIVEAU)
    mechanisme: str = column(
        "which of Denessen's mechanisms it works on; 'basisbehoefte' for meals and the like, which are "
        "never evaluated on achievement"
    )
    doelgroep: str = column("for whom it is meant")
    thema: str = column("theme that it belongs to", codelist=codes.THEMA, nullable=True)
    theorie: str = column("how it is thought to work, in one sentence", nullable=True)
    bewijs: str = column("best evidence from elsewhere", codelist=codes.BEWIJS, nullable=True)
    toewijzing: str = column("assignment rule; it decides the design", codelist=codes.TOEWIJZING)
    uitkomst: str = column("what it is to change: a domain and a moment of the table toetsen", nullable=True)
    grens_op: str = column("rule 'drempel': domain and moment of the score that decides", nullable=True)
    grens: float = column(
        "rule 'drempel': who scores below it is assigned",
        unit="score on the scale of the test",
        nullable=True,
    )
    start: str = column("first school year; empty for a comparison vestiging", nullable=True)
    dosis_eenheid: str = column("unit of the dose")
    kosten: float = column("cost of a participant; empty where unknown", unit="euro", ge=0, nullable=True)


class Deelname(Table):
    """Who was assigned to an intervention and who took part. Never published."""

    leerling: str = personal("pseudonym")
    vestiging: str = column("vo vestiging", pattern=VESTIGING)
    interventie: str = column("short name of the intervention")
    schooljaar: str = column("school year", pattern=SCHOOLJAAR)
    toegewezen: bool = personal("whether the pupil (or school) was assigned, offered a place or invited")
    deelgenomen: bool = personal("whether the pupil took part")
    dosis: float = personal("dose received", unit="see interventies.dosis_eenheid", ge=0)


class Enquete(Table):
    """Answers to a survey, long: a row an item. Never published."""

    respondent: str = personal("pseudonym of the respondent")
    vestiging: str = column("vo vestiging", pattern=VESTIGING)
    schooljaar: str = column("school year", pattern=SCHOOLJAAR)
    rol: str = column("who answered", codelist=codes.RESPONDENT)
    leerling: str = personal(
        "pseudonym of the pupil who answers, or (verwacht_niveau) about whom a teacher answers", nullable=True
    )
    schaal: str = column(
        "scale of the item: one of SCHAAL, 'werkzaamheid_team' (teachers), or a question of VRAGEN"
    )
    item: str = column("item within the scale")
    antwoord: str = personal("answer: a number 1-5, or a code of the question's list")


class Groepen(Table):
    """Who sat in which group in a school year, beside the class: a row a pupil and group. Never published."""

    leerling: str = personal("pseudonym")
    vestiging: str = column("vo vestiging in this year", pattern=VESTIGING)
    schooljaar: str = column("school year", pattern=SCHOOLJAAR)
    soort: str = column("kind of group", codelist=codes.GROEPSOORT)
    onderdeel: str = column("what the group does", codelist=codes.GROEPSONDERDEEL)
    groep: str = personal("name of the group, unique within vestiging, school year, soort and onderdeel")


class Vrienden(Table):
    """Which friends at the same school a pupil named in a survey: a row a friend. Never published."""

    leerling: str = personal("pseudonym of the pupil who answered")
    vestiging: str = column("vo vestiging in this year", pattern=VESTIGING)
    schooljaar: str = column("school year", pattern=SCHOOLJAAR)
    vriend: str = personal(
        "pseudonym of the friend; empty, in one row, for a pupil who answered and named nobody", nullable=True
    )
