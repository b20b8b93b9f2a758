"""The tables that DUO and CBS would publish of the region, counted from the same pupils.

The pupil tables hold six cohorts; a real count of 1 October holds everybody. Pupils of other entry
years are therefore drawn, with replacement, from the nearest cohort: they are counted here and have
no rows of their own. No corona rules: pass rates are those of 2023 in every year.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.example import opleidingen
from kansen_lib.example import parameters as par
from kansen_lib.example.careers import AFLOOP, YEARS
from kansen_lib.example.population import Population
from kansen_lib.example.pupil_tables import split
from kansen_lib.example.text import labels

#: From these school years on DUO masks counts under five, in each kind of file.
MASKED_FROM = {"examens": "2019-2020", "adviezen_po": "2022-2023"}
LAST_COHORT = len(par.COHORTS) - 1
SEX = {"man": 0, "vrouw": 1, "totaal": 2}


def bounds(count: np.ndarray, masked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bound of counts: 1 and 4 for one to four pupils where counts are masked."""
    few = masked & (count > 0) & (count < 5)
    return np.where(few, 1, count).astype(np.int64), np.where(few, 4, count).astype(np.int64)


def is_masked(kind: str, schooljaar: pd.Series) -> np.ndarray:
    """Whether DUO masks counts of this kind of file in each school year."""
    return (schooljaar >= MASKED_FROM[kind]).to_numpy()


def enrolments(population: Population) -> pd.DataFrame:
    """A row for each pupil and school year that a count of 1 October sees, of all entry years."""
    cohort, careers = population.pupils["cohort"].to_numpy(), population.careers
    rng, last = population.block.rng(60), len(par.SCHOOLJAREN)
    parts = []
    for entry in range(1 - YEARS, last):
        members = np.flatnonzero(cohort == min(max(entry, 0), LAST_COHORT))
        if not 0 <= entry <= LAST_COHORT:
            members = rng.choice(members, size=len(members))
        years = np.arange(max(0, -entry), min(YEARS, last - entry))
        row, year = np.repeat(members, len(years)), np.tile(years, len(members))
        present = careers.leerjaar[row, year] > 0
        parts.append(np.column_stack([row, year, year + entry])[present])
    row, year, schooljaar = np.concatenate(parts).T
    names = ("vestiging", "leerjaar", "niveau", "level")
    found = pd.DataFrame({name: getattr(careers, name)[row, year].astype(np.int64) for name in names})
    found["schooljaar"] = schooljaar
    found["geslacht"] = population.pupils["geslacht"].to_numpy()[row]
    found["exam"] = careers.exam_year[row, year]
    found["passed"] = careers.afloop[row, year] == AFLOOP["diploma"]
    return found.join(opleidingen.choices(population, row))


def aantallen(population: Population, rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Pupils on 1 October; ``rows`` as :func:`enrolments` gives them."""
    rows = rows.assign(programme=opleidingen.programmes(rows))
    keys = ["vestiging", "schooljaar", "programme", "leerjaar", "geslacht"]
    counts = rows.groupby(keys).size().rename("aantal").reset_index()
    meaning = opleidingen.meaning(counts["programme"])
    count = counts["aantal"].to_numpy()
    lower, upper = bounds(count, np.zeros(len(count), dtype=bool))
    frame = pd.DataFrame(
        {
            "vestiging": labels(population.block.vestigingen, counts["vestiging"]),
            "schooljaar": labels(par.SCHOOLJAREN, counts["schooljaar"]),
            **meaning,
            "leerjaar": counts["leerjaar"],
            "geslacht": labels(codes.GESLACHT.codes, counts["geslacht"]),
            "aantal_lower": lower,
            "aantal_upper": upper,
        }
    )
    keys = [
        "vestiging",
        "schooljaar",
        "onderwijstype",
        "opleiding",
        "brugklastype",
        "lwoo",
        "leerjaar",
        "geslacht",
    ]
    frame = frame.groupby(keys, dropna=False, as_index=False, sort=True).sum()
    place = {code: number for number, code in enumerate(population.block.vestigingen)}
    return split(frame, frame["vestiging"].map(place).to_numpy(), population.block)


def examens(population: Population, rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Candidates and passes per programme and sex, with totals, masked as DUO does."""
    rows = rows[rows["exam"]]
    rows = rows.assign(programme=opleidingen.exam_programmes(rows))
    both = pd.concat([rows, rows.assign(geslacht=SEX["totaal"])], ignore_index=True)
    keys = ["vestiging", "schooljaar", "programme", "geslacht"]
    counts = both.groupby(keys)["passed"].agg(["size", "sum"]).reset_index()
    onderwijstype, opleiding = opleidingen.exam_meaning(counts["programme"])
    schooljaar = labels(par.SCHOOLJAREN, counts["schooljaar"])
    masked = is_masked("examens", schooljaar)
    candidates, passes = bounds(counts["size"].to_numpy(), masked), bounds(counts["sum"].to_numpy(), masked)
    frame = pd.DataFrame(
        {
            "vestiging": labels(population.block.vestigingen, counts["vestiging"]),
            "schooljaar": schooljaar,
            "onderwijstype": onderwijstype,
            "opleiding": opleiding,
            "geslacht": labels(list(SEX), counts["geslacht"]),
            "kandidaten_lower": candidates[0],
            "kandidaten_upper": candidates[1],
            "geslaagden_lower": passes[0],
            "geslaagden_upper": np.minimum(passes[1], candidates[1]),
        }
    )
    return split(frame, counts["vestiging"].to_numpy(), population.block)


def adviezen_po(population: Population) -> pd.DataFrame:
    """Definitive adviezen of each basisschool and groep 8."""
    block, pupils = population.block, population.pupils
    counts = pupils.groupby(["basisschool", "cohort", "definitive"]).size().rename("aantal").reset_index()
    schooljaar = labels(par.GROEP8, counts["cohort"])
    lower, upper = bounds(counts["aantal"].to_numpy(), is_masked("adviezen_po", schooljaar))
    code = labels(block.basisscholen, counts["basisschool"])
    return pd.DataFrame(
        {
            "brin": code.str[:4],
            "vestiging": code,
            "gemeente": labels(block.gemeente_names, _gemeente(population, counts["basisschool"])),
            "schooljaar": schooljaar,
            "regime": labels([codes.regime(year) for year in par.GROEP8], counts["cohort"]),
            "advies": labels(par.LADDER, counts["definitive"]),
            "aantal_lower": lower,
            "aantal_upper": upper,
        }
    )


def _gemeente(population: Population, basisschool: pd.Series) -> np.ndarray:
    return population.block.pc4_gemeente[population.block.basisschool_pc4[basisschool]]


def herkomst_postcode(population: Population) -> pd.DataFrame:
    """Pupils of groep 8 per basisschool and home PC4."""
    block = population.block
    counts = population.pupils.groupby(["basisschool", "cohort", "pc4"]).size().rename("aantal").reset_index()
    return pd.DataFrame(
        {
            "vestiging": labels(block.basisscholen, counts["basisschool"]),
            "schooljaar": labels(par.GROEP8, counts["cohort"]),
            "soort": "Bo",
            "pc4": labels(block.pc4, counts["pc4"]),
            "leeftijd": "11",
            "aantal_lower": counts["aantal"],
            "aantal_upper": counts["aantal"],
        }
    )
