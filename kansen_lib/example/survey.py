"""A survey in one school year: how pupils are and what they have, what is expected of them, what people hold.

The same pupils of a vestiging answer all questions. What alike pupils answer differs by school, and
on some scales by class; what is known of a pupil moves the mean as ``parameters.SURVEY_ON`` says. The
teachers among the respondents also say what they think of their team, in two other school years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.example import expectations, questions, team
from kansen_lib.example import parameters as par
from kansen_lib.example.answers import Answers, joined, of_question, of_scale
from kansen_lib.example.population import Population
from kansen_lib.example.pupil_tables import pseudonyms
from kansen_lib.example.text import labels, numbered

ROLES = codes.RESPONDENT.codes
SCALES = codes.SCHAAL.codes
#: The scales that others than pupils answer; pupils answer all of them.
OTHERS = {
    "verbondenheid": ("ouder", "leraar"),
    "verwachtingen": ("leraar", "schoolleiding"),
    "ouderbetrokkenheid": ("ouder",),
}
#: The first scales draw from the stream of the respondents, the others from one of their own.
_FIRST_SCALES = 2
#: At most so many respondents a pupil, staff included: it keeps the pseudonyms of blocks apart.
RESPONDENTS_PER_PUPIL = 3


@dataclass(frozen=True)
class _Asked:
    """Who is asked at one vestiging.

    Attributes:
        pupils: rows of the pupils in the block; they are the first respondents.
        roles: role of each respondent, as a place in RESPONDENT.
        background: what is known of the pupils, a value each.
    """

    pupils: np.ndarray
    roles: np.ndarray
    background: dict[str, np.ndarray]

    @property
    def about(self) -> np.ndarray:
        """Row of the pupil that each respondent is, -1 for the others."""
        others = len(self.roles) - len(self.pupils)
        return np.concatenate([self.pupils, np.full(others, -1)])

    def rows(self, *roles: str) -> np.ndarray:
        """The respondents with one of these roles."""
        return np.flatnonzero(np.isin(self.roles, [ROLES.index(role) for role in roles]))


def enquete(population: Population) -> Iterator[pd.DataFrame]:
    """Answers of each vestiging, long; in a school year with four cohorts in the vo."""
    block = population.block
    year = par.SCHOOLJAREN.index(par.SURVEY_YEAR) - population.pupils["cohort"].to_numpy()
    here = np.where(year < 0, -1, population.careers.vestiging[np.arange(len(year)), np.maximum(year, 0)])
    streams = [block.rng(stage) for stage in (50, 51, 52, 53)]
    climate = [
        par.SURVEY_SD_SCHOOL * rng.standard_normal((block.size, count))
        for rng, count in zip(streams, (_FIRST_SCALES, len(SCALES) - _FIRST_SCALES), strict=False)
    ]
    first = population.first * RESPONDENTS_PER_PUPIL
    of_teams = block.rng(54)
    teams = team.climate(block, of_teams)
    for place in range(block.size):
        asked = _ask(population, np.flatnonzero(here == place), year, streams[0])
        answers = _answers(population, asked, np.concatenate([part[place] for part in climate]), streams)
        told = [(par.SURVEY_YEAR, answers), *team.answers(asked.rows("leraar"), teams[place], of_teams)]
        parts = [_frame(p, asked, population.first, first).assign(schooljaar=when) for when, p in told]
        yield pd.concat(parts, ignore_index=True).assign(vestiging=block.vestigingen[place])
        first += len(asked.roles)


def _frame(answers: Answers, asked: _Asked, first_pupil: int, first: int) -> pd.DataFrame:
    """Rows of the table but for where and when; ``first`` numbers the first respondent."""
    frame = answers.frame()
    frame["respondent"] = numbered("R", first + answers.who, 7)
    frame["rol"] = labels(ROLES, asked.roles[answers.who])
    frame["leerling"] = pseudonyms(first_pupil + answers.about).where(answers.about >= 0)
    return frame


def _ask(population: Population, present: np.ndarray, year: np.ndarray, rng: np.random.Generator) -> _Asked:
    """Draw the respondents of a vestiging from the pupils who are ``present``."""
    rows = np.sort(rng.permutation(present)[: rng.integers(60, 121)])
    pupils, careers = population.pupils.iloc[rows], population.careers
    background = {
        name: pupils[name].to_numpy() for name in ("opleiding", "inkomen", "herkomst", "definitive")
    }
    for name in ("level", "leerjaar", "niveau"):
        background[name] = getattr(careers, name)[rows, year[rows]].astype(int)
    background["klas"] = population.klas[rows, year[rows]].astype(int)
    return _Asked(rows, _roles(len(rows), len(present), rng), background)


def _roles(pupils: int, present: int, rng: np.random.Generator) -> np.ndarray:
    """Role of each respondent (place in RESPONDENT): the pupils first."""
    small = max(1, present // 40)
    number = {
        "leerling": pupils,
        "ouder": min(int(rng.integers(30, 51)), present),
        "leraar": min(int(rng.integers(15, 26)), small + 3),
        "schoolleiding": min(int(rng.integers(3, 6)), small),
    }
    return np.repeat([ROLES.index(role) for role in number], list(number.values()))


def _answers(
    population: Population, asked: _Asked, climate: np.ndarray, streams: list[np.random.Generator]
) -> Answers:
    """All answers at one vestiging; ``climate`` is its effect on each scale."""
    first, others, of_questions, of_mentors = streams
    latent = climate + np.column_stack(
        [
            first.standard_normal((len(asked.roles), _FIRST_SCALES)),
            others.standard_normal((len(asked.roles), len(SCALES) - _FIRST_SCALES)),
        ]
    )
    latent[: len(asked.pupils)] += _expected(asked) + _classes(asked, others)
    parts = [_definitie(asked, first)]
    for place, scale in enumerate(SCALES):
        who = asked.rows("leerling", *OTHERS.get(scale, ()))
        rng = first if place < _FIRST_SCALES else others
        parts.append(of_scale(who, asked.about[who], scale, latent[who, place], rng))
    parts += questions.asked(asked.pupils, asked.background, of_questions)
    together = _by_class(asked)
    parts.append(
        expectations.answers(population.pupils, asked.pupils[together], asked.rows("leraar"), of_mentors)
    )
    return joined(parts)


def _expected(asked: _Asked) -> np.ndarray:
    """Mean of each scale (column) for each pupil (row), by background."""
    found = np.zeros((len(asked.pupils), len(SCALES)))
    for scale, effects in par.SURVEY_ON.items():
        for name, values in effects.items():
            found[:, SCALES.index(scale)] += np.array(values)[asked.background[name]]
    return found


def _by_class(asked: _Asked) -> np.ndarray:
    """The pupils in the order of their classes."""
    return np.lexsort([asked.background[name] for name in ("klas", "niveau", "leerjaar")])


def _classes(asked: _Asked, rng: np.random.Generator) -> np.ndarray:
    """Effect of the class on each scale (column) for each pupil (row)."""
    keys = np.column_stack([asked.background[name] for name in ("leerjaar", "niveau", "klas")])
    number = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    found = np.zeros((len(asked.pupils), len(SCALES)))
    for scale, sd in par.SURVEY_SD_CLASS.items():
        found[:, SCALES.index(scale)] = sd * rng.standard_normal(number.max(initial=0) + 1)[number]
    return found


def _definitie(asked: _Asked, rng: np.random.Generator) -> Answers:
    shares = np.cumsum([par.SURVEY_DEFINITIE[role] for role in ROLES], axis=1)
    chosen = (rng.random(len(asked.roles))[:, None] >= shares[asked.roles][:, :-1]).sum(axis=1)
    return of_question(np.arange(len(asked.roles)), asked.about, "definitie", chosen)
