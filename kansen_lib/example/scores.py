"""Tests in the vo, and the interventions that move them.

Scores are on one scale: mean 100 and sd 15 in groep 8. A true effect of 0.28 sd is 0.28 x 15 points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kansen_lib.example import calibration as cal
from kansen_lib.example import careers as car
from kansen_lib.example import parameters as par
from kansen_lib.example import trials as who
from kansen_lib.example.geography import Block

DOMAINS = ("taal", "rekenen")


@dataclass(frozen=True)
class Scores:
    """Scores of the pupils of a block, a row a pupil and a column a domain, and the trials.

    Attributes:
        moments: scores at groep 8, leerjaar 1 and leerjaar 3; NaN where there is none.
        year: years since entry of each moment; -1 before entry or when never reached.
        trials: by short name of the intervention.
    """

    moments: dict[str, np.ndarray]
    year: dict[str, np.ndarray]
    trials: dict[str, who.Trial]


def draw(block: Block, pupils: pd.DataFrame, careers: car.Careers, klas: np.ndarray) -> Scores:
    """Scores and trials of a block; ``klas`` numbers the class of each pupil and year (-1 for none)."""
    rng, later = block.rng(30), block.rng(31)
    year = {"groep 8": np.full(len(pupils), -1)}
    year |= {f"leerjaar {leerjaar}": _first_year(careers, leerjaar) for leerjaar in (1, 2, 3)}
    start = _groep_8(pupils)
    trials = {
        "tutoring": who.tutoring(block, pupils, start[:, 1], rng),
        "brede_brugklas": who.brede_brugklas(block, pupils),
    }
    growth = rng.standard_normal((len(pupils), 2)) * par.SD_GROWTH
    first = _leerjaar_1(block, pupils, growth[:, 0], _class_effect(klas, year["leerjaar 1"], rng))
    first[:, 1] += par.TUTORING_EFFECT * trials["tutoring"].took_part
    seen = _observe(pupils, first, year["leerjaar 1"], rng)
    trials["zomerschool"] = who.zomerschool(block, pupils, seen[:, 1], rng)
    third = _leerjaar_3(
        block, pupils, growth.sum(axis=1) / np.sqrt(2), _class_effect(klas, year["leerjaar 3"], rng), rng
    )
    third += _effects_leerjaar_3(pupils, trials)
    last = _observe(pupils, third, year["leerjaar 3"], rng)
    trials |= _trials_leerjaar_2(block, pupils, start[:, 1], later)
    second = _leerjaar_2(block, pupils, _class_effect(klas, year["leerjaar 2"], later), later)
    second += _effects_leerjaar_2(pupils, trials)
    between = _observe(pupils, second, year["leerjaar 2"], later)
    moments = {"groep 8": start, "leerjaar 1": seen, "leerjaar 2": between, "leerjaar 3": last}
    return Scores(moments, year, trials)


def _trials_leerjaar_2(
    block: Block, pupils: pd.DataFrame, rekenen: np.ndarray, rng: np.random.Generator
) -> dict[str, who.Trial]:
    """Who takes part in what acts on leerjaar 2; ``rekenen`` is the score of groep 8."""
    return {
        "hoge_verwachtingen": who.hoge_verwachtingen(block, pupils),
        "mentor": who.mentor(block, pupils, rng),
        "oudergesprekken": who.oudergesprekken(block, pupils, rng),
        "huiswerkbegeleiding": who.huiswerkbegeleiding(block, pupils, rekenen, rng),
        "taalklas": who.taalklas(block, pupils),
    }


def _first_year(careers: car.Careers, leerjaar: int) -> np.ndarray:
    """Years since entry in which a leerjaar is reached first; -1 when never."""
    there = careers.leerjaar == leerjaar
    return np.where(there.any(axis=1), there.argmax(axis=1), -1)


def _domain_skill(pupils: pd.DataFrame, language_left: float) -> np.ndarray:
    """True skill in taal and rekenen, in sd of the groep 8 score.

    ``language_left`` is the share of the gap in taal by thuistaal that is left at the moment.
    """
    skill, domain = pupils["skill"].to_numpy(), pupils["domain"].to_numpy()
    behind = language_left * np.array(par.LANGUAGE_GAP)[pupils["thuistaal"]]
    return np.column_stack([(skill + domain) / cal.score_sd() + behind, (skill - domain) / cal.score_sd()])


def _points(z: np.ndarray) -> np.ndarray:
    """Scores on the scale of the tests, to one decimal."""
    return np.round(par.SCORE_MEAN + par.SCORE_SD * z, 1)


def _groep_8(pupils: pd.DataFrame) -> np.ndarray:
    """Scores of both domains and their total; a pupil without a test has none."""
    error = pupils[["error_taal", "error_rekenen"]].to_numpy() / cal.score_sd()
    scores = _points(_domain_skill(pupils, 1.0) + error)
    total = _points(pupils["score_z"].to_numpy())
    return np.where(pupils["score"].notna().to_numpy()[:, None], np.column_stack([scores, total]), np.nan)


def _observe(pupils: pd.DataFrame, z: np.ndarray, year: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Scores with a new error; missing for some, and for who never sat in the leerjaar."""
    scores = _points(z + cal.error_sd() / cal.score_sd() * rng.standard_normal(z.shape))
    absent = (year < 0) | (rng.random(len(pupils)) < par.MISSING_VO_TEST)
    return np.where(absent[:, None], np.nan, scores)


