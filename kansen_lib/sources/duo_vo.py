"""DUO files of the voortgezet onderwijs: pupils, exams, marks, early school leavers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from kansen_lib.sources import opleidingen, values
from kansen_lib.sources.part import Part
from kansen_lib.sources.reading import Finding, Rows
from kansen_lib.sources.tables import features, repeated, summed

_TELLING = "ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR"
_LEERJAREN = [(year, sex) for year in range(1, 7) for sex in ("MAN", "VROUW")]
_ALLE_VAKKEN = "alle vakken"


# --- pupils -----------------------------------------------------------------------------------------


def leerlingen_vo(part: Part) -> Rows:
    """Pupils on 1 October of the year in the file name: table ``aantallen``."""
    programme = _programmes(part)
    blocks = []
    for year, sex in _LEERJAREN:
        lower, upper = part.counts(f"LEER- OF VERBLIJFSJAAR {year} - {sex}")
        block = programme.assign(leerjaar=year, geslacht=repeated(sex.lower(), len(programme)))
        blocks.append(block.assign(aantal_lower=lower, aantal_upper=upper)[upper > 0])
    rows = pd.concat(blocks, ignore_index=True)
    rows["leerjaar"] = rows["leerjaar"].astype("int64")
    return Rows({"aantallen": summed(rows, ("aantal",))}, _unclear(part, rows))


def _programmes(part: Part) -> pd.DataFrame:
    """Onderwijstype, brugklastype and lwoo of each row of the file."""
    telling = part.required(
        _TELLING,
        lambda name: name if name in opleidingen.ONDERWIJSTYPE_TELLING else None,
        f"an onderwijstype that is known: {', '.join(opleidingen.ONDERWIJSTYPE_TELLING)}",
    )
    opleiding = part["OPLEIDINGSNAAM"]
    pairs = telling + "|" + opleiding
    year = int(part.year)
    return pd.DataFrame(
        {
            "vestiging": part.vestiging(),
            "schooljaar": repeated(f"{year}-{year + 1}", len(pairs)),
            "onderwijstype": values.text(pairs, _from_pair(opleidingen.onderwijstype_telling)),
            "opleiding": opleiding,
            "brugklastype": values.text(pairs, _from_pair(opleidingen.brugklastype)),
            "lwoo": opleiding.str.contains("LWOO", regex=False).to_numpy(dtype=bool),
        }
    )


def _from_pair(meaning: Callable[[str, str], str | None]) -> Callable[[str], str | None]:
    """``meaning`` of two texts joined by a bar, so that it is computed once for each pair there is."""
    return lambda pair: meaning(*pair.split("|", 1))


def _unclear(part: Part, rows: pd.DataFrame) -> tuple[Finding, ...]:
    unclear = rows[rows["brugklastype"].isna() & (rows["onderwijstype"] != "vavo")]
    if unclear.empty:
        return ()
    names = ", ".join(sorted(unclear["opleiding"].unique()))
    count = unclear["aantal_upper"].sum()
    message = f"the name of the opleiding does not say who sit together: {count} pupils ({names})"
    return (Finding(part.name, message),)


def leerlingen_vo_totaal(part: Part) -> Rows:
    """Pupils of a vestiging in all, and those at a vavo: table ``kenmerken``."""
    bounds = {
        "leerlingen": part.counts("AANTAL LEERLINGEN"),
        "leerlingen_vavo": part.counts("AANTAL VO LEERLINGEN UITBESTEED AAN VAVO"),
    }
    return Rows({"kenmerken": features(part, "vestiging", part.vestiging(), part.year, bounds)})


def vsv(part: Part) -> Rows:
    """Early school leavers of a vestiging: table ``kenmerken``."""
    columns = {
        "vsv_leerlingen": "AANTAL LEERLINGEN",
        "vsv_totaal": "VSV TOTAAL",
        "vsv_vmbo": "VSV VMBO",
        "vsv_mbo": "VSV MBO",
        "vsv_overig": "VSV OVERIG",
    }
    bounds = {name: part.counts(column) for name, column in columns.items()}
    return Rows({"kenmerken": features(part, "vestiging", part.vestiging(), part.year, bounds)})


# --- exams ------------------------------------------------------------------------------------------


def examens(part: Part) -> Rows:
    """Candidates and passes, wide over school years: table ``examens``.

    The printed pass rate is not read: with it a masked count could be computed back.
    """
    programme = pd.DataFrame(
        {
            "vestiging": part.vestiging(),
            "onderwijstype": part.required(
                "OPLEIDINGSNAAM", opleidingen.onderwijstype_examen, "a programme of vmbo, havo or vwo"
            ),
            "opleiding": part["OPLEIDINGSNAAM"],
        }
    )
    blocks = []
    for year in part.years:
        for sex in ("MAN", "VROUW", "ONBEKEND", "TOTAAL"):
            if f"EXAMENKANDIDATEN SCHOOLJAAR {year} - {sex}" in part:
                columns = [f"{what} SCHOOLJAAR {year} - {sex}" for what in ("EXAMENKANDIDATEN", "GESLAAGDEN")]
                blocks.append(_exam_rows(part, programme, year, sex.lower(), columns))
    rows = summed(pd.concat(blocks, ignore_index=True), ("kandidaten", "geslaagden"))
    return Rows({"examens": rows}, _sex_unsaid(part, rows))


def _sex_unsaid(part: Part, rows: pd.DataFrame) -> tuple[Finding, ...]:
    """How many totals hold more candidates than the printed sexes; since 2019 'onbekend' is not printed."""
    key = ["vestiging", "schooljaar", "opleiding"]
    is_total = rows["geslacht"] == "totaal"
    of_sexes = rows[~is_total].groupby(key)["kandidaten_upper"].sum()
    total = rows[is_total].set_index(key)["kandidaten_lower"]
    more = int((total > of_sexes.reindex(total.index, fill_value=0)).sum())
    message = f"{more} totals, as printed, count more candidates than the sexes together: they stay apart"
    return (Finding(part.name, message),) if more else ()


def _exam_rows(
    part: Part, programme: pd.DataFrame, schooljaar: str, geslacht: str, columns: Sequence[str]
) -> pd.DataFrame:
    """Rows of one school year and sex; a programme that nobody took that year has none."""
    (low, high), (passed_low, passed_high) = (part.counts(column) for column in columns)
    rows = programme.assign(
        schooljaar=repeated(schooljaar, len(programme)),
        geslacht=repeated(geslacht, len(programme)),
        kandidaten_lower=low,
        kandidaten_upper=high,
        geslaagden_lower=passed_low,
        geslaagden_upper=passed_high,
    )
    impossible = np.flatnonzero(passed_low > high)
    if len(impossible):
        place = int(impossible[0])
        raise part.fault(columns[1], place, f"possible with at most {high[place]} candidates")
    return rows[(high > 0) | (passed_high > 0)]


def examenresultaten(part: Part) -> Rows:
    """Results and mean marks over all subjects: tables ``examens`` (sex 'totaal') and ``cijfers``.

    The number of pupils of a mean mark is that of the candidates, the only count in the file.
    """
    programme = pd.DataFrame(
        {
            "vestiging": part.vestiging(),
            "onderwijstype": _leerweg(part),
            "opleiding": _joined(part, ("ONDERWIJSTYPE VO", "LEERWEG VMBO", "VMBO SECTOR", "AFDELING")),
        }
    )
    results = _exam_rows(part, programme, part.year, "totaal", ("EXAMENKANDIDATEN", "GESLAAGDEN"))
    marks = {
        "schoolexamen": "GEMIDDELD CIJFER SCHOOLEXAMEN",
        "centraal examen": "GEMIDDELD CIJFER CENTRAAL EXAMEN",
        "cijferlijst": "GEMIDDELD CIJFER CIJFERLIJST",
    }
    rows = programme.assign(
        schooljaar=repeated(part.year, len(programme)), vak=repeated(_ALLE_VAKKEN, len(programme))
    )
    blocks = [_marks(part, rows, onderdeel, "EXAMENKANDIDATEN", mark) for onderdeel, mark in marks.items()]
    return Rows({"examens": summed(results, ("kandidaten", "geslaagden")), "cijfers": pd.concat(blocks)})


def _leerweg(part: Part) -> pd.Series:
    pairs = part["ONDERWIJSTYPE VO"] + "|" + part["LEERWEG VMBO"]
    found = values.text(pairs, _from_pair(opleidingen.onderwijstype_leerweg))
    unread = np.flatnonzero(found.isna())
    if len(unread):
        raise part.fault("LEERWEG VMBO", int(unread[0]), "BL, KL, GL or TL, or blank, of a HAVO, VWO or VMBO")
    return found


def _joined(part: Part, columns: Sequence[str]) -> pd.Series:
    """The texts of the columns that are not blank, with a dash between them."""
    cells = part[columns[0]]
    for column in columns[1:]:
        cells = cells + "|" + part[column]
    return values.text(cells, lambda text: " - ".join(bit.strip() for bit in text.split("|") if bit.strip()))


def _marks(part: Part, programme: pd.DataFrame, onderdeel: str, count: str, mark: str) -> pd.DataFrame:
    """Rows of ``cijfers`` for one kind of mark; ``,0``, blank and ``NA`` are no mark."""
    lower, upper = part.counts(count)
    numbers = part.numbers(mark)
    rows = programme.assign(
        onderdeel=repeated(onderdeel, len(programme)), aantal_lower=lower, aantal_upper=upper, cijfer=numbers
    )
    return rows[numbers > 0]


def examencijfers(part: Part) -> Rows:
    """Mean marks per subject: table ``cijfers``.

    The marks that count for all who took the exam, also those outside the diploma. The list of marks
    has no count of its own: it takes that of the schoolexamen, or where nobody sat one that of the
    centraal examen. The rekentoets has
    a mean but no count at all: it is left out, with a finding.
    """
    rows = pd.DataFrame(
        {
            "vestiging": part.vestiging(),
            "schooljaar": part.required("SCHOOLJAAR", values.schooljaar, "a school year, or its first year"),
            "onderwijstype": _onderwijstype(part),
            "opleiding": part["ONDERWIJSTYPE VO"],
            "vak": part.required("VAKNAAM", values.blank_to_missing, "the name of a subject"),
        }
    )
    school, central = "TOTAAL AANTAL SCHOOLEXAMENS MET CIJFER", "TOTAAL AANTAL CENTRALE EXAMENS"
    listed = _marks(part, rows, "cijferlijst", school, "GEM. CIJFER CIJFERLIJST")
    unsat = listed["aantal_upper"] == 0
    for column, bound in zip(("aantal_lower", "aantal_upper"), part.counts(central), strict=True):
        listed[column] = listed[column].where(~unsat, bound[listed.index])
    blocks = [
        _marks(part, rows, "schoolexamen", school, "GEM. CIJFER TOTAAL AANTAL SCHOOLEXAMENS"),
        _marks(part, rows, "centraal examen", central, "GEM. CIJFER TOTAAL AANTAL CENTRALE EXAMENS"),
        listed,
    ]
    return Rows({"cijfers": pd.concat(blocks)}, _rekentoets(part))


def _onderwijstype(part: Part) -> pd.Series:
    return part.required(
        "ONDERWIJSTYPE VO", lambda name: opleidingen.onderwijstype_leerweg(name, ""), "HAVO, VWO or VMBO"
    )


def _rekentoets(part: Part) -> tuple[Finding, ...]:
    count = int((part.numbers("GEM. CIJFER REKENTOETS") > 0).sum())
    message = f"{count} mean marks of the rekentoets left out: the file does not say of how many pupils"
    return (Finding(part.name, message),) if count else ()
