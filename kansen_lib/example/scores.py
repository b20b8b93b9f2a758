"""Tests in the vo, and the interventions that move them.

Scores are on one scale: mean 100 and sd 15 in groep 8. A true effect of 0.28 sd is 0.28 x 15 points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib.example import calibration as cal
from kansen_lib.example import careers as car
from kansen_lib.example import parameters as par
from kansen_lib.example.geography import Block

DOMAINS = ("taal", "rekenen")


@dataclass(frozen=True)
class Trial:
    """Who was in scope of an intervention, was assigned, took part, and how much they got."""

    scope: np.ndarray
    assigned: np.ndarray
    took_part: np.ndarray
    dose: np.ndarray


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
    trials: dict[str, Trial]


def draw(block: Block, pupils: pd.DataFrame, careers: car.Careers, klas: np.ndarray) -> Scores:
    """Scores and trials of a block; ``klas`` numbers the class of each pupil and year (-1 for none)."""
    rng = block.rng(30)
    year = {
        "groep 8": np.full(len(pupils), -1),
        "leerjaar 1": _first_year(careers, 1),
        "leerjaar 3": _first_year(careers, 3),
    }
    trials = {"tutoring": _tutoring(block, pupils, rng), "brede_brugklas": _brede_brugklas(block, pupils)}
    growth = rng.standard_normal((len(pupils), 2)) * par.SD_GROWTH
    first = _leerjaar_1(block, pupils, growth[:, 0], _class_effect(klas, year["leerjaar 1"], rng))
    first[:, 1] += par.TUTORING_EFFECT * trials["tutoring"].took_part
    seen = _observe(pupils, first, year["leerjaar 1"], rng)
    trials["zomerschool"] = _zomerschool(block, pupils, seen[:, 1], rng)
    third = _leerjaar_3(
        block, pupils, growth.sum(axis=1) / np.sqrt(2), _class_effect(klas, year["leerjaar 3"], rng), rng
    )
    third += _effects_leerjaar_3(pupils, trials)
    moments = {
        "groep 8": _groep_8(pupils),
        "leerjaar 1": seen,
        "leerjaar 3": _observe(pupils, third, year["leerjaar 3"], rng),
    }
    return Scores(moments, year, trials)


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


def _effects_leerjaar_3(pupils: pd.DataFrame, trials: dict[str, Trial]) -> np.ndarray:
    """What the interventions add in leerjaar 3, by domain."""
    breed = np.array(par.BREED_EFFECT)[pupils["opleiding"]] * trials["brede_brugklas"].took_part
    both = breed + par.ZOMER_EFFECT * trials["zomerschool"].took_part
    rekenen = par.TUTORING_EFFECT * par.TUTORING_LEFT * trials["tutoring"].took_part
    return np.column_stack([both, both + rekenen])


# --- who takes part ----------------------------------------------------------------------------------


def _takes_part(block: Block, pupils: pd.DataFrame, name: str) -> np.ndarray:
    return np.array([bool(getattr(plan, name)) for plan in block.plans])[pupils["vestiging"]]


def _tutoring(block: Block, pupils: pd.DataFrame, rng: np.random.Generator) -> Trial:
    """Lottery within each vestiging among pupils with a low score for rekenen in groep 8: half of them."""
    low = _groep_8(pupils)[:, 1] < par.TUTORING_BELOW
    scope = (
        low & (pupils["cohort"] == par.TUTORING_COHORT).to_numpy() & _takes_part(block, pupils, "tutoring")
    )
    ticket = pd.Series(np.where(scope, rng.random(len(pupils)), np.nan))
    rank = ticket.groupby(pupils["vestiging"].to_numpy()).rank(pct=True).to_numpy()
    assigned = scope & (rank <= 0.5)
    took_part = assigned & (rng.random(len(pupils)) < par.TUTORING_TAKE_UP)
    lessons = np.round(np.clip(rng.normal(60, 10, len(pupils)), 20, 90))
    return Trial(scope, assigned, took_part, np.where(took_part, lessons, 0.0))


def _brede_brugklas(block: Block, pupils: pd.DataFrame) -> Trial:
    """Staggered start over vestigingen; all pupils in scope of a vestiging that has begun take part."""
    scope = (block.breed_start[pupils["vestiging"]] >= -1) & car.in_scope(pupils)
    broad = car.treated(block, pupils)
    return Trial(scope, broad, broad, np.where(broad, 2.0, 0.0))


def _zomerschool(block: Block, pupils: pd.DataFrame, score: np.ndarray, rng: np.random.Generator) -> Trial:
    """A threshold on the score for rekenen in leerjaar 1; not all go, and some above it do."""
    scope = (
        (pupils["cohort"] == par.ZOMER_COHORT).to_numpy()
        & _takes_part(block, pupils, "zomer")
        & ~np.isnan(score)
    )
    assigned = scope & (score < par.ZOMER_BELOW)
    chance = np.where(assigned, par.ZOMER_TAKE_UP, par.ZOMER_OTHERS)
    took_part = scope & (rng.random(len(pupils)) < chance)
    return Trial(scope, assigned, took_part, np.where(took_part, 10.0, 0.0))