def _class_effect(klas: np.ndarray, year: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """True effect of the class in which a pupil sat in a year."""
    effect = par.SD_CLASS * rng.standard_normal(klas.max() + 2)
    return np.where(year < 0, 0.0, effect[klas[np.arange(len(klas)), year]])


def _leerjaar_1(block: Block, pupils: pd.DataFrame, growth: np.ndarray, of_class: np.ndarray) -> np.ndarray:
    """True scores at the end of leerjaar 1, before any intervention."""
    gain = par.GROWTH_LJ1 + np.array(par.GROWTH_OPLEIDING_LJ1)[pupils["opleiding"]]
    gain += np.array(par.COHORT_LJ1)[pupils["cohort"]] + block.school_effects[0][pupils["vestiging"]]
    return _domain_skill(pupils, par.LANGUAGE_LEFT_LJ1) + (gain + growth + of_class)[:, None]


def _leerjaar_2(
    block: Block, pupils: pd.DataFrame, of_class: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """True scores at the end of leerjaar 2, before any intervention: between leerjaar 1 and leerjaar 3."""
    shock = par.SD_SCHOOL_COHORT * rng.standard_normal((block.size, len(par.COHORTS)))
    gain = _between(par.GROWTH_LJ1, par.GROWTH_LJ3) + np.array(par.COHORT_LJ2)[pupils["cohort"]]
    of_home = _between(np.array(par.GROWTH_OPLEIDING_LJ1), np.array(par.GROWTH_OPLEIDING_LJ3))
    gain = gain + of_home[pupils["opleiding"]] + _between(*block.school_effects)[pupils["vestiging"]]
    gain += shock[pupils["vestiging"], pupils["cohort"]] + par.SD_GROWTH * rng.standard_normal(len(pupils))
    left = _between(par.LANGUAGE_LEFT_LJ1, par.LANGUAGE_LEFT_LJ3)
    return _domain_skill(pupils, left) + (gain + of_class)[:, None]


def _between(first: Any, third: Any) -> Any:
    """What lies between leerjaar 1 and leerjaar 3."""
    return (1 - par.BETWEEN_LJ2) * first + par.BETWEEN_LJ2 * third


def _effects_leerjaar_2(pupils: pd.DataFrame, trials: dict[str, who.Trial]) -> np.ndarray:
    """What the interventions add in leerjaar 2, by domain."""
    language = trials["taalklas"].took_part
    rekenen = par.LANGUAGE_CLASS_REKENEN * language
    rekenen = rekenen + par.TUTORING_EFFECT * par.TUTORING_LEFT_LJ2 * trials["tutoring"].took_part
    rekenen += np.array(par.TRAINING_EFFECT)[pupils["opleiding"]] * trials["hoge_verwachtingen"].took_part
    rekenen += par.MENTOR_EFFECT * trials["mentor"].took_part
    rekenen += par.TALKS_EFFECT * trials["oudergesprekken"].took_part
    rekenen += par.HOMEWORK_PER_HOUR * trials["huiswerkbegeleiding"].dose
    return np.column_stack([par.LANGUAGE_CLASS_TAAL * language, rekenen])


def _leerjaar_3(
    block: Block, pupils: pd.DataFrame, growth: np.ndarray, of_class: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """True scores at the end of leerjaar 3, before any intervention."""
    shock = par.SD_SCHOOL_COHORT * rng.standard_normal((block.size, len(par.COHORTS)))
    gain = par.GROWTH_LJ3 + np.array(par.GROWTH_OPLEIDING_LJ3)[pupils["opleiding"]]
    gain += np.array(par.COHORT_LJ3)[pupils["cohort"]] + block.school_effects[1][pupils["vestiging"]]
    gain += par.GROWTH_ON_SKILL_LJ3 * pupils["skill"].to_numpy()
    gain += shock[pupils["vestiging"], pupils["cohort"]]
    return _domain_skill(pupils, par.LANGUAGE_LEFT_LJ3) + (gain + growth + of_class)[:, None]


def _effects_leerjaar_3(pupils: pd.DataFrame, trials: dict[str, who.Trial]) -> np.ndarray:
    """What the interventions add in leerjaar 3, by domain."""
    breed = np.array(par.BREED_EFFECT)[pupils["opleiding"]] * trials["brede_brugklas"].took_part
    both = breed + par.ZOMER_EFFECT * trials["zomerschool"].took_part
    rekenen = par.TUTORING_EFFECT * par.TUTORING_LEFT * trials["tutoring"].took_part
    return np.column_stack([both, both + rekenen])
