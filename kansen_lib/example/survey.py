"""A short survey: who feels at home, what is expected of pupils, which definition people hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.example import parameters as par
from kansen_lib.example.population import Population
from kansen_lib.example.pupil_tables import pseudonyms
from kansen_lib.example.text import labels, numbered

SCALES = ("verbondenheid", "verwachtingen")
#: At most so many respondents a pupil, staff included: it keeps the pseudonyms of blocks apart.
RESPONDENTS_PER_PUPIL = 3
#: The scales that each role answers.
ASKED = {"leerling": SCALES, "ouder": SCALES[:1], "leraar": SCALES, "schoolleiding": SCALES[1:]}


def enquete(population: Population) -> Iterator[pd.DataFrame]:
    """Answers of each vestiging, long; in the school year in which all four cohorts are there."""
    block, rng = population.block, population.block.rng(50)
    year = par.SCHOOLJAREN.index(par.SURVEY_YEAR) - population.pupils["cohort"].to_numpy()
    here = population.careers.vestiging[np.arange(len(year)), year]
    climate = par.SURVEY_SD_SCHOOL * rng.standard_normal((block.size, len(SCALES)))
    first = 0
    for place in range(block.size):
        present = np.flatnonzero(here == place)
        asked = np.sort(rng.permutation(present)[: rng.integers(60, 121)])
        roles = _roles(len(asked), len(present), rng)
        latent = climate[place] + rng.standard_normal((len(roles), len(SCALES)))
        opleiding = population.pupils["opleiding"].to_numpy()[asked]
        latent[: len(asked), 1] += np.array(par.SURVEY_ON_OPLEIDING)[opleiding]
        number = population.first * RESPONDENTS_PER_PUPIL + first + np.arange(len(roles))
        frame = _answers(number, roles, latent, rng)
        frame["leerling"] = pseudonyms(population.first + asked).reindex(frame.pop("place")).to_numpy()
        frame["vestiging"], frame["schooljaar"] = block.vestigingen[place], par.SURVEY_YEAR
        yield frame
        first += len(roles)


def _roles(pupils: int, present: int, rng: np.random.Generator) -> np.ndarray:
    """Role of each respondent (place in RESPONDENT): the pupils first."""
    small = max(1, present // 40)
    number = {
        "leerling": pupils,
        "ouder": min(int(rng.integers(30, 51)), present),
        "leraar": min(int(rng.integers(15, 26)), small + 3),
        "schoolleiding": min(int(rng.integers(3, 6)), small),
    }
    return np.repeat([codes.RESPONDENT.codes.index(role) for role in number], list(number.values()))


def _answers(
    number: np.ndarray, roles: np.ndarray, latent: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Rows of all items of all respondents; ``place`` is the row of the respondent."""
    parts = [_definitie(roles, rng)]
    for column, scale in enumerate(SCALES):
        asked = [place for place, role in enumerate(codes.RESPONDENT.codes) if scale in ASKED[role]]
        who = np.flatnonzero(np.isin(roles, asked))
        parts.append(_scale(who, scale, latent[who, column], rng))
    rows = pd.concat(parts, ignore_index=True).sort_values("place", kind="stable", ignore_index=True)
    rows["respondent"] = numbered("R", number[rows["place"]], 7)
    rows["rol"] = labels(codes.RESPONDENT.codes, roles[rows["place"]])
    return rows


def _definitie(roles: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    shares = np.cumsum([par.SURVEY_DEFINITIE[role] for role in codes.RESPONDENT.codes], axis=1)
    chosen = (rng.random(len(roles))[:, None] >= shares[roles][:, :-1]).sum(axis=1)
    answer = labels(codes.DEFINITIE.codes, chosen)
    return pd.DataFrame(
        {"place": np.arange(len(roles)), "schaal": "definitie", "item": "definitie", "antwoord": answer}
    )


def _scale(who: np.ndarray, scale: str, latent: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Answers 1-5 on the items of a scale: one factor with equal loadings."""
    noise = np.sqrt(1 - par.SURVEY_LOADING**2) * rng.standard_normal((len(who), par.SURVEY_ITEMS))
    answer = np.clip(np.round(3.5 + 0.9 * (par.SURVEY_LOADING * latent[:, None] + noise)), 1, 5).astype(int)
    items = [f"{scale}_{place + 1}" for place in range(par.SURVEY_ITEMS)]
    return pd.DataFrame(
        {
            "place": np.repeat(who, par.SURVEY_ITEMS),
            "schaal": scale,
            "item": labels(items, np.tile(np.arange(par.SURVEY_ITEMS), len(who))),
            "antwoord": labels([str(value) for value in range(1, 6)], answer.ravel() - 1),
        }
    )
