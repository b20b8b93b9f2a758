"""CBS files: achterstandsscores, key figures of postcodes, education level and SES-WOA of areas."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

from kansen_lib.sources import values
from kansen_lib.sources.part import Part
from kansen_lib.sources.reading import Finding, Refused, Rows
from kansen_lib.sources.tables import exact, features

_SECRET = "-99997"
_FEW = "hoogstens 40 leerlingen: onbetrouwbaar"
_AREAS = {"NL": "land", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}


def _year_above(part: Part) -> str:
    """The year in the lines over a header."""
    for cells in part.above:
        found = re.search(r"\b1 (?:oktober|januari) (20\d\d)\b", " ".join(cells))
        if found:
            return found[1]
    raise Refused("has no date such as '1 oktober 2019' above its header, so the year is unknown")


# --- achterstandsscores -----------------------------------------------------------------------------


def achterstandsscores(part: Part) -> Rows:
    """Achterstandsscore and number of pupils that it rests on: table ``kenmerken``."""
    schools = _schools(part)
    bounds = {
        "achterstandsscore": exact(schools.numbers("ACHTERSTANDSSCORE")),
        "bekostigde_leerlingen": exact(schools.numbers("AANTAL BEKOSTIGDE LEERLINGEN")),
    }
    return _scores(schools, bounds, {"achterstandsscore": "a"})


def achterstandsscores_zonder_drempel(part: Part) -> Rows:
    """Achterstandsscore without threshold, of all, lower and upper years: table ``kenmerken``."""
    schools = _schools(part)
    name, column = "achterstandsscore_zonder_drempel", "ACHTERSTANDSSCORE ZONDER DREMPEL"
    bounds = {
        name: exact(schools.numbers(column)),
        f"{name}_onderbouw": exact(schools.numbers(f"{column} (ONDERBOUW)")),
        f"{name}_bovenbouw": exact(schools.numbers(f"{column} (BOVENBOUW)")),
    }
    return _scores(schools, bounds, dict(zip(bounds, "abc", strict=True)))


def _schools(part: Part) -> Part:
    """The rows of schools: without blank rows and footnotes under the table."""
    code = part["SCHOOL (BRIN VESTIGING)"].str.strip()
    is_school = code.str.fullmatch(r"[0-9A-Z]{4}\d{2}")
    other = np.flatnonzero(~(is_school | (code == "") | code.str.match(r"Bron|[abc] ")))
    if len(other):
        raise part.fault("SCHOOL (BRIN VESTIGING)", int(other[0]), "a BRIN and two digits, or a footnote")
    return part.where(is_school)


def _scores(part: Part, bounds: dict, letters: dict[str, str]) -> Rows:
    notes = {
        name: part.optional("", lambda cell, letter=letter: f"{letter}: {_FEW}" if letter in cell else None)
        for name, letter in letters.items()
    }
    code = part["SCHOOL (BRIN VESTIGING)"].str.strip()
    return Rows({"kenmerken": features(part, "vestiging", code, _year_above(part), bounds, notes)})


# --- areas ------------------------------------------------------------------------------------------


def pc4(part: Part) -> Rows:
    """All key figures of a PC4: table ``kenmerken``; a secret figure has no row."""
    units = part.frame.iloc[0]
    codes = values.text(part["POSTCODE-4"], values.pc4)
    areas = part.where(codes.notna())
    names = _feature_names(part, list(units))
    bounds = {name: exact(areas.numbers(column)) for column, name in names.items()}
    secret = int((areas.frame[list(names)] == _SECRET).to_numpy().sum())
    rows = features(part, "pc4", codes[codes.notna()].reset_index(drop=True), _year_above(part), bounds)
    total = areas.frame[list(names)].size
    message = f"{secret} of {total} figures are secret (0 to 4, or withheld) and have no row"
    return Rows({"kenmerken": rows}, (Finding(part.name, message),))


def _feature_names(part: Part, units: list[str]) -> dict[str, str]:
    """Column to feature: topic and label of the stacked header, and the unit where it is % or km."""
    topic, kind = (list(row) for row in part.above[-2:])
    names: dict[str, str] = {}
    for at, column in enumerate(part.frame.columns):
        topic[at] = topic[at] or (topic[at - 1] if at else "")
        label = column.split(" #")[0]
        if not label or label.startswith("GEDURENDE"):  # "gedurende 2023" says when, not what
            label = kind[at]
        if at:
            prefix = "" if topic[at].upper() in ("VOORZIENINGEN", "DICHTHEID") else topic[at].split(",")[0]
            names[column] = _snake(f"{prefix} {label}") + {"%": "_pct", "km": "_km"}.get(units[at], "")
    if len(set(names.values())) < len(names):
        raise Refused("has two columns with the same labels in its stacked header")
    return names


def _snake(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", _mended(plain)).strip("_")


def _mended(label: str) -> str:
    """Two misspellings of the publisher mended, so that the names of a kind are alike."""
    return label.replace("dichtsbij", "dichtstbij").replace("huurcoporatie", "huurcorporatie")


def opleidingsniveau(part: Part) -> Rows:
    """Residents per education level of the country, gemeenten, wijken and buurten: table ``kenmerken``."""
    bounds = {
        f"inwoners_opleiding_{level.lower()}": exact(part.numbers(f"OPLEIDINGSNIVEAU{level}"))
        for level in ("LAAG", "MIDDELBAAR", "HOOG")
    }
    soort, eenheid = _areas(part, "CODERING")
    return Rows({"kenmerken": features(part, soort, eenheid, part.year, bounds)})


def ses_woa(part: Part) -> Rows:
    """SES-WOA and what it is made of: table ``kenmerken``."""
    columns = {
        "particuliere_huishoudens": "PARTICULIERE HUISHOUDENS (AANTAL)",
        "opleiding_laag_pct": "OPLEIDINGSNIVEAU/LAAG/WAARDE (%)",
        "opleiding_middelbaar_pct": "OPLEIDINGSNIVEAU/MIDDELBAAR/WAARDE (%)",
        "opleiding_hoog_pct": "OPLEIDINGSNIVEAU/HOOG/WAARDE (%)",
        "ses_woa": "SES-WOA/TOTAALSCORE/GEMIDDELDE SCORE (GETAL)",
        "ses_woa_spreiding": "SPREIDING/SPREIDING TOTAAL/WAARDE (GETAL)",
    }
    bounds = {name: exact(part.numbers(column)) for name, column in columns.items()}
    soort, eenheid = _areas(part, "REGIOCODE (GEMEENTE, WIJK, BUURT) (CODE)")
    jaar = part.required("PERIODEN", lambda cell: cell if re.fullmatch(r"\d{4}", cell) else None, "a year")
    return Rows({"kenmerken": features(part, soort, eenheid, jaar, bounds)})


def _areas(part: Part, column: str) -> tuple[pd.Series, pd.Series]:
    """Kind of area and its code without the letters: ``GM0363`` is gemeente 0363."""
    expected = "a code of the country (NL), a gemeente (GM), wijk (WK) or buurt (BU)"
    soort = part.required(column, lambda cell: _AREAS.get(cell.strip()[:2]), expected)
    eenheid = values.text(part[column], lambda cell: "NL" if cell.startswith("NL") else cell.strip()[2:])
    return soort, eenheid


# --- postcode to gemeente ---------------------------------------------------------------------------


def pc4_gemeente(part: Part) -> Rows:
    """The gemeente of a PC4 is text, which ``kenmerken`` cannot hold: see :func:`gemeente_of_pc4`."""
    return Rows({})


def gemeente_of_pc4(part: Part) -> pd.Series:
    """Gemeente by PC4; it fills a missing gemeente of a vestiging."""
    code = part.required("PC4", values.pc4, "a PC4")
    return pd.Series(part.optional("GEMEENTENAAM 2017", values.gemeente).to_numpy(), index=code).dropna()
