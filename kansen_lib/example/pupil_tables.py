"""The tables with a row a pupil, cut by vestiging: leerlingen, loopbaan, toetsen, deelname."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.example import background
from kansen_lib.example import calibration as cal
from kansen_lib.example import parameters as par
from kansen_lib.example.careers import AFLOOP
from kansen_lib.example.geography import Block
from kansen_lib.example.population import Population
from kansen_lib.example.scores import DOMAINS
from kansen_lib.example.text import labels, numbered

UNKNOWN, DIPLOMA = AFLOOP["onbekend"], AFLOOP["diploma"]


def pseudonyms(numbers: np.ndarray) -> pd.Series:
    """Pseudonym of each pupil: an L and the number within the region."""
    return numbered("L", numbers, 7)


def split(frame: pd.DataFrame, vestiging: np.ndarray, block: Block) -> Iterator[pd.DataFrame]:
    """The part of each vestiging, in order; a vestiging without rows gives an empty part."""
    order = np.argsort(vestiging, kind="stable")
    edges = np.searchsorted(vestiging[order], np.arange(block.size + 1))
    frame = frame.take(order)
    for start, end in zip(edges, edges[1:], strict=False):
        yield frame.iloc[start:end].reset_index(drop=True)


def leerlingen(population: Population) -> Iterator[pd.DataFrame]:
    """Pupils as they entered, with some values missing as in life."""
    block, pupils = population.block, population.pupils
    known = _known(population)
    frame = pd.DataFrame(
        {
            "leerling": pseudonyms(population.numbers),
            "cohort": labels(par.COHORTS, pupils["cohort"]),
            "vestiging": labels(block.vestigingen, pupils["vestiging"]),
            "basisschool": labels(block.basisscholen, known["basisschool"]),
            "geslacht": labels(codes.GESLACHT.codes, pupils["geslacht"]),
            "opleiding_ouders": labels(codes.OPLEIDING_OUDERS.codes, known["opleiding"]),
            "inkomenskwintiel": labels(codes.INKOMENSKWINTIEL.codes, known["inkomenskwintiel"]),
            "herkomst": labels(codes.HERKOMST.codes, known["herkomst"]),
            "verblijfsduur_moeder": labels(codes.VERBLIJFSDUUR.codes, known["verblijfsduur_moeder"]),
            "schuldsanering": labels(codes.JA_NEE.codes, known["schuldsanering"]),
            "minimaregeling": labels(codes.JA_NEE.codes, np.full(len(pupils), -1)),
            "thuistaal": labels(codes.THUISTAAL.codes, known["thuistaal"]),
            "nieuwkomer": labels(codes.JA_NEE.codes, known["nieuwkomer"]),
            "pc4": labels(block.pc4, known["pc4"]),
            "stedelijkheid": labels(codes.STEDELIJKHEID.codes, known["stedelijkheid"]),
            "regime": labels([codes.regime(year) for year in par.GROEP8], pupils["cohort"]),
            "advies_eerste": labels(par.LADDER, known["first"]),
            "toetsscore": pupils["score"],
            "toetsadvies": labels(codes.TOETSADVIES.codes, pupils["test"]),
            "advies_definitief": labels(par.LADDER, known["definitive"]),
        }
    )
    return split(frame, pupils["vestiging"].to_numpy(), block)


def _known(population: Population) -> dict[str, np.ndarray]:
    """Values that can be missing, with -1 where they are."""
    pupils, rng = population.pupils, population.block.rng(40)
    columns = {
        "basisschool": "basisschool",
        "inkomenskwintiel": "inkomen",
        "herkomst": "herkomst",
        "pc4": "pc4",
    }
    found = {}
    for name, column in columns.items():
        missing = rng.random(len(pupils)) < par.MISSING[name]
        found[name] = np.where(missing, -1, pupils[column])
    opleiding = pupils["opleiding"].to_numpy()
    missing = rng.random(len(pupils)) < np.array(par.MISSING_OPLEIDING)[opleiding]
    found["opleiding"] = np.where(missing, -1, opleiding)
    found["stedelijkheid"] = np.where(found["pc4"] < 0, -1, pupils["stedelijkheid"])
    missing = rng.random(len(pupils)) < par.MISSING_ADVICE
    for name in ("first", "definitive"):
        found[name] = np.where(missing, -1, pupils[name])
    return found | background.known(population.block, pupils)


def loopbaan(population: Population) -> Iterator[pd.DataFrame]:
    """A row for each pupil and school year, up to the last year that can be seen."""
    block, careers, cohort = population.block, population.careers, population.pupils["cohort"].to_numpy()
    row, year = np.nonzero(
        (careers.leerjaar > 0) & (cohort[:, None] + np.arange(careers.leerjaar.shape[1]) < _YEARS)
    )
    schooljaar, leerjaar = cohort[row] + year, careers.leerjaar[row, year]
    afloop = careers.afloop[row, year]
    # On the last 1 October nobody knows yet how the year ends, but for who got a diploma.
    afloop = np.where((schooljaar == _YEARS - 1) & (afloop != DIPLOMA), UNKNOWN, afloop)
    niveau = careers.niveau[row, year]
    vestiging = careers.vestiging[row, year]
    frame = pd.DataFrame(
        {
            "leerling": pseudonyms(population.first + row),
            "vestiging": labels(block.vestigingen, vestiging),
            "schooljaar": labels(par.SCHOOLJAREN, schooljaar),
            "leerjaar": leerjaar.astype(np.int64),
            "niveau": labels(codes.BRUGKLASTYPE.codes, niveau),
            "klas": _klas(leerjaar, niveau, population.klas[row, year]),
            "afloop": labels(codes.AFLOOP.codes, afloop),
        }
    )
    return split(frame, vestiging, block)


_YEARS = len(par.SCHOOLJAREN)


def _klas(leerjaar: np.ndarray, niveau: np.ndarray, number: np.ndarray) -> pd.Series:
    """Name of a class: leerjaar, niveau and number, e.g. ``"1 havo/vwo 2"``."""
    kinds = codes.BRUGKLASTYPE.codes
    most = int(number.max())
    names = [f"{year} {kind} {place + 1}" for year in range(1, 7) for kind in kinds for place in range(most)]
    return labels(names, ((leerjaar.astype(int) - 1) * len(kinds) + niveau) * most + number - 1)


def toetsen(population: Population) -> Iterator[pd.DataFrame]:
    """Scores of all moments, long."""
    block, pupils, scores = population.block, population.pupils, population.scores
    cohort, parts, places = pupils["cohort"].to_numpy(), [], []
    for moment, values in scores.moments.items():
        year = scores.year[moment]
        domains = (*DOMAINS, "totaal")[: values.shape[1]]
        row, domain = np.nonzero(~np.isnan(values))
        here = np.where(
            year[row] < 0, pupils["vestiging"].to_numpy()[row], population.careers.vestiging[row, year[row]]
        )
        # Groep 8 is the school year before entry: one place before the first cohort's own.
        schooljaar = np.where(year[row] < 0, -1, year[row]) + cohort[row]
        seen = schooljaar < _YEARS
        parts.append(
            pd.DataFrame(
                {
                    "leerling": pseudonyms(population.first + row),
                    "vestiging": labels(block.vestigingen, here),
                    "schooljaar": labels(
                        (par.GROEP8[0], *par.SCHOOLJAREN), np.minimum(schooljaar, _YEARS - 1) + 1
                    ),
                    "moment": moment,
                    "domein": labels(domains, domain),
                    "score": values[row, domain],
                    "referentieniveau": _referentieniveau(moment, domain, values[row, domain]),
                }
            )[seen]
        )
        places.append(here[seen])
    return split(pd.concat(parts, ignore_index=True), np.concatenate(places), block)


def _referentieniveau(moment: str, domain: np.ndarray, score: np.ndarray) -> pd.Series:
    """Level that a score reaches: of taal and rekenen in groep 8, of nothing else."""
    if moment != "groep 8":
        return labels(codes.REFERENTIENIVEAU.codes, np.full(len(score), -1))
    cuts = np.vstack([cal.calibrate().reference, [np.nan, np.nan]])[domain]
    reached = (score[:, None] >= cuts).sum(axis=1)
    return labels(codes.REFERENTIENIVEAU.codes, np.where(domain < len(DOMAINS), reached, -1))


def deelname(population: Population) -> Iterator[pd.DataFrame]:
    """Who was assigned to an intervention and took part, of all pupils in its scope."""
    block, vestiging, cohort = (
        population.block,
        population.pupils["vestiging"].to_numpy(),
        population.pupils["cohort"],
    )
    parts, places = [], []
    for name, trial in population.scores.trials.items():
        row = np.flatnonzero(trial.scope)
        parts.append(
            pd.DataFrame(
                {
                    "leerling": pseudonyms(population.first + row),
                    "vestiging": labels(block.vestigingen, vestiging[row]),
                    "interventie": name,
                    "schooljaar": labels(par.COHORTS, cohort.to_numpy()[row]),
                    "toegewezen": trial.assigned[row],
                    "deelgenomen": trial.took_part[row],
                    "dosis": trial.dose[row],
                }
            )
        )
        places.append(vestiging[row])
    return split(pd.concat(parts, ignore_index=True), np.concatenate(places), block)
