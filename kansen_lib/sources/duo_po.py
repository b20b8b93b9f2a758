"""DUO files of the primair onderwijs: schooladviezen, test scores, referentieniveaus, home postcodes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.sources import layouts, values
from kansen_lib.sources.part import Part, missing_text
from kansen_lib.sources.reading import Finding, Rows
from kansen_lib.sources.tables import Bounds, exact, features, spread, summed

_ADVIES = {
    name: name.lower().replace(" ", "-", 1).replace(" ", "/") if name.startswith("VMBO") else name.lower()
    for name in layouts.ADVIES_COLUMNS
} | {"HAVO VWO": "havo/vwo", "ADVIES NIET MOGELIJK": "niet mogelijk"}
#: From this school year on, the third party wrote 2 for every masked count.
_MASKED_AS_TWO_FROM = "2022-2023"
#: What identifies a row of pupils by home postcode.
_PLACE = [
    *("PEILDATUM", "INSTELLINGSCODE", "VESTIGINGSCODE", "SOORT PO"),
    *("POSTCODE LEERLING", "GEMEENTENAAM LEERLING"),
]
_AGES = {"LEEFTIJD JONGER": "<4", "LEEFTIJD OUDER": ">24"} | {
    f"LEEFTIJD {age}": str(age) for age in range(4, 25)
}


# --- schooladviezen ---------------------------------------------------------------------------------


def schooladviezen(part: Part) -> Rows:
    """Schooladviezen per vestiging: table ``adviezen_po``."""
    vestiging = part.vestiging()
    school = pd.DataFrame({"brin": vestiging.str[:4], "vestiging": vestiging, "gemeente": _gemeente(part)})
    school["schooljaar"] = part.schooljaar("PEILDATUM LEERLINGEN")
    bounds = {name: part.counts(name) for name in layouts.ADVIES_COLUMNS}
    return Rows({"adviezen_po": _adviezen(school, bounds)})


def schooladviezen_afgeleid(part: Part) -> Rows:
    """Schooladviezen per BRIN, as a third party derived them: table ``adviezen_po``.

    From 2022-2023 on it holds a 2 wherever DUO printed ``<5``: such a 2 is [1, 4].
    """
    schooljaar = part.required("SCHOOLJAAR", values.schooljaar, "a school year as 2019-2020")
    school = pd.DataFrame(
        {
            "brin": part.required("INSTELLINGSCODE", values.blank_to_missing, "a BRIN"),
            "vestiging": missing_text(len(schooljaar)),
            "gemeente": _gemeente(part),
            "schooljaar": schooljaar,
        }
    )
    masked_years = (schooljaar >= _MASKED_AS_TWO_FROM).to_numpy()
    bounds, masked = {}, 0
    for name in layouts.ADVIES_COLUMNS:
        lower, upper = part.counts(name)
        is_mask = masked_years & (lower == 2) & (upper == 2)
        masked += int(is_mask.sum())
        bounds[name] = np.where(is_mask, 1, lower), np.where(is_mask, 4, upper)
    message = f"{masked} counts of 2 from {_MASKED_AS_TWO_FROM} on stand for '<5' and are read as 1 to 4"
    return Rows({"adviezen_po": _adviezen(school, bounds)}, (Finding(part.name, message),) if masked else ())


def _gemeente(part: Part) -> pd.Series:
    return part.optional("GEMEENTENAAM", values.gemeente)


def _adviezen(school: pd.DataFrame, bounds: dict[str, Bounds]) -> pd.DataFrame:
    """Long over advies, without the adviezen that nobody had."""
    school = school.assign(regime=values.text(school["schooljaar"], codes.regime))
    blocks = []
    for name, (lower, upper) in bounds.items():
        block = school.assign(aantal_lower=lower, aantal_upper=upper)[upper > 0]
        blocks.append(block.assign(advies=_ADVIES[name]))
    return summed(pd.concat(blocks, ignore_index=True), ("aantal",))


# --- test scores and referentieniveaus --------------------------------------------------------------


def eindscores(part: Part) -> Rows:
    """Number of pupils and mean score per supplier: table ``kenmerken``.

    The name of a feature says the supplier, for scales differ, and the regime (eindtoets or
    doorstroomtoets), for no line runs from one into the other.
    """
    schooljaar = part.schooljaar("PEILDATUM LEERLINGEN")
    tests = _tests(part)
    blocks = []
    regimes = values.text(schooljaar, codes.regime)
    for regime in sorted(regimes.unique()):
        now = (regimes == regime).to_numpy()
        bounds = {f"{regime.replace(' ', '_')}_{name}": _only(now, *ends) for name, ends in tests.items()}
        bounds |= {name: _only(now, *ends) for name, ends in _groep_8(part).items()}
        blocks.append(features(part, "vestiging", part.vestiging(), schooljaar, bounds))
    return Rows({"kenmerken": pd.concat(blocks)}, _unsaid(part, tests))


def _unsaid(part: Part, tests: dict[str, Bounds]) -> tuple[Finding, ...]:
    means = [name for name in tests if name.endswith("_gemiddelde")]
    counts = [name.replace("_gemiddelde", "_aantal") for name in means]
    pairs = zip(means, counts, strict=True)
    unsaid = sum(int((np.isnan(tests[mean][0]) & ~np.isnan(tests[count][0])).sum()) for mean, count in pairs)
    message = f"{unsaid} mean scores are not given though pupils took the test: count kept, mean missing"
    return (Finding(part.name, message),) if unsaid else ()


def _tests(part: Part) -> dict[str, Bounds]:
    """Count and mean of each supplier; missing where nobody took that test."""
    found = {}
    for name in layouts.SUPPLIERS:
        if f"{name} AANTAL" in part:
            lower, upper = part.counts(f"{name} AANTAL")
            means = part.numbers(f"{name} GEM")
            found[f"{name.lower()}_aantal"] = _only(upper > 0, lower, upper)
            found[f"{name.lower()}_gemiddelde"] = exact(np.where(means > 0, means, np.nan))
    return found


def _groep_8(part: Part) -> dict[str, Bounds]:
    columns = {"leerlingen_leerjaar_8": "LEERJAAR 8", "ontheffing_reden_nd": "ONTHEFFING REDEN ND"}
    return {name: part.counts(column) for name, column in columns.items() if column in part}


def _only(keep: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> Bounds:
    return np.where(keep, lower, np.nan), np.where(keep, upper, np.nan)


def referentieniveaus(part: Part) -> Rows:
    """Pupils per referentieniveau reached: table ``kenmerken``."""
    bounds = {
        f"referentieniveau_{name.lower().replace(' ', '_')}": part.counts(name)
        for name in layouts.REFERENTIENIVEAUS
    }
    rows = features(part, "vestiging", part.vestiging(), part.schooljaar("PEILDATUM"), bounds)
    return Rows({"kenmerken": rows})


# --- home postcodes ---------------------------------------------------------------------------------


def leerlingen_po_postcode(part: Part) -> Rows:
    """Pupils per home PC4 and age: table ``herkomst_postcode``."""
    double = np.flatnonzero(part.frame.duplicated(_PLACE))
    if len(double):
        expected = "the only row of this school and postcode: an earlier one has other counts"
        raise part.fault("POSTCODE LEERLING", int(double[0]), expected)
    ages = list(_AGES)
    bounds = [part.counts(age) for age in ages]
    lower, upper = (np.concatenate([pair[end] for pair in bounds]) for end in (0, 1))
    keep = np.flatnonzero(upper)
    row, age = keep % len(part.frame), keep // len(part.frame)
    school = pd.DataFrame(
        {
            "vestiging": part.vestiging(),
            "schooljaar": part.schooljaar("PEILDATUM"),
            "soort": part.required("SOORT PO", values.blank_to_missing, "Bo, Sbo, So or Vso"),
            "pc4": part.optional("POSTCODE LEERLING", values.pc4),
        }
    )
    rows = school.take(row).reset_index(drop=True)
    rows["leeftijd"] = spread([_AGES[name] for name in ages], age)
    rows["aantal_lower"], rows["aantal_upper"] = lower[keep], upper[keep]
    return Rows({"herkomst_postcode": summed(rows, ("aantal",))}, _abroad(part, rows))


def _abroad(part: Part, rows: pd.DataFrame) -> tuple[Finding, ...]:
    count = rows.loc[rows["pc4"].isna(), "aantal_upper"].sum()
    message = f"{count} pupils live abroad or at an unknown postcode: their pc4 is missing"
    return (Finding(part.name, message),) if count else ()
